//! Numbers: without gap, those written outside among them, and dates that never go back.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Found;
use crate::book::{Entry, Event};

/// Where each series stands; the book is told in parts, in the order of the log.
#[derive(Default)]
pub(super) struct Numbers {
    ends: BTreeMap<(String, i16), u32>,
    dates: BTreeMap<String, Date>,
    /// Rows that could not be read: each may hold a number that is missed.
    unknown: u32,
}

/// Numbers that are used: of one letter, or a range outside.
struct Used<'a> {
    seri: &'a str,
    dari: u32,
    sampai: u32,
    tanggal: Date,
    seq: u64,
    /// A letter that was cancelled before its own day came does not hold the dates of its series.
    never_came: bool,
    nomor: Option<&'a String>,
}

impl Numbers {
    /// A row could not be read, which is told elsewhere: its number is not missed.
    pub(super) fn one_unknown(&mut self) {
        self.unknown += 1;
    }

    /// The next part of the book, with the days on which its letters were cancelled.
    pub(super) fn part(
        &mut self,
        entries: &[Entry],
        events: &[Event],
        cancelled: &[(u64, Date)],
        found: &mut Found,
    ) {
        let cancelled: BTreeMap<u64, Date> = cancelled.iter().copied().collect();
        // Insertions stand outside the counter; the general agenda counts the letters of other series.
        let mut used: Vec<Used<'_>> = entries
            .iter()
            .flat_map(|entry| {
                let own = entry.sisipan.is_empty().then_some((&entry.seri, entry.urut));
                let agenda = entry.agenda.as_ref().map(|agenda| (&agenda.seri, agenda.urut));
                own.into_iter().chain(agenda).map(|(seri, urut)| Used {
                    seri,
                    dari: urut,
                    sampai: urut,
                    tanggal: entry.tanggal,
                    seq: entry.seq,
                    never_came: cancelled.get(&entry.seq).is_some_and(|day| *day < entry.tanggal),
                    nomor: Some(&entry.nomor),
                })
            })
            .chain(events.iter().filter_map(|event| {
                let (seri, dari, sampai) = event.isi.peristiwa.outside()?;
                let (tanggal, seq) = (event.isi.tanggal, event.seq);
                Some(Used { seri, dari, sampai, tanggal, seq, never_came: false, nomor: None })
            }))
            .collect();
        used.sort_by_key(|used| used.seq);
        for used in &used {
            self.take(used, found);
        }
    }

    fn take(&mut self, used: &Used<'_>, found: &mut Found) {
        let Used { seri, dari, sampai, tanggal, never_came, nomor, .. } = *used;
        let nomor = || nomor.cloned();
        let end = self.ends.entry((seri.to_owned(), tanggal.year())).or_insert(0);
        let lost = dari.checked_sub(*end + 1);
        if lost.is_some_and(|lost| lost > 0 && lost <= self.unknown) {
            self.unknown -= lost.unwrap_or(0);
        } else if lost != Some(0) {
            let text = format!("seri {seri} {}: sesudah urut {end} datang {dari}", tanggal.year());
            found.damage("nomor-lompat", None, nomor(), text);
        }
        *end = sampai;
        if never_came {
            return;
        }
        let last = self.dates.entry(seri.to_owned()).or_insert(tanggal);
        if tanggal < *last {
            let text = "tanggal lebih awal dari nomor sebelumnya".to_owned();
            found.damage("tanggal-mundur", None, nomor(), text);
        }
        *last = tanggal;
    }
}
