//! The whole chain: an office issues, serves, closes, bundles and backs up; then everything that is due is destroyed. Who
//! knows the plaintext looks for it everywhere afterwards.

use std::path::{Path, PathBuf};
use std::process::Command;

use suket::{
    Berkas, Cap, CaraBerkas, Desk, Entry, Filter, Giliran, Identity, Ingatan, Lingkup, Nomor, Office,
    Peranan, SuratBerkas, Tahap,
};

use super::{CLU, DATA, cari, cari_bait};
use crate::umum::arsip::{Arsip, code, err, kasus, write};
use crate::umum::layan::{Layan, medan};
use crate::umum::orang::{self, Orang};
use crate::umum::tetap;

/// Somebody whose letter is kept for ever.
const TETAP: &str = "ORANG YANG TETAP";
const NIK_TETAP: &str = "6305061203059999";
const NIK: &str = "6305065203059901";

/// An office of the command line, with a folder for temporary files that nobody else uses.
struct Kantor(Arsip);

impl Kantor {
    fn baru(more: &str) -> Self {
        let arsip = Arsip::kosong();
        let text = suket::Profile::builtin(CLU).unwrap().replace("2023-01-01", "2020-01-01");
        let profile = arsip.path("kantor.toml");
        write(&profile, format!("segel_sejak = 2020-01-01\n{text}\n{more}").as_bytes());
        for folder in ["sementara", "kertas"] {
            std::fs::create_dir(arsip.path(folder)).unwrap();
        }
        let kantor = Self(arsip);
        kantor.run(&["init", "--profile", &kantor.path("kantor.toml")]);
        kantor
    }

    fn path(&self, name: &str) -> String {
        self.0.path(name).display().to_string()
    }

    fn run(&self, args: &[&str]) -> String {
        self.expect(args, 0)
    }

