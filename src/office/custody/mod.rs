//! Keeping the keys: makes, renews and revokes them, and has the root sign the trust file anew each time.

mod desk;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;

pub(super) use desk::{found, write_trust};

use super::{Office, OfficeError, files};
use crate::archive::lock_folder;
use crate::book::{Book, Filter};
use crate::format::hex;
use crate::format::public_key::Algoritma;
use crate::format::trust::{KeyStatus, TrustFile, TrustedKey};
use crate::keys::{self, Entropy, Signer, SoftKey};
use crate::profile::Profile;
use crate::verify::Verifier;
use desk::{Desk, Holder, algorithms, failed, follow, holders, open_root, same_kind, sign, stem};

/// Holder of the office's own seal.
pub(super) const SEAL: &str = "segel";

/// What is to be done with the keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyChange {
    /// Makes the keys that `kantor.toml` asks for and that are not there yet, ends the tenure of those whose mandate
    /// has got an end, and tells verifiers what else has changed (host, telephone, name).
    Create,
    /// Gives a holder a new key from this day on; the old one is good to the end of it.
    Rotate {
        /// The holder.
        pemegang: String,
        /// First day of the new key.
        mulai: Date,
        /// Whether the key is in the token already, under the name that its file would have, and is only certified.
        di_token: bool,
    },
    /// Revokes a key: letters of this day and later are no longer good.
    Revoke {
        /// Id of the key, or its holder (then the newest).
        kunci: String,
        /// First day on which it is no longer good.
        sejak: Date,
        /// Why.
        sebab: String,
    },
}

/// A change of keys.
pub struct KeyRequest<'a> {
    /// What is to be done.
    pub change: KeyChange,
    /// Today in the office's zone.
    pub date: Date,
    /// Opens the root and, for new keys, will open them.
    pub passphrase: &'a [u8],
    /// The root's private key (encrypted PKCS#8, PEM) where it is not kept in the office's folder.
    pub root: Option<&'a str>,
    /// Opens the token, where a key in it is certified.
    pub pin: Option<&'a str>,
    /// Randomness.
    pub entropy: &'a mut dyn Entropy,
}

impl std::fmt::Debug for KeyRequest<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyRequest").field("change", &self.change).finish_non_exhaustive()
    }
}

/// What a change of keys has brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyReport {
    /// The trust file in force now; verifiers need it.
    pub trust: TrustFile,
    /// Keys that were made.
    pub baru: Vec<TrustedKey>,
    /// Whether anything has changed.
    pub berubah: bool,
    /// Letters that were sealed with a revoked key on days on which it is not good.
    pub terkena: Vec<String>,
    /// What somebody should do next.
    pub saran: Vec<String>,
}

/// Why keys were not changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CustodyError {
    /// Nobody of this name has a key, or should have one.
    #[error("tidak ada pemegang atau kunci bernama {0:?}")]
    Unknown(String),
    /// Letters of a later day are sealed with the key already.
    #[error("sudah ada surat bertanggal {0}; kunci baru paling awal mulai hari itu")]
    LettersAfter(Date),
    /// The day lies outside of the mandate.
    #[error("tanggal {0} di luar masa jabatan pemegang kunci ini")]
    OutsideMandate(Date),
    /// Revoked before.
    #[error("kunci ini sudah dicabut sejak {0}")]
    Revoked(Date),
    /// The reason is empty.
    #[error("sebab pencabutan kosong")]
    NoReason,
    /// `kantor.toml` names no token.
    #[error("kantor.toml tidak menyebut token (tanda_tangan.token)")]
    NoToken,
    /// The token needs a PIN.
    #[error("token memerlukan PIN")]
    NoPin,
    /// This program was built without tokens.
    #[error("program ini dibuat tanpa dukungan token (fitur pkcs11)")]
    WithoutTokens,
    /// The trust file on disk is not what the root has signed.
    #[error("kunci/trust.json tidak ditandatangani akar kantor ini")]
    Tampered,
}

