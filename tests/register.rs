//! The books that an office prints: the same rows as PDF, XLSX and CSV; nothing clipped, nothing left out.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop here")]

mod umum;

use jiff::civil::date;
use suket::{Buku, By, Cetakan, Keadaan, Kelompok, Lajur, Masa, Office, RawCase, Register, Sel, Stempel};
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

/// Leaves a book in every form for other people's tools; the same data must give the same bytes.
fn simpan_semua(office: &Office, name: &str, buku: &Buku, cetakan: &Cetakan) {
    let pdf = office.book_pdf(buku, cetakan).unwrap();
    assert_eq!(pdf, office.book_pdf(buku, cetakan).unwrap(), "{name}: same data, same bytes");
    simpan(&format!("{name}.pdf"), &pdf);
    let xlsx = buku.xlsx().unwrap();
    assert_eq!(xlsx, buku.xlsx().unwrap(), "{name}: same data, same bytes");
    simpan(&format!("{name}.xlsx"), &xlsx);
    simpan(&format!("{name}.csv"), &buku.csv().unwrap());
}

/// The state of a log that was never there.
fn stempel() -> Stempel {
    let akar = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=".to_owned();
    Stempel { ukuran: 123_456, qr: format!("SUKET-BUKU:63.05.06:123456:{akar}"), akar }
}

/// The same office on the smaller paper.
fn a4(meja: &Meja, lebih: &str) -> Office {
    let profile = umum::profil(CLU).replace("profil = \"pd2009\"", "profil = \"pd2023\"");
    tulis(&meja.folder.path().join("kantor.toml"), format!("{profile}\n{lebih}").as_bytes());
    Office::open(meja.folder.path(), 1).unwrap()
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
    let buku = register.buku();
    let text = String::from_utf8(buku.csv().unwrap()).unwrap();
    assert!(!text.contains("6305061203059"), "a NIK shows its last four digits only");
    assert!(text.contains("************9000"));
    let office = &meja.office;
    simpan_semua(office, "campur", &buku, &Cetakan::default());
    assert_eq!(
        office.register_pdf(&register, &Cetakan::default()).unwrap(),
        office.book_pdf(&buku, &Cetakan::default()).unwrap()
    );

    let agenda = office.numbers(Masa::Tahun(2026)).unwrap().agenda();
    let seri: Vec<(&str, usize)> =
        agenda.kelompok.iter().map(|k| (k.judul.as_str(), k.baris.len())).collect();
    assert_eq!(seri, [("Seri umum", 4), ("Seri lembar", 1)]);
    simpan_semua(office, "agenda", &agenda, &Cetakan::default());
    assert!(office.numbers(Masa::Tahun(2025)).unwrap().agenda().nihil());

    let ekspedisi = office.dispatch(2026, 11).unwrap();
    let sel: Vec<String> = ekspedisi.kelompok[0].baris[0].sel.iter().map(Sel::tercetak).collect();
    let perihal = "Rekomendasi perekaman dan penerbitan KTP-el";
    let expected = ["1", "21-11-2026", &third.nomor, "21-11-2026", perihal, NAMA[1], "SITI", "", ""];
    assert_eq!(sel, expected);
    simpan_semua(office, "ekspedisi", &ekspedisi, &Cetakan::default());
    let kosong = office.dispatch(2026, 10).unwrap();
    assert!(kosong.nihil());
    simpan_semua(
        office,
        "ekspedisi-kosong",
        &kosong,
        &Cetakan { stempel: Some(stempel()), ..Cetakan::default() },
    );

    let rekap = register.rekapitulasi();
    let sel: Vec<Vec<String>> =
        rekap.kelompok[0].baris.iter().map(|row| row.sel.iter().map(Sel::tercetak).collect()).collect();
    // Two recommendations and a receipt in one village; the cancelled one and the range outside are no part of the sums.
    assert_eq!(
        sel,
        [vec!["1", "Margasari Hilir", "2", "1", "3", "1"], vec!["", "JUMLAH", "2", "1", "3", "1"]]
    );
    simpan_semua(office, "rekap", &rekap, &Cetakan::default());

    let ditutup = Cetakan {
        keterangan: "Ditutup tanggal 1 Desember 2026".to_owned(),
        stempel: Some(stempel()),
        ..Cetakan::default()
    };
    simpan_semua(office, "stempel", &buku, &ditutup);
    simpan_semua(&a4(&meja, ""), "campur-a4", &buku, &ditutup);
}

