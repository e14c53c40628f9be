//! A closed month as one bag: `BagIt` 1.0 (RFC 8493) in one ZIP. Whatever the office would write is made here from the
//! extract of the book, so that a verifier makes it again and compares: a bundle has one spelling.
//!
//! ```text
//! suket-63.05.06-2026-11/
//!   data/surat/…           letters, first in the ZIP, in the order of the book
//!   data/buku/…            extract of the book as JSON and CSV, checkpoints
//!   data/cetakan/…         templates, fonts, profiles, named by the SHA-256 of their bytes
//!   data/kepercayaan/…     trust file of the closing, and the same in pieces for openssl
//!   data/register/…        the sealed register
//!   data/srikandi.csv      metadata
//!   BACA-SAYA.txt bag-info.txt bagit.txt manifest-sha256.txt tagmanifest-sha256.txt
//! ```

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::trust::{TrustFile, TrustedKey};
use super::{Sha256Bytes, canonical_json, hex, unhex};

/// Value of [`Head::skema`].
pub(crate) const SKEMA: &str = "suket-bundel/1";
const README: &str = include_str!("../../templates/bundel/BACA-SAYA.txt");
/// State of a letter that nothing has ended.
const GOOD: (&str, &str) = ("berlaku", "");
const BAGIT: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/// `data/buku/buku.json`: what the book says of the month.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Extract {
    /// What is true of the whole month.
    pub(crate) kepala: Head,
    /// Leaves of the log that are dated in the month: letters and events, in order.
    pub(crate) catatan: Vec<Row>,
}

/// The head (kepala) of the extract.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Head {
    /// Form of this file.
    pub(crate) skema: String,
    /// Region code of the office.
    pub(crate) kantor: String,
    /// Name of the office, on one line.
    pub(crate) nama: String,
    /// The month, `2026-11`.
    pub(crate) bulan: String,
    /// The leaf of the closing, with its proof.
    pub(crate) tutup: Row,
}

/// A leaf of the log, with the proof of its place (RFC 6962) in the tree of `titik-tutup.txt`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row {
    /// The leaf (catatan).
    pub(crate) catatan: Value,
    /// From the leaf's neighbour to the root (jalur), hex.
    pub(crate) jalur: Vec<String>,
    /// Details of a letter (rincian), whose digest the leaf holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rincian: Option<Value>,
    /// The letter's file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) surat: Option<Filed>,
}

/// A letter in the bundle.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Filed {
    /// SHA-256 of the PDF, hex.
    pub(crate) sha256: String,
    /// Name in its sealed facts; long ones are cut with `…`.
    pub(crate) nama: String,
    /// Last four digits of the NIK in its sealed facts.
    pub(crate) nik_akhir: Option<String>,
    /// Classification code (kode klasifikasi) of its kind.
    pub(crate) klasifikasi: String,
}

impl Row {
    /// The leaf's content as it was hashed.
    pub(crate) fn leaf(&self) -> String {
        canonical_json(&self.catatan)
    }

    /// Place of the leaf.
    pub(crate) fn seq(&self) -> Option<u64> {
        self.catatan.get("seq")?.as_u64()
    }

    /// The proof.
    pub(crate) fn path(&self) -> Option<Vec<Sha256Bytes>> {
        self.jalur.iter().map(|hash| digest(hash)).collect()
    }

