//! A sealer: who seals a letter, with the certificates read once, the tenure, and proof that it can sign.

use std::sync::Arc;

use jiff::civil::Date;
use x509_cert::Certificate;

use super::{KeyError, Signer, certificate};
use crate::format::cms;
use crate::format::pdf::{self, Prepared};
use crate::format::public_key::{self, Algoritma, PublicKey};

/// A service that signs a whole PDF, e.g. on another computer. It gets the letter with an empty hole and gives it back
/// with the hole filled; anything else that it changes is noticed and refused.
pub trait PdfService: Send + Sync {
    /// Certificate (RFC 5280), DER, under which it signs.
    fn certificate_der(&self) -> &[u8];
    /// Fills the hole of the prepared PDF.
    fn sign_pdf(&self, prepared: &[u8]) -> Result<Vec<u8>, KeyError>;
}

/// How the PDF itself is signed.
#[derive(Clone)]
enum PdfSigner {
    Key(Arc<dyn Signer>),
    Service(Arc<dyn PdfService>),
}

/// Who seals: an Ed25519 key for the facts in the QR, and the same or another key for the PDF. Exists only if its keys
/// can sign.
#[derive(Clone)]
pub(crate) struct Sealer {
    facts: Arc<dyn Signer>,
    pdf: PdfSigner,
    certificate: Certificate,
    public: PublicKey,
    kid: [u8; 8],
    from: Date,
    to: Date,
}

/// What a sealed PDF is made of.
pub(crate) struct SealedPdf {
    pub(crate) pdf: Vec<u8>,
    pub(crate) signature: [u8; 64],
}

impl Sealer {
    /// One key for both.
    pub(crate) fn new(signer: Arc<dyn Signer>) -> Result<Self, KeyError> {
        let pdf = PdfSigner::Key(Arc::clone(&signer));
        Self::build(signer, pdf)
    }

    /// Another key for the PDF.
    pub(crate) fn with_pdf_key(facts: Arc<dyn Signer>, pdf: Arc<dyn Signer>) -> Result<Self, KeyError> {
        Self::build(facts, PdfSigner::Key(pdf))
    }

    /// A service for the PDF.
    pub(crate) fn with_service(
        facts: Arc<dyn Signer>,
        service: Arc<dyn PdfService>,
    ) -> Result<Self, KeyError> {
        Self::build(facts, PdfSigner::Service(service))
    }

    fn build(facts: Arc<dyn Signer>, pdf: PdfSigner) -> Result<Self, KeyError> {
        let of_facts = certificate::parse(facts.certificate_der())?;
        let key = tried(facts.as_ref(), &of_facts)?;
        if key.algorithm() != Algoritma::Ed25519 {
            return Err(KeyError::Algorithm);
        }
        let certificate = match &pdf {
            PdfSigner::Key(signer) => certificate::parse(signer.certificate_der())?,
            PdfSigner::Service(service) => certificate::parse(service.certificate_der())?,
        };
        let public = match &pdf {
            PdfSigner::Key(signer) => tried(signer.as_ref(), &certificate)?,
            PdfSigner::Service(_) => public_of(&certificate)?,
        };
        let (from, to) = public_key::days_of(&certificate).unwrap_or_default();
        let (other_from, other_to) = public_key::days_of(&of_facts).unwrap_or_default();
        let (from, to) = (from.max(other_from), to.min(other_to));
        Ok(Self { facts, pdf, certificate, public, kid: key.kid(), from, to })
    }

    /// Narrows the days on which it may seal: the tenure may end before the certificate does.
    pub(crate) fn within(mut self, from: Date, to: Option<Date>) -> Self {
        self.from = self.from.max(from);
        self.to = to.map_or(self.to, |to| self.to.min(to));
        self
    }

    /// Whether it may seal letters of that day; both ends belong to the tenure.
    pub(crate) fn covers(&self, date: Date) -> bool {
        self.from <= date && date <= self.to
    }

    /// Id of the key that seals the facts.
    pub(crate) fn kid(&self) -> [u8; 8] {
        self.kid
    }

    /// Seals facts.
    pub(crate) fn sign_facts(&self, message: &[u8]) -> Result<[u8; 64], KeyError> {
        self.facts.sign(message)
    }

    /// Signs a PDF whose hole is still empty.
    pub(crate) fn sign_pdf(&self, prepared: Prepared) -> Result<SealedPdf, KeyError> {
        let failed = |e: der::Error| KeyError::Sign(Box::new(e));
        match &self.pdf {
            PdfSigner::Key(signer) => {
                let algorithm = self.public.algorithm();
                let digest = algorithm.digest(prepared.ranges());
                let message =
                    cms::signed_attributes(&self.certificate, algorithm, &digest).map_err(failed)?;
                let signature = signer.sign(&message)?;
                let der =
                    cms::encode(&self.certificate, algorithm, &digest, &signature, None).map_err(failed)?;
                let pdf = prepared
                    .fill(&der)
                    .ok_or_else(|| KeyError::Sign("tanda tangan terlalu panjang".into()))?;
                Ok(SealedPdf { pdf, signature })
            }
            PdfSigner::Service(service) => {
                let pdf = service.sign_pdf(prepared.bytes())?;
                let signature = self.accept(&prepared, &pdf).ok_or(KeyError::Foreign)?;
                Ok(SealedPdf { pdf, signature })
            }
        }
    }

    /// Whether a service has filled the hole of our letter and done nothing else.
    fn accept(&self, prepared: &Prepared, pdf: &[u8]) -> Option<[u8; 64]> {
        let sealed = pdf::parse(pdf)?;
        let signed = cms::decode(&sealed.der, sealed.ranges)?;
        let ours = sealed.ranges == prepared.ranges() && signed.certificate == self.certificate;
        (ours && self.public.verifies(&signed.message, &signed.signature)).then_some(signed.signature)
    }
}

/// A signer exists only if it can sign: it signs something that is no letter, and the certificate's key verifies it.
fn tried(signer: &dyn Signer, certificate: &Certificate) -> Result<PublicKey, KeyError> {
    const TRIAL: &[u8] = b"suket: kunci ini dapat menandatangani";
    let public = public_of(certificate)?;
    let signature = signer.sign(TRIAL)?;
    if public.verifies(TRIAL, &signature) { Ok(public) } else { Err(KeyError::Pair) }
}

fn public_of(certificate: &Certificate) -> Result<PublicKey, KeyError> {
    public_key::of_certificate(certificate).map_err(|e| KeyError::Certificate(Box::new(e)))
}
