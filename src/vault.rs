//! Encryption in the format of age-encryption.org/v1 (X25519, HKDF, ChaCha20-Poly1305), which Debian's `age` opens.
//! Whoever encrypts needs a recipient only; to read again takes its identity.
//!
//! The keys come from the caller's randomness. The file keys and nonces of each encryption are drawn by the `age` crate
//! itself, from the operating system: two encryptions of the same bytes differ.

use std::io::{Read, Write};

use age::secrecy::ExposeSecret;
use age::x25519;
use zeroize::{Zeroize, Zeroizing};

/// Human-readable part of an identity in Bech32 (BIP 173).
const IDENTITY: &str = "age-secret-key-";

/// Why bytes cannot be encrypted or read again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// Not an age identity, or not an age recipient.
    #[error("bukan kunci age (AGE-SECRET-KEY-1… atau age1…)")]
    NotAKey,
    /// Not encrypted to this identity, or damaged.
    #[error("tidak dapat dibuka dengan kunci ini, atau rusak: {0}")]
    Closed(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Encryption failed.
    #[error("tidak dapat disandi: {0}")]
    Encrypt(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A private key (identity), `AGE-SECRET-KEY-1…`; it does not print itself.
#[derive(Clone)]
pub struct Identity(x25519::Identity);

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity { .. }")
    }
}

impl PartialEq for Identity {
    fn eq(&self, other: &Self) -> bool {
        self.recipient() == other.recipient()
    }
}

impl Eq for Identity {}

/// A public key (recipient), `age1…`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recipient(String);

impl Identity {
    /// Makes an identity from 32 random bytes.
    pub fn new(mut random: [u8; 32]) -> Result<Self, VaultError> {
        let hrp = bech32::Hrp::parse(IDENTITY).map_err(|e| VaultError::Encrypt(Box::new(e)))?;
        let text = bech32::encode_upper::<bech32::Bech32>(hrp, &random).map(Zeroizing::new);
        random.zeroize();
        text.ok().and_then(|text| text.parse().ok()).map(Self).ok_or(VaultError::NotAKey)
    }

    /// A new identity, from the operating system's randomness, as the keys of each encryption are.
    pub fn fresh() -> Self {
        Self(x25519::Identity::generate())
    }

    /// Reads an identity file: lines with `#` are comments, one line is the key.
    pub fn read(text: &str) -> Result<Self, VaultError> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let (first, more) = (lines.next(), lines.next());
        let key = first.filter(|_| more.is_none()).and_then(|line| line.parse().ok());
        key.map(Self).ok_or(VaultError::NotAKey)
    }

    /// The key as text.
    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.to_string().expose_secret().to_owned())
    }

    /// Its public half.
    pub fn recipient(&self) -> Recipient {
        Recipient(self.0.to_public().to_string())
    }

    /// Reads what was encrypted to this identity.
    pub fn open(&self, stored: &[u8]) -> Result<Vec<u8>, VaultError> {
        let closed = |e: age::DecryptError| VaultError::Closed(Box::new(e));
        let file = age::Decryptor::new(stored).map_err(closed)?;
        let mut reader = file.decrypt(std::iter::once(&self.0 as &dyn age::Identity)).map_err(closed)?;
        let mut bytes = Vec::with_capacity(stored.len());
        reader.read_to_end(&mut bytes).map_err(|e| VaultError::Closed(Box::new(e)))?;
        Ok(bytes)
    }
}

impl Recipient {
    /// Reads a recipient file: lines with `#` are comments, one line is the key.
    pub fn read(text: &str) -> Result<Self, VaultError> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let (first, more) = (lines.next(), lines.next());
        let key: Option<x25519::Recipient> =
            first.filter(|_| more.is_none()).and_then(|line| line.parse().ok());
        key.map(|key| Self(key.to_string())).ok_or(VaultError::NotAKey)
    }

    /// The key as text.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// Work of a passphrase: 2^15 rounds of scrypt, a tenth of a second.
const WORK: u8 = 15;

/// Encrypts under a passphrase (age's scrypt recipient).
pub(crate) fn lock(passphrase: &[u8], bytes: &[u8]) -> Result<Vec<u8>, VaultError> {
    let failed = |e: Box<dyn std::error::Error + Send + Sync>| VaultError::Encrypt(e);
    let mut recipient = age::scrypt::Recipient::new(secret(passphrase)?);
    recipient.set_work_factor(WORK);
    age::encrypt(&recipient, bytes).map_err(|e| failed(Box::new(e)))
}

/// Reads what was encrypted under a passphrase.
pub(crate) fn unlock(passphrase: &[u8], stored: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let identity = age::scrypt::Identity::new(secret(passphrase)?);
    age::decrypt(&identity, stored).map(Zeroizing::new).map_err(|e| VaultError::Closed(Box::new(e)))
}

fn secret(passphrase: &[u8]) -> Result<age::secrecy::SecretString, VaultError> {
    let text = std::str::from_utf8(passphrase).map_err(|_binary| VaultError::NotAKey)?;
    Ok(age::secrecy::SecretString::from(text.to_owned()))
}

/// Whether the bytes are an age file, by their first line.
pub(crate) fn is_encrypted(stored: &[u8]) -> bool {
    stored.starts_with(b"age-encryption.org/v1\n")
}

/// Encrypts to all of these.
pub(crate) fn encrypt(recipients: &[&Recipient], bytes: &[u8]) -> Result<Vec<u8>, VaultError> {
    let failed = |e: Box<dyn std::error::Error + Send + Sync>| VaultError::Encrypt(e);
    let keys: Vec<x25519::Recipient> = recipients
        .iter()
        .map(|recipient| recipient.0.parse().map_err(|_unreadable| VaultError::NotAKey))
        .collect::<Result<_, _>>()?;
    let keys = keys.iter().map(|key| key as &dyn age::Recipient);
    let encryptor = age::Encryptor::with_recipients(keys).map_err(|e| failed(Box::new(e)))?;
    let mut out = Vec::with_capacity(bytes.len() + 512);
    let mut writer = encryptor.wrap_output(&mut out).map_err(|e| failed(Box::new(e)))?;
    writer.write_all(bytes).and_then(|()| writer.finish().map(drop)).map_err(|e| failed(Box::new(e)))?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seven() -> Identity {
        Identity::new([7; 32]).unwrap()
    }

    #[test]
    fn only_the_identity_opens() {
        let (own, other) = (seven(), Identity::new([8; 32]).unwrap());
        let stored = encrypt(&[&own.recipient()], b"isi").unwrap();
        assert_eq!(own.open(&stored).unwrap(), b"isi");
        assert!(other.open(&stored).is_err());
        assert_ne!(encrypt(&[&own.recipient()], b"isi").unwrap(), stored);
        for at in 0..stored.len() {
            let mut bad = stored.clone();
            bad[at] ^= 1;
            assert!(own.open(&bad).is_err(), "byte {at}");
        }
    }

    #[test]
    fn keys_are_those_of_age() {
        // RFC 7748 says what the public half of a scalar is; Bech32 is BIP 173.
        let text = seven().text();
        assert!(text.starts_with("AGE-SECRET-KEY-1"), "one form");
        assert_eq!(Identity::read(&format!("# catatan\n{}\n", *text)).unwrap(), seven());
        let recipient = seven().recipient();
        assert_eq!(Recipient::read(&format!("# x\n{}\n", recipient.text())).unwrap(), recipient);
        assert!(Identity::read(recipient.text()).is_err());
        assert!(Recipient::read(&text).is_err());
        assert_eq!(format!("{:?}", seven()), "Identity { .. }");
    }
}
