//! `suket archive` on the command line: bundle, backup, restore, purge, mend; and what is killed half way.
#![expect(clippy::unwrap_used, clippy::string_slice, reason = "a test may stop here")]

mod umum;

use std::process::Command;

use umum::arsip::{Arsip, code, err, kasus, lines, write};

const CLU: &str = "candi-laras-utara";

struct Meja(Arsip);

impl Meja {
    fn baru(more: &str) -> Self {
        let arsip = Arsip::kosong();
        let text = suket::Profile::builtin(CLU).unwrap();
        let file = arsip.path("kantor.toml");
        write(
            &file,
            format!("segel_sejak = 2020-01-01\n{text}\n{more}")
                .replace("2023-01-01", "2020-01-01")
                .as_bytes(),
        );
        let out = arsip.run(&["init", "--profile", &file.display().to_string()]);
        assert_eq!(code(&out), 0, "{}", err(&out));
        Self(arsip)
    }

    fn run(&self, args: &[&str], expect: i32) -> String {
        let out = self.0.run(args);
        let told = String::from_utf8_lossy(&out.stdout).into_owned() + &err(&out);
        assert_eq!(code(&out), expect, "{args:?}: {told}");
        told
    }

    fn path(&self, name: &str) -> String {
        self.0.path(name).display().to_string()
    }

    /// The same command on another folder.
    fn di(&self, folder: &str, args: &[&str], expect: i32) -> String {
        let out = Command::new(env!("CARGO_BIN_EXE_suket"))
            .arg("--archive")
            .arg(self.path(folder))
            .args(args)
            .env("SUKET_PASSPHRASE_FILE", self.path("sandi"))
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&out.stdout).into_owned() + &err(&out);
        assert_eq!(code(&out), expect, "{args:?}: {told}");
        told
    }
}

#[test]
fn the_recovery_key_is_written_once_beside_the_archive() {
    let meja = Meja::baru("");
    let key = std::fs::read_to_string(meja.path("arsip.pemulihan.txt")).unwrap();
    assert!(
        key.contains("AGE-SECRET-KEY-1") && key.contains("# public key: age1"),
        "the form of an age identity"
    );
    let inside = walkdir::WalkDir::new(meja.path("arsip")).into_iter().map(Result::unwrap);
    for entry in inside.filter(|entry| entry.file_type().is_file()) {
        let bytes = std::fs::read(entry.path()).unwrap();
        assert!(!bytes.windows(15).any(|w| w == b"AGE-SECRET-KEY-"), "{}", entry.path().display());
    }
    // It is never written over, and never made twice.
    meja.run(&["key", "create"], 0);
    assert_eq!(std::fs::read_to_string(meja.path("arsip.pemulihan.txt")).unwrap(), key);
    let told = meja.di("arsip", &["init", "--profile", CLU], 2);
    assert!(told.contains("sudah berisi"), "{told}");
    // An archive from before gets one when its keys are made complete.
    std::fs::remove_file(meja.path("arsip/kunci/pemulihan.txt")).unwrap();
    let told = meja.run(&["archive", "backup", &meja.path("usb")], 2);
    assert!(told.contains("suket key create"), "{told}");
    // Not over the file of another key; and then nothing is encrypted to a key that nobody holds.
    assert!(meja.run(&["key", "create"], 2).contains("sudah ada"));
    assert!(!std::path::Path::new(&meja.path("arsip/kunci/pemulihan.txt")).exists());
    meja.run(&["key", "create", "--recovery", &meja.path("baru.txt")], 0);
    assert_ne!(std::fs::read_to_string(meja.path("baru.txt")).unwrap(), key);
}

