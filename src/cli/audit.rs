//! `suket archive check`.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::time::{Duration, Instant};

use suket::{AuditMark, AuditRequest, AuditSince, Office, OfficeError};

use super::args::{AuditArgs, Global};
use super::outside::{self, Progress};
use super::say::{self, Failure};
use super::{archive, cases, log};

/// How often the mark of an interrupted check is written.
const EVERY: Duration = Duration::from_secs(2);

/// Checks the archive; writes nothing in it.
pub(crate) fn run(global: &Global, call: &AuditArgs) -> Result<u8, Failure> {
    let since = call.since.as_deref().map(read_since).transpose()?;
    let mark = call.resume.as_deref().map_or_else(|| Ok(AuditMark::default()), read_mark)?;
    let passphrase = outside::passphrase_at_hand()?;
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let office = match Office::look(&global.archive, workers) {
        // A bad book is an answer; what can be looked at without it is.
        Err(error @ (OfficeError::Book(_) | OfficeError::ForeignJournal(_))) => {
            return Ok(archive::tell(&Office::audit_folder(&global.archive, &error), global));
        }
        other => other.map_err(outside::failure)?,
    };
    // Where the clock has no zone, what depends on the day is told as not checked.
    let hari = call.date.or_else(|| outside::today(office.profile()).ok());
    let progress = Progress::new(0, global);
    let bookmark = Bookmark::new(call.resume.as_deref());
    let request = AuditRequest {
        quick: call.quick,
        since,
        hari,
        passphrase: passphrase.as_ref().map(|text| text.as_slice()),
        mark,
        workers,
        progress: &|done, total, mark| {
            progress.set(done, total);
            bookmark.put(mark);
        },
    };
    let report = match office.audit_as(request) {
        Err(error @ OfficeError::Book(_)) => Office::audit_folder(&global.archive, &error),
        other => other.map_err(outside::failure)?,
    };
    bookmark.done()?;
    Ok(archive::tell(&report, global))
}

/// A day, `checkpoint` for the newest one of the book, or a file with a checkpoint that was kept elsewhere.
fn read_since(text: &str) -> Result<AuditSince, Failure> {
    if text == "checkpoint" {
        return Ok(AuditSince::Newest);
    }
    match text.parse() {
        Ok(date) => Ok(AuditSince::Date(date)),
        Err(_) => Ok(AuditSince::Kept(log::kept(Path::new(text))?)),
    }
}

fn read_mark(path: &Path) -> Result<AuditMark, Failure> {
    let wrong = |why: String| {
        let text = format!("{}: {why}", path.display());
        Failure::new(say::CALL, text, "hapus berkas itu untuk memeriksa dari awal")
    };
    match std::fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(AuditMark::default()),
        Err(error) => Err(wrong(say::cause(&error))),
    }
}

/// The file in which a check notes how far it has come.
struct Bookmark<'a> {
    path: Option<&'a Path>,
    last: Cell<Instant>,
    failed: RefCell<Option<Failure>>,
}

impl<'a> Bookmark<'a> {
    fn new(path: Option<&'a Path>) -> Self {
        #[expect(clippy::disallowed_methods, reason = "how often a mark is written is no part of any letter")]
        let now = Instant::now();
        Self { path, last: Cell::new(now), failed: RefCell::new(None) }
    }

    fn put(&self, mark: &AuditMark) {
        let Some(path) = self.path.filter(|_| self.last.get().elapsed() >= EVERY) else { return };
        #[expect(clippy::disallowed_methods, reason = "see above")]
        self.last.set(Instant::now());
        let text = serde_json::to_vec(mark).unwrap_or_default();
        if let Err(failure) = cases::write_file(path, &text) {
            *self.failed.borrow_mut() = Some(failure);
        }
    }

    /// What is finished needs no mark.
    fn done(self) -> Result<(), Failure> {
        if let Some(failure) = self.failed.into_inner() {
            return Err(failure);
        }
        match self.path.map(std::fs::remove_file) {
            Some(Err(error)) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Failure::new(say::MACHINE, say::cause(&error), "hapus sendiri berkas --resume"))
            }
            _ => Ok(()),
        }
    }
}
