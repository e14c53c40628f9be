//! `suket demo`: a demonstration office, one of everything, all of it verified.

use std::path::{Path, PathBuf};

use jiff::ToSpan;
use jiff::civil::Date;
use suket::{
    Bulan, By, Cetakan, InitRequest, IssueRequest, Masa, Office, Outcome, Profile, Putusan, RawCase, Signers,
    Sop, Standar, Verifier,
};

use super::args::Global;
use super::cases::write_file;
use super::say::{self, Failure};
use super::{outside, print};

/// Invented people, one case for each kind of paper.
const CASES: [(&str, &str); 4] = [
    ("keterangan-perekaman.toml", include_str!("../../templates/contoh/keterangan-perekaman.toml")),
    ("rekomendasi.toml", include_str!("../../templates/contoh/rekomendasi.toml")),
    ("tanda-terima.toml", include_str!("../../templates/contoh/tanda-terima.toml")),
    ("pengembalian.toml", include_str!("../../templates/contoh/pengembalian.toml")),
];
const PASSPHRASE: &str = "hanya-untuk-contoh";

pub(crate) fn run(global: &Global, dir: Option<&Path>) -> Result<u8, Failure> {
    let folder = dir.map_or_else(temporary, Path::to_owned);
    let archive = folder.join("archive");
    let io = |path: &Path, e: std::io::Error| {
        Failure::new(say::MACHINE, format!("{}: {}", path.display(), say::cause(&e)), "pilih folder lain")
    };
    std::fs::create_dir_all(folder.join("surat")).map_err(|e| io(&folder, e))?;
    std::fs::create_dir_all(folder.join("kasus")).map_err(|e| io(&folder, e))?;
    std::fs::create_dir_all(folder.join("buku")).map_err(|e| io(&folder, e))?;
    // The first key of the file: everything that follows a table would belong to it.
    let profile = format!("contoh = true\n{}", Profile::builtin("candi-laras-utara").unwrap_or_default());
    let parsed = Profile::parse(&profile).map_err(|e| Failure::new(say::MACHINE, e.to_string(), ""))?;
    let date = outside::today(&parsed)?;
    let passphrase = PASSPHRASE.as_bytes();
    let set_up = Office::init(
        &archive,
        InitRequest { profile: &profile, date, passphrase, entropy: &mut outside::entropy },
    )
    .map_err(outside::failure)?;
    write_file(&folder.join("kata-sandi.txt"), format!("{PASSPHRASE}\n").as_bytes())?;

    let mut office = Office::open(&archive, 2).map_err(outside::failure)?;
    let mut cases = Vec::new();
    for (name, text) in CASES {
        // Dates of the examples follow the clock, so that a demonstration is never about the future.
        let text = text.replace("2026-11-20", &date.yesterday().unwrap_or(date).to_string());
        write_file(&folder.join("kasus").join(name), text.as_bytes())?;
        cases.extend(RawCase::read(name, text.as_bytes()).unwrap_or_default());
    }
    let signers = office.unlock(passphrase, date).map_err(outside::failure)?;
    let by = By { tanggal: date, oleh: "petugas contoh" };
    for raw in &cases {
        office.apply(&raw.case, &mut outside::entropy, by).map_err(outside::failure)?;
    }
    let outcomes = office
        .issue(IssueRequest { cases, date, signers: &signers, skip_invalid: false, progress: &|| {} })
        .map_err(outside::failure)?;
    office.settle().map_err(outside::failure)?;

    let trust = office.trust().map_err(outside::failure)?;
    let verifier = Verifier::new(&[trust]).map_err(|e| Failure::new(say::MACHINE, e.to_string(), ""))?;
    let mut code = say::DONE;
    for ((name, _), outcome) in CASES.iter().zip(&outcomes) {
        let Outcome::Issued(letter) = outcome else {
            say::err(&format!("galat: {name} ditolak: {outcome:?}"));
            code = say::MACHINE;
            continue;
        };
        let pdf = letter.pdf.as_deref().unwrap_or_default();
        let path = folder.join("surat").join(name.replace(".toml", ".pdf"));
        write_file(&path, pdf)?;
        let verdict =
            office.verify(&verifier, pdf).map_err(|e| Failure::new(say::MACHINE, e.to_string(), ""))?;
        if verdict.putusan != Putusan::Asli {
            code = say::NOT_GENUINE;
        }
        if global.json {
            say::line(
                &super::issue::entry_json(
                    &letter.entry,
                    date,
                    Some(&path.display().to_string()),
                    &letter.warnings,
                )
                .to_string(),
            );
        } else {
            say::line(&format!(
                "{:<36}  {}  {}",
                letter.entry.nomor,
                path.display(),
                verdict.putusan.sentence()
            ));
        }
    }
    if let Some(Outcome::Issued(letter)) = outcomes.first() {
        office
            .hand_over(&letter.entry, "SITI CONTOH NURHALIZA", &mut outside::entropy, by)
            .map_err(outside::failure)?;
        let receipt = office.receipt(&letter.entry).map_err(outside::failure)?.unwrap_or_default();
        write_file(&folder.join("surat/keterangan-perekaman.tlog-proof"), receipt.as_bytes())?;
    }
    close_last_month(global, &folder, &mut office, &signers, by)?;
    books(global, &folder, &office, date)?;
    for_verifiers(global, &folder, &office)?;
    about_the_work(global, &folder, &office, date)?;
    code = code.max(super::keep::demo(global, &folder, &mut office, (&set_up.pemulihan, date))?);
    if !global.quiet {
        let archive = archive.display();
        say::err(&format!(
            "arsip contoh: {archive}\nkata sandi : {}",
            folder.join("kata-sandi.txt").display()
        ));
        say::err(&format!("coba juga  : suket --archive {archive} list"));
    }
    Ok(code)
}

