//! Backups: the whole office in another folder, a USB disk say. Every part is stored once under the SHA-256 of its
//! stored bytes, so that a backup of an unchanged office writes nothing and `sha256sum` alone finds a damaged part. It is
//! encrypted to the recovery key unless somebody says otherwise: names and sizes of the parts are all that an outsider
//! sees.
//!
//! ```text
//! CADANGAN-SUKET.txt      what this is, and how it is read again without suket
//! sha256/ab/cd/<hex>      parts
//! potret/000007.age       the index of one state (.txt where nothing is encrypted); the two newest are kept
//! ```
//!
//! The order is parts, index, then what nobody needs any more is removed: whatever stops a backup, the last whole state
//! stays, and the next run goes on where this one stopped.

mod index;
mod prove;
mod restore;
mod sources;
mod writer;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::civil::Date;

pub use prove::ProofReport;
pub use restore::{RestoreReport, RestoreRequest};
pub(super) use restore::{must_be_confirmed, no_office};

use super::{Office, OfficeError, files, recovery};
use crate::archive::{found_folder, lock_folder, sync_folder, write_new};
use crate::book::Book;
use crate::format::hex;
use crate::keys::Entropy;
use crate::vault::{Recipient, VaultError, encrypt};
use index::{Index, Part, State};
use writer::Writer;

/// The file that makes a folder a backup.
const MARK: &str = "CADANGAN-SUKET.txt";
/// What the office remembers of its backups.
const MEMORY: &str = "cadangan";
/// Large files are stored in parts of this size, so that a change in one place is a change of one part.
const PART: usize = 4 << 20;
/// Bytes that are gathered before they are written and synced together.
const BATCH: usize = 32 << 20;

/// Why a backup could not be made, read or restored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// Nothing to encrypt to.
    #[error("kantor ini belum mempunyai kunci pemulihan (kunci/pemulihan.txt)")]
    NoRecipient,
    /// The folder holds something else.
    #[error("{0} sudah berisi hal lain, bukan cadangan suket")]
    NotABackup(PathBuf),
    /// The folder lies in the archive itself.
    #[error("{0} berada di dalam arsip itu sendiri")]
    Inside(PathBuf),
    /// The archive lacks files; a backup of it would lose them too.
    #[error(
        "arsip kehilangan {0} berkas, yang pertama {1}; tidak dicadangkan supaya cadangan lama tidak ikut hilang"
    )]
    Lacks(usize, String),
    /// There is no whole state in the folder.
    #[error("{0} tidak memuat cadangan yang utuh")]
    Nothing(PathBuf),
    /// The backup is encrypted, and no identity was given.
    #[error("cadangan ini disandi; diperlukan kunci pemulihan")]
    NeedsIdentity,
    /// A part of the backup is missing or damaged.
    #[error("{path}: bagian {objek} hilang atau rusak di cadangan")]
    Damaged {
        /// The file that it is a part of.
        path: String,
        /// The part's name.
        objek: String,
    },
    /// The folder holds half an office.
    #[error("arsip di {0} belum selesai dipulihkan dari cadangan")]
    Unfinished(PathBuf),
    /// The place to restore into is not empty.
    #[error("{0} tidak kosong; pulihkan ke folder kosong")]
    NotEmpty(PathBuf),
    /// What was restored is not what the office has.
    #[error("{0}: cadangan tidak sama dengan arsip")]
    Differs(String),
    /// After a restore, numbers may have gone out that the book does not know.
    #[error(
        "arsip ini dipulihkan dari cadangan {hari}; nomor seri {seri} sesudah {terakhir} mungkin sudah keluar, jadi belum \
         ada yang diberi nomor"
    )]
    Unconfirmed {
        /// Day of the backup.
        hari: Date,
        /// The series.
        seri: String,
        /// Last number of the series in the book.
        terakhir: u32,
    },
    /// Encryption.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// A backup to be made.
