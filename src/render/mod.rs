//! Typesetting: a numbered letter and its sealed statement become PDF/A-3a + PDF/UA-1 bytes. Only this module builds
//! a [`RenderedLetter`].
//!
//! Wording is rendered to plain text first; Typst only sets it. The same inputs give the same bytes.

mod assets;
mod book;
mod certificate;
mod closing;
mod document;
mod join;
mod lines;
mod plan;
mod qr;
mod sheet;
mod sop;
mod standar;
mod world;

use jiff::civil::Date;
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

pub use assets::{Assets, AssetsError};
pub(crate) use book::book;
pub use certificate::CertificateSheet;
pub(crate) use certificate::certificate_sheet;
pub(crate) use document::statement_of;
pub(crate) use sheet::trust_sheet;
pub use sop::{Drawing, DrawnLabel, DrawnLine, DrawnPage, DrawnPentagon, DrawnSymbol};

use crate::check::CheckedCase;
use crate::finding::{Code, Finding};
use crate::format::statement::SealedStatement;
use crate::kind::Kind;
use crate::number::NumberedLetter;
use crate::profile::Profile;
use crate::register::{Buku, Cetakan};
use document::{Density, Document};
use world::PaperWorld;

/// Why a letter cannot be set.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// The wording of the kind does not fit this case.
    #[error("naskah {jenis}: {pesan}")]
    Wording {
        /// The kind.
        jenis: String,
        /// What is wrong.
        pesan: String,
    },
    /// The template could not be set.
    #[error("templat {templat}: {pesan}")]
    Typst {
        /// The template.
        templat: String,
        /// What Typst says.
        pesan: String,
    },
    /// The case itself does not fit, e.g. on one page.
    #[error("{}", .0.pesan)]
    Case(Finding),
    /// The SOP cannot be drawn on this paper.
    #[error("{}", .0.pesan)]
    Sop(crate::sop::SopFinding),
    /// The QR cannot hold the facts.
    #[error("QR: {0}")]
    Qr(String),
}

/// What a letter is set with.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// The office.
    pub profile: &'a Profile,
    /// The kind of letter.
    pub kind: &'a Kind,
    /// Templates, fonts and emblem.
    pub assets: &'a Assets,
}

/// A letter as PDF bytes, not yet sealed.
///
/// ```compile_fail
/// fn foreign_bytes(pdf: Vec<u8>) -> suket::RenderedLetter { suket::RenderedLetter { pdf } }
/// ```
#[derive(Debug)]
pub struct RenderedLetter {
    numbered: NumberedLetter,
    statement: SealedStatement,
    pdf: Vec<u8>,
}

impl RenderedLetter {
    /// Sets the letter.
    pub fn new(
        numbered: NumberedLetter,
        statement: SealedStatement,
        setting: Setting<'_>,
    ) -> Result<Self, RenderError> {
        let slot = numbered.slot();
        let ident = format!("{}/{}/{}/{}", setting.profile.kode_wilayah, slot.seri, slot.tahun, slot.label());
        let make = |density| Document::letter(&numbered, &statement, setting, density);
        let pdf = compile(&make, &ident, numbered.checked().date(), setting)?;
        Ok(Self { numbered, statement, pdf })
    }

    /// The numbered letter.
    pub fn numbered(&self) -> &NumberedLetter {
        &self.numbered
    }

    /// The sealed statement in the QR.
    pub fn statement(&self) -> &SealedStatement {
        &self.statement
    }

    /// The PDF.
    pub(crate) fn pdf(&self) -> &[u8] {
        &self.pdf
    }

    /// Hands everything on to the seal.
    pub(crate) fn into_parts(self) -> (NumberedLetter, SealedStatement) {
        (self.numbered, self.statement)
    }
}

/// A book as PDF bytes, not yet sealed. Only this module builds one.
#[derive(Debug)]
pub(crate) struct RenderedBook(Vec<u8>);

impl RenderedBook {
    /// Sets a book.
    pub(crate) fn new(
        buku: &Buku,
        cetakan: &Cetakan,
        profile: &Profile,
        assets: &Assets,
    ) -> Result<Self, RenderError> {
        book(buku, cetakan, profile, assets).map(Self)
    }

    /// The PDF.
    pub(crate) fn pdf(&self) -> &[u8] {
        &self.0
    }
}

