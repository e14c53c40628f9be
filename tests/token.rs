//! Letters sealed with a key in a PKCS#11 token, here SoftHSM2. `tests/run` makes the token with
//! `tests/luar/softhsm.sh` and calls this with `SOFTHSM2_CONF` set: the module itself reads that.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

mod umum;

use suket::{
    CustodyError, KeyChange, KeyError, KeyRequest, Office, OfficeError, Outcome, Putusan, Secrets, Verifier,
};
use umum::{HARI, Meja, SANDI, kasus, profil, tetap, tulis};

const CLU: &str = "candi-laras-utara";
const MODUL: &str = "/usr/lib/softhsm/libsofthsm2.so";

fn dengan_token(label: &str) -> String {
    format!("{}\n[tanda_tangan]\ntoken = {{ modul = {MODUL:?}, label = {label:?} }}\n", profil(CLU))
}

/// An office whose seal moves into the token: the token's key is certified, and takes over.
fn pindah(label: &str, pin: Option<&str>) -> (Meja, Result<usize, OfficeError>) {
    let mut meja = Meja::siap(CLU);
    tulis(&meja.folder.path().join("kantor.toml"), dengan_token(label).as_bytes());
    meja.office = Office::open(meja.folder.path(), 1).unwrap();
    // The second key of the seal is `segel-2`; under that label it is in the token.
    let trust = meja.office.trust().unwrap();
    assert_eq!(trust.kunci.iter().filter(|key| key.pemegang == "segel").count(), 1);
    let change = KeyChange::Rotate { pemegang: "segel".to_owned(), mulai: HARI, di_token: true };
    let request =
        KeyRequest { change, date: HARI, passphrase: SANDI, root: None, pin, entropy: &mut tetap(1) };
    let made = meja.office.change_keys(request).map(|report| report.baru.len());
    (meja, made)
}

#[test]
fn a_token_seals_letters_and_its_key_never_leaves_it() {
    let (mut meja, made) = pindah("suket", Some("1234"));
    assert_eq!(made.unwrap(), 1);
    let kunci = meja.folder.path().join("kunci");
    assert!(!kunci.join("segel-2.kunci.pem").exists(), "no private key on disk");
    assert!(meja.office.needs_pin(HARI).unwrap());
    let refused = meja.office.unlock(SANDI, HARI).unwrap_err();
    assert!(matches!(refused, OfficeError::Custody(CustodyError::NoPin)), "{refused}");
    let wrong = meja.office.unlock(Secrets { passphrase: SANDI, pin: Some("9999") }, HARI).unwrap_err();
    assert!(matches!(wrong, OfficeError::Key { source: KeyError::Passphrase, .. }), "{wrong}");

    meja.signers = meja.office.unlock(Secrets { passphrase: SANDI, pin: Some("1234") }, HARI).unwrap();
    let outcomes = meja.terbitkan(vec![kasus(CLU, "rekomendasi"), kasus(CLU, "tanda-terima")]);
    let verifier = Verifier::new(&[meja.office.trust().unwrap()]).unwrap();
    for outcome in outcomes {
        let Outcome::Issued(letter) = outcome else { unreachable!("{outcome:?}") };
        let verdict = meja.office.verify(&verifier, letter.pdf.as_deref().unwrap()).unwrap();
        assert_eq!(verdict.putusan, Putusan::Asli);
        let newest = meja.office.trust().unwrap().kunci.pop().unwrap();
        assert_eq!(umum::hex(&letter.entry.kid), newest.kid, "the token's key sealed it");
    }
}

#[test]
fn a_token_that_is_not_there_is_said_and_changes_nothing() {
    let (meja, made) = pindah("lain", Some("1234"));
    let told = made.unwrap_err().to_string();
    assert!(told.contains("tidak terpasang"), "{told}");
    assert_eq!(meja.office.trust().unwrap().versi, 1);
    let (_, made) = pindah("suket", None);
    assert!(matches!(made, Err(OfficeError::Custody(CustodyError::NoPin))));
}