#[test]
fn backup_restore_and_the_way_back_to_issuing() {
    let meja = Meja::baru("");
    let case = kasus(CLU, "rekomendasi");
    meja.run(&["issue", &case, "--date", "2026-11-21"], 0);
    let (usb, key) = (meja.path("usb"), meja.path("arsip.pemulihan.txt"));
    let told = meja.run(&["archive", "backup", &usb], 0);
    assert!(told.contains("cadangan 1 lengkap"), "{told}");
    assert!(meja.run(&["archive", "backup", &usb], 0).contains("tidak ada yang berubah"));
    assert!(meja.run(&["archive", "backup", &usb, "--prove"], 2).contains("--identity"));
    let told = meja.run(&["archive", "backup", &usb, "--prove", "--identity", &key], 0);
    assert!(told.contains("dipulihkan dan dibandingkan"), "{told}");
    assert!(meja.run(&["archive", "backup", &meja.path("polos"), "--plain"], 0).contains("tidak disandi"));
    meja.run(&["archive", "backup", &meja.path("arsip/dalam")], 2);

    assert!(meja.di("baru", &["archive", "restore", &usb], 2).contains("--identity"));
    let told = meja.di("baru", &["archive", "restore", &usb, "--identity", &key], 0);
    assert!(told.contains("umum (1)") && told.contains("book verify --since"), "{told}");
    assert!(meja.di("baru", &["archive", "restore", &usb, "--identity", &key], 2).contains("tidak kosong"));
    meja.di("baru", &["archive", "check"], 0);
    let told = meja.di("baru", &["issue", &case, "--date", "2026-11-22"], 2);
    assert!(told.contains("sesudah 1 mungkin sudah keluar") && told.contains("archive resume"), "{told}");
    // A letter went out after the backup: its proof shows that the book is behind.
    meja.run(&["issue", &case, "--date", "2026-11-22"], 0);
    meja.run(&["book", "checkpoint", "--out", &meja.path("titik.txt")], 0);
    let told = meja.di("baru", &["book", "verify", "--since", &meja.path("titik.txt")], 3);
    assert!(told.contains("tertinggal 1 catatan"), "{told}");
    meja.di("baru", &["book", "outside", "2-2", "--date", "2026-11-22", "--reason", "sesudah cadangan"], 0);
    meja.di("baru", &["issue", &case, "--date", "2026-11-22"], 0);
    let told = meja.di("baru", &["archive", "resume", "--series", "lembar", "--last", "0"], 0);
    assert!(told.contains("semua seri sudah dipastikan"), "{told}");
    // A witness as old as the backup clears all series at once.
    meja.di("lagi", &["archive", "restore", &meja.path("polos")], 0);
    meja.di("lagi", &["book", "checkpoint", "--out", &meja.path("lama.txt")], 0);
    let told = meja.di("lagi", &["book", "verify", "--since", &meja.path("lama.txt")], 0);
    assert!(told.contains("dapat diterbitkan lagi"), "{told}");
    meja.di("lagi", &["issue", &case, "--date", "2026-11-23"], 0);
}

#[test]
fn a_backup_that_is_killed_goes_on() {
    let meja = Meja::baru("");
    let case = kasus(CLU, "rekomendasi");
    for _ in 0..12 {
        meja.run(&["issue", &case, "--date", "2026-11-21"], 0);
    }
    let usb = meja.path("usb");
    let mut stopped = 0;
    for syscall in ["openat", "fsync", "renameat,rename", "syncfs", "write"] {
        for nth in [2, 4, 8, 20] {
            // Killed at the n-th call of this kind.
            let killed = Command::new("strace")
                .args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={syscall}")])
                .args(["-e", &format!("inject={syscall}:signal=SIGKILL:when={nth}")])
                .arg(env!("CARGO_BIN_EXE_suket"))
                .args(["--archive", &meja.path("arsip"), "archive", "backup", &usb])
                .output()
                .expect("strace is installed by siapkan.sh");
            // Whatever state is there is whole.
            if let Ok(states) = std::fs::read_dir(meja.0.path("usb/potret")) {
                let whole =
                    states.filter_map(Result::ok).any(|e| e.path().extension().is_some_and(|e| e == "age"));
                if whole {
                    let key = meja.path("arsip.pemulihan.txt");
                    meja.di("coba", &["archive", "restore", &usb, "--identity", &key], 0);
                    std::fs::remove_dir_all(meja.0.path("coba")).unwrap();
                }
            }
            stopped += usize::from(!killed.status.success());
        }
    }
    assert!(stopped >= 6, "only {stopped} runs were stopped");
    meja.run(&["archive", "backup", &usb], 0);
    let key = meja.path("arsip.pemulihan.txt");
    meja.run(&["archive", "backup", &usb, "--prove", "--identity", &key], 0);
    // Nothing of the runs that were stopped is left behind once a state is finished and the next one too.
    meja.run(&["issue", &case, "--date", "2026-11-21"], 0);
    meja.run(&["archive", "backup", &usb], 0);
    meja.run(&["issue", &case, "--date", "2026-11-21"], 0);
    meja.run(&["archive", "backup", &usb], 0);
    let files = |folder: &str| {
        walkdir::WalkDir::new(meja.path(folder))
            .into_iter()
            .map(Result::unwrap)
            .filter(|e| e.file_type().is_file())
            .count()
    };
    meja.di("pulih", &["archive", "restore", &usb, "--identity", &key], 0);
    assert!(files("usb") <= files("pulih") + 8, "{} {}", files("usb"), files("pulih"));
}

