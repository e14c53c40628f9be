//! Problems (masalah): every answer that says no, as RFC 9457 has it, with a code that never changes. `type` leads to the
//! list of all of them.

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use suket::{Code, DeskError, Finding, OfficeError};
use utoipa::ToSchema;

use crate::serve::gone::Gone;
use crate::serve::meja::trouble::Trouble;

/// Where the list of problems is.
pub(super) const PAGE: &str = "/api/v1/masalah";
/// Their media type.
pub(super) const TYPE: &str = "application/problem+json";

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident = $kode:literal, $status:ident, $judul:literal, $saran:literal;)*) => {
        /// What can be wrong with a request.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Jenis { $($(#[$doc])* $name,)* }

        impl Jenis {
            const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Code, status, title, what to do next.
            const fn told(self) -> (&'static str, StatusCode, &'static str, &'static str) {
                match self { $(Self::$name => ($kode, StatusCode::$status, $judul, $saran),)* }
            }
        }
    };
}

problems! {
    /// Not a request that can be read.
    TidakTerbaca = "tidak-terbaca", BAD_REQUEST, "Permintaan tidak terbaca",
        "Periksa permintaan dengan dokumen OpenAPI di /api/v1/openapi.json.";
    /// No idempotency key, or one that is none.
    KunciKosong = "kunci-permintaan-kosong", BAD_REQUEST, "Kepala Idempotency-Key tidak ada atau tidak terbaca",
        "Kirim satu kepala Idempotency-Key: 1 sampai 100 huruf, angka atau tanda baca ASCII, lain untuk setiap permohonan.";
    /// No month, or none that can be read.
    BulanSalah = "bulan-salah", BAD_REQUEST, "Bulan tidak terbaca", "Tulis tahun-bulan, misalnya 2026-11.";
    /// No form of a book that there is.
    BentukSalah = "bentuk-salah", BAD_REQUEST, "Bentuk tidak dikenal", "Pilih bentuk=json atau bentuk=csv.";
    /// No token, or one that is not accepted.
    TanpaToken = "tanpa-token", UNAUTHORIZED, "Token tidak ada atau tidak berlaku",
        "Kirim Authorization: Bearer TOKEN; token diberikan pengelola kantor.";
    /// The token does not have this scope.
    LingkupKurang = "lingkup-kurang", FORBIDDEN, "Token ini tidak boleh melakukan itu",
        "Minta pengelola kantor memberi token dengan lingkup yang diperlukan.";
    /// There is no such thing, or not for this token.
    TidakAda = "tidak-ada", NOT_FOUND, "Tidak ada", "Periksa alamatnya.";
    /// Not a method of this address.
    CaraSalah = "cara-salah", METHOD_NOT_ALLOWED, "Alamat ini tidak dapat dipakai dengan cara itu",
        "Lihat kepala Allow pada jawaban ini.";
    /// The body came too slowly.
    TerlaluLama = "terlalu-lama", REQUEST_TIMEOUT, "Kiriman terlalu lama", "Ulangi dengan Idempotency-Key yang sama.";
    /// Somebody else has changed the same thing meanwhile.
    Bentrok = "bentrok", CONFLICT, "Berkas ini sedang diubah", "Ulangi dengan Idempotency-Key yang sama.";
    /// The body is too long.
    TerlaluBesar = "terlalu-besar", PAYLOAD_TOO_LARGE, "Kiriman terlalu besar", "Kirim satu permohonan saja.";
    /// The body is not declared as JSON.
    BukanJson = "bukan-json", UNSUPPORTED_MEDIA_TYPE, "Kiriman bukan JSON", "Kirim dengan Content-Type: application/json.";
    /// Another name than this daemon answers to.
    AlamatLain = "alamat-lain", MISDIRECTED_REQUEST, "Alamat ini bukan alamat layanan ini",
        "Pakai nama yang diberikan kantor.";
    /// The case cannot be received; the findings say why.
    Ditolak = "permohonan-ditolak", UNPROCESSABLE_ENTITY, "Permohonan tidak dapat diterima",
        "Perbaiki yang disebut di temuan, lalu kirim lagi.";
    /// The same idempotency key came with another content.
    KunciBerbeda = "kunci-permintaan-berbeda", UNPROCESSABLE_ENTITY, "Kunci permintaan ini sudah dipakai untuk isi lain",
        "Pakai Idempotency-Key baru untuk permohonan yang lain.";
    /// Too many requests.
    TerlaluSering = "terlalu-sering", TOO_MANY_REQUESTS, "Terlalu banyak permintaan",
        "Tunggu selama yang disebut kepala Retry-After, lalu ulangi.";
    /// Our fault.
    Galat = "galat", INTERNAL_SERVER_ERROR, "Ada kesalahan di layanan ini",
        "Ulangi dengan Idempotency-Key yang sama; bila tetap begini, beri tahu pengelola kantor.";
    /// Not now.
    Sibuk = "sibuk", SERVICE_UNAVAILABLE, "Layanan sedang sibuk", "Tunggu sebentar, lalu ulangi.";
}

/// A finding (temuan), as the command line tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Temuan {
    /// Stable code.
    kode: &'static str,
    /// Path of the key in the case, such as `pemohon.nik`; empty for the case as a whole.
    bidang: String,
    /// What is wrong.
    pesan: String,
    /// What to do next; may be empty.
    saran: String,
    /// `tolak`: no letter can be issued like this. `peringatan`: a person should look.
    tingkat: Tingkat,
}

/// How heavy a finding weighs (tingkat).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Tingkat {
    Tolak,
    Peringatan,
}

