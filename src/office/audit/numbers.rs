//! Numbers: without gap, those written outside among them, and dates that never go back.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::Found;
use crate::book::{Entry, Event, Peristiwa};

/// Numbers without gap, those written outside among them, and dates that never go back.
pub(super) fn check_numbers(entries: &[Entry], events: &[Event], found: &mut Found) {
    // A letter that was cancelled before its own day came does not hold the dates of its series.
    let days: BTreeMap<u64, Date> = entries.iter().map(|entry| (entry.seq, entry.tanggal)).collect();
    let never_came: BTreeSet<u64> = events
        .iter()
        .filter(|event| matches!(event.isi.peristiwa, Peristiwa::Batal { .. }))
        .filter_map(|event| {
            let letter = event.isi.peristiwa.surat()?;
            (event.isi.tanggal < *days.get(&letter)?).then_some(letter)
        })
        .collect();
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
                nomor: Some(&entry.nomor),
            })
        })
        .chain(events.iter().filter_map(|event| {
            let (seri, dari, sampai) = event.isi.peristiwa.outside()?;
            Some(Used { seri, dari, sampai, tanggal: event.isi.tanggal, seq: event.seq, nomor: None })
        }))
        .collect();
    used.sort_by_key(|used| used.seq);
    let mut ends: BTreeMap<(&str, i16), u32> = BTreeMap::new();
    let mut dates: BTreeMap<&str, Date> = BTreeMap::new();
    for Used { seri, dari, sampai, tanggal, seq, nomor } in used {
        let nomor = || nomor.map(ToOwned::to_owned);
        let end = ends.entry((seri, tanggal.year())).or_insert(0);
        if dari != *end + 1 {
            let text = format!("seri {seri} {}: sesudah urut {end} datang {dari}", tanggal.year());
            found.damage("nomor-lompat", None, nomor(), text);
        }
        *end = sampai;
        if never_came.contains(&seq) {
            continue;
        }
        let last = dates.entry(seri).or_insert(tanggal);
        if tanggal < *last {
            let text = "tanggal lebih awal dari nomor sebelumnya".to_owned();
            found.damage("tanggal-mundur", None, nomor(), text);
        }
        *last = tanggal;
    }
}

/// Numbers that are used: of one letter, or a range outside.
struct Used<'a> {
    seri: &'a str,
    dari: u32,
    sampai: u32,
    tanggal: Date,
    seq: u64,
    nomor: Option<&'a String>,
}