#[test]
fn the_profile_says_who_signs() {
    let meja = Meja::siap(CLU);
    let signs = "[register]\npetugas = \"NUR CONTOH HALIMAH\"\nmengetahui = [\"camat\"]\n";
    let office = a4(&meja, signs);
    let pdf = office.book_pdf(&office.register(2026, 11).unwrap().buku(), &Cetakan::default()).unwrap();
    simpan("petugas.pdf", &pdf);
    for (bad, said) in [
        (
            "[register]\nmengetahui = [\"sekcam\"]\n",
            "register.mengetahui: tidak ada [[pejabat]] dengan jabatan \"sekcam\"",
        ),
        ("[register]\nmengetahui = [\"\"]\n", "register.mengetahui: tidak ada"),
        ("[register]\nnip_petugas = \"123\"\n", "register.nip_petugas: NIP harus 18 angka"),
        ("[register]\npetugass = \"\"\n", "petugass"),
    ] {
        let error = suket::Profile::parse(&format!("{}\n{bad}", umum::profil(CLU))).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
}

/// A book of as many rows, without a case for each: every kind of cell, and one row that is longer than a page.
fn besar(office: &Office, banyak: usize) -> Buku {
    let mut buku = office.register(2026, 11).unwrap().buku();
    let baris = |i: usize| {
        let mut sel: Vec<Sel> =
            buku.kolom.iter().map(|kolom| Sel::Teks(format!("{} {i}", kolom.kepala))).collect();
        sel[0] = Sel::Teks(i.to_string());
        sel[1] = Sel::Teks(format!("400.12.2.1/{i:05}/CLU/XI/2026"));
        sel[2] = Sel::Tanggal(date(2026, 11, i8::try_from(1 + i % 30).unwrap()));
        sel[3] = Sel::Teks(NAMA[i % NAMA.len()].to_owned());
        sel[10] = Sel::kosong();
        if i == 5 {
            sel[9] = Sel::Teks("panjang sekali ".repeat(120).trim().to_owned());
        }
        Lajur { sel, coret: i.is_multiple_of(7), tegas: i.is_multiple_of(7) }
    };
    buku.kelompok = vec![Kelompok { judul: String::new(), baris: (1..=banyak).map(baris).collect() }];
    buku
}

#[test]
fn a_book_of_any_size_is_one_paper() {
    let meja = Meja::siap(CLU);
    let ditutup = Cetakan {
        keterangan: "Ditutup tanggal 1 Desember 2026".to_owned(),
        stempel: Some(stempel()),
        ..Cetakan::default()
    };
    // About a page each: whatever stands at the end, every page is counted and no signature stands alone.
    for banyak in 8..14 {
        let buku = besar(&meja.office, banyak);
        simpan(&format!("halaman-{banyak}.pdf"), &meja.office.book_pdf(&buku, &ditutup).unwrap());
    }
    // The number of workers changes no byte.
    let buku = besar(&meja.office, 600);
    let one = Office::open(meja.folder.path(), 1).unwrap();
    assert_eq!(meja.office.book_pdf(&buku, &ditutup).unwrap(), one.book_pdf(&buku, &ditutup).unwrap());
    let buku = besar(&meja.office, 10_000);
    let pdf = meja.office.book_pdf(&buku, &ditutup).unwrap();
    simpan("10000.pdf", &pdf);
    simpan("10000.csv", &buku.csv().unwrap());
    simpan("10000.xlsx", &buku.xlsx().unwrap());
}

#[test]
fn papers_of_every_length_are_left_for_other_peoples_tools() {
    for (banyak, kantor) in [(0, CLU), (1, CLU), (300, CLU)] {
        let mut meja = Meja::siap(kantor);
        let register = bulan(&mut meja, banyak);
        assert_eq!(register.baris.len(), banyak);
        simpan_semua(&meja.office, &banyak.to_string(), &register.buku(), &Cetakan::default());
    }
}

#[test]
fn the_command_writes_each_form() {
    let arsip = Arsip::baru(CLU);
    let books: [&[&str]; 4] = [
        &["register", "2026-11"],
        &["book", "agenda", "2026"],
        &["book", "ekspedisi", "2026-11"],
        &["book", "rekap", "2026"],
    ];
    for (i, book) in books.iter().enumerate() {
        for form in ["pdf", "xlsx", "csv"] {
            let path = arsip.path(&format!("{i}.{form}")).display().to_string();
            let out = arsip.run(&[book, &["--format", form, "--out", &path][..]].concat());
            assert_eq!(code(&out), 0, "{}", err(&out));
            assert!(std::fs::metadata(&path).unwrap().len() > 40);
        }
    }
    for bad in [
        &["register", "2026-13"][..],
        &["book", "rekap", "26-1-1"],
        &["book", "agenda", "0"],
        &["book", "ekspedisi", "2026"],
    ] {
        assert_eq!(code(&arsip.run(bad)), 2);
    }
}

#[test]
fn a_folder_that_is_missing_is_told() {
    let arsip = Arsip::baru(CLU);
    let to = |name: &str| {
        let path = arsip.path(name).display().to_string();
        arsip.run(&["register", "2026-11", "--format", "csv", "--out", &path])
    };
    let out = to("tidak-ada/r.csv");
    assert_eq!(code(&out), 2);
    assert!(err(&out).contains("tidak-ada tidak ada\nsaran: buat foldernya dulu"), "{}", err(&out));
    assert!(err(&to("")).contains("adalah folder"));
    assert_eq!(code(&to("r.csv")), 0);
}
