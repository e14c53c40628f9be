//! A holder's own passphrase: the key of an official is opened by nobody but the official.

use crate::archive::write_new;
use crate::keys::{Entropy, SecretKey};
use crate::office::{Office, OfficeError, files};
use zeroize::Zeroizing;

use super::desk::failed;

impl Office {
    /// Locks the keys of a holder in `kunci/` with another passphrase; the key itself, its certificate and every letter
    /// stay as they are. Gives how many files were changed.
    ///
    /// # Errors
    /// [`OfficeError::NoKey`] where the holder has no key here, [`OfficeError::Key`] where the old passphrase does not
    /// open one; then no file was changed.
    pub fn change_passphrase(
        &self,
        pemegang: &str,
        old: &[u8],
        new: &[u8],
        entropy: &mut dyn Entropy,
    ) -> Result<usize, OfficeError> {
        let folder = self.root.join("kunci");
        let mut opened = Vec::new();
        for entry in self.trust()?.kunci.iter().filter(|key| key.pemegang == pemegang) {
            let stem = self.stem_of(entry)?;
            let file = folder.join(format!("{stem}.kunci.pem"));
            // A key in a token has no file.
            if !file.is_file() {
                continue;
            }
            let text = Zeroizing::new(files::read_text(&file)?);
            opened.push((file, SecretKey::from_pem(&text, old).map_err(failed(&stem))?, stem));
        }
        if opened.is_empty() {
            return Err(OfficeError::NoKey(pemegang.to_owned()));
        }
        for (file, key, stem) in &opened {
            let text = key.to_pem(new, entropy).map_err(failed(stem))?;
            write_new(file, text.as_bytes()).map_err(files::io(file))?;
        }
        Ok(opened.len())
    }

    /// Name of the files of a key of the trust file.
    fn stem_of(&self, key: &crate::format::trust::TrustedKey) -> Result<String, OfficeError> {
        let trust = self.trust()?;
        let earlier = trust
            .kunci
            .iter()
            .filter(|other| other.pemegang == key.pemegang && other.algoritma == key.algoritma)
            .position(|other| other.kid == key.kid);
        Ok(super::desk::stem(&key.pemegang, key.algoritma, earlier.unwrap_or(0)))
    }
}
