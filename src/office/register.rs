//! The register of a month, gathered from the book and what the letters were made with.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;

use jiff::civil::Date;

use super::{Office, OfficeError};
use crate::book::{Book, Entry, Event, Filter, Peristiwa};
use crate::calendar::{self, Masa};
use crate::case::Case;
use crate::format::Sha256Bytes;
use crate::kind::Penanda;
use crate::profile::Profile;
use crate::register::{Baris, Keadaan, Register};
use crate::render;

/// A row with what it is sorted by: general series first, then by name; numbers in their order.
type Placed = ((bool, String), u32, Baris);

impl Office {
    /// The register of a month: every number of it, issued, cancelled, or written outside suket.
    pub fn register(&self, tahun: i16, bulan: i8) -> Result<Register, OfficeError> {
        let filter = Filter { month: Some((tahun, bulan)), ..Filter::default() };
        let entries = self.book.list(&filter)?;
        let mut events = self.book.events(None)?;
        // A closed month is told as it was when it was closed.
        let closing = Masa::new(tahun, bulan).map(|masa| self.closing(masa)).transpose()?.flatten();
        let end = closing.map_or(u64::MAX, |(closing, _)| closing.seq);
        events.retain(|event| event.seq < end);
        let mut profiles = BTreeMap::new();
        let mut rows: Vec<Placed> = Vec::new();
        for entry in &entries {
            let row = self.row(entry, (&events, end), &mut profiles)?;
            rows.push((place(&entry.seri), entry.urut, row));
        }
        for event in &events {
            let day = event.isi.tanggal;
            if (day.year(), day.month()) == (tahun, bulan)
                && let Peristiwa::Luar { seri, dari, sampai, alasan } = &event.isi.peristiwa
            {
                rows.push((place(seri), *dari, outside(seri, (*dari, *sampai), day, alasan)));
            }
        }
        rows.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
        Ok(Register { tahun, bulan, baris: rows.into_iter().map(|(_, _, row)| row).collect() })
    }

    /// The register as PDF/A-3a and PDF/UA-1, landscape.
    pub fn register_pdf(&self, register: &Register) -> Result<Vec<u8>, OfficeError> {
        Ok(render::register(register, &self.profile, &self.assets)?)
    }

    fn row(
        &self,
        entry: &Entry,
        (events, end): (&[Event], u64),
        profiles: &mut BTreeMap<Sha256Bytes, Option<Profile>>,
    ) -> Result<Baris, OfficeError> {
        let person = self.book.person(entry.seq)?;
        let case: Case =
            person.as_ref().and_then(|person| serde_json::from_str(&person.kasus).ok()).unwrap_or_default();
        let cancelled = events
            .iter()
            .any(|event| matches!(event.isi.peristiwa, Peristiwa::Batal { surat, .. } if surat == entry.seq));
        let gone = || "(data dimusnahkan)".to_owned();
        Ok(Baris {
            seri: entry.seri.clone(),
            urut: entry.urut.to_string(),
            nomor: entry.nomor.clone(),
            tanggal: entry.tanggal,
            nama: person.as_ref().map_or_else(gone, |person| person.nama.clone()),
            nik: person.and_then(|person| person.nik).map_or_else(String::new, |nik| masked(&nik)),
            desa: case.pemohon.desa_kelurahan.clone().unwrap_or_default(),
            jenis: entry.perihal.clone(),
            keperluan: case.keperluan.clone().unwrap_or_default(),
            penandatangan: self.signatory(entry, &case, profiles)?,
            keterangan: self.remark(entry, (events, end))?,
            keadaan: if cancelled { Keadaan::Batal } else { Keadaan::Terbit },
        })
    }

    /// Who signed, by the profile that was in force then.
    fn signatory(
        &self,
        entry: &Entry,
        case: &Case,
        profiles: &mut BTreeMap<Sha256Bytes, Option<Profile>>,
    ) -> Result<String, OfficeError> {
        let by_official = self.assets.kind(&entry.jenis).is_none_or(|kind| kind.penanda == Penanda::Pejabat);
        if !by_official {
            return Ok(case.perekaman.petugas.clone().unwrap_or_else(|| "Petugas".to_owned()));
        }
        let profile = match profiles.entry(entry.profil) {
            Slot::Occupied(known) => known.into_mut(),
            Slot::Vacant(new) => {
                let text = self.stored(&entry.profil)?;
                new.insert(text.and_then(|text| Profile::parse(&String::from_utf8_lossy(&text)).ok()))
            }
        };
        let official = profile.as_ref().and_then(|profile| profile.signer_on(entry.tanggal));
        Ok(official.map_or_else(|| entry.penyegel.clone(), |official| official.nama.clone()))
    }

    fn remark(&self, entry: &Entry, (events, end): (&[Event], u64)) -> Result<String, OfficeError> {
        let mut parts = Vec::new();
        for event in events.iter().filter(|event| event.isi.peristiwa.surat() == Some(entry.seq)) {
            let day = calendar::tanggal_pendek(event.isi.tanggal);
            parts.push(match &event.isi.peristiwa {
                Peristiwa::Batal { alasan, .. } => format!("BATAL {day}: {alasan}"),
                Peristiwa::Serah { .. } => format!("diserahkan {day}"),
                Peristiwa::Ambil { .. } => format!("KTP-el diambil {day}"),
                Peristiwa::Luar { .. }
                | Peristiwa::Tutup(_)
                | Peristiwa::Mohon { .. }
                | Peristiwa::Jawab { .. } => continue,
            });
        }
        if let Some(old) = entry.menggantikan {
            parts.push(format!("mengganti no. {}", self.number_of(old)?));
        }
        if let Some(new) = self.book.replaced_by(entry.seq)?.filter(|new| new.seq < end) {
            parts.push(format!("diganti no. {}", new.nomor));
        }
        Ok(parts.join("; "))
    }

    fn number_of(&self, seq: u64) -> Result<String, OfficeError> {
        Ok(self.book.by_seq(seq)?.map_or_else(|| "?".to_owned(), |entry| entry.nomor))
    }
}

fn place(seri: &str) -> (bool, String) {
    (seri != "umum", seri.to_owned())
}

fn outside(seri: &str, (dari, sampai): (u32, u32), day: Date, alasan: &str) -> Baris {
    let urut = if dari == sampai { dari.to_string() } else { format!("{dari}\u{2013}{sampai}") };
    Baris {
        seri: seri.to_owned(),
        nomor: urut.clone(),
        urut,
        tanggal: day,
        nama: String::new(),
        nik: String::new(),
        desa: String::new(),
        jenis: String::new(),
        keperluan: String::new(),
        penandatangan: String::new(),
        keterangan: format!("di luar suket: {alasan}"),
        keadaan: Keadaan::Luar,
    }
}

fn masked(nik: &str) -> String {
    format!("************{}", nik.get(12..).unwrap_or_default())
}
