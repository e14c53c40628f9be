//! Broken bundles, each in another way or another place: all are refused. They stay in `target/tmp/bundel/rusak`, where
//! `tests/luar/bundel.py` shows which of them other people's tools accept.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may stop here"
)]

mod umum;

use jiff::civil::date;
use suket::{By, Putusan, Verifier};
use umum::tas::{Gaya, Tas, buka, rapikan, tutup};
use umum::{Meja, SANDI, kasus};

const CLU: &str = "candi-laras-utara";
const TOP: &str = "suket-63.05.06-2026-11/";

/// Two letters in a closed month.
fn bundel() -> (Meja, Vec<u8>) {
    let mut meja = Meja::siap(CLU);
    meja.terbitkan(vec![kasus(CLU, "rekomendasi"), kasus(CLU, "tanda-terima")]);
    let day = date(2026, 12, 3);
    let signers = meja.office.unlock_seal(SANDI, day).unwrap();
    meja.office.close("2026-11".parse().unwrap(), &signers, By { tanggal: day, oleh: "petugas" }).unwrap();
    let mut zip = Vec::new();
    meja.office.bundle("2026-11".parse().unwrap(), &mut zip, &|_, _| {}).unwrap();
    (meja, zip)
}

/// Names and bytes of broken bundles.
struct Rusak {
    tas: Tas,
    list: Vec<(String, Vec<u8>)>,
}

impl Rusak {
    fn add(&mut self, name: &str, zip: Vec<u8>) {
        self.list.push((name.replace('/', "+"), zip));
    }

    /// A changed bag, as it is and with manifests made anew.
    fn both(&mut self, name: &str, change: impl Fn(&mut Tas)) {
        let mut tas = self.tas.clone();
        change(&mut tas);
        self.add(name, tutup(&tas, &Gaya::default()));
        rapikan(&mut tas);
        self.add(&format!("{name}-rapi"), tutup(&tas, &Gaya::default()));
    }

    fn style(&mut self, name: &str, gaya: Gaya) {
        let zip = tutup(&self.tas, &gaya);
        self.add(name, zip);
    }

    /// One text file of the bag rewritten; the tag manifest is made anew, so that only the text itself is wrong.
    fn text(&mut self, file: &str, name: &str, change: impl Fn(&str) -> String) {
        let mut tas = self.tas.clone();
        let place = tas.iter().position(|(path, _)| *path == format!("{TOP}{file}")).unwrap();
        let text = change(std::str::from_utf8(&tas[place].1).unwrap());
        assert_ne!(text.as_bytes(), tas[place].1, "{name} changes nothing");
        if file != "tagmanifest-sha256.txt" {
            rapikan(&mut tas);
            tas[place].1 = text.clone().into_bytes();
            let digest = umum::hex(&umum::buku::sha(&tas[place].1));
            let tags = &mut tas.last_mut().unwrap().1;
            let lines = String::from_utf8(tags.clone()).unwrap();
            let line = |line: &str| {
                if line.ends_with(file) { format!("{digest}  {file}\n") } else { format!("{line}\n") }
            };
            *tags = lines.lines().map(line).collect::<String>().into_bytes();
        }
        tas[place].1 = text.into_bytes();
        self.add(&format!("{file}-{name}"), tutup(&tas, &Gaya::default()));
    }

    fn of_files(&mut self) {
        for n in 0..self.tas.len() {
            let (path, bytes) = self.tas[n].clone();
            let short = path.strip_prefix(TOP).unwrap().to_owned();
            let places = [("awal", 0), ("tengah", bytes.len() / 2), ("akhir", bytes.len().saturating_sub(1))];
            for (name, at) in places {
                if bytes.is_empty() {
                    continue;
                }
                let flip = |tas: &mut Tas| tas[n].1[at] ^= 1;
                if short.starts_with("data/") {
                    self.both(&format!("bit-{name}-{short}"), flip);
                } else {
                    let mut tas = self.tas.clone();
                    flip(&mut tas);
                    self.add(&format!("bit-{name}-{short}"), tutup(&tas, &Gaya::default()));
                }
            }
            self.both(&format!("hilang-{short}"), |tas| drop(tas.remove(n)));
            self.both(&format!("kosong-{short}"), |tas| tas[n].1.clear());
            self.both(&format!("nama-lain-{short}"), |tas| tas[n].0.push_str(".bak"));
            self.both(&format!("ganda-{short}"), |tas| tas.push(tas[n].clone()));
            self.both(&format!("tambah-{short}"), |tas| tas[n].1.push(b'\n'));
        }
    }

