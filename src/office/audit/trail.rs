//! The audit trail: its chain over all months.

use super::Found;
use crate::office::{Office, OfficeError, files};
use crate::trail::{TrailError, check_trail};

impl Office {
    /// Lines that were changed, taken out or put in.
    pub(super) fn check_trail(&self, found: &mut Found) -> Result<(), OfficeError> {
        let report = check_trail(&self.root).map_err(|error| match error {
            TrailError::Io { path, source } => files::io(&path)(source),
            TrailError::ReadOnly => OfficeError::ReadOnly,
        })?;
        for place in report.broken {
            let file = place.split(' ').next().map(str::to_owned);
            found.damage("jejak-berubah", file, None, format!("jejak audit terputus di {place}"));
        }
        if report.torn > 0 {
            let text = format!("{} baris jejak terpotong, seperti sesudah mati lampu", report.torn);
            found.warn("jejak-terpotong", text);
        }
        Ok(())
    }
}
