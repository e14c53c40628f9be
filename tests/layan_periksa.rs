//! The public check of the daemon: what it says of genuine, cancelled, replaced and changed letters, and what it never
//! says, keeps or writes down.
#![cfg(feature = "layan")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may stop here"
)]

mod umum;

use serde_json::Value;
use umum::arsip::{self, Arsip, code, err};
use umum::layan::{Layan, medan, perintah};

const CLU: &str = "candi-laras-utara";
const HARI: &str = "2026-11-21";
/// What a case of the tests holds that nobody else may read.
/// How the NIKs of these people begin: one digit more than a time in the log has behind its point.
const NIK: &str = "6305065";

/// A letter as somebody may bring it.
struct Surat {
    nomor: String,
    kode: String,
    pdf: Vec<u8>,
    qr: String,
}

fn terbit(arsip: &Arsip, case: &str) -> Surat {
    let out_dir = arsip.path("keluar");
    let out = arsip.run(&["--json", "issue", case, "--date", HARI, "--out", &out_dir.display().to_string()]);
    assert_eq!(code(&out), 0, "{}", err(&out));
    let line = arsip::lines(&out).remove(0);
    let pdf = std::fs::read(line["pdf"].as_str().unwrap()).unwrap();
    let qr = umum::teks_qr(&pdf);
    let verdict = arsip::lines(&arsip.run(&["--json", "verify", "--qr", &qr])).remove(0);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Surat { nomor: text(&line["nomor"]), kode: text(&verdict["kode"]), pdf, qr }
}

/// A good letter, a cancelled one, and one that was replaced.
fn tiga() -> (Arsip, Surat, Surat, Surat) {
    let arsip = Arsip::baru(CLU);
    let good = terbit(&arsip, &arsip::kasus(CLU, "keterangan-perekaman"));
    let cancelled = terbit(&arsip, &arsip::kasus(CLU, "rekomendasi"));
    let out = arsip.run(&["void", &cancelled.nomor, "--reason", "salah cetak", "--date", HARI]);
    assert_eq!(code(&out), 0, "{}", err(&out));
    let slip = std::fs::read_to_string(arsip::kasus(CLU, "pengembalian")).unwrap();
    let case = |name: &str, text: String| {
        let path = arsip.path(name);
        arsip::write(&path, text.as_bytes());
        path.display().to_string()
    };
    let replaced = terbit(&arsip, &case("lama.toml", slip.clone()));
    let again = format!("menggantikan = {:?}\nalasan_ganti = \"salah ketik\"\n{slip}", replaced.nomor);
    terbit(&arsip, &case("baru.toml", again));
    (arsip, good, cancelled, replaced)
}

fn changed(text: &str) -> String {
    let last = if text.ends_with('0') { '1' } else { '0' };
    format!("{}{last}", &text[..text.len() - 1])
}

#[test]
fn the_book_says_what_became_of_a_letter_and_nothing_else() {
    let (arsip, good, cancelled, replaced) = tiga();
    let layan = Layan::mulai(&arsip, &[]);
    let check = |text: &str, putusan: &str, warna: &str| {
        let answer = layan.post("/v/status", "text/plain", text.as_bytes());
        assert_eq!(answer.status, 200);
        let value: Value = serde_json::from_slice(&answer.isi).unwrap();
        assert_eq!(value["putusan"], putusan, "{text}");
        assert_eq!(value["warna"], warna, "{text}");
        assert_eq!(value["hari"], HARI);
        let keys: Vec<&String> = value.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["putusan", "warna", "kalimat", "hari"], "one shape for every answer");
    };
    check(&good.qr, "asli", "hijau");
    check(&cancelled.qr, "dibatalkan", "kuning");
    check(&replaced.qr, "diganti", "kuning");
    check(&changed(&good.qr), "diubah", "merah");
    // Neither number nor code nor anything but the sealed facts opens the book.
    for text in [&good.nomor, &good.kode, &cancelled.nomor, &cancelled.kode, "", "SUKET:", "6305065203059902"]
    {
        check(text, "bukan-surat", "abu-abu");
    }
    let other = Arsip::baru("larangan");
    let foreign = terbit(&other, &arsip::kasus("larangan", "pengembalian"));
    check(&foreign.qr, "kunci-tidak-dikenal", "merah");
}

