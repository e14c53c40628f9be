//! Keys in a PKCS#11 token (a smart card, a USB key, an HSM): the private key never leaves it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::object::{Attribute, AttributeType, ObjectClass};
use cryptoki::session::{Session, UserType};
use cryptoki::types::AuthPin;
use der::Decode;
use der::asn1::OctetStringRef;

use super::{KeyError, Signer, certificate};
use crate::format::public_key::{Algoritma, PublicKey};
use crate::format::sha256;

/// A token that is open. Signing goes one at a time: a token has one pair of hands.
pub struct Token {
    session: Mutex<Session>,
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token { .. }")
    }
}

impl Token {
    /// Opens the token with this label through the vendor's PKCS#11 module.
    pub fn open(module: &Path, label: &str, pin: &str) -> Result<Arc<Self>, KeyError> {
        let library = library(module)?;
        let slots = library.get_slots_with_token().map_err(failed)?;
        let slot = slots
            .into_iter()
            .find(|slot| library.get_token_info(*slot).is_ok_and(|info| info.label() == label))
            .ok_or_else(|| KeyError::Token(format!("token {label:?} tidak terpasang").into()))?;
        let session = library.open_ro_session(slot).map_err(failed)?;
        match session.login(UserType::User, Some(&AuthPin::new(pin.into()))) {
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {}
            Err(Error::Pkcs11(RvError::PinIncorrect | RvError::PinLenRange | RvError::PinInvalid, _)) => {
                return Err(KeyError::Passphrase);
            }
            Err(error) => return Err(failed(error)),
        }
        Ok(Arc::new(Self { session: Mutex::new(session) }))
    }

    /// The public key with this label.
    pub(crate) fn public(&self, label: &str) -> Result<PublicKey, KeyError> {
        let session = self.session()?;
        let template = [Attribute::Class(ObjectClass::PUBLIC_KEY), Attribute::Label(label.into())];
        let found = session.find_objects(&template).map_err(failed)?;
        let [handle] = found.as_slice() else {
            let count = found.len();
            return Err(KeyError::Token(
                format!("ada {count} kunci publik berlabel {label:?} di token").into(),
            ));
        };
        let attributes = session.get_attributes(*handle, &[AttributeType::EcPoint]).map_err(failed)?;
        let point = attributes
            .into_iter()
            .find_map(|attribute| if let Attribute::EcPoint(point) = attribute { Some(point) } else { None })
            .unwrap_or_default();
        // PKCS#11 2.40 wraps the point in an OCTET STRING; some tokens give it bare.
        let raw = <&OctetStringRef>::from_der(&point).map_or(point.as_slice(), |octets| octets.as_bytes());
        PublicKey::from_raw(raw)
            .ok_or_else(|| KeyError::Token(format!("kunci {label:?} bukan Ed25519 atau P-256").into()))
    }

    /// A signer with the private key of this label and the certificate of its public key.
    pub fn signer(self: &Arc<Self>, label: &str, certificate_der: &[u8]) -> Result<TokenKey, KeyError> {
        let algorithm = certificate::public_of(certificate_der)?.algorithm();
        Ok(TokenKey {
            token: Arc::clone(self),
            label: label.to_owned(),
            algorithm,
            der: certificate_der.to_vec(),
        })
    }

    fn session(&self) -> Result<std::sync::MutexGuard<'_, Session>, KeyError> {
        self.session.lock().map_err(|_poisoned| KeyError::Token("token berhenti".into()))
    }
}

/// A private key in a token, with its certificate.
#[derive(Debug)]
pub struct TokenKey {
    token: Arc<Token>,
    label: String,
    algorithm: Algoritma,
    der: Vec<u8>,
}

impl Signer for TokenKey {
    fn certificate_der(&self) -> &[u8] {
        &self.der
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError> {
        let session = self.token.session()?;
        let template =
            [Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::Label(self.label.as_str().into())];
        let found = session.find_objects(&template).map_err(failed)?;
        let [handle] = found.as_slice() else {
            return Err(KeyError::Token(format!("kunci {:?} tidak ada di token", self.label).into()));
        };
        let signature = match self.algorithm {
            Algoritma::Ed25519 => {
                let pure = EddsaParams::new(EddsaSignatureScheme::Pure);
                session.sign(&Mechanism::Eddsa(pure), *handle, message)
            }
            Algoritma::EcdsaP256 => session.sign(&Mechanism::Ecdsa, *handle, &sha256(message)),
        };
        let signature = signature.map_err(failed)?;
        let wrong = || KeyError::Token("tanda tangan token tidak 64 byte".into());
        let signature: [u8; 64] = signature.as_slice().try_into().ok().ok_or_else(wrong)?;
        Ok(match self.algorithm {
            Algoritma::Ed25519 => signature,
            Algoritma::EcdsaP256 => crate::format::public_key::lower_s(&signature).ok_or_else(wrong)?,
        })
    }
}

/// The vendor's module. A process opens it once and keeps it: closing it under another key would take that one away.
fn library(module: &Path) -> Result<Pkcs11, KeyError> {
    static OPEN: Mutex<BTreeMap<PathBuf, Pkcs11>> = Mutex::new(BTreeMap::new());
    let mut open = OPEN.lock().map_err(|_poisoned| KeyError::Token("modul token berhenti".into()))?;
    if let Some(known) = open.get(module) {
        return Ok(known.clone());
    }
    let library = Pkcs11::new(module).map_err(failed)?;
    library.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)).map_err(failed)?;
    open.insert(module.to_owned(), library.clone());
    Ok(library)
}

fn failed(error: Error) -> KeyError {
    KeyError::Token(Box::new(error))
}
