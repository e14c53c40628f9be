//! The books: the numbers of a month, closing it, and numbers that were written outside suket.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;
use serde_json::{Value, json};
use suket::{Bulan, By, Entry, Filter, Kerja, Masa, Office, OfficeError, Peristiwa, Status};

use super::frame;
use super::session::{Fields, Isian, Orang};
use super::trouble::Trouble;
use crate::cli::look::parse_month;
use crate::serve::app::App;

/// The month that was asked for, as `2026-11`; this one without.
pub(super) fn month(app: &App, asked: &str) -> Result<Bulan, Trouble> {
    if asked.is_empty() {
        return Ok(Bulan::of(app.today()));
    }
    let read = parse_month(asked).ok().and_then(|(year, month)| Bulan::new(year, month));
    read.ok_or_else(|| Trouble::Said("bulan tidak terbaca; tulis tahun-bulan, misalnya 2026-11".to_owned()))
}

/// `November 2026`
pub(super) fn name(masa: Bulan) -> String {
    Masa::Bulan(masa.tahun(), masa.bulan()).sebutan()
}

/// The month before.
pub(super) fn before(masa: Bulan) -> Option<Bulan> {
    masa.mulai().yesterday().ok().map(Bulan::of)
}

/// `GET /buku?bulan=YYYY-MM`: every number of the month.
pub(super) async fn list(
    State(app): State<App>,
    orang: Orang,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    orang.must(&app, Kerja::Buku, "register").await?;
    let masa = month(&app, Fields(asked).get("bulan"))?;
    orang.note(&app, Kerja::Buku.as_str(), &format!("register {masa}"), "boleh", "").await?;
    let today = app.today();
    let found = app.office.read(move |office| rows(office, masa, today)).await??;
    let (rows, rekap, closed) = found;
    let own = json!({
        "bulan": masa.to_string(), "nama_bulan": name(masa), "tahun": masa.tahun(),
        "sebelum": before(masa).map(|masa| masa.to_string()),
        "sesudah": (masa < Bulan::of(today)).then(|| masa.next().to_string()),
        "baris": rows, "rekap": rekap, "ditutup": closed.map(|(tanggal, oleh)| json!({ "tanggal": suket::tanggal_panjang(tanggal), "oleh": oleh })),
        "boleh_tutup": orang.may(Kerja::Tutup), "boleh_luar": orang.may(Kerja::Luar),
        "boleh_cari": orang.may(Kerja::Buku), "boleh_data": orang.may(Kerja::DataSaya),
    });
    Ok(frame::page(&app, &orang, "meja/buku.html", own))
}

/// Rows, counts, and who closed the month on which day.
type Found = (Vec<Value>, Vec<Value>, Option<(Date, String)>);

fn rows(office: &Office, masa: Bulan, today: Date) -> Result<Found, OfficeError> {
    let register = office.register(masa.tahun(), masa.bulan())?;
    let month = Some((masa.tahun(), masa.bulan()));
    let entries = office.list(&Filter { month, ..Filter::default() })?;
    // The register tells of the month as it was; which letter a row is, its number says.
    let mut letters: BTreeMap<&str, &Entry> = BTreeMap::new();
    for entry in &entries {
        letters.extend(entry.agenda.as_ref().map(|agenda| (agenda.nomor.as_str(), entry)));
        letters.insert(&entry.nomor, entry);
    }
    let rows = register.baris.iter().map(|row| {
        let entry = letters.get(row.nomor.as_str());
        let keadaan = entry.map_or("di luar suket", |entry| state(entry.status_on(today)));
        json!({ "seq": entry.map(|entry| entry.seq), "seri": row.seri, "urut": row.urut, "nomor": row.nomor, "tanggal": suket::tanggal_pendek(row.tanggal), "nama": row.nama, "perihal": row.jenis, "keadaan": keadaan, "keterangan": row.keterangan })
    });
    let rekap = register.rekap();
    let rekap = rekap
        .iter()
        .map(|one| json!({ "seri": one.seri, "terbit": one.terbit, "batal": one.batal, "luar": one.luar }));
    let closed = office.closing(masa)?.map(|(event, _)| (event.isi.tanggal, event.isi.oleh));
    Ok((rows.collect(), rekap.collect(), closed))
}

