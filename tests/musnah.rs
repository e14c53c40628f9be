//! Encryption at rest, lawful destruction, and setting letters again.
#![expect(clippy::unwrap_used, clippy::string_slice, reason = "a test may stop here")]

#[cfg(feature = "layan")]
#[path = "musnah/meja.rs"]
mod meja;
#[cfg(feature = "layan")]
#[path = "musnah/rantai.rs"]
mod rantai;
mod umum;

use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::civil::{Date, date};
use suket::{
    BackupRequest, By, Entry, Filter, Identity, InitRequest, Office, OfficeError, PurgeError, PurgeRequest,
    RestoreRequest, Status, write_recovery,
};
use umum::{HARI, Meja, SANDI, hex, kasus};

const CLU: &str = "candi-laras-utara";
/// Words that only people's data holds: name, NIK, the receiver, the name as hex in a PDF.
const DATA: [&str; 4] = ["SITI CONTOH NURHALIZA", "6305065203059901", "PENERIMA CONTOH", "NURHALIZA"];
const BERITA: &str = "045.2/7/2028";

struct Kantor {
    meja: Meja,
    kunci: Identity,
    lain: tempfile::TempDir,
}

impl Kantor {
    fn baru(more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let profile = umum::profil(CLU) + more;
        let request =
            InitRequest { profile: &profile, date: HARI, passphrase: SANDI, entropy: &mut umum::tetap(3) };
        let kunci = Office::init(folder.path(), request).unwrap().pemulihan;
        let office = Office::open(folder.path(), 2).unwrap();
        let signers = office.unlock(SANDI, HARI).unwrap();
        Self { meja: Meja { folder, office, signers }, kunci, lain: tempfile::tempdir().unwrap() }
    }

    fn letters(&self) -> Vec<Entry> {
        self.meja.office.list(&Filter::default()).unwrap()
    }

    fn berkas(&self, objek: &[u8; 32]) -> PathBuf {
        let name = hex(objek);
        self.meja.folder.path().join(format!("sha256/{}/{}/{name}", &name[..2], &name[2..4]))
    }

    fn cadangkan(&mut self) -> PathBuf {
        let tujuan = self.lain.path().join("usb");
        let request = BackupRequest {
            tujuan: &tujuan,
            hari: HARI,
            polos: false,
            entropy: &mut umum::tetap(5),
            progress: &|_, _| {},
        };
        self.meja.office.backup(request).unwrap();
        tujuan
    }

    fn musnahkan(&mut self, tanggal: Date) -> Result<suket::Event, OfficeError> {
        let list = self.meja.office.purge_list(tanggal).unwrap();
        let request = PurgeRequest {
            berita_acara: BERITA,
            sidik: &list.sidik,
            setuju: ["ANI CONTOH", "BUDI CONTOH"],
            by: By { tanggal, oleh: "petugas" },
        };
        let signer = self.meja.office.unlock_log(SANDI).unwrap();
        self.meja.office.purge(request, &signer, None)
    }

    fn sehat(&self) {
        let report = self.meja.office.audit(false, &|_, _| {}).unwrap();
        assert!(!report.damaged(), "{:?}", report.temuan);
    }
}

/// Files below a folder that hold one of the words, plainly.
fn cari(folder: &Path, words: &[&str]) -> Vec<String> {
    let words: Vec<Vec<u8>> = words.iter().map(|word| word.as_bytes().to_vec()).collect();
    cari_bait(folder, &words)
}

/// The same for bytes.
fn cari_bait(folder: &Path, words: &[Vec<u8>]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap) {
        if entry.file_type().is_file() {
            let bytes = std::fs::read(entry.path()).unwrap();
            for word in words.iter().filter(|word| memchr::memmem::find(&bytes, word).is_some()) {
                found.push(format!("{}: {}", entry.path().display(), String::from_utf8_lossy(word)));
            }
        }
    }
    found
}

fn age(key: &Path, file: &Path) -> Option<Vec<u8>> {
    let out =
        Command::new("age").args(["-d", "-i"]).arg(key).arg(file).output().expect("age is there: siapkan.sh");
    out.status.success().then_some(out.stdout)
}

