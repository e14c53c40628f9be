//! The books that an office prints, as data: the monthly register, the agenda of a year, who received what, and counts.
//! Each is a [`Buku`]: columns, rows and what stands at the end, on paper and as CSV and XLSX.

mod agenda;
mod applications;
mod book;
mod counts;
mod dispatch;
mod sheet;

use jiff::civil::Date;
use serde::Serialize;

pub use applications::BarisPermohonan;
pub(crate) use applications::permohonan;
pub use book::{Bagan, Buku, Cetakan, Gaya, Kelompok, Kolom, Lajur, Lebar, Sel, Stempel};
pub use dispatch::Penyerahan;
pub(crate) use dispatch::ekspedisi;

use crate::calendar;

/// Why a book could not be written as a table.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterError {
    /// CSV.
    #[error("CSV: {0}")]
    Csv(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// XLSX.
    #[error("XLSX: {0}")]
    Xlsx(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The time that a book covers (*masa*).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Masa {
    /// Year and month, 1 to 12.
    Bulan(i16, i8),
    /// Year.
    Tahun(i16),
}

/// The numbers of a month or a year: what register, agenda and counts are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Register {
    /// Month or year.
    pub masa: Masa,
    /// Rows by series, in the order of their numbers.
    pub baris: Vec<Baris>,
    /// Letters of earlier months that were cancelled or replaced in this one: what happened is an event of its own month.
    pub susulan: Vec<Baris>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Baris {
    /// Series.
    pub seri: String,
    /// Running number, or a range of numbers outside.
    pub urut: String,
    /// Number as printed.
    pub nomor: String,
    /// Date.
    pub tanggal: Date,
    /// Name of the applicant.
    pub nama: String,
    /// NIK, all but the last four digits masked.
    pub nik: String,
    /// Village.
    pub desa: String,
    /// What the letter is.
    pub jenis: String,
    /// What it was needed for.
    pub keperluan: String,
    /// Who signed.
    pub penandatangan: String,
    /// BATAL, replaced, outside suket, handed over.
    pub keterangan: String,
    /// What the row is.
    pub keadaan: Keadaan,
}

/// What a row of the register is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Keadaan {
    /// Issued with suket, also where it was replaced later.
    Terbit,
    /// Cancelled.
    Batal,
    /// Written outside suket.
    Luar,
    /// The number that a letter of another series took in the general agenda.
    Agenda,
}

/// Columns of the register, as the papers spell them; the last one stays blank for ink.
fn kolom() -> Vec<Kolom> {
    vec![
        Kolom::baru("No. urut", Lebar::Mm(12.0), 9.0).tengah(),
        Kolom::baru("Nomor surat", Lebar::Mm(40.0), 28.0).gaya(Gaya::Nomor),
        Kolom::baru("Tanggal", Lebar::Mm(17.0), 12.0).tengah(),
        Kolom::baru("Nama", Lebar::Bagian(1.4), 26.0).gaya(Gaya::Nama),
        Kolom::baru("NIK", Lebar::Mm(26.0), 18.0),
        Kolom::baru("Desa/Kelurahan", Lebar::Bagian(0.95), 18.0),
        Kolom::baru("Jenis", Lebar::Bagian(1.1), 22.0),
        Kolom::baru("Keperluan", Lebar::Bagian(1.0), 20.0),
        Kolom::baru("Penandatangan", Lebar::Bagian(1.1), 20.0),
        Kolom::baru("Keterangan", Lebar::Bagian(1.25), 26.0).gaya(Gaya::Catatan),
        Kolom::baru("Paraf penerima", Lebar::Mm(17.0), 11.0),
    ]
}

/// What stands at the end of a series in a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Rekap {
    /// Series.
    pub seri: String,
    /// Letters issued with suket, cancelled ones among them.
    pub terbit: usize,
    /// Cancelled ones.
    pub batal: usize,
    /// Rows of numbers outside.
    pub luar: usize,
    /// Numbers of the general agenda that letters of other series took.
    pub agenda: usize,
    /// First number.
    pub pertama: String,
    /// Last number.
    pub terakhir: String,
}

impl Masa {
    /// `November 2026`, `2026`.
    pub fn sebutan(self) -> String {
        match self {
            Self::Bulan(tahun, _) => format!("{} {tahun}", calendar::bulan(self.akhir())),
            Self::Tahun(tahun) => tahun.to_string(),
        }
    }

    /// `2026-11`, `2026`: as file names and sheets say it.
    pub fn kode(self) -> String {
        match self {
            Self::Bulan(tahun, bulan) => format!("{tahun:04}-{bulan:02}"),
            Self::Tahun(tahun) => format!("{tahun:04}"),
        }
    }

    /// Its last day.
    pub fn akhir(self) -> Date {
        let day = match self {
            Self::Bulan(tahun, bulan) => Date::new(tahun, bulan, 1).map(Date::last_of_month),
            Self::Tahun(tahun) => Date::new(tahun, 12, 31),
        };
        day.unwrap_or(Date::ZERO)
    }

