//! Where the attacks take place: four offices with one letter of each kind, and everybody's keys.

use std::collections::BTreeMap;

use ed25519_dalek::{Signer as _, SigningKey};
use suket::{Algoritma, Signer, SoftKey, TrustFile};

use crate::umum::sertifikat::{Bentuk, Kunci, ed25519, penerbit, penggunaan, tujuan};
use crate::umum::{JENIS, Meja, SANDI, kasus, profil};

/// An office that has issued.
pub(crate) struct Kantor {
    pub(crate) meja: Meja,
    pub(crate) trust: TrustFile,
    pub(crate) surat: BTreeMap<&'static str, Vec<u8>>,
    pub(crate) kode: BTreeMap<&'static str, String>,
}

impl Kantor {
    fn siap(id: &str, profile: &str) -> Self {
        let mut meja = Meja::dengan(profile, |_| {});
        let (mut surat, mut kode) = (BTreeMap::new(), BTreeMap::new());
        for jenis in JENIS {
            let (entry, pdf) = meja.satu(kasus(id, jenis));
            surat.insert(jenis, pdf);
            kode.insert(jenis, entry.kode);
        }
        let trust = meja.office.trust().unwrap();
        Self { meja, trust, surat, kode }
    }

    fn kunci(&self, name: &str) -> Option<Kunci> {
        let read = |ending: &str| {
            std::fs::read_to_string(self.meja.folder.path().join(format!("kunci/{name}.{ending}.pem"))).ok()
        };
        // The root's certificate stands in the trust file.
        let certificate = if name == "akar" { self.trust.akar.clone() } else { read("sertifikat")? };
        let key = SoftKey::open(&read("kunci")?, &certificate, SANDI).ok()?;
        let der = key.certificate_der().to_vec();
        Some(Kunci { tanda: Box::new(move |message| key.sign(message).unwrap()), der })
    }
}

/// Everything that the attacks may use.
pub(crate) struct Panggung {
    pub(crate) kantor: BTreeMap<&'static str, Kantor>,
}

impl Panggung {
    pub(crate) fn siap() -> Self {
        let clu = "candi-laras-utara";
        let offices = [
            ("kantor", clu, profil(clu)),
            ("p256", clu, profil(clu) + "\n[tanda_tangan]\npdf = \"ecdsa-p256\"\n"),
            // The same name and code with keys of its own: what a forger sets up who copies the office's profile.
            ("kembar", clu, profil(clu) + "\n# kantor yang lain\n"),
            ("larangan", "larangan", profil("larangan")),
            ("sajingan", "sajingan-besar", profil("sajingan-besar")),
        ];
        let kantor =
            offices.into_iter().map(|(name, id, profile)| (name, Kantor::siap(id, &profile))).collect();
        Self { kantor }
    }

    /// A key by its name: `segel`, `akar`, `kembar/segel`, or one of the forger's.
    pub(crate) fn kunci(&self, name: &str) -> Result<Kunci, String> {
        let unknown = || format!("unknown key {name}");
        let (office, own) = name.split_once('/').unwrap_or(("kantor", name));
        let office = self.kantor.get(office).ok_or_else(unknown)?;
        match own {
            "segel" | "segel-p256" | "akar" => office.kunci(own).ok_or_else(unknown),
            _ => office.pencuri(own).ok_or_else(unknown),
        }
    }
}

/// Id and raw bytes of a certificate's key as a trust file has them, and its algorithm.
pub(crate) fn publik(der: &[u8]) -> (Vec<u8>, Algoritma) {
    let certificate: x509_cert::Certificate = der::Decode::from_der(der).unwrap();
    let info = certificate.tbs_certificate().subject_public_key_info();
    let raw = info.subject_public_key.raw_bytes().to_vec();
    (raw.clone(), if raw.len() == 32 { Algoritma::Ed25519 } else { Algoritma::EcdsaP256 })
}

