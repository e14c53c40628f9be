//! `suket verify`: works without the issuing half.

use std::path::{Path, PathBuf};

use suket::{Putusan, Verdict, Verifier, VerifyError};

use super::args::Global;
use super::say::{self, Failure};
use super::trust;

/// What is to be checked.
pub(crate) struct Asked<'a> {
    /// PDFs, and pictures of papers.
    pub(crate) files: &'a [PathBuf],
    /// Text of a QR.
    pub(crate) qr: Option<&'a str>,
    /// Code at the foot of the paper.
    pub(crate) code: Option<&'a str>,
}

pub(crate) fn run(global: &Global, asked: Asked<'_>, trusted: Option<&Path>) -> Result<u8, Failure> {
    let own = trust::own(global);
    let mut verifier = trust::verifier(trusted.unwrap_or(&own))?;
    let office = at_hand(global, trusted.is_none())?;
    if let Some(today) = today(&office) {
        verifier = verifier.on(today);
    }
    let desk = Desk { global, verifier, office };
    match (asked.qr, asked.code, asked.files) {
        (Some(text), code, _) => desk.qr("QR", text, code),
        (None, Some(code), []) => desk.code(code),
        // A file that cannot be read does not keep the others from being checked.
        (None, code, files) => Ok(files.iter().fold(say::DONE, |worst, file| {
            let code = desk.file(file, code).unwrap_or_else(|failure| failure.show(desk.global.json));
            worst.max(code)
        })),
    }
}

struct Desk<'a> {
    global: &'a Global,
    verifier: Verifier,
    office: AtHand,
}

impl Desk<'_> {
    fn file(&self, file: &Path, code: Option<&str>) -> Result<u8, Failure> {
        let name = file.display().to_string();
        let bytes = std::fs::read(file).map_err(|e| {
            // A letter from before suket has no file: its number is asked instead.
            match outside(&self.office, &name) {
                Some(text) => Failure::new(say::NOT_GENUINE, text, "periksa buku kertas kantor"),
                None => Failure::new(say::CALL, format!("{name}: {}", say::cause(&e)), "periksa nama berkas"),
            }
        })?;
        if Verifier::is_bundle(&bytes) {
            let verdict = self.verifier.bundle(&bytes).map_err(trust::failure)?;
            return Ok(self.tell(&name, verdict, None));
        }
        if !Verifier::is_picture(&bytes) {
            let verdict = pdf(&self.office, &self.verifier, &bytes).map_err(trust::failure)?;
            return Ok(self.tell(&name, verdict, code));
        }
        let advice = "foto ulang dengan lurus, terang dan dekat, atau ketik kode di kaki surat: suket verify --code KODE";
        let texts = Verifier::read_picture(&bytes)
            .map_err(|error| Failure::new(say::CALL, format!("{name}: {error}"), advice))?;
        if texts.is_empty() {
            return Err(Failure::new(say::CALL, format!("{name}: tidak ada QR yang terbaca"), advice));
        }
        texts.iter().try_fold(say::DONE, |worst, text| Ok(worst.max(self.qr(&name, text, code)?)))
    }

    fn qr(&self, name: &str, text: &str, code: Option<&str>) -> Result<u8, Failure> {
        let verdict = qr(&self.office, &self.verifier, text).map_err(trust::failure)?;
        Ok(self.tell(name, verdict, code))
    }

    /// A code alone says nothing; the office's book tells which letter it belongs to, and that is checked whole.
    #[cfg(feature = "terbit")]
    fn code(&self, code: &str) -> Result<u8, Failure> {
        let Some(office) = &self.office else { return Err(no_book()) };
        let Some(entry) = office.by_code(code).map_err(super::outside::failure)? else {
            return Ok(self.tell(&format!("kode {code}"), self.verifier.unknown_code(), None));
        };
        if let Some(verdict) = office.verify_destroyed(&self.verifier, &entry) {
            return Ok(self.tell(&format!("kode {code}"), verdict, None));
        }
        let Some(bytes) = office.letter(&entry).map_err(super::outside::failure)? else {
            let text = format!("surat {} tercatat, tetapi berkasnya tidak ada di arsip", entry.nomor);
            return Err(Failure::new(say::MACHINE, text, "jalankan suket archive check"));
        };
        let verdict = pdf(&self.office, &self.verifier, &bytes).map_err(trust::failure)?;
        Ok(self.tell(&format!("surat di arsip dengan kode {code}"), verdict, Some(code)))
    }

    #[cfg(not(feature = "terbit"))]
    #[expect(clippy::unused_self, reason = "same form as with the issuing half")]
    fn code(&self, _: &str) -> Result<u8, Failure> {
        Err(no_book())
    }

    fn tell(&self, name: &str, mut verdict: Verdict, code: Option<&str>) -> u8 {
        if let Some(code) = code {
            verdict.compare_code(code);
        }
        if self.global.json {
            let mut line = serde_json::to_value(&verdict).unwrap_or_default();
            if let Some(map) = line.as_object_mut() {
                map.insert("berkas".to_owned(), name.into());
            }
            say::line(&line.to_string());
        } else {
            print(name, &verdict);
        }
        if verdict.putusan == Putusan::Asli { say::DONE } else { say::NOT_GENUINE }
    }
}

fn no_book() -> Failure {
    let text = "kode saja hanya dapat dicari di buku agenda kantor, dan arsip kantor tidak di tangan";
    Failure::new(say::CALL, text, "periksa QR (suket verify FOTO) atau tanyakan kode ini kepada kantor")
}

