//! Backups and restores: whole, incremental, interrupted, damaged; and no number twice after a restore.
#![expect(clippy::unwrap_used, clippy::string_slice, reason = "a test may stop here")]

mod umum;

use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::civil::date;
use suket::{
    BackupError, BackupReport, BackupRequest, By, Filter, Identity, InitRequest, IssueRequest, Office,
    OfficeError, RestoreReport, RestoreRequest, write_recovery,
};
use umum::{HARI, Meja, SANDI, kasus};

const CLU: &str = "candi-laras-utara";

/// An office with its recovery key, and a place for backups.
struct Kantor {
    meja: Meja,
    kunci: Identity,
    lain: tempfile::TempDir,
}

impl Kantor {
    fn baru() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let profile = umum::profil(CLU);
        let request =
            InitRequest { profile: &profile, date: HARI, passphrase: SANDI, entropy: &mut umum::tetap(3) };
        let kunci = Office::init(folder.path(), request).unwrap().pemulihan;
        let office = Office::open(folder.path(), 2).unwrap();
        let signers = office.unlock(SANDI, HARI).unwrap();
        let mut kantor =
            Self { meja: Meja { folder, office, signers }, kunci, lain: tempfile::tempdir().unwrap() };
        kantor.terbit(3);
        kantor
    }

    fn terbit(&mut self, n: usize) {
        self.meja.terbitkan((0..n).map(|_| kasus(CLU, "rekomendasi")).collect());
    }

    fn tujuan(&self) -> PathBuf {
        self.lain.path().join("usb")
    }

    fn cadangkan(&mut self, polos: bool) -> BackupReport {
        self.coba(polos).unwrap()
    }

    fn coba(&mut self, polos: bool) -> Result<BackupReport, OfficeError> {
        let tujuan = self.tujuan();
        coba(&mut self.meja.office, &tujuan, polos)
    }

    fn pulihkan(&self, ke: &str) -> Result<RestoreReport, OfficeError> {
        pulihkan(&self.tujuan(), &self.lain.path().join(ke), Some(&self.kunci))
    }
}

fn coba(office: &mut Office, tujuan: &Path, polos: bool) -> Result<BackupReport, OfficeError> {
    let entropy = &mut umum::tetap(11);
    office.backup(BackupRequest { tujuan, hari: HARI, polos, entropy, progress: &|_, _| {} })
}

fn pulihkan(dari: &Path, ke: &Path, kunci: Option<&Identity>) -> Result<RestoreReport, OfficeError> {
    Office::restore(RestoreRequest { dari, ke, kunci, progress: &|_, _| {} })
}

/// Every file below a folder, with its bytes.
fn isi(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    walkdir::WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            (entry.path().strip_prefix(folder).unwrap().to_owned(), std::fs::read(entry.path()).unwrap())
        })
        .collect()
}

fn memuat(bytes: &[u8], needle: &str) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
}

#[test]
fn what_is_restored_is_the_office() {
    for polos in [false, true] {
        let mut kantor = Kantor::baru();
        assert!(kantor.cadangkan(polos).berubah);
        let report = kantor.pulihkan("baru").unwrap();
        assert!(!report.pemeriksaan.damaged(), "{:?}", report.pemeriksaan.temuan);
        assert_eq!(report.belum_pasti, ["lembar (0)", "umum (3)"]);
        let (old, new) = (kantor.meja.folder.path(), kantor.lain.path().join("baru"));
        let leave = |path: &Path| {
            let name = path.to_string_lossy();
            name.contains("sqlite") || name.starts_with("cadangan") || name == "pulih.txt"
        };
        let files =
            |folder: &Path| -> Vec<_> { isi(folder).into_iter().filter(|(path, _)| !leave(path)).collect() };
        assert_eq!(files(old), files(&new));
        let letters = |folder: &Path| Office::open(folder, 1).unwrap().list(&Filter::default()).unwrap();
        assert_eq!(letters(old), letters(&new));
        #[cfg(unix)]
        for entry in walkdir::WalkDir::new(&new).into_iter().map(Result::unwrap) {
            let mode = std::os::unix::fs::MetadataExt::mode(&entry.metadata().unwrap()) & 0o777;
            assert_eq!(mode & 0o077, 0, "{}: {mode:o}", entry.path().display());
        }
    }
}

