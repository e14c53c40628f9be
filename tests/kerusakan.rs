//! Damage and mishaps: what `archive check` finds, what a retry gets, what half an `init` leaves.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

mod umum;

use std::io::Write;

use suket::{Blobs, Code, Filter, FolderBlobs, InitRequest, Office, OfficeError, Outcome, Profile, RawCase};
use umum::{HARI, Meja, SANDI, kasus, profil, tetap};

const KANTOR: &str = "candi-laras-utara";

/// An office with three letters, one of which replaces another.
fn meja() -> Meja {
    let mut meja = Meja::siap(KANTOR);
    let (old, _) = meja.satu(kasus(KANTOR, "rekomendasi"));
    let mut again = kasus(KANTOR, "rekomendasi");
    again.case.menggantikan = Some(old.nomor);
    again.case.alasan_ganti = Some("salah ketik".to_owned());
    meja.satu(again);
    meja.satu(kasus(KANTOR, "pengembalian"));
    meja
}

fn codes(office: &Office) -> Vec<&'static str> {
    // Folders that this test makes are open to others.
    let found = office.audit(false, &|_, _| {}).unwrap().temuan;
    found.iter().map(|finding| finding.kode).filter(|kode| *kode != "hak-akses").collect()
}

#[test]
fn every_damage_to_a_file_is_named() {
    let meja = meja();
    let blobs = FolderBlobs::open(meja.folder.path()).unwrap();
    assert_eq!(codes(&meja.office), Vec::<&str>::new());
    for name in blobs.list().unwrap() {
        let path = blobs.path(&name);
        let good = std::fs::read(&path).unwrap();
        let mut bad = good.clone();
        bad[good.len() / 2] ^= 4;
        let put = |bytes: &[u8]| std::fs::File::create(&path).unwrap().write_all(bytes).unwrap();
        put(&bad);
        assert!(codes(&meja.office).contains(&"berkas-rusak"));
        put(&good[..good.len() - 1]);
        let cut = codes(&meja.office);
        assert!(cut.contains(&"berkas-terpotong") || cut.contains(&"berkas-rusak"), "{cut:?}");
        std::fs::remove_file(&path).unwrap();
        assert_eq!(
            codes(&meja.office),
            ["berkas-hilang"],
            "letters, templates, fonts, lists and the profile"
        );
        let astray = meja.folder.path().join("sha256/00/00").join(path.file_name().unwrap());
        std::fs::create_dir_all(astray.parent().unwrap()).unwrap();
        std::fs::File::create(&astray).unwrap().write_all(&good).unwrap();
        assert!(codes(&meja.office).contains(&"berkas-salah-tempat"));
        std::fs::remove_file(&astray).unwrap();
        put(&good);
    }
    assert_eq!(codes(&meja.office), Vec::<&str>::new());
}

#[test]
fn a_retried_replacement_gets_its_letter() {
    let mut meja = Meja::siap(KANTOR);
    let (old, _) = meja.satu(kasus(KANTOR, "rekomendasi"));
    let mut again = kasus(KANTOR, "rekomendasi");
    again.case.menggantikan = Some(old.nomor);
    again.case.alasan_ganti = Some("salah ketik".to_owned());
    again.case.kunci_permintaan = Some("K-7".to_owned());
    let (first, _) = meja.satu(again.clone());
    let (second, _) = meja.satu(again);
    assert_eq!(first.nomor, second.nomor);
}

#[test]
fn the_same_person_twice_in_a_batch_is_told() {
    let mut meja = Meja::siap(KANTOR);
    let case = kasus(KANTOR, "rekomendasi");
    let outcomes = meja.terbitkan(vec![case.clone(), case]);
    let Some(Outcome::Issued(second)) = outcomes.get(1) else { panic!("{outcomes:?}") };
    assert!(second.warnings.iter().any(|finding| finding.kode == Code::SuratGanda));
}

#[test]
fn an_interrupted_init_can_be_finished_and_a_finished_one_stays() {
    let meja = Meja::siap(KANTOR);
    let init = || {
        let request =
            InitRequest { profile: &profil(KANTOR), date: HARI, passphrase: SANDI, entropy: &mut tetap(3) };
        Office::init(meja.folder.path(), request)
    };
    assert!(matches!(init(), Err(OfficeError::Exists(_))));
    std::fs::remove_file(meja.folder.path().join("kantor.toml")).unwrap();
    init().unwrap();
    // Keys alone belong to somebody.
    for name in ["kantor.toml", "buku.sqlite", "buku.sqlite-wal", "buku.sqlite-shm"] {
        std::fs::remove_file(meja.folder.path().join(name)).unwrap();
    }
    assert!(matches!(init(), Err(OfficeError::Exists(_))));
}

#[test]
fn profiles_that_would_number_wrongly_are_refused() {
    let parse = |tail: &str| {
        Profile::parse(&format!("{}\n{tail}", profil(KANTOR))).map(|_| ()).unwrap_err().to_string()
    };
    let same = "[penomoran.seri.umum]\npola = \"{{ urut }}/{{ tahun }}\"\n[penomoran.seri.lembar]\npola = \"{{ urut }}/{{ tahun }}\"\n";
    assert!(parse(same).contains("nomor yang sama"));
    let typo = "[[persyaratan]]\nid = \"x\"\nteks = \"x\"\njenis = [\"rekomendasi\"]\nbila = \"alasan == 'pemula' and usai >= 17\"\n";
    assert!(parse(typo).contains("usai"));
}

#[test]
fn a_far_corner_of_a_workbook_is_refused_without_its_memory() {
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().write(1_048_575, 16_383, "x").unwrap();
    let raw = RawCase::read("x.xlsx", &book.save_to_buffer().unwrap()).unwrap().remove(0);
    assert_eq!(raw.findings[0].kode, Code::XlsxRusak);
}

#[test]
fn a_named_emblem_must_be_there() {
    let text = profil(KANTOR).replace("[kop]\n", "[kop]\nlambang = \"lambang.svg\"\n");
    let mut meja = Meja::dengan(&text, |_| {});
    let signers = meja.signers.clone();
    let request = |cases| suket::IssueRequest {
        cases,
        date: HARI,
        signers: &signers,
        skip_invalid: false,
        progress: &|| {},
    };
    let error = meja.office.issue(request(vec![kasus(KANTOR, "pengembalian")])).unwrap_err();
    assert!(error.to_string().contains("lambang.svg"), "{error}");
    assert!(meja.office.list(&Filter::default()).unwrap().is_empty());
}

#[test]
fn the_attached_facts_hold_only_what_the_paper_shows() {
    let mut meja = Meja::siap(KANTOR);
    let mut raw = kasus(KANTOR, "tanda-terima");
    raw.case.pemohon.no_kk = Some("6305061005129901".to_owned());
    raw.case.pemohon.telepon = Some("081200000000".to_owned());
    let (_, pdf) = meja.satu(raw);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pdf");
    std::fs::File::create(&path).unwrap().write_all(&pdf).unwrap();
    let out = std::process::Command::new("pdfdetach")
        .args(["-save", "1", "-o"])
        .arg(folder.path().join("f"))
        .arg(&path)
        .status();
    assert!(out.unwrap().success());
    let facts = std::fs::read_to_string(folder.path().join("f")).unwrap();
    assert!(facts.contains("SITI CONTOH") && facts.contains("2026-11-20"), "{facts}");
    assert!(!facts.contains("6305061005129901") && !facts.contains("081200000000"), "{facts}");
}
