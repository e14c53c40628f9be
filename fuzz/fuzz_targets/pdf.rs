//! Bytes as a PDF: only the letter itself is ever genuine.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use suket::{Putusan, Verifier};
use suket_fuzz::{file, verifier};

static LETTERS: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| [file("surat.pdf"), file("surat-p256.pdf")]);
static VERIFIER: LazyLock<Verifier> = LazyLock::new(verifier);

fuzz_target!(|bytes: &[u8]| {
    let verdict = VERIFIER.pdf(bytes, None).expect("a book was not asked");
    let letter = LETTERS.iter().any(|letter| letter == bytes);
    // The second letter is of an office that this verifier does not know.
    let known = LETTERS.first().is_some_and(|letter| letter == bytes);
    assert_eq!(verdict.putusan == Putusan::Asli, known);
    assert_eq!(verdict.fakta.is_some(), known, "facts are shown only where the seal holds");
    assert!(!letter || known || verdict.putusan == Putusan::KunciTidakDikenal);
});
