//! The book in memory: a double for tests and for trying things out; it passes the same suite as the real one.

use std::collections::{BTreeMap, BTreeSet};

use super::{Book, BookError, Entry, Filter, Leaf, NewEntry, Person, SeriesEnd, Status, Waiting};
use crate::format::Sha256Bytes;

/// A book that is gone when it is dropped.
#[derive(Debug, Clone, Default)]
pub struct MemoryBook {
    entries: Vec<Entry>,
    people: BTreeMap<u64, Person>,
    leaves: Vec<Leaf>,
    requests: BTreeMap<String, (u64, Sha256Bytes)>,
    waiting: BTreeMap<Sha256Bytes, Vec<u8>>,
    attached: BTreeSet<Sha256Bytes>,
}

impl MemoryBook {
    fn take(&mut self, new: NewEntry) -> Result<Entry, BookError> {
        let end = self.series_end(&new.seri, new.tahun)?;
        if end.next != new.urut {
            return Err(BookError::Conflict);
        }
        if let Some(last) = end.last_date.filter(|last| *last > new.tanggal) {
            return Err(BookError::DateGoesBack { tanggal: new.tanggal, terakhir: last });
        }
        if self.entries.iter().any(|e| e.tahun == new.tahun && e.nomor == new.nomor) {
            return Err(BookError::Damaged(format!("nomor {} sudah ada pada tahun itu", new.nomor)));
        }
        let seq = u64::try_from(self.entries.len()).unwrap_or(u64::MAX);
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
        let digest = new.sha256;
        self.waiting.insert(digest, new.pdf);
        for file in new.lampiran.iter() {
            if self.attached.insert(file.objek) {
                self.waiting.insert(file.objek, file.bytes.to_vec());
            }
        }
        self.people.insert(seq, new.orang);
        let entry = Entry {
            seq,
            seri: new.seri,
            tahun: new.tahun,
            urut: new.urut,
            nomor: new.nomor,
            tanggal: new.tanggal,
            jenis: new.jenis,
            perihal: new.perihal,
            penyegel: new.penyegel,
            kid: new.kid,
            kode: new.kode,
            berlaku_sampai: new.berlaku_sampai,
            menggantikan: new.menggantikan,
            status: Status::Berlaku,
            sha256: digest,
            objek: digest,
            sidik: new.sidik,
            templat: new.templat,
            profil: new.profil,
            versi: new.versi,
        };
        self.entries.push(entry.clone());
        Ok(entry)
    }
}

impl Book for MemoryBook {
    fn series_end(&self, seri: &str, tahun: i16) -> Result<SeriesEnd, BookError> {
        let of_series = || self.entries.iter().filter(|entry| entry.seri == seri);
        let last =
            of_series().filter(|entry| entry.tahun == tahun).map(|entry| entry.urut).max().unwrap_or(0);
        Ok(SeriesEnd { next: last + 1, last_date: of_series().map(|entry| entry.tanggal).max() })
    }

    fn commit(&mut self, batch: Vec<NewEntry>) -> Result<Vec<Entry>, BookError> {
        let mut next = self.clone();
        let taken = batch.into_iter().map(|new| next.take(new)).collect::<Result<Vec<_>, _>>()?;
        *self = next;
        Ok(taken)
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

    fn by_sidik(&self, sidik: &Sha256Bytes) -> Result<Option<Entry>, BookError> {
        Ok(self.entries.iter().find(|entry| entry.sidik == *sidik).cloned())
    }

    fn by_kode(&self, kode: &str) -> Result<Option<Entry>, BookError> {
        Ok(self.entries.iter().find(|entry| entry.kode == kode).cloned())
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
