//! The book in one SQLite file: WAL, synchronous FULL, STRICT tables, uniqueness by constraint, triggers that forbid
//! changing or deleting what was issued.
//!
//! A commit costs one sync. Checkpoints of the write-ahead log are never part of it: they happen in
//! [`Book::filed`], after the acknowledgement, and the log is left in place when the book is closed.

use std::collections::BTreeSet;

use rusqlite::{Connection, TransactionBehavior};

use super::log::{self, Nodes};
use super::rows::{self, store};
use super::{
    Attachment, Behind, Book, BookError, Entry, Event, Filter, Leaf, NewEntry, NewEvent, Person, SeriesEnd,
    Titik, Waiting, applications, check, events, write,
};
use crate::calendar::Bulan;
use crate::format::Sha256Bytes;
use crate::format::tlog::{Growing, Subtrees};

/// Pages in the write-ahead log from which on it is folded into the book: about 4 MB.
const CHECKPOINT_PAGES: i64 = 1000;
/// The agenda book in a file.
#[derive(Debug)]
pub struct SqliteBook {
    pub(super) db: Connection,
    /// Shared files that this process has already seen in the book.
    pub(super) attached: BTreeSet<Sha256Bytes>,
    /// Opened to look only, or a sync has failed: nothing is written any more.
    pub(super) read_only: bool,
}

impl SqliteBook {
    /// Whether nothing is written any more.
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// Does one change. After a sync that failed nobody knows what is on the disk, and the system reports a lost write only
    /// once, so that nothing is tried a second time: the next start reads what is really there.
    pub(super) fn change<T>(
        &mut self,
        act: impl FnOnce(&mut Self) -> Result<T, BookError>,
    ) -> Result<T, BookError> {
        if self.read_only {
            return Err(BookError::ReadOnly);
        }
        let done = act(self);
        self.read_only |= matches!(done, Err(BookError::Unsynced(_)));
        done
    }

    fn take(&mut self, batch: &[NewEntry], titik: Option<&Titik>) -> Result<Vec<Entry>, BookError> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(store)?;
        let kept = Nodes(&tx);
        let mut tree = Growing::new(&kept, log::size(&tx)?);
        let mut taken = Vec::with_capacity(batch.len());
        for new in batch {
            if let Some((key, digest)) = &new.permintaan
                && let Some((_, known)) = rows::by_request(&tx, key)?
            {
                let same = known.is_none_or(|known| known == *digest);
                return Err(if same { BookError::Conflict } else { BookError::RequestDiffers });
            }
            let leaf = Leaf::issued(tree.size(), new);
            log::append(&mut tree, &tx, &leaf)?;
            taken.push(write::take(&tx, &leaf, new)?);
            write::attach(&tx, &new.lampiran, &self.attached)?;
        }
        log::finish(&tree, &tx, titik)?;
        tx.commit().map_err(store)?;
        self.attached.extend(batch.iter().flat_map(|new| new.lampiran.iter().map(|file| file.objek)));
        Ok(taken)
    }

    fn note_down(&mut self, event: NewEvent, files: &[Attachment]) -> Result<Event, BookError> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(store)?;
        write::allowed(&tx, &event)?;
        let kept = Nodes(&tx);
        let mut tree = Growing::new(&kept, log::size(&tx)?);
        let leaf = event.leaf(tree.size());
        log::append(&mut tree, &tx, &leaf)?;
        events::write(&tx, leaf.seq, &event)?;
        write::attach(&tx, files, &self.attached)?;
        log::finish(&tree, &tx, None)?;
        tx.commit().map_err(store)?;
        Ok(Event { seq: leaf.seq, isi: event })
    }

    fn sign(&mut self, titik: &Titik) -> Result<(), BookError> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(store)?;
        log::finish(&Growing::new(&Nodes(&tx), log::size(&tx)?), &tx, Some(titik))?;
        tx.commit().map_err(store)
    }

    fn clear(&mut self, objek: &[Sha256Bytes]) -> Result<(), BookError> {
        self.checkpoint()?;
        // Losing this to a power cut only means that the move is made once more, so it needs no sync of its own.
        self.db.pragma_update(None, "synchronous", "NORMAL").map_err(store)?;
        let cleared = (|| {
            let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for name in objek {
                tx.prepare_cached("DELETE FROM antrean WHERE objek = ?1")?.execute([name.as_slice()])?;
            }
            tx.commit()
        })();
        self.db.pragma_update(None, "synchronous", "FULL").map_err(store)?;
        cleared.map_err(store)
    }

    /// Folds the write-ahead log into the book when it has grown.
    fn checkpoint(&self) -> Result<(), BookError> {
        let pages: i64 =
            self.db.query_row("PRAGMA wal_checkpoint(NOOP)", [], |row| row.get(1)).map_err(store)?;
        if pages >= CHECKPOINT_PAGES {
            // RESTART waits for readers, so that the log starts anew at the next write.
            self.db.query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(())).map_err(store)?;
        }
        Ok(())
    }
}

impl Book for SqliteBook {
    fn series_end(&self, seri: &str, tahun: i16) -> Result<SeriesEnd, BookError> {
        rows::series_end(&self.db, seri, tahun)
    }

    fn behind(&self, seri: &str, tahun: i16, urut: u32) -> Result<Option<Behind>, BookError> {
        rows::behind(&self.db, seri, tahun, urut)
    }

    fn commit(&mut self, batch: Vec<NewEntry>, titik: Option<&Titik>) -> Result<Vec<Entry>, BookError> {
        self.change(|book| book.take(&batch, titik))
    }

    fn record(&mut self, event: NewEvent, files: &[Attachment]) -> Result<Event, BookError> {
        self.change(|book| book.note_down(event, files))
    }

