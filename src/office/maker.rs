//! From a numbered letter to a sealed one: what a worker thread does.

use std::sync::Arc;

use jiff::civil::Date;

use super::{LogSigner, Office, OfficeError, Secrets, custody};
use crate::format::public_key::Algoritma;
use crate::format::trust::TrustFile;
use crate::keys::{KeyError, PdfService, Sealer, Signer};
use crate::kind::{Kind, Penanda};
use crate::number::NumberedLetter;
use crate::profile::{Cara, PdfAlgorithm, Pejabat, Profile};
use crate::render::{Assets, RenderError, RenderedLetter, Setting, pdf_date, statement_of};
use crate::seal::{self, SealText, SignedLetter};

/// The opened keys of one run.
#[derive(Clone)]
pub struct Signers {
    seal: Sealer,
    official: Option<Sealer>,
    log: Option<LogSigner>,
}

impl std::fmt::Debug for Signers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signers").field("official", &self.official.is_some()).finish_non_exhaustive()
    }
}

/// Keys of one holder that are kept outside of the office's folder, e.g. in a token.
#[derive(Clone)]
pub enum OutsideKeys {
    /// One Ed25519 key for the facts in the QR and for the PDF.
    Key(Arc<dyn Signer>),
    /// An Ed25519 key for the facts, another one for the PDF.
    Pair {
        /// Seals the facts.
        facts: Arc<dyn Signer>,
        /// Signs the PDF.
        pdf: Arc<dyn Signer>,
    },
    /// An Ed25519 key for the facts, and a service that signs whole PDFs.
    Service {
        /// Seals the facts.
        facts: Arc<dyn Signer>,
        /// Signs the PDF.
        pdf: Arc<dyn PdfService>,
    },
}

impl std::fmt::Debug for OutsideKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OutsideKeys { .. }")
    }
}

impl Signers {
    /// Keys that are held elsewhere: the office's seal, and the official's own key where the office signs
    /// electronically. Each is tried once: a signer exists only if it can sign.
    pub fn new(seal: OutsideKeys, official: Option<OutsideKeys>) -> Result<Self, KeyError> {
        let sealer = |keys| match keys {
            OutsideKeys::Key(key) => Sealer::new(key),
            OutsideKeys::Pair { facts, pdf } => Sealer::with_pdf_key(facts, pdf),
            OutsideKeys::Service { facts, pdf } => Sealer::with_service(facts, pdf),
        };
        Ok(Self { seal: sealer(seal)?, official: official.map(sealer).transpose()?, log: None })
    }

    /// The same with the key of the book's log, so that letters carry the proof of their place in it.
    #[must_use]
    pub fn with_log(self, log: LogSigner) -> Self {
        Self { log: Some(log), ..self }
    }

    /// The office's seal.
    pub(super) fn seal(&self) -> &Sealer {
        &self.seal
    }

    /// The key of the book's log.
    pub fn log(&self) -> Option<&LogSigner> {
        self.log.as_ref()
    }

    /// Whether the key that would seal a letter of this kind is valid on that day.
    pub(super) fn cover(&self, kind: &Kind, date: Date) -> bool {
        match &self.official {
            Some(own) if kind.penanda == Penanda::Pejabat => own.covers(date),
            _ => self.seal.covers(date),
        }
    }
}

impl Office {
    /// Opens the keys that letters of this date need: the office's seal, the key of the book's log, and in an office that signs electronically
    /// the key of the official whose mandate covers the date.
    ///
    /// A passphrase alone opens the keys in `kunci/`; [`Secrets`] also carry the PIN of a token.
    pub fn unlock<'a, S: Into<Secrets<'a>>>(&self, secrets: S, date: Date) -> Result<Signers, OfficeError> {
        let secrets = secrets.into();
        self.unlock_vault(secrets.passphrase)?;
        let trust = self.trust()?;
        let sealer = |pemegang: &str| self.sealer(&trust, pemegang, secrets, date);
        let official = self.official_key(date).map(|name| sealer(&name)).transpose()?;
        let log = Some(self.unlock_log(secrets.passphrase)?);
        Ok(Signers { seal: sealer(custody::SEAL)?, official, log })
    }

    /// Opens the office's own keys, its seal and the key of its log, on that day, and the vault of encrypted letters; no
    /// official's key is needed.
    pub fn unlock_seal<'a, S: Into<Secrets<'a>>>(
        &self,
        secrets: S,
        date: Date,
    ) -> Result<Signers, OfficeError> {
        let secrets = secrets.into();
        self.unlock_vault(secrets.passphrase)?;
        let seal = self.sealer(&self.trust()?, custody::SEAL, secrets, date)?;
        Ok(Signers { seal, official: None, log: Some(self.unlock_log(secrets.passphrase)?) })
    }

