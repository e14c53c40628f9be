//! Accounts, passwords, sessions. Passwords are argon2id (RFC 9106) in PHC strings; sessions and invitations are kept
//! by the SHA-256 of their secret, so that a copy of the store opens no door.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension, Row, params};

use super::store::time;
use super::{Desk, DeskError, Peranan};
use crate::format::{hex, sha256};
use crate::keys::Entropy;

/// A session ends after so long without a call.
const IDLE: SignedDuration = SignedDuration::from_mins(60);
/// A session ends after so long in any case: a working day.
const DAY: SignedDuration = SignedDuration::from_hours(12);
/// An invitation is good for so long.
const INVITED: SignedDuration = SignedDuration::from_hours(72);
/// Wrong passwords that are forgiven before the account waits.
const FREE: u32 = 4;
/// The shortest password, in characters.
const SHORTEST: usize = 10;

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Akun {
    /// Its name in records.
    pub id: String,
    /// Name to sign in with.
    pub masuk: String,
    /// Name of the person.
    pub nama: String,
    /// Roles.
    pub peran: Vec<Peranan>,
    /// Which official of `kantor.toml` this is (the name of the official's key); only for signers.
    pub pejabat: Option<String>,
    /// Whether it may sign in.
    pub aktif: bool,
    /// Whether it has a password.
    pub bersandi: bool,
}

/// What an administrator says of an account.
#[derive(Debug, Clone)]
pub struct AkunBaru<'a> {
    /// Name to sign in with.
    pub masuk: &'a str,
    /// Name of the person.
    pub nama: &'a str,
    /// Roles.
    pub peran: &'a [Peranan],
    /// Which official this is.
    pub pejabat: Option<&'a str>,
    /// Whether it may sign in.
    pub aktif: bool,
}

/// What came of a name and a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Masuk {
    /// The secret of a new session.
    Boleh(String),
    /// Name or password is wrong; which one is not told.
    Salah,
    /// Too many wrong passwords: it has to wait until then.
    Tunggu(Timestamp),
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sesi {
    /// Whose.
    pub akun: Akun,
    /// Secret that every form carries.
    pub csrf: String,
}

fn secret(entropy: &mut dyn Entropy) -> String {
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes);
    hex(&bytes)
}

impl Desk {
    /// All accounts, by name.
    pub fn accounts(&self) -> Result<Vec<Akun>, DeskError> {
        let mut query = self.db.prepare_cached(&select("ORDER BY nama, id"))?;
        let rows = query.query_map([], account)?;
        rows.map(|row| Ok(row?)).collect()
    }

    /// An account.
    pub fn account(&self, id: &str) -> Result<Akun, DeskError> {
        self.db
            .prepare_cached(&select("WHERE id = ?1"))?
            .query_row([id], account)
            .optional()?
            .ok_or(DeskError::Unknown("akun"))
    }

    /// Makes an account without password, and the secret of the link by which its owner sets one.
    ///
    /// # Errors
    /// [`DeskError::Said`] where name or roles do not fit, or the name is taken.
    pub fn add_account(
        &mut self,
        new: &AkunBaru<'_>,
        entropy: &mut dyn Entropy,
        now: Timestamp,
    ) -> Result<(Akun, String), DeskError> {
        self.fits(new, None)?;
        let mut bytes = [0; 10];
        entropy.fill(&mut bytes);
        let id = hex(&bytes);
        self.change(
            "INSERT INTO akun (id, masuk, nama, peran, pejabat, aktif, dibuat) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![id, new.masuk, new.nama.trim(), roles(new.peran), new.pejabat, new.aktif, now.to_string()],
        )?;
        let link = self.invite(&id, entropy, now)?;
        Ok((self.account(&id)?, link))
    }

    /// Changes an account. Whoever may no longer sign in is signed out at once, and so is whoever has other roles now.
    pub fn change_account(&mut self, id: &str, new: &AkunBaru<'_>) -> Result<Akun, DeskError> {
        self.fits(new, Some(id))?;
        let last = "SELECT count(*) FROM akun WHERE aktif AND sandi IS NOT NULL AND id <> ?1
                    AND ' ' || peran || ' ' LIKE '% administrator %'";
        let others: i64 = self.db.query_row(last, [id], |row| row.get(0))?;
        if others == 0 && !(new.aktif && new.peran.contains(&Peranan::Administrator)) {
            return Err(DeskError::Said("kantor harus punya seorang administrator yang aktif".to_owned()));
        }
        let tx = self.db.transaction()?;
        tx.execute(
            "UPDATE akun SET masuk = ?2, nama = ?3, peran = ?4, pejabat = ?5, aktif = ?6, gagal = 0, tunggu = NULL
             WHERE id = ?1",
            params![id, new.masuk, new.nama.trim(), roles(new.peran), new.pejabat, new.aktif],
        )?;
        tx.execute("DELETE FROM sesi WHERE akun = ?1", [id])?;
        let done = tx.commit();
        self.heed(done)?;
        self.account(id)
    }

