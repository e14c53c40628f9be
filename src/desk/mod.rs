//! The desk (meja): accounts and sessions, cases under way and their way through the office's own SOP. It stands in
//! `meja.sqlite`, beside the book: nothing in it is needed to check a letter, and no number comes from it.

mod access;
mod file;
mod forget;
mod people;
mod role;
mod schema;
mod stage;
mod steps;
mod store;
mod times;
mod tokens;
mod way;

use rusqlite::ffi;
use thiserror::Error;

use crate::archive::{is_unsynced, unsynced};

pub use access::{Kerja, Penandatanganan, Perbuatan, allowed, may, table as access_table};
pub use file::{
    Berkas, Cap, Keadaan as KeadaanBerkas, Nomor, Paraf as ParafBerkas, SEBAB, Setuju, Surat as SuratBerkas,
};
pub use people::{Akun, AkunBaru, Masuk, Sesi, password_fits};
pub use role::Peranan;
pub use stage::{Giliran, Tahap};
pub use steps::{Tindakan, apply as do_step, said as reason};
pub use store::{Cari, Catatan as CatatanBerkas, Desk, Ringkas};
pub use times::{Menit, minutes};
pub use tokens::{Ingatan, Lingkup, TokenApi};
pub use way::{Cara as CaraBerkas, Jalan, Jawab};

/// Why the desk does not do something.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DeskError {
    /// The store.
    #[error("meja.sqlite: {0}")]
    Store(#[source] rusqlite::Error),
    /// The disk does not let it be written ahead (SQLite's WAL).
    #[error(
        "meja.sqlite: disk ini tidak dapat memuat lognya; simpan arsip di disk komputer ini, bukan di jaringan"
    )]
    NotAhead,
    /// A sync has failed before.
    #[error("meja.sqlite tidak ditulisi lagi, sejak disk tidak memastikan sebuah tulisan tersimpan")]
    ReadOnly,
    /// Its file cannot be made, or not be kept from others; or a sync has failed, and nothing more is written
    /// ([`DeskError::is_unsynced`]).
    #[error("meja.sqlite: {0}")]
    File(#[source] std::io::Error),
    /// Something stored cannot be read.
    #[error("meja.sqlite: {0} tidak terbaca")]
    Damaged(&'static str),
    /// Made by a newer version of suket.
    #[error("meja.sqlite berasal dari suket yang lebih baru (skema {0})")]
    Newer(i64),
    /// The SOP that a case follows cannot be read.
    #[error("SOP berkas ini tidak terbaca: {0}")]
    Sop(String),
    /// What was said does not fit.
    #[error("{0}")]
    Said(String),
    /// The case does not stand where this could be done.
    #[error("berkas ini tidak sedang di langkah itu")]
    NotNow,
    /// Somebody reads the desk, so that what was destroyed cannot be taken out of its file yet.
    #[error("meja.sqlite masih dibaca proses lain, jadi sisa yang dimusnahkan belum bersih")]
    Busy,
    /// Somebody else has changed the case meanwhile.
    #[error("berkas ini sudah diubah orang lain; muat ulang halamannya")]
    Changed,
    /// There is no such thing.
    #[error("{0} tidak ada")]
    Unknown(&'static str),
    /// A password cannot be hashed or read.
    #[error("sandi tidak dapat diolah")]
    Password,
}

impl DeskError {
    /// Whether a sync has failed: nobody knows what of the last change is on the disk.
    pub fn is_unsynced(&self) -> bool {
        matches!(self, Self::File(error) if is_unsynced(error))
    }
}

impl From<rusqlite::Error> for DeskError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error().map(|failure| failure.extended_code) {
            Some(ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC) => {
                Self::File(unsynced(std::io::Error::other(error)))
            }
            Some(ffi::SQLITE_READONLY) => Self::ReadOnly,
            _ => Self::Store(error),
        }
    }
}
