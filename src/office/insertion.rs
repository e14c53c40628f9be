//! Where a case gets its numbers: insertions behind a used number, the next number of a series, and the next one of the
//! general agenda.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::intake::Step;
use super::{Office, OfficeError};
use crate::book::{Behind, Book, BookError, SqliteBook};
use crate::check::CheckedCase;
use crate::finding::{Code, Finding};
use crate::number::{NumberedLetter, Slot};

/// Places that the letters of one batch have taken so far.
struct Places<'a> {
    book: &'a SqliteBook,
    tahun: i16,
    next: BTreeMap<String, u32>,
    inserted: BTreeMap<(String, u32), usize>,
}

impl Places<'_> {
    /// The next number of a series.
    fn count(&mut self, seri: &str) -> Result<u32, BookError> {
        let urut = match self.next.get(seri) {
            Some(urut) => *urut,
            None => self.book.series_end(seri, self.tahun)?.next,
        };
        self.next.insert(seri.to_owned(), urut + 1);
        Ok(urut)
    }

    /// The next suffix behind a number.
    fn suffix(&mut self, seri: &str, urut: u32) -> Result<String, BookError> {
        let already = self.inserted.entry((seri.to_owned(), urut)).or_default();
        let behind = self.book.behind(seri, self.tahun, urut)?;
        let suffix = behind.and_then(|behind| behind.suffix(*already));
        *already += 1;
        suffix.map(String::from).ok_or(BookError::Conflict)
    }
}

impl Office {
    /// Gives every ready case its numbers, in the order of the batch.
    pub(super) fn number_all(&self, steps: &[Step], date: Date) -> Result<Vec<NumberedLetter>, OfficeError> {
        let (next, inserted) = (BTreeMap::new(), BTreeMap::new());
        let mut places = Places { book: &self.book, tahun: date.year(), next, inserted };
        let mut numbered = Vec::new();
        for step in steps {
            let Step::Ready(checked) = step else { continue };
            let kind = self.kind_of(checked)?;
            // An insertion stands outside the counters, also that of the general agenda.
            let (urut, sisipan, agenda) = if let Some(urut) = checked.case().sisipan.sesudah {
                (urut, places.suffix(&kind.seri, urut)?, None)
            } else {
                let second = self.profile.penomoran.second(&kind.seri);
                let agenda = second.map(|seri| places.count(seri)).transpose()?;
                (places.count(&kind.seri)?, String::new(), agenda)
            };
            let slot = Slot { seri: kind.seri.clone(), tahun: date.year(), urut, sisipan, agenda };
            let letter = NumberedLetter::new((**checked).clone(), slot, &self.profile, kind)
                .map_err(OfficeError::Pattern)?;
            numbered.push(letter);
        }
        Ok(numbered)
    }

    /// The last date of a series, and of the general agenda where its letters stand in that too.
    pub(super) fn last_date(&self, seri: &str, tahun: i16) -> Result<Option<Date>, BookError> {
        let mut last = self.book.series_end(seri, tahun)?.last_date;
        if let Some(agenda) = self.profile.penomoran.second(seri) {
            last = last.max(self.book.series_end(agenda, tahun)?.last_date);
        }
        Ok(last)
    }

    /// What the book says of the place of an insertion.
    pub(super) fn insertion_findings(&self, checked: &CheckedCase) -> Result<(), Vec<Finding>> {
        let Some(urut) = checked.case().sisipan.sesudah else { return Ok(()) };
        let date = checked.date();
        // A kind that is not there, and a book that cannot be read, stop the issue itself with errors of their own.
        let Ok(kind) = self.kind_of(checked) else { return Ok(()) };
        let Ok(behind) = self.book.behind(&kind.seri, date.year(), urut) else { return Ok(()) };
        match behind.map_or_else(|| Some(not_used(&kind.seri, date, urut)), |place| wrong(place, date, urut))
        {
            Some(finding) => Err(checked.warnings().iter().cloned().chain([finding]).collect()),
            None => Ok(()),
        }
    }
}

fn not_used(seri: &str, date: Date, urut: u32) -> Finding {
    Finding::new(
        Code::SisipanNomorBelumAda,
        "sisipan.sesudah",
        format!("nomor urut {urut} seri {seri} tahun {} belum dipakai", date.year()),
        "periksa nomornya dengan suket list; tahunnya adalah tahun tanggal surat",
    )
}

fn wrong(place: Behind, date: Date, urut: u32) -> Option<Finding> {
    let Behind { dari, sampai, .. } = place;
    if !place.fits(date) {
        let (text, advice) = if dari > sampai {
            (
                format!("tidak ada tanggal yang cocok di belakang nomor urut {urut}"),
                "pilih nomor urut lain".to_owned(),
            )
        } else {
            let text =
                format!("tanggal surat {date} tidak berada di antara nomor urut {urut} dan nomor sesudahnya");
            let days = if dari == sampai {
                format!("--date {dari}")
            } else {
                format!("--date antara {dari} dan {sampai}")
            };
            (text, format!("gunakan {days}, atau pilih nomor urut lain"))
        };
        return Some(Finding::new(Code::SisipanTanggal, "sisipan.sesudah", text, advice));
    }
    place.next.is_none().then(|| used_up(urut))
}

/// No letter is left behind this number.
pub(super) fn used_up(urut: u32) -> Finding {
    let text = format!("sisipan di belakang nomor urut {urut} sudah habis ({urut}.a sampai {urut}.z)");
    let advice = "pilih nomor urut lain dengan tanggal yang sama";
    Finding::new(Code::SisipanHabis, "sisipan.sesudah", text, advice)
}
