//! `archive check`: the whole folder, every file, seal, key and row; numbers against gaps, the log against rows. It changes
//! nothing, and needs no more memory for a large archive than for a small one.

mod dated;
mod files;
mod folder;
mod keys;
mod log;
mod numbers;
mod row;
mod seals;
mod trail;
mod vault;

use std::collections::BTreeSet;
use std::path::Path;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Office, OfficeError};
use crate::book::BookError;
use crate::format::{Sha256Bytes, hex};
use dated::Overdue;

/// How heavy a finding about the archive weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AuditGrade {
    /// Something is damaged or missing.
    Rusak,
    /// Somebody should look.
    Peringatan,
}

/// One finding about the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditFinding {
    /// Stable code.
    pub kode: &'static str,
    /// Grade.
    pub tingkat: AuditGrade,
    /// The file, below the office's folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub berkas: Option<String>,
    /// The letter's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nomor: Option<String>,
    /// One sentence, with what to do.
    pub pesan: String,
}

/// What a check of the archive found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditReport {
    /// Files and rows that were checked.
    pub diperiksa: u64,
    /// Findings.
    pub temuan: Vec<AuditFinding>,
    /// What was not checked.
    pub tidak_diperiksa: Vec<&'static str>,
}

impl AuditReport {
    /// Whether something is damaged.
    pub fn damaged(&self) -> bool {
        self.temuan.iter().any(|finding| finding.tingkat == AuditGrade::Rusak)
    }
}

/// How far a check looks back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditSince {
    /// Letters of this day and later.
    Date(Date),
    /// Letters behind this checkpoint or proof, a text that was kept elsewhere; the book must continue it.
    Kept(String),
    /// Letters behind the newest checkpoint of the book.
    Newest,
}

/// How far an interrupted check had come; a later one goes on from here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditMark {
    /// Name of the last file that was hashed.
    pub berkas: Option<String>,
    /// Leaf behind the last letter whose seal was checked.
    pub surat: u64,
    /// Names of files with findings, which are looked at again.
    pub ulang: Vec<String>,
    /// Leaves of letters with findings, which are looked at again.
    pub surat_ulang: Vec<u64>,
}

/// What is to be checked.
pub struct AuditRequest<'a> {
    /// Leaves the hashing of files and the checking of seals out.
    pub quick: bool,
    /// Files and seals only of letters since; rows, log and names are looked at whole.
    pub since: Option<AuditSince>,
    /// Today in the office's zone: tells which papers are kept too long, and whether the backups lag. Without, neither is
    /// looked at.
    pub hari: Option<Date>,
    /// Opens the keys, to see that they open. Without, only their form is looked at.
    pub passphrase: Option<&'a [u8]>,
    /// Where an interrupted check had come to.
    pub mark: AuditMark,
    /// Threads that hash files and check seals.
    pub workers: usize,
    /// Told from time to time how far it has come: what is done, of how much, and a mark to go on from.
    pub progress: &'a dyn Fn(u64, u64, &AuditMark),
}

impl std::fmt::Debug for AuditRequest<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuditRequest")
            .field("quick", &self.quick)
            .field("since", &self.since)
            .finish_non_exhaustive()
    }
}

/// Work that is done, for the progress.
struct Course<'a> {
    done: u64,
    total: u64,
    mark: AuditMark,
    again: BTreeSet<String>,
    tell: &'a dyn Fn(u64, u64, &AuditMark),
}

impl Course<'_> {
    fn step(&mut self, count: usize) {
        self.done += u64::try_from(count).unwrap_or(0);
        (self.tell)(self.done, self.total, &self.mark);
    }
}

impl Office {
    /// Checks archive and book; `quick` leaves the hashing of files out. `progress` is called with the count so far and
    /// the total.
    pub fn audit(&self, quick: bool, progress: &dyn Fn(u64, u64)) -> Result<AuditReport, OfficeError> {
        self.audit_as(AuditRequest {
            quick,
            since: None,
            hari: None,
            passphrase: None,
            mark: AuditMark::default(),
            workers: self.workers,
            progress: &|done, total, _| progress(done, total),
        })
    }

