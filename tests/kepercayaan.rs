//! Keys and trust files: making, renewing, revoking, forgetting nothing.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

mod umum;

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::civil::{Date, date};
use suket::{
    CustodyError, IssueRequest, KeyChange, KeyReport, KeyRequest, KeyStatus, Office, OfficeError, Outcome,
    Putusan, RawCase, TrustFile, TrustMemory, Verifier, VerifyError,
};
use umum::{HARI, Meja, SANDI, hex, kasus, profil, tetap, tulis};

const CLU: &str = "candi-laras-utara";

fn ubah(meja: &mut Meja, change: KeyChange, hari: Date) -> Result<KeyReport, OfficeError> {
    // Every change makes other keys.
    static TURN: AtomicU64 = AtomicU64::new(77);
    let mut entropy = tetap(TURN.fetch_add(1, Ordering::Relaxed) * 7919);
    meja.office.change_keys(KeyRequest {
        change,
        date: hari,
        passphrase: SANDI,
        root: None,
        pin: None,
        entropy: &mut entropy,
    })
}

fn putusan(trust: &TrustFile, pdf: &[u8]) -> Putusan {
    Verifier::new(std::slice::from_ref(trust)).unwrap().pdf(pdf, None).unwrap().putusan
}

fn rotasi(pemegang: &str, mulai: Date) -> KeyChange {
    KeyChange::Rotate { pemegang: pemegang.to_owned(), mulai, di_token: false }
}

fn cabut(kunci: &str, sejak: Date) -> KeyChange {
    KeyChange::Revoke { kunci: kunci.to_owned(), sejak, sebab: "laptop hilang".to_owned() }
}

fn elektronik() -> String {
    profil(CLU) + "\n[tanda_tangan]\ncara = \"elektronik\"\n"
}

#[test]
fn a_new_key_seals_from_its_day_on_and_old_letters_stay_genuine() {
    let mut meja = Meja::siap(CLU);
    let (_, old) = meja.satu(kasus(CLU, "rekomendasi"));
    let before = meja.office.trust().unwrap();
    let report = ubah(&mut meja, rotasi("segel", HARI), HARI).unwrap();
    assert_eq!((report.trust.versi, report.baru.len()), (2, 1));
    let later = date(2026, 11, 23);
    meja.signers = meja.office.unlock(SANDI, later).unwrap();
    let case = kasus(CLU, "pengembalian");
    let Some(Outcome::Issued(new)) = meja.terbitkan_pada(vec![case], later).pop() else { panic!() };
    assert_eq!(hex(&new.entry.kid), report.baru[0].kid);
    let after = meja.office.trust().unwrap();
    for pdf in [old.as_slice(), new.pdf.as_deref().unwrap()] {
        assert_eq!(putusan(&after, pdf), Putusan::Asli);
    }
    assert_eq!(putusan(&before, new.pdf.as_deref().unwrap()), Putusan::KunciTidakDikenal);
    // A key may not begin before letters that the old one has sealed.
    let refused = ubah(&mut meja, rotasi("segel", HARI), later).unwrap_err();
    assert!(matches!(refused, OfficeError::Custody(CustodyError::LettersAfter(day)) if day == later));
    let refused = ubah(&mut meja, rotasi("siapa", later), later).unwrap_err();
    assert!(matches!(refused, OfficeError::Custody(CustodyError::Unknown(_))));
}

