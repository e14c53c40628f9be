//! `suket sop` and `suket standar`: papers about how the office works. They need no archive; where there is one, its
//! office, emblem and fonts are used.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde_json::json;
use suket::{Assets, Office, Paper, Profile, RenderError, Sop, SopFinding, Standar};

use super::args::Global;
use super::cases::write_file;
use super::outside;
use super::say::{self, Failure};

/// How the paper is to be made.
pub(crate) struct How<'a> {
    pub(crate) out: Option<&'a Path>,
    pub(crate) format: &'a str,
    pub(crate) paper: Option<&'a str>,
}

/// What a paper is made from.
struct Source {
    name: String,
    text: String,
    /// The office whose paper it is, if it is known.
    own: bool,
    profile: Profile,
    office: Option<Office>,
    date: Date,
    /// The office's service standard, to compare with.
    standar: Option<Standar>,
    /// The file that was read, if it was one.
    file: Option<PathBuf>,
}

/// `suket sop`.
pub(crate) fn sop(global: &Global, source: Option<&str>, how: How<'_>) -> Result<u8, Failure> {
    let mut source = find(global, source, "sop.toml", Sop::builtin)?;
    let out = source.target(how.out, &format!("sop.{}", how.format))?;
    match how.paper {
        Some("F4") => source.profile.kertas = Some(Paper::F4),
        Some(_) => source.profile.kertas = Some(Paper::A4),
        None => {}
    }
    let (sop, mut findings) = match Sop::read(&source.text) {
        Ok(read) => read,
        Err(findings) => return Ok(refused(global, &source.name, &findings)),
    };
    findings.extend(sop.compare(source.own.then_some(&source.profile), source.standar.as_ref()));
    let embedded = embedded()?;
    let assets = source.office.as_ref().map_or(&embedded, Office::assets);
    let made = if how.format == "svg" {
        sop.svg(&source.profile, assets).map(String::into_bytes)
    } else {
        let date = sop.sampul.as_ref().and_then(|cover| cover.tanggal).unwrap_or(source.date);
        sop.draw(&source.profile, assets).and_then(|drawing| drawing.pdf(date, &source.profile))
    };
    let bytes = match made {
        Ok(bytes) => bytes,
        Err(RenderError::Sop(finding)) => {
            findings.push(finding);
            return Ok(refused(global, &source.name, &findings));
        }
        Err(error) => return Err(Failure::new(say::MACHINE, error.to_string(), "")),
    };
    tell(global, &source.name, &findings);
    written(global, &out, &bytes, &findings)
}

/// `suket standar`.
pub(crate) fn standar(global: &Global, source: Option<&str>, out: Option<&Path>) -> Result<u8, Failure> {
    let source = find(global, source, "standar.toml", Standar::builtin)?;
    let out = source.target(out, "standar.pdf")?;
    let standar = match Standar::read(&source.text) {
        Ok(standar) => standar,
        Err(findings) => return Ok(refused(global, &source.name, &findings)),
    };
    let embedded = embedded()?;
    let assets = source.office.as_ref().map_or(&embedded, Office::assets);
    let made = standar.pdf(source.date, &source.profile, assets);
    let bytes = made.map_err(|e| Failure::new(say::MACHINE, e.to_string(), ""))?;
    written(global, &out, &bytes, &[])
}

impl Source {
    /// Where the paper goes; never over the file that it is drawn from, by whatever path that is named.
    fn target(&self, out: Option<&Path>, default: &str) -> Result<PathBuf, Failure> {
        let out = out.map_or_else(|| PathBuf::from(default), Path::to_owned);
        let real = |path: &Path| std::fs::canonicalize(path).ok();
        let same = self.file.as_deref().and_then(real).is_some_and(|file| real(&out) == Some(file));
        if same {
            let galat = format!("{}: ini berkas masukan, tidak akan ditimpa", out.display());
            return Err(Failure::new(say::CALL, galat, "beri nama lain pada --out"));
        }
        Ok(out)
    }
}

/// Templates and fonts of the program itself, where there is no archive.
fn embedded() -> Result<Assets, Failure> {
    Assets::new(BTreeMap::new(), 1).map_err(|e| Failure::new(say::MACHINE, e.to_string(), ""))
}

