//! Many applications from one table (XLSX, CSV, JSONL). Good rows become cases, the others are told with their row and what
//! is wrong. The work goes on in the background; its page shows how far it is.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::multipart::{Field, Multipart};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Value, json};
use suket::{Cap, Cari, Code, Finding, Kerja, RawCase, Tahap};
use tokio::sync::watch;

use super::session::{Orang, csrf_fits, own_page};
use super::state::random_id;
use super::terima::{self, Masukan};
use super::trouble::Trouble;
use super::{form, frame};
use crate::serve::app::App;

/// The longest table, in bytes.
pub(super) const FILE: usize = 8 * 1024 * 1024;
/// Rows of one table.
const ROWS: usize = 2000;
/// Jobs that are remembered; the oldest is forgotten.
const JOBS: usize = 32;

/// How far a table has come.
#[derive(Debug, Clone, Default)]
pub(super) struct Kemajuan {
    /// Rows that were looked at.
    pub(super) sudah: usize,
    /// All rows.
    pub(super) semua: usize,
    /// Whether it is finished.
    pub(super) selesai: bool,
    /// Cases that were opened: id, name of the applicant, row.
    pub(super) dibuka: Vec<(String, String, String)>,
    /// Rows that were refused, and why.
    pub(super) ditolak: Vec<(String, Vec<Finding>)>,
    /// What went wrong besides.
    pub(super) galat: Option<String>,
}

/// Jobs of this run of the daemon.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pekerjaan(Arc<Mutex<BTreeMap<String, Job>>>);

#[derive(Debug)]
struct Job {
    /// Account that has sent it; nobody else sees it.
    akun: String,
    /// Order in which they came.
    urut: usize,
    kabar: watch::Sender<Kemajuan>,
}

impl Pekerjaan {
    fn add(&self, akun: &str, first: Kemajuan) -> (String, watch::Sender<Kemajuan>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let urut = all.values().map(|job| job.urut + 1).max().unwrap_or(0);
        if all.len() >= JOBS
            && let Some(oldest) = all.iter().min_by_key(|(_, job)| job.urut).map(|(id, _)| id.clone())
        {
            all.remove(&oldest);
        }
        let (id, kabar) = (random_id(), watch::Sender::new(first));
        all.insert(id.clone(), Job { akun: akun.to_owned(), urut, kabar: kabar.clone() });
        (id, kabar)
    }

    /// This job, if it is this account's.
    fn of(&self, id: &str, akun: &str) -> Option<watch::Sender<Kemajuan>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(id).filter(|job| job.akun == akun).map(|job| job.kabar.clone())
    }
}

/// A job of this person. One of somebody else looks like one that is not there, and the trail says who tried.
pub(super) async fn own(app: &App, orang: &Orang, id: &str) -> Result<watch::Sender<Kemajuan>, Trouble> {
    if let Some(kabar) = app.meja.jobs().of(id, &orang.sesi.akun.id) {
        return Ok(kabar);
    }
    orang.note(app, "lihat-unggahan", "", "ditolak", "bukan miliknya atau tidak ada").await?;
    Err(Trouble::Unknown("unggahan itu"))
}

/// `GET /unggah`.
pub(super) async fn page(State(app): State<App>, orang: Orang) -> Result<Response, Trouble> {
    orang.must(&app, Kerja::Buka, "unggah").await?;
    Ok(frame::page(&app, &orang, "meja/unggah.html", json!({ "mib": FILE / 1024 / 1024, "baris": ROWS })))
}

