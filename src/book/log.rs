//! The log in the SQLite book: nodes of its tree, and signed checkpoints.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::rows::store;
use super::{BookError, Leaf, Titik};
use crate::format::Sha256Bytes;
use crate::format::tlog::{self, Growing, Subtrees};

/// The tree that the book keeps.
pub(super) struct Nodes<'a>(pub(super) &'a Connection);

impl Subtrees for Nodes<'_> {
    type Error = BookError;

    fn node(&self, level: u32, index: u64) -> Result<Sha256Bytes, BookError> {
        let index = i64::try_from(index).unwrap_or(-1);
        let found = if level == 0 {
            self.0
                .prepare_cached("SELECT daun FROM catatan WHERE seq = ?1")
                .and_then(|mut q| q.query_row([index], |row| row.get(0)).optional())
        } else {
            self.0
                .prepare_cached("SELECT sidik FROM simpul WHERE tingkat = ?1 AND indeks = ?2")
                .and_then(|mut q| q.query_row(params![level, index], |row| row.get(0)).optional())
        };
        found
            .map_err(store)?
            .ok_or_else(|| BookError::Damaged(format!("simpul {level}/{index} pohon catatan tidak ada")))
    }
}

/// Leaves in the log.
pub(super) fn size(db: &Connection) -> Result<u64, BookError> {
    db.prepare_cached("SELECT coalesce(max(seq) + 1, 0) FROM catatan")
        .and_then(|mut q| q.query_row([], |row| row.get::<_, i64>(0)))
        .map(|size| u64::try_from(size).unwrap_or(0))
        .map_err(store)
}

/// Writes a leaf, and every node above that it completes.
pub(super) fn append(
    tree: &mut Growing<'_, Nodes<'_>>,
    tx: &Transaction<'_>,
    leaf: &Leaf,
) -> Result<(), BookError> {
    tx.prepare_cached("INSERT INTO catatan (seq, isi, rincian, daun) VALUES (?1, ?2, ?3, ?4)")
        .and_then(|mut q| {
            let seq = i64::try_from(leaf.seq).unwrap_or(-1);
            q.execute(params![seq, leaf.isi, leaf.rincian, leaf.daun.as_slice()])
        })
        .map_err(store)?;
    tree.append(leaf.daun)
}

/// Writes the new nodes above the leaves, and the checkpoint if its root is that of the tree.
pub(super) fn finish(
    tree: &Growing<'_, Nodes<'_>>,
    tx: &Transaction<'_>,
    titik: Option<&Titik>,
) -> Result<(), BookError> {
    for (level, index, hash) in tree.inner() {
        tx.prepare_cached("INSERT INTO simpul (tingkat, indeks, sidik) VALUES (?1, ?2, ?3)")
            .and_then(|mut q| q.execute(params![level, i64::try_from(index).unwrap_or(-1), hash.as_slice()]))
            .map_err(store)?;
    }
    let Some(titik) = titik else { return Ok(()) };
    // Somebody without our lock has written between: the caller makes its proofs once more.
    if titik.ukuran != tree.size() || titik.akar != tlog::root(tree, titik.ukuran)? {
        return Err(BookError::Conflict);
    }
    witness(tx, titik)
}

/// Writes a checkpoint behind the last one.
pub(super) fn witness(tx: &Transaction<'_>, titik: &Titik) -> Result<(), BookError> {
    tx.prepare_cached(
        "INSERT INTO titik (ukuran, sebelum, akar, isi) VALUES (?1, (SELECT max(ukuran) FROM titik), ?2, ?3)",
    )
    .and_then(|mut q| {
        q.execute(params![i64::try_from(titik.ukuran).unwrap_or(-1), titik.akar.as_slice(), titik.isi])
    })
    .map(|_| ())
    .map_err(store)
}

fn titik(row: &Row<'_>) -> rusqlite::Result<Titik> {
    Ok(Titik {
        ukuran: u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0),
        akar: row.get(1)?,
        isi: row.get(2)?,
        sebelum: row.get::<_, Option<i64>>(3)?.and_then(|size| u64::try_from(size).ok()),
    })
}

/// The newest checkpoint.
pub(super) fn newest(db: &Connection) -> Result<Option<Titik>, BookError> {
    db.prepare_cached(
        "SELECT ukuran, akar, isi, sebelum FROM titik WHERE ukuran = (SELECT max(ukuran) FROM titik)",
    )
    .and_then(|mut q| q.query_row([], titik).optional())
    .map_err(store)
}

/// Every checkpoint, the oldest first.
pub(super) fn checkpoints(db: &Connection) -> Result<Vec<Titik>, BookError> {
    db.prepare_cached("SELECT ukuran, akar, isi, sebelum FROM titik ORDER BY ukuran")
        .and_then(|mut q| q.query_map([], titik)?.collect())
        .map_err(store)
}

/// Checkpoints over more than `from` and at most `to` leaves, the oldest first.
pub(super) fn checkpoints_within(db: &Connection, from: i64, to: i64) -> Result<Vec<Titik>, BookError> {
    db.prepare_cached(
        "SELECT ukuran, akar, isi, sebelum FROM titik WHERE ukuran > ?1 AND ukuran <= ?2 ORDER BY ukuran",
    )
    .and_then(|mut q| q.query_map([from, to], titik)?.collect())
    .map_err(store)
}
