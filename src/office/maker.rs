//! From a numbered letter to a sealed one: what a worker thread does.

use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;

use super::{Office, OfficeError, files};
use crate::keys::{KeyError, Sealer, SecretKey, Signer};
use crate::kind::{Kind, Penanda};
use crate::number::NumberedLetter;
use crate::profile::{Cara, Profile};
use crate::render::{Assets, RenderError, RenderedLetter, Setting, pdf_date, statement_of};
use crate::seal::{self, SealText, SignedLetter};

/// The opened keys of one run.
#[derive(Clone)]
pub struct Signers {
    seal: Sealer,
    official: Option<Sealer>,
}

impl std::fmt::Debug for Signers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signers").field("official", &self.official.is_some()).finish_non_exhaustive()
    }
}

impl Signers {
    /// Keys that are held elsewhere, e.g. in a token: the office's seal, and the official's own key where the office
    /// signs electronically.
    pub fn new(seal: Arc<dyn Signer>, official: Option<Arc<dyn Signer>>) -> Result<Self, KeyError> {
        Ok(Self { seal: Sealer::new(seal)?, official: official.map(Sealer::new).transpose()? })
    }
}

impl Signers {
    /// Whether the key that would seal a letter of this kind is valid on that day.
    pub(super) fn cover(&self, kind: &Kind, date: Date) -> bool {
        match &self.official {
            Some(own) if kind.penanda == Penanda::Pejabat => own.covers(date),
            _ => self.seal.covers(date),
        }
    }
}

impl Office {
    /// Opens the keys that letters of this date need: the office's seal, and in an office that signs electronically
    /// the key of the official whose mandate covers the date.
    pub fn unlock(&self, passphrase: &[u8], date: Date) -> Result<Signers, OfficeError> {
        let seal = open_key(&self.root, "segel", passphrase)?;
        let official = match self.profile.signer_on(date) {
            Some(official) if self.profile.tanda_tangan.cara == Cara::Elektronik => {
                Some(open_key(&self.root, &official.key_name(), passphrase)?)
            }
            _ => None,
        };
        let failed = |source| OfficeError::Key { file: "kunci".to_owned(), source };
        Signers::new(seal, official).map_err(failed)
    }
}

fn open_key(root: &Path, name: &str, passphrase: &[u8]) -> Result<Arc<dyn Signer>, OfficeError> {
    let failed = |source| OfficeError::Key { file: format!("{name}.kunci.pem"), source };
    let folder = root.join("kunci");
    let private = zeroize::Zeroizing::new(files::read_text(&folder.join(format!("{name}.kunci.pem")))?);
    let certificate = files::read_text(&folder.join(format!("{name}.sertifikat.pem")))?;
    let (_, der) =
        der::Document::from_pem(&certificate).map_err(|e| failed(KeyError::Certificate(Box::new(e))))?;
    let key = SecretKey::from_pem(&private, passphrase).map_err(failed)?;
    Ok(Arc::new(key.with_certificate(der.as_bytes().to_vec()).map_err(failed)?))
}

/// Everything that a worker needs besides the letter itself.
pub(super) struct Maker {
    pub(super) profile: Arc<Profile>,
    pub(super) assets: Arc<Assets>,
    pub(super) signers: Signers,
}

impl Maker {
    /// Seals the facts, sets the letter, seals the PDF. Gives back who sealed.
    pub(super) fn make(&self, numbered: NumberedLetter) -> Result<(SignedLetter, String), OfficeError> {
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
        Ok((SignedLetter::new(rendered, signer, &text)?, penyegel))
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
    OfficeError::Render(RenderError::Typst { jenis: jenis.to_owned(), pesan: "templat tidak ada".to_owned() })
}