/// Finds the text: a file, a built-in office, or the archive's own (its `templat/`, then what is built in for it).
fn find(
    global: &Global,
    source: Option<&str>,
    file: &str,
    builtin: fn(&str) -> Option<&'static str>,
) -> Result<Source, Failure> {
    let office = if global.archive.join("kantor.toml").is_file() {
        Some(outside::open(global, Some(1))?)
    } else {
        None
    };
    let own = office.as_ref().map(|office| office.profile().clone());
    let id = source.filter(|name| builtin(name).is_some());
    let mut opened = None;
    let mut read = |path: &Path| {
        opened = Some(path.to_owned());
        read(path)
    };
    let (name, text, profile) = match (source, id) {
        (Some(_), Some(id)) => {
            let text = Profile::builtin(id).unwrap_or_default();
            let builtin_profile =
                Profile::parse(text).map_err(|e| Failure::new(say::MACHINE, e.to_string(), ""))?;
            let profile = own.filter(|own| own.id == id).unwrap_or(builtin_profile);
            (format!("{id}/{file}"), builtin(id).unwrap_or_default().to_owned(), Some(profile))
        }
        (Some(path), None) => (path.to_owned(), read(Path::new(path))?, own),
        (None, _) => {
            let advice =
                format!("beri {file}, atau nama kantor bawaan: {}", Profile::builtin_ids().join(", "));
            let profile =
                own.ok_or_else(|| Failure::new(say::CALL, "tidak ada arsip kantor di sini", &advice))?;
            let path = global.archive.join("templat").join(file);
            let (name, text) = if path.is_file() {
                (path.display().to_string(), read(&path)?)
            } else {
                let text = builtin(&profile.id);
                let galat = format!("kantor ini belum punya {file}");
                (
                    format!("{}/{file}", profile.id),
                    text.ok_or_else(|| Failure::new(say::CALL, galat, &advice))?.to_owned(),
                )
            };
            (name, text, Some(profile))
        }
    };
    let standar = profile.as_ref().and_then(|profile| {
        let own = std::fs::read_to_string(global.archive.join("templat/standar.toml")).ok();
        let text = own.filter(|_| id.is_none()).or_else(|| Standar::builtin(&profile.id).map(str::to_owned));
        text.and_then(|text| Standar::read(&text).ok())
    });
    let own = profile.is_some();
    let profile = profile.map_or_else(nobody, Ok)?;
    let date = outside::today(&profile)?;
    Ok(Source { name, text, own, profile, office, date, standar, file: opened })
}

/// A file of an office that is not known here: only paper and time zone are taken from it.
fn nobody() -> Result<Profile, Failure> {
    let text = "id = \"\"\nkode_wilayah = \"00.00\"\nzona_waktu = \"Asia/Jakarta\"\n";
    Profile::parse(text).map_err(|e| Failure::new(say::MACHINE, e.to_string(), ""))
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|e| {
        let galat = format!("{}: {}", path.display(), say::cause(&e));
        Failure::new(say::CALL, galat, "beri berkas TOML, atau nama kantor bawaan")
    })
}

fn tell(global: &Global, name: &str, findings: &[SopFinding]) {
    for finding in findings {
        let text = format!("{name}:{}: {} [{}]", finding.baris, finding.pesan, finding.kode.as_str());
        if finding.refuses() {
            say::message(&text, &finding.saran);
        } else if !global.quiet {
            say::warning(&text, &finding.saran);
        }
    }
}

fn refused(global: &Global, name: &str, findings: &[SopFinding]) -> u8 {
    tell(global, name, findings);
    if global.json {
        say::line(&json!({ "galat": "berkas ditolak", "berkas": name, "temuan": findings }).to_string());
    }
    say::CALL
}

fn written(global: &Global, path: &Path, bytes: &[u8], findings: &[SopFinding]) -> Result<u8, Failure> {
    write_file(path, bytes)?;
    let path = path.display().to_string();
    say::line(&if global.json { json!({ "berkas": path, "temuan": findings }).to_string() } else { path });
    Ok(say::DONE)
}
