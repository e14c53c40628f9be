//! Restoring: a state of a backup into an empty folder, every part checked against two digests. The profile comes last:
//! a folder without it holds no office yet.
//!
//! A backup is always a little old. Numbers may have gone out since that the restored book does not know, so no number is
//! given until somebody has shown for each series that there were none, or has declared them: the newest receipt,
//! register page or checkpoint, `book outside`, or the last number by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::index::{Index, Part, State};
use super::{BATCH, BackupError, MEMORY, by_path, states};
use crate::archive::{
    Blobs, FolderBlobs, Named, found_folder, make_folder, restrict, sync_folder, write_new,
};
use crate::book::{Book, write_ahead};
use crate::case::RawCase;
use crate::format::note::LogKey;
use crate::format::receipt::Receipt;
use crate::format::{Sha256Bytes, hex, sha256, tlog};
use crate::office::log::Kept;
use crate::office::{AuditReport, Office, OfficeError, files};
use crate::profile::Profile;
use crate::vault::Identity;

/// Holds the series whose numbers nobody has confirmed since the restore.
pub(super) const MARK: &str = "pulih.txt";
/// Written last.
const PROFILE: &str = "kantor.toml";

/// What is to be restored, and where to.
pub struct RestoreRequest<'a> {
    /// The backup.
    pub dari: &'a Path,
    /// An empty folder, or one that is not there yet.
    pub ke: &'a Path,
    /// The recovery identity, where the backup is encrypted.
    pub kunci: Option<&'a Identity>,
    /// Called with the files done so far, and all.
    pub progress: &'a dyn Fn(u64, u64),
}

impl std::fmt::Debug for RestoreRequest<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RestoreRequest")
            .field("dari", &self.dari)
            .field("ke", &self.ke)
            .finish_non_exhaustive()
    }
}

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreReport {
    /// Number of the state at the backup.
    pub nomor: u32,
    /// Day of the backup.
    pub hari: Date,
    /// Files.
    pub berkas: usize,
    /// What a full check of the restored archive has found.
    pub pemeriksaan: AuditReport,
    /// Series and last numbers that have to be confirmed before the next letter.
    pub belum_pasti: Vec<String>,
}

/// A backup, open.
pub(super) struct Source<'a> {
    folder: &'a Path,
    blobs: FolderBlobs,
    key: Option<&'a Identity>,
    pub(super) index: Index,
}

impl<'a> Source<'a> {
    /// Opens the newest state that is whole.
    pub(super) fn open(folder: &'a Path, key: Option<&'a Identity>) -> Result<Self, OfficeError> {
        let nothing = || BackupError::Nothing(folder.to_owned());
        if !folder.join(super::MARK).is_file() {
            return Err(nothing().into());
        }
        let mut why = nothing();
        for (_, path) in states(folder).into_iter().rev() {
            let bytes = std::fs::read(&path).map_err(files::io(&path))?;
            let encrypted = path.extension().is_some_and(|ending| ending == "age");
            let text = match (encrypted, key) {
                (true, None) => return Err(BackupError::NeedsIdentity.into()),
                (true, Some(key)) => match key.open(&bytes) {
                    Ok(text) => text,
                    Err(error) => {
                        why = error.into();
                        continue;
                    }
                },
                (false, _) => bytes,
            };
            if let Some(index) = std::str::from_utf8(&text).ok().and_then(Index::read) {
                let key = if encrypted { key } else { None };
                return Ok(Self { folder, blobs: FolderBlobs::look(folder), key, index });
            }
        }
        Err(why.into())
    }

    /// The bytes of a part, checked.
    fn part(&self, part: &Part) -> Result<Vec<u8>, OfficeError> {
        let damaged = || BackupError::Damaged { path: part.path.clone(), objek: hex(&part.objek) };
        let stored = self.blobs.get(&part.objek).ok().flatten().ok_or_else(damaged)?;
        let bytes = match self.key {
            Some(key) => key.open(&stored).map_err(|_closed| damaged())?,
            None => stored,
        };
        if sha256(&bytes) == part.isi { Ok(bytes) } else { Err(damaged().into()) }
    }

