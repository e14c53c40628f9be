//! Rows for a book, as a letter would bring them.

use std::sync::Arc;

use jiff::civil::Date;
use sha2::{Digest, Sha256};
use suket::{Attachment, NewEntry, Person};

pub(crate) fn sha(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

pub(crate) fn entry(seri: &str, urut: u32, tanggal: Date) -> NewEntry {
    let nomor = format!("{seri}-{urut}/{}", tanggal.year());
    NewEntry {
        seri: seri.to_owned(),
        tahun: tanggal.year(),
        urut,
        sisipan: String::new(),
        alasan_sisipan: None,
        agenda: None,
        nomor: nomor.clone(),
        tanggal,
        jenis: "keterangan-perekaman".to_owned(),
        perihal: "contoh".to_owned(),
        penyegel: "Segel".to_owned(),
        kid: [1; 8],
        sidik: sha(nomor.as_bytes()),
        tanda_tangan: [2; 64],
        kode: format!("{seri:->6}-{urut:07}"),
        berlaku_sampai: None,
        templat: [3; 32],
        profil: [4; 32],
        versi: "uji".to_owned(),
        menggantikan: None,
        permintaan: None,
        orang: Person {
            nik: Some("6305061203059901".to_owned()),
            nama: "CONTOH".to_owned(),
            kasus: "{}".to_owned(),
            garam: [5; 16],
        },
        sha256: sha(nomor.as_bytes()),
        pdf: nomor.into_bytes(),
        lampiran: Arc::from([Attachment { objek: sha(b"templat"), bytes: Arc::from(b"templat".as_slice()) }]),
    }
}
