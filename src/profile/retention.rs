//! How long papers are kept, and what is encrypted meanwhile.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Profile;

/// What is encrypted (disandi).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sandi {
    /// Whether letters are encrypted in the archive (arsip); looking at one then needs the passphrase.
    pub arsip: bool,
}

impl Profile {
    /// Last day on which a paper of this kind and date is kept; `None` where it is never destroyed. The years are counted
    /// from the end of the paper's own year, as retention schedules do.
    pub fn kept_until(&self, jenis: &str, date: Date) -> Option<Date> {
        let years = i16::from(*self.retensi.get(jenis)?);
        Date::new(date.year().checked_add(years)?, 12, 31).ok()
    }

    /// Name of the class of papers that are kept equally long: one key each month and class.
    pub fn retention_class(&self, jenis: &str) -> String {
        self.retensi.get(jenis).map_or_else(|| "tetap".to_owned(), |years| format!("{years}-tahun"))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn years_begin_after_the_papers_own() {
        let text = Profile::builtin("larangan").unwrap().to_owned() + "\n[retensi]\nrekomendasi = 2\n";
        let profile = Profile::parse(&text).unwrap();
        assert_eq!(profile.kept_until("rekomendasi", date(2026, 1, 2)), Some(date(2028, 12, 31)));
        assert_eq!(profile.kept_until("rekomendasi", date(2026, 12, 31)), Some(date(2028, 12, 31)));
        assert_eq!(profile.kept_until("keterangan-perekaman", date(2026, 1, 2)), None);
        assert_eq!(profile.retention_class("rekomendasi"), "2-tahun");
        assert_eq!(profile.retention_class("register"), "tetap");
    }
}
