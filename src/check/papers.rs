//! Requirements handed in and missing, replacements, return slips.

use std::collections::BTreeMap;

use super::Rules;
use crate::case::{Case, nearest, without_numbers};
use crate::finding::{Code, Finding};
use crate::wording;

/// Checks the papers; returns the texts of what was handed in and of what a return slip names as missing.
pub(super) fn check(
    case: &Case,
    rules: Rules<'_>,
    usia: Option<i16>,
    findings: &mut Vec<Finding>,
) -> (Vec<String>, Vec<String>) {
    let known = |path: &str, id: &str, kode, findings: &mut Vec<Finding>| {
        let found = rules.profile.requirement(id).map(|syarat| syarat.teks.clone());
        if found.is_none() {
            let ids = rules
                .profile
                .persyaratan
                .iter()
                .filter(|syarat| syarat.dokumen)
                .map(|syarat| syarat.id.as_str());
            let advice = nearest(id, ids.clone()).map_or_else(
                || format!("pilih dari: {}", ids.collect::<Vec<_>>().join(", ")),
                |near| format!("maksudnya {near}?"),
            );
            findings.push(Finding::new(
                kode,
                path,
                format!("persyaratan {} tidak dikenal kantor ini", without_numbers(id)),
                advice,
            ));
        }
        found
    };
    let submitted =
        case.berkas.iter().filter_map(|id| known("berkas", id, Code::BerkasAsing, findings)).collect();
    for (i, id) in case.berkas.iter().enumerate() {
        if case.berkas.iter().take(i).any(|earlier| earlier == id) {
            findings.push(Finding::new(
                Code::BerkasGanda,
                "berkas",
                format!("{} tertulis dua kali", without_numbers(id)),
                "hapus salah satunya",
            ));
        }
    }
    let missing = case
        .pengembalian
        .kurang
        .iter()
        .filter_map(|id| known("pengembalian.kurang", id, Code::KurangAsing, findings))
        .collect();
    if rules.kind.syarat && !findings.iter().any(|finding| finding.bidang == "berkas") {
        requirements(case, rules, usia, findings);
    }
    if rules.kind.pengembalian && case.pengembalian.kurang.is_empty() && case.pengembalian.sebab.is_none() {
        findings.push(Finding::new(
            Code::PengembalianKosong,
            "pengembalian",
            "surat pengembalian harus menyebut apa yang kurang atau sebabnya",
            "isi pengembalian.kurang atau pengembalian.sebab",
        ));
    }
    match (&case.menggantikan, &case.alasan_ganti) {
        (Some(_), None) => findings.push(Finding::new(
            Code::GantiTanpaAlasan,
            "alasan_ganti",
            "penggantian surat harus menyebut alasannya",
            "isi alasan_ganti",
        )),
        (None, Some(_)) => findings.push(Finding::new(
            Code::GantiTanpaNomor,
            "menggantikan",
            "alasan_ganti diisi, tetapi nomor surat yang diganti tidak disebut",
            "isi menggantikan dengan nomor surat lama",
        )),
        _ => {}
    }
    request_key(case, findings);
    (submitted, missing)
}

/// The idempotency key stays in the book for ever.
fn request_key(case: &Case, findings: &mut Vec<Finding>) {
    let Some(key) = &case.kunci_permintaan else { return };
    let person = &case.pemohon;
    // A short name may stand in a random key by chance.
    let own = [&person.nik, &person.no_kk, &person.nama].into_iter().flatten().filter(|text| text.len() >= 8);
    let whole = key.to_uppercase();
    let wrong = if key.chars().count() > 100 {
        Some((Code::KunciPermintaanPanjang, "kunci_permintaan lebih dari 100 huruf"))
    } else if own.map(|text| text.to_uppercase()).any(|text| whole.contains(&text)) {
        let text = "kunci_permintaan memuat nama, NIK atau No. KK, padahal ia tinggal di buku selamanya";
        Some((Code::KunciPermintaanPribadi, text))
    } else {
        None
    };
    if let Some((kode, text)) = wrong {
        findings.push(Finding::new(kode, "kunci_permintaan", text, "gunakan UUID atau nomor antrean"));
    }
}

/// Lists everything that this applicant still has to bring. One paper of a `salah_satu` group is enough.
fn requirements(case: &Case, rules: Rules<'_>, usia: Option<i16>, findings: &mut Vec<Finding>) {
    let context = wording::case_context(case, usia);
    let has = |id: &str| case.berkas.iter().any(|handed| handed == id);
    let mut groups: BTreeMap<&str, (bool, Vec<&str>)> = BTreeMap::new();
    let mut missing = Vec::new();
    for syarat in &rules.profile.persyaratan {
        // A condition that cannot be evaluated for this case (an absent age, say) counts as met: it must not drop
        // a requirement.
        if !syarat.applies(&rules.kind.jenis, &context).unwrap_or(true) {
            continue;
        }
        if syarat.salah_satu.is_empty() {
            if !has(&syarat.id) {
                missing.push(format!("{} ({})", syarat.teks, syarat.id));
            }
        } else {
            let group = groups.entry(&syarat.salah_satu).or_default();
            group.0 |= has(&syarat.id);
            group.1.push(&syarat.teks);
        }
    }
    missing.extend(groups.into_values().filter(|(met, _)| !met).map(|(_, texts)| texts.join(" atau ")));
    if !missing.is_empty() {
        findings.push(Finding::new(
            Code::SyaratKurang,
            "berkas",
            format!("persyaratan belum lengkap: {}", missing.join("; ")),
            "lengkapi berkas, atau buat surat pengembalian (jenis = \"pengembalian\")",
        ));
    }
}
