//! Insertions (sisipan): backdated letters as 12.a, only where the profile has them, outside the counter.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop here")]

mod umum;

use jiff::civil::{Date, date};
use suket::{
    Behind, Book, BookError, By, Code, Filter, MemoryBook, NewEntry, NewEvent, Outcome, Peristiwa, Putusan,
    RawCase, SqliteBook, Verifier,
};
use umum::arsip::{Arsip, code, err, lines};
use umum::buku::{entry, sha};
use umum::{Meja, kasus, profil};

const CLU: &str = "candi-laras-utara";
const A: Date = date(2026, 11, 18);
const B: Date = date(2026, 11, 21);

/// An insertion as it comes to a book.
fn sisipan(seri: &str, urut: u32, huruf: &str, tanggal: Date) -> NewEntry {
    let nomor = format!("{seri}-{urut}.{huruf}/{}", tanggal.year());
    NewEntry {
        sisipan: huruf.to_owned(),
        alasan_sisipan: Some("tertinggal".to_owned()),
        sidik: sha(nomor.as_bytes()),
        sha256: sha(nomor.as_bytes()),
        pdf: nomor.clone().into_bytes(),
        nomor,
        ..entry(seri, urut, tanggal)
    }
}

/// Every book must pass this.
fn book_conformance(book: &mut dyn Book) {
    book.commit(vec![entry("umum", 1, A), entry("umum", 2, B)], None).unwrap();
    let luar = Peristiwa::Luar { seri: "umum".to_owned(), dari: 3, sampai: 5, alasan: "x".to_owned() };
    book.record(NewEvent { peristiwa: luar, tanggal: B, oleh: "p".to_owned() }, &[]).unwrap();
    let end = book.series_end("umum", 2026).unwrap();

    // Where an insertion may stand: behind letters and numbers outside, between the dates beside it.
    let behind = |book: &dyn Book, urut| book.behind("umum", 2026, urut).unwrap();
    assert_eq!(behind(book, 1), Some(Behind { next: Some('a'), dari: A, sampai: B }));
    assert_eq!(behind(book, 4), Some(Behind { next: Some('a'), dari: B, sampai: B }));
    assert_eq!(behind(book, 6), None, "not used");
    assert_eq!(book.behind("umum", 2027, 1).unwrap(), None, "of another year");
    assert_eq!(book.behind("lembar", 2026, 1).unwrap(), None, "of another series");

    let between = date(2026, 11, 19);
    let taken = book.commit(vec![sisipan("umum", 1, "a", between)], None).unwrap().remove(0);
    assert_eq!((taken.urut, taken.sisipan.as_str(), taken.label().as_str()), (1, "a", "1.a"));
    assert_eq!(taken.alasan_sisipan.as_deref(), Some("tertinggal"));
    assert_eq!(book.list(&Filter::default()).unwrap().pop().unwrap(), taken, "read back");
    assert_eq!(book.series_end("umum", 2026).unwrap(), end, "neither counter nor date has moved");
    let details = book.leaf(taken.seq).unwrap().unwrap().rincian.unwrap();
    assert!(details.contains("\"alasan_sisipan\":\"tertinggal\"") && details.contains("\"sisipan\":\"a\""));

    // Dates go on behind it, and letters follow each other.
    assert_eq!(behind(book, 1), Some(Behind { next: Some('b'), dari: between, sampai: B }));
    let leaves = book.size().unwrap();
    for (refused, why) in [
        (sisipan("umum", 1, "a", between), "twice"),
        (sisipan("umum", 1, "c", between), "a letter is left out"),
        (sisipan("umum", 1, "B", between), "no suffix"),
        (sisipan("umum", 6, "a", B), "behind nothing"),
        (sisipan("umum", 1, "b", A), "before the last insertion"),
        (sisipan("umum", 1, "b", date(2026, 11, 22)), "after the next number"),
        (sisipan("umum", 5, "a", date(2026, 11, 22)), "after the last date of the series"),
    ] {
        assert!(book.commit(vec![refused], None).is_err(), "{why}");
    }
    let late = book.commit(vec![sisipan("umum", 1, "b", A)], None);
    assert!(matches!(late, Err(BookError::OutOfPlace { dari, sampai: B, .. }) if dari == between));
    assert!(matches!(book.commit(vec![sisipan("umum", 9, "a", B)], None), Err(BookError::NotUsed(9))));
    assert_eq!(book.size().unwrap(), leaves, "what was refused left nothing");

    // Numbers go on as if nothing had been inserted, in one batch with insertions too.
    book.commit(vec![sisipan("umum", 5, "a", B), entry("umum", 6, B), sisipan("umum", 5, "b", B)], None)
        .unwrap();
    // A cancelled insertion keeps its suffix.
    let batal = Peristiwa::Batal { surat: taken.seq, alasan: "x".to_owned() };
    book.record(NewEvent { peristiwa: batal, tanggal: B, oleh: "p".to_owned() }, &[]).unwrap();
    assert_eq!(behind(book, 1).unwrap().next, Some('b'));

    // Behind the last number of a year that is over, the year's end is the last day.
    book.commit(vec![entry("umum", 1, date(2027, 1, 4))], None).unwrap();
    assert_eq!(behind(book, 6), Some(Behind { next: Some('a'), dari: B, sampai: date(2026, 12, 31) }));
    book.commit(vec![sisipan("umum", 6, "a", date(2026, 12, 30))], None).unwrap();
    assert_eq!(book.series_end("umum", 2027).unwrap().last_date, Some(date(2027, 1, 4)));

    // a to z, and no further.
    let all: Vec<NewEntry> = ('a'..='z').map(|c| sisipan("umum", 2, &c.to_string(), B)).collect();
    book.commit(all, None).unwrap();
    assert_eq!(behind(book, 2).unwrap().next, None);
    assert!(matches!(book.commit(vec![sisipan("umum", 2, "{", B)], None), Err(BookError::Conflict)));

    // A number that was cancelled before its own day came does not bind the dates beside it.
    let future = date(2027, 6, 1);
    let wrong = book.commit(vec![entry("umum", 2, future)], None).unwrap().remove(0);
    let batal = Peristiwa::Batal { surat: wrong.seq, alasan: "jam salah".to_owned() };
    book.record(NewEvent { peristiwa: batal, tanggal: date(2027, 1, 5), oleh: "p".to_owned() }, &[]).unwrap();
    book.commit(vec![entry("umum", 3, date(2027, 1, 6))], None).unwrap();
    let place = book.behind("umum", 2027, 1).unwrap().unwrap();
    assert_eq!((place.dari, place.sampai), (date(2027, 1, 4), date(2027, 1, 6)));
}