#[test]
fn a_file_is_checked_whole_and_shown_large() {
    let (arsip, good, cancelled, replaced) = tiga();
    let layan = Layan::mulai(&arsip, &[]);
    let check = |bytes: &[u8], warna: &str, words: &[&str]| {
        let answer = layan.berkas(bytes);
        let text = answer.teks();
        assert_eq!(answer.status, 200, "{text}");
        assert!(text.contains(&format!("class=\"hasil {warna}\"")), "not {warna}: {text}");
        for word in
            words.iter().chain(&["Tidak diperiksa", "tanda tangan basah dan stempel", "pembawa surat"])
        {
            assert!(text.contains(word), "does not say {word:?}: {text}");
        }
        text
    };
    let nomor = good.nomor.replace('/', "&#x2f;");
    let text = check(&good.pdf, "hijau", &["Cocokkan dengan kertas", &nomor, "buku agenda kantor"]);
    assert!(!text.contains("<script"), "{text}");
    check(&cancelled.pdf, "kuning", &["sudah dibatalkan oleh kantor"]);
    check(&replaced.pdf, "kuning", &["sudah diganti dengan surat lain"]);
    let mut damaged = good.pdf.clone();
    let middle = damaged.len() / 3;
    damaged[middle] ^= 1;
    check(&damaged, "merah", &["Jangan diterima"]);
    check(b"%PDF-1.7 bukan surat", "abu-abu", &["bukan surat yang disegel"]);
    // What a file claims to be does not count.
    for (bytes, status) in [(&b"<html><script>alert(1)</script>"[..], 415), (b"PK\x03\x04", 415), (b"", 400)]
    {
        let answer = layan.berkas(bytes);
        assert_eq!(answer.status, status, "{}", answer.teks());
        assert!(!answer.teks().contains("<script"), "{}", answer.teks());
    }
    let white = layan.berkas(&picture());
    assert_eq!(white.status, 422, "a picture without QR: {}", white.teks());
    assert!(white.teks().contains("Tidak ada QR yang terbaca"));
}

/// An empty sheet.
fn picture() -> Vec<u8> {
    let mut png = std::io::Cursor::new(Vec::new());
    image::GrayImage::from_pixel(64, 64, image::Luma([255]))
        .write_to(&mut png, image::ImageFormat::Png)
        .unwrap();
    png.into_inner()
}

/// The symbol of a text, as a scanner sees it.
fn symbol(text: &str) -> Vec<u8> {
    let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M).unwrap();
    let (side, scale, edge) = (code.width(), 6, 24);
    let colors = code.into_colors();
    let size = u32::try_from(side * scale + 2 * edge).unwrap();
    let picture = image::GrayImage::from_fn(size, size, |x, y| {
        let at = |value: u32| usize::try_from(value).unwrap().checked_sub(edge).map(|value| value / scale);
        let dark = match (at(x), at(y)) {
            (Some(x), Some(y)) if x < side && y < side => colors[y * side + x] == qrcode::Color::Dark,
            _ => false,
        };
        image::Luma([if dark { 0 } else { 255 }])
    });
    let mut png = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

#[test]
fn a_photo_and_a_pasted_text_say_the_same() {
    let (arsip, good, cancelled, _) = tiga();
    let layan = Layan::mulai(&arsip, &[]);
    let paste = |text: &str| {
        layan.post("/periksa/qr", "application/x-www-form-urlencoded", medan(&[("teks", text)]).as_bytes())
    };
    for (surat, warna) in [(&good, "hijau"), (&cancelled, "kuning")] {
        for answer in [layan.berkas(&symbol(&surat.qr)), paste(&surat.qr), paste(&format!("  {} ", surat.qr))]
        {
            let text = answer.teks();
            assert!(text.contains(&format!("class=\"hasil {warna}\"")), "{text}");
            assert!(text.contains("isi kertas selain data yang disegel"), "{text}");
        }
    }
    assert!(paste(&changed(&good.qr)).teks().contains("class=\"hasil merah\""));
}

#[test]
fn a_code_opens_only_with_the_letter_at_hand_and_not_often() {
    let (arsip, good, cancelled, _) = tiga();
    let layan = Layan::mulai(&arsip, &["--behind-proxy"]);
    let ask = |from: &str, kode: &str, cocok: &str| {
        let body = medan(&[("kode", kode), ("cocok", cocok)]);
        let from = format!("x-forwarded-for: 10.0.0.1, {from}\r\n");
        layan.post_sebagai("/periksa/kode", "application/x-www-form-urlencoded", body.as_bytes(), &from)
    };
    let read = good.kode.to_lowercase().replace('-', " ");
    for (n, cocok) in ["21-11-2026", "2026-11-21", "21 November 2026", good.nomor.as_str()].iter().enumerate()
    {
        let text = ask(&format!("198.51.100.{n}"), &read, cocok).teks();
        assert!(
            text.contains("class=\"hasil hijau\"") && text.contains("isi kertas selain"),
            "{cocok}: {text}"
        );
    }
    let text = ask("198.51.100.20", &cancelled.kode, "21-11-2026").teks();
    assert!(text.contains("class=\"hasil kuning\""), "{text}");
    // A code that nobody has, and one with another letter's date, get the same answer.
    let pages: Vec<String> = [
        (good.kode.as_str(), "20-11-2026"),
        ("0000-0000-0000", "21-11-2026"),
        ("bukan kode", "21-11-2026"),
        (good.kode.as_str(), ""),
        (good.kode.as_str(), cancelled.nomor.as_str()),
    ]
    .iter()
    .zip(30..)
    .map(|((kode, cocok), n)| {
        let answer = ask(&format!("198.51.100.{n}"), kode, cocok);
        assert_eq!(answer.status, 200);
        let text = answer.teks();
        assert!(text.contains("Kode ini tidak ada di buku agenda kantor."), "{text}");
        // The minute may have changed.
        text.lines().filter(|line| !line.contains("pukul")).collect()
    })
    .collect();
    assert!(pages.iter().all(|page| *page == pages[0]), "one answer for all of them");
    // The sixth attempt of one visitor waits; what the visitor claims of his own address does not help him.
    let attempts: Vec<_> = (0..8).map(|_| ask("203.0.113.5", "0000-0000-0000", "1-1-2026")).collect();
    let statuses: Vec<u16> = attempts.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 429, 429, 429]);
    let wait: u64 = attempts.last().unwrap().kepala["retry-after"].parse().unwrap();
    assert!((1..=21).contains(&wait), "{wait}");
    assert_eq!(ask("203.0.113.6", "0000-0000-0000", "1-1-2026").status, 200, "others go on");
}