#[test]
fn encrypted_letters_open_with_age_and_the_recovery_key() {
    let mut kantor = Kantor::baru("\n[sandi]\narsip = true\n");
    let (entry, pdf) = kantor.meja.satu(kasus(CLU, "rekomendasi"));
    assert_ne!(entry.objek, entry.sha256);
    let file = kantor.berkas(&entry.objek);
    let stored = std::fs::read(&file).unwrap();
    assert!(stored.starts_with(b"age-encryption.org/v1"));
    assert_eq!(umum::buku::sha(&stored), entry.objek);
    // The recovery key opens the month's, and that the letter; nothing of suket is needed.
    let place = |name: &str| kantor.lain.path().join(name);
    write_recovery(&place("pemulihan.txt"), &kantor.kunci, kantor.meja.office.profile()).unwrap();
    let month = kantor.meja.folder.path().join("kunci/bulan/2026-11-tetap.age");
    let key = age(&place("pemulihan.txt"), &month).unwrap();
    umum::tulis(&place("bulan.txt"), &key);
    assert_eq!(age(&place("bulan.txt"), &file).unwrap(), pdf);
    assert!(age(&place("pemulihan.txt"), &file).is_none(), "only by way of the month's key");
    // In the office the passphrase opens it; without, it stays shut, and the check says what it did not look at.
    let office = Office::open(kantor.meja.folder.path(), 1).unwrap();
    assert!(matches!(office.letter(&entry), Err(OfficeError::Locked)));
    let report = office.audit(false, &|_, _| {}).unwrap();
    assert!(!report.damaged(), "{:?}", report.temuan);
    assert!(
        report.tidak_diperiksa.iter().any(|text| text.contains("disandi")),
        "{:?}",
        report.tidak_diperiksa
    );
    assert!(office.unlock_vault(b"salah").is_err());
    office.unlock_vault(SANDI).unwrap();
    assert_eq!(office.letter(&entry).unwrap().unwrap(), pdf);
    assert!(office.check_rebuilding(&|_, _| {}).unwrap().temuan.is_empty());
    assert!(!office.audit(false, &|_, _| {}).unwrap().damaged());
    // Letters of one month share a key, those of another month do not.
    kantor.meja.terbitkan(vec![kasus(CLU, "rekomendasi")]);
    kantor.meja.terbitkan_pada(vec![kasus(CLU, "rekomendasi")], date(2026, 12, 1));
    let keys = std::fs::read_dir(kantor.meja.folder.path().join("kunci/bulan")).unwrap().count();
    assert_eq!(keys, 4);
}

#[test]
fn the_book_holds_an_encrypted_letter_only_as_ciphertext() {
    for (more, plain) in [("\n[sandi]\narsip = true\n", false), ("", true)] {
        let mut kantor = Kantor::baru(more);
        let request = suket::IssueRequest {
            cases: vec![kasus(CLU, "rekomendasi")],
            date: HARI,
            signers: &kantor.meja.signers,
            skip_invalid: false,
            progress: &|| {},
        };
        kantor.meja.office.issue(request).unwrap();
        // Not settled yet: the letter waits in the book.
        let found = cari(kantor.meja.folder.path(), &["%PDF-1.7"]);
        assert_eq!(found.iter().any(|name| name.contains("buku.sqlite")), plain, "{found:?}");
    }
}

#[test]
fn what_is_due_is_listed_and_needs_two_people_and_the_list_that_was_shown() {
    let mut kantor = Kantor::baru("\n[retensi]\nrekomendasi = 1\n");
    kantor.meja.terbitkan(vec![kasus(CLU, "rekomendasi"), kasus(CLU, "keterangan-perekaman")]);
    let office = &kantor.meja.office;
    assert!(office.purge_list(date(2027, 12, 31)).unwrap().is_empty(), "kept to the end of the year");
    let day = date(2028, 1, 1);
    let list = office.purge_list(day).unwrap();
    assert_eq!(list.surat.len(), 1, "the other kind has no years");
    let signer = office.unlock_log(SANDI).unwrap();
    let by = By { tanggal: day, oleh: "petugas" };
    let good = PurgeRequest { berita_acara: BERITA, sidik: &list.sidik, setuju: ["ANI", "BUDI"], by };
    let refused = [
        (PurgeRequest { sidik: "0000000000000000", ..good }, "daftar"),
        (PurgeRequest { setuju: ["ANI", "ani"], ..good }, "dua orang"),
        (PurgeRequest { setuju: ["ANI", " "], ..good }, "kosong"),
        (PurgeRequest { berita_acara: "", ..good }, "kosong"),
        (PurgeRequest { by: By { tanggal: date(2027, 6, 1), ..by }, ..good }, "tidak ada yang habis"),
    ];
    for (request, expect) in refused {
        let told = kantor.meja.office.purge(request, &signer, None).unwrap_err().to_string();
        assert!(told.contains(expect), "{told}");
    }
    assert!(kantor.letters().iter().all(|entry| !entry.musnah));
    let done = kantor.meja.office.purge(good, &signer, None).unwrap();
    // The word of it may have been lost: the same order again gives the same event, another one nothing.
    assert_eq!(kantor.meja.office.purge(good, &signer, None).unwrap(), done);
    let other = PurgeRequest { berita_acara: "lain", ..good };
    let again = kantor.meja.office.purge(other, &signer, None).unwrap_err();
    assert!(matches!(again, OfficeError::Purge(PurgeError::Nothing)), "{again}");
}