    /// A new link by which the owner of an account sets a password, once. Earlier links end.
    pub fn invite(
        &mut self,
        id: &str,
        entropy: &mut dyn Entropy,
        now: Timestamp,
    ) -> Result<String, DeskError> {
        self.account(id)?;
        let link = secret(entropy);
        let until = now.checked_add(INVITED).unwrap_or(now);
        self.change("DELETE FROM undangan WHERE akun = ?1", [id])?;
        self.change(
            "INSERT INTO undangan (sidik, akun, sampai) VALUES (?1, ?2, ?3)",
            params![sha256(link.as_bytes()), id, until.to_string()],
        )?;
        Ok(link)
    }

    /// Whose link this is, if it is still good.
    pub fn invited(&self, link: &str, now: Timestamp) -> Result<Option<Akun>, DeskError> {
        let found: Option<(String, String)> = self
            .db
            .prepare_cached("SELECT akun, sampai FROM undangan WHERE sidik = ?1")?
            .query_row([sha256(link.as_bytes())], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        match found {
            Some((akun, until)) if now < time(&until)? => self.account(&akun).map(Some),
            _ => Ok(None),
        }
    }

    /// Sets the password of an account; all its sessions and links end.
    pub fn set_password(
        &mut self,
        id: &str,
        password: &str,
        entropy: &mut dyn Entropy,
    ) -> Result<(), DeskError> {
        let akun = self.account(id)?;
        if password.chars().count() < SHORTEST {
            return Err(DeskError::Said(format!("sandi paling sedikit {SHORTEST} huruf")));
        }
        let low = password.to_lowercase();
        if low.contains(&akun.masuk.to_lowercase()) || password.chars().all(|c| c.is_ascii_digit()) {
            return Err(DeskError::Said("sandi jangan memuat nama masuk, dan jangan angka saja".to_owned()));
        }
        let hash = hash(password, entropy)?;
        let tx = self.db.transaction()?;
        tx.execute("UPDATE akun SET sandi = ?2, gagal = 0, tunggu = NULL WHERE id = ?1", params![id, hash])?;
        tx.execute("DELETE FROM sesi WHERE akun = ?1", [id])?;
        tx.execute("DELETE FROM undangan WHERE akun = ?1", [id])?;
        let done = tx.commit();
        self.heed(done)?;
        Ok(())
    }

    /// What is needed to judge a password: this is read under the desk's lock, the judging itself is slow on purpose
    /// and takes place outside of it.
    pub fn stored_password(&self, masuk: &str) -> Result<Option<String>, DeskError> {
        let found: Option<Option<String>> = self
            .db
            .prepare_cached("SELECT sandi FROM akun WHERE masuk = ?1 AND aktif")?
            .query_row([masuk], |row| row.get(0))
            .optional()?;
        Ok(found.flatten())
    }

    /// Until when an account has to wait after wrong passwords.
    pub fn must_wait(&self, masuk: &str, now: Timestamp) -> Result<Option<Timestamp>, DeskError> {
        let found: Option<Option<String>> = self
            .db
            .prepare_cached("SELECT tunggu FROM akun WHERE masuk = ?1")?
            .query_row([masuk], |row| row.get(0))
            .optional()?;
        let until = found.flatten().map(|text| time(&text)).transpose()?;
        Ok(until.filter(|until| now < *until))
    }

    /// Opens a session for a right password; counts a wrong one. Each wrong one after the first few doubles the wait.
    pub fn enter(
        &mut self,
        masuk: &str,
        right: bool,
        entropy: &mut dyn Entropy,
        now: Timestamp,
    ) -> Result<Masuk, DeskError> {
        if let Some(until) = self.must_wait(masuk, now)? {
            return Ok(Masuk::Tunggu(until));
        }
        let found: Option<(String, u32)> = self
            .db
            .query_row("SELECT id, gagal FROM akun WHERE masuk = ?1 AND aktif", [masuk], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let Some((id, failed)) = found else { return Ok(Masuk::Salah) };
        if !right {
            let failed = failed.saturating_add(1);
            let wait = failed.checked_sub(FREE).map(|over| 30_i64 << over.min(7));
            let until = wait.and_then(|seconds| now.checked_add(SignedDuration::from_secs(seconds)).ok());
            self.change(
                "UPDATE akun SET gagal = ?2, tunggu = ?3 WHERE id = ?1",
                params![id, failed, until.map(|until| until.to_string())],
            )?;
            return Ok(until.map_or(Masuk::Salah, Masuk::Tunggu));
        }
        self.change("UPDATE akun SET gagal = 0, tunggu = NULL WHERE id = ?1", [&id])?;
        self.open_session(&id, entropy, now).map(Masuk::Boleh)
    }

    fn open_session(
        &mut self,
        id: &str,
        entropy: &mut dyn Entropy,
        now: Timestamp,
    ) -> Result<String, DeskError> {
        let session = secret(entropy);
        self.change(
            "INSERT INTO sesi (sidik, akun, csrf, dibuat, terakhir) VALUES (?1, ?2, ?3, ?4, ?4)",
            params![sha256(session.as_bytes()), id, secret(entropy), now.to_string()],
        )?;
        Ok(session)
    }

    /// The session of this secret, if it is still good; it goes on from now.
    pub fn session(&mut self, session: &str, now: Timestamp) -> Result<Option<Sesi>, DeskError> {
        let digest = sha256(session.as_bytes());
        let found: Option<(String, String, String, String)> = self
            .db
            .prepare_cached("SELECT akun, csrf, dibuat, terakhir FROM sesi WHERE sidik = ?1")?
            .query_row([digest], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
            .optional()?;
        let Some((akun, csrf, begun, last)) = found else { return Ok(None) };
        let (begun, last) = (time(&begun)?, time(&last)?);
        let akun = self.account(&akun)?;
        if now.duration_since(last) > IDLE || now.duration_since(begun) > DAY || !akun.aktif {
            self.change("DELETE FROM sesi WHERE sidik = ?1", [digest])?;
            return Ok(None);
        }
        // Once a minute is often enough, and spares a sync for each page.
        if now.duration_since(last) > SignedDuration::from_mins(1) {
            let sql = "UPDATE sesi SET terakhir = ?2 WHERE sidik = ?1";
            match self.change(sql, params![digest, now.to_string()]) {
                // Looking goes on.
                Ok(_) | Err(DeskError::ReadOnly) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Some(Sesi { akun, csrf }))
    }

    /// Ends a session.
    pub fn leave(&mut self, session: &str) -> Result<(), DeskError> {
        self.change("DELETE FROM sesi WHERE sidik = ?1", [sha256(session.as_bytes())])?;
        Ok(())
    }

    fn fits(&self, new: &AkunBaru<'_>, own: Option<&str>) -> Result<(), DeskError> {
        let said = |text: &str| Err(DeskError::Said(text.to_owned()));
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
        if !(3..=40).contains(&new.masuk.len()) || !new.masuk.chars().all(plain) {
            return said("nama masuk: 3 sampai 40 huruf kecil, angka, titik, garis");
        }
        // A NIK is no name to sign in with.
        if crate::check::holds_nik(new.masuk) || crate::check::holds_nik(new.nama) {
            return said("nama masuk dan nama jangan memuat NIK atau NIP");
        }
        let name = new.nama.trim();
        if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
            return said("nama: 1 sampai 100 huruf dalam satu baris");
        }
        if new.peran.is_empty() {
            return said("pilih paling sedikit satu peran");
        }
        let taken: Option<String> = self
            .db
            .query_row("SELECT id FROM akun WHERE masuk = ?1", [new.masuk], |row| row.get(0))
            .optional()?;
        if taken.is_some_and(|id| Some(id.as_str()) != own) {
            return said("nama masuk itu sudah dipakai");
        }
        Ok(())
    }
}

/// Whether the password is the one of this PHC string. Where there is none, the same work is done for nothing, so that
/// the time does not tell whether the account exists.
pub fn password_fits(stored: Option<&str>, password: &str) -> bool {
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c3VrZXQtdGlkYWstYWRh$\
                          2Z1Yy4rGbJ1m0Jm0q1bPzvM1m9l0vX8m3mYy2b0W3jE";
    let known = stored.unwrap_or(NOBODY);
    let Ok(hash) = PasswordHash::new(known) else { return false };
    Argon2::default().verify_password(password.as_bytes(), &hash).is_ok() && stored.is_some()
}

fn hash(password: &str, entropy: &mut dyn Entropy) -> Result<String, DeskError> {
    let mut salt = [0; 16];
    entropy.fill(&mut salt);
    let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
    hash.map(|hash| hash.to_string()).map_err(|_unusable| DeskError::Password)
}

fn roles(list: &[Peranan]) -> String {
    list.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(" ")
}

fn select(rest: &str) -> String {
    format!("SELECT id, masuk, nama, peran, pejabat, aktif, sandi IS NOT NULL FROM akun {rest}")
}

fn account(row: &Row<'_>) -> rusqlite::Result<Akun> {
    let peran: String = row.get(3)?;
    Ok(Akun {
        id: row.get(0)?,
        masuk: row.get(1)?,
        nama: row.get(2)?,
        peran: peran.split(' ').filter_map(Peranan::parse).collect(),
        pejabat: row.get(4)?,
        aktif: row.get(5)?,
        bersandi: row.get(6)?,
    })
}
