//! The book in memory: a double for tests and for trying things out; it passes the same suite as the real one.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{
    Agenda, Attachment, Behind, Book, BookError, Entry, Event, Filter, Leaf, NewEntry, NewEvent, Peristiwa,
    Person, SeriesEnd, Status, Titik, Waiting, closes_next, in_open_month, may_answer,
};
use crate::calendar::Bulan;
use crate::format::Sha256Bytes;
use crate::format::tlog::{self, Subtrees};

/// A book that is gone when it is dropped.
#[derive(Debug, Clone, Default)]
pub struct MemoryBook {
    entries: Vec<Entry>,
    people: BTreeMap<u64, Person>,
    events: Vec<Event>,
    leaves: Vec<Leaf>,
    requests: BTreeMap<String, (u64, Sha256Bytes)>,
    waiting: BTreeMap<Sha256Bytes, Vec<u8>>,
    attached: BTreeSet<Sha256Bytes>,
    checkpoints: Vec<Titik>,
}

impl Subtrees for MemoryBook {
    type Error = BookError;

    fn node(&self, level: u32, index: u64) -> Result<Sha256Bytes, BookError> {
        if let Some(below) = level.checked_sub(1) {
            let (left, right) = (index * 2, index * 2 + 1);
            return Ok(tlog::node_hash(
                &Subtrees::node(self, below, left)?,
                &Subtrees::node(self, below, right)?,
            ));
        }
        let leaf = self.leaves.iter().find(|leaf| leaf.seq == index);
        leaf.map(|leaf| leaf.daun).ok_or_else(|| BookError::Damaged(format!("catatan {index} tidak ada")))
    }
}

impl MemoryBook {
    fn file(&mut self, files: &[Attachment]) {
        for file in files {
            if self.attached.insert(file.objek) {
                self.waiting.insert(file.objek, file.bytes.to_vec());
            }
        }
    }

    fn take(&mut self, new: NewEntry) -> Result<Entry, BookError> {
        in_open_month(self.closed_month(), new.tanggal)?;
        if new.sisipan.is_empty() {
            self.series_end(&new.seri, new.tahun)?.takes(new.urut, new.tanggal)?;
        } else {
            let behind = self.behind(&new.seri, new.tahun, new.urut)?;
            behind.ok_or(BookError::NotUsed(new.urut))?.takes(&new)?;
        }
        if let Some(agenda) = &new.agenda {
            self.series_end(&agenda.seri, new.tahun)?.takes(agenda.urut, new.tanggal)?;
            if agenda.seri == new.seri || !new.sisipan.is_empty() {
                return Err(BookError::Damaged("nomor agenda hanya bersama surat seri lain".to_owned()));
            }
            let same = |known: &Agenda| known.nomor == agenda.nomor;
            if self.entries.iter().any(|e| e.tahun == new.tahun && e.agenda.as_ref().is_some_and(same)) {
                return Err(BookError::Damaged(format!("nomor {} sudah ada pada tahun itu", agenda.nomor)));
            }
        }
        if self.entries.iter().any(|e| e.tahun == new.tahun && e.nomor == new.nomor) {
            return Err(BookError::Damaged(format!("nomor {} sudah ada pada tahun itu", new.nomor)));
        }
        let seq = self.next_leaf();
        let old = new.menggantikan.and_then(|old| self.entries.iter().find(|entry| entry.seq == old));
        match old.map(|old| old.status) {
            Some(Status::Batal) => return Err(BookError::Already("dibatalkan")),
            Some(Status::Diganti) => return Err(BookError::Already("diganti")),
            Some(Status::Berlaku | Status::Kedaluwarsa | Status::Dimusnahkan) | None => {}
        }
        if let Some((key, digest)) = &new.permintaan
            && self.requests.insert(key.clone(), (seq, *digest)).is_some()
        {
            return Err(BookError::RequestDiffers);
        }
        self.leaves.push(Leaf::issued(seq, &new));
        if let Some(old) =
            new.menggantikan.and_then(|old| self.entries.iter_mut().find(|entry| entry.seq == old))
        {
            old.status = Status::Diganti;
        }
        let (objek, stored) = new.stored();
        self.waiting.insert(objek, stored.to_vec());
        self.file(&new.lampiran);
        let entry = new.entry(seq);
        self.people.insert(seq, new.orang);
        self.entries.push(entry.clone());
        Ok(entry)
    }
}

