//! What a request is told when the office's threads cannot serve it.

use suket::OfficeError;

/// Why a closure did not run, or did not come back.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Gone {
    /// The keys are still being opened.
    #[error("kunci kantor masih dibuka")]
    Opening,
    /// The daemon was started without the passphrase.
    #[error("layanan ini hanya membaca; kunci kantor tidak dibuka")]
    ReadOnly,
    /// Too much is waiting already.
    #[error("terlalu banyak permintaan sekaligus")]
    Busy,
    /// The daemon is stopping.
    #[error("layanan sedang berhenti")]
    Stopping,
    /// The closure panicked; the thread goes on with the office opened anew.
    #[error("kesalahan di dalam program")]
    Panicked,
    /// The archive cannot be opened.
    #[error("arsip kantor tidak dapat dibuka: {0}")]
    Closed(#[source] OfficeError),
}

impl axum::response::IntoResponse for Gone {
    fn into_response(self) -> axum::response::Response {
        use axum::http::{HeaderValue, StatusCode, header::RETRY_AFTER};
        let saran = match &self {
            Self::Closed(error) => {
                tracing::error!(galat = %error, "arsip tidak dapat dibuka");
                "Beri tahu pengelola layanan ini."
            }
            Self::Panicked => "Tidak ada yang hilang. Ulangi; bila tetap begini, beri tahu pengelola.",
            Self::ReadOnly => "Jalankan layanan ini dengan kata sandi kunci kantor.",
            Self::Opening | Self::Busy | Self::Stopping => "Tunggu sebentar, lalu ulangi.",
        };
        let galat = if matches!(self, Self::Closed(_)) {
            "Arsip kantor tidak dapat dibuka".to_owned()
        } else {
            self.to_string()
        };
        if matches!(self, Self::Panicked) {
            return super::page::trouble(StatusCode::INTERNAL_SERVER_ERROR, &galat, saran);
        }
        let mut page = super::page::trouble(StatusCode::SERVICE_UNAVAILABLE, &galat, saran);
        page.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
        page
    }
}
