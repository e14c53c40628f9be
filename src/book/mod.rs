//! The agenda book: numbers, rows, log. A number, its row, its log leaf, the sealed bytes and the request key are
//! taken in one step or not at all.
//!
//! The book stands behind a trait; [`SqliteBook`] keeps it in one file, [`MemoryBook`] in memory. Both pass the same
//! conformance suite.

mod applications;
mod check;
mod copy;
mod destroy;
mod entry;
mod event;
mod events;
mod leaf;
mod log;
mod look;
mod memory;
mod open;
mod place;
#[cfg(test)]
mod plans;
mod rows;
mod rules;
mod sqlite;
mod taken;
mod write;

use std::sync::Arc;

use jiff::civil::Date;

pub(crate) use copy::{copy_database, write_ahead};
pub use entry::{Entry, Status};
pub use event::{DataPemohon, Dimusnahkan, Event, Hasil, Musnah, NewEvent, Penerima, Peristiwa, Tutup};
pub use leaf::Leaf;
pub(crate) use leaf::{request, salted};
pub(crate) use look::Known;
pub use memory::MemoryBook;
pub use place::{Agenda, Behind, SeriesEnd};
use rules::{closes_next, in_open_month, may_answer};
pub use sqlite::SqliteBook;

use crate::calendar::Bulan;
use crate::format::Sha256Bytes;

/// Why the book did not take something. Nothing was numbered then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BookError {
    /// Somebody else took the number first; ask for the next one and try again.
    #[error("nomor berikutnya sudah diambil proses lain")]
    Conflict,
    /// The date lies before the last one of the series.
    #[error("tanggal {tanggal} lebih awal dari tanggal terakhir seri, {terakhir}")]
    DateGoesBack {
        /// The date asked for.
        tanggal: Date,
        /// The last date of the series.
        terakhir: Date,
    },
    /// The month of this date is closed; the first open one is told.
    #[error("bulan {} sudah ditutup; yang terbuka mulai {terbuka}", Bulan::of(*.tanggal))]
    Closed {
        /// The date asked for.
        tanggal: Date,
        /// The first open month.
        terbuka: Bulan,
    },
    /// Months are closed one after the other.
    #[error("bulan yang berikutnya ditutup adalah {0}")]
    NotNextMonth(Bulan),
    /// The letter is cancelled, replaced, or has this event already.
    #[error("surat ini sudah {0}")]
    Already(&'static str),
    /// Events are recorded in the order of their dates.
    #[error("tanggal {tanggal} lebih awal dari peristiwa terakhir, {terakhir}")]
    EventGoesBack {
        /// The date asked for.
        tanggal: Date,
        /// The date of the last event.
        terakhir: Date,
    },
    /// The application was withdrawn or answered.
    #[error("permohonan ini sudah {}", .0.name())]
    Answered(Hasil),
    /// Numbers outside suket must begin with the next number of the series.
    #[error("nomor luar harus mulai {0}")]
    NotNext(u32),
    /// The request key is known with another content.
    #[error("kunci_permintaan sudah dipakai untuk isi lain")]
    RequestDiffers,
    /// An insertion behind a number that is not used.
    #[error("nomor urut {0} belum dipakai, jadi tidak ada sisipan di belakangnya")]
    NotUsed(u32),
    /// An insertion whose date does not lie between the numbers beside it.
    #[error("tanggal sisipan {tanggal} harus antara {dari} dan {sampai}")]
    OutOfPlace {
        /// The date asked for.
        tanggal: Date,
        /// The first date that fits.
        dari: Date,
        /// The last date that fits.
        sampai: Date,
    },
    /// A row in the book cannot be read.
    #[error("baris buku rusak: {0}")]
    Damaged(String),
    /// After a failed sync, or where it was opened to look only, nothing is written.
    #[error("buku agenda hanya dapat dibaca")]
    ReadOnly,
    /// The disk is full; what was asked has not happened.
    #[error("buku agenda: disk penuh")]
    Full(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A sync has failed: nobody knows what of the last change is on the disk.
    #[error("buku agenda: disk tidak memastikan tulisan tersimpan")]
    Unsynced(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The disk does not let the book be written ahead (SQLite's WAL), which no number is safe without.
    #[error(
        "buku agenda: disk ini tidak dapat memuat log buku; simpan arsip di disk komputer ini, bukan di jaringan"
    )]
    NotAhead,
    /// The store failed.
    #[error("buku agenda: {0}")]
    Store(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What a letter brings to the book. Plain data: the book knows rows, not letters.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// Series.
    pub seri: String,
    /// Local year.
    pub tahun: i16,
    /// The number that the caller expects to get; the book takes it only if it is the next one. Of an insertion the
    /// number that it stands behind.
    pub urut: u32,
    /// Suffix of an insertion, the next one from `a` to `z`; empty for a number of the counter.
    pub sisipan: String,
    /// Why it is inserted.
    pub alasan_sisipan: Option<String>,
    /// The number that it also takes in the general agenda.
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
    /// SHA-256 of the bytes that the seal covers.
    pub sidik: Sha256Bytes,
    /// The signature.
    pub tanda_tangan: [u8; 64],
    /// The short code at the foot of the paper.
    pub kode: String,
    /// Last day on which the letter is good, where the office limits it.
    pub berlaku_sampai: Option<Date>,
    /// Digest of the list of templates and fonts.
    pub templat: Sha256Bytes,
    /// Digest of the office profile in force.
    pub profil: Sha256Bytes,
    /// Program and typesetter that made it.
    pub versi: String,
    /// Leaf number of the letter that this one replaces.
    pub menggantikan: Option<u64>,
    /// Request key and digest of the request.
    pub permintaan: Option<(String, Sha256Bytes)>,
    /// Personal data: stands apart and enters the log as a salted digest only.
    pub orang: Person,
    /// SHA-256 of the sealed PDF. The archive checks bytes against their name when they are moved.
    pub sha256: Sha256Bytes,
    /// The sealed PDF.
    pub pdf: Vec<u8>,
    /// The form in which it is stored, where that is another one: encrypted.
    pub simpanan: Option<Vec<u8>>,
    /// Files that must be kept to set the letter again; stored once each.
    pub lampiran: Arc<[Attachment]>,
}

/// A file that many letters share: a template, a font, the profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// SHA-256 of the bytes.
    pub objek: Sha256Bytes,
    /// The bytes.
    pub bytes: Arc<[u8]>,
}

/// The personal part of a row.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// NIK, if the kind has one.
    pub nik: Option<String>,
    /// Name.
    pub nama: String,
    /// The whole case, canonical JSON.
    pub kasus: String,
    /// Salt of the digest.
    pub garam: [u8; 16],
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person { .. }")
    }
}