    /// Writes every file below `to`; the profile last. `before` is called with the profile's text when everything else is
    /// there: once the profile stands, the folder is an office.
    pub(super) fn write(
        &self,
        to: &Path,
        before: impl FnOnce(&str) -> Result<(), OfficeError>,
        progress: &dyn Fn(u64, u64),
    ) -> Result<usize, OfficeError> {
        let parts = by_path(&self.index.bagian);
        let total = u64::try_from(parts.len()).unwrap_or(0);
        found_folder(to).and_then(|()| restrict(to)).map_err(files::io(to))?;
        let mut durable = BTreeSet::new();
        let mut blobs = FolderBlobs::open(to)?;
        let mut batch: Vec<(Sha256Bytes, Vec<u8>)> = Vec::new();
        let mut waiting = 0;
        for ((path, parts), done) in parts.iter().filter(|(path, _)| **path != PROFILE).zip(1..) {
            if let (Some(_), [part]) = (path.strip_prefix("sha256/"), parts.as_slice()) {
                let bytes = self.part(part)?;
                waiting += bytes.len();
                batch.push((part.isi, bytes));
                if waiting >= BATCH {
                    put(&mut blobs, &mut batch)?;
                    waiting = 0;
                }
            } else {
                folders_of(to, path, &mut durable)?;
                self.file(to, path, parts)?;
            }
            progress(done, total);
        }
        put(&mut blobs, &mut batch)?;
        let profile = parts.get(PROFILE).ok_or_else(|| BackupError::Nothing(self.folder.to_owned()))?;
        let text = profile.iter().map(|part| self.part(part)).collect::<Result<Vec<_>, _>>()?.concat();
        before(&String::from_utf8_lossy(&text))?;
        self.file(to, PROFILE, profile)?;
        progress(total, total);
        Ok(parts.len())
    }

    fn file(&self, to: &Path, path: &str, parts: &[&Part]) -> Result<(), OfficeError> {
        let target = to.join(path);
        let bytes = |part: &Part, is_first: bool| -> Result<Vec<u8>, OfficeError> {
            let mut bytes = self.part(part)?;
            if is_first && path.ends_with(".sqlite") {
                write_ahead(&mut bytes);
            }
            Ok(bytes)
        };
        if let [part] = parts {
            return write_new(&target, &bytes(part, true)?).map_err(files::io(&target));
        }
        // An empty file with the right mode first.
        write_new(&target, &[]).map_err(files::io(&target))?;
        let mut file = std::fs::OpenOptions::new().append(true).open(&target).map_err(files::io(&target))?;
        for (nth, part) in parts.iter().enumerate() {
            file.write_all(&bytes(part, nth == 0)?).map_err(files::io(&target))?;
        }
        file.sync_all().map_err(files::io(&target))
    }

    /// Writes what the restored office remembers of this backup, so that its next run writes only what is new.
    fn remember(&self, ke: &Path) -> Result<(), OfficeError> {
        let mark = std::fs::read_to_string(self.folder.join(super::MARK)).unwrap_or_default();
        let id = mark.lines().find_map(|line| line.strip_prefix("id "));
        let Some(id) = id.filter(|id| id.len() == 16 && id.bytes().all(|b| b.is_ascii_hexdigit())) else {
            return Ok(());
        };
        let state = State {
            tujuan: self.folder.display().to_string(),
            hari: Some(self.index.hari),
            nomor: self.index.nomor,
            sandi: self.key.is_some(),
            catatan: self.index.catatan,
            bagian: self.index.bagian.iter().map(|part| (part.isi, part.objek)).collect(),
            ..State::default()
        };
        let path = ke.join(MEMORY).join(id);
        found_folder(&ke.join(MEMORY))
            .and_then(|()| write_new(&path, state.text().as_bytes()))
            .map_err(files::io(&path))
    }
}

