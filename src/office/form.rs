//! What a form at the desk needs to know before a case is whole: requirements of this applicant, lists, fields.

use jiff::civil::Date;

use super::{Office, OfficeError};
use crate::book::{Book, Entry, Peristiwa};
use crate::calendar::usia;
use crate::case::{Case, RawCase};
use crate::finding::Finding;
use crate::wording;

/// A requirement as this applicant needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Syarat {
    /// Id, as `berkas` of a case names it.
    pub id: String,
    /// Text as the office states it.
    pub teks: String,
    /// The condition in the office's own words.
    pub keterangan: String,
    /// Name of a group of which any one paper is enough.
    pub salah_satu: String,
    /// Whether it is handed in.
    pub ada: bool,
}

impl Office {
    /// The requirements of this applicant for a letter of this date. A condition that cannot be judged yet counts as
    /// met, so that no requirement is forgotten.
    pub fn requirements(&self, case: &Case, date: Date) -> Vec<Syarat> {
        let born = case.pemohon.tanggal_lahir.filter(|born| *born <= date);
        let context = wording::case_context(case, born.map(|born| usia(born, date)));
        let needed = self
            .profile
            .persyaratan
            .iter()
            .filter(|syarat| syarat.applies(&case.jenis, &context).unwrap_or(true) && syarat.dokumen);
        needed
            .filter(|syarat| syarat.jenis.contains(&case.jenis))
            .map(|syarat| Syarat {
                id: syarat.id.clone(),
                teks: syarat.teks.clone(),
                keterangan: syarat.keterangan.clone(),
                salah_satu: syarat.salah_satu.clone(),
                ada: case.berkas.contains(&syarat.id),
            })
            .collect()
    }

    /// Every finding of a case, also those that only warn; numbers nothing.
    pub fn findings(&self, raw: RawCase, date: Date) -> Vec<Finding> {
        match self.check(raw, date) {
            Ok(checked) => checked.warnings().to_vec(),
            Err(findings) => findings,
        }
    }

    /// The letter that a request key has brought, if it has brought one.
    pub fn requested(&self, kunci: &str) -> Result<Option<Entry>, OfficeError> {
        Ok(self.book.by_request(kunci)?.map(|(entry, _)| entry))
    }

    /// The letter of this leaf.
    pub fn entry(&self, seq: u64) -> Result<Option<Entry>, OfficeError> {
        Ok(self.book.by_seq(seq)?)
    }

    /// Leaf and running number of the application that was written down with this salt.
    pub fn application_of(&self, tahun: i16, garam: &[u8; 16]) -> Result<Option<(u64, u32)>, OfficeError> {
        let all = self.book.applications()?;
        Ok(all.iter().rev().find_map(|event| {
            let Peristiwa::Mohon { urut, pemohon, .. } = &event.isi.peristiwa else { return None };
            let same = pemohon.garam == *garam && event.isi.tanggal.year() == tahun;
            same.then_some((event.seq, *urut))
        }))
    }

    /// The entries of a list of the field (agama, pekerjaan, …), with those that the office has added.
    pub fn choices(&self, list: &str) -> Vec<String> {
        let own = self.profile.daftar.get(list).into_iter().flatten().cloned();
        let known = crate::check::choices(list).iter().map(|entry| (*entry).to_owned());
        known.chain(own).collect()
    }

    /// The text of `sop.toml` that this office follows: its own, or the built-in one of its profile.
    pub fn sop_text(&self) -> Result<Option<String>, OfficeError> {
        self.own_text("sop.toml", crate::sop::Sop::builtin)
    }

    /// The text of its `standar.toml`.
    pub fn standar_text(&self) -> Result<Option<String>, OfficeError> {
        self.own_text("standar.toml", crate::sop::Standar::builtin)
    }

    fn own_text(
        &self,
        file: &str,
        builtin: impl Fn(&str) -> Option<&'static str>,
    ) -> Result<Option<String>, OfficeError> {
        let own = self.root.join("templat").join(file);
        if own.is_file() {
            return super::files::read_text(&own).map(Some);
        }
        Ok(builtin(&self.profile.id).map(str::to_owned))
    }
}
