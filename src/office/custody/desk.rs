//! The desk at which keys are made: files, certificates, and the root's signature on the trust file.
//!
//! A key file is named after its holder: `segel`, or post and first day of an official; a holder's P-256 key adds
//! `-p256`, the second key of the same kind `-2`. Which key is good on which day stands in the trust file only.

use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;

use super::{CustodyError, OfficeError, SEAL, files};
use crate::archive::write_new;
use crate::format::public_key::{Algoritma, PublicKey};
use crate::format::trust::{KeyStatus, SKEMA, TrustFile, TrustedKey};
use crate::format::{hex, note};
use crate::keys::{self, Entropy, KeyError, SecretKey, Signer, Subject, Tenure};
use crate::profile::{PdfAlgorithm, Profile};

/// Years that a root, and the seal under it, are good for.
const YEARS: i16 = 20;
/// Somebody who should have keys.
pub(super) struct Holder {
    pub(super) pemegang: String,
    pub(super) subject: Subject,
    pub(super) mulai: Date,
    pub(super) sampai: Option<Date>,
}

/// The root, open.
pub(super) struct Root {
    pub(super) key: SecretKey,
    pub(super) der: Vec<u8>,
}

/// Makes all keys of a new office.
pub(in crate::office) fn found(
    folder: &Path,
    profile: &Profile,
    date: Date,
    passphrase: &[u8],
    entropy: &mut dyn Entropy,
) -> Result<TrustFile, OfficeError> {
    let since = profile.segel_sejak.unwrap_or(date);
    let first = profile.pejabat.iter().filter_map(|official| official.mulai).fold(since, Date::min);
    let last = Date::new(date.year() + YEARS, 12, 31).unwrap_or(date);
    let office = office_name(profile);
    let key = SecretKey::generate(Algoritma::Ed25519, entropy);
    let name = Subject::new(&office, "", &format!("Akar {office} {}", profile.kode_wilayah));
    let der = keys::root(&key, &name, &tenure(profile, first, last)).map_err(failed("akar"))?;
    save(folder, "akar", &key, Some(&der), passphrase, entropy)?;
    let log = SecretKey::generate(Algoritma::Ed25519, entropy);
    save(folder, "log", &log, None, passphrase, entropy)?;
    let mut trust = TrustFile {
        skema: SKEMA.to_owned(),
        versi: 0,
        tanggal: date,
        kantor: profile.kode_wilayah.clone(),
        nama: office,
        host: String::new(),
        telepon: String::new(),
        segel_sejak: since,
        akar: keys::to_pem(&der).map_err(failed("akar"))?,
        log: note::verifier_key(&note::log_name(&profile.kode_wilayah), &log.public().raw()),
        kunci: Vec::new(),
        tanda_tangan: String::new(),
    };
    let root = Root { key, der };
    let mut desk = Desk { folder, profile, root: &root, passphrase, pin: None, entropy };
    for holder in holders(profile, first, since) {
        desk.complete(&mut trust, &holder)?;
    }
    follow(&mut trust, profile);
    sign(&mut trust, &root, date)?;
    Ok(trust)
}

/// What is needed to make a key.
pub(super) struct Desk<'a> {
    pub(super) folder: &'a Path,
    pub(super) profile: &'a Profile,
    pub(super) root: &'a Root,
    pub(super) passphrase: &'a [u8],
    pub(super) pin: Option<&'a str>,
    pub(super) entropy: &'a mut dyn Entropy,
}

