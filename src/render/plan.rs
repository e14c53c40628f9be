//! Which row stands on which page of a book. All lengths are points, and the template is given them.

use serde::Serialize;

use super::Assets;
use super::closing::Closing;
use super::lines::Advances;
use crate::profile::{Paper, Profile};
use crate::register::{Buku, Cetakan, Gaya, Kolom, Lajur, Lebar};

const MM: f64 = 72.0 / 25.4;
const MARGIN: f64 = 15.0 * MM;
const TOP: f64 = 12.0 * MM;
/// Type of the rows, and of the column numbers.
const SIZE: f64 = 8.0;
const SMALL: f64 = 6.5;
/// Above the baseline, and from one baseline to the next (em).
const EDGE: f64 = 0.72;
const PITCH: f64 = 1.22;
/// Around the text of a cell.
const PAD_X: f64 = 1.2 * MM;
const PAD_Y: f64 = 1.3 * MM;
/// A row of more lines goes on in a second row: nothing is ever clipped.
const MAX_LINES: usize = 16;
/// A module of the QR at the foot: 4 dots of a 300 dpi printer and more.
const MODULE: f64 = 0.4 * MM;

/// The pages of a book.
pub(super) struct Plan {
    pub(super) heights: Heights,
    /// Widths of the columns.
    pub(super) widths: Vec<f64>,
    /// Heads of the columns, broken into lines.
    pub(super) heads: Vec<String>,
    pub(super) pages: Vec<Page>,
}

/// Heights that the template keeps to.
#[derive(Clone, Copy, Serialize)]
pub(super) struct Heights {
    /// Letterhead and title on the first page.
    awal: f64,
    /// Heading of a group.
    judul: f64,
    /// Heads of the columns.
    kepala: f64,
    /// Numbers of the columns.
    nomor: f64,
    /// The margin below.
    kaki: f64,
    /// The QR at the foot; its quiet zone is outside.
    #[serde(skip)]
    pub(super) qr: f64,
}

/// One page.
#[derive(Serialize)]
pub(super) struct Page {
    nomor: usize,
    blok: Vec<Block>,
}

/// Rows of a group on one page.
#[derive(Serialize)]
struct Block {
    judul: String,
    baris: Vec<Row>,
}

/// A row: its height and its cells, broken into lines.
#[derive(Serialize)]
struct Row {
    t: f64,
    s: Vec<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    coret: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    tegas: bool,
}

impl Page {
    pub(super) fn rows(&self) -> usize {
        self.blok.iter().map(|block| block.baris.len()).sum()
    }
}

impl Plan {
    /// Plans a book; `modules` is the width of the stamp's QR. `None` without the fonts.
    pub(super) fn new(
        buku: &Buku,
        cetakan: &Cetakan,
        profile: &Profile,
        assets: &Assets,
        closing: &Closing<'_>,
        modules: Option<usize>,
    ) -> Option<Self> {
        let (width, height) = match profile.paper() {
            Paper::A4 => (297.0 * MM, 210.0 * MM),
            Paper::F4 => (330.0 * MM, 215.0 * MM),
        };
        let (regular, bold) = (Advances::new(assets, false)?, Advances::new(assets, true)?);
        let widths = widths(&buku.kolom, width - 2.0 * MARGIN);
        let heads: Vec<Vec<String>> = buku
            .kolom
            .iter()
            .zip(&widths)
            .map(|(kolom, width)| bold.lines(&kolom.kepala, width - 2.0 * PAD_X, SIZE, true))
            .collect();
        let deepest = heads.iter().map(Vec::len).max().unwrap_or(1);
        let qr = modules.map_or(0.0, |modules| f64::from(u32::try_from(modules).unwrap_or(0)) * MODULE);
        let heights = Heights {
            awal: opening(profile, cetakan),
            judul: 6.0 * MM,
            kepala: row_height(deepest),
            nomor: SMALL * EDGE + 1.2 * MM,
            kaki: (qr + 12.0 * MM).max(16.0 * MM),
            qr,
        };
        let mut filling = Filling {
            room: height - TOP - heights.kaki - 1.0,
            heights,
            used: heights.awal,
            pages: vec![Page { nomor: 1, blok: Vec::new() }],
        };
        let setting = Setting { kolom: &buku.kolom, widths: &widths, regular, bold, least: buku.tinggi * MM };
        for group in &buku.kelompok {
            let mut begun = false;
            for lajur in &group.baris {
                for row in setting.rows(lajur) {
                    filling.put(row, (!begun).then_some(group.judul.as_str()));
                    begun = true;
                }
            }
        }
        if !closing.tall() && filling.used + setting.closing(closing, width - 2.0 * MARGIN) > filling.room {
            filling.carry();
        }
        Some(Self {
            heights,
            heads: heads.iter().map(|lines| lines.join("\n")).collect(),
            widths,
            pages: filling.pages,
        })
    }
}

/// Pages as they fill.
struct Filling {
    room: f64,
    heights: Heights,
    used: f64,
    pages: Vec<Page>,
}

