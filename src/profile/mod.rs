//! The office as data: `kantor.toml`.
//!
//! A profile may be incomplete: what nobody has stated stays empty, and [`Profile::missing`] says what a letter of
//! a given kind still needs.

mod alur;
mod mandate;
mod numbering;
mod pattern;
mod register;
mod requirement;
mod retention;
mod sections;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use mandate::{MandateStatus, Pejabat};
pub use numbering::{Penomoran, Seri};
pub use pattern::{NumberParts, NumberPattern};
pub use register::PenandaRegister;
pub(crate) use register::Tertanda;
pub use requirement::Persyaratan;
pub use retention::Sandi;
pub use sections::{Disdukcapil, Kontak, Kop, Layanan, Pengaduan, Wilayah};

/// Why a profile cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// Not valid TOML, an unknown key or a wrong type; the message names line and key.
    #[error("{0}")]
    Toml(#[source] Box<toml::de::Error>),
    /// A number pattern that cannot be used.
    #[error("penomoran.seri.{seri}.pola: {pesan}")]
    Pattern {
        /// The series.
        seri: String,
        /// What is wrong with its pattern.
        pesan: String,
    },
    /// A condition that cannot be evaluated.
    #[error("persyaratan {id:?}: bila: {pesan}")]
    Condition {
        /// The requirement.
        id: String,
        /// What is wrong with its condition.
        pesan: String,
    },
    /// A value outside its list.
    #[error("{bidang}: {pesan}")]
    Value {
        /// Path of the key.
        bidang: String,
        /// What is wrong.
        pesan: String,
    },
}

/// An office: everything that its papers need besides the case.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Short name of the profile, as in `templates/kantor/<id>`.
    pub id: String,
    /// Name of the office, e.g. `Kecamatan Larangan`.
    #[serde(default)]
    pub nama: String,
    /// Region code of the Ministry of Home Affairs, e.g. `63.05.06` (not the code of the statistics office).
    pub kode_wilayah: String,
    /// IANA time zone that decides on the local date, e.g. `Asia/Makassar`.
    pub zona_waktu: String,
    /// Built-in form of the letters.
    #[serde(default)]
    pub profil: PaperProfile,
    /// Paper size where it differs from the built-in form: `F4` or `A4`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kertas: Option<Paper>,
    /// The place before the letter's date.
    #[serde(default)]
    pub tempat_surat: String,
    /// Whether the day is printed with a leading zero (`02 Januari 2023`).
    #[serde(default)]
    pub tanggal_nol: bool,
    /// Host of the public check page; may be empty.
    #[serde(default)]
    pub host: String,
    /// First day on which the office sealed its letters.
    #[serde(default, deserialize_with = "mandate::date", skip_serializing_if = "Option::is_none")]
    pub segel_sejak: Option<Date>,
    /// Marks every letter as an example (`CONTOH`), for demonstrations.
    #[serde(default)]
    pub contoh: bool,
    /// Letterhead.
    #[serde(default)]
    pub kop: Kop,
    /// Names of the regions.
    #[serde(default)]
    pub wilayah: Wilayah,
    /// How to reach the office.
    #[serde(default)]
    pub kontak: Kontak,
    /// The civil registry that prints the cards.
    #[serde(default)]
    pub disdukcapil: Disdukcapil,
    /// Officials with their mandates; the first one whose mandate covers the date signs.
    #[serde(default)]
    pub pejabat: Vec<Pejabat>,
    /// Number patterns and their constant parts.
    #[serde(default)]
    pub penomoran: Penomoran,
    /// How letters are signed.
    #[serde(default)]
    pub tanda_tangan: TandaTangan,
    /// Who signs registers and other books.
    #[serde(default)]
    pub register: PenandaRegister,
    /// Months for which letters of a kind are good, by kind; without, they are good for ever.
    #[serde(default)]
    pub masa_berlaku: BTreeMap<String, u8>,
    /// Years for which papers are kept after the end of their year, by kind of letter, and for `register` and
    /// `permohonan`; without, they are never destroyed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub retensi: BTreeMap<String, u8>,
    /// What is encrypted.
    #[serde(default)]
    pub sandi: Sandi,
    /// Who drafts, initials and signs letters of a kind, by kind, where the SOP does not draw it: roles in their order,
    /// `paraf:` before those who initial; the last one signs.
    #[serde(default)]
    pub alur: BTreeMap<String, Vec<String>>,
    /// What applicants hand in.
    #[serde(default)]
    pub persyaratan: Vec<Persyaratan>,
    /// The service as the office states it.
    #[serde(default)]
    pub layanan: Layanan,
    /// Where to complain.
    #[serde(default)]
    pub pengaduan: Vec<Pengaduan>,
    /// Entries of the lists (religion, occupation, …) that the office has added.
    #[serde(default)]
    pub daftar: BTreeMap<String, Vec<String>>,
}

