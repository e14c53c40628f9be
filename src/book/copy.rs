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

/// Makes the bytes of a copy those of what every database of an office is: written ahead (SQLite's file format, 1.3.3: both
/// format versions are 2). A copy is not, and whoever opened it first would change it by way of a journal; a power cut then
/// would leave a journal that nobody may play back.
pub(crate) fn write_ahead(copy: &mut [u8]) {
    if let Some(versions) = copy.get_mut(18..20) {
        versions.fill(2);
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::io::Write as _;

    use super::*;
    use crate::book::SqliteBook;

    #[test]
    fn a_copy_is_written_ahead_without_a_journal() -> Result<(), Box<dyn Error>> {
        let folder = tempfile::tempdir()?;
        let at = |name: &str| folder.path().join(name);
        let mode = |path: &Path| -> Result<String, rusqlite::Error> {
            Connection::open(path)?.query_row("PRAGMA journal_mode", [], |row| row.get(0))
        };
        drop(SqliteBook::create(&at("buku.sqlite"))?);
        copy_database(&at("buku.sqlite"), &at("salinan.sqlite"))?;
        assert_eq!(mode(&at("salinan.sqlite"))?, "delete");
        let mut copy = std::fs::read(at("salinan.sqlite"))?;
        write_ahead(&mut copy);
        std::fs::File::create_new(at("pulih.sqlite"))?.write_all(&copy)?;
        assert_eq!(mode(&at("pulih.sqlite"))?, "wal");
        assert!(!SqliteBook::open(&at("pulih.sqlite"))?.is_read_only());
        assert!(!at("pulih.sqlite-journal").exists());
        Ok(())
    }
}
