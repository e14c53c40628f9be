//! The facade: the only place where the stages meet. One [`Office`] is one archive folder.

mod applications;
mod audit;
mod backup;
mod bundle;
mod close;
mod custody;
mod events;
mod files;
mod form;
mod guard;
mod init;
mod insertion;
mod intake;
mod issue;
mod locked;
mod log;
mod lookup;
mod maker;
mod page;
mod person;
mod purge;
mod rebuild;
mod recovery;
mod register;
mod web;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;

pub use applications::{OrangPemohon, Permohonan};
pub use audit::{AuditFinding, AuditGrade, AuditMark, AuditReport, AuditRequest, AuditSince};
pub use backup::{
    BackupError, BackupReport, BackupRequest, KnownBackup, ProofReport, RestoreReport, RestoreRequest,
};
pub use bundle::{BundleError, BundleReport};
pub use custody::{CustodyError, KeyChange, KeyReport, KeyRequest, Secrets};
pub use events::{By, ClockError};
pub use form::Syarat;
pub use guard::Claim;
pub use init::{InitReport, InitRequest};
pub use issue::{IssueRequest, Issued, Outcome};
pub use log::LogSigner;
pub use maker::{OutsideKeys, Signers};
pub use purge::{Forgetting, PurgeError, PurgeList, PurgeRequest};
pub use recovery::write_recovery;

use crate::archive::{BlobError, FolderBlobs, WITHOUT_LOCKS, ensure_file};
use crate::book::{Attachment, Book, BookError, SqliteBook};
use crate::case::RawCase;
use crate::check::{CheckedCase, Rules};
use crate::finding::{Code, Finding};
use crate::format::Sha256Bytes;
use crate::keys::KeyError;
use crate::kind::{Kind, Penanda};
use crate::profile::{Profile, ProfileError};
use crate::register::RegisterError;
use crate::render::{self, Assets, AssetsError, RenderError, Setting};
use crate::seal::SealError;
use crate::vault::{Identity, VaultError};
use crate::workers::Workers;