    fn of_order(&mut self) {
        self.both("surat-tertukar", |tas| {
            let first = tas[0].1.clone();
            tas[0].1 = std::mem::replace(&mut tas[1].1, first);
        });
        self.both("nama-surat-tertukar", |tas| {
            let first = tas[0].0.clone();
            tas[0].0 = std::mem::replace(&mut tas[1].0, first);
        });
        self.both("urutan-surat", |tas| tas.swap(0, 1));
        self.both("urutan-terbalik", |tas| tas.reverse());
        let end = self.tas.len() - 1;
        self.both("urutan-akhir", |tas| tas.swap(end, end - 1));
    }

    fn of_extra_files(&mut self) {
        for name in [
            "data/tamu.txt",
            "data/surat/tamu.pdf",
            "data/surat/UMUM-2026-0001.PDF",
            "data/cetakan/00",
            "tamu.txt",
            "fetch.txt",
            "manifest-md5.txt",
            "manifest-sha512.txt",
            "tagmanifest-md5.txt",
            "meta/tamu.txt",
            "data/",
            "data/kosong/",
            ".DS_Store",
            "data/.tersembunyi",
            "bagit.txt~",
            "BAGIT.TXT",
            "data/surat/../../tamu",
            "../tamu.txt",
            "data/../../../etc/tamu",
            "/etc/tamu",
            "data\\tamu.txt",
            "C:/tamu.txt",
            "data//tamu.txt",
            "data/./tamu.txt",
            "data/sur%61t.txt",
            "data/spasi ada.txt",
            "data/é.txt",
            "data/nol\0.txt",
            "data/baris\nbaru.txt",
            "data/titik.",
        ] {
            self.both(&format!("tamu-{}", name.replace(['\0', '\n', '\\'], "_")), |tas| {
                tas.push((format!("{TOP}{name}"), b"tamu\n".to_vec()));
            });
        }
        self.both("dua-folder", |tas| tas.push(("lain/tamu.txt".to_owned(), b"tamu".to_vec())));
        self.both("tanpa-folder", |tas| {
            for file in tas.iter_mut() {
                file.0 = file.0.replace(TOP, "");
            }
        });
        for top in ["suket-63.05.07-2026-11/", "suket-63.05.06-2026-10/", "suket/", "../", "/"] {
            self.both(&format!("folder-{}", top.replace('/', "_")), |tas| {
                for file in tas.iter_mut() {
                    file.0 = file.0.replace(TOP, top);
                }
            });
        }
    }

