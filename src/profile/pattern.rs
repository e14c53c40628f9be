//! Number patterns: minijinja templates over the parts of a number.

use minijinja::Value;
use minijinja::value::Serde;
use serde::{Deserialize, Serialize};

use crate::wording;

/// The parts that a pattern may use.
#[derive(Debug, Clone, Serialize)]
pub struct NumberParts<'a> {
    /// Security prefix of the profile.
    pub sifat: &'a str,
    /// Classification code of the kind.
    pub kode: &'a str,
    /// Running number within series and year, from 1.
    #[serde(skip)]
    pub urut: u32,
    /// Suffix of an insertion, `a` to `z`: `{{ urut | pad(3) }}` then gives `012.a`. Empty for a number of the counter.
    #[serde(skip)]
    pub sisipan: &'a str,
    /// Unit code of the profile.
    pub unit: &'a str,
    /// Month, 1 to 12.
    pub bulan: u32,
    /// Year.
    pub tahun: u32,
    /// Old classification code of the profile.
    pub kka: &'a str,
}

/// A pattern such as `{{ kode }}/{{ urut | pad(3) }}/{{ unit }}/{{ bulan | romawi }}/{{ tahun }}`.
///
/// ```
/// use suket::{NumberParts, NumberPattern};
/// let pattern = NumberPattern::new("{{ kode }}/{{ urut | pad(3) }}/{{ bulan | romawi }}").unwrap();
/// let parts = NumberParts { sifat: "", kode: "400", urut: 7, sisipan: "", unit: "", bulan: 11, tahun: 2026, kka: "" };
/// assert_eq!(pattern.render(&parts).unwrap(), "400/007/XI");
/// let inserted = NumberParts { sisipan: "a", ..parts };
/// assert_eq!(pattern.render(&inserted).unwrap(), "400/007.a/XI");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct NumberPattern(String);

impl NumberPattern {
    /// A checked pattern; the error says in Bahasa Indonesia what is wrong.
    pub fn new(pattern: &str) -> Result<Self, String> {
        let pattern = Self::unchecked(pattern);
        pattern.check(false)?;
        Ok(pattern)
    }

    pub(super) fn unchecked(pattern: &str) -> Self {
        Self(pattern.to_owned())
    }

    /// The number as it is printed; it is stored whole and never rebuilt.
    pub fn render(&self, parts: &NumberParts<'_>) -> Result<String, String> {
        // A suffix makes the number a text, which `pad` knows; without one it stays a number for every filter.
        let urut = match parts.sisipan {
            "" => Value::from(parts.urut),
            suffix => Value::from(format!("{}.{suffix}", parts.urut)),
        };
        wording::environment()
            .render_str(&self.0, minijinja::context! { urut, ..Value::from(Serde(parts)) })
            .map(|text| wording::unprotected(&text))
            .map_err(|error| wording::explain(&error))
    }

    /// Renders samples: an unknown name, a pattern without `urut`, one that prints nothing, and where the office has
    /// insertions one that prints their suffix wrongly or not at all, are refused.
    pub(super) fn check(&self, insertions: bool) -> Result<(), String> {
        let sample = |urut, sisipan| {
            self.render(&NumberParts {
                sifat: "B",
                kode: "400.12.2.1",
                urut,
                sisipan,
                unit: "U",
                bulan: 12,
                tahun: 2026,
                kka: "K",
            })
        };
        let (one, two) = (sample(1, "")?, sample(1001, "")?);
        if one == two {
            return Err("pola tidak memakai urut, sehingga dua surat akan bernomor sama".to_owned());
        }
        if two.chars().count() > 60 || two.chars().any(char::is_control) {
            return Err("nomor harus satu baris dan paling banyak 60 huruf".to_owned());
        }
        if insertions {
            let (a, b) = (sample(1001, "a")?, sample(1001, "b")?);
            if two == a || a == b || a.chars().count() > 60 {
                return Err("pola tidak dapat memuat nomor sisipan seperti 12.a; tulis urut tanpa hitungan"
                    .to_owned());
            }
        }
        Ok(())
    }
}
