//! A book as CSV, and as XLSX with real dates and counts, a frozen head and a filter.

use jiff::civil::Date;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, XlsxError};

use super::{Buku, Lajur, RegisterError, Sel};

/// Height of a line of 10 points.
const LINE: f64 = 13.5;

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
        let plain = || Format::new().set_font_name("Arial").set_font_size(10).set_border(FormatBorder::Thin);
        let cell = |form: &str| plain().set_num_format(form).set_align(FormatAlign::Top);
        let head = plain().set_bold().set_align(FormatAlign::Center).set_text_wrap();
        let head = head.set_align(FormatAlign::VerticalCenter).set_background_color(0x00EB_EBEB);
        let (text, date, count) = (cell("@").set_text_wrap(), cell("dd-mm-yyyy"), cell("0"));
        let mut book = Workbook::new();
        // The end of the time, not the clock: same data, same bytes.
        book.set_properties(&DocProperties::new().set_creation_datetime(&excel(self.masa.akhir())?));
        let sheet = book.add_worksheet().set_name(format!("{} {}", self.nama, self.masa.kode()))?;
        for (column, kolom) in (0_u16..).zip(&self.kolom) {
            sheet
                .write_string_with_format(0, column, &kolom.kepala, &head)?
                .set_column_width(column, kolom.lembar)?;
        }
        // Not every program fits rows to wrapped text by itself.
        sheet.set_row_height(0, 3.0 * LINE)?;
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
            let deepest =
                row.sel.iter().zip(&self.kolom).map(|(cell, kolom)| lines(cell, kolom.lembar)).max();
            sheet.set_row_height(line, LINE * f64::from(deepest.unwrap_or(1)))?;
            last = line;
        }
        let columns = u16::try_from(self.kolom.len().saturating_sub(1)).unwrap_or(u16::MAX);
        sheet.set_freeze_panes(1, 0)?.autofilter(0, 0, last, columns)?;
        // Landscape, one page wide, the head on every page: an office prints these too.
        sheet.set_margins(0.4, 0.4, 0.5, 0.5, 0.3, 0.3);
        sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
        book.save_to_buffer()
    }

    fn rows(&self) -> impl Iterator<Item = &Lajur> {
        self.kelompok.iter().flat_map(|group| &group.baris)
    }
}

/// Lines that a cell takes in a column of so many characters, rather one too many: capitals are wide.
fn lines(cell: &Sel, width: f64) -> u32 {
    let Sel::Teks(text) = cell else { return 1 };
    let (mut lines, mut used) = (1, 0.0);
    for word in text.split(' ') {
        let wide = |c: char| if c.is_uppercase() { 1.3 } else { 1.0 };
        let own: f64 = word.chars().map(wide).sum();
        if used > 0.0 && used + 1.0 + own > width {
            (lines, used) = (lines + 1, 0.0);
        }
        used += own + 1.0;
        while used > width + 1.0 {
            (lines, used) = (lines + 1, used - width);
        }
    }
    lines
}

fn excel(day: Date) -> Result<ExcelDateTime, XlsxError> {
    let number = |n: i8| u8::try_from(n).unwrap_or(0);
    ExcelDateTime::from_ymd(u16::try_from(day.year()).unwrap_or(0), number(day.month()), number(day.day()))
}
