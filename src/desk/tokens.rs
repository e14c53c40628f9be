//! Tokens of other systems, and what was answered to their requests.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use super::{Desk, DeskError};
use crate::format::{Sha256Bytes, hex, sha256};
use crate::keys::Entropy;

/// What a token may do. None of them signs for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lingkup {
    /// Hands cases in, and asks what became of those.
    Ajukan,
    /// Reads letters and registers, for hand-over to other systems.
    Baca,
}

impl Lingkup {
    /// Every scope.
    pub const ALL: [Self; 2] = [Self::Ajukan, Self::Baca];

    /// As stored and as the API names it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ajukan => "ajukan",
            Self::Baca => "baca",
        }
    }

    /// The scope of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == name)
    }
}

/// A token; its secret is shown once and not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenApi {
    /// Its name in records.
    pub id: String,
    /// Which system uses it.
    pub nama: String,
    /// What it may do.
    pub lingkup: Vec<Lingkup>,
    /// Whether it is accepted.
    pub aktif: bool,
}

/// What is known of a request with an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ingatan {
    /// It was asked before, with the same content: this case came of it.
    Sama(String),
    /// It was asked before, with other content.
    Lain,
    /// It is new.
    Baru,
}

impl Desk {
    /// All tokens.
    pub fn tokens(&self) -> Result<Vec<TokenApi>, DeskError> {
        let mut query =
            self.db.prepare_cached("SELECT id, nama, lingkup, aktif FROM token ORDER BY nama, id")?;
        let rows = query.query_map([], token)?;
        rows.map(|row| Ok(row?)).collect()
    }

    /// Makes a token; gives its secret, which is not kept.
    pub fn add_token(
        &mut self,
        nama: &str,
        lingkup: &[Lingkup],
        entropy: &mut dyn Entropy,
        now: Timestamp,
    ) -> Result<(TokenApi, String), DeskError> {
        let nama = super::reason(nama)
            .map_err(|_said| DeskError::Said("nama sistem kosong atau terlalu panjang".to_owned()))?;
        if lingkup.is_empty() {
            return Err(DeskError::Said("pilih paling sedikit satu lingkup".to_owned()));
        }
        let mut bytes = [0; 42];
        entropy.fill(&mut bytes);
        let (id, secret) = bytes.split_at(10);
        let (id, secret) = (hex(id), format!("suket_{}", hex(secret)));
        let words: Vec<&str> = lingkup.iter().map(|scope| scope.as_str()).collect();
        self.change(
            "INSERT INTO token (id, nama, sidik, lingkup, aktif, dibuat) VALUES (?1, ?2, ?3, ?4, 1, ?5)",
            params![id, nama, sha256(secret.as_bytes()), words.join(" "), now.to_string()],
        )?;
        Ok((TokenApi { id, nama, lingkup: lingkup.to_vec(), aktif: true }, secret))
    }

    /// Ends a token.
    pub fn end_token(&mut self, id: &str) -> Result<(), DeskError> {
        match self.change("UPDATE token SET aktif = 0 WHERE id = ?1", [id])? {
            0 => Err(DeskError::Unknown("token")),
            _ => Ok(()),
        }
    }

    /// The token of this secret, if it is accepted.
    pub fn token(&self, secret: &str) -> Result<Option<TokenApi>, DeskError> {
        let sql = "SELECT id, nama, lingkup, aktif FROM token WHERE sidik = ?1 AND aktif";
        Ok(self.db.prepare_cached(sql)?.query_row([sha256(secret.as_bytes())], token).optional()?)
    }

    /// What is known of a request.
    pub fn remembered(&self, token: &str, kunci: &str, content: &[u8]) -> Result<Ingatan, DeskError> {
        let found: Option<(Sha256Bytes, String)> = self
            .db
            .prepare_cached("SELECT sidik, berkas FROM ingatan WHERE token = ?1 AND kunci = ?2")?
            .query_row([token, kunci], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        Ok(match found {
            Some((digest, berkas)) if digest == sha256(content) => Ingatan::Sama(berkas),
            Some(_) => Ingatan::Lain,
            None => Ingatan::Baru,
        })
    }

    /// Whether this token has handed in this case.
    pub fn handed_in(&self, token: &str, berkas: &str) -> Result<bool, DeskError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM ingatan WHERE berkas = ?2 AND token = ?1)";
        Ok(self.db.prepare_cached(sql)?.query_row([token, berkas], |row| row.get(0))?)
    }

    /// Remembers a request, before anything is done for it: the name of the case is chosen first.
    pub fn remember(
        &mut self,
        (token, kunci): (&str, &str),
        content: &[u8],
        berkas: &str,
        now: Timestamp,
    ) -> Result<(), DeskError> {
        self.change(
            "INSERT INTO ingatan (token, kunci, sidik, berkas, waktu) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![token, kunci, sha256(content), berkas, now.to_string()],
        )?;
        Ok(())
    }
}

fn token(row: &Row<'_>) -> rusqlite::Result<TokenApi> {
    let scopes: String = row.get(2)?;
    Ok(TokenApi {
        id: row.get(0)?,
        nama: row.get(1)?,
        lingkup: scopes.split(' ').filter_map(Lingkup::parse).collect(),
        aktif: row.get(3)?,
    })
}
