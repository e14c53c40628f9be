//! Sealing with other people's code: the CMS of RFC 5652 built here once more, apart from the library, so that tests
//! can play a signing service, and a forger who holds a key.

use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo};
use const_oid::ObjectIdentifier;
use der::asn1::{OctetString, SetOfVec};
use der::{Any, Decode, Encode, Sequence};
use p256::ecdsa;
use sha2::{Digest, Sha256, Sha512};
use spki::AlgorithmIdentifierOwned;
use suket::Signer;
use x509_cert::Certificate;
use x509_cert::attr::Attribute;

const ID_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_TIME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");
const ESS_V2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
const SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const SHA_512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const ECDSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");

#[derive(Sequence)]
struct EssCertIdV2 {
    #[asn1(optional = "true")]
    hash_algorithm: Option<AlgorithmIdentifierOwned>,
    cert_hash: OctetString,
}

#[derive(Sequence)]
struct SigningCertificateV2 {
    certs: Vec<EssCertIdV2>,
}

/// What a forger changes in a signature that holds otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Ubahan {
    /// Nothing.
    #[default]
    Utuh,
    /// A signing time among the signed attributes.
    TambahWaktu,
    /// No signing-certificate attribute.
    TanpaEss,
    /// The signing-certificate attribute names another certificate.
    EssLain,
    /// Two signers.
    DuaPenanda,
    /// No signer.
    TanpaPenanda,
    /// Parameters in the algorithm identifier.
    ParameterNull,
    /// No signed attributes: the signature is over the content itself.
    TanpaAtribut,
    /// Further unsigned attributes.
    AtributLuar,
    /// The message digest is of another file.
    DigestLain,
    /// The digest that the key's profile does not have.
    DigestLemah,
    /// The algorithm identifier of the other algorithm.
    AlgoritmaLain,
    /// The letter lies inside the signature, which so holds for any file.
    IsiDiDalam,
    /// The certificate is left out.
    TanpaSertifikat,
    /// The certificate stands there twice.
    DuaSertifikat,
    /// The signer is named by its key identifier.
    MenurutKunci,
    /// The same signature with the other one of the two values of s.
    SignatureKedua,
}

impl Ubahan {
    pub(crate) const SEMUA: [(&'static str, Self); 17] = [
        ("utuh", Self::Utuh),
        ("tambah-waktu", Self::TambahWaktu),
        ("tanpa-ess", Self::TanpaEss),
        ("ess-lain", Self::EssLain),
        ("dua-penanda", Self::DuaPenanda),
        ("tanpa-penanda", Self::TanpaPenanda),
        ("parameter-null", Self::ParameterNull),
        ("tanpa-atribut", Self::TanpaAtribut),
        ("atribut-luar", Self::AtributLuar),
        ("digest-lain", Self::DigestLain),
        ("digest-lemah", Self::DigestLemah),
        ("algoritma-lain", Self::AlgoritmaLain),
        ("isi-di-dalam", Self::IsiDiDalam),
        ("tanpa-sertifikat", Self::TanpaSertifikat),
        ("dua-sertifikat", Self::DuaSertifikat),
        ("menurut-kunci", Self::MenurutKunci),
        ("signature-kedua", Self::SignatureKedua),
    ];
}

/// The places of the hole, angle brackets included, of the last `/Contents`.
pub(crate) fn lubang(pdf: &[u8]) -> std::ops::Range<usize> {
    let key = b"/Contents <";
    let start = pdf.windows(key.len()).rposition(|window| window == key).unwrap() + key.len() - 1;
    let len = pdf[start..].iter().position(|b| *b == b'>').unwrap();
    start..start + len + 1
}

/// Fills the hole with a signature of this key.
pub(crate) fn isi_lubang(pdf: &[u8], key: &dyn Signer, ubahan: Ubahan) -> Vec<u8> {
    let hole = lubang(pdf);
    let content = [&pdf[..hole.start], &pdf[hole.end..]].concat();
    tulis_lubang(pdf, &cms(key, &content, ubahan))
}

/// Writes DER into the hole, zeros behind it. What is too long is cut.
pub(crate) fn tulis_lubang(pdf: &[u8], der: &[u8]) -> Vec<u8> {
    let hole = lubang(pdf);
    let mut filled = pdf.to_vec();
    let room = &mut filled[hole.start + 1..hole.end - 1];
    room.fill(b'0');
    for (place, byte) in room.chunks_exact_mut(2).zip(der) {
        place.copy_from_slice(format!("{byte:02x}").as_bytes());
    }
    filled
}

fn algorithm(oid: ObjectIdentifier) -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid, parameters: None }
}

fn attribute(oid: ObjectIdentifier, value: Any) -> Attribute {
    Attribute { oid, values: SetOfVec::try_from(vec![value]).unwrap() }
}

fn octets(bytes: &[u8]) -> OctetString {
    OctetString::new(bytes.to_vec()).unwrap()
}

