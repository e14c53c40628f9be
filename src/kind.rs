//! A kind of letter as data: `naskah.toml` (title, code, series, fields, wording) beside its `surat.typ`.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::case::Case;
use crate::wording;

/// Why a kind cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KindError {
    /// Not valid TOML, an unknown key or a wrong type.
    #[error("{jenis}/naskah.toml: {source}")]
    Toml {
        /// The folder.
        jenis: String,
        /// What the parser says, with line and key.
        source: Box<toml::de::Error>,
    },
    /// A value that cannot be used.
    #[error("{jenis}/naskah.toml: {pesan}")]
    Value {
        /// The folder.
        jenis: String,
        /// What is wrong.
        pesan: String,
    },
}

/// Who makes the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Penanda {
    /// An official signs: a letter.
    Pejabat,
    /// The petugas hands it out under the office's seal: a slip.
    Petugas,
}

/// A kind of letter.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// Name; the folder's name.
    pub jenis: String,
    /// Title on the paper.
    pub judul: String,
    /// What it is about, for the registers.
    pub perihal: String,
    /// Classification code (Permendagri 83/2022).
    pub kode: String,
    /// Series of its numbers.
    #[serde(default = "umum")]
    pub seri: String,
    /// Who makes it.
    pub penanda: Penanda,
    /// Whether it is about a recording: age and status rules apply.
    #[serde(default)]
    pub perekaman: bool,
    /// Whether it certifies that the recording is done: DUP and EFAC refuse it.
    #[serde(default)]
    pub sertifikat: bool,
    /// Whether all requirements must have been handed in.
    #[serde(default)]
    pub syarat: bool,
    /// Whether it says what is missing or why a file goes back.
    #[serde(default)]
    pub pengembalian: bool,
    /// Whether it tells the WhatsApp number of Disdukcapil.
    #[serde(default)]
    pub wa: bool,
    /// Paths of the fields that it needs.
    pub wajib: Vec<String>,
    /// Names that `[lain]` may hold.
    #[serde(default)]
    pub lain: Vec<String>,
    /// Names of the sections under "Kepada Yth.", if it is addressed to somebody.
    #[serde(default)]
    pub tujuan: Vec<String>,
    /// Who gets copies.
    #[serde(default)]
    pub tembusan: Vec<String>,
    /// Wording, from top to bottom.
    pub isi: Vec<Bagian>,
    /// Names that the wording prints, found at first use.
    #[serde(skip)]
    printed: OnceLock<BTreeSet<String>>,
}

fn umum() -> String {
    "umum".to_owned()
}

/// One part of the wording: exactly one of `paragraf`, `rincian` and `daftar`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bagian {
    /// Condition; without it the part is always printed.
    #[serde(default)]
    pub bila: String,
    /// Running text.
    #[serde(default)]
    pub paragraf: Option<String>,
    /// Rows of label and value; a row with an empty value is left out.
    #[serde(default)]
    pub rincian: Vec<(String, String)>,
    /// A list; each line of the rendered text is one item.
    #[serde(default)]
    pub daftar: Option<String>,
}

impl Kind {
    /// Reads and checks a `naskah.toml`.
    pub fn parse(folder: &str, text: &str) -> Result<Self, KindError> {
        let jenis = folder.to_owned();
        let kind: Self = toml::from_str(text)
            .map_err(|e| KindError::Toml { jenis: jenis.clone(), source: Box::new(e) })?;
        let value = |pesan: String| Err(KindError::Value { jenis: jenis.clone(), pesan });
        if kind.jenis != folder {
            return value(format!("jenis = {:?} harus sama dengan nama folder", kind.jenis));
        }
        if kind.judul.to_uppercase().contains("PENGGANTI") {
            return value("surat pengganti KTP-el bukan wewenang kecamatan; ganti judul".to_owned());
        }
        for bagian in &kind.isi {
            let forms = usize::from(bagian.paragraf.is_some())
                + usize::from(!bagian.rincian.is_empty())
                + usize::from(bagian.daftar.is_some());
            if forms != 1 {
                return value("setiap [[isi]] memuat tepat satu dari paragraf, rincian, daftar".to_owned());
            }
            if let Err(pesan) = wording::check_condition(&bagian.bila) {
                return value(format!("bila = {:?}: {pesan}", bagian.bila));
            }
        }
        for path in &kind.wajib {
            let known = path
                .strip_prefix("lain.")
                .map_or_else(|| field_exists(path), |name| kind.lain.iter().any(|declared| declared == name));
            if !known {
                return value(format!("wajib: {path} bukan bidang kasus"));
            }
        }
        Ok(kind)
    }

    /// Checks the names in the wording, also where no sample would reach them. The built-in kinds are checked by a
    /// test; an office's own when it is opened.
    pub fn check_names(&self) -> Result<(), KindError> {
        for text in self.texts() {
            wording::check_wording(text).map_err(|pesan| KindError::Value {
                jenis: self.jenis.clone(),
                pesan: format!("{text:?}: {pesan}"),
            })?;
        }
        Ok(())
    }

    /// Whether the wording prints the field at this path; only such fields travel in the attached facts.
    pub fn prints(&self, path: &str) -> bool {
        let names = || self.texts().filter_map(|text| wording::check_wording(text).ok()).flatten().collect();
        self.printed.get_or_init(names).contains(path)
    }

    fn texts(&self) -> impl Iterator<Item = &String> {
        let parts = self.isi.iter().flat_map(|bagian| {
            let rows = bagian.rincian.iter().map(|(_, text)| text);
            bagian.paragraf.iter().chain(&bagian.daftar).chain(rows)
        });
        parts.chain(&self.tujuan).chain(&self.tembusan)
    }
}

fn field_exists(path: &str) -> bool {
    let sample = serde_json::to_value(Case::default()).unwrap_or_default();
    path.split('.').try_fold(&sample, |value, key| value.get(key)).is_some()
}