/// The month before is closed: its register is sealed, and the log is signed.
fn close_last_month(
    global: &Global,
    folder: &Path,
    office: &mut Office,
    signers: &Signers,
    by: By<'_>,
) -> Result<(), Failure> {
    let Ok(last) = by.tanggal.checked_sub(1.month()).map(Bulan::of) else { return Ok(()) };
    office.close(last, signers, by).map_err(outside::failure)?;
    let path = folder.join("buku").join(format!("register-{last}.pdf"));
    write_file(&path, &office.closed_register(last).map_err(outside::failure)?.unwrap_or_default())?;
    if let Some((newest, _)) = office.checkpoint().map_err(outside::failure)? {
        write_file(&folder.join("buku/titik-periksa.txt"), newest.isi.as_bytes())?;
    }
    if !global.json {
        say::line(&format!("{:<36}  {}", format!("register {last}, ditutup"), path.display()));
    }
    Ok(())
}

/// Every book that an office prints, and the register as a spreadsheet.
fn books(global: &Global, folder: &Path, office: &Office, date: Date) -> Result<(), Failure> {
    let (year, month) = (date.year(), date.month());
    let register = office.register(year, month).map_err(outside::failure)?;
    let agenda = office.numbers(Masa::Tahun(year)).map_err(outside::failure)?.agenda();
    let dispatch = office.dispatch(year, month).map_err(outside::failure)?;
    let applications = office.applications_book(year, month).map_err(outside::failure)?;
    let stempel = office.stempel().map_err(outside::failure)?;
    let cetakan = Cetakan { stempel, ..Cetakan::default() };
    for buku in [register.buku(), agenda, dispatch, applications, register.rekapitulasi()] {
        let path = folder.join("buku").join(print::file_name(&buku, "pdf"));
        write_file(&path, &office.book_pdf(&buku, &cetakan).map_err(outside::failure)?)?;
        if !global.json {
            say::line(&format!("{:<36}  {}", buku.judul.to_lowercase(), path.display()));
        }
    }
    let table = register.buku();
    let xlsx = table.xlsx().map_err(|e| outside::failure(e.into()))?;
    write_file(&folder.join("buku").join(print::file_name(&table, "xlsx")), &xlsx)
}

/// What those who check letters get: the printed sheet, and the check page for a web site.
fn for_verifiers(global: &Global, folder: &Path, office: &Office) -> Result<(), Failure> {
    let sheet = folder.join("lembar-kepercayaan.pdf");
    write_file(&sheet, &office.trust_sheet().map_err(outside::failure)?)?;
    let page = folder.join("situs");
    super::keys::write_page(&page, office.check_page(Vec::new()).map_err(outside::failure)?)?;
    if !global.json {
        say::line(&format!("{:<36}  {}", "lembar kepercayaan", sheet.display()));
        say::line(&format!("{:<36}  {}", "halaman periksa", page.join("v/index.html").display()));
    }
    Ok(())
}

/// How the office works: its SOP with the flowchart, and its service standard.
fn about_the_work(global: &Global, folder: &Path, office: &Office, date: Date) -> Result<(), Failure> {
    let (profile, assets) = (office.profile(), office.assets());
    let wrong = |text: String| Failure::new(say::MACHINE, text, "");
    let read = Sop::read(Sop::builtin(&profile.id).unwrap_or_default());
    let (sop, _) = read.map_err(|findings| wrong(format!("sop.toml: {findings:?}")))?;
    let drawing = sop.draw(profile, assets).map_err(|e| wrong(e.to_string()))?;
    let standar = Standar::read(Standar::builtin(&profile.id).unwrap_or_default());
    let standar = standar.map_err(|findings| wrong(format!("standar.toml: {findings:?}")))?;
    let papers = [
        ("SOP", "sop.pdf", drawing.pdf(date, profile)),
        ("standar pelayanan", "standar.pdf", standar.pdf(date, profile, assets)),
    ];
    for (name, file, pdf) in papers {
        let path = folder.join(file);
        write_file(&path, &pdf.map_err(|e| wrong(e.to_string()))?)?;
        if !global.json {
            say::line(&format!("{name:<36}  {}", path.display()));
        }
    }
    Ok(())
}

fn temporary() -> PathBuf {
    let mut name = [0; 4];
    outside::entropy(&mut name);
    std::env::temp_dir().join(format!("suket-demo-{}", super::issue::hex(&name)))
}