#[test]
fn an_outsider_learns_nothing_from_an_encrypted_backup() {
    let mut kantor = Kantor::baru();
    kantor.cadangkan(false);
    let words = [
        "SITI CONTOH",
        "63050652",
        "Candi Laras",
        "400.12.2.1",
        "%PDF-1.7",
        "PRIVATE KEY",
        "SQLite format",
        "rekomendasi",
    ];
    for (path, bytes) in isi(&kantor.tujuan()) {
        let name = path.to_string_lossy();
        for word in words {
            assert!(!memuat(&bytes, word) && !name.contains(word), "{name} holds {word}");
        }
    }
    // Without the key, or with another one, nothing is restored.
    let to = kantor.lain.path().join("x");
    let refused = pulihkan(&kantor.tujuan(), &to, None).unwrap_err();
    assert!(matches!(refused, OfficeError::Backup(BackupError::NeedsIdentity)), "{refused}");
    let other = Identity::new([9; 32]).unwrap();
    let refused = pulihkan(&kantor.tujuan(), &to, Some(&other)).unwrap_err();
    assert!(matches!(refused, OfficeError::Backup(BackupError::Vault(_))), "{refused}");
    // The same words are found where nothing is encrypted: the search does look.
    let plain = kantor.lain.path().join("polos");
    coba(&mut kantor.meja.office, &plain, true).unwrap();
    for word in words {
        assert!(isi(&plain).iter().any(|(_, bytes)| memuat(bytes, word)), "{word}");
    }
}

#[test]
fn an_unchanged_office_writes_nothing_and_a_changed_one_little() {
    let mut kantor = Kantor::baru();
    let first = kantor.cadangkan(false);
    let second = kantor.cadangkan(false);
    assert_eq!((second.berubah, second.baru, second.nomor), (false, 0, first.nomor));
    kantor.terbit(1);
    let third = kantor.cadangkan(false);
    assert_eq!((third.berubah, third.baru, third.nomor), (true, 2, first.nomor + 1), "a letter and the book");
    // The book of the state before the last is dropped with the next one.
    kantor.terbit(1);
    assert_eq!(kantor.cadangkan(false).dibuang, 1);
    let states = std::fs::read_dir(kantor.tujuan().join("potret")).unwrap().count();
    assert_eq!(states, 2);
    // Without what the office remembers it is slower, and as good.
    std::fs::remove_dir_all(kantor.meja.folder.path().join("cadangan")).unwrap();
    kantor.terbit(1);
    kantor.cadangkan(false);
    assert!(!kantor.pulihkan("baru").unwrap().pemeriksaan.damaged());
    let used = isi(&kantor.tujuan()).len();
    kantor.terbit(1);
    kantor.cadangkan(false);
    assert!(isi(&kantor.tujuan()).len() < used, "what the forgotten states needed is gone");
    assert!(!kantor.pulihkan("baru2").unwrap().pemeriksaan.damaged());
}

#[test]
fn debian_age_opens_a_backup() {
    let mut kantor = Kantor::baru();
    kantor.cadangkan(false);
    let key = kantor.lain.path().join("kunci.txt");
    write_recovery(&key, &kantor.kunci, kantor.meja.office.profile()).unwrap();
    let open = |key: &Path, file: &Path| {
        Command::new("age")
            .arg("-d")
            .arg("-i")
            .arg(key)
            .arg(file)
            .output()
            .expect("age is installed by siapkan.sh")
    };
    let index = open(&key, &kantor.tujuan().join("potret/000001.age"));
    let text = String::from_utf8(index.stdout).unwrap();
    assert!(text.starts_with("suket-cadangan/1\n"), "{text}");
    let line = text.lines().find(|line| line.ends_with(" kantor.toml")).unwrap();
    let objek = line.split(' ').nth(1).unwrap();
    let part = kantor.tujuan().join(format!("sha256/{}/{}/{objek}", &objek[..2], &objek[2..4]));
    let out = open(&key, &part);
    assert_eq!(out.stdout, std::fs::read(kantor.meja.folder.path().join("kantor.toml")).unwrap());
    // age says no to another key, and to a damaged part.
    let other = kantor.lain.path().join("lain.txt");
    write_recovery(&other, &Identity::new([9; 32]).unwrap(), kantor.meja.office.profile()).unwrap();
    assert!(!open(&other, &part).status.success());
    let mut bad = std::fs::read(&part).unwrap();
    *bad.last_mut().unwrap() ^= 1;
    umum::tulis(&part, &bad);
    assert!(!open(&key, &part).status.success());
}

