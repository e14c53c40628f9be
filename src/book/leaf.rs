//! Leaves of the log: RFC 6962 leaf hashes over canonical JSON. The tree over them is `format::tlog`.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::NewEntry;
use crate::format::receipt::Issued;
use crate::format::tlog::leaf_hash;
use crate::format::{Sha256Bytes, canonical_json, hex, sha256};

/// One leaf: what happened, as canonical JSON, and its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Number, from 0, without gap.
    pub seq: u64,
    /// Canonical JSON (RFC 8785).
    pub isi: String,
    /// Of an issued letter the details, canonical JSON; the leaf holds their digest, so that a proof stays short.
    pub rincian: Option<String>,
    /// `SHA-256(0x00 || isi)` (RFC 6962, 2.1).
    pub daun: Sha256Bytes,
}

impl Leaf {
    /// The leaf of an issued letter. Every value of the row is in it or in its details; personal data by salted digest
    /// only.
    pub(crate) fn issued(seq: u64, entry: &NewEntry) -> Self {
        let rincian = canonical_json(&details(entry));
        let leaf = Issued {
            nomor: &entry.nomor,
            sidik: &entry.sidik,
            tanda_tangan: &entry.tanda_tangan,
            rincian: &sha256(rincian.as_bytes()),
        };
        Self { rincian: Some(rincian), ..Self::of(seq, leaf.leaf(seq)) }
    }

    /// A leaf with this content.
    pub(super) fn of(seq: u64, isi: String) -> Self {
        let daun = leaf_hash(isi.as_bytes());
        Self { seq, isi, rincian: None, daun }
    }
}

fn details(entry: &NewEntry) -> Value {
    let mut value = json!({
        "seri": entry.seri,
        "tahun": entry.tahun,
        "urut": entry.urut,
        "tanggal": entry.tanggal.to_string(),
        "jenis": entry.jenis,
        "perihal": entry.perihal,
        "penyegel": entry.penyegel,
        "kid": hex(&entry.kid),
        "kode": entry.kode,
        "templat": hex(&entry.templat),
        "profil": hex(&entry.profil),
        "versi": entry.versi,
        "orang": hex(&salted(&entry.orang.garam, entry.orang.kasus.as_bytes())),
    });
    let Some(map) = value.as_object_mut() else { return value };
    if let Some(old) = entry.menggantikan {
        map.insert("menggantikan".to_owned(), json!(old));
    }
    if let Some(end) = entry.berlaku_sampai {
        map.insert("berlaku_sampai".to_owned(), json!(end.to_string()));
    }
    if !entry.sisipan.is_empty() {
        map.insert("sisipan".to_owned(), json!(entry.sisipan));
        map.insert("alasan_sisipan".to_owned(), json!(entry.alasan_sisipan));
    }
    if let Some(agenda) = &entry.agenda {
        let told = json!({ "seri": agenda.seri, "urut": agenda.urut, "nomor": agenda.nomor });
        map.insert("agenda".to_owned(), told);
    }
    if let Some((key, digest)) = &entry.permintaan {
        map.insert("permintaan".to_owned(), json!(hex(&request(&entry.orang.garam, key, digest))));
    }
    value
}

/// Digest of a request: its key, and the digest of its content.
pub(crate) fn request(salt: &[u8; 16], key: &str, content: &Sha256Bytes) -> Sha256Bytes {
    salted(salt, &[key.as_bytes(), content.as_slice()].concat())
}

/// Digest of personal data; without the salt nobody can guess what it stands for.
pub(crate) fn salted(salt: &[u8; 16], bytes: &[u8]) -> Sha256Bytes {
    Sha256::new().chain_update(salt).chain_update(bytes).finalize().into()
}
