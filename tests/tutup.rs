//! Closed months: in order, once, sealed; nothing of them changes, and the reprint is the same bytes.
#![expect(clippy::unwrap_used, clippy::string_slice, reason = "a test may stop here")]

mod umum;

use jiff::civil::date;
use suket::{BookError, Bulan, By, OfficeError, Putusan, Signers, Verifier};
use umum::arsip::{Arsip, code, err};
use umum::{HARI, Meja, SANDI, kasus};

const CLU: &str = "candi-laras-utara";

fn masa(text: &str) -> Bulan {
    text.parse().unwrap()
}

fn segel(meja: &Meja, day: jiff::civil::Date) -> Signers {
    meja.office.unlock_seal(SANDI, day).unwrap()
}

/// An office with letters of November and December.
fn meja() -> Meja {
    let mut meja = Meja::siap(CLU);
    meja.terbitkan_pada(vec![kasus(CLU, "rekomendasi"), kasus(CLU, "tanda-terima")], HARI);
    meja.terbitkan_pada(vec![kasus(CLU, "rekomendasi")], date(2026, 12, 3));
    meja
}

fn tutup(meja: &mut Meja, text: &str, day: jiff::civil::Date) -> Result<suket::Event, OfficeError> {
    let signers = segel(meja, day);
    meja.office.close(masa(text), &signers, By { tanggal: day, oleh: "petugas" })
}

#[test]
fn months_are_closed_one_after_the_other_and_once() {
    let mut meja = meja();
    let day = date(2027, 1, 5);
    let refused = tutup(&mut meja, "2026-12", day).unwrap_err();
    assert!(matches!(refused, OfficeError::Book(BookError::NotNextMonth(next)) if next == masa("2026-11")));
    tutup(&mut meja, "2026-11", day).unwrap();
    let again = tutup(&mut meja, "2026-11", day).unwrap_err();
    assert!(matches!(again, OfficeError::Book(BookError::NotNextMonth(next)) if next == masa("2026-12")));
    tutup(&mut meja, "2026-12", day).unwrap();
    assert!(matches!(tutup(&mut meja, "2027-02", day).unwrap_err(), OfficeError::Said(_)), "not yet come");
    // A month without letters is closed like any other.
    tutup(&mut meja, "2027-01", date(2027, 2, 1)).unwrap();
    let report = meja.office.verify_log(None).unwrap();
    assert!(report.temuan.is_empty(), "{:?}", report.temuan);
    assert!(!meja.office.audit(false, &|_, _| {}).unwrap().damaged());
}

#[test]
fn nothing_of_a_closed_month_changes() {
    let mut meja = meja();
    tutup(&mut meja, "2026-11", date(2026, 12, 3)).unwrap();
    let by = |day| By { tanggal: day, oleh: "petugas" };
    let entry = meja.office.list(&suket::Filter::default()).unwrap().remove(0);
    let refused = meja.office.void(&entry, "salah", by(HARI)).unwrap_err();
    assert!(matches!(refused, OfficeError::Book(BookError::Closed { .. })), "{refused}");
    let refused = meja.office.outside("lembar", (2, 9), "kertas", by(HARI)).unwrap_err();
    assert!(matches!(refused, OfficeError::Book(BookError::Closed { .. })), "{refused}");
    // What happens to its letters later belongs to the month in which it happens, and the closed register stays.
    let before = meja.office.closed_register(masa("2026-11")).unwrap().unwrap();
    let rows = meja.office.register(2026, 11).unwrap();
    meja.office.void(&entry, "salah", by(date(2026, 12, 4))).unwrap();
    assert_eq!(meja.office.closed_register(masa("2026-11")).unwrap().unwrap(), before);
    assert_eq!(meja.office.register(2026, 11).unwrap(), rows, "also as a table");
    assert_eq!(meja.office.closed_register(masa("2026-12")).unwrap(), None);
}

#[test]
fn a_closed_register_is_sealed_filed_and_recorded() {
    let mut meja = meja();
    let event = tutup(&mut meja, "2026-11", date(2026, 12, 3)).unwrap();
    assert_eq!(event.seq, 3);
    let pdf = meja.office.closed_register(masa("2026-11")).unwrap().unwrap();
    let verifier = Verifier::new(&[meja.office.trust().unwrap()]).unwrap();
    let verdict = meja.office.verify(&verifier, &pdf).unwrap();
    assert_eq!(verdict.putusan, Putusan::Asli);
    assert_eq!(verdict.fakta.unwrap().nomor, "Register 2026-11");
    let mut changed = pdf.clone();
    let place = changed.len() / 2;
    changed[place] ^= 1;
    assert_ne!(meja.office.verify(&verifier, &changed).unwrap().putusan, Putusan::Asli);
    // Without its closing in the book it is sealed, but not recorded.
    let mut other = self::meja();
    tutup(&mut other, "2026-11", date(2026, 12, 4)).unwrap();
    assert_eq!(other.office.verify(&verifier, &pdf).unwrap().putusan, Putusan::TidakTercatat);
    umum::tulis(&umum::akar().join("target/tmp/register/tutup.pdf"), &pdf);
}