/// Built-in form: the line of Permendagri 54/2009 (F4, 12 pt) or of Permendagri 1/2023 (A4, 12 pt).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PaperProfile {
    /// Permendagri 54/2009: F4, 215 × 330 mm.
    #[default]
    Pd2009,
    /// Permendagri 1/2023: A4.
    Pd2023,
}

/// Paper size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub enum Paper {
    /// 210 × 297 mm.
    A4,
    /// 215 × 330 mm.
    F4,
}

/// How letters are signed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct TandaTangan {
    /// Ink on paper with the office's seal, or the official's own key.
    pub cara: Cara,
    /// Algorithm of the signature in the PDF; the QR is always Ed25519.
    pub pdf: PdfAlgorithm,
    /// The PKCS#11 token that holds keys which are not in `kunci/`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<TokenPlace>,
}

/// Where a PKCS#11 token is found.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TokenPlace {
    /// File of the vendor's module, e.g. `/usr/lib/softhsm/libsofthsm2.so`.
    pub modul: String,
    /// Label of the token.
    pub label: String,
}

/// Algorithm of the signature in the PDF.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
pub enum PdfAlgorithm {
    /// Ed25519 with SHA-512; common PDF viewers of 2026 do not know it yet.
    #[default]
    #[serde(rename = "ed25519")]
    Ed25519,
    /// ECDSA P-256 with SHA-256, which common PDF viewers know.
    #[serde(rename = "ecdsa-p256")]
    EcdsaP256,
}

/// Whose key seals a letter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Cara {
    /// Ink and stamp on paper are the legal act; the office seals.
    #[default]
    Basah,
    /// The official's own key seals.
    Elektronik,
}

/// Offices to start from.
const BUILTIN: [(&str, &str); 5] = [
    ("candi-laras-utara", include_str!("../../templates/kantor/candi-laras-utara/kantor.toml")),
    ("karanganyar", include_str!("../../templates/kantor/karanganyar/kantor.toml")),
    ("larangan", include_str!("../../templates/kantor/larangan/kantor.toml")),
    ("sajingan-besar", include_str!("../../templates/kantor/sajingan-besar/kantor.toml")),
    ("sumber-marga-telang", include_str!("../../templates/kantor/sumber-marga-telang/kantor.toml")),
];

