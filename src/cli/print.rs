//! `suket register` and `suket book agenda`, `ekspedisi`, `rekap`: the books that an office prints.

use std::path::{Path, PathBuf};

use suket::{Buku, Bulan, Cetakan, Masa, Office, OfficeError};

use super::args::{Global, Print};
use super::cases::write_file;
use super::look::parse_month;
use super::say::{self, Failure};
use super::{log, outside};

/// `suket register`.
pub(crate) fn register(global: &Global, month: &str, print: &Print) -> Result<u8, Failure> {
    let (year, month) = parse_month(month)?;
    let closed = |office: &Office| match Bulan::new(year, month) {
        Some(month) => office.closed_register(month),
        None => Ok(None),
    };
    make_or(global, print, |office| Ok(office.register(year, month)?.buku()), closed)
}

/// `suket book permohonan`.
pub(crate) fn applications(global: &Global, month: &str, print: &Print) -> Result<u8, Failure> {
    let (year, month) = parse_month(month)?;
    make(global, print, |office| office.applications_book(year, month))
}

/// `suket book agenda`.
pub(crate) fn agenda(global: &Global, year: i16, print: &Print) -> Result<u8, Failure> {
    make(global, print, |office| Ok(office.numbers(Masa::Tahun(year))?.agenda()))
}

/// `suket book ekspedisi`.
pub(crate) fn dispatch(global: &Global, month: &str, print: &Print) -> Result<u8, Failure> {
    let (year, month) = parse_month(month)?;
    make(global, print, |office| office.dispatch(year, month))
}

/// `suket book rekap`: a month, or a year without one.
pub(crate) fn recap(global: &Global, time: &str, print: &Print) -> Result<u8, Failure> {
    let masa = match time.parse::<i16>() {
        Ok(year) if (1..=9999).contains(&year) => Masa::Tahun(year),
        _ => {
            let (year, month) = parse_month(time)?;
            Masa::Bulan(year, month)
        }
    };
    make(global, print, |office| Ok(office.numbers(masa)?.rekapitulasi()))
}

fn make(
    global: &Global,
    print: &Print,
    book: impl FnOnce(&Office) -> Result<Buku, OfficeError>,
) -> Result<u8, Failure> {
    make_or(global, print, book, |_| Ok(None))
}

/// The same; `kept` gives the paper that was sealed when the month was closed.
fn make_or(
    global: &Global,
    print: &Print,
    book: impl FnOnce(&Office) -> Result<Buku, OfficeError>,
    kept: impl FnOnce(&Office) -> Result<Option<Vec<u8>>, OfficeError>,
) -> Result<u8, Failure> {
    let mut office = outside::open(global, None)?;
    if let Some((_, since @ 1..)) = office.checkpoint().map_err(outside::failure)? {
        // A book is printed also on a full disk.
        let signer = if office.is_read_only() { None } else { log::signer(&office)? };
        let signed = signer.map(|signer| office.sign_log(&signer));
        if !matches!(signed, Some(Ok(_))) {
            let text = format!(
                "{since} catatan terakhir belum ditandatangani; titik periksa di halaman belum memuatnya"
            );
            let advice = "tandatangani dengan suket book checkpoint, lalu cetak";
            let why = signed.and_then(Result::err).map(|error| format!(" ({error})")).unwrap_or_default();
            say::warning(&(text + &why), advice);
        }
    }
    let buku = book(&office).map_err(outside::failure)?;
    let bytes = match print.format.as_str() {
        "csv" => buku.csv().map_err(OfficeError::from),
        "xlsx" => buku.xlsx().map_err(OfficeError::from),
        _ => kept(&office).and_then(|kept| match kept {
            Some(sealed) => Ok(sealed),
            None => office.book_pdf(&buku, &Cetakan { stempel: office.stempel()?, ..Cetakan::default() }),
        }),
    };
    let bytes = bytes.map_err(outside::failure)?;
    let path = print.out.clone().unwrap_or_else(|| file_name(&buku, &print.format));
    place(&path, &bytes)?;
    if global.json {
        let rows: usize = buku.kelompok.iter().map(|group| group.baris.len()).sum();
        let line = serde_json::json!({
            "buku": buku.nama, "masa": buku.masa.kode(), "baris": rows, "berkas": path.display().to_string(),
        });
        say::line(&line.to_string());
    } else {
        say::line(&path.display().to_string());
    }
    Ok(say::DONE)
}

/// `register-2026-11.pdf`
pub(crate) fn file_name(buku: &Buku, ending: &str) -> PathBuf {
    format!("{}-{}.{ending}", buku.nama, buku.masa.kode()).into()
}

/// Writes the book.
fn place(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
        let advice = "buat foldernya dulu, atau pilih folder lain dengan --out";
        return Err(Failure::new(say::CALL, format!("folder {} tidak ada", folder.display()), advice));
    }
    if path.is_dir() {
        let advice = "tambahkan nama berkas pada --out";
        return Err(Failure::new(say::CALL, format!("{} adalah folder", path.display()), advice));
    }
    write_file(path, bytes)
}
