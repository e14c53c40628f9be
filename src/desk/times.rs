//! Recorded minutes of the steps of a month. They tell how long a case lay between two records (waktu pencatatan), not
//! how long somebody worked on it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::params;

use super::{Desk, DeskError};

/// Recorded minutes of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Menit {
    /// Digest of SOP and rule.
    pub cara: String,
    /// Step of the SOP, from 1; `None` for one that the rule for letters has added.
    pub langkah: Option<usize>,
    /// Stage, as [`super::Tahap::as_str`] spells it.
    pub tahap: String,
    /// How many cases.
    pub jumlah: usize,
    /// The middle one, in seconds.
    pub tengah: i64,
    /// Nine of ten took no longer, in seconds.
    pub sembilan: i64,
}

/// Recorded minutes of the steps that ended between two points of time.
///
/// # Errors
/// [`DeskError::Store`].
pub fn minutes(desk: &Desk, from: Timestamp, to: Timestamp) -> Result<Vec<Menit>, DeskError> {
    let mut query = desk.db.prepare_cached(
        "SELECT cara, langkah, tahap, detik FROM lama WHERE selesai >= ?1 AND selesai < ?2",
    )?;
    let rows = query.query_map(params![from.to_string(), to.to_string()], |row| {
        Ok(((row.get::<_, String>(0)?, row.get::<_, Option<i64>>(1)?, row.get::<_, String>(2)?), row.get(3)?))
    })?;
    let mut found: BTreeMap<(String, Option<i64>, String), Vec<i64>> = BTreeMap::new();
    for row in rows {
        let (step, seconds): (_, i64) = row?;
        found.entry(step).or_default().push(seconds);
    }
    let list = found.into_iter().map(|((cara, langkah, tahap), mut seconds)| {
        seconds.sort_unstable();
        let at = |part: usize| seconds.get((seconds.len() - 1) * part / 10).copied().unwrap_or(0);
        Menit {
            cara,
            langkah: langkah.and_then(|step| usize::try_from(step).ok()),
            tahap,
            jumlah: seconds.len(),
            tengah: at(5),
            sembilan: at(9),
        }
    });
    Ok(list.collect())
}
