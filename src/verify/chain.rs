//! The keys that a verifier knows: every trust file signed by its root, every certificate chained to it, every key
//! with its tenure and status.

use der::{DecodePem, Encode};
use jiff::civil::Date;
use x509_cert::Certificate;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage};

use super::verdict::{Facts, Putusan, Source, Verdict};
use crate::format::note::LogKey;
use crate::format::public_key::{self, Algoritma, PublicKey};
use crate::format::statement::{Parsed, SealedStatement};
use crate::format::trust::{KeyStatus, SKEMA, TrustFile, TrustedKey};
use crate::format::{Sha256Bytes, hex, sha256, unhex};

/// documentSigning (RFC 9336).
const DOCUMENT_SIGNING: const_oid::ObjectIdentifier =
    const_oid::ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.36");
/// A trust file of an office with a hundred keys is about 100 kB.
const MAX_TRUST: usize = 4 * 1024 * 1024;

/// Why a trust file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// Not JSON of this form.
    #[error("tidak terbaca: {0}")]
    Json(#[from] serde_json::Error),
    /// Larger than any trust file.
    #[error("terlalu besar")]
    TooLarge,
    /// Another form of file.
    #[error("skema {0:?} tidak dikenal; perbarui suket")]
    Schema(String),
    /// A certificate cannot be read.
    #[error("sertifikat {0} tidak terbaca: {1}")]
    Certificate(String, #[source] Box<dyn std::error::Error + Send + Sync>),
    /// The root is not a root.
    #[error("akar kantor {0} bukan sertifikat akar yang sah")]
    Root(String),
    /// The root has not signed this file.
    #[error("berkas kantor {0} tidak ditandatangani akarnya, atau diubah")]
    Signature(String),
    /// A key's entry is not what its certificate says, or the certificate is not of this root.
    #[error("kunci {0} tidak sesuai dengan sertifikatnya atau tidak berasal dari akar kantor")]
    Key(String),
    /// The key of the book's log cannot be read.
    #[error("kunci catatan buku kantor {0} tidak terbaca")]
    Log(String),
    /// Two entries have the same key.
    #[error("kunci {0} tercantum dua kali")]
    Twice(String),
    /// Older than what was seen before.
    #[error("berkas kantor {kantor} versi {versi} lebih lama daripada versi {terlihat} yang pernah dilihat")]
    Older {
        /// Office.
        kantor: String,
        /// Version of the file.
        versi: u32,
        /// Highest version seen.
        terlihat: u32,
    },
    /// Two contents under one version.
    #[error("ada dua berkas kantor {kantor} versi {versi} dengan isi berbeda")]
    Forked {
        /// Office.
        kantor: String,
        /// The version.
        versi: u32,
    },
}

/// Reads a trust file; its signature is checked by [`Keyring::new`].
pub(super) fn read(json: &[u8]) -> Result<TrustFile, TrustError> {
    #[derive(serde::Deserialize)]
    struct Form {
        skema: String,
    }
    if json.len() > MAX_TRUST {
        return Err(TrustError::TooLarge);
    }
    // A form of later years is told as such, not as a missing field.
    let Form { skema } = serde_json::from_slice(json)?;
    if skema == SKEMA { Ok(serde_json::from_slice(json)?) } else { Err(TrustError::Schema(skema)) }
}

/// An office that is trusted.
#[derive(Debug)]
pub(super) struct Office {
    root: PublicKey,
    pub(super) kantor: String,
    pub(super) versi: u32,
    pub(super) sidik: Sha256Bytes,
    nama: String,
    host: String,
    segel_sejak: Date,
    pub(super) log: LogKey,
}

impl Office {
    pub(super) fn fingerprint(&self) -> String {
        hex(&self.root.fingerprint())
    }
}

/// One trusted key with the place of its office.
#[derive(Debug)]
pub(super) struct Known {
    kid: [u8; 8],
    certificate: Certificate,
    key: PublicKey,
    office: usize,
    entry: TrustedKey,
    nama: String,
    /// Last day of the certificate; an open tenure ends there at the latest.
    last: Date,
}

#[derive(Debug, Default)]
pub(super) struct Keyring {
    offices: Vec<Office>,
    keys: Vec<Known>,
}

impl Keyring {
    pub(super) fn new(files: &[TrustFile]) -> Result<Self, TrustError> {
        let mut ring = Self::default();
        for file in files {
            ring.add(file)?;
        }
        Ok(ring)
    }

    fn add(&mut self, file: &TrustFile) -> Result<(), TrustError> {
        let root = certificate(&file.akar, &format!("akar {}", file.kantor))?;
        let key = root_key(&root).ok_or_else(|| TrustError::Root(file.kantor.clone()))?;
        let signed = file.signed_bytes();
        let signature = unhex(&file.tanda_tangan).and_then(|bytes| <[u8; 64]>::try_from(bytes).ok());
        if file.skema != SKEMA || !signature.is_some_and(|signature| key.verifies(&signed, &signature)) {
            return Err(TrustError::Signature(file.kantor.clone()));
        }
        let sidik = sha256(&signed);
        if let Some(place) = self.offices.iter().position(|office| office.root == key) {
            // Of two versions of one file the newer counts; two contents of one version cannot both be right.
            let known = self.offices.get(place).map_or((0, sidik), |office| (office.versi, office.sidik));
            if known.0 == file.versi && known.1 != sidik {
                return Err(TrustError::Forked { kantor: file.kantor.clone(), versi: file.versi });
            }
            if known.0 >= file.versi {
                return Ok(());
            }
            self.keys.retain(|known| known.office != place);
            let files = self.office(file, key, sidik, &root, place)?;
            if let Some(office) = self.offices.get_mut(place) {
                *office = files;
            }
            return Ok(());
        }
        let place = self.offices.len();
        let office = self.office(file, key, sidik, &root, place)?;
        self.offices.push(office);
        Ok(())
    }

    fn office(
        &mut self,
        file: &TrustFile,
        key: PublicKey,
        sidik: Sha256Bytes,
        root: &Certificate,
        place: usize,
    ) -> Result<Office, TrustError> {
        for entry in &file.kunci {
            let known = known(file, entry, root, &key, place)?;
            if self.keys.iter().any(|other| other.key == known.key) {
                return Err(TrustError::Twice(entry.penyegel.clone()));
            }
            self.keys.push(known);
        }
        Ok(Office {
            root: key,
            kantor: file.kantor.clone(),
            versi: file.versi,
            sidik,
            nama: file.nama.clone(),
            host: file.host.clone(),
            segel_sejak: file.segel_sejak,
            log: LogKey::parse(&file.log).ok_or_else(|| TrustError::Log(file.kantor.clone()))?,
        })
    }

    pub(super) fn offices(&self) -> &[Office] {
        &self.offices
    }

    /// The office whose root has signed this file, an older one perhaps.
    pub(super) fn same_office(&self, file: &TrustFile) -> Option<&Office> {
        let root = file.fingerprint()?;
        self.offices.iter().find(|office| office.fingerprint() == root)
    }

    pub(super) fn by_certificate(&self, certificate: &Certificate) -> Option<&Known> {
        self.keys.iter().find(|known| known.certificate == *certificate)
    }

    fn by_kid(&self, kid: [u8; 8]) -> Option<&Known> {
        self.keys.iter().find(|known| known.kid == kid && known.algorithm() == Algoritma::Ed25519)
    }

    /// Whether the key with this id belongs to the same holder in the same office.
    pub(super) fn same_holder(&self, known: &Known, kid: [u8; 8]) -> bool {
        self.by_kid(kid)
            .is_some_and(|other| other.office == known.office && other.entry.pemegang == known.entry.pemegang)
    }

    pub(super) fn host_of(&self, kid: [u8; 8]) -> Option<&str> {
        let office = self.by_kid(kid)?.office;
        self.offices.get(office).map(|office| office.host.as_str())
    }

    /// The key of the book's log of the office that a key belongs to.
    pub(super) fn log_of(&self, known: &Known) -> Option<&LogKey> {
        self.offices.get(known.office).map(|office| &office.log)
    }

    /// A verdict without facts; one about something that bears no seal says since when these offices seal.
    pub(super) fn plain(&self, source: Source, putusan: Putusan) -> Verdict {
        let mut verdict = Verdict::plain(source, putusan);
        verdict.segel_sejak =
            self.offices.iter().map(|office| (office.nama.clone(), office.segel_sejak)).collect();
        verdict
    }

    /// Checks sealed facts: known key, its signature, its office, its tenure and status on the sealed date.
    pub(super) fn statement(&self, source: Source, sealed: &SealedStatement, parsed: &Parsed) -> Verdict {
        let Some(known) = self.by_kid(parsed.kid) else {
            return self.plain(source, Putusan::KunciTidakDikenal);
        };
        let office = self.offices.get(known.office).map(|office| office.kantor.as_str());
        if !known.verifies(&parsed.signed, &parsed.signature) || office != Some(&parsed.facts.kantor) {
            return self.plain(source, Putusan::Diubah);
        }
        let date = parsed.facts.tanggal;
        let mut verdict = self.plain(source, known.judged_on(date));
        verdict.fakta = Some(Facts::from(&parsed.facts));
        verdict.kode = Some(sealed.kode());
        verdict.penyegel = Some(known.shown());
        verdict.checked("segel data QR (COSE, Ed25519)");
        verdict.checked(known.tenure());
        // Whoever stole the key can date a letter back; only the book can tell.
        if known.entry.status == KeyStatus::Dicabut && !known.entry.revoked_on(date) {
            verdict.date_is_doubtful(&known.revocation());
        }
        verdict
    }
}

impl Known {
    /// Judges the key of a PDF as well, where it is not the one that sealed the facts: the worse of both counts.
    pub(super) fn judge_as_pdf_key(&self, verdict: &mut Verdict, parsed: &Parsed) {
        if self.kid == parsed.kid {
            return;
        }
        let date = parsed.facts.tanggal;
        verdict.putusan = match (verdict.putusan, self.judged_on(date)) {
            (Putusan::Asli, own) | (Putusan::DiLuarMasaJabatan, own @ Putusan::KunciDicabut) => own,
            (facts, _) => facts,
        };
        verdict.checked(self.tenure());
        if self.entry.status == KeyStatus::Dicabut && !self.entry.revoked_on(date) {
            verdict.date_is_doubtful(&self.revocation());
        }
    }

    pub(super) fn algorithm(&self) -> Algoritma {
        self.key.algorithm()
    }

    pub(super) fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.key.verifies(message, signature)
    }

    /// The sealer with the office, which the office's own seal names already.
    fn shown(&self) -> String {
        let penyegel = &self.entry.penyegel;
        if penyegel.ends_with(&self.nama) { penyegel.clone() } else { format!("{penyegel}, {}", self.nama) }
    }

    pub(super) fn judged_on(&self, date: Date) -> Putusan {
        if self.entry.revoked_on(date) {
            Putusan::KunciDicabut
        } else if self.entry.within_tenure(date) && date <= self.last {
            Putusan::Asli
        } else {
            Putusan::DiLuarMasaJabatan
        }
    }

    fn tenure(&self) -> String {
        let until = self.entry.sampai.map_or_else(|| "sekarang".to_owned(), |date| date.to_string());
        let mut text = format!("kunci {} berlaku {} sampai {until}", self.entry.penyegel, self.entry.mulai);
        if self.entry.status == KeyStatus::Dicabut {
            text.push_str(&format!("; {}", self.revocation()));
        }
        text
    }

    fn revocation(&self) -> String {
        let since = self.entry.dicabut_sejak.map_or_else(|| "awal".to_owned(), |date| date.to_string());
        let why = self.entry.sebab.as_deref().unwrap_or("tanpa sebab");
        format!("kunci ini dicabut sejak {since} ({why})")
    }
}

