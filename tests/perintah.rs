//! The binary as its users see it: exit codes, JSON, messages, batches.
#![expect(clippy::string_slice, reason = "a test may stop here")]

mod umum;

use std::path::Path;
use std::process::Command;

use umum::akar;
use umum::arsip::{Arsip, code, err, kasus, lines, write};

const HARI: &str = "2026-11-21";

#[test]
fn from_init_to_a_verified_letter() {
    let arsip = Arsip::baru("candi-laras-utara");
    let out_dir = arsip.path("keluar").display().to_string();
    let case = kasus("candi-laras-utara", "keterangan-perekaman");
    let out = arsip.run(&["--json", "issue", &case, "--date", HARI, "--out", &out_dir]);
    assert_eq!(code(&out), 0, "{}", err(&out));
    let row = lines(&out).remove(0);
    assert_eq!(row["nomor"], "400.12.2.1/001/CLU/XI/2026");
    assert_eq!((row["urut"].as_u64(), row["tahun"].as_u64()), (Some(1), Some(2026)));
    assert_eq!(
        (&row["seri"], &row["status"], &row["tanggal"]),
        (&"umum".into(), &"berlaku".into(), &HARI.into())
    );
    assert_eq!(row["sha256"], row["objek"]);
    assert_eq!(row["temuan"][0]["kode"], "wa-kosong");
    let pdf = row["pdf"].as_str().unwrap().to_owned();
    assert!(pdf.ends_with("umum-2026-0001.pdf"), "{pdf}");

    let verified = arsip.run(&["--json", "verify", &pdf]);
    assert_eq!(code(&verified), 0);
    let verdict = lines(&verified).remove(0);
    assert_eq!((&verdict["putusan"], &verdict["nomor"]), (&"asli".into(), &row["nomor"]));
    assert_eq!(verdict["nama"], "SITI CONTOH NURHALIZA");
    let unchecked = verdict["tidak_diperiksa"].to_string();
    assert!(unchecked.contains("tanda tangan basah"), "{unchecked}");

    // A changed file, and a file that is no letter: exit 3.
    let mut bytes = std::fs::read(&pdf).unwrap();
    let middle = bytes.len() / 3;
    bytes[middle] ^= 1;
    let changed = arsip.path("ubah.pdf");
    write(&changed, &bytes);
    let out = arsip.run(&["--json", "verify", &changed.display().to_string()]);
    assert_eq!((code(&out), &lines(&out)[0]["putusan"]), (3, &"diubah".into()));
    let out = arsip.run(&["verify", &case]);
    assert_eq!(code(&out), 3, "{}", err(&out));

    // list, show, get
    let nomor = row["nomor"].as_str().unwrap();
    assert_eq!(lines(&arsip.run(&["--json", "list", "--month", "2026-11"])).len(), 1);
    assert_eq!(lines(&arsip.run(&["--json", "list", "--month", "2026-12"])).len(), 0);
    let shown = String::from_utf8(arsip.run(&["show", nomor]).stdout).unwrap();
    assert!(shown.contains("SITI CONTOH NURHALIZA") && shown.contains("berlaku"), "{shown}");
    assert!(!shown.contains("6305065203059901"), "no NIK on the screen");
    let again = arsip.path("lagi.pdf");
    assert_eq!(code(&arsip.run(&["get", nomor, "--out", &again.display().to_string()])), 0);
    assert_eq!(std::fs::read(&again).unwrap(), std::fs::read(&pdf).unwrap());
    assert_eq!(
        code(&arsip.run(&["get", nomor, "--copy", "kantor", "--out", &again.display().to_string()])),
        0
    );
    assert_eq!(code(&arsip.run(&["get", "tidak/ada", "--out", "x"])), 2);

    // archive check, clean and damaged; on the letter's day, after which it would wait too long for a backup
    let out = arsip.run(&["--json", "archive", "check", "--date", HARI]);
    assert_eq!((code(&out), lines(&out)[0]["temuan"].as_array().unwrap().len()), (0, 0));
    let hash = row["objek"].as_str().unwrap();
    let stored = arsip.path("arsip").join("sha256").join(&hash[..2]).join(&hash[2..4]).join(hash);
    write(&stored, b"rusak");
    let out = arsip.run(&["--json", "archive", "check", "--date", HARI]);
    assert_eq!((code(&out), &lines(&out)[0]["temuan"][0]["kode"]), (3, &"berkas-terpotong".into()));
    std::fs::remove_file(&stored).unwrap();
    let out = arsip.run(&["--json", "archive", "check", "--date", HARI]);
    assert_eq!((code(&out), &lines(&out)[0]["temuan"][0]["kode"]), (3, &"berkas-hilang".into()));
}

