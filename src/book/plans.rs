//! Whoever looks something up reads by an index: the work of a statement does not grow with the book. SQLite is asked how
//! many steps each statement took that the book ran, and for its plan, so that a new statement need not be named here.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use jiff::civil::{Date, date};
use rusqlite::StatementStatus;
use rusqlite::trace::{TraceEvent, TraceEventCodes};

use super::{
    Book, BookError, DataPemohon, Dimusnahkan, Filter, Hasil, Musnah, NewEntry, NewEvent, Penerima,
    Peristiwa, Person, SqliteBook, Titik, Tutup,
};
use crate::book::log::Nodes;
use crate::calendar::Bulan;
use crate::format::{Sha256Bytes, tlog};

/// Letters in the smaller book; eight a month.
const FEW: i32 = 160;
/// How much larger the other one is.
const MORE: i32 = 16;

type Result<T> = std::result::Result<T, BookError>;

fn day(n: i32) -> Date {
    let months = n / 8;
    date(2026 + i16::try_from(months / 12).unwrap_or(0), i8::try_from(months % 12 + 1).unwrap_or(1), 5)
}

fn letter(n: i32) -> NewEntry {
    let (tanggal, urut) = (day(n), u32::try_from(n % 96 + 1).unwrap_or(0));
    let digest = crate::format::sha256(&n.to_be_bytes());
    NewEntry {
        simpanan: None,
        sisipan: String::new(),
        alasan_sisipan: None,
        agenda: None,
        seri: "umum".to_owned(),
        tahun: tanggal.year(),
        urut,
        nomor: format!("{urut}/{}", tanggal.year()),
        tanggal,
        jenis: "rekomendasi".to_owned(),
        perihal: "contoh".to_owned(),
        penyegel: "Segel".to_owned(),
        kid: [1; 8],
        sidik: digest,
        tanda_tangan: [2; 64],
        kode: format!("{n:014}"),
        berlaku_sampai: None,
        templat: [3; 32],
        profil: [4; 32],
        versi: "uji".to_owned(),
        menggantikan: None,
        permintaan: Some((format!("P-{n}"), digest)),
        orang: Person {
            nik: Some(format!("{:016}", n / 4)),
            nama: "CONTOH".to_owned(),
            kasus: "{}".to_owned(),
            garam: [5; 16],
        },
        sha256: digest,
        pdf: vec![0],
        lampiran: Arc::from([]),
    }
}

fn event(peristiwa: Peristiwa, tanggal: Date) -> NewEvent {
    NewEvent { peristiwa, tanggal, oleh: "petugas".to_owned() }
}

fn serah(surat: u64) -> Peristiwa {
    Peristiwa::Serah { surat, penerima: Penerima { nama: Some("X".to_owned()), garam: [7; 16] } }
}

fn mohon(urut: u32) -> Peristiwa {
    let pemohon = DataPemohon { data: Some("{}".to_owned()), garam: [8; 16] };
    Peristiwa::Mohon { urut, jenis: "rekomendasi".to_owned(), pemohon }
}

fn jawab(permohonan: u64) -> Peristiwa {
    Peristiwa::Jawab { permohonan, hasil: Hasil::Dikembalikan, keterangan: "x".to_owned() }
}

fn tutup(masa: Bulan) -> Peristiwa {
    let hash = Sha256Bytes::default();
    let tutup = Tutup { masa, register: hash, sidik: hash, kepercayaan: hash, titik: hash, sebelum: None };
    Peristiwa::Tutup(tutup)
}

fn luar(dari: u32) -> Peristiwa {
    Peristiwa::Luar { seri: "luar".to_owned(), dari, sampai: dari, alasan: "x".to_owned() }
}

fn musnah(seq: u64) -> Peristiwa {
    let setuju = ["x".to_owned(), "y".to_owned()];
    let catatan = vec![Dimusnahkan { seq, berkas: None }];
    Peristiwa::Musnah(Musnah { berita_acara: "1".to_owned(), setuju, catatan, register: Vec::new() })
}