/// The letter as it would be: watermark DRAF, the number left blank, no QR, no seal. A draft has no number.
pub(crate) fn draft(checked: &CheckedCase, setting: Setting<'_>) -> Result<Vec<u8>, RenderError> {
    compile(&|density| Document::draft(checked, setting, density), "draf", checked.date(), setting)
}

/// The office's working copy: the issued letter with paraf boxes and the watermark SALINAN, without QR and seal.
pub(crate) fn office_copy(numbered: &NumberedLetter, setting: Setting<'_>) -> Result<Vec<u8>, RenderError> {
    let make = |density| Document::office_copy(numbered, setting, density);
    compile(&make, "salinan", numbered.checked().date(), setting)
}

/// Sets a letter; one that does not fit its page is set once more with closer lines before it is refused.
fn compile(
    make: &dyn Fn(Density) -> Result<Document, RenderError>,
    ident: &str,
    date: Date,
    setting: Setting<'_>,
) -> Result<Vec<u8>, RenderError> {
    let mut result = one_page(&make(Density::Longgar)?, ident, date, setting);
    if let Err(RenderError::Case(_)) = result {
        result = one_page(&make(Density::Rapat)?, ident, date, setting);
    }
    // Also on the error path: a cache that is never emptied costs 0.8 MB a letter.
    typst::comemo::evict(2 * setting.assets.workers());
    result
}

fn one_page(
    document: &Document,
    ident: &str,
    date: Date,
    setting: Setting<'_>,
) -> Result<Vec<u8>, RenderError> {
    let jenis = &setting.kind.jenis;
    let paged = set(document, &format!("surat/{jenis}/surat.typ"), setting.assets)?;
    if paged.pages().len() != 1 {
        return Err(RenderError::Case(Finding::new(
            Code::LebihSatuHalaman,
            "",
            format!("surat menjadi {} halaman", paged.pages().len()),
            "singkat alamat, keperluan atau sebab",
        )));
    }
    export(&paged, ident, date, setting.profile)
}

/// Sets a paper with its template.
fn set(document: &Document, main: &str, assets: &Assets) -> Result<PagedDocument, RenderError> {
    let world = PaperWorld::new(assets, document, main).ok_or_else(|| wrong(main, "templat tidak ada"))?;
    typst::compile(&world).output.map_err(|errors| wrong(main, &told(&errors)))
}

/// PDF/A-3a and PDF/UA-1.
fn export(paged: &PagedDocument, ident: &str, date: Date, profile: &Profile) -> Result<Vec<u8>, RenderError> {
    let standards =
        PdfStandards::new(&[PdfStandard::A_3a, PdfStandard::Ua_1]).map_err(|e| wrong(ident, e.message()))?;
    let options = PdfOptions {
        ident: Smart::Custom(ident.to_owned()),
        creator: Smart::Custom(Some(concat!("suket ", env!("CARGO_PKG_VERSION")).to_owned())),
        timestamp: timestamp(date, profile),
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(paged, &options).map_err(|errors| wrong(ident, &told(&errors)))
}

fn wrong(templat: &str, pesan: &str) -> RenderError {
    RenderError::Typst { templat: templat.to_owned(), pesan: pesan.to_owned() }
}

fn told(errors: &[typst::diag::SourceDiagnostic]) -> String {
    errors.iter().map(|error| error.message.to_string()).collect::<Vec<_>>().join("; ")
}

/// Midnight of the letter's date in the office's zone: the clock never enters a letter.
fn timestamp(date: Date, profile: &Profile) -> Option<Timestamp> {
    let number = |n: i8| u8::try_from(n).ok();
    let midnight =
        Datetime::from_ymd_hms(i32::from(date.year()), number(date.month())?, number(date.day())?, 0, 0, 0)?;
    Timestamp::new_local(midnight, i32::from(crate::render::document::offset_minutes(date, profile)))
}

/// `D:20261121000000+08'00'`: the letter's date as PDF writes it.
pub(crate) fn pdf_date(date: Date, profile: &Profile) -> String {
    let minutes = document::offset_minutes(date, profile);
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, rest) = (minutes.unsigned_abs() / 60, minutes.unsigned_abs() % 60);
    format!("D:{:04}{:02}{:02}000000{sign}{hours:02}'{rest:02}'", date.year(), date.month(), date.day())
}