/// Why the office cannot do something. Refused cases are no errors, see [`Outcome`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OfficeError {
    /// The folder holds no office.
    #[error("{0} bukan folder arsip kantor (kantor.toml tidak ada)")]
    NoOffice(PathBuf),
    /// The folder already holds an office.
    #[error("{0} sudah berisi arsip kantor")]
    Exists(PathBuf),
    /// Another service holds the folder.
    #[error("{0} sudah dilayani proses suket lain")]
    Claimed(PathBuf),
    /// The archive was opened to look only, or a sync has failed since it was opened.
    #[error("arsip hanya dapat dibaca; tidak ada yang dicatat")]
    ReadOnly,
    /// The disk has too little room for new numbers.
    #[error("ruang disk tinggal {} MB; nomor baru memerlukan {} MB", .free >> 20, .needed >> 20)]
    NoRoom {
        /// Bytes that are free.
        free: u64,
        /// Bytes that must be.
        needed: u64,
    },
    /// A file beside the book would change it as soon as it is opened.
    #[error("{0} bukan buatan suket, dan akan mengubah buku agenda bila dibuka")]
    ForeignJournal(PathBuf),
    /// The profile lacks what the letter needs.
    #[error("profil kantor belum lengkap: {}", .0.join("; "))]
    Incomplete(Vec<String>),
    /// The profile cannot be used.
    #[error("{path}: {source}")]
    Profile {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: ProfileError,
    },
    /// The office's templates cannot be used.
    #[error(transparent)]
    Assets(#[from] AssetsError),
    /// The book.
    #[error(transparent)]
    Book(#[from] BookError),
    /// The archive.
    #[error(transparent)]
    Blobs(#[from] BlobError),
    /// A key.
    #[error("{file}: {source}")]
    Key {
        /// The key's file, without its folder.
        file: String,
        /// What is wrong.
        source: KeyError,
    },
    /// A holder has no key.
    #[error("tidak ada kunci untuk {0}")]
    NoKey(String),
    /// What was asked cannot be recorded so.
    #[error("{0}")]
    Said(String),
    /// The letter would not pass the check of those who receive it, so nothing was numbered.
    #[error("surat tidak akan lulus pemeriksaan, jadi tidak diberi nomor: {0}")]
    WouldNotVerify(String),
    /// The log is not the one that was signed last; nothing is signed on top of it.
    #[error(
        "catatan buku bukan lagi yang ditandatangani pada titik periksa {0}; tidak ada yang diberi nomor"
    )]
    LogChanged(u64),
    /// A backup could not be made, read or restored; or numbers have to be confirmed after a restore.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// Nothing was destroyed.
    #[error(transparent)]
    Purge(#[from] PurgeError),
    /// A letter is encrypted, and the vault is shut.
    #[error("surat ini disandi; brankas arsip belum dibuka")]
    Locked,
    /// Encryption.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A month cannot be bundled.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// Keys cannot be changed so.
    #[error(transparent)]
    Custody(#[from] CustodyError),
    /// Typesetting.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// Sealing.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The file system.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// The register as a table.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// A number cannot be made from the pattern.
    #[error("pola nomor: {0}")]
    Pattern(String),
    /// A worker thread was lost.
    #[error("satu utas pencetak berhenti; tidak ada nomor yang terpakai")]
    Worker,
}

/// An office: its profile, templates, book and archive.
#[derive(Debug)]
pub struct Office {
    root: PathBuf,
    profile: Arc<Profile>,
    profile_text: Arc<[u8]>,
    assets: Arc<Assets>,
    book: SqliteBook,
    blobs: FolderBlobs,
    workers: usize,
    pool: Option<Workers>,
    attached: RefCell<BTreeMap<String, Attached>>,
    proven: RefCell<issue::Proven>,
    held: RefCell<Option<log::Held>>,
    latch: guard::Latch,
    vault: RefCell<Option<Identity>>,
}

/// Digest of the list of files that shape a kind, and the files.
type Attached = (Sha256Bytes, Arc<[Attachment]>);

/// The text of the profile, where the folder is an office that can be opened.
fn profile_text(root: &Path) -> Result<String, OfficeError> {
    let path = root.join("kantor.toml");
    if !path.is_file() {
        return Err(backup::no_office(root));
    }
    match guard::foreign_journal(root) {
        Some(path) => Err(OfficeError::ForeignJournal(path)),
        None => files::read_text(&path),
    }
}

impl Office {
    /// Opens an archive folder. `workers` is the number of letters set at the same time.
    pub fn open(root: &Path, workers: usize) -> Result<Self, OfficeError> {
        let text = profile_text(root)?;
        // The book's log must have a durable name before the first commit; the database leaves that to us.
        let log = root.join("buku.sqlite-wal");
        ensure_file(&log).map_err(files::io(&log))?;
        let book = SqliteBook::open(&root.join("buku.sqlite"))?;
        let workers = workers.max(1);
        Self::with(root, text, book, FolderBlobs::open(root)?.with_writers(workers), workers)
    }

    /// Opens an archive folder to look only: nothing is written, so that it works on a full disk and in a folder that may
    /// not be written. What would change something is refused.
    pub fn look(root: &Path, workers: usize) -> Result<Self, OfficeError> {
        let text = profile_text(root)?;
        let book = SqliteBook::look(&root.join("buku.sqlite"), WITHOUT_LOCKS)?;
        Self::with(root, text, book, FolderBlobs::look(root), workers.max(1))
    }

    fn with(
        root: &Path,
        text: String,
        book: SqliteBook,
        blobs: FolderBlobs,
        workers: usize,
    ) -> Result<Self, OfficeError> {
        let path = root.join("kantor.toml");
        let profile = Profile::parse(&text).map_err(|source| OfficeError::Profile { path, source })?;
        Ok(Self {
            root: root.to_owned(),
            profile: Arc::new(profile),
            profile_text: text.into_bytes().into(),
            assets: Arc::new(Assets::new(files::own_templates(&root.join("templat"))?, workers)?),
            book,
            blobs,
            workers,
            pool: None,
            attached: RefCell::default(),
            proven: RefCell::default(),
            held: RefCell::default(),
            latch: guard::Latch::default(),
            vault: RefCell::default(),
        })
    }

    /// The profile in force.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The templates and fonts in force.
    pub fn assets(&self) -> &Assets {
        &self.assets
    }

    /// Checks a case for a letter of this date; numbers nothing. `Err` holds every finding.
    pub fn check(&self, raw: RawCase, date: Date) -> Result<CheckedCase, Vec<Finding>> {
        let RawCase { case, findings, readable, .. } = raw;
        if !readable {
            return Err(findings);
        }
        let kind = match self.kind(&case.jenis) {
            Ok(kind) => kind,
            Err(finding) => {
                let already = findings.iter().any(|earlier| earlier.bidang == "jenis");
                return Err(findings.into_iter().chain((!already).then_some(*finding)).collect());
            }
        };
        let rules = Rules { profile: &self.profile, kind, date, glyphs: self.assets.glyphs() };
        let checked = CheckedCase::new(case, findings, rules).and_then(|mut checked| {
            self.book_findings(&mut checked)?;
            Ok(checked)
        });
        // What refuses is told first.
        checked.map_err(|mut findings| {
            findings.sort_by_key(|finding| finding.kode.grade());
            findings
        })
    }

    /// The letter as it would be, with the watermark DRAF and without number, QR and seal.
    pub fn preview(&self, checked: &CheckedCase) -> Result<Vec<u8>, OfficeError> {
        let kind = self.kind_of(checked)?;
        self.complete_for(kind)?;
        Ok(render::draft(checked, Setting { profile: &self.profile, kind, assets: &self.assets })?)
    }

    fn kind(&self, jenis: &str) -> Result<&Kind, Box<Finding>> {
        let list = || self.assets.kinds().collect::<Vec<_>>().join(", ");
        if jenis.is_empty() {
            return Err(Box::new(Finding::new(
                Code::JenisKosong,
                "jenis",
                "jenis surat belum diisi",
                format!("isi jenis dengan salah satu: {}", list()),
            )));
        }
        self.assets.kind(jenis).ok_or_else(|| {
            let near = crate::case::nearest(jenis, self.assets.kinds());
            let advice = near
                .map_or_else(|| format!("pilih salah satu: {}", list()), |near| format!("maksudnya {near}?"));
            Box::new(Finding::new(
                Code::JenisAsing,
                "jenis",
                "jenis surat ini tidak ada di kantor ini",
                advice,
            ))
        })
    }

    fn kind_of(&self, checked: &CheckedCase) -> Result<&Kind, OfficeError> {
        self.kind(&checked.case().jenis).map_err(|finding| OfficeError::Pattern(finding.pesan))
    }

    /// Says what to fill in where the profile lacks what a letter of this kind needs.
    fn complete_for(&self, kind: &Kind) -> Result<(), OfficeError> {
        let mut missing = self.profile.missing(kind.penanda == Penanda::Pejabat);
        let emblem = &self.profile.kop.lambang;
        if !emblem.is_empty() && !self.assets.has(emblem) {
            missing.push(format!("kop.lambang: berkas {emblem} (SVG atau PNG) tidak ada di templat/"));
        }
        if missing.is_empty() { Ok(()) } else { Err(OfficeError::Incomplete(missing)) }
    }

    /// Findings that need the book: replacements, a second valid letter. Refusing ones come back as `Err`.
    fn book_findings(&self, checked: &mut CheckedCase) -> Result<(), Vec<Finding>> {
        let case = checked.case().clone();
        // A book that cannot be read stops the issue itself with its own error; here it has nothing to add.
        if let Some(nomor) = &case.menggantikan {
            let old = self.old_letter(nomor).ok().flatten();
            let finding = match old {
                None => Some((
                    Code::GantiTidakAda,
                    "surat yang diganti tidak ada di buku agenda",
                    "periksa nomornya dengan suket list",
                )),
                Some(entry) if entry.status != crate::book::Status::Berlaku => Some((
                    Code::GantiTidakBerlaku,
                    "surat yang diganti sudah tidak berlaku",
                    "ganti surat yang terakhir",
                )),
                Some(entry) if !self.same_person(&entry, &case) => Some((
                    Code::GantiOrangLain,
                    "surat yang diganti berjenis lain atau milik orang lain",
                    "periksa nomor surat yang diganti dengan suket show",
                )),
                Some(_) => None,
            };
            if let Some((kode, text, advice)) = finding {
                let mut findings = checked.warnings().to_vec();
                findings.push(Finding::new(kode, "menggantikan", text, advice));
                return Err(findings);
            }
        }
        self.insertion_findings(checked)?;
        if case.menggantikan.is_none()
            && let Some(nik) = &case.pemohon.nik
            && let Ok(Some(entry)) = self.book.valid_for(nik, &case.jenis)
        {
            checked.warn(Finding::new(
                Code::SuratGanda,
                "pemohon.nik",
                format!("orang ini sudah memegang surat {} yang berlaku, nomor {}", case.jenis, entry.nomor),
                "cetak ulang surat itu dengan suket get, atau isi menggantikan",
            ));
        }
        Ok(())
    }

    /// Whether a letter is of the same kind and person as the case. Once its personal data is destroyed, nobody can
    /// tell, and it is not replaced.
    fn same_person(&self, entry: &crate::book::Entry, case: &crate::case::Case) -> bool {
        let Ok(Some(person)) = self.book.person(entry.seq) else { return false };
        let same = match (&person.nik, &case.pemohon.nik) {
            (Some(old), Some(new)) => old == new,
            (None, None) => case.pemohon.nama.as_ref() == Some(&person.nama),
            _ => false,
        };
        entry.jenis == case.jenis && same
    }
}