    fn expect(&self, args: &[&str], expect: i32) -> String {
        let out = Command::new(env!("CARGO_BIN_EXE_suket"))
            .arg("--archive")
            .arg(self.0.path("arsip"))
            .args(args)
            .env("SUKET_PASSPHRASE_FILE", self.0.path("sandi"))
            .env("TMPDIR", self.0.path("sementara"))
            .env("SQLITE_TMPDIR", self.0.path("sementara"))
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&out.stdout).into_owned() + &err(&out);
        assert_eq!(code(&out), expect, "{args:?}: {told}");
        told
    }

    /// Issues a case of the year 2024.
    fn terbit(&self, jenis: &str, change: impl FnOnce(String) -> String) {
        let case = change(std::fs::read_to_string(kasus(CLU, jenis)).unwrap()).replace("2026-", "2024-");
        write(&self.0.path("kasus.toml"), case.as_bytes());
        self.run(&["issue", &self.path("kasus.toml"), "--date", "2024-11-21"]);
    }

    fn office(&self) -> Office {
        Office::open(&self.0.path("arsip"), 1).unwrap()
    }

    fn letters(&self) -> Vec<Entry> {
        self.office().list(&Filter::default()).unwrap()
    }

    fn desk(&self) -> Desk {
        Desk::open(&self.0.path("arsip/meja.sqlite")).unwrap()
    }

    /// The case at the desk of this letter, with a history that names its person; another system has handed it in.
    fn berkas(&self, letter: Option<&Entry>, (nama, nik): (&str, &str), application: u64) -> String {
        let (office, mut desk) = (self.office(), self.desk());
        let alur = office.profile().alur_surat("rekomendasi");
        let cara = desk.keep_way(&CaraBerkas { sop: office.sop_text().unwrap().unwrap(), alur }).unwrap();
        let waktu = "2024-11-21T02:00:00Z".parse().unwrap();
        let cap = Cap { akun: "uji".to_owned(), nama: "Contoh petugas".to_owned(), waktu };
        let mut case = crate::umum::kasus(CLU, "rekomendasi").case;
        case.pemohon.nama = Some(nama.to_owned());
        case.pemohon.nik = Some(nik.to_owned());
        let id = format!("{:032x}", letter.map_or(99, |letter| letter.seq));
        let mut berkas = Berkas::new(id.clone(), case, "loket", cara, cap.clone());
        berkas.permohonan = Some(Nomor { seq: application, urut: 1, tahun: 2024 });
        berkas.surat = letter.map(|letter| SuratBerkas {
            seq: letter.seq,
            nomor: letter.nomor.clone(),
            tahun: letter.tahun,
            tanggal: letter.tanggal,
        });
        let at = Giliran { tahap: Tahap::Tinta, pelaku: Peranan::Petugas };
        desk.put(&mut berkas, at, ("buka", ""), &cap, None).unwrap();
        let said = format!("berkas {nama} dilengkapi");
        desk.put(&mut berkas, at, ("lanjut", &said), &cap, Some((Some(1), Tahap::Langkah, 60))).unwrap();
        desk.remember(("t1", &id), nama.as_bytes(), &id, waktu).unwrap();
        id
    }

    /// Every identity that somebody with the recovery key can come by in this folder of keys, that key among them.
    fn identities(&self, keys: &Path) -> Vec<Identity> {
        let recovery = self.recovery();
        let months = std::fs::read_dir(keys.join("bulan")).into_iter().flatten().map(Result::unwrap);
        let private = months.map(|file| file.path()).filter(|path| path.extension().unwrap() == "age");
        let open = |path: PathBuf| recovery.open(&std::fs::read(path).unwrap()).unwrap();
        let mut all: Vec<Identity> =
            private.map(|path| Identity::read(&String::from_utf8(open(path)).unwrap()).unwrap()).collect();
        all.push(recovery);
        all
    }

    fn recovery(&self) -> Identity {
        Identity::read(&std::fs::read_to_string(self.0.path("arsip.pemulihan.txt")).unwrap()).unwrap()
    }

    /// Opens every part of a backup into a folder of its own.
    fn opened(&self, backup: &str, to: &str) -> PathBuf {
        let (from, to, key) = (self.0.path(backup), self.0.path(to), self.recovery());
        for (entry, n) in walkdir::WalkDir::new(from).into_iter().map(Result::unwrap).zip(0..) {
            if entry.file_type().is_file() && !entry.path().ends_with("CADANGAN-SUKET.txt") {
                let bytes = key.open(&std::fs::read(entry.path()).unwrap()).unwrap();
                crate::umum::tulis(&to.join(format!("{n}")), &bytes);
            }
        }
        to
    }

    /// Restores a backup into a folder.
    fn pulihkan(&self, backup: &str, to: &str) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_suket"));
        command.arg("--archive").arg(self.0.path(to)).args(["archive", "restore", &self.path(backup)]);
        let out = command.args(["--identity", &self.path("arsip.pemulihan.txt")]).output().unwrap();
        assert_eq!(code(&out), 0, "{}", err(&out));
    }

    /// The order of destruction, with the list that was shown.
    fn musnahkan(&self) -> String {
        let shown = self.run(&["archive", "purge", "--date", "2026-01-05"]);
        let list = shown.lines().find_map(|line| line.strip_prefix("daftar ")).unwrap().to_owned();
        let who = ["--approve", "ANI CONTOH", "--approve", "BUDI CONTOH", "--date", "2026-01-05"];
        let order = ["archive", "purge", "--berita-acara", "045.2/7/2026", "--list", &list];
        self.run(&[&order[..], &who].concat());
        shown
    }
}

/// Pieces of a file that no other file of the list has.
fn pieces(files: &[PathBuf], others: &[PathBuf]) -> Vec<Vec<u8>> {
    let kept: Vec<Vec<u8>> = others.iter().map(|path| std::fs::read(path).unwrap()).collect();
    let mut found = Vec::new();
    for path in files {
        let bytes = std::fs::read(path).unwrap();
        // Digests and proofs are text, and stand in the log, too; what is set on the page is compressed.
        let set = |piece: &&[u8]| piece.len() == 64 && piece.iter().any(|byte| *byte > 127);
        let own = bytes
            .chunks(64)
            .filter(set)
            .step_by(16)
            .filter(|piece| !kept.iter().any(|other| memchr::memmem::find(other, piece).is_some()));
        let own: Vec<Vec<u8>> = own.take(24).map(<[u8]>::to_vec).collect();
        assert!(own.len() > 8, "{}: {} pieces", path.display(), own.len());
        found.extend(own);
    }
    found
}

/// What staff does at the desk with the case and the letter of a person; the trail notes it.
fn dilihat(layan: &Layan, id: &str, letter: &Entry) {
    let kasi = Orang::masuk(layan, "kasi");
    kasi.baca(&format!("/berkas/{id}"));
    kasi.baca(&format!("/surat/{}", letter.seq));
    assert!(kasi.kirim("/cari", &[("orang", NIK)]).teks().contains(&letter.nomor.replace('/', "&#x2f;")));
    assert!(kasi.kirim("/cari", &[("orang", "SITI CONTOH")]).status == 200);
}

