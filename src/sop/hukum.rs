//! Legal bases that offices still print although they were replaced, or whose numbers are wrong. They are printed as
//! the office states them; it is only told.

use super::finding::{SopCode, SopFinding};

/// Words that must all stand in the text, in this order; what to say.
const KNOWN: &[(&[&str], SopCode, &str, &str)] = &[
    (
        &["presiden", "25 tahun 2008"],
        SopCode::HukumDiganti,
        "Perpres 25 Tahun 2008 sudah diganti Perpres 96 Tahun 2018",
        "ganti dengan Perpres 96 Tahun 2018 tentang Persyaratan dan Tata Cara Pendaftaran Penduduk dan Pencatatan Sipil",
    ),
    (
        &["presiden", "25 tahun 2006", "pendaftaran penduduk"],
        SopCode::HukumKeliru,
        "Perpres tentang pendaftaran penduduk ini bernomor 25 Tahun 2008, bukan 25 Tahun 2006, dan sudah diganti",
        "ganti dengan Perpres 96 Tahun 2018",
    ),
    (
        &["9 tahun 2010", "penertiban ktp"],
        SopCode::HukumKeliru,
        "pedoman penerbitan KTP berbasis NIK adalah Permendagri 9 Tahun 2011, \"Penerbitan\", bukan \"Penertiban\"",
        "periksa nomor, tahun dan judulnya",
    ),
    (
        &["pemerintah", "37 tahun 2007"],
        SopCode::HukumDiganti,
        "PP 37 Tahun 2007 sudah diganti PP 40 Tahun 2019",
        "ganti dengan PP 40 Tahun 2019 tentang Pelaksanaan Undang-Undang Administrasi Kependudukan",
    ),
];

/// What is known to be wrong with a legal basis.
pub(super) fn check(text: &str, line: u32) -> Option<SopFinding> {
    let text = text.to_lowercase();
    let found = KNOWN.iter().find(|(words, ..)| {
        let mut rest = text.as_str();
        words.iter().all(|word| match rest.split_once(word) {
            Some((_, after)) => {
                rest = after;
                true
            }
            None => false,
        })
    })?;
    Some(SopFinding::new(found.1, line, found.2, found.3))
}
