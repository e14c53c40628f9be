//! `suket verify`: works without the issuing half.

use std::path::{Path, PathBuf};

use suket::{Putusan, TrustFile, Verdict, Verifier, VerifyError};

use super::args::Global;
use super::say::{self, Failure};

pub(crate) fn run(
    global: &Global,
    files: &[PathBuf],
    trust: Option<&Path>,
    qr: Option<&str>,
) -> Result<u8, Failure> {
    let own = global.archive.join("kunci").join("trust.json");
    let trusted = read_trust(trust.unwrap_or(&own))?;
    let verifier = Verifier::new(&trusted).map_err(failure)?;
    let office = at_hand(global, trust.is_none())?;
    let mut code = say::DONE;
    if let Some(text) = qr {
        return Ok(tell(global, "QR", &verifier.qr(text)));
    }
    for file in files {
        let name = file.display().to_string();
        let bytes = std::fs::read(file).map_err(|e| {
            Failure::new(say::CALL, format!("{name}: {}", say::cause(&e)), "periksa nama berkas")
        })?;
        let verdict = check(&office, &verifier, &bytes).map_err(failure)?;
        code = code.max(tell(global, &name, &verdict));
    }
    Ok(code)
}

fn failure(error: VerifyError) -> Failure {
    Failure::new(
        say::MACHINE,
        error.to_string(),
        "periksa berkas kepercayaan, atau tunjuk yang lain dengan --trust",
    )
}

fn read_trust(path: &Path) -> Result<Vec<TrustFile>, Failure> {
    let advice = "tunjuk trust.json kantor itu dengan --trust";
    let unreadable = |path: &Path, e: std::io::Error| {
        Failure::new(say::MACHINE, format!("{}: {}", path.display(), say::cause(&e)), advice)
    };
    let mut paths = vec![path.to_owned()];
    if path.is_dir() {
        paths = std::fs::read_dir(path)
            .map_err(|e| unreadable(path, e))?
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
            .collect();
        paths.sort();
    }
    paths
        .iter()
        .map(|path| {
            let bytes = std::fs::read(path).map_err(|e| unreadable(path, e))?;
            Verifier::read_trust(&bytes).map_err(failure)
        })
        .collect()
}

fn tell(global: &Global, name: &str, verdict: &Verdict) -> u8 {
    if global.json {
        say::line(&serde_json::to_string(verdict).unwrap_or_default());
    } else {
        say::line(&format!("{name}: {}", verdict.putusan.sentence()));
        if let Some(facts) = &verdict.fakta {
            let born = facts.lahir.map(|date| date.to_string());
            let nik = facts.nik_akhir.map(|last| format!("************{last:04}"));
            let rows = [
                ("Nomor", Some(facts.nomor.clone())),
                ("Tanggal", Some(facts.tanggal.to_string())),
                ("Jenis", Some(facts.jenis.clone())),
                ("Nama", Some(facts.nama.clone())),
                ("Tanggal lahir", born),
                ("NIK", nik),
                ("Kantor", Some(facts.kantor.clone())),
                ("Penyegel", verdict.penyegel.clone()),
            ];
            for (label, value) in rows.into_iter().filter_map(|(label, value)| Some((label, value?))) {
                say::line(&format!("  {label:<14}: {value}"));
            }
        }
        for what in &verdict.dasar {
            say::line(&format!("  diperiksa: {what}"));
        }
        for what in &verdict.tidak_diperiksa {
            say::line(&format!("  TIDAK diperiksa: {what}"));
        }
    }
    if verdict.putusan == Putusan::Asli { say::DONE } else { say::NOT_GENUINE }
}

/// The office's own archive with its book, if letters are checked there.
#[cfg(feature = "terbit")]
type AtHand = Option<suket::Office>;
#[cfg(not(feature = "terbit"))]
type AtHand = Option<std::convert::Infallible>;

#[cfg(feature = "terbit")]
fn at_hand(global: &Global, own: bool) -> Result<AtHand, Failure> {
    if !own {
        return Ok(None);
    }
    // A book that is there but cannot be read must not pass as "no book at hand".
    match suket::Office::open(&global.archive, 1) {
        Ok(office) => Ok(Some(office)),
        Err(suket::OfficeError::NoOffice(_)) => Ok(None),
        Err(error) => Err(super::outside::failure(error)),
    }
}

#[cfg(feature = "terbit")]
fn check(office: &AtHand, verifier: &Verifier, bytes: &[u8]) -> Result<Verdict, VerifyError> {
    match office {
        Some(office) => office.verify(verifier, bytes),
        None => verifier.pdf(bytes, None),
    }
}

#[cfg(not(feature = "terbit"))]
#[expect(clippy::unnecessary_wraps, reason = "same form as with the issuing half")]
fn at_hand(_: &Global, _: bool) -> Result<AtHand, Failure> {
    Ok(None)
}

#[cfg(not(feature = "terbit"))]
#[expect(clippy::trivially_copy_pass_by_ref, reason = "same form as with the issuing half")]
fn check(_: &AtHand, verifier: &Verifier, bytes: &[u8]) -> Result<Verdict, VerifyError> {
    verifier.pdf(bytes, None)
}
