//! What a verifier remembers of the trust files that it has seen, so that nobody can hand it an older one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::chain::{Office, TrustError};
use crate::format::hex;

/// The highest version of each office's trust file seen so far, by the fingerprint of its root.
///
/// ```
/// let memory = suket::TrustMemory::read(b"").unwrap();
/// assert_eq!(suket::TrustMemory::read(memory.to_json().as_bytes()).unwrap(), memory);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustMemory(BTreeMap<String, Seen>);

/// One office's file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
struct Seen {
    kantor: String,
    versi: u32,
    /// SHA-256 of the signed bytes: one version has one content.
    sidik: String,
}

impl TrustMemory {
    /// Reads what [`Self::to_json`] has written; empty bytes are an empty memory.
    pub fn read(json: &[u8]) -> Result<Self, TrustError> {
        if json.is_empty() { Ok(Self::default()) } else { Ok(Self(serde_json::from_slice(json)?)) }
    }

    /// The memory as JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(&self.0).unwrap_or_default() + "\n"
    }

    /// Refuses a file that is older than one seen before, or another one of the same version; remembers it otherwise.
    pub(super) fn admit(&mut self, office: &Office) -> Result<(), TrustError> {
        let sidik = hex(&office.sidik);
        match self.0.get(&office.fingerprint()) {
            Some(seen) if seen.versi > office.versi => {
                return Err(TrustError::Older {
                    kantor: office.kantor.clone(),
                    versi: office.versi,
                    terlihat: seen.versi,
                });
            }
            Some(seen) if seen.versi == office.versi && seen.sidik != sidik => {
                return Err(TrustError::Forked { kantor: office.kantor.clone(), versi: office.versi });
            }
            _ => {}
        }
        let seen = Seen { kantor: office.kantor.clone(), versi: office.versi, sidik };
        self.0.insert(office.fingerprint(), seen);
        Ok(())
    }
}
