//! The trust file: what a verifier must know about an office, `kunci/trust.json`, signed by the office's root.

use der::DecodePem;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::public_key::{self, Algoritma};
use super::{canonical_json, hex};

/// An office as verifiers know it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TrustFile {
    /// Form of this file.
    pub skema: String,
    /// Grows with every change; a verifier refuses to go back.
    pub versi: u32,
    /// Day on which this version was made.
    pub tanggal: Date,
    /// Region code.
    pub kantor: String,
    /// Name of the office.
    pub nama: String,
    /// Host of its check page; may be empty.
    pub host: String,
    /// Telephone of the office; may be empty.
    pub telepon: String,
    /// First day on which the office sealed its letters.
    pub segel_sejak: Date,
    /// Root certificate, PEM.
    pub akar: String,
    /// Key of the book's log, as a C2SP note key: `name+id+key`.
    pub log: String,
    /// Keys that seal letters; one holder may have several, the newest last.
    pub kunci: Vec<TrustedKey>,
    /// Ed25519 signature (RFC 8032) of the root over the canonical JSON (RFC 8785) of everything but this field,
    /// lower-case hex.
    pub tanda_tangan: String,
}

/// A key that seals letters.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TrustedKey {
    /// First eight bytes of SHA-256 of the public key, hex.
    pub kid: String,
    /// Whose key it is, as machines know it: `segel`, or an official's post and first day.
    pub pemegang: String,
    /// Whose key it is, as it is shown to people.
    pub penyegel: String,
    /// Algorithm.
    pub algoritma: Algoritma,
    /// Public key, hex: 32 bytes of RFC 8032, or an uncompressed SEC 1 point.
    pub publik: String,
    /// First day of its tenure.
    pub mulai: Date,
    /// Last day of its tenure; open without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sampai: Option<Date>,
    /// Whether it was revoked.
    pub status: KeyStatus,
    /// First day on which letters of this key are no longer good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dicabut_sejak: Option<Date>,
    /// Why it was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sebab: Option<String>,
    /// Certificate, PEM.
    pub sertifikat: String,
}

/// State of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyStatus {
    /// Good within its tenure.
    Aktif,
    /// Revoked.
    Dicabut,
}

/// Value of [`TrustFile::skema`].
pub(crate) const SKEMA: &str = "suket-trust/1";

impl TrustFile {
    /// Fingerprint of the root, which the printed sheet shows: SHA-256 of its raw public key, hex.
    pub fn fingerprint(&self) -> Option<String> {
        let root = x509_cert::Certificate::from_pem(&self.akar).ok()?;
        Some(hex(&public_key::of_certificate(&root).ok()?.fingerprint()))
    }

    /// The bytes that the root signs.
    pub(crate) fn signed_bytes(&self) -> Vec<u8> {
        let mut value = serde_json::to_value(self).unwrap_or_default();
        if let Value::Object(map) = &mut value {
            map.shift_remove("tanda_tangan");
        }
        canonical_json(&value).into_bytes()
    }
}

impl TrustedKey {
    /// Whether a letter of that day may be sealed with this key; both ends belong to the tenure.
    pub fn good_on(&self, date: Date) -> bool {
        self.within_tenure(date) && !self.revoked_on(date)
    }

    /// Whether the day lies in the tenure.
    pub(crate) fn within_tenure(&self, date: Date) -> bool {
        self.mulai <= date && self.sampai.is_none_or(|to| date <= to)
    }

    /// Whether the key is revoked for letters of that day.
    pub(crate) fn revoked_on(&self, date: Date) -> bool {
        self.status == KeyStatus::Dicabut && self.dicabut_sejak.is_none_or(|since| since <= date)
    }
}