/// Which rows to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Year and month.
    pub month: Option<(i16, i8)>,
    /// Series.
    pub series: Option<String>,
    /// Number as printed.
    pub nomor: Option<String>,
    /// Local year.
    pub year: Option<i16>,
}

/// A checkpoint: size and root of the log, signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Titik {
    /// Leaves.
    pub ukuran: u64,
    /// Root of the tree over them.
    pub akar: Sha256Bytes,
    /// The signed note (C2SP tlog-checkpoint).
    pub isi: String,
    /// Size at the checkpoint before; the book fills it in.
    pub sebelum: Option<u64>,
}

/// Bytes that are committed but not yet in the archive folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// SHA-256 of the bytes.
    pub objek: Sha256Bytes,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// The agenda book.
pub trait Book {
    /// The end of a series in a year.
    fn series_end(&self, seri: &str, tahun: i16) -> Result<SeriesEnd, BookError>;

    /// The place behind a number of a series and year, where an insertion may stand; `None` while the number is not used.
    fn behind(&self, seri: &str, tahun: i16, urut: u32) -> Result<Option<Behind>, BookError>;

    /// Takes a batch whole: numbers, rows, leaves, bytes, request keys and the checkpoint over them are durable when
    /// this returns, or nothing has changed. Entries come back in the order of the batch.
    fn commit(&mut self, batch: Vec<NewEntry>, titik: Option<&Titik>) -> Result<Vec<Entry>, BookError>;

    /// Takes an event whole, with files that the archive is to keep: durable when this returns, or nothing has changed.
    fn record(&mut self, event: NewEvent, files: &[Attachment]) -> Result<Event, BookError>;

    /// The next number of an application in a year.
    fn next_application(&self, tahun: i16) -> Result<u32, BookError>;

    /// The newest closing of a month, with the number of its leaf.
    fn closed(&self) -> Result<Option<Event>, BookError>;

    /// Takes a checkpoint over the leaves that are there.
    fn witness(&mut self, titik: &Titik) -> Result<(), BookError>;

    /// Leaves in the log.
    fn size(&self) -> Result<u64, BookError>;

    /// Hash of node `index` of `level` of the log's tree (RFC 6962); level 0 are the leaves.
    fn node(&self, level: u32, index: u64) -> Result<Sha256Bytes, BookError>;

    /// The newest checkpoint.
    fn checkpoint(&self) -> Result<Option<Titik>, BookError>;

    /// Every checkpoint, the oldest first.
    fn checkpoints(&self) -> Result<Vec<Titik>, BookError>;

    /// Events in the order of the log; of one letter, or all.
    fn events(&self, letter: Option<u64>) -> Result<Vec<Event>, BookError>;

    /// The row that a request key led to, with the digest of that request while its personal data is kept.
    fn by_request(&self, key: &str) -> Result<Option<(Entry, Option<Sha256Bytes>)>, BookError>;

    /// Rows, in the order of the log.
    fn list(&self, filter: &Filter) -> Result<Vec<Entry>, BookError>;

    /// Letters that stand at a number of a series and year, in leaf order: the one that took it as its own or as its second
    /// number, and insertions behind it.
    fn numbered(&self, seri: &str, tahun: i16, urut: u32) -> Result<Vec<Entry>, BookError>;

    /// The letter whose sealed bytes have this digest.
    fn by_sidik(&self, sidik: &Sha256Bytes) -> Result<Option<Entry>, BookError>;

    /// The letter with this short code.
    fn by_kode(&self, kode: &str) -> Result<Option<Entry>, BookError>;

    /// The letter with this leaf number.
    fn by_seq(&self, seq: u64) -> Result<Option<Entry>, BookError>;

    /// The letter that replaced the one with this leaf number.
    fn replaced_by(&self, seq: u64) -> Result<Option<Entry>, BookError>;

    /// The newest valid letter of this kind for this NIK.
    fn valid_for(&self, nik: &str, jenis: &str) -> Result<Option<Entry>, BookError>;

    /// The personal part of a row, if it has not been destroyed.
    fn person(&self, seq: u64) -> Result<Option<Person>, BookError>;

    /// The leaf with this number.
    fn leaf(&self, seq: u64) -> Result<Option<Leaf>, BookError>;

    /// Leaves of the log, in order.
    fn leaves(&self) -> Result<Vec<Leaf>, BookError>;

    /// Bytes that wait for the archive folder.
    fn waiting(&self) -> Result<Vec<Waiting>, BookError>;

    /// Forgets waiting bytes, once the archive holds them durably.
    fn filed(&mut self, objek: &[Sha256Bytes]) -> Result<(), BookError>;
}