#[test]
fn both_books_conform() {
    book_conformance(&mut MemoryBook::default());
    let folder = tempfile::tempdir().unwrap();
    let mut book = SqliteBook::create(&folder.path().join("b.sqlite")).unwrap();
    book_conformance(&mut book);
    assert_eq!(book.integrity().unwrap(), "ok");
}

#[test]
fn of_two_that_insert_at_once_one_must_ask_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("b.sqlite");
    let mut one = SqliteBook::create(&path).unwrap();
    one.commit(vec![entry("umum", 1, A)], None).unwrap();
    let mut other = SqliteBook::open(&path).unwrap();
    assert_eq!(one.behind("umum", 2026, 1).unwrap(), other.behind("umum", 2026, 1).unwrap());
    one.commit(vec![sisipan("umum", 1, "a", A)], None).unwrap();
    assert!(matches!(other.commit(vec![sisipan("umum", 1, "a", A)], None), Err(BookError::Conflict)));
    other.commit(vec![sisipan("umum", 1, "b", A)], None).unwrap();
}

#[test]
fn the_file_itself_refuses_what_no_insertion_may_be() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("b.sqlite");
    let mut book = SqliteBook::create(&path).unwrap();
    book.commit(vec![entry("umum", 1, A), entry("umum", 2, B), sisipan("umum", 1, "a", A)], None).unwrap();
    drop(book);
    let db = rusqlite::Connection::open(&path).unwrap();
    let copy = |urut: u32, huruf: &str, alasan: &str, tanggal: &str| {
        db.execute("INSERT INTO catatan (seq, isi, daun) VALUES (3, '{}', zeroblob(32))", []).unwrap();
        let done = db.execute(
            "INSERT INTO surat SELECT 3, seri, tahun, ?1, ?2, ?3, 'n', ?4, jenis, perihal, penyegel, kid, sidik, \
             tanda_tangan, kode, berlaku_sampai, templat, profil, versi, NULL FROM surat WHERE seq = 0",
            rusqlite::params![urut, huruf, (alasan != "-").then_some(alasan), tanggal],
        );
        db.execute_batch("DROP TRIGGER IF EXISTS catatan_kekal; DELETE FROM catatan WHERE seq = 3").ok();
        done
    };
    db.execute_batch("PRAGMA foreign_keys = ON").unwrap();
    for (urut, huruf, alasan, tanggal) in [
        (1, "a", "x", "2026-11-18"),
        (1, "c", "x", "2026-11-18"),
        (1, "bb", "x", "2026-11-18"),
        (1, "{", "x", "2026-11-18"),
        (1, "b", "-", "2026-11-18"),
        (1, "b", " ", "2026-11-18"),
        (1, "b", "x", "2026-11-17"),
        (1, "b", "x", "2026-11-22"),
        (2, "a", "x", "2026-11-22"),
        (3, "a", "x", "2026-11-21"),
        (3, "", "x", "2026-11-21"),
    ] {
        assert!(copy(urut, huruf, alasan, tanggal).is_err(), "{urut}.{huruf} {alasan:?} {tanggal}");
    }
    // The same statement with the right values goes through: it was the values that were refused.
    db.execute_batch("PRAGMA foreign_keys = OFF; DROP TRIGGER surat_kekal").unwrap();
    for (urut, huruf, alasan, tanggal) in [(1, "b", "x", "2026-11-19"), (3, "", "-", "2026-11-21")] {
        copy(urut, huruf, alasan, tanggal).unwrap();
        db.execute("DELETE FROM surat WHERE seq = 3", []).unwrap();
    }
}

