//! A proof that a letter stands in the book: C2SP tlog-proof, version 1.
//!
//! ```text
//! c2sp.org/tlog-proof@v1
//! extra <base 64 of the digest of the leaf's details>
//! index 119
//! <base 64 of a hash>, one a line
//!
//! <signed checkpoint>
//! ```
//! The leaf itself is made again from the letter: its number, the digest of the bytes under the seal, the signature.

use base64ct::{Base64, Encoding};
use serde_json::json;

use super::note::LogKey;
use super::{Sha256Bytes, canonical_json, hex, tlog};

const HEAD: &str = "c2sp.org/tlog-proof@v1\n";
/// At a thousand million leaves a proof is half as long.
const MAX_RECEIPT: usize = 4096;

/// What the leaf of a letter holds besides its place. Everything else that the book's row says, personal data by salted
/// digest, is in the details, of which the leaf has the digest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Issued<'a> {
    /// Number as printed.
    pub(crate) nomor: &'a str,
    /// SHA-256 of the bytes that the seal covers.
    pub(crate) sidik: &'a Sha256Bytes,
    /// The signature.
    pub(crate) tanda_tangan: &'a [u8; 64],
    /// SHA-256 of the details.
    pub(crate) rincian: &'a Sha256Bytes,
}

impl Issued<'_> {
    /// Canonical JSON of the leaf at this place.
    pub(crate) fn leaf(&self, seq: u64) -> String {
        canonical_json(&json!({
            "peristiwa": "terbit",
            "seq": seq,
            "nomor": self.nomor,
            "sidik": hex(self.sidik),
            "tanda_tangan": hex(self.tanda_tangan),
            "rincian": hex(self.rincian),
        }))
    }
}

/// A proof of inclusion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Receipt {
    /// SHA-256 of the leaf's details.
    pub(crate) rincian: Sha256Bytes,
    /// Place of the leaf.
    pub(crate) index: u64,
    /// From the leaf's neighbour to the root.
    pub(crate) path: Vec<Sha256Bytes>,
    /// The signed checkpoint.
    pub(crate) note: String,
}

impl Receipt {
    /// The proof as text.
    pub(crate) fn text(&self) -> String {
        let mut out = format!("{HEAD}extra {}\nindex {}\n", Base64::encode_string(&self.rincian), self.index);
        for hash in &self.path {
            out.push_str(&Base64::encode_string(hash));
            out.push('\n');
        }
        out.push('\n');
        out.push_str(&self.note);
        out
    }

    /// Reads a proof in its one spelling; says nothing yet about what it proves.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_RECEIPT {
            return None;
        }
        let (head, note) = text.strip_prefix(HEAD)?.split_once("\n\n")?;
        let mut lines = head.split('\n');
        let hash = |line: &str| Base64::decode_vec(line).ok().and_then(|bytes| bytes.try_into().ok());
        let receipt = Self {
            rincian: hash(lines.next()?.strip_prefix("extra ")?)?,
            index: lines.next()?.strip_prefix("index ")?.parse().ok()?,
            path: lines.map(hash).collect::<Option<_>>()?,
            note: note.to_owned(),
        };
        (receipt.text() == text).then_some(receipt)
    }

    /// The size of the log of this key in which the letter stands at the place that the proof says; `None` where it
    /// does not.
    pub(crate) fn proves(
        &self,
        nomor: &str,
        sidik: &Sha256Bytes,
        tanda_tangan: &[u8; 64],
        key: &LogKey,
    ) -> Option<u64> {
        let checkpoint = key.open(&self.note)?;
        let letter = Issued { nomor, sidik, tanda_tangan, rincian: &self.rincian };
        let leaf = tlog::leaf_hash(letter.leaf(self.index).as_bytes());
        let root = tlog::root_of_path(leaf, self.index, checkpoint.size, &self.path)?;
        (root == checkpoint.root).then_some(checkpoint.size)
    }
}
