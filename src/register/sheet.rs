//! A book as CSV, and as XLSX with real dates and counts, a frozen head and a filter.

use jiff::civil::Date;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, XlsxError};

use super::{Buku, Lajur, RegisterError, Sel};

impl Buku {
    /// CSV (RFC 4180) in UTF-8; dates as year-month-day. Headings of groups are left out.
    pub fn csv(&self) -> Result<Vec<u8>, RegisterError> {
        let failed = |e: csv::Error| RegisterError::Csv(Box::new(e));
        let mut out = csv::Writer::from_writer(Vec::new());
        out.write_record(self.kolom.iter().map(|column| &column.kepala)).map_err(failed)?;
        for row in self.rows() {
            out.write_record(row.sel.iter().map(|cell| match cell {
                Sel::Tanggal(date) => date.to_string(),
                Sel::Teks(_) | Sel::Angka(_) => cell.tercetak(),
            }))
            .map_err(failed)?;
        }
        out.into_inner().map_err(|e| RegisterError::Csv(Box::new(e.into_error())))
    }

    /// XLSX (ISO/IEC 29500). Every cell is text but dates and counts, so that nothing turns into a formula or loses
    /// zeros.
    pub fn xlsx(&self) -> Result<Vec<u8>, RegisterError> {
        self.workbook().map_err(|e| RegisterError::Xlsx(Box::new(e)))
    }

    fn workbook(&self) -> Result<Vec<u8>, XlsxError> {
        let head = Format::new().set_bold().set_align(FormatAlign::Center).set_text_wrap();
        let text = Format::new().set_num_format("@").set_align(FormatAlign::Top).set_text_wrap();
        let date = Format::new().set_num_format("dd-mm-yyyy").set_align(FormatAlign::Top);
        let count = Format::new().set_num_format("0").set_align(FormatAlign::Top);
        let mut book = Workbook::new();
        // The end of the time, not the clock: same data, same bytes.
        book.set_properties(&DocProperties::new().set_creation_datetime(&excel(self.masa.akhir())?));
        let sheet = book.add_worksheet().set_name(format!("{} {}", self.nama, self.masa.kode()))?;
        for (column, kolom) in (0_u16..).zip(&self.kolom) {
            sheet
                .write_string_with_format(0, column, &kolom.kepala, &head)?
                .set_column_width(column, kolom.lembar)?;
        }
        let mut last = 0;
        for (line, row) in (1_u32..).zip(self.rows()) {
            for (column, cell) in (0_u16..).zip(&row.sel) {
                match cell {
                    Sel::Tanggal(day) => {
                        sheet.write_datetime_with_format(line, column, &excel(*day)?, &date)?
                    }
                    Sel::Angka(n) => sheet.write_number_with_format(line, column, *n, &count)?,
                    Sel::Teks(cell) => sheet.write_string_with_format(line, column, cell, &text)?,
                };
            }
            last = line;
        }
        let columns = u16::try_from(self.kolom.len().saturating_sub(1)).unwrap_or(u16::MAX);
        sheet.set_freeze_panes(1, 0)?.autofilter(0, 0, last, columns)?;
        // Landscape, one page wide, the head on every page: an office prints these too.
        sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
        book.save_to_buffer()
    }

    fn rows(&self) -> impl Iterator<Item = &Lajur> {
        self.kelompok.iter().flat_map(|group| &group.baris)
    }
}

fn excel(day: Date) -> Result<ExcelDateTime, XlsxError> {
    let number = |n: i8| u8::try_from(n).unwrap_or(0);
    ExcelDateTime::from_ymd(u16::try_from(day.year()).unwrap_or(0), number(day.month()), number(day.day()))
}