    fn of_texts(&mut self) {
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        for file in ["manifest-sha256.txt", "tagmanifest-sha256.txt"] {
            self.text(file, "satu-spasi", |text| text.replace("  ", " "));
            self.text(file, "biner", |text| text.replace("  ", " *"));
            self.text(file, "tab", |text| text.replace("  ", "\t"));
            self.text(file, "huruf-besar", |text| {
                lines(text).iter().map(|l| l[..64].to_uppercase() + &l[64..] + "\n").collect()
            });
            self.text(file, "terbalik", |text| lines(text).iter().rev().map(|l| format!("{l}\n")).collect());
            self.text(file, "baris-hilang", |text| lines(text)[1..].join("\n") + "\n");
            self.text(file, "baris-ganda", |text| format!("{}\n{text}", lines(text)[0]));
            self.text(file, "titik-garis", |text| text.replacen("  ", "  ./", 1));
            self.text(file, "bom", |text| format!("\u{feff}{text}"));
            self.text(file, "tanpa-akhir", |text| text.trim_end().to_owned());
            self.text(file, "baris-kosong", |text| format!("{text}\n"));
            self.text(file, "keluar", |text| format!("{text}{}  ../tamu\n", "0".repeat(64)));
        }
        for file in
            ["manifest-sha256.txt", "tagmanifest-sha256.txt", "bagit.txt", "bag-info.txt", "BACA-SAYA.txt"]
        {
            self.text(file, "crlf", |text| text.replace('\n', "\r\n"));
        }
        self.text("bagit.txt", "versi-097", |text| text.replace("1.0", "0.97"));
        self.text("bagit.txt", "versi-2", |text| text.replace("1.0", "2.0"));
        self.text("bagit.txt", "latin1", |text| text.replace("UTF-8", "ISO-8859-1"));
        self.text("bagit.txt", "tertukar", |text| {
            lines(text).iter().rev().map(|l| format!("{l}\n")).collect()
        });
        self.text("bagit.txt", "spasi", |text| text.replace(": ", ":"));
        self.text("bagit.txt", "lebih", |text| format!("{text}Tamu: ya\n"));
        self.text("bagit.txt", "bom", |text| format!("\u{feff}{text}"));
        self.text("bag-info.txt", "oxum-lain", |text| text.replace("Payload-Oxum: ", "Payload-Oxum: 1"));
        self.text("bag-info.txt", "tanpa-oxum", |text| lines(text)[..4].join("\n") + "\n");
        self.text("bag-info.txt", "kantor-lain", |text| text.replace("Candi", "Cendi"));
        self.text("bag-info.txt", "hari-lain", |text| text.replace("2026-12-03", "2026-12-04"));
        self.text("bag-info.txt", "lebih", |text| format!("{text}Contact-Name: Tamu\n"));
        self.text("bag-info.txt", "lipat", |text| text.replace("Kantor Camat", "Kantor\n Camat"));
        self.text("BACA-SAYA.txt", "perintah-lain", |text| text.replace("set -e", "set +e"));
    }

