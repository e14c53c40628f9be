//! The printed books as files: `/buku/unduh/register-2026-11.pdf`, under the names that the command line gives them.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use suket::{Buku, Bulan, Cetakan, Kerja, Masa, Office, OfficeError};

use super::cetak::pdf;
use super::session::Orang;
use super::trouble::Trouble;
use crate::cli::look::parse_month;
use crate::serve::app::App;
use crate::serve::office::Keadaan;

/// Which book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Jenis {
    Register,
    Agenda,
    Ekspedisi,
    Rekap,
    Permohonan,
}

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bentuk {
    Pdf,
    Xlsx,
    Csv,
}

/// What a file name asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Diminta {
    jenis: Jenis,
    masa: Masa,
    bentuk: Bentuk,
}

impl Diminta {
    /// `register-2026-11.pdf`, `agenda-2026.csv`; only recapitulations take a month as well as a year.
    fn read(name: &str) -> Option<Self> {
        let (stem, ending) = name.rsplit_once('.')?;
        let (book, time) = stem.split_once('-')?;
        let jenis = match book {
            "register" => Jenis::Register,
            "agenda" => Jenis::Agenda,
            "ekspedisi" => Jenis::Ekspedisi,
            "rekap" => Jenis::Rekap,
            "permohonan" => Jenis::Permohonan,
            _ => return None,
        };
        let bentuk = match ending {
            "pdf" => Bentuk::Pdf,
            "xlsx" => Bentuk::Xlsx,
            "csv" => Bentuk::Csv,
            _ => return None,
        };
        let month = parse_month(time).ok().map(|(year, month)| Masa::Bulan(year, month));
        let year = time.parse().ok().filter(|year| (1..=9999).contains(year)).map(Masa::Tahun);
        let masa = match jenis {
            Jenis::Agenda => year?,
            Jenis::Rekap => year.or(month)?,
            Jenis::Register | Jenis::Ekspedisi | Jenis::Permohonan => month?,
        };
        Some(Self { jenis, masa, bentuk })
    }

    fn book(self, office: &Office) -> Result<Buku, OfficeError> {
        match (self.jenis, self.masa) {
            (Jenis::Ekspedisi, Masa::Bulan(year, month)) => office.dispatch(year, month),
            (Jenis::Permohonan, Masa::Bulan(year, month)) => office.applications_book(year, month),
            (Jenis::Agenda, masa) => Ok(office.numbers(masa)?.agenda()),
            (Jenis::Rekap, masa) => Ok(office.numbers(masa)?.rekapitulasi()),
            (Jenis::Register | Jenis::Ekspedisi | Jenis::Permohonan, masa) => {
                Ok(office.numbers(masa)?.buku())
            }
        }
    }

    /// The file. The register of a closed month is the one that was sealed then.
    fn make(self, office: &Office) -> Result<Vec<u8>, OfficeError> {
        if let (Jenis::Register, Bentuk::Pdf, Masa::Bulan(year, month)) = (self.jenis, self.bentuk, self.masa)
            && let Some(masa) = Bulan::new(year, month)
            && let Some(sealed) = office.closed_register(masa)?
        {
            return Ok(sealed);
        }
        let buku = self.book(office)?;
        Ok(match self.bentuk {
            Bentuk::Pdf => {
                office.book_pdf(&buku, &Cetakan { stempel: office.stempel()?, ..Cetakan::default() })?
            }
            Bentuk::Xlsx => buku.xlsx()?,
            Bentuk::Csv => buku.csv()?,
        })
    }
}

/// `GET /buku/unduh/{berkas}`.
pub(super) async fn book(
    State(app): State<App>,
    Path(name): Path<String>,
    orang: Orang,
) -> Result<Response, Trouble> {
    let asked = Diminta::read(&name).ok_or(Trouble::Unknown("buku itu"))?;
    orang.must(&app, Kerja::Buku, &name).await?;
    orang.note(&app, "unduh", &name, "boleh", "").await?;
    // The state of the log that stands on every page covers the newest row. Where the keys are shut, the last one that
    // was signed stands there.
    if asked.bentuk == Bentuk::Pdf && app.office.keadaan() == Keadaan::Siap {
        app.office.write(|office, signers| signers.log().map_or(Ok(0), |log| office.sign_log(log))).await??;
    }
    let bytes = app.office.read(move |office| asked.make(office)).await??;
    let kind = match asked.bentuk {
        Bentuk::Pdf => return Ok(pdf(bytes, name.trim_end_matches(".pdf"))),
        Bentuk::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Bentuk::Csv => "text/csv; charset=utf-8",
    };
    Ok(file(bytes, kind, &name))
}

/// Bytes that are kept as a file of that name; it holds no personal data.
pub(super) fn file(bytes: Vec<u8>, kind: &'static str, name: &str) -> Response {
    let mut answer = bytes.into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_which_book() {
        let check = |name: &str, expect: Option<(Jenis, Masa)>| {
            assert_eq!(Diminta::read(name).map(|one| (one.jenis, one.masa)), expect, "{name}");
        };
        check("register-2026-11.pdf", Some((Jenis::Register, Masa::Bulan(2026, 11))));
        check("agenda-2026.csv", Some((Jenis::Agenda, Masa::Tahun(2026))));
        check("rekap-2026.xlsx", Some((Jenis::Rekap, Masa::Tahun(2026))));
        check("rekap-2026-11.pdf", Some((Jenis::Rekap, Masa::Bulan(2026, 11))));
        check("permohonan-2026-11.pdf", Some((Jenis::Permohonan, Masa::Bulan(2026, 11))));
        for wrong in [
            "register-2026-13.pdf",
            "register-2026.pdf",
            "agenda-2026-11.pdf",
            "register-2026-11.exe",
            "../kantor.toml",
            "register",
            "",
        ] {
            check(wrong, None);
        }
    }
}