    /// Whether a day lies in it.
    pub fn memuat(self, hari: Date) -> bool {
        match self {
            Self::Bulan(tahun, bulan) => (hari.year(), hari.month()) == (tahun, bulan),
            Self::Tahun(tahun) => hari.year() == tahun,
        }
    }

    /// `bulan ini`, `tahun ini`.
    fn ini(self) -> &'static str {
        match self {
            Self::Bulan(..) => "bulan ini",
            Self::Tahun(_) => "tahun ini",
        }
    }

    /// `bulan November 2026`, `tahun 2026`.
    fn panjang(self) -> String {
        let satuan = match self {
            Self::Bulan(..) => "bulan",
            Self::Tahun(_) => "tahun",
        };
        format!("{satuan} {}", self.sebutan())
    }
}

impl Register {
    /// The monthly register as a book.
    pub fn buku(&self) -> Buku {
        Buku {
            nama: "register",
            masa: self.masa,
            judul: format!("Register surat {}", self.masa.panjang()),
            kolom: kolom(),
            kelompok: self.by_series(Baris::register_row).into_iter().chain(self.later()).collect(),
            tinggi: 0.0,
            kosong: format!("Tidak ada surat pada {}.", self.masa.ini()),
            penutup: self.rekap().iter().map(Rekap::kalimat).collect(),
            bagan: Vec::new(),
            dikirim: true,
        }
    }

    /// Counts for each series.
    pub fn rekap(&self) -> Vec<Rekap> {
        let mut list: Vec<Rekap> = Vec::new();
        for row in &self.baris {
            if list.last().is_none_or(|last| last.seri != row.seri) {
                list.push(Rekap {
                    seri: row.seri.clone(),
                    terbit: 0,
                    batal: 0,
                    luar: 0,
                    agenda: 0,
                    pertama: row.nomor.clone(),
                    terakhir: String::new(),
                });
            }
            let Some(last) = list.last_mut() else { continue };
            // An insertion stands beside the counter.
            if !row.urut.contains('.') {
                last.terakhir.clone_from(&row.nomor);
            }
            last.terbit += usize::from(matches!(row.keadaan, Keadaan::Terbit | Keadaan::Batal));
            last.agenda += usize::from(row.keadaan == Keadaan::Agenda);
            last.batal += usize::from(row.keadaan == Keadaan::Batal);
            last.luar += usize::from(row.keadaan == Keadaan::Luar);
        }
        list
    }

    /// What happened in this month to letters of earlier ones.
    fn later(&self) -> Option<Kelompok> {
        let judul = "Pembatalan dan penggantian surat bulan sebelumnya".to_owned();
        let baris: Vec<Lajur> = self.susulan.iter().map(Baris::register_row).collect();
        (!baris.is_empty()).then_some(Kelompok { judul, baris })
    }

    /// Rows of each series under its name; one series alone needs none.
    fn by_series(&self, row: impl Fn(&Baris) -> Lajur) -> Vec<Kelompok> {
        let mut groups: Vec<Kelompok> = Vec::new();
        for baris in &self.baris {
            let judul = format!("Seri {}", baris.seri);
            if groups.last().is_none_or(|last| last.judul != judul) {
                groups.push(Kelompok { judul, baris: Vec::new() });
            }
            if let Some(last) = groups.last_mut() {
                last.baris.push(row(baris));
            }
        }
        if let [only] = groups.as_mut_slice() {
            only.judul.clear();
        }
        groups
    }
}

impl Rekap {
    fn kalimat(&self) -> String {
        let luar = if self.luar > 0 {
            format!("; rentang nomor di luar suket {}", self.luar)
        } else {
            String::new()
        };
        let agenda = if self.agenda > 0 {
            format!("; nomor agenda untuk surat seri lain {}", self.agenda)
        } else {
            String::new()
        };
        format!(
            "Seri {}: terbit {}, di antaranya batal {}{luar}{agenda}; nomor pertama {}, nomor terakhir {}.",
            self.seri, self.terbit, self.batal, self.pertama, self.terakhir
        )
    }
}

impl Baris {
    /// The cells in the order of the columns.
    fn register_row(&self) -> Lajur {
        let text = |text: &String| Sel::Teks(text.clone());
        Lajur {
            sel: vec![
                text(&self.urut),
                text(&self.nomor),
                Sel::Tanggal(self.tanggal),
                text(&self.nama),
                text(&self.nik),
                text(&self.desa),
                text(&self.jenis),
                text(&self.keperluan),
                text(&self.penandatangan),
                text(&self.keterangan),
                Sel::kosong(),
            ],
            coret: self.keadaan == Keadaan::Batal,
            tegas: matches!(self.keadaan, Keadaan::Batal | Keadaan::Luar),
        }
    }
}
