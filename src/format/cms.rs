//! The one shape of a PDF signature: CMS `SignedData`, detached, one signer, with exactly three signed attributes:
//! contentType, messageDigest, signing-certificate-v2, and at most one unsigned one: the proof that the letter stands in
//! the office's book. Ed25519 over SHA-512 (RFC 8419); ECDSA P-256 over SHA-256 (RFC
//! 5753) where an office has chosen it.
//!
//! A verifier does not interpret other shapes: it takes certificate and signature out, encodes again, and compares.

use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo};
use const_oid::ObjectIdentifier;
use const_oid::db::{rfc5912, rfc6268, rfc8410};
use der::asn1::{OctetString, SetOfVec, Utf8StringRef};
use der::{Any, Decode, Encode, Sequence};
use sha2::{Digest, Sha256, Sha512};
use spki::AlgorithmIdentifierOwned;
use x509_cert::Certificate;
use x509_cert::attr::Attribute;

use super::public_key::{self, Algoritma};

const ID_SIGNING_CERTIFICATE_V2: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");

/// The proof of inclusion as a `UTF8String`. The arc is made of a random GUID, so nobody else uses it.
const ID_RECEIPT: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113556.1.8000.2554.28556.41356.60264.18755.40205.3154667.16365932");

impl Algoritma {
    /// Digest over the two parts that a seal covers, as this algorithm's profile has it.
    pub(crate) fn digest(self, (head, tail): (&[u8], &[u8])) -> Vec<u8> {
        match self {
            Self::Ed25519 => Sha512::new().chain_update(head).chain_update(tail).finalize().to_vec(),
            Self::EcdsaP256 => Sha256::new().chain_update(head).chain_update(tail).finalize().to_vec(),
        }
    }

    fn digest_id(self) -> AlgorithmIdentifierOwned {
        let oid = match self {
            Self::Ed25519 => rfc5912::ID_SHA_512,
            Self::EcdsaP256 => rfc5912::ID_SHA_256,
        };
        AlgorithmIdentifierOwned { oid, parameters: None }
    }

    fn signature_id(self) -> AlgorithmIdentifierOwned {
        let oid = match self {
            Self::Ed25519 => rfc8410::ID_ED_25519,
            Self::EcdsaP256 => rfc5912::ECDSA_WITH_SHA_256,
        };
        AlgorithmIdentifierOwned { oid, parameters: None }
    }

    /// The signature as `SignerInfo` has it.
    fn to_octets(self, signature: &[u8; 64]) -> der::Result<OctetString> {
        match self {
            Self::Ed25519 => OctetString::new(signature.to_vec()),
            Self::EcdsaP256 => OctetString::new(public_key::ecdsa_to_der(signature).unwrap_or_default()),
        }
    }
}

/// RFC 5035; issuerSerial is optional and left out, the hash names the certificate. SHA-256 is the default, which DER
/// leaves out.
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

/// DER of the signed attributes as SET OF: the bytes that are signed. `digest` is [`Algoritma::digest`].
pub(crate) fn signed_attributes(
    certificate: &Certificate,
    algorithm: Algoritma,
    digest: &[u8],
) -> der::Result<Vec<u8>> {
    attributes(certificate, algorithm, digest)?.to_der()
}

fn attributes(
    certificate: &Certificate,
    algorithm: Algoritma,
    digest: &[u8],
) -> der::Result<SetOfVec<Attribute>> {
    let der = certificate.to_der()?;
    let id = match algorithm {
        Algoritma::Ed25519 => EssCertIdV2 {
            hash_algorithm: Some(algorithm.digest_id()),
            cert_hash: OctetString::new(Sha512::digest(&der).to_vec())?,
        },
        Algoritma::EcdsaP256 => {
            EssCertIdV2 { hash_algorithm: None, cert_hash: OctetString::new(Sha256::digest(&der).to_vec())? }
        }
    };
    let ess = SigningCertificateV2 { certs: vec![id] };
    SetOfVec::try_from(vec![
        attribute(rfc6268::ID_CONTENT_TYPE, Any::encode_from(&rfc6268::ID_DATA)?)?,
        attribute(rfc6268::ID_MESSAGE_DIGEST, Any::encode_from(&OctetString::new(digest.to_vec())?)?)?,
        attribute(ID_SIGNING_CERTIFICATE_V2, Any::encode_from(&ess)?)?,
    ])
}

fn attribute(oid: ObjectIdentifier, value: Any) -> der::Result<Attribute> {
    Ok(Attribute { oid, values: SetOfVec::try_from(vec![value])? })
}