impl Kantor {
    /// What a forger has: keys of his own, with certificates that he made or was given by mistake.
    fn pencuri(&self, name: &str) -> Option<Kunci> {
        let (root, seal) = (self.kunci("akar")?, self.kunci("segel")?);
        let own = SigningKey::from_bytes(&[42; 32]);
        let sign = {
            let own = own.clone();
            move |message: &[u8]| own.sign(message).to_bytes()
        };
        let mut shape = Bentuk::dari(&seal.der);
        if name == "segel-sertifikat-lain" {
            // The office's own key under a certificate that somebody else has signed.
            let der = shape.ditandatangani(&Kunci { tanda: Box::new(sign), der: vec![] });
            return Some(Kunci { der, ..seal });
        }
        shape.publik = ed25519(own.verifying_key().as_bytes());
        let thief = |der| Kunci { tanda: Box::new(sign.clone()), der };
        let usage = penggunaan(0xc0);
        match name {
            // All names and the serial as the office has them, signed by the forger himself.
            "pencuri" => return Some(thief(shape.ditandatangani(&thief(vec![])))),
            // Certified by the office's seal, which is no authority.
            "anak-segel" => {
                shape.penerbit = shape.pemegang.clone();
                return Some(thief(shape.ditandatangani(&seal)));
            }
            // Certified by the true root, but not for this.
            "sah" => {}
            "sah-ringkas" => shape.ekstensi = vec![usage, tujuan(36)],
            "tanpa-tujuan" => shape.ekstensi = vec![usage],
            "tujuan-lain" => shape.ekstensi = vec![usage, tujuan(1)],
            "tanpa-penggunaan" => shape.ekstensi = vec![tujuan(36)],
            "penggunaan-lain" => shape.ekstensi = vec![penggunaan(0x80), tujuan(36)],
            "penerbit" => shape.ekstensi = vec![usage, tujuan(36), penerbit()],
            "penggunaan-penerbit" => shape.ekstensi = vec![penggunaan(0xc4), tujuan(36)],
            "kedaluwarsa" => shape.berlaku = ("200101000000Z", "211231235959Z"),
            "penerbit-lain" => shape.penerbit = shape.pemegang.clone(),
            // The root's own certificate, as it should be, and without the right to certify.
            "akar-ulang" | "akar-tanpa-penerbit" | "akar-tanpa-batas" | "akar-titik-satu" => {
                shape = Bentuk::dari(&root.der);
                let no_limit =
                    [0x30, 0x0f, 6, 3, 0x55, 0x1d, 19, 1, 1, 0xff, 4, 5, 0x30, 3, 1, 1, 0xff].to_vec();
                shape.ekstensi = match name {
                    "akar-tanpa-penerbit" => vec![penggunaan(0x06)],
                    "akar-tanpa-batas" => vec![penggunaan(0x06), no_limit],
                    _ => vec![penggunaan(0x06), penerbit()],
                };
                if name == "akar-titik-satu" {
                    shape.publik = ed25519(&KECIL[0].1);
                    let weak = |der| Kunci { tanda: Box::new(|_| tanda_kecil()), der };
                    return Some(weak(shape.ditandatangani(&weak(vec![]))));
                }
                let der = shape.ditandatangani(&root);
                return Some(Kunci { der, ..root });
            }
            _ => {
                // Points of small order: the signature R = B, s = 1 holds for every message under the first, and for
                // one message in a few under the others, where nobody looks at the key.
                let raw = KECIL.iter().find(|(known, _)| *known == name)?.1;
                shape.publik = ed25519(&raw);
                let der = shape.ditandatangani(&root);
                return Some(Kunci { tanda: Box::new(|_| tanda_kecil()), der });
            }
        }
        Some(thief(shape.ditandatangani(&root)))
    }
}

/// Encodings of points of small order.
const KECIL: [(&str, [u8; 32]); 3] = [
    ("titik-satu", {
        let mut raw = [0; 32];
        raw[0] = 1;
        raw
    }),
    ("titik-nol", [0; 32]),
    ("titik-dua", {
        let mut raw = [0xff; 32];
        raw[0] = 0xec;
        raw[31] = 0x7f;
        raw
    }),
];

/// R is the base point, s is one.
fn tanda_kecil() -> [u8; 64] {
    let mut signature = [0x66; 64];
    signature[0] = 0x58;
    signature[32..].fill(0);
    signature[32] = 1;
    signature
}

/// PEM of a certificate.
pub(crate) fn pem(der: &[u8]) -> String {
    let certificate: x509_cert::Certificate = der::Decode::from_der(der).unwrap();
    der::EncodePem::to_pem(&certificate, der::pem::LineEnding::LF).unwrap()
}
