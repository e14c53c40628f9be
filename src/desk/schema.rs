//! The tables of `meja.sqlite`.

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::DeskError;

/// Version of the tables.
const VERSION: i64 = 1;

const TABLES: &str = "
-- people
CREATE TABLE akun (
    id TEXT PRIMARY KEY, masuk TEXT NOT NULL UNIQUE, nama TEXT NOT NULL, peran TEXT NOT NULL, pejabat TEXT,
    sandi TEXT, aktif INTEGER NOT NULL, gagal INTEGER NOT NULL DEFAULT 0, tunggu TEXT, dibuat TEXT NOT NULL
) STRICT;
-- a link by which somebody sets a password once
CREATE TABLE undangan (sidik BLOB PRIMARY KEY, akun TEXT NOT NULL REFERENCES akun(id), sampai TEXT NOT NULL) STRICT;
CREATE TABLE sesi (
    sidik BLOB PRIMARY KEY, akun TEXT NOT NULL REFERENCES akun(id), csrf TEXT NOT NULL, dibuat TEXT NOT NULL,
    terakhir TEXT NOT NULL
) STRICT;
CREATE INDEX sesi_akun ON sesi(akun);
-- other systems
CREATE TABLE token (
    id TEXT PRIMARY KEY, nama TEXT NOT NULL, sidik BLOB NOT NULL UNIQUE, lingkup TEXT NOT NULL, aktif INTEGER NOT NULL,
    dibuat TEXT NOT NULL
) STRICT;
-- what was answered to a request with an idempotency key
CREATE TABLE ingatan (
    token TEXT NOT NULL, kunci TEXT NOT NULL, sidik BLOB NOT NULL, berkas TEXT NOT NULL, waktu TEXT NOT NULL,
    PRIMARY KEY (token, kunci)
) STRICT, WITHOUT ROWID;
CREATE INDEX ingatan_berkas ON ingatan(berkas);
-- SOPs and rules as they were when cases were opened
CREATE TABLE cara (sidik TEXT PRIMARY KEY, isi TEXT NOT NULL) STRICT, WITHOUT ROWID;
-- cases
CREATE TABLE berkas (
    id TEXT PRIMARY KEY, versi INTEGER NOT NULL, jenis TEXT NOT NULL, nama TEXT NOT NULL, nik TEXT,
    keadaan TEXT NOT NULL, tahap TEXT NOT NULL, pelaku TEXT NOT NULL, dihubungi INTEGER NOT NULL,
    seq INTEGER, surat INTEGER, sejak TEXT NOT NULL, dibuka TEXT NOT NULL, isi TEXT NOT NULL
) STRICT;
CREATE INDEX berkas_giliran ON berkas(keadaan, pelaku, sejak);
CREATE INDEX berkas_tahap ON berkas(tahap, sejak);
CREATE INDEX berkas_nik ON berkas(nik);
CREATE INDEX berkas_nama ON berkas(nama);
CREATE INDEX berkas_surat ON berkas(surat);
CREATE INDEX berkas_tanpa_nomor ON berkas(dibuka) WHERE seq IS NULL;
-- who did what to a case, and when
CREATE TABLE riwayat (
    id INTEGER PRIMARY KEY, berkas TEXT NOT NULL REFERENCES berkas(id), waktu TEXT NOT NULL, akun TEXT NOT NULL,
    nama TEXT NOT NULL, perbuatan TEXT NOT NULL, keterangan TEXT NOT NULL
) STRICT;
CREATE INDEX riwayat_berkas ON riwayat(berkas, id);
-- recorded minutes of a step; waiting does not count
CREATE TABLE lama (
    id INTEGER PRIMARY KEY, berkas TEXT NOT NULL REFERENCES berkas(id), cara TEXT NOT NULL, langkah INTEGER,
    tahap TEXT NOT NULL, selesai TEXT NOT NULL, detik INTEGER NOT NULL
) STRICT;
CREATE INDEX lama_selesai ON lama(selesai);
";

/// Opens or makes the tables.
pub(super) fn prepare(db: &Connection) -> Result<(), DeskError> {
    // Closing must not write: it may be the end of a process whose last sync has failed.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    // What a person has confirmed must not be lost with the current.
    db.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA busy_timeout = 10000;",
    )?;
    // SQLite tells in its answer alone that it could not.
    let mode: String = db.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(DeskError::NotAhead);
    }
    let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version > VERSION {
        return Err(DeskError::Newer(version));
    }
    if version == 0 {
        db.execute_batch(&format!("BEGIN IMMEDIATE; {TABLES} PRAGMA user_version = {VERSION}; COMMIT;"))?;
    }
    Ok(())
}