/// A checkpoint over the book as it is.
fn checkpoint(book: &SqliteBook) -> Result<Titik> {
    let ukuran = book.size()?;
    let akar = tlog::root(&Nodes(&book.db), ukuran)?;
    Ok(Titik { ukuran, akar, isi: "titik".to_owned(), sebelum: None })
}

/// A book of `size` letters, with something happening to a third of them.
fn book(path: &std::path::Path, size: i32) -> Result<SqliteBook> {
    let mut book = SqliteBook::create(path)?;
    book.db.pragma_update(None, "synchronous", false).unwrap();
    for n in 0..size {
        let mut new = letter(n);
        let before = book.size()?.checked_sub(1);
        if n % 10 == 9 {
            new.menggantikan = before;
        }
        let taken = book.commit(vec![new], None)?;
        let surat = taken.first().map_or(0, |row| row.seq);
        let outside = book.series_end("luar", day(n).year())?.next;
        match n % 10 {
            1 => book.record(event(serah(surat), day(n)), &[]).map(|_| ())?,
            3 => book.record(event(Peristiwa::Ambil { surat }, day(n)), &[]).map(|_| ())?,
            5 => book
                .record(event(Peristiwa::Batal { surat, alasan: "x".to_owned() }, day(n)), &[])
                .map(|_| ())?,
            7 => book.record(event(luar(outside), day(n)), &[]).map(|_| ())?,
            2 => {
                let next = book.next_application(day(n).year())?;
                let told = book.record(event(mohon(next), day(n)), &[])?;
                book.record(event(jawab(told.seq), day(n)), &[])?;
            }
            _ => {
                let titik = checkpoint(&book)?;
                book.witness(&titik)?;
            }
        }
    }
    let waiting: Vec<_> = book.waiting()?.into_iter().map(|item| item.objek).collect();
    book.filed(&waiting)?;
    Ok(book)
}

/// Everything that is asked of a book while letters are issued, looked up and recorded, in the middle of its rows.
fn use_it(book: &mut SqliteBook, size: i32) -> Result<()> {
    let middle = letter(size / 2);
    let month = (middle.tahun, middle.tanggal.month());
    let seq = book.by_sidik(&middle.sidik)?.map_or(0, |row| row.seq);
    for filter in [
        Filter { month: Some(month), ..Filter::default() },
        Filter { month: Some(month), series: Some("umum".to_owned()), ..Filter::default() },
        Filter { nomor: Some(middle.nomor.clone()), year: Some(month.0), ..Filter::default() },
        Filter { year: Some(month.0), ..Filter::default() },
        Filter { year: Some(month.0), series: Some("umum".to_owned()), ..Filter::default() },
    ] {
        assert!(!book.list(&filter)?.is_empty(), "{filter:?}");
    }
    // As many letters have this number as there are years: what is read grows, but by no more than that.
    let nomor = Filter { nomor: Some(middle.nomor.clone()), ..Filter::default() };
    assert_eq!(book.list(&nomor)?.len(), 1);
    assert!(!book.numbered("umum", middle.tahun, middle.urut)?.is_empty());
    assert!(book.by_kode(&middle.kode)?.is_some() && book.by_request(&format!("P-{}", size / 2))?.is_some());
    assert!(book.by_seq(seq)?.is_some() && book.person(seq)?.is_some() && book.leaf(seq)?.is_some());
    book.replaced_by(seq)?;
    assert!(book.valid_for(&format!("{:016}", size / 8), "rekomendasi")?.is_some());
    book.events(Some(seq))?;
    assert!(book.letter_after(&format!("{:016}", size / 8), "rekomendasi", 0)?.is_some());
    assert_eq!(book.letters_of(&format!("{:016}", size / 8))?.len(), 4);
    assert!(!book.closed_with(&middle.sidik)?);
    assert!(book.checkpoint()?.is_some());
    let mut new = letter(size);
    new.menggantikan = book.by_sidik(&letter(size - 4).sidik)?.map(|row| row.seq);
    let taken = book.commit(vec![new], None)?;
    let surat = taken.first().map_or(0, |row| row.seq);
    let outside = book.series_end("luar", day(size).year())?.next;
    let batal = Peristiwa::Batal { surat, alasan: "x".to_owned() };
    let next = book.next_application(day(size).year())?;
    let first = Bulan::of(day(0));
    for what in [
        serah(surat),
        Peristiwa::Ambil { surat },
        batal,
        luar(outside),
        musnah(surat),
        mohon(next),
        tutup(first),
        tutup(first.next()),
    ] {
        book.record(event(what, day(size)), &[])?;
    }
    let application = book.size()? - 3;
    book.record(event(jawab(application), day(size)), &[])?;
    assert!(book.closed()?.is_some() && book.closing(first)?.is_some());
    let titik = checkpoint(book)?;
    book.witness(&titik)?;
    assert_eq!(book.waiting_files()?, 1);
    assert!(book.waiting_bytes(&taken.first().map(|row| row.objek).unwrap_or_default())?.is_some());
    book.filed(&taken.iter().map(|row| row.objek).collect::<Vec<_>>())
}

