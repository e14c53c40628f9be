//! Officials and their mandates: who may sign on which day, and how the signature block names them.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ProfileError;
use crate::identity::nip_ok;

/// How somebody holds the post.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
pub enum MandateStatus {
    /// Holder of the post.
    #[default]
    #[serde(rename = "definitif")]
    Definitif,
    /// Pelaksana tugas: acting while the post is vacant.
    #[serde(rename = "Plt.")]
    Plt,
    /// Pelaksana harian: acting while the holder is away.
    #[serde(rename = "Plh.")]
    Plh,
    /// Penjabat: appointed for a time.
    #[serde(rename = "Pj.")]
    Pj,
    /// Atas nama: the official one level below signs in the name of the holder.
    #[serde(rename = "a.n.")]
    AtasNama,
    /// Untuk beliau: the official two levels below signs for the one who signs in the name of the holder.
    #[serde(rename = "u.b.")]
    UntukBeliau,
}

/// An official and one mandate.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Pejabat {
    /// The post, e.g. `Camat Candi Laras Utara`.
    pub jabatan: String,
    /// How the post is held.
    pub status: MandateStatus,
    /// For `a.n.` and `u.b.`: the post in whose name the letter is signed.
    pub atas_nama: String,
    /// For `u.b.`: the post between.
    pub untuk_beliau: String,
    /// Name with academic titles; empty where nobody has stated it.
    pub nama: String,
    /// NIP, printed as given.
    pub nip: String,
    /// Rank, e.g. `Pembina (IV/a)`; printed if known.
    pub pangkat: String,
    /// Number of the decree.
    pub sk: String,
    /// First day of the mandate.
    #[serde(deserialize_with = "date")]
    pub mulai: Option<Date>,
    /// Last day of the mandate; open without.
    #[serde(deserialize_with = "date")]
    pub sampai: Option<Date>,
    /// Whether this official signs letters; others only give paraf.
    pub menandatangani: bool,
}

/// A date of TOML, or the same as text.
pub(super) fn date<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    let value = toml::Value::deserialize(deserializer)?;
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.parse()
        .map(Some)
        .map_err(|_unreadable| serde::de::Error::custom("tanggal ditulis tahun-bulan-tanggal"))
}

impl Pejabat {
    /// Whether name, post and first day are known, so that letters can be signed.
    pub fn complete(&self) -> bool {
        self.menandatangani && !self.nama.is_empty() && !self.jabatan.is_empty() && self.mulai.is_some()
    }

    /// Whether the mandate covers the day; both ends belong to it.
    pub fn may_sign_on(&self, date: Date) -> bool {
        self.complete() && self.in_office(date)
    }

    /// Whether the post is held on that day, as far as it has dates; both ends belong to it.
    pub(super) fn in_office(&self, date: Date) -> bool {
        self.mulai.is_none_or(|from| from <= date) && self.sampai.is_none_or(|to| date <= to)
    }

    /// The post with its mandate in one line of running text, e.g. `Plt. Camat Larangan`.
    pub fn jabatan_lengkap(&self) -> String {
        match self.status {
            MandateStatus::Definitif | MandateStatus::AtasNama | MandateStatus::UntukBeliau => {
                self.jabatan.clone()
            }
            MandateStatus::Plt => format!("Plt. {}", self.jabatan),
            MandateStatus::Plh => format!("Plh. {}", self.jabatan),
            MandateStatus::Pj => format!("Pj. {}", self.jabatan),
        }
    }

    /// The lines above the signature, as tata naskah dinas sets them.
    pub fn signature_lines(&self) -> Vec<String> {
        let post = self.jabatan.to_uppercase();
        match self.status {
            MandateStatus::Definitif => vec![format!("{post},")],
            MandateStatus::Plt => vec![format!("Plt. {post},")],
            MandateStatus::Plh => vec![format!("Plh. {post},")],
            MandateStatus::Pj => vec![format!("Pj. {post},")],
            MandateStatus::AtasNama => {
                vec![format!("a.n. {}", self.atas_nama.to_uppercase()), format!("{post},")]
            }
            MandateStatus::UntukBeliau => vec![
                format!("a.n. {}", self.atas_nama.to_uppercase()),
                self.untuk_beliau.to_uppercase(),
                "u.b.".to_owned(),
                format!("{post},"),
            ],
        }
    }

    /// File name of the official's key: post and first day, in letters that every file system takes.
    pub fn key_name(&self) -> String {
        let post: String = self
            .jabatan_lengkap()
            .to_lowercase()
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect();
        let post: Vec<&str> = post.split('-').filter(|part| !part.is_empty()).collect();
        let from = self.mulai.map(|date| date.to_string()).unwrap_or_default();
        format!("{}-{from}", post.join("-"))
    }

    pub(super) fn check(&self) -> Result<(), ProfileError> {
        let error = |key: &str, pesan: &str| {
            Err(ProfileError::Value {
                bidang: format!("pejabat {:?}: {key}", self.jabatan),
                pesan: pesan.to_owned(),
            })
        };
        if !self.nip.is_empty() && !nip_ok(&self.nip) {
            return error("nip", "NIP harus 18 angka: 8 lahir, 6 pengangkatan, 1 jenis kelamin, 3 urut");
        }
        if let (Some(from), Some(to)) = (self.mulai, self.sampai)
            && to < from
        {
            return error("sampai", "masa jabatan berakhir sebelum mulai");
        }
        let needs_name = matches!(self.status, MandateStatus::AtasNama | MandateStatus::UntukBeliau);
        if needs_name && self.atas_nama.is_empty() {
            return error("atas_nama", "isi jabatan yang diatasnamakan");
        }
        if self.status == MandateStatus::UntukBeliau && self.untuk_beliau.is_empty() {
            return error("untuk_beliau", "isi jabatan di antara keduanya");
        }
        Ok(())
    }
}
