//! The desk and the audit trail, as requests reach them.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use suket::{Cara, Desk, DeskError, Laku, Office, Penandatanganan, Trail, TrailError};
use tokio::sync::{mpsc, oneshot, watch};

use super::open::signing;
use super::trouble::Trouble;
use super::unggah::Pekerjaan;
use crate::cli::outside;
use crate::cli::say::{self, Failure};

/// Lines of the trail that are written together.
const MOST_NOTES: usize = 256;

/// What the daemon's state holds for the staff.
#[derive(Clone)]
pub(crate) struct Meja {
    desk: Arc<Mutex<Desk>>,
    trail: Arc<Mutex<Trail>>,
    notes: mpsc::UnboundedSender<Note>,
    cara: Cara,
    kantor: Arc<str>,
    changes: watch::Sender<u64>,
    jobs: Pekerjaan,
}

/// A line for the trail, owned, so that it can go to another thread.
pub(crate) struct Jejak {
    /// Account or token, or `umum`.
    pub(crate) oleh: String,
    /// What.
    pub(crate) perbuatan: &'static str,
    /// To what.
    pub(crate) objek: String,
    /// How it ended.
    pub(crate) hasil: &'static str,
    /// What was said to it.
    pub(crate) keterangan: String,
}

impl Meja {
    /// Opens desk and trail of an office.
    pub(crate) fn open(root: &Path, office: &Office) -> Result<Self, Failure> {
        let profile = office.profile();
        let mut desk = Desk::open(&root.join("meja.sqlite")).map_err(|e| {
            Failure::new(say::MACHINE, e.to_string(), "periksa folder arsip, atau pasang suket yang terbaru")
        })?;
        forget_destroyed(&mut desk, office);
        let trail = Trail::open(root)
            .map_err(|e| Failure::new(say::MACHINE, e.to_string(), "periksa folder arsip"))?;
        let trail = Arc::new(Mutex::new(trail));
        let (notes, take) = mpsc::unbounded_channel();
        let writes = Arc::clone(&trail);
        std::thread::Builder::new()
            .name("jejak".to_owned())
            .spawn(move || write_notes(take, &writes))
            .map_err(|e| Failure::new(say::MACHINE, e.to_string(), "jalankan lagi"))?;
        Ok(Self {
            desk: Arc::new(Mutex::new(desk)),
            trail,
            notes,
            cara: profile.tanda_tangan.cara,
            kantor: profile.nama.as_str().into(),
            changes: watch::Sender::new(0),
            jobs: Pekerjaan::default(),
        })
    }

    /// How letters are signed.
    pub(crate) fn cara(&self) -> Cara {
        self.cara
    }

    /// The same, as the table of rights has it.
    pub(crate) fn signing(&self) -> Penandatanganan {
        signing(self.cara)
    }

    /// Name of the office.
    pub(crate) fn kantor(&self) -> &str {
        &self.kantor
    }

    /// Tells those who watch the board that something has changed.
    pub(crate) fn told(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    /// Counts the changes.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Tables that are being received.
    pub(super) fn jobs(&self) -> &Pekerjaan {
        &self.jobs
    }

    /// Does something with the desk, on a thread that may wait for the disk.
    pub(crate) async fn desk<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Desk) -> T + Send + 'static,
    ) -> Result<T, Trouble> {
        let desk = Arc::clone(&self.desk);
        let job = move || job(&mut desk.lock().unwrap_or_else(PoisonError::into_inner));
        tokio::task::spawn_blocking(job).await.map_err(|_panicked| Trouble::Panicked)
    }

    /// Writes a line into the trail. Where that fails, nothing may be shown or done.
    pub(crate) async fn note(&self, jejak: Jejak, waktu: Timestamp) -> Result<(), Trouble> {
        let (tell, told) = oneshot::channel();
        self.notes.send(Note { jejak, waktu, tell }).map_err(|_ended| Trouble::Panicked)?;
        told.await.map_err(|_ended| Trouble::Panicked)?.map_err(|text| Trouble::Unnoted(text.to_string()))
    }

    /// Reads the trail.
    pub(crate) async fn trail<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Trail) -> T + Send + 'static,
    ) -> Result<T, Trouble> {
        let trail = Arc::clone(&self.trail);
        let job = move || job(&trail.lock().unwrap_or_else(PoisonError::into_inner));
        tokio::task::spawn_blocking(job).await.map_err(|_panicked| Trouble::Panicked)
    }
}

/// Cases of letters that were destroyed go from the desk too: of a destruction that was stopped before, or of an older
/// `meja.sqlite` that somebody has put back.
fn forget_destroyed(desk: &mut Desk, office: &Office) {
    let forgotten = office.destroyed().map_err(|error| error.to_string()).and_then(|gone| {
        let done = |error: DeskError| error.to_string();
        if desk.holds(&gone).map_err(done)? { desk.forget(&gone).map_err(done) } else { Ok(0) }
    });
    match forgotten {
        Ok(0) => {}
        Ok(count) => say::err(&format!("{count} berkas meja dari surat yang sudah dimusnahkan dibuang")),
        Err(error) => {
            say::warning(&error, "mulai layanan ini sekali lagi; bila tetap begitu, periksa meja.sqlite");
        }
    }
}

/// A line that waits to be written, and who waits for it.
struct Note {
    jejak: Jejak,
    waktu: Timestamp,
    tell: oneshot::Sender<Result<(), Arc<TrailError>>>,
}

/// Writes what waits, all of it with one sync; ends with the daemon.
fn write_notes(mut take: mpsc::UnboundedReceiver<Note>, trail: &Mutex<Trail>) {
    let mut waiting = Vec::new();
    while take.blocking_recv_many(&mut waiting, MOST_NOTES) > 0 {
        let list: Vec<Laku<'_>> = waiting
            .iter()
            .map(|Note { jejak, waktu, .. }| Laku {
                waktu: *waktu,
                oleh: &jejak.oleh,
                perbuatan: jejak.perbuatan,
                objek: &jejak.objek,
                hasil: jejak.hasil,
                keterangan: &jejak.keterangan,
            })
            .collect();
        let done = trail.lock().unwrap_or_else(PoisonError::into_inner).note_all(&list).map_err(Arc::new);
        for note in waiting.drain(..) {
            let _nobody_waits = note.tell.send(done.clone());
        }
    }
}

/// A random name: nobody can guess another one from it.
pub(crate) fn random_id() -> String {
    let mut bytes = [0; 16];
    outside::entropy(&mut bytes);
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
