//! The office's own local certificate authority: made once, bound to the names and addresses of this office computer
//! (RFC 5280, 4.2.1.10), so that nobody who steals it can speak for any other site. Server certificates live for a month
//! in memory and are made anew every day.

use std::net::IpAddr;

use der::{DecodePem, Encode};
use jiff::ToSpan;
use jiff::civil::Date;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, NameConstraints,
};
use suket::{Office, OfficeError};
use x509_cert::Certificate;
use x509_cert::ext::pkix::name::GeneralName;
use zeroize::Zeroizing;

/// Years that the authority lasts.
const YEARS: i32 = 10;
/// Days that a server's certificate lasts.
const DAYS: i32 = 30;

/// Why there is no local authority.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CaError {
    /// The archive.
    #[error(transparent)]
    Office(#[from] OfficeError),
    /// Making or signing a certificate.
    #[error("sertifikat: {0}")]
    Make(#[from] rcgen::Error),
    /// Reading the authority's certificate.
    #[error("kunci/web-ca.pem tidak terbaca: {0}")]
    Read(#[from] der::Error),
    /// Its last day is over.
    #[error("sertifikat kantor di kunci/web-ca.pem hanya berlaku sampai {0}")]
    Expired(Date),
    /// It may not speak for a name that is asked for now.
    #[error("sertifikat kantor di kunci/web-ca.pem tidak mencakup {0}")]
    OtherName(String),
}

/// The local authority, opened.
pub(crate) struct LocalCa {
    issuer: Issuer<'static, KeyPair>,
    /// Its certificate, for the other computers.
    pub(crate) pem: String,
    /// SHA-256 of the certificate (DER).
    pub(crate) sidik: [u8; 32],
    /// Day on which it was made.
    pub(crate) mulai: Date,
    /// Its last day.
    pub(crate) sampai: Date,
    /// Whether it was made just now.
    pub(crate) baru: bool,
    names: Vec<String>,
}

impl LocalCa {
    /// Opens the office's authority, or makes it. `names` are names and addresses of this computer.
    pub(crate) fn open(office: &Office, names: Vec<String>, today: Date) -> Result<Self, CaError> {
        let kept = office.web_authority()?;
        let baru = kept.is_none();
        let (pem, key) = kept.map_or_else(|| make(office, &names, today), Ok)?;
        let certificate = Certificate::from_pem(&pem)?;
        let der = certificate.to_der()?;
        let tbs = certificate.tbs_certificate();
        let (mulai, sampai) = (date_of(tbs.validity().not_before), date_of(tbs.validity().not_after));
        if sampai <= today {
            return Err(CaError::Expired(sampai));
        }
        let covered = covered(&certificate)?;
        if let Some(other) = names.iter().find(|name| !covered.contains(name)) {
            return Err(CaError::OtherName(other.clone()));
        }
        let sidik = <sha2::Sha256 as sha2::Digest>::digest(&der).into();
        let issuer = Issuer::from_ca_cert_pem(&pem, KeyPair::from_pem(&key)?)?;
        Ok(Self { issuer, pem, sidik, mulai, sampai, baru, names })
    }

    /// A new server certificate for a month, and its key (PEM).
    pub(crate) fn certificate(&self, today: Date) -> Result<(String, Zeroizing<String>), CaError> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(self.names.clone())?;
        valid(&mut params, today, today.saturating_add(DAYS.days()).min(self.sampai));
        params.distinguished_name.push(DnType::CommonName, "suket");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(&key, &self.issuer)?;
        Ok((certificate.pem(), Zeroizing::new(key.serialize_pem())))
    }
}

/// A new authority that may speak for these names only; the office keeps it.
fn make(office: &Office, names: &[String], today: Date) -> Result<(String, Zeroizing<String>), CaError> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::default();
    valid(&mut params, today, today.saturating_add(YEARS.years()));
    let nama = &office.profile().nama;
    params.distinguished_name.push(DnType::OrganizationName, nama.as_str());
    params.distinguished_name.push(DnType::CommonName, format!("suket {nama}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let permitted_subtrees = names.iter().map(|name| subtree(name)).collect();
    params.name_constraints = Some(NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() });
    let (pem, key) = (params.self_signed(&key)?.pem(), Zeroizing::new(key.serialize_pem()));
    office.keep_web_authority(&pem, &key)?;
    Ok((pem, key))
}

fn subtree(name: &str) -> GeneralSubtree {
    match name.parse::<IpAddr>() {
        Ok(ip) => {
            GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(ip, if ip.is_ipv4() { 32 } else { 128 }))
        }
        Err(_) => GeneralSubtree::DnsName(name.to_owned()),
    }
}

