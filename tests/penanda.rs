//! Signers of other kinds: P-256 for the PDF, a signing service, keys that cannot sign.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop here")]

mod umum;

use std::sync::Arc;

use suket::{
    Algoritma, IssueRequest, KeyError, Office, Outcome, OutsideKeys, PdfService, Putusan, Signer, Signers,
    SoftKey, TrustFile, Verifier,
};
use umum::palsu::{self, Ubahan};
use umum::{HARI, Meja, SANDI, hex, kasus, profil, tetap, tulis};

const CLU: &str = "candi-laras-utara";

fn p256() -> String {
    profil(CLU) + "\n[tanda_tangan]\npdf = \"ecdsa-p256\"\n"
}

fn putusan(trust: &TrustFile, pdf: &[u8]) -> Putusan {
    Verifier::new(std::slice::from_ref(trust)).unwrap().pdf(pdf, None).unwrap().putusan
}

#[test]
fn p256_letters_are_genuine_and_their_qr_stays_ed25519() {
    let mut meja = Meja::dengan(&p256(), |_| {});
    let trust = meja.office.trust().unwrap();
    let kinds: Vec<Algoritma> = trust.kunci.iter().map(|key| key.algoritma).collect();
    assert_eq!(kinds, [Algoritma::Ed25519, Algoritma::EcdsaP256, Algoritma::Ed25519, Algoritma::EcdsaP256]);
    let (entry, pdf) = meja.satu(kasus(CLU, "keterangan-perekaman"));
    let verdict = Verifier::new(std::slice::from_ref(&trust)).unwrap().pdf(&pdf, None).unwrap();
    assert_eq!(verdict.putusan, Putusan::Asli);
    assert!(verdict.dasar.iter().any(|what| what.contains("ECDSA P-256")), "{:?}", verdict.dasar);
    assert_eq!(hex(&entry.kid), trust.kunci[0].kid, "the facts are sealed with Ed25519");
    // Left for other people's tools.
    let folder = umum::akar().join("target/tmp/luar-p256");
    tulis(&folder.join("keterangan-perekaman.pdf"), &pdf);
    tulis(&folder.join("kunci/trust.json"), serde_json::to_string(&trust).unwrap().as_bytes());

    // The signature cannot be turned into another valid one, nor a bit of the file changed.
    for step in 0..400 {
        let mut changed = pdf.clone();
        let at = step * 7919 % pdf.len();
        changed[at] ^= 1;
        assert_ne!(putusan(&trust, &changed), Putusan::Asli, "byte {at}");
    }
    // The PDF's own key revoked: red on that day, doubtful before it.
    let change = |sejak| suket::KeyChange::Revoke {
        kunci: trust.kunci.get(1).unwrap().kid.clone(),
        sejak,
        sebab: "hilang".to_owned(),
    };
    for (sejak, expected) in [(HARI.tomorrow().unwrap(), Putusan::Asli), (HARI, Putusan::KunciDicabut)] {
        let mut other = Meja::dengan(&p256(), |_| {});
        let request = suket::KeyRequest {
            change: change(sejak),
            date: HARI,
            passphrase: SANDI,
            root: None,
            pin: None,
            entropy: &mut tetap(1),
        };
        let revoked = other.office.change_keys(request).unwrap().trust;
        let verdict = Verifier::new(&[revoked]).unwrap().pdf(&pdf, None).unwrap();
        assert_eq!(verdict.putusan, expected);
        let told = [verdict.dasar.join(" "), verdict.tidak_diperiksa.join(" ")].join(" ");
        assert!(told.contains("dicabut sejak"), "{told}");
    }
    // The office may change its mind; old letters stay genuine.
    tulis(&meja.folder.path().join("kantor.toml"), profil(CLU).as_bytes());
    meja.office = Office::open(meja.folder.path(), 1).unwrap();
    meja.signers = meja.office.unlock(SANDI, HARI).unwrap();
    let (_, plain) = meja.satu(kasus(CLU, "pengembalian"));
    assert_eq!((putusan(&trust, &pdf), putusan(&trust, &plain)), (Putusan::Asli, Putusan::Asli));
}

