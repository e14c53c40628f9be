//! The recovery key: whatever is encrypted, backups and letters, is also encrypted to it. Its private half is handed out
//! once, when it is made, and is kept away from the office; its public half stands in `kunci/pemulihan.txt`.

use std::path::Path;

use super::{OfficeError, files};
use crate::archive::write_new;
use crate::keys::Entropy;
use crate::profile::Profile;
use crate::vault::{Identity, Recipient};

/// Name of the public half in `kunci/`.
pub(super) const FILE: &str = "pemulihan.txt";

/// Makes the recovery key of an office and files its public half. Gives the private one.
pub(super) fn make(
    keys: &Path,
    profile: &Profile,
    entropy: &mut dyn Entropy,
) -> Result<Identity, OfficeError> {
    let mut random = [0; 32];
    entropy.fill(&mut random);
    let identity = Identity::new(random)?;
    let text = format!(
        "# Penerima pemulihan (age) {} {}: cadangan disandi untuk kunci ini.\n{}\n",
        profile.kode_wilayah,
        profile.nama.replace(['\n', '\r'], " "),
        identity.recipient().text()
    );
    let path = keys.join(FILE);
    write_new(&path, text.as_bytes()).map_err(files::io(&path))?;
    Ok(identity)
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
