//! Leaves of the log: RFC 6962 leaf hashes over canonical JSON. The tree over them comes with the book's own issue.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::NewEntry;
use crate::format::{Sha256Bytes, canonical_json, hex};

/// One leaf: what happened, as canonical JSON, and its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Number, from 0, without gap.
    pub seq: u64,
    /// Canonical JSON (RFC 8785).
    pub isi: String,
    /// `SHA-256(0x00 || isi)` (RFC 6962, 2.1).
    pub daun: Sha256Bytes,
}

impl Leaf {
    /// The leaf of an issued letter. Every value of the row is in it; personal data by salted digest only.
    pub(super) fn issued(seq: u64, entry: &NewEntry) -> Self {
        let mut value = json!({
            "peristiwa": "terbit",
            "seq": seq,
            "seri": entry.seri,
            "tahun": entry.tahun,
            "urut": entry.urut,
            "nomor": entry.nomor,
            "tanggal": entry.tanggal.to_string(),
            "jenis": entry.jenis,
            "perihal": entry.perihal,
            "penyegel": entry.penyegel,
            "kid": hex(&entry.kid),
            "sidik": hex(&entry.sidik),
            "tanda_tangan": hex(&entry.tanda_tangan),
            "kode": entry.kode,
            "templat": hex(&entry.templat),
            "profil": hex(&entry.profil),
            "versi": entry.versi,
            "orang": hex(&salted(&entry.orang.garam, entry.orang.kasus.as_bytes())),
        });
        if let (Some(map), Some(old)) = (value.as_object_mut(), entry.menggantikan) {
            map.insert("menggantikan".to_owned(), json!(old));
        }
        if let (Some(map), Some(end)) = (value.as_object_mut(), entry.berlaku_sampai) {
            map.insert("berlaku_sampai".to_owned(), json!(end.to_string()));
        }
        if let (Some(map), Some((key, digest))) = (value.as_object_mut(), &entry.permintaan) {
            let request = [key.as_bytes(), digest.as_slice()].concat();
            map.insert("permintaan".to_owned(), json!(hex(&salted(&entry.orang.garam, &request))));
        }
        Self::of(seq, &value)
    }

    /// A leaf with this content.
    pub(super) fn of(seq: u64, value: &Value) -> Self {
        let isi = canonical_json(value);
        let daun = leaf_hash(isi.as_bytes());
        Self { seq, isi, daun }
    }
}

/// RFC 6962 leaf hash.
pub(crate) fn leaf_hash(bytes: &[u8]) -> Sha256Bytes {
    Sha256::new().chain_update([0]).chain_update(bytes).finalize().into()
}

/// Digest of personal data; without the salt nobody can guess what it stands for.
pub(crate) fn salted(salt: &[u8; 16], bytes: &[u8]) -> Sha256Bytes {
    Sha256::new().chain_update(salt).chain_update(bytes).finalize().into()
}
