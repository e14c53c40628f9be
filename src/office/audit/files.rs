//! Files against the book: what a row names must be there, what is there must be named, and bytes must be those of their
//! name.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use super::log::LogWalk;
use super::{AGAIN, AuditRequest, Course, Found, STILL_THERE, file_name};
use crate::book::{Book, Entry, Known, Peristiwa};
use crate::format::{Sha256Bytes, hex, sha256, unhex};
use crate::office::{Office, OfficeError};

/// Files that are hashed between two looks at the book.
const BATCH: usize = 256;
const BUFFER: usize = 256 * 1024;

/// A file with its digest and size, or why it could not be read.
type Hashed = (Sha256Bytes, Result<(Sha256Bytes, u64), std::io::Error>);

impl Office {
    /// Each letter's file must be there, or wait in the book; that of a destroyed one must be gone.
    pub(super) fn files_of(&self, entries: &[Entry], found: &mut Found) -> Result<(), OfficeError> {
        for entry in entries {
            let there = self.is_there(&entry.objek)?;
            match (entry.musnah, there) {
                (false, false) => {
                    let text = "berkas surat ini tidak ada di arsip; kembalikan dari cadangan".to_owned();
                    let file = Some(file_name(&entry.objek));
                    found.damage("berkas-hilang", file, Some(entry.nomor.clone()), text);
                }
                (true, true) => {
                    let text = format!("surat ini sudah dimusnahkan, tetapi berkasnya masih ada; {AGAIN}");
                    let file = Some(file_name(&entry.objek));
                    found.damage(STILL_THERE, file, Some(entry.nomor.clone()), text);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn is_there(&self, objek: &Sha256Bytes) -> Result<bool, OfficeError> {
        Ok(self.blobs.path(objek).is_file() || self.book.waiting_bytes(objek)?.is_some())
    }

    /// What letters were made with and closings keep: there, and known to the book.
    pub(super) fn shared_files(&self, found: &mut Found) -> Result<(), OfficeError> {
        let mut shared = BTreeSet::new();
        for event in found.or_unreadable(self.book.closings())? {
            if let Peristiwa::Tutup(closed) = &event.isi.peristiwa {
                shared.extend([closed.register, closed.kepercayaan, closed.titik]);
            }
        }
        for (list, profile) in found.or_unreadable(self.book.makers())? {
            shared.extend([list, profile]);
            // A list that is damaged or missing is told by itself.
            let text = self.stored(&list).ok().flatten().unwrap_or_default();
            for line in String::from_utf8_lossy(&text).lines() {
                let name = line.split_once("  ").and_then(|(digest, _)| unhex(digest));
                shared.extend(name.and_then(|name| Sha256Bytes::try_from(name).ok()));
            }
        }
        // What the book has handed over, and what is there.
        let handed: BTreeSet<Sha256Bytes> =
            found.or_unreadable(self.book.attachments())?.into_iter().collect();
        let destroyed = found.or_unreadable(self.book.destroyed_registers())?;
        for name in &destroyed {
            if self.is_there(name)? {
                let text = format!("register ini sudah dimusnahkan, tetapi berkasnya masih ada; {AGAIN}");
                found.damage(STILL_THERE, Some(file_name(name)), None, text);
            }
        }
        for name in &shared {
            if !destroyed.contains(name) && !self.is_there(name)? {
                let text = "templat, huruf, profil atau register tertutup tidak ada di arsip; kembalikan dari cadangan";
                found.damage("berkas-hilang", Some(file_name(name)), None, text.to_owned());
            }
            if !handed.contains(name) {
                let text = "berkas bersama ini tidak tercatat di buku".to_owned();
                found.damage("lampiran-hilang", Some(file_name(name)), None, text);
            }
        }
        for name in handed.difference(&shared) {
            if !self.is_there(name)? {
                let text = "berkas bersama yang tercatat di buku tidak ada di arsip".to_owned();
                found.damage("lampiran-tak-ada", Some(file_name(name)), None, text);
            }
        }
        Ok(())
    }

    /// As many second numbers as letters that have one.
    pub(super) fn agenda_rows(&self, walk: &LogWalk, found: &mut Found) -> Result<(), OfficeError> {
        if walk.seconds != self.book.agenda_rows()? {
            let text = "tabel agenda: nomor agenda umum tanpa surat, atau dengan tahun lain".to_owned();
            found.damage("agenda-asing", None, None, text);
        }
        Ok(())
    }

    /// Every file of the archive: known to the book, and with the bytes of its name.
    pub(super) fn stored_files(
        &self,
        request: &AuditRequest<'_>,
        since: u64,
        course: &mut Course<'_>,
        found: &mut Found,
    ) -> Result<(), OfficeError> {
        let mut batch = Vec::new();
        for name in objects(&self.root) {
            let known = self.book.knows(&name)?;
            if known.is_none() {
                let text = "berkas ini tidak tercatat di buku; pindahkan bila memang bukan surat".to_owned();
                found.warn_of("berkas-asing", file_name(&name), text);
            }
            let letter = known.and_then(|(_, letter)| letter);
            let old = letter.is_some_and(|seq| seq < since)
                || course.mark.berkas.as_ref().is_some_and(|last| hex(&name) <= *last)
                    && !course.again.contains(&hex(&name));
            if request.quick || old {
                course.step(1);
                continue;
            }
            batch.push(name);
            if batch.len() == BATCH {
                self.hash_batch(&std::mem::take(&mut batch), request.workers, course, found)?;
            }
        }
        self.hash_batch(&batch, request.workers, course, found)
    }

    fn hash_batch(
        &self,
        names: &[Sha256Bytes],
        workers: usize,
        course: &mut Course<'_>,
        found: &mut Found,
    ) -> Result<(), OfficeError> {
        let blobs = &self.blobs;
        for (name, hashed) in hash_all(names, workers, |name| blobs.path(name)) {
            let file = Some(file_name(&name));
            let before = found.0.len();
            match hashed {
                Ok((digest, _)) if digest == name => {}
                Ok((_, size)) => {
                    let letter = match self.book.knows(&name)? {
                        Some((Known::Letter, Some(seq))) => self.book.by_seq(seq).ok().flatten(),
                        _ => None,
                    };
                    // Told with its row: it is not to come back from a backup.
                    if letter.as_ref().is_some_and(|entry| entry.musnah) {
                        continue;
                    }
                    let short = letter.as_ref().is_some_and(|entry| size < entry.ukuran);
                    let (kode, what) = if short {
                        ("berkas-terpotong", "berkas surat ini terpotong")
                    } else {
                        ("berkas-rusak", "isi berkas tidak sesuai dengan namanya")
                    };
                    let text = format!("{what}; kembalikan dari cadangan");
                    found.damage(kode, file, letter.map(|entry| entry.nomor), text);
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => found.damage("berkas-tak-terbaca", file, None, error.to_string()),
            }
            if found.0.len() > before {
                course.mark.ulang.push(hex(&name));
            }
        }
        course.mark.berkas = names.last().map(|name| hex(name)).or(course.mark.berkas.take());
        course.step(names.len());
        Ok(())
    }

    /// Files that were numbered and have not been moved yet.
    pub(super) fn waiting_files(&self, found: &mut Found) -> Result<(), OfficeError> {
        let mut waiting = 0;
        self.book.each_waiting(|objek, bytes| {
            waiting += 1;
            if objek != sha256(&bytes) {
                let text =
                    "berkas yang menunggu di buku (tabel antrean) bukan yang namanya katakan".to_owned();
                let file = Sha256Bytes::try_from(objek).ok().map(|name| file_name(&name));
                found.damage("antrean-rusak", file, None, text);
            }
        })?;
        if waiting > 0 {
            let text = format!("{waiting} berkas masih di buku; penerbitan berikutnya memindahkannya");
            found.warn("belum-dipindah", text);
        }
        Ok(())
    }
}

/// Every file that is named by its digest and lies where it should, in order.
fn objects(root: &Path) -> impl Iterator<Item = Sha256Bytes> {
    let walk = WalkDir::new(root.join("sha256")).min_depth(3).max_depth(3).sort_by_file_name();
    // What cannot be walked was told with the names.
    walk.into_iter().filter_map(Result::ok).filter(|entry| entry.file_type().is_file()).filter_map(|entry| {
        let name = entry.file_name().to_str()?;
        let digest = Sha256Bytes::try_from(unhex(name)?).ok()?;
        let place = [name.get(..2)?, name.get(2..4)?].join("/");
        let folder = entry.path().parent()?;
        folder.ends_with(place).then_some(digest)
    })
}

/// Hashes files on several threads; what is read is never in memory as a whole.
fn hash_all(
    names: &[Sha256Bytes],
    workers: usize,
    path: impl Fn(&Sha256Bytes) -> PathBuf + Sync,
) -> Vec<Hashed> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(names.len()));
    std::thread::scope(|scope| {
        let work = || {
            let mut buffer = vec![0; BUFFER];
            while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
                let hashed = hash_file(&path(name), &mut buffer);
                if let Ok(mut done) = done.lock() {
                    done.push((*name, hashed));
                }
            }
        };
        for _ in 1..workers.min(names.len()) {
            scope.spawn(work);
        }
        work();
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(name, _)| *name);
    done
}

fn hash_file(path: &Path, buffer: &mut [u8]) -> std::io::Result<(Sha256Bytes, u64)> {
    let mut file = File::open(path)?;
    let (mut digest, mut size) = (Sha256::new(), 0);
    loop {
        let count = match file.read(buffer) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        let Some(part) = buffer.get(..count).filter(|part| !part.is_empty()) else { break };
        digest.update(part);
        size += u64::try_from(count).unwrap_or(0);
    }
    Ok((digest.finalize().into(), size))
}

/// Every file by its name alone.
pub(super) fn hash_without_book(root: &Path, found: &mut Found) {
    let blobs = crate::archive::FolderBlobs::look(root);
    let names: Vec<Sha256Bytes> = objects(root).collect();
    for part in names.chunks(BATCH) {
        for (name, hashed) in hash_all(part, 1, |name| blobs.path(name)) {
            let file = Some(file_name(&name));
            match hashed {
                Ok((digest, _)) if digest == name => {}
                Ok(_) => {
                    let text = "isi berkas tidak sesuai dengan namanya; kembalikan dari cadangan".to_owned();
                    found.damage("berkas-rusak", file, None, text);
                }
                Err(error) => found.damage("berkas-tak-terbaca", file, None, error.to_string()),
            }
        }
    }
}
