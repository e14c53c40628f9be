//! Letters for other systems, as `suket --json list` tells them: numbers and digests, no name and no NIK. The PDF itself
//! holds both, so each one that is taken is written down.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use suket::{Entry, Filter, Lingkup};
use utoipa::{IntoParams, ToSchema};

use super::masalah::{Jenis, Masalah};
use super::pemakai::Pemakai;
use crate::cli::hex;
use crate::cli::issue::status;
use crate::serve::app::App;

/// Where a letter is, and whether it is good.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Alamat {
    /// Number as printed.
    nomor: String,
    /// Series.
    seri: String,
    /// Year of the number.
    tahun: i16,
    /// Running number as in addresses: `12`, or `12.a` of an insertion.
    urut: String,
    /// Date of the letter.
    #[schema(format = Date)]
    tanggal: String,
    /// `berlaku`, `batal`, `diganti` or `kedaluwarsa`.
    status: &'static str,
}

/// The address of a letter.
pub(super) fn place(entry: &Entry, today: Date) -> Alamat {
    Alamat {
        nomor: entry.nomor.clone(),
        seri: entry.seri.clone(),
        tahun: entry.tahun,
        urut: entry.label(),
        tanggal: entry.tanggal.to_string(),
        status: status(entry.status_on(today)),
    }
}

/// A letter (surat), with the keys of `suket --json list`.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Surat {
    /// Number as printed.
    nomor: String,
    /// Running number; of an insertion the number that it stands behind.
    urut: u32,
    /// Series.
    seri: String,
    /// Year of the number.
    tahun: i16,
    /// Date of the letter.
    #[schema(format = Date)]
    tanggal: String,
    /// Kind of letter.
    jenis: String,
    /// `berlaku`, `batal`, `diganti` or `kedaluwarsa`.
    status: &'static str,
    /// SHA-256 of the PDF, in hex.
    sha256: String,
    /// SHA-256 of the stored bytes, in hex.
    objek: String,
    /// Always `null` here; the command line tells where it has written a PDF.
    pdf: Option<String>,
    /// Always empty here.
    temuan: Vec<String>,
    /// Suffix of an insertion, `a` to `z`.
    #[serde(skip_serializing_if = "Option::is_none")]
    sisipan: Option<String>,
    /// Why it was inserted.
    #[serde(skip_serializing_if = "Option::is_none")]
    alasan_sisipan: Option<String>,
    /// Its number in the general agenda.
    #[serde(skip_serializing_if = "Option::is_none")]
    agenda: Option<Agenda>,
}

/// A number of the general agenda.
#[derive(Debug, Serialize, ToSchema)]
struct Agenda {
    nomor: String,
    seri: String,
    urut: u32,
}

impl Surat {
    fn new(entry: &Entry, today: Date) -> Self {
        let agenda = entry.agenda.as_ref();
        Self {
            nomor: entry.nomor.clone(),
            urut: entry.urut,
            seri: entry.seri.clone(),
            tahun: entry.tahun,
            tanggal: entry.tanggal.to_string(),
            jenis: entry.jenis.clone(),
            status: status(entry.status_on(today)),
            sha256: hex(&entry.sha256),
            objek: hex(&entry.objek),
            pdf: None,
            temuan: Vec::new(),
            sisipan: Some(entry.sisipan.clone()).filter(|text| !text.is_empty()),
            alasan_sisipan: entry.alasan_sisipan.clone().filter(|_| !entry.sisipan.is_empty()),
            agenda: agenda.map(|agenda| Agenda {
                nomor: agenda.nomor.clone(),
                seri: agenda.seri.clone(),
                urut: agenda.urut,
            }),
        }
    }
}

/// Which letters.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Bulan {
    /// Tahun-bulan
    #[param(required = true, pattern = "^[0-9]{4}-(0[1-9]|1[0-2])$", example = "2026-11")]
    bulan: Option<String>,
}

/// Year and month of `2026-11`.
pub(super) fn month(text: &str) -> Option<(i16, i8)> {
    let (year, month) = text.split_once('-')?;
    let plain = |text: &str, length| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    let parsed = (year.parse().ok()?, month.parse().ok()?);
    (plain(year, 4) && plain(month, 2) && parsed.0 > 0 && (1..=12).contains(&parsed.1)).then_some(parsed)
}

