//! Sealing: a rendered letter becomes a signed PDF (PAdES-B-B). Only this module builds a [`SignedLetter`], and only
//! from a [`RenderedLetter`]: there is no way to sign a PDF that suket did not set itself.

use sha2::Digest;

use crate::format::receipt::Receipt;
use crate::format::statement::{SealedStatement, Statement};
use crate::format::{Sha256Bytes, cms, pdf};
use crate::keys::{KeyError, SealedPdf, Sealer};
use crate::number::NumberedLetter;
use crate::render::{RenderedBook, RenderedLetter};

/// Why a letter cannot be sealed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// The key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The rendered file has not the shape that is expected of it.
    #[error("PDF yang dicetak tidak berbentuk seperti yang diharapkan")]
    Shape,
    /// The facts could not be encoded.
    #[error("fakta surat tidak dapat disegel")]
    Facts,
}

/// Seals the facts that the QR carries.
pub(crate) fn statement(facts: &Statement, sealer: &Sealer) -> Result<SealedStatement, SealError> {
    SealedStatement::seal(facts, sealer.kid(), |bytes| sealer.sign_facts(bytes))?.ok_or(SealError::Facts)
}

/// Who seals, and when, as the signature dictionary says it.
#[derive(Debug, Clone)]
pub(crate) struct SealText {
    /// Shown as the signer.
    pub(crate) penyegel: String,
    /// The letter's date, as PDF writes it.
    pub(crate) m: String,
    /// The text of the QR.
    pub(crate) qr: String,
}

/// A sealed letter: the bytes that will be filed.
///
/// ```compile_fail
/// fn sign_anything(pdf: Vec<u8>) -> suket::SignedLetter { suket::SignedLetter::from(pdf) }
/// ```
#[derive(Debug)]
pub struct SignedLetter {
    numbered: NumberedLetter,
    statement: SealedStatement,
    pdf: Vec<u8>,
    sidik: Sha256Bytes,
    signature: [u8; 64],
    kid: [u8; 8],
}

impl SignedLetter {
    /// Seals the letter.
    pub(crate) fn new(rendered: RenderedLetter, sealer: &Sealer, text: &SealText) -> Result<Self, SealError> {
        let (SealedPdf { pdf, signature }, sidik) = seal(rendered.pdf(), sealer, text)?;
        let (numbered, statement) = rendered.into_parts();
        Ok(Self { numbered, statement, pdf, sidik, signature, kid: sealer.kid() })
    }

    /// Adds the proof that the letter stands in the book; the bytes under the seal stay as they are.
    pub(crate) fn with_receipt(self, receipt: &Receipt) -> Result<Self, SealError> {
        let pdf = with_receipt(self.pdf, &receipt.text()).ok_or(SealError::Shape)?;
        Ok(Self { pdf, ..self })
    }

    /// The sealed PDF.
    pub fn pdf(&self) -> &[u8] {
        &self.pdf
    }

    /// The numbered letter in it.
    pub fn numbered(&self) -> &NumberedLetter {
        &self.numbered
    }

    /// The sealed statement in its QR.
    pub fn statement(&self) -> &SealedStatement {
        &self.statement
    }

    /// SHA-256 of the bytes that the seal covers.
    pub fn sidik(&self) -> &[u8; 32] {
        &self.sidik
    }

    /// The Ed25519 signature.
    pub fn signature(&self) -> &[u8; 64] {
        &self.signature
    }

    /// Id of the key that sealed.
    pub fn kid(&self) -> &[u8; 8] {
        &self.kid
    }

    pub(crate) fn into_pdf(self) -> Vec<u8> {
        self.pdf
    }
}

/// A sealed register: the bytes that will be filed.
#[derive(Debug)]
pub(crate) struct SealedRegister {
    pub(crate) pdf: Vec<u8>,
    /// SHA-256 of the bytes that the seal covers.
    pub(crate) sidik: Sha256Bytes,
}

impl SealedRegister {
    /// Seals a register that was set in the same call.
    pub(crate) fn new(rendered: &RenderedBook, sealer: &Sealer, text: &SealText) -> Result<Self, SealError> {
        let (SealedPdf { pdf, .. }, sidik) = seal(rendered.pdf(), sealer, text)?;
        Ok(Self { pdf, sidik })
    }
}

fn seal(rendered: &[u8], sealer: &Sealer, text: &SealText) -> Result<(SealedPdf, Sha256Bytes), SealError> {
    let fields = pdf::SealFields { name: text.penyegel.clone(), m: text.m.clone(), contact: text.qr.clone() };
    let prepared = pdf::prepare(rendered, &fields).ok_or(SealError::Shape)?;
    let sidik = sidik(prepared.ranges());
    Ok((sealer.sign_pdf(prepared)?, sidik))
}

/// The sealed file with another proof in it.
pub(crate) fn with_receipt(pdf: Vec<u8>, receipt: &str) -> Option<Vec<u8>> {
    let der = cms::with_receipt(&pdf::der_in(&pdf)?, receipt)?;
    pdf::refill(pdf, &der)
}

fn sidik((head, tail): (&[u8], &[u8])) -> Sha256Bytes {
    sha2::Sha256::new().chain_update(head).chain_update(tail).finalize().into()
}
