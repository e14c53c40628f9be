//! The office's own SOP as a chart and as papers, its service standard, and how many cases stand at each step now.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde_json::{Value, json};
use suket::{Cari, DeskError, Kerja, Office, OfficeError, Sop, SopFinding, Standar};

use super::cetak::pdf;
use super::frame;
use super::session::Orang;
use super::trouble::Trouble;
use crate::serve::app::App;

/// `GET /sop`.
pub(super) async fn page(State(app): State<App>, orang: Orang) -> Result<Response, Trouble> {
    orang.must(&app, Kerja::Sop, "").await?;
    let (sop, standar) = app
        .office
        .read(|office| Ok::<_, OfficeError>((read(office)?, office.standar_text()?.is_some())))
        .await??;
    let Some(sop) = sop else {
        return Ok(frame::page(&app, &orang, "meja/sop.html", json!({ "ada": false, "standar": standar })));
    };
    let (open, other) = open_cases(&app).await?;
    let langkah: Vec<Value> = sop
        .langkah
        .iter()
        .zip(1_usize..)
        .map(|(step, number)| {
            let who: Vec<&str> = sop
                .simbol_langkah(number - 1)
                .iter()
                .filter_map(|symbol| sop.pelaksana.get(symbol.pelaksana))
                .map(|lane| lane.label.as_str())
                .collect();
            let count = open.get(step.kegiatan.as_str()).copied().unwrap_or(0);
            json!({ "nomor": number, "kegiatan": step.kegiatan, "pelaksana": who.join(", "), "waktu": step.waktu.teks, "berkas": count })
        })
        .collect();
    let known: Vec<&str> = sop.langkah.iter().map(|step| step.kegiatan.as_str()).collect();
    let elsewhere: u64 =
        open.iter().filter(|(kegiatan, _)| !known.contains(&kegiatan.as_str())).map(|(_, n)| n).sum();
    let own = json!({ "ada": true, "standar": standar, "judul": sop.judul, "nama_sop": sop.nama, "langkah": langkah, "lain": other + elsewhere, "total": sop.total.as_ref().map(|total| total.teks.as_str()) });
    Ok(frame::page(&app, &orang, "meja/sop.html", own))
}

/// Open cases by what is to be done with them in the words of the SOP; and those at steps that the rule for letters has
/// added, or that wait for the hand-over.
async fn open_cases(app: &App) -> Result<(BTreeMap<String, u64>, u64), Trouble> {
    let counted = app.meja.desk(|desk| {
        let (mut by_step, mut other) = (BTreeMap::<String, u64>::new(), 0);
        for one in desk.find(Cari::Terbuka, u32::MAX)? {
            let berkas = desk.berkas(&one.id)?;
            let jalan = desk.way(&berkas.cara)?;
            let tugas = jalan.tugas(&berkas.jawaban);
            match super::kata::activity(&jalan, tugas.as_ref()) {
                Some(kegiatan) => *by_step.entry(kegiatan).or_default() += 1,
                None => other += 1,
            }
        }
        Ok::<_, DeskError>((by_step, other))
    });
    Ok(counted.await??)
}

/// The SOP that the office follows.
fn read(office: &Office) -> Result<Option<Sop>, OfficeError> {
    let Some(text) = office.sop_text()? else { return Ok(None) };
    Sop::read(&text).map(|(sop, _)| Some(sop)).map_err(|findings| damaged("sop.toml", &findings))
}

fn damaged(file: &str, findings: &[SopFinding]) -> OfficeError {
    let first = findings
        .first()
        .map(|finding| format!("baris {}: {}", finding.baris, finding.pesan))
        .unwrap_or_default();
    OfficeError::Said(format!("{file} {first}"))
}

/// `GET /sop/bagan.svg`.
pub(super) async fn chart(State(app): State<App>, orang: Orang) -> Result<Response, Trouble> {
    orang.must(&app, Kerja::Sop, "").await?;
    let svg = app
        .office
        .read(|office| match read(office)? {
            Some(sop) => Ok::<_, OfficeError>(Some(sop.svg(office.profile(), office.assets())?)),
            None => Ok(None),
        })
        .await??;
    let mut answer = svg.ok_or(Trouble::Unknown("SOP"))?.into_response();
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"));
    Ok(answer)
}

/// `GET /sop/sop.pdf`.
pub(super) async fn paper(State(app): State<App>, orang: Orang) -> Result<Response, Trouble> {
    orang.must(&app, Kerja::Sop, "").await?;
    let today = app.today();
    let made = app.office.read(move |office| sop_pdf(office, today)).await??;
    Ok(pdf(made.ok_or(Trouble::Unknown("SOP"))?, "sop"))
}

fn sop_pdf(office: &Office, today: Date) -> Result<Option<Vec<u8>>, OfficeError> {
    let Some(sop) = read(office)? else { return Ok(None) };
    let date = sop.sampul.as_ref().and_then(|cover| cover.tanggal).unwrap_or(today);
    let drawing = sop.draw(office.profile(), office.assets())?;
    Ok(Some(drawing.pdf(date, office.profile())?))
}

/// `GET /sop/standar.pdf`.
pub(super) async fn standard(State(app): State<App>, orang: Orang) -> Result<Response, Trouble> {
    orang.must(&app, Kerja::Sop, "").await?;
    let today = app.today();
    let made = app
        .office
        .read(move |office| {
            let Some(text) = office.standar_text()? else { return Ok(None) };
            let standar = Standar::read(&text).map_err(|findings| damaged("standar.toml", &findings))?;
            Ok::<_, OfficeError>(Some(standar.pdf(today, office.profile(), office.assets())?))
        })
        .await??;
    Ok(pdf(made.ok_or(Trouble::Unknown("standar pelayanan"))?, "standar"))
}
