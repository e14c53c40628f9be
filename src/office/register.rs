//! The books that an office prints, gathered from the agenda book and what the letters were made with.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;

use base64ct::{Base64, Encoding};
use jiff::civil::Date;

use super::{Office, OfficeError};
use crate::book::{Agenda, Book, Entry, Event, Filter, Peristiwa, Status};
use crate::calendar::{self, Bulan};
use crate::case::Case;
use crate::format::Sha256Bytes;
use crate::kind::Penanda;
use crate::profile::Profile;
use crate::register::{Baris, Buku, Cetakan, Keadaan, Masa, Penyerahan, Register, Stempel, ekspedisi};
use crate::render;

/// A row with what it is sorted by: general series first, then by name; numbers in their order.
type Placed = ((bool, String), (u32, String), Baris);

impl Office {
    /// The register of a month: every number of it, issued, cancelled, or written outside suket.
    pub fn register(&self, tahun: i16, bulan: i8) -> Result<Register, OfficeError> {
        self.numbers(Masa::Bulan(tahun, bulan))
    }

    /// Every number of a month or a year: the month's register, the year's agenda, and what their counts are made of.
    pub fn numbers(&self, masa: Masa) -> Result<Register, OfficeError> {
        let entries = self.book.list(&masa_filter(masa))?;
        let mut events = self.book.events(None)?;
        // A closed month is told as it was when it was closed.
        let closed = match masa {
            Masa::Bulan(tahun, bulan) => Bulan::new(tahun, bulan),
            Masa::Tahun(_) => None,
        };
        let closing = closed.map(|month| self.closing(month)).transpose()?.flatten();
        let end = closing.map_or(u64::MAX, |(closing, _)| closing.seq);
        // What happens later to its letters belongs to the month in which it happens.
        let last = masa.akhir();
        events.retain(|event| event.seq < end && event.isi.tanggal <= last);
        let mut by_letter: BTreeMap<u64, Vec<&Event>> = BTreeMap::new();
        for event in &events {
            if let Some(letter) = event.isi.peristiwa.surat() {
                by_letter.entry(letter).or_default().push(event);
            }
        }
        let mut profiles = BTreeMap::new();
        let mut rows: Vec<Placed> = Vec::new();
        for entry in &entries {
            let own = by_letter.get(&entry.seq).map(Vec::as_slice).unwrap_or_default();
            let row = self.row(entry, (own, end, last), &mut profiles)?;
            if let Some(agenda) = &entry.agenda {
                rows.push((place(&agenda.seri), (agenda.urut, String::new()), second(agenda, &row)));
            }
            rows.push((place(&entry.seri), (entry.urut, entry.sisipan.clone()), row));
        }
        for event in &events {
            let day = event.isi.tanggal;
            if masa.memuat(day)
                && let Peristiwa::Luar { seri, dari, sampai, alasan } = &event.isi.peristiwa
            {
                rows.push((
                    place(seri),
                    (*dari, String::new()),
                    outside(seri, (*dari, *sampai), day, alasan),
                ));
            }
        }
        rows.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
        let baris = rows.into_iter().map(|(_, _, row)| row).collect();
        let susulan = self.later(masa, &events, end, &mut profiles)?;
        Ok(Register { masa, baris, susulan })
    }

    /// Letters of earlier months that were cancelled or replaced in this one, in the order of the log.
    fn later(
        &self,
        masa: Masa,
        events: &[Event],
        end: u64,
        profiles: &mut BTreeMap<Sha256Bytes, Option<Profile>>,
    ) -> Result<Vec<Baris>, OfficeError> {
        let mut found: BTreeMap<u64, (Entry, Vec<&Event>)> = BTreeMap::new();
        for event in events.iter().filter(|event| masa.memuat(event.isi.tanggal)) {
            if let Peristiwa::Batal { surat, .. } = event.isi.peristiwa
                && let Some(entry) = self.book.by_seq(surat)?
            {
                found.insert(event.seq, (entry, vec![event]));
            }
        }
        for new in self.book.list(&masa_filter(masa))?.iter().filter(|new| new.seq < end) {
            if let Some(old) = new.menggantikan
                && let Some(entry) = self.book.by_seq(old)?
            {
                found.insert(new.seq, (entry, Vec::new()));
            }
        }
        found
            .values()
            .filter(|(entry, _)| !masa.memuat(entry.tanggal))
            .map(|(entry, events)| self.row(entry, (events, end, masa.akhir()), profiles))
            .collect()
    }

    /// Buku ekspedisi of a month: the letters that were handed over in it, in the order of the log.
    pub fn dispatch(&self, tahun: i16, bulan: i8) -> Result<Buku, OfficeError> {
        let masa = Masa::Bulan(tahun, bulan);
        let mut list = Vec::new();
        for event in self.book.events(None)? {
            let Peristiwa::Serah { surat, penerima } = event.isi.peristiwa else { continue };
            if !masa.memuat(event.isi.tanggal) {
                continue;
            }
            let Some(entry) = self.book.by_seq(surat)? else { continue };
            list.push(Penyerahan {
                tanggal: event.isi.tanggal,
                nomor: entry.nomor,
                tanggal_surat: entry.tanggal,
                perihal: entry.perihal,
                nama: self.book.person(surat)?.map_or_else(gone, |person| person.nama),
                penerima: penerima.nama.unwrap_or_else(gone),
                batal: entry.status == Status::Batal,
            });
        }
        Ok(ekspedisi(masa, &list))
    }

