//! The register of a month for other systems. It holds names, so each use is written down.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use suket::{Buku, Lingkup, OfficeError, Sel};
use utoipa::{IntoParams, ToSchema};

use super::masalah::{Jenis, Masalah};
use super::pemakai::Pemakai;
use super::surat;
use crate::serve::app::App;

/// A book as data.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Register {
    /// Its short name.
    buku: &'static str,
    /// What it covers, such as `2026-11`.
    masa: String,
    /// Its title.
    judul: String,
    /// Heads of the columns.
    kolom: Vec<String>,
    /// Rows: one cell for each column.
    baris: Vec<Vec<Isi>>,
}

/// A cell: text, a date as year-month-day, or a count.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum Isi {
    Teks(String),
    Angka(u32),
}

impl From<&Buku> for Register {
    fn from(buku: &Buku) -> Self {
        let cell = |cell: &Sel| match cell {
            Sel::Teks(text) => Isi::Teks(text.clone()),
            Sel::Tanggal(date) => Isi::Teks(date.to_string()),
            Sel::Angka(count) => Isi::Angka(*count),
        };
        let rows = buku.kelompok.iter().flat_map(|group| &group.baris);
        Self {
            buku: buku.nama,
            masa: buku.masa.kode(),
            judul: buku.judul.clone(),
            kolom: buku.kolom.iter().map(|column| column.kepala.clone()).collect(),
            baris: rows.map(|row| row.sel.iter().map(cell).collect()).collect(),
        }
    }
}

/// In which form.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Bentuk {
    /// `json` (tanpa pilihan), atau `csv` seperti `suket register --format csv`
    #[param(pattern = "^(json|csv)$")]
    bentuk: Option<String>,
}

/// Register satu bulan
#[utoipa::path(
    get, path = "/register/{bulan}", tag = "surat", operation_id = "register",
    params(("bulan" = String, Path, pattern = "^[0-9]{4}-(0[1-9]|1[0-2])$", example = "2026-11"), Bentuk),
    responses(
        (status = 200, description = "Register", content(
            (Register = "application/json"), (String = "text/csv"))),
        (status = 400, description = "Bulan atau bentuk tidak terbaca"),
    ),
    security(("token" = ["baca"])),
)]
pub(super) async fn month(
    State(app): State<App>,
    Path(bulan): Path<String>,
    pemakai: Pemakai,
    Query(asked): Query<Bentuk>,
) -> Result<Response, Masalah> {
    let month = surat::month(&bulan);
    pemakai.must(&app, Lingkup::Baca, "register", if month.is_some() { &bulan } else { "" }).await?;
    let (year, month) = month.ok_or(Jenis::BulanSalah)?;
    let csv = match asked.bentuk.as_deref() {
        None | Some("json") => false,
        Some("csv") => true,
        Some(_) => return Err(Jenis::BentukSalah.into()),
    };
    let buku =
        app.office.read(move |office| Ok::<_, OfficeError>(office.register(year, month)?.buku())).await??;
    if csv {
        let bytes = buku.csv().map_err(OfficeError::from)?;
        return Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], bytes).into_response());
    }
    Ok(Json(Register::from(&buku)).into_response())
}
