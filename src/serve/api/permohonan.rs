//! Applications (permohonan) from other systems. A case needs no more than a kind and a name to be received, as at the
//! counter; what else is wrong with it is told, and mended at the counter.
#![expect(clippy::result_large_err, reason = "a problem is rare, and tells everything at once")]

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::Serialize;
use suket::{Case, DeskError, Finding, Ingatan, Lingkup, Office, OfficeError, Penanda, RawCase, any_refuses};
use utoipa::ToSchema;

use super::dokumen::Kasus;
use super::masalah::{Jenis, Masalah, Temuan, told};
use super::pemakai::Pemakai;
use super::surat::{Alamat, place};
use crate::serve::app::App;
use crate::serve::meja::form;
use crate::serve::meja::open::{self, Terbuka};
use crate::serve::meja::state::random_id;
use crate::serve::meja::terima::{self, Masukan};

/// Header of the idempotency key.
const KEY: &str = "idempotency-key";

/// An application as its system sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Permohonan {
    /// Id; only the token that has handed the case in can ask for it.
    id: String,
    /// Number in the register of applications.
    #[schema(example = "12/2026")]
    nomor: Option<String>,
    /// Kind of letter.
    jenis: String,
    /// Stage: `periksa`, `rekam`, `konsep`, `paraf`, `setujui`, `tinta`, `serahkan`, `dikembalikan`, `selesai`, …
    tahap: &'static str,
    /// The stage in words.
    keterangan: &'static str,
    /// Why it waits, or was given back.
    sebab: Option<String>,
    /// The letter, once there is one.
    surat: Option<Alamat>,
    /// What is still wrong or missing; empty once there is a letter.
    temuan: Vec<Temuan>,
}

/// What a check of a case says.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Hasil {
    /// Whether a letter could be issued like this.
    lengkap: bool,
    /// Everything that was found.
    temuan: Vec<Temuan>,
}

