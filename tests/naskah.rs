//! Wording and layout: a kind made of data only, names that are hostile, values at their limits, on both papers.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

mod umum;

use std::process::Command;

use suket::{Outcome, Putusan, RawCase, Verifier};
use umum::{Meja, kasus, profil};

/// Text of a PDF as a reader copies it.
fn text(pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("surat.pdf");
    std::io::Write::write_all(&mut std::fs::File::create(&path).unwrap(), pdf).unwrap();
    let out = Command::new("pdftotext").arg("-layout").arg(&path).arg("-").output().expect("poppler-utils");
    String::from_utf8(out.stdout).unwrap()
}

/// Words only, so that line breaks do not matter.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn hostile_names_print_literally() {
    let mut meja = Meja::siap("candi-laras-utara");
    let verifier = Verifier::new(&[meja.office.trust().unwrap()]).unwrap();
    for name in [
        "#panic(\"x\") *_$<b>\\",
        "Kaliau'",
        "O'NEIL",
        "BUDI",
        "{{ pemohon.nik }} {% if %}",
        "**TEBAL** @label =judul",
        "NÂMÉ ŞÖYADI Đ",
        &"A".repeat(60),
        "ABCDE FGHIJ KLMNO PQRST UVWXY ZABCD EFGHI JKLMN OPQRS TUVWX",
    ] {
        let mut case = kasus("candi-laras-utara", "keterangan-perekaman");
        case.case.pemohon.nama = Some(name.to_owned());
        let (_, pdf) = meja.satu(case);
        let solid = |text: &str| text.split_whitespace().collect::<String>();
        assert!(solid(&text(&pdf)).contains(&solid(name)), "{name:?} in {}", text(&pdf));
        assert_eq!(meja.office.verify(&verifier, &pdf).unwrap().putusan, Putusan::Asli, "{name:?}");
    }
}

#[test]
fn what_the_letter_must_and_must_not_say() {
    let mut meja = Meja::siap("sajingan-besar");
    let (_, pdf) = meja.satu(kasus("sajingan-besar", "keterangan-perekaman"));
    let said = words(&text(&pdf));
    for must in [
        "SURAT KETERANGAN TELAH MELAKUKAN PEREKAMAN KTP-EL",
        "bukan KTP-el dan tidak menggantikan KTP-el",
        "WhatsApp 0812 0000 0000",
        "Ditandatangani secara elektronik dengan tanda tangan elektronik tidak tersertifikasi",
        "periksa.contoh.id",
        "085245778774",
        "Halaman 1 dari 1",
    ] {
        assert!(said.contains(must), "{must:?} in {said}");
    }
    assert!(!said.contains("BSrE") && !said.contains('\u{2011}') && !said.contains('\u{2060}'), "{said}");
    let mut meja = Meja::siap("sumber-marga-telang");
    let (_, pdf) = meja.satu(kasus("sumber-marga-telang", "keterangan-perekaman"));
    let said = words(&text(&pdf));
    assert!(said.contains("masih dalam proses"), "PRO is told: {said}");
    assert!(said.contains("a.n. CAMAT SUMBER MARGA TELANG SEKRETARIS CAMAT,"), "{said}");
}

#[test]
fn a_draft_has_no_number_and_says_so() {
    let meja = Meja::siap("candi-laras-utara");
    let checked = meja.office.check(kasus("candi-laras-utara", "rekomendasi"), umum::HARI).unwrap();
    let said = words(&text(&meja.office.preview(&checked).unwrap()));
    assert!(said.contains("DRAF") && said.contains("Nomor: ....") && !said.contains("400.12.2.1/"), "{said}");
}

/// Every field at its limit at once still fits one page, on A4 with the longest signature block and on F4.
#[test]
fn values_at_their_limits_fit_one_page() {
    let long =
        |n: usize| "PANJANG SEKALI ".chars().cycle().take(n).collect::<String>().trim().replace(' ', "X");
    for kantor in ["karanganyar", "sumber-marga-telang"] {
        for jenis in umum::JENIS {
            let mut profile = profil(kantor);
            profile = profile.replace("[disdukcapil]\n", "[disdukcapil]\nwa = \"0812 0000 0000\"\n");
            let mut meja = Meja::dengan(&profile, |_| {});
            let mut raw = kasus(kantor, jenis);
            let words =
                |n: usize| "KATA PANJANG ".repeat(n).chars().take(n).collect::<String>().trim().to_owned();
            let case = &mut raw.case;
            case.pemohon.nama = Some(words(60));
            case.pemohon.tempat_lahir = Some(words(40));
            case.pemohon.golongan_darah = Some("TIDAK TAHU".to_owned());
            case.pemohon.alamat = Some(words(120));
            case.pemohon.desa_kelurahan = Some(words(40));
            case.pemohon.agama = Some("KEPERCAYAAN TERHADAP TUHAN YANG MAHA ESA".to_owned());
            case.pemohon.status_perkawinan = Some(words(30));
            case.pemohon.pekerjaan = Some(words(50));
            case.pemohon.no_kk = Some("6305061005129901".to_owned());
            case.perekaman.tempat = Some(words(80));
            case.perekaman.petugas = Some(words(60));
            case.perekaman.status = Some("PRO".to_owned());
            case.surat_pengantar.nomor = Some(long(60));
            case.surat_pengantar.dari = Some(words(80));
            case.keperluan = Some(words(120));
            if jenis == "pengembalian" {
                case.pengembalian.kurang = case.berkas.clone();
                case.pengembalian.sebab = Some(words(300));
                case.pengembalian.saran = Some(words(300));
            }
            let (_, pdf) = meja.satu(raw);
            leave_to_look_at(&format!("batas-{kantor}-{jenis}"), &pdf);
        }
    }
}

