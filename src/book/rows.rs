//! Reading rows of the SQLite book.

use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, Row, ffi, params_from_iter};

use super::{Agenda, Behind, BookError, Entry, Filter, Leaf, Person, SeriesEnd, Status};
use crate::format::Sha256Bytes;

/// A value that cannot be what it should is damage; everything else is the store's failure.
pub(super) fn store(error: rusqlite::Error) -> BookError {
    if let rusqlite::Error::SqliteFailure(failure, _) = &error {
        match failure.extended_code {
            ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC => {
                return BookError::Unsynced(Box::new(error));
            }
            _ if matches!(failure.code, ffi::ErrorCode::DatabaseCorrupt | ffi::ErrorCode::NotADatabase) => {
                return BookError::Damaged(format!("berkas buku agenda rusak: {error}"));
            }
            ffi::SQLITE_FULL => return BookError::Full(Box::new(error)),
            _ => {}
        }
    }
    let unreadable = matches!(
        error,
        rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::InvalidColumnType(..)
    );
    if unreadable { BookError::Damaged(error.to_string()) } else { BookError::Store(Box::new(error)) }
}

/// Names the row that could not be read.
pub(super) fn at(seq: i64) -> impl Fn(BookError) -> BookError {
    move |error| {
        if let BookError::Damaged(text) = error {
            BookError::Damaged(format!("catatan {seq}: {text}"))
        } else {
            error
        }
    }
}

const COLUMNS: &str = "SELECT s.seq, s.seri, s.tahun, s.urut, s.nomor, s.tanggal, s.jenis, s.perihal, s.penyegel, \
     b.sha256, b.objek, s.sidik, s.templat, s.profil, s.versi, \
     EXISTS (SELECT 1 FROM surat baru WHERE baru.menggantikan = s.seq), s.menggantikan, s.kid, s.kode, \
     s.berlaku_sampai, EXISTS (SELECT 1 FROM peristiwa p WHERE p.surat = s.seq AND p.jenis = 'batal'), \
     s.tanda_tangan, b.ukuran, s.sisipan, s.alasan_sisipan, a.seri, a.urut, a.nomor, \
     EXISTS (SELECT 1 FROM dimusnahkan d WHERE d.catatan = s.seq) \
     FROM surat s JOIN berkas b ON b.seq = s.seq LEFT JOIN agenda a ON a.seq = s.seq AND a.tahun = s.tahun";

fn entry(row: &Row<'_>) -> rusqlite::Result<(Entry, String, Option<String>)> {
    let date: String = row.get(5)?;
    let (replaced, cancelled): (bool, bool) = (row.get(15)?, row.get(20)?);
    let entry = Entry {
        seq: row.get::<_, i64>(0)?.try_into().unwrap_or(0),
        seri: row.get(1)?,
        tahun: row.get(2)?,
        urut: row.get(3)?,
        sisipan: row.get(23)?,
        alasan_sisipan: row.get(24)?,
        agenda: agenda(row)?,
        nomor: row.get(4)?,
        tanggal: Date::default(),
        jenis: row.get(6)?,
        perihal: row.get(7)?,
        penyegel: row.get(8)?,
        kid: row.get(17)?,
        kode: row.get(18)?,
        berlaku_sampai: None,
        menggantikan: row.get::<_, Option<i64>>(16)?.and_then(|seq| seq.try_into().ok()),
        musnah: row.get(28)?,
        status: match (cancelled, replaced) {
            (true, _) => Status::Batal,
            (_, true) => Status::Diganti,
            _ => Status::Berlaku,
        },
        sha256: row.get(9)?,
        objek: row.get(10)?,
        ukuran: row.get::<_, i64>(22)?.try_into().unwrap_or(0),
        sidik: row.get(11)?,
        tanda_tangan: row.get(21)?,
        templat: row.get(12)?,
        profil: row.get(13)?,
        versi: row.get(14)?,
    };
    Ok((entry, date, row.get(19)?))
}

fn agenda(row: &Row<'_>) -> rusqlite::Result<Option<Agenda>> {
    let Some(seri) = row.get(25)? else { return Ok(None) };
    Ok(Some(Agenda { seri, urut: row.get(26)?, nomor: row.get(27)? }))
}

