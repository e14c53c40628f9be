//! Keys of signed notes (C2SP signed-note): the book's log is signed under one.

use base64ct::{Base64, Encoding};

use super::sha256;

/// Algorithm byte of Ed25519.
const ED25519: u8 = 1;

/// A verifier's key as one line: `name+id+key`. The id is the first four bytes of SHA-256 of name, newline and key.
pub(crate) fn verifier_key(name: &str, public: &[u8]) -> String {
    let key = [&[ED25519], public].concat();
    let digest = sha256(&[name.as_bytes(), b"\n", &key].concat());
    let id = super::hex(digest.get(..4).unwrap_or_default());
    format!("{name}+{id}+{}", Base64::encode_string(&key))
}

/// Name of an office's log.
pub(crate) fn log_name(kode_wilayah: &str) -> String {
    format!("suket/{kode_wilayah}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_specification() {
        // PeterNeumann's key of golang.org/x/mod/sumdb/note.
        let key = Base64::decode_vec("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").unwrap_or_default();
        let (_, public) = key.split_first().unwrap_or((&0, &[]));
        assert_eq!(
            verifier_key("PeterNeumann", public),
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
        );
    }
}