impl Desk<'_> {
    /// Makes the keys that a holder lacks.
    pub(super) fn complete(&mut self, trust: &mut TrustFile, holder: &Holder) -> Result<(), OfficeError> {
        for algorithm in algorithms(self.profile) {
            let has = |key: &TrustedKey| key.pemegang == holder.pemegang && key.algoritma == algorithm;
            if !trust.kunci.iter().any(has) {
                self.make(trust, holder, algorithm, holder.mulai, false)?;
            }
        }
        Ok(())
    }

    pub(super) fn make(
        &mut self,
        trust: &mut TrustFile,
        holder: &Holder,
        algoritma: Algoritma,
        mulai: Date,
        di_token: bool,
    ) -> Result<(), OfficeError> {
        let earlier = same_kind(trust, &holder.pemegang, algoritma).count();
        let stem = stem(&holder.pemegang, algoritma, earlier);
        let key = (!di_token).then(|| SecretKey::generate(algoritma, self.entropy));
        let public = match &key {
            Some(key) => key.public(),
            None => public_in_token(self.profile, self.pin, &stem)?,
        };
        if public.algorithm() != algoritma {
            return Err(failed(&stem)(KeyError::Algorithm));
        }
        let (_, last) = keys::validity_of(&self.root.der).unwrap_or((mulai, mulai));
        let end = holder.sampai.unwrap_or(last).min(last);
        let tenure = tenure(self.profile, mulai, end);
        let der = keys::leaf(&self.root.key, &self.root.der, &public, &holder.subject, &tenure)
            .map_err(failed(&stem))?;
        if let Some(key) = &key {
            save(self.folder, &stem, key, Some(&der), self.passphrase, self.entropy)?;
        }
        trust.kunci.push(TrustedKey {
            kid: hex(&public.kid()),
            pemegang: holder.pemegang.clone(),
            penyegel: holder.subject.shown(),
            algoritma,
            publik: hex(&public.raw()),
            mulai,
            sampai: holder.sampai,
            status: KeyStatus::Aktif,
            dicabut_sejak: None,
            sebab: None,
            sertifikat: keys::to_pem(&der).map_err(failed(&stem))?,
        });
        Ok(())
    }
}

/// The office's seal, and every official who signs. Nobody's tenure begins before the root's.
pub(super) fn holders(profile: &Profile, first: Date, since: Date) -> Vec<Holder> {
    let office = office_name(profile);
    let seal = Holder {
        pemegang: SEAL.to_owned(),
        subject: Subject::new(&office, "", &format!("Segel {office}")),
        mulai: since,
        sampai: None,
    };
    let officials = profile.pejabat.iter().filter(|official| official.complete()).filter_map(|official| {
        Some(Holder {
            pemegang: official.key_name(),
            subject: Subject::new(&office, &official.jabatan_lengkap(), &official.nama),
            mulai: official.mulai?.max(first),
            sampai: official.sampai,
        })
    });
    std::iter::once(seal).chain(officials).collect()
}

/// The profile has been checked, so its zone is known.
fn tenure(profile: &Profile, from: Date, to: Date) -> Tenure {
    let zone = jiff::tz::TimeZone::get(&profile.zona_waktu).unwrap_or(jiff::tz::TimeZone::UTC);
    Tenure { from, to, zone }
}

/// Takes over what the profile tells verifiers.
pub(super) fn follow(trust: &mut TrustFile, profile: &Profile) {
    trust.nama = office_name(profile);
    trust.host.clone_from(&profile.host);
    trust.telepon.clone_from(&profile.kontak.telepon);
}

pub(super) fn algorithms(profile: &Profile) -> Vec<Algoritma> {
    match profile.tanda_tangan.pdf {
        PdfAlgorithm::Ed25519 => vec![Algoritma::Ed25519],
        PdfAlgorithm::EcdsaP256 => vec![Algoritma::Ed25519, Algoritma::EcdsaP256],
    }
}

pub(super) fn same_kind<'a>(
    trust: &'a TrustFile,
    pemegang: &str,
    algorithm: Algoritma,
) -> impl Iterator<Item = &'a TrustedKey> {
    trust.kunci.iter().filter(move |key| key.pemegang == pemegang && key.algoritma == algorithm)
}

pub(super) fn sign(trust: &mut TrustFile, root: &Root, date: Date) -> Result<(), OfficeError> {
    trust.versi += 1;
    trust.tanggal = date;
    trust.tanda_tangan = hex(&root.key.sign(&trust.signed_bytes()).map_err(failed("akar"))?);
    Ok(())
}

pub(in crate::office) fn write_trust(folder: &Path, trust: &TrustFile) -> Result<(), OfficeError> {
    let text = serde_json::to_string_pretty(trust).unwrap_or_default() + "\n";
    let path = folder.join("trust.json");
    write_new(&path, text.as_bytes()).map_err(files::io(&path))
}

