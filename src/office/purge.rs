//! Lawful destruction (pemusnahan): what the profile keeps no longer is listed, two people agree to that list under the
//! number of a berita acara, and then file, key and personal data are gone. The row stays, as a tombstone in the log.
//!
//! The event is committed first, together with the removal of the personal data from the book; then keys and files go, then
//! the cases at the desk. A purge that was stopped in between is finished by the next one, and `archive check` names what is
//! left until then.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::events::said;
use super::{By, KnownBackup, LogSigner, Office, OfficeError, files};
use crate::archive::{erase, sync_file, sync_folder, sync_folders, write_new};
use crate::book::{Book, BookError, Dimusnahkan, Entry, Event, Filter, Musnah, NewEvent, Peristiwa};
use crate::calendar::Bulan;
use crate::format::{Sha256Bytes, hex, sha256};

/// Classes of the profile's `retensi` that are no kinds of letters.
pub(super) const REGISTER: &str = "register";
pub(super) const APPLICATION: &str = "permohonan";
/// There while a purge is not finished.
const MARK: &str = ".musnah";
/// Bundles that were written.
const BUNDLES: &str = "bundel.txt";
/// The desk, which keeps cases of its own.
const DESK: &str = "meja.sqlite";

/// Has the desk forget the cases of these leaves, all that ever were destroyed. It is asked again until it has done so.
pub type Forgetting<'a> =
    &'a mut dyn FnMut(&BTreeSet<u64>) -> Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// What is due to be destroyed on a day, and where else it still is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurgeList {
    /// Letters.
    pub surat: Vec<Entry>,
    /// Applications, by leaf number, with their day.
    pub permohonan: Vec<(u64, Date)>,
    /// Closed months whose registers are due.
    pub register: Vec<Bulan>,
    /// Digest of the list: whoever agrees, agrees to this.
    pub sidik: String,
    /// Closed registers that hold names of these letters and are kept longer.
    pub register_lain: Vec<Bulan>,
    /// Bundles that were written of these months: month, day, where.
    pub bundel: Vec<String>,
    /// Backups that hold what is destroyed until they are made again.
    pub cadangan: Vec<KnownBackup>,
}

impl PurgeList {
    /// Whether nothing is due.
    pub fn is_empty(&self) -> bool {
        self.surat.is_empty() && self.permohonan.is_empty() && self.register.is_empty()
    }
}

/// An order to destroy.
#[derive(Debug, Clone, Copy)]
pub struct PurgeRequest<'a> {
    /// Number of the berita acara.
    pub berita_acara: &'a str,
    /// [`PurgeList::sidik`] of the list that was shown.
    pub sidik: &'a str,
    /// Two people who agree to it.
    pub setuju: [&'a str; 2],
    /// Who records it, and when.
    pub by: By<'a>,
}

/// Why nothing was destroyed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PurgeError {
    /// The list that was shown is not the list of today.
    #[error("daftar yang disetujui ({asked}) bukan daftar hari ini ({now})")]
    OtherList {
        /// Digest that was given.
        asked: String,
        /// Digest of the list now.
        now: String,
    },
    /// Nothing is due.
    #[error("tidak ada yang habis masa simpannya")]
    Nothing,
    /// Somebody reads the book, so that what was destroyed cannot be taken out of its file yet.
    #[error("surat sudah dimusnahkan, tetapi buku masih dibaca proses lain, jadi sisanya belum bersih")]
    Busy,
    /// The office has a desk, and nobody is there who can open it.
    #[error(
        "arsip ini mempunyai meja.sqlite, dan suket ini tidak dapat membukanya; tidak ada yang dimusnahkan"
    )]
    NoDesk,
    /// The desk has not forgotten what was destroyed.
    #[error("surat sudah dimusnahkan, tetapi berkasnya di meja belum: {0}")]
    Desk(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// One person is not two.
    #[error("pemusnahan perlu persetujuan dua orang yang berbeda")]
    OnePerson,
}