/// Statements that the book ran, with the steps that each took.
fn steps(size: i32) -> Result<(SqliteBook, BTreeMap<String, i64>)> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("buku.sqlite");
    drop(book(&path, size)?);
    // Opened anew, so that the counters begin at nothing.
    let mut book = SqliteBook::open(&path)?;
    let seen: Arc<Mutex<BTreeMap<String, i64>>> = Arc::default();
    let notes = Arc::clone(&seen);
    let note = move |told: TraceEvent<'_>| {
        if let TraceEvent::Profile(statement, _) = told {
            let steps = i64::from(statement.get_status(StatementStatus::VmStep));
            notes.lock().unwrap().insert(statement.sql().into_owned(), steps);
        }
    };
    book.db.trace_v2(TraceEventCodes::SQLITE_TRACE_PROFILE, Some(note)).unwrap();
    use_it(&mut book, size)?;
    book.db.trace_v2(TraceEventCodes::empty(), None::<fn(TraceEvent<'_>)>).unwrap();
    let seen = seen.lock().unwrap().clone();
    Ok((book, seen))
}

fn plan(book: &SqliteBook, sql: &str) -> Vec<String> {
    let Ok(mut query) = book.db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")) else { return Vec::new() };
    // Plans do not depend on values, so none are bound.
    query.raw_query().mapped(|row| row.get(3)).collect::<std::result::Result<_, _>>().unwrap()
}

#[test]
fn the_work_of_a_statement_does_not_grow_with_the_book() {
    let (_, few) = steps(FEW).unwrap();
    let (book, many) = steps(FEW * MORE).unwrap();
    let about_tables = |sql: &&String| !sql.starts_with("PRAGMA") && !sql.starts_with("--");
    assert!(many.keys().filter(about_tables).count() > 30, "{:?}", many.keys());
    for (sql, steps) in many.iter().filter(|(sql, _)| about_tables(sql)) {
        let plan = plan(&book, sql);
        let before = few.get(sql).copied().unwrap_or_default();
        // A tree of sixteen times as many leaves is four levels higher.
        assert!(*steps <= 2 * before + 50, "{before} steps became {steps}: {sql}\n{plan:#?}");
        // Plans of changes also name what references would read if one were broken already.
        // The queue holds what waits to be moved, and is emptied: reading it whole is not reading the book.
        let small = |line: &&String| line.contains("CONSTANT ROW") || line.starts_with("SCAN antrean ");
        let scans = plan.iter().find(|line| line.starts_with("SCAN ") && !small(line));
        assert!(scans.is_none() || !sql.starts_with("SELECT"), "{sql}\n{plan:#?}");
    }
}

#[test]
fn a_scan_would_be_noticed() {
    let (book, _) = steps(FEW).unwrap();
    let scanned = plan(&book, "SELECT seq FROM surat WHERE perihal = ?1");
    assert_eq!(scanned, ["SCAN surat"]);
}
