//! The keys of a case file, and how a tree of values becomes a [`Case`] with every finding at once.

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::Case;
use crate::finding::{Code, Finding};

/// What a key may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Text,
    Date,
    /// A whole number from 1; in CSV its digits.
    Number,
    List,
    /// A section; `true` where its keys are free (`lain`).
    Section(bool),
}

/// Every key of a case file with its shape. One spelling from case file to form label.
const KEYS: &[(&str, Shape)] = &[
    ("jenis", Shape::Text),
    ("alasan", Shape::Text),
    ("kunci_permintaan", Shape::Text),
    ("menggantikan", Shape::Text),
    ("alasan_ganti", Shape::Text),
    ("keperluan", Shape::Text),
    ("berkas", Shape::List),
    ("lokasi_berkas", Shape::Text),
    ("pemohon", Shape::Section(false)),
    ("pemohon.nik", Shape::Text),
    ("pemohon.no_kk", Shape::Text),
    ("pemohon.nama", Shape::Text),
    ("pemohon.tempat_lahir", Shape::Text),
    ("pemohon.tanggal_lahir", Shape::Date),
    ("pemohon.jenis_kelamin", Shape::Text),
    ("pemohon.golongan_darah", Shape::Text),
    ("pemohon.alamat", Shape::Text),
    ("pemohon.rt", Shape::Text),
    ("pemohon.rw", Shape::Text),
    ("pemohon.desa_kelurahan", Shape::Text),
    ("pemohon.agama", Shape::Text),
    ("pemohon.status_perkawinan", Shape::Text),
    ("pemohon.pekerjaan", Shape::Text),
    ("pemohon.kewarganegaraan", Shape::Text),
    ("pemohon.telepon", Shape::Text),
    ("perekaman", Shape::Section(false)),
    ("perekaman.tanggal", Shape::Date),
    ("perekaman.tempat", Shape::Text),
    ("perekaman.petugas", Shape::Text),
    ("perekaman.status", Shape::Text),
    ("surat_pengantar", Shape::Section(false)),
    ("surat_pengantar.nomor", Shape::Text),
    ("surat_pengantar.tanggal", Shape::Date),
    ("surat_pengantar.dari", Shape::Text),
    ("pengembalian", Shape::Section(false)),
    ("pengembalian.kurang", Shape::List),
    ("pengembalian.sebab", Shape::Text),
    ("pengembalian.saran", Shape::Text),
    ("sisipan", Shape::Section(false)),
    ("sisipan.sesudah", Shape::Number),
    ("sisipan.alasan", Shape::Text),
    ("lain", Shape::Section(true)),
];

/// The case file as a JSON Schema (2020-12). A key that is `null` or empty counts as absent.
pub(super) fn json_schema() -> Value {
    json_section("", false)
}

fn json_section(prefix: &str, free: bool) -> Value {
    if free {
        return json!({ "type": ["object", "null"], "additionalProperties": { "type": ["string", "null"] } });
    }
    let inner = KEYS.iter().filter_map(|(path, shape)| {
        let (section, name) = path.rsplit_once('.').unwrap_or(("", path));
        (section == prefix).then(|| (name.to_owned(), json_shape(path, *shape)))
    });
    let properties: Map<String, Value> = inner.collect();
    // What a case needs to be received; what its kind needs besides is in the kind's `naskah.toml`.
    let required: &[&str] = match prefix {
        "" => &["jenis", "pemohon"],
        "pemohon" => &["nama"],
        _ => &[],
    };
    let mut section = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if let Some(map) = section.as_object_mut() {
        if required.is_empty() {
            map.insert("type".to_owned(), json!(["object", "null"]));
        } else {
            map.insert("required".to_owned(), json!(required));
        }
    }
    section
}

fn json_shape(path: &str, shape: Shape) -> Value {
    let date = "^\\s*([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[-/][0-9]{1,2}[-/][0-9]{4})?\\s*$";
    match shape {
        Shape::Text if matches!(path, "jenis" | "pemohon.nama") => {
            json!({ "type": "string", "minLength": 1 })
        }
        Shape::Text => json!({ "type": ["string", "null"] }),
        Shape::Date => json!({ "type": ["string", "null"], "pattern": date }),
        Shape::Number => json!({ "anyOf": [
            { "type": "integer", "minimum": 1, "maximum": u32::MAX },
            { "type": "string", "pattern": "^\\s*[0-9]*\\s*$" },
            { "type": "null" },
        ] }),
        Shape::List => json!({ "type": ["array", "null"], "items": { "type": "string" } }),
        Shape::Section(free) => json_section(path, free),
    }
}

/// Whether a table may have a column of this name.
pub(super) fn is_column(path: &str) -> bool {
    path.starts_with("lain.")
        || KEYS.iter().any(|(key, shape)| *key == path && !matches!(shape, Shape::Section(_)))
}

/// Whether the key holds a list (in a table: separated by `;`).
pub(super) fn is_list(path: &str) -> bool {
    KEYS.contains(&(path, Shape::List))
}

