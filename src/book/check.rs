//! What the book's file tells of itself: SQLite's own check, references that lead nowhere, rows that no reading shows.

use rusqlite::{Connection, OptionalExtension};

use super::BookError;
use super::rows::store;

/// What SQLite itself says of the file: `ok`, or the first damage.
pub(super) fn integrity(db: &Connection) -> Result<String, BookError> {
    db.query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .optional()
        .map(Option::unwrap_or_default)
        .map_err(store)
}

/// Rows that stand in a table without belonging to anything: one sentence each.
pub(super) fn stray(db: &Connection) -> Result<Vec<String>, BookError> {
    let mut found = Vec::new();
    let mut query = db.prepare_cached("PRAGMA foreign_key_check").map_err(store)?;
    let mut rows = query.query([]).map_err(store)?;
    while let Some(row) = rows.next().map_err(store)? {
        let (table, place, to): (String, Option<i64>, String) =
            (|| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))().map_err(store)?;
        let place = place.map(|place| format!(" {place}")).unwrap_or_default();
        found.push(format!("baris{place} tabel {table} menunjuk baris tabel {to} yang tidak ada"));
    }
    // Letters are read together with their files, receivers together with their handing over.
    for (sql, what) in [
        ("SELECT seq FROM surat WHERE seq NOT IN (SELECT seq FROM berkas)", "surat tidak mempunyai berkas"),
        (
            "SELECT seq FROM penerima WHERE seq NOT IN (SELECT seq FROM peristiwa WHERE jenis = 'serah')",
            "penerima bukan dari penyerahan",
        ),
    ] {
        let mut query = db.prepare_cached(sql).map_err(store)?;
        let places = query.query_map([], |row| row.get::<_, i64>(0)).map_err(store)?;
        for place in places {
            found.push(format!("baris {} tabel {what}", place.map_err(store)?));
        }
    }
    Ok(found)
}