#[test]
fn a_revoked_key_is_told_by_the_day_of_the_letter() {
    let mut meja = Meja::siap(CLU);
    let (_, early) = meja.satu(kasus(CLU, "rekomendasi"));
    let next = date(2026, 11, 25);
    let Some(Outcome::Issued(late)) = meja.terbitkan_pada(vec![kasus(CLU, "pengembalian")], next).pop()
    else {
        panic!()
    };
    let report = ubah(&mut meja, cabut("segel", date(2026, 11, 24)), next).unwrap();
    assert_eq!(report.terkena, std::slice::from_ref(&late.entry.nomor));
    let trust = meja.office.trust().unwrap();
    assert_eq!(putusan(&trust, late.pdf.as_deref().unwrap()), Putusan::KunciDicabut);

    // A letter dated before may have been dated back by a thief: only the book can tell, and it does.
    let verifier = Verifier::new(std::slice::from_ref(&trust)).unwrap();
    let doubtful = |list: &[String]| list.iter().any(|what| what.contains("dicabut sejak 2026-11-24"));
    let alone = verifier.pdf(&early, None).unwrap();
    assert_eq!(alone.putusan, Putusan::Asli);
    assert!(doubtful(&alone.tidak_diperiksa), "{alone:?}");
    let with_book = meja.office.verify(&verifier, &early).unwrap();
    assert_eq!(with_book.putusan, Putusan::Asli);
    assert!(!doubtful(&with_book.tidak_diperiksa));

    // No letter is sealed with it any more, and the next key takes over.
    let signers = meja.office.unlock(SANDI, next).unwrap();
    meja.signers = signers;
    let outcome = meja.terbitkan_pada(vec![kasus(CLU, "tanda-terima")], next).pop();
    assert!(matches!(&outcome, Some(Outcome::Refused(found)) if found[0].pesan.contains("kunci penyegel")));
    ubah(&mut meja, rotasi("segel", next), next).unwrap();
    meja.signers = meja.office.unlock(SANDI, next).unwrap();
    let outcome = meja.terbitkan_pada(vec![kasus(CLU, "tanda-terima")], next).pop();
    assert!(matches!(outcome, Some(Outcome::Issued(_))));
    let again = ubah(&mut meja, cabut("tidak-ada", next), next).unwrap_err();
    assert!(matches!(again, OfficeError::Custody(CustodyError::Unknown(_))));
}

#[test]
fn when_two_keys_could_be_meant_the_number_of_the_key_is_asked_for() {
    let mut meja = Meja::siap(CLU);
    let old = meja.office.trust().unwrap().kunci[0].kid.clone();
    ubah(&mut meja, rotasi("segel", HARI), HARI).unwrap();
    let refused = ubah(&mut meja, cabut("segel", HARI), HARI).unwrap_err();
    assert!(matches!(&refused, OfficeError::Custody(CustodyError::Ambiguous(kids)) if kids.contains(&old)));
    let early = ubah(&mut meja, cabut(&old, date(2006, 1, 1)), HARI).unwrap_err();
    assert!(matches!(early, OfficeError::Custody(CustodyError::BeforeTenure(_))));
    let report = ubah(&mut meja, cabut(&old, HARI), HARI).unwrap();
    assert_eq!(report.dicabut, [old]);
    // The new key goes on.
    meja.signers = meja.office.unlock(SANDI, HARI).unwrap();
    meja.satu(kasus(CLU, "rekomendasi"));
}

#[test]
fn mandates_that_change_never_leave_a_file_that_verifiers_refuse() {
    let profile = |pdf: &str, until: &str| {
        elektronik().replace("menandatangani = true", &format!("sampai = {until}\nmenandatangani = true"))
            + &format!("pdf = \"{pdf}\"\n")
    };
    let mut meja = Meja::dengan(&profile("ecdsa-p256", "2026-12-31"), |_| {});
    let name = meja.office.trust().unwrap().kunci[2].pemegang.clone();
    for (pdf, until, rotate) in [
        ("ed25519", "2027-12-31", true),
        ("ed25519", "2027-06-30", false),
        ("ecdsa-p256", "2027-06-30", true),
        ("ecdsa-p256", "2026-11-30", false),
    ] {
        tulis(&meja.folder.path().join("kantor.toml"), profile(pdf, until).as_bytes());
        meja.office = Office::open(meja.folder.path(), 1).unwrap();
        let report = ubah(&mut meja, KeyChange::Create, HARI).unwrap();
        assert_eq!(rotate, report.saran.iter().any(|text| text.contains("melampaui")), "{:?}", report.saran);
        if rotate {
            ubah(&mut meja, rotasi(&name, HARI), HARI).unwrap();
        }
        Verifier::new(&[meja.office.trust().unwrap()]).unwrap();
    }
    // Somebody who is not named any more keeps a key that nobody watches: it is said.
    let gone = elektronik().replace("menandatangani = true", "menandatangani = false");
    tulis(&meja.folder.path().join("kantor.toml"), gone.as_bytes());
    meja.office = Office::open(meja.folder.path(), 1).unwrap();
    let report = ubah(&mut meja, KeyChange::Create, HARI).unwrap();
    assert!(
        report.saran.iter().any(|text| text.contains("tidak ada lagi di kantor.toml")),
        "{:?}",
        report.saran
    );
}

