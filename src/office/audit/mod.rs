//! `archive check` in its first form: every file hashed, every seal checked, rows against files, numbers against gaps,
//! log against rows. It changes nothing.

mod log;
mod numbers;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Office, OfficeError};
use crate::archive::{BlobError, Blobs};
use crate::book::{Book, BookError, Entry, Tutup};
use crate::format::{Sha256Bytes, hex, sha256, unhex};
use crate::verify::{Putusan, Verifier};
use log::Rows;
use numbers::check_numbers;

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
        let mut tidak_diperiksa = vec!["titik periksa dari luar (suket book verify --since)", "cadangan"];
        let rows = self.check_book(quick, stored, &mut found);
        let rows = found.or_unreadable(rows, &mut tidak_diperiksa)?;
        if self.has_vault() && self.vault.borrow().is_none() {
            tidak_diperiksa.push("isi surat yang disandi (brankas tidak dibuka)");
        }
        if quick {
            tidak_diperiksa.extend(["isi setiap berkas", "tanda tangan di dalam surat"]);
        }
        Ok(AuditReport { diperiksa: total + rows.unwrap_or(0), temuan: found.0, tidak_diperiksa })
    }

    /// The book against the files that are there; gives the number of rows.
    fn check_book(
        &self,
        quick: bool,
        stored: Vec<Sha256Bytes>,
        found: &mut Found,
    ) -> Result<u64, OfficeError> {
        let mut waiting = BTreeMap::new();
        for item in self.book.waiting()? {
            if sha256(&item.bytes) == item.objek {
                waiting.insert(item.objek, item.bytes);
            } else {
                let text = "berkas yang menunggu di buku bukan yang namanya katakan".to_owned();
                found.damage("antrean-rusak", Some(file_name(&item.objek)), None, text);
            }
        }
        let there: BTreeSet<Sha256Bytes> = stored.into_iter().chain(waiting.keys().copied()).collect();
        let rows = Rows::read(&self.book)?;
        check_numbers(&rows.entries, &rows.events, found);
        let second = rows.entries.iter().filter(|entry| entry.agenda.is_some()).count();
        if u64::try_from(second) != Ok(self.book.agenda_rows()?) {
            let text = "nomor agenda umum tanpa surat, atau dengan tahun lain".to_owned();
            found.damage("agenda-asing", None, None, text);
        }
        self.check_files(&rows, &there, found)?;
        self.check_log(&rows, found)?;
        if let Some(verifier) = self.check_trust(&rows.entries, found)
            && !quick
        {
            rows.entries.iter().for_each(|entry| self.check_seal(entry, &waiting, &verifier, found));
            rows.closings().for_each(|closed| self.check_register(closed, &verifier, found));
        }
        if !waiting.is_empty() {
            let text =
                format!("{} berkas masih di buku; penerbitan berikutnya memindahkannya", waiting.len());
            found.warn("belum-dipindah", text);
        }
        Ok(rows.count())
    }

    /// The trust file must be one that verifiers accept, and know every key that has sealed a letter.
    fn check_trust(&self, entries: &[Entry], found: &mut Found) -> Option<Verifier> {
        let file = || Some("kunci/trust.json".to_owned());
        let read = self.trust().map_err(|error| error.to_string()).and_then(|trust| {
            let verifier = Verifier::new(std::slice::from_ref(&trust)).map_err(|error| error.to_string())?;
            Ok((trust, verifier))
        });
        let (trust, verifier) = match read {
            Ok(read) => read,
            Err(text) => {
                found.damage("kepercayaan-rusak", file(), None, text);
                return None;
            }
        };
        let unknown = |entry: &&Entry| trust.kunci.iter().all(|key| key.kid != hex(&entry.kid));
        for entry in entries.iter().filter(unknown) {
            let text = "kunci penyegel surat ini tidak ada di berkas kepercayaan".to_owned();
            found.damage("kunci-hilang", file(), Some(entry.nomor.clone()), text);
        }
        Some(verifier)
    }

    /// The register of a closed month must be the one that was sealed then.
    fn check_register(&self, closed: &Tutup, verifier: &Verifier, found: &mut Found) {
        let Ok(Some(pdf)) = self.stored(&closed.register) else { return };
        let recorded = verifier.pdf(&pdf, Some(self)).is_ok_and(|verdict| {
            let own = format!("Register {}", closed.masa);
            verdict.fakta.is_some_and(|facts| facts.nomor == own)
                && !matches!(
                    verdict.putusan,
                    Putusan::Diubah
                        | Putusan::KunciTidakDikenal
                        | Putusan::TidakTercatat
                        | Putusan::BukanSurat
                )
        });
        if !recorded {
            let text = format!("register bulan {} yang tertutup bukan yang dulu disegel", closed.masa);
            found.damage("segel-rusak", Some(file_name(&closed.register)), None, text);
        }
    }

    /// The file of a letter must be the letter of its row, with a seal that holds. Missing files are told elsewhere.
    fn check_seal(
        &self,
        entry: &Entry,
        waiting: &BTreeMap<Sha256Bytes, Vec<u8>>,
        verifier: &Verifier,
        found: &mut Found,
    ) {
        let Ok(stored) = self.blobs.get(&entry.objek) else { return };
        let Some(stored) = stored.or_else(|| waiting.get(&entry.objek).cloned()) else { return };
        let pdf = match self.opened(entry, stored) {
            Ok(pdf) => pdf,
            // Without the passphrase what is inside is not looked at; the report says so.
            Err(OfficeError::Locked) => return,
            Err(error) => {
                let text = format!("surat ini disandi dan tidak dapat dibuka: {error}");
                found.damage("sandi-rusak", Some(file_name(&entry.objek)), Some(entry.nomor.clone()), text);
                return;
            }
        };
        let damaged = |found: &mut Found, kode, text: &str| {
            let nomor = Some(entry.nomor.clone());
            found.damage(kode, Some(file_name(&entry.objek)), nomor, text.to_owned());
        };
        if u64::try_from(pdf.len()) != Ok(entry.ukuran) || sha256(&pdf) != entry.sha256 {
            damaged(found, "berkas-lain", "berkas surat ini bukan yang dicatat (ukuran atau sidiknya lain)");
        }
        let Ok(verdict) = verifier.pdf(&pdf, Some(self)) else { return };
        let own = verdict
            .fakta
            .as_ref()
            .is_some_and(|facts| facts.nomor == entry.nomor && facts.tanggal == entry.tanggal)
            && verdict.kode.as_ref() == Some(&entry.kode);
        // Whether it still counts is the verifier's question, not the archive's.
        let unbroken = !matches!(
            verdict.putusan,
            Putusan::Diubah | Putusan::KunciTidakDikenal | Putusan::TidakTercatat | Putusan::BukanSurat
        );
        if !(own && unbroken) {
            damaged(found, "segel-rusak", verdict.sentence());
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
    fn check_files(
        &self,
        rows: &Rows,
        there: &BTreeSet<Sha256Bytes>,
        found: &mut Found,
    ) -> Result<(), OfficeError> {
        let entries = &rows.entries;
        let mut shared = BTreeSet::new();
        for closed in rows.closings() {
            shared.extend([closed.register, closed.kepercayaan, closed.titik]);
        }
        for entry in entries {
            if entry.musnah {
                if there.contains(&entry.objek) {
                    let text =
                        "surat ini sudah dimusnahkan, tetapi berkasnya masih ada; ulangi suket archive purge";
                    let nomor = Some(entry.nomor.clone());
                    found.damage("musnah-masih-ada", Some(file_name(&entry.objek)), nomor, text.to_owned());
                }
            } else if !there.contains(&entry.objek) {
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
        let destroyed = rows.destroyed_registers();
        for name in destroyed.intersection(there) {
            let text =
                "register ini sudah dimusnahkan, tetapi berkasnya masih ada; ulangi suket archive purge";
            found.damage("musnah-masih-ada", Some(file_name(name)), None, text.to_owned());
        }
        for name in shared.iter().filter(|name| !there.contains(*name) && !destroyed.contains(*name)) {
            let text =
                "templat, huruf, profil atau register tertutup tidak ada di arsip; kembalikan dari cadangan";
            found.damage("berkas-hilang", Some(file_name(name)), None, text.to_owned());
        }
        // What the book has handed over, and what is there.
        let handed: BTreeSet<Sha256Bytes> = self.book.attachments()?.into_iter().collect();
        for name in shared.difference(&handed) {
            let text = "berkas bersama ini tidak tercatat di buku".to_owned();
            found.damage("lampiran-hilang", Some(file_name(name)), None, text);
        }
        for name in handed.difference(there).filter(|name| !shared.contains(*name)) {
            let text = "berkas bersama yang tercatat di buku tidak ada di arsip".to_owned();
            found.damage("lampiran-tak-ada", Some(file_name(name)), None, text);
        }
        let letters: BTreeSet<Sha256Bytes> = entries.iter().map(|entry| entry.objek).collect();
        for name in there.iter().filter(|name| !handed.contains(*name) && !letters.contains(*name)) {
            let text = "berkas ini tidak tercatat di buku".to_owned();
            found.0.push(AuditFinding {
                kode: "berkas-asing",
                tingkat: AuditGrade::Peringatan,
                berkas: Some(file_name(name)),
                nomor: None,
                pesan: text,
            });
        }
        Ok(())
    }
}

#[derive(Default)]
pub(super) struct Found(pub(super) Vec<AuditFinding>);

impl Found {
    pub(super) fn damage(
        &mut self,
        kode: &'static str,
        berkas: Option<String>,
        nomor: Option<String>,
        pesan: String,
    ) {
        self.0.push(AuditFinding { kode, tingkat: AuditGrade::Rusak, berkas, nomor, pesan });
    }

    /// A row that cannot be read is a finding like others; what it kept from being checked is told.
    fn or_unreadable<T>(
        &mut self,
        checked: Result<T, OfficeError>,
        tidak_diperiksa: &mut Vec<&'static str>,
    ) -> Result<Option<T>, OfficeError> {
        match checked {
            Err(OfficeError::Book(error @ BookError::Damaged(_))) => {
                self.damage("baris-tak-terbaca", None, None, error.to_string());
                tidak_diperiksa.push("baris buku selebihnya, selama ada yang tidak terbaca");
                Ok(None)
            }
            other => other.map(Some),
        }
    }

    fn warn(&mut self, kode: &'static str, pesan: String) {
        self.0.push(AuditFinding { kode, tingkat: AuditGrade::Peringatan, berkas: None, nomor: None, pesan });
    }
}

fn file_name(objek: &Sha256Bytes) -> String {
    let name = hex(objek);
    let part = |from: usize| name.get(from..from + 2).unwrap_or_default();
    format!("sha256/{}/{}/{name}", part(0), part(2))
}
