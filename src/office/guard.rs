//! Who may write, and when: one at a time, never after a failed sync, and no new numbers on a disk that is nearly full.

use std::cell::Cell;
use std::fs::File;
use std::path::{Path, PathBuf};

use super::{Office, OfficeError, PurgeError, files};
use crate::archive::{BlobError, claim_folder, free_space, is_unsynced, lock_folder};
use crate::book::{BookError, NewEntry};

/// Bytes of the disk that new numbers leave free: 16 MiB. Cancelling, handing over, closing and moving files on go on in
/// them. A look at the disk was preferred to a file that holds the room: it needs no room itself, nobody deletes it by
/// mistake, and it tells the truth on disks that compress or share.
const RESERVE: u64 = 16 << 20;
/// A letter's bytes go into the book's log, into the book and into the archive folder.
const COPIES: u64 = 3;

/// The archive folder, held for one service: nobody else can claim it until this is dropped.
#[derive(Debug)]
pub struct Claim {
    _held: File,
}

/// Whether a sync has failed outside of book and archive; keys, say.
#[derive(Debug, Default)]
pub(super) struct Latch(Cell<bool>);

impl Office {
    /// Claims an archive folder for a service, which then keeps it open; a second one is refused. Commands that are run
    /// beside it take their turn as always.
    pub fn claim(root: &Path) -> Result<Claim, OfficeError> {
        if !root.join("kantor.toml").is_file() {
            return Err(super::backup::no_office(root));
        }
        match claim_folder(root).map_err(files::io(root))? {
            Some(held) => Ok(Claim { _held: held }),
            None => Err(OfficeError::Claimed(root.to_owned())),
        }
    }

    /// Whether nothing can be written: opened to look only, or a sync has failed since.
    pub fn is_read_only(&self) -> bool {
        self.latch.0.get() || self.book.is_read_only() || self.blobs.is_read_only()
    }

    /// Waits for the office's lock. Whoever changes anything holds it.
    pub(super) fn turn(&self) -> Result<File, OfficeError> {
        if self.is_read_only() {
            return Err(OfficeError::ReadOnly);
        }
        lock_folder(&self.root).map_err(files::io(&self.root))
    }

    /// Remembers a failed sync, so that nothing is written after it.
    pub(super) fn heed<T>(&self, done: Result<T, OfficeError>) -> Result<T, OfficeError> {
        if done.as_ref().is_err_and(OfficeError::is_unsynced) {
            self.latch.0.set(true);
        }
        done
    }

    /// Refuses new numbers where the disk has room for little more than these letters.
    pub(super) fn room_for(&self, letters: &[NewEntry]) -> Result<(), OfficeError> {
        let size = |bytes: &[u8]| u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let stored = |letter: &NewEntry| size(letter.simpanan.as_ref().unwrap_or(&letter.pdf));
        let new: u64 = letters.iter().map(stored).sum();
        let shared: u64 = letters.first().map_or(0, |letter| {
            let missing = letter.lampiran.iter().filter(|file| !self.blobs.path(&file.objek).exists());
            missing.map(|file| size(&file.bytes)).sum()
        });
        let needed = RESERVE.saturating_add((new + shared).saturating_mul(COPIES));
        match free_space(&self.root) {
            Some(free) if free < needed => Err(OfficeError::NoRoom { free, needed }),
            _ => Ok(()),
        }
    }
}

impl OfficeError {
    /// Whether a sync has failed: nobody knows what of the last change is on the disk, and this process writes nothing more.
    pub fn is_unsynced(&self) -> bool {
        matches!(self, Self::Book(BookError::Unsynced(_))) || self.io().is_some_and(is_unsynced)
    }

    /// Whether the disk or its rights keep from writing, so that looking may still be possible.
    pub fn keeps_from_writing(&self) -> bool {
        use std::io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
        let kinds = [PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull];
        matches!(self, Self::Book(BookError::Store(_) | BookError::Full(_) | BookError::ReadOnly))
            || self.io().is_some_and(|error| kinds.contains(&error.kind()))
    }

    /// What the file system has said.
    fn io(&self) -> Option<&std::io::Error> {
        if let Self::Blobs(BlobError::Io { source, .. }) | Self::Io { source, .. } = self {
            Some(source)
        } else if let Self::Purge(PurgeError::Desk(desk)) = self {
            // The desk is not known here; its cause is.
            desk.source()?.downcast_ref()
        } else {
            None
        }
    }
}

/// A journal beside the book that suket does not write. Opening the book for writing would play it back into the book.
pub(super) fn foreign_journal(root: &Path) -> Option<PathBuf> {
    let path = root.join("buku.sqlite-journal");
    std::fs::metadata(&path).is_ok_and(|data| data.len() > 0).then_some(path)
}
