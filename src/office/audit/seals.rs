//! Seals: each letter's file must be the letter of its row, with a seal that holds; the register of a closed month the one
//! that was sealed then.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{AuditRequest, Course, Found, file_name};
use crate::archive::{Blobs, FolderBlobs};
use crate::book::{Book, BookError, Entry, Peristiwa, Tutup};
use crate::format::{hex, sha256};
use crate::office::locked::Opener;
use crate::office::{Office, OfficeError};
use crate::verify::{Lookup, Putusan, Recorded, Records, Verdict, Verifier};

/// Leaves whose letters are checked at once.
const PART: u64 = 256;

/// Something wrong with the file of a letter: its code, and a sentence.
type Wrong = (&'static str, String);

impl Office {
    /// The trust file must be one that verifiers accept, and know every key that has sealed a letter.
    pub(super) fn check_trust(&self, found: &mut Found) -> Result<Option<Verifier>, OfficeError> {
        let file = || Some("kunci/trust.json".to_owned());
        let read = self.trust().map_err(|error| error.to_string()).and_then(|trust| {
            let verifier = Verifier::new(std::slice::from_ref(&trust)).map_err(|error| error.to_string())?;
            Ok((trust, verifier))
        });
        let (trust, verifier) = match read {
            Ok(read) => read,
            Err(text) => {
                let text = format!("{text}; kembalikan dari cadangan");
                found.damage("kepercayaan-rusak", file(), None, text);
                return Ok(None);
            }
        };
        for (kid, nomor) in found.or_unreadable(self.book.sealing_keys())? {
            if trust.kunci.iter().all(|key| key.kid != hex(&kid)) {
                let text = "kunci penyegel surat ini tidak ada di berkas kepercayaan".to_owned();
                found.damage("kunci-hilang", file(), Some(nomor), text);
            }
        }
        Ok(Some(verifier))
    }

    /// Every seal, on several threads.
    pub(super) fn check_seals(
        &self,
        verifier: &Verifier,
        since: u64,
        request: &AuditRequest<'_>,
        course: &mut Course<'_>,
        found: &mut Found,
    ) -> Result<(), OfficeError> {
        let again = std::mem::take(&mut course.mark.surat_ulang);
        for seq in again {
            self.check_part(verifier, (seq, seq + 1), request, course, found)?;
        }
        let size = self.book.size()?;
        let mut from = since.max(course.mark.surat).min(size);
        while from < size {
            let to = (from + PART).min(size);
            self.check_part(verifier, (from, to), request, course, found)?;
            from = to;
            course.mark.surat = from;
        }
        for event in found.or_unreadable(self.book.closings())? {
            if let Peristiwa::Tutup(closed) = &event.isi.peristiwa {
                self.check_register(closed, verifier, found);
            }
        }
        Ok(())
    }

    fn check_part(
        &self,
        verifier: &Verifier,
        (from, to): (u64, u64),
        request: &AuditRequest<'_>,
        course: &mut Course<'_>,
        found: &mut Found,
    ) -> Result<(), OfficeError> {
        let entries = match self.book.entries_in(from, to) {
            // Told with the rows.
            Err(BookError::Damaged(_)) if to - from > 1 => {
                let one = |seq| self.check_part(verifier, (seq, seq + 1), request, course, found);
                return (from..to).try_for_each(one);
            }
            Err(BookError::Damaged(_)) => return Ok(()),
            other => other?,
        };
        let mut jobs = Vec::with_capacity(entries.len());
        for entry in entries {
            let moved = self.blobs.path(&entry.objek).is_file();
            let waiting = if moved { None } else { self.book.waiting_bytes(&entry.objek)? };
            jobs.push((entry, waiting));
        }
        let vault = self.vault.borrow();
        let look = Look { blobs: &self.blobs, verifier, opener: self.opener(vault.as_ref()) };
        for (entry, (kode, text)) in seals(&jobs, &look, request.workers) {
            course.mark.surat_ulang.push(entry.seq);
            found.damage(kode, Some(file_name(&entry.objek)), Some(entry.nomor.clone()), text);
        }
        course.step(jobs.len());
        Ok(())
    }

    /// The register of a closed month must be the one that was sealed then.
    fn check_register(&self, closed: &Tutup, verifier: &Verifier, found: &mut Found) {
        let Ok(Some(pdf)) = self.stored(&closed.register) else { return };
        let recorded = verifier.pdf(&pdf, Some(self)).is_ok_and(|verdict| {
            let own = format!("Register {}", closed.masa);
            verdict.fakta.as_ref().is_some_and(|facts| facts.nomor == own) && unbroken(&verdict)
        });
        if !recorded {
            let text = format!("register bulan {} yang tertutup bukan yang dulu disegel", closed.masa);
            found.damage("segel-rusak", Some(file_name(&closed.register)), None, text);
        }
    }
}

/// What a letter is looked at with.
struct Look<'a> {
    blobs: &'a FolderBlobs,
    verifier: &'a Verifier,
    opener: Opener<'a>,
}

