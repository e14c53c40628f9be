//! Byte formats that issuing and verifying share. Nothing here decides anything.
//!
//! - [`statement`]: the sealed facts of the QR: CWT (RFC 8392) in `COSE_Sign1` (RFC 9052)
//! - [`pdf`]: the one shape of a sealed PDF: an incremental update with a signature field
//! - [`cms`]: the one shape of its signature: CMS (RFC 5652), Ed25519 with SHA-512 (RFC 8419), ESS v2 (RFC 5035)
//! - [`public_key`]: Ed25519 and P-256 keys
//! - [`tlog`]: the Merkle tree of the book's log (RFC 6962); [`note`]: its signed checkpoints (C2SP); [`receipt`]: the
//!   proof that a letter stands in it
//! - [`trust`]: what a verifier must know about an office
//! - [`bundle`]: a closed month as one `BagIt` 1.0 bag (RFC 8493) in a [`zip`] of one shape

pub(crate) mod bundle;
pub(crate) mod cms;
pub(crate) mod note;
pub(crate) mod pdf;
pub(crate) mod public_key;
pub(crate) mod receipt;
pub(crate) mod statement;
pub(crate) mod tlog;
pub(crate) mod trust;
pub(crate) mod zip;

use serde_json::Value;
use sha2::{Digest, Sha256};

/// A SHA-256 digest (FIPS 180-4).
pub(crate) type Sha256Bytes = [u8; 32];

/// SHA-256 of the bytes.
pub(crate) fn sha256(bytes: &[u8]) -> Sha256Bytes {
    Sha256::digest(bytes).into()
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let nibble = |n: u8| DIGITS.get(usize::from(n & 15)).copied().unwrap_or('0');
    bytes.iter().flat_map(|b| [nibble(b >> 4), nibble(*b)]).collect()
}

/// Bytes of lower-case hex; nothing else is accepted.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let nibble = |b: u8| match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(nibble(*high)? << 4 | nibble(*low)?)).collect()
}

/// JSON with sorted keys and no white space, so that equal values give equal bytes. Only strings, whole numbers,
/// booleans, lists and objects occur, for which this is RFC 8785.
pub(crate) fn canonical_json(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by(|a, b| a.0.encode_utf16().cmp(b.0.encode_utf16()));
            let fields: Vec<String> = entries
                .into_iter()
                .map(|(key, value)| format!("{}:{}", Value::String(key.clone()), canonical_json(value)))
                .collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(canonical_json).collect();
            format!("[{}]", items.join(","))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}