#[test]
fn check_and_preview_number_nothing_and_ask_for_nothing() {
    let arsip = Arsip::baru("larangan");
    std::fs::remove_file(arsip.path("sandi")).unwrap();
    let case = kasus("larangan", "rekomendasi");
    assert_eq!(code(&arsip.run(&["check", &case, "--date", HARI])), 0);
    let draft = arsip.path("draf.pdf");
    let out = arsip.run(&["preview", &case, "--out", &draft.display().to_string(), "--date", HARI]);
    assert_eq!(code(&out), 0, "{}", err(&out));
    assert!(std::fs::read(&draft).unwrap().starts_with(b"%PDF"));
    assert_eq!(code(&arsip.run(&["verify", &draft.display().to_string()])), 3, "a draft is no letter");
    let bad = akar().join("tests/kasus/buruk/wajib-kosong-semua.toml").display().to_string();
    let out = arsip.run(&["--json", "check", &bad, "--date", HARI]);
    assert_eq!(code(&out), 2);
    assert!(lines(&out)[0]["galat"].is_string());
    // A refused case does not even ask for the passphrase.
    assert_eq!(code(&arsip.run(&["issue", &bad, "--date", HARI])), 2);
    assert_eq!(arsip.count(), 0);
}

#[test]
fn errors_point_at_file_line_and_key() {
    let arsip = Arsip::baru("candi-laras-utara");
    let bad = akar().join("tests/kasus/buruk/nik-panjang.toml").display().to_string();
    let told = err(&arsip.run(&["check", &bad, "--date", HARI]));
    assert!(told.contains("nik-panjang.toml:6: NIK harus 16 angka"), "{told}");
    assert!(told.contains("saran: salin NIK dari Kartu Keluarga"), "{told}");
    for (args, expect) in [
        (vec!["issue", "tidak-ada.toml"], 2),
        (vec!["issue", "README.md"], 2),
        (vec!["terbang"], 2),
        (vec!["list", "--month", "2026-13"], 2),
        (vec!["init", "--profile", "tidak-ada"], 2),
    ] {
        assert_eq!(code(&arsip.run(&args)), expect, "{args:?}");
    }
}

#[test]
fn an_incomplete_office_is_set_up_and_told_what_is_missing() {
    let arsip = Arsip::baru("sajingan-besar");
    let case = kasus("sajingan-besar", "rekomendasi");
    let out = arsip.run(&["issue", &case, "--date", HARI]);
    assert_eq!(code(&out), 1);
    let told = err(&out);
    for what in ["kop.induk", "kop.kantor", "pejabat", "saran: lengkapi kantor.toml"] {
        assert!(told.contains(what), "{what} in {told}");
    }
    assert_eq!(arsip.count(), 0);
    // A second init must not touch what is there.
    assert_eq!(code(&arsip.run(&["init", "--profile", "larangan"])), 2);
}

