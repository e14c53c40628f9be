//! The public check: `/v/status` for the check page, and `/periksa`, which needs no JavaScript. Nothing that is sent is
//! kept or written down, and nothing can be looked up by number, name or NIK alone.

use std::time::Duration;

use axum::extract::multipart::{Field, Multipart};
use axum::extract::{DefaultBodyLimit, Form, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use minijinja::context;
use serde::Deserialize;
use serde_json::json;
use suket::{Entry, Office, Verdict, Verifier, tanggal_panjang};
use tokio::sync::SemaphorePermit;

use super::app::App;
use super::around::trouble;
use super::limit::Limiter;
use super::meja::state::Jejak;
use super::page::{self, Refusal};
use super::verdict::Hasil;
use super::visitor::Visitor;

/// The longest file.
const FILE: usize = 20 * 1024 * 1024;
/// What a form may add around it.
const FORM: usize = 64 * 1024;
/// The longest QR text is far shorter.
const TEXT: usize = 8 * 1024;
/// Letters of one picture that are told.
const LETTERS: usize = 4;

pub(crate) fn routes() -> axum::Router<App> {
    axum::Router::new()
        .route("/v/status", post(status).layer(DefaultBodyLimit::max(TEXT)))
        .route("/periksa", get(form))
        .route("/periksa/berkas", post(file).layer(DefaultBodyLimit::max(FILE + FORM)).get(form))
        .route("/periksa/qr", post(qr).layer(DefaultBodyLimit::max(TEXT)).get(form))
        .route("/periksa/kode", post(kode).layer(DefaultBodyLimit::max(TEXT)).get(form))
}

/// What a check came to, or why there is none.
type Checked<T> = Result<T, Refusal>;

/// What the book says today of a letter whose sealed facts are at hand. The answer always has the same shape; the book is
/// asked only where the seal holds.
async fn status(State(app): State<App>, visitor: Visitor, text: String) -> Checked<Response> {
    allowed(&app, &app.limits.qr, visitor)?;
    let today = app.today();
    let verdict = checked(&app, move |office, verifier| Ok(office.verify_qr(verifier, &text)?)).await?;
    count(&app, &verdict);
    let (putusan, kalimat, warna) = (verdict.putusan, verdict.sentence(), verdict.putusan.colour());
    Ok(Json(json!({ "putusan": putusan, "warna": warna, "kalimat": kalimat, "hari": today })).into_response())
}

async fn form(State(app): State<App>) -> Checked<Response> {
    Ok(page::render("umum/periksa.html", context! { kantor => name(&app).await? }))
}

/// The form again, with what is wrong.
async fn again(app: &App, status: StatusCode, galat: &str, saran: &str) -> Checked<Response> {
    let kantor = name(app).await?;
    let mut page = page::render("umum/periksa.html", context! { kantor, galat, saran });
    *page.status_mut() = status;
    Ok(page)
}

#[derive(Deserialize)]
struct Pasted {
    teks: String,
}

async fn qr(State(app): State<App>, visitor: Visitor, Form(sent): Form<Pasted>) -> Checked<Response> {
    allowed(&app, &app.limits.qr, visitor)?;
    // An address bar shows the link with the slash of the redirect.
    let text = sent.teks.trim().replacen("/v/#", "/v#", 1);
    result(&app, move |office, verifier| Ok(vec![office.verify_qr(verifier, &text)?])).await
}

async fn file(State(app): State<App>, visitor: Visitor, mut sent: Multipart) -> Checked<Response> {
    allowed(&app, &app.limits.berkas, visitor)?;
    let mut found = None;
    while let Some(field) = sent.next_field().await? {
        if field.name() == Some("berkas") {
            found = Some(take(&app, field).await?);
            break;
        }
    }
    let Some((bytes, _held)) = found.filter(|(bytes, _)| !bytes.is_empty()) else {
        return again(&app, StatusCode::BAD_REQUEST, "Belum ada berkas", "Pilih berkas surat, lalu ulangi.")
            .await;
    };
    // What a file is, its first bytes say; name and type are claims.
    let (pdf, picture) = (bytes.starts_with(b"%PDF-"), Verifier::is_picture(&bytes));
    if !pdf && !picture {
        let galat = "Berkas ini bukan PDF dan bukan gambar PNG atau JPEG";
        let saran = "Kirim PDF surat, atau foto atau pindaian kertasnya.";
        return again(&app, StatusCode::UNSUPPORTED_MEDIA_TYPE, galat, saran).await;
    }
    if pdf {
        return result(&app, move |office, verifier| Ok(vec![office.verify(verifier, &bytes)?])).await;
    }
    let texts = app.office.public(move |_| Verifier::read_picture(&bytes)).await;
    let texts = texts?.unwrap_or_default();
    if texts.is_empty() {
        let saran = "Foto ulang dengan lurus, terang dan dekat; atau ketik kode di kaki surat.";
        return again(&app, StatusCode::UNPROCESSABLE_ENTITY, "Tidak ada QR yang terbaca", saran).await;
    }
    result(&app, move |office, verifier| {
        let one = |text: &String| Ok(office.verify_qr(verifier, text)?);
        texts.iter().take(LETTERS).map(one).collect()
    })
    .await
}

/// Reads an upload, as long as there is room in memory for what comes.
async fn take<'a>(app: &'a App, mut field: Field<'_>) -> Checked<(Vec<u8>, Option<SemaphorePermit<'a>>)> {
    let (mut bytes, mut held) = (Vec::new(), None::<SemaphorePermit<'a>>);
    while let Some(chunk) = field.chunk().await? {
        let kilobytes = u32::try_from(chunk.len() / 1024 + 1).unwrap_or(u32::MAX);
        let more = app
            .uploads
            .try_acquire_many(kilobytes)
            .map_err(|_full| trouble(StatusCode::SERVICE_UNAVAILABLE))?;
        match &mut held {
            Some(held) => held.merge(more),
            none => *none = Some(more),
        }
        if bytes.len() + chunk.len() > FILE {
            return Err(trouble(StatusCode::PAYLOAD_TOO_LARGE).into());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok((bytes, held))
}

#[derive(Deserialize)]
struct Code {
    kode: String,
    cocok: String,
}

/// The short code with the date or the number of the same letter. Whatever does not fit gets the same answer.
async fn kode(State(app): State<App>, visitor: Visitor, Form(sent): Form<Code>) -> Checked<Response> {
    if let Err(wait) = allowed(&app, &app.limits.kode, visitor) {
        note_guessing(&app, visitor).await?;
        return Err(wait);
    }
    result(&app, move |office, verifier| {
        let entry = office.by_code(&sent.kode)?.filter(|entry| fits(entry, &sent.cocok));
        if let Some(verdict) = entry.as_ref().and_then(|entry| office.verify_destroyed(verifier, entry)) {
            return Ok(vec![verdict]);
        }
        let letter = entry.map(|entry| office.letter(&entry)).transpose()?.flatten();
        let Some(letter) = letter else { return Ok(vec![verifier.unknown_code()]) };
        let mut verdict = office.verify(verifier, &letter)?;
        verdict.compare_code(&sent.kode);
        verdict.tidak_diperiksa.insert(0, "isi kertas selain data di sebelah ini".to_owned());
        Ok(vec![verdict])
    })
    .await
}

/// Whether a person has read this letter's date or number from the paper, however it is written.
fn fits(entry: &Entry, read: &str) -> bool {
    let (day, read) = (entry.tanggal, parts(read));
    let dates = [day.strftime("%d %m %Y").to_string(), day.to_string(), tanggal_panjang(day)];
    dates.iter().chain([&entry.nomor]).any(|known| parts(known) == read)
}

/// Letters and digits, without what stands between them and without leading zeros.
fn parts(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .map(|part| part.trim_start_matches('0').to_lowercase())
        .collect()
}

/// The page of results.
async fn result(
    app: &App,
    check: impl FnOnce(&Office, &Verifier) -> Result<Vec<Verdict>, Failed> + Send + 'static,
) -> Checked<Response> {
    let (verdicts, kantor) = checked(app, move |office, verifier| {
        let verdicts = check(office, verifier)?;
        let shown = verdicts.iter().map(|verdict| Hasil::new(verdict.clone(), office)).collect::<Vec<_>>();
        Ok(((verdicts, shown), office.profile().nama.clone()))
    })
    .await?;
    let (verdicts, hasil) = verdicts;
    for verdict in &verdicts {
        count(app, verdict);
    }
    let now = app.now();
    let waktu = format!("{} pukul {}", tanggal_panjang(now.date()), now.strftime("%H.%M"));
    Ok(page::render("umum/hasil.html", json!({ "hasil": hasil, "kantor": kantor, "waktu": waktu })))
}

/// Why a check was impossible. The cause goes into the log; it holds no values of the letter.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error(transparent)]
    Office(#[from] suket::OfficeError),
    #[error(transparent)]
    Verify(#[from] suket::VerifyError),
    #[error(transparent)]
    Known(#[from] super::known::NoVerifier),
}

/// Runs a check on the lane of strangers, with the office's own trust file.
async fn checked<T: Send + 'static>(
    app: &App,
    check: impl FnOnce(&Office, &Verifier) -> Result<T, Failed> + Send + 'static,
) -> Checked<T> {
    let (known, today) = (app.known.clone(), app.today());
    let ran = app.office.public(move |office| check(office, &*known.verifier(office, today)?)).await;
    ran?.map_err(|error: Failed| {
        tracing::error!(galat = %error, "pemeriksaan gagal");
        // An encrypted letter waits until the keys are open.
        let shut = matches!(error, Failed::Office(suket::OfficeError::Locked));
        let status = if shut { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::INTERNAL_SERVER_ERROR };
        trouble(status).into()
    })
}

async fn name(app: &App) -> Checked<String> {
    app.office.public(|office| office.profile().nama.clone()).await.map_err(Refusal::from)
}

fn count(app: &App, verdict: &Verdict) {
    let putusan = serde_json::to_value(verdict.putusan).unwrap_or_default();
    app.metrics.checked(putusan.as_str().unwrap_or_default());
}

/// Whether the visitor may ask once more.
fn allowed(app: &App, limiter: &Limiter, visitor: Visitor) -> Checked<()> {
    limiter.take(visitor.ip(), app.uptime()).map_err(|wait| too_often(wait).into())
}

/// Writes down that somebody tries out codes; not each time, so that it does not fill the trail.
async fn note_guessing(app: &App, visitor: Visitor) -> Checked<()> {
    if app.limits.asing.take(visitor.ip(), app.uptime()).is_err() {
        return Ok(());
    }
    let jejak = Jejak {
        oleh: "umum".to_owned(),
        perbuatan: "periksa",
        objek: "kode".to_owned(),
        hasil: "ditolak",
        keterangan: "terlalu sering".to_owned(),
    };
    let noted = app.meja.note(jejak, app.now().timestamp()).await;
    noted.map_err(|trouble| trouble.into_response().into())
}

/// Told to come again, and when.
pub(crate) fn too_often(wait: Duration) -> Response {
    let mut page = trouble(StatusCode::TOO_MANY_REQUESTS);
    let seconds = wait.as_secs().saturating_add(1);
    if let Ok(seconds) = HeaderValue::from_str(&seconds.to_string()) {
        page.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    page
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;

    use super::parts;

    #[test]
    fn a_date_or_a_number_is_read_as_people_write_it() {
        let day: Date = "2026-01-05".parse().unwrap();
        let expect = parts(&day.strftime("%d %m %Y").to_string());
        for written in ["5-1-2026", "05/01/2026", " 05.01.2026 "] {
            assert_eq!(parts(written), expect);
        }
        assert_ne!(parts("5-2-2026"), expect);
        assert_eq!(parts("400.12.2.1/001/clu/xi/2026"), parts("400.12.2.1 / 1 / CLU / XI / 2026"));
        assert_ne!(parts("400.12.2.1/010/CLU/XI/2026"), parts("400.12.2.1/001/CLU/XI/2026"));
    }
}
