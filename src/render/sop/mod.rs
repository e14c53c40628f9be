//! SOPs as papers. Typst first sets the table on one endless sheet and says how high the text of each row is; the
//! router plans pages and connectors from that; Typst then sets the table with the planned heights, and what it set is
//! compared with the plan. Two passes, a third where the cover is longer than a page.

mod data;
mod drawing;

use jiff::civil::Date;
use typst::foundations::{Label, Selector};
use typst::introspection::Introspector;
use typst::utils::PicoStr;
use typst_layout::PagedDocument;

pub use drawing::{Drawing, DrawnLabel, DrawnLine, DrawnPage, DrawnPentagon, DrawnSymbol};

use super::document::Document;
use super::{Assets, RenderError, export, set, wrong};
use crate::profile::{Paper, Profile};
use crate::route::{self, Measure, RouteError, Um};
use crate::sop::{Sop, SopCode, SopFinding};
use data::{Columns, Data, Mode, Sheet};

const TEMPLATE: &str = "sop/sop.typ";
/// How far what was set may be from the plan: rounding of points.
const NEAR: Um = 40;
/// A sheet without end, for the chart alone.
const ENDLESS: Um = 100_000_000;

impl Sop {
    /// Draws the SOP for this office's paper: the pages that [`Drawing::pdf`] then writes.
    ///
    /// # Errors
    /// [`RenderError::Sop`] where there are more lanes than the paper carries, a step is higher than a page, or a
    /// character cannot be drawn.
    pub fn draw(&self, profile: &Profile, assets: &Assets) -> Result<Drawing, RenderError> {
        let result = draw(self, profile, assets, Mode::Pages);
        typst::comemo::evict(2 * assets.workers());
        result
    }

    /// The chart alone as SVG, on one sheet without page breaks, for a web page.
    ///
    /// # Errors
    /// As [`Sop::draw`].
    pub fn svg(&self, profile: &Profile, assets: &Assets) -> Result<String, RenderError> {
        let result = draw(self, profile, assets, Mode::Chart)
            .and_then(|drawing| drawing.svg(&self.judul, &data::described(self)));
        typst::comemo::evict(2 * assets.workers());
        result
    }
}

impl Drawing {
    /// The paper as PDF/A-3a and PDF/UA-1. `date` is the one in the file's properties.
    ///
    /// # Errors
    /// [`RenderError::Typst`] where the file cannot be written.
    pub fn pdf(&self, date: Date, profile: &Profile) -> Result<Vec<u8>, RenderError> {
        export(&self.paged, &format!("{}/sop/{}", profile.kode_wilayah, self.nama), date, profile)
    }

