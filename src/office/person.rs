//! What the book holds of one person, found by NIK.

use std::collections::BTreeSet;

use super::{Office, OfficeError, Permohonan};
use crate::book::{Book, Entry, Peristiwa};

impl Office {
    /// Letters of a person, the oldest first, cancelled ones among them. `nik` is whole (16 digits); letters whose
    /// personal data was destroyed are not found.
    ///
    /// # Errors
    /// [`OfficeError::Book`].
    pub fn letters_of(&self, nik: &str) -> Result<Vec<Entry>, OfficeError> {
        Ok(self.book.letters_of(nik)?)
    }

    /// Applications of a person, the oldest first. `nik` is whole (16 digits).
    ///
    /// # Errors
    /// [`OfficeError::Book`].
    pub fn applications_of(&self, nik: &str) -> Result<Vec<Permohonan>, OfficeError> {
        let mut years = BTreeSet::new();
        for event in self.book.applications()? {
            if let Peristiwa::Mohon { pemohon, .. } = &event.isi.peristiwa
                && pemohon.data.as_deref().is_some_and(|data| data.contains(nik))
            {
                years.insert(event.isi.tanggal.year());
            }
        }
        let mut found = Vec::new();
        for year in years {
            let own = |one: &Permohonan| {
                one.pemohon.as_ref().and_then(|person| person.nik.as_deref()).is_some_and(|own| own == nik)
            };
            found.extend(self.applications(year)?.into_iter().filter(own));
        }
        Ok(found)
    }

    /// The letter that has replaced this one, if one has.
    ///
    /// # Errors
    /// [`OfficeError::Book`].
    pub fn replacement(&self, entry: &Entry) -> Result<Option<Entry>, OfficeError> {
        Ok(self.book.replaced_by(entry.seq)?)
    }
}