/// Order of the group of Ed25519, little-endian: s plus this is the same number, spelled otherwise.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// The 64 bytes of a signature as CMS has them, or its twin where a forger wants that.
fn signature(p256: bool, bytes: [u8; 64], twin: bool) -> Vec<u8> {
    if p256 {
        let low = ecdsa::Signature::from_slice(&bytes).unwrap();
        let (r, s) = low.split_scalars();
        let high = ecdsa::Signature::from_scalars(r.to_bytes(), (-s).to_bytes()).unwrap();
        return if twin { high } else { low }.to_der().as_bytes().to_vec();
    }
    if !twin {
        return bytes.to_vec();
    }
    let mut twin = bytes.to_vec();
    let mut carry = 0_u16;
    for (byte, add) in twin[32..].iter_mut().zip(ORDER) {
        carry += u16::from(*byte) + u16::from(add);
        *byte = carry.to_le_bytes()[0];
        carry >>= 8;
    }
    twin
}

fn cms(key: &dyn Signer, content: &[u8], ubahan: Ubahan) -> Vec<u8> {
    let certificate = Certificate::from_der(key.certificate_der()).unwrap();
    let p256 = certificate.tbs_certificate().subject_public_key_info().algorithm.oid != ED25519;
    let short = p256 != (ubahan == Ubahan::DigestLemah);
    let hash =
        |bytes: &[u8]| if short { Sha256::digest(bytes).to_vec() } else { Sha512::digest(bytes).to_vec() };
    let digest_alg = algorithm(if short { SHA_256 } else { SHA_512 });
    let named = if ubahan == Ubahan::EssLain { b"sertifikat lain" } else { key.certificate_der() };
    let ess = SigningCertificateV2 {
        certs: vec![EssCertIdV2 {
            hash_algorithm: (!short).then(|| digest_alg.clone()),
            cert_hash: octets(&hash(named)),
        }],
    };
    let covered = if ubahan == Ubahan::DigestLain { b"berkas lain" } else { content };
    let mut list = vec![
        attribute(CONTENT_TYPE, Any::encode_from(&ID_DATA).unwrap()),
        attribute(MESSAGE_DIGEST, Any::encode_from(&octets(&hash(covered))).unwrap()),
    ];
    if ubahan != Ubahan::TanpaEss {
        list.push(attribute(ESS_V2, Any::encode_from(&ess).unwrap()));
    }
    if ubahan == Ubahan::TambahWaktu {
        let at = der::DateTime::new(2026, 11, 21, 0, 0, 0).unwrap();
        let time = der::asn1::UtcTime::from_date_time(at).unwrap();
        list.push(attribute(SIGNING_TIME, Any::encode_from(&time).unwrap()));
    }
    let attributes = SetOfVec::try_from(list).unwrap();
    let bare = ubahan == Ubahan::TanpaAtribut;
    let message = if bare { content.to_vec() } else { attributes.to_der().unwrap() };
    let ecdsa = p256 != (ubahan == Ubahan::AlgoritmaLain);
    let mut signature_algorithm = algorithm(if ecdsa { ECDSA } else { ED25519 });
    if ubahan == Ubahan::ParameterNull {
        signature_algorithm.parameters = Some(Any::null());
    }
    let extra = attribute(SIGNING_TIME, Any::encode_from(&octets(b"isi bebas")).unwrap());
    let sid = if ubahan == Ubahan::MenurutKunci {
        SignerIdentifier::SubjectKeyIdentifier(octets(&[7; 20]).into())
    } else {
        SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: certificate.tbs_certificate().issuer().clone(),
            serial_number: certificate.tbs_certificate().serial_number().clone(),
        })
    };
    let signer = SignerInfo {
        version: if ubahan == Ubahan::MenurutKunci { CmsVersion::V3 } else { CmsVersion::V1 },
        sid,
        digest_alg: digest_alg.clone(),
        signed_attrs: (!bare).then_some(attributes),
        signature_algorithm,
        signature: octets(&signature(p256, key.sign(&message).unwrap(), ubahan == Ubahan::SignatureKedua)),
        unsigned_attrs: (ubahan == Ubahan::AtributLuar).then(|| SetOfVec::try_from(vec![extra]).unwrap()),
    };
    let mut signers = vec![signer.clone(), SignerInfo { version: CmsVersion::V3, ..signer }];
    signers.truncate(if ubahan == Ubahan::DuaPenanda {
        2
    } else {
        usize::from(ubahan != Ubahan::TanpaPenanda)
    });
    let mut choices = vec![CertificateChoices::Certificate(certificate.clone())];
    if ubahan == Ubahan::DuaSertifikat {
        choices.push(kembar(&certificate));
    }
    let certificates = (ubahan != Ubahan::TanpaSertifikat).then(|| choices.try_into().unwrap());
    let inside = Any::encode_from(&octets(content)).unwrap();
    let signed = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(vec![digest_alg]).unwrap(),
        encap_content_info: EncapsulatedContentInfo {
            econtent_type: ID_DATA,
            econtent: (ubahan == Ubahan::IsiDiDalam).then_some(inside),
        },
        certificates,
        crls: None,
        signer_infos: signers.try_into().unwrap(),
    };
    let info = ContentInfo { content_type: SIGNED_DATA, content: Any::encode_from(&signed).unwrap() };
    info.to_der().unwrap()
}

/// The same certificate with one bit of its signature changed, so that it is another one.
fn kembar(certificate: &Certificate) -> CertificateChoices {
    let mut der = certificate.to_der().unwrap();
    *der.last_mut().unwrap() ^= 1;
    CertificateChoices::Certificate(Certificate::from_der(&der).unwrap())
}
