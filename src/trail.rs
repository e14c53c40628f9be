//! The audit trail (jejak): who looked at personal data and who did what, in `jejak/YYYY-MM.jsonl`. A file only grows;
//! each line holds the SHA-256 of the line before it, over the files of all months, so that a line that was changed,
//! taken out or put in is noticed. No line holds a NIK: cases and letters are named by their id and number.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::archive::{append, is_unsynced, make_folder};
use crate::format::{hex, sha256};

/// Why the trail cannot be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrailError {
    /// The file system.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// A sync has failed before: nobody knows what of the trail is on the disk, and nothing more is written.
    #[error("jejak tidak ditulisi lagi, sejak disk tidak memastikan sebuah tulisan tersimpan")]
    ReadOnly,
}

/// What somebody did. Its texts hold no NIK and no name of an applicant.
#[derive(Debug, Clone, Copy)]
pub struct Laku<'a> {
    /// When.
    pub waktu: Timestamp,
    /// Account, token, or `umum` for somebody who did not sign in.
    pub oleh: &'a str,
    /// What, e.g. `lihat`, `masuk`.
    pub perbuatan: &'a str,
    /// To what: id of a case, number of a letter, name of a book.
    pub objek: &'a str,
    /// `boleh`, `ditolak`, or how it ended.
    pub hasil: &'a str,
    /// What was said to it, e.g. for what purpose.
    pub keterangan: &'a str,
}

/// A line of the trail.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Lihatan {
    /// Number of the line over all months, from 1.
    pub urut: u64,
    /// When.
    pub waktu: Timestamp,
    /// Account, token, or `umum`.
    pub oleh: String,
    /// What.
    pub perbuatan: String,
    /// To what.
    pub objek: String,
    /// How it ended.
    pub hasil: String,
    /// What was said to it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub keterangan: String,
    /// SHA-256 of the line before, in hex.
    pub sebelum: String,
}

impl Lihatan {
    /// Whether the line is about this case, letter or book. A line about several names them with blanks between.
    pub fn about(&self, objek: &str) -> bool {
        !objek.is_empty() && (self.objek == objek || self.objek.split(' ').any(|one| one == objek))
    }
}

/// What a check of the chain found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrailReport {
    /// Whole lines that fit.
    pub lines: u64,
    /// What does not fit, with file and line.
    pub broken: Vec<String>,
    /// Last line that a power cut has torn, if there is one.
    pub torn: u64,
}

/// The trail of one office.
#[derive(Debug)]
pub struct Trail {
    folder: PathBuf,
    last: String,
    count: u64,
    state: State,
}

/// What the last attempt to write has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// `last` and `count` are those of the files.
    Known,
    /// It failed; some lines may be there, the last one torn.
    Unknown,
    /// A sync failed.
    ReadOnly,
}

impl Trail {
    /// Opens `<office>/jejak`; makes it where there is none.
    ///
    /// # Errors
    /// [`TrailError::Io`].
    pub fn open(office: &Path) -> Result<Self, TrailError> {
        let folder = office.join("jejak");
        make_folder(&folder).map_err(io(&folder))?;
        let mut trail = Self { folder, last: String::new(), count: 0, state: State::Unknown };
        trail.find_end()?;
        Ok(trail)
    }

    /// Reads where the chain ends.
    fn find_end(&mut self) -> Result<(), TrailError> {
        (self.last, self.count) = (String::new(), 0);
        for file in self.files()?.into_iter().rev() {
            let text = String::from_utf8_lossy(&std::fs::read(&file).map_err(io(&file))?).into_owned();
            // A torn line is left as it is; the next one begins on a line of its own.
            if !text.is_empty() && !text.ends_with('\n') {
                let ended = append(&file, b"\n");
                self.heed(&file, ended)?;
            }
            let whole =
                text.lines().rev().find_map(|line| Some((line, serde_json::from_str::<Lihatan>(line).ok()?)));
            if let Some((line, read)) = whole {
                self.last = hex(&sha256(line.as_bytes()));
                self.count = read.urut;
                break;
            }
        }
        self.state = State::Known;
        Ok(())
    }

    /// Remembers that something was not written, and never writes again after a failed sync.
    fn heed(&mut self, file: &Path, done: std::io::Result<()>) -> Result<(), TrailError> {
        if let Err(error) = &done {
            self.state = if is_unsynced(error) { State::ReadOnly } else { State::Unknown };
        }
        done.map_err(io(file))
    }