/// Names and addresses that an authority may speak for.
fn covered(certificate: &Certificate) -> Result<Vec<String>, CaError> {
    type Constraints = x509_cert::ext::pkix::NameConstraints;
    let found = certificate.tbs_certificate().get_extension::<Constraints>()?;
    let trees = found.and_then(|(_, constraints)| constraints.permitted_subtrees).unwrap_or_default();
    Ok(trees.iter().filter_map(|tree| named(&tree.base)).collect())
}

#[expect(clippy::wildcard_enum_match_arm, reason = "we write names and addresses only")]
fn named(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::DnsName(name) => Some(name.to_string()),
        // Address and mask.
        GeneralName::IpAddress(bytes) => match bytes.as_bytes() {
            &[a, b, c, d, _, _, _, _] => Some(IpAddr::from([a, b, c, d]).to_string()),
            long => Some(IpAddr::from(*long.first_chunk::<16>()?).to_string()),
        },
        _ => None,
    }
}

/// A certificate's time as a day, in UTC.
fn date_of(time: x509_cert::time::Time) -> Date {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    let moment = jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::MAX);
    moment.to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// From the day before, since another computer's clock may be a little behind, to a last day.
fn valid(params: &mut CertificateParams, from: Date, to: Date) {
    let part = |value: i8| u8::try_from(value).unwrap_or(1);
    let moment = |day: Date| rcgen::date_time_ymd(i32::from(day.year()), part(day.month()), part(day.day()));
    params.not_before = moment(from.saturating_sub(1.day()));
    params.not_after = moment(to);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// First and last day of a certificate.
    fn validity(pem: &str) -> (Date, Date) {
        let certificate = Certificate::from_pem(pem).unwrap();
        let validity = certificate.tbs_certificate().validity();
        (date_of(validity.not_before), date_of(validity.not_after))
    }

    #[test]
    fn certificates_are_renewed_as_long_as_the_authority_lasts() {
        let folder = tempfile::tempdir().unwrap();
        let profile = suket::Profile::builtin("candi-laras-utara").unwrap();
        let mut entropy = |buffer: &mut [u8]| getrandom::fill(buffer).unwrap();
        let request = suket::InitRequest {
            profile,
            date: day("2026-11-21"),
            passphrase: b"uji",
            entropy: &mut entropy,
        };
        Office::init(folder.path(), request).unwrap();
        let office = Office::open(folder.path(), 1).unwrap();
        let names = || vec!["kantor.lan".to_owned(), "192.168.1.10".to_owned(), "fd00::1".to_owned()];
        let made = LocalCa::open(&office, names(), day("2026-11-21")).unwrap();
        assert!(made.baru);
        assert_eq!((made.mulai, made.sampai), (day("2026-11-20"), day("2036-11-21")));
        let later = LocalCa::open(&office, names(), day("2030-01-01")).unwrap();
        assert!(!later.baru && later.sidik == made.sidik, "kept");
        for (today, until) in
            [("2026-11-21", "2026-12-21"), ("2030-01-01", "2030-01-31"), ("2036-11-10", "2036-11-21")]
        {
            let (pem, key) = later.certificate(day(today)).unwrap();
            let (from, to) = validity(&pem);
            assert!(from < day(today) && to == day(until), "{today}: {from} to {to}");
            assert_ne!(*key, *later.certificate(day(today)).unwrap().1, "a new key each time");
        }
        let ended = LocalCa::open(&office, names(), day("2036-11-21"));
        assert!(matches!(ended, Err(CaError::Expired(until)) if until == day("2036-11-21")));
        let other = LocalCa::open(&office, vec!["sub.kantor.lan".to_owned()], day("2026-11-21"));
        assert!(matches!(other, Err(CaError::OtherName(name)) if name == "sub.kantor.lan"));
    }
}
