//! What stands behind the rows of a book: sentences, charts, signature blocks.

use serde::Serialize;

use crate::calendar;
use crate::profile::{Profile, Tertanda};
use crate::register::{Buku, Cetakan};

/// The end of a book, as the template receives it.
#[derive(Serialize)]
pub(super) struct Closing<'a> {
    /// The sentence under NIHIL.
    nihil: Option<&'a str>,
    kalimat: Vec<String>,
    bagan: Vec<Chart<'a>>,
    tempat_tanggal: String,
    mengetahui: Vec<Tertanda>,
    petugas: Tertanda,
}

/// A bar chart with the words for those who do not see it.
#[derive(Serialize)]
struct Chart<'a> {
    judul: &'a str,
    alt: String,
    batang: &'a [(String, u32)],
    terbesar: u32,
}

impl<'a> Closing<'a> {
    pub(super) fn new(buku: &'a Buku, cetakan: &Cetakan, profile: &Profile) -> Self {
        let date = cetakan.tanggal.unwrap_or_else(|| buku.masa.akhir());
        let place = if profile.tempat_surat.is_empty() {
            String::new()
        } else {
            format!("{}, ", profile.tempat_surat)
        };
        let stamp = cetakan.stempel.as_ref().map(|stempel| {
            format!(
                "Titik periksa buku: {} catatan, akar {}; kode QR-nya pada kaki setiap halaman.",
                stempel.ukuran, stempel.akar
            )
        });
        let sent = buku.dikirim.then(|| format!("Dikirim ke kabupaten/kota tanggal {}", ".".repeat(40)));
        Self {
            nihil: buku.nihil().then_some(buku.kosong.as_str()),
            kalimat: buku.penutup.iter().cloned().chain(stamp).chain(sent).collect(),
            bagan: buku.bagan.iter().map(Chart::new).collect(),
            tempat_tanggal: format!("{place}{}", calendar::tanggal_panjang(date)),
            mengetahui: profile.register.mengetahui(&profile.pejabat, date),
            petugas: profile.register.petugas(),
        }
    }

    /// Its lines of text: sentences as wide as the page; and above each signature.
    pub(super) fn texts(&self) -> (&[String], impl Iterator<Item = &str>) {
        let above = self.mengetahui.iter().map(|one| one.jabatan.as_str());
        (&self.kalimat, above.chain([self.petugas.jabatan.as_str()]))
    }

    /// Whether charts or the word NIHIL come first: then nothing is known of its height.
    pub(super) fn tall(&self) -> bool {
        self.nihil.is_some() || !self.bagan.is_empty()
    }
}

impl<'a> Chart<'a> {
    fn new(bagan: &'a crate::register::Bagan) -> Self {
        let bars: Vec<String> = bagan.batang.iter().map(|(name, n)| format!("{name} {n}")).collect();
        Self {
            judul: &bagan.judul,
            alt: format!("Bagan batang. {}: {}.", bagan.judul, bars.join("; ")),
            batang: &bagan.batang,
            terbesar: bagan.batang.iter().map(|(_, n)| *n).max().unwrap_or(0).max(1),
        }
    }
}
