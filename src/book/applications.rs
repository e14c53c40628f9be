//! Applications (permohonan) in the SQLite book: each has a number of its own, and answers.

use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::events::event;
use super::rows::{at, parse_date, store};
use super::{BookError, DataPemohon, Event, Hasil, NewEvent, Peristiwa};

/// The next number of a year.
pub(super) fn next(db: &Connection, tahun: i16) -> Result<u32, BookError> {
    db.prepare_cached("SELECT coalesce(max(urut), 0) + 1 FROM permohonan WHERE tahun = ?1")
        .and_then(|mut q| q.query_row([tahun], |row| row.get(0)))
        .map_err(store)
}

/// The newest answer to an application, and the day of the last thing that happened to it; `Err` where there is no such
/// application.
pub(super) fn answer(db: &Connection, permohonan: u64) -> Result<(Option<Hasil>, Option<Date>), BookError> {
    let seq = i64::try_from(permohonan).unwrap_or(-1);
    let came: Option<String> = db
        .prepare_cached("SELECT tanggal FROM permohonan WHERE seq = ?1")
        .and_then(|mut q| q.query_row([seq], |row| row.get(0)).optional())
        .map_err(store)?;
    let came = came.ok_or_else(|| BookError::Damaged(format!("permohonan {permohonan} tidak ada")))?;
    let newest: Option<(String, String)> = db
        .prepare_cached("SELECT hasil, tanggal FROM jawaban WHERE permohonan = ?1 ORDER BY seq DESC LIMIT 1")
        .and_then(|mut q| q.query_row([seq], |row| Ok((row.get(0)?, row.get(1)?))).optional())
        .map_err(store)?;
    match newest {
        Some((name, date)) => Ok((Some(read(&name)?), Some(parse_date(&date)?))),
        None => Ok((None, Some(parse_date(&came)?))),
    }
}

/// Writes the rows of an application or of an answer.
pub(super) fn write(tx: &Transaction<'_>, seq: i64, new: &NewEvent) -> Result<(), BookError> {
    let date = new.tanggal.to_string();
    if let Peristiwa::Mohon { urut, jenis, pemohon } = &new.peristiwa {
        tx.execute(
            "INSERT INTO permohonan (seq, tahun, urut, tanggal, jenis, oleh) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![seq, new.tanggal.year(), urut, date, jenis, new.oleh],
        )
        .map_err(store)?;
        tx.execute(
            "INSERT INTO pemohon (seq, garam, data) VALUES (?1, ?2, ?3)",
            params![seq, pemohon.garam.as_slice(), pemohon.data],
        )
        .map_err(store)?;
    }
    if let Peristiwa::Jawab { permohonan, hasil, keterangan } = &new.peristiwa {
        tx.execute(
            "INSERT INTO jawaban (seq, permohonan, tanggal, hasil, keterangan, oleh) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![seq, i64::try_from(*permohonan).unwrap_or(-1), date, hasil.name(), keterangan, new.oleh],
        )
        .map_err(store)?;
    }
    Ok(())
}

/// Applications, then answers, whose leaves are `from` and up to, but not, `to`.
pub(super) fn list(db: &Connection, from: i64, to: i64) -> Result<Vec<Event>, BookError> {
    let applied: Vec<(i64, Peristiwa, String, String)> = db
        .prepare_cached(
            "SELECT p.seq, p.urut, p.jenis, o.garam, o.data, p.tanggal, p.oleh FROM permohonan p \
             LEFT JOIN pemohon o ON o.seq = p.seq WHERE p.seq >= ?1 AND p.seq < ?2 ORDER BY p.seq",
        )
        .and_then(|mut q| {
            q.query_map([from, to], |row| {
                let garam: Option<[u8; 16]> = row.get(3)?;
                let pemohon = DataPemohon { data: row.get(4)?, garam: garam.unwrap_or_default() };
                let peristiwa = Peristiwa::Mohon { urut: row.get(1)?, jenis: row.get(2)?, pemohon };
                Ok((row.get(0)?, peristiwa, row.get(5)?, row.get(6)?))
            })?
            .collect()
        })
        .map_err(store)?;
    let answered: Vec<(i64, i64, String, String, String, String)> = db
        .prepare_cached(
            "SELECT seq, permohonan, hasil, keterangan, tanggal, oleh FROM jawaban WHERE seq >= ?1 AND seq < ?2 \
             ORDER BY seq",
        )
        .and_then(|mut q| {
            q.query_map([from, to], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
            })?
            .collect()
        })
        .map_err(store)?;
    let applied = applied.into_iter().map(|(seq, peristiwa, date, oleh)| event(seq, peristiwa, &date, oleh));
    let answered = answered.into_iter().map(|(seq, permohonan, hasil, keterangan, date, oleh)| {
        let permohonan = u64::try_from(permohonan).unwrap_or(0);
        let hasil = read(&hasil).map_err(at(seq))?;
        event(seq, Peristiwa::Jawab { permohonan, hasil, keterangan }, &date, oleh)
    });
    applied.chain(answered).collect()
}

fn read(name: &str) -> Result<Hasil, BookError> {
    Hasil::read(name).ok_or_else(|| BookError::Damaged(format!("hasil {name:?}")))
}
