//! Rows for a book, as a letter would bring them.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use sha2::{Digest, Sha256};
use suket::{Attachment, Book, Filter, NewEntry, Person};

pub(crate) fn sha(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

pub(crate) fn entry(seri: &str, urut: u32, tanggal: Date) -> NewEntry {
    let nomor = format!("{seri}-{urut}/{}", tanggal.year());
    NewEntry {
        simpanan: None,
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

/// Numbers of a series and year (letters, those in the agenda, those outside) are 1, 2, 3 … without gap; suffixes behind
/// a number are a, b, c ….
pub(crate) fn tanpa_celah(book: &dyn Book) -> bool {
    let mut used: Vec<(u64, String, i16, u32, u32)> = Vec::new();
    let mut suffixes: BTreeMap<(String, i16, u32), String> = BTreeMap::new();
    for row in book.list(&Filter::default()).unwrap() {
        if let Some(agenda) = &row.agenda {
            used.push((row.seq, agenda.seri.clone(), row.tahun, agenda.urut, agenda.urut));
        }
        if row.sisipan.is_empty() {
            used.push((row.seq, row.seri.clone(), row.tahun, row.urut, row.urut));
        } else {
            suffixes.entry((row.seri, row.tahun, row.urut)).or_default().push_str(&row.sisipan);
        }
    }
    used.extend(book.events(None).unwrap().into_iter().filter_map(|event| {
        let (seri, dari, sampai) = event.isi.peristiwa.outside()?;
        Some((event.seq, seri.to_owned(), event.isi.tanggal.year(), dari, sampai))
    }));
    used.sort();
    let mut ends: BTreeMap<(String, i16), u32> = BTreeMap::new();
    used.into_iter()
        .all(|(_, seri, tahun, dari, sampai)| ends.insert((seri, tahun), sampai).unwrap_or(0) + 1 == dari)
        && suffixes.values().all(|text| "abcdefghijklmnopqrstuvwxyz".starts_with(text.as_str()))
}