/// An office with insertions.
fn meja() -> Meja {
    let profile = profil(CLU).replace("unit = \"CLU\"", "unit = \"CLU\"\nsisipan = true");
    Meja::dengan(&profile, |_| {})
}

/// A case that asks to stand behind a number.
fn sesudah(urut: u32) -> RawCase {
    let mut case = kasus(CLU, "rekomendasi");
    case.case.sisipan.sesudah = Some(urut);
    case.case.sisipan.alasan = Some("berkas tertinggal".to_owned());
    case
}

fn terbit(meja: &mut Meja, cases: Vec<RawCase>, day: Date) -> Vec<suket::Issued> {
    let issued =
        |outcome| if let Outcome::Issued(issued) = outcome { *issued } else { panic!("{outcome:?}") };
    meja.terbitkan_pada(cases, day).into_iter().map(issued).collect()
}

#[test]
fn an_inserted_letter_is_a_letter_like_any_other() {
    let mut meja = meja();
    let plain = || kasus(CLU, "rekomendasi");
    let day = |day: i8| date(2026, 11, day);
    meja.signers = meja.office.unlock(umum::SANDI, day(21)).unwrap();
    terbit(&mut meja, vec![plain()], day(21));
    terbit(&mut meja, vec![plain()], day(24));
    let inserted = terbit(&mut meja, vec![sesudah(1), sesudah(1)], day(23));
    let numbers: Vec<&str> = inserted.iter().map(|letter| letter.entry.nomor.as_str()).collect();
    assert_eq!(numbers, ["400.12.2.1/001.a/CLU/XI/2026", "400.12.2.1/001.b/CLU/XI/2026"]);
    // The counter and the dates go on as if nothing had happened.
    let next = terbit(&mut meja, vec![plain()], day(24));
    assert_eq!(next[0].entry.nomor, "400.12.2.1/003/CLU/XI/2026");

    let verifier = Verifier::new(&[meja.office.trust().unwrap()]).unwrap();
    for letter in &inserted {
        let pdf = letter.pdf.as_ref().unwrap();
        let verdict = meja.office.verify(&verifier, pdf).unwrap();
        assert_eq!(
            (verdict.putusan, verdict.fakta.unwrap().nomor),
            (Putusan::Asli, letter.entry.nomor.clone())
        );
        let again = meja.office.rebuild(&letter.entry).unwrap().unwrap();
        assert!(pdf.starts_with(&again), "set again, the bytes under the seal differ");
    }
    let receipt = meja.office.receipt(&inserted[0].entry).unwrap();
    assert!(receipt.is_some(), "it stands in the log");
    // Cancelled, its suffix is not given again.
    let by = By { tanggal: day(24), oleh: "petugas" };
    meja.office.void(&inserted[1].entry, "salah", by).unwrap();
    let third = terbit(&mut meja, vec![sesudah(1)], day(23));
    assert_eq!(third[0].entry.label(), "1.c");
    assert!(meja.office.audit(false, &|_, _| {}).unwrap().temuan.is_empty());
}

