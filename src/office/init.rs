//! Sets up an archive: profile, keys and certificates, trust file, empty book.

use std::path::Path;

use jiff::civil::Date;

use super::{Office, OfficeError, files};
use crate::archive::{restrict, write_new};
use crate::book::{Book, SqliteBook};
use crate::format::hex;
use crate::format::trust::{SKEMA, TrustFile, TrustedKey};
use crate::keys::{self, Entropy, KeyError, SecretKey, Subject, key_id};
use crate::profile::Profile;

/// Years that a root, and the seal under it, are good for.
const YEARS: i16 = 20;

/// What an office is set up with.
pub struct InitRequest<'a> {
    /// Text of `kantor.toml`.
    pub profile: &'a str,
    /// Today in the office's zone.
    pub date: Date,
    /// Opens all keys of the office.
    pub passphrase: &'a [u8],
    /// Randomness of keys and salts.
    pub entropy: &'a mut dyn Entropy,
}

impl std::fmt::Debug for InitRequest<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InitRequest").field("date", &self.date).finish_non_exhaustive()
    }
}

/// What was set up, and what is still missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitReport {
    /// Needed before a letter can be issued.
    pub kurang: Vec<String>,
    /// Not needed, but better filled in.
    pub sebaiknya: Vec<String>,
}

impl Office {
    /// Sets up an archive in `root`, which must not hold one yet. An incomplete profile is set up all the same; the
    /// report says what is missing.
    pub fn init(root: &Path, request: InitRequest<'_>) -> Result<InitReport, OfficeError> {
        let path = root.join("kantor.toml");
        let book = root.join("buku.sqlite");
        let key_folder = root.join("kunci");
        // Book, keys, profile: in this order they are written. What an earlier `init` left unfinished is an empty book
        // without a profile; it may be finished. Keys without a book are somebody's, and stay.
        let unfinished = book.exists() && !path.exists() && SqliteBook::open(&book)?.leaves()?.is_empty();
        let keys = key_folder.read_dir().is_ok_and(|mut files| files.next().is_some());
        if path.exists() || (book.exists() || keys) && !unfinished {
            return Err(OfficeError::Exists(root.to_owned()));
        }
        let profile = Profile::parse(request.profile)
            .map_err(|source| OfficeError::Profile { path: path.clone(), source })?;
        std::fs::create_dir_all(&key_folder).map_err(files::io(&key_folder))?;
        std::fs::create_dir_all(root.join("sha256")).map_err(files::io(root))?;
        for folder in [root, key_folder.as_path(), root.join("sha256").as_path()] {
            restrict(folder).map_err(files::io(folder))?;
        }
        if !unfinished {
            // An empty file with the right mode first: what the database writes beside it takes the mode over.
            write(&book, &[])?;
            SqliteBook::create(&book)?;
        }
        let kunci = make_keys(&key_folder, &profile, request.date, request.passphrase, request.entropy)?;
        let trust = serde_json::to_string_pretty(&kunci).unwrap_or_default() + "\n";
        write(&key_folder.join("trust.json"), trust.as_bytes())?;
        // The profile comes last: a folder without it holds no office yet.
        write(&path, request.profile.as_bytes())?;
        Ok(InitReport { kurang: profile.missing(true), sebaiknya: profile.unset() })
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), OfficeError> {
    write_new(path, bytes).map_err(files::io(path))
}

fn make_keys(
    folder: &Path,
    profile: &Profile,
    date: Date,
    passphrase: &[u8],
    entropy: &mut dyn Entropy,
) -> Result<TrustFile, OfficeError> {
    let failed = |file: &str| {
        let file = file.to_owned();
        move |source: KeyError| OfficeError::Key { file, source }
    };
    let since = profile.segel_sejak.unwrap_or(date);
    let first = profile.pejabat.iter().filter_map(|official| official.mulai).fold(since, Date::min);
    let last = Date::new(date.year() + YEARS, 12, 31).unwrap_or(date);
    let office = if profile.nama.is_empty() {
        format!("Kecamatan {}", profile.kode_wilayah)
    } else {
        profile.nama.clone()
    };
    let subject = |title: &str, name: &str| Subject {
        office: office.clone(),
        title: title.to_owned(),
        name: name.to_owned(),
    };

    let root_key = SecretKey::generate(entropy);
    let root =
        keys::root(&root_key, &subject("", &format!("Akar {office} {}", profile.kode_wilayah)), first, last)
            .map_err(failed("akar"))?;
    save(folder, "akar", &root_key, &root, passphrase, entropy)?;

    let mut kunci = Vec::new();
    let mut certify = |file: &str, who: &Subject, from: Date, to: Option<Date>| -> Result<(), OfficeError> {
        let key = SecretKey::generate(entropy);
        let end = to.unwrap_or(last).min(last);
        let der = keys::leaf(&root_key, &root, key.public(), who, from, end).map_err(failed(file))?;
        save(folder, file, &key, &der, passphrase, entropy)?;
        let penyegel =
            if who.title.is_empty() { who.name.clone() } else { format!("{}, {}", who.name, who.title) };
        kunci.push(TrustedKey {
            kid: hex(&key_id(&key.public())),
            penyegel,
            mulai: from,
            sampai: to,
            sertifikat: keys::to_pem(&der).map_err(failed(file))?,
        });
        Ok(())
    };
    certify("segel", &subject("", &format!("Segel {office}")), since.min(first), None)?;
    for official in profile.pejabat.iter().filter(|official| official.complete()) {
        let Some(from) = official.mulai else { continue };
        let who = subject(&official.jabatan_lengkap(), &official.nama);
        certify(&official.key_name(), &who, from, official.sampai)?;
    }
    Ok(TrustFile {
        skema: SKEMA.to_owned(),
        versi: 1,
        kantor: profile.kode_wilayah.clone(),
        nama: office.clone(),
        host: profile.host.clone(),
        segel_sejak: since,
        akar: keys::to_pem(&root).map_err(failed("akar"))?,
        kunci,
    })
}

fn save(
    folder: &Path,
    name: &str,
    key: &SecretKey,
    der: &[u8],
    passphrase: &[u8],
    entropy: &mut dyn Entropy,
) -> Result<(), OfficeError> {
    let failed = |source| OfficeError::Key { file: name.to_owned(), source };
    let private = key.to_pem(passphrase, entropy).map_err(failed)?;
    write(&folder.join(format!("{name}.kunci.pem")), private.as_bytes())?;
    let certificate = keys::to_pem(der).map_err(failed)?;
    write(&folder.join(format!("{name}.sertifikat.pem")), certificate.as_bytes())
}