/// Checks letters on several threads; gives those that are wrong, in order.
fn seals<'a>(
    jobs: &'a [(Entry, Option<Vec<u8>>)],
    look: &Look<'_>,
    workers: usize,
) -> Vec<(&'a Entry, Wrong)> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        let work = || {
            while let Some((entry, waiting)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                let wrong = one(entry, waiting.as_deref(), look);
                if let Ok(mut done) = done.lock() {
                    done.extend(wrong.into_iter().map(|wrong| (entry, wrong)));
                }
            }
        };
        for _ in 1..workers.min(jobs.len()) {
            scope.spawn(work);
        }
        work();
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(entry, (kode, _))| (entry.seq, *kode));
    done
}

/// What is wrong with the file of a letter. Files that are missing or not those of their name are told elsewhere.
fn one(entry: &Entry, waiting: Option<&[u8]>, look: &Look<'_>) -> Vec<Wrong> {
    let Look { blobs, verifier, opener } = look;
    let mut wrong = Vec::new();
    let stored = match waiting {
        Some(bytes) => bytes.to_vec(),
        None => match blobs.get(&entry.objek) {
            Ok(Some(bytes)) => bytes,
            _ => return wrong,
        },
    };
    let kept = match opener.open(entry, stored) {
        Ok(pdf) => pdf,
        // Without the passphrase what is inside is not looked at; the report says so.
        Err(OfficeError::Locked) => return wrong,
        Err(error) => {
            wrong.push(("sandi-rusak", format!("surat ini disandi dan tidak dapat dibuka: {error}")));
            return wrong;
        }
    };
    if u64::try_from(kept.len()) != Ok(entry.ukuran) || sha256(&kept) != entry.sha256 {
        let text = "berkas surat ini bukan yang dicatat (ukuran atau sidiknya lain)";
        wrong.push(("berkas-lain", text.to_owned()));
    }
    let Ok(verdict) = verifier.pdf(&kept, Some(&Row(entry))) else { return wrong };
    let facts = verdict.fakta.as_ref();
    let own = facts.is_some_and(|facts| facts.nomor == entry.nomor && facts.tanggal == entry.tanggal)
        && verdict.kode.as_ref() == Some(&entry.kode);
    if !unbroken(&verdict) {
        wrong.push(("segel-rusak", verdict.sentence().to_owned()));
    } else if !own {
        wrong.push(("segel-rusak", "surat di berkas ini bukan surat yang dicatat".to_owned()));
    }
    wrong
}

/// Whether it still counts is the verifier's question, not the archive's.
fn unbroken(verdict: &Verdict) -> bool {
    !matches!(
        verdict.putusan,
        Putusan::Diubah | Putusan::KunciTidakDikenal | Putusan::TidakTercatat | Putusan::BukanSurat
    )
}

/// A book of one row: the letter's own.
struct Row<'a>(&'a Entry);

impl Records for Row<'_> {
    fn recorded(&self, letter: Lookup<'_>) -> Result<Recorded, Box<dyn std::error::Error + Send + Sync>> {
        let own = match letter {
            Lookup::Sidik(sidik) => *sidik == self.0.sidik,
            Lookup::Kode(kode) => kode == self.0.kode,
        };
        Ok(if own { Recorded::Valid } else { Recorded::No })
    }
}