/// `POST /unggah`: a form with a file. What kind of table it is, its first bytes say.
pub(super) async fn take(
    State(app): State<App>,
    orang: Orang,
    headers: HeaderMap,
    mut sent: Multipart,
) -> Result<Response, Trouble> {
    orang.must(&app, Kerja::Buka, "unggah").await?;
    let unreadable = |_broken| Trouble::Said("kiriman tidak terbaca atau terlalu besar".to_owned());
    let (mut csrf, mut table) = (String::new(), None);
    while let Some(field) = sent.next_field().await.map_err(unreadable)? {
        match field.name() {
            Some("csrf") => csrf = String::from_utf8_lossy(&read(field, 256).await?).into_owned(),
            // The token stands before the file, so that nothing is read for a stranger.
            Some("tabel") if csrf_fits(&orang, &csrf) => table = Some(read(field, FILE).await?),
            _ => {}
        }
    }
    if !own_page(&headers) || !csrf_fits(&orang, &csrf) {
        orang.note(&app, "unggah", "", "ditolak", "csrf").await?;
        return Err(Trouble::Forged);
    }
    let table = table.filter(|bytes| !bytes.is_empty());
    let table = table.ok_or_else(|| Trouble::Said("pilih berkas tabel lebih dahulu".to_owned()))?;
    let name = kind(&table).ok_or_else(|| {
        Trouble::Said("berkas ini bukan XLSX, CSV atau JSONL; simpan tabel sebagai XLSX atau CSV".to_owned())
    })?;
    let rows = tokio::task::spawn_blocking(move || RawCase::read(name, &table))
        .await
        .map_err(|_panicked| Trouble::Panicked)?
        .unwrap_or_default();
    if rows.len() > ROWS {
        return Err(Trouble::Said(format!("tabel ini lebih dari {ROWS} baris; bagi menjadi beberapa")));
    }
    let first = Kemajuan { semua: rows.len(), ..Kemajuan::default() };
    let (id, kabar) = app.meja.jobs().add(&orang.sesi.akun.id, first);
    orang.note(&app, "unggah", &id, "boleh", &format!("{} baris", rows.len())).await?;
    tokio::spawn(work(app, orang, rows, kabar));
    Ok(Redirect::to(&format!("/unggah/{id}")).into_response())
}

