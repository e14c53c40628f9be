//! The audit trail: it only grows, and what was changed in it is named.

use std::path::Path;

use suket::{Laku, Trail, check_trail};

use super::menit;
use crate::umum::tulis;

fn note(trail: &mut Trail, n: i64, objek: &str) {
    let laku =
        Laku { waktu: menit(n), oleh: "a1", perbuatan: "lihat", objek, hasil: "boleh", keterangan: "" };
    trail.note(laku).unwrap();
}

/// Three lines in November, two in December.
fn jejak(folder: &Path) {
    let mut trail = Trail::open(folder).unwrap();
    for n in [1, 2, 3, 20_000, 20_001] {
        note(&mut trail, n, &format!("berkas {n}"));
    }
}

#[test]
fn the_chain_goes_on_over_months_and_restarts() {
    let folder = tempfile::tempdir().unwrap();
    jejak(folder.path());
    let mut trail = Trail::open(folder.path()).unwrap();
    note(&mut trail, 20_002, "berkas lain");
    let report = check_trail(folder.path()).unwrap();
    assert_eq!((report.lines, report.torn, report.broken), (6, 0, vec![]));
    let newest = trail.read(|line| line.objek.starts_with("berkas"), 2).unwrap();
    assert_eq!(newest.iter().map(|line| line.urut).collect::<Vec<_>>(), [6, 5]);
    // Lines that are written together, over the end of a month.
    let many: Vec<Laku<'_>> = [30_000, 30_001, 60_000]
        .map(|n| Laku {
            waktu: menit(n),
            oleh: "a",
            perbuatan: "lihat",
            objek: "b",
            hasil: "boleh",
            keterangan: "",
        })
        .into();
    trail.note_all(&many).unwrap();
    let report = check_trail(folder.path()).unwrap();
    assert_eq!((report.lines, report.torn, report.broken), (9, 0, vec![]));
    assert_eq!(check_trail(&folder.path().join("kosong")).unwrap().lines, 0);
}

#[test]
fn every_change_is_named() {
    let changes: [(&str, fn(&str) -> String, &str); 6] = [
        ("2026-11", |text| text.replacen("berkas 2", "berkas 9", 1), "2026-11.jsonl baris 3"),
        (
            "2026-11",
            |text| text.lines().skip(1).fold(String::new(), |all, line| all + line + "\n"),
            "2026-11.jsonl baris 1",
        ),
        (
            "2026-11",
            |text| text.lines().take(2).fold(String::new(), |all, line| all + line + "\n"),
            "2026-12.jsonl baris 1",
        ),
        ("2026-11", |text| format!("{text}{}\n", text.lines().next().unwrap()), "2026-11.jsonl baris 4"),
        (
            "2026-12",
            |text| text.lines().rev().fold(String::new(), |all, line| all + line + "\n"),
            "2026-12.jsonl baris 1",
        ),
        ("2026-12", |text| text.replacen("\"urut\":5", "\"urut\":6", 1), "2026-12.jsonl baris 2"),
    ];
    for (file, change, expect) in changes {
        let folder = tempfile::tempdir().unwrap();
        jejak(folder.path());
        let path = folder.path().join(format!("jejak/{file}.jsonl"));
        let text = std::fs::read_to_string(&path).unwrap();
        let changed = change(&text);
        assert_ne!(changed, text, "{expect}");
        tulis(&path, changed.as_bytes());
        let report = check_trail(folder.path()).unwrap();
        assert!(report.broken.iter().any(|place| place.ends_with(expect)), "{expect}: {report:?}");
    }
}

#[test]
fn a_torn_line_is_told_apart_and_does_not_stop_the_trail() {
    let folder = tempfile::tempdir().unwrap();
    jejak(folder.path());
    let path = folder.path().join("jejak/2026-12.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    tulis(&path, text.trim_end().get(..text.len() - 20).unwrap().as_bytes());
    let mut trail = Trail::open(folder.path()).unwrap();
    note(&mut trail, 20_010, "sesudah mati lampu");
    let report = check_trail(folder.path()).unwrap();
    assert_eq!((report.lines, report.torn, report.broken), (5, 1, vec![]));
}

#[test]
fn a_write_that_fails_halfway_does_not_break_the_chain() {
    let folder = tempfile::tempdir().unwrap();
    jejak(folder.path());
    let mut trail = Trail::open(folder.path()).unwrap();
    // The file cannot be added to; then it can, and a whole line and a torn one are there, as of a disk that was full.
    let path = folder.path().join("jejak/2026-12.jsonl");
    let there = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    let laku = Laku {
        waktu: menit(20_010),
        oleh: "a1",
        perbuatan: "lihat",
        objek: "gagal",
        hasil: "boleh",
        keterangan: "",
    };
    assert!(trail.note(laku).is_err());
    std::fs::remove_dir(&path).unwrap();
    tulis(&path, &there);
    note(&mut Trail::open(folder.path()).unwrap(), 20_011, "sudah sampai ke disk");
    let text = std::fs::read_to_string(&path).unwrap() + "{\"urut\":7,\"wak";
    tulis(&path, text.as_bytes());
    note(&mut trail, 20_012, "lagi");
    let report = check_trail(folder.path()).unwrap();
    assert_eq!((report.lines, report.torn, report.broken), (7, 1, vec![]));
}
