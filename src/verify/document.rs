//! Checks a PDF: its exact shape, its signature, and the facts sealed in it.

use sha2::{Digest, Sha256};

use super::VerifyError;
use super::chain::Keyring;
use super::verdict::{Putusan, Source, Verdict};
use crate::format::receipt::Receipt;
use crate::format::statement::SealedStatement;
use crate::format::{Sha256Bytes, cms, pdf};

pub(super) fn check(bytes: &[u8], keyring: &Keyring) -> Result<Verdict, VerifyError> {
    let plain = |putusan| Ok(keyring.plain(Source::Pdf, putusan));
    let Some(sealed) = pdf::parse(bytes) else {
        return plain(if pdf::looks_sealed(bytes) { Putusan::Diubah } else { Putusan::BukanSurat });
    };
    let Some(signed) = cms::decode(&sealed.der, sealed.ranges) else { return plain(Putusan::Diubah) };
    let Some(known) = keyring.by_certificate(&signed.certificate) else {
        return plain(Putusan::KunciTidakDikenal);
    };
    // The key decides on the algorithm, not the file.
    if known.algorithm() != signed.algorithm || !known.verifies(&signed.message, &signed.signature) {
        return plain(Putusan::Diubah);
    }
    // The facts lie inside the sealed bytes; the same holder must have sealed them, for the same day.
    let facts = SealedStatement::from_qr_text(&sealed.fields.contact).and_then(|(host, bytes)| {
        let (statement, parsed) = SealedStatement::parse(&bytes)?;
        let day = parsed.facts.tanggal.strftime("D:%Y%m%d").to_string();
        let ours = keyring.same_holder(known, parsed.kid) && sealed.fields.m.starts_with(&day);
        ours.then_some((host, statement, parsed))
    });
    let Some((host, statement, parsed)) = facts else { return plain(Putusan::Diubah) };
    let (head, tail) = sealed.ranges;
    let sidik: Sha256Bytes = Sha256::new().chain_update(head).chain_update(tail).finalize().into();
    // The proof lies outside of the sealed bytes: who takes it away proves less, who changes it has changed the file.
    let place = signed.receipt.as_deref().map(|text| {
        let receipt = Receipt::parse(text)?;
        let size = receipt.proves(&parsed.facts.nomor, &sidik, &signed.signature, keyring.log_of(known)?)?;
        Some(format!("tempat surat di buku agenda: catatan {} dari {size}, dengan bukti", receipt.index + 1))
    });
    if place == Some(None) {
        return plain(Putusan::Diubah);
    }
    let mut verdict = keyring.statement(Source::Pdf, &statement, &parsed);
    known.judge_as_pdf_key(&mut verdict, &parsed);
    verdict.dasar.insert(0, "seluruh isi PDF utuh sejak disegel".to_owned());
    verdict.dasar.insert(1, format!("tanda tangan digital PDF (CMS, {})", known.algorithm().name()));
    verdict.host(&host, keyring.host_of(parsed.kid));
    match place.flatten() {
        Some(place) => verdict.checked(place),
        None => verdict.not_checked(&["tempat surat di buku agenda (surat tidak membawa buktinya)"]),
    }
    verdict.sidik = Some(sidik);
    Ok(verdict)
}