/// The verdict first, then the facts in the order of the paper, then what was checked and what was not.
fn print(name: &str, verdict: &Verdict) {
    let answer = |answer| match answer {
        suket::Answer::Ya => "ya",
        suket::Answer::Tidak => "TIDAK",
        suket::Answer::TidakTerjawab => "tidak terjawab",
    };
    say::line(name);
    say::line(&format!("  {}", verdict.sentence()));
    for what in &verdict.peringatan {
        say::line(&format!("  PERHATIAN: {what}"));
    }
    if let Some(facts) = &verdict.fakta {
        let rows = [
            ("Jenis", Some(facts.jenis.clone())),
            ("Nomor", Some(facts.nomor.clone())),
            ("Nama", Some(facts.nama.clone())),
            ("NIK", facts.nik_akhir.map(|last| format!("************{last:04}"))),
            ("Tanggal lahir", facts.lahir.map(|date| date.to_string())),
            ("Tanggal surat", Some(facts.tanggal.to_string())),
            ("Berlaku sampai", facts.berlaku_sampai.map(|date| date.to_string())),
            ("Penyegel", verdict.penyegel.clone()),
            ("Kode wilayah", Some(facts.kantor.clone())),
            ("Kode surat", verdict.kode.clone()),
        ];
        for (label, value) in rows.into_iter().filter_map(|(label, value)| Some((label, value?))) {
            say::line(&format!("  {label:<14}: {value}"));
        }
    }
    let answers = verdict.answers();
    say::line(&format!("  tidak berubah sejak disegel? {}", answer(answers.utuh)));
    say::line(&format!("  disegel kunci yang dikenal? {}", answer(answers.kunci_dikenal)));
    say::line(&format!("  kunci itu berlaku pada hari itu? {}", answer(answers.kunci_berlaku)));
    for what in &verdict.dasar {
        say::line(&format!("  diperiksa: {what}"));
    }
    for what in &verdict.tidak_diperiksa {
        say::line(&format!("  TIDAK diperiksa: {what}"));
    }
    if matches!(verdict.putusan, Putusan::BukanSurat | Putusan::TidakTercatat) {
        for (nama, sejak) in &verdict.segel_sejak {
            say::line(&format!("  {nama} menyegel surat-suratnya sejak {sejak}"));
        }
    }
}

/// The office's own archive with its book, if letters are checked there.
#[cfg(feature = "terbit")]
type AtHand = Option<suket::Office>;
#[cfg(not(feature = "terbit"))]
type AtHand = Option<std::convert::Infallible>;

#[cfg(feature = "terbit")]
fn at_hand(global: &Global, own: bool) -> Result<AtHand, Failure> {
    if !own {
        return Ok(None);
    }
    // A book that is there but cannot be read must not pass as "no book at hand".
    match suket::Office::look(&global.archive, 1) {
        Ok(office) => Ok(Some(office)),
        Err(
            suket::OfficeError::NoOffice(_) | suket::OfficeError::Backup(suket::BackupError::Unfinished(_)),
        ) => Ok(None),
        Err(error) => Err(super::outside::failure(error)),
    }
}

/// Today where the office is; elsewhere where this computer is.
#[cfg(feature = "terbit")]
fn today(office: &AtHand) -> Option<jiff::civil::Date> {
    match office {
        Some(office) => super::outside::today(office.profile()).ok(),
        None => Some(super::say::local_day()),
    }
}

/// What the book says of a number that was written outside suket.
#[cfg(feature = "terbit")]
fn outside(office: &AtHand, nomor: &str) -> Option<String> {
    super::look::outside_suket(office.as_ref()?, nomor, None).ok().flatten()
}

#[cfg(feature = "terbit")]
fn pdf(office: &AtHand, verifier: &Verifier, bytes: &[u8]) -> Result<Verdict, VerifyError> {
    match office {
        Some(office) => office.verify(verifier, bytes),
        None => verifier.pdf(bytes, None),
    }
}

#[cfg(feature = "terbit")]
fn qr(office: &AtHand, verifier: &Verifier, text: &str) -> Result<Verdict, VerifyError> {
    match office {
        Some(office) => office.verify_qr(verifier, text),
        None => verifier.qr(text, None),
    }
}

#[cfg(not(feature = "terbit"))]
#[expect(clippy::unnecessary_wraps, reason = "same form as with the issuing half")]
fn at_hand(_: &Global, _: bool) -> Result<AtHand, Failure> {
    Ok(None)
}

#[cfg(not(feature = "terbit"))]
#[expect(
    clippy::trivially_copy_pass_by_ref,
    clippy::unnecessary_wraps,
    reason = "same form as with the issuing half"
)]
fn today(_: &AtHand) -> Option<jiff::civil::Date> {
    Some(super::say::local_day())
}

#[cfg(not(feature = "terbit"))]
#[expect(clippy::trivially_copy_pass_by_ref, reason = "same form as with the issuing half")]
fn outside(_: &AtHand, _: &str) -> Option<String> {
    None
}

#[cfg(not(feature = "terbit"))]
#[expect(clippy::trivially_copy_pass_by_ref, reason = "same form as with the issuing half")]
fn pdf(_: &AtHand, verifier: &Verifier, bytes: &[u8]) -> Result<Verdict, VerifyError> {
    verifier.pdf(bytes, None)
}

#[cfg(not(feature = "terbit"))]
#[expect(clippy::trivially_copy_pass_by_ref, reason = "same form as with the issuing half")]
fn qr(_: &AtHand, verifier: &Verifier, text: &str) -> Result<Verdict, VerifyError> {
    verifier.qr(text, None)
}
