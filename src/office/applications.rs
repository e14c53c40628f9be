//! Applications (permohonan): what comes in at the counter, also what is given back or never finished.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::events::said;
use super::register::masked;
use super::{By, Office, OfficeError};
use crate::book::{Book, DataPemohon, Event, Hasil, NewEvent, Peristiwa};
use crate::calendar;
use crate::case::Case;
use crate::format::canonical_json;
use crate::keys::Entropy;
use crate::register::{BarisPermohonan, Buku, Masa, permohonan};

/// An application as the register of applications shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Permohonan {
    /// Number of its leaf.
    pub seq: u64,
    /// Running number in its year.
    pub urut: u32,
    /// When it came in, and who wrote it down.
    pub masuk: Event,
    /// Kind of letter.
    pub jenis: String,
    /// Who applies; `None` once it was destroyed.
    pub pemohon: Option<OrangPemohon>,
    /// What became of it, in order.
    pub jawaban: Vec<Event>,
    /// Number of the letter of this kind that the person got afterwards.
    pub surat: Option<String>,
}

/// Who applies, as far as the register needs it.
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct OrangPemohon {
    /// Name.
    pub nama: String,
    /// NIK, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nik: Option<String>,
    /// Village.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub desa: Option<String>,
}

impl std::fmt::Debug for OrangPemohon {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OrangPemohon { .. }")
    }
}

impl Office {
    /// Writes an application down; it needs no more than a kind and a name.
    pub fn apply(
        &mut self,
        case: &Case,
        entropy: &mut dyn Entropy,
        by: By<'_>,
    ) -> Result<Event, OfficeError> {
        let nama = self.may_apply(case)?;
        let jenis = &case.jenis;
        let person =
            OrangPemohon { nama, nik: case.pemohon.nik.clone(), desa: case.pemohon.desa_kelurahan.clone() };
        let data = serde_json::to_value(person).map(|value| canonical_json(&value)).unwrap_or_default();
        let mut garam = [0; 16];
        entropy.fill(&mut garam);
        let _turn = self.turn()?;
        let peristiwa = Peristiwa::Mohon {
            urut: self.book.next_application(by.tanggal.year())?,
            jenis: jenis.clone(),
            pemohon: DataPemohon { data: Some(data), garam },
        };
        self.note_down(peristiwa, by)
    }

    /// Whether an application can be written down: a kind of this office, a name, and a NIK that is one. Gives the name.
    pub fn may_apply(&self, case: &Case) -> Result<String, OfficeError> {
        let nama = said(case.pemohon.nama.as_deref().unwrap_or_default(), "pemohon.nama")?;
        if self.assets.kind(&case.jenis).is_none() {
            return Err(OfficeError::Said("jenis surat ini tidak ada di kantor ini".to_owned()));
        }
        let sixteen = |nik: &String| nik.len() == 16 && nik.bytes().all(|b| b.is_ascii_digit());
        if !case.pemohon.nik.as_ref().is_none_or(sixteen) {
            return Err(OfficeError::Said("pemohon.nik bukan 16 angka".to_owned()));
        }
        Ok(nama)
    }

    /// Answers the application of this leaf: given back, taken up again, withdrawn, or finished otherwise than by a letter. A letter
    /// needs no answer: the register finds it by person and kind.
    pub fn answer(
        &mut self,
        permohonan: u64,
        hasil: Hasil,
        why: &str,
        by: By<'_>,
    ) -> Result<Event, OfficeError> {
        let keterangan = said(why, "keterangan")?;
        let _turn = self.turn()?;
        self.note_down(Peristiwa::Jawab { permohonan, hasil, keterangan }, by)
    }

