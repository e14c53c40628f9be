//! The second way back to a letter: it is set again from the recorded case, templates, fonts and profile. With the keys of
//! its day even the seals come out the same, since Ed25519 and our ECDSA give the same signature for the same bytes.

use std::sync::Arc;

use super::maker::Maker;
use super::{AuditReport, Office, OfficeError, Signers};
use crate::book::{Book, Entry, Filter};
use crate::format::receipt::Receipt;
use crate::format::{sha256, tlog};
use crate::office::audit::Found;
use crate::office::log::Kept;

impl Office {
    /// Sets every letter again and compares it, byte for byte, with the file. `progress` is called with the letters done so
    /// far, and all.
    pub fn check_rebuilding(&self, progress: &dyn Fn(u64, u64)) -> Result<AuditReport, OfficeError> {
        let mut found = Found::default();
        let entries = self.book.list(&Filter::default())?;
        let total = u64::try_from(entries.len()).unwrap_or(0);
        let (mut checked, mut locked) = (0, false);
        for (entry, done) in entries.iter().zip(1..) {
            progress(done, total);
            if entry.musnah {
                continue;
            }
            match self.rebuilt(entry) {
                Ok(text) => {
                    checked += 1;
                    if let Some((kode, text)) = text {
                        found.damage(kode, None, Some(entry.nomor.clone()), text.to_owned());
                    }
                }
                Err(OfficeError::Locked) => locked = true,
                Err(error) => {
                    let text = format!("surat ini tidak dapat dicetak ulang: {error}");
                    found.damage("cetak-ulang-gagal", None, Some(entry.nomor.clone()), text);
                }
            }
        }
        let mut tidak_diperiksa = vec!["segel surat (periksa dengan suket archive check tanpa --rebuild)"];
        if locked {
            tidak_diperiksa.push("surat yang disandi (brankas tidak dibuka)");
        }
        Ok(AuditReport { diperiksa: checked, temuan: found.list(), tidak_diperiksa })
    }

    /// What is wrong with a letter that is set again.
    fn rebuilt(&self, entry: &Entry) -> Result<Option<(&'static str, &'static str)>, OfficeError> {
        let Some(pdf) = self.letter(entry)? else {
            let text = "berkas surat ini tidak ada; susun lagi dengan suket archive mend";
            return Ok(Some(("berkas-hilang", text)));
        };
        Ok(match self.rebuild(entry)? {
            None => {
                let text = "yang diperlukan untuk mencetak ulang surat ini tidak lengkap di arsip";
                Some(("cetak-ulang-kurang", text))
            }
            Some(again) if !pdf.starts_with(&again) => {
                let text = "surat yang dicetak ulang tidak sama dengan berkasnya";
                Some(("cetak-ulang-berbeda", text))
            }
            Some(_) => None,
        })
    }

    /// Makes a lost letter again, seals and proof included. Only the very bytes that the book recorded are given back, so
    /// that nothing new is ever sealed this way; `None` where they cannot be made any more.
    pub fn recover(&self, entry: &Entry, signers: &Signers) -> Result<Option<Vec<u8>>, OfficeError> {
        let Some((numbered, profile, assets)) = self.kept_setting(entry)? else { return Ok(None) };
        let maker = Maker { profile: Arc::new(profile), assets: Arc::new(assets), signers: signers.clone() };
        let letter = maker.make(numbered)?.letter;
        if sha256(letter.pdf()) == entry.sha256 {
            return Ok(Some(letter.into_pdf()));
        }
        let Some(receipt) = self.first_receipt(entry)? else { return Ok(None) };
        let pdf = letter.with_receipt(&receipt)?.into_pdf();
        Ok((sha256(&pdf) == entry.sha256).then_some(pdf))
    }

    /// Puts the file of a letter that was made again back into the archive.
    pub fn refile(&mut self, entry: &Entry, pdf: &[u8]) -> Result<(), OfficeError> {
        let _turn = self.turn()?;
        let done = self.refile_in_turn(entry, pdf);
        self.heed(done)
    }

    fn refile_in_turn(&mut self, entry: &Entry, pdf: &[u8]) -> Result<(), OfficeError> {
        use crate::archive::{Blobs, Named};
        let path = self.blobs.path(&entry.objek);
        if matches!(self.blobs.get(&entry.objek), Err(crate::archive::BlobError::Damaged { .. })) {
            // What bears this name is not this letter.
            std::fs::remove_file(&path).map_err(super::files::io(&path))?;
        }
        Ok(self.blobs.put(&[Named { objek: &entry.objek, bytes: pdf }])?)
    }

    /// The proof that a letter was issued with: against the first checkpoint that covers it.
    fn first_receipt(&self, entry: &Entry) -> Result<Option<Receipt>, OfficeError> {
        let first = self.book.checkpoints()?.into_iter().find(|titik| titik.ukuran > entry.seq);
        let rincian = self.book.leaf(entry.seq)?.and_then(|leaf| leaf.rincian);
        let (Some(titik), Some(rincian)) = (first, rincian) else { return Ok(None) };
        let path = tlog::inclusion(&Kept(&self.book), entry.seq, titik.ukuran)?;
        Ok(Some(Receipt { rincian: sha256(rincian.as_bytes()), index: entry.seq, path, note: titik.isi }))
    }
}
