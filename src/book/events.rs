//! Events in the SQLite book.

use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, Row, ToSql, Transaction, params, params_from_iter};

use super::rows::{at, parse_date, store};
use super::{BookError, Event, NewEvent, Penerima, Peristiwa, Tutup, applications, destroy};
use crate::calendar::Bulan;

/// Writes the rows of an event whose leaf has this number; the caller commits.
pub(super) fn write(tx: &Transaction<'_>, seq: u64, event: &NewEvent) -> Result<(), BookError> {
    let seq = i64::try_from(seq).unwrap_or(-1);
    let date = event.tanggal.to_string();
    if let Peristiwa::Luar { seri, dari, sampai, alasan } = &event.peristiwa {
        tx.execute(
            "INSERT INTO luar (seq, seri, tahun, dari, sampai, tanggal, alasan, oleh) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![seq, seri, event.tanggal.year(), dari, sampai, date, alasan, event.oleh],
        )
        .map_err(store)?;
        return Ok(());
    }
    if matches!(event.peristiwa, Peristiwa::Mohon { .. } | Peristiwa::Jawab { .. }) {
        return applications::write(tx, seq, event);
    }
    if let Peristiwa::Musnah(gone) = &event.peristiwa {
        return destroy::write(tx, seq, event, gone);
    }
    if let Peristiwa::Tutup(closed) = &event.peristiwa {
        tx.execute(
            "INSERT INTO tutup (seq, bulan, tanggal, oleh, register, sidik, kepercayaan, titik, sebelum) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                seq,
                closed.masa.to_string(),
                date,
                event.oleh,
                closed.register.as_slice(),
                closed.sidik.as_slice(),
                closed.kepercayaan.as_slice(),
                closed.titik.as_slice(),
                closed.sebelum.as_ref().map(<[u8; 32]>::as_slice),
            ],
        )
        .map_err(store)?;
        return Ok(());
    }
    let alasan = if let Peristiwa::Batal { alasan, .. } = &event.peristiwa { Some(alasan) } else { None };
    let letter = event.peristiwa.surat().and_then(|letter| i64::try_from(letter).ok());
    tx.execute(
        "INSERT INTO peristiwa (seq, jenis, surat, tanggal, oleh, alasan) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![seq, event.peristiwa.name(), letter, date, event.oleh, alasan],
    )
    .map_err(store)?;
    if let Peristiwa::Serah { penerima, .. } = &event.peristiwa {
        tx.execute(
            "INSERT INTO penerima (seq, garam, nama) VALUES (?1, ?2, ?3)",
            params![seq, penerima.garam.as_slice(), penerima.nama],
        )
        .map_err(store)?;
    }
    Ok(())
}

/// Every event, in the order of the log; or those of one letter.
pub(super) fn list(db: &Connection, letter: Option<u64>) -> Result<Vec<Event>, BookError> {
    match letter {
        Some(letter) => about_letters(db, "p.surat = ?1", [i64::try_from(letter).unwrap_or(-1), 0]),
        None => within(db, i64::MIN, i64::MAX),
    }
}

/// The events whose leaves are `from` and up to, but not, `to`.
pub(super) fn within(db: &Connection, from: i64, to: i64) -> Result<Vec<Event>, BookError> {
    let mut events = about_letters(db, "p.seq >= ?1 AND p.seq < ?2", [from, to])?;
    events.extend(outside(db, from, to)?);
    events.extend(closings(db, "seq >= ?1 AND seq < ?2", params![from, to])?);
    events.extend(applications::list(db, from, to)?);
    events.extend(destroy::list(db, from, to)?);
    events.sort_by_key(|event| event.seq);
    Ok(events)
}

/// Every closing, in the order of the log.
pub(super) fn all_closings(db: &Connection) -> Result<Vec<Event>, BookError> {
    closings(db, "bulan >= ?1", params![""])
}