/// A field whole, if it is not longer than this.
async fn read(mut field: Field<'_>, most: usize) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    let broken = |_broken| Trouble::Said("kiriman terputus atau terlalu besar".to_owned());
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        if bytes.len() + chunk.len() > most {
            return Err(Trouble::Said("berkas terlalu besar; bagi menjadi beberapa".to_owned()));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// The name under which a table is read: an XLSX is a ZIP; lines of JSON begin with a brace; the rest, if it is text with a
/// heading of several columns, is CSV.
fn kind(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"PK\x03\x04") {
        return Some("tabel.xlsx");
    }
    let text = std::str::from_utf8(bytes).ok()?.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with('{') {
        return Some("tabel.jsonl");
    }
    let heading = text.lines().next()?;
    let plain = !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
    (plain && heading.contains([',', ';', '\t']) && !heading.starts_with(['<', '%'])).then_some("tabel.csv")
}

/// Receives row after row.
async fn work(app: App, orang: Orang, rows: Vec<RawCase>, kabar: watch::Sender<Kemajuan>) {
    let mut stopping = app.stopping.clone();
    for raw in rows {
        if *stopping.borrow_and_update() {
            let galat = "layanan berhenti sebelum selesai; unggah lagi baris yang belum tercatat".to_owned();
            kabar.send_modify(|now| now.galat = Some(galat));
            break;
        }
        let place = raw.place.row.map_or_else(|| "berkas".to_owned(), |row| format!("baris {row}"));
        let done = one(&app, &orang, raw).await;
        kabar.send_modify(|now| {
            now.sudah += 1;
            match done {
                Ok(Ok((id, nama))) => now.dibuka.push((id, nama, place)),
                Ok(Err(findings)) => now.ditolak.push((place, findings)),
                Err(error) => now.ditolak.push((place, vec![told(&error)])),
            }
        });
    }
    kabar.send_modify(|now| now.selesai = true);
}

fn told(error: &Trouble) -> Finding {
    Finding::new(Code::BarisRusak, "", error.to_string(), error.told().1)
}

/// A row that can be read, with a kind and a name, is a case; what else it lacks is told at the desk.
async fn one(
    app: &App,
    orang: &Orang,
    raw: RawCase,
) -> Result<Result<(String, String), Vec<Finding>>, Trouble> {
    if !raw.readable || suket::any_refuses(&raw.findings) {
        return Ok(Err(raw.findings));
    }
    let (checked, today) = (raw.clone(), app.today());
    // What can wait: everything that is only missing. What is wrong must be put right in the table.
    let findings = app.office.read(move |office| office.findings(checked, today)).await?;
    let missing = |code: Code| matches!(code, Code::WajibKosong | Code::SyaratKurang);
    let wrong: Vec<Finding> = findings
        .into_iter()
        .filter(|finding| finding.refuses() && (!missing(finding.kode) || finding.bidang == "pemohon.nama"))
        .collect();
    if !wrong.is_empty() {
        return Ok(Err(wrong));
    }
    if waiting(app, &raw).await? {
        return Ok(Err(vec![Finding::new(
            Code::BarisRusak,
            "pemohon.nik",
            "pemohon ini sudah mempunyai berkas sejenis yang belum selesai di meja",
            "lanjutkan berkas itu, atau hapus baris ini dari tabel",
        )]));
    }
    let (id, nama) = (random_id(), raw.case.pemohon.nama.clone().unwrap_or_default());
    orang.note(app, "buka", &id, "boleh", "tabel").await?;
    let cap = Cap { waktu: app.now().timestamp(), ..orang.cap() };
    terima::receive(app, Masukan { id: id.clone(), case: raw.case, sumber: "tabel".to_owned() }, cap).await?;
    Ok(Ok((id, nama)))
}

/// Whether the same person waits for the same kind of letter already: the same table sent twice opens nothing twice.
async fn waiting(app: &App, raw: &RawCase) -> Result<bool, Trouble> {
    let Some(nik) = raw.case.pemohon.nik.clone() else { return Ok(false) };
    let cases = app.meja.desk(move |desk| desk.find(Cari::Orang(&nik), u32::MAX)).await??;
    let ended = |tahap: Tahap| matches!(tahap, Tahap::Selesai | Tahap::Ditarik);
    Ok(cases.iter().any(|one| one.jenis == raw.case.jenis && !ended(one.tahap)))
}

/// `GET /unggah/{id}`: how far it is, and what came of it.
pub(super) async fn result(
    State(app): State<App>,
    Path(id): Path<String>,
    orang: Orang,
) -> Result<Response, Trouble> {
    orang.must(&app, Kerja::Buka, "unggah").await?;
    let now = own(&app, &orang, &id).await?.borrow().clone();
    orang.note(&app, "lihat-unggahan", &id, "boleh", "").await?;
    let dibuka: Vec<Value> = now
        .dibuka
        .iter()
        .map(|(id, nama, place)| json!({ "id": id, "nama": nama, "baris": place }))
        .collect();
    let ditolak: Vec<Value> = now
        .ditolak
        .iter()
        .map(|(place, list)| json!({ "baris": place, "temuan": list.iter().map(form::told).collect::<Vec<_>>() }))
        .collect();
    let own = json!({ "id": id, "sudah": now.sudah, "semua": now.semua, "selesai": now.selesai, "galat_kerja": now.galat, "dibuka": dibuka, "ditolak": ditolak });
    Ok(frame::page(&app, &orang, "meja/unggah-hasil.html", own))
}

#[cfg(test)]
mod tests {
    use super::kind;

    #[test]
    fn a_table_is_known_by_its_bytes() {
        let check = |bytes: &[u8], expect: Option<&str>| assert_eq!(kind(bytes), expect, "{bytes:?}");
        check(b"PK\x03\x04....", Some("tabel.xlsx"));
        check(b"\xef\xbb\xbf{\"jenis\": 1}\n", Some("tabel.jsonl"));
        check(b"jenis;nama\nrekomendasi;A\n", Some("tabel.csv"));
        check(b"%PDF-1.7 a,b", None);
        check(b"\x7fELF,\x00\x01", None);
        check(b"<html>,", None);
        check(b"hanya kata", None);
        check(b"a,b\x00c", None);
        check(b"\xff\xfe,", None);
    }
}