impl MemoryBook {
    fn next_leaf(&self) -> u64 {
        u64::try_from(self.leaves.len()).unwrap_or(u64::MAX)
    }

    /// Ranges that were written outside: the event, first and last number.
    fn outside<'a>(&'a self, seri: &'a str) -> impl Iterator<Item = (&'a NewEvent, u32, u32)> {
        self.events.iter().filter_map(move |event| {
            let (own, dari, sampai) = event.isi.peristiwa.outside()?;
            (own == seri).then_some((&event.isi, dari, sampai))
        })
    }

    /// Every place in this series that a letter has: year, running number, whether it is of the counter, the letter.
    fn places<'a>(&'a self, seri: &'a str) -> impl Iterator<Item = (i16, u32, bool, &'a Entry)> {
        self.entries.iter().flat_map(move |entry| {
            let own = (entry.seri == seri).then_some((entry.urut, entry.sisipan.is_empty()));
            let agenda = entry.agenda.as_ref().filter(|agenda| agenda.seri == seri);
            let places = own.into_iter().chain(agenda.map(|agenda| (agenda.urut, true)));
            places.map(move |(urut, counted)| (entry.tahun, urut, counted, entry))
        })
    }

    /// Whether a letter was cancelled before its own day came.
    fn never_came(&self, entry: &Entry) -> bool {
        self.events.iter().any(|event| {
            let batal = matches!(event.isi.peristiwa, Peristiwa::Batal { surat, .. } if surat == entry.seq);
            batal && event.isi.tanggal < entry.tanggal
        })
    }

    /// Leaf number, year and number of every application.
    fn applications(&self) -> impl Iterator<Item = (u64, i16, u32)> {
        self.events.iter().filter_map(|event| {
            let Peristiwa::Mohon { urut, .. } = event.isi.peristiwa else { return None };
            Some((event.seq, event.isi.tanggal.year(), urut))
        })
    }

    fn closed_month(&self) -> Option<Bulan> {
        let months = self.events.iter().filter_map(|event| event.isi.peristiwa.closed());
        months.max()
    }

    fn allowed(&self, event: &NewEvent) -> Result<(), BookError> {
        let closed = self.closed_month();
        if let Peristiwa::Tutup(asked) = &event.peristiwa {
            let outside = self.events.iter().filter(|event| event.isi.peristiwa.outside().is_some());
            let dates = self.entries.iter().map(|entry| entry.tanggal);
            let first = dates.chain(outside.map(|event| event.isi.tanggal)).min().map(Bulan::of);
            return closes_next(closed, first, asked.masa);
        }
        in_open_month(closed, event.tanggal)?;
        if event.peristiwa.destroys().is_some() {
            return Ok(());
        }
        if let Peristiwa::Mohon { urut, .. } = &event.peristiwa {
            let next = self.next_application(event.tanggal.year())?;
            return if *urut == next { Ok(()) } else { Err(BookError::Conflict) };
        }
        if let Peristiwa::Jawab { permohonan: asked, .. } = &event.peristiwa {
            if !self.applications().any(|(seq, _, _)| seq == *asked) {
                return Err(BookError::Damaged(format!("permohonan {asked} tidak ada")));
            }
            let about = |known: &&Event| known.seq == *asked || known.isi.peristiwa.answers(*asked).is_some();
            let last = self.events.iter().rfind(about).map(|known| known.isi.tanggal);
            if let Some(terakhir) = last.filter(|last| *last > event.tanggal) {
                return Err(BookError::EventGoesBack { tanggal: event.tanggal, terakhir });
            }
            return may_answer(
                self.events.iter().rev().find_map(|known| known.isi.peristiwa.answers(*asked)),
            );
        }
        if let Peristiwa::Luar { seri, dari, .. } = &event.peristiwa {
            let end = self.series_end(seri, event.tanggal.year())?;
            if end.next != *dari {
                return Err(BookError::NotNext(end.next));
            }
            return match end.last_date.filter(|last| *last > event.tanggal) {
                Some(terakhir) => Err(BookError::DateGoesBack { tanggal: event.tanggal, terakhir }),
                None => Ok(()),
            };
        }
        let about_letters = self.events.iter().filter(|known| known.isi.peristiwa.surat().is_some());
        if let Some(terakhir) =
            about_letters.map(|known| known.isi.tanggal).max().filter(|last| *last > event.tanggal)
        {
            return Err(BookError::EventGoesBack { tanggal: event.tanggal, terakhir });
        }
        let letter = event.peristiwa.surat();
        let entry = self.entries.iter().find(|entry| Some(entry.seq) == letter);
        let entry = entry.ok_or_else(|| BookError::Damaged("surat tidak ada".to_owned()))?;
        let again = self.events.iter().any(|known| {
            known.isi.peristiwa.surat() == letter && known.isi.peristiwa.name() == event.peristiwa.name()
        });
        event.peristiwa.refused(entry.status, again)
    }
}

