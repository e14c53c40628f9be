//! What the book's file tells of itself: SQLite's own check, references that lead nowhere, rows that no reading shows.

use std::collections::BTreeMap;

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

/// How the tables, views, indexes and triggers of a book differ from those of a blank one. Whoever takes a trigger away
/// can change rows; whoever changes a view changes what is read.
pub(super) fn schema(db: &Connection, blank: &Connection) -> Result<Vec<String>, BookError> {
    let (ours, theirs) = (parts(blank)?, parts(db)?);
    let mut found = Vec::new();
    for ((kind, name), sql) in &ours {
        match theirs.get(&(kind.clone(), name.clone())) {
            None => found.push(format!("{} {name} hilang dari buku", word(kind))),
            Some(other) if other != sql => found.push(format!("{} {name} di buku diubah", word(kind))),
            Some(_) => {}
        }
    }
    for (kind, name) in theirs.keys().filter(|key| !ours.contains_key(*key)) {
        found.push(format!("{} {name} di buku bukan buatan suket", word(kind)));
    }
    Ok(found)
}

/// Kind and name of each part of a book, with the statement that made it.
type Parts = BTreeMap<(String, String), Option<String>>;

fn parts(db: &Connection) -> Result<Parts, BookError> {
    // Statistics of SQLite's planner are no part of the book.
    db.prepare_cached("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%'")
        .and_then(|mut q| q.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?.collect())
        .map_err(store)
}

fn word(kind: &str) -> &str {
    match kind {
        "table" => "tabel",
        "index" => "indeks",
        "view" => "tampilan",
        "trigger" => "pemicu",
        other => other,
    }
}
