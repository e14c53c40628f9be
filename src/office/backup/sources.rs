//! What of an office is backed up, in an order that gives one state: first the book at one moment, then the archive,
//! which only ever grows, then the small files under the office's lock.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::{BackupError, MEMORY, PART, Writer};
use crate::archive::{Blobs, ensure_file, found_folder};
use crate::book::{Book, Filter, copy_database};
use crate::format::{Sha256Bytes, hex, sha256};
use crate::office::backup::index::Part;
use crate::office::{Office, OfficeError, files};

/// Folder for the copy of the book while it is read; it is emptied before and after.
const COPY: &str = ".cadangan";
/// The book.
const BOOK: &str = "buku.sqlite";

impl Office {
    /// Hands every part of the office to the writer; gives the parts in the order of the index.
    pub(super) fn gather(
        &self,
        writer: &mut Writer<'_>,
        progress: &dyn Fn(u64, u64),
    ) -> Result<Vec<Part>, OfficeError> {
        let mut parts = Vec::new();
        for path in self.databases()? {
            parts.extend(self.database(writer, &path)?);
        }
        let names = self.blobs.list()?;
        self.whole(&names)?;
        let total = u64::try_from(names.len()).unwrap_or(0);
        for (name, done) in names.iter().zip(1..) {
            let text = hex(name);
            let path = format!(
                "sha256/{}/{}/{text}",
                text.get(..2).unwrap_or_default(),
                text.get(2..4).unwrap_or_default()
            );
            let lost = || BackupError::Lacks(1, path.clone());
            parts.push(writer.part(*name, &path, || Ok(self.blobs.get(name)?.ok_or_else(lost)?))?);
            progress(done, total);
        }
        let _turn = self.turn()?;
        for path in self.small()? {
            let bytes = std::fs::read(self.root.join(&path)).map_err(files::io(&self.root.join(&path)))?;
            parts.push(writer.part(sha256(&bytes), &path, || Ok(bytes))?);
        }
        Ok(parts)
    }

    /// Databases in the office's folder, the book among them.
    fn databases(&self) -> Result<Vec<String>, OfficeError> {
        let mut found: Vec<String> = self
            .root
            .read_dir()
            .map_err(files::io(&self.root))?
            .filter_map(Result::ok)
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| name.strip_suffix(".sqlite").is_some_and(|stem| !stem.starts_with('.')))
            .collect();
        found.sort();
        Ok(found)
    }

    /// Copies a database at one moment and hands over its parts. The book is left alone while its log, its checkpoints
    /// and its queue are as they were: nothing else in it ever changes.
    fn database(&self, writer: &mut Writer<'_>, name: &str) -> Result<Vec<Part>, OfficeError> {
        let stamp = self.stamp()?;
        if name == BOOK {
            let destroyed = self.book.destructions()?;
            writer.state.musnah = destroyed;
            if writer.state.buku == stamp && !writer.state.bagian_buku.is_empty() {
                return Ok(writer.state.bagian_buku.clone());
            }
        }
        let folder = self.root.join(COPY);
        clear(&folder)?;
        found_folder(&folder).map_err(files::io(&folder))?;
        let copy = folder.join(name);
        // An empty file with the right mode first: what the database writes beside it takes the mode over.
        ensure_file(&copy).map_err(files::io(&copy))?;
        copy_database(&self.root.join(name), &copy)?;
        let parts = read_parts(writer, &copy, name)?;
        clear(&folder)?;
        if name == BOOK {
            writer.state.buku = stamp;
            writer.state.bagian_buku.clone_from(&parts);
        }
        Ok(parts)
    }

    /// Removes the copy that a backup which was stopped has left.
    pub(in crate::office) fn drop_copy(&self) -> Result<(), OfficeError> {
        clear(&self.root.join(COPY))
    }

    /// What changes whenever the book does.
    fn stamp(&self) -> Result<String, OfficeError> {
        let titik = self.book.checkpoint()?.map_or(0, |newest| newest.ukuran);
        Ok(format!("{} {titik} {}", self.book.size()?, self.book.waiting()?.len()))
    }

    /// An archive that has lost files is not backed up: the next run would take the loss for the office's wish.
    fn whole(&self, names: &[Sha256Bytes]) -> Result<(), OfficeError> {
        let there: BTreeSet<&Sha256Bytes> = names.iter().collect();
        let waiting: BTreeSet<Sha256Bytes> =
            self.book.waiting()?.into_iter().map(|item| item.objek).collect();
        let letters = self.book.list(&Filter::default())?;
        let letters = letters.iter().filter(|entry| !entry.musnah).map(|entry| entry.objek);
        let destroyed = self.destroyed_registers()?;
        let shared = self.book.attachments()?.into_iter().filter(|name| !destroyed.contains(name));
        let wanted = letters.chain(shared);
        let lost: Vec<Sha256Bytes> =
            wanted.filter(|name| !there.contains(name) && !waiting.contains(name)).collect();
        match lost.first() {
            Some(first) => Err(BackupError::Lacks(lost.len(), hex(first)).into()),
            None => Ok(()),
        }
    }

    /// Everything else: profile, keys, templates, the audit trail. What is hidden is being written or is ours alone.
    fn small(&self) -> Result<Vec<String>, OfficeError> {
        let own = |name: &str| {
            !name.starts_with('.')
                && !["sha256", MEMORY, super::restore::MARK].contains(&name)
                && !name.contains(".sqlite")
        };
        let mut paths = Vec::new();
        let mut folders = vec![PathBuf::new()];
        while let Some(folder) = folders.pop() {
            let full = self.root.join(&folder);
            for entry in full.read_dir().map_err(files::io(&full))? {
                let entry = entry.map_err(files::io(&full))?;
                let name = entry.file_name().to_string_lossy().into_owned();
                let kind = entry.file_type().map_err(files::io(&full))?;
                if name.starts_with('.') || folder.as_os_str().is_empty() && !own(&name) {
                    continue;
                }
                let path = folder.join(&name);
                if kind.is_dir() {
                    folders.push(path);
                } else if kind.is_file() {
                    let parts = path.iter().map(|part| part.to_string_lossy());
                    paths.push(parts.collect::<Vec<_>>().join("/"));
                }
            }
        }
        paths.sort();
        Ok(paths)
    }
}

fn clear(folder: &Path) -> Result<(), OfficeError> {
    if folder.is_dir() { std::fs::remove_dir_all(folder).map_err(files::io(folder)) } else { Ok(()) }
}

fn read_parts(writer: &mut Writer<'_>, file: &Path, name: &str) -> Result<Vec<Part>, OfficeError> {
    let mut reader = std::fs::File::open(file).map_err(files::io(file))?;
    let mut parts = Vec::new();
    loop {
        let mut bytes = Vec::with_capacity(PART);
        let wanted = u64::try_from(PART).unwrap_or(u64::MAX);
        reader.by_ref().take(wanted).read_to_end(&mut bytes).map_err(files::io(file))?;
        if bytes.is_empty() && !parts.is_empty() {
            return Ok(parts);
        }
        parts.push(writer.part(sha256(&bytes), name, || Ok(bytes))?);
    }
}
