//! What depends on the day: a book whose newest letters are in no backup, and papers that are kept longer than the profile
//! says. Nothing of it is damage; somebody should act.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::log::Rows;
use super::{Found, file_name};
use crate::book::{Book, Entry, Event, Peristiwa};
use crate::format::Sha256Bytes;
use crate::office::purge::{APPLICATION, REGISTER};
use crate::office::{KnownBackup, Office, OfficeError};

/// Days that a change of the book may wait for its first copy: a disk that is carried to the office is carried there
/// once a week.
const DAYS: i32 = 7;
/// Leaves that may wait for their first copy however new they are. Each is a number that has to be accounted for by hand
/// after a restore; this many are a month of a busy office.
const LEAVES: u64 = 500;

/// Papers that are kept longer than they may be, by class; the book is told in parts.
pub(super) struct Overdue {
    hari: Date,
    classes: BTreeMap<String, Class>,
    /// Registers that were destroyed.
    gone: BTreeSet<Sha256Bytes>,
}

/// Overdue papers of one class.
struct Class {
    count: u64,
    /// Last day on which the first of them was to be kept.
    last: Date,
    /// Where it is.
    nomor: Option<String>,
    berkas: Option<String>,
}

impl Overdue {
    /// Begins to look on this day.
    pub(super) fn new(office: &Office, hari: Date) -> Result<Self, OfficeError> {
        let gone = office.destroyed_registers()?;
        Ok(Self { hari, classes: BTreeMap::new(), gone })
    }

    /// The next part of the book.
    pub(super) fn part(&mut self, office: &Office, rows: &Rows) -> Result<(), OfficeError> {
        if office.profile.retensi.is_empty() {
            return Ok(());
        }
        for entry in rows.entries.iter().filter(|entry| !entry.musnah) {
            let Entry { jenis, tanggal, nomor, objek, .. } = entry;
            self.paper(office, jenis, *tanggal, || (Some(nomor.clone()), Some(file_name(objek))));
        }
        for event in &rows.events {
            self.event(office, event)?;
        }
        Ok(())
    }

    fn event(&mut self, office: &Office, event: &Event) -> Result<(), OfficeError> {
        let asked = matches!(event.isi.peristiwa, Peristiwa::Mohon { .. });
        if asked && !office.book.is_destroyed(event.seq)? {
            let place = || (None, Some("buku.sqlite".to_owned()));
            self.paper(office, APPLICATION, event.isi.tanggal, place);
        }
        if let Peristiwa::Tutup(closed) = &event.isi.peristiwa
            && !self.gone.contains(&closed.register)
        {
            let place = || (None, Some(file_name(&closed.register)));
            self.paper(office, REGISTER, closed.masa.mulai(), place);
        }
        Ok(())
    }

    fn paper(
        &mut self,
        office: &Office,
        class: &str,
        date: Date,
        place: impl FnOnce() -> (Option<String>, Option<String>),
    ) {
        let Some(last) = office.profile.kept_until(class, date).filter(|last| *last < self.hari) else {
            return;
        };
        if let Some(known) = self.classes.get_mut(class) {
            known.count += 1;
            return;
        }
        let (nomor, berkas) = place();
        self.classes.insert(class.to_owned(), Class { count: 1, last, nomor, berkas });
    }

    /// One finding for each class.
    pub(super) fn tell(self, found: &mut Found) {
        for (name, Class { count, last, nomor, berkas }) in self.classes {
            let what = match name.as_str() {
                APPLICATION => "permohonan".to_owned(),
                REGISTER => "register tertutup".to_owned(),
                kind => format!("surat {kind}"),
            };
            let text = format!(
                "{count} {what} sudah lewat masa simpannya dan belum dimusnahkan, yang pertama sejak {last}; lihat \
                 daftarnya dengan suket archive purge"
            );
            found.warn_at("retensi-lewat", berkas, nomor, text);
        }
    }
}

impl Office {
    /// Whether the newest changes of the book have waited too long for a copy, or too many of them wait.
    pub(super) fn check_backups(&self, hari: Date, found: &mut Found) -> Result<(), OfficeError> {
        // What the office remembers of a destination and cannot be read is as good as forgotten.
        let known = self.backups().unwrap_or_default().into_iter();
        let finished = known.filter(|backup| backup.hari.is_some());
        let newest = finished.max_by_key(|backup| (backup.catatan, backup.hari));
        let (size, copied) = (self.book.size()?, newest.as_ref().map_or(0, |backup| backup.catatan));
        let waiting = size.saturating_sub(copied);
        if waiting == 0 {
            return Ok(());
        }
        // A letter that was dated back has not waited longer than the backup is old.
        let since = self.day_of(copied).max(newest.as_ref().and_then(|backup| backup.hari));
        let days = since.map_or(0, |since| (hari - since).get_days());
        if days > DAYS || waiting > LEAVES {
            let (kode, text) = told(newest.as_ref(), waiting, since);
            found.warn_of(kode, "cadangan".to_owned(), text);
        }
        Ok(())
    }

    /// Day of a leaf. One that cannot be read is told with the rows.
    fn day_of(&self, seq: u64) -> Option<Date> {
        let entries = self.book.entries_in(seq, seq + 1).unwrap_or_default();
        let events = self.book.events_in(seq, seq + 1).unwrap_or_default();
        let letter = entries.first().map(|entry| entry.tanggal);
        letter.or_else(|| events.first().map(|event| event.isi.tanggal))
    }
}

fn told(newest: Option<&KnownBackup>, waiting: u64, since: Option<Date>) -> (&'static str, String) {
    let since = since.map(|day| format!(" sejak {day}")).unwrap_or_default();
    match newest {
        None => (
            "cadangan-belum-ada",
            format!(
                "arsip ini belum pernah dicadangkan, padahal bukunya memuat {waiting} catatan{since}; buat dengan suket \
                 archive backup FOLDER"
            ),
        ),
        Some(KnownBackup { tujuan, .. }) => (
            "cadangan-tertinggal",
            format!(
                "{waiting} catatan terakhir buku belum ada di cadangan mana pun{since}; jalankan suket archive backup \
                 {tujuan}"
            ),
        ),
    }
}
