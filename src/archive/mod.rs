//! The archive: bytes named by their SHA-256. It knows nothing of letters.
//!
//! Archives stand behind a trait; [`FolderBlobs`] is the office's folder, [`MemoryBlobs`] a double. Both pass the
//! same conformance suite.

mod folder;
mod memory;
mod sys;

pub use folder::FolderBlobs;
pub use memory::MemoryBlobs;
#[cfg(feature = "layan")]
pub(crate) use sys::unsynced;
pub(crate) use sys::{
    WITHOUT_LOCKS, append, claim_folder, ensure_file, erase, found_folder, free_space, is_unsynced,
    lock_folder, make_folder, restrict, rights_of_others, sync_file, sync_folder, sync_folders, write_new,
};

use crate::format::Sha256Bytes;

/// Why bytes could not be stored or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BlobError {
    /// The file system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: String,
        /// The cause.
        source: std::io::Error,
    },
    /// After a failed sync, or where it was opened to look only, nothing is written.
    #[error("arsip hanya dapat dibaca")]
    ReadOnly,
    /// The bytes are not those that the name promises.
    #[error("{path}: isi tidak sesuai dengan namanya")]
    Damaged {
        /// The file.
        path: String,
    },
}

/// Bytes to be stored, with their name.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    /// SHA-256 of the bytes.
    pub objek: &'a Sha256Bytes,
    /// The bytes.
    pub bytes: &'a [u8],
}

/// A content-addressed store.
pub trait Blobs {
    /// Stores a batch; all of it is durable when this returns. Storing what is already there is success.
    fn put(&mut self, batch: &[Named<'_>]) -> Result<(), BlobError>;

    /// Reads bytes and checks them against their name; `None` when there are none.
    fn get(&self, objek: &Sha256Bytes) -> Result<Option<Vec<u8>>, BlobError>;

    /// Names of everything stored, in order.
    fn list(&self) -> Result<Vec<Sha256Bytes>, BlobError>;
}
