//! Validation: every finding at once. Only this module builds a [`CheckedCase`].

mod insertion;
mod lists;
mod papers;
mod person;
mod text;

use jiff::civil::Date;

pub(crate) use lists::choices;
pub use text::Glyphs;
pub(crate) use text::holds_nik;

use crate::calendar::usia;
use crate::case::Case;
use crate::finding::{Code, Finding, any_refuses};
use crate::kind::{Kind, Penanda};
use crate::profile::{Pejabat, Profile};

/// What a case is checked against.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The office.
    pub profile: &'a Profile,
    /// The kind of letter that the case asks for.
    pub kind: &'a Kind,
    /// The letter's date.
    pub date: Date,
    /// Characters that the letter's fonts can draw.
    pub glyphs: &'a Glyphs,
}

/// A case without a refusing finding, on its date.
///
/// It is built by checking only; there is no other way to a number.
///
/// ```compile_fail
/// let checked = suket::CheckedCase { case: suket::Case::default() };
/// ```
#[derive(Debug, Clone)]
pub struct CheckedCase {
    case: Case,
    date: Date,
    usia: Option<i16>,
    signer: Option<Pejabat>,
    submitted: Vec<String>,
    missing: Vec<String>,
    warnings: Vec<Finding>,
}

impl CheckedCase {
    /// Checks a case; `Err` holds every finding, also those that only warn.
    pub fn new(case: Case, earlier: Vec<Finding>, rules: Rules<'_>) -> Result<Self, Vec<Finding>> {
        let mut findings = earlier;
        let usia =
            case.pemohon.tanggal_lahir.filter(|born| *born <= rules.date).map(|born| usia(born, rules.date));
        required(&case, rules.kind, &findings.clone(), &mut findings);
        text::check(&case, rules.glyphs, &mut findings);
        person::check(&case, rules, usia, &mut findings);
        let (submitted, missing) = papers::check(&case, rules, usia, &mut findings);
        insertion::check(&case, rules, &mut findings);
        let signer = signer(rules, &mut findings);
        if any_refuses(&findings) {
            return Err(findings);
        }
        if rules.kind.wa && rules.profile.disdukcapil.wa.is_empty() {
            findings.push(Finding::new(
                Code::WaKosong,
                "",
                "nomor WhatsApp Disdukcapil belum diisi, sehingga tidak tercetak pada surat",
                "isi disdukcapil.wa di kantor.toml",
            ));
        }
        Ok(Self { case, date: rules.date, usia, signer, submitted, missing, warnings: findings })
    }

    /// The case.
    pub fn case(&self) -> &Case {
        &self.case
    }

    /// The letter's date.
    pub fn date(&self) -> Date {
        self.date
    }

    /// Age of the applicant on the letter's date, if the birth date is known.
    pub fn usia(&self) -> Option<i16> {
        self.usia
    }

    /// The official who signs; slips have none.
    pub fn signer(&self) -> Option<&Pejabat> {
        self.signer.as_ref()
    }

    /// Texts of the requirements handed in.
    pub fn submitted(&self) -> &[String] {
        &self.submitted
    }

    /// Texts of the requirements that a return slip names as missing.
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    /// Findings that only warn.
    pub fn warnings(&self) -> &[Finding] {
        &self.warnings
    }

    /// Adds a warning that only the book knows, such as a second letter for the same person.
    pub(crate) fn warn(&mut self, finding: Finding) {
        self.warnings.push(finding);
    }
}

fn required(case: &Case, kind: &Kind, already: &[Finding], findings: &mut Vec<Finding>) {
    let filled = case.filled(&kind.wajib);
    for (path, filled) in kind.wajib.iter().zip(filled) {
        let known_bad = already.iter().any(|finding| {
            finding.bidang == *path
                || path.starts_with(&format!("{}.", finding.bidang)) && !finding.bidang.is_empty()
        });
        if !filled && !known_bad {
            let text = format!("{path} belum diisi, padahal diperlukan untuk {}", kind.jenis);
            findings.push(Finding::new(Code::WajibKosong, path, text, format!("isi {path}")));
        }
    }
    for name in case.lain.keys().filter(|name| !kind.lain.contains(name)) {
        let text = format!("lain.{name} tidak dipakai oleh {}", kind.jenis);
        let advice = crate::case::nearest(name, kind.lain.iter().map(String::as_str))
            .map_or_else(|| "hapus bidang ini".to_owned(), |near| format!("maksudnya lain.{near}?"));
        findings.push(Finding::new(Code::LainAsing, format!("lain.{name}"), text, advice));
    }
}

fn signer(rules: Rules<'_>, findings: &mut Vec<Finding>) -> Option<Pejabat> {
    if rules.kind.penanda == Penanda::Petugas {
        return None;
    }
    let signer = rules.profile.signer_on(rules.date).cloned();
    if signer.is_none() && rules.profile.pejabat.iter().any(Pejabat::complete) {
        findings.push(Finding::new(
            Code::DiLuarMandat,
            "",
            format!(
                "tidak ada pejabat yang berwenang menandatangani pada {}",
                crate::calendar::tanggal_panjang(rules.date)
            ),
            "periksa mulai dan sampai setiap pejabat di kantor.toml, atau pilih tanggal lain",
        ));
    }
    signer
}
