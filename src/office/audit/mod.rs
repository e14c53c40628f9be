//! `archive check` in its first form: every file hashed, rows against files, numbers against gaps, leaves against
//! rows. It changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;

use super::{Office, OfficeError};
use crate::archive::{BlobError, Blobs};
use crate::book::{Book, Entry, Event, Filter, Leaf, Peristiwa, leaf_hash};
use crate::format::{Sha256Bytes, hex, unhex};
use crate::verify::Verifier;

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
    /// Checks archive and book; `quick` leaves the hashing of files out. `progress` is called for each file with the
    /// count so far and the total.
    pub fn audit(&self, quick: bool, progress: &dyn Fn(u64, u64)) -> Result<AuditReport, OfficeError> {
        let mut found = Found::default();
        let integrity = self.book.integrity()?;
        if integrity != "ok" {
            found.damage("buku-rusak", None, None, format!("berkas buku agenda rusak: {integrity}"));
        }
        let stored = self.blobs.list()?;
        let total = u64::try_from(stored.len()).unwrap_or(0);
        if !quick {
            for (name, done) in stored.iter().zip(1..) {
                self.hash_one(name, &mut found);
                progress(done, total);
            }
        }
        let waiting: BTreeSet<Sha256Bytes> =
            self.book.waiting()?.into_iter().map(|item| item.objek).collect();
        let there: BTreeSet<Sha256Bytes> = stored.into_iter().chain(waiting.iter().copied()).collect();
        let entries = self.book.list(&Filter::default())?;
        let leaves = self.book.leaves()?;
        let events = self.book.events(None)?;
        check_numbers(&entries, &events, &mut found);
        self.check_files(&entries, &there, &mut found);
        check_leaves(&entries, &events, &leaves, &mut found);
        self.check_trust(&entries, &mut found);
        if !waiting.is_empty() {
            found.0.push(AuditFinding {
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
        Ok(AuditReport { diperiksa, temuan: found.0, tidak_diperiksa })
    }

    /// The trust file must be one that verifiers accept, and know every key that has sealed a letter.
    fn check_trust(&self, entries: &[Entry], found: &mut Found) {
        let file = || Some("kunci/trust.json".to_owned());
        let trust = match self.trust() {
            Ok(trust) => trust,
            Err(error) => return found.damage("kepercayaan-rusak", file(), None, error.to_string()),
        };
        if let Err(error) = Verifier::new(std::slice::from_ref(&trust)) {
            return found.damage("kepercayaan-rusak", file(), None, error.to_string());
        }
        let unknown = |entry: &&Entry| trust.kunci.iter().all(|key| key.kid != hex(&entry.kid));
        for entry in entries.iter().filter(unknown) {
            let text = "kunci penyegel surat ini tidak ada di berkas kepercayaan".to_owned();
            found.damage("kunci-hilang", file(), Some(entry.nomor.clone()), text);
        }
    }

    fn hash_one(&self, name: &Sha256Bytes, found: &mut Found) {
        let file = Some(file_name(name));
        match self.blobs.get(name) {
            Ok(Some(_)) => {}
            Ok(None) => {
                let text = "berkas berada di folder yang salah; pindahkan ke folder menurut namanya";
                found.damage("berkas-salah-tempat", file, None, text.to_owned());
            }
            Err(BlobError::Damaged { .. }) => {
                let text = "isi berkas tidak sesuai dengan namanya; kembalikan dari cadangan";
                found.damage("berkas-rusak", file, None, text.to_owned());
            }
            Err(error @ BlobError::Io { .. }) => {
                found.damage("berkas-tak-terbaca", file, None, error.to_string());
            }
        }
    }

    /// Every letter, and every file that is needed to set it again, must be there.
    fn check_files(&self, entries: &[Entry], there: &BTreeSet<Sha256Bytes>, found: &mut Found) {
        let mut shared = BTreeSet::new();
        for entry in entries {
            if !there.contains(&entry.objek) {
                let text = "berkas surat ini tidak ada di arsip; kembalikan dari cadangan".to_owned();
                found.damage("berkas-hilang", Some(file_name(&entry.objek)), Some(entry.nomor.clone()), text);
            }
            shared.extend([entry.templat, entry.profil]);
        }
        let lists: BTreeSet<Sha256Bytes> = entries.iter().map(|entry| entry.templat).collect();
        for list in lists {
            // A list that is damaged or missing is told by itself.
            let text = self.stored(&list).ok().flatten().unwrap_or_default();
            for line in String::from_utf8_lossy(&text).lines() {
                let name = line.split_once("  ").and_then(|(digest, _)| unhex(digest));
                shared.extend(name.and_then(|name| Sha256Bytes::try_from(name).ok()));
            }
        }
        for name in shared.iter().filter(|name| !there.contains(*name)) {
            let text = "templat, huruf atau profil yang membentuk surat tidak ada di arsip; kembalikan dari cadangan";
            found.damage("berkas-hilang", Some(file_name(name)), None, text.to_owned());
        }
    }
}

#[derive(Default)]
struct Found(Vec<AuditFinding>);

impl Found {
    fn damage(&mut self, kode: &'static str, berkas: Option<String>, nomor: Option<String>, pesan: String) {
        self.0.push(AuditFinding { kode, tingkat: AuditGrade::Rusak, berkas, nomor, pesan });
    }
}

/// Numbers without gap, those written outside among them, and dates that never go back.
fn check_numbers(entries: &[Entry], events: &[Event], found: &mut Found) {
    // A letter that was cancelled before its own day came does not hold the dates of its series.
    let never_came: BTreeSet<u64> = events
        .iter()
        .filter(|event| matches!(event.isi.peristiwa, Peristiwa::Batal { .. }))
        .filter_map(|event| {
            let letter = event.isi.peristiwa.surat()?;
            let entry = entries.iter().find(|entry| entry.seq == letter)?;
            (event.isi.tanggal < entry.tanggal).then_some(letter)
        })
        .collect();
    let mut used: Vec<Used<'_>> = entries
        .iter()
        .map(|entry| Used {
            seri: &entry.seri,
            dari: entry.urut,
            sampai: entry.urut,
            tanggal: entry.tanggal,
            seq: entry.seq,
            nomor: Some(&entry.nomor),
        })
        .chain(events.iter().filter_map(|event| {
            let (seri, dari, sampai) = event.isi.peristiwa.outside()?;
            Some(Used { seri, dari, sampai, tanggal: event.isi.tanggal, seq: event.seq, nomor: None })
        }))
        .collect();
    used.sort_by_key(|used| used.seq);
    let mut ends: BTreeMap<(&str, i16), u32> = BTreeMap::new();
    let mut dates: BTreeMap<&str, Date> = BTreeMap::new();
    for Used { seri, dari, sampai, tanggal, seq, nomor } in used {
        let nomor = || nomor.map(ToOwned::to_owned);
        let end = ends.entry((seri, tanggal.year())).or_insert(0);
        if dari != *end + 1 {
            let text = format!("seri {seri} {}: sesudah urut {end} datang {dari}", tanggal.year());
            found.damage("nomor-lompat", None, nomor(), text);
        }
        *end = sampai;
        if never_came.contains(&seq) {
            continue;
        }
        let last = dates.entry(seri).or_insert(tanggal);
        if tanggal < *last {
            let text = "tanggal lebih awal dari nomor sebelumnya".to_owned();
            found.damage("tanggal-mundur", None, nomor(), text);
        }
        *last = tanggal;
    }
}

/// Numbers that are used: of one letter, or a range outside.
struct Used<'a> {
    seri: &'a str,
    dari: u32,
    sampai: u32,
    tanggal: Date,
    seq: u64,
    nomor: Option<&'a String>,
}

/// Leaves without gap and with their hashes; each with its row, and each row with its leaf.
fn check_leaves(entries: &[Entry], events: &[Event], leaves: &[Leaf], found: &mut Found) {
    let rows: BTreeMap<u64, &Entry> = entries.iter().map(|entry| (entry.seq, entry)).collect();
    let happened: BTreeMap<u64, &Event> = events.iter().map(|event| (event.seq, event)).collect();
    let numbers: BTreeMap<u64, &str> =
        entries.iter().map(|entry| (entry.seq, entry.nomor.as_str())).collect();
    for (leaf, seq) in leaves.iter().zip(0..) {
        if leaf.seq != seq || leaf_hash(leaf.isi.as_bytes()) != leaf.daun {
            found.damage(
                "catatan-rusak",
                None,
                None,
                format!("catatan {} tidak sesuai dengan sidiknya", leaf.seq),
            );
        }
        let told: Value = serde_json::from_str(&leaf.isi).unwrap_or_default();
        let own = told.get("nomor").and_then(Value::as_str);
        let about =
            told.get("surat").and_then(Value::as_u64).and_then(|letter| numbers.get(&letter).copied());
        let nomor = own.or(about).map(str::to_owned);
        let same = match (rows.get(&leaf.seq), happened.get(&leaf.seq)) {
            (Some(entry), None) => same(entry, &told),
            (None, Some(event)) => event.fits(&leaf.isi),
            _ => {
                let text = "catatan ada, baris buku tidak ada".to_owned();
                found.damage("baris-hilang", None, nomor, text);
                continue;
            }
        };
        if !same {
            let text = "baris buku tidak sama dengan catatannya".to_owned();
            found.damage("baris-berubah", None, nomor, text);
        }
    }
    let last = u64::try_from(leaves.len()).unwrap_or(u64::MAX);
    let without = rows.keys().chain(happened.keys()).filter(|seq| **seq >= last);
    for seq in without {
        let nomor = numbers.get(seq).map(|nomor| (*nomor).to_owned());
        found.damage("catatan-hilang", None, nomor, "baris buku tanpa catatan".to_owned());
    }
}

/// Whether every value of the row is what the leaf tells.
fn same(entry: &Entry, told: &Value) -> bool {
    let texts = [
        ("seri", entry.seri.clone()),
        ("nomor", entry.nomor.clone()),
        ("tanggal", entry.tanggal.to_string()),
        ("jenis", entry.jenis.clone()),
        ("perihal", entry.perihal.clone()),
        ("penyegel", entry.penyegel.clone()),
        ("kid", hex(&entry.kid)),
        ("kode", entry.kode.clone()),
        ("sidik", hex(&entry.sidik)),
        ("templat", hex(&entry.templat)),
        ("profil", hex(&entry.profil)),
        ("versi", entry.versi.clone()),
    ];
    let last = entry.berlaku_sampai.map(|last| last.to_string());
    let number = |key: &str| told.get(key).and_then(Value::as_i64);
    texts.iter().all(|(key, text)| told.get(*key).and_then(Value::as_str) == Some(text))
        && told.get("berlaku_sampai").and_then(Value::as_str) == last.as_deref()
        && number("urut") == Some(i64::from(entry.urut))
        && number("tahun") == Some(i64::from(entry.tahun))
        && number("menggantikan") == entry.menggantikan.and_then(|seq| i64::try_from(seq).ok())
}

fn file_name(objek: &Sha256Bytes) -> String {
    let name = hex(objek);
    let part = |from: usize| name.get(from..from + 2).unwrap_or_default();
    format!("sha256/{}/{}/{name}", part(0), part(2))
}