    fn next_application(&self, tahun: i16) -> Result<u32, BookError> {
        applications::next(&self.db, tahun)
    }

    fn closed(&self) -> Result<Option<Event>, BookError> {
        events::closed(&self.db)
    }

    fn witness(&mut self, titik: &Titik) -> Result<(), BookError> {
        self.change(|book| book.sign(titik))
    }

    fn size(&self) -> Result<u64, BookError> {
        log::size(&self.db)
    }

    fn node(&self, level: u32, index: u64) -> Result<Sha256Bytes, BookError> {
        Nodes(&self.db).node(level, index)
    }

    fn checkpoint(&self) -> Result<Option<Titik>, BookError> {
        log::newest(&self.db)
    }

    fn checkpoints(&self) -> Result<Vec<Titik>, BookError> {
        log::checkpoints(&self.db)
    }

    fn events(&self, letter: Option<u64>) -> Result<Vec<Event>, BookError> {
        events::list(&self.db, letter)
    }

    fn by_request(&self, key: &str) -> Result<Option<(Entry, Option<Sha256Bytes>)>, BookError> {
        rows::by_request(&self.db, key)
    }

    fn list(&self, filter: &Filter) -> Result<Vec<Entry>, BookError> {
        rows::list(&self.db, filter)
    }

    fn numbered(&self, seri: &str, tahun: i16, urut: u32) -> Result<Vec<Entry>, BookError> {
        rows::numbered(&self.db, seri, tahun, urut)
    }

    fn by_sidik(&self, sidik: &Sha256Bytes) -> Result<Option<Entry>, BookError> {
        rows::by_sidik(&self.db, sidik)
    }

    fn by_kode(&self, kode: &str) -> Result<Option<Entry>, BookError> {
        rows::by_kode(&self.db, kode)
    }

    fn by_seq(&self, seq: u64) -> Result<Option<Entry>, BookError> {
        rows::by_seq(&self.db, "WHERE s.seq = ?1", seq)
    }

    fn replaced_by(&self, seq: u64) -> Result<Option<Entry>, BookError> {
        rows::by_seq(&self.db, "WHERE s.menggantikan = ?1", seq)
    }

    fn valid_for(&self, nik: &str, jenis: &str) -> Result<Option<Entry>, BookError> {
        rows::valid_for(&self.db, nik, jenis)
    }

    fn person(&self, seq: u64) -> Result<Option<Person>, BookError> {
        rows::person(&self.db, seq)
    }

    fn leaf(&self, seq: u64) -> Result<Option<Leaf>, BookError> {
        rows::leaf(&self.db, seq)
    }

    fn leaves(&self) -> Result<Vec<Leaf>, BookError> {
        rows::leaves(&self.db)
    }

    fn waiting(&self) -> Result<Vec<Waiting>, BookError> {
        let mut query = self.db.prepare_cached("SELECT objek, isi FROM antrean").map_err(store)?;
        let found = query
            .query_map([], |row| Ok(Waiting { objek: row.get(0)?, bytes: row.get(1)? }))
            .and_then(Iterator::collect)
            .map_err(store)?;
        Ok(found)
    }

    fn filed(&mut self, objek: &[Sha256Bytes]) -> Result<(), BookError> {
        self.change(|book| book.clear(objek))
    }
}

impl SqliteBook {
    /// The personal part of a row with the digest of the request that it came from.
    pub(crate) fn stored_person(&self, seq: u64) -> Result<Option<(Person, Option<Sha256Bytes>)>, BookError> {
        rows::stored_person(&self.db, seq)
    }

    /// Every application and every answer, applications first.
    pub(crate) fn applications(&self) -> Result<Vec<Event>, BookError> {
        applications::list(&self.db, i64::MIN, i64::MAX)
    }

    /// The first letter of this kind for this NIK that came after a leaf.
    pub(crate) fn letter_after(&self, nik: &str, jenis: &str, seq: u64) -> Result<Option<Entry>, BookError> {
        rows::letter_after(&self.db, nik, jenis, seq)
    }

    /// Letters of a NIK, in the order of the log.
    pub(crate) fn letters_of(&self, nik: &str) -> Result<Vec<Entry>, BookError> {
        rows::letters_of(&self.db, nik)
    }

    /// The closing of a month.
    pub(crate) fn closing(&self, masa: Bulan) -> Result<Option<Event>, BookError> {
        events::closing(&self.db, masa)
    }

    /// Whether a month was closed with a register whose sealed bytes have this digest.
    pub(crate) fn closed_with(&self, sidik: &Sha256Bytes) -> Result<bool, BookError> {
        events::closed_with(&self.db, sidik)
    }

    /// Second numbers that are stored, whether or not a letter has them.
    pub(crate) fn agenda_rows(&self) -> Result<u64, BookError> {
        rows::agenda_rows(&self.db)
    }

    /// Names of the shared files that were handed to the archive.
    pub(crate) fn attachments(&self) -> Result<Vec<Sha256Bytes>, BookError> {
        rows::attachments(&self.db)
    }

    /// Rows that stand in a table without belonging to anything: one sentence each.
    pub(crate) fn stray(&self) -> Result<Vec<String>, BookError> {
        check::stray(&self.db)
    }

    /// Tables, views, indexes and triggers that are not those of a book, those that are missing, and whether the file says
    /// of what version it is: one sentence each.
    pub(crate) fn schema_changes(&self) -> Result<Vec<String>, BookError> {
        check::schema(&self.db, &super::open::blank()?)
    }

    /// What SQLite itself says of the file: `ok`, or the first damage.
    pub fn integrity(&self) -> Result<String, BookError> {
        check::integrity(&self.db)
    }
}
