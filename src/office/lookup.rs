//! Looking: rows, letters, verification with the book at hand, and setting a letter again from what was kept.

use std::collections::BTreeMap;

use super::{Office, OfficeError, files};
use crate::archive::Blobs;
use crate::book::{Book, Entry, Filter, Person, Status};
use crate::case::Case;
use crate::check::{CheckedCase, Rules};
use crate::format::statement::printed_code;
use crate::format::trust::TrustFile;
use crate::format::{Sha256Bytes, unhex};
use crate::number::{NumberedLetter, Slot};
use crate::profile::Profile;
use crate::render::{self, Assets, RenderError, RenderedLetter, Setting};
use crate::verify::{Lookup, Recorded, Records, Verdict, Verifier, VerifyError};

impl Office {
    /// Rows of the book.
    pub fn list(&self, filter: &Filter) -> Result<Vec<Entry>, OfficeError> {
        Ok(self.book.list(filter)?)
    }

    /// Letters that stand at a running number of a series and year: the one that took it, as its own or as its number in the
    /// general agenda, and insertions behind it ([`Entry::label`]).
    pub fn numbered(&self, seri: &str, tahun: i16, urut: u32) -> Result<Vec<Entry>, OfficeError> {
        Ok(self.book.numbered(seri, tahun, urut)?)
    }

    /// The personal part of a row.
    pub fn person(&self, seq: u64) -> Result<Option<Person>, OfficeError> {
        Ok(self.book.person(seq)?)
    }

    /// The PDF of a letter: from the archive folder, or from the book if it has not been moved yet. An encrypted one needs
    /// [`Office::unlock_vault`] first.
    pub fn letter(&self, entry: &Entry) -> Result<Option<Vec<u8>>, OfficeError> {
        let stored = self.stored(&entry.objek)?;
        stored.map(|stored| self.opened(entry, stored)).transpose()
    }

    pub(super) fn stored(&self, objek: &Sha256Bytes) -> Result<Option<Vec<u8>>, OfficeError> {
        if let Some(bytes) = self.blobs.get(objek)? {
            return Ok(Some(bytes));
        }
        let waiting = self.book.waiting_bytes(objek)?;
        // Another process may have moved it between the two looks.
        if waiting.is_some() { Ok(waiting) } else { Ok(self.blobs.get(objek)?) }
    }

    /// The trust file that verifiers of this office's letters need.
    pub fn trust(&self) -> Result<TrustFile, OfficeError> {
        let path = self.root.join("kunci").join("trust.json");
        let bytes = std::fs::read(&path).map_err(files::io(&path))?;
        Verifier::read_trust(&bytes)
            .map_err(|error| OfficeError::Io { path, source: std::io::Error::other(error) })
    }

    /// The trust file as one printable page (lembar kepercayaan).
    pub fn trust_sheet(&self) -> Result<Vec<u8>, OfficeError> {
        Ok(render::trust_sheet(&self.trust()?, &self.profile, &self.assets)?)
    }

    /// Checks a PDF with the book at hand.
    pub fn verify(&self, verifier: &Verifier, pdf: &[u8]) -> Result<Verdict, VerifyError> {
        verifier.pdf(pdf, Some(self))
    }

    /// Checks the text of a QR with the book at hand.
    pub fn verify_qr(&self, verifier: &Verifier, text: &str) -> Result<Verdict, VerifyError> {
        verifier.qr(text, Some(self))
    }

    /// The letter with this short code, as a person has read it from paper.
    pub fn by_code(&self, read: &str) -> Result<Option<Entry>, OfficeError> {
        match printed_code(read) {
            Some(kode) => Ok(self.book.by_kode(&kode)?),
            None => Ok(None),
        }
    }

    /// The verdict about a letter of which the row alone is left; `None` where it was not destroyed.
    pub fn verify_destroyed(&self, verifier: &Verifier, entry: &Entry) -> Option<Verdict> {
        entry.musnah.then(|| verifier.destroyed_code(recorded(entry)))
    }