/// Makes the folders on the way to a file. Their names are synced, also of those that an earlier restore has left.
fn folders_of(to: &Path, path: &str, durable: &mut BTreeSet<PathBuf>) -> Result<(), OfficeError> {
    let mut folder = to.to_owned();
    for name in Path::new(path).parent().into_iter().flat_map(Path::iter) {
        let above = folder.clone();
        folder.push(name);
        if !folder.is_dir() {
            make_folder(&folder).map_err(files::io(&folder))?;
        }
        if durable.insert(folder.clone()) {
            sync_folder(&above).map_err(files::io(&above))?;
        }
    }
    Ok(())
}

/// What a folder without a profile is: nobody's, or half an office.
pub(in crate::office) fn no_office(root: &Path) -> OfficeError {
    if root.join(MARK).is_file() {
        BackupError::Unfinished(root.to_owned()).into()
    } else {
        OfficeError::NoOffice(root.to_owned())
    }
}

fn put(blobs: &mut FolderBlobs, batch: &mut Vec<(Sha256Bytes, Vec<u8>)>) -> Result<(), OfficeError> {
    let named: Vec<Named<'_>> = batch.iter().map(|(objek, bytes)| Named { objek, bytes }).collect();
    blobs.put(&named)?;
    batch.clear();
    Ok(())
}

impl Office {
    /// Restores the newest whole state of a backup, and checks what was restored.
    pub fn restore(request: RestoreRequest<'_>) -> Result<RestoreReport, OfficeError> {
        let RestoreRequest { dari, ke, kunci, progress } = request;
        // Killed while it was written, the mark itself may be there under another name only.
        let other = |entry: std::fs::DirEntry| entry.file_name() != format!(".{MARK}.baru").as_str();
        let occupied =
            ke.exists() && ke.read_dir().map_err(files::io(ke))?.any(|entry| entry.is_ok_and(other));
        // What an earlier restore left unfinished has the mark, but no profile.
        if occupied && (ke.join(PROFILE).exists() || !ke.join(MARK).is_file()) {
            return Err(BackupError::NotEmpty(ke.to_owned()).into());
        }
        let source = Source::open(dari, kunci)?;
        found_folder(ke).map_err(files::io(ke))?;
        let mark = ke.join(MARK);
        write_new(&mark, b"belum selesai\n").map_err(files::io(&mark))?;
        let mut waiting = Vec::new();
        let before = |text: &str| {
            let profile = Profile::parse(text)
                .map_err(|source| OfficeError::Profile { path: ke.join(PROFILE), source })?;
            waiting = profile.penomoran.seri.into_keys().collect();
            source.remember(ke)?;
            write_mark(ke, &source.index.hari.to_string(), &waiting)
        };
        let berkas = source.write(ke, before, progress)?;
        let office = Self::open(ke, 1)?;
        let year = source.index.hari.year();
        let last = |seri: &String| {
            let end = office.book.series_end(seri, year).map_or(0, |end| end.next.saturating_sub(1));
            format!("{seri} ({end})")
        };
        let pemeriksaan = office.audit(false, &|_, _| {})?;
        Ok(RestoreReport {
            nomor: source.index.nomor,
            hari: source.index.hari,
            berkas,
            pemeriksaan,
            belum_pasti: waiting.iter().map(last).collect(),
        })
    }

    /// Whether a checkpoint or proof that was kept outside shows that nothing has gone out since the restore: the book
    /// continues it and is not behind. Then numbers are given again. Gives how many leaves the book lacks.
    pub fn confirm_restored(&mut self, since: &str) -> Result<Option<u64>, OfficeError> {
        let _turn = self.turn()?;
        let note = Receipt::parse(since).map_or_else(|| since.to_owned(), |receipt| receipt.note);
        let key = LogKey::parse(&self.trust()?.log);
        let Some(told) = key.and_then(|key| key.open(&note)) else { return Ok(None) };
        let size = self.book.size()?;
        if told.size > size {
            return Ok(Some(told.size - size));
        }
        if tlog::root(&Kept(&self.book), told.size)? != told.root {
            return Ok(None);
        }
        self.heed(self.confirmed(None))?;
        Ok(Some(0))
    }

