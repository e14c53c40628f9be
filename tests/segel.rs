//! Attacks on the seal: every change is told, nothing panics, nobody else's letter passes as ours.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

mod umum;

use proptest::prelude::*;
use suket::{Putusan, TrustFile, Verifier};
use umum::{Meja, kasus};

fn letter() -> (Vec<u8>, TrustFile) {
    let mut meja = Meja::siap("candi-laras-utara");
    let (_, pdf) = meja.satu(kasus("candi-laras-utara", "keterangan-perekaman"));
    (pdf, meja.office.trust().unwrap())
}

fn verdict(pdf: &[u8], trust: &TrustFile) -> Putusan {
    Verifier::new(std::slice::from_ref(trust)).unwrap().pdf(pdf, None).unwrap().putusan
}

fn find(bytes: &[u8], part: &[u8]) -> usize {
    bytes.windows(part.len()).rposition(|window| window == part).unwrap()
}

#[test]
fn known_attacks_are_refused() {
    let (good, trust) = letter();
    assert_eq!(verdict(&good, &trust), Putusan::Asli);
    let contents = find(&good, b"/Contents <") + 11;
    let attack = |name: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let mut pdf = good.clone();
        change(&mut pdf);
        assert_ne!(pdf, good, "{name} changed nothing");
        let found = verdict(&pdf, &trust);
        assert!(matches!(found, Putusan::Diubah | Putusan::BukanSurat), "{name}: {found:?}");
    };
    attack("a byte behind the end", &|pdf| pdf.push(b'\n'));
    attack("garbage behind the end", &|pdf| pdf.extend_from_slice(b"%PDF-1.7 junk"));
    attack("an incremental update", &|pdf| {
        pdf.extend_from_slice(b"1 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\nxref\n1 1\n0000000000 00000 n\r\ntrailer\n<</Size 2/Root 95 0 R/Prev 0>>\nstartxref\n0\n%%EOF\n");
    });
    attack("junk in the padding of the hole", &|pdf| {
        let last = pdf[contents..].iter().position(|b| *b == b'>').unwrap() + contents - 1;
        pdf[last] = b'1';
    });
    attack("upper-case hex", &|pdf| {
        let at = pdf[contents..].iter().position(|b| (b'a'..=b'f').contains(b)).unwrap() + contents;
        pdf[at] = pdf[at].to_ascii_uppercase();
    });
    attack("a shifted ByteRange", &|pdf| {
        let at = find(pdf, b"/ByteRange [0 ") + 14;
        pdf[at] ^= 1;
    });
    attack("an emptied signature", &|pdf| pdf[contents..contents + 2000].fill(b'0'));
    attack("another SubFilter", &|pdf| {
        let at = find(pdf, b"ETSI.CAdES.detached");
        pdf[at..at + 19].copy_from_slice(b"adbe.pkcs7.detached");
    });
    attack("another name of the signer", &|pdf| {
        let at = find(pdf, b"/Name <") + 12;
        pdf[at] = if pdf[at] == b'0' { b'1' } else { b'0' };
    });
    attack("another date", &|pdf| {
        let at = find(pdf, b"/M (D:2026") + 9;
        pdf[at] = b'7';
    });
    attack("cut in the middle", &|pdf| pdf.truncate(pdf.len() / 2));
    attack("no bytes", &|pdf| pdf.clear());
    attack("a changed page", &|pdf| {
        let at = pdf.windows(7).position(|window| window == b"stream\n").unwrap() + 40;
        pdf[at] ^= 0x20;
    });
}

#[test]
fn another_office_is_not_ours_and_both_can_be_known_at_once() {
    let (ours, our_trust) = letter();
    let mut other = Meja::siap("larangan");
    let (_, theirs) = other.satu(kasus("larangan", "rekomendasi"));
    let their_trust = other.office.trust().unwrap();
    assert_eq!(verdict(&theirs, &our_trust), Putusan::KunciTidakDikenal);
    let both = Verifier::new(&[our_trust, their_trust]).unwrap();
    for pdf in [&ours, &theirs] {
        assert_eq!(both.pdf(pdf, None).unwrap().putusan, Putusan::Asli);
    }
}