pub struct BackupRequest<'a> {
    /// Where: an empty folder, or one that holds an earlier backup of this office.
    pub tujuan: &'a Path,
    /// Today in the office's zone.
    pub hari: Date,
    /// Whether nothing is encrypted.
    pub polos: bool,
    /// Randomness: the name of a new destination.
    pub entropy: &'a mut dyn Entropy,
    /// Called with the files done so far, and all.
    pub progress: &'a dyn Fn(u64, u64),
}

impl std::fmt::Debug for BackupRequest<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BackupRequest").field("tujuan", &self.tujuan).finish_non_exhaustive()
    }
}

/// What a backup has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupReport {
    /// Number of the newest state at the destination.
    pub nomor: u32,
    /// Files in it.
    pub berkas: usize,
    /// Parts that were written.
    pub baru: usize,
    /// Bytes of those.
    pub ukuran_baru: u64,
    /// Whether anything has changed since the state before.
    pub berubah: bool,
    /// Parts that nobody needs any more and that were removed.
    pub dibuang: usize,
}

/// A destination that this office knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownBackup {
    /// Where it was, as it was said.
    pub tujuan: String,
    /// Day of the newest finished backup.
    pub hari: Option<Date>,
    /// Leaves of the book's log in it.
    pub catatan: u64,
}

impl Office {
    /// Backs the office up. Letters may be issued meanwhile: the book is copied at one moment, and files are only ever
    /// added to the archive.
    pub fn backup(&mut self, request: BackupRequest<'_>) -> Result<BackupReport, OfficeError> {
        let done = self.back_up(request);
        // A sync that has failed at the destination says nothing of the archive.
        let own = match &done {
            Err(OfficeError::Io { path, .. }) => path.starts_with(&self.root),
            other => matches!(other, Err(OfficeError::Book(_))),
        };
        if own { self.heed(done) } else { done }
    }

    fn back_up(&mut self, request: BackupRequest<'_>) -> Result<BackupReport, OfficeError> {
        let BackupRequest { tujuan, hari, polos, entropy, progress } = request;
        self.settle()?;
        let recipient = if polos { None } else { Some(self.recovery()?) };
        let id = self.destination(tujuan, entropy)?;
        let _alone = lock_folder(tujuan).map_err(files::io(tujuan))?;
        let mut writer = Writer::open(&self.root, tujuan, &id, recipient.as_ref())?;
        let before = writer.state.clone();
        let bagian = self.gather(&mut writer, progress)?;
        writer.flush()?;
        let mut index = Index {
            nomor: before.nomor,
            hari,
            kantor: self.profile.kode_wilayah.clone(),
            catatan: self.book.size()?,
            bagian,
        };
        let berkas = index.bagian.iter().map(|part| part.path.as_str()).collect::<BTreeSet<_>>().len();
        let sidik = hex(&index.content());
        let berubah = sidik != before.sidik || !potret(tujuan, before.nomor, polos).is_file();
        let mut dibuang = 0;
        if berubah {
            index.nomor = newest(tujuan).unwrap_or(0).max(before.nomor) + 1;
            write_index(tujuan, &index, recipient.as_ref())?;
            dibuang = writer.prune(tujuan, &index, &before)?;
        }
        writer.state = State {
            tujuan: tujuan.display().to_string(),
            hari: Some(hari),
            nomor: index.nomor,
            sidik,
            catatan: index.catatan,
            sandi: !polos,
            ..std::mem::take(&mut writer.state)
        };
        writer.remember()?;
        let (baru, ukuran_baru) = (writer.written, writer.bytes);
        Ok(BackupReport { nomor: index.nomor, berkas, baru, ukuran_baru, berubah, dibuang })
    }

    /// Destinations that this office has backed up to.
    pub fn backups(&self) -> Result<Vec<KnownBackup>, OfficeError> {
        let folder = self.root.join(MEMORY);
        if !folder.is_dir() {
            return Ok(Vec::new());
        }
        let entries = std::fs::read_dir(&folder).map_err(files::io(&folder))?;
        let mut paths: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
        paths.retain(|path| path.extension().is_none());
        paths.sort();
        paths
            .iter()
            .map(|path| {
                let State { tujuan, hari, catatan, .. } = State::read(&files::read_text(path)?);
                Ok(KnownBackup { tujuan, hari, catatan })
            })
            .collect()
    }