    /// Somebody says by hand which number of a series was the last that went out; it must be the book's own last one.
    pub fn confirm_series(&mut self, seri: &str, last: u32, year: i16) -> Result<(), OfficeError> {
        let _turn = self.turn()?;
        let own = self.book.series_end(seri, year)?.next.saturating_sub(1);
        if !self.profile.penomoran.seri.contains_key(seri) {
            return Err(OfficeError::Said(format!("seri {seri:?} tidak ada di kantor.toml")));
        }
        if last < own {
            return Err(OfficeError::Said(format!("buku ini sudah memuat nomor {own} seri {seri}")));
        }
        if last > own {
            let text = format!(
                "nomor {} sampai {last} seri {seri} keluar sesudah cadangan; catat dengan suket book outside {}-{last}",
                own + 1,
                own + 1
            );
            return Err(OfficeError::Said(text));
        }
        self.heed(self.confirmed(Some(seri)))
    }

    /// Takes a series from the list of those that are not confirmed, or all.
    pub(in crate::office) fn confirmed(&self, seri: Option<&str>) -> Result<(), OfficeError> {
        let Some((day, mut waiting)) = unconfirmed(&self.root)? else { return Ok(()) };
        waiting.retain(|other| seri.is_some_and(|seri| seri != other));
        if waiting.is_empty() {
            let mark = self.root.join(MARK);
            std::fs::remove_file(&mark).and_then(|()| sync_folder(&self.root)).map_err(files::io(&mark))
        } else {
            write_mark(&self.root, &day, &waiting)
        }
    }

    /// Series whose numbers have to be confirmed before one is given, after a restore.
    pub fn unconfirmed(&self) -> Result<Vec<String>, OfficeError> {
        Ok(unconfirmed(&self.root)?.map(|(_, waiting)| waiting).unwrap_or_default())
    }

    /// Series of which these cases would take numbers.
    fn series_of(&self, cases: &[RawCase]) -> BTreeSet<String> {
        let kinds = cases.iter().filter_map(|raw| self.assets.kind(&raw.case.jenis));
        let second = |seri: &str| self.profile.penomoran.second(seri).map(str::to_owned);
        kinds.flat_map(|kind| [Some(kind.seri.clone()), second(&kind.seri)]).flatten().collect()
    }
}

/// Refuses to number these cases while one of their series is not confirmed after a restore.
pub(in crate::office) fn must_be_confirmed(
    office: &Office,
    cases: &[RawCase],
    date: Date,
) -> Result<(), OfficeError> {
    let Some((day, waiting)) = unconfirmed(&office.root)? else { return Ok(()) };
    let series = office.series_of(cases);
    let Some(seri) = waiting.into_iter().find(|seri| series.contains(seri)) else { return Ok(()) };
    let terakhir = office.book.series_end(&seri, date.year())?.next.saturating_sub(1);
    Err(BackupError::Unconfirmed { hari: day.parse().unwrap_or(date), seri, terakhir }.into())
}

fn unconfirmed(root: &Path) -> Result<Option<(String, Vec<String>)>, OfficeError> {
    let path: PathBuf = root.join(MARK);
    if !path.exists() {
        return Ok(None);
    }
    let text = files::read_text(&path)?;
    let told: BTreeMap<&str, Vec<&str>> = text.lines().filter_map(|line| line.split_once(' ')).fold(
        BTreeMap::new(),
        |mut told, (key, value)| {
            told.entry(key).or_default().push(value);
            told
        },
    );
    let words = |key: &str| told.get(key).into_iter().flatten().map(|word| (*word).to_owned());
    Ok(Some((words("hari").next().unwrap_or_default(), words("seri").collect())))
}

fn write_mark(root: &Path, day: &str, waiting: &[String]) -> Result<(), OfficeError> {
    let mark = root.join(MARK);
    let series: String = waiting.iter().map(|seri| format!("seri {seri}\n")).collect();
    write_new(&mark, format!("hari {day}\n{series}").as_bytes()).map_err(files::io(&mark))
}
