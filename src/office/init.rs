//! Sets up an archive: profile, keys and certificates, trust file, empty book.

use std::path::Path;

use jiff::civil::Date;

use super::{Office, OfficeError, backup, custody, files, locked, recovery};
use crate::archive::{restrict, sync_folder, write_new};
use crate::book::{Book, SqliteBook};
use crate::keys::Entropy;
use crate::profile::Profile;
use crate::vault::Identity;

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
    /// The recovery key, told this once: it opens backups, and is kept away from the office.
    pub pemulihan: Identity,
}

impl Office {
    /// Sets up an archive in `root`, which must not hold one yet. An incomplete profile is set up all the same; the
    /// report says what is missing.
    pub fn init(root: &Path, request: InitRequest<'_>) -> Result<InitReport, OfficeError> {
        Self::init_handing_out(root, request, |_| Ok(()))
    }

    /// The same; `hand_out` takes the recovery key away before the folder is an office. What stops it then has left no office
    /// whose recovery key nobody holds.
    pub fn init_handing_out(
        root: &Path,
        request: InitRequest<'_>,
        hand_out: impl FnOnce(&Identity) -> Result<(), OfficeError>,
    ) -> Result<InitReport, OfficeError> {
        let path = root.join("kantor.toml");
        if let half @ OfficeError::Backup(_) = backup::no_office(root)
            && !path.exists()
        {
            // Its keys would be overwritten.
            return Err(half);
        }
        let book = root.join("buku.sqlite");
        let key_folder = root.join("kunci");
        // Book, keys, profile: in this order they are written. What an earlier `init` left unfinished is an empty book
        // without a profile; it may be finished. Keys without a book are somebody's, and stay.
        let blank = book.exists() && !path.exists() && SqliteBook::is_blank(&book)?;
        let unfinished =
            blank || book.exists() && !path.exists() && SqliteBook::open(&book)?.leaves()?.is_empty();
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
        if let Some(above) = root.parent().filter(|above| !above.as_os_str().is_empty()) {
            sync_folder(above).map_err(files::io(above))?;
        }
        if !unfinished {
            // An empty file with the right mode first: what the database writes beside it takes the mode over.
            write(&book, &[])?;
        }
        if blank || !unfinished {
            SqliteBook::create(&book)?;
        }
        let trust = custody::found(&key_folder, &profile, request.date, request.passphrase, request.entropy)?;
        custody::write_trust(&key_folder, &trust)?;
        if profile.sandi.arsip {
            locked::make(&key_folder, request.passphrase, request.entropy)?;
        }
        // The public half first: by it an `init` that is asked again knows the private one as its own.
        let pemulihan = recovery::make(request.entropy)?;
        recovery::file(&key_folder, &profile, &pemulihan)?;
        hand_out(&pemulihan)?;
        // The profile comes last: a folder without it holds no office yet.
        write(&path, request.profile.as_bytes())?;
        Ok(InitReport { kurang: profile.missing(true), sebaiknya: profile.unset(), pemulihan })
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), OfficeError> {
    write_new(path, bytes).map_err(files::io(path))
}