#[test]
fn what_was_destroyed_leaves_a_row_and_nothing_else() {
    for sandi in ["", "\n[sandi]\narsip = true\n"] {
        let retensi =
            "\n[retensi]\nrekomendasi = 1\nketerangan-perekaman = 1\npermohonan = 1\nregister = 1\n";
        let mut kantor = Kantor::baru(&format!("{retensi}{sandi}"));
        let by = By { tanggal: HARI, oleh: "petugas" };
        kantor.meja.office.apply(&kasus(CLU, "rekomendasi").case, &mut umum::tetap(8), by).unwrap();
        kantor.meja.terbitkan(vec![kasus(CLU, "rekomendasi"), kasus(CLU, "keterangan-perekaman")]);
        let first = kantor.letters()[0].clone();
        kantor.meja.office.hand_over(&first, "PENERIMA CONTOH", &mut umum::tetap(9), by).unwrap();
        let close = date(2026, 12, 1);
        let seal = kantor.meja.office.unlock_seal(SANDI, close).unwrap();
        kantor.meja.office.close("2026-11".parse().unwrap(), &seal, By { tanggal: close, ..by }).unwrap();
        let usb = kantor.cadangkan();
        let bundle = kantor.lain.path().join("bundel.zip");
        let mut zip = Vec::new();
        kantor.meja.office.bundle("2026-11".parse().unwrap(), &mut zip, &|_, _| {}).unwrap();
        umum::tulis(&bundle, &zip);
        kantor
            .meja
            .office
            .remember_bundle("2026-11".parse().unwrap(), close, &bundle.display().to_string())
            .unwrap();

        // Before, the search finds it: it does look.
        assert!(!cari(kantor.meja.folder.path(), &DATA).is_empty());
        let day = date(2028, 1, 3);
        let list = kantor.meja.office.purge_list(day).unwrap();
        assert_eq!((list.surat.len(), list.permohonan.len(), list.register.len()), (2, 1, 1));
        assert_eq!(list.cadangan.len(), 1, "the backup is named");
        assert_eq!(list.bundel.len(), 1, "the bundle is named: {:?}", list.bundel);
        kantor.musnahkan(day).unwrap();

        let found = cari(kantor.meja.folder.path(), &DATA);
        assert!(found.is_empty(), "{found:#?}");
        for entry in kantor.letters() {
            assert!(!kantor.berkas(&entry.objek).exists());
            assert_eq!(entry.status_on(day), Status::Dimusnahkan);
            assert_eq!(kantor.meja.office.person(entry.seq).unwrap(), None);
            assert!(kantor.meja.office.letter(&entry).unwrap().is_none());
            assert!(kantor.meja.office.rebuild(&entry).unwrap().is_none());
        }
        let keys = kantor.meja.folder.path().join("kunci/bulan");
        let left = std::fs::read_dir(keys).map_or(0, Iterator::count);
        assert_eq!(left, 0, "the month's key is gone");
        kantor.sehat();
        assert!(kantor.meja.office.verify_log(None).unwrap().temuan.is_empty());
        // The numbers stay used.
        kantor.meja.signers = kantor.meja.office.unlock(SANDI, day).unwrap();
        let next = kantor.meja.terbitkan_pada(vec![kasus(CLU, "rekomendasi")], day);
        assert!(matches!(&next[0], suket::Outcome::Issued(letter) if letter.entry.urut == 1), "{next:?}");

        // The backup, made again, holds nothing readable of it, also for who has the recovery key.
        let mut fresh = kantor;
        let request = BackupRequest {
            tujuan: &usb,
            hari: day,
            polos: false,
            entropy: &mut umum::tetap(5),
            progress: &|_, _| {},
        };
        fresh.meja.office.backup(request).unwrap();
        let to = fresh.lain.path().join("pulih");
        let request = RestoreRequest { dari: &usb, ke: &to, kunci: Some(&fresh.kunci), progress: &|_, _| {} };
        assert!(!Office::restore(request).unwrap().pemeriksaan.damaged());
        let old = ["PENERIMA CONTOH"];
        assert!(cari(&to, &old).is_empty());
        // Every part that is left at the destination, opened one by one.
        for entry in walkdir::WalkDir::new(&usb).into_iter().map(Result::unwrap) {
            if entry.file_type().is_file() && !entry.path().ends_with("CADANGAN-SUKET.txt") {
                let opened = fresh.kunci.open(&std::fs::read(entry.path()).unwrap()).unwrap();
                let hit = old.iter().any(|word| opened.windows(word.len()).any(|w| w == word.as_bytes()));
                assert!(!hit, "{}", entry.path().display());
            }
        }
    }
}

