//! `suket key` and `suket verify` as their users see them: trust folders, codes, sheets, the check page.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop here")]

mod umum;

use serde_json::Value;
use umum::arsip::{Arsip, code, err, kasus, lines};
use umum::{teks_qr, tulis};

const HARI: &str = "2026-11-21";

/// An archive with one letter; gives the letter's file and its line of JSON.
fn satu_surat() -> (Arsip, String, Value) {
    let arsip = Arsip::baru("candi-laras-utara");
    let keluar = arsip.path("keluar").display().to_string();
    let case = kasus("candi-laras-utara", "keterangan-perekaman");
    let out = arsip.run(&["--json", "issue", &case, "--date", HARI, "--out", &keluar]);
    assert_eq!(code(&out), 0, "{}", err(&out));
    let line = lines(&out).pop().unwrap();
    let pdf = line["pdf"].as_str().unwrap().to_owned();
    (arsip, pdf, line)
}

#[test]
fn a_folder_of_trust_files_remembers_and_refuses_to_go_back() {
    let (arsip, pdf, _) = satu_surat();
    let first = arsip.path("v1.json").display().to_string();
    assert_eq!(code(&arsip.run(&["key", "trust", "--out", &first])), 0);
    let out = arsip.run(&["key", "rotate", "segel", "--date", "2030-01-01"]);
    assert_eq!(code(&out), 0, "{}", err(&out));
    let folder = arsip.path("bank");
    let trust = folder.display().to_string();
    let second = folder.join("candi.json").display().to_string();
    std::fs::create_dir_all(&folder).unwrap();
    assert_eq!(code(&arsip.run(&["key", "trust", "--out", &second])), 0);
    let verify = || arsip.run(&["--json", "verify", &pdf, "--trust", &trust]);
    let out = verify();
    assert_eq!((code(&out), lines(&out)[0]["putusan"].as_str()), (0, Some("asli")), "{}", err(&out));
    assert!(folder.join("terlihat.json").is_file());

    // A file of another office that is damaged does not keep this one's letters from being checked.
    let damaged = folder.join("lain.json");
    tulis(&damaged, b"{}");
    let out = verify();
    assert!(code(&out) == 0 && err(&out).contains("lain.json"), "{}", err(&out));
    std::fs::remove_file(&damaged).unwrap();
    // Nor does a file that cannot be read keep the next one.
    let out = arsip.run(&["--json", "verify", "tidak-ada.pdf", &pdf, "--trust", &trust]);
    assert_eq!((code(&out), lines(&out)[1]["berkas"].as_str()), (2, Some(pdf.as_str())));
    // Somebody puts the old file back, on which a revocation would be missing.
    std::fs::copy(&first, &second).unwrap();
    let out = verify();
    assert_eq!(code(&out), 1);
    assert!(err(&out).contains("versi 1 lebih lama daripada versi 2"), "{}", err(&out));
    // A changed file is refused too, and so is an empty folder.
    let text =
        std::fs::read_to_string(&first).unwrap().replace("\"host\": \"\"", "\"host\": \"palsu.example\"");
    tulis(std::path::Path::new(&second), text.as_bytes());
    assert!(err(&verify()).contains("tidak ditandatangani akarnya"));
    std::fs::remove_file(&second).unwrap();
    assert_eq!(code(&verify()), 1);
}

