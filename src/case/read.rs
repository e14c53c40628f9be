//! Reads case files: TOML and JSON with one case, JSONL, CSV and XLSX with many.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Case, schema, table};
use crate::finding::{Code, Finding};

/// A case can hold this many bytes; a batch this many per row on average is far beyond any real one.
const MAX_CASE: usize = 256 * 1024;
const MAX_BATCH: usize = 64 * 1024 * 1024;

/// Where in a file a case, or one of its keys, stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The file as the user named it.
    pub file: String,
    /// Row of a batch, as a spreadsheet counts it (the heading is row 1).
    pub row: Option<u32>,
    /// Line of each key, for files with one case.
    pub lines: BTreeMap<String, u32>,
}

impl Place {
    /// Where the key stands: `kasus.toml:9`, or `kasus.csv baris 3`.
    pub fn of(&self, bidang: &str) -> String {
        let mut key = bidang;
        loop {
            if let Some(line) = self.lines.get(key) {
                return format!("{}:{line}", self.file);
            }
            match key.rsplit_once('.') {
                Some((parent, _)) => key = parent,
                None => break,
            }
        }
        self.row.map_or_else(|| self.file.clone(), |row| format!("{} baris {row}", self.file))
    }
}

/// A case as it was read, with its place and what is already known to be wrong with its form.
#[derive(Debug, Clone)]
pub struct RawCase {
    /// The case; keys with a finding are left out.
    pub case: Case,
    /// Where it stands.
    pub place: Place,
    /// Findings about its form.
    pub findings: Vec<Finding>,
    /// `false` where the file or row could not be read as a case at all; the findings say why.
    pub readable: bool,
}

impl RawCase {
    /// Reads a file by its ending: `.toml`, `.json` (one case), `.jsonl`, `.csv`, `.xlsx` (many). `None` for any
    /// other ending. A file that cannot be read at all is one case with one finding.
    pub fn read(file: &str, bytes: &[u8]) -> Option<Vec<Self>> {
        let ending = file.rsplit_once('.').map(|(_, ending)| ending.to_lowercase())?;
        let limit = if matches!(ending.as_str(), "toml" | "json") { MAX_CASE } else { MAX_BATCH };
        if !matches!(ending.as_str(), "toml" | "json" | "jsonl" | "csv" | "xlsx") {
            return None;
        }
        if bytes.len() > limit {
            let text = format!("berkas lebih besar dari {} KiB", limit / 1024);
            return Some(vec![Self::broken(
                file,
                None,
                Code::BerkasTerlaluBesar,
                &text,
                "bagi menjadi beberapa berkas",
            )]);
        }
        if ending == "xlsx" {
            return Some(table::xlsx(file, bytes));
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            let advice = "simpan ulang berkas sebagai UTF-8";
            return Some(vec![Self::broken(file, None, Code::BukanUtf8, "berkas bukan teks UTF-8", advice)]);
        };
        let text = text.trim_start_matches('\u{feff}');
        if text.trim().is_empty() {
            return Some(vec![Self::empty(file)]);
        }
        Some(match ending.as_str() {
            "toml" => vec![Self::toml(file, text)],
            "json" => vec![Self::json(file, text, None)],
            "jsonl" => text
                .lines()
                .zip(1..)
                .filter(|(line, _)| !line.trim().is_empty())
                .map(|(line, row)| Self::json(file, line, Some(row)))
                .collect(),
            _ => table::csv(file, text),
        })
    }

    pub(super) fn empty(file: &str) -> Self {
        Self::broken(
            file,
            None,
            Code::BerkasKosong,
            "berkas kosong",
            "isi berkas dengan satu kasus atau lebih",
        )
    }

    pub(super) fn broken(file: &str, row: Option<u32>, kode: Code, pesan: &str, saran: &str) -> Self {
        let place = Place { file: file.to_owned(), row, lines: BTreeMap::new() };
        Self {
            case: Case::default(),
            place,
            findings: vec![Finding::new(kode, "", pesan, saran)],
            readable: false,
        }
    }

    /// Builds a case from a tree that a reader made.
    pub(super) fn from_tree(place: Place, tree: Map<String, Value>) -> Self {
        let (case, findings) = schema::build(tree);
        Self { case, place, findings, readable: true }
    }

    fn toml(file: &str, text: &str) -> Self {
        let line_of = |offset: usize| {
            let lines = text.bytes().take(offset).filter(|b| *b == b'\n').count();
            u32::try_from(lines + 1).unwrap_or(u32::MAX)
        };
        match toml::de::DeTable::parse(text) {
            Ok(table) => {
                let mut lines = BTreeMap::new();
                let tree = toml_tree("", table.get_ref(), &line_of, &mut lines);
                Self::from_tree(Place { file: file.to_owned(), row: None, lines }, tree)
            }
            Err(error) => {
                let line = error.span().map_or(1, |span| line_of(span.start));
                let mut raw = Self::broken(
                    file,
                    None,
                    Code::TomlRusak,
                    "penulisan TOML salah pada baris ini",
                    "periksa tanda kutip, tanda = dan kurung siku; contoh kasus ada di README",
                );
                raw.place.lines.insert(String::new(), line);
                raw
            }
        }
    }

