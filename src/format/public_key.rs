//! Public keys of the two algorithms that seal: Ed25519 everywhere, P-256 for the PDF where viewers need it.

use der::asn1::BitStringRef;
use der::{Decode, Encode};
use ed25519_dalek::Verifier as _;
use jiff::civil::Date;
use p256::ecdsa;
use serde::{Deserialize, Serialize};
use spki::{DecodePublicKey, EncodePublicKey, SubjectPublicKeyInfo, SubjectPublicKeyInfoOwned};

use super::{Sha256Bytes, sha256};

/// Algorithm of a key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
pub enum Algoritma {
    /// Ed25519 (RFC 8032), over SHA-512 in a PDF (RFC 8419).
    #[default]
    #[serde(rename = "ed25519")]
    Ed25519,
    /// ECDSA with P-256 and SHA-256 (FIPS 186-5), nonces by RFC 6979.
    #[serde(rename = "ecdsa-p256")]
    EcdsaP256,
}

impl Algoritma {
    /// Its name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => "Ed25519",
            Self::EcdsaP256 => "ECDSA P-256",
        }
    }
}

/// A public key. Keys of small order, which would accept any message, do not become one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PublicKey {
    /// RFC 8032.
    Ed25519(ed25519_dalek::VerifyingKey),
    /// FIPS 186-5.
    EcdsaP256(ecdsa::VerifyingKey),
}

impl PublicKey {
    /// Reads a `SubjectPublicKeyInfo` (RFC 5280), DER.
    pub(crate) fn from_spki_der(der: &[u8]) -> spki::Result<Self> {
        let info = SubjectPublicKeyInfo::<der::AnyRef<'_>, BitStringRef<'_>>::from_der(der)?;
        if info.algorithm.oid == const_oid::db::rfc8410::ID_ED_25519 {
            let key = ed25519_dalek::VerifyingKey::from_public_key_der(der)?;
            return if key.is_weak() { Err(spki::Error::KeyMalformed) } else { Ok(Self::Ed25519(key)) };
        }
        Ok(Self::EcdsaP256(ecdsa::VerifyingKey::from_public_key_der(der)?))
    }

    /// Reads 32 bytes of RFC 8032.
    pub(crate) fn ed25519(raw: &[u8; 32]) -> Option<Self> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(raw).ok()?;
        (!key.is_weak()).then_some(Self::Ed25519(key))
    }

    /// Reads a raw key: 32 bytes of RFC 8032, or a SEC 1 point of P-256.
    #[cfg(feature = "pkcs11")]
    pub(crate) fn from_raw(raw: &[u8]) -> Option<Self> {
        if let Ok(bytes) = <&[u8; 32]>::try_from(raw) {
            return Self::ed25519(bytes);
        }
        ecdsa::VerifyingKey::from_sec1_bytes(raw).ok().map(Self::EcdsaP256)
    }

    /// `SubjectPublicKeyInfo`.
    pub(crate) fn to_spki(&self) -> spki::Result<SubjectPublicKeyInfoOwned> {
        let document = match self {
            Self::Ed25519(key) => key.to_public_key_der()?,
            Self::EcdsaP256(key) => key.to_public_key_der()?,
        };
        Ok(SubjectPublicKeyInfoOwned::from_der(document.as_bytes())?)
    }

    pub(crate) fn algorithm(&self) -> Algoritma {
        match self {
            Self::Ed25519(_) => Algoritma::Ed25519,
            Self::EcdsaP256(_) => Algoritma::EcdsaP256,
        }
    }

    /// The raw key: 32 bytes of RFC 8032, or 65 of an uncompressed SEC 1 point.
    pub(crate) fn raw(&self) -> Vec<u8> {
        match self {
            Self::Ed25519(key) => key.as_bytes().to_vec(),
            Self::EcdsaP256(key) => key.to_sec1_point(false).as_bytes().to_vec(),
        }
    }

    /// Id of the key: the first eight bytes of SHA-256 of the raw key.
    pub(crate) fn kid(&self) -> [u8; 8] {
        let digest = self.fingerprint();
        std::array::from_fn(|i| digest.get(i).copied().unwrap_or_default())
    }

    /// SHA-256 of the raw key.
    pub(crate) fn fingerprint(&self) -> Sha256Bytes {
        sha256(&self.raw())
    }

    /// Strict verification: canonical encodings only, for ECDSA the lower one of the two values of s. A signature so
    /// cannot be turned into another valid one.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        match self {
            Self::Ed25519(key) => {
                key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(signature)).is_ok()
            }
            Self::EcdsaP256(key) => ecdsa::Signature::from_slice(signature).is_ok_and(|signature| {
                signature.normalize_s() == signature && key.verify(message, &signature).is_ok()
            }),
        }
    }
}

/// An ECDSA signature as CMS has it (RFC 3279, `Ecdsa-Sig-Value`), from r and s.
pub(crate) fn ecdsa_to_der(signature: &[u8; 64]) -> Option<Vec<u8>> {
    Some(ecdsa::Signature::from_slice(signature).ok()?.to_der().as_bytes().to_vec())
}

/// The same signature with the lower one of the two values of s.
#[cfg(feature = "pkcs11")]
pub(crate) fn lower_s(signature: &[u8; 64]) -> Option<[u8; 64]> {
    Some(ecdsa::Signature::from_slice(signature).ok()?.normalize_s().to_bytes().into())
}

/// r and s of an `Ecdsa-Sig-Value`.
pub(crate) fn ecdsa_from_der(der: &[u8]) -> Option<[u8; 64]> {
    Some(ecdsa::Signature::from_der(der).ok()?.to_bytes().into())
}

/// Reads the key of a certificate.
pub(crate) fn of_certificate(certificate: &x509_cert::Certificate) -> spki::Result<PublicKey> {
    let info = certificate.tbs_certificate().subject_public_key_info().to_der()?;
    PublicKey::from_spki_der(&info)
}

/// First and last day of a certificate in the zone of whoever issued it: it begins at some midnight and ends just before
/// another, so that half a day inwards the date is theirs in every zone.
pub(crate) fn days_of(certificate: &x509_cert::Certificate) -> Option<(Date, Date)> {
    let day = |time: &x509_cert::time::Time, hours: i64| {
        let seconds = i64::try_from(time.to_unix_duration().as_secs()).ok()?;
        let inwards = jiff::Timestamp::from_second(seconds.checked_add(hours * 3600)?).ok()?;
        Some(inwards.to_zoned(jiff::tz::TimeZone::UTC).date())
    };
    let validity = certificate.tbs_certificate().validity();
    Some((day(&validity.not_before, 12)?, day(&validity.not_after, -12)?))
}
