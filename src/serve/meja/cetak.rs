//! PDFs for the staff: the draft, the letter for printing, the office's working copy, slips.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use suket::{Filter, Perbuatan, Tindakan};

use super::form::whole;
use super::open::{self, Kata, Terbuka};
use super::session::{Fields, Orang};
use super::terbit;
use super::trouble::Trouble;
use crate::serve::app::App;

/// A PDF may be shown within our own pages, by the viewer that the browser has.
const POLICY: &str = "frame-ancestors 'self'";

/// A PDF as an answer, under a name without personal data.
pub(crate) fn pdf(bytes: Vec<u8>, name: &str) -> Response {
    let mut answer = bytes.into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    if let Ok(value) = HeaderValue::from_str(&format!("inline; filename=\"{name}.pdf\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    answer
}

/// `GET /berkas/{id}/draf.pdf`: the letter as it would be today.
pub(super) async fn draft(
    State(app): State<App>,
    Path(id): Path<String>,
    orang: Orang,
) -> Result<Response, Trouble> {
    let it = open::open(&app, &orang, &id).await?;
    it.must(&app, &orang, Perbuatan::Draf).await?;
    orang.note(&app, Perbuatan::Draf.as_str(), &id, "boleh", "").await?;
    let (raw, today) = (whole(it.berkas.to_issue()), app.today());
    let bytes = app.office.read(move |office| terbit::draft(office, raw, today)).await??;
    Ok(pdf(bytes, "draf"))
}

/// `GET /berkas/{id}/salinan.pdf`: the office's working copy of the letter, marked SALINAN.
pub(super) async fn copy(
    State(app): State<App>,
    Path(id): Path<String>,
    orang: Orang,
) -> Result<Response, Trouble> {
    let it = open::open(&app, &orang, &id).await?;
    let surat = it.berkas.surat.clone().ok_or(Trouble::Unknown("surat"))?;
    orang.note(&app, "salinan", &id, "boleh", "").await?;
    let bytes = app
        .office
        .read(move |office| match office.entry(surat.seq)? {
            Some(entry) => office.office_copy(&entry),
            None => Ok(None),
        })
        .await??;
    Ok(pdf(bytes.ok_or(Trouble::Unknown("salinan"))?, "salinan"))
}

/// `GET /berkas/{id}/lembar/{n}.pdf`: a slip of the case.
pub(super) async fn slip(
    State(app): State<App>,
    Path((id, n)): Path<(String, usize)>,
    orang: Orang,
) -> Result<Response, Trouble> {
    let it = open::open(&app, &orang, &id).await?;
    let nomor = it.berkas.lembar.get(n).cloned().ok_or(Trouble::Unknown("lembar"))?;
    orang.note(&app, "lembar", &id, "boleh", "").await?;
    let bytes = app
        .office
        .read(move |office| {
            let found = office.list(&Filter { nomor: Some(nomor), ..Filter::default() })?;
            found.last().map_or(Ok(None), |entry| office.letter(entry))
        })
        .await??;
    Ok(pdf(bytes.ok_or(Trouble::Unknown("lembar"))?, "lembar"))
}

/// Prints the letter: the same bytes each time. Once more needs a reason.
pub(super) async fn letter(
    app: &App,
    orang: &Orang,
    it: &mut Terbuka,
    act: Perbuatan,
    fields: &Fields,
) -> Result<Response, Trouble> {
    let surat = it.berkas.surat.clone().ok_or(Trouble::Unknown("surat"))?;
    let again = it.berkas.dicetak.is_some();
    let alasan = if act == Perbuatan::CetakUlang {
        suket::reason(fields.get("alasan"))?
    } else if again {
        return Err(Trouble::Said("surat ini sudah dicetak; pakai cetak ulang dengan alasan".to_owned()));
    } else {
        String::new()
    };
    let seq = surat.seq;
    let bytes = app
        .office
        .read(move |office| office.entry(seq)?.map_or(Ok(None), |entry| office.letter(&entry)))
        .await??;
    let bytes = bytes.ok_or(Trouble::Unknown("berkas surat"))?;
    let kata = Kata { perbuatan: act.as_str(), keterangan: &alasan };
    open::apply(app, it, Tindakan::Cetak, &orang.cap(), kata).await?;
    Ok(pdf(bytes, "surat"))
}
