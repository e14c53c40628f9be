//! What keeps the archive, as `suket demo` shows it: a bundle of the closed month, and a backup that is proved.

use std::path::Path;

use jiff::ToSpan;
use jiff::civil::Date;
use suket::{BackupRequest, Bulan, Identity, Office, Putusan, Verifier, write_recovery};

use crate::cli::args::Global;
use crate::cli::cases::write_file;
use crate::cli::outside;
use crate::cli::say::{self, Failure};

/// Makes both below `folder`, checks them, and says where they are.
pub(crate) fn keep(
    global: &Global,
    folder: &Path,
    office: &mut Office,
    (recovery, today): (&Identity, Date),
) -> Result<u8, Failure> {
    let wrong = |text: String| Failure::new(say::MACHINE, text, "");
    let mut good = true;
    if let Ok(last) = today.checked_sub(1.month()).map(Bulan::of) {
        let mut zip = Vec::new();
        office.bundle(last, &mut zip, &|_, _| {}).map_err(outside::failure)?;
        let trust = office.trust().map_err(outside::failure)?;
        let verdict = Verifier::new(&[trust]).and_then(|verifier| verifier.bundle(&zip));
        good &= verdict.map_err(|e| wrong(e.to_string()))?.putusan == Putusan::Asli;
        let path = folder.join(format!("bundel-{last}.zip"));
        write_file(&path, &zip)?;
        tell(global, &format!("bundel {last}"), &path);
    }
    let key = folder.join("kunci-pemulihan.txt");
    write_recovery(&key, recovery, office.profile()).map_err(outside::failure)?;
    let tujuan = folder.join("cadangan");
    let entropy = &mut outside::entropy;
    let request = BackupRequest { tujuan: &tujuan, hari: today, polos: false, entropy, progress: &|_, _| {} };
    office.backup(request).map_err(outside::failure)?;
    let place = folder.join("bukti-cadangan");
    let proof = office.prove_backup(&tujuan, Some(recovery), &place, &|_, _| {}).map_err(outside::failure)?;
    good &= !proof.pemeriksaan.damaged();
    std::fs::remove_dir_all(&place).map_err(|e| wrong(e.to_string()))?;
    tell(global, "cadangan, dipulihkan sebagai bukti", &tujuan);
    Ok(if good { say::DONE } else { say::NOT_GENUINE })
}

fn tell(global: &Global, what: &str, path: &Path) {
    if !global.json {
        say::line(&format!("{what:<36}  {}", path.display()));
    }
}