/// Ajukan satu permohonan
///
/// Isi: berkas kasus sebagai JSON. Permohonan diterima bila jenis dan nama ada dan setiap bidang terbaca; yang lain
/// disebut di `temuan` dan dilengkapi di loket. Diulangi dengan Idempotency-Key dan isi yang sama, jawabannya permohonan
/// yang sama.
#[utoipa::path(
    post, path = "/permohonan", tag = "permohonan", operation_id = "ajukan",
    params(("Idempotency-Key" = String, Header, description = "Lain untuk setiap permohonan", min_length = 1,
        max_length = 100, pattern = "^[!-~]+$")),
    request_body(content = Kasus, content_type = "application/json"),
    responses(
        (status = 201, description = "Diterima", body = Permohonan, headers(("Location" = String))),
        (status = 200, description = "Sudah diterima sebelumnya", body = Permohonan),
        (status = 400, description = "Permintaan atau Idempotency-Key tidak terbaca"),
        (status = 409, description = "Berkas sedang diubah"),
        (status = 413, description = "Terlalu besar"),
        (status = 415, description = "Bukan JSON"),
        (status = 422, description = "Tidak dapat diterima, atau kunci yang sama dengan isi lain"),
    ),
    security(("token" = ["ajukan"])),
)]
pub(super) async fn hand_in(
    State(app): State<App>,
    pemakai: Pemakai,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Masalah> {
    pemakai.may(&app, Lingkup::Ajukan, "ajukan", "").await?;
    let kunci = key(&headers)?;
    let case = received(&app, &headers, body).await?.0;
    let (id, new) = remember(&app, &pemakai, kunci, &case).await?;
    let perbuatan = if new { "ajukan" } else { "ajukan-ulang" };
    pemakai.note(&app, (perbuatan, &id), "boleh", &case.jenis).await?;
    let masukan = Masukan { id: id.clone(), case, sumber: pemakai.token.nama.clone() };
    let it = receive(&app, masukan, pemakai.cap()).await?;
    let answer = Json(describe(&app, &it).await?);
    if !new {
        return Ok(answer.into_response());
    }
    let place = HeaderValue::from_str(&format!("{}/permohonan/{id}", super::ROOT)).ok();
    let mut answer = (StatusCode::CREATED, answer).into_response();
    place.map(|place| answer.headers_mut().insert(header::LOCATION, place));
    Ok(answer)
}

/// Periksa satu permohonan tanpa mengajukannya
///
/// Tidak ada yang disimpan. Yang tidak akan diterima ditolak dengan 422, sama seperti waktu diajukan.
#[utoipa::path(
    post, path = "/permohonan/periksa", tag = "permohonan", operation_id = "periksa",
    request_body(content = Kasus, content_type = "application/json"),
    responses(
        (status = 200, description = "Dapat diterima; temuan menyebut yang masih kurang", body = Hasil),
        (status = 400, description = "Permintaan tidak terbaca"),
        (status = 413, description = "Terlalu besar"),
        (status = 415, description = "Bukan JSON"),
        (status = 422, description = "Tidak dapat diterima"),
    ),
    security(("token" = ["ajukan"])),
)]
pub(super) async fn check(
    State(app): State<App>,
    pemakai: Pemakai,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Hasil>, Masalah> {
    pemakai.must(&app, Lingkup::Ajukan, "periksa", "").await?;
    let (_, findings) = received(&app, &headers, body).await?;
    Ok(Json(Hasil { lengkap: !any_refuses(&findings), temuan: told(&findings) }))
}

/// Keadaan permohonan yang diajukan token ini
///
/// Permohonan milik sistem lain dijawab 404, sama seperti yang tidak ada. PDF suratnya dibaca di
/// `/surat/{seri}/{tahun}/{urut}/pdf` dengan lingkup baca.
#[utoipa::path(
    get, path = "/permohonan/{id}", tag = "permohonan", operation_id = "keadaan",
    params(("id" = String, Path, description = "Id dari jawaban waktu diajukan")),
    responses(
        (status = 200, description = "Keadaannya", body = Permohonan),
        (status = 400, description = "Permintaan tidak terbaca"),
        (status = 404, description = "Tidak ada, atau diajukan sistem lain"),
    ),
    security(("token" = ["ajukan"])),
)]
pub(super) async fn state(
    State(app): State<App>,
    Path(id): Path<String>,
    pemakai: Pemakai,
) -> Result<Json<Permohonan>, Masalah> {
    let (token, asked) = (pemakai.token.id.clone(), id.clone());
    let own = app.meja.desk(move |desk| desk.handed_in(&token, &asked)).await??;
    if !own {
        pemakai.may(&app, Lingkup::Ajukan, "lihat", "berkas yang tidak ada").await?;
        pemakai.note(&app, ("lihat", "berkas yang tidak ada"), "ditolak", "").await?;
        return Err(Jenis::TidakAda.into());
    }
    pemakai.must(&app, Lingkup::Ajukan, "lihat", &id).await?;
    let it = open::unchecked(&app, id).await?;
    Ok(Json(describe(&app, &it).await?))
}

/// The idempotency key.
fn key(headers: &HeaderMap) -> Result<String, Masalah> {
    let mut all = headers.get_all(KEY).iter();
    let (Some(value), None) = (all.next(), all.next()) else { return Err(Jenis::KunciKosong.into()) };
    let text = value.to_str().unwrap_or_default();
    let fits = (1..=100).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    if fits { Ok(text.to_owned()) } else { Err(Jenis::KunciKosong.into()) }
}

/// Reads a case that can be received, with everything that is found in it.
async fn received(app: &App, headers: &HeaderMap, body: Bytes) -> Result<(Case, Vec<Finding>), Masalah> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(Jenis::BukanJson.into());
    }
    let read = RawCase::read("permohonan.json", &body).unwrap_or_default();
    let raw = read.into_iter().next().ok_or(Jenis::TidakTerbaca)?;
    let today = app.today();
    app.office.read(move |office| judge(office, raw, today)).await?
}