/// Finding for a key that no case has, naming the nearest known one.
pub(super) fn unknown_key(path: &str) -> Finding {
    if KEYS.iter().any(|(key, shape)| *key == path && matches!(shape, Shape::Section(_))) {
        let text = format!("{path} adalah bagian, bukan kolom");
        let inner =
            KEYS.iter().find(|(key, _)| key.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')));
        let advice = inner.map_or_else(String::new, |(key, _)| format!("tulis misalnya {key}"));
        return Finding::new(Code::KunciAsing, path, text, advice);
    }
    let section = path.rsplit_once('.').map_or("", |(section, _)| section);
    let siblings: Vec<&str> = KEYS
        .iter()
        .map(|(key, _)| *key)
        .filter(|key| key.rsplit_once('.').map_or("", |(known, _)| known) == section)
        .collect();
    let near = nearest(path, siblings.iter().copied())
        .or_else(|| {
            let last = |key: &'static str| key.rsplit('.').next().unwrap_or(key);
            let name = path.rsplit('.').next().unwrap_or(path);
            KEYS.iter().map(|(key, _)| *key).find(|key| last(key) == name)
        })
        .map_or_else(
            || "hapus kunci ini; daftar kunci ada di README".to_owned(),
            |key| format!("maksudnya {key}?"),
        );
    let shown = without_numbers(path);
    Finding::new(Code::KunciAsing, &shown, format!("kunci {shown} tidak dikenal"), near)
}

/// A name as it may be repeated in a message: long numbers, which may be a NIK in the wrong place, are hidden.
pub(crate) fn without_numbers(text: &str) -> String {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if digits < 6 {
        text.to_owned()
    } else {
        text.chars().map(|c| if c.is_ascii_digit() { '*' } else { c }).collect()
    }
}

/// The nearest of the known names, if it is near at all.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(score, _)| *score > 0.82)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// Turns a tree into a case. Keys with a finding are left out of it, so that the other rules can still speak.
pub(super) fn build(tree: Map<String, Value>) -> (Case, Vec<Finding>) {
    let mut findings = Vec::new();
    let tree = section("", tree, &mut findings);
    let mut case: Case = serde_json::from_value(Value::Object(tree)).unwrap_or_default();
    if case.alasan.is_empty() {
        "pemula".clone_into(&mut case.alasan);
    }
    case.pemohon.kewarganegaraan.get_or_insert_with(|| "WNI".to_owned());
    (case, findings)
}

fn section(prefix: &str, tree: Map<String, Value>, findings: &mut Vec<Finding>) -> Map<String, Value> {
    let free = KEYS.contains(&(prefix, Shape::Section(true)));
    let mut kept = Map::new();
    for (key, value) in tree {
        let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        let shape = KEYS.iter().find(|(known, _)| *known == path).map(|(_, shape)| *shape);
        let shape = if free { Some(Shape::Text) } else { shape };
        match shape.map(|shape| keep(shape, &path, value, findings)) {
            Some(Ok(Some(value))) => {
                kept.insert(key, value);
            }
            Some(Ok(None)) => {}
            Some(Err(finding)) => findings.push(finding),
            None => findings.push(unknown_key(&path)),
        }
    }
    kept
}

fn keep(
    shape: Shape,
    path: &str,
    value: Value,
    findings: &mut Vec<Finding>,
) -> Result<Option<Value>, Finding> {
    match (shape, value) {
        (_, Value::Null) => Ok(None),
        (Shape::Section(_), Value::Object(map)) => Ok(Some(Value::Object(section(path, map, findings)))),
        (Shape::Section(_), _) => {
            let text = format!("{path} harus berupa bagian, ditulis [{path}]");
            Err(Finding::new(Code::BukanBagian, path, text, format!("tulis [{path}] di baris sendiri")))
        }
        (Shape::Text, Value::String(text)) => {
            let text = text.trim();
            Ok((!text.is_empty()).then(|| Value::String(text.to_owned())))
        }
        (Shape::Text, _) => Err(Finding::new(
            Code::BukanTeks,
            path,
            format!("{path} harus berupa teks"),
            "tulis nilainya di antara tanda kutip; di Excel ubah format sel menjadi Teks",
        )),
        (Shape::Date, Value::String(text)) => {
            if text.trim().is_empty() {
                return Ok(None);
            }
            parse_date(text.trim())
                .map(|date| Some(Value::String(date.to_string())))
                .ok_or_else(|| bad_date(path))
        }
        (Shape::Date, _) => Err(bad_date(path)),
        (Shape::Number, Value::String(text)) if text.trim().is_empty() => Ok(None),
        (Shape::Number, value) => {
            let number = value.as_str().map_or_else(|| value.as_u64(), |text| text.trim().parse().ok());
            let number = number.and_then(|number| u32::try_from(number).ok()).filter(|number| *number > 0);
            number.map(|number| Some(Value::from(number))).ok_or_else(|| {
                let text = format!("{path} harus berupa bilangan bulat mulai 1");
                Finding::new(Code::BukanAngka, path, text, "tulis misalnya 12")
            })
        }
        (Shape::List, Value::Array(items)) if items.iter().all(Value::is_string) => {
            Ok(Some(Value::Array(items)))
        }
        (Shape::List, _) => Err(Finding::new(
            Code::BukanDaftar,
            path,
            format!("{path} harus berupa daftar teks"),
            format!("tulis {path} = [\"…\", \"…\"]"),
        )),
    }
}

fn bad_date(path: &str) -> Finding {
    Finding::new(
        Code::TanggalSalah,
        path,
        format!("{path} bukan tanggal yang ada di kalender"),
        "tulis tahun-bulan-tanggal, misalnya 2005-03-12",
    )
}

/// ISO, or the way papers write it: `12-03-2005` and `12/03/2005`.
fn parse_date(text: &str) -> Option<Date> {
    if text.len() == 10
        && let Ok(date) = text.parse::<Date>()
    {
        return Some(date);
    }
    let parts: Vec<&str> = text.split(['-', '/']).collect();
    let [day, month, year] = parts.as_slice() else { return None };
    if year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}
