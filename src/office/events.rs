//! The life of a number after it was given: cancelled, handed over, card collected; and numbers written outside suket.

use jiff::civil::Date;

use super::{Office, OfficeError};
use crate::book::{Book, Entry, Event, NewEvent, Penerima, Peristiwa};
use crate::case::RawCase;
use crate::check::holds_nik;
use crate::keys::Entropy;

/// Days that a computer's clock may lie behind the last letter before it is no longer believed.
const BEHIND: i64 = 1;
/// Days that it may lie ahead before somebody has to confirm it.
const AHEAD: i64 = 7;

/// No office writes more letters in a year; a mistyped range would close the series.
const LAST_NUMBER: u32 = 9_999_999;
const LONGEST_RANGE: u32 = 100_000;

/// Who records something, and when.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    /// Today in the office's zone.
    pub tanggal: Date,
    /// Who records it.
    pub oleh: &'a str,
}

/// Why the computer's clock is not believed. Nothing was numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClockError {
    /// The clock lies behind the last letter.
    #[error("jam komputer menunjuk {today}, tetapi surat terakhir bertanggal {last}")]
    Behind {
        /// What the clock says.
        today: Date,
        /// Date of the last letter.
        last: Date,
    },
    /// The clock lies far ahead of the last letter.
    #[error("jam komputer menunjuk {today}, {days} hari sesudah surat terakhir")]
    Ahead {
        /// What the clock says.
        today: Date,
        /// Days since the last letter.
        days: i32,
    },
}

impl Office {
    /// Cancels a letter. Its row and number stay for ever, and the number is never used again.
    pub fn void(&mut self, entry: &Entry, reason: &str, by: By<'_>) -> Result<Event, OfficeError> {
        let alasan = said(reason, "alasan pembatalan")?;
        self.happen(Peristiwa::Batal { surat: entry.seq, alasan }, by)
    }

    /// Records who received a letter. The name is personal data: the log holds a salted digest of it.
    pub fn hand_over(
        &mut self,
        entry: &Entry,
        receiver: &str,
        entropy: &mut dyn Entropy,
        by: By<'_>,
    ) -> Result<Event, OfficeError> {
        let nama = Some(said(receiver, "nama penerima")?);
        let mut garam = [0; 16];
        entropy.fill(&mut garam);
        self.happen(Peristiwa::Serah { surat: entry.seq, penerima: Penerima { nama, garam } }, by)
    }

    /// Records that the card which a letter spoke of was collected.
    pub fn collected(&mut self, entry: &Entry, by: By<'_>) -> Result<Event, OfficeError> {
        self.happen(Peristiwa::Ambil { surat: entry.seq }, by)
    }

    /// Records numbers that were written outside suket, before it or by hand: they are used. The range must begin with
    /// the next number of the series.
    pub fn outside(
        &mut self,
        seri: &str,
        (dari, sampai): (u32, u32),
        reason: &str,
        by: By<'_>,
    ) -> Result<Event, OfficeError> {
        if !self.profile.penomoran.seri.contains_key(seri) {
            return Err(OfficeError::Said(format!("seri {seri:?} tidak ada di kantor.toml")));
        }
        if dari == 0 || sampai < dari {
            return Err(OfficeError::Said("rentang nomor terbalik atau mulai dari nol".to_owned()));
        }
        if sampai > LAST_NUMBER || sampai - dari >= LONGEST_RANGE {
            return Err(OfficeError::Said(format!(
                "rentang terlalu panjang: paling banyak {LONGEST_RANGE} nomor, sampai {LAST_NUMBER}"
            )));
        }
        let alasan = said(reason, "alasan")?;
        self.happen(Peristiwa::Luar { seri: seri.to_owned(), dari, sampai, alasan }, by)
    }

    /// Events of one letter, or all, in the order of the log.
    pub fn events(&self, letter: Option<&Entry>) -> Result<Vec<Event>, OfficeError> {
        Ok(self.book.events(letter.map(|entry| entry.seq))?)
    }

    /// The date that letters of these cases get today. A clock that lies a day behind the last letter gives that
    /// letter's date; one that lies further behind is not believed, nor, unless somebody says the date, one that lies
    /// more than a week ahead.
    pub fn date_of(&self, cases: &[RawCase], today: Date) -> Result<Result<Date, ClockError>, OfficeError> {
        let mut last: Option<Date> = None;
        for raw in cases {
            if let Some(kind) = self.assets.kind(&raw.case.jenis) {
                last = last.max(self.last_date(&kind.seri, today.year())?);
            }
        }
        let Some(last) = last else { return Ok(Ok(today)) };
        let days = (today - last).get_days();
        Ok(if i64::from(days) < -BEHIND {
            Err(ClockError::Behind { today, last })
        } else if i64::from(days) > AHEAD {
            Err(ClockError::Ahead { today, days })
        } else {
            Ok(today.max(last))
        })
    }

    fn happen(&mut self, peristiwa: Peristiwa, by: By<'_>) -> Result<Event, OfficeError> {
        let _turn = self.turn()?;
        let oleh = said(by.oleh, "nama pencatat")?;
        // Nothing happened before the office sealed letters; a clock that says so is wrong.
        let begun = self.trust()?.segel_sejak;
        if peristiwa.surat().is_some() && by.tanggal < begun {
            return Err(OfficeError::Said(format!("tanggal {} lebih awal daripada {begun}", by.tanggal)));
        }
        let outside = peristiwa.outside().map(|(seri, _, _)| seri.to_owned());
        let event = self.book.record(NewEvent { peristiwa, tanggal: by.tanggal, oleh }, &[])?;
        // Numbers that went out after the backup are declared now.
        if outside.is_some() {
            self.confirmed(outside.as_deref())?;
        }
        Ok(event)
    }
}

/// A text that a person must give: not empty, one line, of a length that a register can print.
pub(super) fn said(text: &str, what: &str) -> Result<String, OfficeError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(OfficeError::Said(format!("{what} kosong")));
    }
    if text.chars().count() > 200 || text.chars().any(char::is_control) {
        return Err(OfficeError::Said(format!("{what}: paling banyak 200 huruf dalam satu baris")));
    }
    // What is said here stands in the log for ever, so no NIK may.
    if holds_nik(text) {
        return Err(OfficeError::Said(format!("{what}: jangan menulis NIK atau NIP di sini")));
    }
    Ok(text.to_owned())
}