/// Whether a case can be received; the findings are those of `suket check`.
fn judge(office: &Office, raw: RawCase, today: Date) -> Result<(Case, Vec<Finding>), Masalah> {
    let (case, unreadable) = (raw.case.clone(), any_refuses(&raw.findings));
    let findings = office.findings(raw, today);
    if unreadable {
        return Err(Masalah::refused("Ada yang tidak terbaca", &findings));
    }
    if let Err(error) = office.may_apply(&case) {
        let Some(text) = said(&error) else { return Err(error.into()) };
        return Err(Masalah::refused(text, &findings));
    }
    if office.assets().kind(&case.jenis).is_some_and(|kind| kind.penanda == Penanda::Petugas) {
        return Err(Masalah::refused("Lembar dibuat dari berkas permohonannya di loket", &findings));
    }
    Ok((case, findings))
}

fn said(error: &OfficeError) -> Option<&str> {
    if let OfficeError::Said(text) = error { Some(text) } else { None }
}

/// The id of the case of this key, and whether it is new. It is chosen and put down before anything else is done, so that
/// the same request after a crash gives the same case.
async fn remember(
    app: &App,
    pemakai: &Pemakai,
    kunci: String,
    case: &Case,
) -> Result<(String, bool), Masalah> {
    let (token, waktu, content, fresh) =
        (pemakai.token.id.clone(), pemakai.waktu, case.canonical(), random_id());
    let known = app
        .meja
        .desk(move |desk| match desk.remembered(&token, &kunci, content.as_bytes())? {
            Ingatan::Baru => {
                desk.remember((&token, &kunci), content.as_bytes(), &fresh, waktu)?;
                Ok::<_, DeskError>(Some((fresh, true)))
            }
            Ingatan::Sama(id) => Ok(Some((id, false))),
            Ingatan::Lain => Ok(None),
        })
        .await??;
    if known.is_none() {
        pemakai.note(app, ("ajukan", ""), "ditolak", "kunci permintaan berbeda").await?;
    }
    known.ok_or_else(Masalah::other_content)
}

/// Receives the case, on a task of its own: a client that goes away does not leave half of it. Where the same request
/// comes twice at once, the slower one finds the case done.
async fn receive(app: &App, masukan: Masukan, cap: suket::Cap) -> Result<Terbuka, Masalah> {
    let own = app.clone();
    let id = masukan.id.clone();
    let done = tokio::spawn(async move { terima::receive(&own, masukan, cap).await });
    let done = done.await.map_err(|_panicked| Jenis::Galat)?;
    match done {
        Ok(it) => Ok(it),
        Err(trouble) => match open::unchecked(app, id).await {
            Ok(it) if it.berkas.permohonan.is_some() => Ok(it),
            Ok(_) | Err(_) => Err(trouble.into()),
        },
    }
}

/// The case as its system sees it.
async fn describe(app: &App, it: &Terbuka) -> Result<Permohonan, Masalah> {
    let (raw, today) = (form::whole(it.berkas.to_issue()), app.today());
    let letter = it.berkas.surat.as_ref().map(|surat| surat.seq);
    let (findings, entry) = app
        .office
        .read(move |office| match letter {
            Some(seq) => Ok((Vec::new(), office.entry(seq)?)),
            None => Ok::<_, OfficeError>((office.findings(raw, today), None)),
        })
        .await??;
    let berkas = &it.berkas;
    Ok(Permohonan {
        id: berkas.id.clone(),
        nomor: berkas.permohonan.map(|nomor| format!("{}/{}", nomor.urut, nomor.tahun)),
        jenis: berkas.kasus.jenis.clone(),
        tahap: it.at.tahap.as_str(),
        keterangan: it.at.tahap.label(),
        sebab: berkas.sebab.clone(),
        surat: entry.map(|entry| place(&entry, today)),
        temuan: told(&findings),
    })
}
