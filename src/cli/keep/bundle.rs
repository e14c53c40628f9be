//! `suket archive bundle`.

use std::io::BufWriter;
use std::path::Path;

use suket::{Bulan, BundleError, OfficeError};

use crate::cli::args::Global;
use crate::cli::look::parse_month;
use crate::cli::outside::{self, Progress};
use crate::cli::say::{self, Failure};

pub(super) fn run(global: &Global, month: &str, out: &Path) -> Result<u8, Failure> {
    let (year, month) = parse_month(month)?;
    let masa = Bulan::new(year, month).ok_or_else(|| Failure::new(say::CALL, "bulan ini tidak ada", ""))?;
    let office = outside::open(global, Some(1))?;
    if office.has_vault() {
        office.unlock_vault(&outside::passphrase(false)?).map_err(outside::failure)?;
    }
    let failed = |error: std::io::Error| {
        let text = format!("{}: {}", out.display(), say::cause(&error));
        Failure::new(say::MACHINE, text, "periksa folder tujuan")
    };
    // What is half written does not bear the name of a bundle.
    let unfinished = out.with_extension("zip.baru");
    let file = std::fs::File::create(&unfinished).map_err(failed)?;
    let progress = Progress::new(0, global);
    let report = office.bundle(masa, BufWriter::new(&file), &|done, total| progress.set(done, total));
    let report = match report {
        Ok(report) => report,
        Err(error) => {
            let _gone = std::fs::remove_file(&unfinished);
            return Err(refused(error));
        }
    };
    file.sync_all().map_err(failed)?;
    #[expect(clippy::disallowed_methods, reason = "a copy for the user, synced before it takes its name")]
    std::fs::rename(&unfinished, out).map_err(failed)?;
    let hari = outside::today(office.profile())?;
    let place = std::path::absolute(out).unwrap_or_else(|_| out.to_owned());
    office.remember_bundle(masa, hari, &place.display().to_string()).map_err(outside::failure)?;
    if global.json {
        say::line(
            &serde_json::json!({
                "bundel": out.display().to_string(), "bulan": masa.to_string(), "surat": report.surat,
                "berkas": report.berkas, "ukuran": report.ukuran,
            })
            .to_string(),
        );
    } else {
        say::line(&format!("{}  {} surat, {} berkas", out.display(), report.surat, report.berkas));
    }
    if !global.quiet {
        say::advice("bundel memuat data pribadi tanpa sandi; serahkan hanya kepada yang berhak");
    }
    Ok(say::DONE)
}

#[expect(clippy::wildcard_enum_match_arm, reason = "other errors have their advice already")]
fn refused(error: OfficeError) -> Failure {
    let advice = match &error {
        OfficeError::Bundle(BundleError::NotClosed(masa)) => format!("tutup dahulu: suket close {masa}"),
        OfficeError::Bundle(BundleError::Unsigned(_)) => {
            "tandatangani dengan: suket book checkpoint".to_owned()
        }
        OfficeError::Bundle(BundleError::Destroyed(_)) => {
            "surat bulan itu yang masih disimpan diambil satu per satu: suket get NOMOR --out FILE".to_owned()
        }
        OfficeError::Bundle(BundleError::Missing(_)) => "jalankan suket archive check".to_owned(),
        _ => return outside::failure(error),
    };
    let call = matches!(&error, OfficeError::Bundle(BundleError::NotClosed(_) | BundleError::Destroyed(_)));
    Failure::new(if call { say::CALL } else { say::MACHINE }, error.to_string(), advice)
}
