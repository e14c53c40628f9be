//! Keys that seal: the office's root, its seal, one key per official and mandate.
//!
//! Private keys are encrypted PKCS#8 version 1 (RFC 5958, scrypt N=2^14), which OpenSSL and others read.

mod certificate;

use std::sync::Arc;

use ed25519_dalek::pkcs8::KeypairBytes;
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use jiff::civil::Date;
use pkcs8::pkcs5::{pbes2, scrypt};
use pkcs8::{EncodePrivateKey, EncryptedPrivateKeyInfoRef, PrivateKeyInfoRef, SecretDocument};
use x509_cert::Certificate;
use zeroize::Zeroizing;

pub(crate) use certificate::{Subject, leaf, root, to_pem};

use crate::format::sha256;

/// Why a key cannot be made or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The passphrase does not open the key.
    #[error("kata sandi tidak membuka kunci ini")]
    Passphrase,
    /// Not an encrypted PKCS#8 key.
    #[error("berkas kunci rusak: {0}")]
    Format(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A certificate could not be made or read.
    #[error("sertifikat: {0}")]
    Certificate(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Key and certificate do not belong together.
    #[error("kunci dan sertifikat tidak sepasang")]
    Pair,
    /// The signer could not sign.
    #[error("penandatanganan gagal: {0}")]
    Sign(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Something that can seal: it exists only if it can sign. A token or a remote service fits behind it.
pub trait Signer: Send + Sync {
    /// Certificate (RFC 5280), DER.
    fn certificate_der(&self) -> &[u8];
    /// Ed25519 signature (RFC 8032) of the message.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError>;
}

/// Randomness, asked from the caller so that the library has no hidden input.
pub trait Entropy {
    /// Fills the buffer with unpredictable bytes.
    fn fill(&mut self, buffer: &mut [u8]);
}

impl<F: FnMut(&mut [u8])> Entropy for F {
    fn fill(&mut self, buffer: &mut [u8]) {
        self(buffer);
    }
}

/// A private key that is not yet bound to a certificate. Wiped from memory when dropped.
pub(crate) struct SecretKey(SigningKey);

impl SecretKey {
    pub(crate) fn generate(entropy: &mut dyn Entropy) -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        entropy.fill(seed.as_mut());
        Self(SigningKey::from_bytes(&seed))
    }

    pub(crate) fn public(&self) -> VerifyingKey {
        self.0.verifying_key()
    }

    /// Encrypted PKCS#8 as PEM. Version 1, without the public key: OpenSSL 3.0 refuses version 2.
    pub(crate) fn to_pem(
        &self,
        passphrase: &[u8],
        entropy: &mut dyn Entropy,
    ) -> Result<Zeroizing<String>, KeyError> {
        let format = |e: pkcs8::Error| KeyError::Format(Box::new(e));
        let (mut salt, mut iv) = ([0; 16], [0; 16]);
        entropy.fill(&mut salt);
        entropy.fill(&mut iv);
        // N=2^14: OpenSSL stops at 32 MiB.
        let cost = scrypt::Params::new(14, 8, 1).map_err(|e| KeyError::Format(Box::new(e)))?;
        let parameters = pbes2::Parameters::generate_scrypt_aes256cbc(cost, &salt, iv)
            .map_err(|e| KeyError::Format(Box::new(pkcs8::Error::from(e))))?;
        let plain = KeypairBytes { secret_key: *self.0.as_bytes(), public_key: None }
            .to_pkcs8_der()
            .map_err(format)?;
        let info =
            PrivateKeyInfoRef::try_from(plain.as_bytes()).map_err(|e| KeyError::Format(Box::new(e)))?;
        let document = info.encrypt_with_params(parameters, passphrase).map_err(format)?;
        document
            .to_pem("ENCRYPTED PRIVATE KEY", pkcs8::LineEnding::LF)
            .map_err(|e| KeyError::Format(Box::new(e)))
    }

    pub(crate) fn from_pem(pem: &str, passphrase: &[u8]) -> Result<Self, KeyError> {
        let (label, document) = SecretDocument::from_pem(pem).map_err(|e| KeyError::Format(Box::new(e)))?;
        if label != "ENCRYPTED PRIVATE KEY" {
            return Err(KeyError::Format("bukan ENCRYPTED PRIVATE KEY".into()));
        }
        let info = EncryptedPrivateKeyInfoRef::try_from(document.as_bytes())
            .map_err(|e| KeyError::Format(Box::new(e)))?;
        // Decryption with a wrong passphrase fails in the padding or in the structure: both mean the same here.
        let plain = info.decrypt(passphrase).ok().ok_or(KeyError::Passphrase)?;
        let info = PrivateKeyInfoRef::try_from(plain.as_bytes()).ok().ok_or(KeyError::Passphrase)?;
        let pair = KeypairBytes::try_from(info).ok().ok_or(KeyError::Passphrase)?;
        Ok(Self(SigningKey::from_bytes(&pair.secret_key)))
    }

    /// Binds the key to its certificate.
    pub(crate) fn with_certificate(self, der: Vec<u8>) -> Result<SoftKey, KeyError> {
        let certificate = certificate::parse(&der)?;
        if certificate::public_key(&certificate)? != self.public() {
            return Err(KeyError::Pair);
        }
        Ok(SoftKey { key: self, der })
    }
}

/// A key in this process, with its certificate.
pub struct SoftKey {
    key: SecretKey,
    der: Vec<u8>,
}

impl std::fmt::Debug for SoftKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SoftKey({})", crate::format::hex(&key_id(&self.key.public())))
    }
}

impl Signer for SoftKey {
    fn certificate_der(&self) -> &[u8] {
        &self.der
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError> {
        self.key
            .0
            .try_sign(message)
            .map(|signature| signature.to_bytes())
            .map_err(|e| KeyError::Sign(Box::new(e)))
    }
}

/// First eight bytes of SHA-256 of the public key.
pub(crate) fn key_id(key: &VerifyingKey) -> [u8; 8] {
    let digest = sha256(key.as_bytes());
    std::array::from_fn(|i| digest.get(i).copied().unwrap_or_default())
}

/// A signer with its certificate read once.
#[derive(Clone)]
pub(crate) struct Sealer {
    signer: Arc<dyn Signer>,
    certificate: Certificate,
    kid: [u8; 8],
}

impl Sealer {
    pub(crate) fn new(signer: Arc<dyn Signer>) -> Result<Self, KeyError> {
        let certificate = certificate::parse(signer.certificate_der())?;
        let kid = key_id(&certificate::public_key(&certificate)?);
        Ok(Self { signer, certificate, kid })
    }

    /// Whether the certificate is valid on that day; both ends belong to it.
    pub(crate) fn covers(&self, date: Date) -> bool {
        certificate::validity(&self.certificate).is_some_and(|(from, to)| from <= date && date <= to)
    }

    pub(crate) fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    pub(crate) fn kid(&self) -> [u8; 8] {
        self.kid
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError> {
        self.signer.sign(message)
    }
}
