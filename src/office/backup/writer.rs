//! Writes parts to a destination: each once, read back, remembered at once, so that a run that was stopped goes on.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::index::{Index, Part, State};
use super::{BATCH, BackupError, MEMORY, states};
use crate::archive::{BlobError, Blobs, FolderBlobs, Named, append, found_folder, sync_folders, write_new};
use crate::format::{Sha256Bytes, hex, sha256};
use crate::office::{OfficeError, files};
use crate::vault::{Recipient, encrypt};

/// Parts on their way to a destination.
pub(super) struct Writer<'a> {
    blobs: FolderBlobs,
    stored: BTreeSet<Sha256Bytes>,
    recipient: Option<&'a Recipient>,
    memory: PathBuf,
    pub(super) state: State,
    batch: Vec<(Sha256Bytes, Sha256Bytes, Vec<u8>)>,
    waiting: usize,
    pub(super) written: usize,
    pub(super) bytes: u64,
}

impl<'a> Writer<'a> {
    pub(super) fn open(
        root: &Path,
        tujuan: &Path,
        id: &str,
        recipient: Option<&'a Recipient>,
    ) -> Result<Self, OfficeError> {
        let blobs = FolderBlobs::open(tujuan)?;
        blobs.sweep()?;
        let stored: BTreeSet<Sha256Bytes> = blobs.list()?.into_iter().collect();
        let memory = root.join(MEMORY);
        found_folder(&memory).map_err(files::io(&memory))?;
        let memory = memory.join(id);
        let mut state = std::fs::read_to_string(&memory).map(|text| State::read(&text)).unwrap_or_default();
        if state.sandi == recipient.is_none() && state.nomor > 0 {
            // From plain to encrypted, or back: everything is written anew.
            state = State { tujuan: state.tujuan, nomor: state.nomor, ..State::default() };
        }
        state.sandi = recipient.is_some();
        state.bagian.retain(|_, objek| stored.contains(objek));
        if !state.bagian_buku.iter().all(|part| stored.contains(&part.objek)) {
            state.bagian_buku.clear();
        }
        write_new(&memory, state.text().as_bytes()).map_err(files::io(&memory))?;
        let batch = Vec::new();
        Ok(Self { blobs, stored, recipient, memory, state, batch, waiting: 0, written: 0, bytes: 0 })
    }

    /// The name under which bytes of this digest are stored; `bytes` are asked for only where they are not yet.
    pub(super) fn part(
        &mut self,
        isi: Sha256Bytes,
        path: &str,
        bytes: impl FnOnce() -> Result<Vec<u8>, OfficeError>,
    ) -> Result<Part, OfficeError> {
        if let Some(objek) = self.state.bagian.get(&isi) {
            return Ok(Part { isi, objek: *objek, path: path.to_owned() });
        }
        let bytes = bytes()?;
        let stored = match self.recipient {
            Some(recipient) => encrypt(&[recipient], &bytes).map_err(BackupError::from)?,
            None => bytes,
        };
        let objek = sha256(&stored);
        self.state.bagian.insert(isi, objek);
        self.waiting += stored.len();
        self.batch.push((isi, objek, stored));
        if self.waiting >= BATCH {
            self.flush()?;
        }
        Ok(Part { isi, objek, path: path.to_owned() })
    }

    /// Writes what was gathered, reads it back, and remembers it.
    pub(super) fn flush(&mut self) -> Result<(), OfficeError> {
        let named: Vec<Named<'_>> =
            self.batch.iter().map(|(_, objek, bytes)| Named { objek, bytes }).collect();
        self.blobs.put(&named)?;
        let mut lines = String::new();
        for (isi, objek, bytes) in self.batch.drain(..) {
            if self.blobs.get(&objek)?.is_none() {
                return Err(BlobError::Damaged { path: hex(&objek) }.into());
            }
            lines.push_str(&State::line(&isi, &objek));
            self.stored.insert(objek);
            self.written += 1;
            self.bytes += u64::try_from(bytes.len()).unwrap_or(0);
        }
        self.waiting = 0;
        append(&self.memory, lines.as_bytes()).map_err(files::io(&self.memory))
    }

    /// Removes indexes older than the one before the newest, and parts that neither of the two needs.
    pub(super) fn prune(
        &mut self,
        folder: &Path,
        index: &Index,
        before: &State,
    ) -> Result<usize, OfficeError> {
        let used: BTreeSet<Sha256Bytes> = index.bagian.iter().map(|part| part.objek).collect();
        let known = before.nomor > 0 && before.nomor + 1 == index.nomor;
        // What the purge has destroyed is not kept by an older state either.
        let purged = before.musnah != self.state.musnah;
        let old: BTreeSet<Sha256Bytes> = before
            .bagian
            .values()
            .copied()
            .chain(before.bagian_buku.iter().map(|part| part.objek))
            .filter(|objek| !before.sebelum.contains(objek) && !used.contains(objek))
            .collect();
        self.state.bagian.retain(|_, objek| used.contains(objek));
        let several = states(folder).len() > 1;
        if several && !known && !purged {
            // A state that this office does not remember: what it needs is not known, so nothing is removed this time.
            self.state.sebelum.clear();
            return Ok(0);
        }
        self.state.sebelum = if purged { Vec::new() } else { old.into_iter().collect() };
        let last = if purged { index.nomor } else { before.nomor };
        let mut folders = BTreeSet::new();
        for (_, path) in states(folder).into_iter().filter(|(nomor, _)| *nomor < last) {
            std::fs::remove_file(&path).map_err(files::io(&path))?;
            folders.extend(path.parent().map(Path::to_owned));
        }
        let mut removed = 0;
        let sebelum = &self.state.sebelum;
        for objek in self.stored.iter().filter(|objek| !used.contains(*objek) && !sebelum.contains(objek)) {
            let path = self.blobs.path(objek);
            std::fs::remove_file(&path).map_err(files::io(&path))?;
            folders.extend(path.parent().map(Path::to_owned));
            removed += 1;
        }
        // What a purge has destroyed must not come back, and nobody looks for it a second time.
        sync_folders(folder, &folders).map_err(files::io(folder))?;
        Ok(removed)
    }

    pub(super) fn remember(&self) -> Result<(), OfficeError> {
        write_new(&self.memory, self.state.text().as_bytes()).map_err(files::io(&self.memory))
    }
}
