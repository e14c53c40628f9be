//! Verification: bytes in, a [`Verdict`] out. A failed check is a value, not an error; nothing here issues.
//!
//! Three questions are answered apart: is it unchanged, is it sealed by a key we know, was that key good that day?

mod chain;
mod document;
mod verdict;

pub use verdict::{Facts, Putusan, Verdict};

use crate::format::statement::SealedStatement;
use crate::format::trust::TrustFile;
use chain::Keyring;

/// Why checking was impossible. That a letter is not genuine is no error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// A trust file cannot be read.
    #[error("berkas kepercayaan: {0}")]
    Trust(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The book could not be asked.
    #[error("buku agenda: {0}")]
    Records(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What a book at hand says of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Recorded {
    /// Not in the book.
    No,
    /// Valid.
    Valid,
    /// Replaced by a later letter.
    Replaced,
}

/// A book at hand, asked by the digest of the bytes that the seal covers.
pub trait Records {
    /// What the book says of the letter with this SHA-256.
    fn recorded(&self, sidik: &[u8; 32]) -> Result<Recorded, Box<dyn std::error::Error + Send + Sync>>;
}

/// Checks letters against the offices that it trusts.
///
/// ```
/// // A file that is no letter of any office is an answer, not an error.
/// let verifier = suket::Verifier::new(&[]).unwrap();
/// let verdict = verifier.pdf(b"%PDF-1.7 something else", None).unwrap();
/// assert_eq!(verdict.putusan, suket::Putusan::BukanSurat);
/// ```
#[derive(Debug)]
pub struct Verifier {
    keyring: Keyring,
}

impl Verifier {
    /// A verifier that trusts these offices. Every certificate in them must chain to its office's root.
    pub fn new(trusted: &[TrustFile]) -> Result<Self, VerifyError> {
        Ok(Self { keyring: Keyring::new(trusted)? })
    }

    /// Reads a trust file.
    pub fn read_trust(json: &[u8]) -> Result<TrustFile, VerifyError> {
        let file: TrustFile = serde_json::from_slice(json).map_err(|e| VerifyError::Trust(Box::new(e)))?;
        if file.skema == crate::format::trust::SKEMA {
            Ok(file)
        } else {
            Err(VerifyError::Trust(format!("skema {:?} tidak dikenal", file.skema).into()))
        }
    }

    /// Checks a PDF; with a book at hand also whether the letter is recorded and still valid.
    pub fn pdf(&self, bytes: &[u8], records: Option<&dyn Records>) -> Result<Verdict, VerifyError> {
        document::check(bytes, &self.keyring, records)
    }

    /// Checks the text of a QR. It proves its own facts only, not the paper around it.
    pub fn qr(&self, text: &str) -> Verdict {
        let Some((host, bytes)) = SealedStatement::from_qr_text(text.trim()) else {
            return Verdict::plain(Putusan::BukanSurat);
        };
        let Some((_, parsed)) = SealedStatement::parse(&bytes) else {
            return Verdict::plain(Putusan::Diubah);
        };
        let mut verdict = self.keyring.statement(&parsed);
        verdict.not_checked(&[
            "isi kertas selain data di atas",
            "pembatalan dan penggantian (buku agenda tidak ditanya)",
        ]);
        verdict.host(&host, self.keyring.host_of(parsed.kid));
        verdict
    }
}

/// The sealed statement inside a PDF of our shape; says nothing about its signature.
#[cfg(feature = "terbit")]
pub(crate) fn statement_in(pdf: &[u8]) -> Option<SealedStatement> {
    let sealed = crate::format::pdf::parse(pdf)?;
    let (_, bytes) = SealedStatement::from_qr_text(&sealed.fields.contact)?;
    SealedStatement::parse(&bytes).map(|(statement, _)| statement)
}