    /// A book as PDF/A-3a and PDF/UA-1, landscape. Parts of a long one are set on all workers.
    pub fn book_pdf(&self, buku: &Buku, cetakan: &Cetakan) -> Result<Vec<u8>, OfficeError> {
        Ok(render::book(buku, cetakan, &self.profile, &self.assets)?)
    }

    /// The register as PDF.
    pub fn register_pdf(&self, register: &Register, cetakan: &Cetakan) -> Result<Vec<u8>, OfficeError> {
        self.book_pdf(&register.buku(), cetakan)
    }

    /// The state of the log for the pages of a book: its newest signed checkpoint.
    pub fn stempel(&self) -> Result<Option<Stempel>, OfficeError> {
        let newest = self.book.checkpoint()?;
        Ok(newest.map(|newest| Stempel {
            ukuran: newest.ukuran,
            akar: Base64::encode_string(&newest.akar),
            qr: newest.isi,
        }))
    }

    fn row(
        &self,
        entry: &Entry,
        (events, end, last): (&[&Event], u64, Date),
        profiles: &mut BTreeMap<Sha256Bytes, Option<Profile>>,
    ) -> Result<Baris, OfficeError> {
        let person = self.book.person(entry.seq)?;
        let case: Case =
            person.as_ref().and_then(|person| serde_json::from_str(&person.kasus).ok()).unwrap_or_default();
        let cancelled = events.iter().any(|event| matches!(event.isi.peristiwa, Peristiwa::Batal { .. }));
        Ok(Baris {
            seri: entry.seri.clone(),
            urut: entry.label(),
            nomor: entry.nomor.clone(),
            tanggal: entry.tanggal,
            nama: person.as_ref().map_or_else(gone, |person| person.nama.clone()),
            nik: person.and_then(|person| person.nik).map_or_else(String::new, |nik| masked(&nik)),
            desa: case.pemohon.desa_kelurahan.clone().unwrap_or_default(),
            jenis: entry.perihal.clone(),
            keperluan: case.keperluan.clone().unwrap_or_default(),
            penandatangan: self.signatory(entry, &case, profiles)?,
            keterangan: self.remark(entry, (events, end, last))?,
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

    fn remark(
        &self,
        entry: &Entry,
        (events, end, last): (&[&Event], u64, Date),
    ) -> Result<String, OfficeError> {
        let mut parts = Vec::new();
        parts.extend(entry.alasan_sisipan.as_ref().map(|alasan| format!("SISIPAN: {alasan}")));
        for event in events {
            let day = calendar::tanggal_pendek(event.isi.tanggal);
            parts.push(match &event.isi.peristiwa {
                Peristiwa::Batal { alasan, .. } => format!("BATAL {day}: {alasan}"),
                Peristiwa::Serah { .. } => format!("diserahkan {day}"),
                Peristiwa::Ambil { .. } => format!("KTP-el diambil {day}"),
                Peristiwa::Luar { .. }
                | Peristiwa::Tutup(_)
                | Peristiwa::Musnah(_)
                | Peristiwa::Mohon { .. }
                | Peristiwa::Jawab { .. } => continue,
            });
        }
        if let Some(old) = entry.menggantikan {
            parts.push(format!("mengganti no. {}", self.number_of(old)?));
        }
        if let Some(new) =
            self.book.replaced_by(entry.seq)?.filter(|new| new.seq < end && new.tanggal <= last)
        {
            parts.push(format!("diganti no. {}", new.nomor));
        }
        Ok(parts.join("; "))
    }

    fn number_of(&self, seq: u64) -> Result<String, OfficeError> {
        Ok(self.book.by_seq(seq)?.map_or_else(|| "?".to_owned(), |entry| entry.nomor))
    }
}

fn gone() -> String {
    "(data dimusnahkan)".to_owned()
}

fn place(seri: &str) -> (bool, String) {
    (seri != "umum", seri.to_owned())
}

/// The row that a letter of another series has in the general agenda.
fn second(agenda: &Agenda, row: &Baris) -> Baris {
    let parts = [format!("surat no. {}", row.nomor), row.keterangan.clone()];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Baris {
        seri: agenda.seri.clone(),
        urut: agenda.urut.to_string(),
        nomor: agenda.nomor.clone(),
        keterangan: parts.join("; "),
        keadaan: Keadaan::Agenda,
        ..row.clone()
    }
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

pub(super) fn masked(nik: &str) -> String {
    let last = nik.chars().count().saturating_sub(4);
    nik.chars().enumerate().map(|(place, digit)| if place < last { '*' } else { digit }).collect()
}

fn masa_filter(masa: Masa) -> Filter {
    match masa {
        Masa::Bulan(tahun, bulan) => Filter { month: Some((tahun, bulan)), ..Filter::default() },
        Masa::Tahun(tahun) => Filter { year: Some(tahun), ..Filter::default() },
    }
}
