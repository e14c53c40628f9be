//! The trust file: what a verifier must know about an office, `kunci/trust.json`.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// An office as verifiers know it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct TrustFile {
    /// Form of this file.
    pub skema: String,
    /// Grows with every change; a verifier refuses to go back.
    pub versi: u32,
    /// Region code.
    pub kantor: String,
    /// Name of the office.
    pub nama: String,
    /// Host of its check page; may be empty.
    pub host: String,
    /// First day on which the office sealed its letters.
    pub segel_sejak: Date,
    /// Root certificate, PEM.
    pub akar: String,
    /// Keys that seal letters.
    pub kunci: Vec<TrustedKey>,
}

/// A key that seals letters.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct TrustedKey {
    /// First eight bytes of SHA-256 of the public key, hex.
    pub kid: String,
    /// Whose key it is, as it is shown to people.
    pub penyegel: String,
    /// First day of its tenure.
    pub mulai: Date,
    /// Last day of its tenure; open without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sampai: Option<Date>,
    /// Certificate, PEM.
    pub sertifikat: String,
}

/// Value of [`TrustFile::skema`].
pub(crate) const SKEMA: &str = "suket-trust/1";
