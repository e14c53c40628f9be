//! X.509 certificates (RFC 5280) of the office: a root, and leaves with the tenure as validity.

use const_oid::ObjectIdentifier;
use const_oid::db::rfc4519;
use der::asn1::{GeneralizedTime, PrintableStringRef, UtcTime, Utf8StringRef};
use der::{Any, DateTime, Decode, Encode, EncodePem};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use spki::SubjectPublicKeyInfoRef;
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{self, Builder, CertificateBuilder};
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectKeyIdentifier,
};
use x509_cert::ext::{Extension, ToExtension};
use x509_cert::name::{Name, RdnSequence, RelativeDistinguishedName};
use x509_cert::serial_number::SerialNumber;
use x509_cert::time::{Time, Validity};
use x509_cert::{Certificate, TbsCertificate};

use super::{KeyError, SecretKey};
use crate::format::public_key::{self, PublicKey};
use crate::format::sha256;

/// documentSigning (RFC 9336).
const DOCUMENT_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.36");

/// First and last day of a certificate, as the office's clock has them.
#[derive(Debug, Clone)]
pub(crate) struct Tenure {
    pub(crate) from: Date,
    pub(crate) to: Date,
    pub(crate) zone: TimeZone,
}

/// Whom a certificate names.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    /// Name of the office.
    office: String,
    /// The post or the seal, e.g. `Plt. Camat Larangan`.
    title: String,
    /// The person, or the seal's own name.
    name: String,
}

impl Subject {
    pub(crate) fn new(office: &str, title: &str, name: &str) -> Self {
        Self { office: office.to_owned(), title: title.to_owned(), name: name.to_owned() }
    }

    /// As it is shown to people: `ALAMSYAH, S.Pd, Plt. Camat Candi Laras Utara`.
    pub(crate) fn shown(&self) -> String {
        if self.title.is_empty() { self.name.clone() } else { format!("{}, {}", self.name, self.title) }
    }

    fn to_name(&self) -> der::Result<Name> {
        let part = |oid, value: Any| -> der::Result<RelativeDistinguishedName> {
            RelativeDistinguishedName::try_from(vec![AttributeTypeAndValue { oid, value }])
        };
        let text = |oid, text: &str| part(oid, Any::encode_from(&Utf8StringRef::new(text)?)?);
        let mut parts = RdnSequence::default();
        parts.push(part(rfc4519::C, Any::encode_from(&PrintableStringRef::new("ID")?)?)?);
        parts.push(text(rfc4519::O, &self.office)?);
        if !self.title.is_empty() {
            parts.push(text(rfc4519::TITLE, &self.title)?);
        }
        parts.push(text(rfc4519::CN, &self.name)?);
        Name::from_der(&parts.to_der()?)
    }
}

struct Profile {
    subject: Name,
    issuer: Name,
    root: bool,
}

