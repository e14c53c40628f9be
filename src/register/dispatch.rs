//! Buku ekspedisi: which letter was handed to whom on which day.

use jiff::civil::Date;

use super::{Buku, Gaya, Kelompok, Kolom, Lajur, Lebar, Masa, Sel};

/// A letter that was handed over (*penyerahan*).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Penyerahan {
    /// The day on which it was handed over.
    pub tanggal: Date,
    /// Number of the letter.
    pub nomor: String,
    /// Date of the letter.
    pub tanggal_surat: Date,
    /// What the letter is.
    pub perihal: String,
    /// Name of the applicant.
    pub nama: String,
    /// Who received it.
    pub penerima: String,
    /// Whether the letter was cancelled since.
    pub batal: bool,
}

/// The book of `masa`; `daftar` is in the order of the log.
pub(crate) fn ekspedisi(masa: Masa, daftar: &[Penyerahan]) -> Buku {
    let baris: Vec<Lajur> = (1_u32..).zip(daftar).map(|(urut, one)| one.row(urut)).collect();
    Buku {
        nama: "ekspedisi",
        masa,
        judul: format!("Buku ekspedisi {}", masa.panjang()),
        kolom: vec![
            Kolom::baru("No. urut", Lebar::Mm(12.0), 9.0).tengah(),
            Kolom::baru("Tanggal penyerahan", Lebar::Mm(21.0), 12.0).tengah(),
            Kolom::baru("Nomor surat", Lebar::Mm(44.0), 28.0).gaya(Gaya::Nomor),
            Kolom::baru("Tanggal surat", Lebar::Mm(17.0), 12.0).tengah(),
            Kolom::baru("Isi singkat", Lebar::Bagian(1.1), 30.0),
            Kolom::baru("Nama pemohon", Lebar::Bagian(1.1), 30.0).gaya(Gaya::Nama),
            Kolom::baru("Diterima oleh", Lebar::Bagian(1.1), 30.0),
            Kolom::baru("Keterangan", Lebar::Mm(24.0), 16.0).gaya(Gaya::Catatan),
            Kolom::baru("Paraf penerima", Lebar::Mm(26.0), 16.0),
        ],
        penutup: if baris.is_empty() {
            Vec::new()
        } else {
            vec![format!("Jumlah surat yang diserahkan: {}.", baris.len())]
        },
        kelompok: if baris.is_empty() { Vec::new() } else { vec![Kelompok { judul: String::new(), baris }] },
        tinggi: 9.0,
        kosong: format!("Tidak ada surat yang diserahkan pada {}.", masa.ini()),
        bagan: Vec::new(),
        dikirim: false,
    }
}

impl Penyerahan {
    fn row(&self, urut: u32) -> Lajur {
        let text = |text: &String| Sel::Teks(text.clone());
        Lajur {
            sel: vec![
                Sel::Angka(urut),
                Sel::Tanggal(self.tanggal),
                text(&self.nomor),
                Sel::Tanggal(self.tanggal_surat),
                text(&self.perihal),
                text(&self.nama),
                text(&self.penerima),
                Sel::Teks(if self.batal { "BATAL".to_owned() } else { String::new() }),
                Sel::kosong(),
            ],
            coret: self.batal,
            tegas: self.batal,
        }
    }
}