/// DER of the whole `ContentInfo`; with the proof that the letter stands in the book, once there is one.
pub(crate) fn encode(
    certificate: &Certificate,
    algorithm: Algoritma,
    digest: &[u8],
    signature: &[u8; 64],
    receipt: Option<&str>,
) -> der::Result<Vec<u8>> {
    let receipt = receipt.map(|text| attribute(ID_RECEIPT, Any::encode_from(&Utf8StringRef::new(text)?)?));
    let signer = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: certificate.tbs_certificate().issuer().clone(),
            serial_number: certificate.tbs_certificate().serial_number().clone(),
        }),
        digest_alg: algorithm.digest_id(),
        signed_attrs: Some(attributes(certificate, algorithm, digest)?),
        signature_algorithm: algorithm.signature_id(),
        signature: algorithm.to_octets(signature)?,
        unsigned_attrs: receipt.transpose()?.map(|receipt| SetOfVec::try_from(vec![receipt])).transpose()?,
    };
    let signed = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(vec![algorithm.digest_id()])?,
        encap_content_info: EncapsulatedContentInfo { econtent_type: rfc6268::ID_DATA, econtent: None },
        certificates: Some(vec![CertificateChoices::Certificate(certificate.clone())].try_into()?),
        crls: None,
        signer_infos: vec![signer].try_into()?,
    };
    ContentInfo { content_type: rfc6268::ID_SIGNED_DATA, content: Any::encode_from(&signed)? }.to_der()
}

/// The same `ContentInfo` with this proof in the place of the one that it had.
#[cfg(feature = "terbit")]
pub(crate) fn with_receipt(der: &[u8], receipt: &str) -> Option<Vec<u8>> {
    let mut info = ContentInfo::from_der(der).ok()?;
    let mut signed: SignedData = info.content.decode_as().ok()?;
    let mut signer = signed.signer_infos.0.get(0)?.clone();
    let value = Any::encode_from(&Utf8StringRef::new(receipt).ok()?).ok()?;
    signer.unsigned_attrs = Some(SetOfVec::try_from(vec![attribute(ID_RECEIPT, value).ok()?]).ok()?);
    signed.signer_infos = vec![signer].try_into().ok()?;
    info.content = Any::encode_from(&signed).ok()?;
    info.to_der().ok()
}

/// What a signature over the covered parts of a file says; nothing of it is checked yet.
pub(crate) struct Signed {
    pub(crate) certificate: Certificate,
    pub(crate) algorithm: Algoritma,
    pub(crate) signature: [u8; 64],
    /// The bytes that the signature is over.
    pub(crate) message: Vec<u8>,
    /// The proof that the letter stands in the book.
    pub(crate) receipt: Option<String>,
}

/// Takes certificate and signature out of DER that has exactly the shape that [`encode`] writes for these parts.
pub(crate) fn decode(der: &[u8], ranges: (&[u8], &[u8])) -> Option<Signed> {
    let info = ContentInfo::from_der(der).ok()?;
    let signed: SignedData = info.content.decode_as().ok()?;
    let certificates: Vec<_> = signed.certificates.iter().flat_map(|set| set.0.iter()).collect();
    let signers: Vec<_> = signed.signer_infos.0.iter().collect();
    let ([CertificateChoices::Certificate(certificate)], [signer]) =
        (certificates.as_slice(), signers.as_slice())
    else {
        return None;
    };
    let algorithm = [Algoritma::Ed25519, Algoritma::EcdsaP256]
        .into_iter()
        .find(|known| known.signature_id() == signer.signature_algorithm)?;
    let octets = signer.signature.as_bytes();
    let signature: [u8; 64] = match algorithm {
        Algoritma::Ed25519 => octets.try_into().ok()?,
        Algoritma::EcdsaP256 => public_key::ecdsa_from_der(octets)?,
    };
    let digest = algorithm.digest(ranges);
    let receipt = match &signer.unsigned_attrs {
        None => None,
        Some(own) => {
            let value = own.get(0).and_then(|only| only.values.get(0))?;
            Some(value.decode_as::<Utf8StringRef<'_>>().ok()?.as_str().to_owned())
        }
    };
    let again = encode(certificate, algorithm, &digest, &signature, receipt.as_deref()).ok()?;
    let message = signed_attributes(certificate, algorithm, &digest).ok()?;
    (again.as_slice() == der).then(|| Signed {
        certificate: certificate.clone(),
        algorithm,
        signature,
        message,
        receipt,
    })
}