impl Book for MemoryBook {
    fn series_end(&self, seri: &str, tahun: i16) -> Result<SeriesEnd, BookError> {
        let counted = || self.places(seri).filter(|(_, _, counted, _)| *counted);
        let numbers = counted().filter(|place| place.0 == tahun).map(|place| place.1);
        let outside =
            self.outside(seri).filter(|(event, ..)| event.tanggal.year() == tahun).map(|range| range.2);
        let dates = counted().map(|place| place.3).filter(|entry| !self.never_came(entry));
        let outside_dates = self.outside(seri).map(|(event, ..)| event.tanggal);
        Ok(SeriesEnd {
            next: numbers.chain(outside).max().unwrap_or(0) + 1,
            last_date: dates.map(|entry| entry.tanggal).chain(outside_dates).max(),
        })
    }

    fn behind(&self, seri: &str, tahun: i16, urut: u32) -> Result<Option<Behind>, BookError> {
        let letters = || self.places(seri).filter(|place| place.0 == tahun);
        let ranges = || self.outside(seri).filter(|(event, ..)| event.tanggal.year() == tahun);
        let used = letters().any(|(_, number, counted, _)| counted && number == urut)
            || ranges().any(|(_, from, to)| (from..=to).contains(&urut));
        if !used {
            return Ok(None);
        }
        let last = letters().filter(|place| place.1 == urut).map(|place| place.3.sisipan.as_str()).max();
        let dated: Vec<(u32, u32, Date)> = letters()
            .filter(|place| !self.never_came(place.3))
            .map(|(_, number, _, entry)| (number, number, entry.tanggal))
            .chain(ranges().map(|(event, from, to)| (from, to, event.tanggal)))
            .collect();
        let before = dated.iter().filter(|place| place.0 <= urut).map(|place| place.2).max();
        let after = dated.iter().filter(|place| place.1 > urut).map(|place| place.2).min();
        let end = self.series_end(seri, tahun)?.last_date;
        Ok(Some(Behind::new(tahun, last, (before, after), end)))
    }

    fn commit(&mut self, batch: Vec<NewEntry>, titik: Option<&Titik>) -> Result<Vec<Entry>, BookError> {
        let mut next = self.clone();
        let taken = batch.into_iter().map(|new| next.take(new)).collect::<Result<Vec<_>, _>>()?;
        if let Some(titik) = titik {
            next.witness(titik)?;
        }
        *self = next;
        Ok(taken)
    }

    fn next_application(&self, tahun: i16) -> Result<u32, BookError> {
        let own = self.applications().filter(|(_, year, _)| *year == tahun);
        Ok(own.map(|(_, _, urut)| urut).max().unwrap_or(0) + 1)
    }

    fn closed(&self) -> Result<Option<Event>, BookError> {
        Ok(self.events.iter().rfind(|event| event.isi.peristiwa.closed().is_some()).cloned())
    }

    fn witness(&mut self, titik: &Titik) -> Result<(), BookError> {
        let last = self.checkpoints.last().map(|last| last.ukuran);
        let whole = titik.ukuran == self.next_leaf() && titik.akar == tlog::root(self, titik.ukuran)?;
        if !whole || last.unwrap_or(0) >= titik.ukuran {
            return Err(BookError::Conflict);
        }
        self.checkpoints.push(Titik { sebelum: last, ..titik.clone() });
        Ok(())
    }

    fn size(&self) -> Result<u64, BookError> {
        Ok(self.next_leaf())
    }

    fn node(&self, level: u32, index: u64) -> Result<Sha256Bytes, BookError> {
        Subtrees::node(self, level, index)
    }

    fn checkpoint(&self) -> Result<Option<Titik>, BookError> {
        Ok(self.checkpoints.last().cloned())
    }

    fn checkpoints(&self) -> Result<Vec<Titik>, BookError> {
        Ok(self.checkpoints.clone())
    }

