//! Cases in `meja.sqlite`: kept as JSON, with columns for what is searched.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::file::{Berkas, Cap};
use super::stage::{Giliran, Tahap};
use super::way::{Cara, Jalan};
use super::{DeskError, Peranan, schema};
use crate::archive::{ensure_file, restrict};
use crate::format::hex;

/// The desk of one office.
#[derive(Debug)]
pub struct Desk {
    pub(super) db: Connection,
    ways: BTreeMap<String, Jalan>,
}

/// A case on the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ringkas {
    /// Its name at the desk.
    pub id: String,
    /// Kind of letter.
    pub jenis: String,
    /// Name of the applicant.
    pub nama: String,
    /// Stage.
    pub tahap: Tahap,
    /// Whose turn it is.
    pub pelaku: Peranan,
    /// When the present task began.
    pub sejak: Timestamp,
    /// When it was opened.
    pub dibuka: Timestamp,
    /// Whether the applicant was told.
    pub dihubungi: bool,
}

/// What was done to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catatan {
    /// When.
    pub waktu: Timestamp,
    /// Account.
    pub akun: String,
    /// Name of the person.
    pub nama: String,
    /// What, as [`super::Perbuatan::as_str`] spells it.
    pub perbuatan: String,
    /// What was said to it.
    pub keterangan: String,
}

/// Which cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cari<'a> {
    /// Those whose turn a role has.
    Giliran(Peranan),
    /// Those at this stage.
    Tahap(Tahap),
    /// Everything that is not at its end.
    Terbuka,
    /// Those of a person: whole NIK, or the beginning of the name.
    Orang(&'a str),
}

impl Desk {
    /// Opens the desk; makes it where there is none.
    ///
    /// # Errors
    /// [`DeskError::File`], [`DeskError::Store`], [`DeskError::Newer`].
    pub fn open(file: &Path) -> Result<Self, DeskError> {
        // It holds names and NIKs: for its owner only, and so are the log and index that SQLite makes beside it.
        ensure_file(file).and_then(|()| restrict(file)).map_err(DeskError::File)?;
        let db = Connection::open(file)?;
        schema::prepare(&db)?;
        Ok(Self { db, ways: BTreeMap::new() })
    }

    /// A case, or [`DeskError::Unknown`].
    pub fn berkas(&self, id: &str) -> Result<Berkas, DeskError> {
        let found: Option<String> = self
            .db
            .prepare_cached("SELECT isi FROM berkas WHERE id = ?1")?
            .query_row([id], |row| row.get(0))
            .optional()?;
        let text = found.ok_or(DeskError::Unknown("berkas"))?;
        serde_json::from_str(&text).map_err(|_unreadable| DeskError::Damaged("berkas"))
    }

    /// The case of this letter, if it came over the desk.
    pub fn of_letter(&self, seq: u64) -> Result<Option<Berkas>, DeskError> {
        let id: Option<String> = self
            .db
            .prepare_cached("SELECT id FROM berkas WHERE surat = ?1")?
            .query_row([i64::try_from(seq).unwrap_or(-1)], |row| row.get(0))
            .optional()?;
        id.map(|id| self.berkas(&id)).transpose()
    }

    /// Cases, the longest waiting first; at most `most`.
    pub fn find(&self, what: Cari<'_>, most: u32) -> Result<Vec<Ringkas>, DeskError> {
        const COLUMNS: &str = "id, jenis, nama, tahap, pelaku, sejak, dibuka, dihubungi";
        let (wanted, value) = match what {
            Cari::Giliran(role) => ("keadaan = 'berjalan' AND pelaku = ?1", role.as_str().to_owned()),
            Cari::Tahap(tahap) => ("tahap = ?1", tahap.as_str().to_owned()),
            Cari::Terbuka => {
                ("keadaan IN ('berjalan', 'menunggu', 'dikembalikan') AND ?1 = ''", String::new())
            }
            Cari::Orang(text) => {
                let digits = text.len() == 16 && text.bytes().all(|b| b.is_ascii_digit());
                let name = "nama >= ?1 AND nama < ?1 || char(1114111)";
                (if digits { "nik = ?1" } else { name }, text.trim().to_uppercase())
            }
        };
        let sql = format!("SELECT {COLUMNS} FROM berkas WHERE {wanted} ORDER BY sejak, id LIMIT ?2");
        let mut query = self.db.prepare_cached(&sql)?;
        let rows = query.query_map(params![value, most], short)?;
        rows.map(|row| row.map_err(DeskError::from).and_then(|row| row)).collect()
    }

