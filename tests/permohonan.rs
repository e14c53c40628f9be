//! Applications: numbered by year, answered, found again; who applied stands in the log by digest only.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

mod umum;

use jiff::civil::{Date, date};
use suket::{BookError, By, Hasil, OfficeError, Peristiwa, Permohonan};
use umum::arsip::{Arsip, code, err, lines};
use umum::{HARI, Meja, kasus, tetap};

const CLU: &str = "candi-laras-utara";

fn by(tanggal: Date) -> By<'static> {
    By { tanggal, oleh: "petugas" }
}

fn masuk(meja: &mut Meja, jenis: &str, day: Date) -> u32 {
    let raw = kasus(CLU, jenis);
    let event =
        meja.office.apply(&raw.case, &mut tetap(u64::from(day.day().unsigned_abs())), by(day)).unwrap();
    let Peristiwa::Mohon { urut, .. } = event.isi.peristiwa else { unreachable!() };
    urut
}

fn daftar(meja: &Meja, tahun: i16) -> Vec<Permohonan> {
    meja.office.applications(tahun).unwrap()
}

#[test]
fn applications_are_numbered_by_year_and_end_in_letters_or_answers() {
    let mut meja = Meja::siap(CLU);
    assert_eq!(masuk(&mut meja, "rekomendasi", HARI), 1);
    assert_eq!(masuk(&mut meja, "keterangan-perekaman", HARI), 2);
    assert_eq!(masuk(&mut meja, "pengembalian", HARI), 3);
    assert_eq!(masuk(&mut meja, "rekomendasi", date(2027, 1, 4)), 1, "a year of its own");
    // The letter that the person got is found by itself, and only one of the same kind.
    let (letter, _) = meja.satu(kasus(CLU, "rekomendasi"));
    let all = daftar(&meja, 2026);
    assert_eq!(all.iter().map(|one| one.surat.clone()).collect::<Vec<_>>(), [Some(letter.nomor), None, None]);
    assert_eq!(all[0].pemohon.as_ref().unwrap().nama, "SITI CONTOH NURHALIZA");

    let answer = |meja: &mut Meja, hasil| {
        let one = daftar(meja, 2026).remove(1);
        meja.office.answer(one.seq, hasil, "kurang akta kelahiran", by(date(2027, 1, 5)))
    };
    answer(&mut meja, Hasil::Dikembalikan).unwrap();
    answer(&mut meja, Hasil::Dilanjutkan).unwrap();
    answer(&mut meja, Hasil::Ditarik).unwrap();
    let refused = answer(&mut meja, Hasil::Dilanjutkan).unwrap_err();
    assert!(matches!(refused, OfficeError::Book(BookError::Answered(Hasil::Ditarik))), "{refused}");
    assert_eq!(daftar(&meja, 2026)[1].jawaban.len(), 3);
    let book = meja.office.applications_book(2026, 11).unwrap();
    assert_eq!(book.penutup, ["Jumlah permohonan: 3; belum selesai: 1."]);
    let csv = String::from_utf8(book.csv().unwrap()).unwrap();
    assert!(
        csv.contains("ditarik 05-01-2027: kurang akta kelahiran") && csv.contains("terbit surat no."),
        "{csv}"
    );
    assert!(!csv.contains("6305065203059"), "a NIK shows its last four digits only");
    let cetakan = suket::Cetakan { stempel: meja.office.stempel().unwrap(), ..suket::Cetakan::default() };
    umum::tulis(
        &umum::akar().join("target/tmp/register/permohonan.pdf"),
        &meja.office.book_pdf(&book, &cetakan).unwrap(),
    );
    let signer = meja.office.unlock_log(umum::SANDI).unwrap();
    meja.office.sign_log(&signer).unwrap();
    let report = meja.office.audit(false, &|_, _| {}).unwrap();
    assert!(report.temuan.is_empty(), "{:?}", report.temuan);
}

#[test]
fn who_applied_is_in_the_log_by_digest_only() {
    let mut meja = Meja::siap(CLU);
    masuk(&mut meja, "rekomendasi", HARI);
    let db = rusqlite::Connection::open(meja.folder.path().join("buku.sqlite")).unwrap();
    let leaf: String = db.query_row("SELECT isi FROM catatan", [], |row| row.get(0)).unwrap();
    assert!(!leaf.contains("SITI") && !leaf.contains("63050"), "{leaf}");
    for sql in [
        "INSERT INTO permohonan (seq, tahun, urut, tanggal, jenis, oleh) VALUES (1, 2026, 3, '2026-11-21', 'x', 'x')",
        "UPDATE permohonan SET jenis = 'x'",
        "DELETE FROM permohonan",
        "UPDATE pemohon SET data = 'x'",
        "INSERT INTO jawaban (seq, permohonan, tanggal, hasil, keterangan, oleh) VALUES (0, 0, '2026-11-21', 'x', 'x', 'x')",
    ] {
        assert!(db.execute(sql, []).is_err(), "{sql}");
    }
}

#[test]
fn the_counter_writes_applications_down_on_the_command_line() {
    let arsip = Arsip::baru(CLU);
    let case = umum::arsip::kasus(CLU, "rekomendasi");
    let run = |args: &[&str], expect: i32| {
        let out = arsip.run(args);
        assert_eq!(code(&out), expect, "{args:?}: {}", err(&out));
        out
    };
    let csv = arsip.path("p.csv").display().to_string();
    let out = run(&["--json", "book", "receive", &case, &case, "--date", "2026-11-21"], 0);
    let told: Vec<String> =
        lines(&out).iter().map(|line| line["nomor"].as_str().unwrap().to_owned()).collect();
    assert_eq!(told, ["1/2026", "2/2026"]);
    run(&["book", "answer", "2", "dikembalikan", "--reason", "kurang KK", "--date", "2026-11-21"], 0);
    run(&["book", "answer", "2", "ditarik", "--reason", "pindah", "--date", "2026-11-22"], 0);
    run(&["book", "answer", "2", "selesai", "--reason", "x", "--date", "2026-11-22"], 2);
    // All of a batch or nothing, and what is refused is not repeated to the screen.
    let wrong = arsip.path("salah.toml");
    umum::tulis(&wrong, b"jenis = \"6305061203059901\"\n[pemohon]\nnama = \"SITI\"\n");
    let told =
        err(&run(&["book", "receive", &case, &wrong.display().to_string(), "--date", "2026-11-22"], 2));
    assert!(!told.contains("6305061203059901"), "{told}");
    let out = run(&["--json", "book", "permohonan", "2026-11", "--format", "csv", "--out", &csv], 0);
    assert_eq!(lines(&out)[0]["baris"], 2);
    run(&["book", "answer", "1", "ditarik", "--reason", "x", "--date", "2026-11-20"], 2);
    run(&["book", "answer", "7", "selesai", "--reason", "x", "--date", "2026-11-22"], 2);
    run(&["archive", "check"], 0);
}