    /// A text of the leaf.
    pub(crate) fn text(&self, key: &str) -> &str {
        self.catatan.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// A text of the details.
    pub(crate) fn detail(&self, key: &str) -> &str {
        self.rincian.as_ref().and_then(|told| told.get(key)).and_then(Value::as_str).unwrap_or_default()
    }

    /// Path of the letter's file below the bag; without personal data.
    pub(crate) fn file(&self) -> String {
        let number = |key: &str| self.rincian.as_ref().and_then(|told| told.get(key)?.as_u64()).unwrap_or(0);
        let suffix = self.detail("sisipan");
        let dot = if suffix.is_empty() { "" } else { "." };
        let seri = plain(self.detail("seri"));
        format!("data/surat/{seri}-{:04}-{:04}{dot}{}.pdf", number("tahun"), number("urut"), plain(suffix))
    }
}

/// A word as a part of a file name: small letters, digits and `-` as they are, everything else as `_` and hex.
fn plain(word: &str) -> String {
    let one = |b: u8| match b {
        b'a'..=b'z' | b'0'..=b'9' | b'-' => char::from(b).to_string(),
        other => format!("_{other:02x}"),
    };
    word.bytes().map(one).collect()
}

/// A name on one line.
pub(crate) fn one_line(name: &str) -> String {
    name.split(|c: char| c.is_control()).collect::<Vec<_>>().join(" ")
}

/// A digest in hex.
pub(crate) fn digest(text: &str) -> Option<Sha256Bytes> {
    unhex(text)?.try_into().ok()
}

impl Extract {
    /// The one spelling of the file: canonical JSON, one leaf a line.
    pub(crate) fn json(&self) -> String {
        let value = |value: Result<Value, serde_json::Error>| canonical_json(&value.unwrap_or_default());
        let rows: Vec<String> = self.catatan.iter().map(|row| value(serde_json::to_value(row))).collect();
        let head = value(serde_json::to_value(&self.kepala));
        format!("{{\"kepala\":{head},\"catatan\":[\n{}\n]}}\n", rows.join(",\n"))
    }

    /// Reads the one spelling.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let read: Self = serde_json::from_slice(bytes).ok()?;
        (read.json().as_bytes() == bytes).then_some(read)
    }

    /// Name of the bag's one folder.
    pub(crate) fn folder(&self) -> String {
        format!("suket-{}-{}", self.kepala.kantor, self.kepala.bulan)
    }

    /// Path of the register.
    pub(crate) fn register(&self) -> String {
        format!("data/register/register-{}.pdf", self.kepala.bulan)
    }

    /// Letters, in the order of the book.
    pub(crate) fn letters(&self) -> impl Iterator<Item = (&Row, &Filed)> {
        self.catatan.iter().filter_map(|row| Some((row, row.surat.as_ref()?)))
    }

    /// Everything that follows from the extract and the trust file: paths and bytes, payload and tag files.
    pub(crate) fn derived(&self, trust: &TrustFile) -> BTreeMap<String, Vec<u8>> {
        let text = |path: &str, text: String| (path.to_owned(), text.into_bytes());
        let certificate = |key: &TrustedKey| {
            text(&format!("data/kepercayaan/sertifikat/{}.pem", plain(&key.kid)), key.sertifikat.clone())
        };
        let certificates: Vec<_> = trust.kunci.iter().map(certificate).collect();
        let mut files = BTreeMap::from([
            text("data/buku/buku.csv", self.csv()),
            text("data/buku/buku.json", self.json()),
            text("data/kepercayaan/akar.pem", trust.akar.clone()),
            ("data/kepercayaan/trust.isi".to_owned(), trust.signed_bytes()),
            ("data/kepercayaan/trust.sig".to_owned(), unhex(&trust.tanda_tangan).unwrap_or_default()),
            text("data/srikandi.csv", self.srikandi()),
            text("BACA-SAYA.txt", self.readme()),
            text("bagit.txt", BAGIT.to_owned()),
        ]);
        files.extend(certificates);
        files
    }

    /// `bag-info.txt`: what the bag is, and how much of it there is.
    pub(crate) fn bag_info(&self, bytes: u64, files: usize) -> String {
        let Head { nama, bulan, .. } = &self.kepala;
        format!(
            "Source-Organization: {nama}\nExternal-Identifier: {}\nExternal-Description: Arsip surat bulan {bulan}\n\
             Bagging-Date: {}\nPayload-Oxum: {bytes}.{files}\n",
            self.folder(),
            self.kepala.tutup.text("tanggal"),
        )
    }

    fn readme(&self) -> String {
        let example = self.letters().next().map_or_else(|| self.register(), |(row, _)| row.file());
        README
            .replace("@NAMA@", &self.kepala.nama)
            .replace("@KANTOR@", &self.kepala.kantor)
            .replace("@BULAN@", &self.kepala.bulan)
            .replace("@FOLDER@", &self.folder())
            .replace("@REGISTER@", &format!("  SURAT={}", self.register()))
            .replace("@CONTOH@", &example)
    }

