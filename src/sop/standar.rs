//! `standar.toml`: the service standard, as the office states it.

use super::finding::SopFinding;
use super::table::{self, Reader, Section};
use super::{Pasangan, Waktu};

/// A component of the standard and what the office says about it.
#[derive(Debug, Clone)]
pub struct Komponen {
    /// Its name, e.g. `Persyaratan`.
    pub nama: String,
    /// Running text before the list.
    pub uraian: Vec<String>,
    /// The list.
    pub butir: Vec<String>,
    /// How the list is numbered: `1`, `a`, or not at all.
    pub penomoran: String,
    /// Running text after the list.
    pub penutup: Vec<String>,
}

/// A service standard.
#[derive(Debug, Clone)]
pub struct Standar {
    /// Title.
    pub judul: String,
    /// Names of office and government over the title.
    pub instansi: Vec<String>,
    /// Address, telephone and web site.
    pub alamat: Vec<String>,
    /// Lines between title and table, e.g. the number of the decree.
    pub pengantar: Vec<Pasangan>,
    /// Heads of the three columns; without, the table has none.
    pub kepala: Vec<String>,
    /// Components in their order.
    pub komponen: Vec<Komponen>,
    /// Time as the standard promises it, for comparing with the SOP.
    pub waktu: Option<Waktu>,
}

impl Standar {
    /// Reads a `standar.toml`; `Err` holds every finding.
    pub fn read(text: &str) -> Result<Self, Vec<SopFinding>> {
        let table = table::parse(text).map_err(|finding| vec![finding])?;
        let mut reader = Reader::new(text);
        let root = Section::root(table.get_ref());
        reader.known(root, &["judul", "instansi", "alamat", "pengantar", "kepala", "komponen", "waktu"]);
        let (waktu, line) = reader.lined(root, "waktu");
        let mut komponen = Vec::new();
        for part in reader.sections(root, "komponen") {
            reader.known(part, &["nama", "uraian", "butir", "penomoran", "penutup", "dasar"]);
            komponen.push(Komponen {
                nama: reader.needed(part, "nama").0,
                uraian: reader.texts(part, "uraian"),
                butir: reader.texts(part, "butir"),
                penomoran: reader
                    .choice(part, "penomoran", &[("1", "1"), ("a", "a"), ("-", "-")])
                    .unwrap_or("1")
                    .to_owned(),
                penutup: reader.texts(part, "penutup"),
            });
        }
        let standar = Self {
            judul: reader.needed(root, "judul").0,
            instansi: reader.texts(root, "instansi"),
            alamat: reader.texts(root, "alamat"),
            pengantar: super::read::pairs(&mut reader, root, "pengantar"),
            kepala: reader.texts(root, "kepala"),
            komponen,
            waktu: (!waktu.is_empty()).then(|| super::read::time(&mut reader, &waktu, line)),
        };
        if reader.findings.iter().any(SopFinding::refuses) { Err(reader.findings) } else { Ok(standar) }
    }
}
