//! A whole copy of a database at one moment, while others go on writing to it; and what a copy needs before it is used.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::BookError;
use super::rows::store;

/// Copies a database into a new file: one state of it, without pages that hold nothing any more. Writers are not held up.
pub(crate) fn copy_database(from: &Path, to: &Path) -> Result<(), BookError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(from, flags).map_err(store)?;
    db.busy_timeout(std::time::Duration::from_secs(30)).map_err(store)?;
    // The copy is read at once and thrown away: nothing of it needs a sync.
    db.pragma_update(None, "synchronous", "OFF").map_err(store)?;
    db.execute("VACUUM INTO ?1", [to.to_string_lossy()]).map_err(store)?;
    Ok(())
}

/// Makes a copy what every database of an office is: written ahead. A copy is not, and whoever opened it first would change
/// it by way of a journal; a power cut then would leave a journal that nobody may play back.
pub(crate) fn write_ahead(path: &Path) -> Result<(), BookError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags).map_err(store)?;
    db.pragma_update(None, "synchronous", "FULL").map_err(store)?;
    db.pragma_update(None, "journal_mode", "WAL").map_err(store)?;
    db.close().map_err(|(_, error)| store(error))
}
