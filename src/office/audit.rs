//! `archive check` in its first form: every file hashed, rows against files, numbers against gaps, leaves against
//! rows. It never writes.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Office, OfficeError};
use crate::archive::{BlobError, Blobs};
use crate::book::{Book, Filter, leaf_hash};
use crate::format::{Sha256Bytes, hex};

/// How heavy a finding about the archive weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AuditGrade {
    /// Something is damaged or missing.
    Rusak,
    /// Somebody should look.
    Peringatan,
}

/// One finding about the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditFinding {
    /// Stable code.
    pub kode: &'static str,
    /// Grade.
    pub tingkat: AuditGrade,
    /// The file, below the office's folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub berkas: Option<String>,
    /// The letter's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nomor: Option<String>,
    /// One sentence, with what to do.
    pub pesan: String,
}

/// What a check of the archive found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditReport {
    /// Files and rows that were checked.
    pub diperiksa: u64,
    /// Findings.
    pub temuan: Vec<AuditFinding>,
    /// What was not checked.
    pub tidak_diperiksa: Vec<&'static str>,
}

impl AuditReport {
    /// Whether something is damaged.
    pub fn damaged(&self) -> bool {
        self.temuan.iter().any(|finding| finding.tingkat == AuditGrade::Rusak)
    }
}

impl Office {
    /// Checks archive and book; `quick` leaves the hashing of files out. `progress` is called for each file with the count so far and the total.
    pub fn audit(&self, quick: bool, progress: &dyn Fn(u64, u64)) -> Result<AuditReport, OfficeError> {
        let mut temuan = Vec::new();
        let mut rusak = |kode, berkas: Option<String>, nomor: Option<String>, pesan: String| {
            temuan.push(AuditFinding { kode, tingkat: AuditGrade::Rusak, berkas, nomor, pesan });
        };
        let stored = self.blobs.list()?;
        let total = u64::try_from(stored.len()).unwrap_or(0);
        let hashed = if quick { &[] } else { stored.as_slice() };
        for (name, done) in hashed.iter().zip(1..) {
            match self.blobs.get(name) {
                Ok(_) => {}
                Err(BlobError::Damaged { .. }) => rusak(
                    "berkas-rusak",
                    Some(file_name(name)),
                    None,
                    "isi berkas tidak sesuai dengan namanya; kembalikan dari cadangan".to_owned(),
                ),
                Err(error @ BlobError::Io { .. }) => {
                    rusak("berkas-tak-terbaca", Some(file_name(name)), None, error.to_string());
                }
            }
            progress(done, total);
        }
        let waiting: BTreeSet<Sha256Bytes> =
            self.book.waiting()?.into_iter().map(|item| item.objek).collect();
        let there: BTreeSet<&Sha256Bytes> = stored.iter().chain(&waiting).collect();
        let entries = self.book.list(&Filter::default())?;
        let leaves = self.book.leaves()?;
        let mut last: BTreeMap<(&str, i16), (u32, jiff::civil::Date)> = BTreeMap::new();
        for entry in &entries {
            let nomor = || Some(entry.nomor.clone());
            if !there.contains(&entry.objek) {
                let text = "berkas surat ini tidak ada di arsip; kembalikan dari cadangan".to_owned();
                rusak("berkas-hilang", Some(file_name(&entry.objek)), nomor(), text);
            }
            let end = last.entry((entry.seri.as_str(), entry.tahun)).or_insert((0, entry.tanggal));
            if entry.urut != end.0 + 1 {
                let text = format!(
                    "seri {} {}: sesudah urut {} datang {}",
                    entry.seri, entry.tahun, end.0, entry.urut
                );
                rusak("nomor-lompat", None, nomor(), text);
            }
            if entry.tanggal < end.1 {
                rusak("tanggal-mundur", None, nomor(), "tanggal lebih awal dari nomor sebelumnya".to_owned());
            }
            *end = (entry.urut, entry.tanggal);
            let leaf = usize::try_from(entry.seq).ok().and_then(|seq| leaves.get(seq));
            let told = leaf.and_then(|leaf| serde_json::from_str::<serde_json::Value>(&leaf.isi).ok());
            let same = told.is_some_and(|told| {
                let text = |key: &str| told.get(key).and_then(serde_json::Value::as_str).map(str::to_owned);
                text("nomor") == nomor()
                    && text("tanggal") == Some(entry.tanggal.to_string())
                    && text("jenis").as_deref() == Some(&entry.jenis)
                    && text("penyegel").as_deref() == Some(&entry.penyegel)
                    && text("sidik") == Some(hex(&entry.sidik))
                    && told.get("urut").and_then(serde_json::Value::as_u64) == Some(u64::from(entry.urut))
            });
            if !same {
                rusak("baris-berubah", None, nomor(), "baris buku tidak sama dengan catatannya".to_owned());
            }
        }
        for (leaf, seq) in leaves.iter().zip(0..) {
            if leaf.seq != seq || leaf_hash(leaf.isi.as_bytes()) != leaf.daun {
                rusak(
                    "catatan-rusak",
                    None,
                    None,
                    format!("catatan {} tidak sesuai dengan sidiknya", leaf.seq),
                );
            }
        }
        if !waiting.is_empty() {
            temuan.push(AuditFinding {
                kode: "belum-dipindah",
                tingkat: AuditGrade::Peringatan,
                berkas: None,
                nomor: None,
                pesan: format!(
                    "{} berkas masih di buku; penerbitan berikutnya memindahkannya",
                    waiting.len()
                ),
            });
        }
        let diperiksa = total + u64::try_from(entries.len() + leaves.len()).unwrap_or(0);
        let mut tidak_diperiksa =
            vec!["tanda tangan di dalam surat", "rantai catatan dengan titik periksa luar", "cadangan"];
        if quick {
            tidak_diperiksa.push("isi setiap berkas");
        }
        Ok(AuditReport { diperiksa, temuan, tidak_diperiksa })
    }
}

fn file_name(objek: &Sha256Bytes) -> String {
    let name = hex(objek);
    let part = |from: usize| name.get(from..from + 2).unwrap_or_default();
    format!("sha256/{}/{}/{name}", part(0), part(2))
}
