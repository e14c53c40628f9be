//! Bad input: one file per finding in `tests/kasus/buruk`, with everything that is said pinned in `<file>.harap`.
//! Add a file, run with `SUKET_UBAH_HARAP=1`, read what it says as a clerk would, and you have a test.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

mod umum;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;

use jiff::civil::Date;
use suket::{Code, Filter, Outcome, RawCase, any_refuses};
use umum::{HARI, Meja, akar, kasus};

/// An office with one letter that was replaced, and one with a request key; with or without insertions.
fn meja(sisipan: bool) -> Meja {
    let allowed = "unit = \"CLU\"\nsisipan = true";
    let profile = umum::profil("candi-laras-utara");
    let profile = if sisipan { profile.replace("unit = \"CLU\"", allowed) } else { profile };
    let mut meja = Meja::dengan(&profile, |_| {});
    let mut first = kasus("candi-laras-utara", "keterangan-perekaman");
    first.case.kunci_permintaan = Some("K-1".to_owned());
    first.case.pemohon.nik = Some("6305065203059902".to_owned());
    let mut second = first.clone();
    second.case.kunci_permintaan = None;
    second.case.menggantikan = Some("400.12.2.1/001/CLU/XI/2026".to_owned());
    second.case.alasan_ganti = Some("salah ketik".to_owned());
    meja.satu(first);
    meja.satu(second);
    meja
}

fn files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(akar().join("tests/kasus/buruk"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending != "harap"))
        .collect();
    files.sort();
    files
}

/// The first lines may say `# tanggal: YYYY-MM-DD`, the letter's date, and `# sisipan: ya`, for the office with
/// insertions.
fn said(bytes: &[u8], what: &str) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let head = text.lines().take_while(|line| line.starts_with("# ")).map(str::to_owned).collect::<Vec<_>>();
    head.iter().find_map(|line| line.strip_prefix(&format!("# {what}: "))).map(str::to_owned)
}

fn date_of(bytes: &[u8]) -> Date {
    said(bytes, "tanggal").map_or(HARI, |date| date.parse().unwrap())
}

#[test]
fn every_finding_is_told_in_its_exact_words_and_nothing_is_numbered() {
    let mut offices = [meja(false), meja(true)];
    let rows = |meja: &Meja| meja.office.list(&Filter::default()).unwrap();
    let before = offices.each_ref().map(rows);
    let (mut seen, mut differ) = (BTreeSet::new(), String::new());
    let files = files();
    assert!(files.len() >= 60, "{} files", files.len());
    for path in &files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(path).unwrap();
        let date = date_of(&bytes);
        let meja = &mut offices[usize::from(said(&bytes, "sisipan").is_some())];
        let mut told = String::new();
        for raw in RawCase::read(&name, &bytes).unwrap() {
            let place = raw.place.clone();
            let mut findings = match meja.office.check(raw.clone(), date) {
                Ok(checked) => checked.warnings().to_vec(),
                Err(findings) => findings,
            };
            // Some findings only the book or the page can make.
            let refused_by_issue =
                ["di-luar-masa-segel", "tanggal-mundur", "kunci-permintaan-berbeda", "lebih-satu-halaman"];
            if any_refuses(&findings) || refused_by_issue.iter().any(|code| name.starts_with(code)) {
                match meja.terbitkan_pada(vec![raw], date).pop() {
                    Some(Outcome::Refused(from_issue)) => findings = from_issue,
                    other => panic!("{name}: {other:?}"),
                }
            }
            for finding in &findings {
                let grade = if finding.refuses() { "galat" } else { "peringatan" };
                let place = place.of(&finding.bidang);
                writeln!(told, "{grade}: {place}: {} [{}]", finding.pesan, finding.kode.as_str()).unwrap();
                if !finding.saran.is_empty() {
                    writeln!(told, "saran: {}", finding.saran).unwrap();
                }
                seen.insert(finding.kode);
            }
            let expected = Code::ALL
                .iter()
                .filter(|code| name.starts_with(code.as_str()))
                .max_by_key(|c| c.as_str().len());
            let expected = expected.unwrap_or_else(|| panic!("{name} names no code"));
            assert!(findings.iter().any(|finding| finding.kode == *expected), "{name}: {told}");
            let digits = told.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
            assert!(digits < Some(16), "{name}: a NIK in a message: {told}");
        }
        let pinned = path.with_file_name(format!("{name}.harap"));
        if umum::diminta("SUKET_UBAH_HARAP") {
            let mut file = std::fs::File::create(&pinned).unwrap();
            std::io::Write::write_all(&mut file, told.as_bytes()).unwrap();
        }
        let want = std::fs::read_to_string(&pinned).unwrap_or_default();
        if told != want {
            writeln!(differ, "--- {name}\n{want}+++\n{told}").unwrap();
        }
    }
    assert!(differ.is_empty(), "{differ}");
    assert_eq!(offices.each_ref().map(rows), before, "bad input took a number");
    // These need a larger file, and twenty-six letters: tested elsewhere.
    let elsewhere = [Code::BerkasTerlaluBesar, Code::SisipanHabis];
    let missing: Vec<&str> = Code::ALL
        .iter()
        .filter(|code| !seen.contains(code) && !elsewhere.contains(code))
        .map(|code| code.as_str())
        .collect();
    assert!(missing.is_empty(), "codes without a file: {missing:?}");
}

#[test]
fn a_file_beyond_any_case_is_refused_unread() {
    let big = vec![b'#'; 300 * 1024];
    let raw = RawCase::read("besar.toml", &big).unwrap().pop().unwrap();
    assert_eq!(raw.findings.first().unwrap().kode, Code::BerkasTerlaluBesar);
}

#[test]
fn a_batch_with_one_bad_case_numbers_nothing_and_says_which() {
    let mut meja = meja(false);
    let before = meja.office.list(&Filter::default()).unwrap().len();
    let good = kasus("candi-laras-utara", "rekomendasi");
    let mut bad = good.clone();
    bad.case.pemohon.nama = None;
    let outcomes = meja.terbitkan(vec![good, bad]);
    assert!(matches!(outcomes.as_slice(), [Outcome::HeldBack(_), Outcome::Refused(_)]), "{outcomes:?}");
    assert_eq!(meja.office.list(&Filter::default()).unwrap().len(), before);
}
