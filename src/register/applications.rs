//! The register of applications (permohonan): what came in, and what became of it.

use jiff::civil::Date;

use super::{Buku, Gaya, Kelompok, Kolom, Lajur, Lebar, Masa, Sel};

/// An application as a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BarisPermohonan {
    /// Number in the year.
    pub urut: u32,
    /// The day on which it came in.
    pub tanggal: Date,
    /// Name of the applicant.
    pub nama: String,
    /// NIK, all but the last four digits masked.
    pub nik: String,
    /// Village.
    pub desa: String,
    /// What was applied for.
    pub perihal: String,
    /// Who wrote it down.
    pub petugas: String,
    /// What became of it: the letter's number, what was missing, or nothing yet.
    pub keterangan: String,
    /// Whether it still waits for an answer.
    pub terbuka: bool,
}

/// The book of `masa`, in the order of the numbers.
pub(crate) fn permohonan(masa: Masa, daftar: &[BarisPermohonan]) -> Buku {
    let baris: Vec<Lajur> = daftar.iter().map(BarisPermohonan::row).collect();
    let open = daftar.iter().filter(|one| one.terbuka).count();
    Buku {
        nama: "permohonan",
        masa,
        judul: format!("Register permohonan {}", masa.panjang()),
        kolom: vec![
            Kolom::baru("No. urut", Lebar::Mm(13.0), 9.0).tengah(),
            Kolom::baru("Tanggal masuk", Lebar::Mm(19.0), 12.0).tengah(),
            Kolom::baru("Nama pemohon", Lebar::Bagian(1.3), 30.0).gaya(Gaya::Nama),
            Kolom::baru("NIK", Lebar::Mm(27.0), 20.0),
            Kolom::baru("Desa/Kelurahan", Lebar::Bagian(0.9), 20.0),
            Kolom::baru("Permohonan", Lebar::Bagian(1.3), 30.0),
            Kolom::baru("Petugas", Lebar::Bagian(0.8), 20.0),
            Kolom::baru("Keterangan", Lebar::Bagian(1.6), 40.0).gaya(Gaya::Catatan),
        ],
        penutup: if baris.is_empty() {
            Vec::new()
        } else {
            vec![format!("Jumlah permohonan: {}; belum selesai: {open}.", baris.len())]
        },
        kelompok: if baris.is_empty() { Vec::new() } else { vec![Kelompok { judul: String::new(), baris }] },
        tinggi: 0.0,
        kosong: format!("Tidak ada permohonan pada {}.", masa.ini()),
        bagan: Vec::new(),
        dikirim: false,
    }
}

impl BarisPermohonan {
    fn row(&self) -> Lajur {
        let text = |text: &String| Sel::Teks(text.clone());
        Lajur {
            sel: vec![
                Sel::Angka(self.urut),
                Sel::Tanggal(self.tanggal),
                text(&self.nama),
                text(&self.nik),
                text(&self.desa),
                text(&self.perihal),
                text(&self.petugas),
                text(&self.keterangan),
            ],
            coret: false,
            tegas: self.terbuka,
        }
    }
}
