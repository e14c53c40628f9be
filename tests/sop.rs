//! SOPs and service standards: what is wrong is told in exact words, and the five offices' papers say what their
//! sources say.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop here")]

#[path = "sop/perjalanan.rs"]
mod perjalanan;
mod umum;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::PathBuf;

use jiff::civil::date;
use suket::{Assets, Dasar, Profile, RenderError, Sop, SopCode, SopFinding, Standar, Waktu};
use umum::{KANTOR, akar};

fn kantor(id: &str) -> Profile {
    Profile::parse(Profile::builtin(id).unwrap()).unwrap()
}

fn assets() -> Assets {
    Assets::new(BTreeMap::new(), 1).unwrap()
}

fn sop(id: &str) -> Sop {
    let text = Sop::builtin(id).unwrap();
    Sop::read(text).unwrap_or_else(|findings| panic!("{id}: {findings:?}")).0
}

fn files() -> Vec<PathBuf> {
    let folder = std::fs::read_dir(akar().join("tests/sop/buruk")).unwrap();
    let mut files: Vec<PathBuf> = folder
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    files.sort();
    files
}

/// Everything that is said about a file: reading, comparing, drawing.
fn findings(text: &str, profile: &Profile, standar: &Standar, assets: &Assets) -> Vec<SopFinding> {
    let (sop, mut findings) = match Sop::read(text) {
        Ok(read) => read,
        Err(findings) => return findings,
    };
    findings.extend(sop.compare(Some(profile), Some(standar)));
    match sop.draw(profile, assets) {
        Ok(_) => {}
        Err(RenderError::Sop(finding)) => findings.push(finding),
        Err(error) => panic!("{error}"),
    }
    findings
}

#[test]
fn every_finding_is_told_in_its_exact_words() {
    let (profile, assets) = (kantor("candi-laras-utara"), assets());
    let standar = Standar::read("judul = \"UJI\"\nwaktu = \"6 menit\"\n").unwrap();
    let (mut seen, mut differ) = (BTreeSet::new(), String::new());
    let files = files();
    assert!(files.len() >= 45, "{} files", files.len());
    for path in &files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(path).unwrap();
        let found = findings(&text, &profile, &standar, &assets);
        let mut told = String::new();
        for finding in &found {
            let grade = if finding.refuses() { "galat" } else { "peringatan" };
            writeln!(
                told,
                "{grade}: {name}:{}: {} [{}]",
                finding.baris,
                finding.pesan,
                finding.kode.as_str()
            )
            .unwrap();
            if !finding.saran.is_empty() {
                writeln!(told, "saran: {}", finding.saran).unwrap();
            }
            seen.insert(finding.kode);
        }
        let expected = SopCode::ALL
            .iter()
            .filter(|code| name.starts_with(code.as_str()))
            .max_by_key(|c| c.as_str().len());
        let expected = expected.unwrap_or_else(|| panic!("{name} names no code"));
        assert!(found.iter().any(|finding| finding.kode == *expected), "{name}: {told}");
        let pinned = path.with_file_name(format!("{name}.harap"));
        if umum::diminta("SUKET_UBAH_HARAP") {
            umum::tulis(&pinned, told.as_bytes());
        }
        let want = std::fs::read_to_string(&pinned).unwrap_or_default();
        if told != want {
            writeln!(differ, "--- {name}\n{want}+++\n{told}").unwrap();
        }
    }
    assert!(differ.is_empty(), "{differ}");
    // Nothing less than a crowd of connectors makes a step too dense; random SOPs look for it.
    let missing: Vec<&str> = SopCode::ALL
        .iter()
        .filter(|code| !seen.contains(code) && **code != SopCode::AlurTerlaluRapat)
        .map(|code| code.as_str())
        .collect();
    assert!(missing.is_empty(), "codes without a file: {missing:?}");
}

/// Without its fault each of those files would be read: the good one is.
#[test]
fn a_good_file_has_no_findings() {
    let text = std::fs::read_to_string(akar().join("tests/sop/baik.toml")).unwrap();
    let standar = Standar::read("judul = \"UJI\"\nwaktu = \"6 menit\"\n").unwrap();
    assert_eq!(findings(&text, &kantor("candi-laras-utara"), &standar, &assets()), []);
    // An hour is 60 minutes, and five working days are a week, in either paper.
    let long = text.replace("1 menit", "1 jam 30 menit").replace("5 menit", "5 hari");
    let (sop, _) = Sop::read(&long).unwrap();
    let compared = |waktu: &str| {
        let standar = Standar::read(&format!("judul = \"UJI\"\nwaktu = \"{waktu}\"\n")).unwrap();
        sop.compare(None, Some(&standar)).len()
    };
    assert_eq!(["1 minggu 90 menit", "1 minggu 91 menit", "1 minggu 89 menit"].map(compared), [0, 1, 1]);
}

