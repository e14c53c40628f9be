//! Bytes as a trust file: what is read can be written and read again; what is accepted is what the root has signed.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use suket::{TrustFile, TrustMemory, Verifier};
use suket_fuzz::trust;

static SIGNED: LazyLock<[TrustFile; 2]> = LazyLock::new(|| [trust("trust.json"), trust("trust-p256.json")]);

fuzz_target!(|bytes: &[u8]| {
    // A memory may be anything, too.
    let mut memory = TrustMemory::read(bytes).unwrap_or_default();
    assert_eq!(TrustMemory::read(memory.to_json().as_bytes()).expect("what was written can be read"), memory);
    let Ok(file) = Verifier::read_trust(bytes) else { return };
    let again = serde_json::to_vec(&file).expect("what was read can be written");
    assert_eq!(Verifier::read_trust(&again).expect("what was written can be read"), file);
    let accepted = Verifier::remembering(std::slice::from_ref(&file), &mut memory).is_ok();
    assert_eq!(accepted, SIGNED.contains(&file), "only a root's own words are believed");
});
