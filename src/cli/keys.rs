//! `suket key`: keys, tenures, the trust file.

use std::path::Path;

use suket::{KeyChange, KeyReport, KeyRequest, Office, TrustFile, Verifier};

use super::args::{Global, KeyCommand, RootKey};
use super::keep::backup;
use super::say::{self, Failure};
use super::{outside, trust};

pub(crate) fn run(global: &Global, what: &KeyCommand) -> Result<u8, Failure> {
    let today = |office: &Office| outside::today(office.profile());
    match what {
        KeyCommand::List => {
            let office = outside::open(global, Some(1))?;
            trust::tell(global, &office.trust().map_err(outside::failure)?);
            Ok(say::DONE)
        }
        KeyCommand::Create { root, recovery } => {
            change(global, root, recovery.as_deref(), |_| Ok(KeyChange::Create))
        }
        KeyCommand::Rotate { holder, date, token, root } => change(global, root, None, |office| {
            let mulai = date.map_or_else(|| today(office), Ok)?;
            Ok(KeyChange::Rotate { pemegang: holder.clone(), mulai, di_token: *token })
        }),
        KeyCommand::Revoke { key, since, reason, root } => change(global, root, None, |office| {
            Ok(KeyChange::Revoke {
                kunci: key.clone(),
                sejak: since.map_or_else(|| today(office), Ok)?,
                sebab: reason.clone(),
            })
        }),
        KeyCommand::Trust { file, out, sheet, page } => {
            if out.is_none() && sheet.is_none() && page.is_none() {
                return trust::show(global, file.as_deref());
            }
            write(global, out.as_deref(), sheet.as_deref(), page.as_deref())
        }
    }
}

fn change(
    global: &Global,
    root: &RootKey,
    recovery: Option<&Path>,
    what: impl FnOnce(&Office) -> Result<KeyChange, Failure>,
) -> Result<u8, Failure> {
    let mut office = outside::open(global, Some(1))?;
    let change = what(&office)?;
    let date = outside::today(office.profile())?;
    let root = root.file.as_deref().map(read_root).transpose()?;
    let passphrase = outside::passphrase(false)?;
    let in_token = matches!(change, KeyChange::Rotate { di_token: true, .. });
    let pin = in_token.then(outside::pin).transpose()?;
    let makes_recovery =
        change == KeyChange::Create && !office.has_recovery_key().map_err(outside::failure)?;
    let recovery = makes_recovery.then(|| backup::recovery_path(&global.archive, recovery)).transpose()?;
    let profile = office.profile().clone();
    let request = KeyRequest {
        change,
        date,
        passphrase: &passphrase,
        root: root.as_ref().map(|pem| pem.as_str()),
        pin: pin.as_ref().map(|pin| pin.as_str()),
        entropy: &mut outside::entropy,
    };
    let hand_out = |identity: &suket::Identity| {
        recovery.as_deref().map_or(Ok(()), |path| suket::write_recovery(path, identity, &profile))
    };
    let report = office.change_keys_handing_out(request, hand_out).map_err(outside::failure)?;
    if let Some(path) = &recovery {
        backup::tell_recovery(path);
    }
    tell(global, &report);
    Ok(say::DONE)
}

fn read_root(path: &Path) -> Result<zeroize::Zeroizing<String>, Failure> {
    std::fs::read_to_string(path).map(zeroize::Zeroizing::new).map_err(|e| {
        Failure::new(say::CALL, format!("{}: {}", path.display(), say::cause(&e)), "periksa --root")
    })
}

fn tell(global: &Global, report: &KeyReport) {
    if global.json {
        say::line(&serde_json::to_string(&report.trust).unwrap_or_default());
    } else if !report.berubah {
        say::line("tidak ada yang perlu diubah");
    } else {
        for key in &report.baru {
            say::line(&format!("kunci baru: {}  {}  mulai {}", key.kid, key.penyegel, key.mulai));
        }
        for kid in &report.dicabut {
            say::line(&format!("kunci dicabut: {kid}"));
        }
        say::line(&format!("berkas kepercayaan versi {}", report.trust.versi));
    }
    for nomor in &report.terkena {
        say::warning(
            &format!("surat {nomor} disegel dengan kunci yang kini tidak berlaku pada hari surat itu"),
            "",
        );
    }
    if !global.quiet {
        report.saran.iter().for_each(|text| say::advice(text));
    }
}

/// Trust files of other offices that share the page's folder. Each is checked before it is taken over.
fn standing(folder: &Path) -> Result<Vec<TrustFile>, Failure> {
    let path = folder.join("v").join("kantor.json");
    let Ok(bytes) = std::fs::read(&path) else { return Ok(Vec::new()) };
    let wrong = |text: String| {
        Failure::new(say::CALL, format!("{}: {text}", path.display()), "pindahkan berkas itu, lalu ulangi")
    };
    let files: Vec<TrustFile> = serde_json::from_slice(&bytes).map_err(|e| wrong(e.to_string()))?;
    Verifier::new(&files).map_err(|e| wrong(e.to_string()))?;
    Ok(files)
}

/// Writes what verifiers need: the trust file, the printable sheet, the check page.
fn write(
    global: &Global,
    out: Option<&Path>,
    sheet: Option<&Path>,
    page: Option<&Path>,
) -> Result<u8, Failure> {
    let office = outside::open(global, Some(1))?;
    let trust = office.trust().map_err(outside::failure)?;
    if let Some(path) = out {
        let text = serde_json::to_string_pretty(&trust).unwrap_or_default() + "\n";
        super::cases::write_file(path, text.as_bytes())?;
        say::line(&path.display().to_string());
    }
    if let Some(path) = sheet {
        let pdf = office.trust_sheet().map_err(outside::failure)?;
        super::cases::write_file(path, &pdf)?;
        say::line(&path.display().to_string());
    }
    if let Some(folder) = page {
        write_page(folder, office.check_page(standing(folder)?).map_err(outside::failure)?)?;
        say::line(&folder.join("v/index.html").display().to_string());
    }
    Ok(say::DONE)
}

/// Writes the files of the check page below a folder.
pub(crate) fn write_page(folder: &Path, files: Vec<(&'static str, Vec<u8>)>) -> Result<(), Failure> {
    for (name, bytes) in files {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(|e| {
                let text = format!("{}: {}", parent.display(), say::cause(&e));
                Failure::new(say::CALL, text, "pilih folder lain")
            })?;
        }
        super::cases::write_file(&path, &bytes)?;
    }
    Ok(())
}
