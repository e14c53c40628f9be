//! What an applicant hands in: requirements with conditions and alternatives.

use serde::{Deserialize, Serialize};

use super::ProfileError;
use crate::wording;

/// One requirement.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Persyaratan {
    /// Id, used in `berkas` of a case.
    pub id: String,
    /// Text as the office states it.
    pub teks: String,
    /// Kinds of letter that ask for it.
    pub jenis: Vec<String>,
    /// Condition over the case (minijinja); empty means always.
    pub bila: String,
    /// The condition in the office's own words.
    pub keterangan: String,
    /// Name of a group of which any one paper is enough.
    pub salah_satu: String,
    /// `false` for a condition that is no paper (such as being 17), which nobody hands in.
    #[serde(default = "yes")]
    pub dokumen: bool,
}

fn yes() -> bool {
    true
}

impl Persyaratan {
    /// Whether this applicant needs it for this kind of letter.
    pub fn applies(&self, jenis: &str, context: &minijinja::Value) -> Result<bool, String> {
        if !self.dokumen || !self.jenis.iter().any(|known| known == jenis) {
            return Ok(false);
        }
        wording::condition(&self.bila, context)
    }

    pub(super) fn check(&self) -> Result<(), ProfileError> {
        let error = |pesan: String| ProfileError::Condition { id: self.id.clone(), pesan };
        if self.id.is_empty() || self.teks.is_empty() {
            return Err(error("isi id dan teks".to_owned()));
        }
        wording::check_condition(&self.bila).map_err(error)
    }
}
