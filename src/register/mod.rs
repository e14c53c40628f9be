//! The monthly register as data: one row per number, whether it was issued, cancelled or written outside; and what
//! stands at its end. Also as CSV and XLSX.

mod sheet;

use jiff::civil::Date;
use serde::Serialize;

use crate::calendar;

/// Why a register could not be written as a table.
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

/// The register of one month.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Register {
    /// Year.
    pub tahun: i16,
    /// Month.
    pub bulan: i8,
    /// Rows by series, in the order of their numbers.
    pub baris: Vec<Baris>,
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
}

/// Heads of the columns, as the papers spell them; the last one stays blank for ink.
pub const KEPALA: [&str; 11] = [
    "No. urut",
    "Nomor surat",
    "Tanggal",
    "Nama",
    "NIK",
    "Desa/Kelurahan",
    "Jenis",
    "Keperluan",
    "Penandatangan",
    "Keterangan",
    "Paraf penerima",
];

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
    /// First number.
    pub pertama: String,
    /// Last number.
    pub terakhir: String,
}

impl Register {
    /// `November 2026`.
    pub fn masa(&self) -> String {
        let name = calendar::bulan(self.akhir());
        format!("{name} {}", self.tahun)
    }

    /// The last day of the month.
    pub fn akhir(&self) -> Date {
        Date::new(self.tahun, self.bulan, 1).map_or(Date::ZERO, Date::last_of_month)
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
                    pertama: row.nomor.clone(),
                    terakhir: String::new(),
                });
            }
            let Some(last) = list.last_mut() else { continue };
            last.terakhir.clone_from(&row.nomor);
            last.terbit += usize::from(row.keadaan != Keadaan::Luar);
            last.batal += usize::from(row.keadaan == Keadaan::Batal);
            last.luar += usize::from(row.keadaan == Keadaan::Luar);
        }
        list
    }
}

impl Baris {
    /// The cells in the order of [`KEPALA`].
    pub fn sel(&self) -> [String; 11] {
        [
            self.urut.clone(),
            self.nomor.clone(),
            calendar::tanggal_pendek(self.tanggal),
            self.nama.clone(),
            self.nik.clone(),
            self.desa.clone(),
            self.jenis.clone(),
            self.keperluan.clone(),
            self.penandatangan.clone(),
            self.keterangan.clone(),
            String::new(),
        ]
    }
}
