//! A verdict as a page shows it: colour, word and sentence, the facts to compare with the paper, and as large what was
//! not checked.

use jiff::civil::Date;
use serde::Serialize;
use suket::{Facts, Office, Putusan, Verdict, Warna, tanggal_panjang};

/// One result on the page.
#[derive(Debug, Serialize)]
pub(crate) struct Hasil {
    warna: Warna,
    kata: &'static str,
    kalimat: &'static str,
    saran: &'static str,
    peringatan: Vec<String>,
    fakta: Option<Vec<Baris>>,
    dasar: Vec<String>,
    tidak_diperiksa: Vec<String>,
    segel_sejak: Vec<String>,
}

impl Hasil {
    pub(crate) fn new(verdict: Verdict, office: &Office) -> Self {
        let (kata, saran) = words(verdict.putusan);
        let (kalimat, warna) = (verdict.sentence(), verdict.putusan.colour());
        let since = |(nama, day): &(String, Date)| {
            let day = tanggal_panjang(*day);
            format!("{nama} menyegel suratnya sejak {day}. Yang lebih lama tidak ber-QR.")
        };
        let segel_sejak = if verdict.fakta.is_none() {
            verdict.segel_sejak.iter().map(since).collect()
        } else {
            Vec::new()
        };
        let fakta = verdict.fakta.as_ref().map(|facts| rows(facts, &verdict, office));
        Self {
            warna,
            kata,
            kalimat,
            saran,
            peringatan: verdict.peringatan,
            fakta,
            dasar: verdict.dasar,
            tidak_diperiksa: verdict.tidak_diperiksa,
            segel_sejak,
        }
    }
}

/// A row: label, value, and a small note behind it.
type Baris = (&'static str, String, &'static str);

/// The facts in the order of the paper. The title is that of the office's own kinds.
fn rows(facts: &Facts, verdict: &Verdict, office: &Office) -> Vec<Baris> {
    let judul =
        office.assets().kind(&facts.jenis).map_or_else(|| facts.jenis.clone(), |kind| kind.judul.clone());
    let kantor = format!("{} (kode {})", office.profile().nama, facts.kantor);
    let own = facts.kantor == office.profile().kode_wilayah;
    let cut = if facts.nama.ends_with('…') { "terlalu panjang untuk QR; cocokkan awalnya" } else { "" };
    let nik = facts.nik_akhir.map(|last| format!("************{last:04}"));
    let list = [
        ("Kantor", Some(if own { kantor } else { format!("kode {}", facts.kantor) }), ""),
        ("Jenis surat", Some(judul), ""),
        ("Nomor", Some(facts.nomor.clone()), ""),
        ("Nama", Some(facts.nama.clone()), cut),
        ("NIK", nik, "empat angka terakhir"),
        ("Tanggal lahir", facts.lahir.map(tanggal_panjang), ""),
        ("Tanggal surat", Some(tanggal_panjang(facts.tanggal)), ""),
        ("Berlaku sampai", facts.berlaku_sampai.map(tanggal_panjang), ""),
        ("Penyegel", verdict.penyegel.clone(), ""),
        ("Kode surat", verdict.kode.clone(), "di kaki kertas"),
    ];
    list.into_iter().filter_map(|(label, value, note)| Some((label, value?, note))).collect()
}

/// A verdict in a word, and what to do. The check page says the same (`templates/web/periksa/halaman.js`).
const fn words(putusan: Putusan) -> (&'static str, &'static str) {
    match putusan {
        Putusan::Asli => {
            ("Asli", "Cocokkan setiap baris dengan kertas. Bila satu saja berbeda, jangan diterima.")
        }
        Putusan::Dibatalkan => ("Dibatalkan", "Jangan diterima. Tanyakan kepada kantor."),
        Putusan::Diganti => ("Diganti", "Minta surat penggantinya."),
        Putusan::Kedaluwarsa => ("Kedaluwarsa", "Minta surat yang baru dari kantor."),
        Putusan::DiLuarMasaJabatan => {
            ("Di luar masa jabatan", "Tanyakan kepada kantor sebelum menerima surat ini.")
        }
        Putusan::Diubah => ("Diubah atau palsu", "Jangan diterima. Bila ragu, tanyakan kepada kantor."),
        Putusan::KunciTidakDikenal => {
            ("Kunci tidak dikenal", "Tanyakan kepada kantor yang disebut pada surat.")
        }
        Putusan::KunciDicabut => ("Kunci dicabut", "Tanyakan kepada kantor."),
        Putusan::TidakTercatat => ("Tidak tercatat", "Tanyakan kepada kantor."),
        Putusan::Dimusnahkan => (
            "Dimusnahkan",
            "Periksa QR pada kertasnya: segelnya tetap dapat diperiksa. Bila ragu, tanyakan kepada kantor.",
        ),
        Putusan::BukanSurat => (
            "Bukan surat bersegel",
            "Surat tanpa QR hanya dapat ditanyakan kepada kantor. Kirim berkas PDF yang asli, bukan cetak ulangnya.",
        ),
    }
}