    /// Cases that have no number in the register of permohonan yet.
    pub fn unregistered(&self) -> Result<Vec<String>, DeskError> {
        let sql = "SELECT id FROM berkas WHERE seq IS NULL ORDER BY dibuka, id";
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map([], |row| row.get(0))?;
        rows.map(|row| Ok(row?)).collect()
    }

    /// How many cases stand at each stage and turn.
    pub fn counts(&self) -> Result<Vec<(Tahap, Peranan, u64)>, DeskError> {
        let sql = "SELECT tahap, pelaku, count(*) FROM berkas \
                   WHERE keadaan IN ('berjalan', 'menunggu', 'dikembalikan') GROUP BY tahap, pelaku";
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map([], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?))
        })?;
        rows.map(|row| {
            let (tahap, pelaku, count) = row?;
            let tahap = Tahap::ALL.iter().copied().find(|known| known.as_str() == tahap);
            match (tahap, Peranan::parse(&pelaku)) {
                (Some(tahap), Some(pelaku)) => Ok((tahap, pelaku, u64::try_from(count).unwrap_or(0))),
                _ => Err(DeskError::Damaged("tahap")),
            }
        })
        .collect()
    }

    /// Puts a case down as it is now, with what was done, in one commit. A case that somebody else has changed since
    /// it was read is refused. `selesai` is the step that this deed has ended, with its recorded seconds.
    ///
    /// # Errors
    /// [`DeskError::Changed`], [`DeskError::Store`].
    pub fn put(
        &mut self,
        berkas: &mut Berkas,
        at: Giliran,
        (perbuatan, keterangan): (&str, &str),
        cap: &Cap,
        selesai: Option<(Option<usize>, Tahap, i64)>,
    ) -> Result<(), DeskError> {
        let mut new = berkas.clone();
        new.versi += 1;
        let tx = self.db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        write(&tx, &new, berkas.versi, at)?;
        tx.prepare_cached(
            "INSERT INTO riwayat (berkas, waktu, akun, nama, perbuatan, keterangan) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![new.id, cap.waktu.to_string(), cap.akun, cap.nama, perbuatan, keterangan])?;
        if let Some((langkah, tahap, detik)) = selesai {
            let langkah = langkah.and_then(|step| i64::try_from(step).ok());
            tx.prepare_cached(
                "INSERT INTO lama (berkas, cara, langkah, tahap, selesai, detik) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![new.id, new.cara, langkah, tahap.as_str(), cap.waktu.to_string(), detik])?;
        }
        let done = tx.commit();
        self.heed(done)?;
        *berkas = new;
        Ok(())
    }

    /// What was done to a case, in order.
    pub fn history(&self, id: &str) -> Result<Vec<Catatan>, DeskError> {
        let sql =
            "SELECT waktu, akun, nama, perbuatan, keterangan FROM riwayat WHERE berkas = ?1 ORDER BY id";
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map([id], |row| {
            Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        })?;
        rows.map(|row| {
            let (waktu, akun, nama, perbuatan, keterangan) = row?;
            Ok(Catatan { waktu: time(&waktu)?, akun, nama, perbuatan, keterangan })
        })
        .collect()
    }

    /// Keeps an SOP and rule, and gives its name.
    pub fn keep_way(&mut self, cara: &Cara) -> Result<String, DeskError> {
        let name = hex(&cara.digest());
        if !self.ways.contains_key(&name) {
            let jalan = cara.read()?;
            let text = serde_json::to_string(cara).map_err(|_unreadable| DeskError::Damaged("cara"))?;
            self.change("INSERT OR IGNORE INTO cara (sidik, isi) VALUES (?1, ?2)", params![name, text])?;
            self.ways.insert(name.clone(), jalan);
        }
        Ok(name)
    }

    /// The SOP and rule of this name, ready to be walked.
    pub fn way(&mut self, name: &str) -> Result<Jalan, DeskError> {
        if let Some(known) = self.ways.get(name) {
            return Ok(known.clone());
        }
        let text: Option<String> = self
            .db
            .query_row("SELECT isi FROM cara WHERE sidik = ?1", [name], |row| row.get(0))
            .optional()?;
        let text = text.ok_or(DeskError::Unknown("cara"))?;
        let cara: Cara = serde_json::from_str(&text).map_err(|_unreadable| DeskError::Damaged("cara"))?;
        let jalan = cara.read()?;
        self.ways.insert(name.to_owned(), jalan.clone());
        Ok(jalan)
    }
}

impl Desk {
    /// Runs one statement that changes something.
    pub(super) fn change(&self, sql: &str, values: impl rusqlite::Params) -> Result<usize, DeskError> {
        self.heed(self.db.execute(sql, values))
    }

    /// After a failed sync nothing more is written; reading goes on.
    pub(super) fn heed<T>(&self, done: Result<T, impl Into<DeskError>>) -> Result<T, DeskError> {
        let done = done.map_err(Into::into);
        if done.as_ref().is_err_and(DeskError::is_unsynced) {
            self.db.pragma_update(None, "query_only", true)?;
        }
        done
    }
}

fn write(tx: &Transaction<'_>, new: &Berkas, earlier: u64, at: Giliran) -> Result<(), DeskError> {
    let text = serde_json::to_string(new).map_err(|_unreadable| DeskError::Damaged("berkas"))?;
    let keadaan = serde_json::to_value(new.keadaan).ok();
    let keadaan = keadaan.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
    let person = &new.kasus.pemohon;
    let number = |n: u64| i64::try_from(n).unwrap_or(-1);
    let versi = number(new.versi);
    let changed = tx
        .prepare_cached(
            "INSERT INTO berkas (id, versi, jenis, nama, nik, keadaan, tahap, pelaku, dihubungi, seq, surat, sejak,
                 dibuka, isi)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
             ON CONFLICT (id) DO UPDATE SET versi = ?2, jenis = ?3, nama = ?4, nik = ?5, keadaan = ?6, tahap = ?7,
                 pelaku = ?8, dihubungi = ?9, seq = ?10, surat = ?11, sejak = ?12, isi = ?14
             WHERE versi = ?15",
        )?
        .execute(params![
            new.id,
            versi,
            new.kasus.jenis,
            person.nama.as_deref().unwrap_or_default().to_uppercase(),
            person.nik,
            keadaan,
            at.tahap.as_str(),
            at.pelaku.as_str(),
            new.dihubungi.is_some(),
            new.permohonan.map(|nomor| number(nomor.seq)),
            new.surat.as_ref().map(|surat| number(surat.seq)),
            new.sejak.to_string(),
            new.dibuka.waktu.to_string(),
            text,
            number(earlier),
        ])?;
    if changed == 1 { Ok(()) } else { Err(DeskError::Changed) }
}

fn short(row: &Row<'_>) -> rusqlite::Result<Result<Ringkas, DeskError>> {
    let tahap: String = row.get(3)?;
    let pelaku: String = row.get(4)?;
    let (sejak, dibuka): (String, String) = (row.get(5)?, row.get(6)?);
    let (id, jenis, nama, dihubungi) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(7)?);
    let known = Tahap::ALL.iter().copied().find(|known| known.as_str() == tahap);
    Ok((|| {
        Ok(Ringkas {
            id,
            jenis,
            nama,
            tahap: known.ok_or(DeskError::Damaged("tahap"))?,
            pelaku: Peranan::parse(&pelaku).ok_or(DeskError::Damaged("pelaku"))?,
            sejak: time(&sejak)?,
            dibuka: time(&dibuka)?,
            dihubungi,
        })
    })())
}

pub(super) fn time(text: &str) -> Result<Timestamp, DeskError> {
    text.parse().map_err(|_unreadable| DeskError::Damaged("waktu"))
}