#[test]
fn a_letter_that_would_not_verify_is_not_numbered() {
    for change in [
        ("kode_wilayah = \"63.05.06\"", "kode_wilayah = \"63.05.07\""),
        ("zona_waktu", "host = \"cek.example\"\nzona_waktu"),
    ] {
        let mut meja = Meja::siap(CLU);
        let text = profil(CLU).replacen(change.0, change.1, 1);
        tulis(&meja.folder.path().join("kantor.toml"), text.as_bytes());
        meja.office = Office::open(meja.folder.path(), 1).unwrap();
        let result = meja.office.issue(IssueRequest {
            cases: vec![kasus(CLU, "rekomendasi")],
            date: HARI,
            signers: &meja.signers,
            skip_invalid: false,
            progress: &|| {},
        });
        assert!(matches!(result, Err(OfficeError::WouldNotVerify(_))), "{result:?}");
        assert!(meja.office.list(&suket::Filter::default()).unwrap().is_empty(), "nothing was numbered");
    }
}

#[test]
fn officials_who_come_and_go_get_keys_with_their_mandate() {
    let mut meja = Meja::dengan(&elektronik(), |_| {});
    let names = |trust: &TrustFile| trust.kunci.iter().map(|key| key.pemegang.clone()).collect::<Vec<_>>();
    assert_eq!(names(&meja.office.trust().unwrap()).len(), 2);
    assert!(!ubah(&mut meja, KeyChange::Create, HARI).unwrap().berubah, "nothing to do");

    // The acting Camat leaves; a new one comes with the next month.
    let text = elektronik().replace(
        "menandatangani = true",
        "sampai = 2026-11-30\nmenandatangani = true\n\n[[pejabat]]\njabatan = \"Camat Candi Laras Utara\"\nnama = \"CONTOH BARU\"\n\
         nip = \"197001012000011001\"\nmulai = 2026-12-01\nmenandatangani = true",
    );
    tulis(&meja.folder.path().join("kantor.toml"), text.as_bytes());
    meja.office = Office::open(meja.folder.path(), 1).unwrap();
    let report = ubah(&mut meja, KeyChange::Create, HARI).unwrap();
    assert_eq!(report.baru.len(), 1);
    let old = report.trust.kunci.iter().find(|key| key.pemegang.starts_with("plt-")).unwrap();
    assert_eq!(old.sampai, Some(date(2026, 11, 30)));

    for (day, who) in [(date(2026, 11, 30), "ALAMSYAH"), (date(2026, 12, 1), "CONTOH BARU")] {
        meja.signers = meja.office.unlock(SANDI, day).unwrap();
        let case = kasus(CLU, "rekomendasi");
        let Some(Outcome::Issued(letter)) = meja.terbitkan_pada(vec![case], day).pop() else { panic!() };
        assert!(letter.entry.penyegel.contains(who), "{}", letter.entry.penyegel);
        assert_eq!(putusan(&report.trust, letter.pdf.as_deref().unwrap()), Putusan::Asli);
    }
    // A key does not sign outside its mandate, even if somebody holds it open.
    let held = meja.office.unlock(SANDI, date(2026, 12, 1)).unwrap();
    let outcome = meja
        .office
        .issue(IssueRequest {
            cases: vec![kasus(CLU, "rekomendasi")],
            date: date(2047, 1, 2),
            signers: &held,
            skip_invalid: false,
            progress: &|| {},
        })
        .unwrap();
    assert!(matches!(&outcome[0], Outcome::Refused(_)), "the certificate has ended by then");
}