    fn json(file: &str, text: &str, row: Option<u32>) -> Self {
        match serde_json::from_str::<Strict>(text).map(|strict| (strict.0, strict.1)) {
            Ok((_, Some(key))) => {
                let key = schema::without_numbers(&key);
                let text = format!("kunci {key} ada dua kali");
                Self::broken(file, row, Code::KunciGanda, &text, "hapus salah satunya")
            }
            Ok((Value::Object(tree), None)) => {
                let lines = if row.is_none() { json_lines(text, &tree) } else { BTreeMap::new() };
                Self::from_tree(Place { file: file.to_owned(), row, lines }, tree)
            }
            Ok((_, None)) => Self::broken(
                file,
                row,
                Code::JsonRusak,
                "isi bukan satu objek JSON",
                "awali dengan { dan akhiri dengan }",
            ),
            Err(error) => {
                // The library's message may quote the text, which may hold a NIK: only the place is told.
                let pesan = format!("penulisan JSON salah pada huruf ke-{}", error.column());
                let mut raw =
                    Self::broken(file, row, Code::JsonRusak, &pesan, "perbaiki tanda kutip, koma dan kurung");
                if row.is_none() {
                    raw.place.lines.insert(String::new(), u32::try_from(error.line()).unwrap_or(1));
                }
                raw
            }
        }
    }
}

fn toml_tree(
    prefix: &str,
    table: &toml::de::DeTable<'_>,
    line_of: &dyn Fn(usize) -> u32,
    lines: &mut BTreeMap<String, u32>,
) -> Map<String, Value> {
    let mut tree = Map::new();
    for (key, value) in table {
        let name = key.get_ref().to_string();
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        lines.insert(path.clone(), line_of(key.span().start));
        tree.insert(name, toml_value(&path, value.get_ref(), line_of, lines));
    }
    tree
}

fn toml_value(
    path: &str,
    value: &toml::de::DeValue<'_>,
    line_of: &dyn Fn(usize) -> u32,
    lines: &mut BTreeMap<String, u32>,
) -> Value {
    use toml::de::DeValue;
    match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Datetime(datetime) => Value::String(datetime.to_string()),
        DeValue::Boolean(flag) => Value::Bool(*flag),
        DeValue::Integer(number) => count(u64::from_str_radix(number.as_str(), number.radix()).ok()),
        DeValue::Float(_) => count(None),
        DeValue::Array(items) => {
            Value::Array(items.iter().map(|item| toml_value(path, item.get_ref(), line_of, lines)).collect())
        }
        DeValue::Table(table) => Value::Object(toml_tree(path, table, line_of, lines)),
    }
}

/// A number as far as a case has numbers: a small count. The digits of others do not matter, they are a finding
/// wherever they stand, and must not be repeated: they may be a NIK.
pub(super) fn count(number: Option<u64>) -> Value {
    Value::from(number.filter(|number| u32::try_from(*number).is_ok()).unwrap_or(0))
}

/// JSON that remembers the first key that stands twice in one object.
struct Strict(Value, Option<String>);

impl<'de> serde::Deserialize<'de> for Strict {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Strict;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("JSON")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut access: A) -> Result<Strict, A::Error> {
                let mut map = Map::new();
                let mut twice = None;
                while let Some((key, value)) = access.next_entry::<String, Strict>()? {
                    twice = twice.or(value.1);
                    if map.insert(key.clone(), value.0).is_some() {
                        twice.get_or_insert(key);
                    }
                }
                Ok(Strict(Value::Object(map), twice))
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut access: A) -> Result<Strict, A::Error> {
                let mut items = Vec::new();
                let mut twice = None;
                while let Some(item) = access.next_element::<Strict>()? {
                    twice = twice.or(item.1);
                    items.push(item.0);
                }
                Ok(Strict(Value::Array(items), twice))
            }

            fn visit_str<E>(self, text: &str) -> Result<Strict, E> {
                Ok(Strict(Value::String(text.to_owned()), None))
            }

            fn visit_bool<E>(self, flag: bool) -> Result<Strict, E> {
                Ok(Strict(Value::Bool(flag), None))
            }

            fn visit_unit<E>(self) -> Result<Strict, E> {
                Ok(Strict(Value::Null, None))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Strict, E> {
                Ok(Strict(count(Some(number)), None))
            }

            fn visit_i64<E>(self, _: i64) -> Result<Strict, E> {
                Ok(Strict(count(None), None))
            }

            fn visit_f64<E>(self, _: f64) -> Result<Strict, E> {
                Ok(Strict(count(None), None))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// Lines of the keys of a JSON file: each key is looked for after the one before, in the order of the file.
fn json_lines(text: &str, tree: &Map<String, Value>) -> BTreeMap<String, u32> {
    fn walk(
        text: &str,
        from: &mut usize,
        prefix: &str,
        tree: &Map<String, Value>,
        out: &mut BTreeMap<String, u32>,
    ) {
        for (key, value) in tree {
            let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
            let quoted = Value::String(key.clone()).to_string();
            if let Some(at) = text.get(*from..).and_then(|rest| rest.find(&quoted)) {
                *from += at;
                let line = text.bytes().take(*from).filter(|b| *b == b'\n').count() + 1;
                out.insert(path.clone(), u32::try_from(line).unwrap_or(u32::MAX));
                *from += quoted.len();
            }
            if let Value::Object(inner) = value {
                walk(text, from, &path, inner, out);
            }
        }
    }
    let mut lines = BTreeMap::new();
    walk(text, &mut 0, "", tree, &mut lines);
    lines
}
