//! A whole copy of a database at one moment, while others go on writing to it.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::BookError;
use super::rows::store;

/// Copies a database into a new file: one state of it, without pages that hold nothing any more. Writers are not held up.
pub(crate) fn copy_database(from: &Path, to: &Path) -> Result<(), BookError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(from, flags).map_err(store)?;
    db.busy_timeout(std::time::Duration::from_secs(30)).map_err(store)?;
    db.execute("VACUUM INTO ?1", [to.to_string_lossy()]).map_err(store)?;
    Ok(())
}
