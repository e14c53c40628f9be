//! Keys that seal: the office's root, its seal, one key per official and mandate.
//!
//! Private keys are encrypted PKCS#8 version 1 (RFC 5958, scrypt N=2^14), which OpenSSL and others read.

mod certificate;
mod sealer;
#[cfg(feature = "pkcs11")]
mod token;

use ed25519_dalek::Signer as _;
use ed25519_dalek::pkcs8::KeypairBytes;
use p256::ecdsa;
use pkcs8::pkcs5::{pbes2, scrypt};
use pkcs8::{EncodePrivateKey, EncryptedPrivateKeyInfoRef, PrivateKeyInfoRef, SecretDocument};
use zeroize::Zeroizing;

pub(crate) use certificate::{Subject, Tenure, fits, leaf, public_of, root, to_pem, validity_of};
pub use sealer::PdfService;
pub(crate) use sealer::{SealedPdf, Sealer};
#[cfg(feature = "pkcs11")]
pub use token::{Token, TokenKey};

use crate::format::public_key::{Algoritma, PublicKey};

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
    /// Key and certificate do not belong together, or the key cannot sign.
    #[error("kunci dan sertifikat tidak sepasang")]
    Pair,
    /// A key of this algorithm cannot do this.
    #[error("kunci berjenis lain daripada yang diperlukan")]
    Algorithm,
    /// What a signing service gave back is not the letter that it was given, or not signed with its certificate.
    #[error("layanan penandatanganan mengembalikan PDF yang bukan miliknya")]
    Foreign,
    /// A PKCS#11 token.
    #[error("token: {0}")]
    Token(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The signer could not sign.
    #[error("penandatanganan gagal: {0}")]
    Sign(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Something that can sign. A token or a service fits behind it.
pub trait Signer: Send + Sync {
    /// Certificate (RFC 5280), DER. Its key decides on the algorithm.
    fn certificate_der(&self) -> &[u8];
    /// Signature of the message: Ed25519 (RFC 8032), or r and s of ECDSA P-256 over SHA-256 (FIPS 186-5), s being the
    /// lower one of its two values.
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

/// Whether a text has the form of a private key under a passphrase; whether one opens it, only the passphrase tells.
pub(crate) fn is_sealed_key(pem: &str) -> bool {
    SecretDocument::from_pem(pem).is_ok_and(|(label, document)| {
        label == "ENCRYPTED PRIVATE KEY" && EncryptedPrivateKeyInfoRef::try_from(document.as_bytes()).is_ok()
    })
}

/// A private key that is not yet bound to a certificate. Wiped from memory when dropped.
pub(crate) enum SecretKey {
    Ed25519(ed25519_dalek::SigningKey),
    EcdsaP256(ecdsa::SigningKey),
}

impl SecretKey {
    pub(crate) fn generate(algorithm: Algoritma, entropy: &mut dyn Entropy) -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        loop {
            entropy.fill(seed.as_mut());
            match algorithm {
                Algoritma::Ed25519 => {
                    return Self::Ed25519(ed25519_dalek::SigningKey::from_bytes(&seed));
                }
                Algoritma::EcdsaP256 => {
                    // One seed in 2^32 lies outside the group; then the next one is taken.
                    if let Ok(key) = ecdsa::SigningKey::from_slice(seed.as_slice()) {
                        return Self::EcdsaP256(key);
                    }
                }
            }
        }
    }

    pub(crate) fn public(&self) -> PublicKey {
        match self {
            Self::Ed25519(key) => PublicKey::Ed25519(key.verifying_key()),
            Self::EcdsaP256(key) => PublicKey::EcdsaP256(*key.verifying_key()),
        }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError> {
        let failed = |e| KeyError::Sign(Box::new(e));
        Ok(match self {
            Self::Ed25519(key) => key.try_sign(message).map_err(failed)?.to_bytes(),
            Self::EcdsaP256(key) => {
                let signature: ecdsa::Signature = key.try_sign(message).map_err(failed)?;
                signature.normalize_s().to_bytes().into()
            }
        })
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
        let plain = match self {
            Self::Ed25519(key) => {
                KeypairBytes { secret_key: *key.as_bytes(), public_key: None }.to_pkcs8_der()
            }
            Self::EcdsaP256(key) => key.to_pkcs8_der(),
        };
        let plain = plain.map_err(format)?;
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
        if info.algorithm.oid == const_oid::db::rfc8410::ID_ED_25519 {
            let pair = KeypairBytes::try_from(info).ok().ok_or(KeyError::Passphrase)?;
            return Ok(Self::Ed25519(ed25519_dalek::SigningKey::from_bytes(&pair.secret_key)));
        }
        ecdsa::SigningKey::try_from(info).map(Self::EcdsaP256).ok().ok_or(KeyError::Passphrase)
    }

    /// Binds the key to its certificate.
    pub(crate) fn with_certificate(self, der: Vec<u8>) -> Result<SoftKey, KeyError> {
        if public_of(&der)? == self.public() { Ok(SoftKey { key: self, der }) } else { Err(KeyError::Pair) }
    }
}

/// A key in this process, with its certificate.
pub struct SoftKey {
    key: SecretKey,
    der: Vec<u8>,
}

impl SoftKey {
    /// Opens an encrypted PKCS#8 file (RFC 5958), PEM, and binds it to its certificate (RFC 5280), PEM.
    pub fn open(private_pem: &str, certificate_pem: &str, passphrase: &[u8]) -> Result<Self, KeyError> {
        let (_, der) =
            der::Document::from_pem(certificate_pem).map_err(|e| KeyError::Certificate(Box::new(e)))?;
        SecretKey::from_pem(private_pem, passphrase)?.with_certificate(der.as_bytes().to_vec())
    }
}

impl std::fmt::Debug for SoftKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SoftKey({})", crate::format::hex(&self.key.public().kid()))
    }
}

impl Signer for SoftKey {
    fn certificate_der(&self) -> &[u8] {
        &self.der
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError> {
        self.key.sign(message)
    }
}
