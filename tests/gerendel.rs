//! A sync that fails ends all writing of the process at once: nothing is tried a second time, reading goes on, and the next
//! start finds everything in order. The failure is injected with strace into this very test, run once more as a child.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test may stop here; its child tells its parent what it has seen"
)]

mod umum;

use std::path::Path;
use std::process::Command;

use jiff::Timestamp;
use suket::{By, Desk, Filter, IssueRequest, Laku, Lingkup, Office, OfficeError, Trail, check_trail};
use umum::{HARI, Meja, SANDI, kasus, tetap};

const KANTOR: &str = "candi-laras-utara";
const ANAK: &str = "SUKET_UJI_GERENDEL";

/// One letter; what became of it, in a word.
fn terbit(office: &mut Office) -> &'static str {
    let signers = office.unlock(SANDI, HARI).unwrap();
    let cases = vec![kasus(KANTOR, "rekomendasi")];
    let request =
        IssueRequest { cases, date: HARI, signers: &signers, skip_invalid: false, progress: &|| {} };
    let done = office.issue(request).and_then(|_| office.settle());
    match done {
        Ok(_) => "terbit",
        Err(OfficeError::ReadOnly) => "hanya-baca",
        Err(error) if error.is_unsynced() => "tak-tersinkron",
        Err(error) => panic!("{error}"),
    }
}

/// The child: a letter, another, a cancellation; then it looks.
fn anak(folder: &Path) {
    let mut office = Office::open(folder, 1).unwrap();
    let first = office.list(&Filter::default()).unwrap().remove(0);
    let (one, two) = (terbit(&mut office), terbit(&mut office));
    let by = By { tanggal: HARI, oleh: "petugas" };
    let three =
        office.void(&first, "salah", by).map_or_else(|error| error.to_string(), |_| "batal".to_owned());
    let seen = office.list(&Filter::default()).unwrap().len();
    println!("ANAK {one} {two} {three} / {seen} {}", office.audit(false, &|_, _| {}).unwrap().damaged());
}

/// Runs a test of this file as a child with an injection; what it has said, and its storage calls behind the failed one.
fn lahirkan(test: &str, folder: &Path, inject: &str) -> (String, Option<Vec<String>>) {
    let trace = folder.with_extension("jejak");
    let out = Command::new("strace")
        .args(["-f", "-e", "trace=fsync,fdatasync,syncfs,rename", "-o"])
        .arg(&trace)
        .args(["-e", &format!("inject={inject}")])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(ANAK, folder)
        .output()
        .expect("strace");
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let line = text.lines().find_map(|line| line.split_once("ANAK ")).unwrap_or_else(|| panic!("{text}")).1;
    let calls = std::fs::read_to_string(&trace).unwrap();
    std::fs::remove_file(&trace).unwrap();
    let after = calls.split_once("(INJECTED)").map(|(_, after)| after);
    let calls = |text: &str| text.lines().filter(|line| line.contains('(')).map(str::to_owned).collect();
    (line.to_owned(), after.map(calls))
}

#[test]
fn a_failed_sync_ends_writing() {
    if sebagai_anak(anak) {
        return;
    }
    // Behind the commit the letter is out; before it, it is not.
    for (inject, said) in [
        ("fsync:error=EIO:when=1", "tak-tersinkron hanya-baca"),
        ("fsync:error=EIO:when=2", "tak-tersinkron hanya-baca"),
        ("syncfs:error=EIO:when=1", "tak-tersinkron hanya-baca"),
        ("fsync:error=EIO:when=900", "terbit terbit"),
    ] {
        let mut meja = Meja::siap(KANTOR);
        meja.satu(kasus(KANTOR, "rekomendasi"));
        let folder = meja.folder;
        drop(meja.office);
        let (line, after) = lahirkan("a_failed_sync_ends_writing", folder.path(), inject);
        assert!(line.starts_with(said) && line.ends_with("false"), "{inject}: {line}");
        assert_eq!(after.is_some(), said.starts_with("tak"), "{inject}");
        assert_eq!(
            after.unwrap_or_default(),
            Vec::<String>::new(),
            "{inject}: not one sync, not one name after it"
        );

        // The next start: whole, and the numbers go on.
        let mut office = Office::open(folder.path(), 1).unwrap();
        assert!(!office.is_read_only() && !office.audit(false, &|_, _| {}).unwrap().damaged(), "{inject}");
        let before = office.list(&Filter::default()).unwrap().len();
        assert_eq!(terbit(&mut office), "terbit");
        let rows = office.list(&Filter::default()).unwrap();
        let numbers: Vec<u32> = rows.iter().map(|row| row.urut).collect();
        assert_eq!(numbers, (1..=u32::try_from(before + 1).unwrap()).collect::<Vec<_>>(), "{inject}");
        assert_eq!(office.audit(false, &|_, _| {}).unwrap().temuan, [], "{inject}");
    }
}