#[test]
fn a_restore_that_is_killed_leaves_no_office_that_numbers() {
    let meja = Meja::baru("");
    let case = kasus(CLU, "rekomendasi");
    meja.run(&["issue", &case, "--date", "2026-11-21"], 0);
    meja.run(&["archive", "backup", &meja.path("usb"), "--plain"], 0);
    let (mut none, mut refused) = (0, 0);
    for nth in 1..=60 {
        let folder = format!("pulih-{nth}");
        let killed = Command::new("strace")
            .args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=renameat,rename,renameat2"])
            .args(["-e", &format!("inject=renameat,rename,renameat2:signal=SIGKILL:when={nth}")])
            .arg(env!("CARGO_BIN_EXE_suket"))
            .args(["--archive", &meja.path(&folder), "archive", "restore", &meja.path("usb")])
            .output()
            .expect("strace is installed by siapkan.sh");
        let out = Command::new(env!("CARGO_BIN_EXE_suket"))
            .args(["--archive", &meja.path(&folder), "issue", &case, "--date", "2026-11-22"])
            .env("SUKET_PASSPHRASE_FILE", meja.path("sandi"))
            .output()
            .unwrap();
        // Either there is no office yet, or half of one, or it numbers nothing.
        assert_ne!(code(&out), 0, "rename {nth}");
        let open =
            ["bukan folder arsip", "belum selesai dipulihkan"].iter().any(|told| err(&out).contains(told));
        if open {
            none += 1;
        } else {
            assert!(err(&out).contains("mungkin sudah keluar"), "rename {nth}: {}", err(&out));
            refused += 1;
        }
        if killed.status.success() {
            break;
        }
        meja.di(&folder, &["archive", "restore", &meja.path("usb")], if open { 0 } else { 2 });
    }
    // Only the last rename makes an office of it.
    assert!(none > 5 && refused >= 1, "{none} {refused}");
}

#[test]
fn a_bundle_is_written_and_checked() {
    let meja = Meja::baru("");
    let case = kasus(CLU, "rekomendasi");
    meja.run(&["issue", &case, "--date", "2026-11-21"], 0);
    let zip = meja.path("bundel.zip");
    let told = meja.run(&["archive", "bundle", "2026-11", "--out", &zip], 2);
    assert!(told.contains("suket close 2026-11") && !meja.0.path("bundel.zip").exists(), "{told}");
    meja.run(&["close", "2026-11", "--date", "2026-12-01"], 0);
    meja.run(&["archive", "bundle", "2026-11", "--out", &zip], 0);
    assert!(meja.run(&["verify", &zip], 0).contains("Bundel ini asli dan utuh."));
    let out = meja.0.run(&["--json", "verify", &zip]);
    assert_eq!(
        (lines(&out)[0]["putusan"].as_str(), lines(&out)[0]["sumber"].as_str()),
        (Some("asli"), Some("bundel"))
    );
    let mut bytes = std::fs::read(&zip).unwrap();
    bytes[5000] ^= 1;
    write(&meja.0.path("rusak.zip"), &bytes);
    assert!(meja.run(&["verify", &meja.path("rusak.zip")], 3).contains("diubah atau rusak"));
}