/// Reads one key of a trust file: the entry must say what the certificate says, and the root must have signed it.
fn known(
    file: &TrustFile,
    entry: &TrustedKey,
    root: &Certificate,
    root_key: &PublicKey,
    office: usize,
) -> Result<Known, TrustError> {
    let certificate = certificate(&entry.sertifikat, &entry.penyegel)?;
    let wrong = || TrustError::Key(entry.penyegel.clone());
    let key = public_key::of_certificate(&certificate).ok().ok_or_else(wrong)?;
    let (first, last) = public_key::days_of(&certificate).ok_or_else(wrong)?;
    let chained = signed_by(&certificate, root_key)
        && certificate.tbs_certificate().issuer() == root.tbs_certificate().subject()
        && signs_documents(&certificate).unwrap_or(false);
    let told = hex(&key.kid()) == entry.kid
        && hex(&key.raw()) == entry.publik
        && key.algorithm() == entry.algoritma
        && first <= entry.mulai
        && entry.mulai <= last
        && entry.sampai.is_none_or(|to| to <= last)
        && (entry.status == KeyStatus::Dicabut || entry.dicabut_sejak.is_none());
    if !chained || !told {
        return Err(wrong());
    }
    let kid = key.kid();
    Ok(Known { kid, certificate, key, office, entry: entry.clone(), nama: file.nama.clone(), last })
}

