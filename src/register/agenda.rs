//! The agenda book of a year: all numbers of all series, in their order.

use super::{Baris, Buku, Gaya, Keadaan, Kolom, Lajur, Lebar, Register, Rekap, Sel};

impl Register {
    /// The agenda book (*buku agenda*), with the columns that the field uses.
    pub fn agenda(&self) -> Buku {
        Buku {
            nama: "agenda",
            masa: self.masa,
            judul: format!("Buku agenda surat keluar {}", self.masa.panjang()),
            kolom: vec![
                Kolom::baru("No. urut", Lebar::Mm(15.0), 9.0).tengah(),
                Kolom::baru("Tanggal surat", Lebar::Mm(20.0), 12.0).tengah(),
                Kolom::baru("Nomor surat", Lebar::Mm(48.0), 28.0).gaya(Gaya::Nomor),
                Kolom::baru("Perihal", Lebar::Bagian(1.3), 30.0),
                Kolom::baru("Nama/tujuan", Lebar::Bagian(1.3), 30.0).gaya(Gaya::Nama),
                Kolom::baru("Keterangan", Lebar::Bagian(1.5), 40.0).gaya(Gaya::Catatan),
            ],
            kelompok: self.by_series(Baris::agenda_row),
            tinggi: 0.0,
            kosong: format!("Tidak ada surat pada {}.", self.masa.ini()),
            penutup: self.rekap().iter().map(Rekap::kalimat).collect(),
            bagan: Vec::new(),
            dikirim: false,
        }
    }
}

impl Baris {
    fn agenda_row(&self) -> Lajur {
        let text = |text: &String| Sel::Teks(text.clone());
        Lajur {
            sel: vec![
                text(&self.urut),
                Sel::Tanggal(self.tanggal),
                text(&self.nomor),
                text(&self.jenis),
                text(&self.nama),
                text(&self.keterangan),
            ],
            coret: self.keadaan == Keadaan::Batal,
            tegas: matches!(self.keadaan, Keadaan::Batal | Keadaan::Luar),
        }
    }
}
