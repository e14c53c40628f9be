//! Standard operating procedures (SOP-AP, Permenpan RB 35/2012) and service standards as data: `sop.toml` and
//! `standar.toml`.
//!
//! An SOP is a cover with boxes and a table of steps with one lane for each performer; connectors say what follows
//! what. [`Sop::read`] checks it like a program and tells everything that is wrong at once, with lines.

mod alur;
mod check;
mod finding;
mod hukum;
mod read;
mod standar;
mod table;
mod waktu;

use jiff::civil::Date;

pub use alur::{Lanjutan, Perjalanan, PerjalananError, Putusan as PutusanLangkah, Tugas};
pub use finding::{SopCode, SopFinding};
pub use standar::{Komponen, Standar};
pub use waktu::{Lama, Waktu};

/// How the data knows something: never printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Dasar {
    /// The office's paper says it.
    #[default]
    Dinyatakan,
    /// The paper says it, but was damaged.
    Diperbaiki,
    /// Concluded from the wording; the paper does not say it.
    Disimpulkan,
}

/// Who a lane is, in the terms of the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Peran {
    /// The applicant.
    Pemohon,
    /// The clerk at the counter.
    Petugas,
    /// The operator of the recording machine.
    Operator,
    /// The head of the section.
    Kasi,
    /// The secretary of the district.
    Sekretaris,
    /// The head of the district.
    Camat,
    /// Somebody outside the office.
    Luar,
}

/// What a step does to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aksi {
    /// The applicant asks.
    Ajukan,
    /// The file is taken in.
    Terima,
    /// The file is checked.
    Periksa,
    /// Data or fingerprints are recorded.
    Rekam,
    /// The letter is drafted.
    Konsep,
    /// The draft is initialled.
    Paraf,
    /// The letter is signed.
    Setujui,
    /// The letter gets its number and is filed.
    Nomori,
    /// Something is printed.
    Cetak,
    /// Data goes elsewhere.
    Kirim,
    /// The result is handed over.
    Serahkan,
}

/// What a symbol looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bentuk {
    /// Capsule: here it begins.
    Mulai,
    /// Rectangle: something is done.
    Proses,
    /// Rhombus: Ya or Tidak.
    Keputusan,
    /// Capsule: here it ends.
    Selesai,
}

/// A performer: one lane of the table.
#[derive(Debug, Clone)]
pub struct Pelaksana {
    /// Name in the file.
    pub id: String,
    /// Head of the lane.
    pub label: String,
    /// Role at the desk.
    pub peran: Option<Peran>,
    /// How it is known.
    pub dasar: Dasar,
    /// Line in the file.
    pub baris: u32,
}

/// A symbol.
#[derive(Debug, Clone)]
pub struct Simbol {
    /// Name in the file.
    pub id: String,
    /// Lane, by its place in [`Sop::pelaksana`].
    pub pelaksana: usize,
    /// Step, by its place in [`Sop::langkah`].
    pub langkah: usize,
    /// What it looks like.
    pub bentuk: Bentuk,
    /// How it is known.
    pub dasar: Dasar,
    /// Line in the file.
    pub baris: u32,
}

/// A step: one row of the table.
#[derive(Debug, Clone)]
pub struct Langkah {
    /// What is done.
    pub kegiatan: String,
    /// What it needs.
    pub kelengkapan: Vec<String>,
    /// How long it takes.
    pub waktu: Waktu,
    /// What comes out.
    pub output: Vec<String>,
    /// Remark.
    pub keterangan: String,
    /// What it does to a case.
    pub aksi: Option<Aksi>,
    /// Ids of the office's requirements that it names.
    pub syarat: Vec<(String, u32)>,
    /// Line in the file.
    pub baris: u32,
}

/// A connector, by the places of its symbols in [`Sop::simbol`].
#[derive(Debug, Clone)]
pub struct Panah {
    /// Where it leaves.
    pub dari: usize,
    /// Where it goes.
    pub ke: usize,
    /// Out of a decision: `true` for Ya, `false` for Tidak.
    pub jawaban: Option<bool>,
    /// How it is known.
    pub dasar: Dasar,
    /// Line in the file.
    pub baris: u32,
}

/// A label and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pasangan {
    /// The label.
    pub label: String,
    /// The value.
    pub nilai: String,
}

/// Who approved the SOP.
#[derive(Debug, Clone, Default)]
pub struct Pengesah {
    /// Head of the box.
    pub label: String,
    /// The post with `Plt.` and the like.
    pub jabatan: String,
    /// Name with titles.
    pub nama: String,
    /// Rank.
    pub pangkat: String,
    /// NIP, printed as given.
    pub nip: String,
}

/// A box of the cover.
#[derive(Debug, Clone)]
pub struct Kotak {
    /// Its head.
    pub label: String,
    /// Its lines.
    pub butir: Vec<String>,
    /// Whether the lines are numbered.
    pub bernomor: bool,
}

