//! From what a letter brings to the row that the book gives back.

use super::{Entry, NewEntry, Status};
use crate::format::{Sha256Bytes, sha256};

impl NewEntry {
    /// The bytes that are stored, and their name.
    pub(super) fn stored(&self) -> (Sha256Bytes, &[u8]) {
        match &self.simpanan {
            Some(stored) => (sha256(stored), stored),
            None => (self.sha256, &self.pdf),
        }
    }

    /// The row with this leaf number.
    pub(super) fn entry(&self, seq: u64) -> Entry {
        Entry {
            seq,
            seri: self.seri.clone(),
            tahun: self.tahun,
            urut: self.urut,
            sisipan: self.sisipan.clone(),
            alasan_sisipan: self.alasan_sisipan.clone(),
            agenda: self.agenda.clone(),
            nomor: self.nomor.clone(),
            tanggal: self.tanggal,
            jenis: self.jenis.clone(),
            perihal: self.perihal.clone(),
            penyegel: self.penyegel.clone(),
            kid: self.kid,
            kode: self.kode.clone(),
            berlaku_sampai: self.berlaku_sampai,
            menggantikan: self.menggantikan,
            musnah: false,
            status: Status::Berlaku,
            sha256: self.sha256,
            objek: self.stored().0,
            ukuran: u64::try_from(self.pdf.len()).unwrap_or(0),
            sidik: self.sidik,
            tanda_tangan: self.tanda_tangan,
            templat: self.templat,
            profil: self.profil,
            versi: self.versi.clone(),
        }
    }
}