/// State of a letter in the words of the papers.
pub(super) const fn state(status: Status) -> &'static str {
    match status {
        Status::Berlaku => "berlaku",
        Status::Batal => "BATAL",
        Status::Diganti => "diganti",
        Status::Kedaluwarsa => "kedaluwarsa",
        Status::Dimusnahkan => "dimusnahkan",
    }
}

/// `GET /buku/tutup?bulan=YYYY-MM`: what closing means, before it is done.
pub(super) async fn may_close(
    State(app): State<App>,
    orang: Orang,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    orang.must(&app, Kerja::Tutup, "tutup").await?;
    let masa = month(&app, Fields(asked).get("bulan"))?;
    let (terbit, closed, last) = app
        .office
        .read(move |office| {
            let register = office.register(masa.tahun(), masa.bulan())?;
            let terbit: usize = register.rekap().iter().map(|one| one.terbit).sum();
            let events = office.events(None)?;
            let last = events.iter().rev().find_map(|event| event.isi.peristiwa.closed());
            Ok::<_, OfficeError>((terbit, office.closing(masa)?.is_some(), last))
        })
        .await??;
    let today = Bulan::of(app.today());
    let galat = if closed {
        Some(format!("bulan {} sudah ditutup", name(masa)))
    } else if masa > today {
        Some(format!("bulan {} belum tiba", name(masa)))
    } else {
        last.map(Bulan::next)
            .filter(|next| *next != masa)
            .map(|next| format!("bulan yang berikutnya ditutup adalah {}", name(next)))
    };
    let own = json!({ "bulan": masa.to_string(), "nama_bulan": name(masa), "terbit": terbit, "galat": galat, "belum_habis": masa == today });
    Ok(frame::page(&app, &orang, "meja/buku-tutup.html", own))
}

/// `POST /buku/tutup`.
pub(super) async fn close(State(app): State<App>, isian: Isian) -> Result<Response, Trouble> {
    let Isian { orang, fields } = isian;
    orang.must(&app, Kerja::Tutup, "tutup").await?;
    let masa = month(&app, fields.get("bulan"))?;
    if fields.get("setuju") != "ya" {
        return Err(Trouble::Said("centang bahwa bulan ini tidak akan diubah lagi".to_owned()));
    }
    orang.note(&app, Kerja::Tutup.as_str(), &format!("register {masa}"), "boleh", "").await?;
    let (tanggal, oleh) = (app.today(), orang.sesi.akun.nama.clone());
    app.office
        .write(move |office, signers| match office.closing(masa)? {
            Some((event, _)) => {
                let on = suket::tanggal_panjang(event.isi.tanggal);
                Err(OfficeError::Said(format!("bulan {masa} sudah ditutup pada {on}")))
            }
            None => office.close(masa, signers, By { tanggal, oleh: &oleh }).map(|_| ()),
        })
        .await??;
    Ok(Redirect::to(&format!("/buku?bulan={masa}")).into_response())
}

/// `GET /buku/luar`: the form for numbers that were written outside suket, and which number comes next.
pub(super) async fn outside_form(State(app): State<App>, orang: Orang) -> Result<Response, Trouble> {
    orang.must(&app, Kerja::Luar, "nomor luar").await?;
    outside_page(&app, &orang, &Fields::default(), "").await
}