    /// Sets a letter again from the kept case, templates, fonts and profile: the bytes under its seal. `None` when
    /// something that is needed was destroyed.
    pub fn rebuild(&self, entry: &Entry) -> Result<Option<Vec<u8>>, OfficeError> {
        // The seal of the facts is Ed25519, which gives the same bytes again; it is taken from the letter itself,
        // since setting a letter again needs no key.
        let Some(statement) = self.letter(entry)?.as_deref().and_then(crate::verify::statement_in) else {
            return Ok(None);
        };
        self.set_again(entry, |numbered, setting| {
            RenderedLetter::new(numbered, statement, setting).map(|rendered| rendered.pdf().to_vec())
        })
    }

    /// The office's working copy of an issued letter: with paraf boxes, marked SALINAN, not sealed.
    pub fn office_copy(&self, entry: &Entry) -> Result<Option<Vec<u8>>, OfficeError> {
        self.set_again(entry, |numbered, setting| render::office_copy(&numbered, setting))
    }

    fn set_again(
        &self,
        entry: &Entry,
        make: impl FnOnce(NumberedLetter, Setting<'_>) -> Result<Vec<u8>, RenderError>,
    ) -> Result<Option<Vec<u8>>, OfficeError> {
        let Some((numbered, profile, assets)) = self.kept_setting(entry)? else { return Ok(None) };
        let Some(kind) = assets.kind(&entry.jenis) else { return Ok(None) };
        Ok(Some(make(numbered, Setting { profile: &profile, kind, assets: &assets })?))
    }

    /// The numbered letter with the profile and the templates of its day; `None` when something of it was destroyed.
    pub(super) fn kept_setting(
        &self,
        entry: &Entry,
    ) -> Result<Option<(NumberedLetter, Profile, Assets)>, OfficeError> {
        let (Some(person), Some(manifest), Some(profile)) =
            (self.book.person(entry.seq)?, self.stored(&entry.templat)?, self.stored(&entry.profil)?)
        else {
            return Ok(None);
        };
        let mut own = BTreeMap::new();
        for line in String::from_utf8_lossy(&manifest).lines() {
            let Some((digest, path)) = line.split_once("  ") else { continue };
            let name = unhex(digest).and_then(|bytes| Sha256Bytes::try_from(bytes).ok());
            let Some(bytes) = name.map(|name| self.stored(&name)).transpose()?.flatten() else {
                return Ok(None);
            };
            own.insert(path.to_owned(), bytes);
        }
        let profile = Profile::parse(&String::from_utf8_lossy(&profile))
            .map_err(|source| OfficeError::Profile { path: "profil".into(), source })?;
        let assets = Assets::new(own, self.workers)?;
        let (Some(kind), Ok(case)) = (assets.kind(&entry.jenis), serde_json::from_str::<Case>(&person.kasus))
        else {
            return Ok(None);
        };
        let rules = Rules { profile: &profile, kind, date: entry.tanggal, glyphs: assets.glyphs() };
        let Ok(checked) = CheckedCase::new(case, Vec::new(), rules) else { return Ok(None) };
        let slot = Slot {
            seri: entry.seri.clone(),
            tahun: entry.tahun,
            urut: entry.urut,
            sisipan: entry.sisipan.clone(),
            agenda: entry.agenda.as_ref().map(|agenda| agenda.urut),
        };
        let numbered = NumberedLetter::new(checked, slot, &profile, kind).map_err(OfficeError::Pattern)?;
        Ok(Some((numbered, profile, assets)))
    }
}

impl Records for Office {
    fn recorded(&self, letter: Lookup<'_>) -> Result<Recorded, Box<dyn std::error::Error + Send + Sync>> {
        let found = match letter {
            Lookup::Sidik(sidik) => match self.book.by_sidik(sidik)? {
                None if self.book.closed_with(sidik)? => return Ok(Recorded::Valid),
                found => found,
            },
            Lookup::Kode(kode) => self.book.by_kode(kode)?,
        };
        Ok(found.map_or(Recorded::No, |entry| recorded(&entry)))
    }
}

/// What the row of a letter says of it. Expiry is judged from the sealed facts.
fn recorded(entry: &Entry) -> Recorded {
    match entry.status {
        Status::Batal => Recorded::Cancelled,
        Status::Diganti => Recorded::Replaced,
        Status::Berlaku | Status::Kedaluwarsa | Status::Dimusnahkan if entry.musnah => Recorded::Destroyed,
        Status::Berlaku | Status::Kedaluwarsa | Status::Dimusnahkan => Recorded::Valid,
    }
}
