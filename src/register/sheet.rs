//! The register as CSV, and as XLSX with real dates, a frozen head and a filter.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook};

use super::{KEPALA, Register, RegisterError};

/// Widths of the columns in characters.
const WIDTHS: [f64; 11] = [9.0, 28.0, 12.0, 30.0, 20.0, 20.0, 26.0, 28.0, 26.0, 32.0, 16.0];
/// Column of the date.
const DATE: usize = 2;

impl Register {
    /// CSV (RFC 4180) in UTF-8; dates as year-month-day.
    pub fn csv(&self) -> Result<Vec<u8>, RegisterError> {
        let failed = |e: csv::Error| RegisterError::Csv(Box::new(e));
        let mut out = csv::Writer::from_writer(Vec::new());
        out.write_record(KEPALA).map_err(failed)?;
        for row in &self.baris {
            let mut cells = row.sel();
            if let Some(date) = cells.get_mut(DATE) {
                *date = row.tanggal.to_string();
            }
            out.write_record(cells).map_err(failed)?;
        }
        out.into_inner().map_err(|e| RegisterError::Csv(Box::new(e.into_error())))
    }

    /// XLSX (ISO/IEC 29500). Every cell is text but the date, so that nothing turns into a formula or loses zeros.
    pub fn xlsx(&self) -> Result<Vec<u8>, RegisterError> {
        self.workbook().map_err(|e| RegisterError::Xlsx(Box::new(e)))
    }

    fn workbook(&self) -> Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
        let head = Format::new().set_bold().set_align(FormatAlign::Center).set_text_wrap();
        let text = Format::new().set_num_format("@").set_align(FormatAlign::Top).set_text_wrap();
        let date = Format::new().set_num_format("dd-mm-yyyy").set_align(FormatAlign::Top);
        let mut book = Workbook::new();
        // The month, not the clock: same data, same bytes.
        let made = ExcelDateTime::from_ymd(year(self.akhir().year()), number(self.bulan), 1)?;
        book.set_properties(&DocProperties::new().set_creation_datetime(&made));
        let sheet = book.add_worksheet().set_name(format!("Register {:04}-{:02}", self.tahun, self.bulan))?;
        for ((column, name), width) in (0_u16..).zip(KEPALA).zip(WIDTHS) {
            sheet.write_string_with_format(0, column, name, &head)?.set_column_width(column, width)?;
        }
        for (line, row) in (1_u32..).zip(&self.baris) {
            for ((column, cell), place) in (0_u16..).zip(row.sel()).zip(0..) {
                if place == DATE {
                    let day = row.tanggal;
                    let day =
                        ExcelDateTime::from_ymd(year(day.year()), number(day.month()), number(day.day()))?;
                    sheet.write_datetime_with_format(line, column, &day, &date)?;
                } else {
                    sheet.write_string_with_format(line, column, cell, &text)?;
                }
            }
        }
        let last = u32::try_from(self.baris.len()).unwrap_or(u32::MAX);
        sheet.set_freeze_panes(1, 0)?.autofilter(0, 0, last, 10)?;
        book.save_to_buffer()
    }
}

fn year(year: i16) -> u16 {
    u16::try_from(year).unwrap_or(0)
}

fn number(n: i8) -> u8 {
    u8::try_from(n).unwrap_or(0)
}