/// The days on which letters `from` and up to, but not, `to` were cancelled.
pub(super) fn cancelled(db: &Connection, from: i64, to: i64) -> Result<Vec<(u64, Date)>, BookError> {
    let found: Vec<(i64, String)> = db
        .prepare_cached(
            "SELECT surat, tanggal FROM peristiwa WHERE jenis = 'batal' AND surat >= ?1 AND surat < ?2",
        )
        .and_then(|mut q| q.query_map([from, to], |row| Ok((row.get(0)?, row.get(1)?)))?.collect())
        .map_err(store)?;
    // A day that cannot be read is told with its own row.
    let read = |(seq, date): (i64, String)| Some((u64::try_from(seq).ok()?, parse_date(&date).ok()?));
    Ok(found.into_iter().filter_map(read).collect())
}

/// A row of `peristiwa` with its receiver.
struct AboutLetter {
    seq: i64,
    jenis: String,
    surat: i64,
    tanggal: String,
    oleh: String,
    alasan: Option<String>,
    penerima: Option<Penerima>,
}

impl AboutLetter {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let (garam, nama) = (row.get::<_, Option<[u8; 16]>>(6)?, row.get(7)?);
        Ok(Self {
            seq: row.get(0)?,
            jenis: row.get(1)?,
            surat: row.get(2)?,
            tanggal: row.get(3)?,
            oleh: row.get(4)?,
            alasan: row.get(5)?,
            penerima: garam.map(|garam| Penerima { nama, garam }),
        })
    }

    fn event(self) -> Result<Event, BookError> {
        let surat = u64::try_from(self.surat).unwrap_or(0);
        // A receiver whose name was destroyed leaves no row.
        let gone = Penerima { nama: None, garam: [0; 16] };
        let peristiwa = match self.jenis.as_str() {
            "batal" => Peristiwa::Batal { surat, alasan: self.alasan.unwrap_or_default() },
            "ambil" => Peristiwa::Ambil { surat },
            "serah" => Peristiwa::Serah { surat, penerima: self.penerima.unwrap_or(gone) },
            other => return Err(at(self.seq)(BookError::Damaged(format!("peristiwa {other:?}")))),
        };
        event(self.seq, peristiwa, &self.tanggal, self.oleh)
    }
}

fn about_letters(db: &Connection, which: &str, values: [i64; 2]) -> Result<Vec<Event>, BookError> {
    let count = which.matches('?').count();
    let values = values.into_iter().take(count);
    let found: Vec<AboutLetter> = db
        .prepare_cached(&format!(
            "SELECT p.seq, p.jenis, p.surat, p.tanggal, p.oleh, p.alasan, n.garam, n.nama FROM peristiwa p \
             LEFT JOIN penerima n ON n.seq = p.seq WHERE {which} ORDER BY p.seq"
        ))
        .and_then(|mut q| q.query_map(params_from_iter(values), AboutLetter::read)?.collect())
        .map_err(store)?;
    found.into_iter().map(AboutLetter::event).collect()
}

fn outside(db: &Connection, from: i64, to: i64) -> Result<Vec<Event>, BookError> {
    let found: Vec<(i64, Peristiwa, String, String)> = db
        .prepare_cached(
            "SELECT seq, seri, dari, sampai, alasan, tanggal, oleh FROM luar WHERE seq >= ?1 AND seq < ?2 \
             ORDER BY seq",
        )
        .and_then(|mut q| {
            q.query_map([from, to], |row| {
                let peristiwa = Peristiwa::Luar {
                    seri: row.get(1)?,
                    dari: row.get(2)?,
                    sampai: row.get(3)?,
                    alasan: row.get(4)?,
                };
                Ok((row.get(0)?, peristiwa, row.get(5)?, row.get(6)?))
            })?
            .collect()
        })
        .map_err(store)?;
    found.into_iter().map(|(seq, peristiwa, date, oleh)| event(seq, peristiwa, &date, oleh)).collect()
}

