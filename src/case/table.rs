//! Batches as tables: CSV and XLSX, one case per row, columns named by the key (`pemohon.nik`).

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader};
use serde_json::{Map, Value};

use super::{Place, RawCase, read, schema};
use crate::finding::{Code, Finding};

/// A batch is a day's work, not a register.
const MAX_ROWS: u32 = 100_000;
const MAX_COLUMNS: u32 = 200;

/// Reads CSV with commas or semicolons; Excel in Indonesian writes semicolons.
pub(super) fn csv(file: &str, text: &str) -> Vec<RawCase> {
    let head = text.lines().next().unwrap_or_default();
    let delimiter = if head.matches(';').count() > head.matches(',').count() { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let Ok(record) = record else {
            let advice = "periksa tanda kutip pada baris itu";
            return vec![RawCase::broken(
                file,
                None,
                Code::BarisRusak,
                "tabel CSV tidak dapat dibaca",
                advice,
            )];
        };
        let line = record.position().map_or(0, csv::Position::line);
        let cells = record.iter().map(|cell| Cell::Text(cell.to_owned())).collect();
        rows.push((u32::try_from(line).unwrap_or(0), cells));
    }
    table(file, rows)
}

/// Reads the first sheet of a workbook.
pub(super) fn xlsx(file: &str, bytes: &[u8]) -> Vec<RawCase> {
    let broken = || {
        let advice = "simpan ulang sebagai .xlsx, atau kirim sebagai .csv";
        vec![RawCase::broken(file, None, Code::XlsxRusak, "buku kerja XLSX tidak dapat dibuka", advice)]
    };
    let Ok(mut book) = calamine::Xlsx::new(Cursor::new(bytes)) else { return broken() };
    let Some(name) = book.sheet_names().first().cloned() else { return broken() };
    let Ok(mut reader) = book.worksheet_cells_reader(&name) else { return broken() };
    // Cell by cell: a single cell at the far corner must not cost the memory of the whole sheet.
    let mut rows: BTreeMap<u32, Vec<Cell>> = BTreeMap::new();
    loop {
        let cell = match reader.next_cell() {
            Ok(Some(cell)) => cell,
            Ok(None) => break,
            Err(_) => return broken(),
        };
        let (row, column) = cell.get_position();
        let value = Cell::from_xlsx(&Data::from(cell.get_value().clone()));
        if value.is_blank() {
            continue;
        }
        if row >= MAX_ROWS || column >= MAX_COLUMNS {
            let text = format!("tabel lebih besar dari {MAX_ROWS} baris dan {MAX_COLUMNS} kolom");
            return vec![RawCase::broken(file, None, Code::XlsxRusak, &text, "bagi menjadi beberapa berkas")];
        }
        let cells = rows.entry(row + 1).or_default();
        let place = usize::try_from(column).unwrap_or(usize::MAX);
        while cells.len() < place {
            cells.push(Cell::Text(String::new()));
        }
        cells.push(value);
    }
    table(file, rows.into_iter().collect())
}

/// A cell: text, or a number (which is a finding where text is needed: a NIK loses digits as a number).
enum Cell {
    Text(String),
    Number(Value),
}

impl Cell {
    fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim().is_empty())
    }

    fn from_xlsx(data: &Data) -> Self {
        match data {
            Data::Empty | Data::Error(_) => Self::Text(String::new()),
            Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
                Self::Text(text.clone())
            }
            Data::Bool(flag) => Self::Text(flag.to_string()),
            Data::DateTime(moment) => {
                let (year, month, day, ..) = moment.to_ymd_hms_milli();
                Self::Text(format!("{year:04}-{month:02}-{day:02}"))
            }
            Data::Int(number) => Self::Number(read::count(u64::try_from(*number).ok())),
            // A workbook knows floating point only; a whole number prints without a point.
            Data::Float(number) => Self::Number(read::count(number.to_string().parse().ok())),
        }
    }
}

fn table(file: &str, rows: Vec<(u32, Vec<Cell>)>) -> Vec<RawCase> {
    let mut rows = rows
        .into_iter()
        .filter(|(_, cells)| cells.iter().any(|cell| !matches!(cell, Cell::Text(t) if t.trim().is_empty())));
    let Some((head_row, head)) = rows.next() else { return vec![RawCase::empty(file)] };
    let columns: Vec<String> = head
        .into_iter()
        .map(|cell| match cell {
            Cell::Text(text) => text.trim().to_owned(),
            Cell::Number(_) => String::new(),
        })
        .collect();
    if !columns.iter().any(|name| schema::is_column(name)) {
        let text = "baris judul kolom tidak ada";
        let advice = "isi baris pertama dengan nama kolom: jenis, pemohon.nama, dan seterusnya";
        return vec![RawCase::broken(file, Some(head_row), Code::TanpaJudulKolom, text, advice)];
    }
    let mut head_findings = Vec::new();
    for (i, name) in columns.iter().enumerate() {
        if columns.iter().take(i).any(|earlier| earlier == name) && !name.is_empty() {
            let shown = schema::without_numbers(name);
            let text = format!("kolom {shown} ada dua kali");
            head_findings.push(Finding::new(Code::KolomGanda, &shown, text, "hapus salah satunya"));
        } else if !name.is_empty() && !schema::is_column(name) {
            head_findings.push(schema::unknown_key(name));
        }
    }
    if !head_findings.is_empty() {
        let mut raw = RawCase::broken(file, Some(head_row), Code::BarisRusak, "", "");
        raw.findings = head_findings;
        return vec![raw];
    }
    let cases: Vec<RawCase> = rows.map(|(row, cells)| case(file, row, &columns, cells)).collect();
    if cases.is_empty() { vec![RawCase::empty(file)] } else { cases }
}

fn case(file: &str, row: u32, columns: &[String], cells: Vec<Cell>) -> RawCase {
    let place = Place { file: file.to_owned(), row: Some(row), lines: BTreeMap::new() };
    let filled = cells.iter().rposition(|cell| !matches!(cell, Cell::Text(t) if t.trim().is_empty()));
    if filled.is_some_and(|last| last >= columns.len()) {
        let text = "baris memiliki lebih banyak sel daripada judul kolom";
        return RawCase::broken(
            file,
            Some(row),
            Code::BarisRusak,
            text,
            "periksa koma dan tanda kutip pada baris itu",
        );
    }
    let mut tree = Map::new();
    for (path, cell) in columns.iter().zip(cells) {
        let value = match cell {
            Cell::Text(text) if text.trim().is_empty() => continue,
            Cell::Text(text) if schema::is_list(path) => {
                let items = text.split(';').map(str::trim).filter(|item| !item.is_empty());
                Value::Array(items.map(|item| Value::String(item.to_owned())).collect())
            }
            Cell::Text(text) => Value::String(text),
            Cell::Number(number) => number,
        };
        match path.split_once('.') {
            Some((section, key)) => {
                if let Value::Object(inner) = tree.entry(section).or_insert_with(|| Value::Object(Map::new()))
                {
                    inner.insert(key.to_owned(), value);
                }
            }
            None => {
                tree.insert(path.clone(), value);
            }
        }
    }
    RawCase::from_tree(place, tree)
}
