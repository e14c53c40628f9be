//! Dates as Indonesian papers write them, and the age of a person on a day.

use jiff::civil::Date;

/// Months as letters print them. Old spellings such as "Nopember" are never printed.
const BULAN: [&str; 12] = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
];
const ROMAWI: [&str; 12] = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];
const HARI: [&str; 7] = ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"];

/// A month's Roman numeral, 1 to 12.
///
/// ```
/// assert_eq!(suket::romawi(11), Some("XI"));
/// assert_eq!(suket::romawi(13), None);
/// ```
pub fn romawi(month: u32) -> Option<&'static str> {
    month.checked_sub(1).and_then(|index| ROMAWI.get(usize::try_from(index).ok()?)).copied()
}

/// A date in the long form, e.g. `21 November 2026`, the day without a leading zero.
///
/// ```
/// assert_eq!(suket::tanggal_panjang("2023-01-02".parse().unwrap()), "2 Januari 2023");
/// ```
pub fn tanggal_panjang(date: Date) -> String {
    format!("{} {} {}", date.day(), bulan(date), date.year())
}

/// A date in the short form, e.g. `12-03-1969`.
pub fn tanggal_pendek(date: Date) -> String {
    format!("{:02}-{:02}-{}", date.day(), date.month(), date.year())
}

/// The long form with two digits for the day, as some offices print it: `02 Januari 2023`.
pub fn tanggal_nol(date: Date) -> String {
    format!("{:02} {} {}", date.day(), bulan(date), date.year())
}

/// The name of the month.
pub fn bulan(date: Date) -> &'static str {
    usize::try_from(date.month() - 1).ok().and_then(|index| BULAN.get(index)).copied().unwrap_or_default()
}

/// The name of the day of the week.
pub fn hari(date: Date) -> &'static str {
    let index = date.weekday().to_monday_zero_offset();
    usize::try_from(index).ok().and_then(|index| HARI.get(index)).copied().unwrap_or_default()
}

/// Completed years of age on `day`. Somebody born on 29 February completes a year on 1 March in a common year;
/// no rule was found for this, so it is our choice, and the later day is the careful one.
///
/// ```
/// let age = suket::usia("2008-02-29".parse().unwrap(), "2025-02-28".parse().unwrap());
/// assert_eq!(age, 16);
/// ```
pub fn usia(born: Date, day: Date) -> i16 {
    let had_birthday = (day.month(), day.day()) >= (born.month(), born.day());
    day.year() - born.year() - i16::from(!had_birthday)
}

/// A number in words, below one thousand million.
///
/// ```
/// assert_eq!(suket::terbilang(1_100), "seribu seratus");
/// ```
pub fn terbilang(n: u64) -> String {
    const SATUAN: [&str; 12] = [
        "nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh",
        "sebelas",
    ];
    let join = |head: String, rest: u64| if rest == 0 { head } else { format!("{head} {}", terbilang(rest)) };
    match n {
        0..=11 => usize::try_from(n).ok().and_then(|i| SATUAN.get(i)).copied().unwrap_or_default().to_owned(),
        12..=19 => format!("{} belas", terbilang(n - 10)),
        20..=99 => join(format!("{} puluh", terbilang(n / 10)), n % 10),
        100..=199 => join("seratus".to_owned(), n - 100),
        200..=999 => join(format!("{} ratus", terbilang(n / 100)), n % 100),
        1_000..=1_999 => join("seribu".to_owned(), n - 1_000),
        2_000..=999_999 => join(format!("{} ribu", terbilang(n / 1_000)), n % 1_000),
        1_000_000..=999_999_999 => join(format!("{} juta", terbilang(n / 1_000_000)), n % 1_000_000),
        1_000_000_000.. => join(format!("{} miliar", terbilang(n / 1_000_000_000)), n % 1_000_000_000),
    }
}
/// A month of the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bulan {
    tahun: i16,
    bulan: i8,
}

impl Bulan {
    /// `None` where there is no such month.
    pub fn new(tahun: i16, bulan: i8) -> Option<Self> {
        Date::new(tahun, bulan, 1).ok().map(Self::of)
    }

    /// The month of a day.
    pub fn of(day: Date) -> Self {
        Self { tahun: day.year(), bulan: day.month() }
    }

    /// Year.
    pub const fn tahun(self) -> i16 {
        self.tahun
    }

    /// Month, 1 to 12.
    pub const fn bulan(self) -> i8 {
        self.bulan
    }

    /// The month after.
    #[must_use]
    pub const fn next(self) -> Self {
        if self.bulan == 12 {
            Self { tahun: self.tahun + 1, bulan: 1 }
        } else {
            Self { bulan: self.bulan + 1, ..self }
        }
    }

    /// Its first day.
    pub fn mulai(self) -> Date {
        Date::new(self.tahun, self.bulan, 1).unwrap_or_default()
    }
}

/// `2026-11`.
impl std::fmt::Display for Bulan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.tahun, self.bulan)
    }
}

impl std::str::FromStr for Bulan {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (year, month) = text.split_once('-').ok_or(())?;
        let masa = Self::new(year.parse().map_err(drop)?, month.parse().map_err(drop)?).ok_or(())?;
        if masa.to_string() == text { Ok(masa) } else { Err(()) }
    }
}
