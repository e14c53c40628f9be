//! `suket issue`.

use std::path::Path;

use jiff::civil::Date;
use serde_json::{Value, json};
use suket::{Agenda, Entry, Finding, IssueRequest, Issued, Office, Outcome, Place, RawCase, Secrets, Status};

use super::args::{Global, Issue};
use super::cases::{self, refused_json, tell};
use super::outside::{self, Progress};
use super::say::{self, Failure};

pub(crate) fn run(global: &Global, call: &Issue) -> Result<u8, Failure> {
    let cases = cases::read(&call.cases)?;
    let mut office = outside::open(global, call.workers)?;
    let date = call.date.map_or_else(|| by_clock(&office, &cases), Ok)?;
    let places: Vec<Place> = cases.iter().map(|raw| raw.place.clone()).collect();
    if let Some(folder) = &call.out {
        std::fs::create_dir_all(folder).map_err(|e| {
            Failure::new(say::CALL, format!("{}: {}", folder.display(), say::cause(&e)), "periksa --out")
        })?;
    }
    // A batch that would be refused as a whole need not ask for a passphrase. A case with a request key may have its
    // letter already, so only issuing itself can judge it.
    let judged = |raw: &&suket::RawCase| raw.case.kunci_permintaan.is_none();
    let refused = cases.iter().filter(judged).any(|raw| office.check(raw.clone(), date).is_err());
    let signers = if refused && !call.skip_invalid {
        None
    } else {
        let passphrase = outside::passphrase(false)?;
        let needs_pin = office.needs_pin(date).map_err(outside::failure)?;
        let pin = needs_pin.then(outside::pin).transpose()?;
        let secrets = Secrets { passphrase: &passphrase, pin: pin.as_ref().map(|pin| pin.as_str()) };
        Some(office.unlock(secrets, date).map_err(outside::failure)?)
    };
    let Some(signers) = signers else {
        return Ok(tell_refused(global, &office, cases, date));
    };
    let progress = Progress::new(cases.len(), global);
    let outcomes = office
        .issue(IssueRequest {
            cases,
            date,
            signers: &signers,
            skip_invalid: call.skip_invalid,
            progress: &|| progress.step(),
        })
        .map_err(outside::failure)?;
    let code = acknowledge(global, &places, &outcomes, call.out.as_deref(), &office);
    // The letters are durable in the book already; a failure here is mended by the next start.
    match office.settle() {
        // The disk is not to be trusted any more: said as a failure, although the letters are out.
        Err(error) if error.is_unsynced() => {
            say::err("surat sudah terbit dan tercatat di buku, tetapi belum dipindah ke arsip");
            return Err(outside::failure(error));
        }
        Err(error) => say::warning(
            &format!("surat sudah terbit, tetapi belum dipindah ke arsip: {error}"),
            "jalankan suket archive check",
        ),
        Ok(_) => {}
    }
    code
}

fn tell_refused(global: &Global, office: &Office, cases: Vec<suket::RawCase>, date: jiff::civil::Date) -> u8 {
    for raw in cases {
        let place = raw.place.clone();
        let (galat, findings) = match office.check(raw, date) {
            Err(findings) => ("kasus ditolak", findings),
            Ok(checked) => ("kasus lain dalam kumpulan ini ditolak", checked.warnings().to_vec()),
        };
        tell(&place, &findings, global.quiet);
        if global.json {
            say::line(&refused_json(&place, galat, &findings));
        }
    }
    say::err("tidak ada yang diberi nomor");
    say::CALL
}