#[test]
fn every_damaged_part_is_named_and_nothing_half_restored_is_an_office() {
    let mut kantor = Kantor::baru();
    kantor.cadangkan(false);
    let all: Vec<PathBuf> = isi(&kantor.tujuan()).into_iter().map(|(path, _)| path).collect();
    for (n, path) in all.iter().enumerate() {
        let full = kantor.tujuan().join(path);
        let good = std::fs::read(&full).unwrap();
        for kind in ["bit", "hilang", "potong"] {
            if path.ends_with("CADANGAN-SUKET.txt") && kind != "hilang" {
                continue;
            }
            let mut bad = good.clone();
            match kind {
                "bit" => bad[good.len() / 2] ^= 1,
                "potong" => bad.truncate(good.len() / 2),
                _ => std::fs::remove_file(&full).unwrap(),
            }
            if kind != "hilang" {
                umum::tulis(&full, &bad);
            }
            let name = format!("baru-{n}-{kind}");
            let told = kantor.pulihkan(&name).unwrap_err();
            assert!(matches!(told, OfficeError::Backup(_)), "{kind} {}: {told}", path.display());
            let opened = Office::open(&kantor.lain.path().join(&name), 1);
            let half = OfficeError::Backup(BackupError::Unfinished(kantor.lain.path().join(&name)));
            let told = opened.unwrap_err();
            let nobodys = matches!(told, OfficeError::NoOffice(_)) || told.to_string() == half.to_string();
            assert!(nobodys, "{kind} {}: {told}", path.display());
            umum::tulis(&full, &good);
            // What stopped half way goes on in the same folder.
            assert!(!kantor.pulihkan(&name).unwrap().pemeriksaan.damaged());
            std::fs::remove_dir_all(kantor.lain.path().join(&name)).unwrap();
        }
    }
}

#[test]
fn an_office_that_has_lost_files_is_not_backed_up_over_a_good_backup() {
    let mut kantor = Kantor::baru();
    kantor.cadangkan(false);
    let letter = kantor.meja.office.list(&Filter::default()).unwrap()[0].objek;
    let name = umum::hex(&letter);
    let path = kantor.meja.folder.path().join(format!("sha256/{}/{}/{name}", &name[..2], &name[2..4]));
    let good = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let refused = kantor.coba(false).unwrap_err();
    assert!(matches!(refused, OfficeError::Backup(BackupError::Lacks(1, _))), "{refused}");
    // A damaged letter is not taken for a new one either.
    let mut bad = good.clone();
    bad[50] ^= 1;
    umum::tulis(&path, &bad);
    let plain = kantor.lain.path().join("polos");
    assert!(matches!(coba(&mut kantor.meja.office, &plain, true).unwrap_err(), OfficeError::Blobs(_)));
    // The backup that was there restores what was lost.
    assert!(!kantor.pulihkan("baru").unwrap().pemeriksaan.damaged());
    let restored = kantor.lain.path().join(format!("baru/sha256/{}/{}/{name}", &name[..2], &name[2..4]));
    assert_eq!(std::fs::read(restored).unwrap(), good);
}

#[test]
fn folders_that_hold_something_else_stay_as_they_are() {
    let mut kantor = Kantor::baru();
    let other = kantor.lain.path().join("foto");
    umum::tulis(&other.join("liburan.jpg"), b"foto");
    let refused = coba(&mut kantor.meja.office, &other, false).unwrap_err();
    assert!(matches!(refused, OfficeError::Backup(BackupError::NotABackup(_))), "{refused}");
    assert_eq!(isi(&other).len(), 1);
    let inside = kantor.meja.folder.path().join("salinan");
    let refused = coba(&mut kantor.meja.office, &inside, false).unwrap_err();
    assert!(matches!(refused, OfficeError::Backup(BackupError::Inside(_))), "{refused}");
    kantor.cadangkan(false);
    let refused = pulihkan(&kantor.tujuan(), &other, Some(&kantor.kunci)).unwrap_err();
    assert!(matches!(refused, OfficeError::Backup(BackupError::NotEmpty(_))), "{refused}");
}

