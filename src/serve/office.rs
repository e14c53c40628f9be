//! The office behind threads. An [`Office`] is one conversation with one database and belongs to one thread at a time,
//! so requests send closures to where it is:
//!
//! - `write`: one thread, with the opened keys; what it has begun it finishes, also when the daemon stops;
//! - `read`: look-ups, drafts and papers of the staff;
//! - `public`: the public check, apart, so that strangers never make the office wait.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use serde::Serialize;
use suket::{Identity, Office, OfficeError, Signers};
use tokio::sync::{oneshot, watch};

use super::gone::Gone;

/// Closures that may wait for one lane; more are told to come again.
const QUEUE: usize = 256;
/// How long the writing thread waits for the next deed before it moves what was committed into the archive folder.
const REST: Duration = Duration::from_millis(20);

/// What the daemon can do now; the words are those of `/healthz`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum Keadaan {
    /// Ready.
    #[serde(rename = "siap")]
    Siap,
    /// The keys are being opened; everything else works.
    #[serde(rename = "membuka kunci")]
    MembukaKunci,
    /// Read only: nobody gave the passphrase.
    #[serde(rename = "hanya baca")]
    HanyaBaca,
}

/// What a lane's thread holds.
struct Hands {
    root: PathBuf,
    workers: usize,
    office: Option<Office>,
    signers: Option<Signers>,
    vault: Arc<OnceLock<Identity>>,
    /// Whether something may have been committed that is not in the archive folder yet.
    unsettled: bool,
}

type Job = Box<dyn FnOnce(&mut Hands) + Send>;

impl Hands {
    fn office(&mut self) -> Result<&mut Office, OfficeError> {
        let office = match &mut self.office {
            Some(office) => office,
            none => none.insert(Office::open(&self.root, self.workers)?),
        };
        // Who prints or checks a letter may meet an encrypted one.
        if let Some(vault) = self.vault.get() {
            office.share_vault(vault);
        }
        Ok(office)
    }
}

/// What every thread of a lane begins with.
struct Begin<'a> {
    root: &'a Path,
    workers: usize,
    vault: &'a Arc<OnceLock<Identity>>,
}

/// One queue and the threads that take from it.
#[derive(Clone)]
struct Lane(Arc<Mutex<Option<SyncSender<Job>>>>);

impl Lane {
    fn start(name: &str, threads: usize, hands: &Begin<'_>) -> (Self, Vec<JoinHandle<()>>) {
        let (send, receive) = sync_channel::<Job>(QUEUE);
        let receive = Arc::new(Mutex::new(receive));
        let begin = |_| {
            let receive = Arc::clone(&receive);
            let vault = Arc::clone(hands.vault);
            let hands = Hands {
                root: hands.root.to_owned(),
                workers: hands.workers,
                office: None,
                signers: None,
                vault,
                unsettled: false,
            };
            std::thread::Builder::new().name(name.to_owned()).spawn(move || work(&receive, hands)).ok()
        };
        let threads = (0..threads).filter_map(begin).collect();
        (Self(Arc::new(Mutex::new(Some(send)))), threads)
    }

