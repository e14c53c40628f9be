//! Verification: bytes in, a [`Verdict`] out. A failed check is a value, not an error; nothing here issues.
//!
//! Three questions are answered apart: is it unchanged, is it sealed by a key we know, was that key good that day?

mod bundle;
mod chain;
mod document;
mod memory;
mod picture;
mod verdict;

use jiff::civil::Date;

pub use chain::TrustError;
pub use memory::TrustMemory;
pub use picture::PictureError;
pub use verdict::{Answer, Answers, Facts, Putusan, Source, Verdict, Warna};

use crate::format::statement::{SealedStatement, same_code};
use crate::format::trust::TrustFile;
use chain::Keyring;

/// Why checking was impossible. That a letter is not genuine is no error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// A trust file cannot be used.
    #[error("berkas kepercayaan: {0}")]
    Trust(#[from] TrustError),
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
    /// Cancelled.
    Cancelled,
    /// Replaced by a later letter.
    Replaced,
    /// Valid; the office's own copy was lawfully destroyed.
    Destroyed,
}

/// By what a book is asked for a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup<'a> {
    /// SHA-256 of the bytes that the seal of the PDF covers.
    Sidik(&'a [u8; 32]),
    /// The short code of the sealed facts.
    Kode(&'a str),
}

/// A book at hand.
pub trait Records {
    /// What the book says of the letter.
    fn recorded(&self, letter: Lookup<'_>) -> Result<Recorded, Box<dyn std::error::Error + Send + Sync>>;
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
    today: Option<Date>,
}

impl Verifier {
    /// A verifier that trusts these offices. Each file must be signed by its own root, every certificate in it must
    /// chain to that root. Of several versions of one file the newest counts.
    pub fn new(trusted: &[TrustFile]) -> Result<Self, VerifyError> {
        Ok(Self { keyring: Keyring::new(trusted)?, today: None })
    }

    /// The same, and refuses files that are older than those which it has seen before.
    pub fn remembering(trusted: &[TrustFile], memory: &mut TrustMemory) -> Result<Self, VerifyError> {
        let keyring = Keyring::new(trusted)?;
        for office in keyring.offices() {
            memory.admit(office)?;
        }
        Ok(Self { keyring, today: None })
    }

    /// Tells the verifier what day it is; without, it does not say that a letter has expired.
    #[must_use]
    pub fn on(self, today: Date) -> Self {
        Self { today: Some(today), ..self }
    }

    /// Reads a trust file; says nothing yet about its signature.
    pub fn read_trust(json: &[u8]) -> Result<TrustFile, VerifyError> {
        Ok(chain::read(json)?)
    }

    /// Checks a PDF; with a book at hand also whether the letter is recorded and still valid.
    pub fn pdf(&self, bytes: &[u8], records: Option<&dyn Records>) -> Result<Verdict, VerifyError> {
        let mut verdict = document::check(bytes, &self.keyring)?;
        self.ask(&mut verdict, records)?;
        Ok(verdict)
    }

    /// Whether the bytes are a ZIP, as bundles are, by their first bytes.
    pub fn is_bundle(bytes: &[u8]) -> bool {
        bytes.starts_with(b"PK")
    }

    /// Checks a bundle: all letters of a closed month, with register, extract of the book and proofs. What happened to
    /// the letters after the month was closed is not in it.
    pub fn bundle(&self, bytes: &[u8]) -> Result<Verdict, VerifyError> {
        bundle::check(bytes, &self.keyring)
    }

    /// Checks the text of a QR. It proves its own facts only, not the paper around it.
    pub fn qr(&self, text: &str, records: Option<&dyn Records>) -> Result<Verdict, VerifyError> {
        let mut verdict = self.qr_alone(text.trim());
        verdict.not_checked(&["isi kertas selain data yang disegel"]);
        self.ask(&mut verdict, records)?;
        Ok(verdict)
    }

    fn qr_alone(&self, text: &str) -> Verdict {
        let Some((host, bytes)) = SealedStatement::from_qr_text(text) else {
            return self.keyring.plain(Source::Qr, Putusan::BukanSurat);
        };
        let Some((statement, parsed)) = SealedStatement::parse(&bytes) else {
            return self.keyring.plain(Source::Qr, Putusan::Diubah);
        };
        let mut verdict = self.keyring.statement(Source::Qr, &statement, &parsed);
        verdict.host(&host, self.keyring.host_of(parsed.kid));
        verdict
    }

    /// Whether the bytes are a picture (PNG or JPEG), by their first bytes.
    pub fn is_picture(bytes: &[u8]) -> bool {
        picture::is_picture(bytes)
    }

    /// Texts of the sealed QR symbols on a picture of a paper, a scan or a photo, PNG or JPEG; or of all symbols, if none
    /// is a letter's. Empty: none could be read.
    pub fn read_picture(bytes: &[u8]) -> Result<Vec<String>, PictureError> {
        let ours = |text: &str| SealedStatement::from_qr_text(text).is_some();
        let mut texts = picture::read_symbols(bytes, ours)?;
        // Another QR on the paper, of a telephone number say, is none of ours and says nothing about the letter.
        if texts.iter().any(|text| ours(text)) {
            texts.retain(|text| ours(text));
        }
        Ok(texts)
    }

    /// The verdict about a code that the office's book does not know.
    pub fn unknown_code(&self) -> Verdict {
        self.keyring.plain(Source::Kode, Putusan::TidakTercatat)
    }

    /// The verdict about a code whose letter the office has lawfully destroyed. Number and code are all that its book still
    /// tells; whoever holds the paper can have its QR checked.
    pub fn destroyed_code(&self, recorded: Recorded) -> Verdict {
        let mut verdict = self.keyring.plain(Source::Kode, Putusan::Dimusnahkan);
        verdict.checked("buku agenda kantor");
        verdict.not_checked(&["isi surat (periksa QR pada kertas)"]);
        match recorded {
            Recorded::Cancelled => verdict.warn("surat ini sudah dibatalkan oleh kantor".to_owned()),
            Recorded::Replaced => verdict.warn("surat ini sudah diganti dengan surat lain".to_owned()),
            Recorded::No | Recorded::Valid | Recorded::Destroyed => {}
        }
        verdict
    }

    /// Adds what the book and the calendar say to a letter whose seal holds.
    fn ask(&self, verdict: &mut Verdict, records: Option<&dyn Records>) -> Result<(), VerifyError> {
        let Some(records) = records else {
            verdict.not_checked(&["pembatalan dan penggantian (buku agenda tidak ditanya)"]);
            self.expire(verdict);
            return Ok(());
        };
        let kode = verdict.kode.clone();
        let lookup = match (&verdict.sidik, &kode) {
            (Some(sidik), _) => Lookup::Sidik(sidik),
            (None, Some(kode)) => Lookup::Kode(kode),
            (None, None) => return Ok(()),
        };
        let recorded = records.recorded(lookup).map_err(VerifyError::Records)?;
        verdict.checked("buku agenda kantor");
        if verdict.putusan == Putusan::Asli {
            verdict.putusan = match recorded {
                Recorded::No => Putusan::TidakTercatat,
                Recorded::Valid | Recorded::Destroyed => Putusan::Asli,
                Recorded::Cancelled => Putusan::Dibatalkan,
                Recorded::Replaced => Putusan::Diganti,
            };
        }
        if recorded == Recorded::Destroyed {
            verdict
                .checked("surat ini tercatat; arsip kantor atasnya sudah dimusnahkan menurut jadwal simpan");
        }
        // The book keeps dates in order, so a letter in it was not dated back.
        if recorded != Recorded::No {
            verdict.date_is_proven();
        }
        self.expire(verdict);
        Ok(())
    }

    fn expire(&self, verdict: &mut Verdict) {
        let end = verdict.fakta.as_ref().and_then(|facts| facts.berlaku_sampai);
        match (end, self.today) {
            (Some(end), Some(today)) if end < today && verdict.putusan == Putusan::Asli => {
                verdict.putusan = Putusan::Kedaluwarsa;
            }
            (Some(_), None) => verdict.not_checked(&["masa berlaku surat"]),
            _ => {}
        }
    }
}

impl Verdict {
    /// Compares the code that a person has read from the paper with the sealed one. Letters and digits that look alike
    /// count as the same.
    pub fn compare_code(&mut self, read: &str) {
        let Some(kode) = &self.kode else { return };
        if same_code(kode, read) {
            self.checked("kode pada kertas cocok dengan data yang disegel");
        } else {
            self.on_other_paper(format!("kode pada kertas bukan kode surat ini ({kode})"));
        }
    }
}

/// The sealed statement inside a PDF of our shape; says nothing about its signature.
#[cfg(feature = "terbit")]
pub(crate) fn statement_in(pdf: &[u8]) -> Option<SealedStatement> {
    let sealed = crate::format::pdf::parse(pdf)?;
    let (_, bytes) = SealedStatement::from_qr_text(&sealed.fields.contact)?;
    SealedStatement::parse(&bytes).map(|(statement, _)| statement)
}