#[test]
fn the_root_may_be_kept_elsewhere_and_must_be_this_offices() {
    let mut meja = Meja::siap(CLU);
    let kunci = meja.folder.path().join("kunci");
    let pem = std::fs::read_to_string(kunci.join("akar.kunci.pem")).unwrap();
    std::fs::remove_file(kunci.join("akar.kunci.pem")).unwrap();
    assert!(matches!(
        ubah(&mut meja, rotasi("segel", HARI), HARI),
        Err(OfficeError::Custody(CustodyError::NoRoot))
    ));
    let other = Meja::siap("larangan");
    let foreign = std::fs::read_to_string(other.folder.path().join("kunci/akar.kunci.pem")).unwrap();
    for (pem, passphrase, good) in
        [(&pem, SANDI, true), (&foreign, SANDI, false), (&pem, b"salah".as_slice(), false)]
    {
        let request = KeyRequest {
            change: rotasi("segel", HARI),
            date: HARI,
            passphrase,
            root: Some(pem),
            pin: None,
            entropy: &mut tetap(5),
        };
        assert_eq!(meja.office.change_keys(request).is_ok(), good);
    }
    // Daily work needs no root.
    meja.signers = meja.office.unlock(SANDI, HARI).unwrap();
    meja.satu(kasus(CLU, "rekomendasi"));
}

/// Damage done to a trust file.
type Change = fn(&mut TrustFile);

#[test]
fn a_changed_trust_file_is_refused_everywhere() {
    let mut meja = Meja::siap(CLU);
    let good = meja.office.trust().unwrap();
    let damage: [(&str, Change); 9] = [
        ("nama", |file| file.nama.push('x')),
        ("host", |file| "palsu.example".clone_into(&mut file.host)),
        ("versi", |file| file.versi += 1),
        ("mulai", |file| file.kunci[0].mulai = date(2020, 1, 1)),
        ("status", |file| file.kunci[0].status = KeyStatus::Dicabut),
        ("kid", |file| file.kunci[0].kid = "0".repeat(16)),
        ("kunci", |file| drop(file.kunci.pop())),
        ("log", |file| file.log.push('A')),
        ("tanda_tangan", |file| file.tanda_tangan = "00".repeat(64)),
    ];
    for (what, change) in damage {
        let mut bad = good.clone();
        change(&mut bad);
        assert!(Verifier::new(&[bad.clone()]).is_err(), "{what}");
        let path = meja.folder.path().join("kunci/trust.json");
        tulis(&path, serde_json::to_string(&bad).unwrap().as_bytes());
        let refused = ubah(&mut meja, KeyChange::Create, HARI).unwrap_err();
        assert!(matches!(refused, OfficeError::Custody(CustodyError::Tampered)), "{what}: {refused}");
    }
}

#[test]
fn a_verifier_remembers_the_highest_version() {
    let mut meja = Meja::siap(CLU);
    let first = meja.office.trust().unwrap();
    let second = ubah(&mut meja, rotasi("segel", HARI), HARI).unwrap().trust;
    let mut memory = TrustMemory::default();
    Verifier::remembering(std::slice::from_ref(&first), &mut memory).unwrap();
    // Both at once: the newer counts.
    Verifier::remembering(&[first.clone(), second.clone()], &mut memory).unwrap();
    let memory_text = memory.to_json();
    let mut memory = TrustMemory::read(memory_text.as_bytes()).unwrap();
    let refused = Verifier::remembering(std::slice::from_ref(&first), &mut memory).unwrap_err();
    assert!(refused.to_string().contains("versi 1 lebih lama daripada versi 2"), "{refused}");
    assert_eq!(memory.to_json(), memory_text, "what was refused is not remembered");
    Verifier::remembering(&[second], &mut memory).unwrap();

    // Two contents of one version: the second office was made from the same seed, with another day.
    let mut twin = Meja::siap(CLU);
    let other = ubah(&mut twin, cabut("segel", HARI), HARI).unwrap().trust;
    assert!(matches!(Verifier::remembering(&[other], &mut memory), Err(VerifyError::Trust(_))));
}