async fn outside_page(app: &App, orang: &Orang, fields: &Fields, galat: &str) -> Result<Response, Trouble> {
    let today = app.today();
    let (seri, recorded) = app
        .office
        .read(move |office| {
            let mut seri = Vec::new();
            for name in office.profile().penomoran.seri.keys() {
                seri.push(json!({ "seri": name, "berikut": next_number(office, name, today)? }));
            }
            let told = |event: &suket::Event| {
                let Peristiwa::Luar { seri, dari, sampai, alasan } = &event.isi.peristiwa else { return None };
                Some(json!({ "seri": seri, "dari": dari, "sampai": sampai, "alasan": alasan, "tanggal": suket::tanggal_pendek(event.isi.tanggal), "oleh": event.isi.oleh }))
            };
            let recorded: Vec<Value> = office.events(None)?.iter().rev().filter_map(told).take(20).collect();
            Ok::<_, OfficeError>((seri, recorded))
        })
        .await??;
    let value = |name: &str| fields.get(name).to_owned();
    let own = json!({ "seri": seri, "tercatat": recorded, "galat": galat, "hari_ini": today.to_string(), "isian": { "seri": value("seri"), "dari": value("dari"), "sampai": value("sampai"), "tanggal": value("tanggal"), "alasan": value("alasan") } });
    Ok(frame::page(app, orang, "meja/buku-luar.html", own))
}

/// The number behind the last one of a series in the year of a day.
fn next_number(office: &Office, seri: &str, today: Date) -> Result<u32, OfficeError> {
    let tahun = today.year();
    let filter = Filter { year: Some(tahun), series: Some(seri.to_owned()), ..Filter::default() };
    let own = office.list(&filter)?.iter().map(|entry| entry.urut).max();
    let events = office.events(None)?;
    let this_year = events.iter().filter(|event| event.isi.tanggal.year() == tahun);
    let outside = this_year.filter_map(|event| event.isi.peristiwa.outside());
    let outside = outside.filter(|(name, ..)| *name == seri).map(|(_, _, to)| to).max();
    Ok(own.max(outside).unwrap_or(0) + 1)
}

/// `POST /buku/luar`.
pub(super) async fn outside(State(app): State<App>, isian: Isian) -> Result<Response, Trouble> {
    let Isian { orang, fields } = isian;
    orang.must(&app, Kerja::Luar, "nomor luar").await?;
    let read = match read_range(&fields, app.today()) {
        Ok(read) => read,
        Err(galat) => return outside_page(&app, &orang, &fields, &galat).await,
    };
    let ((dari, sampai), tanggal) = read;
    let (seri, alasan) = (fields.get("seri").to_owned(), fields.get("alasan").to_owned());
    let objek = format!("seri {seri} nomor {dari}-{sampai}");
    orang.note(&app, Kerja::Luar.as_str(), &objek, "boleh", "").await?;
    let oleh = orang.sesi.akun.nama.clone();
    let done = app
        .office
        .write(move |office, signers| {
            office.outside(&seri, (dari, sampai), &alasan, By { tanggal, oleh: &oleh })?;
            signers.log().map_or(Ok(0), |log| office.sign_log(log)).map(|_| ())
        })
        .await?;
    match done.map_err(Trouble::from) {
        Ok(()) => Ok(Redirect::to(&format!("/buku?bulan={}", Bulan::of(tanggal))).into_response()),
        Err(wrong) if wrong.told().0.is_client_error() => {
            outside_page(&app, &orang, &fields, &wrong.to_string()).await
        }
        Err(wrong) => Err(wrong),
    }
}

/// A range of numbers and the day on which they were used.
fn read_range(fields: &Fields, today: Date) -> Result<((u32, u32), Date), String> {
    let to = Some(fields.get("sampai")).filter(|text| !text.is_empty()).unwrap_or(fields.get("dari"));
    let (Ok(from), Ok(to)) = (fields.get("dari").parse(), to.parse()) else {
        return Err("nomor tidak terbaca; tulis angka, misalnya 1 sampai 345".to_owned());
    };
    let tanggal = match fields.get("tanggal") {
        "" => today,
        text => text.parse().map_err(|_unreadable| "tanggal tidak terbaca".to_owned())?,
    };
    if tanggal > today {
        return Err("tanggal itu belum tiba; tulis tanggal nomor itu dipakai".to_owned());
    }
    Ok(((from, to), tanggal))
}