#[test]
fn the_check_of_texts_has_a_limit_of_its_own() {
    let arsip = Arsip::baru(CLU);
    let layan = Layan::mulai(&arsip, &["--public-rate", "1"]);
    let statuses: Vec<u16> =
        (0..6).map(|_| layan.post("/v/status", "text/plain", b"SUKET:1").status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 3, "{statuses:?}");
    assert_eq!(layan.get("/periksa").status, 200, "pages stay open");
}

#[test]
fn the_served_page_knows_whose_book_it_may_ask() {
    let arsip = Arsip::baru(CLU);
    let layan = Layan::mulai(&arsip, &[]);
    assert!(layan.get("/v/").teks().contains("<meta name=\"suket-buku\" content=\"63.05.06\">"));
    let folder = arsip.path("situs");
    let out = arsip.run(&["key", "trust", "--page", &folder.display().to_string()]);
    assert_eq!(code(&out), 0, "{}", err(&out));
    let plain = std::fs::read_to_string(folder.join("v/index.html")).unwrap();
    assert!(plain.contains("<meta name=\"suket-buku\" content=\"\">"), "a plain web site has no book to ask");
    for name in ["halaman.js", "periksa.js", "kepercayaan.js", "sw.js", "gaya.css", "kantor.json"] {
        let served = layan.get(&format!("/v/{name}")).isi;
        assert_eq!(served, std::fs::read(folder.join("v").join(name)).unwrap(), "{name}");
    }
}

#[test]
fn keys_that_change_meanwhile_are_noticed() {
    let (arsip, good, _, _) = tiga();
    let layan = Layan::mulai(&arsip, &[]);
    let says = |word: &str| {
        let text = layan.post("/v/status", "text/plain", good.qr.as_bytes()).teks();
        assert!(text.contains(word), "not {word}: {text}");
    };
    says("\"asli\"");
    let out = arsip.run(&["key", "revoke", "segel", "--since", HARI, "--reason", "laptop hilang"]);
    assert_eq!(code(&out), 0, "{}", err(&out));
    says("\"kunci-dicabut\"");
}

#[test]
fn no_log_names_anybody() {
    let (arsip, good, cancelled, _) = tiga();
    let mut loud = perintah(&arsip, &[]);
    loud.env("SUKET_LOG", "debug").env("RUST_LOG", "trace");
    let layan = Layan::dengan(loud).siap();
    for surat in [&good, &cancelled] {
        drop(layan.berkas(&surat.pdf));
        drop(layan.post("/v/status", "text/plain", surat.qr.as_bytes()));
        let body = medan(&[("kode", &surat.kode), ("cocok", &surat.nomor)]);
        drop(layan.post("/periksa/kode", "application/x-www-form-urlencoded", body.as_bytes()));
        drop(layan.get(&format!("/periksa?nomor={}&nik=6305065203059902", surat.nomor)));
        drop(layan.get("/6305065203059902/SITI"));
        drop(layan.get_sebagai("/periksa", "x-nama: SITI CONTOH\r\nuser-agent: 6305065203059902\r\n"));
    }
    let log = layan.berhenti();
    let lines: Vec<Value> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    assert!(lines.len() >= 12, "requests are logged as JSON: {log}");
    for line in lines.iter().filter(|line| line["message"] == "permintaan") {
        let mut keys: Vec<&str> = line.as_object().unwrap().keys().map(String::as_str).collect();
        keys.sort_unstable();
        let expect = ["asal", "id", "level", "message", "metode", "ms", "rute", "status", "timestamp"];
        assert_eq!(keys, expect);
        assert_eq!(line["asal"], "setempat");
    }
    let told = [NIK, "SITI", "CONTOH", "127.0.0.1:", &good.kode, &good.nomor, &good.qr[..40], "nomor="];
    let log = log.lines().filter(|line| line.starts_with('{')).collect::<String>();
    for word in told {
        assert!(!log.contains(word), "the log says {word:?}: {log}");
    }
}
