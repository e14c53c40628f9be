//! The recovery key: whatever is encrypted, backups and letters, is also encrypted to it. Its private half is handed out
//! once, when it is made, and is kept away from the office; its public half stands in `kunci/pemulihan.txt`.

use std::path::Path;

use super::{Office, OfficeError, files};
use crate::archive::write_new;
use crate::keys::Entropy;
use crate::profile::Profile;
use crate::vault::{Identity, Recipient};

/// Name of the public half in `kunci/`.
pub(super) const FILE: &str = "pemulihan.txt";

impl Office {
    /// Whether backups can be encrypted. [`KeyChange::Create`](super::KeyChange::Create) makes the recovery key where there
    /// is none.
    pub fn has_recovery_key(&self) -> Result<bool, OfficeError> {
        Ok(recipient(&self.root)?.is_some())
    }
}

/// Gives an office that is there already its recovery key: somebody holds it before anything is encrypted to it.
pub(super) fn add(
    keys: &Path,
    profile: &Profile,
    entropy: &mut dyn Entropy,
    hand_out: impl FnOnce(&Identity) -> Result<(), OfficeError>,
) -> Result<Identity, OfficeError> {
    let identity = make(entropy)?;
    hand_out(&identity)?;
    file(keys, profile, &identity)?;
    Ok(identity)
}

/// Makes a recovery key.
pub(super) fn make(entropy: &mut dyn Entropy) -> Result<Identity, OfficeError> {
    let mut random = [0; 32];
    entropy.fill(&mut random);
    Ok(Identity::new(random)?)
}

/// Files the public half: from now on things are encrypted to this key.
pub(super) fn file(keys: &Path, profile: &Profile, identity: &Identity) -> Result<(), OfficeError> {
    let text = format!(
        "# Penerima pemulihan (age) {} {}: cadangan disandi untuk kunci ini.\n{}\n",
        profile.kode_wilayah,
        profile.nama.replace(['\n', '\r'], " "),
        identity.recipient().text()
    );
    let path = keys.join(FILE);
    write_new(&path, text.as_bytes()).map_err(files::io(&path))
}

/// The public half; `None` where the office has none yet.
pub(super) fn recipient(root: &Path) -> Result<Option<Recipient>, OfficeError> {
    let path = root.join("kunci").join(FILE);
    if !path.is_file() {
        return Ok(None);
    }
    Ok(Some(Recipient::read(&files::read_text(&path)?)?))
}

/// Writes the file of the private half, durably and for its owner only, as `age` reads it.
pub fn write_recovery(path: &Path, identity: &Identity, profile: &Profile) -> Result<(), OfficeError> {
    let text = zeroize::Zeroizing::new(format!(
        "# Kunci pemulihan {} {}: membuka cadangan yang disandi (suket archive restore --identity, atau age -d -i).\n\
         # Simpan di luar kantor, misalnya di brankas kabupaten; hapus berkas ini dari komputer kantor.\n\
         # public key: {}\n{}\n",
        profile.kode_wilayah,
        profile.nama.replace(['\n', '\r'], " "),
        identity.recipient().text(),
        *identity.text(),
    ));
    write_new(path, text.as_bytes()).map_err(files::io(path))
}