impl Filling {
    /// Puts a row on the page, or on the next one. A new group begins with its heading.
    fn put(&mut self, row: Row, group: Option<&str>) {
        let heads = self.heights.kepala + self.heights.nomor;
        let headed = group.is_some_and(|judul| !judul.is_empty());
        let opens = heads + if headed { self.heights.judul } else { 0.0 };
        let needs = row.t + if group.is_some() { opens } else { 0.0 };
        let mut begins = group.is_some();
        if self.used + needs > self.room
            && self.pages.last().is_some_and(|page| !page.blok.is_empty() || page.nomor == 1)
        {
            let nomor = self.pages.len() + 1;
            self.pages.push(Page { nomor, blok: Vec::new() });
            self.used = 0.0;
            begins = true;
        }
        let Some(page) = self.pages.last_mut() else { return };
        if begins {
            let judul = group.unwrap_or_default().to_owned();
            self.used += heads + if judul.is_empty() { 0.0 } else { self.heights.judul };
            page.blok.push(Block { judul, baris: Vec::new() });
        }
        self.used += row.t;
        if let Some(block) = page.blok.last_mut() {
            block.baris.push(row);
        }
    }
}

impl Filling {
    /// Opens a page. Signatures never stand alone: two rows go with them.
    fn carry(&mut self) {
        let nomor = self.pages.len() + 1;
        let Some(page) = self.pages.last_mut() else { return };
        let alone = page.blok.len() == 1;
        let carried = match page.blok.last_mut() {
            Some(block) if block.baris.len() > 2 => {
                let baris = block.baris.split_off(block.baris.len() - 2);
                Some(Block { judul: String::new(), baris })
            }
            Some(_) if !alone => page.blok.pop(),
            _ => None,
        };
        self.pages.push(Page { nomor, blok: carried.into_iter().collect() });
    }
}

/// What rows are broken with.
struct Setting<'a> {
    kolom: &'a [Kolom],
    widths: &'a [f64],
    regular: Advances,
    bold: Advances,
    least: f64,
}

impl Setting<'_> {
    /// Height of the end, rather a little too much: sentences, and signature blocks with room for ink and stamp.
    fn closing(&self, closing: &Closing<'_>, width: f64) -> f64 {
        let (sentences, above) = closing.texts();
        let lines = |text: &str, width| {
            let count = self.regular.lines(text, width, SIZE, false).len();
            SIZE * PITCH * f64::from(u32::try_from(count).unwrap_or(0))
        };
        let posts: Vec<&str> = above.collect();
        let column = width / f64::from(u32::try_from(posts.len().max(1)).unwrap_or(1));
        let deepest = posts.iter().map(|post| lines(post, column)).fold(0.0, f64::max);
        let told: f64 = sentences.iter().map(|sentence| lines(sentence, width) + 1.6 * MM).sum();
        7.0 * MM + told + 4.0 * MM + deepest + 19.0 * MM + 4.0 * SIZE * PITCH
    }

    /// The row; a very long one as several.
    fn rows(&self, lajur: &Lajur) -> Vec<Row> {
        let cells: Vec<Vec<String>> = lajur
            .sel
            .iter()
            .zip(self.kolom.iter().zip(self.widths))
            .map(|(cell, (kolom, width))| {
                let heavy = lajur.tegas && kolom.gaya == Gaya::Catatan;
                let font = if heavy { &self.bold } else { &self.regular };
                font.lines(&cell.tercetak(), width - 2.0 * PAD_X, SIZE, kolom.gaya == Gaya::Nomor)
            })
            .collect();
        let deepest = cells.iter().map(Vec::len).max().unwrap_or(0).max(1);
        (0..deepest)
            .step_by(MAX_LINES)
            .map(|from| {
                let lines = |cell: &Vec<String>| {
                    let end = cell.len().min(from + MAX_LINES);
                    cell.get(from.min(end)..end).unwrap_or_default().join("\n")
                };
                Row {
                    t: row_height((deepest - from).min(MAX_LINES)).max(self.least),
                    s: cells.iter().map(lines).collect(),
                    coret: lajur.coret,
                    tegas: lajur.tegas,
                }
            })
            .collect()
    }
}

fn row_height(lines: usize) -> f64 {
    let more = f64::from(u32::try_from(lines.saturating_sub(1)).unwrap_or(0));
    2.0 * PAD_Y + SIZE * (EDGE + PITCH * more)
}

/// Fixed columns first; the others share what is left.
fn widths(kolom: &[Kolom], whole: f64) -> Vec<f64> {
    let (mut fixed, mut parts) = (0.0, 0.0);
    for kolom in kolom {
        match kolom.lebar {
            Lebar::Mm(mm) => fixed += mm * MM,
            Lebar::Bagian(part) => parts += part,
        }
    }
    kolom
        .iter()
        .map(|kolom| match kolom.lebar {
            Lebar::Mm(mm) => mm * MM,
            Lebar::Bagian(part) => (whole - fixed) * part / parts,
        })
        .collect()
}

/// Letterhead (10, 13 and 8 points, 1.8 mm between lines, at least as high as the emblem), its rules, and the title.
fn opening(profile: &Profile, cetakan: &Cetakan) -> f64 {
    let address = f64::from(u32::try_from(profile.kop.alamat.len()).unwrap_or(0));
    let lines = (10.0 + 13.0 + 8.0 * address) * EDGE + 1.8 * MM * (1.0 + address);
    let kop = lines.max(17.0 * MM) + 1.5 * MM + 0.7 * MM + 2.4;
    let more = if cetakan.keterangan.is_empty() { 0.0 } else { 2.0 * MM + 9.0 * EDGE };
    kop + 5.0 * MM + 12.0 * EDGE + more + 3.5 * MM
}
