//! What verifiers get from an office: the printed sheet, and the check page.
#![expect(clippy::string_slice, reason = "a test may stop here")]

mod umum;

use suket::{TrustFile, Verifier};
use umum::{Meja, kasus, tulis};

const CLU: &str = "candi-laras-utara";

#[test]
fn the_sheet_is_one_page_and_names_the_root() {
    let meja = Meja::siap(CLU);
    let pdf = meja.office.trust_sheet().unwrap();
    tulis(&umum::akar().join("target/tmp/lembar/kepercayaan.pdf"), &pdf);
    assert_eq!(pdf, meja.office.trust_sheet().unwrap(), "same data, same bytes");
}

#[test]
fn the_check_page_holds_every_office_that_shares_it() {
    let folder = umum::akar().join("target/tmp/halaman");
    let mut standing: Vec<TrustFile> = Vec::new();
    let mut expected = String::new();
    for id in ["candi-laras-utara", "larangan"] {
        let mut meja = Meja::siap(id);
        for jenis in umum::JENIS {
            let (entry, pdf) = meja.satu(kasus(id, jenis));
            let text = umum::teks_qr(&pdf);
            let verifier = Verifier::new(&[meja.office.trust().unwrap()]).unwrap();
            let changed =
                format!("{}{}", &text[..text.len() - 1], if text.ends_with('0') { '1' } else { '0' });
            for (text, nomor) in [(&text, entry.nomor.as_str()), (&changed, "")] {
                let putusan = serde_json::to_value(verifier.qr(text, None).unwrap().putusan).unwrap();
                expected.push_str(&format!("{}\t{nomor}\t{text}\n", putusan.as_str().unwrap()));
            }
        }
        for (name, bytes) in meja.office.check_page(standing.clone()).unwrap() {
            tulis(&folder.join(name), &bytes);
        }
        standing = serde_json::from_slice(&std::fs::read(folder.join("v/kantor.json")).unwrap()).unwrap();
    }
    assert_eq!(standing.len(), 2);
    assert!(Verifier::new(&standing).is_ok());
    // Every file that the page names is written; other tests read these verdicts with the page's own code.
    let page = std::fs::read_to_string(folder.join("v/index.html")).unwrap();
    for name in ["gaya.css", "halaman.js", "manifest.webmanifest", "ikon.svg"] {
        assert!(page.contains(name) && folder.join("v").join(name).is_file(), "{name}");
    }
    tulis(&folder.join("harap.tsv"), expected.as_bytes());
}
