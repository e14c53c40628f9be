//! The life of a number after it was given: cancelled, handed over, collected, written outside; clocks that are wrong.

mod umum;

use jiff::civil::date;
use suket::{By, ClockError, Filter, Office, Outcome, Putusan, Verifier};
use umum::arsip::{Arsip, code, err, kasus as berkas, lines};
use umum::{HARI, Meja, kasus, teks_qr, tetap};

const CLU: &str = "candi-laras-utara";
const OLEH: By<'_> = By { tanggal: HARI, oleh: "petugas uji" };

#[test]
fn a_cancelled_letter_is_genuine_and_cancelled() {
    let mut meja = Meja::siap(CLU);
    let (entry, pdf) = meja.satu(kasus(CLU, "rekomendasi"));
    meja.office.void(&entry, "salah orang", OLEH).unwrap();
    let verifier = Verifier::new(&[meja.office.trust().unwrap()]).unwrap();
    let verdict = meja.office.verify(&verifier, &pdf).unwrap();
    assert_eq!(verdict.putusan, Putusan::Dibatalkan);
    assert_eq!(meja.office.verify_qr(&verifier, &teks_qr(&pdf)).unwrap().putusan, Putusan::Dibatalkan);
    // Without the book nobody can know, and the verdict says so.
    let alone = verifier.pdf(&pdf, None).unwrap();
    assert_eq!(alone.putusan, Putusan::Asli);
    assert!(alone.tidak_diperiksa.iter().any(|what| what.contains("pembatalan")));
    // The number is not given again, and the same person may get a new letter.
    let (next, _) = meja.satu(kasus(CLU, "rekomendasi"));
    assert_eq!((entry.urut, next.urut), (1, 2));
    assert!(!meja.office.audit(false, &|_, _| {}).unwrap().damaged());
    // What is recorded later happened later.
    let later = By { tanggal: date(2026, 11, 25), ..OLEH };
    meja.office.hand_over(&next, "SITI", &mut tetap(3), later).unwrap();
    assert!(meja.office.collected(&next, OLEH).is_err());
    meja.office.collected(&next, later).unwrap();
}

#[test]
fn what_a_person_must_say_is_asked_for() {
    let mut meja = Meja::siap(CLU);
    let (entry, _) = meja.satu(kasus(CLU, "rekomendasi"));
    for reason in ["", "   ", "dua\nbaris", &"x".repeat(201), "NIK salah, yang benar 6305.0612-0305 9902"] {
        assert!(meja.office.void(&entry, reason, OLEH).is_err(), "{reason:?}");
    }
    assert!(meja.office.hand_over(&entry, " ", &mut tetap(1), OLEH).is_err());
    assert!(meja.office.void(&entry, "x", By { oleh: "", ..OLEH }).is_err());
    assert!(meja.office.outside("lain", (1, 2), "x", OLEH).is_err());
    for range in [(3, 2), (0, 1), (2, u32::MAX), (2, 9_999_999)] {
        assert!(meja.office.outside("umum", range, "x", OLEH).is_err(), "{range:?}");
    }
    assert!(
        meja.office.void(&entry, "x", By { tanggal: date(2020, 1, 1), ..OLEH }).is_err(),
        "before there was an office"
    );
    assert!(meja.office.events(None).unwrap().is_empty());
}

#[test]
fn an_office_begins_in_the_middle_of_a_year() {
    let mut meja = Meja::siap(CLU);
    let june = By { tanggal: date(2026, 6, 1), oleh: "petugas" };
    meja.office.outside("umum", (1, 345), "buku kertas sebelum suket", june).unwrap();
    let (entry, _) = meja.satu(kasus(CLU, "rekomendasi"));
    assert_eq!((entry.urut, entry.nomor.as_str()), (346, "400.12.2.1/346/CLU/XI/2026"));
    // A day without power: two letters by hand.
    meja.office.outside("umum", (347, 348), "listrik padam", OLEH).unwrap();
    let (entry, _) = meja.satu(kasus(CLU, "keterangan-perekaman"));
    assert_eq!(entry.urut, 349);
    assert!(!meja.office.audit(false, &|_, _| {}).unwrap().damaged());
    // The next year begins at 1.
    let january = date(2027, 1, 4);
    meja.signers = meja.office.unlock(umum::SANDI, january).unwrap();
    let outcome = meja.terbitkan_pada(vec![kasus(CLU, "rekomendasi")], january).pop();
    let Some(Outcome::Issued(letter)) = outcome else { unreachable!("{outcome:?}") };
    assert_eq!(letter.entry.urut, 1);
}

