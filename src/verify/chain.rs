//! The keys that a verifier knows: every certificate chains to the root of its office, every key has its tenure.

use der::{DecodePem, Encode};
use ed25519_dalek::{Signature, VerifyingKey};
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use spki::DecodePublicKey;
use x509_cert::Certificate;

use super::VerifyError;
use super::verdict::{Facts, Putusan, Verdict};
use crate::format::statement::Parsed;
use crate::format::trust::{TrustFile, TrustedKey};

/// One trusted key with its office.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) kid: [u8; 8],
    pub(super) certificate: Vec<u8>,
    key: VerifyingKey,
    pub(super) penyegel: String,
    kantor: String,
    nama: String,
    host: String,
    mulai: Date,
    sampai: Option<Date>,
}

#[derive(Debug)]
pub(super) struct Keyring(Vec<Known>);

impl Keyring {
    pub(super) fn new(files: &[TrustFile]) -> Result<Self, VerifyError> {
        let mut known = Vec::new();
        for file in files {
            let root = Certificate::from_pem(&file.akar).map_err(trust)?;
            let root_key = public_key(&root)?;
            if !signed_by(&root, &root_key) {
                return Err(VerifyError::Trust(
                    format!("akar {} tidak menandatangani dirinya", file.kantor).into(),
                ));
            }
            for key in &file.kunci {
                known.push(read(file, key, &root, &root_key)?);
            }
        }
        Ok(Self(known))
    }

    pub(super) fn by_certificate(&self, der: &[u8]) -> Option<&Known> {
        self.0.iter().find(|known| known.certificate == der)
    }

    pub(super) fn host_of(&self, kid: [u8; 8]) -> Option<&str> {
        self.0.iter().find(|known| known.kid == kid).map(|known| known.host.as_str())
    }

    /// Checks sealed facts: known key, its signature, its office, its tenure on the sealed date.
    pub(super) fn statement(&self, parsed: &Parsed) -> Verdict {
        let Some(known) = self.0.iter().find(|known| known.kid == parsed.kid) else {
            return Verdict::plain(Putusan::KunciTidakDikenal);
        };
        if !known.verifies(&parsed.signed, &parsed.signature) || known.kantor != parsed.facts.kantor {
            return Verdict::plain(Putusan::Diubah);
        }
        let mut verdict = Verdict::plain(known.judged_on(parsed.facts.tanggal));
        verdict.fakta = Some(Facts::from(&parsed.facts));
        verdict.penyegel = Some(known.shown());
        verdict.checked("segel data QR (Ed25519)");
        verdict.checked(known.tenure());
        verdict
    }
}

impl Known {
    /// Strict verification (no small-order keys, canonical encodings).
    pub(super) fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.key.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }

    /// The sealer with the office, which the office's own seal names already.
    fn shown(&self) -> String {
        if self.penyegel.ends_with(&self.nama) {
            self.penyegel.clone()
        } else {
            format!("{}, {}", self.penyegel, self.nama)
        }
    }

    fn judged_on(&self, date: Date) -> Putusan {
        let within = self.mulai <= date && self.sampai.is_none_or(|to| date <= to);
        if within { Putusan::Asli } else { Putusan::DiLuarMasaJabatan }
    }

    fn tenure(&self) -> String {
        let until = self.sampai.map_or_else(|| "sekarang".to_owned(), |date| date.to_string());
        format!("kunci {} berlaku {} sampai {until}", self.penyegel, self.mulai)
    }
}

fn read(
    file: &TrustFile,
    key: &TrustedKey,
    root: &Certificate,
    root_key: &VerifyingKey,
) -> Result<Known, VerifyError> {
    let certificate = Certificate::from_pem(&key.sertifikat).map_err(trust)?;
    let public = public_key(&certificate)?;
    let digest: [u8; 32] = Sha256::digest(public.as_bytes()).into();
    let kid: [u8; 8] = std::array::from_fn(|i| digest.get(i).copied().unwrap_or_default());
    let chained = signed_by(&certificate, root_key)
        && certificate.tbs_certificate().issuer() == root.tbs_certificate().subject()
        && crate::format::hex(&kid) == key.kid;
    if !chained {
        return Err(VerifyError::Trust(
            format!("sertifikat {} tidak berasal dari akar kantor", key.penyegel).into(),
        ));
    }
    Ok(Known {
        kid,
        certificate: certificate.to_der().map_err(trust)?,
        key: public,
        penyegel: key.penyegel.clone(),
        kantor: file.kantor.clone(),
        nama: file.nama.clone(),
        host: file.host.clone(),
        mulai: key.mulai,
        sampai: key.sampai,
    })
}

fn public_key(certificate: &Certificate) -> Result<VerifyingKey, VerifyError> {
    let info = certificate.tbs_certificate().subject_public_key_info().to_der().map_err(trust)?;
    VerifyingKey::from_public_key_der(&info).map_err(trust)
}

fn signed_by(certificate: &Certificate, key: &VerifyingKey) -> bool {
    let signature = certificate.signature().as_bytes().and_then(|bytes| <[u8; 64]>::try_from(bytes).ok());
    let tbs = certificate.tbs_certificate().to_der();
    match (signature, tbs) {
        (Some(signature), Ok(tbs)) => key.verify_strict(&tbs, &Signature::from_bytes(&signature)).is_ok(),
        _ => false,
    }
}

fn trust(error: impl std::error::Error + Send + Sync + 'static) -> VerifyError {
    VerifyError::Trust(Box::new(error))
}
