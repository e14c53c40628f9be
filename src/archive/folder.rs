//! The archive folder: `sha256/ab/cd/<hex>`, written so that a power cut leaves whole files or none.
//!
//! One file: write, sync, rename, sync the folders that changed, at once where they are several. Many files: write all,
//! one `syncfs`, rename all, one more `syncfs`, where the system has it.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::sys;
use super::{BlobError, Blobs, Named};
use crate::format::{Sha256Bytes, hex, sha256, unhex};

/// Folder of files that are being written; emptied at the next start.
const UNFINISHED: &str = ".baru";
/// Nothing in the archive is near this large.
const MAX_BLOB: u64 = 256 * 1024 * 1024;

/// The archive folder of an office.
#[derive(Debug)]
pub struct FolderBlobs {
    root: PathBuf,
    /// Folders whose names this process has made durable.
    durable: BTreeSet<PathBuf>,
    /// Threads that write and hash a batch.
    writers: usize,
    /// Opened to look only, or a sync has failed: nothing is written any more.
    read_only: bool,
}

/// A file that is to take its name.
struct Move<'a> {
    bytes: &'a [u8],
    temporary: PathBuf,
    target: PathBuf,
}

impl FolderBlobs {
    /// Opens `<office>/sha256`, and makes it if needed.
    pub fn open(office: &Path) -> Result<Self, BlobError> {
        let root = office.join("sha256");
        let fail = |path: &Path, source| BlobError::Io { path: path.display().to_string(), source };
        if !root.is_dir() {
            sys::make_folder(&root).and_then(|()| sys::sync_folder(office)).map_err(|e| fail(&root, e))?;
        }
        Ok(Self { root, durable: BTreeSet::new(), writers: 1, read_only: false })
    }

    /// The same to look only: makes nothing, and refuses to write.
    pub fn look(office: &Path) -> Self {
        Self { root: office.join("sha256"), durable: BTreeSet::new(), writers: 1, read_only: true }
    }

    /// Whether nothing is written any more.
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// Lets several threads write a batch.
    #[must_use]
    pub fn with_writers(self, writers: usize) -> Self {
        Self { writers: writers.max(1), ..self }
    }

    /// Does something for each item, spread over the writers; gives the first error.
    fn each<T: Sync, E: Send>(&self, items: &[T], act: impl Fn(&T) -> Result<(), E> + Sync) -> Result<(), E> {
        let share = items.len().div_ceil(self.writers).max(1);
        if items.len() <= share {
            return items.iter().try_for_each(act);
        }
        std::thread::scope(|scope| {
            let act = &act;
            let hands: Vec<_> =
                items.chunks(share).map(|part| scope.spawn(move || part.iter().try_for_each(act))).collect();
            hands.into_iter().try_for_each(|hand| match hand.join() {
                Ok(result) => result,
                Err(panic) => std::panic::resume_unwind(panic),
            })
        })
    }

    /// Removes what an earlier process left unfinished. Only to be called by the one who holds the office's lock.
    pub(crate) fn sweep(&self) -> Result<usize, BlobError> {
        let folder = self.root.join(UNFINISHED);
        let Ok(entries) = std::fs::read_dir(&folder) else { return Ok(0) };
        let mut removed = 0;
        for entry in entries.filter_map(Result::ok) {
            std::fs::remove_file(entry.path())
                .map_err(|source| BlobError::Io { path: entry.path().display().to_string(), source })?;
            removed += 1;
        }
        Ok(removed)
    }

    /// Where bytes of this name lie.
    pub fn path(&self, objek: &Sha256Bytes) -> PathBuf {
        let name = hex(objek);
        let part = |from: usize| name.get(from..from + 2).unwrap_or_default().to_owned();
        self.root.join(part(0)).join(part(2)).join(name)
    }