fn dated((entry, date, last): (Entry, String, Option<String>)) -> Result<Entry, BookError> {
    let tanggal = parse_date(&date)?;
    let berlaku_sampai = last.map(|last| parse_date(&last)).transpose()?;
    Ok(Entry { tanggal, berlaku_sampai, ..entry })
}

pub(super) fn parse_date(text: &str) -> Result<Date, BookError> {
    text.parse().map_err(|_unreadable| BookError::Damaged(format!("tanggal {text:?}")))
}

fn query(db: &Connection, tail: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<Entry>, BookError> {
    let mut statement = db.prepare_cached(&format!("{COLUMNS} {tail}")).map_err(store)?;
    let mut rows = statement.query(params_from_iter(values)).map_err(store)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(store)? {
        let seq = row.get(0).map_err(store)?;
        found.push(entry(row).map_err(store).and_then(dated).map_err(at(seq))?);
    }
    Ok(found)
}

pub(super) fn one(db: &Connection, seq: i64) -> Result<Entry, BookError> {
    query(db, "WHERE s.seq = ?1", &[&seq])?
        .pop()
        .ok_or_else(|| BookError::Damaged(format!("baris {seq} tidak ada")))
}

pub(super) fn series_end(db: &Connection, seri: &str, tahun: i16) -> Result<SeriesEnd, BookError> {
    let (last, letters, agenda, outside): (u32, Option<String>, Option<String>, Option<String>) = db
        .prepare_cached(
            "SELECT max((SELECT coalesce(max(urut), 0) FROM surat WHERE seri = ?1 AND tahun = ?2), \
             (SELECT coalesce(max(urut), 0) FROM agenda WHERE seri = ?1 AND tahun = ?2), \
             (SELECT coalesce(max(sampai), 0) FROM luar WHERE seri = ?1 AND tahun = ?2)), \
             (SELECT tanggal FROM jadi WHERE seri = ?1 AND sisipan = '' ORDER BY tanggal DESC LIMIT 1), \
             (SELECT j.tanggal FROM agenda a JOIN jadi j ON j.seq = a.seq WHERE a.seri = ?1 \
              ORDER BY a.tahun DESC, a.urut DESC LIMIT 1), \
             (SELECT max(tanggal) FROM luar WHERE seri = ?1)",
        )
        .and_then(|mut q| {
            q.query_row((seri, tahun), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        })
        .map_err(store)?;
    // ISO dates sort as text.
    let date = letters.max(agenda).max(outside);
    let next = last.checked_add(1).ok_or_else(|| BookError::Damaged("nomor urut habis".to_owned()))?;
    Ok(SeriesEnd { next, last_date: date.map(|text| parse_date(&text)).transpose()? })
}

pub(super) fn behind(
    db: &Connection,
    seri: &str,
    tahun: i16,
    urut: u32,
) -> Result<Option<Behind>, BookError> {
    let (used, suffix, before, after): (bool, Option<String>, Option<String>, Option<String>) = db
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM surat WHERE seri = ?1 AND tahun = ?2 AND urut = ?3 AND sisipan = '') \
             OR EXISTS (SELECT 1 FROM agenda WHERE seri = ?1 AND tahun = ?2 AND urut = ?3) \
             OR EXISTS (SELECT 1 FROM luar WHERE seri = ?1 AND tahun = ?2 AND ?3 BETWEEN dari AND sampai), \
             (SELECT max(sisipan) FROM surat WHERE seri = ?1 AND tahun = ?2 AND urut = ?3 AND sisipan <> ''), \
             (SELECT max(tanggal) FROM bertanggal WHERE seri = ?1 AND tahun = ?2 AND dari <= ?3), \
             (SELECT min(tanggal) FROM bertanggal WHERE seri = ?1 AND tahun = ?2 AND sampai > ?3)",
        )
        .and_then(|mut q| {
            q.query_row((seri, tahun, urut), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        })
        .map_err(store)?;
    if !used {
        return Ok(None);
    }
    let date = |text: Option<String>| text.map(|text| parse_date(&text)).transpose();
    let last = series_end(db, seri, tahun)?.last_date;
    Ok(Some(Behind::new(tahun, suffix.as_deref(), (date(before)?, date(after)?), last)))
}

pub(super) fn by_request(
    db: &Connection,
    key: &str,
) -> Result<Option<(Entry, Option<Sha256Bytes>)>, BookError> {
    let found: Option<(i64, Option<Sha256Bytes>)> = db
        .prepare_cached("SELECT p.seq, o.permintaan FROM permintaan p LEFT JOIN orang o ON o.seq = p.seq WHERE p.kunci = ?1")
        .and_then(|mut q| q.query_row([key], |row| Ok((row.get(0)?, row.get(1)?))).optional())
        .map_err(store)?;
    found.map(|(seq, digest)| Ok((one(db, seq)?, digest))).transpose()
}

pub(super) fn list(db: &Connection, filter: &Filter) -> Result<Vec<Entry>, BookError> {
    // Every wish is a range of an index; dates sort as text.
    let mut wishes: Vec<(&str, String)> = Vec::new();
    if let Some((year, month)) = filter.month {
        let day = |day| format!("{year:04}-{month:02}-{day}");
        wishes.extend([("s.tanggal >= ?", day("01")), ("s.tanggal <= ?", day("31"))]);
    }
    if let Some(year) = filter.year {
        let day = |day| format!("{year:04}-{day}");
        wishes.extend([("s.tanggal >= ?", day("01-01")), ("s.tanggal <= ?", day("12-31"))]);
    }
    wishes.extend(filter.series.iter().map(|series| ("s.seri = ?", series.clone())));
    wishes.extend(filter.nomor.iter().map(|nomor| ("s.nomor = ?", nomor.clone())));
    let (conditions, values): (Vec<&str>, Vec<String>) = wishes.into_iter().unzip();
    let values: Vec<&dyn rusqlite::ToSql> =
        values.iter().map(|value| value as &dyn rusqlite::ToSql).collect();
    let which = if conditions.is_empty() { "" } else { "WHERE " };
    query(db, &format!("{which}{} ORDER BY s.seq", conditions.join(" AND ")), &values)
}

pub(super) fn numbered(db: &Connection, seri: &str, tahun: i16, urut: u32) -> Result<Vec<Entry>, BookError> {
    let tail = "WHERE s.seq IN (SELECT seq FROM surat WHERE seri = ?1 AND tahun = ?2 AND urut = ?3 \
                UNION ALL SELECT seq FROM agenda WHERE seri = ?1 AND tahun = ?2 AND urut = ?3) ORDER BY s.seq";
    query(db, tail, &[&seri, &tahun, &urut])
}

/// Letters whose leaves are `from` and up to, but not, `to`.
pub(super) fn within(db: &Connection, from: i64, to: i64) -> Result<Vec<Entry>, BookError> {
    query(db, "WHERE s.seq >= ?1 AND s.seq < ?2 ORDER BY s.seq", &[&from, &to])
}

pub(super) fn by_sidik(db: &Connection, sidik: &Sha256Bytes) -> Result<Option<Entry>, BookError> {
    Ok(query(db, "WHERE s.sidik = ?1", &[&sidik.as_slice()])?.pop())
}

pub(super) fn by_seq(db: &Connection, tail: &str, seq: u64) -> Result<Option<Entry>, BookError> {
    let seq = i64::try_from(seq).unwrap_or(-1);
    Ok(query(db, tail, &[&seq])?.pop())
}

pub(super) fn by_kode(db: &Connection, kode: &str) -> Result<Option<Entry>, BookError> {
    Ok(query(db, "WHERE s.kode = ?1", &[&kode])?.pop())
}

pub(super) fn valid_for(db: &Connection, nik: &str, jenis: &str) -> Result<Option<Entry>, BookError> {
    let tail = "JOIN orang o ON o.seq = s.seq WHERE o.nik = ?1 AND s.jenis = ?2 \
                AND NOT EXISTS (SELECT 1 FROM surat baru WHERE baru.menggantikan = s.seq) \
                AND NOT EXISTS (SELECT 1 FROM peristiwa p WHERE p.surat = s.seq AND p.jenis = 'batal') ORDER BY s.seq DESC LIMIT 1";
    Ok(query(db, tail, &[&nik, &jenis])?.pop())
}

pub(super) fn letter_after(
    db: &Connection,
    nik: &str,
    jenis: &str,
    seq: u64,
) -> Result<Option<Entry>, BookError> {
    let seq = i64::try_from(seq).unwrap_or(-1);
    let tail = "JOIN orang o ON o.seq = s.seq WHERE o.nik = ?1 AND s.jenis = ?2 AND s.seq > ?3 \
                AND NOT EXISTS (SELECT 1 FROM peristiwa p WHERE p.surat = s.seq AND p.jenis = 'batal') ORDER BY s.seq LIMIT 1";
    Ok(query(db, tail, &[&nik, &jenis, &seq])?.pop())
}

pub(super) fn letters_of(db: &Connection, nik: &str) -> Result<Vec<Entry>, BookError> {
    query(db, "JOIN orang o ON o.seq = s.seq WHERE o.nik = ?1 ORDER BY s.seq", &[&nik])
}

pub(super) fn person(db: &Connection, seq: u64) -> Result<Option<Person>, BookError> {
    Ok(stored_person(db, seq)?.map(|(person, _)| person))
}

pub(super) fn stored_person(
    db: &Connection,
    seq: u64,
) -> Result<Option<(Person, Option<Sha256Bytes>)>, BookError> {
    db.prepare_cached("SELECT nik, nama, kasus, garam, permintaan FROM orang WHERE seq = ?1")
        .and_then(|mut q| {
            q.query_row([i64::try_from(seq).unwrap_or(-1)], |row| {
                let (nik, nama, kasus, garam) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
                Ok((Person { nik, nama, kasus, garam }, row.get(4)?))
            })
            .optional()
        })
        .map_err(store)
}

/// Second numbers that are stored, whether or not a letter has them.
pub(super) fn agenda_rows(db: &Connection) -> Result<u64, BookError> {
    let count: i64 = db.query_row("SELECT count(*) FROM agenda", [], |row| row.get(0)).map_err(store)?;
    Ok(u64::try_from(count).unwrap_or(0))
}

pub(super) fn attachments(db: &Connection) -> Result<Vec<Sha256Bytes>, BookError> {
    db.prepare_cached("SELECT objek FROM lampiran")
        .and_then(|mut q| q.query_map([], |row| row.get(0))?.collect())
        .map_err(store)
}

const LEAVES: &str = "SELECT seq, isi, daun, rincian FROM catatan";

fn one_leaf(row: &Row<'_>) -> rusqlite::Result<Leaf> {
    let seq: i64 = row.get(0)?;
    Ok(Leaf { seq: seq.try_into().unwrap_or(0), isi: row.get(1)?, daun: row.get(2)?, rincian: row.get(3)? })
}

pub(super) fn leaf(db: &Connection, seq: u64) -> Result<Option<Leaf>, BookError> {
    db.prepare_cached(&format!("{LEAVES} WHERE seq = ?1"))
        .and_then(|mut q| q.query_row([i64::try_from(seq).unwrap_or(-1)], one_leaf).optional())
        .map_err(store)
}

/// Leaves `from` and up to, but not, `to`.
pub(super) fn leaves_within(db: &Connection, from: i64, to: i64) -> Result<Vec<Leaf>, BookError> {
    db.prepare_cached(&format!("{LEAVES} WHERE seq >= ?1 AND seq < ?2 ORDER BY seq"))
        .and_then(|mut q| q.query_map([from, to], one_leaf)?.collect())
        .map_err(store)
}

pub(super) fn leaves(db: &Connection) -> Result<Vec<Leaf>, BookError> {
    db.prepare_cached(&format!("{LEAVES} ORDER BY seq"))
        .and_then(|mut q| q.query_map([], one_leaf)?.collect())
        .map_err(store)
}
