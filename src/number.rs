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
    /// Running number, from 1; of an insertion the number that it stands behind.
    pub urut: u32,
    /// Suffix of an insertion, `a` to `z`; empty for a number of the counter.
    pub sisipan: String,
    /// The number that the letter also takes in the series of the general agenda.
    pub agenda: Option<u32>,
}

impl Slot {
    /// Running number with the suffix of an insertion: `12`, `12.a`.
    pub fn label(&self) -> String {
        if self.sisipan.is_empty() {
            self.urut.to_string()
        } else {
            format!("{}.{}", self.urut, self.sisipan)
        }
    }
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
    nomor_agenda: Option<String>,
}

impl NumberedLetter {
    /// Gives the case the number that stands at `slot`; the error says what is wrong with the pattern.
    pub fn new(checked: CheckedCase, slot: Slot, profile: &Profile, kind: &Kind) -> Result<Self, String> {
        let date = checked.date();
        let printed = |name: &str, urut, sisipan| {
            let seri = profile.penomoran.seri.get(name);
            let seri = seri.ok_or_else(|| format!("seri {name} tidak ada di penomoran.seri"))?;
            seri.pola.render(&NumberParts {
                sifat: &profile.penomoran.sifat,
                kode: &kind.kode,
                urut,
                sisipan,
                unit: &profile.penomoran.unit,
                bulan: u32::try_from(date.month()).unwrap_or(1),
                tahun: u32::try_from(date.year()).unwrap_or(0),
                kka: &profile.penomoran.kka,
            })
        };
        let nomor = printed(&slot.seri, slot.urut, &slot.sisipan)?;
        let nomor_agenda =
            slot.agenda.map(|urut| printed(&profile.penomoran.agenda, urut, "")).transpose()?;
        Ok(Self { checked, slot, nomor, nomor_agenda })
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

    /// Its number in the general agenda as it is printed, where it has taken one.
    pub fn nomor_agenda(&self) -> Option<&str> {
        self.nomor_agenda.as_deref()
    }
}