#[test]
fn what_is_wrong_is_said_before_anything_is_numbered() {
    let mut meja = meja();
    terbit(&mut meja, vec![kasus(CLU, "rekomendasi")], umum::HARI);
    let said = |meja: &Meja, case: RawCase, day| -> Vec<Code> {
        meja.office
            .check(case, day)
            .map_or_else(|found| found.iter().map(|f| f.kode).collect(), |_| Vec::new())
    };
    assert_eq!(said(&meja, sesudah(1), umum::HARI), []);
    assert!(said(&meja, sesudah(2), umum::HARI).contains(&Code::SisipanNomorBelumAda));
    assert!(said(&meja, sesudah(1), umum::HARI.tomorrow().unwrap()).contains(&Code::SisipanTanggal));
    // In one batch too, the letters end at z: nothing of it is numbered.
    let many = meja.terbitkan((0..27).map(|_| sesudah(1)).collect());
    let Some(Outcome::Refused(found)) = many.last() else { panic!("{many:?}") };
    assert_eq!(found[0].kode, Code::SisipanHabis);
    terbit(&mut meja, (0..26).map(|_| sesudah(1)).collect(), umum::HARI);
    assert!(said(&meja, sesudah(1), umum::HARI).contains(&Code::SisipanHabis));
    assert_eq!(meja.office.list(&Filter::default()).unwrap().len(), 27);
}

#[test]
fn an_insertion_changed_behind_our_back_is_named() {
    for sql in [
        "UPDATE surat SET sisipan = 'b' WHERE sisipan = 'a'",
        "UPDATE surat SET alasan_sisipan = 'lain' WHERE sisipan = 'a'",
        "UPDATE surat SET sisipan = '', alasan_sisipan = NULL, urut = 3 WHERE sisipan = 'a'",
        "UPDATE surat SET urut = 2 WHERE sisipan = 'a'",
        "UPDATE surat SET sisipan = 'a', alasan_sisipan = 'x', urut = 1 WHERE urut = 2",
    ] {
        let mut meja = meja();
        let plain = kasus(CLU, "rekomendasi");
        terbit(&mut meja, vec![plain.clone(), plain], umum::HARI);
        if !sql.ends_with("urut = 2") {
            terbit(&mut meja, vec![sesudah(1)], umum::HARI);
        }
        assert!(!meja.office.audit(true, &|_, _| {}).unwrap().damaged());
        let db = rusqlite::Connection::open(meja.folder.path().join("buku.sqlite")).unwrap();
        db.execute_batch("DROP TRIGGER surat_tetap").unwrap();
        assert_eq!(db.execute(sql, []).unwrap(), 1, "{sql}");
        let report = meja.office.audit(true, &|_, _| {}).unwrap();
        assert!(report.temuan.iter().any(|found| found.kode == "baris-berubah"), "{sql}: {report:?}");
    }
}

