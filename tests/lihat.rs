//! Looking writes nothing: a copy that nobody may write is read as it is, with what its log holds; and nobody serves an
//! archive twice.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

mod umum;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use suket::{Filter, Office, OfficeError};
use umum::{HARI, Meja, kasus};

const KANTOR: &str = "candi-laras-utara";

/// Every file with its bytes. The index that connections of one process share is none of the archive's.
fn isi(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file() && !entry.path().ends_with("buku.sqlite-shm"))
        .map(|entry| (entry.path().to_owned(), std::fs::read(entry.path()).unwrap()))
        .collect()
}

/// What storage calls a command makes on the archive that would change it.
fn menulis(archive: &Path, args: &[&str]) -> Vec<String> {
    let trace = tempfile::NamedTempFile::new().unwrap();
    let done = Command::new("strace")
        .args(["-f", "-y", "-e", "trace=%file,%desc", "-o"])
        .arg(trace.path())
        .arg(env!("CARGO_BIN_EXE_suket"))
        .args(["-q", "--archive"])
        .arg(archive)
        .args(args)
        .output()
        .expect("strace");
    assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
    let here = archive.display().to_string();
    let changes =
        ["write(", "pwrite64(", "ftruncate(", "mkdir", "rename", "unlink", "chmod", "fsync(", "fallocate("];
    std::fs::read_to_string(trace.path())
        .unwrap()
        .lines()
        .filter(|line| line.contains(&here) && changes.iter().any(|call| line.contains(call)))
        .map(str::to_owned)
        .collect()
}

#[test]
fn looking_changes_nothing_and_sees_what_the_log_holds() {
    let mut meja = Meja::siap(KANTOR);
    meja.satu(kasus(KANTOR, "rekomendasi"));
    let folder = meja.folder.path().to_owned();
    // What the log of the book holds is not in the book yet.
    for case in ["with the writer at work", "after it", "without its index", "without its log"] {
        match case {
            "with the writer at work" => {}
            "after it" => {
                let Meja { folder, office, .. } = meja;
                drop(office);
                meja = Meja { folder, ..Meja::siap(KANTOR) };
            }
            "without its index" => std::fs::remove_file(folder.join("buku.sqlite-shm")).unwrap(),
            _ => {
                let db = rusqlite::Connection::open(folder.join("buku.sqlite")).unwrap();
                db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
                drop(db);
            }
        }
        let before = isi(&folder);
        for args in [&["archive", "check"][..], &["archive", "check", "--quick"], &["book", "verify"]] {
            assert_eq!(menulis(&folder, args), Vec::<String>::new(), "{case}: {args:?}");
        }
        let office = Office::look(&folder, 2).unwrap();
        assert_eq!(office.list(&Filter::default()).unwrap().len(), 1, "{case}");
        assert_eq!(office.audit(false, &|_, _| {}).unwrap().temuan, [], "{case}");
        drop(office);
        assert_eq!(isi(&folder), before, "{case}");
    }
    // Who looks only cannot change anything.
    let mut office = Office::look(&folder, 2).unwrap();
    assert!(office.is_read_only());
    let entry = office.list(&Filter::default()).unwrap().remove(0);
    let by = suket::By { tanggal: HARI, oleh: "petugas" };
    assert!(matches!(office.void(&entry, "salah", by), Err(OfficeError::ReadOnly)));
}

#[test]
fn an_archive_is_served_once() {
    let mut meja = Meja::siap(KANTOR);
    let folder = meja.folder.path().to_owned();
    let first = Office::claim(&folder).unwrap();
    assert!(matches!(Office::claim(&folder), Err(OfficeError::Claimed(_))));
    // Commands take their turn beside a service.
    meja.satu(kasus(KANTOR, "rekomendasi"));
    assert!(matches!(Office::claim(&folder), Err(OfficeError::Claimed(_))), "still");
    drop(first);
    drop(Office::claim(&folder).unwrap());
    let empty = tempfile::tempdir().unwrap();
    assert!(matches!(Office::claim(empty.path()), Err(OfficeError::NoOffice(_))));
}

#[test]
fn a_journal_that_is_not_ours_is_never_played_back() {
    let mut meja = Meja::siap(KANTOR);
    meja.satu(kasus(KANTOR, "rekomendasi"));
    let Meja { folder, office, .. } = meja;
    drop(office);
    let journal = folder.path().join("buku.sqlite-journal");
    umum::tulis(&journal, &[0xd9; 4096]);
    let before = isi(folder.path());
    assert!(matches!(Office::open(folder.path(), 1), Err(OfficeError::ForeignJournal(_))));
    assert!(matches!(Office::look(folder.path(), 1), Err(OfficeError::ForeignJournal(_))));
    assert_eq!(isi(folder.path()), before);
    std::fs::remove_file(&journal).unwrap();
    assert_eq!(Office::open(folder.path(), 1).unwrap().list(&Filter::default()).unwrap().len(), 1);
}