    /// Runs a closure on the lane and waits for what it gives. A request that goes away leaves it running.
    async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Hands) -> Result<T, Gone> + Send + 'static,
    ) -> Result<T, Gone> {
        let (tell, told) = oneshot::channel();
        self.send(Box::new(move |hands| {
            let _nobody_waits = tell.send(job(hands));
        }))?;
        told.await.unwrap_or(Err(Gone::Panicked))
    }

    fn send(&self, job: Job) -> Result<(), Gone> {
        let lane = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match lane.as_ref().map(|lane| lane.try_send(job)) {
            Some(Ok(())) => Ok(()),
            Some(Err(TrySendError::Full(_))) => Err(Gone::Busy),
            Some(Err(TrySendError::Disconnected(_))) | None => Err(Gone::Stopping),
        }
    }

    /// Takes nothing more; what waits is still done.
    fn close(&self) {
        drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// A lane's thread.
fn work(receive: &Mutex<Receiver<Job>>, mut hands: Hands) {
    // Opened before the first request needs it; an error is told to whoever asks.
    drop(hands.office().err());
    loop {
        let rest = if hands.unsettled { REST } else { Duration::MAX };
        let next = receive.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(rest);
        match next {
            Ok(job) => {
                if catch_unwind(AssertUnwindSafe(|| job(&mut hands))).is_err() {
                    // Nobody knows what state it is in.
                    hands.office = None;
                }
                if hands.unsettled {
                    settle(&mut hands, Office::settle_in_passing);
                }
            }
            Err(end) => {
                if std::mem::take(&mut hands.unsettled) {
                    settle(&mut hands, Office::settle);
                }
                if end == RecvTimeoutError::Disconnected {
                    return;
                }
            }
        }
    }
}

/// The office, as requests reach it.
#[derive(Clone)]
pub(crate) struct OfficeThreads {
    write: Lane,
    read: Lane,
    public: Lane,
    keadaan: watch::Receiver<Keadaan>,
    threads: Arc<Mutex<Vec<JoinHandle<()>>>>,
}

impl OfficeThreads {
    /// Starts the threads. `cores` letters are set at a time.
    pub(crate) fn start(root: &Path, cores: usize, keadaan: watch::Receiver<Keadaan>) -> Self {
        let vault = Arc::default();
        let (write, mut threads) = Lane::start("tulis", 1, &Begin { root, workers: cores, vault: &vault });
        let reader = Begin { root, workers: 1, vault: &vault };
        let (read, more) = Lane::start("baca", cores, &reader);
        threads.extend(more);
        let (public, more) = Lane::start("umum", cores, &reader);
        threads.extend(more);
        Self { write, read, public, keadaan, threads: Arc::new(Mutex::new(threads)) }
    }

    /// What the daemon can do now.
    pub(crate) fn keadaan(&self) -> Keadaan {
        *self.keadaan.borrow()
    }

    /// Changes something that keys are needed for: issues, cancels, closes a month. When the answer is on its way, what
    /// was committed is moved into the archive folder, several letters at once or at the next rest; closures need not.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Office, &Signers) -> T + Send + 'static,
    ) -> Result<T, Gone> {
        match self.keadaan() {
            Keadaan::Siap => {}
            Keadaan::MembukaKunci => return Err(Gone::Opening),
            Keadaan::HanyaBaca => return Err(Gone::ReadOnly),
        }
        self.write
            .run(move |hands| {
                let signers = hands.signers.clone().ok_or(Gone::Opening)?;
                hands.unsettled = true;
                Ok(job(hands.office().map_err(Gone::Closed)?, &signers))
            })
            .await
    }

    /// Changes something that no key is needed for, on the same thread.
    pub(crate) async fn change<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Office) -> T + Send + 'static,
    ) -> Result<T, Gone> {
        self.write.run(move |hands| Ok(job(hands.office().map_err(Gone::Closed)?))).await
    }

    /// Looks: rows, drafts, papers, for the staff.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Office) -> T + Send + 'static,
    ) -> Result<T, Gone> {
        self.read.run(move |hands| Ok(job(hands.office().map_err(Gone::Closed)?))).await
    }

    /// Looks, for strangers.
    pub(crate) async fn public<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Office) -> T + Send + 'static,
    ) -> Result<T, Gone> {
        self.public.run(move |hands| Ok(job(hands.office().map_err(Gone::Closed)?))).await
    }

    /// Opens the keys on the writing thread, and with them the vault of encrypted letters for every thread, after it has finished what an earlier process left behind. Gives the
    /// number of files that it has moved.
    pub(crate) async fn unlock(
        &self,
        open: impl FnOnce(&Office) -> Result<Option<Signers>, OfficeError> + Send + 'static,
    ) -> Result<Result<usize, OfficeError>, Gone> {
        self.write
            .run(move |hands| {
                let office = hands.office().map_err(Gone::Closed)?;
                let opened =
                    office.settle().and_then(|moved| Ok((moved, open(office)?, office.opened_vault())));
                Ok(opened.map(|(moved, signers, vault)| {
                    if let Some(vault) = vault {
                        let _same_as_before = hands.vault.set(vault);
                    }
                    hands.signers = signers;
                    moved
                }))
            })
            .await
    }

    /// Takes nothing more and waits until everything that was begun is done.
    pub(crate) fn finish(&self) {
        for lane in [&self.write, &self.read, &self.public] {
            lane.close();
        }
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            let _panics_are_caught = thread.join();
        }
    }
}