#[test]
fn after_a_purge_nobody_finds_the_plaintext_anywhere() {
    for (sandi, locked) in [("", false), ("[sandi]\narsip = true\n", true)] {
        let retensi = "[retensi]\nrekomendasi = 1\nketerangan-perekaman = 1\npermohonan = 1\nregister = 1\n";
        let kantor = Kantor::baru(&format!("{retensi}{sandi}"));
        kantor.terbit("rekomendasi", |text| text);
        kantor.terbit("keterangan-perekaman", |text| text);
        kantor.terbit("pengembalian", |text| text.replace(DATA[0], TETAP));
        let case = kantor.path("kasus.toml");
        kantor.terbit("rekomendasi", |text| text);
        for _ in 0..3 {
            kantor.run(&["book", "receive", &case, "--date", "2024-11-21"]);
        }
        let letters = kantor.letters();
        let [first, _, kept, last] = letters.as_slice() else { panic!("{letters:?}") };
        let to = ["hand-over", &first.nomor, "--to", "PENERIMA CONTOH", "--date", "2024-11-22"];
        kantor.run(&to);
        kantor.run(&["void", &last.nomor, "--reason", "salah cetak", "--date", "2024-11-22"]);

        // Three cases at the desk, one of them without a letter, and one that stays.
        orang::semua(&kantor.0, None);
        let (token, _) = kantor
            .desk()
            .add_token("dinas", &[Lingkup::Ajukan], &mut tetap(6), "2024-11-21T00:00:00Z".parse().unwrap())
            .unwrap();
        assert!(token.aktif);
        let asked: Vec<u64> = kantor.office().applications(2024).unwrap().iter().map(|one| one.seq).collect();
        let id = kantor.berkas(Some(first), (DATA[0], NIK), asked[0]);
        let stays = kantor.berkas(Some(kept), (TETAP, NIK_TETAP), asked[1]);
        let alone = kantor.berkas(None, (DATA[0], NIK), asked[2]);
        let layan = Layan::mulai(&kantor.0, &[]).siap();
        dilihat(&layan, &id, first);
        layan.berhenti();

        kantor.run(&["close", "2024-11", "--date", "2024-12-01"]);
        kantor.run(&["archive", "bundle", "2024-11", "--out", &kantor.path("bundel.zip")]);
        kantor.run(&["archive", "backup", &kantor.path("usb")]);
        kantor.run(&["register", "2024-11", "--out", &kantor.path("kertas/register.pdf")]);
        for (entry, n) in letters.iter().zip(0..) {
            kantor.run(&["get", &entry.nomor, "--out", &kantor.path(&format!("kertas/{n}.pdf"))]);
        }

        // Before, the search finds it in each of these places, and each key opens what it should: it does look.
        let paper = |name: &str| kantor.0.path("kertas").join(name);
        let gone = [paper("0.pdf"), paper("1.pdf"), paper("3.pdf"), paper("register.pdf")];
        let pieces = pieces(&gone, &[paper("2.pdf")]);
        let archive = kantor.0.path("arsip");
        for file in ["buku.sqlite", "meja.sqlite"] {
            let here = cari(&archive, &DATA);
            assert!(here.iter().any(|name| name.contains(file)), "{file}: {here:?}");
        }
        assert_eq!(cari_bait(&archive.join("sha256"), &pieces).len() > 30, !locked, "letters stand plainly");
        assert!(!cari(&kantor.opened("usb", "usb-terbuka"), &DATA).is_empty());
        let stored = |entry: &Entry| {
            let name = crate::umum::hex(&entry.objek);
            archive.join(format!("sha256/{}/{}/{name}", &name[..2], &name[2..4]))
        };
        let ciphertext = std::fs::read(stored(first)).unwrap();
        let opens =
            |keys: &Path, bytes: &[u8]| kantor.identities(keys).iter().any(|key| key.open(bytes).is_ok());
        assert_eq!(opens(&archive.join("kunci"), &ciphertext), locked);
        // A disk that is in a drawer on the day of the destruction.
        let copied = Command::new("cp").arg("-a").args([kantor.path("usb"), kantor.path("laci")]).status();
        assert!(copied.unwrap().success());

        let shown = kantor.musnahkan();
        for place in ["bundel.zip", "usb", "register   2024-11", "permohonan 2024-11-21"] {
            assert!(shown.contains(place), "{place} is named: {shown}");
        }
        // What the list asks for: the bundle goes by hand, the backup is made again.
        std::fs::remove_file(kantor.0.path("bundel.zip")).unwrap();
        kantor.run(&["archive", "backup", &kantor.path("usb")]);

        for place in ["arsip", "sementara", "usb"] {
            let mut found = cari(&kantor.0.path(place), &DATA);
            found.extend(cari_bait(&kantor.0.path(place), &pieces));
            assert_eq!(found, Vec::<String>::new(), "{place}, encrypted: {locked}");
        }
        // The renewed backup, opened part by part with the recovery key.
        let opened = kantor.opened("usb", "usb-baru");
        assert_eq!(cari(&opened, &DATA), Vec::<String>::new());
        assert_eq!(cari_bait(&opened, &pieces), Vec::<String>::new());
        // A letter that flash memory may still hold is closed to every key that is left, here and in the backup.
        kantor.pulihkan("usb", "pulih");
        for keys in [archive.join("kunci"), kantor.0.path("pulih/kunci")] {
            assert!(!opens(&keys, &ciphertext), "{}", keys.display());
        }
        // The disk in the drawer can be read by who has the recovery key: it holds the keys of its day. The list has named
        // it; it has to be destroyed by hand, as README says.
        assert!(!cari(&kantor.opened("laci", "laci-terbuka"), &DATA).is_empty());

        // What is kept is whole, at the desk too; what is gone says so.
        kantor.run(&["get", &kept.nomor, "--out", &kantor.path("lagi.pdf")]);
        assert_eq!(std::fs::read(kantor.0.path("lagi.pdf")).unwrap(), std::fs::read(paper("2.pdf")).unwrap());
        assert_eq!(kantor.desk().berkas(&stays).unwrap().kasus.pemohon.nama.as_deref(), Some(TETAP));
        let asked_again = kantor.desk().remembered("t1", &stays, TETAP.as_bytes()).unwrap();
        assert_eq!(asked_again, Ingatan::Sama(stays));
        for id in [&id, &alone] {
            assert!(kantor.desk().berkas(id).is_err() && kantor.desk().history(id).unwrap().is_empty());
        }
        let told = kantor.expect(&["archive", "check", "--date", "2026-01-06"], 0);
        assert!(told.contains(" 0 temuan"), "{told}");
        assert!(
            kantor.expect(&["archive", "bundle", "2024-11", "--out", "x.zip"], 2).contains("dimusnahkan")
        );
        diperiksa(&kantor, first, last);
        let found = cari(&kantor.0.path("arsip"), &DATA);
        assert_eq!(found, Vec::<String>::new(), "nor does asking for it write it down");
    }
}