#[test]
fn a_wrong_passphrase_and_a_broken_profile_are_told() {
    let arsip = Arsip::baru("candi-laras-utara");
    write(&arsip.path("sandi"), b"salah\n");
    let out = arsip.run(&["issue", &kasus("candi-laras-utara", "rekomendasi"), "--date", HARI]);
    assert_eq!(code(&out), 1);
    assert!(err(&out).contains("kata sandi tidak membuka"), "{}", err(&out));
    let arsip = Arsip::kosong();
    let profile = arsip.path("kantor.toml");
    write(
        &profile,
        b"id = \"x\"\nkode_wilayah = \"63.05.06\"\nzona_waktu = \"Asia/Makassar\"\nnma = \"X\"\n",
    );
    let out = arsip.run(&["init", "--profile", &profile.display().to_string()]);
    assert_eq!(code(&out), 2);
    assert!(err(&out).contains("line 4") && err(&out).contains("nma"), "{}", err(&out));
}

#[test]
fn batches_report_each_row_and_number_nothing_when_one_is_bad() {
    let arsip = Arsip::baru("candi-laras-utara");
    let head = "jenis,pemohon.nama,pengembalian.sebab,pengembalian.kurang\n";
    let table = arsip.path("kumpulan.csv");
    write(&table, format!("{head}pengembalian,CONTOH SATU,tidak ada NIK,\npengembalian,,sebab,\npengembalian,CONTOH TIGA,,akta-kelahiran;kartu-keluarga\n").as_bytes());
    let path = table.display().to_string();
    let out = arsip.run(&["--json", "issue", &path, "--date", HARI]);
    assert_eq!(code(&out), 2);
    let rows = lines(&out);
    assert_eq!(rows.len(), 3, "one line per row");
    assert_eq!((&rows[1]["baris"], &rows[1]["temuan"][0]["kode"]), (&3.into(), &"wajib-kosong".into()));
    assert_eq!(arsip.count(), 0);
    let out = arsip.run(&["--json", "issue", &path, "--date", HARI, "--skip-invalid"]);
    assert_eq!(code(&out), 0, "2 would say that nothing was numbered");
    let numbers: Vec<String> =
        lines(&out).iter().filter_map(|row| Some(row["nomor"].as_str()?.to_owned())).collect();
    assert_eq!(numbers, ["L-0001/CLU/2026", "L-0002/CLU/2026"]);
}

#[test]
fn xlsx_and_jsonl_batches_are_read() {
    let arsip = Arsip::baru("candi-laras-utara");
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in (0..).zip(["jenis", "pemohon.nama", "pemohon.nik", "perekaman.tanggal"]) {
        sheet.write(0, column, name).unwrap();
    }
    for row in 1..3 {
        sheet.write(row, 0, "tanda-terima").unwrap();
        sheet.write(row, 1, format!("CONTOH {}", ["SATU", "DUA"][row as usize - 1])).unwrap();
        sheet.write(row, 2, format!("630506120305990{row}")).unwrap();
        let format = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
        let day = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 11, 20).unwrap();
        sheet.write_with_format(row, 3, day, &format).unwrap();
    }
    let path = arsip.path("kumpulan.xlsx");
    book.save(&path).unwrap();
    let out = arsip.run(&["--json", "issue", &path.display().to_string(), "--date", HARI]);
    assert_eq!(code(&out), 0, "{}", err(&out));
    assert_eq!(lines(&out).len(), 2);

    // A NIK as a number has lost its digits: refused with its row.
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in (0..).zip(["jenis", "pemohon.nama", "pemohon.nik", "perekaman.tanggal"]) {
        sheet.write(0, column, name).unwrap();
    }
    sheet.write(1, 0, "tanda-terima").unwrap();
    sheet.write(1, 1, "CONTOH").unwrap();
    sheet.write(1, 2, 6_305_061_203_059_901_f64).unwrap();
    sheet.write(1, 3, "2026-11-20").unwrap();
    book.save(&path).unwrap();
    let out = arsip.run(&["--json", "issue", &path.display().to_string(), "--date", HARI]);
    assert_eq!((code(&out), &lines(&out)[0]["temuan"][0]["kode"]), (2, &"bukan-teks".into()));

    let jsonl = arsip.path("kumpulan.jsonl");
    let line = |nama: &str| {
        format!(
            "{{\"jenis\":\"pengembalian\",\"pemohon\":{{\"nama\":\"{nama}\"}},\"pengembalian\":{{\"sebab\":\"x\"}}}}\n"
        )
    };
    write(&jsonl, [line("A"), line("B")].concat().as_bytes());
    let out = arsip.run(&["--json", "issue", &jsonl.display().to_string(), "--date", HARI]);
    assert_eq!((code(&out), lines(&out).len()), (0, 2));
    assert_eq!(arsip.count(), 4);
}