/// A key of the office's folder, as an outside signer would hold it.
fn kunci(meja: &Meja, name: &str) -> SoftKey {
    let read = |ending: &str| {
        std::fs::read_to_string(meja.folder.path().join(format!("kunci/{name}.{ending}.pem"))).unwrap()
    };
    SoftKey::open(&read("kunci"), &read("sertifikat"), SANDI).unwrap()
}

/// A service on another computer that signs PDFs with a key of its own.
struct Layanan {
    key: SoftKey,
    mode: Mode,
    other: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Honest,
    ChangesTheLetter,
    GivesBackAnother,
    SignsNothing,
}

impl PdfService for Layanan {
    fn certificate_der(&self) -> &[u8] {
        self.key.certificate_der()
    }

    fn sign_pdf(&self, prepared: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut pdf = prepared.to_vec();
        if self.mode == Mode::ChangesTheLetter {
            pdf[600] ^= 1;
        }
        Ok(match self.mode {
            Mode::Honest | Mode::ChangesTheLetter => palsu::isi_lubang(&pdf, &self.key, Ubahan::Utuh),
            Mode::GivesBackAnother => self.other.clone(),
            Mode::SignsNothing => pdf,
        })
    }
}

#[test]
fn a_service_that_signs_whole_pdfs_is_believed_only_about_our_letter() {
    for (mode, good) in [
        (Mode::Honest, true),
        (Mode::ChangesTheLetter, false),
        (Mode::GivesBackAnother, false),
        (Mode::SignsNothing, false),
    ] {
        let mut meja = Meja::siap(CLU);
        let (_, other) = Meja::siap(CLU).satu(kasus(CLU, "tanda-terima"));
        let service = Layanan { key: kunci(&meja, "segel"), mode, other };
        let keys = OutsideKeys::Service { facts: Arc::new(kunci(&meja, "segel")), pdf: Arc::new(service) };
        meja.signers = Signers::new(keys, None).unwrap();
        let result = meja.office.issue(IssueRequest {
            cases: vec![kasus(CLU, "rekomendasi")],
            date: HARI,
            signers: &meja.signers,
            skip_invalid: false,
            progress: &|| {},
        });
        let rows = meja.office.list(&suket::Filter::default()).unwrap();
        if good {
            let outcome = result.unwrap().pop();
            let Some(Outcome::Issued(letter)) = outcome else { panic!("{outcome:?}") };
            assert_eq!(putusan(&meja.office.trust().unwrap(), letter.pdf.as_deref().unwrap()), Putusan::Asli);
            assert_eq!(rows.len(), 1);
        } else {
            assert!(result.is_err(), "the service was believed");
            assert!(rows.is_empty(), "nothing was numbered");
        }
    }
}

/// A signer that has the certificate but not the key.
struct TanpaKunci(Vec<u8>);

impl Signer for TanpaKunci {
    fn certificate_der(&self) -> &[u8] {
        &self.0
    }

    fn sign(&self, _: &[u8]) -> Result<[u8; 64], KeyError> {
        Ok([7; 64])
    }
}

#[test]
fn a_signer_exists_only_if_it_can_sign() {
    let meja = Meja::siap(CLU);
    let der = kunci(&meja, "segel").certificate_der().to_vec();
    let refused = Signers::new(OutsideKeys::Key(Arc::new(TanpaKunci(der))), None);
    assert!(matches!(refused, Err(KeyError::Pair)));
    let p256 = Meja::dengan(&p256(), |_| {});
    let refused = Signers::new(OutsideKeys::Key(Arc::new(kunci(&p256, "segel-p256"))), None);
    assert!(matches!(refused, Err(KeyError::Algorithm)), "facts are always sealed with Ed25519");
}