#[test]
fn a_wrong_clock_is_noticed() {
    let mut meja = Meja::siap(CLU);
    let cases = || vec![kasus(CLU, "rekomendasi")];
    let on = |office: &Office, day| office.date_of(&cases(), day).unwrap();
    let later = date(2026, 12, 20);
    assert_eq!(on(&meja.office, later), Ok(later), "an empty book believes the clock");
    let (entry, _) = meja.satu(cases().remove(0));
    assert_eq!(on(&meja.office, HARI.yesterday().unwrap()), Ok(HARI), "a day behind: the last letter's date");
    assert!(matches!(on(&meja.office, date(2026, 11, 19)), Err(ClockError::Behind { .. })));
    assert_eq!(on(&meja.office, date(2026, 11, 28)), Ok(date(2026, 11, 28)));
    assert!(matches!(on(&meja.office, date(2026, 11, 29)), Err(ClockError::Ahead { days: 8, .. })));
    // A letter dated into the future by a wrong clock holds the series back until it is cancelled.
    let future = date(2026, 11, 28);
    let Some(Outcome::Issued(wrong)) = meja.terbitkan_pada(cases(), future).pop() else { unreachable!() };
    assert!(matches!(on(&meja.office, HARI), Err(ClockError::Behind { .. })));
    meja.office.void(&wrong.entry, "jam komputer salah", OLEH).unwrap();
    assert_eq!(on(&meja.office, HARI), Ok(HARI));
    let (next, _) = meja.satu(cases().remove(0));
    assert_eq!((entry.urut, wrong.entry.urut, next.urut), (1, 2, 3));
    assert!(!meja.office.audit(false, &|_, _| {}).unwrap().damaged());
}

#[test]
fn the_new_year_comes_when_it_comes_to_the_office() {
    // 2026-12-31T16:30Z is already 2027 in the office's zone, UTC+8.
    let instant: jiff::Timestamp = "2026-12-31T16:30:00Z".parse().unwrap();
    let meja = Meja::siap(CLU);
    let zone = jiff::tz::TimeZone::get(&meja.office.profile().zona_waktu).unwrap();
    assert_eq!(instant.to_zoned(zone).date(), date(2027, 1, 1));
}