#[test]
fn a_letter_with_an_end_expires() {
    let profile = profil(CLU) + "\n[masa_berlaku]\nrekomendasi = 6\nketerangan-perekaman = 12\n";
    let mut meja = Meja::dengan(&profile, |_| {});
    let (entry, pdf) = meja.satu(kasus(CLU, "rekomendasi"));
    let last = date(2027, 5, 21);
    assert_eq!(entry.berlaku_sampai, Some(last));
    let verifier = || Verifier::new(&[meja.office.trust().unwrap()]).unwrap();
    let on = |day| verifier().on(day).pdf(&pdf, None).unwrap().putusan;
    assert_eq!((on(last), on(last.tomorrow().unwrap())), (Putusan::Asli, Putusan::Kedaluwarsa));
    let undated = verifier().pdf(&pdf, None).unwrap();
    assert!(undated.tidak_diperiksa.iter().any(|what| what == "masa berlaku surat"));
    // Left for those who check without us.
    let (_, other) = meja.satu(kasus(CLU, "keterangan-perekaman"));
    let folder = umum::akar().join("target/tmp/luar-berakhir/candi");
    tulis(&folder.join("rekomendasi.pdf"), &pdf);
    tulis(&folder.join("keterangan-perekaman.pdf"), &other);
    for (place, office) in [("candi", &meja.office), ("larangan", &Meja::siap("larangan").office)] {
        let trust = serde_json::to_string(&office.trust().unwrap()).unwrap();
        tulis(&folder.parent().unwrap().join(place).join("kunci/trust.json"), trust.as_bytes());
    }
}

#[test]
fn a_code_finds_its_letter_and_tells_a_wrong_one() {
    let mut meja = Meja::siap(CLU);
    let (entry, pdf) = meja.satu(kasus(CLU, "rekomendasi"));
    let sloppy = entry.kode.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
    assert_eq!(meja.office.by_code(&sloppy).unwrap().unwrap().nomor, entry.nomor);
    assert_eq!(meja.office.by_code("0000-0000-0000").unwrap(), None);
    assert_eq!(meja.office.by_code("bukan kode").unwrap(), None);
    let verifier = Verifier::new(&[meja.office.trust().unwrap()]).unwrap();
    let mut verdict = meja.office.verify(&verifier, &pdf).unwrap();
    verdict.compare_code(&sloppy);
    assert_eq!(verdict.putusan, Putusan::Asli);
    verdict.compare_code("0000-0000-0000");
    assert_eq!(verdict.putusan, Putusan::Diubah);
    // The seal's own answers stay; it is the paper that is another one.
    assert_eq!(verdict.answers(), Putusan::Asli.answers());
    assert!(verdict.sentence().contains("kode pada kertas bukan kode surat ini"));
}

#[test]
fn a_qr_is_looked_up_in_the_book_too() {
    let mut meja = Meja::siap(CLU);
    let (old, pdf) = meja.satu(kasus(CLU, "rekomendasi"));
    let qr = umum::teks_qr(&pdf);
    let verifier = Verifier::new(&[meja.office.trust().unwrap()]).unwrap();
    let verdict = meja.office.verify_qr(&verifier, &qr).unwrap();
    assert_eq!(verdict.putusan, Putusan::Asli);
    assert_eq!(verdict.sentence(), "Segel asli; hanya data di bawah ini yang dijamin.");
    let elsewhere = Meja::siap(CLU);
    assert_eq!(elsewhere.office.verify_qr(&verifier, &qr).unwrap().putusan, Putusan::TidakTercatat);
    let mut again: RawCase = kasus(CLU, "rekomendasi");
    again.case.menggantikan = Some(old.nomor);
    again.case.alasan_ganti = Some("salah ketik".to_owned());
    meja.satu(again);
    assert_eq!(meja.office.verify_qr(&verifier, &qr).unwrap().putusan, Putusan::Diganti);
}
