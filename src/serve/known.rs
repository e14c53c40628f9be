//! The verifier of the office's own trust file, made again only when the file or the day has changed.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;
use suket::{Office, OfficeError, TrustFile, Verifier, VerifyError};

/// Why there is no verifier.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoVerifier {
    /// The trust file cannot be read.
    #[error(transparent)]
    Office(#[from] OfficeError),
    /// The trust file is not good.
    #[error(transparent)]
    Verify(#[from] VerifyError),
}

/// The last verifier, and what it was made of.
#[derive(Clone, Default)]
pub(crate) struct Known(Arc<Mutex<Option<Made>>>);

struct Made {
    trust: TrustFile,
    day: Date,
    verifier: Arc<Verifier>,
}

impl Known {
    /// The verifier for this office on this day. Keys may have been changed by a command meanwhile.
    pub(crate) fn verifier(&self, office: &Office, day: Date) -> Result<Arc<Verifier>, NoVerifier> {
        let trust = office.trust()?;
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = last.as_ref().filter(|made| made.day == day && made.trust == trust) {
            return Ok(Arc::clone(&made.verifier));
        }
        let verifier = Arc::new(Verifier::new(std::slice::from_ref(&trust))?.on(day));
        *last = Some(Made { trust, day, verifier: Arc::clone(&verifier) });
        Ok(verifier)
    }
}