impl Office {
    /// What is due on a day: letters, registers and applications whose years in the profile are over. Kinds without years
    /// are never due.
    pub fn purge_list(&self, today: Date) -> Result<PurgeList, OfficeError> {
        let due =
            |jenis: &str, date: Date| self.profile.kept_until(jenis, date).is_some_and(|last| last < today);
        let events = self.book.events(None)?;
        let gone: Vec<&Musnah> = events.iter().filter_map(|event| event.isi.peristiwa.destroys()).collect();
        let surat: Vec<Entry> = self
            .book
            .list(&Filter::default())?
            .into_iter()
            .filter(|entry| !entry.musnah && due(&entry.jenis, entry.tanggal))
            .collect();
        let permohonan: Vec<(u64, Date)> = events
            .iter()
            .filter(|event| matches!(event.isi.peristiwa, Peristiwa::Mohon { .. }))
            .filter(|event| due(APPLICATION, event.isi.tanggal))
            .filter(|event| !gone.iter().any(|gone| gone.catatan.iter().any(|gone| gone.seq == event.seq)))
            .map(|event| (event.seq, event.isi.tanggal))
            .collect();
        let closed = events.iter().filter_map(|event| event.isi.peristiwa.closed());
        let closed: Vec<Bulan> =
            closed.filter(|masa| !gone.iter().any(|gone| gone.register.contains(masa))).collect();
        let (register, kept): (Vec<Bulan>, Vec<Bulan>) =
            closed.into_iter().partition(|masa| due(REGISTER, masa.mulai()));
        let months: BTreeSet<Bulan> = surat.iter().map(|entry| Bulan::of(entry.tanggal)).collect();
        let sidik = digest(&surat, &permohonan, &register);
        let bundel = self.bundles()?.into_iter().filter(|line| {
            let masa = line.split(' ').next().and_then(|month| month.parse().ok());
            masa.is_some_and(|masa: Bulan| months.contains(&masa))
        });
        Ok(PurgeList {
            register_lain: kept.into_iter().filter(|masa| months.contains(masa)).collect(),
            bundel: bundel.collect(),
            cadangan: self.backups()?,
            surat,
            permohonan,
            register,
            sidik,
        })
    }

