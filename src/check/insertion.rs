//! Insertions (sisipan): backdated letters behind a number that is used, where the office has them at all. What the
//! book says of the place is judged with the book.

use super::{Rules, text};
use crate::case::{Case, Sisipan};
use crate::finding::{Code, Finding};

pub(super) fn check(case: &Case, rules: Rules<'_>, findings: &mut Vec<Finding>) {
    let Sisipan { sesudah, alasan } = &case.sisipan;
    if sesudah.is_none() && alasan.is_none() {
        return;
    }
    if !rules.profile.penomoran.sisipan {
        findings.push(Finding::new(
            Code::SisipanDilarang,
            "sisipan",
            "kantor ini tidak memakai nomor sisipan",
            "hapus bagian sisipan; surat mendapat nomor berikutnya dengan tanggal hari ini",
        ));
        return;
    }
    let told = |path: &str| findings.iter().any(|finding| finding.bidang == path);
    if sesudah.is_none() && !told("sisipan.sesudah") {
        findings.push(Finding::new(
            Code::SisipanTanpaNomor,
            "sisipan",
            "nomor sisipan harus menyebut nomor urut di depannya",
            "isi sisipan.sesudah, misalnya 12 untuk nomor 12.a",
        ));
    }
    match alasan {
        None => findings.push(Finding::new(
            Code::SisipanTanpaAlasan,
            "sisipan",
            "nomor sisipan harus menyebut alasannya",
            "isi sisipan.alasan",
        )),
        // It stands in the log of the book, which outlives the personal data.
        Some(reason) if text::holds_nik(reason) => findings.push(Finding::new(
            Code::AlasanMemuatNik,
            "sisipan.alasan",
            "sisipan.alasan memuat angka sepanjang NIK, padahal tersimpan di buku untuk selamanya",
            "tulis alasannya tanpa NIK",
        )),
        Some(_) => {}
    }
}