    /// The extract for people: letters and numbers outside, in the order of the book.
    fn csv(&self) -> String {
        let mut out = String::from(
            "catatan,nomor,tanggal,jenis,perihal,nama,nik_akhir,penyegel,status,keterangan,berkas,sha256\r\n",
        );
        let ended = self.ended();
        for row in &self.catatan {
            let seq = row.seq().map(|seq| seq.to_string()).unwrap_or_default();
            if let Some(filed) = &row.surat {
                let (status, why) = row.seq().and_then(|seq| ended.get(&seq)).copied().unwrap_or(GOOD);
                let nik = filed.nik_akhir.as_deref().unwrap_or_default();
                let cells = [
                    &seq,
                    row.text("nomor"),
                    row.detail("tanggal"),
                    row.detail("jenis"),
                    row.detail("perihal"),
                    &filed.nama,
                    nik,
                    row.detail("penyegel"),
                    status,
                    why,
                    &row.file(),
                    &filed.sha256,
                ];
                out.push_str(&line(&cells));
            } else if row.text("peristiwa") == "luar" {
                let number = |key: &str| row.catatan.get(key).map(Value::to_string).unwrap_or_default();
                let range = format!("{} {}-{}", row.text("seri"), number("dari"), number("sampai"));
                let day = row.text("tanggal");
                let why = row.text("alasan");
                out.push_str(&line(&[&seq, &range, day, "", "", "", "", "", "luar", why, "", ""]));
            }
        }
        out
    }

    /// Letters that were cancelled or replaced in the month, by their place: state, and why or by which number.
    fn ended(&self) -> BTreeMap<u64, (&'static str, &str)> {
        let number = |value: Option<&Value>| value.and_then(Value::as_u64);
        let replaced = self.catatan.iter().filter_map(|row| {
            let old = number(row.rincian.as_ref()?.get("menggantikan"))?;
            Some((old, ("diganti", row.text("nomor"))))
        });
        let cancelled = self.catatan.iter().filter(|row| row.text("peristiwa") == "batal");
        let cancelled = cancelled
            .filter_map(|row| Some((number(row.catatan.get("surat"))?, ("batal", row.text("alasan")))));
        replaced.chain(cancelled).collect()
    }

    /// Metadata for entry into SRIKANDI, one letter a line.
    fn srikandi(&self) -> String {
        let mut out = String::from(
            "nomor_naskah,tanggal_naskah,jenis_naskah,hal,kode_klasifikasi,pencipta_arsip,penandatangan,\
             tingkat_perkembangan,media,berkas,sha256,keterangan\r\n",
        );
        let ended = self.ended();
        for (row, filed) in self.letters() {
            let (status, _) = row.seq().and_then(|seq| ended.get(&seq)).copied().unwrap_or(GOOD);
            let cells = [
                row.text("nomor"),
                row.detail("tanggal"),
                row.detail("jenis"),
                row.detail("perihal"),
                &filed.klasifikasi,
                &self.kepala.nama,
                row.detail("penyegel"),
                "Asli",
                "Elektronik (PDF/A-3a)",
                &row.file(),
                &filed.sha256,
                status,
            ];
            out.push_str(&line(&cells));
        }
        out
    }
}

/// A line of CSV (RFC 4180).
fn line(cells: &[&str]) -> String {
    let cell = |text: &&str| {
        if text.contains([',', '"', '\r', '\n']) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            (*text).to_owned()
        }
    };
    cells.iter().map(cell).collect::<Vec<_>>().join(",") + "\r\n"
}

/// A manifest: digests and paths, sorted by path, as `sha256sum` writes and reads them. Our paths need no escaping.
pub(crate) fn manifest(files: impl IntoIterator<Item = (impl AsRef<str>, Sha256Bytes)>) -> String {
    let sorted: BTreeMap<String, Sha256Bytes> =
        files.into_iter().map(|(path, digest)| (path.as_ref().to_owned(), digest)).collect();
    sorted.into_iter().map(|(path, digest)| format!("{}  {path}\n", hex(&digest))).collect()
}

/// Files that a list of templates and fonts names: digests, in the order of the list.
pub(crate) fn listed(list: &[u8]) -> Option<Vec<Sha256Bytes>> {
    let text = std::str::from_utf8(list).ok()?;
    text.lines().map(|line| digest(line.split_once("  ")?.0)).collect()
}