impl Office {
    /// Changes keys and signs the trust file anew.
    pub fn change_keys(&mut self, request: KeyRequest<'_>) -> Result<KeyReport, OfficeError> {
        let _turn = lock_folder(&self.root).map_err(files::io(&self.root))?;
        let KeyRequest { change, date, passphrase, root, pin, entropy } = request;
        let folder = self.root.join("kunci");
        let before = self.trust()?;
        Verifier::new(std::slice::from_ref(&before)).ok().ok_or(CustodyError::Tampered)?;
        let root = open_root(&folder, root, passphrase)?;
        let mut report = KeyReport {
            trust: before.clone(),
            baru: Vec::new(),
            berubah: false,
            terkena: Vec::new(),
            saran: Vec::new(),
        };
        let first = keys::validity_of(&root.der).map_or(date, |(from, _)| from);
        let holders = holders(&self.profile, first);
        let find = |name: &str| holders.iter().find(|holder| holder.pemegang == name);
        let mut desk =
            Desk { folder: &folder, profile: &self.profile, root: &root, passphrase, pin, entropy };
        let trust = &mut report.trust;
        match change {
            KeyChange::Create => {
                for holder in &holders {
                    desk.complete(trust, holder)?;
                    report.saran.extend(end_with_mandate(trust, holder));
                }
                follow(trust, &self.profile);
            }
            KeyChange::Rotate { pemegang, mulai, di_token } => {
                let holder = find(&pemegang).ok_or(CustodyError::Unknown(pemegang))?;
                if mulai < holder.mulai || holder.sampai.is_some_and(|to| to < mulai) {
                    return Err(CustodyError::OutsideMandate(mulai).into());
                }
                let letters = self.book.list(&Filter::default())?;
                if let Some(latest) =
                    letters.iter().map(|entry| entry.tanggal).max().filter(|day| *day > mulai)
                {
                    return Err(CustodyError::LettersAfter(latest).into());
                }
                for old in trust.kunci.iter_mut().filter(|key| key.pemegang == holder.pemegang) {
                    if old.sampai.is_none_or(|to| mulai < to) {
                        old.sampai = Some(mulai.max(old.mulai));
                    }
                }
                for algorithm in algorithms(&self.profile) {
                    desk.make(trust, holder, algorithm, mulai, di_token)?;
                }
            }
            KeyChange::Revoke { kunci, sejak, sebab } => {
                if sebab.trim().is_empty() {
                    return Err(CustodyError::NoReason.into());
                }
                let kids = revoke(trust, &kunci, sejak, &sebab)?;
                let affected =
                    |entry: &&crate::book::Entry| kids.contains(&hex(&entry.kid)) && entry.tanggal >= sejak;
                let letters = self.book.list(&Filter::default())?;
                report.terkena = letters.iter().filter(affected).map(|entry| entry.nomor.clone()).collect();
                report.saran.push("buat kunci pengganti dengan suket key rotate".to_owned());
            }
        }
        report.berubah = report.trust != before;
        if report.berubah {
            sign(&mut report.trust, &root, date)?;
            // The keys are on disk; from here on they are known.
            write_trust(&folder, &report.trust)?;
            report.saran.push("bagikan kunci/trust.json yang baru kepada para pemeriksa surat".to_owned());
        }
        let known: Vec<&str> = before.kunci.iter().map(|key| key.kid.as_str()).collect();
        report.baru =
            report.trust.kunci.iter().filter(|key| !known.contains(&key.kid.as_str())).cloned().collect();
        Ok(report)
    }
}

/// What opens keys.
#[derive(Clone, Copy)]
pub struct Secrets<'a> {
    /// Opens the keys in `kunci/`.
    pub passphrase: &'a [u8],
    /// Opens the token, where the office has one.
    pub pin: Option<&'a str>,
}

impl std::fmt::Debug for Secrets<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets { .. }")
    }
}

impl<'a> From<&'a [u8]> for Secrets<'a> {
    fn from(passphrase: &'a [u8]) -> Self {
        Self { passphrase, pin: None }
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Secrets<'a> {
    fn from(passphrase: &'a [u8; N]) -> Self {
        Self { passphrase, pin: None }
    }
}

/// The last day on which a key may seal.
pub(super) fn last_good_day(key: &TrustedKey) -> Option<Date> {
    let revoked = key.dicabut_sejak.and_then(|since| since.yesterday().ok());
    match (key.sampai, revoked) {
        (Some(to), Some(revoked)) => Some(to.min(revoked)),
        (to, revoked) => to.or(revoked),
    }
}

/// A key of a holder, and where it is.
struct Place<'a> {
    entry: &'a TrustedKey,
    stem: String,
    file: PathBuf,
    in_token: bool,
}