#[test]
fn letters_that_are_kept_longer_stay_readable_when_their_month_is_purged() {
    let text = "\n[retensi]\nrekomendasi = 1\n[sandi]\narsip = true\n";
    let mut kantor = Kantor::baru(text);
    kantor.meja.terbitkan(vec![kasus(CLU, "rekomendasi"), kasus(CLU, "keterangan-perekaman")]);
    // The class of a kind changes: letters that were filed before keep the key that they have.
    let path = kantor.meja.folder.path().join("kantor.toml");
    let profile = std::fs::read_to_string(&path).unwrap().replace("rekomendasi = 1", "rekomendasi = 0");
    umum::tulis(&path, profile.as_bytes());
    kantor.meja.office = Office::open(kantor.meja.folder.path(), 1).unwrap();
    kantor.meja.signers = kantor.meja.office.unlock(SANDI, HARI).unwrap();
    kantor.musnahkan(date(2027, 1, 1)).unwrap();
    let letters = kantor.letters();
    assert!(letters[0].musnah && !letters[1].musnah);
    assert!(kantor.meja.office.letter(&letters[1]).unwrap().is_some());
    let keys = kantor.meja.folder.path().join("kunci/bulan");
    let mut names: Vec<String> = std::fs::read_dir(keys)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["2026-11-tetap.age", "2026-11-tetap.txt"]);
    kantor.sehat();
}

#[test]
fn a_destroyed_letter_that_comes_back_is_named() {
    let mut kantor = Kantor::baru("\n[retensi]\nrekomendasi = 0\n");
    let (entry, pdf) = kantor.meja.satu(kasus(CLU, "rekomendasi"));
    kantor.musnahkan(date(2027, 1, 1)).unwrap();
    umum::tulis(&kantor.berkas(&entry.objek), &pdf);
    let report = kantor.meja.office.audit(false, &|_, _| {}).unwrap();
    assert!(report.temuan.iter().any(|finding| finding.kode == "musnah-masih-ada"), "{:?}", report.temuan);
    // A purge that was stopped is finished by the next one.
    kantor.meja.office.resume_purge(None).unwrap();
    assert!(!kantor.berkas(&entry.objek).exists());
    kantor.sehat();
}

#[test]
fn lost_letters_are_made_again_to_the_byte() {
    let p256 = "\n[tanda_tangan]\npdf = \"ecdsa-p256\"\n";
    for more in ["", p256] {
        let mut kantor = Kantor::baru(more);
        kantor.meja.terbitkan((0..3).map(|_| kasus(CLU, "rekomendasi")).collect());
        kantor.meja.terbitkan(vec![kasus(CLU, "keterangan-perekaman"), kasus(CLU, "tanda-terima")]);
        assert!(kantor.meja.office.check_rebuilding(&|_, _| {}).unwrap().temuan.is_empty());
        for entry in kantor.letters() {
            let file = kantor.berkas(&entry.objek);
            let good = std::fs::read(&file).unwrap();
            std::fs::remove_file(&file).unwrap();
            let report = kantor.meja.office.check_rebuilding(&|_, _| {}).unwrap();
            assert_eq!(report.temuan.len(), 1, "{:?}", report.temuan);
            let pdf = kantor.meja.office.recover(&entry, &kantor.meja.signers).unwrap().unwrap();
            assert!(pdf == good, "{}", entry.nomor);
            // One that bears the name but is damaged is replaced.
            umum::tulis(&file, &good[1..]);
            kantor.meja.office.refile(&entry, &pdf).unwrap();
            assert_eq!(std::fs::read(&file).unwrap(), good);
        }
        kantor.sehat();
        // With another key nothing is made: what is given back is what the book recorded.
        let other = Meja::siap(CLU);
        let entry = kantor.letters().remove(0);
        let made = kantor.meja.office.recover(&entry, &other.signers);
        assert!(matches!(made, Ok(None)), "{made:?}");
    }
}

#[test]
fn a_changed_template_or_letter_is_noticed_when_it_is_set_again() {
    let mut kantor = Kantor::baru("");
    let (entry, pdf) = kantor.meja.satu(kasus(CLU, "rekomendasi"));
    let db = rusqlite::Connection::open(kantor.meja.folder.path().join("buku.sqlite")).unwrap();
    db.execute_batch("DROP TRIGGER orang_tetap").unwrap();
    db.execute("UPDATE orang SET kasus = replace(kasus, 'NURHALIZA', 'NURHALIMA')", []).unwrap();
    let report = kantor.meja.office.check_rebuilding(&|_, _| {}).unwrap();
    assert_eq!(report.temuan[0].kode, "cetak-ulang-berbeda", "{:?}", report.temuan);
    assert_eq!(kantor.meja.office.recover(&entry, &kantor.meja.signers).unwrap(), None);
    assert!(!pdf.is_empty());
}
