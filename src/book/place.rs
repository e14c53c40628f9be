//! Places in a series: its end, where the next number goes, and those behind a used number, where insertions go.

use jiff::civil::Date;

use super::{BookError, NewEntry};

/// A number in the general agenda, which a letter of another series takes besides its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agenda {
    /// Series of the general agenda.
    pub seri: String,
    /// Running number in that series and the letter's year.
    pub urut: u32,
    /// The number as printed.
    pub nomor: String,
}

/// The end of a series: what the next number is, and the date that it may not go behind. Letters, numbers that letters
/// of other series took from it as the general agenda, and numbers outside are counted alike; insertions are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeriesEnd {
    /// The next running number in that year.
    pub next: u32,
    /// Date of the series' last letter, in whatever year.
    pub last_date: Option<Date>,
}

/// The place behind a used number. Dates never go back along the numbers, insertions among them. Numbers outside have the
/// day of their range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Behind {
    /// Suffix of the next insertion; `None` when `a` to `z` are used.
    pub next: Option<char>,
    /// First date that fits: of the number itself, or of the last insertion behind it.
    pub dari: Date,
    /// Last date that fits: of the number that follows; behind the last number of a year the last date of the series.
    pub sampai: Date,
}

impl SeriesEnd {
    /// Whether the number is the next one, and its date not before the last.
    pub(super) fn takes(&self, urut: u32, tanggal: Date) -> Result<(), BookError> {
        if self.next != urut {
            return Err(BookError::Conflict);
        }
        match self.last_date.filter(|last| *last > tanggal) {
            Some(terakhir) => Err(BookError::DateGoesBack { tanggal, terakhir }),
            None => Ok(()),
        }
    }
}

impl Behind {
    /// The place, from what a book knows of it: the suffix and date of the last insertion, the date of the last number up
    /// to it and of the first one after it, and the last date of the series.
    pub(super) fn new(
        tahun: i16,
        suffix: Option<&str>,
        (before, after): (Option<Date>, Option<Date>),
        last: Option<Date>,
    ) -> Self {
        let used = suffix.and_then(|suffix| suffix.chars().next());
        let next = used.map_or(Some('a'), |used| ('a'..='z').find(|letter| *letter > used));
        let first = Date::new(tahun, 1, 1).unwrap_or(Date::MIN);
        let dari = before.unwrap_or(first);
        let end = Date::new(tahun, 12, 31).unwrap_or(Date::MAX);
        Self { next, dari, sampai: after.or(last).map_or(dari, |date| date.min(end)) }
    }

    /// The suffix `already` places after the next one, for letters of one batch.
    pub fn suffix(&self, already: usize) -> Option<char> {
        (self.next?..='z').nth(already)
    }

    /// Whether a date lies between the numbers beside the place.
    pub fn fits(&self, tanggal: Date) -> bool {
        (self.dari..=self.sampai).contains(&tanggal)
    }

    /// Whether the letter has the next suffix, and a date that fits.
    pub(super) fn takes(&self, new: &NewEntry) -> Result<(), BookError> {
        if self.next.map(String::from).as_ref() != Some(&new.sisipan) {
            return Err(BookError::Conflict);
        }
        if !self.fits(new.tanggal) {
            return Err(BookError::OutOfPlace { tanggal: new.tanggal, dari: self.dari, sampai: self.sampai });
        }
        Ok(())
    }
}