fn leave_to_look_at(name: &str, pdf: &[u8]) {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("lihat");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("{name}.pdf"));
    std::io::Write::write_all(&mut std::fs::File::create(path).unwrap(), pdf).unwrap();
}

/// A kind of letter that this program has never heard of, as a data folder of one office.
#[test]
fn a_fifth_kind_needs_no_rust() {
    let mut meja = Meja::dengan(&profil("candi-laras-utara"), |arsip| {
        let folder = arsip.join("templat/surat/keterangan-domisili");
        std::fs::create_dir_all(&folder).unwrap();
        let source = umum::akar().join("tests/templat/surat/keterangan-domisili");
        for name in ["naskah.toml", "surat.typ"] {
            std::fs::copy(source.join(name), folder.join(name)).unwrap();
        }
    });
    let case = "jenis = \"keterangan-domisili\"\n[pemohon]\nnama = \"DOMI CONTOH\"\nnik = \"6305061203059901\"\nalamat = \"Jalan Contoh\"\ndesa_kelurahan = \"Margasari\"\n[lain]\ntinggal_sejak = \"tahun 2010\"\n";
    let raw = |text: &str| RawCase::read("d.toml", text.as_bytes()).unwrap().remove(0);
    let (entry, pdf) = meja.satu(raw(case));
    assert_eq!(entry.nomor, "400.12.2.4/001/CLU/XI/2026");
    let said = words(&text(&pdf));
    assert!(said.contains("SURAT KETERANGAN DOMISILI") && said.contains("sejak tahun 2010"), "{said}");
    let verifier = Verifier::new(&[meja.office.trust().unwrap()]).unwrap();
    let verdict = meja.office.verify(&verifier, &pdf).unwrap();
    assert_eq!(
        (verdict.putusan, verdict.fakta.unwrap().jenis.as_str()),
        (Putusan::Asli, "keterangan-domisili")
    );
    assert!(
        pdf.starts_with(&meja.office.rebuild(&entry).unwrap().unwrap()),
        "its own templates are kept too"
    );
    let missing = raw(&case.replace("[lain]\ntinggal_sejak = \"tahun 2010\"\n", ""));
    assert!(matches!(meja.terbitkan(vec![missing]).as_slice(), [Outcome::Refused(_)]));
}

#[test]
fn the_wording_of_built_in_kinds_names_only_what_there_is() {
    let assets = suket::Assets::new(std::collections::BTreeMap::new(), 1).unwrap();
    for jenis in umum::JENIS {
        assets.kind(jenis).unwrap().check_names().unwrap();
    }
    let own = |text: &str| {
        let path = "surat/rekomendasi/naskah.toml".to_owned();
        suket::Assets::new(std::collections::BTreeMap::from([(path, text.as_bytes().to_vec())]), 1)
            .map(|_| ())
    };
    let text = include_str!("../templates/surat/rekomendasi/naskah.toml");
    own(text).unwrap();
    let error = own(&text.replace("{{ pemohon.nik }}", "{{ pemohon.nnik }}")).unwrap_err().to_string();
    assert!(error.contains("pemohon.nnik"), "{error}");
}

#[test]
fn a_title_that_claims_to_replace_the_card_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path();
    let text = include_str!("../templates/surat/keterangan-perekaman/naskah.toml")
        .replace("SURAT KETERANGAN TELAH", "SURAT KETERANGAN PENGGANTI KTP-EL TELAH");
    let files = std::collections::BTreeMap::from([(
        "surat/keterangan-perekaman/naskah.toml".to_owned(),
        text.into_bytes(),
    )]);
    let error = suket::Assets::new(files, 1).unwrap_err().to_string();
    assert!(error.contains("bukan wewenang kecamatan"), "{error} {}", own.display());
}