/// Moves committed bytes into the archive folder. A failure loses nothing: the bytes stay in the book, and the next
/// letter or start tries again.
fn settle(hands: &mut Hands, act: fn(&mut Office) -> Result<usize, OfficeError>) {
    let moved = hands.office().and_then(act);
    if let Err(error) = moved {
        tracing::warn!(galat = %error, "berkas belum dipindah ke arsip");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn threads(keadaan: Keadaan) -> (OfficeThreads, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let profile = suket::Profile::builtin("candi-laras-utara").unwrap();
        let date = "2026-11-21".parse().unwrap();
        let mut entropy = |buffer: &mut [u8]| getrandom::fill(buffer).unwrap();
        let request = suket::InitRequest { profile, date, passphrase: b"sandi uji", entropy: &mut entropy };
        Office::init(folder.path(), request).unwrap();
        let (_tell, told) = watch::channel(keadaan);
        (OfficeThreads::start(folder.path(), 2, told), folder)
    }

    async fn unlock(office: &OfficeThreads) {
        let open =
            |office: &Office| office.unlock_seal(b"sandi uji", "2026-11-21".parse().unwrap()).map(Some);
        office.unlock(open).await.unwrap().unwrap();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_panic_is_an_answer_and_the_thread_goes_on() {
        let (office, _folder) = threads(Keadaan::Siap);
        unlock(&office).await;
        for _ in 0..3 {
            let broken = office.write(|_, _| panic!("sengaja")).await;
            assert!(matches!(broken, Err::<(), _>(Gone::Panicked)));
            assert_eq!(office.write(|office, _| office.settle().unwrap()).await.unwrap(), 0);
            assert!(matches!(office.read(|_| panic!("sengaja")).await, Err::<(), _>(Gone::Panicked)));
        }
        // More panics than there are threads: none of them is lost.
        assert_eq!(office.read(|office| office.profile().kode_wilayah.clone()).await.unwrap(), "63.05.06");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn without_keys_nothing_is_written() {
        for (keadaan, expect) in
            [(Keadaan::MembukaKunci, "masih dibuka"), (Keadaan::HanyaBaca, "hanya membaca")]
        {
            let (office, _folder) = threads(keadaan);
            let refused = office.write(|_, _| panic!("tidak boleh sampai di sini")).await;
            let told = match refused {
                Err::<(), _>(gone) => gone.to_string(),
                Ok(()) => String::new(),
            };
            assert!(told.contains(expect), "{told}");
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_was_begun_is_finished_before_the_end_and_nothing_after_it() {
        let (office, folder) = threads(Keadaan::Siap);
        unlock(&office).await;
        let (begun, begins) = oneshot::channel();
        let (go, gone_on) = std::sync::mpsc::channel::<()>();
        let writing = tokio::spawn({
            let office = office.clone();
            async move {
                office
                    .write(move |office, signers| {
                        begun.send(()).unwrap();
                        gone_on.recv().unwrap();
                        let case = include_bytes!("../../templates/contoh/pengembalian.toml");
                        let cases = suket::RawCase::read("pengembalian.toml", case).unwrap();
                        let date = "2026-11-21".parse().unwrap();
                        let skip_invalid = false;
                        let request =
                            suket::IssueRequest { cases, date, signers, skip_invalid, progress: &|| {} };
                        office.issue(request).unwrap().len()
                    })
                    .await
            }
        });
        begins.await.unwrap();
        let finishing = tokio::task::spawn_blocking({
            let office = office.clone();
            move || office.finish()
        });
        while !matches!(office.read(|_| ()).await, Err(Gone::Stopping)) {
            tokio::task::yield_now().await;
        }
        assert!(matches!(office.write(|_, _| ()).await, Err(Gone::Stopping)));
        go.send(()).unwrap();
        assert_eq!(writing.await.unwrap().unwrap(), 1);
        finishing.await.unwrap();
        let left = Office::open(folder.path(), 1).unwrap();
        assert_eq!(left.list(&suket::Filter::default()).unwrap().len(), 1);
    }
}