/// The key of a holder that is good on that day, or the newest if none is.
fn place<'a>(
    folder: &Path,
    trust: &'a TrustFile,
    (pemegang, algorithm): (&str, Algoritma),
    date: Date,
    profile: &Profile,
) -> Result<Place<'a>, OfficeError> {
    let mine: Vec<(usize, &TrustedKey)> = same_kind(trust, pemegang, algorithm).enumerate().collect();
    let good = mine.iter().rev().find(|(_, key)| key.good_on(date));
    let active = || mine.iter().rev().find(|(_, key)| key.status == KeyStatus::Aktif);
    let Some((nth, entry)) = good.or_else(active).or(mine.last()) else {
        return Err(OfficeError::NoKey(pemegang.to_owned()));
    };
    let stem = stem(pemegang, algorithm, *nth);
    let file = folder.join(format!("{stem}.kunci.pem"));
    let in_token = profile.tanda_tangan.token.is_some() && !file.exists();
    Ok(Place { entry, stem, file, in_token })
}

/// Opens the key of a holder for that day. Gives its tenure too.
pub(super) fn open(
    folder: &Path,
    trust: &TrustFile,
    whose: (&str, Algoritma),
    date: Date,
    secrets: Secrets<'_>,
    profile: &Profile,
) -> Result<(Arc<dyn Signer>, TrustedKey), OfficeError> {
    let Place { entry, stem, file, in_token } = place(folder, trust, whose, date, profile)?;
    let key: Arc<dyn Signer> = if in_token {
        desk::in_token(profile, secrets.pin, &stem, &entry.sertifikat)?
    } else {
        let private = zeroize::Zeroizing::new(files::read_text(&file)?);
        Arc::new(SoftKey::open(&private, &entry.sertifikat, secrets.passphrase).map_err(failed(&stem))?)
    };
    Ok((key, entry.clone()))
}

/// Whether the key of a holder for that day is in the token.
pub(super) fn is_in_token(
    folder: &Path,
    trust: &TrustFile,
    whose: (&str, Algoritma),
    date: Date,
    profile: &Profile,
) -> bool {
    place(folder, trust, whose, date, profile).is_ok_and(|place| place.in_token)
}

/// Ends a holder's newest keys with the mandate; says so where the certificate ends too early for it.
fn end_with_mandate(trust: &mut TrustFile, holder: &Holder) -> Option<String> {
    let newest = trust.kunci.iter_mut().rev().find(|key| key.pemegang == holder.pemegang)?;
    if newest.sampai == holder.sampai || newest.status == KeyStatus::Dicabut {
        return None;
    }
    let der = der::Document::from_pem(&newest.sertifikat).ok().map(|(_, document)| document);
    if der.is_some_and(|der| keys::fits(der.as_bytes(), newest.mulai, holder.sampai)) {
        let algorithms = [Algoritma::Ed25519, Algoritma::EcdsaP256];
        for algorithm in algorithms {
            let mine = |key: &&mut TrustedKey| key.pemegang == holder.pemegang && key.algoritma == algorithm;
            if let Some(key) = trust.kunci.iter_mut().rev().find(mine) {
                key.sampai = holder.sampai;
            }
        }
        return None;
    }
    let name = &holder.pemegang;
    Some(format!("masa jabatan {name} melampaui sertifikatnya: jalankan suket key rotate {name}"))
}

/// Revokes one key by its id, or the newest keys of a holder. Gives the ids of what was revoked.
fn revoke(trust: &mut TrustFile, name: &str, sejak: Date, sebab: &str) -> Result<Vec<String>, CustodyError> {
    let newest = |algorithm: Algoritma| same_kind(trust, name, algorithm).last().map(|key| key.kid.clone());
    let mut wanted: Vec<String> =
        [Algoritma::Ed25519, Algoritma::EcdsaP256].into_iter().filter_map(newest).collect();
    if wanted.is_empty() {
        wanted.push(name.to_owned());
    }
    let mut found = false;
    for key in trust.kunci.iter_mut().filter(|key| wanted.contains(&key.kid)) {
        if let Some(since) = key.dicabut_sejak.filter(|since| *since <= sejak) {
            return Err(CustodyError::Revoked(since));
        }
        key.status = KeyStatus::Dicabut;
        key.dicabut_sejak = Some(sejak);
        key.sebab = Some(sebab.trim().to_owned());
        found = true;
    }
    if found { Ok(wanted) } else { Err(CustodyError::Unknown(name.to_owned())) }
}
