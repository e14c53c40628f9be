//! The monthly register: the same rows as PDF, XLSX and CSV; nothing clipped, nothing left out.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

mod umum;

use jiff::civil::date;
use suket::{By, Cetakan, Keadaan, RawCase, Register};
use umum::arsip::{Arsip, code, err};
use umum::{Meja, kasus, tetap, tulis};

const CLU: &str = "candi-laras-utara";
const NAMA: [&str; 4] = [
    "SITI",
    "MUHAMMAD ABDURRAHMAN SHALAHUDDIN AL-AYYUBI WIRATAMA NUGRAHA",
    "O'NEIL #panic(\"x\") *_$<b>\\",
    "SITICONTOHNURHALIZAWIDYANINGRUMKUSUMAWARDHANIPRAMESWARIBINTI",
];

/// A case for somebody of this name; every one has a NIK of its own.
fn untuk(i: usize) -> RawCase {
    let mut raw = kasus(CLU, "rekomendasi");
    raw.case.pemohon.nama = NAMA.get(i % NAMA.len()).map(|nama| (*nama).to_owned());
    raw.case.pemohon.nik = Some(format!("630506120305{:04}", 9000 + i));
    raw
}

fn bulan(meja: &mut Meja, banyak: usize) -> Register {
    for start in (0..banyak).step_by(50) {
        meja.terbitkan((start..banyak.min(start + 50)).map(untuk).collect());
    }
    meja.office.register(2026, 11).unwrap()
}

fn simpan(name: &str, bytes: &[u8]) {
    tulis(&umum::akar().join("target/tmp/register").join(name), bytes);
}

#[test]
fn every_number_of_the_month_is_a_row() {
    let mut meja = Meja::siap(CLU);
    let by = By { tanggal: date(2026, 11, 2), oleh: "petugas" };
    meja.office.outside("umum", (1, 12), "buku kertas", by).unwrap();
    let (first, _) = meja.satu(untuk(0));
    let (second, _) = meja.satu(untuk(1));
    let mut third = untuk(1);
    third.case.menggantikan = Some(second.nomor.clone());
    third.case.alasan_ganti = Some("salah ketik".to_owned());
    let (third, _) = meja.satu(third);
    meja.satu(kasus(CLU, "tanda-terima"));
    let today = By { tanggal: umum::HARI, oleh: "petugas" };
    meja.office.void(&first, "salah cetak", today).unwrap();
    meja.office.hand_over(&third, "SITI", &mut tetap(1), today).unwrap();
    let register = meja.office.register(2026, 11).unwrap();
    let told: Vec<(&str, &str, Keadaan)> =
        register.baris.iter().map(|row| (row.urut.as_str(), row.keterangan.as_str(), row.keadaan)).collect();
    let replaced = format!("diganti no. {}", third.nomor);
    let replacing = format!("mengganti no. {}", second.nomor);
    assert_eq!(
        told,
        [
            ("1\u{2013}12", "di luar suket: buku kertas", Keadaan::Luar),
            ("13", "BATAL 21-11-2026: salah cetak", Keadaan::Batal),
            ("14", replaced.as_str(), Keadaan::Terbit),
            ("15", format!("diserahkan 21-11-2026; {replacing}").as_str(), Keadaan::Terbit),
            ("1", "", Keadaan::Terbit),
        ]
    );
    let end: Vec<(String, usize, usize, usize)> =
        register.rekap().into_iter().map(|r| (r.seri, r.terbit, r.batal, r.luar)).collect();
    assert_eq!(end, [("umum".to_owned(), 3, 1, 1), ("lembar".to_owned(), 1, 0, 0)]);
    let text = String::from_utf8(register.buku().csv().unwrap()).unwrap();
    assert!(!text.contains("6305061203059"), "a NIK shows its last four digits only");
    assert!(text.contains("************9000"));
    simpan("campur.pdf", &meja.office.register_pdf(&register, &Cetakan::default()).unwrap());
    // The same on the smaller paper.
    let path = meja.folder.path().join("kantor.toml");
    let a4 = umum::profil(CLU).replace("profil = \"pd2009\"", "profil = \"pd2023\"");
    tulis(&path, a4.as_bytes());
    let office = suket::Office::open(meja.folder.path(), 1).unwrap();
    simpan(
        "campur-a4.pdf",
        &office.register_pdf(&office.register(2026, 11).unwrap(), &Cetakan::default()).unwrap(),
    );
}

#[test]
fn papers_of_every_length_are_left_for_other_peoples_tools() {
    for (banyak, kantor) in [(0, CLU), (1, CLU), (300, CLU)] {
        let mut meja = Meja::siap(kantor);
        let register = bulan(&mut meja, banyak);
        assert_eq!(register.baris.len(), banyak);
        let pdf = meja.office.register_pdf(&register, &Cetakan::default()).unwrap();
        assert_eq!(
            pdf,
            meja.office.register_pdf(&register, &Cetakan::default()).unwrap(),
            "same data, same bytes"
        );
        simpan(&format!("{banyak}.pdf"), &pdf);
        let xlsx = register.buku().xlsx().unwrap();
        assert_eq!(xlsx, register.buku().xlsx().unwrap(), "same data, same bytes");
        simpan(&format!("{banyak}.xlsx"), &xlsx);
        simpan(&format!("{banyak}.csv"), &register.buku().csv().unwrap());
    }
}

#[test]
fn the_command_writes_each_form() {
    let arsip = Arsip::baru(CLU);
    for form in ["pdf", "xlsx", "csv"] {
        let path = arsip.path(&format!("r.{form}")).display().to_string();
        let out = arsip.run(&["register", "2026-11", "--format", form, "--out", &path]);
        assert_eq!(code(&out), 0, "{}", err(&out));
        assert!(std::fs::metadata(&path).unwrap().len() > 100);
    }
    assert_eq!(code(&arsip.run(&["register", "2026-13"])), 2);
}