/// Closings of months, in the order of the log.
fn closings(db: &Connection, which: &str, values: &[&dyn ToSql]) -> Result<Vec<Event>, BookError> {
    const COLUMNS: &str =
        "SELECT seq, bulan, register, sidik, kepercayaan, titik, sebelum, tanggal, oleh FROM tutup";
    let found: Vec<(i64, String, Tutup, String, String)> = db
        .prepare_cached(&format!("{COLUMNS} WHERE {which} ORDER BY seq"))
        .and_then(|mut q| {
            q.query_map(values, |row| {
                let closed = Tutup {
                    masa: Bulan::of(Date::ZERO),
                    register: row.get(2)?,
                    sidik: row.get(3)?,
                    kepercayaan: row.get(4)?,
                    titik: row.get(5)?,
                    sebelum: row.get(6)?,
                };
                Ok((row.get(0)?, row.get(1)?, closed, row.get(7)?, row.get(8)?))
            })?
            .collect()
        })
        .map_err(store)?;
    found
        .into_iter()
        .map(|(seq, month, closed, date, oleh)| {
            let masa = parse_month(&month).map_err(at(seq))?;
            event(seq, Peristiwa::Tutup(Tutup { masa, ..closed }), &date, oleh)
        })
        .collect()
}

pub(super) fn parse_month(text: &str) -> Result<Bulan, BookError> {
    text.parse().map_err(|()| BookError::Damaged(format!("bulan {text:?}")))
}

/// The newest closing.
pub(super) fn closed(db: &Connection) -> Result<Option<Event>, BookError> {
    match closed_month(db)? {
        Some(newest) => closing(db, newest),
        None => Ok(None),
    }
}

/// The closing of a month.
pub(super) fn closing(db: &Connection, masa: Bulan) -> Result<Option<Event>, BookError> {
    Ok(closings(db, "bulan = ?1", params![masa.to_string()])?.pop())
}

pub(super) fn closed_with(db: &Connection, sidik: &[u8; 32]) -> Result<bool, BookError> {
    db.prepare_cached("SELECT 1 FROM tutup WHERE sidik = ?1")
        .and_then(|mut q| q.exists([sidik.as_slice()]))
        .map_err(store)
}

/// The newest closed month.
pub(super) fn closed_month(db: &Connection) -> Result<Option<Bulan>, BookError> {
    let newest: Option<String> = db
        .prepare_cached("SELECT max(bulan) FROM tutup")
        .and_then(|mut q| q.query_row([], |row| row.get(0)))
        .map_err(store)?;
    newest.map(|month| parse_month(&month)).transpose()
}

/// The month of the first number, of a letter or outside.
pub(super) fn first_month(db: &Connection) -> Result<Option<Bulan>, BookError> {
    let first: Option<String> = db
        .query_row(
            "SELECT min(tanggal) FROM (SELECT min(tanggal) AS tanggal FROM surat UNION ALL SELECT min(tanggal) FROM luar)",
            [],
            |row| row.get(0),
        )
        .map_err(store)?;
    first.map(|date| parse_date(&date).map(Bulan::of)).transpose()
}

pub(super) fn event(seq: i64, peristiwa: Peristiwa, date: &str, oleh: String) -> Result<Event, BookError> {
    let tanggal: Date = parse_date(date).map_err(at(seq))?;
    Ok(Event { seq: u64::try_from(seq).unwrap_or(0), isi: NewEvent { peristiwa, tanggal, oleh } })
}

/// The day of the last event about a letter.
pub(super) fn last_date(db: &Connection) -> Result<Option<Date>, BookError> {
    let last: Option<String> = db
        .prepare_cached("SELECT max(tanggal) FROM peristiwa")
        .and_then(|mut q| q.query_row([], |row| row.get(0)))
        .map_err(store)?;
    last.map(|date| parse_date(&date)).transpose()
}

/// Whether a letter has such an event already.
pub(super) fn has(db: &Connection, letter: u64, kind: &str) -> Result<bool, BookError> {
    db.prepare_cached("SELECT 1 FROM peristiwa WHERE surat = ?1 AND jenis = ?2")
        .and_then(|mut q| {
            q.query_row(params![i64::try_from(letter).unwrap_or(-1), kind], |_| Ok(())).optional()
        })
        .map(|found| found.is_some())
        .map_err(store)
}