#[test]
fn purge_shows_its_list_first_and_then_destroys_it() {
    let meja = Meja::baru("[retensi]\nrekomendasi = 1\n[sandi]\narsip = true\n");
    let case = kasus(CLU, "rekomendasi");
    meja.run(&["issue", &case, "--date", "2024-11-21"], 2);
    let old = std::fs::read_to_string(&case).unwrap().replace("2026-", "2024-");
    write(&meja.0.path("lama.toml"), old.as_bytes());
    meja.run(&["issue", &meja.path("lama.toml"), "--date", "2024-11-21"], 0);
    meja.run(&["get", "400.12.2.1/001/CLU/XI/2024", "--out", &meja.path("surat.pdf")], 0);
    meja.run(&["archive", "backup", &meja.path("usb")], 0);
    let told = meja.run(&["archive", "purge"], 0);
    assert!(told.contains("400.12.2.1/001/CLU/XI/2024") && told.contains("masih memuatnya"), "{told}");
    let list = told.lines().find_map(|line| line.strip_prefix("daftar ")).unwrap().to_owned();
    let order = ["archive", "purge", "--berita-acara", "045.2/7/2026", "--list"];
    let with = |list: &str, more: &[&str]| -> Vec<String> {
        order.iter().chain(&[list]).chain(more).map(|word| (*word).to_owned()).collect()
    };
    let run = |args: Vec<String>, expect: i32| {
        meja.run(&args.iter().map(String::as_str).collect::<Vec<_>>(), expect)
    };
    run(with(&list, &["--approve", "ANI CONTOH"]), 2);
    run(with("0123456789abcdef", &["--approve", "ANI CONTOH", "--approve", "BUDI CONTOH"]), 2);
    run(with(&list, &["--approve", "ANI CONTOH", "--approve", "BUDI CONTOH"]), 0);
    assert!(meja.run(&["show", "400.12.2.1/001/CLU/XI/2024"], 0).contains("dimusnahkan"));
    let out = meja.0.run(&["--json", "list"]);
    assert_eq!(lines(&out)[0]["status"], "dimusnahkan");
    meja.run(&["get", "400.12.2.1/001/CLU/XI/2024", "--out", &meja.path("lagi.pdf")], 1);
    meja.run(&["archive", "check"], 0);
    assert!(meja.run(&["archive", "purge"], 0).contains("tidak ada yang habis"));
    // The paper that somebody still holds is as genuine as it was.
    meja.run(&["verify", &meja.path("surat.pdf")], 0);
}

#[test]
fn lost_letters_are_mended() {
    let meja = Meja::baru("");
    let case = kasus(CLU, "rekomendasi");
    meja.run(&["issue", &case, "--date", "2026-11-21"], 0);
    assert!(meja.run(&["archive", "check", "--rebuild"], 0).contains("0 temuan"));
    assert!(meja.run(&["archive", "mend"], 0).contains("tidak ada surat yang hilang"));
    let out = meja.0.run(&["--json", "list"]);
    let objek = lines(&out)[0]["objek"].as_str().unwrap().to_owned();
    let file = meja.0.path(&format!("arsip/sha256/{}/{}/{objek}", &objek[..2], &objek[2..4]));
    let good = std::fs::read(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert!(meja.run(&["archive", "check", "--rebuild"], 3).contains("archive mend"));
    assert!(meja.run(&["archive", "mend"], 0).contains("disusun lagi"));
    assert_eq!(std::fs::read(&file).unwrap(), good);
    meja.run(&["archive", "check"], 0);
}
