//! Sealing with other people's code: the CMS of RFC 5652 built here once more, apart from the library, so that tests
//! can play a signing service, and a forger who holds a key.

use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo};
use const_oid::ObjectIdentifier;
use der::asn1::{OctetString, SetOfVec};
use der::{Any, Decode, Encode, Sequence};
use sha2::{Digest, Sha512};
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
const SHA_512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

#[derive(Sequence)]
struct EssCertIdV2 {
    hash_algorithm: AlgorithmIdentifierOwned,
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
    /// Two signers.
    DuaPenanda,
    /// Parameters in the algorithm identifier.
    ParameterNull,
    /// No signed attributes: the signature is over the content itself.
    TanpaAtribut,
    /// Further unsigned attributes.
    AtributLuar,
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
    let der = cms(key, &content, ubahan);
    let mut filled = pdf.to_vec();
    filled[hole.start + 1..hole.end - 1].fill(b'0');
    for (place, byte) in filled[hole.start + 1..].chunks_mut(2).zip(&der) {
        place.copy_from_slice(format!("{byte:02x}").as_bytes());
    }
    filled
}

fn cms(key: &dyn Signer, content: &[u8], ubahan: Ubahan) -> Vec<u8> {
    let certificate = Certificate::from_der(key.certificate_der()).unwrap();
    let algorithm = |oid| AlgorithmIdentifierOwned { oid, parameters: None };
    let attribute = |oid, value: Any| Attribute { oid, values: SetOfVec::try_from(vec![value]).unwrap() };
    let octets = |bytes: &[u8]| OctetString::new(bytes.to_vec()).unwrap();
    let ess = SigningCertificateV2 {
        certs: vec![EssCertIdV2 {
            hash_algorithm: algorithm(SHA_512),
            cert_hash: octets(&Sha512::digest(key.certificate_der())),
        }],
    };
    let digest = octets(&Sha512::digest(content));
    let mut list = vec![
        attribute(CONTENT_TYPE, Any::encode_from(&ID_DATA).unwrap()),
        attribute(MESSAGE_DIGEST, Any::encode_from(&digest).unwrap()),
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
    let mut signature_algorithm = algorithm(ED25519);
    if ubahan == Ubahan::ParameterNull {
        signature_algorithm.parameters = Some(Any::null());
    }
    let extra = attribute(SIGNING_TIME, Any::encode_from(&octets(b"isi bebas")).unwrap());
    let signer = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: certificate.tbs_certificate().issuer().clone(),
            serial_number: certificate.tbs_certificate().serial_number().clone(),
        }),
        digest_alg: algorithm(SHA_512),
        signed_attrs: (!bare).then_some(attributes),
        signature_algorithm,
        signature: octets(&key.sign(&message).unwrap()),
        unsigned_attrs: (ubahan == Ubahan::AtributLuar).then(|| SetOfVec::try_from(vec![extra]).unwrap()),
    };
    let mut signers = vec![signer.clone()];
    if ubahan == Ubahan::DuaPenanda {
        signers.push(SignerInfo { version: CmsVersion::V3, ..signer });
    }
    let signed = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(vec![algorithm(SHA_512)]).unwrap(),
        encap_content_info: EncapsulatedContentInfo { econtent_type: ID_DATA, econtent: None },
        certificates: Some(vec![CertificateChoices::Certificate(certificate)].try_into().unwrap()),
        crls: None,
        signer_infos: signers.try_into().unwrap(),
    };
    let info = ContentInfo { content_type: SIGNED_DATA, content: Any::encode_from(&signed).unwrap() };
    info.to_der().unwrap()
}
