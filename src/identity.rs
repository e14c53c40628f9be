//! NIK, No. KK and NIP: the numbers that stand for people. A [`Nik`] never prints itself.

use jiff::civil::Date;

use crate::finding::{Code, Finding};

/// Nomor Induk Kependudukan (population number): 16 digits `PPKKCC DDMMYY SSSS`, the day plus 40 for a woman.
///
/// It is personal data: `Debug` and `Display` show the last four digits only.
///
/// ```
/// let nik = suket::Nik::parse("6305061203059901").unwrap();
/// assert_eq!(format!("{nik} {nik:?}"), "************9901 ************9901");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Nik(String);

impl Nik {
    /// Reads a NIK; the error is the code of the first rule that it breaks.
    pub fn parse(text: &str) -> Result<Self, Code> {
        if text.chars().count() != 16 {
            return Err(Code::NikPanjang);
        }
        if !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Code::NikBukanAngka);
        }
        let nik = Self(text.to_owned());
        if !matches!(nik.digits(6, 2), 1..=31 | 41..=71) {
            return Err(Code::NikHari);
        }
        if !matches!(nik.digits(8, 2), 1..=12) {
            return Err(Code::NikBulan);
        }
        if nik.digits(12, 4) == 0 {
            return Err(Code::NikUrut);
        }
        Ok(nik)
    }

    /// The last four digits, the only part that leaves the letter itself.
    pub fn akhir(&self) -> &str {
        self.0.get(12..).unwrap_or_default()
    }

    /// All digits, for the letter and the personal part of the book.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the day says that the holder is a woman.
    pub fn perempuan(&self) -> bool {
        self.digits(6, 2) > 40
    }

    fn digits(&self, from: usize, len: usize) -> u32 {
        self.0.get(from..from + len).and_then(|part| part.parse().ok()).unwrap_or(0)
    }

    fn day_month_year(&self) -> (u32, u32, u32) {
        let day = self.digits(6, 2);
        (if day > 40 { day - 40 } else { day }, self.digits(8, 2), self.digits(10, 2))
    }

    /// Mismatches with what the applicant states. They are normal (a NIK is never re-issued when a birth date is
    /// corrected) and therefore only warn. The century comes from the stated date: the NIK has two digits.
    pub fn compare(&self, born: Option<Date>, woman: Option<bool>) -> Vec<Finding> {
        const FIELD: &str = "pemohon.nik";
        let mut found = Vec::new();
        if !PROVINSI.contains(&self.digits(0, 2)) {
            found.push(Finding::new(
                Code::NikProvinsi,
                FIELD,
                "dua angka pertama NIK bukan kode provinsi yang dikenal",
                "cocokkan NIK dengan Kartu Keluarga",
            ));
        }
        let (day, month, year) = self.day_month_year();
        let century = born.map_or(2000, |date| i32::from(date.year()) / 100 * 100);
        let in_nik = i16::try_from(century + i32::try_from(year).unwrap_or(0))
            .ok()
            .and_then(|year| Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok());
        match (in_nik, born) {
            (None, _) => found.push(Finding::new(
                Code::NikTanggalTidakAda,
                FIELD,
                "tanggal di dalam NIK tidak ada di kalender",
                "cocokkan NIK dan tanggal lahir dengan Kartu Keluarga",
            )),
            (Some(in_nik), Some(born)) if in_nik != born => found.push(Finding::new(
                Code::NikLahir,
                FIELD,
                "tanggal lahir di dalam NIK berbeda dari pemohon.tanggal_lahir",
                "cocokkan keduanya dengan Kartu Keluarga; NIK tidak berubah bila tanggal lahir diperbaiki",
            )),
            _ => {}
        }
        if woman.is_some_and(|woman| woman != self.perempuan()) {
            found.push(Finding::new(
                Code::NikKelamin,
                FIELD,
                "jenis kelamin di dalam NIK berbeda dari pemohon.jenis_kelamin",
                "cocokkan keduanya dengan Kartu Keluarga",
            ));
        }
        found
    }
}

impl std::fmt::Display for Nik {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "************{}", self.akhir())
    }
}

impl std::fmt::Debug for Nik {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// Province codes of the Ministry of Home Affairs (Kepmendagri 300.2.2-2138/2025). The table ages when provinces
/// split, so an unknown code only warns.
const PROVINSI: [u32; 38] = [
    11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 31, 32, 33, 34, 35, 36, 51, 52, 53, 61, 62, 63, 64, 65, 71, 72,
    73, 74, 75, 76, 81, 82, 91, 92, 93, 94, 95, 96,
];

/// Findings about a No. KK (family card number): 6 digits region, 6 date of entry, 4 serial. No day plus 40.
pub fn check_no_kk(text: &str) -> Vec<Finding> {
    const FIELD: &str = "pemohon.no_kk";
    const ADVICE: &str = "salin No. KK dari Kartu Keluarga";
    if text.chars().count() != 16 {
        let n = text.chars().count();
        return vec![Finding::new(
            Code::KkPanjang,
            FIELD,
            format!("No. KK harus 16 angka, tertulis {n}"),
            ADVICE,
        )];
    }
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return vec![Finding::new(Code::KkBukanAngka, FIELD, "No. KK hanya boleh berisi angka", ADVICE)];
    }
    let digits = |from: usize, len: usize| -> u32 {
        text.get(from..from + len).and_then(|part| part.parse().ok()).unwrap_or(0)
    };
    let mut found = Vec::new();
    if !matches!(digits(6, 2), 1..=31) || !matches!(digits(8, 2), 1..=12) {
        let text = "tanggal di dalam No. KK tidak ada di kalender";
        found.push(Finding::new(Code::KkTanggal, FIELD, text, ADVICE));
    }
    if digits(12, 4) == 0 {
        found.push(Finding::new(Code::KkUrut, FIELD, "nomor urut di dalam No. KK adalah 0000", ADVICE));
    }
    found
}

/// Whether a NIP (civil servant number) has its 18 digits: 8 birth, 6 appointment, 1 sex, 3 serial. Blanks between
/// the groups are allowed and printed as given.
///
/// ```
/// assert!(suket::nip_ok("19690312 199211 1 001"));
/// assert!(!suket::nip_ok("196903121992111"));
/// ```
pub fn nip_ok(text: &str) -> bool {
    let digits: Vec<u8> = text.bytes().filter(|b| *b != b' ').collect();
    let number = |from: usize, len: usize| -> u32 {
        digits
            .get(from..from + len)
            .map_or(0, |part| part.iter().fold(0, |n, d| n * 10 + u32::from(d - b'0')))
    };
    digits.len() == 18
        && digits.iter().all(u8::is_ascii_digit)
        && matches!(number(4, 2), 1..=12)
        && matches!(number(6, 2), 1..=31)
        && matches!(number(12, 2), 1..=12)
        && matches!(number(14, 1), 1 | 2)
}
