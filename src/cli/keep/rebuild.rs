//! `suket archive check --rebuild` and `suket archive mend`.

use suket::{Filter, OfficeError};

use crate::cli::archive::tell;
use crate::cli::args::Global;
use crate::cli::outside::{self, Progress};
use crate::cli::say::{self, Failure};

/// Sets every letter again and compares.
pub(crate) fn check(global: &Global) -> Result<u8, Failure> {
    let office = outside::open(global, Some(1))?;
    let progress = Progress::new(0, global);
    let report = office.check_rebuilding(&|done, total| progress.set(done, total));
    Ok(tell(&report.map_err(outside::failure)?, global))
}

/// Makes lost or damaged letters again and files them.
pub(super) fn mend(global: &Global) -> Result<u8, Failure> {
    let mut office = outside::open(global, Some(1))?;
    let letters = office.list(&Filter::default()).map_err(outside::failure)?;
    let lost = |entry: &&suket::Entry| {
        !entry.musnah && !matches!(office.letter(entry), Ok(Some(_)) | Err(OfficeError::Locked))
    };
    let lost: Vec<suket::Entry> = letters.iter().filter(lost).cloned().collect();
    if lost.is_empty() {
        say::line("tidak ada surat yang hilang atau rusak");
        return Ok(say::DONE);
    }
    let passphrase = outside::passphrase(false)?;
    let mut failed = 0;
    for entry in &lost {
        let signers = office.unlock(passphrase.as_slice(), entry.tanggal).map_err(outside::failure)?;
        // Encrypted again it would have other bytes, and the log names those that it was filed as.
        let made = if entry.objek == entry.sha256 { office.recover(entry, &signers) } else { Ok(None) };
        if let Some(pdf) = made.map_err(outside::failure)? {
            office.refile(entry, &pdf).map_err(outside::failure)?;
            say::line(&format!("{}  disusun lagi", entry.nomor));
        } else {
            failed += 1;
            let why = if entry.objek == entry.sha256 {
                ""
            } else {
                ": berkasnya disandi, dan sandi baru bukan berkas yang dicatat"
            };
            let text = format!("surat {} tidak dapat disusun lagi{why}", entry.nomor);
            say::message(&text, "kembalikan berkasnya dari cadangan: suket archive restore ke folder lain");
        }
    }
    Ok(if failed == 0 { say::DONE } else { say::NOT_GENUINE })
}