    /// Applications of a year, in order.
    pub fn applications(&self, tahun: i16) -> Result<Vec<Permohonan>, OfficeError> {
        let mut found: BTreeMap<u64, Permohonan> = BTreeMap::new();
        for event in self.book.applications()? {
            match &event.isi.peristiwa {
                Peristiwa::Mohon { urut, jenis, pemohon } if event.isi.tanggal.year() == tahun => {
                    let pemohon: Option<OrangPemohon> =
                        pemohon.data.as_deref().and_then(|data| serde_json::from_str(data).ok());
                    let surat = match pemohon.as_ref().and_then(|person| person.nik.as_deref()) {
                        Some(nik) => self.book.letter_after(nik, jenis, event.seq)?,
                        None => None,
                    };
                    let application = Permohonan {
                        seq: event.seq,
                        urut: *urut,
                        jenis: jenis.clone(),
                        pemohon,
                        jawaban: Vec::new(),
                        surat: surat.map(|entry| entry.nomor),
                        masuk: event,
                    };
                    found.insert(application.seq, application);
                }
                Peristiwa::Jawab { permohonan, .. } => {
                    if let Some(application) = found.get_mut(permohonan) {
                        application.jawaban.push(event);
                    }
                }
                Peristiwa::Batal { .. }
                | Peristiwa::Serah { .. }
                | Peristiwa::Ambil { .. }
                | Peristiwa::Luar { .. }
                | Peristiwa::Mohon { .. }
                | Peristiwa::Musnah(_)
                | Peristiwa::Tutup(_) => {}
            }
        }
        Ok(found.into_values().collect())
    }

    /// The register of applications of a month.
    pub fn applications_book(&self, tahun: i16, bulan: i8) -> Result<Buku, OfficeError> {
        let masa = Masa::Bulan(tahun, bulan);
        let all = self.applications(tahun)?;
        let own = all.iter().filter(|one| masa.memuat(one.masuk.isi.tanggal));
        let rows: Vec<BarisPermohonan> = own.map(|one| self.row_of(one)).collect();
        Ok(permohonan(masa, &rows))
    }

    fn row_of(&self, one: &Permohonan) -> BarisPermohonan {
        let gone = || "(data dimusnahkan)".to_owned();
        let person = one.pemohon.as_ref();
        let nik = person.and_then(|person| person.nik.as_deref());
        let kind = self.assets.kind(&one.jenis);
        let mut parts: Vec<String> = one.jawaban.iter().filter_map(told).collect();
        parts.extend(one.surat.as_ref().map(|nomor| format!("terbit surat no. {nomor}")));
        let finished = one.jawaban.last().and_then(|event| event.isi.peristiwa.answers(one.seq));
        let terbuka = one.surat.is_none() && !finished.is_some_and(Hasil::is_final);
        if parts.is_empty() {
            parts.push("belum selesai".to_owned());
        }
        BarisPermohonan {
            urut: one.urut,
            tanggal: one.masuk.isi.tanggal,
            nama: person.map_or_else(gone, |person| person.nama.clone()),
            nik: nik.map_or_else(String::new, masked),
            desa: person.and_then(|person| person.desa.clone()).unwrap_or_default(),
            perihal: kind.map_or_else(|| one.jenis.clone(), |kind| kind.perihal.clone()),
            petugas: one.masuk.isi.oleh.clone(),
            keterangan: parts.join("; "),
            terbuka,
        }
    }

    fn note_down(&mut self, peristiwa: Peristiwa, by: By<'_>) -> Result<Event, OfficeError> {
        let oleh = said(by.oleh, "nama pencatat")?;
        Ok(self.book.record(NewEvent { peristiwa, tanggal: by.tanggal, oleh }, &[])?)
    }
}

/// `dikembalikan 21-11-2026: kurang akta kelahiran`
fn told(event: &Event) -> Option<String> {
    let Peristiwa::Jawab { hasil, keterangan, .. } = &event.isi.peristiwa else { return None };
    Some(format!("{} {}: {keterangan}", hasil.name(), calendar::tanggal_pendek(event.isi.tanggal)))
}