    fn place(&mut self, batch: &[Named<'_>]) -> Result<(), (PathBuf, std::io::Error)> {
        let at = |path: &Path| {
            let path = path.to_owned();
            move |error| (path, error)
        };
        let unfinished = self.root.join(UNFINISHED);
        if !unfinished.is_dir() {
            sys::make_folder(&unfinished).map_err(at(&unfinished))?;
        }
        let many = batch.len() > 1;
        let mut moves = Vec::new();
        let mut folders = BTreeSet::new();
        let mut named = Vec::new();
        for item in batch {
            let target = self.path(item.objek);
            // Every name on the way is synced, also one that is there already, unless this process has done so: an
            // earlier one may have been stopped between making a folder, or its rename, and the sync.
            for folder in above(&target).filter(|folder| !self.durable.contains(*folder)) {
                folders.extend(folder.parent().map(Path::to_owned));
                named.push(folder.to_owned());
            }
            folders.extend(target.parent().map(Path::to_owned));
            if holds(&target, item.objek) {
                continue;
            }
            moves.push(Move { bytes: item.bytes, temporary: unfinished.join(hex(item.objek)), target });
        }
        self.each(&moves, |file| {
            let mut missing = above(&file.target).filter(|folder| !folder.is_dir());
            missing.try_for_each(|folder| sys::make_folder(folder).map_err(at(folder)))
        })?;
        self.each(&moves, |file| {
            sys::write_file(&file.temporary, file.bytes, !many).map_err(at(&file.temporary))
        })?;
        if many && !moves.is_empty() {
            let files: Vec<&Path> = moves.iter().map(|file| file.temporary.as_path()).collect();
            sys::sync_all(&self.root, &files).map_err(at(&self.root))?;
        }
        self.each(&moves, |file| sys::rename(&file.temporary, &file.target).map_err(at(&file.target)))?;
        let folders: Vec<&Path> = folders.iter().map(PathBuf::as_path).collect();
        if folders.len() > 1 {
            sys::sync_all(&self.root, &folders).map_err(at(&self.root))?;
        } else {
            folders.into_iter().try_for_each(|folder| sys::sync_folder(folder).map_err(at(folder)))?;
        }
        self.durable.extend(named);
        Ok(())
    }
}

/// The two folders above a file of the archive, the upper one first.
fn above(target: &Path) -> impl Iterator<Item = &Path> {
    [target.parent().and_then(Path::parent), target.parent()].into_iter().flatten()
}

/// Whether the file is there with its bytes: one that a bad disk has spoilt is written again.
fn holds(path: &Path, objek: &Sha256Bytes) -> bool {
    std::fs::read(path).is_ok_and(|bytes| sha256(&bytes) == *objek)
}

impl Blobs for FolderBlobs {
    fn put(&mut self, batch: &[Named<'_>]) -> Result<(), BlobError> {
        if self.read_only {
            return Err(BlobError::ReadOnly);
        }
        self.each(batch, |named| {
            let whole = sha256(named.bytes) == *named.objek;
            if whole { Ok(()) } else { Err(BlobError::Damaged { path: hex(named.objek) }) }
        })?;
        self.place(batch).map_err(|(path, source)| {
            // The system reports a lost write once; a second sync would say that all is well.
            self.read_only |= sys::is_unsynced(&source);
            BlobError::Io { path: path.display().to_string(), source }
        })
    }

    fn get(&self, objek: &Sha256Bytes) -> Result<Option<Vec<u8>>, BlobError> {
        let path = self.path(objek);
        let fail = |source| BlobError::Io { path: path.display().to_string(), source };
        let file = match std::fs::File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(fail(error)),
        };
        let mut bytes = Vec::new();
        file.take(MAX_BLOB).read_to_end(&mut bytes).map_err(fail)?;
        if sha256(&bytes) == *objek {
            Ok(Some(bytes))
        } else {
            Err(BlobError::Damaged { path: path.display().to_string() })
        }
    }

    fn list(&self) -> Result<Vec<Sha256Bytes>, BlobError> {
        let mut names = Vec::new();
        for entry in walkdir::WalkDir::new(&self.root).min_depth(3).max_depth(3).sort_by_file_name() {
            let entry = entry.map_err(|error| BlobError::Io {
                path: error.path().map(|path| path.display().to_string()).unwrap_or_default(),
                source: error.into(),
            })?;
            let name = entry
                .file_name()
                .to_str()
                .and_then(unhex)
                .and_then(|bytes| Sha256Bytes::try_from(bytes).ok());
            if let Some(name) = name.filter(|_| entry.file_type().is_file()) {
                names.push(name);
            }
        }
        Ok(names)
    }
}
