//! Encryption at rest: a letter is encrypted, then named by the digest of what is stored. One identity serves a month and a
//! retention class; it lies in `kunci/bulan/`, encrypted to the office's vault and to the recovery key. Whoever destroys
//! that file has destroyed the letters of that month, wherever copies of them are.
//!
//! ```text
//! kunci/brankas.txt             the vault's public half: issuing needs no more
//! kunci/brankas.kunci.age       its private half, under the passphrase
//! kunci/bulan/2026-11-tetap.txt   public half of the key of a month and class
//! kunci/bulan/2026-11-tetap.age   its private half
//! ```
//! Debian's `age` opens each of them, and a letter with the key of its month.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use zeroize::Zeroizing;

use super::{Office, OfficeError, files, recovery};
use crate::archive::{found_folder, write_new};
use crate::book::Entry;
use crate::calendar::Bulan;
use crate::format::sha256;
use crate::keys::Entropy;
use crate::vault::{self, Identity, Recipient};

/// The vault's public half in `kunci/`.
pub(super) const PUBLIC: &str = "brankas.txt";
/// Its private half.
pub(super) const PRIVATE: &str = "brankas.kunci.age";
const MONTHS: &str = "bulan";

/// Makes the office's vault, unless it has one.
pub(super) fn make(keys: &Path, passphrase: &[u8], entropy: &mut dyn Entropy) -> Result<(), OfficeError> {
    let (public, private) = (keys.join(PUBLIC), keys.join(PRIVATE));
    if public.is_file() {
        return Ok(());
    }
    let mut random = [0; 32];
    entropy.fill(&mut random);
    let identity = Identity::new(random)?;
    let stored = vault::lock(passphrase, identity.text().as_bytes())?;
    write_new(&private, &stored).map_err(files::io(&private))?;
    let text = format!("# Brankas arsip: surat yang disandi.\n{}\n", identity.recipient().text());
    write_new(&public, text.as_bytes()).map_err(files::io(&public))
}

impl Office {
    /// Whether letters of this office are, or may be, encrypted.
    pub fn has_vault(&self) -> bool {
        self.keys().join(PUBLIC).is_file()
    }

    /// Opens the vault, so that encrypted letters can be read until this office is dropped.
    pub fn unlock_vault(&self, passphrase: &[u8]) -> Result<(), OfficeError> {
        let path = self.keys().join(PRIVATE);
        if !path.is_file() {
            return Ok(());
        }
        let stored = std::fs::read(&path).map_err(files::io(&path))?;
        let text = vault::unlock(passphrase, &stored)?;
        *self.vault.borrow_mut() = Some(Identity::read(&String::from_utf8_lossy(&text))?);
        Ok(())
    }

    /// A letter as it is stored, where that is not the PDF itself.
    pub(super) fn locked_form(
        &self,
        jenis: &str,
        date: Date,
        pdf: &[u8],
    ) -> Result<Option<Vec<u8>>, OfficeError> {
        if !self.profile.sandi.arsip {
            return Ok(None);
        }
        let name = format!("{}-{}", Bulan::of(date), self.profile.retention_class(jenis));
        let recipient = self.month_recipient(&name)?;
        Ok(Some(vault::encrypt(&[&recipient], pdf)?))
    }

    /// The PDF of a letter from its stored bytes.
    pub(super) fn opened(&self, entry: &Entry, stored: Vec<u8>) -> Result<Vec<u8>, OfficeError> {
        let vault = self.vault.borrow();
        self.opener(vault.as_ref()).open(entry, stored)
    }

