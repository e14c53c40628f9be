//! The one shape of a PDF signature: CMS `SignedData`, detached, one signer, Ed25519 over SHA-512 (RFC 8419), with
//! exactly three signed attributes: contentType, messageDigest, signing-certificate-v2.
//!
//! A verifier does not interpret other shapes: it takes certificate and signature out, encodes again, and compares.

use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo};
use const_oid::ObjectIdentifier;
use const_oid::db::{rfc5912, rfc6268, rfc8410};
use der::asn1::{OctetString, SetOfVec};
use der::{Any, Decode, Encode, Sequence};
use sha2::{Digest, Sha512};
use spki::AlgorithmIdentifierOwned;
use x509_cert::Certificate;
use x509_cert::attr::Attribute;

const ID_SIGNING_CERTIFICATE_V2: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
const SHA_512: AlgorithmIdentifierOwned =
    AlgorithmIdentifierOwned { oid: rfc5912::ID_SHA_512, parameters: None };
const ED25519: AlgorithmIdentifierOwned =
    AlgorithmIdentifierOwned { oid: rfc8410::ID_ED_25519, parameters: None };

/// RFC 5035; issuerSerial is optional and left out, the hash names the certificate.
#[derive(Sequence)]
struct EssCertIdV2 {
    hash_algorithm: AlgorithmIdentifierOwned,
    cert_hash: OctetString,
}

#[derive(Sequence)]
struct SigningCertificateV2 {
    certs: Vec<EssCertIdV2>,
}

/// DER of the signed attributes as SET OF: the bytes that are signed. `digest` is SHA-512 of the ByteRange bytes.
pub(crate) fn signed_attributes(certificate: &Certificate, digest: &[u8; 64]) -> der::Result<Vec<u8>> {
    attributes(certificate, digest)?.to_der()
}

fn attributes(certificate: &Certificate, digest: &[u8; 64]) -> der::Result<SetOfVec<Attribute>> {
    let attribute = |oid, value: Any| -> der::Result<Attribute> {
        Ok(Attribute { oid, values: SetOfVec::try_from(vec![value])? })
    };
    let ess = SigningCertificateV2 {
        certs: vec![EssCertIdV2 {
            hash_algorithm: SHA_512,
            cert_hash: OctetString::new(Sha512::digest(certificate.to_der()?).to_vec())?,
        }],
    };
    SetOfVec::try_from(vec![
        attribute(rfc6268::ID_CONTENT_TYPE, Any::encode_from(&rfc6268::ID_DATA)?)?,
        attribute(rfc6268::ID_MESSAGE_DIGEST, Any::encode_from(&OctetString::new(digest.to_vec())?)?)?,
        attribute(ID_SIGNING_CERTIFICATE_V2, Any::encode_from(&ess)?)?,
    ])
}

/// DER of the whole `ContentInfo`.
pub(crate) fn encode(
    certificate: &Certificate,
    digest: &[u8; 64],
    signature: &[u8; 64],
) -> der::Result<Vec<u8>> {
    let signer = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: certificate.tbs_certificate().issuer().clone(),
            serial_number: certificate.tbs_certificate().serial_number().clone(),
        }),
        digest_alg: SHA_512,
        signed_attrs: Some(attributes(certificate, digest)?),
        signature_algorithm: ED25519,
        signature: OctetString::new(signature.to_vec())?,
        unsigned_attrs: None,
    };
    let signed = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(vec![SHA_512])?,
        encap_content_info: EncapsulatedContentInfo { econtent_type: rfc6268::ID_DATA, econtent: None },
        certificates: Some(vec![CertificateChoices::Certificate(certificate.clone())].try_into()?),
        crls: None,
        signer_infos: vec![signer].try_into()?,
    };
    ContentInfo { content_type: rfc6268::ID_SIGNED_DATA, content: Any::encode_from(&signed)? }.to_der()
}

/// Takes certificate and signature out of DER that has exactly the shape that [`encode`] writes for `digest`.
pub(crate) fn decode(der: &[u8], digest: &[u8; 64]) -> Option<(Certificate, [u8; 64])> {
    let info = ContentInfo::from_der(der).ok()?;
    let signed: SignedData = info.content.decode_as().ok()?;
    let certificates: Vec<_> = signed.certificates.iter().flat_map(|set| set.0.iter()).collect();
    let signers: Vec<_> = signed.signer_infos.0.iter().collect();
    let ([CertificateChoices::Certificate(certificate)], [signer]) =
        (certificates.as_slice(), signers.as_slice())
    else {
        return None;
    };
    let signature: [u8; 64] = signer.signature.as_bytes().try_into().ok()?;
    (encode(certificate, digest, &signature).ok()?.as_slice() == der)
        .then(|| (certificate.clone(), signature))
}
