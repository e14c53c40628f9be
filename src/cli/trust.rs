//! Trust files for `suket verify` and `suket key trust`: reading one or a folder of them, remembering versions.

use std::path::{Path, PathBuf};

use suket::{KeyStatus, TrustFile, TrustMemory, Verifier, VerifyError};

use super::args::Global;
use super::say::{self, Failure};

/// What a verifier remembers of a folder of trust files, beside them.
const MEMORY: &str = "terlihat.json";
const RENEW: &str =
    "minta trust.json terbaru dari kantor itu, dan cocokkan sidik akarnya dengan lembar kepercayaan";
const ADVICE: &str = "tunjuk trust.json kantor itu dengan --trust";

/// The trust file of the archive.
pub(crate) fn own(global: &Global) -> PathBuf {
    global.archive.join("kunci").join("trust.json")
}

/// A verifier that trusts a file, or a folder of files. The folder also remembers the highest version seen of each, and
/// an older one is refused.
pub(crate) fn verifier(path: &Path) -> Result<Verifier, Failure> {
    if !path.is_dir() {
        return Verifier::new(&[read(path)?]).map_err(failure);
    }
    let mut paths: Vec<PathBuf> = std::fs::read_dir(path)
        .map_err(|e| unreadable(path, &e))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .filter(|path| path.file_name().is_some_and(|name| name != MEMORY))
        .collect();
    paths.sort();
    if paths.is_empty() {
        let text = format!("{}: tidak ada berkas kepercayaan (*.json)", path.display());
        return Err(Failure::new(say::MACHINE, text, ADVICE));
    }
    let place = path.join(MEMORY);
    let before = match std::fs::read(&place) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(unreadable(&place, &error)),
    };
    let mut memory = TrustMemory::read(&before).map_err(|error| {
        let text = format!("{}: {error}", place.display());
        Failure::new(say::MACHINE, text, "hapus berkas ini hanya bila folder kepercayaan ini milik Anda")
    })?;
    // A file that is damaged or older than one seen before is left out, and said; the other offices are checked.
    let mut usable = Vec::new();
    let mut refused = None;
    for path in &paths {
        let admitted = read(path).and_then(|file| {
            Verifier::remembering(std::slice::from_ref(&file), &mut memory)
                .map(|_| file)
                .map_err(|error| named(path, error))
        });
        match admitted {
            Ok(file) => usable.push(file),
            Err(failure) => refused = Some(failure),
        }
    }
    if let Some(failure) = refused {
        if usable.is_empty() {
            return Err(failure);
        }
        failure.show(false);
    }
    let verifier = Verifier::new(&usable).map_err(failure)?;
    let after = memory.to_json();
    if after.as_bytes() != before {
        remember(&place, &after);
    }
    Ok(verifier)
}

/// Writes the memory whole; a folder that cannot be written to is told, and checking goes on.
fn remember(place: &Path, text: &str) {
    let temporary = place.with_extension("json.baru");
    #[expect(clippy::disallowed_methods, reason = "one small file, written whole before it takes its name")]
    let written = std::fs::write(&temporary, text).and_then(|()| std::fs::rename(&temporary, place));
    if let Err(error) = written {
        let cause = say::cause(&error);
        say::err(&format!(
            "peringatan: {}: {cause}; versi berkas kepercayaan tidak diingat",
            place.display()
        ));
    }
}

fn read(path: &Path) -> Result<TrustFile, Failure> {
    let bytes = std::fs::read(path).map_err(|e| unreadable(path, &e))?;
    Verifier::read_trust(&bytes)
        .map_err(|error| Failure::new(say::MACHINE, format!("{}: {error}", path.display()), ADVICE))
}

fn named(path: &Path, error: VerifyError) -> Failure {
    Failure::new(say::MACHINE, format!("{}: {error}", path.display()), RENEW)
}

pub(crate) fn failure(error: VerifyError) -> Failure {
    let advice =
        "minta trust.json terbaru dari kantor itu, dan cocokkan sidik akarnya dengan lembar kepercayaan";
    Failure::new(say::MACHINE, error.to_string(), advice)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(say::MACHINE, format!("{}: {}", path.display(), say::cause(error)), ADVICE)
}

/// `suket key trust [FILE]`: what the file says, once its signature has been checked.
pub(crate) fn show(global: &Global, file: Option<&Path>) -> Result<u8, Failure> {
    let own = own(global);
    let trust = read(file.unwrap_or(&own))?;
    Verifier::new(std::slice::from_ref(&trust)).map_err(failure)?;
    tell(global, &trust);
    Ok(say::DONE)
}

/// A trust file for people, or as one line of JSON.
pub(crate) fn tell(global: &Global, trust: &TrustFile) {
    if global.json {
        say::line(&serde_json::to_string(trust).unwrap_or_default());
        return;
    }
    say::line(&format!("{} ({}), versi {} tanggal {}", trust.nama, trust.kantor, trust.versi, trust.tanggal));
    say::line(&format!("sidik akar : {}", trust.fingerprint().unwrap_or_default()));
    let named = |text: &str| if text.is_empty() { "-".to_owned() } else { text.to_owned() };
    say::line(&format!("alamat     : {}   telepon: {}", named(&trust.host), named(&trust.telepon)));
    say::line(&format!("menyegel surat sejak {}", trust.segel_sejak));
    for key in &trust.kunci {
        let to = key.sampai.map_or_else(|| "sekarang".to_owned(), |date| date.to_string());
        let state = match (key.status, key.dicabut_sejak) {
            (KeyStatus::Aktif, _) => "aktif".to_owned(),
            (KeyStatus::Dicabut, since) => {
                let since = since.map(|date| date.to_string()).unwrap_or_default();
                format!("DICABUT sejak {since} ({})", key.sebab.as_deref().unwrap_or_default())
            }
        };
        say::line(&format!("{}  {:<34} {} s.d. {to}  {state}", key.kid, key.pemegang, key.mulai));
        say::line(&format!("                  {}", key.penyegel));
    }
}
