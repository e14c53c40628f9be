//! The vault of encrypted letters: its key, and those of the months.

use super::{Found, folder};
use crate::office::locked::{PRIVATE, PUBLIC, month_identity};
use crate::office::{Office, OfficeError};
use crate::vault::Recipient;

/// Said where the vault stays shut.
const SHUT: &str = "isi surat yang disandi (brankas tidak dibuka)";

impl Office {
    /// Every key of encrypted letters has both its halves; where the vault is open or the passphrase at hand, also that
    /// they open and fit.
    pub(super) fn check_vault(
        &self,
        passphrase: Option<&[u8]>,
        found: &mut Found,
        missing: &mut Vec<&'static str>,
    ) {
        let there = [PUBLIC, PRIVATE].map(|name| self.keys().join(name).is_file());
        let mut months = self.month_keys(None).unwrap_or_default();
        if self.purge_is_unfinished() && !months.is_empty() {
            // Keys of months may be half gone, as they should be: the next purge finishes them.
            missing.push("kunci bulan surat yang disandi (pemusnahan belum selesai)");
            months.clear();
        }
        if there == [false, false] && months.is_empty() {
            return;
        }
        for (name, there) in [PUBLIC, PRIVATE].into_iter().zip(there) {
            if !there {
                lost(found, format!("kunci/{name}"));
            }
        }
        for file in months.iter().flat_map(|(_, halves)| halves).filter(|file| !file.is_file()) {
            lost(found, folder::shown(&self.root, file));
        }
        if let Some(passphrase) = passphrase.filter(|_| self.vault.borrow().is_none())
            && let Err(error) = self.unlock_vault(passphrase)
        {
            unopened(found, format!("kunci/{PRIVATE}"), &error);
        }
        let vault = self.vault.borrow();
        let Some(vault) = vault.as_ref() else {
            missing.push(SHUT);
            return;
        };
        let public = |path: &std::path::Path| {
            std::fs::read_to_string(path).ok().and_then(|text| Recipient::read(&text).ok())
        };
        if there == [true, true] && public(&self.keys().join(PUBLIC)) != Some(vault.recipient()) {
            unpaired(found, format!("kunci/{PUBLIC}"));
        }
        for (name, [_, path]) in months.iter().filter(|(_, [private, _])| private.is_file()) {
            match month_identity(&self.keys(), name, vault) {
                Err(error) => unopened(found, format!("kunci/bulan/{name}.age"), &error),
                Ok(key) if path.is_file() && public(path) != Some(key.recipient()) => {
                    unpaired(found, format!("kunci/bulan/{name}.txt"));
                }
                Ok(_) => {}
            }
        }
    }
}

fn lost(found: &mut Found, file: String) {
    let text = "kunci surat yang disandi ini hilang; kembalikan dari cadangan".to_owned();
    found.damage("berkas-kunci-hilang", Some(file), None, text);
}

fn unopened(found: &mut Found, file: String, error: &OfficeError) {
    let text = format!("kunci ini tidak terbuka ({error}); bila sandinya benar, kembalikan dari cadangan");
    found.damage("kunci-tak-terbuka", Some(file), None, text);
}

fn unpaired(found: &mut Found, file: String) {
    let text = "kunci ini bukan pasangan kunci rahasianya; kembalikan dari cadangan".to_owned();
    found.damage("kunci-tak-sepasang", Some(file), None, text);
}
