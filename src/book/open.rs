//! Opening the book: to write in it, or to look only.

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::rows::store;
use super::{BookError, SqliteBook};

const SCHEMA: &str = include_str!("schema.sql");
/// Books of another version are refused, never guessed at.
const SCHEMA_VERSION: i64 = 3;
/// How long to wait for another process that is writing, before looking again: half a minute in all.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(2);
const PAUSES: i32 = 15_000;
/// Bytes of a log in which nothing was written yet.
const LOG_HEAD: u64 = 32;
/// Bytes of a page of the index that SQLite shares between connections.
const INDEX_PAGE: u64 = 32 * 1024;

impl SqliteBook {
    /// Makes a new book; the file must not exist, or be empty, or be what an interrupted making has left.
    pub fn create(path: &Path) -> Result<Self, BookError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut book = Self::new(Connection::open_with_flags(path, flags).map_err(store)?, false);
        book.configure()?;
        // Tables and version in one commit: a book is whole, or blank.
        let all = format!("BEGIN IMMEDIATE;\n{SCHEMA}\nPRAGMA user_version = {SCHEMA_VERSION};\nCOMMIT;");
        book.db.execute_batch(&all).map_err(store)?;
        // The tables go into the book itself at once; the write behind them begins the log anew, so that the first
        // letter finds it begun.
        book.db.query_row("PRAGMA wal_checkpoint(FULL)", [], |_| Ok(())).map_err(store)?;
        book.db.pragma_update(None, "user_version", SCHEMA_VERSION).map_err(store)?;
        Ok(book)
    }

    /// Whether the file holds no book yet.
    pub(crate) fn is_blank(path: &Path) -> Result<bool, BookError> {
        let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(store)?;
        let tables: i64 =
            db.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0)).map_err(store)?;
        Ok(tables == 0 && version(&db)? == 0)
    }

    /// Opens an existing book.
    pub fn open(path: &Path) -> Result<Self, BookError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut book = Self::new(Connection::open_with_flags(path, flags).map_err(store)?, false);
        // SQLite opens what it may not write to look only, and says so at the first commit.
        if book.db.is_readonly(rusqlite::MAIN_DB).map_err(store)? {
            return Err(BookError::ReadOnly);
        }
        book.configure()?;
        book.of_our_version()
    }

    /// Opens an existing book to look only: writes nothing, neither into it nor beside it, so that it works on a full
    /// disk and in a folder that may not be written. `without_locks` is SQLite's name for its file access without locks.
    pub(crate) fn look(path: &Path, without_locks: &str) -> Result<Self, BookError> {
        let beside = |ending: &str| {
            let mut name = path.as_os_str().to_owned();
            name.push(ending);
            std::fs::metadata(name).map_or(0, |data| data.len())
        };
        // A power cut leaves shorter indexes; whoever has the book open has made the first page of it.
        let (log, index) = (beside("-wal") > LOG_HEAD, beside("-shm") >= INDEX_PAGE);
        let flags =
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
        let name = |with: &str| format!("file:{}?{with}", escaped(path));
        let db = if !log {
            // Everything is in the book itself.
            Connection::open_with_flags(name("immutable=1"), flags)
        } else if index {
            // Somebody may be writing: the index that writers share is read, and their locks are heeded.
            Connection::open_with_flags(name("readonly_shm=1"), flags)
        } else {
            // Nobody has it open. An index of the log is made in memory; that needs the book for ourselves.
            Connection::open_with_flags_and_vfs(name("mode=ro"), flags, without_locks)
        };
        let mut book = Self::new(db.map_err(store)?, true);
        // First of all: whoever closes a book last would fold its log.
        book.db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(store)?;
        book.db.busy_handler(Some(wait)).map_err(store)?;
        book.db.set_prepared_statement_cache_capacity(64);
        if log && !index {
            book.db.pragma_update(None, "locking_mode", "EXCLUSIVE").map_err(store)?;
        }
        // Sorting needs no file on a disk that may be full.
        book.db.pragma_update(None, "temp_store", "MEMORY").map_err(store)?;
        book.db.pragma_update(None, "query_only", true).map_err(store)?;
        book.db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(store)?;
        book.of_our_version()
    }

    fn new(db: Connection, read_only: bool) -> Self {
        Self { db, attached: BTreeSet::new(), read_only }
    }

    fn of_our_version(self) -> Result<Self, BookError> {
        let schema = version(&self.db)?;
        if schema == SCHEMA_VERSION {
            return Ok(self);
        }
        Err(BookError::Damaged(format!("versi skema {schema}, program ini mengenal {SCHEMA_VERSION}")))
    }

    fn configure(&mut self) -> Result<(), BookError> {
        self.db.busy_handler(Some(wait)).map_err(store)?;
        self.db.set_prepared_statement_cache_capacity(64);
        // SQLite tells in its answer alone that it could not: on a disk that fails, or one in the network.
        let mode: String =
            self.db.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0)).map_err(store)?;
        if mode != "wal" {
            return Err(BookError::NotAhead);
        }
        self.db.pragma_update(None, "synchronous", "FULL").map_err(store)?;
        self.db.pragma_update(None, "foreign_keys", true).map_err(store)?;
        self.db.pragma_update(None, "wal_autocheckpoint", 0).map_err(store)?;
        self.db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(store)?;
        // Plans that look at values would be made anew for each.
        self.db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(store)?;
        Ok(())
    }
}

/// An empty book in memory: what tables, views, indexes and triggers a book has.
pub(super) fn blank() -> Result<Connection, BookError> {
    let db = Connection::open_in_memory().map_err(store)?;
    db.execute_batch(SCHEMA).map_err(store)?;
    Ok(db)
}

fn version(db: &Connection) -> Result<i64, BookError> {
    db.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(store)
}

/// Everybody looks equally often. SQLite's own waiting looks the more seldom the longer it has waited, so that among many
/// writers the one who came first gets no turn.
fn wait(times: i32) -> bool {
    std::thread::sleep(PAUSE);
    times < PAUSES
}

/// A path as part of a URI (RFC 3986).
fn escaped(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/").replace('%', "%25").replace('?', "%3f").replace('#', "%23")
}
