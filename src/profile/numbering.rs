//! `[penomoran]`: one pattern per series, what is the same in all of them, and which numbers an office gives besides
//! those of its counters.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{NumberParts, NumberPattern, ProfileError};

/// Constant parts of numbers, and one pattern per series.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Penomoran {
    /// Code of the unit, e.g. `CLU`.
    pub unit: String,
    /// Security prefix, e.g. `B`.
    pub sifat: String,
    /// Old classification code, e.g. `KP.07.6`.
    pub kka: String,
    /// Insertion: whether a backdated letter may stand behind a number that is used, as `12.a`. It breaks the order of
    /// issuing, so that offices must ask for it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub sisipan: bool,
    /// Agenda: the series of the general agenda, from which letters of other series take a second number; none without.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub agenda: String,
    /// Patterns per series.
    pub seri: BTreeMap<String, Seri>,
}

/// One series of numbers.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Seri {
    /// The pattern, a minijinja template.
    pub pola: NumberPattern,
    /// Whether its letters also take the next number of the general agenda.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub agenda: bool,
}

impl Default for Penomoran {
    fn default() -> Self {
        let seri = |pola: &str| Seri { pola: NumberPattern::unchecked(pola), agenda: false };
        Self {
            unit: String::new(),
            sifat: String::new(),
            kka: String::new(),
            sisipan: false,
            agenda: String::new(),
            seri: BTreeMap::from([
                (
                    "umum".to_owned(),
                    seri(
                        "{{ kode }}/{{ urut | pad(3) }}/{% if unit %}{{ unit }}/{% endif %}{{ bulan | romawi }}/{{ tahun }}",
                    ),
                ),
                (
                    "lembar".to_owned(),
                    seri("L-{{ urut | pad(4) }}/{% if unit %}{{ unit }}/{% endif %}{{ tahun }}"),
                ),
            ]),
        }
    }
}

impl Penomoran {
    /// The series of the general agenda, where letters of this series take a second number from it.
    pub fn second(&self, seri: &str) -> Option<&str> {
        self.seri.get(seri).filter(|seri| seri.agenda).map(|_| self.agenda.as_str())
    }

    pub(super) fn check(&self) -> Result<(), ProfileError> {
        for (name, seri) in &self.seri {
            let error = |pesan| ProfileError::Pattern { seri: name.clone(), pesan };
            seri.pola.check(self.sisipan).map_err(error)?;
        }
        self.check_agenda()?;
        self.check_distinct()
    }

    fn check_agenda(&self) -> Result<(), ProfileError> {
        let error =
            |bidang: String, pesan: &str| Err(ProfileError::Value { bidang, pesan: pesan.to_owned() });
        if !self.agenda.is_empty() && !self.seri.contains_key(&self.agenda) {
            let pesan = format!("seri {:?} tidak ada di penomoran.seri", self.agenda);
            return error("penomoran.agenda".to_owned(), &pesan);
        }
        let Some((name, _)) = self
            .seri
            .iter()
            .find(|(name, seri)| seri.agenda && (self.agenda.is_empty() || **name == self.agenda))
        else {
            return Ok(());
        };
        let pesan = if self.agenda.is_empty() {
            "isi juga penomoran.agenda dengan seri agenda umum"
        } else {
            "seri agenda umum tidak mengambil nomor kedua dari dirinya sendiri"
        };
        error(format!("penomoran.seri.{name}.agenda"), pesan)
    }

    /// Two series must never print the same number.
    fn check_distinct(&self) -> Result<(), ProfileError> {
        let parts = NumberParts {
            sifat: &self.sifat,
            kode: "400.12.2.1",
            urut: 7,
            sisipan: "",
            unit: &self.unit,
            bulan: 11,
            tahun: 2026,
            kka: &self.kka,
        };
        let mut seen = BTreeMap::new();
        for (name, seri) in &self.seri {
            let error = |pesan| ProfileError::Pattern { seri: name.clone(), pesan };
            let nomor = seri.pola.render(&parts).map_err(error)?;
            if let Some(other) = seen.insert(nomor, name) {
                return Err(error(format!(
                    "menghasilkan nomor yang sama dengan seri {other}; tambahkan pembeda"
                )));
            }
        }
        Ok(())
    }
}