#[test]
fn the_command_closes_and_prints_again() {
    let arsip = Arsip::baru(CLU);
    let case = umum::arsip::kasus(CLU, "rekomendasi");
    let run = |args: &[&str], expect: i32| {
        let out = arsip.run(args);
        assert_eq!(code(&out), expect, "{args:?}: {}", err(&out));
        err(&out)
    };
    run(&["issue", &case, "--date", "2026-11-25"], 0);
    run(&["close", "2026-12", "--date", "2027-01-02"], 2);
    run(&["close", "2026-11", "--date", "2026-12-02"], 0);
    let told = run(&["close", "2026-11", "--date", "2026-12-02"], 2);
    assert!(told.contains("sudah ditutup pada 2026-12-02"), "{told}");
    let told = run(&["issue", &case, "--date", "2026-11-30"], 2);
    assert!(told.contains("2026-12"), "{told}");
    let path = |name: &str| arsip.path(name).display().to_string();
    run(&["register", "2026-11", "--out", &path("a.pdf")], 0);
    run(&["issue", &case, "--date", "2026-12-03"], 0);
    run(&["register", "2026-11", "--out", &path("b.pdf")], 0);
    assert_eq!(std::fs::read(path("a.pdf")).unwrap(), std::fs::read(path("b.pdf")).unwrap());
    run(&["verify", &path("a.pdf")], 0);
    run(&["close", "2026-12", "--date", "2026-12-03", "--by", "SITI"], 0);
    run(&["archive", "check"], 0);
}

#[test]
fn what_happens_later_belongs_to_its_own_month_however_late_the_month_is_closed() {
    let mut meja = meja();
    let entry = meja.office.list(&suket::Filter::default()).unwrap().remove(0);
    meja.office.void(&entry, "salah orang", By { tanggal: date(2026, 12, 3), oleh: "petugas" }).unwrap();
    tutup(&mut meja, "2026-11", date(2026, 12, 4)).unwrap();
    let november = meja.office.register(2026, 11).unwrap();
    assert!(november.baris.iter().all(|row| row.keterangan.is_empty()), "{:?}", november.baris);
    let december = meja.office.register(2026, 12).unwrap();
    let told: Vec<_> = december.susulan.iter().map(|row| row.keterangan.as_str()).collect();
    assert_eq!(told, ["BATAL 03-12-2026: salah orang"]);
    assert!(december.buku().kelompok.iter().any(|group| group.judul.starts_with("Pembatalan")));
}

#[test]
fn a_register_that_nobody_would_accept_is_not_sealed() {
    let mut meja = meja();
    let path = meja.folder.path().join("kantor.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    umum::tulis(&path, format!("host = \"lain.contoh.go.id\"\n{text}").as_bytes());
    meja.office = suket::Office::open(meja.folder.path(), 1).unwrap();
    let refused = tutup(&mut meja, "2026-11", date(2026, 12, 3)).unwrap_err();
    assert!(matches!(refused, OfficeError::WouldNotVerify(_)), "{refused}");
    assert!(meja.office.closing(masa("2026-11")).unwrap().is_none());
}

#[test]
fn a_closed_register_that_is_gone_or_changed_is_named() {
    let mut meja = meja();
    tutup(&mut meja, "2026-11", date(2026, 12, 3)).unwrap();
    let (_, closed) = meja.office.closing(masa("2026-11")).unwrap().unwrap();
    let damaged = |meja: &Meja| meja.office.audit(false, &|_, _| {}).unwrap().damaged();
    assert!(!damaged(&meja));
    let name = umum::hex(&closed.register);
    let file = meja.folder.path().join("sha256").join(&name[..2]).join(&name[2..4]).join(&name);
    std::fs::remove_file(&file).unwrap();
    let db = rusqlite::Connection::open(meja.folder.path().join("buku.sqlite")).unwrap();
    assert_eq!(db.execute("DELETE FROM lampiran WHERE objek = ?1", [closed.register]).unwrap(), 1);
    assert!(damaged(&meja));
}
