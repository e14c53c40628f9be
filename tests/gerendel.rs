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

use suket::{By, Filter, IssueRequest, Office, OfficeError};
use umum::{HARI, Meja, SANDI, kasus};

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

#[test]
fn a_failed_sync_ends_writing() {
    if let Some(folder) = std::env::var_os(ANAK) {
        return anak(Path::new(&folder));
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
        let trace = folder.path().with_extension("jejak");
        let out = Command::new("strace")
            .args(["-f", "-e", "trace=fsync,fdatasync,syncfs,rename", "-o"])
            .arg(&trace)
            .args(["-e", &format!("inject={inject}")])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "a_failed_sync_ends_writing", "--nocapture", "--test-threads=1"])
            .env(ANAK, folder.path())
            .output()
            .expect("strace");
        let text = String::from_utf8_lossy(&out.stdout).into_owned();
        let line =
            text.lines().find_map(|line| line.split_once("ANAK ")).unwrap_or_else(|| panic!("{text}")).1;
        assert!(line.starts_with(said) && line.ends_with("false"), "{inject}: {line}");
        let calls = std::fs::read_to_string(&trace).unwrap();
        std::fs::remove_file(&trace).unwrap();
        let after = calls.split_once("(INJECTED)").map(|(_, after)| after);
        assert_eq!(after.is_some(), said.starts_with("tak"), "{calls}");
        let tried = after.unwrap_or_default().lines().filter(|line| line.contains('(')).count();
        assert_eq!(tried, 0, "{inject}: not one sync, not one name after it\n{calls}");

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
