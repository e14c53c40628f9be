//! Reading case files, telling findings, `check` and `preview`.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde_json::json;
use suket::{Finding, Office, Place, RawCase, any_refuses};

use super::args::Global;
use super::outside;
use super::say::{self, Failure};

/// Reads all case files of a call.
pub(crate) fn read(files: &[PathBuf]) -> Result<Vec<RawCase>, Failure> {
    let mut cases = Vec::new();
    for file in files {
        let name = file.display().to_string();
        let bytes = std::fs::read(file).map_err(|e| {
            Failure::new(say::CALL, format!("{name}: {}", say::cause(&e)), "periksa nama berkas kasus")
        })?;
        let read = RawCase::read(&name, &bytes).ok_or_else(|| {
            let advice = "gunakan .toml atau .json (satu kasus), .jsonl, .csv atau .xlsx (banyak)";
            Failure::new(say::CALL, format!("{name}: jenis berkas tidak dikenal"), advice)
        })?;
        cases.extend(read);
    }
    Ok(cases)
}

/// Tells findings: `galat: kasus.toml:9: …` with advice.
pub(crate) fn tell(place: &Place, findings: &[Finding], quiet: bool) {
    for finding in findings {
        let text = format!("{}: {} [{}]", place.of(&finding.bidang), finding.pesan, finding.kode.as_str());
        if finding.refuses() {
            say::message(&text, &finding.saran);
        } else if !quiet {
            say::warning(&text, &finding.saran);
        }
    }
}

/// The line of a refused case for machines.
pub(crate) fn refused_json(place: &Place, galat: &str, findings: &[Finding]) -> String {
    json!({ "galat": galat, "berkas": place.file, "baris": place.row, "temuan": findings }).to_string()
}

fn check_one(office: &Office, raw: RawCase, date: Date) -> Result<Vec<Finding>, Vec<Finding>> {
    office.check(raw, date).map(|checked| checked.warnings().to_vec())
}

/// `suket check`.
pub(crate) fn check(global: &Global, files: &[PathBuf], date: Option<Date>) -> Result<u8, Failure> {
    let cases = read(files)?;
    let office = outside::open(global, Some(1))?;
    let date = date.map_or_else(|| outside::today(office.profile()), Ok)?;
    let mut refused = 0;
    let total = cases.len();
    for raw in cases {
        let place = raw.place.clone();
        let findings = check_one(&office, raw, date).unwrap_or_else(|findings| findings);
        tell(&place, &findings, global.quiet);
        let bad = any_refuses(&findings);
        refused += usize::from(bad);
        if global.json {
            let line = if bad {
                refused_json(&place, "kasus ditolak", &findings)
            } else {
                json!({ "berkas": place.file, "baris": place.row, "temuan": findings }).to_string()
            };
            say::line(&line);
        }
    }
    if !global.quiet {
        say::err(&format!("{total} kasus diperiksa, {refused} ditolak"));
    }
    Ok(if refused == 0 { say::DONE } else { say::CALL })
}

/// `suket preview`.
pub(crate) fn preview(global: &Global, case: &Path, out: &Path, date: Option<Date>) -> Result<u8, Failure> {
    let mut cases = read(&[case.to_owned()])?;
    let office = outside::open(global, Some(1))?;
    let date = date.map_or_else(|| outside::today(office.profile()), Ok)?;
    let (Some(raw), true) = (cases.pop(), cases.is_empty()) else {
        return Err(Failure::new(
            say::CALL,
            "pratinjau hanya untuk satu kasus",
            "beri satu berkas .toml atau .json",
        ));
    };
    let place = raw.place.clone();
    let checked = match office.check(raw, date) {
        Ok(checked) => checked,
        Err(findings) => {
            tell(&place, &findings, global.quiet);
            if global.json {
                say::line(&refused_json(&place, "kasus ditolak", &findings));
            }
            return Ok(say::CALL);
        }
    };
    tell(&place, checked.warnings(), global.quiet);
    let pdf = office.preview(&checked).map_err(outside::failure)?;
    write_file(out, &pdf)?;
    if global.json {
        say::line(&json!({ "pdf": out.display().to_string(), "temuan": checked.warnings() }).to_string());
    }
    Ok(say::DONE)
}

/// Writes a file where the user wants it.
pub(crate) fn write_file(out: &Path, bytes: &[u8]) -> Result<(), Failure> {
    #[expect(clippy::disallowed_methods, reason = "a copy for the user; the durable one is in the archive")]
    std::fs::write(out, bytes).map_err(|e| {
        Failure::new(say::MACHINE, format!("{}: {}", out.display(), say::cause(&e)), "periksa folder tujuan")
    })
}
