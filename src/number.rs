//! A checked case with its number. Only this module builds a [`NumberedLetter`].

use crate::check::CheckedCase;
use crate::kind::Kind;
use crate::profile::{NumberParts, Profile};

/// A place in a series: office, series and local year count from 1, without gap or repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Series.
    pub seri: String,
    /// Year of the letter's date.
    pub tahun: i16,
    /// Running number, from 1.
    pub urut: u32,
}

/// A checked case with its number. The number is a proposal until the book has taken it; nothing that was made from
/// it leaves the process before.
///
/// ```compile_fail
/// fn skip_the_check(case: suket::Case) -> suket::NumberedLetter { case.into() }
/// ```
#[derive(Debug, Clone)]
pub struct NumberedLetter {
    checked: CheckedCase,
    slot: Slot,
    nomor: String,
}

impl NumberedLetter {
    /// Gives the case the number that stands at `slot`; the error says what is wrong with the pattern.
    pub fn new(checked: CheckedCase, slot: Slot, profile: &Profile, kind: &Kind) -> Result<Self, String> {
        let seri = profile
            .penomoran
            .seri
            .get(&slot.seri)
            .ok_or_else(|| format!("seri {} tidak ada di penomoran.seri", slot.seri))?;
        let nomor = seri.pola.render(&NumberParts {
            sifat: &profile.penomoran.sifat,
            kode: &kind.kode,
            urut: slot.urut,
            unit: &profile.penomoran.unit,
            bulan: u32::try_from(checked.date().month()).unwrap_or(1),
            tahun: u32::try_from(checked.date().year()).unwrap_or(0),
            kka: &profile.penomoran.kka,
        })?;
        Ok(Self { checked, slot, nomor })
    }

    /// The checked case.
    pub fn checked(&self) -> &CheckedCase {
        &self.checked
    }

    /// The place in the series.
    pub fn slot(&self) -> &Slot {
        &self.slot
    }

    /// The number as it is printed; stored whole and never rebuilt.
    pub fn nomor(&self) -> &str {
        &self.nomor
    }
}