/// The key of a root: self-signed Ed25519, may certify and nothing else.
fn root_key(root: &Certificate) -> Option<PublicKey> {
    let key = public_key::of_certificate(root).ok()?;
    let tbs = root.tbs_certificate();
    let (_, limits) = tbs.get_extension::<BasicConstraints>().ok()??;
    let (_, usage) = tbs.get_extension::<KeyUsage>().ok()??;
    let good = key.algorithm() == Algoritma::Ed25519
        && signed_by(root, &key)
        && limits.ca
        && limits.path_len_constraint == Some(0)
        && usage.key_cert_sign();
    good.then_some(key)
}

/// Whether a certificate is for sealing letters, and for nothing that would let it certify others.
fn signs_documents(certificate: &Certificate) -> Option<bool> {
    let tbs = certificate.tbs_certificate();
    let (_, usage) = tbs.get_extension::<KeyUsage>().ok()??;
    let (_, purpose) = tbs.get_extension::<ExtendedKeyUsage>().ok()??;
    let authority = tbs.get_extension::<BasicConstraints>().ok()?.is_some_and(|(_, limits)| limits.ca);
    Some(
        usage.digital_signature()
            && usage.non_repudiation()
            && !usage.key_cert_sign()
            && purpose.0 == [DOCUMENT_SIGNING]
            && !authority,
    )
}

fn certificate(pem: &str, whose: &str) -> Result<Certificate, TrustError> {
    Certificate::from_pem(pem).map_err(|e| TrustError::Certificate(whose.to_owned(), Box::new(e)))
}

fn signed_by(certificate: &Certificate, key: &PublicKey) -> bool {
    let signature = certificate.signature().as_bytes().and_then(|bytes| <[u8; 64]>::try_from(bytes).ok());
    let tbs = certificate.tbs_certificate().to_der();
    match (signature, tbs) {
        (Some(signature), Ok(tbs)) => key.verifies(&tbs, &signature),
        _ => false,
    }
}
