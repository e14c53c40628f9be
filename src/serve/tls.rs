//! TLS 1.2 and 1.3 (RFC 8446) through rustls: with a certificate of the office's own local authority, or with one that the
//! office has got elsewhere. Both are looked at again every day.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum_server::tls_rustls::RustlsConfig;
use jiff::civil::Date;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::app::App;
use super::ca::{CaError, LocalCa};
use crate::cli::say::{self, Failure};

/// How often certificates are looked at.
const DAILY: Duration = Duration::from_hours(24);

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TlsError {
    /// The local authority.
    #[error(transparent)]
    Ca(#[from] CaError),
    /// A file.
    #[error("{path}: {}", say::cause(.source))]
    File {
        /// The file.
        path: String,
        /// The cause.
        source: std::io::Error,
    },
    /// No certificate or key where one should be.
    #[error("sertifikat atau kunci TLS tidak terbaca: {0}")]
    Pem(#[from] rustls::pki_types::pem::Error),
    /// Certificate and key do not fit, or cannot be used.
    #[error("sertifikat TLS tidak dapat dipakai: {0}")]
    Rustls(#[from] rustls::Error),
}

impl From<TlsError> for Failure {
    fn from(error: TlsError) -> Self {
        let advice = match &error {
            TlsError::Ca(CaError::Expired(_) | CaError::OtherName(_)) => {
                "pindahkan kunci/web-ca.pem dan kunci/web-ca.kunci.pem, jalankan lagi untuk membuat yang baru, lalu \
                 pasang di komputer lain (halaman /ca)"
            }
            TlsError::Ca(_) => "periksa folder kunci/ arsip dan nama di --host",
            TlsError::File { .. } | TlsError::Pem(_) | TlsError::Rustls(_) => {
                "periksa --tls-cert (rantai PEM) dan --tls-key (kunci PEM yang cocok)"
            }
        };
        Self::new(say::CALL, error.to_string(), advice)
    }
}

/// Where certificates come from.
pub(crate) enum Source {
    /// The office's own local authority.
    Local(Box<LocalCa>),
    /// Files that somebody else renews.
    Files {
        /// The chain.
        certificate: PathBuf,
        /// The private key.
        key: PathBuf,
    },
}

impl Source {
    /// What rustls needs, for today.
    pub(crate) fn config(&self, today: Date) -> Result<Arc<ServerConfig>, TlsError> {
        let (chain, key) = match self {
            Self::Local(ca) => ca.certificate(today)?,
            Self::Files { certificate, key } => (read(certificate)?.as_str().to_owned(), read(key)?),
        };
        let chain = CertificateDer::pem_slice_iter(chain.as_bytes()).collect::<Result<Vec<_>, _>>()?;
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes())?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

fn read(path: &PathBuf) -> Result<zeroize::Zeroizing<String>, TlsError> {
    let text = std::fs::read_to_string(path).map(zeroize::Zeroizing::new);
    text.map_err(|source| TlsError::File { path: path.display().to_string(), source })
}

/// Renews what connections are served with, every day. What cannot be renewed stays as it is, and the log says so.
pub(crate) async fn renew(app: App, source: Source, config: RustlsConfig) {
    let mut stopping = app.stopping.clone();
    loop {
        tokio::select! {
            () = tokio::time::sleep(DAILY) => {}
            _ = stopping.changed() => return,
        }
        match source.config(app.today()) {
            Ok(fresh) => config.reload_from_config(fresh),
            Err(error) => tracing::error!(galat = %error, "sertifikat TLS tidak diperbarui"),
        }
    }
}