    fn recovery(&self) -> Result<Recipient, OfficeError> {
        Ok(recovery::recipient(&self.root)?.ok_or(BackupError::NoRecipient)?)
    }

    /// The destination's id; a new one is marked. Nothing is written into a folder that holds something else.
    fn destination(&self, tujuan: &Path, entropy: &mut dyn Entropy) -> Result<String, OfficeError> {
        found_folder(tujuan).map_err(files::io(tujuan))?;
        let real = |path: &Path| path.canonicalize().map_err(files::io(path));
        if real(tujuan)?.starts_with(real(&self.root)?) {
            return Err(BackupError::Inside(tujuan.to_owned()).into());
        }
        let mark = tujuan.join(MARK);
        if mark.is_file() {
            let text = files::read_text(&mark)?;
            let id = text.lines().find_map(|line| line.strip_prefix("id "));
            let id = id.filter(|id| id.len() == 16 && id.bytes().all(|b| b.is_ascii_hexdigit()));
            return Ok(id.ok_or_else(|| BackupError::NotABackup(tujuan.to_owned()))?.to_owned());
        }
        let mut there = tujuan.read_dir().map_err(files::io(tujuan))?;
        if there.any(|entry| entry.is_ok_and(|entry| !entry.file_name().to_string_lossy().starts_with('.'))) {
            return Err(BackupError::NotABackup(tujuan.to_owned()).into());
        }
        let mut random = [0; 8];
        entropy.fill(&mut random);
        let id = hex(&random);
        let text = include_str!("../../../templates/cadangan/CADANGAN-SUKET.txt").replace("@ID@", &id);
        write_new(&mark, text.as_bytes()).map_err(files::io(&mark))?;
        Ok(id)
    }
}

/// File of the index of a state.
fn potret(folder: &Path, nomor: u32, polos: bool) -> PathBuf {
    folder.join("potret").join(format!("{nomor:06}.{}", if polos { "txt" } else { "age" }))
}

/// Numbers of the states at a destination, in order.
fn states(folder: &Path) -> Vec<(u32, PathBuf)> {
    let entries = std::fs::read_dir(folder.join("potret")).into_iter().flatten().filter_map(Result::ok);
    let mut found: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let (nomor, ending) = name.split_once('.')?;
            let known = ["age", "txt"].contains(&ending) && nomor.len() == 6;
            Some((nomor.parse().ok().filter(|_| known)?, entry.path()))
        })
        .collect();
    found.sort();
    found
}

fn newest(folder: &Path) -> Option<u32> {
    states(folder).pop().map(|(nomor, _)| nomor)
}

/// Writes the index of a state, and reads it back.
fn write_index(folder: &Path, index: &Index, recipient: Option<&Recipient>) -> Result<(), OfficeError> {
    let text = index.text().into_bytes();
    let bytes = match recipient {
        Some(recipient) => encrypt(&[recipient], &text).map_err(BackupError::from)?,
        None => text,
    };
    let path = potret(folder, index.nomor, recipient.is_none());
    let parent = folder.join("potret");
    found_folder(&parent).and_then(|()| sync_folder(folder)).map_err(files::io(&parent))?;
    write_new(&path, &bytes).map_err(files::io(&path))?;
    if std::fs::read(&path).map_err(files::io(&path))? == bytes {
        Ok(())
    } else {
        Err(BackupError::Nothing(folder.to_owned()).into())
    }
}

/// Parts of files, by path.
fn by_path(parts: &[Part]) -> BTreeMap<&str, Vec<&Part>> {
    let mut files: BTreeMap<&str, Vec<&Part>> = BTreeMap::new();
    for part in parts {
        files.entry(&part.path).or_default().push(part);
    }
    files
}