    fn of_the_zip(&mut self) {
        let good = Gaya::default();
        for (name, gaya) in [
            ("butuh-20", Gaya { needed: 20, ..good.clone() }),
            ("butuh-45", Gaya { needed: 45, ..good.clone() }),
            ("tersandi", Gaya { flags: 1, ..good.clone() }),
            ("ukuran-di-belakang", Gaya { flags: 8, ..good.clone() }),
            ("utf8", Gaya { flags: 0x800, ..good.clone() }),
            ("bertambal", Gaya { flags: 0x20, ..good.clone() }),
            ("deflate", Gaya { method: 8, ..good.clone() }),
            ("bzip2", Gaya { method: 12, ..good.clone() }),
            ("zstd", Gaya { method: 93, ..good.clone() }),
            ("bom-zip", Gaya { method: 8, lie: 0x7FFF_FFFF, ..good.clone() }),
            ("ukuran-bohong", Gaya { lie: 1, ..good.clone() }),
            ("ukuran-kurang", Gaya { lie: u32::MAX, ..good.clone() }),
            ("jam", Gaya { time: 1, ..good.clone() }),
            ("hari", Gaya { date: 0x5D75, ..good.clone() }),
            ("hari-nol", Gaya { date: 0, ..good.clone() }),
            ("dari-windows", Gaya { made_by: 0x0014, ..good.clone() }),
            ("tautan", Gaya { mode: 0o120_777, ..good.clone() }),
            ("folder", Gaya { mode: 0o040_755, ..good.clone() }),
            ("jalan", Gaya { mode: 0o100_755, ..good.clone() }),
            ("setuid", Gaya { mode: 0o104_644, ..good.clone() }),
            ("bidang-tambahan", Gaya { extra: b"UT\x05\0\x01abcd".to_vec(), ..good.clone() }),
            ("zip64", Gaya { extra: [b"\x01\0\x10\0".as_slice(), &[0; 16]].concat(), ..good.clone() }),
            ("nama-lain", Gaya { extra: b"up\x05\0\x01abcd".to_vec(), ..good.clone() }),
            ("komentar", Gaya { comment: b"halo".to_vec(), ..good.clone() }),
            ("komentar-zip", Gaya { comment: b"PK\x05\x06".to_vec(), ..good.clone() }),
            ("kurang-satu", Gaya { entries: -1, ..good.clone() }),
            ("lebih-satu", Gaya { entries: 1, ..good.clone() }),
            ("celah", Gaya { gap: b"tamu".to_vec(), ..good.clone() }),
            ("celah-nol", Gaya { gap: vec![0; 64], ..good.clone() }),
        ] {
            self.style(&format!("zip-{name}"), gaya);
        }
        let zip = tutup(&self.tas, &good);
        for part in 1..12 {
            self.add(&format!("zip-terpotong-{part}"), zip[..zip.len() * part / 12].to_vec());
        }
        for (name, head, tail) in [
            ("depan", b"#!/bin/sh\n".as_slice(), b"".as_slice()),
            ("depan-nol", b"\0", b""),
            ("belakang", b"", b"\0"),
            ("belakang-baris", b"", b"\n"),
        ] {
            self.add(&format!("zip-{name}"), [head, &zip, tail].concat());
        }
        self.add("zip-dua-kali", [zip.as_slice(), &zip].concat());
        // What the directory says differs from what stands before the bytes.
        let directory = zip.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
        for (name, at) in
            [("nama", 46), ("ukuran", 24), ("crc", 16), ("letak", 42), ("mode", 41), ("cakram", 34)]
        {
            let mut bad = zip.clone();
            bad[directory + at] ^= 1;
            self.add(&format!("zip-daftar-{name}"), bad);
        }
        let mut bad = zip.clone();
        bad[14] ^= 1;
        self.add("zip-crc-depan", bad);
    }
}

#[test]
fn every_broken_bundle_is_refused() {
    let (meja, zip) = bundel();
    let verifier = Verifier::new(&[meja.office.trust().unwrap()]).unwrap();
    let tas = buka(&zip);
    assert_eq!(tutup(&tas, &Gaya::default()), zip, "taken apart and put together it is the same");
    assert_eq!(verifier.bundle(&zip).unwrap().putusan, Putusan::Asli);
    let mut rusak = Rusak { tas, list: Vec::new() };
    rusak.of_files();
    rusak.of_order();
    rusak.of_extra_files();
    rusak.of_texts();
    rusak.of_the_zip();
    // Making the manifests anew after a change of theirs gives the good bag again, or a broken one once more.
    let mut seen = std::collections::BTreeSet::from([umum::buku::sha(&zip)]);
    rusak.list.retain(|(_, broken)| seen.insert(umum::buku::sha(broken)));
    let folder = umum::akar().join("target/tmp/bundel");
    let _none = std::fs::remove_dir_all(folder.join("rusak"));
    umum::tulis(&folder.join("baik.zip"), &zip);
    let trust = meja.folder.path().join("kunci/trust.json");
    umum::tulis(&folder.join("trust.json"), &std::fs::read(trust).unwrap());
    for (n, (name, broken)) in rusak.list.iter().enumerate() {
        let verdict = verifier.bundle(broken).unwrap();
        assert!(
            matches!(verdict.putusan, Putusan::Diubah | Putusan::BukanSurat),
            "{name}: {:?}",
            verdict.putusan
        );
        // For other tools one changed bit of a file is like another.
        if ["bit-tengah", "bit-akhir", "tambah-"].iter().any(|start| name.starts_with(start)) {
            continue;
        }
        umum::tulis(&folder.join(format!("rusak/{n:03}-{name}.zip")), broken);
    }
    println!("{} broken bundles", rusak.list.len());
    assert!(rusak.list.len() >= 200, "{}", rusak.list.len());
}
