//! Counts syncs with strace: one before the acknowledgement, for a letter or for a batch of 64, and at most four
//! more afterwards for all files.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

mod umum;

use std::io::Write;
use std::path::Path;
use std::process::Command;

use umum::Meja;

/// Syncs before and after the first line on stdout.
fn syncs(folder: &Path, scratch: &Path, cases: usize) -> (usize, usize) {
    let batch = scratch.join("kasus.jsonl");
    let case =
        "{\"jenis\":\"pengembalian\",\"pemohon\":{\"nama\":\"CONTOH\"},\"pengembalian\":{\"sebab\":\"x\"}}\n";
    std::fs::File::create(&batch).unwrap().write_all(case.repeat(cases).as_bytes()).unwrap();
    std::fs::File::create(scratch.join("sandi")).unwrap().write_all(umum::SANDI).unwrap();
    let trace = scratch.join("jejak");
    let status = Command::new("strace")
        .args(["-f", "-e", "trace=fsync,fdatasync,syncfs,sync_file_range,msync,write", "-o"])
        .arg(&trace)
        .arg(env!("CARGO_BIN_EXE_suket"))
        .args(["--json", "-q", "--archive"])
        .arg(folder)
        .args(["issue", "--date", "2026-11-21"])
        .arg(&batch)
        .env("SUKET_PASSPHRASE_FILE", scratch.join("sandi"))
        .stdout(std::process::Stdio::null())
        .status()
        .expect("strace");
    assert!(status.success());
    let lines = std::fs::read_to_string(&trace).unwrap();
    let is_sync =
        |line: &&str| ["fsync(", "fdatasync(", "syncfs(", "msync("].iter().any(|call| line.contains(call));
    let acknowledged = lines.lines().position(|line| line.contains("write(1,")).unwrap();
    let before = lines.lines().take(acknowledged).filter(is_sync).count();
    (before, lines.lines().skip(acknowledged).filter(is_sync).count())
}

#[test]
fn one_sync_before_the_acknowledgement_and_at_most_four_after() {
    let meja = Meja::siap("candi-laras-utara");
    let folder = meja.folder.path().to_owned();
    drop(meja.office);
    let scratch = tempfile::tempdir().unwrap();
    let mut folded = 0;
    // The first letter also hands over templates and fonts.
    for cases in [1, 1, 64, 1, 64, 64, 64, 1] {
        let (before, after) = syncs(&folder, scratch.path(), cases);
        println!("kumpulan {cases}: {before} sebelum, {after} sesudah");
        assert_eq!(before, 1, "batch of {cases}");
        // Once in about 4 MB of the book's log it is folded into the book, which costs three syncs of its own.
        folded += usize::from(after > 4);
        assert!(after <= 7, "batch of {cases}: {after} syncs after the acknowledgement");
    }
    assert!(folded <= 3, "folded {folded} times in 260 letters");
}