    fn svg(&self, title: &str, description: &str) -> Result<String, RenderError> {
        let page = self.paged.pages().first().ok_or_else(|| wrong(TEMPLATE, "tidak ada halaman"))?;
        let svg = typst_svg::svg(page, &typst_svg::SvgOptions::default());
        // A picture on a web page needs words, too.
        let (head, rest) = svg.split_once('>').ok_or_else(|| wrong(TEMPLATE, "SVG kosong"))?;
        let (title, description) = (escape(title), escape(description));
        Ok(format!("{head} role=\"img\"><title>{title}</title><desc>{description}</desc>{rest}"))
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn draw(sop: &Sop, profile: &Profile, assets: &Assets, mode: Mode) -> Result<Drawing, RenderError> {
    let sheet = Sheet::new(profile.paper());
    let columns = Columns::new(sop, sheet).ok_or_else(|| too_many(sop, profile.paper()))?;
    drawable(sop, assets)?;
    let data = Data::new(sop, profile, assets, sheet, &columns);
    let measured = typeset(&data.json(Mode::Measure, &[], 1)?, assets)?;
    let starts = places(&measured, "baris")?;
    let head = places(&measured, "kepala")?.first().map_or(0, |(_, _, y)| *y);
    let top = starts.first().map_or(0, |(_, _, y)| *y);
    let text: Vec<Um> = starts
        .windows(2)
        .map(|pair| pair.last().map_or(0, |b| b.2) - pair.first().map_or(0, |a| a.2))
        .collect();
    let body = sheet.height - sheet.bottom;
    let (first, later) = match mode {
        Mode::Chart => (ENDLESS, ENDLESS),
        Mode::Pages | Mode::Measure => (body - top, body - sheet.top - (top - head)),
    };
    let measure = Measure { lane: columns.lane, text, first, later };
    let pages = route::plan(&data::chart(sop), &measure).map_err(|why| refused(sop, why))?;
    let mut chart_page = 1 + usize::from(sop.sampul.is_some() && mode == Mode::Pages);
    for _ in 0..2 {
        let paged = typeset(&data.json(mode, &pages, chart_page)?, assets)?;
        let rows = places(&paged, "baris")?;
        let found = rows.first().map_or(1, |(page, ..)| *page);
        if found == chart_page || mode == Mode::Chart {
            let symbols = places(&paged, "simbol")?;
            let drawing = Drawing::new(sop, &columns, sheet, paged, &pages, (&rows, &symbols));
            return drawing.ok_or_else(|| wrong(TEMPLATE, "tabel tidak tersusun seperti rencana"));
        }
        chart_page = found;
    }
    Err(wrong(TEMPLATE, "halaman sampul tidak tetap"))
}

fn typeset(json: &str, assets: &Assets) -> Result<PagedDocument, RenderError> {
    set(&Document { json: json.to_owned(), qr: Vec::new() }, TEMPLATE, assets)
}

/// Page, x and y of everything with this label, in the order of the paper.
fn places(paged: &PagedDocument, label: &str) -> Result<Vec<(usize, Um, Um)>, RenderError> {
    let failed = || wrong(TEMPLATE, "posisi tidak diketahui");
    let label = Label::new(PicoStr::intern(label)).ok_or_else(failed)?;
    let introspector = paged.introspector();
    let mut list = Vec::new();
    for element in introspector.query(&Selector::Label(label)) {
        let location = element.location().ok_or_else(failed)?;
        let position = introspector.position(location);
        let position = position.ok_or_else(failed)?;
        list.push((position.page.get(), um(position.point.x.to_mm()), um(position.point.y.to_mm())));
    }
    Ok(list)
}

#[expect(clippy::cast_possible_truncation, reason = "a page is some hundred millimetres")]
fn um(mm: f64) -> Um {
    (mm * 1000.0).round() as Um
}

fn too_many(sop: &Sop, paper: Paper) -> RenderError {
    let (name, most) = match paper {
        Paper::F4 => ("F4", 8),
        Paper::A4 => ("A4", 7),
    };
    let line = sop.pelaksana.get(most).map_or(1, |lane| lane.baris);
    let pesan = format!("{} pelaksana tidak muat pada kertas {name}", sop.pelaksana.len());
    let advice = format!("paling banyak {most}; gabungkan pelaksana, atau bagi SOP menjadi dua");
    RenderError::Sop(SopFinding::new(SopCode::LajurTerlaluBanyak, line, pesan, advice))
}

fn refused(sop: &Sop, why: RouteError) -> RenderError {
    let (kode, row, what, advice) = match why {
        RouteError::TooHigh(row) => (
            SopCode::LangkahTerlaluTinggi,
            row,
            "lebih tinggi dari satu halaman",
            "singkat uraian atau kelengkapannya, atau bagi menjadi dua langkah",
        ),
        RouteError::TooDense(row) => (
            SopCode::AlurTerlaluRapat,
            row,
            "didatangi lebih banyak alur daripada yang dapat digambar",
            "kurangi alur yang menuju atau melewati langkah ini",
        ),
    };
    let line = sop.langkah.get(row).map_or(1, |step| step.baris);
    RenderError::Sop(SopFinding::new(kode, line, format!("langkah {} {what}", row + 1), advice))
}

/// Every text must be drawable: a paper with holes is refused.
fn drawable(sop: &Sop, assets: &Assets) -> Result<(), RenderError> {
    for (text, line) in data::texts(sop) {
        if let Some(c) = text.chars().find(|c| *c != ' ' && !assets.glyphs().draws(*c)) {
            let pesan = format!("huruf U+{:04X} tidak dapat dicetak", u32::from(c));
            let advice = "tulis ulang teks itu dengan huruf biasa";
            return Err(RenderError::Sop(SopFinding::new(SopCode::KarakterTanpaHuruf, line, pesan, advice)));
        }
    }
    Ok(())
}
