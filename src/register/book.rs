//! A book as data: columns, rows in groups, what stands at the end. A new book needs nothing else to be printed.

use jiff::civil::Date;

use super::Masa;
use crate::calendar;

/// A book (*buku*) of a month or a year.
#[derive(Debug, Clone, PartialEq)]
pub struct Buku {
    /// Its short name in files, sheets and the PDF's identity, e.g. `register`.
    pub nama: &'static str,
    /// What it covers.
    pub masa: Masa,
    /// Its title, e.g. `Register surat bulan November 2026`; printed in capitals.
    pub judul: String,
    /// Columns.
    pub kolom: Vec<Kolom>,
    /// Rows.
    pub kelompok: Vec<Kelompok>,
    /// Least height of a row in millimetres, where ink needs room.
    pub tinggi: f64,
    /// The sentence under NIHIL when there is no row.
    pub kosong: String,
    /// Sentences at the end.
    pub penutup: Vec<String>,
    /// Bar charts at the end.
    pub bagan: Vec<Bagan>,
    /// Whether the line "Dikirim ke kabupaten/kota tanggal …" stands at the end.
    pub dikirim: bool,
}

/// A column (*kolom*).
#[derive(Debug, Clone, PartialEq)]
pub struct Kolom {
    /// Its head.
    pub kepala: String,
    /// Width on paper.
    pub lebar: Lebar,
    /// Width in a spreadsheet, in characters.
    pub lembar: f64,
    /// Centred; else at the left.
    pub tengah: bool,
    /// What stands in it.
    pub gaya: Gaya,
}

/// Width of a column on paper.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Lebar {
    /// Millimetres.
    Mm(f64),
    /// A part of what the fixed columns leave.
    Bagian(f64),
}

/// What stands in a column, as far as it is set in its own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gaya {
    /// Plain text.
    Biasa,
    /// A number of a letter: breaks behind its strokes, struck out in a row that is.
    Nomor,
    /// A name, struck out in a row that is.
    Nama,
    /// A remark, bold in a row that says so.
    Catatan,
}

/// Rows under a common heading (*kelompok*).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kelompok {
    /// Heading; may be empty.
    pub judul: String,
    /// Rows.
    pub baris: Vec<Lajur>,
}

/// A row as it is printed (*lajur*): one cell for each column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lajur {
    /// Cells.
    pub sel: Vec<Sel>,
    /// Struck out: the letter was cancelled.
    pub coret: bool,
    /// Its remark is bold.
    pub tegas: bool,
}

/// A cell (*sel*).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sel {
    /// Text.
    Teks(String),
    /// A date: `21-11-2026` on paper, a real date in a spreadsheet.
    Tanggal(Date),
    /// A count.
    Angka(u32),
}

/// A bar chart (*bagan*).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bagan {
    /// Its title.
    pub judul: String,
    /// Name and count of each bar.
    pub batang: Vec<(String, u32)>,
}

/// What a printed book (*cetakan*) says besides its rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cetakan {
    /// A line under the title, e.g. `Ditutup tanggal 1 Desember 2026`; may be empty.
    pub keterangan: String,
    /// The day that stands above the signatures; without, the last one of what the book covers.
    pub tanggal: Option<Date>,
    /// The state of the log, on every page.
    pub stempel: Option<Stempel>,
}

/// State of the book's log (*stempel*), so that the signed paper is itself a witness of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stempel {
    /// Number of leaves.
    pub ukuran: u64,
    /// Root hash, in base64.
    pub akar: String,
    /// The text of the QR; at most what version 10-M holds (213 bytes).
    pub qr: String,
}

impl Buku {
    /// Whether it has no row.
    pub fn nihil(&self) -> bool {
        self.kelompok.iter().all(|group| group.baris.is_empty())
    }
}

impl Kolom {
    /// A column of plain text at the left. `lebar` is its width on paper, `lembar` in a spreadsheet (characters).
    pub fn baru(kepala: impl Into<String>, lebar: Lebar, lembar: f64) -> Self {
        Self { kepala: kepala.into(), lebar, lembar, tengah: false, gaya: Gaya::Biasa }
    }

    /// Centred.
    #[must_use]
    pub fn tengah(self) -> Self {
        Self { tengah: true, ..self }
    }

    /// Set in its own way.
    #[must_use]
    pub fn gaya(self, gaya: Gaya) -> Self {
        Self { gaya, ..self }
    }
}

impl Sel {
    /// A cell that stays blank.
    pub const fn kosong() -> Self {
        Self::Teks(String::new())
    }

    /// As it is printed.
    pub fn tercetak(&self) -> String {
        match self {
            Self::Teks(text) => text.clone(),
            Self::Tanggal(date) => calendar::tanggal_pendek(*date),
            Self::Angka(n) => n.to_string(),
        }
    }
}