#[test]
fn the_commands_record_and_refuse() {
    let arsip = Arsip::baru(CLU);
    let day = ["--date", "2026-11-21"];
    let run = |args: &[&str]| arsip.run(&[args, &day].concat());
    assert_eq!(code(&run(&["book", "outside", "1-345", "--reason", "buku lama"])), 0);
    let case = berkas(CLU, "rekomendasi");
    let out = run(&["--json", "issue", &case]);
    let nomor = lines(&out)[0]["nomor"].as_str().unwrap().to_owned();
    assert_eq!(nomor, "400.12.2.1/346/CLU/XI/2026");
    let out = run(&["--json", "hand-over", &nomor, "--to", "SITI CONTOH", "--by", "Ani"]);
    assert_eq!((code(&out), lines(&out)[0]["peristiwa"].as_str()), (0, Some("serah")), "{}", err(&out));
    assert_eq!(code(&run(&["hand-over", &nomor, "--card"])), 0);
    assert_eq!(code(&run(&["hand-over", &nomor, "--to", "LAGI"])), 2, "twice");
    assert_eq!(code(&run(&["void", &nomor, "--reason", "salah cetak", "--by", "Ani"])), 0);
    let again = run(&["void", &nomor, "--reason", "lagi"]);
    assert!(code(&again) == 2 && err(&again).contains("sudah dibatalkan"), "{}", err(&again));
    assert_eq!(code(&run(&["void", "999", "--reason", "x"])), 2);
    for range in ["5-9", "x", "9-1", "0-3"] {
        assert_eq!(code(&run(&["book", "outside", range, "--reason", "x"])), 2, "{range}");
    }
    let shown = String::from_utf8(arsip.run(&["show", &nomor]).stdout).unwrap();
    for text in
        ["batal", "diserahkan kepada SITI CONTOH (dicatat Ani)", "dibatalkan: salah cetak", "sudah diambil"]
    {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    assert_eq!(lines(&arsip.run(&["--json", "list"]))[0]["status"], "batal");
    assert_eq!(code(&arsip.run(&["archive", "check"])), 0);
}

#[test]
fn events_changed_behind_our_back_are_named() {
    let mut meja = Meja::siap(CLU);
    let (entry, _) = meja.satu(kasus(CLU, "rekomendasi"));
    meja.office.hand_over(&entry, "SITI", &mut tetap(4), OLEH).unwrap();
    meja.office.outside("umum", (2, 5), "listrik padam", OLEH).unwrap();
    meja.office.void(&entry, "salah", OLEH).unwrap();
    let path = meja.folder.path().join("buku.sqlite");
    for sql in [
        "DROP TRIGGER peristiwa_tetap; UPDATE peristiwa SET alasan = 'lain' WHERE jenis = 'batal'",
        "DROP TRIGGER peristiwa_kekal; DELETE FROM peristiwa WHERE jenis = 'batal'",
        "DROP TRIGGER penerima_tetap; UPDATE penerima SET nama = 'ORANG LAIN'",
        "DROP TRIGGER luar_tetap; UPDATE luar SET sampai = 4",
        "DROP TRIGGER luar_kekal; DELETE FROM luar",
        "DROP TRIGGER peristiwa_tetap; UPDATE peristiwa SET tanggal = '2026-11-20'",
        "DROP TRIGGER peristiwa_tetap; UPDATE peristiwa SET oleh = 'lain'",
    ] {
        let copy = tempfile::tempdir().unwrap();
        let db = rusqlite::Connection::open(&path).unwrap();
        db.execute("VACUUM INTO ?1", [copy.path().join("buku.sqlite").to_str().unwrap()]).unwrap();
        for entry in walkdir::WalkDir::new(meja.folder.path()).into_iter().map(Result::unwrap) {
            let name = entry.path().strip_prefix(meja.folder.path()).unwrap();
            if entry.file_type().is_file() && !name.to_string_lossy().starts_with("buku") {
                std::fs::create_dir_all(copy.path().join(name).parent().unwrap()).unwrap();
                std::fs::copy(entry.path(), copy.path().join(name)).unwrap();
            }
        }
        let office = Office::open(copy.path(), 1).unwrap();
        assert!(!office.audit(true, &|_, _| {}).unwrap().damaged(), "the copy itself is whole");
        let db = rusqlite::Connection::open(copy.path().join("buku.sqlite")).unwrap();
        db.execute_batch(&format!("PRAGMA foreign_keys = OFF; {sql}")).unwrap();
        let report = office.audit(true, &|_, _| {}).unwrap();
        assert!(report.damaged(), "{sql}");
        assert_eq!(office.list(&Filter::default()).unwrap().len(), 1);
    }
}

#[test]
fn a_mistyped_year_does_not_stop_the_book() {
    let arsip = Arsip::baru(CLU);
    let case = berkas(CLU, "rekomendasi");
    let out = arsip.run(&["--json", "issue", &case, "--date", "2026-11-21"]);
    assert_eq!(code(&out), 0, "{}", err(&out));
    let nomor = lines(&out)[0]["nomor"].as_str().unwrap().to_owned();
    let out = arsip.run(&["void", &nomor, "--reason", "salah", "--date", "2126-11-21"]);
    assert_eq!(code(&out), 2);
    assert!(err(&out).contains("hari lagi"), "{}", err(&out));
    assert_eq!(code(&arsip.run(&["close", "2126-10", "--date", "2126-11-21"])), 2);
}

#[test]
fn a_number_outside_is_told_as_recorded_but_not_sealed() {
    let arsip = Arsip::baru(CLU);
    let out = arsip.run(&["book", "outside", "1-5", "--reason", "buku kertas", "--date", "2026-11-21"]);
    assert_eq!(code(&out), 0, "{}", err(&out));
    let out = arsip.run(&["show", "3"]);
    assert_eq!(code(&out), 2);
    assert!(
        err(&out).contains("di luar suket (buku kertas): tercatat, tetapi tidak bersegel"),
        "{}",
        err(&out)
    );
    for nomor in ["3", "400.12.2.1/003/CLU/XI/2026"] {
        let out = arsip.run(&["verify", nomor]);
        assert_eq!(code(&out), 3, "{nomor}");
        assert!(err(&out).contains("tercatat, tetapi tidak bersegel"), "{}", err(&out));
    }
    assert_eq!(code(&arsip.run(&["verify", "400.12.2.1/003/CLU/XI/2025"])), 2, "another year");
    assert!(err(&arsip.run(&["show", "6"])).contains("tidak ada di buku agenda"));
}