#[test]
fn a_code_and_a_qr_are_checked_with_the_book_and_say_what_is_missing() {
    let (arsip, pdf, line) = satu_surat();
    let qr = teks_qr(&std::fs::read(&pdf).unwrap());
    let out = arsip.run(&["--json", "verify", "--qr", &qr]);
    let verdict = lines(&out).pop().unwrap();
    assert_eq!(code(&out), 0);
    assert_eq!(verdict["kalimat"], "Segel asli; hanya data di bawah ini yang dijamin.");
    assert_eq!((&verdict["warna"], &verdict["nomor"]), (&Value::from("hijau"), &line["nomor"]));
    assert_eq!(verdict["jawaban"]["utuh"], "ya");
    let kode = verdict["kode"].as_str().unwrap();
    for (asked, expected) in [
        (vec!["verify", "--code", kode], 0),
        (vec!["verify", &pdf, "--code", kode], 0),
        (vec!["verify", "--qr", &qr, "--code", kode], 0),
        (vec!["verify", &pdf, "--code", "0000-0000-0000"], 3),
        (vec!["verify", "--code", "0000-0000-0000"], 3),
    ] {
        assert_eq!(code(&arsip.run(&asked)), expected, "{asked:?}");
    }
    let paper = String::from_utf8(arsip.run(&["verify", "--qr", &qr]).stdout).unwrap();
    let place = |text: &str| paper.find(text).unwrap_or_else(|| unreachable!("{text} in {paper}"));
    // In the order of the paper, and what was not checked after it.
    assert!(
        place("Jenis") < place("Nomor")
            && place("Nama") < place("NIK")
            && place("NIK") < place("Tanggal lahir")
    );
    assert!(
        paper.contains("************") && paper.contains("TIDAK diperiksa: tanda tangan basah dan stempel")
    );
    // Elsewhere, a code alone can say nothing.
    let trust = arsip.path("arsip/kunci/trust.json").display().to_string();
    let out = arsip.run(&["verify", "--code", kode, "--trust", &trust]);
    assert_eq!(code(&out), 2);
    let out = arsip.run(&["--json", "verify", "--qr", &qr, "--trust", &trust]);
    let missing = lines(&out).pop().unwrap()["tidak_diperiksa"].to_string();
    assert!(missing.contains("buku agenda tidak ditanya"), "{missing}");
}

#[test]
fn a_revoked_key_turns_its_letters_red_and_says_which() {
    let (arsip, pdf, line) = satu_surat();
    let refused = arsip.run(&["key", "revoke", "segel", "--since", HARI, "--reason", " "]);
    assert_eq!(code(&refused), 2);
    let out = arsip.run(&["key", "revoke", "segel", "--since", HARI, "--reason", "laptop hilang"]);
    assert_eq!(code(&out), 0, "{}", err(&out));
    assert!(err(&out).contains(line["nomor"].as_str().unwrap()), "the letters that it concerns");
    let out = arsip.run(&["--json", "verify", &pdf]);
    let verdict = lines(&out).pop().unwrap();
    assert_eq!(
        (code(&out), verdict["putusan"].as_str(), verdict["warna"].as_str()),
        (3, Some("kunci-dicabut"), Some("merah"))
    );
    assert_eq!(verdict["jawaban"]["kunci_berlaku"], "tidak");
    let out = arsip.run(&["key", "list"]);
    assert!(String::from_utf8(out.stdout).unwrap().contains("DICABUT sejak 2026-11-21 (laptop hilang)"));
    assert_eq!(code(&arsip.run(&["key", "create"])), 0);
    assert_eq!(code(&arsip.run(&["key", "rotate", "siapa"])), 2);
}

#[test]
fn what_verifiers_need_is_written() {
    let (arsip, _, _) = satu_surat();
    let sheet = arsip.path("lembar.pdf").display().to_string();
    let page = arsip.path("situs");
    let out = arsip.run(&["key", "trust", "--sheet", &sheet, "--page", &page.display().to_string()]);
    assert_eq!(code(&out), 0, "{}", err(&out));
    assert!(std::fs::read(&sheet).unwrap().starts_with(b"%PDF-"));
    for name in ["v/index.html", "v/kantor.json", "v/sw.js", "suket-sw.js"] {
        assert!(page.join(name).is_file(), "{name}");
    }
    let trust = arsip.path("arsip/kunci/trust.json").display().to_string();
    let shown = String::from_utf8(arsip.run(&["key", "trust", &trust]).stdout).unwrap();
    assert!(shown.contains("sidik akar") && shown.contains("versi 1"), "{shown}");
    // Something that is no letter says since when this office seals.
    let other = arsip.path("lain.pdf");
    tulis(&other, b"%PDF-1.7\nhalo\n%%EOF\n");
    let out = arsip.run(&["verify", &other.display().to_string()]);
    assert_eq!(code(&out), 3);
    assert!(String::from_utf8(out.stdout).unwrap().contains("menyegel surat-suratnya sejak"));
}
