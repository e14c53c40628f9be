//! Where the passphrase of the office's keys comes from.

use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::cli::args::Serve;
use crate::cli::outside;
use crate::cli::say::{self, Failure};

/// Name of the systemd credential.
const CREDENTIAL: &str = "suket-sandi";

/// The passphrase: from the systemd credential `suket-sandi`, from the file that `SUKET_PASSPHRASE_FILE` names, or a
/// prompt. `None` where nobody gives one: then the daemon only reads.
pub(crate) fn passphrase(serve: &Serve) -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
    if serve.read_only {
        return Ok(None);
    }
    if let Some(file) = credential() {
        let text = std::fs::read_to_string(&file).map(Zeroizing::new).map_err(|e| {
            let text = format!("kredensial {CREDENTIAL}: {}", say::cause(&e));
            Failure::new(say::MACHINE, text, "periksa LoadCredential di unit systemd")
        })?;
        return Ok(Some(Zeroizing::new(text.trim_end_matches(['\n', '\r']).as_bytes().to_vec())));
    }
    match outside::passphrase_at_hand()? {
        Some(given) => Ok(Some(given)),
        None if std::io::IsTerminal::is_terminal(&std::io::stdin()) => outside::passphrase(false).map(Some),
        None => Ok(None),
    }
}

fn credential() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "the binary is where the environment is read")]
    let folder = std::env::var_os("CREDENTIALS_DIRECTORY")?;
    let file = PathBuf::from(folder).join(CREDENTIAL);
    file.is_file().then_some(file)
}