/// A token at the desk; what became of it.
fn token(desk: &mut Desk, n: u64) -> String {
    match desk.add_token(&format!("Desa {n}"), &[Lingkup::Ajukan], &mut tetap(n), waktu()) {
        Ok(_) => "dibuat".to_owned(),
        Err(error) if error.is_unsynced() => "tak-tersinkron".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// A line of the trail; what became of it.
fn catat(trail: &mut Trail, objek: &str) -> String {
    let laku = Laku { waktu: waktu(), oleh: "a", perbuatan: "lihat", objek, hasil: "boleh", keterangan: "" };
    trail.note(laku).map_or_else(|error| error.to_string(), |()| "tercatat".to_owned())
}

fn waktu() -> Timestamp {
    "2026-11-21T00:00:00Z".parse().unwrap()
}

/// Does what a child has to do, where this is one.
fn sebagai_anak(anak: fn(&Path)) -> bool {
    std::env::var_os(ANAK).map(|folder| anak(Path::new(&folder))).is_some()
}

/// The desk: three tokens one after the other, then it looks, and says which are there.
fn anak_di_meja(folder: &Path) {
    let mut desk = Desk::open(&folder.join("meja.sqlite")).unwrap();
    let done: Vec<String> = (1..4).map(|n| token(&mut desk, n)).collect();
    let seen: Vec<String> = desk.tokens().unwrap().into_iter().map(|token| token.nama).collect();
    println!("ANAK {} / {}", done.join(", "), seen.join(", "));
}

#[test]
fn at_the_desk_too() {
    if sebagai_anak(anak_di_meja) {
        return;
    }
    let closed = "meja.sqlite tidak ditulisi lagi, sejak disk tidak memastikan sebuah tulisan tersimpan";
    for (inject, said) in [
        ("fsync:error=EIO:when=1", format!("tak-tersinkron, {closed}, {closed} / ")),
        ("fsync:error=EIO:when=2", format!("dibuat, tak-tersinkron, {closed} / Desa 1")),
        ("fsync:error=EIO:when=900", "dibuat, dibuat, dibuat / Desa 1, Desa 2, Desa 3".to_owned()),
    ] {
        let folder = tempfile::tempdir().unwrap();
        drop(Desk::open(&folder.path().join("meja.sqlite")).unwrap());
        let (line, after) = lahirkan("at_the_desk_too", folder.path(), inject);
        assert_eq!(line, said, "{inject}");
        assert_eq!(after.is_some(), said.contains("tak"), "{inject}");
        assert_eq!(after.unwrap_or_default(), Vec::<String>::new(), "{inject}");
        // The next start writes again.
        let mut desk = Desk::open(&folder.path().join("meja.sqlite")).unwrap();
        assert_eq!(token(&mut desk, 9), "dibuat");
    }
}

/// The trail: three lines one after the other.
fn anak_di_jejak(folder: &Path) {
    let mut trail = Trail::open(folder).unwrap();
    let done = ["satu", "dua", "tiga"].map(|objek| catat(&mut trail, objek));
    println!("ANAK {} / {}", done.join(", "), trail.read(|_| true, 9).unwrap().len());
}

#[test]
fn and_in_the_trail() {
    if sebagai_anak(anak_di_jejak) {
        return;
    }
    let closed = "jejak tidak ditulisi lagi, sejak disk tidak memastikan sebuah tulisan tersimpan";
    for (inject, said) in [
        ("fdatasync:error=EIO:when=2", [": disk tidak memastikan", closed]),
        ("fdatasync:error=EIO:when=900", ["tercatat, tercatat, tercatat / 3"; 2]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (line, after) = lahirkan("and_in_the_trail", folder.path(), inject);
        assert!(
            line.starts_with("tercatat, ") && said.iter().all(|word| line.contains(word)),
            "{inject}: {line}"
        );
        assert_eq!(after.unwrap_or_default(), Vec::<String>::new(), "{inject}");
        // The next start goes on with the chain, whatever of the last line is there.
        let mut trail = Trail::open(folder.path()).unwrap();
        assert_eq!(catat(&mut trail, "lagi"), "tercatat");
        assert_eq!(check_trail(folder.path()).unwrap().broken, Vec::<String>::new());
    }
}
