//! Keeping the keys: makes, renews and revokes them, and has the root sign the trust file anew each time.

mod desk;
mod passphrase;
mod secrets;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;

pub(super) use desk::{found, stem, write_trust};
pub use secrets::Secrets;

use super::events::said;
use super::{Office, OfficeError, files, locked, recovery};
use crate::book::{Book, Filter};
use crate::format::hex;
use crate::format::public_key::Algoritma;
use crate::format::trust::{KeyStatus, TrustFile, TrustedKey};
use crate::keys::{self, Entropy, Signer, SoftKey};
use crate::profile::Profile;
use crate::vault::Identity;
use crate::verify::Verifier;
use desk::{Desk, Holder, algorithms, failed, follow, holders, open_root, same_kind, sign};

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
    /// Letters that were good before this change and are not any more.
    pub terkena: Vec<String>,
    /// Ids of keys that were revoked.
    pub dicabut: Vec<String>,
    /// What somebody should do next.
    pub saran: Vec<String>,
    /// The recovery key, where the office had none: told this once, and kept away from the office.
    pub pemulihan: Option<Identity>,
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
    /// Several keys of the holder could be meant.
    #[error("pemegang ini mempunyai beberapa kunci yang berlaku; sebutkan nomornya: {0}")]
    Ambiguous(String),
    /// Revoked from a day before the key began.
    #[error("kunci ini baru mulai {0}")]
    BeforeTenure(Date),
    /// The root's private key is not here.
    #[error("kunci akar (akar.kunci.pem) tidak ada di folder kunci/; tunjuk berkasnya dengan --root")]
    NoRoot,
    /// Verifiers would refuse the new trust file.
    #[error("berkas kepercayaan yang baru tidak sah: {0}")]
    Refused(#[source] crate::verify::VerifyError),
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
        self.change_keys_handing_out(request, |_| Ok(()))
    }

    /// The same; `hand_out` takes a new recovery key away before anything is encrypted to it. What stops it then has left an
    /// office without a recovery key, and not one whose key nobody holds.
    pub fn change_keys_handing_out(
        &mut self,
        request: KeyRequest<'_>,
        hand_out: impl FnOnce(&Identity) -> Result<(), OfficeError>,
    ) -> Result<KeyReport, OfficeError> {
        let _turn = self.turn()?;
        let done = self.change_in_turn(request, hand_out);
        self.heed(done)
    }

    fn change_in_turn(
        &self,
        request: KeyRequest<'_>,
        hand_out: impl FnOnce(&Identity) -> Result<(), OfficeError>,
    ) -> Result<KeyReport, OfficeError> {
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
            dicabut: Vec::new(),
            saran: Vec::new(),
            pemulihan: None,
        };
        let (first, last) = keys::validity_of(&root.der).unwrap_or((date, date));
        let holders = holders(&self.profile, first, before.segel_sejak);
        let find = |name: &str| holders.iter().find(|holder| holder.pemegang == name);
        let mut desk =
            Desk { folder: &folder, profile: &self.profile, root: &root, passphrase, pin, entropy };
        let trust = &mut report.trust;
        let create = change == KeyChange::Create;
        match change {
            KeyChange::Create => {
                for holder in &holders {
                    desk.complete(trust, holder)?;
                    report.saran.extend(end_with_mandate(trust, holder, &algorithms(&self.profile), last));
                }
                report.saran.extend(departed(trust, &holders, date));
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
                let sebab = said(&sebab, "sebab pencabutan")?;
                report.dicabut = revoke(trust, &kunci, sejak, &sebab)?;
                report.saran.push("buat kunci pengganti dengan suket key rotate".to_owned());
            }
        }
        if create && self.profile.sandi.arsip {
            locked::make(&folder, passphrase, desk.entropy)?;
        }
        if create && !self.has_recovery_key()? {
            report.pemulihan = Some(recovery::add(&folder, &self.profile, desk.entropy, hand_out)?);
        }
        report.berubah = report.trust != before;
        if report.berubah {
            sign(&mut report.trust, &root, date)?;
            // A file that verifiers would refuse is never written.
            Verifier::new(std::slice::from_ref(&report.trust)).map_err(CustodyError::Refused)?;
            report.terkena = self.no_longer_good(&before, &report.trust)?;
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

impl Office {
    /// Letters that were good under the old trust file and are not under the new one.
    fn no_longer_good(&self, before: &TrustFile, after: &TrustFile) -> Result<Vec<String>, OfficeError> {
        let good = |trust: &TrustFile, kid: &str, day: Date| {
            trust.kunci.iter().any(|key| key.kid == kid && key.good_on(day))
        };
        let letters = self.book.list(&Filter::default())?;
        let turned = letters.iter().filter(|entry| {
            let kid = hex(&entry.kid);
            good(before, &kid, entry.tanggal) && !good(after, &kid, entry.tanggal)
        });
        Ok(turned.map(|entry| entry.nomor.clone()).collect())
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

/// Lets the newest keys of a holder end with the mandate, each as far as its own certificate goes; says what else has
/// changed in the profile that only a new key can follow.
fn end_with_mandate(trust: &mut TrustFile, holder: &Holder, in_use: &[Algoritma], last: Date) -> Vec<String> {
    let name = &holder.pemegang;
    let mut advice = Vec::new();
    for algorithm in in_use {
        let mine = |key: &&mut TrustedKey| key.pemegang == *name && key.algoritma == *algorithm;
        let Some(newest) = trust.kunci.iter_mut().rev().find(mine) else { continue };
        if newest.status == KeyStatus::Dicabut {
            continue;
        }
        if newest.penyegel != holder.subject.shown() {
            advice.push(format!("nama atau jabatan {name} berubah: jalankan suket key rotate {name}"));
        }
        // An open mandate needs a certificate that lasts as long as the root.
        let der = der::Document::from_pem(&newest.sertifikat).map(|(_, document)| document);
        let until = holder.sampai.unwrap_or(last);
        if der.is_ok_and(|der| keys::fits(der.as_bytes(), newest.mulai, Some(until))) {
            newest.sampai = holder.sampai;
        } else if newest.sampai != holder.sampai {
            let text = "melampaui sertifikatnya: jalankan suket key rotate";
            advice.push(format!("masa jabatan {name} {text} {name}"));
        }
    }
    advice.dedup();
    advice
}

/// Holders of active keys whom the profile does not name any more.
fn departed(trust: &TrustFile, holders: &[Holder], date: Date) -> Vec<String> {
    let named = |key: &TrustedKey| holders.iter().any(|holder| holder.pemegang == key.pemegang);
    let mut names: Vec<&str> = trust
        .kunci
        .iter()
        .filter(|key| !named(key) && key.good_on(date))
        .map(|key| key.pemegang.as_str())
        .collect();
    names.dedup();
    names
        .into_iter()
        .map(|name| {
            format!("{name} tidak ada lagi di kantor.toml, tetapi kuncinya masih berlaku: isi sampai, atau suket key revoke")
        })
        .collect()
}

/// Revokes one key by its id, or the keys of a holder if only one of each kind could be meant. Gives their ids.
fn revoke(trust: &mut TrustFile, name: &str, sejak: Date, sebab: &str) -> Result<Vec<String>, CustodyError> {
    let live = |key: &&TrustedKey| key.status == KeyStatus::Aktif && key.sampai.is_none_or(|to| sejak <= to);
    let mut wanted = Vec::new();
    for algorithm in [Algoritma::Ed25519, Algoritma::EcdsaP256] {
        let mine: Vec<String> =
            same_kind(trust, name, algorithm).filter(live).map(|key| key.kid.clone()).collect();
        if mine.len() > 1 {
            return Err(CustodyError::Ambiguous(mine.join(", ")));
        }
        wanted.extend(mine);
    }
    if wanted.is_empty() {
        wanted.push(name.to_owned());
    }
    let mut found = false;
    for key in trust.kunci.iter_mut().filter(|key| wanted.contains(&key.kid)) {
        if let Some(since) = key.dicabut_sejak.filter(|since| *since <= sejak) {
            return Err(CustodyError::Revoked(since));
        }
        if sejak < key.mulai {
            return Err(CustodyError::BeforeTenure(key.mulai));
        }
        key.status = KeyStatus::Dicabut;
        key.dicabut_sejak = Some(sejak);
        key.sebab = Some(sebab.to_owned());
        found = true;
    }
    if found { Ok(wanted) } else { Err(CustodyError::Unknown(name.to_owned())) }
}
