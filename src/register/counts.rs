//! The recap (*rekapitulasi*): how many letters of each kind each village had, with bar charts.

use std::collections::{BTreeMap, BTreeSet};

use super::{Bagan, Buku, Gaya, Keadaan, Kelompok, Kolom, Lajur, Lebar, Register, Sel};

/// Kinds that have a column of their own; the rest share one.
const COLUMNS: usize = 7;
/// Bars that one chart can hold on a page.
const BARS: usize = 24;
const UNKNOWN: &str = "(tidak disebut)";

impl Register {
    /// Counts per village and kind. Cancelled letters have a column of their own and are no part of the sums; numbers
    /// outside suket are not counted, since nobody knows what they were.
    pub fn rekapitulasi(&self) -> Buku {
        let mut kinds: BTreeSet<&str> = BTreeSet::new();
        let mut villages: BTreeMap<&str, Counts> = BTreeMap::new();
        for row in self.baris.iter().filter(|row| matches!(row.keadaan, Keadaan::Terbit | Keadaan::Batal)) {
            let desa = if row.desa.is_empty() { UNKNOWN } else { &row.desa };
            let counts = villages.entry(desa).or_default();
            if row.keadaan == Keadaan::Batal {
                counts.batal += 1;
            } else {
                *counts.jenis.entry(&row.jenis).or_default() += 1;
            }
            kinds.insert(&row.jenis);
        }
        let kinds: Vec<&str> = kinds.into_iter().collect();
        let (own, rest) = kinds.split_at(kinds.len().min(COLUMNS));
        let mut all = Counts::default();
        for counts in villages.values() {
            all.add(counts);
        }
        let mut baris: Vec<Lajur> = (1_u32..)
            .zip(&villages)
            .map(|(urut, (desa, counts))| counts.row(Some(urut), desa, own, rest))
            .collect();
        let mut bagan = Vec::new();
        if !baris.is_empty() {
            baris.push(all.row(None, "JUMLAH", own, rest));
            let per_village =
                villages.iter().map(|(desa, counts)| ((*desa).to_owned(), counts.sum())).collect();
            let per_kind = kinds
                .iter()
                .map(|kind| ((*kind).to_owned(), all.jenis.get(kind).copied().unwrap_or(0)))
                .collect();
            bagan.extend(charts("Jumlah surat per desa/kelurahan", per_village));
            bagan.extend(charts("Jumlah surat per jenis", per_kind));
        }
        Buku {
            nama: "rekap",
            masa: self.masa,
            judul: format!("Rekapitulasi surat {}", self.masa.panjang()),
            kolom: columns(own, rest),
            kelompok: if baris.is_empty() {
                Vec::new()
            } else {
                vec![Kelompok { judul: String::new(), baris }]
            },
            tinggi: 0.0,
            kosong: format!("Tidak ada surat pada {}.", self.masa.ini()),
            penutup: Vec::new(),
            bagan,
            dikirim: false,
        }
    }
}

fn columns(own: &[&str], rest: &[&str]) -> Vec<Kolom> {
    let count = |name: &str, lebar| Kolom::baru(name, lebar, 16.0).tengah();
    let mut list = vec![
        Kolom::baru("No. urut", Lebar::Mm(12.0), 9.0).tengah(),
        Kolom::baru("Desa/Kelurahan", Lebar::Bagian(1.6), 30.0).gaya(Gaya::Catatan),
    ];
    list.extend(own.iter().map(|kind| count(kind, Lebar::Bagian(1.0))));
    if !rest.is_empty() {
        list.push(count("Jenis lain", Lebar::Bagian(1.0)));
    }
    list.push(count("Jumlah", Lebar::Mm(20.0)));
    list.push(count("Batal (tidak dihitung)", Lebar::Mm(22.0)));
    list
}

/// Letters of one village.
#[derive(Default)]
struct Counts<'a> {
    jenis: BTreeMap<&'a str, u32>,
    batal: u32,
}

impl<'a> Counts<'a> {
    fn add(&mut self, other: &Self) {
        for (kind, n) in &other.jenis {
            *self.jenis.entry(kind).or_default() += n;
        }
        self.batal += other.batal;
    }

    fn sum(&self) -> u32 {
        self.jenis.values().sum()
    }

    /// The row of a village; the last row has no number and is bold.
    fn row(&self, urut: Option<u32>, desa: &str, own: &[&'a str], rest: &[&'a str]) -> Lajur {
        let of = |kinds: &[&'a str]| kinds.iter().filter_map(|kind| self.jenis.get(kind)).sum();
        let mut sel = vec![urut.map_or(Sel::kosong(), Sel::Angka), Sel::Teks(desa.to_owned())];
        sel.extend(own.iter().map(|kind| Sel::Angka(of(&[*kind]))));
        if !rest.is_empty() {
            sel.push(Sel::Angka(of(rest)));
        }
        sel.extend([Sel::Angka(self.sum()), Sel::Angka(self.batal)]);
        Lajur { sel, coret: false, tegas: urut.is_none() }
    }
}

/// The bars in charts that fit a page each.
fn charts(judul: &str, batang: Vec<(String, u32)>) -> Vec<Bagan> {
    let parts = batang.len().div_ceil(BARS);
    (1..)
        .zip(batang.chunks(BARS))
        .map(|(part, batang)| Bagan {
            judul: if parts == 1 { judul.to_owned() } else { format!("{judul} ({part} dari {parts})") },
            batang: batang.to_vec(),
        })
        .collect()
}
