//! Reads TOML with the line of everything, and gathers every finding instead of stopping at the first.

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::finding::{SopCode, SopFinding};

/// A table of the file, and the line where it begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Section<'a> {
    table: &'a DeTable<'a>,
    pub(super) line: u32,
}

impl<'a> Section<'a> {
    /// The file as a whole.
    pub(super) fn root(table: &'a DeTable<'a>) -> Self {
        Self { table, line: 1 }
    }
}

/// A value with its line.
pub(super) type Lined<T> = (T, u32);

/// What has been found so far.
#[derive(Debug)]
pub(super) struct Reader {
    /// Where lines end, so that a line is looked up and not counted for each value.
    ends: Vec<usize>,
    pub(super) findings: Vec<SopFinding>,
}

/// Parses the file; one finding if it is no TOML.
pub(super) fn parse(text: &str) -> Result<Spanned<DeTable<'_>>, SopFinding> {
    DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(&ends(text), span.start));
        let advice = "periksa tanda kutip, tanda = dan kurung siku pada baris ini";
        SopFinding::new(SopCode::TomlRusak, line, "penulisan TOML salah pada baris ini", advice)
    })
}

fn ends(text: &str) -> Vec<usize> {
    text.match_indices('\n').map(|(at, _)| at).collect()
}

fn line_of(ends: &[usize], offset: usize) -> u32 {
    let lines = ends.partition_point(|end| *end < offset);
    u32::try_from(lines + 1).unwrap_or(u32::MAX)
}

impl Reader {
    pub(super) fn new(text: &str) -> Self {
        Self { ends: ends(text), findings: Vec::new() }
    }

    pub(super) fn say(
        &mut self,
        kode: SopCode,
        line: u32,
        pesan: impl Into<String>,
        saran: impl Into<String>,
    ) {
        self.findings.push(SopFinding::new(kode, line, pesan, saran));
    }

    fn at<T>(&self, spanned: &Spanned<T>) -> u32 {
        line_of(&self.ends, spanned.span().start)
    }

    /// Tells keys that are not known, with the nearest that is.
    pub(super) fn known(&mut self, section: Section<'_>, keys: &[&str]) {
        for key in section.table.keys() {
            let name = key.get_ref().as_ref();
            if !keys.contains(&name) {
                let near = keys
                    .iter()
                    .max_by(|a, b| strsim::jaro_winkler(name, a).total_cmp(&strsim::jaro_winkler(name, b)));
                let advice = near.map_or_else(String::new, |near| format!("mungkin maksudnya {near}"));
                self.say(
                    SopCode::KunciAsing,
                    self.at(key),
                    format!("kunci {name} tidak dikenal di sini"),
                    advice,
                );
            }
        }
    }

    fn value<'a>(&self, section: Section<'a>, key: &str) -> Option<(&'a DeValue<'a>, u32)> {
        let value = section.table.get(key)?;
        Some((value.get_ref(), self.at(value)))
    }

    fn wrong(&mut self, line: u32, key: &str, what: &str) {
        self.say(SopCode::JenisNilai, line, format!("{key} harus berupa {what}"), "");
    }

    /// A text, empty without.
    pub(super) fn text(&mut self, section: Section<'_>, key: &str) -> String {
        self.lined(section, key).0
    }

    /// A text with its line.
    pub(super) fn lined(&mut self, section: Section<'_>, key: &str) -> Lined<String> {
        match self.value(section, key) {
            Some((DeValue::String(text), line)) => (text.to_string(), line),
            Some((_, line)) => {
                self.wrong(line, key, "teks dalam tanda kutip");
                (String::new(), line)
            }
            None => (String::new(), section.line),
        }
    }

    /// A text that must be there.
    pub(super) fn needed(&mut self, section: Section<'_>, key: &str) -> Lined<String> {
        let found = self.lined(section, key);
        if found.0.is_empty()
            && !matches!(self.value(section, key), Some((value, _)) if value.as_str().is_none())
        {
            self.say(SopCode::KunciKurang, found.1, format!("{key} belum diisi"), "");
        }
        found
    }

    /// Texts; one alone may stand without brackets.
    pub(super) fn list(&mut self, section: Section<'_>, key: &str) -> Vec<Lined<String>> {
        match self.value(section, key) {
            Some((DeValue::String(text), line)) => vec![(text.to_string(), line)],
            Some((DeValue::Array(items), line)) => {
                let mut list = Vec::new();
                for item in items {
                    if let DeValue::String(text) = item.get_ref() {
                        list.push((text.to_string(), self.at(item)));
                    } else {
                        self.wrong(line, key, "daftar teks dalam tanda kutip");
                    }
                }
                list
            }
            Some((_, line)) => {
                self.wrong(line, key, "daftar teks");
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    /// The same without lines.
    pub(super) fn texts(&mut self, section: Section<'_>, key: &str) -> Vec<String> {
        self.list(section, key).into_iter().map(|(text, _)| text).collect()
    }

    pub(super) fn flag(&mut self, section: Section<'_>, key: &str) -> bool {
        match self.value(section, key) {
            Some((DeValue::Boolean(flag), _)) => *flag,
            Some((_, line)) => {
                self.wrong(line, key, "true atau false");
                false
            }
            None => false,
        }
    }

    pub(super) fn date(&mut self, section: Section<'_>, key: &str) -> Option<Date> {
        let (value, line) = self.value(section, key)?;
        let text = value.as_datetime().map(ToString::to_string).or_else(|| value.as_str().map(str::to_owned));
        let date = text.and_then(|text| text.parse().ok());
        if date.is_none() {
            let advice = "tulis tahun-bulan-tanggal, misalnya 2023-01-02";
            self.say(SopCode::TanggalSalah, line, format!("{key} bukan tanggal"), advice);
        }
        date
    }

    /// One of a list of words; the first of them without the key.
    pub(super) fn choice<T: Copy>(
        &mut self,
        section: Section<'_>,
        key: &str,
        words: &[(&str, T)],
    ) -> Option<T> {
        let (text, line) = self.lined(section, key);
        if text.is_empty() {
            return None;
        }
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let known = words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
            let pesan = format!("{key} = {text:?} tidak dikenal");
            self.say(SopCode::NilaiAsing, line, pesan, format!("pilih salah satu: {known}"));
        }
        found
    }

    pub(super) fn section<'a>(&mut self, section: Section<'a>, key: &str) -> Option<Section<'a>> {
        match self.value(section, key)? {
            (DeValue::Table(table), line) => Some(Section { table, line }),
            (_, line) => {
                self.wrong(line, key, "bagian");
                None
            }
        }
    }

    /// A list of tables.
    pub(super) fn sections<'a>(&mut self, section: Section<'a>, key: &str) -> Vec<Section<'a>> {
        let Some((value, line)) = self.value(section, key) else { return Vec::new() };
        let DeValue::Array(items) = value else {
            self.wrong(line, key, "daftar bagian");
            return Vec::new();
        };
        let mut list = Vec::new();
        for item in items {
            let line = self.at(item);
            if let DeValue::Table(table) = item.get_ref() {
                list.push(Section { table, line });
            } else {
                self.wrong(line, key, "daftar bagian");
            }
        }
        list
    }
}
