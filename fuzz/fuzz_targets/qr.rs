//! Text as a QR, or bytes as the sealed statement in it: only the letter's own digits are ever genuine.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use suket::{Putusan, Verifier};
use suket_fuzz::{file, verifier};

static TEXT: LazyLock<String> = LazyLock::new(|| String::from_utf8(file("qr.txt")).expect("digits"));
static VERIFIER: LazyLock<Verifier> = LazyLock::new(verifier);

/// The digits of bytes: seven become 17.
fn digits(bytes: &[u8]) -> String {
    let block = |block: &[u8]| {
        let number = block.iter().fold(0_u64, |n, b| n << 8 | u64::from(*b));
        let width = [0, 3, 5, 8, 10, 13, 15, 17][block.len()];
        format!("{number:0width$}")
    };
    bytes.chunks(7).map(block).collect()
}

fuzz_target!(|bytes: &[u8]| {
    // The first byte says what the others are: the sealed bytes, or the text itself.
    let Some((how, rest)) = bytes.split_first() else { return };
    let text = match how {
        b'b' => format!("SUKET:{}", digits(rest)),
        _ => String::from_utf8_lossy(rest).into_owned(),
    };
    let verdict = VERIFIER.qr(&text, None).expect("a book was not asked");
    // White space around a scanned text does not count, and the host is not sealed: both are no part of the digits.
    let own = TEXT.trim_start_matches("SUKET:");
    let read = text.trim();
    let read = read.strip_prefix("SUKET:").or_else(|| read.split_once("/v#").map(|(_, digits)| digits));
    assert_eq!(verdict.putusan == Putusan::Asli, read == Some(own), "{text}");
    assert_eq!(verdict.fakta.is_some(), verdict.putusan == Putusan::Asli);
});