    fn record(&mut self, event: NewEvent, files: &[Attachment]) -> Result<Event, BookError> {
        self.allowed(&event)?;
        self.file(files);
        let seq = self.next_leaf();
        self.leaves.push(event.leaf(seq));
        if let Peristiwa::Batal { surat, .. } = event.peristiwa
            && let Some(entry) = self.entries.iter_mut().find(|entry| entry.seq == surat)
        {
            entry.status = Status::Batal;
        }
        for gone in event.peristiwa.destroys().into_iter().flat_map(|gone| &gone.catatan) {
            self.people.remove(&gone.seq);
            self.entries
                .iter_mut()
                .filter(|entry| entry.seq == gone.seq)
                .for_each(|entry| entry.musnah = true);
        }
        let event = Event { seq, isi: event };
        self.events.push(event.clone());
        Ok(event)
    }

    fn events(&self, letter: Option<u64>) -> Result<Vec<Event>, BookError> {
        let wanted = |event: &&Event| letter.is_none() || event.isi.peristiwa.surat() == letter;
        Ok(self.events.iter().filter(wanted).cloned().collect())
    }

    fn by_request(&self, key: &str) -> Result<Option<(Entry, Option<Sha256Bytes>)>, BookError> {
        let Some((seq, digest)) = self.requests.get(key) else { return Ok(None) };
        Ok(self.entries.iter().find(|entry| entry.seq == *seq).map(|entry| (entry.clone(), Some(*digest))))
    }

    fn list(&self, filter: &Filter) -> Result<Vec<Entry>, BookError> {
        let wanted = |entry: &&Entry| {
            filter.month.is_none_or(|month| (entry.tanggal.year(), entry.tanggal.month()) == month)
                && filter.series.as_ref().is_none_or(|series| entry.seri == *series)
                && filter.nomor.as_ref().is_none_or(|nomor| entry.nomor == *nomor)
                && filter.year.is_none_or(|year| entry.tahun == year)
        };
        Ok(self.entries.iter().filter(wanted).cloned().collect())
    }

    fn numbered(&self, seri: &str, tahun: i16, urut: u32) -> Result<Vec<Entry>, BookError> {
        let there = self.places(seri).filter(|place| (place.0, place.1) == (tahun, urut));
        Ok(there.map(|place| place.3.clone()).collect())
    }

    fn by_sidik(&self, sidik: &Sha256Bytes) -> Result<Option<Entry>, BookError> {
        Ok(self.entries.iter().find(|entry| entry.sidik == *sidik).cloned())
    }

    fn by_kode(&self, kode: &str) -> Result<Option<Entry>, BookError> {
        Ok(self.entries.iter().find(|entry| entry.kode == kode).cloned())
    }

    fn by_seq(&self, seq: u64) -> Result<Option<Entry>, BookError> {
        Ok(self.entries.iter().find(|entry| entry.seq == seq).cloned())
    }

    fn replaced_by(&self, seq: u64) -> Result<Option<Entry>, BookError> {
        Ok(self.entries.iter().find(|entry| entry.menggantikan == Some(seq)).cloned())
    }

    fn valid_for(&self, nik: &str, jenis: &str) -> Result<Option<Entry>, BookError> {
        let same: BTreeSet<u64> = self
            .people
            .iter()
            .filter(|(_, person)| person.nik.as_deref() == Some(nik))
            .map(|(seq, _)| *seq)
            .collect();
        let valid = |entry: &&Entry| {
            same.contains(&entry.seq) && entry.jenis == jenis && entry.status == Status::Berlaku
        };
        Ok(self.entries.iter().rev().find(valid).cloned())
    }

    fn person(&self, seq: u64) -> Result<Option<Person>, BookError> {
        Ok(self.people.get(&seq).cloned())
    }

    fn leaf(&self, seq: u64) -> Result<Option<Leaf>, BookError> {
        Ok(self.leaves.iter().find(|leaf| leaf.seq == seq).cloned())
    }

    fn leaves(&self) -> Result<Vec<Leaf>, BookError> {
        Ok(self.leaves.clone())
    }

    fn waiting(&self) -> Result<Vec<Waiting>, BookError> {
        Ok(self
            .waiting
            .iter()
            .map(|(objek, bytes)| Waiting { objek: *objek, bytes: bytes.clone() })
            .collect())
    }

    fn filed(&mut self, objek: &[Sha256Bytes]) -> Result<(), BookError> {
        for name in objek {
            self.waiting.remove(name);
        }
        Ok(())
    }
}
