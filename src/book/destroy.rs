//! Lawful destruction in the SQLite book: the event stays, the personal data goes, and nothing of it is left in pages that
//! are free or in the write-ahead log.

use std::collections::BTreeSet;

use rusqlite::{Connection, Row, Transaction, params};

use super::events::{event, parse_month};
use super::rows::{at, store};
use crate::format::Sha256Bytes;

use super::{BookError, Dimusnahkan, Event, Musnah, NewEvent, Peristiwa, SqliteBook};

/// Letters and applications that are there, and not destroyed yet.
pub(super) fn allowed(tx: &Transaction<'_>, gone: &Musnah) -> Result<(), BookError> {
    let mut there = tx
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM surat WHERE seq = ?1) OR EXISTS (SELECT 1 FROM permohonan WHERE seq = ?1), \
             EXISTS (SELECT 1 FROM dimusnahkan WHERE catatan = ?1)",
        )
        .map_err(store)?;
    for seq in gone.catatan.iter().map(|gone| gone.seq) {
        let place = i64::try_from(seq).unwrap_or(-1);
        match there.query_row([place], |row| Ok((row.get(0)?, row.get(1)?))).map_err(store)? {
            (true, false) => {}
            (_, true) => return Err(BookError::Already("dimusnahkan")),
            (false, false) => {
                return Err(BookError::Damaged(format!("catatan {seq} bukan surat atau permohonan")));
            }
        }
    }
    Ok(())
}

/// Writes the event and removes the personal data of what it destroys.
pub(super) fn write(
    tx: &Transaction<'_>,
    seq: i64,
    event: &NewEvent,
    gone: &Musnah,
) -> Result<(), BookError> {
    let months: Vec<String> = gone.register.iter().map(ToString::to_string).collect();
    tx.execute(
        "INSERT INTO musnah (seq, tanggal, oleh, berita_acara, setuju, register) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            seq,
            event.tanggal.to_string(),
            event.oleh,
            gone.berita_acara,
            gone.setuju.join("\n"),
            months.join(" ")
        ],
    )
    .map_err(store)?;
    for gone in &gone.catatan {
        let place = i64::try_from(gone.seq).unwrap_or(-1);
        for sql in [
            "INSERT INTO dimusnahkan (catatan, musnah) VALUES (?1, ?2)",
            "DELETE FROM orang WHERE seq = ?1 AND ?2 > 0",
            "DELETE FROM penerima WHERE ?2 > 0 AND seq IN (SELECT seq FROM peristiwa WHERE surat = ?1)",
            "DELETE FROM pemohon WHERE seq = ?1 AND ?2 > 0",
        ] {
            tx.prepare_cached(sql).and_then(|mut q| q.execute(params![place, seq])).map_err(store)?;
        }
    }
    Ok(())
}

/// Destructions whose leaves are `from` and up to, but not, `to`, in the order of the log.
pub(super) fn list(db: &Connection, from: i64, to: i64) -> Result<Vec<Event>, BookError> {
    type Found = (i64, String, String, String, String, String);
    let found: Vec<Found> = db
        .prepare_cached(
            "SELECT seq, tanggal, oleh, berita_acara, setuju, register FROM musnah WHERE seq >= ?1 AND seq < ?2 \
             ORDER BY seq",
        )
        .and_then(|mut q| {
            q.query_map([from, to], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
            })?
            .collect()
        })
        .map_err(store)?;
    found.into_iter().map(|row| read(db, row)).collect()
}