    /// Adds a line; it is durable when this returns.
    ///
    /// # Errors
    /// [`TrailError::Io`], [`TrailError::ReadOnly`]; then nothing may be shown that should have been noted.
    pub fn note(&mut self, laku: Laku<'_>) -> Result<(), TrailError> {
        self.note_all(&[laku])
    }

    /// Adds lines together: one sync for those of a month, so that many people who look at once do not wait for each
    /// other's.
    ///
    /// # Errors
    /// [`TrailError::Io`], [`TrailError::ReadOnly`]; then nothing may be shown that should have been noted.
    pub fn note_all(&mut self, list: &[Laku<'_>]) -> Result<(), TrailError> {
        match self.state {
            State::Known => {}
            State::Unknown => self.find_end()?,
            State::ReadOnly => return Err(TrailError::ReadOnly),
        }
        let month = |laku: &Laku<'_>| laku.waktu.to_string().chars().take(7).collect::<String>();
        for part in list.chunk_by(|a, b| month(a) == month(b)) {
            let (mut last, mut count, mut text) = (self.last.clone(), self.count, String::new());
            for laku in part {
                count += 1;
                let line = serde_json::to_string(&line(laku, count, last)).unwrap_or_default();
                last = hex(&sha256(line.as_bytes()));
                text += &line;
                text.push('\n');
            }
            let name = part.first().map(month).unwrap_or_default();
            let file = self.folder.join(format!("{name}.jsonl"));
            let done = append(&file, text.as_bytes());
            self.heed(&file, done)?;
            (self.last, self.count) = (last, count);
        }
        Ok(())
    }

    /// Lines that fit, newest first; at most `most`.
    ///
    /// # Errors
    /// [`TrailError::Io`].
    pub fn read(&self, fits: impl Fn(&Lihatan) -> bool, most: usize) -> Result<Vec<Lihatan>, TrailError> {
        let mut found = Vec::new();
        for file in self.files()?.into_iter().rev() {
            let text = std::fs::read_to_string(&file).map_err(io(&file))?;
            let lines = text.lines().rev().filter_map(|line| serde_json::from_str(line).ok());
            found.extend(lines.filter(|line| fits(line)).take(most - found.len()));
            if found.len() >= most {
                break;
            }
        }
        Ok(found)
    }

    /// Checks the chain, while nobody adds to it; never writes.
    ///
    /// # Errors
    /// [`TrailError::Io`].
    pub fn check(&self) -> Result<TrailReport, TrailError> {
        check_folder(&self.folder)
    }

    fn files(&self) -> Result<Vec<PathBuf>, TrailError> {
        files(&self.folder)
    }
}

fn line(laku: &Laku<'_>, urut: u64, sebelum: String) -> Lihatan {
    Lihatan {
        urut,
        waktu: laku.waktu,
        oleh: laku.oleh.to_owned(),
        perbuatan: laku.perbuatan.to_owned(),
        objek: laku.objek.to_owned(),
        hasil: laku.hasil.to_owned(),
        keterangan: laku.keterangan.to_owned(),
        sebelum,
    }
}

/// Checks the chain of an office; never writes. An office without a trail has nothing broken.
///
/// # Errors
/// [`TrailError::Io`].
pub fn check_trail(office: &Path) -> Result<TrailReport, TrailError> {
    check_folder(&office.join("jejak"))
}

fn check_folder(folder: &Path) -> Result<TrailReport, TrailError> {
    let mut report = TrailReport::default();
    if !folder.is_dir() {
        return Ok(report);
    }
    let (mut last, mut count) = (String::new(), 0);
    for file in files(folder)? {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let lines = BufReader::new(std::fs::File::open(&file).map_err(io(&file))?).split(b'\n');
        for (place, line) in lines.enumerate() {
            let line = line.map_err(io(&file))?;
            let at = || format!("jejak/{name} baris {}", place + 1);
            let read: Option<Lihatan> = serde_json::from_slice(&line).ok();
            // What a power cut has left of a line.
            if read.is_none() && !line.ends_with(b"}") {
                report.torn += 1;
                continue;
            }
            if read.is_some_and(|read| read.sebelum == last && read.urut == count + 1) {
                report.lines += 1;
            } else {
                report.broken.push(at());
            }
            count += 1;
            last = hex(&sha256(&line));
        }
    }
    Ok(report)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, TrailError> {
    let entries = std::fs::read_dir(folder).map_err(io(folder))?;
    let mut list: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "jsonl"))
        .collect();
    list.sort();
    Ok(list)
}

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> TrailError {
    let path = path.to_owned();
    move |source| TrailError::Io { path, source }
}