impl From<&Finding> for Temuan {
    fn from(finding: &Finding) -> Self {
        Self {
            kode: finding.kode.as_str(),
            bidang: finding.bidang.clone(),
            pesan: finding.pesan.clone(),
            saran: finding.saran.clone(),
            tingkat: if finding.refuses() { Tingkat::Tolak } else { Tingkat::Peringatan },
        }
    }
}

/// Findings as the API gives them.
pub(super) fn told(findings: &[Finding]) -> Vec<Temuan> {
    findings.iter().map(Temuan::from).collect()
}

/// A problem, as RFC 9457 has it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Masalah {
    /// Address of what is said about this kind of problem.
    #[schema(example = "/api/v1/masalah#permohonan-ditolak")]
    r#type: String,
    /// What is wrong, the same for each of this kind.
    title: &'static str,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What is wrong here.
    detail: String,
    /// Code of the kind of problem; it never changes.
    kode: &'static str,
    /// What to do next.
    saran: &'static str,
    /// What is wrong with the case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    temuan: Vec<Temuan>,
    #[serde(skip)]
    wait: Option<Duration>,
}

impl Masalah {
    fn with(jenis: Jenis, detail: impl Into<String>) -> Self {
        let (kode, status, title, saran) = jenis.told();
        Self {
            r#type: format!("{PAGE}#{kode}"),
            title,
            status: status.as_u16(),
            detail: detail.into(),
            kode,
            saran,
            temuan: Vec::new(),
            wait: None,
        }
    }

    /// Refuses a case.
    pub(super) fn refused(detail: impl Into<String>, findings: &[Finding]) -> Self {
        Self { temuan: told(findings), ..Self::with(Jenis::Ditolak, detail) }
    }

    /// Refuses an idempotency key that was used for something else.
    pub(super) fn other_content() -> Self {
        let (_, _, title, saran) = Jenis::KunciBerbeda.told();
        let finding = Finding::new(Code::KunciPermintaanBerbeda, "kunci_permintaan", title, saran);
        Self { temuan: told(&[finding]), ..Self::from(Jenis::KunciBerbeda) }
    }

    /// Refuses who comes too often.
    pub(super) fn too_often(wait: Duration) -> Self {
        Self { wait: Some(wait), ..Self::from(Jenis::TerlaluSering) }
    }
}

impl From<Jenis> for Masalah {
    fn from(jenis: Jenis) -> Self {
        Self::with(jenis, jenis.told().2)
    }
}

/// The problem of a status that was given without one.
fn of_status(status: StatusCode) -> Jenis {
    let fits = |jenis: &&Jenis| jenis.told().1 == status;
    let other = if status.is_server_error() { Jenis::Galat } else { Jenis::TidakTerbaca };
    Jenis::ALL.iter().find(fits).copied().unwrap_or(other)
}

impl From<Trouble> for Masalah {
    fn from(trouble: Trouble) -> Self {
        let (status, _) = trouble.told();
        if status.is_server_error() {
            tracing::error!(galat = %trouble, "permintaan gagal");
        }
        #[expect(clippy::wildcard_enum_match_arm, reason = "the rest says it in the same words")]
        match of_status(status) {
            // What the machine says is for the log.
            jenis @ (Jenis::Galat | Jenis::TidakAda) => Self::from(jenis),
            Jenis::Sibuk => {
                Self { wait: Some(Duration::from_secs(4)), ..Self::with(Jenis::Sibuk, trouble.to_string()) }
            }
            jenis => Self::with(jenis, trouble.to_string()),
        }
    }
}

impl From<Gone> for Masalah {
    fn from(gone: Gone) -> Self {
        Trouble::from(gone).into()
    }
}

impl From<DeskError> for Masalah {
    fn from(error: DeskError) -> Self {
        Trouble::from(error).into()
    }
}

impl From<OfficeError> for Masalah {
    fn from(error: OfficeError) -> Self {
        Trouble::from(error).into()
    }
}

impl IntoResponse for Masalah {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let wait = self.wait;
        let mut answer = (status, [(header::CONTENT_TYPE, TYPE)], Json(self)).into_response();
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(TYPE));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"suket\""));
        }
        if let Some(wait) = wait {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().saturating_add(1)));
        }
        answer
    }
}

/// Answers under `/api/` that come from elsewhere (no such address, too long, too slow, too busy) become problems too.
pub(in crate::serve) fn in_words(answer: Response) -> Response {
    let status = answer.status();
    let known =
        answer.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes() == TYPE.as_bytes());
    if known || !(status.is_client_error() || status.is_server_error()) {
        return answer;
    }
    let (mut parts, _) = answer.into_parts();
    let problem = Masalah { status: status.as_u16(), ..Masalah::from(of_status(status)) };
    let (new, body) = problem.into_response().into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.extend(new.headers);
    Response::from_parts(parts, body)
}

/// A kind of problem on the page of all.
#[derive(Debug, Serialize)]
pub(super) struct Uraian {
    kode: &'static str,
    status: u16,
    title: &'static str,
    saran: &'static str,
}

/// Every problem there is.
pub(super) fn list() -> Vec<Uraian> {
    let one = |jenis: &Jenis| {
        let (kode, status, title, saran) = jenis.told();
        Uraian { kode, status: status.as_u16(), title, saran }
    };
    Jenis::ALL.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Jenis;

    #[test]
    fn every_problem_has_a_code_of_its_own() {
        let codes: BTreeSet<&str> = Jenis::ALL.iter().map(|jenis| jenis.told().0).collect();
        assert_eq!(codes.len(), Jenis::ALL.len());
        for jenis in Jenis::ALL {
            let (kode, status, title, saran) = jenis.told();
            assert!(status.is_client_error() || status.is_server_error(), "{kode}");
            assert!(!title.ends_with('.') && saran.ends_with('.'), "{kode}: {title} {saran}");
        }
    }
}