#[test]
fn asking_again_gives_the_same_letter() {
    let arsip = Arsip::baru("candi-laras-utara");
    let case = arsip.path("k.json");
    let text = |nama: &str| {
        format!(
            "{{\"jenis\":\"pengembalian\",\"kunci_permintaan\":\"antre-7\",\"pemohon\":{{\"nama\":\"{nama}\"}},\"pengembalian\":{{\"sebab\":\"x\"}}}}"
        )
    };
    write(&case, text("A").as_bytes());
    let path = case.display().to_string();
    let first = lines(&arsip.run(&["--json", "issue", &path, "--date", HARI]));
    let second = lines(&arsip.run(&["--json", "issue", &path, "--date", "2026-11-22"]));
    assert_eq!((&first[0]["nomor"], &first[0]["sha256"]), (&second[0]["nomor"], &second[0]["sha256"]));
    write(&case, text("B").as_bytes());
    let other = arsip.run(&["--json", "issue", &path, "--date", HARI]);
    assert_eq!(
        (code(&other), &lines(&other)[0]["temuan"][0]["kode"]),
        (2, &"kunci-permintaan-berbeda".into())
    );
    assert_eq!(arsip.count(), 1);
}

#[test]
fn the_year_turns_with_the_date_and_numbers_begin_again() {
    let arsip = Arsip::baru("larangan");
    let case = kasus("larangan", "pengembalian");
    for (date, nomor) in [("2026-12-31", "L-0001/Kec.Lgn/2026"), ("2027-01-01", "L-0001/Kec.Lgn/2027")] {
        let out = arsip.run(&["--json", "issue", &case, "--date", date]);
        assert_eq!(lines(&out)[0]["nomor"], nomor, "{}", err(&out));
    }
    assert_eq!(code(&arsip.run(&["issue", &case, "--date", "2026-12-31"])), 2, "dates never go back");
}

#[test]
fn the_demonstration_makes_one_of_everything_and_verifies_it() {
    let folder = tempfile::tempdir().unwrap();
    let out = Command::new(env!("CARGO_BIN_EXE_suket"))
        .args(["--json", "demo"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert_eq!(code(&out), 0, "{}", err(&out));
    let rows = lines(&out);
    assert_eq!(rows.len(), 4);
    for row in rows {
        assert!(Path::new(row["pdf"].as_str().unwrap()).is_file());
    }
    assert!(["sop.pdf", "standar.pdf"].iter().all(|name| folder.path().join(name).is_file()));
}

#[cfg(unix)]
#[test]
fn the_archive_is_for_its_owner_only_and_no_name_holds_a_nik() {
    use std::os::unix::fs::PermissionsExt;
    let arsip = Arsip::baru("candi-laras-utara");
    let case = kasus("candi-laras-utara", "keterangan-perekaman");
    let out = arsip.run(&["issue", &case, "--date", HARI]);
    assert_eq!(code(&out), 0);
    let nik = "6305065203059901";
    assert!(!err(&out).contains(nik) && !String::from_utf8_lossy(&out.stdout).contains(nik));
    for entry in walkdir::WalkDir::new(arsip.path("arsip")) {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o077;
        assert_eq!(mode, 0, "{}", entry.path().display());
        assert!(!entry.path().display().to_string().contains(nik));
    }
}