    /// Destroys what is listed. Gives the event; the log is signed over it. A purge that was stopped is finished first, and an
    /// order that was carried out already gives its event again. An office with a desk needs somebody who has it forget
    /// ([`PurgeError::NoDesk`]).
    pub fn purge(
        &mut self,
        request: PurgeRequest<'_>,
        signer: &LogSigner,
        mut desk: Option<Forgetting<'_>>,
    ) -> Result<Event, OfficeError> {
        let PurgeRequest { berita_acara, sidik, setuju: [first, second], by } = request;
        let berita_acara = said(berita_acara, "nomor berita acara")?;
        let setuju = [said(first, "nama penyetuju pertama")?, said(second, "nama penyetuju kedua")?];
        if setuju
            .each_ref()
            .map(|name| name.to_lowercase())
            .windows(2)
            .any(|pair| pair.first() == pair.last())
        {
            return Err(PurgeError::OnePerson.into());
        }
        let oleh = said(by.oleh, "nama pencatat")?;
        if self.has_vault() && self.vault.borrow().is_none() {
            return Err(OfficeError::Locked);
        }
        if self.purge_is_unfinished() {
            self.resume_purge(desk.as_mut().map(|desk| desk as Forgetting<'_>))?;
        }
        let list = self.purge_list(by.tanggal)?;
        if list.sidik != sidik
            && let Some(event) = self.carried_out(berita_acara.as_str(), sidik)?
        {
            self.sign_log(signer)?;
            return Ok(event);
        }
        if list.is_empty() {
            return Err(PurgeError::Nothing.into());
        }
        if list.sidik != sidik {
            return Err(PurgeError::OtherList { asked: sidik.to_owned(), now: list.sidik }.into());
        }
        self.can_forget(desk.as_ref())?;
        let _turn = self.turn()?;
        let letter = |entry: &Entry| Dimusnahkan {
            seq: entry.seq,
            berkas: Some((entry.sha256, entry.objek, entry.ukuran)),
        };
        let mut catatan: Vec<Dimusnahkan> = list.surat.iter().map(letter).collect();
        catatan.extend(list.permohonan.iter().map(|(seq, _)| Dimusnahkan { seq: *seq, berkas: None }));
        catatan.sort_unstable_by_key(|gone| gone.seq);
        let gone = Musnah { berita_acara, setuju, catatan, register: list.register };
        let event = NewEvent { peristiwa: Peristiwa::Musnah(gone), tanggal: by.tanggal, oleh };
        let done = self.destroy_in_turn(event, signer, desk);
        self.heed(done)
    }

    /// The event of an order that was carried out already: power that was cut may have kept the word of it back.
    fn carried_out(&self, berita_acara: &str, sidik: &str) -> Result<Option<Event>, OfficeError> {
        let events = self.book.events(None)?;
        let entries = self.book.list(&Filter::default())?;
        let same = |gone: &Musnah| {
            let there = |seq: u64| gone.catatan.iter().any(|gone| gone.seq == seq);
            let surat: Vec<Entry> = entries.iter().filter(|entry| there(entry.seq)).cloned().collect();
            let permohonan: Vec<(u64, Date)> = events
                .iter()
                .filter(|event| matches!(event.isi.peristiwa, Peristiwa::Mohon { .. }) && there(event.seq))
                .map(|event| (event.seq, event.isi.tanggal))
                .collect();
            gone.berita_acara == berita_acara && digest(&surat, &permohonan, &gone.register) == sidik
        };
        let found = events.iter().find(|event| event.isi.peristiwa.destroys().is_some_and(&same));
        Ok(found.cloned())
    }

    fn destroy_in_turn(
        &mut self,
        event: NewEvent,
        signer: &LogSigner,
        desk: Option<Forgetting<'_>>,
    ) -> Result<Event, OfficeError> {
        self.settle_in_turn()?;
        let mark = self.root.join(MARK);
        write_new(&mark, b"pemusnahan belum selesai\n").map_err(files::io(&mark))?;
        let event = self.book.record(event, &[])?;
        self.sign_log_in_turn(signer)?;
        self.finish_purge(desk)?;
        Ok(event)
    }

    /// Whether a purge was stopped before its files were gone.
    pub fn purge_is_unfinished(&self) -> bool {
        self.root.join(MARK).exists()
    }

    /// Finishes a purge that was stopped.
    pub fn resume_purge(&mut self, desk: Option<Forgetting<'_>>) -> Result<(), OfficeError> {
        self.can_forget(desk.as_ref())?;
        let _turn = self.turn()?;
        let done = self.finish_purge(desk);
        self.heed(done)
    }

    /// Leaves of the letters and applications that were destroyed.
    pub fn destroyed(&self) -> Result<BTreeSet<u64>, OfficeError> {
        Ok(self.book.destroyed()?)
    }

    fn can_forget(&self, desk: Option<&Forgetting<'_>>) -> Result<(), PurgeError> {
        let forgotten = desk.is_some() || !self.root.join(DESK).exists();
        if forgotten { Ok(()) } else { Err(PurgeError::NoDesk) }
    }

    /// Removes files and keys of everything that was destroyed, its cases at the desk, and whatever of it is left in the
    /// book's file.
    fn finish_purge(&mut self, desk: Option<Forgetting<'_>>) -> Result<(), OfficeError> {
        let entries = self.book.list(&Filter::default())?;
        // Keys first: what they open is gone with them, also where a file cannot be removed.
        self.drop_month_keys(&entries)?;
        let registers = self.destroyed_registers()?;
        let letters = entries.iter().filter(|entry| entry.musnah).map(|entry| entry.objek);
        self.erase(letters.chain(registers).map(|objek| self.blobs.path(&objek)))?;
        // A backup that was stopped has left a copy of the book.
        self.drop_copy()?;
        let book = self.book.forget().map_err(|error| {
            let busy = matches!(error, BookError::Conflict);
            if busy { OfficeError::from(PurgeError::Busy) } else { error.into() }
        });
        // After a failed sync nothing more is written, at the desk neither.
        if book.as_ref().is_err_and(OfficeError::is_unsynced) {
            return book;
        }
        // As much as can go goes now, whatever has to be asked again.
        let gone = self.destroyed()?;
        let forgotten = desk.map_or(Ok(()), |desk| desk(&gone)).map_err(PurgeError::Desk);
        book?;
        forgotten?;
        // The log was cut off; by itself that may not last.
        let log = self.root.join("buku.sqlite-wal");
        sync_file(&log).map_err(files::io(&log))?;
        let mark = self.root.join(MARK);
        if !mark.exists() {
            return Ok(());
        }
        std::fs::remove_file(&mark).and_then(|()| sync_folder(&self.root)).map_err(files::io(&mark))
    }

    /// Overwrites and removes files; none comes back.
    fn erase(&self, paths: impl Iterator<Item = PathBuf>) -> Result<(), OfficeError> {
        let mut folders = BTreeSet::new();
        for path in paths {
            erase(&path).map_err(files::io(&path))?;
            // Also of one that is gone already: whoever removed it may have been stopped before this.
            folders.extend(path.parent().filter(|folder| folder.is_dir()).map(Path::to_owned));
        }
        sync_folders(&self.root, &folders).map_err(files::io(&self.root))
    }

    /// Removes the keys of months that open none of the letters which are left.
    fn drop_month_keys(&self, entries: &[Entry]) -> Result<(), OfficeError> {
        let months: BTreeSet<Bulan> =
            entries.iter().filter(|entry| entry.musnah).map(|entry| Bulan::of(entry.tanggal)).collect();
        for masa in months {
            let left: Vec<&Entry> = entries
                .iter()
                .filter(|entry| {
                    !entry.musnah && Bulan::of(entry.tanggal) == masa && entry.objek != entry.sha256
                })
                .collect();
            for (name, paths) in self.month_keys(Some(masa))? {
                if left.is_empty() || !self.opens_any(&name, &left)? {
                    self.erase(paths.into_iter())?;
                }
            }
        }
        Ok(())
    }

    /// SHA-256 of the registers that were destroyed.
    pub(super) fn destroyed_registers(&self) -> Result<BTreeSet<Sha256Bytes>, OfficeError> {
        Ok(self.book.destroyed_registers()?)
    }

    /// Remembers that a bundle was written, so that a purge can name it.
    pub fn remember_bundle(&self, masa: Bulan, hari: Date, place: &str) -> Result<(), OfficeError> {
        let _turn = self.turn()?;
        let mut lines = self.bundles()?;
        lines.push(format!("{masa} {hari} {}", place.replace(['\n', '\r'], " ")));
        let path = self.root.join(BUNDLES);
        self.heed(write_new(&path, (lines.join("\n") + "\n").as_bytes()).map_err(files::io(&path)))
    }

    fn bundles(&self) -> Result<Vec<String>, OfficeError> {
        let path = self.root.join(BUNDLES);
        if !path.is_file() {
            return Ok(Vec::new());
        }
        Ok(files::read_text(&path)?.lines().map(str::to_owned).collect())
    }
}

/// Digest of a list, short enough to be read out.
fn digest(surat: &[Entry], permohonan: &[(u64, Date)], register: &[Bulan]) -> String {
    let mut text = String::new();
    for entry in surat {
        text.push_str(&format!(
            "surat {} {} {} {}\n",
            entry.seq,
            entry.nomor,
            entry.tanggal,
            hex(&entry.sha256)
        ));
    }
    text.extend(permohonan.iter().map(|(seq, day)| format!("permohonan {seq} {day}\n")));
    text.extend(register.iter().map(|masa| format!("register {masa}\n")));
    hex(&sha256(text.as_bytes())).chars().take(16).collect()
}