/// What the public hears of a letter that was destroyed: by its code that it was, by its paper what the seal says.
fn diperiksa(kantor: &Kantor, letter: &Entry, cancelled: &Entry) {
    let told = kantor.expect(&["verify", "--code", &letter.kode], 3);
    assert!(told.contains("arsipnya sudah dimusnahkan") && !told.contains("SITI"), "{told}");
    assert!(!told.contains("sudah dibatalkan"), "{told}");
    let told = kantor.expect(&["verify", "--code", &cancelled.kode], 3);
    assert!(told.contains("sudah dimusnahkan") && told.contains("sudah dibatalkan oleh kantor"), "{told}");
    let told = kantor.run(&["verify", &kantor.path("kertas/0.pdf")]);
    assert!(told.contains("sudah dimusnahkan menurut jadwal simpan"), "{told}");
    kantor.expect(&["verify", &kantor.path("kertas/3.pdf")], 3);

    // An older desk that somebody puts back is cleaned before anybody is served.
    kantor.berkas(Some(letter), (DATA[0], NIK), 0);
    let layan = Layan::mulai(&kantor.0, &[]).siap();
    let ask = |kode: &str, cocok: &str| {
        let body = medan(&[("kode", kode), ("cocok", cocok)]);
        layan.post("/periksa/kode", "application/x-www-form-urlencoded", body.as_bytes()).teks()
    };
    let page = ask(&letter.kode, &letter.nomor);
    assert!(page.contains("Dimusnahkan") && page.contains("hasil abu-abu"), "{page}");
    assert!(DATA.iter().all(|word| !page.contains(word)), "{page}");
    assert!(ask(&letter.kode, "1-1-2020").contains("Kode ini tidak ada"), "not without the letter at hand");
    assert!(layan.berhenti().contains("1 berkas meja dari surat yang sudah dimusnahkan dibuang"));
}