    /// The same signers with the key of the official whose mandate covers the date, opened for one act; forget them after
    /// it. The official's passphrase may be another one than the office's.
    pub fn unlock_official<'a, S: Into<Secrets<'a>>>(
        &self,
        signers: &Signers,
        secrets: S,
        date: Date,
    ) -> Result<Signers, OfficeError> {
        let secrets = secrets.into();
        let trust = self.trust()?;
        let own =
            self.official_key(date).map(|name| self.sealer(&trust, &name, secrets, date)).transpose()?;
        Ok(Signers { official: own, ..signers.clone() })
    }

    /// Whether a key that letters of this date need is in the office's token, so that its PIN is needed.
    pub fn needs_pin(&self, date: Date) -> Result<bool, OfficeError> {
        let trust = self.trust()?;
        let folder = self.root.join("kunci");
        let holders = [Some(custody::SEAL.to_owned()), self.official_key(date)];
        let mut keys = holders
            .into_iter()
            .flatten()
            .flat_map(|holder| [(holder.clone(), Algoritma::Ed25519), (holder, Algoritma::EcdsaP256)]);
        Ok(keys.any(|(holder, algorithm)| {
            custody::is_in_token(&folder, &trust, (&holder, algorithm), date, &self.profile)
        }))
    }

    /// Whose own key seals letters of this date, in an office that signs electronically.
    fn official_key(&self, date: Date) -> Option<String> {
        let electronic = self.profile.tanda_tangan.cara == Cara::Elektronik;
        self.profile.signer_on(date).filter(|_| electronic).map(Pejabat::key_name)
    }

    fn sealer(
        &self,
        trust: &TrustFile,
        pemegang: &str,
        secrets: Secrets<'_>,
        date: Date,
    ) -> Result<Sealer, OfficeError> {
        let folder = self.root.join("kunci");
        let open =
            |algorithm| custody::open(&folder, trust, (pemegang, algorithm), date, secrets, &self.profile);
        let failed = |source| OfficeError::Key { file: pemegang.to_owned(), source };
        let (facts, tenure) = open(Algoritma::Ed25519)?;
        let sealer = match self.profile.tanda_tangan.pdf {
            PdfAlgorithm::Ed25519 => Sealer::new(facts).map_err(failed)?,
            PdfAlgorithm::EcdsaP256 => {
                let (pdf, own) = open(Algoritma::EcdsaP256)?;
                Sealer::with_pdf_key(facts, pdf)
                    .map_err(failed)?
                    .within(own.mulai, custody::last_good_day(&own))
            }
        };
        Ok(sealer.within(tenure.mulai, custody::last_good_day(&tenure)))
    }
}

/// Everything that a worker needs besides the letter itself.
pub(super) struct Maker {
    pub(super) profile: Arc<Profile>,
    pub(super) assets: Arc<Assets>,
    pub(super) signers: Signers,
}

/// What a worker has made.
pub(super) struct Made {
    pub(super) letter: SignedLetter,
    /// Who sealed.
    pub(super) penyegel: String,
    /// The case as canonical JSON.
    pub(super) kasus: String,
}

impl Maker {
    /// Seals the facts, sets the letter, seals the PDF.
    pub(super) fn make(&self, numbered: NumberedLetter) -> Result<Made, OfficeError> {
        let kasus = numbered.checked().case().canonical();
        let jenis = numbered.checked().case().jenis.clone();
        let kind = self.assets.kind(&jenis).ok_or_else(|| missing_kind(&jenis))?;
        let (signer, penyegel) = self.signer(kind, &numbered);
        let facts = statement_of(&numbered, &self.profile, &jenis);
        let statement = seal::statement(&facts, signer)?;
        let text = SealText {
            penyegel: penyegel.clone(),
            m: pdf_date(numbered.checked().date(), &self.profile),
            qr: statement.qr_text(&self.profile.host),
        };
        let setting = Setting { profile: &self.profile, kind, assets: &self.assets };
        let rendered = RenderedLetter::new(numbered, statement, setting)?;
        Ok(Made { letter: SignedLetter::new(rendered, signer, &text)?, penyegel, kasus })
    }

    /// In an office with wet ink, and for slips, the office seals; else the official's own key does.
    fn signer(&self, kind: &Kind, numbered: &NumberedLetter) -> (&Sealer, String) {
        match (&self.signers.official, numbered.checked().signer()) {
            (Some(own), Some(official)) if kind.penanda == Penanda::Pejabat => {
                (own, format!("{}, {}", official.nama, official.jabatan_lengkap()))
            }
            _ => (&self.signers.seal, format!("Segel {}", self.profile.nama)),
        }
    }
}

fn missing_kind(jenis: &str) -> OfficeError {
    OfficeError::Render(RenderError::Typst {
        templat: jenis.to_owned(),
        pesan: "templat tidak ada".to_owned(),
    })
}
