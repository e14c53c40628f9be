//! Proving a backup: it is restored into a temporary place, checked whole, and compared with the office.

use std::path::Path;

use jiff::civil::Date;

use super::BackupError;
use super::restore::Source;
use crate::archive::Blobs;
use crate::book::Book;
use crate::format::tlog;
use crate::office::log::Kept;
use crate::office::{AuditReport, Office, OfficeError, files};
use crate::vault::Identity;

/// What a restored backup has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofReport {
    /// Number of the state at the backup.
    pub nomor: u32,
    /// Day of the backup.
    pub hari: Date,
    /// Files that were restored and compared.
    pub berkas: usize,
    /// Leaves that the office's book has got since.
    pub tertinggal: u64,
    /// What a full check of the restored archive has found.
    pub pemeriksaan: AuditReport,
}

impl Office {
    /// Restores the newest state of a backup into `place`, an empty folder that the caller removes, checks it, and compares
    /// it with this office: every file, and that this office's book continues the restored one.
    pub fn prove_backup(
        &self,
        dari: &Path,
        kunci: Option<&Identity>,
        place: &Path,
        progress: &dyn Fn(u64, u64),
    ) -> Result<ProofReport, OfficeError> {
        let source = Source::open(dari, kunci)?;
        let berkas = source.write(place, |_| Ok(()), progress)?;
        let restored = Self::open(place, 1)?;
        let differs = |path: &str| BackupError::Differs(path.to_owned());
        let size = restored.book.size()?;
        let own = self.book.size()?;
        if size > own || tlog::root(&Kept(&restored.book), size)? != tlog::root(&Kept(&self.book), size)? {
            return Err(differs("buku.sqlite").into());
        }
        let names: std::collections::BTreeSet<_> = self.blobs.list()?.into_iter().collect();
        for part in &source.index.bagian {
            if part.path.contains(".sqlite") {
                continue;
            }
            let same = if part.path.starts_with("sha256/") {
                names.contains(&part.isi) && restored.blobs.get(&part.isi)?.is_some()
            } else {
                let path = self.root.join(&part.path);
                let bytes = std::fs::read(&path).map_err(files::io(&path))?;
                bytes == std::fs::read(place.join(&part.path)).map_err(files::io(place))?
            };
            if !same {
                return Err(differs(&part.path).into());
            }
        }
        let pemeriksaan = restored.audit(false, &|_, _| {})?;
        let index = &source.index;
        Ok(ProofReport { nomor: index.nomor, hari: index.hari, berkas, tertinggal: own - size, pemeriksaan })
    }
}