impl Profile {
    /// Text of a built-in `kantor.toml`.
    pub fn builtin(id: &str) -> Option<&'static str> {
        BUILTIN.iter().find(|(known, _)| *known == id).map(|(_, text)| *text)
    }

    /// Ids of the built-in offices.
    pub fn builtin_ids() -> Vec<&'static str> {
        BUILTIN.iter().map(|(id, _)| *id).collect()
    }

    /// Reads and checks a profile: unknown keys, number patterns, conditions, mandates.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        let mut profile: Self = toml::from_str(text).map_err(|e| ProfileError::Toml(Box::new(e)))?;
        for (name, seri) in Penomoran::default().seri {
            profile.penomoran.seri.entry(name).or_insert(seri);
        }
        profile.check()?;
        Ok(profile)
    }

    fn check(&self) -> Result<(), ProfileError> {
        let value = |bidang: &str, pesan: String| ProfileError::Value { bidang: bidang.to_owned(), pesan };
        jiff::tz::TimeZone::get(&self.zona_waktu)
            .map_err(|source| value("zona_waktu", source.to_string()))?;
        if !self.kode_wilayah.bytes().all(|b| b.is_ascii_digit() || b == b'.') || self.kode_wilayah.len() < 5
        {
            return Err(value("kode_wilayah", "kode Kemendagri seperti 63.05.06".to_owned()));
        }
        if self.host.contains(['/', ' ', '#', ':']) {
            return Err(value("host", "hanya nama host, tanpa https:// dan tanpa garis miring".to_owned()));
        }
        self.penomoran.check()?;
        alur::check(&self.alur)?;
        for syarat in &self.persyaratan {
            syarat.check()?;
        }
        self.register.check(&self.pejabat)?;
        let mut keys = std::collections::BTreeSet::new();
        for pejabat in &self.pejabat {
            pejabat.check()?;
            // Key and certificate of a mandate are named after post and first day.
            if pejabat.complete() && !keys.insert(pejabat.key_name()) {
                let pesan = "dua pejabat dengan jabatan dan hari mulai yang sama".to_owned();
                return Err(value(&format!("pejabat {:?}", pejabat.jabatan), pesan));
            }
        }
        Ok(())
    }

    /// The paper of the office's letters.
    pub fn paper(&self) -> Paper {
        self.kertas.unwrap_or(match self.profil {
            PaperProfile::Pd2009 => Paper::F4,
            PaperProfile::Pd2023 => Paper::A4,
        })
    }

    /// The official who signs on `date`: the first one whose mandate covers it.
    pub fn signer_on(&self, date: Date) -> Option<&Pejabat> {
        self.pejabat.iter().find(|pejabat| pejabat.may_sign_on(date))
    }

    /// Last day on which a letter of this kind and date is good; without, it is good for ever.
    pub fn valid_until(&self, jenis: &str, date: Date) -> Option<Date> {
        let months = self.masa_berlaku.get(jenis).filter(|months| **months > 0)?;
        date.checked_add(jiff::Span::new().months(i64::from(*months))).ok()
    }

    /// What a letter still needs from the profile, as keys with a word of explanation. Empty when it is complete.
    pub fn missing(&self, needs_official: bool) -> Vec<String> {
        let mut missing = Vec::new();
        let mut need = |empty: bool, text: &str| {
            if empty {
                missing.push(text.to_owned());
            }
        };
        need(self.nama.is_empty(), "nama (nama kantor)");
        need(self.kop.induk.is_empty(), "kop.induk (baris pemerintah kabupaten/kota pada kop)");
        need(self.kop.kantor.is_empty(), "kop.kantor (nama kantor pada kop)");
        need(self.wilayah.kecamatan.is_empty(), "wilayah.kecamatan (nama kecamatan)");
        need(self.wilayah.kabupaten_kota.is_empty(), "wilayah.kabupaten_kota (nama kabupaten atau kota)");
        need(self.disdukcapil.nama.is_empty(), "disdukcapil.nama (nama dinas penerbit KTP-el)");
        need(
            needs_official && !self.pejabat.iter().any(Pejabat::complete),
            "pejabat (nama, jabatan dan mulai menjabat pejabat yang menandatangani)",
        );
        missing
    }

    /// What is not needed but would make the letters better.
    pub fn unset(&self) -> Vec<String> {
        let optional = [
            (self.tempat_surat.is_empty(), "tempat_surat (tempat sebelum tanggal surat)"),
            (self.kop.alamat.is_empty(), "kop.alamat (alamat pada kop)"),
            (self.kop.lambang.is_empty(), "kop.lambang (lambang daerah, berkas SVG atau PNG di templat/)"),
            (self.penomoran.unit.is_empty(), "penomoran.unit (kode unit pada nomor surat)"),
            (self.disdukcapil.wa.is_empty(), "disdukcapil.wa (nomor WhatsApp Disdukcapil)"),
            (self.kontak.telepon.is_empty(), "kontak.telepon (telepon kantor, untuk memeriksa surat)"),
            (self.host.is_empty(), "host (alamat halaman periksa surat)"),
        ];
        optional.into_iter().filter(|(empty, _)| *empty).map(|(_, text)| text.to_owned()).collect()
    }

    /// The requirement with this id.
    pub fn requirement(&self, id: &str) -> Option<&Persyaratan> {
        self.persyaratan.iter().find(|syarat| syarat.id == id)
    }
}