/// The cover (halaman identitas); everything may be missing.
#[derive(Debug, Clone, Default)]
pub struct Sampul {
    /// Names of government and office.
    pub instansi: Vec<String>,
    /// Address.
    pub alamat: String,
    /// Place.
    pub tempat: String,
    /// Number, date and similar lines in their order.
    pub baris: Vec<Pasangan>,
    /// The latest date on it.
    pub tanggal: Option<Date>,
    /// Who approved it.
    pub disahkan: Option<Pengesah>,
    /// Head of the box with the name.
    pub label_nama: String,
    /// Boxes: left column, right column.
    pub kiri: Vec<Kotak>,
    /// See above.
    pub kanan: Vec<Kotak>,
}

/// Heads of the table.
#[derive(Debug, Clone)]
pub struct Kepala {
    /// Number.
    pub nomor: String,
    /// What is done.
    pub kegiatan: String,
    /// Over the lanes.
    pub pelaksana: String,
    /// Over the standard.
    pub mutu_baku: String,
    /// What a step needs.
    pub kelengkapan: String,
    /// Time.
    pub waktu: String,
    /// What comes out.
    pub output: String,
    /// Remarks; no such column without.
    pub keterangan: Option<String>,
}

/// A list under the table.
#[derive(Debug, Clone)]
pub struct Catatan {
    /// Its head; may be empty.
    pub judul: String,
    /// Its lines.
    pub butir: Vec<String>,
}

/// An SOP that was read and checked.
#[derive(Debug, Clone)]
pub struct Sop {
    /// Its name.
    pub nama: String,
    /// Title over the table.
    pub judul: String,
    /// Lines between title and table.
    pub pengantar: Vec<Pasangan>,
    /// The cover, if it has one.
    pub sampul: Option<Sampul>,
    /// Heads of the table.
    pub kepala: Kepala,
    /// Lanes from left to right.
    pub pelaksana: Vec<Pelaksana>,
    /// Steps from top to bottom.
    pub langkah: Vec<Langkah>,
    /// Symbols in the order of the steps.
    pub simbol: Vec<Simbol>,
    /// Connectors.
    pub panah: Vec<Panah>,
    /// Time of the whole as the SOP states it.
    pub total: Option<Waktu>,
    /// Lists under the table.
    pub catatan: Vec<Catatan>,
}

/// SOPs and service standards of the built-in offices.
const BUILTIN: [(&str, &str, &str); 5] = [
    (
        "candi-laras-utara",
        include_str!("../../templates/kantor/candi-laras-utara/sop.toml"),
        include_str!("../../templates/kantor/candi-laras-utara/standar.toml"),
    ),
    (
        "karanganyar",
        include_str!("../../templates/kantor/karanganyar/sop.toml"),
        include_str!("../../templates/kantor/karanganyar/standar.toml"),
    ),
    (
        "larangan",
        include_str!("../../templates/kantor/larangan/sop.toml"),
        include_str!("../../templates/kantor/larangan/standar.toml"),
    ),
    (
        "sajingan-besar",
        include_str!("../../templates/kantor/sajingan-besar/sop.toml"),
        include_str!("../../templates/kantor/sajingan-besar/standar.toml"),
    ),
    (
        "sumber-marga-telang",
        include_str!("../../templates/kantor/sumber-marga-telang/sop.toml"),
        include_str!("../../templates/kantor/sumber-marga-telang/standar.toml"),
    ),
];

impl Sop {
    /// Text of a built-in `sop.toml`.
    pub fn builtin(id: &str) -> Option<&'static str> {
        BUILTIN.iter().find(|(known, ..)| *known == id).map(|(_, sop, _)| *sop)
    }

    /// Symbols of a step, from left to right.
    pub fn simbol_langkah(&self, langkah: usize) -> Vec<&Simbol> {
        let mut list: Vec<&Simbol> = self.simbol.iter().filter(|simbol| simbol.langkah == langkah).collect();
        list.sort_by_key(|simbol| simbol.pelaksana);
        list
    }

    /// Connectors that leave a symbol; Ya comes first.
    pub fn keluar(&self, simbol: usize) -> Vec<&Panah> {
        let mut list: Vec<&Panah> = self.panah.iter().filter(|panah| panah.dari == simbol).collect();
        list.sort_by_key(|panah| panah.jawaban == Some(false));
        list
    }

    /// The times of all steps together; steps without a time count nothing.
    pub fn jumlah_waktu(&self) -> Lama {
        self.langkah.iter().filter_map(|langkah| langkah.waktu.lama).fold(Lama::default(), Lama::plus)
    }
}

impl Standar {
    /// Text of a built-in `standar.toml`.
    pub fn builtin(id: &str) -> Option<&'static str> {
        BUILTIN.iter().find(|(known, ..)| *known == id).map(|(_, _, standar)| *standar)
    }
}
