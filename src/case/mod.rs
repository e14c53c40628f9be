//! A case: what the clerk hands in. Data only; nothing is judged here.

mod read;
mod schema;
mod table;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use read::{Place, RawCase};
#[cfg(feature = "terbit")]
pub(crate) use schema::{nearest, without_numbers};

/// One case, as the case file spells it. Every part may be absent; which ones a kind needs is in its `naskah.toml`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct Case {
    /// Kind of letter.
    pub jenis: String,
    /// Reason of the application.
    pub alasan: String,
    /// Idempotency key: asking again with the same key and content gives the same letter.
    pub kunci_permintaan: Option<String>,
    /// Number of the letter that this one replaces.
    pub menggantikan: Option<String>,
    /// Why it is replaced.
    pub alasan_ganti: Option<String>,
    /// What the applicant needs the letter for.
    pub keperluan: Option<String>,
    /// Ids of the requirements handed in.
    pub berkas: Vec<String>,
    /// Shelf of the paper file.
    pub lokasi_berkas: Option<String>,
    /// The applicant.
    pub pemohon: Pemohon,
    /// The recording.
    pub perekaman: Perekaman,
    /// The village's letter.
    pub surat_pengantar: SuratPengantar,
    /// What a return slip says.
    pub pengembalian: Pengembalian,
    /// Insertion: where a backdated letter stands.
    pub sisipan: Sisipan,
    /// Fields that only one kind has; its `naskah.toml` declares them.
    pub lain: BTreeMap<String, String>,
}

/// The applicant.
#[derive(Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct Pemohon {
    /// NIK (population number).
    pub nik: Option<String>,
    /// Family card number.
    pub no_kk: Option<String>,
    /// Name.
    pub nama: Option<String>,
    /// Place of birth.
    pub tempat_lahir: Option<String>,
    /// Date of birth.
    pub tanggal_lahir: Option<Date>,
    /// Sex: LAKI-LAKI or PEREMPUAN.
    pub jenis_kelamin: Option<String>,
    /// Blood group.
    pub golongan_darah: Option<String>,
    /// Street and house.
    pub alamat: Option<String>,
    /// Neighbourhood unit.
    pub rt: Option<String>,
    /// Community unit.
    pub rw: Option<String>,
    /// Village or urban ward.
    pub desa_kelurahan: Option<String>,
    /// Religion.
    pub agama: Option<String>,
    /// Marital status.
    pub status_perkawinan: Option<String>,
    /// Occupation.
    pub pekerjaan: Option<String>,
    /// Citizenship: WNI or WNA.
    pub kewarganegaraan: Option<String>,
    /// Telephone; never printed.
    pub telepon: Option<String>,
}

impl Pemohon {
    /// Whether the applicant is or was married. An unknown spelling counts as never married: it must not open what
    /// age closes.
    pub fn pernah_kawin(&self) -> bool {
        const PERNAH: [&str; 5] =
            ["KAWIN", "KAWIN TERCATAT", "KAWIN BELUM TERCATAT", "CERAI HIDUP", "CERAI MATI"];
        self.status_perkawinan.as_deref().is_some_and(|status| PERNAH.contains(&status))
    }
}

impl std::fmt::Debug for Pemohon {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pemohon { .. }")
    }
}

/// The recording of the biometrics; the biometrics themselves never enter suket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct Perekaman {
    /// Day.
    pub tanggal: Option<Date>,
    /// Place; the office without.
    pub tempat: Option<String>,
    /// Operator.
    pub petugas: Option<String>,
    /// Status: PRO, SFE, PRR, DUP or EFAC.
    pub status: Option<String>,
}

/// The village's letter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct SuratPengantar {
    /// Its number.
    pub nomor: Option<String>,
    /// Its date.
    pub tanggal: Option<Date>,
    /// Who wrote it.
    pub dari: Option<String>,
}

/// What a return slip says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct Pengembalian {
    /// Ids of missing requirements.
    pub kurang: Vec<String>,
    /// Another cause.
    pub sebab: Option<String>,
    /// What the applicant should do.
    pub saran: Option<String>,
}

/// Insertion: a backdated letter that stands behind a number which is used, as `12.a`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct Sisipan {
    /// Running number behind which it stands, in its series and the year of its date.
    pub sesudah: Option<u32>,
    /// Why it was not issued on its day.
    pub alasan: Option<String>,
}

impl Case {
    /// Whether the fields at these paths (`pemohon.nik`, …) hold something, in the order of the paths.
    pub fn filled(&self, paths: &[String]) -> Vec<bool> {
        let tree = serde_json::to_value(self).unwrap_or_default();
        let filled = |path: &str| {
            let found = path.split('.').try_fold(&tree, |value, key| value.get(key));
            found.and_then(serde_json::Value::as_str).is_some_and(|text| !text.is_empty())
        };
        paths.iter().map(|path| filled(path)).collect()
    }

    /// The case file as a JSON Schema (2020-12), for other programs; made of the same table that reads case files.
    pub fn json_schema() -> serde_json::Value {
        schema::json_schema()
    }

    /// The case as canonical JSON: sorted keys, nothing empty. Equal cases give equal bytes.
    pub fn canonical(&self) -> String {
        let mut value = serde_json::to_value(self).unwrap_or_default();
        prune(&mut value);
        crate::format::canonical_json(&value)
    }
}

fn prune(value: &mut serde_json::Value) {
    if let serde_json::Value::Object(map) = value {
        map.values_mut().for_each(prune);
        map.retain(|_, value| match value {
            serde_json::Value::Null => false,
            serde_json::Value::String(text) => !text.is_empty(),
            serde_json::Value::Array(items) => !items.is_empty(),
            serde_json::Value::Object(map) => !map.is_empty(),
            serde_json::Value::Bool(_) | serde_json::Value::Number(_) => true,
        });
    }
}