#[test]
fn the_commands_insert_and_say_so() {
    let arsip = Arsip::baru(CLU);
    let case = umum::arsip::kasus(CLU, "rekomendasi");
    let text = std::fs::read_to_string(&case).unwrap();
    let inserted = arsip.path("sisipan.toml");
    umum::tulis(
        &inserted,
        format!("{text}\n[sisipan]\nsesudah = 1\nalasan = \"berkas tertinggal\"\n").as_bytes(),
    );
    let inserted = inserted.display().to_string();
    let issue = |file: &str| arsip.run(&["--json", "issue", file, "--date", "2026-11-21"]);
    assert_eq!(code(&issue(&case)), 0);
    let refused = issue(&inserted);
    assert!(code(&refused) == 2 && err(&refused).contains("[sisipan-dilarang]"), "{}", err(&refused));
    let profile = arsip.path("arsip/kantor.toml");
    let allowed = std::fs::read_to_string(&profile)
        .unwrap()
        .replace("unit = \"CLU\"", "unit = \"CLU\"\nsisipan = true");
    umum::tulis(&profile, allowed.as_bytes());
    assert_eq!(code(&arsip.run(&["check", &inserted, "--date", "2026-11-21"])), 0);
    let wrong = arsip.run(&["check", &inserted, "--date", "2026-11-20"]);
    assert!(code(&wrong) == 2 && err(&wrong).contains("gunakan --date 2026-11-21"), "{}", err(&wrong));
    // Two at once: one gets the a, the other the b.
    let mut rows: Vec<serde_json::Value> = std::thread::scope(|scope| {
        let both = [(); 2].map(|()| scope.spawn(|| issue(&inserted)));
        both.into_iter().map(|one| lines(&one.join().unwrap()).remove(0)).collect()
    });
    rows.sort_by_key(|row| row["nomor"].to_string());
    let told = |row: &serde_json::Value| (row["urut"].clone(), row["sisipan"].clone(), row["nomor"].clone());
    assert_eq!(told(&rows[0]), (1.into(), "a".into(), "400.12.2.1/001.a/CLU/XI/2026".into()));
    assert_eq!(told(&rows[1]), (1.into(), "b".into(), "400.12.2.1/001.b/CLU/XI/2026".into()));
    let list = lines(&arsip.run(&["--json", "list"]));
    assert_eq!((list.len(), list[0].get("sisipan"), list[1]["sisipan"].as_str()), (3, None, Some("a")));
    let shown = arsip.run(&["show", "400.12.2.1/001.b/CLU/XI/2026"]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("urut 1.b") && shown.contains("berkas tertinggal"), "{shown}");
    let out = arsip.path("keluar").display().to_string();
    let saved = arsip.run(&["issue", &inserted, "--date", "2026-11-21", "--out", &out]);
    assert_eq!(code(&saved), 0);
    assert!(arsip.path("keluar/umum-2026-0001.c.pdf").is_file());
    assert_eq!(code(&arsip.run(&["archive", "check"])), 0);
}

#[test]
fn every_form_of_a_case_can_say_the_number() {
    let read = |file: &str, bytes: &[u8]| {
        let raw = RawCase::read(file, bytes).unwrap().remove(0);
        let codes: Vec<Code> = raw.findings.iter().map(|finding| finding.kode).collect();
        (raw.case.sisipan.sesudah, codes)
    };
    let good = (Some(12), vec![]);
    assert_eq!(read("a.toml", b"[sisipan]\nsesudah = 12"), good);
    assert_eq!(read("a.json", b"{\"sisipan\":{\"sesudah\":12}}"), good);
    assert_eq!(read("a.jsonl", b"{\"sisipan\":{\"sesudah\":12}}"), good);
    assert_eq!(read("a.csv", b"jenis,sisipan.sesudah\nrekomendasi,12"), good);
    let mut xlsx = rust_xlsxwriter::Workbook::new();
    let sheet = xlsx.add_worksheet();
    sheet.write(0, 0, "sisipan.sesudah").unwrap().write(1, 0, 12).unwrap();
    assert_eq!(read("a.xlsx", &xlsx.save_to_buffer().unwrap()), good);
    for bad in ["0", "-1", "12.5", "true", "\"12a\"", "[12]", "4294967296", "6305061203059901"] {
        let text = format!("{{\"sisipan\":{{\"sesudah\":{bad}}}}}");
        assert_eq!(read("a.json", text.as_bytes()), (None, vec![Code::BukanAngka]), "{bad}");
    }
}

#[test]
fn a_pattern_that_cannot_carry_a_suffix_is_refused_with_the_profile() {
    let with = |pola: &str, sisipan: bool| {
        let text = profil(CLU).replace(
            "unit = \"CLU\"",
            &format!("unit = \"CLU\"\nsisipan = {sisipan}\n\n[penomoran.seri.umum]\npola = \"{pola}\""),
        );
        suket::Profile::parse(&text).map(|_| ()).map_err(|error| error.to_string())
    };
    let counted = "{{ urut + 100 }}/{{ tahun }}";
    assert_eq!(with(counted, false), Ok(()));
    assert!(with(counted, true).is_err());
    assert_eq!(with("{{ urut }} TAHUN {{ tahun }}", true), Ok(()));
}
