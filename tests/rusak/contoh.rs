//! The offices that are damaged: one in which everything has happened, and one whose letters are encrypted.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use jiff::civil::date;
use suket::{BackupRequest, By, Entry, Filter, KeyChange, KeyRequest, Laku, PurgeRequest, Sisipan, Trail};

use crate::umum::{HARI, Meja, SANDI, hex, kasus, profil, tetap, tulis};

const CLU: &str = "candi-laras-utara";
const OLEH: By<'_> = By { tanggal: HARI, oleh: "petugas uji" };

/// Names of files and letters, as the list of damages calls them.
pub(crate) type Names = BTreeMap<String, String>;

/// The archives that are damaged.
pub(crate) struct Contoh {
    /// Folder with the archives: `dasar` with the book's log folded into it, `jurnal` as the office leaves it, `brankas` with
    /// encrypted letters, of which one was destroyed. `sandi` holds the passphrase.
    pub(crate) scratch: tempfile::TempDir,
    names: Names,
    locked: Names,
}

impl Contoh {
    /// Names in this archive.
    pub(crate) fn names(&self, base: &str) -> &Names {
        if base == "brankas" { &self.locked } else { &self.names }
    }
}

pub(crate) fn contoh() -> Contoh {
    let scratch = tempfile::tempdir().unwrap();
    tulis(&scratch.path().join("sandi"), SANDI);
    let names = lengkap(scratch.path());
    let locked = brankas(scratch.path());
    Contoh { scratch, names, locked }
}

/// An office in which everything has happened.
fn lengkap(scratch: &Path) -> Names {
    let text = profil(CLU).replace("unit = \"CLU\"", "unit = \"CLU\"\nagenda = \"umum\"\nsisipan = true")
        + "\n[penomoran.seri.lembar]\npola = \"L-{{ urut | pad(4) }}/{{ unit }}\"\nagenda = true\n"
        + "\n[retensi]\ntanda-terima = 2\npermohonan = 2\nregister = 10\n";
    let mut meja = Meja::dengan(&text, |_| {});
    meja.office.outside("umum", (1, 3), "buku kertas", OLEH).unwrap();
    let (first, _) = meja.satu(kasus(CLU, "rekomendasi"));
    let mut case = kasus(CLU, "rekomendasi");
    case.case.kunci_permintaan = Some("K-1".to_owned());
    let (letter, _) = meja.satu(case);
    let (third, _) = meja.satu(kasus(CLU, "keterangan-perekaman"));
    let (slip, _) = meja.satu(kasus(CLU, "tanda-terima"));
    let mut inserted = kasus(CLU, "keterangan-perekaman");
    inserted.case.sisipan = Sisipan { sesudah: Some(5), alasan: Some("tertinggal".to_owned()) };
    meja.satu(inserted);
    meja.office.hand_over(&third, "SITI CONTOH", &mut tetap(5), OLEH).unwrap();
    meja.office.void(&first, "salah orang", OLEH).unwrap();
    meja.office.apply(&kasus(CLU, "pengembalian").case, &mut tetap(7), OLEH).unwrap();
    let seal = meja.office.unlock_seal(SANDI, HARI).unwrap();
    meja.office.close("2026-10".parse().unwrap(), &seal, OLEH).unwrap();
    let (tujuan, entropy) = (scratch.join("usb"), &mut tetap(4));
    let request = BackupRequest { tujuan: &tujuan, hari: HARI, polos: false, entropy, progress: &|_, _| {} };
    meja.office.backup(request).unwrap();
    let change = KeyChange::Rotate { pemegang: "segel".to_owned(), mulai: HARI, di_token: false };
    let entropy = &mut tetap(9);
    let request = KeyRequest { change, date: HARI, passphrase: SANDI, root: None, pin: None, entropy };
    meja.office.change_keys(request).unwrap();
    meja.signers = meja.office.unlock(SANDI, HARI).unwrap();
    meja.satu(kasus(CLU, "pengembalian"));
    let log = meja.office.unlock_log(SANDI).unwrap();
    meja.office.sign_log(&log).unwrap();
    jejak(meja.folder.path());
    let names = names(&meja, &letter, &third, &slip);
    let Meja { folder, office, .. } = meja;
    drop(office);
    salin(folder.path(), &scratch.join("jurnal"));
    salin(folder.path(), &scratch.join("dasar"));
    for ending in ["-wal", "-shm"] {
        let file = scratch.join(format!("jurnal/buku.sqlite{ending}"));
        assert!(file.exists(), "the office leaves its log: {}", file.display());
    }
    fold(&scratch.join("dasar"));
    names
}