    /// What opens letters, for several threads.
    pub(super) fn opener<'a>(&self, vault: Option<&'a Identity>) -> Opener<'a> {
        Opener { keys: self.keys(), vault }
    }

    /// The opened vault, so that another thread's office can use it ([`Office::share_vault`]).
    pub fn opened_vault(&self) -> Option<Identity> {
        self.vault.borrow().clone()
    }

    /// Takes over the vault that another office of the same folder has opened, unless its own is open.
    pub fn share_vault(&self, vault: &Identity) {
        self.vault.borrow_mut().get_or_insert_with(|| vault.clone());
    }

    /// Names of the keys of a month, or all, with their files.
    pub(super) fn month_keys(&self, masa: Option<Bulan>) -> Result<Vec<(String, [PathBuf; 2])>, OfficeError> {
        month_keys(&self.keys(), masa)
    }

    /// The public half of the key of a month and class; a new one is made when there is none.
    fn month_recipient(&self, name: &str) -> Result<Recipient, OfficeError> {
        let folder = self.keys().join(MONTHS);
        let (public, private) = (folder.join(format!("{name}.txt")), folder.join(format!("{name}.age")));
        if public.is_file() && private.is_file() {
            return Ok(Recipient::read(&files::read_text(&public)?)?);
        }
        let vault = self.keys().join(PUBLIC);
        if !vault.is_file() {
            return Err(OfficeError::NoKey("brankas arsip (kantor.toml: sandi.arsip)".to_owned()));
        }
        let vault = Recipient::read(&files::read_text(&vault)?)?;
        let recovery = recovery::recipient(&self.root)?;
        let recovery = recovery.ok_or_else(|| OfficeError::NoKey("pemulihan".to_owned()))?;
        found_folder(&folder).map_err(files::io(&folder))?;
        let identity = Identity::fresh();
        let stored = vault::encrypt(&[&vault, &recovery], identity.text().as_bytes())?;
        write_new(&private, &stored).map_err(files::io(&private))?;
        let text = format!("{}\n", identity.recipient().text());
        write_new(&public, text.as_bytes()).map_err(files::io(&public))?;
        Ok(identity.recipient())
    }

    /// Whether a month's key opens any of these letters.
    pub(super) fn opens_any(&self, name: &str, letters: &[&Entry]) -> Result<bool, OfficeError> {
        let vault = self.vault.borrow();
        let vault = vault.as_ref().ok_or(OfficeError::Locked)?;
        let path = self.keys().join(MONTHS).join(format!("{name}.age"));
        // Gone, or overwritten: a purge was stopped on its way through the two halves.
        if !path.exists() || !vault::is_encrypted(&std::fs::read(&path).map_err(files::io(&path))?) {
            return Ok(false);
        }
        let key = month_identity(&self.keys(), name, vault)?;
        for entry in letters {
            if self.stored(&entry.objek)?.is_some_and(|stored| key.open(&stored).is_ok()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) fn keys(&self) -> PathBuf {
        self.root.join("kunci")
    }
}

/// What opens letters: the vault, where it is open, and the keys of the months.
pub(super) struct Opener<'a> {
    keys: PathBuf,
    vault: Option<&'a Identity>,
}

impl Opener<'_> {
    /// The PDF of a letter from its stored bytes.
    pub(super) fn open(&self, entry: &Entry, stored: Vec<u8>) -> Result<Vec<u8>, OfficeError> {
        // What the row says is not believed: a changed digest must not pass as encryption.
        if entry.objek == entry.sha256 || !vault::is_encrypted(&stored) {
            return Ok(stored);
        }
        let masa = Bulan::of(entry.tanggal);
        let names = month_keys(&self.keys, Some(masa))?;
        // Without the month's key no vault opens it, and who asks should not be sent for the passphrase.
        if !names.is_empty() {
            let vault = self.vault.ok_or(OfficeError::Locked)?;
            // The class that the letter was filed under is not in its row; a month has few.
            for (name, _) in names {
                let pdf = month_identity(&self.keys, &name, vault).and_then(|key| Ok(key.open(&stored)?));
                if let Ok(pdf) = pdf
                    && sha256(&pdf) == entry.sha256
                {
                    return Ok(pdf);
                }
            }
        }
        Err(OfficeError::NoKey(format!("surat bulan {masa}")))
    }
}

fn month_keys(keys: &Path, masa: Option<Bulan>) -> Result<Vec<(String, [PathBuf; 2])>, OfficeError> {
    let folder = keys.join(MONTHS);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(&folder).map_err(files::io(&folder))?;
    // One half alone is a key, too: it was being made, or destroyed.
    let names: BTreeSet<String> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let file = entry.file_name().to_string_lossy().into_owned();
            file.strip_suffix(".age").or_else(|| file.strip_suffix(".txt")).map(str::to_owned)
        })
        .filter(|name| masa.is_none_or(|masa| name.starts_with(&format!("{masa}-"))))
        .collect();
    let paths = |name: &String| [folder.join(format!("{name}.age")), folder.join(format!("{name}.txt"))];
    Ok(names.into_iter().map(|name| (name.clone(), paths(&name))).collect())
}

pub(super) fn month_identity(keys: &Path, name: &str, vault: &Identity) -> Result<Identity, OfficeError> {
    let path = keys.join(MONTHS).join(format!("{name}.age"));
    let stored = std::fs::read(&path).map_err(files::io(&path))?;
    let text = Zeroizing::new(vault.open(&stored)?);
    Ok(Identity::read(&String::from_utf8_lossy(&text))?)
}
