//! Look-up: a letter by its number or short code; a person only by a form that is sent, so that neither name nor NIK
//! stands in an address.

use std::collections::BTreeSet;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;
use serde_json::{Value, json};
use suket::{Cari, Entry, Filter, Giliran, Kerja, Office, OfficeError, Perbuatan, Ringkas, allowed};

use super::buku::state;
use super::frame;
use super::papan::row;
use super::session::{Fields, Isian, Orang};
use super::trouble::Trouble;
use crate::cli::look::outside_suket;
use crate::serve::app::App;

/// Results on a page.
const MOST: u32 = 50;
/// Letters of a name that must be given.
const SHORTEST: usize = 3;

/// `GET /cari`, or `/cari?nomor=…`. One letter alone is opened at once.
pub(super) async fn form(
    State(app): State<App>,
    orang: Orang,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    orang.must(&app, Kerja::Buku, "cari").await?;
    let nomor = Fields(asked).get("nomor").to_owned();
    if nomor.is_empty() {
        return Ok(frame::page(&app, &orang, "meja/cari.html", json!({})));
    }
    let (today, wanted) = (app.today(), nomor.clone());
    let (letters, outside) = app.office.read(move |office| by_number(office, &wanted, today)).await??;
    noted(&app, &orang, letters.iter().map(|one| one.nomor.clone()).collect()).await?;
    if let [only] = letters.as_slice() {
        return Ok(Redirect::to(&format!("/surat/{}", only.seq)).into_response());
    }
    let surat: Vec<Value> = letters.iter().map(|entry| told(entry, None, today)).collect();
    let own = json!({ "nomor": nomor, "surat": surat, "luar": outside, "dicari": true });
    Ok(frame::page(&app, &orang, "meja/cari.html", own))
}

/// Letters with this number as printed, this short code, or this running number in this year; else what the book says of
/// a number that was written outside.
fn by_number(office: &Office, asked: &str, today: Date) -> Result<(Vec<Entry>, Option<String>), OfficeError> {
    let mut found = office.list(&Filter { nomor: Some(asked.to_owned()), ..Filter::default() })?;
    if found.is_empty() {
        found.extend(office.by_code(asked)?);
    }
    if found.is_empty()
        && let Some(number) = asked.split('.').next().and_then(|number| number.parse().ok())
    {
        let rules = &office.profile().penomoran;
        for seri in rules.seri.keys().chain([&rules.agenda]).collect::<BTreeSet<_>>() {
            let same = |entry: &Entry| {
                let agenda = entry.agenda.as_ref().is_some_and(|agenda| agenda.urut.to_string() == asked);
                entry.label() == asked || agenda
            };
            found.extend(office.numbered(seri, today.year(), number)?.into_iter().filter(same));
        }
        found.sort_by_key(|entry| entry.seq);
        found.dedup_by_key(|entry| entry.seq);
    }
    let outside = if found.is_empty() { outside_suket(office, asked, None).ok().flatten() } else { None };
    Ok((found, outside))
}

/// Writes down whose letters and cases were shown: their names stand in one line, with blanks between.
async fn noted(app: &App, orang: &Orang, shown: Vec<String>) -> Result<(), Trouble> {
    let count = shown.len();
    orang.note(app, "cari", &shown.join(" "), "boleh", &format!("{count} hasil")).await
}

fn told(entry: &Entry, nama: Option<String>, today: Date) -> Value {
    json!({ "seq": entry.seq, "nomor": entry.nomor, "tanggal": suket::tanggal_pendek(entry.tanggal), "perihal": entry.perihal, "keadaan": state(entry.status_on(today)), "nama": nama })
}

/// Whether a text is a whole NIK.
pub(super) fn is_nik(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|b| b.is_ascii_digit())
}

/// `POST /cari`: cases and letters of a person, by whole NIK or the beginning of the name.
pub(super) async fn person(State(app): State<App>, isian: Isian) -> Result<Response, Trouble> {
    let Isian { orang, fields } = isian;
    orang.must(&app, Kerja::Buku, "cari").await?;
    let wanted = fields.get("orang").split_whitespace().collect::<Vec<_>>().join(" ");
    let nik = is_nik(&wanted);
    let digits = wanted.bytes().any(|b| b.is_ascii_digit());
    if !nik && (digits || wanted.chars().count() < SHORTEST) {
        let galat = "tulis NIK utuh (16 angka), atau paling sedikit tiga huruf pertama nama";
        return Ok(frame::page(&app, &orang, "meja/cari.html", json!({ "galat": galat })));
    }
    let (asked, today) = (wanted.clone(), app.today());
    let cases = app.meja.desk(move |desk| desk.find(Cari::Orang(&asked), MOST)).await??;
    let cases: Vec<Ringkas> = cases.into_iter().filter(|one| may_see(&app, &orang, one)).collect();
    let asked = wanted.clone();
    let letters = app
        .office
        .read(move |office| {
            let found = if nik { office.letters_of(&asked)? } else { Vec::new() };
            let named = |entry: Entry| {
                let nama = office.person(entry.seq)?.map(|person| person.nama);
                Ok::<_, OfficeError>((entry, nama))
            };
            found.into_iter().rev().take(MOST as usize).map(named).collect::<Result<Vec<_>, _>>()
        })
        .await??;
    let mut shown: Vec<String> = cases.iter().map(|one| one.id.clone()).collect();
    shown.extend(letters.iter().map(|(entry, _)| entry.nomor.clone()));
    noted(&app, &orang, shown).await?;
    let berkas: Vec<Value> = cases.iter().map(|one| row(&app, one)).collect();
    let surat: Vec<Value> = letters.into_iter().map(|(entry, nama)| told(&entry, nama, today)).collect();
    // What was asked for is not shown again: the page may stay on the screen.
    let own = json!({ "berkas": berkas, "surat": surat, "dicari": true, "orang": true, "dengan_nik": nik });
    Ok(frame::page(&app, &orang, "meja/cari.html", own))
}

/// Whether this person may look at a case of the list.
fn may_see(app: &App, orang: &Orang, one: &Ringkas) -> bool {
    let at = Giliran { tahap: one.tahap, pelaku: one.pelaku };
    orang.any(|role| allowed(role, Perbuatan::Lihat, at, app.meja.signing()))
}
