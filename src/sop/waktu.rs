//! Times as offices write them: `15 Menit`, `2 Hari`, `Relatif`.

use std::fmt;

/// A time in the units that papers use. Days and weeks are not turned into minutes: an office's day has an end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lama {
    /// Minutes; an hour is 60 of them.
    pub menit: u32,
    /// Working days.
    pub hari: u32,
    /// Weeks.
    pub minggu: u32,
    /// Months.
    pub bulan: u32,
}

/// The time of a step, as printed and as read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Waktu {
    /// As the office writes it; may be empty.
    pub teks: String,
    /// As read; nothing where the office gives no time (`Relatif`, `Tentatif`, empty).
    pub lama: Option<Lama>,
}

impl Waktu {
    /// Reads a time: parts like `1 jam 30 menit`, or `Relatif`, `Tentatif`, `-`, nothing.
    pub fn parse(teks: &str) -> Option<Self> {
        let lower = teks.trim().to_lowercase();
        let waktu = |lama| Some(Self { teks: teks.to_owned(), lama });
        if matches!(lower.as_str(), "" | "-" | "relatif" | "tentatif") {
            return waktu(None);
        }
        let mut lama = Lama::default();
        let mut words = lower.split_whitespace();
        while let Some(word) = words.next() {
            let digits = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
            let (number, rest) = word.split_at_checked(digits)?;
            let unit = if rest.is_empty() { words.next()? } else { rest };
            lama.add(number.parse().ok()?, unit)?;
        }
        waktu(Some(lama))
    }
}

impl Lama {
    fn add(&mut self, number: u32, unit: &str) -> Option<()> {
        let (slot, times) = match unit.trim_end_matches('.') {
            "menit" | "mnt" => (&mut self.menit, 1),
            "jam" => (&mut self.menit, 60),
            "hari" => (&mut self.hari, 1),
            "minggu" => (&mut self.minggu, 1),
            "bulan" => (&mut self.bulan, 1),
            _ => return None,
        };
        *slot = slot.checked_add(number.checked_mul(times)?)?;
        Some(())
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            menit: self.menit.saturating_add(other.menit),
            hari: self.hari.saturating_add(other.hari),
            minggu: self.minggu.saturating_add(other.minggu),
            bulan: self.bulan.saturating_add(other.bulan),
        }
    }

    /// Comparable length in minutes: a working day of 7.5 hours, five of them a week, 22 a month.
    pub fn ukuran(self) -> u64 {
        let days = u64::from(self.hari) + 5 * u64::from(self.minggu) + 22 * u64::from(self.bulan);
        u64::from(self.menit) + days * 450
    }
}

impl fmt::Display for Lama {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> =
            [(self.bulan, "bulan"), (self.minggu, "minggu"), (self.hari, "hari"), (self.menit, "menit")]
                .into_iter()
                .filter(|(number, _)| *number > 0)
                .map(|(number, unit)| format!("{number} {unit}"))
                .collect();
        if parts.is_empty() { f.write_str("0 menit") } else { f.write_str(&parts.join(" ")) }
    }
}
