//! The desk: the way of a case through the five offices' SOPs, who may do what, accounts, the audit trail.
#![cfg(feature = "layan")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    clippy::type_complexity,
    reason = "a test may stop here"
)]

#[path = "meja/jejak.rs"]
mod jejak;
#[path = "meja/orang.rs"]
mod orang;
#[path = "meja/perjalanan.rs"]
mod perjalanan;
mod umum;

use jiff::Timestamp;
use suket::{Cap, access_table};

/// A point of time, in minutes after the day's begin.
fn menit(n: i64) -> Timestamp {
    let day: Timestamp = "2026-11-21T00:00:00Z".parse().unwrap();
    day.checked_add(jiff::SignedDuration::from_mins(n)).unwrap()
}

fn cap(nama: &str, n: i64) -> Cap {
    Cap { akun: nama.to_owned(), nama: nama.to_uppercase(), waktu: menit(n) }
}

#[test]
fn who_may_do_what_is_pinned() {
    let file = umum::akar().join("tests/meja/hak.tsv");
    let table = access_table();
    if umum::diminta("SUKET_UBAH_HARAP") {
        umum::tulis(&file, table.as_bytes());
    }
    assert!(std::fs::read_to_string(&file).unwrap_or_default() == table, "SUKET_UBAH_HARAP=1 accepts it");
    // Some lines that nobody should accept without thinking.
    for line in table.lines() {
        let parts: Vec<&str> = line.split('\t').collect();
        let [act, tahap, _, how, who] = parts.as_slice() else { continue };
        if *act == "setujui" && *tahap != "setujui" {
            assert_eq!(*who, "-", "{line}");
        }
        if *act == "disposisi" && *how == "elektronik" {
            assert_eq!(*who, "-", "nobody says yes for one who signs with a key: {line}");
        }
        assert!(!who.contains("administrator"), "an administrator sees no case: {line}");
    }
}
