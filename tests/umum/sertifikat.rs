//! Certificates built byte by byte, apart from the library, so that tests can make those that the library refuses to.

use der::{Decode, Encode};
use suket::{KeyError, Signer};
use x509_cert::Certificate;

/// What may differ from the certificate of an office's key.
#[derive(Debug, Clone)]
pub(crate) struct Bentuk {
    /// Name of the issuer, DER.
    pub(crate) penerbit: Vec<u8>,
    /// Name of the holder, DER.
    pub(crate) pemegang: Vec<u8>,
    /// Serial number.
    pub(crate) nomor: Vec<u8>,
    /// First and last second, as `UTCTime` has them.
    pub(crate) berlaku: (&'static str, &'static str),
    /// `SubjectPublicKeyInfo`, DER.
    pub(crate) publik: Vec<u8>,
    /// `Extension`s, DER.
    pub(crate) ekstensi: Vec<Vec<u8>>,
}

/// `KeyUsage` with these bits: 0x80 digitalSignature, 0x40 nonRepudiation, 0x04 keyCertSign, 0x02 cRLSign.
pub(crate) fn penggunaan(bits: u8) -> Vec<u8> {
    ekstensi(15, true, &[3, 2, 1, bits])
}

/// `ExtendedKeyUsage` with one purpose: 36 is documentSigning, 1 is a web server.
pub(crate) fn tujuan(last: u8) -> Vec<u8> {
    ekstensi(37, false, &nilai(0x30, &[&[6, 8, 0x2b, 6, 1, 5, 5, 7, 3, last]]))
}

/// `BasicConstraints` of an authority.
pub(crate) fn penerbit() -> Vec<u8> {
    ekstensi(19, true, &[0x30, 6, 1, 1, 0xff, 2, 1, 0])
}

fn ekstensi(id: u8, critical: bool, value: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if critical { &[1, 1, 0xff] } else { &[] };
    nilai(0x30, &[&[6, 3, 0x55, 0x1d, id], critical, &nilai(4, &[value])])
}

/// `SubjectPublicKeyInfo` of an Ed25519 key.
pub(crate) fn ed25519(raw: &[u8; 32]) -> Vec<u8> {
    nilai(0x30, &[&ED25519, &nilai(3, &[&[0], raw])])
}

const ED25519: [u8; 7] = [0x30, 5, 6, 3, 0x2b, 0x65, 0x70];

impl Bentuk {
    /// The form of this certificate.
    pub(crate) fn dari(der: &[u8]) -> Self {
        let certificate = Certificate::from_der(der).unwrap();
        let tbs = certificate.tbs_certificate();
        Self {
            penerbit: tbs.issuer().to_der().unwrap(),
            pemegang: tbs.subject().to_der().unwrap(),
            nomor: tbs.serial_number().as_bytes().to_vec(),
            berlaku: ("230101000000Z", "461231235959Z"),
            publik: tbs.subject_public_key_info().to_der().unwrap(),
            ekstensi: tbs.extensions().unwrap().iter().map(|one| one.to_der().unwrap()).collect(),
        }
    }

    /// The certificate, DER, signed by this key.
    pub(crate) fn ditandatangani(&self, key: &dyn Signer) -> Vec<u8> {
        let (from, to) = self.berlaku;
        let times = [nilai(0x17, &[from.as_bytes()]), nilai(0x17, &[to.as_bytes()])].concat();
        let tbs = nilai(
            0x30,
            &[
                &nilai(0xa0, &[&[2, 1, 2]]),
                &nilai(2, &[&self.nomor]),
                &ED25519,
                &self.penerbit,
                &nilai(0x30, &[&times]),
                &self.pemegang,
                &self.publik,
                &nilai(0xa3, &[&nilai(0x30, &[&self.ekstensi.concat()])]),
            ],
        );
        let signature = key.sign(&tbs).unwrap();
        nilai(0x30, &[&tbs, &ED25519, &nilai(3, &[&[0], &signature])])
    }
}

/// Tag, length and value.
pub(crate) fn nilai(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let value = parts.concat();
    let len = value.len().to_be_bytes();
    let mut out = vec![tag];
    match value.len() {
        0..0x80 => out.push(len[7]),
        0x80..0x100 => out.extend([0x81, len[7]]),
        _ => out.extend([0x82, len[6], len[7]]),
    }
    out.extend(value);
    out
}

/// Gives the signature of a message.
type Tanda = Box<dyn Fn(&[u8]) -> [u8; 64] + Send + Sync>;

/// A key of a test: how it signs, and what its certificate says.
pub(crate) struct Kunci {
    /// Gives the signature of a message.
    pub(crate) tanda: Tanda,
    /// Certificate, DER.
    pub(crate) der: Vec<u8>,
}

impl Signer for Kunci {
    fn certificate_der(&self) -> &[u8] {
        &self.der
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError> {
        Ok((self.tanda)(message))
    }
}
