//! What the targets share: the office that the seeds come from. `tests/fuzz-pendek` puts it there.

use std::path::Path;

use suket::{TrustFile, Verifier};

/// A file among the seeds.
///
/// # Panics
///
/// When it is not there.
pub fn file(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/fuzz-benih").join(name);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}; run tests/fuzz-pendek", path.display()))
}

/// A trust file among the seeds.
///
/// # Panics
///
/// When it is not there, or cannot be read.
pub fn trust(name: &str) -> TrustFile {
    Verifier::read_trust(&file(name)).expect("the seed can be read")
}

/// A verifier that trusts the office.
///
/// # Panics
///
/// When it cannot be made.
pub fn verifier() -> Verifier {
    Verifier::new(&[trust("trust.json")]).expect("the seed can be used")
}