#[test]
fn times_are_read_as_offices_write_them() {
    let read = |text: &str| Waktu::parse(text).map(|waktu| waktu.lama.map(|lama| lama.to_string()));
    for (text, expect) in [
        ("15 Menit", Some(Some("15 menit"))),
        ("1 jam 30 menit", Some(Some("90 menit"))),
        ("2 minggu", Some(Some("2 minggu"))),
        ("10menit", Some(Some("10 menit"))),
        ("Relatif", Some(None)),
        ("", Some(None)),
        ("lima menit", None),
        ("5", None),
        ("5 detik", None),
        ("99999999999 menit", None),
    ] {
        assert_eq!(read(text), expect.map(|lama| lama.map(str::to_owned)), "{text}");
    }
}

#[test]
fn the_five_offices_are_read_drawn_and_warned() {
    let assets = assets();
    let warned: Vec<(&str, Vec<&str>)> = KANTOR
        .iter()
        .map(|id| {
            let (sop, mut findings) = Sop::read(Sop::builtin(id).unwrap()).unwrap();
            let standar = Standar::read(Standar::builtin(id).unwrap()).unwrap();
            findings.extend(sop.compare(Some(&kantor(id)), Some(&standar)));
            let drawing = sop.draw(&kantor(id), &assets).unwrap();
            assert_eq!(drawing.pages().len(), 1, "{id}");
            (*id, findings.iter().map(|finding| finding.kode.as_str()).collect())
        })
        .collect();
    assert_eq!(
        warned,
        [
            ("candi-laras-utara", vec!["hukum-diganti", "hukum-diganti"]),
            ("karanganyar", vec!["syarat-kurang"]),
            ("larangan", vec!["hukum-diganti", "hukum-keliru", "hukum-keliru"]),
            ("sajingan-besar", vec!["standar-berbeda", "syarat-kurang"]),
            ("sumber-marga-telang", vec!["standar-berbeda", "syarat-kurang"]),
        ]
    );
}

#[test]
fn sums_of_times_are_those_of_the_papers() {
    let sums: Vec<String> = KANTOR.iter().map(|id| sop(id).jumlah_waktu().to_string()).collect();
    assert_eq!(sums, ["29 menit", "0 menit", "2 minggu 53 menit", "2 hari 30 menit", "20 menit"]);
}

/// What the paper does not say is marked, and the chart says so where any of it is drawn.
#[test]
fn what_is_concluded_is_marked() {
    for id in KANTOR {
        let sop = sop(id);
        assert!(sop.panah.iter().any(|arrow| arrow.dasar == Dasar::Disimpulkan), "{id}");
        // Texts of steps are always those of the paper.
        assert!(sop.langkah.iter().all(|step| !step.kegiatan.contains("disimpulkan")), "{id}");
    }
    let own = sop("candi-laras-utara");
    assert!(own.simbol.iter().any(|symbol| symbol.dasar == Dasar::Diperbaiki));
}

/// Papers for other people's tools, and pictures: 1, 2 and 13 pages.
#[test]
fn papers_are_made() {
    let (assets, folder) = (assets(), akar().join("target/tmp/sop"));
    let day = date(2026, 11, 21);
    for id in KANTOR {
        let (profile, sop) = (kantor(id), sop(id));
        let pdf = sop.draw(&profile, &assets).unwrap().pdf(day, &profile).unwrap();
        assert_eq!(
            pdf,
            sop.draw(&profile, &assets).unwrap().pdf(day, &profile).unwrap(),
            "same data, same bytes"
        );
        umum::tulis(&folder.join(format!("sop-{id}.pdf")), &pdf);
        umum::tulis(&folder.join(format!("sop-{id}.toml")), Sop::builtin(id).unwrap().as_bytes());
        let standar = Standar::read(Standar::builtin(id).unwrap()).unwrap();
        umum::tulis(&folder.join(format!("standar-{id}.pdf")), &standar.pdf(day, &profile, &assets).unwrap());
        umum::tulis(&folder.join(format!("standar-{id}.toml")), Standar::builtin(id).unwrap().as_bytes());
        let svg = sop.svg(&profile, &assets).unwrap();
        assert!(
            svg.contains("<title>") && svg.contains("role=\"img\"") && svg.contains("Keputusan oleh"),
            "{id}"
        );
        umum::tulis(&folder.join(format!("sop-{id}.svg")), svg.as_bytes());
    }
    let profile = kantor("candi-laras-utara");
    for (name, pages) in [("dua", 2), ("tigabelas", 13)] {
        let text = std::fs::read_to_string(akar().join(format!("tests/sop/{name}.toml"))).unwrap();
        let drawing = Sop::read(&text).unwrap().0.draw(&profile, &assets).unwrap();
        assert_eq!(drawing.sheets(), pages, "{name}");
        umum::tulis(&folder.join(format!("sop-{name}.pdf")), &drawing.pdf(day, &profile).unwrap());
        umum::tulis(&folder.join(format!("sop-{name}.toml")), text.as_bytes());
    }
}