#[test]
fn a_letter_that_the_book_does_not_know_is_told() {
    let (pdf, _) = letter();
    // The same keys, another book.
    let elsewhere = Meja::siap("candi-laras-utara");
    let verifier = Verifier::new(&[elsewhere.office.trust().unwrap()]).unwrap();
    assert_eq!(elsewhere.office.verify(&verifier, &pdf).unwrap().putusan, Putusan::TidakTercatat);
    assert_eq!(verifier.pdf(&pdf, None).unwrap().putusan, Putusan::Asli);
}

#[test]
fn a_replaced_letter_is_told_where_the_book_is_at_hand() {
    let mut meja = Meja::siap("candi-laras-utara");
    let (old, pdf) = meja.satu(kasus("candi-laras-utara", "rekomendasi"));
    let mut again = kasus("candi-laras-utara", "rekomendasi");
    again.case.menggantikan = Some(old.nomor);
    again.case.alasan_ganti = Some("salah ketik nama".to_owned());
    meja.satu(again);
    let verifier = Verifier::new(&[meja.office.trust().unwrap()]).unwrap();
    assert_eq!(meja.office.verify(&verifier, &pdf).unwrap().putusan, Putusan::Diganti);
    let without = verifier.pdf(&pdf, None).unwrap();
    assert!(without.tidak_diperiksa.iter().any(|what| what.contains("buku agenda tidak ditanya")));
}

#[test]
fn a_forged_trust_file_is_refused() {
    let (_, trust) = letter();
    let mut forged = trust.clone();
    forged.kunci[0].sertifikat = Meja::siap("larangan").office.trust().unwrap().akar;
    assert!(Verifier::new(&[forged]).is_err(), "a certificate that the root did not sign");
}

#[test]
fn the_qr_proves_its_facts_and_says_what_it_does_not() {
    let (pdf, trust) = letter();
    let qr = umum::teks_qr(&pdf);
    assert!(qr.starts_with("SUKET:"), "{qr}");
    let verifier = Verifier::new(&[trust]).unwrap();
    let verdict = verifier.qr(&qr, None).unwrap();
    assert_eq!(verdict.putusan, Putusan::Asli);
    let facts = verdict.fakta.unwrap();
    assert_eq!((facts.nama.as_str(), facts.nik_akhir), ("SITI CONTOH NURHALIZA", Some(9901)));
    assert!(!qr.contains("6305065203059901"), "no whole NIK in the QR");
    for (i, _) in qr.char_indices().skip(7).step_by(11) {
        let mut changed = qr.clone().into_bytes();
        changed[i] = if changed[i] == b'0' { b'1' } else { b'0' };
        let found = verifier.qr(std::str::from_utf8(&changed).unwrap(), None).unwrap().putusan;
        assert_ne!(found, Putusan::Asli, "digit {i}");
    }
    assert_eq!(verifier.qr("https://contoh.id/v#123", None).unwrap().putusan, Putusan::Diubah);
    assert_eq!(verifier.qr("halo", None).unwrap().putusan, Putusan::BukanSurat);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    /// No single bit of a letter can change unseen.
    #[test]
    fn no_bit_flip_passes(seed in 0_usize..1000) {
        let (good, trust) = letter();
        let verifier = Verifier::new(&[trust]).unwrap();
        for step in 0..60 {
            let bit = (seed * 7919 + step * 104_729) % (good.len() * 8);
            let mut pdf = good.clone();
            pdf[bit / 8] ^= 1 << (bit % 8);
            prop_assert_ne!(verifier.pdf(&pdf, None).unwrap().putusan, Putusan::Asli, "bit {}", bit);
        }
    }

    /// Arbitrary bytes never stop the verifier.
    #[test]
    fn arbitrary_bytes_are_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let (_, trust) = letter();
        let verifier = Verifier::new(&[trust]).unwrap();
        prop_assert_ne!(verifier.pdf(&bytes, None).unwrap().putusan, Putusan::Asli);
        prop_assert_ne!(verifier.qr(&String::from_utf8_lossy(&bytes), None).unwrap().putusan, Putusan::Asli);
    }
}
