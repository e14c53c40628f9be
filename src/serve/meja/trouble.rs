//! Why a page is not shown or a deed not done, as a person reads it.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use suket::{BackupError, BookError, DeskError, OfficeError, TrailError};

use crate::serve::gone::Gone;
use crate::serve::page;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// The desk.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// The office.
    #[error(transparent)]
    Office(#[from] OfficeError),
    /// The office's threads.
    #[error(transparent)]
    Gone(#[from] Gone),
    /// The trail; then nothing may be shown.
    #[error(transparent)]
    Trail(#[from] TrailError),
    /// What should be noted cannot be; then it is not shown either.
    #[error("jejak tidak dapat ditulis: {0}")]
    Unnoted(String),
    /// Nobody is signed in.
    #[error("belum masuk")]
    SignIn,
    /// The role does not have this right here.
    #[error("akun ini tidak berhak melakukan itu")]
    Denied,
    /// A form that was not made by this session.
    #[error("formulir ini kedaluwarsa")]
    Forged,
    /// There is no such thing.
    #[error("{0} tidak ada")]
    Unknown(&'static str),
    /// What was said does not fit.
    #[error("{0}")]
    Said(String),
    /// A thread panicked.
    #[error("kesalahan di dalam program")]
    Panicked,
}

impl Trouble {
    /// Status and advice.
    pub(crate) fn told(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Desk(DeskError::Said(_) | DeskError::NotNow) | Self::Said(_) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "Kembali, perbaiki, lalu ulangi.")
            }
            Self::Desk(DeskError::Changed) => (StatusCode::CONFLICT, "Buka berkas itu lagi, lalu ulangi."),
            Self::Desk(DeskError::Unknown(_)) | Self::Unknown(_) => {
                (StatusCode::NOT_FOUND, "Periksa alamatnya, atau mulai dari papan kerja.")
            }
            Self::Office(
                OfficeError::Said(_)
                | OfficeError::Book(
                    BookError::Already(_)
                    | BookError::Closed { .. }
                    | BookError::Answered(_)
                    | BookError::NotNextMonth(_)
                    | BookError::NotNext(_)
                    | BookError::DateGoesBack { .. }
                    | BookError::EventGoesBack { .. }
                    | BookError::NotUsed(_),
                ),
            ) => (StatusCode::UNPROCESSABLE_ENTITY, "Kembali, perbaiki, lalu ulangi."),
            Self::Office(OfficeError::Incomplete(_)) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "Minta pengelola melengkapi kantor.toml.")
            }
            Self::Office(OfficeError::Key { .. }) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "Periksa kata sandi kunci, lalu ulangi.")
            }
            Self::Gone(Gone::Opening | Gone::Busy | Gone::Stopping) => {
                (StatusCode::SERVICE_UNAVAILABLE, "Tunggu sebentar, lalu ulangi.")
            }
            Self::Office(OfficeError::Backup(BackupError::Unconfirmed { .. })) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "Minta pengelola memastikan nomor yang sudah keluar: suket book verify --since, atau suket archive resume.",
            ),
            Self::Gone(Gone::ReadOnly) | Self::Office(OfficeError::Locked) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Minta pengelola menjalankan layanan ini dengan kata sandi kunci kantor.",
            ),
            Self::SignIn => (StatusCode::UNAUTHORIZED, "Masuk lebih dahulu."),
            Self::Denied => (StatusCode::FORBIDDEN, "Minta orang yang bertugas melakukannya."),
            Self::Forged => (StatusCode::FORBIDDEN, "Muat ulang halamannya, lalu ulangi."),
            Self::Desk(_)
            | Self::Office(_)
            | Self::Gone(_)
            | Self::Trail(_)
            | Self::Unnoted(_)
            | Self::Panicked => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Tidak ada nomor yang hilang. Ulangi; bila tetap begini, beri tahu pengelola.",
            ),
        }
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        if matches!(self, Self::SignIn) {
            return Redirect::to("/masuk").into_response();
        }
        let (status, saran) = self.told();
        if status.is_server_error() {
            tracing::error!(galat = %self, "permintaan gagal");
        }
        let text = self.to_string();
        let mut first = text.chars();
        let galat: String = first.next().map(|c| c.to_uppercase().chain(first).collect()).unwrap_or_default();
        page::trouble(status, &galat, saran)
    }
}