fn read(
    db: &Connection,
    (seq, tanggal, oleh, berita_acara, setuju, register): (i64, String, String, String, String, String),
) -> Result<Event, BookError> {
    let catatan: Vec<Dimusnahkan> = db
        .prepare_cached(
            "SELECT d.catatan, b.sha256, b.objek, b.ukuran FROM dimusnahkan d LEFT JOIN berkas b ON b.seq = d.catatan \
             WHERE d.musnah = ?1 ORDER BY d.catatan",
        )
        .and_then(|mut q| q.query_map([seq], one)?.collect())
        .map_err(store)?;
    let (first, second) = setuju.split_once('\n').unwrap_or((&setuju, ""));
    let gone = Musnah {
        berita_acara,
        setuju: [first.to_owned(), second.to_owned()],
        catatan,
        register: register.split_whitespace().map(parse_month).collect::<Result<_, _>>().map_err(at(seq))?,
    };
    event(seq, Peristiwa::Musnah(gone), &tanggal, oleh)
}

fn one(row: &Row<'_>) -> rusqlite::Result<Dimusnahkan> {
    let seq: i64 = row.get(0)?;
    let file: (Option<[u8; 32]>, Option<[u8; 32]>, Option<i64>) = (row.get(1)?, row.get(2)?, row.get(3)?);
    let berkas = match file {
        (Some(sha256), Some(objek), Some(size)) => Some((sha256, objek, u64::try_from(size).unwrap_or(0))),
        _ => None,
    };
    Ok(Dimusnahkan { seq: u64::try_from(seq).unwrap_or(0), berkas })
}

impl SqliteBook {
    /// How often something was destroyed.
    pub(crate) fn destructions(&self) -> Result<u64, BookError> {
        let count: i64 =
            self.db.query_row("SELECT count(*) FROM musnah", [], |row| row.get(0)).map_err(store)?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// Whether this letter or application was destroyed.
    pub(crate) fn is_destroyed(&self, seq: u64) -> Result<bool, BookError> {
        let seq = i64::try_from(seq).unwrap_or(-1);
        self.db
            .prepare_cached("SELECT 1 FROM dimusnahkan WHERE catatan = ?1")
            .and_then(|mut q| q.exists([seq]))
            .map_err(store)
    }

    /// Leaves of the letters and applications that were destroyed.
    pub(crate) fn destroyed(&self) -> Result<BTreeSet<u64>, BookError> {
        let mut query = self.db.prepare_cached("SELECT catatan FROM dimusnahkan").map_err(store)?;
        let rows = query.query_map([], |row| row.get(0)).map_err(store)?;
        rows.map(|seq| seq.map(|seq: i64| u64::try_from(seq).unwrap_or(0)).map_err(store)).collect()
    }

    /// SHA-256 of the registers that were destroyed.
    pub(crate) fn destroyed_registers(&self) -> Result<BTreeSet<Sha256Bytes>, BookError> {
        let mut query =
            self.db.prepare_cached("SELECT seq, register FROM musnah ORDER BY seq").map_err(store)?;
        let told: Vec<(i64, String)> = query
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .and_then(Iterator::collect)
            .map_err(store)?;
        let mut months = BTreeSet::new();
        for (seq, told) in told {
            for month in told.split_whitespace() {
                months.insert(parse_month(month).map_err(at(seq))?);
            }
        }
        if months.is_empty() {
            return Ok(BTreeSet::new());
        }
        let closed = self.closings()?.into_iter().filter_map(|event| {
            let Peristiwa::Tutup(closed) = event.isi.peristiwa else { return None };
            months.contains(&closed.masa).then_some(closed.register)
        });
        Ok(closed.collect())
    }

    /// Leaves nothing of deleted rows behind: the file is written anew without free pages, and the log is emptied. Nobody
    /// else may be reading for long.
    pub(crate) fn forget(&mut self) -> Result<(), BookError> {
        self.change(|book| book.write_anew())
    }

    fn write_anew(&self) -> Result<(), BookError> {
        let db = &self.db;
        db.pragma_update(None, "secure_delete", true).map_err(store)?;
        // The copy that VACUUM makes on its way must not lie on a disk.
        db.pragma_update(None, "temp_store", "MEMORY").map_err(store)?;
        db.execute_batch("VACUUM").map_err(store)?;
        let busy: i64 =
            db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).map_err(store)?;
        if busy == 0 { Ok(()) } else { Err(BookError::Conflict) }
    }
}