/// Surat satu bulan
#[utoipa::path(
    get, path = "/surat", tag = "surat", operation_id = "daftar_surat", params(Bulan),
    responses(
        (status = 200, description = "Surat, menurut urutan terbit", body = Vec<Surat>),
        (status = 400, description = "Bulan tidak terbaca"),
    ),
    security(("token" = ["baca"])),
)]
pub(super) async fn list(
    State(app): State<App>,
    pemakai: Pemakai,
    Query(asked): Query<Bulan>,
) -> Result<Json<Vec<Surat>>, Masalah> {
    let text = asked.bulan.unwrap_or_default();
    let asked = month(&text);
    pemakai.must(&app, Lingkup::Baca, "daftar-surat", if asked.is_some() { &text } else { "" }).await?;
    let filter = Filter { month: Some(asked.ok_or(Jenis::BulanSalah)?), ..Filter::default() };
    let entries = app.office.read(move |office| office.list(&filter)).await??;
    let today = app.today();
    Ok(Json(entries.iter().map(|entry| Surat::new(entry, today)).collect()))
}

/// Address of a letter.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct Tempat {
    #[param(example = "umum")]
    seri: String,
    #[param(pattern = "^[0-9]{4}$", example = "2026")]
    tahun: String,
    /// Nomor urut; sisipan 12.a
    #[param(example = "12")]
    urut: String,
}

/// Keterangan satu surat
#[utoipa::path(
    get, path = "/surat/{seri}/{tahun}/{urut}", tag = "surat", operation_id = "surat",
    params(Tempat),
    responses(
        (status = 200, description = "Suratnya", body = Surat),
        (status = 400, description = "Permintaan tidak terbaca"),
        (status = 404, description = "Tidak ada"),
    ),
    security(("token" = ["baca"])),
)]
pub(super) async fn one(
    State(app): State<App>,
    Path(place): Path<Tempat>,
    pemakai: Pemakai,
) -> Result<Json<Surat>, Masalah> {
    let entry = find(&app, &pemakai, "lihat-surat", place).await?;
    Ok(Json(Surat::new(&entry, app.today())))
}

/// PDF satu surat, untuk diserahkan ke sistem lain
#[utoipa::path(
    get, path = "/surat/{seri}/{tahun}/{urut}/pdf", tag = "surat", operation_id = "surat_pdf",
    params(Tempat),
    responses(
        (status = 200, description = "Berkas yang bersegel, byte demi byte", body = [u8], content_type = "application/pdf"),
        (status = 400, description = "Permintaan tidak terbaca"),
        (status = 404, description = "Tidak ada, atau sudah dimusnahkan"),
    ),
    security(("token" = ["baca"])),
)]
pub(super) async fn pdf(
    State(app): State<App>,
    Path(place): Path<Tempat>,
    pemakai: Pemakai,
) -> Result<Response, Masalah> {
    let entry = find(&app, &pemakai, "unduh-surat", place).await?;
    let bytes = app.office.read(move |office| office.letter(&entry)).await??;
    let bytes = bytes.ok_or(Jenis::TidakAda)?;
    Ok(([(header::CONTENT_TYPE, "application/pdf")], bytes).into_response())
}

/// Finds a letter, and writes down who has looked at it.
async fn find(
    app: &App,
    pemakai: &Pemakai,
    perbuatan: &'static str,
    Tempat { seri, tahun, urut }: Tempat,
) -> Result<Entry, Masalah> {
    let year = tahun.parse().ok().filter(|_| tahun.len() == 4);
    // `12` or `12.a`; the label decides, so that a number has one spelling only.
    let number = urut.split('.').next().and_then(|number| number.parse().ok());
    let found = app
        .office
        .read(move |office| {
            let (Some(year), Some(number)) = (year, number) else { return Ok(None) };
            let here = |entry: &Entry| entry.seri == seri && entry.label() == urut;
            office.numbered(&seri, year, number).map(|list| list.into_iter().find(here))
        })
        .await??;
    let Some(entry) = found else {
        pemakai.must(app, Lingkup::Baca, perbuatan, "surat yang tidak ada").await?;
        return Err(Jenis::TidakAda.into());
    };
    pemakai.must(app, Lingkup::Baca, perbuatan, &entry.nomor).await?;
    Ok(entry)
}

#[cfg(test)]
mod tests {
    use super::month;

    #[test]
    fn a_month_is_read_in_one_spelling_only() {
        assert_eq!(month("2026-11"), Some((2026, 11)));
        for wrong in ["", "2026", "2026-13", "2026-00", "2026-1", "26-11", "+026-11", "2026-+1", "0000-01"] {
            assert_eq!(month(wrong), None, "{wrong}");
        }
    }
}