impl BuilderProfile for Profile {
    fn get_issuer(&self, _: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        own: SubjectPublicKeyInfoRef<'_>,
        issuer: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> builder::Result<Vec<Extension>> {
        let mut list = Vec::new();
        let subject = tbs.subject();
        let id = SubjectKeyIdentifier::try_from(own)?.to_extension(subject, &list)?;
        list.push(id);
        let usage = if self.root {
            let limits =
                BasicConstraints { ca: true, path_len_constraint: Some(0) }.to_extension(subject, &list)?;
            list.push(limits);
            KeyUsage(KeyUsages::KeyCertSign | KeyUsages::CRLSign)
        } else {
            let authority = AuthorityKeyIdentifier::try_from(issuer)?.to_extension(subject, &list)?;
            list.push(authority);
            let purpose = ExtendedKeyUsage(vec![DOCUMENT_SIGNING]).to_extension(subject, &list)?;
            list.push(purpose);
            KeyUsage(KeyUsages::DigitalSignature | KeyUsages::NonRepudiation)
        };
        let usage = usage.to_extension(subject, &list)?;
        list.push(usage);
        Ok(list)
    }
}

/// The office's root, DER: self-signed, may only certify leaves.
pub(crate) fn root(key: &SecretKey, subject: &Subject, tenure: &Tenure) -> Result<Vec<u8>, KeyError> {
    let name = subject.to_name().map_err(boxed)?;
    build(key, &key.public(), Profile { subject: name.clone(), issuer: name, root: true }, tenure)
}

/// A leaf, DER: its validity is the tenure.
pub(crate) fn leaf(
    root_key: &SecretKey,
    root_der: &[u8],
    public: &PublicKey,
    subject: &Subject,
    tenure: &Tenure,
) -> Result<Vec<u8>, KeyError> {
    let issuer = parse(root_der)?.tbs_certificate().subject().clone();
    let profile = Profile { subject: subject.to_name().map_err(boxed)?, issuer, root: false };
    build(root_key, public, profile, tenure)
}

fn build(
    signer: &SecretKey,
    public: &PublicKey,
    profile: Profile,
    tenure: &Tenure,
) -> Result<Vec<u8>, KeyError> {
    let Tenure { from, to, zone } = tenure;
    // The serial comes from what is certified, so that the same inputs give the same certificate.
    let basis = format!("{from} {to} {}", crate::format::hex(&public.raw()));
    let mut serial: Vec<u8> = sha256(basis.as_bytes()).iter().take(16).copied().collect();
    if let Some(first) = serial.first_mut() {
        *first = *first & 0x7f | 0x40;
    }
    let SecretKey::Ed25519(signer) = signer else { return Err(KeyError::Algorithm) };
    let info = public.to_spki().map_err(boxed)?;
    let validity = Validity::new(time(from.at(0, 0, 0, 0), zone)?, time(to.at(23, 59, 59, 0), zone)?);
    let serial = SerialNumber::new(&serial).map_err(boxed)?;
    let builder = CertificateBuilder::new(profile, serial, validity, info).map_err(boxed)?;
    let certificate = builder.build::<_, ed25519_dalek::Signature>(signer).map_err(boxed)?;
    certificate.to_der().map_err(boxed)
}

/// A moment of the office's clock, as certificates have it: in UTC.
fn time(local: jiff::civil::DateTime, zone: &TimeZone) -> Result<Time, KeyError> {
    let at = local.to_zoned(zone.clone()).map_err(boxed)?.with_time_zone(TimeZone::UTC).datetime();
    let number = |n: i8| u8::try_from(n).unwrap_or(0);
    let year = u16::try_from(at.year()).map_err(boxed)?;
    let [month, day, hour, minute, second] =
        [at.month(), at.day(), at.hour(), at.minute(), at.second()].map(number);
    let at = DateTime::new(year, month, day, hour, minute, second).map_err(boxed)?;
    Ok(match UtcTime::from_date_time(at) {
        Ok(utc) if year < 2050 => Time::UtcTime(utc),
        _ => Time::GeneralTime(GeneralizedTime::from_date_time(at)),
    })
}

pub(super) fn parse(der: &[u8]) -> Result<Certificate, KeyError> {
    Certificate::from_der(der).map_err(boxed)
}

/// The public key of a certificate, DER.
pub(crate) fn public_of(der: &[u8]) -> Result<PublicKey, KeyError> {
    public_key::of_certificate(&parse(der)?).map_err(boxed)
}

/// Whether the certificate's validity holds the whole tenure; an open one always fits.
pub(crate) fn fits(der: &[u8], from: Date, to: Option<Date>) -> bool {
    validity_of(der).is_some_and(|(first, last)| first <= from && to.is_none_or(|to| to <= last))
}

/// First and last day of a certificate, DER.
pub(crate) fn validity_of(der: &[u8]) -> Option<(Date, Date)> {
    public_key::days_of(&parse(der).ok()?)
}

/// PEM of a certificate.
pub(crate) fn to_pem(der: &[u8]) -> Result<String, KeyError> {
    parse(der)?.to_pem(der::pem::LineEnding::LF).map_err(boxed)
}

fn boxed(error: impl std::error::Error + Send + Sync + 'static) -> KeyError {
    KeyError::Certificate(Box::new(error))
}
