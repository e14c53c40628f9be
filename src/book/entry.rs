//! A row of the book, as it is given back, and the state of its letter.

use jiff::civil::Date;
use serde::Serialize;

use super::Agenda;
use crate::format::Sha256Bytes;

/// State of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Valid.
    Berlaku,
    /// Cancelled; the number is never used again.
    Batal,
    /// Replaced by a later letter.
    Diganti,
    /// Past its last day.
    Kedaluwarsa,
    /// Lawfully destroyed; told by [`Entry::status_on`] only.
    Dimusnahkan,
}

/// A row of the book. Only the book builds one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// Number of its leaf in the log, from 0.
    pub seq: u64,
    /// Series.
    pub seri: String,
    /// Local year.
    pub tahun: i16,
    /// Running number in series and year; of an insertion the number that it stands behind.
    pub urut: u32,
    /// Suffix of an insertion, `a` to `z`; empty for a number of the counter.
    pub sisipan: String,
    /// Why it was inserted.
    pub alasan_sisipan: Option<String>,
    /// Its number in the general agenda, where it has taken one.
    pub agenda: Option<Agenda>,
    /// The number as printed.
    pub nomor: String,
    /// Date of the letter.
    pub tanggal: Date,
    /// Kind.
    pub jenis: String,
    /// What it is about.
    pub perihal: String,
    /// Who sealed.
    pub penyegel: String,
    /// Id of the sealing key.
    pub kid: [u8; 8],
    /// The short code at the foot of the paper.
    pub kode: String,
    /// Last day on which the letter is good, where the office limits it.
    pub berlaku_sampai: Option<Date>,
    /// Leaf number of the letter that this one replaces.
    pub menggantikan: Option<u64>,
    /// Whether it was lawfully destroyed: its row stays, its file and personal data are gone.
    pub musnah: bool,
    /// State, whether or not it was destroyed; that a letter has expired is told by [`Entry::status_on`].
    pub status: Status,
    /// SHA-256 of the PDF.
    pub sha256: Sha256Bytes,
    /// SHA-256 of the stored bytes: the name in the archive.
    pub objek: Sha256Bytes,
    /// Bytes of the PDF.
    pub ukuran: u64,
    /// SHA-256 of the bytes that the seal covers.
    pub sidik: Sha256Bytes,
    /// The signature.
    pub tanda_tangan: [u8; 64],
    /// Digest of the list of templates and fonts.
    pub templat: Sha256Bytes,
    /// Digest of the office profile.
    pub profil: Sha256Bytes,
    /// What made it.
    pub versi: String,
}

impl Entry {
    /// Running number with the suffix of an insertion: `12`, `12.a`.
    pub fn label(&self) -> String {
        if self.sisipan.is_empty() {
            self.urut.to_string()
        } else {
            format!("{}.{}", self.urut, self.sisipan)
        }
    }

    /// State on a day: a valid letter expires after its last day.
    pub fn status_on(&self, day: Date) -> Status {
        if self.musnah {
            return Status::Dimusnahkan;
        }
        let past = self.berlaku_sampai.is_some_and(|last| last < day);
        if past && self.status == Status::Berlaku { Status::Kedaluwarsa } else { self.status }
    }
}
