//! `suket init`, and telling what a check found.

use std::path::Path;

use suket::{AuditGrade, AuditReport, InitRequest, Office, Profile};

use super::args::Global;
use super::keep::backup;
use super::outside;
use super::say::{self, Failure};

/// `suket init`.
pub(crate) fn init(global: &Global, profile: &str, recovery: Option<&Path>) -> Result<u8, Failure> {
    let text = match Profile::builtin(profile) {
        Some(text) => text.to_owned(),
        None => std::fs::read_to_string(profile).map_err(|e| {
            let advice = format!(
                "pilih salah satu: {}, atau nama berkas kantor.toml",
                Profile::builtin_ids().join(", ")
            );
            Failure::new(say::CALL, format!("profil {profile}: {e}"), advice)
        })?,
    };
    let parsed = Profile::parse(&text).map_err(|e| {
        let text = e.to_string();
        Failure::new(say::CALL, format!("{profile}: {}", text.trim_end()), "perbaiki baris itu, lalu ulangi")
    })?;
    let date = outside::today(&parsed)?;
    if global.archive.join("kantor.toml").exists() {
        return Err(outside::failure(suket::OfficeError::Exists(global.archive.clone())));
    }
    let recovery = backup::recovery_path(&global.archive, recovery)?;
    let passphrase = outside::passphrase(true)?;
    let report = Office::init_handing_out(
        &global.archive,
        InitRequest { profile: &text, date, passphrase: &passphrase, entropy: &mut outside::entropy },
        |identity| suket::write_recovery(&recovery, identity, &parsed),
    )
    .map_err(outside::failure)?;
    if global.json {
        say::line(&serde_json::json!({
            "arsip": global.archive.display().to_string(), "kurang": report.kurang, "sebaiknya": report.sebaiknya,
            "pemulihan": recovery.display().to_string(),
        }).to_string());
    }
    if !global.quiet {
        say::err(&format!("arsip kantor siap di {}", global.archive.display()));
        for what in &report.kurang {
            say::warning(&format!("belum diisi, diperlukan untuk menerbitkan surat: {what}"), "");
        }
        for what in &report.sebaiknya {
            say::err(&format!("catatan: belum diisi: {what}"));
        }
        backup::tell_recovery(&recovery);
        say::advice("simpan kata sandi di tempat aman; tanpa kata sandi kunci kantor tidak dapat dibuka");
    }
    Ok(say::DONE)
}

/// Tells what a check found; gives the exit code.
pub(crate) fn tell(report: &AuditReport, global: &Global) -> u8 {
    if global.json {
        say::line(&serde_json::to_string(&report).unwrap_or_default());
    } else {
        for finding in &report.temuan {
            let place = finding.berkas.as_deref().or(finding.nomor.as_deref()).unwrap_or("arsip");
            let text = format!("{place}: {} [{}]", finding.pesan, finding.kode);
            match finding.tingkat {
                AuditGrade::Rusak => say::message(&text, ""),
                AuditGrade::Peringatan => say::warning(&text, ""),
            }
        }
        say::line(&format!("{} diperiksa, {} temuan", report.diperiksa, report.temuan.len()));
        say::line(&format!("tidak diperiksa: {}", report.tidak_diperiksa.join("; ")));
    }
    if report.damaged() { say::NOT_GENUINE } else { say::DONE }
}