/// An office that encrypts its letters, after a destruction.
fn brankas(scratch: &Path) -> Names {
    let text = profil(CLU) + "\n[retensi]\nrekomendasi = 0\ntanda-terima = 9\n\n[sandi]\narsip = true\n";
    let mut meja = Meja::dengan(&text, |_| {});
    let (gone, _) = meja.satu(kasus(CLU, "rekomendasi"));
    let (kept, _) = meja.satu(kasus(CLU, "keterangan-perekaman"));
    meja.satu(kasus(CLU, "tanda-terima"));
    let by = By { tanggal: date(2027, 1, 1), ..OLEH };
    let list = meja.office.purge_list(by.tanggal).unwrap();
    let request =
        PurgeRequest { berita_acara: "045.2/1/2027", sidik: &list.sidik, setuju: ["ANI", "BUDI"], by };
    meja.office.unlock_vault(SANDI).unwrap();
    let log = meja.office.unlock_log(SANDI).unwrap();
    meja.office.purge(request, &log, None).unwrap();
    let Meja { folder, office, .. } = meja;
    drop(office);
    salin(folder.path(), &scratch.join("brankas"));
    fold(&scratch.join("brankas"));
    let all = [
        ("surat", path(&kept.objek)),
        ("nomor", kept.nomor),
        ("surat-musnah", path(&gone.objek)),
        ("nomor-musnah", gone.nomor),
        ("seq-musnah", gone.seq.to_string()),
    ];
    all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Three lines of the audit trail.
fn jejak(folder: &Path) {
    let mut trail = Trail::open(folder).unwrap();
    for objek in ["berkas 1", "berkas 2", "berkas 3"] {
        let waktu = "2026-11-21T02:00:00Z".parse().unwrap();
        let laku = Laku { waktu, oleh: "a1", perbuatan: "lihat", objek, hasil: "boleh", keterangan: "" };
        trail.note(laku).unwrap();
    }
}

fn fold(archive: &Path) {
    let db = rusqlite::Connection::open(archive.join("buku.sqlite")).unwrap();
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
}

fn path(digest: &[u8]) -> String {
    let name = hex(digest);
    format!("sha256/{}/{}/{name}", &name[..2], &name[2..4])
}

fn names(meja: &Meja, letter: &Entry, other: &Entry, slip: &Entry) -> Names {
    let folder = meja.folder.path();
    let (_, closed) = meja.office.closing("2026-10".parse().unwrap()).unwrap().unwrap();
    let list = std::fs::read_to_string(folder.join(path(&letter.templat))).unwrap();
    let font = list.lines().find(|line| line.ends_with(".ttf") || line.ends_with(".otf")).unwrap();
    let font = font.split(' ').next().unwrap().to_owned();
    let memory = std::fs::read_dir(folder.join("cadangan")).unwrap().next().unwrap().unwrap().file_name();
    let bare = hex(&letter.objek);
    let all = [
        ("surat", path(&letter.objek)),
        ("surat2", path(&other.objek)),
        ("surat-salah", format!("sha256/00/00/{bare}")),
        ("asing", format!("sha256/ab/cd/abcd{}", &bare[4..])),
        ("nomor", letter.nomor.clone()),
        ("nomor-slip", slip.nomor.clone()),
        ("seq", letter.seq.to_string()),
        ("huruf", format!("sha256/{}/{}/{font}", &font[..2], &font[2..4])),
        ("hex-huruf", font),
        ("templat", path(&letter.templat)),
        ("profil", path(&letter.profil)),
        ("register", path(&closed.register)),
        ("kepercayaan", path(&closed.kepercayaan)),
        ("titik", path(&closed.titik)),
        ("ingatan", format!("cadangan/{}", memory.to_string_lossy())),
    ];
    assert_eq!(meja.office.list(&Filter::default()).unwrap().len(), 6);
    all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

pub(crate) fn salin(from: &Path, to: &Path) {
    let done = Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap();
    assert!(done.success());
}
