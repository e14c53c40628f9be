//! Lawful destruction at the desk: the case of a letter that was destroyed goes too, with its history and its minutes, and
//! nothing of it is left in the file or its log.

use std::collections::BTreeSet;
use std::path::PathBuf;

use rusqlite::ErrorCode;

use super::{Desk, DeskError};
use crate::archive::sync_file;

/// A case, its letter and its application.
type Case = (String, Option<u64>, Option<u64>);

impl Desk {
    /// Whether a case is still here whose letter, or whose application where it came to no letter, stands among these
    /// leaves of the book.
    ///
    /// # Errors
    /// [`DeskError::Store`], [`DeskError::Damaged`].
    pub fn holds(&self, destroyed: &BTreeSet<u64>) -> Result<bool, DeskError> {
        Ok(!self.cases_of(destroyed)?.is_empty())
    }

    /// Destroys what the desk holds of the cases of these leaves, which were destroyed by the schedule of retention. The
    /// file is written anew, so that it can be called again after it was stopped anywhere. Gives the number of cases.
    ///
    /// # Errors
    /// [`DeskError::Busy`] where somebody reads the desk just now: the cases are gone, but not yet what is left of them in
    /// its file; [`DeskError::Store`], [`DeskError::Damaged`].
    pub fn forget(&mut self, destroyed: &BTreeSet<u64>) -> Result<usize, DeskError> {
        let cases = self.cases_of(destroyed)?;
        let tx = self.db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        for id in &cases {
            for sql in [
                "DELETE FROM riwayat WHERE berkas = ?1",
                "DELETE FROM lama WHERE berkas = ?1",
                "DELETE FROM ingatan WHERE berkas = ?1",
                "DELETE FROM berkas WHERE id = ?1",
            ] {
                tx.prepare_cached(sql)?.execute([id])?;
            }
        }
        let done = tx.commit();
        self.heed(done)?;
        self.leave_nothing()?;
        Ok(cases.len())
    }

    fn cases_of(&self, destroyed: &BTreeSet<u64>) -> Result<Vec<String>, DeskError> {
        // Asked at every start of the daemon, and most offices have destroyed nothing.
        if destroyed.is_empty() {
            return Ok(Vec::new());
        }
        let mut query = self.db.prepare_cached("SELECT id, surat, seq FROM berkas ORDER BY id")?;
        let number = |n: Option<i64>| n.and_then(|n| u64::try_from(n).ok());
        let rows = query.query_map([], |row| Ok((row.get(0)?, number(row.get(1)?), number(row.get(2)?))))?;
        let mut found = Vec::new();
        for row in rows {
            let case: Case = row?;
            if self.was_destroyed(&case, destroyed)? {
                found.push(case.0);
            }
        }
        Ok(found)
    }

    /// A case goes with its letter. One without goes with its application, or with the last of its cancelled letters.
    fn was_destroyed(
        &self,
        (id, letter, application): &Case,
        destroyed: &BTreeSet<u64>,
    ) -> Result<bool, DeskError> {
        if let Some(letter) = letter {
            return Ok(destroyed.contains(letter));
        }
        if application.is_some_and(|application| destroyed.contains(&application)) {
            return Ok(true);
        }
        let cancelled = self.berkas(id)?.batal;
        Ok(!cancelled.is_empty() && cancelled.iter().all(|letter| destroyed.contains(&letter.seq)))
    }

    /// No free pages, and an empty log.
    fn leave_nothing(&self) -> Result<(), DeskError> {
        let busy = |error: DeskError| {
            let codes = [ErrorCode::DatabaseBusy, ErrorCode::DatabaseLocked];
            let is_busy = matches!(&error, DeskError::Store(store)
                if store.sqlite_error_code().is_some_and(|code| codes.contains(&code)));
            if is_busy { DeskError::Busy } else { error }
        };
        // The copy that VACUUM makes on its way must not lie on a disk.
        self.db.pragma_update(None, "temp_store", "MEMORY")?;
        self.heed(self.db.execute_batch("VACUUM")).map_err(busy)?;
        let left: i64 =
            self.heed(self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)))?;
        if left != 0 {
            return Err(DeskError::Busy);
        }
        // The log was cut off; by itself that may not last.
        let log = self.db.path().map(|file| PathBuf::from(format!("{file}-wal")));
        let synced = log.filter(|log| log.exists()).map_or(Ok(()), |log| sync_file(&log));
        self.heed(synced.map_err(DeskError::File))
    }
}