#[test]
fn a_backup_is_proved_by_restoring_it() {
    let mut kantor = Kantor::baru();
    kantor.cadangkan(false);
    let prove = |kantor: &Kantor, place: &str| {
        let place = kantor.lain.path().join(place);
        kantor.meja.office.prove_backup(&kantor.tujuan(), Some(&kantor.kunci), &place, &|_, _| {})
    };
    let report = prove(&kantor, "bukti").unwrap();
    assert_eq!(report.tertinggal, 0);
    assert!(!report.pemeriksaan.damaged());
    kantor.terbit(2);
    assert_eq!(prove(&kantor, "bukti2").unwrap().tertinggal, 2);
    // A profile that was changed since is told.
    let path = kantor.meja.folder.path().join("kantor.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    umum::tulis(&path, format!("# catatan\n{text}").as_bytes());
    let told = prove(&kantor, "bukti3").unwrap_err();
    assert!(
        matches!(&told, OfficeError::Backup(BackupError::Differs(path)) if path == "kantor.toml"),
        "{told}"
    );
}

#[test]
fn letters_are_issued_while_a_backup_is_made() {
    let mut kantor = Kantor::baru();
    let folder = kantor.meja.folder.path().to_owned();
    let issuing = std::thread::spawn(move || {
        let mut office = Office::open(&folder, 1).unwrap();
        let signers = office.unlock(SANDI, HARI).unwrap();
        for _ in 0..40 {
            let cases = vec![kasus(CLU, "rekomendasi")];
            let request =
                IssueRequest { cases, date: HARI, signers: &signers, skip_invalid: false, progress: &|| {} };
            office.issue(request).unwrap();
            office.settle().unwrap();
        }
    });
    let mut seen = Vec::new();
    while !issuing.is_finished() {
        kantor.cadangkan(false);
        let name = format!("baru-{}", seen.len());
        let report = kantor.pulihkan(&name).unwrap();
        assert!(!report.pemeriksaan.damaged(), "{:?}", report.pemeriksaan.temuan);
        let office = Office::open(&kantor.lain.path().join(name), 1).unwrap();
        seen.push(office.list(&Filter::default()).unwrap().len());
    }
    issuing.join().unwrap();
    assert!(seen.is_sorted() && seen.iter().any(|n| (4..43).contains(n)), "backups in between: {seen:?}");
    kantor.cadangkan(false);
    assert!(!kantor.pulihkan("akhir").unwrap().pemeriksaan.damaged());
}

#[test]
fn no_number_is_given_twice_after_a_restore() {
    let mut kantor = Kantor::baru();
    kantor.cadangkan(false);
    let proof = |kantor: &Kantor| {
        let newest = kantor.meja.office.list(&Filter::default()).unwrap().pop().unwrap();
        kantor.meja.office.receipt(&newest).unwrap().unwrap()
    };
    let at_backup = proof(&kantor);
    kantor.terbit(2);
    let newest = proof(&kantor);
    kantor.pulihkan("baru").unwrap();
    let folder = kantor.lain.path().join("baru");
    let mut office = Office::open(&folder, 1).unwrap();
    let signers = office.unlock(SANDI, HARI).unwrap();
    let issue = |office: &mut Office, jenis: &str| {
        let cases = vec![kasus(CLU, jenis)];
        office.issue(IssueRequest {
            cases,
            date: HARI,
            signers: &signers,
            skip_invalid: false,
            progress: &|| {},
        })
    };
    let refused = issue(&mut office, "rekomendasi").unwrap_err();
    assert!(
        matches!(&refused, OfficeError::Backup(BackupError::Unconfirmed { seri, terakhir: 3, .. }) if seri == "umum"),
        "{refused}"
    );
    // Two letters went out since: the newest proof shows it, and nothing is given yet.
    assert_eq!(office.confirm_restored(&newest).unwrap(), Some(2));
    assert_eq!(office.confirm_restored("halo").unwrap(), None);
    assert!(issue(&mut office, "rekomendasi").is_err());
    let signed = office.unlock_seal(SANDI, date(2026, 12, 1)).unwrap();
    let by = By { tanggal: HARI, oleh: "petugas" };
    let closed = office.close("2026-11".parse().unwrap(), &signed, By { tanggal: date(2026, 12, 1), ..by });
    assert!(matches!(closed, Err(OfficeError::Said(_))), "a month with a gap is not closed");
    // The gap is declared; slips are another series.
    office.outside("umum", (4, 5), "keluar sesudah cadangan", by).unwrap();
    assert_eq!(office.unconfirmed().unwrap(), ["lembar"]);
    let suket::Outcome::Issued(letter) = issue(&mut office, "rekomendasi").unwrap().remove(0) else {
        panic!()
    };
    assert_eq!(letter.entry.urut, 6);
    assert!(issue(&mut office, "tanda-terima").is_err());
    assert!(
        office.confirm_series("lembar", 2, 2026).is_err(),
        "two slips went out: they are declared, not skipped"
    );
    office.confirm_series("lembar", 0, 2026).unwrap();
    assert!(issue(&mut office, "tanda-terima").is_ok());
    assert!(!folder.join("pulih.txt").exists());

    // A witness that is not newer than the book shows that nothing is missing.
    kantor.pulihkan("lagi").unwrap();
    let mut office = Office::open(&kantor.lain.path().join("lagi"), 1).unwrap();
    assert!(issue(&mut office, "rekomendasi").is_err());
    assert_eq!(office.confirm_restored(&at_backup).unwrap(), Some(0));
    assert!(issue(&mut office, "rekomendasi").is_ok());
}