fn acknowledge(
    global: &Global,
    places: &[Place],
    outcomes: &[Outcome],
    out: Option<&Path>,
    office: &Office,
) -> Result<u8, Failure> {
    let today = outside::today(office.profile())?;
    let (mut issued, mut refused) = (0_u32, 0_u32);
    let mut failed = None;
    for (outcome, place) in outcomes.iter().zip(places) {
        match outcome {
            Outcome::Issued(letter) => {
                issued += 1;
                let pdf = match out.map(|folder| save(folder, letter, office)).transpose() {
                    Ok(pdf) => pdf,
                    Err(failure) => {
                        failed = Some(failure);
                        None
                    }
                };
                tell(place, &letter.warnings, global.quiet);
                if global.json {
                    say::line(
                        &entry_json(&letter.entry, today, pdf.as_deref(), &letter.warnings).to_string(),
                    );
                } else {
                    say::line(format!("{}  {}", letter.entry.nomor, pdf.unwrap_or_default()).trim_end());
                }
            }
            Outcome::Refused(findings) | Outcome::HeldBack(findings) => {
                let held = matches!(outcome, Outcome::HeldBack(_));
                refused += 1;
                tell(place, findings, global.quiet);
                if global.json {
                    let galat = if held { "kasus lain dalam kumpulan ini ditolak" } else { "kasus ditolak" };
                    say::line(&refused_json(place, galat, findings));
                }
            }
        }
    }
    if !global.quiet {
        say::err(&format!("{issued} surat terbit, {refused} ditolak"));
    }
    match failed {
        Some(failure) => Err(failure),
        // 2 says that nothing was numbered; what was refused beside good cases stands in the output.
        None => Ok(if refused == 0 || issued > 0 { say::DONE } else { say::CALL }),
    }
}

/// Writes the PDF of a letter under a name without personal data.
fn save(folder: &Path, letter: &Issued, office: &Office) -> Result<String, Failure> {
    let entry = &letter.entry;
    let path = folder.join(file_name(entry));
    let kept;
    let bytes = if let Some(bytes) = &letter.pdf {
        bytes
    } else {
        kept = office.letter(entry).map_err(outside::failure)?.ok_or_else(|| {
            let text = format!("berkas surat {} tidak ada di arsip", entry.nomor);
            Failure::new(say::MACHINE, text, "jalankan suket archive check")
        })?;
        &kept
    };
    cases::write_file(&path, bytes)?;
    Ok(path.display().to_string())
}

/// The date by the computer's clock, unless the clock is not to be believed.
fn by_clock(office: &Office, cases: &[RawCase]) -> Result<Date, Failure> {
    let today = outside::today(office.profile())?;
    office.date_of(cases, today).map_err(outside::failure)?.map_err(|error| {
        let advice = "periksa jam komputer; bila tanggal itu benar, ulangi dengan --date YYYY-MM-DD";
        Failure::new(say::CALL, error.to_string(), advice)
    })
}

fn file_name(entry: &Entry) -> String {
    let dot = if entry.sisipan.is_empty() { "" } else { "." };
    format!("{}-{}-{:04}{dot}{}.pdf", entry.seri, entry.tahun, entry.urut, entry.sisipan)
}

/// A letter for machines, as it is today. Keys that few letters have stand only with them.
pub(crate) fn entry_json(entry: &Entry, today: Date, pdf: Option<&str>, findings: &[Finding]) -> Value {
    let mut value = json!({
        "nomor": entry.nomor,
        "urut": entry.urut,
        "seri": entry.seri,
        "tahun": entry.tahun,
        "tanggal": entry.tanggal.to_string(),
        "jenis": entry.jenis,
        "status": status(entry.status_on(today)),
        "sha256": hex(&entry.sha256),
        "objek": hex(&entry.objek),
        "pdf": pdf,
        "temuan": findings,
    });
    let Some(map) = value.as_object_mut() else { return value };
    if !entry.sisipan.is_empty() {
        map.insert("sisipan".to_owned(), json!(entry.sisipan));
        map.insert("alasan_sisipan".to_owned(), json!(entry.alasan_sisipan));
    }
    if let Some(Agenda { seri, urut, nomor, .. }) = &entry.agenda {
        map.insert("agenda".to_owned(), json!({ "nomor": nomor, "seri": seri, "urut": urut }));
    }
    value
}

pub(crate) fn status(status: Status) -> &'static str {
    match status {
        Status::Berlaku => "berlaku",
        Status::Batal => "batal",
        Status::Diganti => "diganti",
        Status::Kedaluwarsa => "kedaluwarsa",
        Status::Dimusnahkan => "dimusnahkan",
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
