//! A case under way at the desk (berkas): the case as it is now, where it stands, and who has done what to it.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::role::Peranan;
use super::way::Jawab;
use crate::case::Case;

/// Whether a case is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Keadaan {
    /// Somebody has something to do with it.
    Berjalan,
    /// It waits for a cause: the network, the machine, the head being away.
    Menunggu,
    /// It was given back to the applicant, who may come again.
    Dikembalikan,
    /// It is finished: the letter was handed over, or the way ended.
    Selesai,
    /// The applicant gave it up.
    Ditarik,
}

/// Causes that a case can wait for; the time does not count as working time.
pub const SEBAB: [(&str, &str); 4] = [
    ("jaringan", "gangguan jaringan"),
    ("alat", "alat perekaman rusak"),
    ("dinas-luar", "pimpinan dinas luar"),
    ("lain", "sebab lain"),
];

/// Who did something, and when.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Cap {
    /// Account.
    pub akun: String,
    /// Name of the person, as it was.
    pub nama: String,
    /// When.
    pub waktu: Timestamp,
}

/// An initial: binds to the bytes that were seen.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Paraf {
    /// Who, and when.
    pub cap: Cap,
    /// In which role.
    pub peran: Peranan,
    /// SHA-256 of the draft, in hex.
    pub sha256: String,
    /// Date of the draft: the same case and date give the same bytes.
    pub tanggal: Date,
}

/// The signer's yes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Setuju {
    /// Who entered it, and when.
    pub cap: Cap,
    /// SHA-256 of the draft that was seen, in hex.
    pub sha256: String,
    /// Date of the letter.
    pub tanggal: Date,
    /// Whether a clerk recorded a yes that was given on paper.
    pub disposisi: bool,
    /// Request key of the letter: asked again after a crash, it gives the same letter.
    pub kunci: String,
}

/// The letter that was issued.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Surat {
    /// Leaf number in the book.
    pub seq: u64,
    /// Number as printed.
    pub nomor: String,
    /// Year of the number.
    pub tahun: i16,
    /// Its date.
    pub tanggal: Date,
}

/// The application in the register of permohonan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub struct Nomor {
    /// Leaf number in the book.
    pub seq: u64,
    /// Running number in its year.
    pub urut: u32,
    /// The year.
    pub tahun: i16,
}

/// A case under way.
#[derive(Clone, PartialEq, Deserialize, Serialize)]
pub struct Berkas {
    /// Its name at the desk: random, so that nobody can guess another one.
    pub id: String,
    /// Grows with every change; who changes an older one is told so.
    pub versi: u64,
    /// The case as it is now.
    pub kasus: Case,
    /// How it came in: `loket`, `tabel`, or the name of the system that handed it in.
    pub sumber: String,
    /// Its number in the register of permohonan.
    pub permohonan: Option<Nomor>,
    /// Digest of the SOP and rule that it follows.
    pub cara: String,
    /// The answers that led to where it stands.
    pub jawaban: Vec<Jawab>,
    /// Whether it is under way.
    pub keadaan: Keadaan,
    /// What it waits for, or why it was given back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sebab: Option<String>,
    /// Why it came back to whoever has it now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alasan: Option<String>,
    /// Initials since it was last drafted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paraf: Vec<Paraf>,
    /// The signer's yes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setuju: Option<Setuju>,
    /// The letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surat: Option<Surat>,
    /// Letters of this case that were refused at the table, and cancelled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub batal: Vec<Surat>,
    /// Numbers of the slips that were made for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lembar: Vec<String>,
    /// Printed for the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dicetak: Option<Cap>,
    /// Signed in ink and stamped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tinta: Option<Cap>,
    /// The applicant was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dihubungi: Option<Cap>,
    /// Handed over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diserahkan: Option<Cap>,
    /// Opened.
    pub dibuka: Cap,
    /// When the present task began, or went on.
    pub sejak: Timestamp,
    /// Seconds of the present task before it had to wait.
    #[serde(default)]
    pub terpakai: i64,
}

impl std::fmt::Debug for Berkas {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Berkas").field("id", &self.id).field("versi", &self.versi).finish_non_exhaustive()
    }
}

impl Berkas {
    /// A new case at the start of its way.
    pub fn new(id: String, kasus: Case, sumber: &str, cara: String, dibuka: Cap) -> Self {
        let sejak = dibuka.waktu;
        Self {
            id,
            versi: 0,
            kasus,
            sumber: sumber.to_owned(),
            permohonan: None,
            cara,
            jawaban: Vec::new(),
            keadaan: Keadaan::Berjalan,
            sebab: None,
            alasan: None,
            paraf: Vec::new(),
            setuju: None,
            surat: None,
            batal: Vec::new(),
            lembar: Vec::new(),
            dicetak: None,
            tinta: None,
            dihubungi: None,
            diserahkan: None,
            dibuka,
            sejak,
            terpakai: 0,
        }
    }

    /// Request key of its next letter. A cancelled letter keeps its own.
    pub fn request_key(&self) -> String {
        self.kasus
            .kunci_permintaan
            .clone()
            .filter(|_| self.batal.is_empty())
            .unwrap_or_else(|| format!("meja-{}-{}", self.id, self.batal.len()))
    }

    /// The case as it is issued.
    pub fn to_issue(&self) -> Case {
        Case { kunci_permintaan: Some(self.request_key()), ..self.kasus.clone() }
    }
}