pub(super) fn open_root(
    folder: &Path,
    elsewhere: Option<&str>,
    passphrase: &[u8],
) -> Result<Root, OfficeError> {
    let read = |name: &str| files::read_text(&folder.join(name)).map(zeroize::Zeroizing::new);
    let private = match elsewhere {
        Some(pem) => zeroize::Zeroizing::new(pem.to_owned()),
        None if !folder.join("akar.kunci.pem").exists() => return Err(CustodyError::NoRoot.into()),
        None => read("akar.kunci.pem")?,
    };
    let (_, der) = der::Document::from_pem(&read("akar.sertifikat.pem")?)
        .map_err(|e| failed("akar")(KeyError::Certificate(Box::new(e))))?;
    let key = SecretKey::from_pem(&private, passphrase).map_err(failed("akar"))?;
    let der = der.as_bytes().to_vec();
    if keys::public_of(&der).map_err(failed("akar"))? != key.public() {
        return Err(failed("akar")(KeyError::Pair));
    }
    Ok(Root { key, der })
}

pub(super) fn office_name(profile: &Profile) -> String {
    if profile.nama.is_empty() { format!("Kecamatan {}", profile.kode_wilayah) } else { profile.nama.clone() }
}

pub(in crate::office) fn stem(pemegang: &str, algorithm: Algoritma, earlier: usize) -> String {
    let kind = if algorithm == Algoritma::EcdsaP256 { "-p256" } else { "" };
    let nth = if earlier == 0 { String::new() } else { format!("-{}", earlier + 1) };
    format!("{pemegang}{kind}{nth}")
}

pub(super) fn failed(file: &str) -> impl Fn(KeyError) -> OfficeError {
    let file = format!("{file}.kunci.pem");
    move |source| OfficeError::Key { file: file.clone(), source }
}

pub(super) fn save(
    folder: &Path,
    stem: &str,
    key: &SecretKey,
    certificate: Option<&[u8]>,
    passphrase: &[u8],
    entropy: &mut dyn Entropy,
) -> Result<(), OfficeError> {
    let write = |ending: &str, text: &str| {
        let path = folder.join(format!("{stem}.{ending}.pem"));
        write_new(&path, text.as_bytes()).map_err(files::io(&path))
    };
    write("kunci", &key.to_pem(passphrase, entropy).map_err(failed(stem))?)?;
    match certificate {
        Some(der) => write("sertifikat", &keys::to_pem(der).map_err(failed(stem))?),
        None => Ok(()),
    }
}

/// The public key in the office's token.
#[cfg(feature = "pkcs11")]
fn public_in_token(profile: &Profile, pin: Option<&str>, stem: &str) -> Result<PublicKey, OfficeError> {
    token(profile, pin)?.public(stem).map_err(failed(stem))
}

/// The signer in the office's token.
#[cfg(feature = "pkcs11")]
pub(super) fn in_token(
    profile: &Profile,
    pin: Option<&str>,
    stem: &str,
    certificate_pem: &str,
) -> Result<Arc<dyn Signer>, OfficeError> {
    let (_, der) = der::Document::from_pem(certificate_pem)
        .map_err(|e| failed(stem)(KeyError::Certificate(Box::new(e))))?;
    Ok(Arc::new(token(profile, pin)?.signer(stem, der.as_bytes()).map_err(failed(stem))?))
}

#[cfg(feature = "pkcs11")]
fn token(profile: &Profile, pin: Option<&str>) -> Result<Arc<keys::Token>, OfficeError> {
    let place = profile.tanda_tangan.token.as_ref().ok_or(CustodyError::NoToken)?;
    let pin = pin.ok_or(CustodyError::NoPin)?;
    keys::Token::open(Path::new(&place.modul), &place.label, pin)
        .map_err(|source| OfficeError::Key { file: place.label.clone(), source })
}

#[cfg(not(feature = "pkcs11"))]
fn public_in_token(_: &Profile, _: Option<&str>, _: &str) -> Result<PublicKey, OfficeError> {
    Err(CustodyError::WithoutTokens.into())
}

#[cfg(not(feature = "pkcs11"))]
pub(super) fn in_token(
    _: &Profile,
    _: Option<&str>,
    _: &str,
    _: &str,
) -> Result<Arc<dyn Signer>, OfficeError> {
    Err(CustodyError::WithoutTokens.into())
}
