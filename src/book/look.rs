//! The book as its check reads it: by ranges of the log and row by row, so that memory does not grow with the book.

use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, Row};

use super::rows::{self, store};
use super::{Book, BookError, Entry, Event, Leaf, SqliteBook, Titik, events, log};
use crate::format::Sha256Bytes;

/// What a stored file is to the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// A letter.
    Letter,
    /// A template, a font, a profile, what a closing keeps.
    Shared,
}

fn place(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

impl SqliteBook {
    /// Letters whose leaves are `from` and up to, but not, `to`.
    pub(crate) fn entries_in(&self, from: u64, to: u64) -> Result<Vec<Entry>, BookError> {
        rows::within(&self.db, place(from), place(to))
    }

    /// Leaves `from` and up to, but not, `to`, as far as they are there.
    pub(crate) fn leaves_in(&self, from: u64, to: u64) -> Result<Vec<Leaf>, BookError> {
        rows::leaves_within(&self.db, place(from), place(to))
    }

    /// Events whose leaves are `from` and up to, but not, `to`.
    pub(crate) fn events_in(&self, from: u64, to: u64) -> Result<Vec<Event>, BookError> {
        events::within(&self.db, place(from), place(to))
    }

    /// Letters in the range that were cancelled, with the day.
    pub(crate) fn cancelled_in(&self, from: u64, to: u64) -> Result<Vec<(u64, Date)>, BookError> {
        events::cancelled(&self.db, place(from), place(to))
    }

    /// Checkpoints over more than `from` and at most `to` leaves.
    pub(crate) fn checkpoints_in(&self, from: u64, to: u64) -> Result<Vec<Titik>, BookError> {
        log::checkpoints_within(&self.db, place(from), place(to))
    }

    /// Every closing of a month.
    pub(crate) fn closings(&self) -> Result<Vec<Event>, BookError> {
        events::all_closings(&self.db)
    }

    /// Each request key with the letter that it led to.
    pub(crate) fn each_request(
        &self,
        mut with: impl FnMut(String, u64) -> Result<(), BookError>,
    ) -> Result<(), BookError> {
        each(&self.db, "SELECT kunci, seq FROM permintaan", |row| {
            let (key, seq): (String, i64) = (|| Ok((row.get(0)?, row.get(1)?)))().map_err(store)?;
            with(key, u64::try_from(seq).unwrap_or(u64::MAX))
        })
    }

    /// The place of each node of the log's tree above the leaves: level, index.
    pub(crate) fn each_node(&self, mut with: impl FnMut(i64, i64)) -> Result<(), BookError> {
        each(&self.db, "SELECT tingkat, indeks FROM simpul", |row| {
            let (level, index) = (|| Ok((row.get(0)?, row.get(1)?)))().map_err(store)?;
            with(level, index);
            Ok(())
        })
    }

    /// Each file that waits for the archive folder: its name and its bytes.
    pub(crate) fn each_waiting(&self, mut with: impl FnMut(Vec<u8>, Vec<u8>)) -> Result<(), BookError> {
        each(&self.db, "SELECT objek, isi FROM antrean", |row| {
            let (objek, isi) = (|| Ok((row.get(0)?, row.get(1)?)))().map_err(store)?;
            with(objek, isi);
            Ok(())
        })
    }

    /// How many files wait for the archive folder.
    pub(crate) fn waiting_files(&self) -> Result<u64, BookError> {
        let count: i64 = self
            .db
            .prepare_cached("SELECT count(*) FROM antrean")
            .and_then(|mut q| q.query_row([], |row| row.get(0)))
            .map_err(store)?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// The bytes of a file that waits for the archive folder.
    pub(crate) fn waiting_bytes(&self, objek: &Sha256Bytes) -> Result<Option<Vec<u8>>, BookError> {
        self.db
            .prepare_cached("SELECT isi FROM antrean WHERE objek = ?1")
            .and_then(|mut q| q.query_row([objek.as_slice()], |row| row.get(0)).optional())
            .map_err(store)
    }

    /// What a stored file is to the book, and which letter's it is; `None` where the book does not know it.
    pub(crate) fn knows(&self, objek: &Sha256Bytes) -> Result<Option<(Known, Option<u64>)>, BookError> {
        let letter: Option<i64> = self
            .db
            .prepare_cached("SELECT seq FROM berkas WHERE objek = ?1")
            .and_then(|mut q| q.query_row([objek.as_slice()], |row| row.get(0)).optional())
            .map_err(store)?;
        if let Some(seq) = letter {
            return Ok(Some((Known::Letter, u64::try_from(seq).ok())));
        }
        let shared = self
            .db
            .prepare_cached("SELECT 1 FROM lampiran WHERE objek = ?1")
            .and_then(|mut q| q.exists([objek.as_slice()]))
            .map_err(store)?;
        Ok(shared.then_some((Known::Shared, None)))
    }

    /// Digests of the lists of templates, and of the profiles, that letters were made with.
    pub(crate) fn makers(&self) -> Result<Vec<(Sha256Bytes, Sha256Bytes)>, BookError> {
        let mut found = Vec::new();
        each(&self.db, "SELECT DISTINCT templat, profil FROM surat", |row| {
            found.push((|| Ok((row.get(0)?, row.get(1)?)))().map_err(store)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Ids of the keys that sealed letters, each with the number of one such letter.
    pub(crate) fn sealing_keys(&self) -> Result<Vec<([u8; 8], String)>, BookError> {
        let mut found = Vec::new();
        each(&self.db, "SELECT kid, nomor, min(seq) FROM surat GROUP BY kid ORDER BY min(seq)", |row| {
            found.push((|| Ok((row.get(0)?, row.get(1)?)))().map_err(store)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// The first leaf of a letter of that day or later.
    pub(crate) fn first_on(&self, date: Date) -> Result<Option<u64>, BookError> {
        let first: Option<i64> = self
            .db
            .prepare_cached("SELECT min(seq) FROM surat WHERE tanggal >= ?1")
            .and_then(|mut q| q.query_row([date.to_string()], |row| row.get(0)))
            .map_err(store)?;
        Ok(first.and_then(|seq| u64::try_from(seq).ok()))
    }

    /// Letters of the book.
    pub(crate) fn letters(&self) -> Result<u64, BookError> {
        let count: i64 =
            self.db.query_row("SELECT count(*) FROM surat", [], |row| row.get(0)).map_err(store)?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// The newest checkpoint's size.
    pub(crate) fn signed_size(&self) -> Result<u64, BookError> {
        Ok(self.checkpoint()?.map_or(0, |newest| newest.ukuran))
    }
}

/// Each row of a statement, one at a time.
fn each(
    db: &Connection,
    sql: &str,
    mut with: impl FnMut(&Row<'_>) -> Result<(), BookError>,
) -> Result<(), BookError> {
    let mut query = db.prepare(sql).map_err(store)?;
    let mut rows = query.query([]).map_err(store)?;
    while let Some(row) = rows.next().map_err(store)? {
        with(row)?;
    }
    Ok(())
}
