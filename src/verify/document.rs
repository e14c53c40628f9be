//! Checks a PDF: its exact shape, its signature, the facts sealed in it, and the book if one is at hand.

use der::Encode;
use sha2::{Digest, Sha256, Sha512};

use super::chain::Keyring;
use super::verdict::{Putusan, Verdict};
use super::{Recorded, Records, VerifyError};
use crate::format::statement::SealedStatement;
use crate::format::{cms, pdf};

pub(super) fn check(
    bytes: &[u8],
    keyring: &Keyring,
    records: Option<&dyn Records>,
) -> Result<Verdict, VerifyError> {
    let Some(sealed) = pdf::parse(bytes) else {
        let putusan = if pdf::looks_sealed(bytes) { Putusan::Diubah } else { Putusan::BukanSurat };
        return Ok(Verdict::plain(putusan));
    };
    let (head, tail) = sealed.ranges;
    let digest: [u8; 64] = Sha512::new().chain_update(head).chain_update(tail).finalize().into();
    let Some((certificate, signature)) = cms::decode(&sealed.der, &digest) else {
        return Ok(Verdict::plain(Putusan::Diubah));
    };
    let Some(known) = certificate.to_der().ok().and_then(|der| keyring.by_certificate(&der)) else {
        return Ok(Verdict::plain(Putusan::KunciTidakDikenal));
    };
    let signed = cms::signed_attributes(&certificate, &digest).unwrap_or_default();
    if !known.verifies(&signed, &signature) {
        return Ok(Verdict::plain(Putusan::Diubah));
    }
    // The statement lies inside the sealed bytes; it must be sealed by the same key.
    let statement = SealedStatement::from_qr_text(&sealed.fields.contact)
        .and_then(|(host, bytes)| Some((host, SealedStatement::parse(&bytes)?.1)))
        .filter(|(_, parsed)| parsed.kid == known.kid);
    let Some((host, parsed)) = statement else { return Ok(Verdict::plain(Putusan::Diubah)) };
    let mut verdict = keyring.statement(&parsed);
    verdict.dasar.insert(0, "seluruh isi PDF utuh sejak disegel".to_owned());
    verdict.dasar.insert(1, "tanda tangan digital PDF (CMS, Ed25519)".to_owned());
    verdict.host(&host, keyring.host_of(known.kid));
    match records {
        None => verdict.not_checked(&["pembatalan dan penggantian (buku agenda tidak di tangan)"]),
        Some(records) => {
            let sidik: [u8; 32] = Sha256::new().chain_update(head).chain_update(tail).finalize().into();
            let recorded = records.recorded(&sidik).map_err(VerifyError::Records)?;
            verdict.checked("buku agenda kantor");
            if verdict.putusan == Putusan::Asli {
                verdict.putusan = match recorded {
                    Recorded::No => Putusan::TidakTercatat,
                    Recorded::Valid => Putusan::Asli,
                    Recorded::Replaced => Putusan::Diganti,
                };
            }
        }
    }
    Ok(verdict)
}
