//! Signed notes and checkpoints (C2SP signed-note and tlog-checkpoint): how the book's log is signed.
//!
//! ```text
//! suket/63.05.06            the log's name
//! 120                       leaves
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=    root
//!
//! — suket/63.05.06 Az3grlgt...     key id and Ed25519 signature
//! ```

use base64ct::{Base64, Encoding};

use super::public_key::PublicKey;
use super::{Sha256Bytes, sha256};

/// Algorithm byte of Ed25519.
const ED25519: u8 = 1;
/// No checkpoint of ours comes near this; what is longer is not read.
const MAX_NOTE: usize = 4096;

/// A verifier's key as one line: `name+id+key`. The id is the first four bytes of SHA-256 of name, newline and key.
#[cfg(feature = "terbit")]
pub(crate) fn verifier_key(name: &str, public: &[u8]) -> String {
    let key = [&[ED25519], public].concat();
    let id = super::hex(&key_id(name, &key));
    format!("{name}+{id}+{}", Base64::encode_string(&key))
}

fn key_id(name: &str, key: &[u8]) -> [u8; 4] {
    let digest = sha256(&[name.as_bytes(), b"\n", key].concat());
    digest.first_chunk().copied().unwrap_or_default()
}

/// Name of an office's log.
#[cfg(feature = "terbit")]
pub(crate) fn log_name(kode_wilayah: &str) -> String {
    format!("suket/{kode_wilayah}")
}

/// The key of a log, as a verifier knows it.
#[derive(Debug, Clone)]
pub(crate) struct LogKey {
    name: String,
    id: [u8; 4],
    key: PublicKey,
}

impl LogKey {
    /// Reads `name+id+key`.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        let (name, rest) = line.split_once('+')?;
        let (id, key) = rest.split_once('+')?;
        let bytes = Base64::decode_vec(key).ok()?;
        let (algorithm, public) = bytes.split_first()?;
        let own = key_id(name, &bytes);
        let good = *algorithm == ED25519 && super::hex(&own) == id && !name.is_empty();
        let key = PublicKey::ed25519(public.try_into().ok()?)?;
        good.then(|| Self { name: name.to_owned(), id: own, key })
    }

    /// The public key.
    pub(crate) fn public(&self) -> &PublicKey {
        &self.key
    }

    /// Reads a signed checkpoint of this log; `None` where it is another's, malformed, or its signature does not hold.
    /// Lines of other signers, witnesses say, may stand beside ours.
    pub(crate) fn open(&self, note: &str) -> Option<Checkpoint> {
        let (text, signatures) = split(note)?;
        let checkpoint = Checkpoint::parse(text).filter(|checkpoint| checkpoint.origin == self.name)?;
        let mut own = signatures.lines().filter_map(|line| {
            let (name, signature) = line.strip_prefix("— ")?.split_once(' ')?;
            let bytes = Base64::decode_vec(signature).ok()?;
            let (id, signature) = bytes.split_first_chunk::<4>()?;
            (name == self.name && *id == self.id).then(|| signature.to_vec())
        });
        let signature: [u8; 64] = own.next()?.try_into().ok()?;
        (own.next().is_none() && self.key.verifies(text.as_bytes(), &signature)).then_some(checkpoint)
    }
}

/// State of a log at a size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Checkpoint {
    /// The log's name.
    pub(crate) origin: String,
    /// Leaves.
    pub(crate) size: u64,
    /// Root of the tree over them.
    pub(crate) root: Sha256Bytes,
}

impl Checkpoint {
    /// The text that is signed.
    pub(crate) fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, Base64::encode_string(&self.root))
    }

    /// The signed note; `sign` makes an Ed25519 signature over the text, `public` is the key's raw public part.
    #[cfg(feature = "terbit")]
    pub(crate) fn signed<E>(
        &self,
        public: &[u8],
        sign: impl FnOnce(&[u8]) -> Result<[u8; 64], E>,
    ) -> Result<String, E> {
        let text = self.text();
        let id = key_id(&self.origin, &[&[ED25519], public].concat());
        let line = [id.as_slice(), &sign(text.as_bytes())?].concat();
        Ok(format!("{text}\n— {} {}\n", self.origin, Base64::encode_string(&line)))
    }

    /// Reads size and root out of a note; says nothing about its signature. Extension lines are none of ours.
    fn parse(text: &str) -> Option<Self> {
        let [origin, size, root] =
            text.strip_suffix('\n')?.split('\n').collect::<Vec<_>>().try_into().ok()?;
        let number: u64 = size.parse().ok()?;
        let bytes = Base64::decode_vec(root).ok()?;
        let checkpoint = Self { origin: origin.to_owned(), size: number, root: bytes.try_into().ok()? };
        // One spelling only: no leading zeros, no other base 64 of the same bytes.
        (checkpoint.text() == text).then_some(checkpoint)
    }
}

/// Text with its newline, and signature lines.
fn split(note: &str) -> Option<(&str, &str)> {
    if note.len() > MAX_NOTE || note.chars().any(|c| c.is_control() && c != '\n') {
        return None;
    }
    let at = note.rfind("\n\n")?;
    let (text, signatures) = note.split_at(at + 1);
    Some((text, signatures.strip_prefix('\n').filter(|lines| lines.ends_with('\n'))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    #[cfg(feature = "terbit")]
    #[test]
    fn the_example_of_the_specification() {
        // PeterNeumann's key of golang.org/x/mod/sumdb/note.
        let key = Base64::decode_vec("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").unwrap_or_default();
        let (_, public) = key.split_first().unwrap_or((&0, &[]));
        assert_eq!(verifier_key("PeterNeumann", public), PETER);
    }

    #[test]
    fn a_key_whose_id_is_not_its_own_is_refused() {
        assert!(LogKey::parse(PETER).is_some());
        assert!(LogKey::parse(&PETER.replace("c74f20a3", "c74f20a4")).is_none());
        assert!(LogKey::parse(&PETER.replace("Peter", "Pater")).is_none());
    }

    #[test]
    fn a_checkpoint_has_one_spelling() {
        let good = Checkpoint { origin: "suket/63.05.06".to_owned(), size: 10, root: [7; 32] };
        let text = good.text();
        assert_eq!(Checkpoint::parse(&text), Some(good));
        for wrong in [
            text.replace("\n10\n", "\n010\n"),
            text.replace("\n10\n", "\n+10\n"),
            text.replace("=\n", "\n"),
            format!("{text}more\n"),
            text.trim_end().to_owned(),
        ] {
            assert_eq!(Checkpoint::parse(&wrong), None, "{wrong:?}");
        }
    }
}
