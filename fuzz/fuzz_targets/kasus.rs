//! Bytes as a case file of every ending: reading gives cases or findings, each at a place that the file has.
#![no_main]

use libfuzzer_sys::fuzz_target;
use suket::{RawCase, any_refuses};

fuzz_target!(|bytes: &[u8]| {
    // The first byte says what the others are.
    let Some((how, rest)) = bytes.split_first() else { return };
    let ending = match how {
        b't' => "toml",
        b'j' => "json",
        b'l' => "jsonl",
        b'x' => "xlsx",
        _ => "csv",
    };
    let cases = RawCase::read(&format!("kasus.{ending}"), rest).expect("a known ending");
    let lines = rest.iter().filter(|b| **b == b'\n').count() + 1;
    let within = |line: u32| line >= 1 && usize::try_from(line).is_ok_and(|line| line <= lines);
    if matches!(ending, "toml" | "json") {
        assert_eq!(cases.len(), 1);
    }
    for raw in cases {
        assert!(raw.readable || any_refuses(&raw.findings), "an unreadable case says why");
        assert!(raw.place.lines.values().all(|line| within(*line)), "{:?}", raw.place);
        // A table's rows are numbered as a spreadsheet does; a workbook has no lines.
        assert!(ending == "xlsx" || raw.place.row.is_none_or(within), "{:?}", raw.place);
        for finding in &raw.findings {
            assert!(raw.place.of(&finding.bidang).starts_with("kasus."));
            assert!(!finding.pesan.is_empty(), "{finding:?}");
            let said = [&finding.pesan, &finding.saran, &finding.bidang];
            assert!(said.iter().all(|text| !holds_a_nik(text)), "a message holds a long number");
        }
        // Equal cases give equal bytes, and reading them back gives the case.
        let canonical = raw.case.canonical();
        let again: suket::Case = serde_json::from_str(&canonical).expect("canonical JSON");
        assert_eq!(again.canonical(), canonical);
    }
});

/// Whether a text holds sixteen digits in a row.
fn holds_a_nik(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() >= 16)
}
