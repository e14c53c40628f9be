//! Text hazards: characters that cannot be printed or that deceive, and values longer than the letter can carry.

use std::collections::BTreeSet;

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use crate::case::Case;
use crate::finding::{Code, Finding};

/// Characters that the letter's fonts can draw.
#[derive(Debug, Clone, Default)]
pub struct Glyphs(BTreeSet<char>);

impl FromIterator<char> for Glyphs {
    fn from_iter<I: IntoIterator<Item = char>>(chars: I) -> Self {
        Self(chars.into_iter().collect())
    }
}

impl Glyphs {
    /// Whether all fonts can draw it.
    pub(crate) fn draws(&self, c: char) -> bool {
        self.0.contains(&c)
    }

    /// The characters that every one of several fonts can draw.
    pub fn common(fonts: impl IntoIterator<Item = Self>) -> Self {
        fonts.into_iter().reduce(|a, b| Self(a.0.intersection(&b.0).copied().collect())).unwrap_or_default()
    }
}

/// Stated limits, in characters, of what a letter can carry on one page; the README tells them.
const LIMITS: &[(&str, usize)] = &[
    ("pemohon.nama", 60),
    ("pemohon.tempat_lahir", 40),
    ("pemohon.golongan_darah", 12),
    ("pemohon.alamat", 120),
    ("pemohon.desa_kelurahan", 40),
    ("pemohon.agama", 44),
    ("pemohon.status_perkawinan", 30),
    ("pemohon.pekerjaan", 50),
    ("pemohon.telepon", 30),
    ("perekaman.tempat", 80),
    ("perekaman.petugas", 60),
    ("surat_pengantar.nomor", 60),
    ("surat_pengantar.dari", 80),
    ("pengembalian.sebab", 300),
    ("pengembalian.saran", 300),
    ("keperluan", 120),
    ("alasan_ganti", 200),
    ("menggantikan", 60),
    ("sisipan.alasan", 200),
    ("lokasi_berkas", 60),
];
const LIMIT_LAIN: usize = 200;

pub(super) fn check(case: &Case, glyphs: &Glyphs, findings: &mut Vec<Finding>) {
    let tree = serde_json::to_value(case).unwrap_or_default();
    let mut texts = Vec::new();
    collect("", &tree, &mut texts);
    for (path, text) in texts {
        if let Some(finding) = text.chars().find_map(|c| hazard(&path, c, glyphs)) {
            findings.push(finding);
        }
        let limit = LIMITS
            .iter()
            .find(|(known, _)| *known == path)
            .map(|(_, limit)| *limit)
            .or_else(|| path.starts_with("lain.").then_some(LIMIT_LAIN));
        let length = text.chars().count();
        if let Some(limit) = limit.filter(|limit| length > *limit) {
            let text = format!("{path} memuat {length} huruf; surat hanya memuat {limit}");
            findings.push(Finding::new(
                Code::TerlaluPanjang,
                &path,
                text,
                "singkat isinya, atau gunakan singkatan resmi",
            ));
        }
    }
}

/// Whether a text holds as many digits in a row as a NIK, blanks and separators between them or not.
pub(crate) fn holds_nik(text: &str) -> bool {
    let mut digits = 0;
    text.chars().any(|c| {
        digits = if c.is_ascii_digit() {
            digits + 1
        } else if matches!(c, ' ' | '.' | '-') {
            digits
        } else {
            0
        };
        digits >= 16
    })
}

fn collect(path: &str, value: &serde_json::Value, out: &mut Vec<(String, String)>) {
    match value {
        serde_json::Value::String(text) => out.push((path.to_owned(), text.clone())),
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect(path, item, out)),
        serde_json::Value::Object(map) => {
            for (key, value) in map {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                collect(&path, value, out);
            }
        }
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => {}
    }
}

/// Names the first character of a value that cannot stand on a letter.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "every other category can be printed if the fonts have it"
)]
fn hazard(path: &str, c: char, glyphs: &Glyphs) -> Option<Finding> {
    // Nearly every character of every value; the long way is for the rest.
    if c == ' ' || c.is_ascii_graphic() && glyphs.0.contains(&c) {
        return None;
    }
    let name = format!("U+{:04X}", u32::from(c));
    let finding = |kode, what: &str, advice: &str| {
        Some(Finding::new(kode, path, format!("{path} memuat {what} {name}"), advice))
    };
    match c {
        '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            return finding(Code::KarakterBidi, "karakter pembalik arah tulisan", "ketik ulang nilainya");
        }
        _ => {}
    }
    match c.general_category() {
        GeneralCategory::Control
        | GeneralCategory::Format
        | GeneralCategory::LineSeparator
        | GeneralCategory::ParagraphSeparator => finding(
            Code::KarakterKendali,
            "karakter kendali (bukan huruf)",
            "ketik ulang nilainya dalam satu baris",
        ),
        GeneralCategory::PrivateUse | GeneralCategory::Unassigned | GeneralCategory::Surrogate => {
            finding(Code::KarakterPribadi, "karakter tanpa arti baku", "ketik ulang nilainya")
        }
        _ if !glyphs.0.contains(&c) => finding(
            Code::KarakterTanpaHuruf,
            &format!("huruf \"{c}\" yang tidak ada pada huruf cetak,"),
            "tulis dengan huruf Latin",
        ),
        _ => None,
    }
}