    /// Checks archive and book as asked.
    pub fn audit_as(&self, request: AuditRequest<'_>) -> Result<AuditReport, OfficeError> {
        let mut found = Found::default();
        let mut missing = vec!["isi cadangan (periksa dengan suket archive backup --prove)"];
        let mut overdue = request.hari.map(|hari| Overdue::new(self, hari)).transpose()?;
        if overdue.is_none() {
            missing.push(UNDATED);
        }
        let (since, kept) = self.since(request.since.as_ref(), &mut missing)?;
        let names = folder::look(&self.root, &mut found);
        let mut course = Course {
            done: 0,
            total: names.objects + if request.quick { 0 } else { self.book.letters()? },
            again: request.mark.ulang.iter().cloned().collect(),
            mark: request.mark.clone(),
            tell: request.progress,
        };
        let integrity = self.book.integrity()?;
        if integrity != "ok" {
            let file = Some("buku.sqlite".to_owned());
            found.damage("buku-rusak", file, None, format!("berkas buku agenda rusak: {integrity}"));
        }
        for text in self.book.schema_changes()? {
            let file = Some("buku.sqlite".to_owned());
            let text = format!("{text}; kembalikan buku dari cadangan");
            found.damage("skema-berubah", file, None, text);
        }
        let walk = self.check_log(kept.as_deref(), &mut found, &mut |rows, found| {
            overdue.iter_mut().try_for_each(|overdue| overdue.part(self, rows))?;
            self.files_of(&rows.entries, found)
        })?;
        self.shared_files(&mut found)?;
        self.agenda_rows(&walk, &mut found)?;
        walk.not_checked(&mut missing);
        self.stored_files(&request, since, &mut course, &mut found)?;
        self.waiting_files(&mut found)?;
        let verifier = self.check_trust(&mut found)?;
        self.check_keys(request.passphrase, &mut found, &mut missing);
        self.check_trail(&mut found)?;
        self.check_vault(request.passphrase, &mut found, &mut missing);
        if let Some(hari) = request.hari {
            self.check_backups(hari, &mut found)?;
        }
        if let Some(overdue) = overdue {
            overdue.tell(&mut found);
        }
        if request.quick {
            missing.extend(["isi setiap berkas", "tanda tangan di dalam surat"]);
        } else if let Some(verifier) = &verifier {
            self.check_seals(verifier, since, &request, &mut course, &mut found)?;
        }
        Ok(AuditReport { diperiksa: names.files + walk.rows, temuan: found.0, tidak_diperiksa: missing })
    }

    /// The first leaf whose letter is looked at whole, and the checkpoint that was kept elsewhere.
    fn since(
        &self,
        asked: Option<&AuditSince>,
        missing: &mut Vec<&'static str>,
    ) -> Result<(u64, Option<String>), OfficeError> {
        if !matches!(asked, Some(AuditSince::Kept(_))) {
            missing.push("titik periksa dari luar (--since BERKAS)");
        }
        if asked.is_some() {
            missing.push("isi berkas dan tanda tangan surat sebelum --since");
        }
        Ok(match asked {
            None => (0, None),
            Some(AuditSince::Date(date)) => (self.book.first_on(*date)?.unwrap_or(u64::MAX), None),
            Some(AuditSince::Newest) => (self.book.signed_size()?, None),
            Some(AuditSince::Kept(text)) => (log::size_in(text).unwrap_or(0), Some(text.clone())),
        })
    }

    /// What can be checked where the book cannot be opened: the folder, and every file by its name. `why` is told as the
    /// first finding.
    pub fn audit_folder(root: &Path, why: &OfficeError) -> AuditReport {
        let mut found = Found::default();
        let foreign = matches!(why, OfficeError::ForeignJournal(_));
        let (kode, file) =
            if foreign { ("jurnal-asing", "buku.sqlite-journal") } else { ("buku-rusak", "buku.sqlite") };
        let text = format!("buku agenda tidak dapat dibuka: {why}; kembalikan dari cadangan");
        found.damage(kode, Some(file.to_owned()), None, text);
        let names = folder::look(root, &mut found);
        found.0.dedup_by(|one, other| one.kode == other.kode && one.berkas == other.berkas);
        files::hash_without_book(root, &mut found);
        let missing =
            vec!["buku agenda dan semua barisnya", "tanda tangan di dalam surat", "kunci", "cadangan"];
        AuditReport { diperiksa: names.files, temuan: found.0, tidak_diperiksa: missing }
    }
}

/// Said where nobody has told the day.
const UNDATED: &str = "umur cadangan dan masa simpan (hari ini tidak diketahui)";
/// Something of what was destroyed is still there.
const STILL_THERE: &str = "musnah-masih-ada";
/// What to do about it.
const AGAIN: &str = "ulangi suket archive purge";

/// Findings, as they are made.
#[derive(Default)]
pub(super) struct Found(Vec<AuditFinding>);

impl Found {
    pub(super) fn damage(
        &mut self,
        kode: &'static str,
        berkas: Option<String>,
        nomor: Option<String>,
        pesan: String,
    ) {
        self.0.push(AuditFinding { kode, tingkat: AuditGrade::Rusak, berkas, nomor, pesan });
    }

    /// Every finding, in the order in which they were made.
    pub(super) fn list(self) -> Vec<AuditFinding> {
        self.0
    }

    /// A row that cannot be read is a finding like others.
    fn or_unreadable<T: Default>(&mut self, read: Result<T, BookError>) -> Result<T, OfficeError> {
        match read {
            Err(BookError::Damaged(text)) => {
                self.damage("baris-tak-terbaca", None, None, format!("baris buku rusak: {text}"));
                Ok(T::default())
            }
            other => Ok(other?),
        }
    }

    fn warn(&mut self, kode: &'static str, pesan: String) {
        self.warn_at(kode, None, None, pesan);
    }

    fn warn_of(&mut self, kode: &'static str, berkas: String, pesan: String) {
        self.warn_at(kode, Some(berkas), None, pesan);
    }

    fn warn_at(&mut self, kode: &'static str, berkas: Option<String>, nomor: Option<String>, pesan: String) {
        self.0.push(AuditFinding { kode, tingkat: AuditGrade::Peringatan, berkas, nomor, pesan });
    }
}

fn file_name(objek: &Sha256Bytes) -> String {
    let name = hex(objek);
    let part = |from: usize| name.get(from..from + 2).unwrap_or_default();
    format!("sha256/{}/{}/{name}", part(0), part(2))
}
