//! A closed month as one bundle: what the closing kept, the letters, the leaves of the log with their proofs, and the
//! templates that shaped the letters. The same month gives the same bytes, also after the keys were rotated: trust file
//! and checkpoints are those of the closing.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use super::log::Kept;
use super::{Office, OfficeError};
use crate::book::{Book, Entry, Event, Filter, Leaf, Titik, Tutup};
use crate::calendar::Bulan;
use crate::format::bundle::{self, Extract, Filed, Head, Row, SKEMA};
use crate::format::statement::SealedStatement;
use crate::format::trust::TrustFile;
use crate::format::zip::ZipWriter;
use crate::format::{Sha256Bytes, hex, sha256, tlog};
use crate::kind::Kind;
use crate::verify::{self, Verifier};

/// Why a month cannot be bundled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// Only what does not change any more is bundled.
    #[error("bulan {0} belum ditutup")]
    NotClosed(Bulan),
    /// A file that belongs into the bundle is not in the archive.
    #[error("{0} tidak ada di arsip, atau rusak")]
    Missing(String),
    /// Letters of the month, or its register, were lawfully destroyed: a bundle accounts for all of them.
    #[error("bulan {0} tidak dapat dibundel lagi: suratnya atau registernya sudah ada yang dimusnahkan")]
    Destroyed(Bulan),
    /// The closing is not signed yet.
    #[error("penutupan bulan {0} belum ditandatangani di catatan buku")]
    Unsigned(Bulan),
    /// The bundle could not be written.
    #[error("bundel tidak dapat ditulis: {0}")]
    Write(#[from] std::io::Error),
}

/// What was bundled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BundleReport {
    /// Letters.
    pub surat: usize,
    /// Files, letters among them.
    pub berkas: usize,
    /// Bytes of the files.
    pub ukuran: u64,
}

/// A bag that is being written: the ZIP, and what its manifests will say.
struct Bag<W: Write> {
    zip: ZipWriter<W>,
    folder: String,
    digests: BTreeMap<String, Sha256Bytes>,
    size: u64,
}

impl<W: Write> Bag<W> {
    fn put(&mut self, path: &str, bytes: &[u8]) -> std::io::Result<()> {
        self.zip.put(&format!("{}/{path}", self.folder), bytes)?;
        self.digests.insert(path.to_owned(), sha256(bytes));
        self.size += u64::try_from(bytes.len()).unwrap_or(0);
        Ok(())
    }
}

impl<W: Write> Bag<W> {
    /// Writes the rest of the payload by name, then the tag files with the manifests.
    fn finish(
        mut self,
        extract: &Extract,
        rest: BTreeMap<String, Vec<u8>>,
    ) -> std::io::Result<(BTreeMap<String, Sha256Bytes>, u64)> {
        let (payload, mut tags): (BTreeMap<_, _>, BTreeMap<_, _>) =
            rest.into_iter().partition(|(path, _)| path.starts_with("data/"));
        for (path, bytes) in &payload {
            self.put(path, bytes)?;
        }
        let (files, size) = (self.digests.clone(), self.size);
        let named = |files: &BTreeMap<String, Sha256Bytes>| {
            bundle::manifest(files.iter().map(|(path, digest)| (path.as_str(), *digest))).into_bytes()
        };
        tags.insert("bag-info.txt".to_owned(), extract.bag_info(size, files.len()).into_bytes());
        tags.insert("manifest-sha256.txt".to_owned(), named(&files));
        let digests = tags.iter().map(|(path, bytes)| (path.clone(), sha256(bytes))).collect();
        tags.insert("tagmanifest-sha256.txt".to_owned(), named(&digests));
        for (path, bytes) in &tags {
            self.put(path, bytes)?;
        }
        self.zip.finish()?.flush()?;
        Ok((files, size))
    }
}

impl Office {
    /// Writes the bundle of a closed month. `progress` is called with the letters written so far, and all.
    pub fn bundle(
        &self,
        masa: Bulan,
        out: impl Write,
        progress: &dyn Fn(u64, u64),
    ) -> Result<BundleReport, OfficeError> {
        let (event, closed) = self.closing(masa)?.ok_or(BundleError::NotClosed(masa))?;
        let filter = Filter { month: Some((masa.tahun(), masa.bulan())), ..Filter::default() };
        let entries = self.book.list(&filter)?;
        if entries.iter().any(|entry| entry.musnah) || self.destroyed_registers()?.contains(&closed.register)
        {
            return Err(BundleError::Destroyed(masa).into());
        }
        let mut rest = self.kept_by(&closed)?;
        let signed = self.signed_closing(masa, event.seq)?;
        let trust = rest.get("data/kepercayaan/trust.json").map(Vec::as_slice).unwrap_or_default();
        let trust = Verifier::read_trust(trust).map_err(|_unreadable| missing("berkas kepercayaan"))?;
        let (printing, codes) = self.printing(&entries)?;
        rest.extend(printing);
        rest.insert("data/buku/titik-tutup.txt".to_owned(), signed.isi.into_bytes());

        let mut extract = self.extract(&event, &closed, (&entries, &trust, signed.ukuran))?;
        let folder = extract.folder();
        let mut bag = Bag { zip: ZipWriter::new(out), folder, digests: BTreeMap::new(), size: 0 };
        let total = u64::try_from(entries.len()).unwrap_or(0);
        let rows = extract.catatan.iter_mut().filter(|row| row.rincian.is_some());
        for ((row, entry), done) in rows.zip(&entries).zip(1..) {
            let pdf = self.letter(entry)?.ok_or_else(|| missing(&format!("surat {}", entry.nomor)))?;
            let code = codes.get(&(entry.templat, entry.jenis.clone())).cloned().unwrap_or_default();
            row.surat = Some(filed(entry, &pdf, code)?);
            bag.put(&row.file(), &pdf).map_err(BundleError::from)?;
            progress(done, total);
        }
        rest.extend(extract.derived(&trust));
        let (files, ukuran) = bag.finish(&extract, rest).map_err(BundleError::from)?;
        Ok(BundleReport { surat: entries.len(), berkas: files.len(), ukuran })
    }

    /// What the closing has filed, under its paths in the bundle.
    fn kept_by(&self, closed: &Tutup) -> Result<BTreeMap<String, Vec<u8>>, OfficeError> {
        let files = [
            (format!("data/register/register-{}.pdf", closed.masa), closed.register),
            ("data/kepercayaan/trust.json".to_owned(), closed.kepercayaan),
            ("data/buku/titik.txt".to_owned(), closed.titik),
        ];
        files
            .into_iter()
            .map(|(path, name)| {
                let bytes = self.stored(&name)?.ok_or_else(|| missing(&path))?;
                Ok((path, bytes))
            })
            .collect()
    }

    /// The first checkpoint that covers the closing itself; it never changes again.
    fn signed_closing(&self, masa: Bulan, seq: u64) -> Result<Titik, OfficeError> {
        let first = self.book.checkpoints()?.into_iter().find(|titik| titik.ukuran > seq);
        Ok(first.ok_or(BundleError::Unsigned(masa))?)
    }

    /// Templates, fonts and profiles of these letters, under their paths in the bundle, and the classification codes of
    /// their kinds.
    fn printing(&self, entries: &[Entry]) -> Result<Printing, OfficeError> {
        let mut wanted: BTreeSet<Sha256Bytes> = entries.iter().map(|entry| entry.profil).collect();
        let mut codes = BTreeMap::new();
        let kinds: BTreeSet<(Sha256Bytes, String)> =
            entries.iter().map(|entry| (entry.templat, entry.jenis.clone())).collect();
        for (list, jenis) in kinds {
            let text = self.stored(&list)?.ok_or_else(|| missing("daftar templat"))?;
            let path = format!("  surat/{jenis}/naskah.toml");
            let line =
                String::from_utf8_lossy(&text).lines().find(|line| line.ends_with(&path)).map(str::to_owned);
            let naskah = line.and_then(|line| bundle::digest(line.split_once("  ")?.0));
            let naskah = naskah.map(|name| self.stored(&name)).transpose()?.flatten().unwrap_or_default();
            let kind = Kind::parse(&jenis, &String::from_utf8_lossy(&naskah)).ok();
            codes.insert((list, jenis), kind.map(|kind| kind.kode).unwrap_or_default());
            wanted.extend(bundle::listed(&text).unwrap_or_default());
            wanted.insert(list);
        }
        let mut files = BTreeMap::new();
        for name in wanted {
            let path = format!("data/cetakan/{}", hex(&name));
            let bytes = self.stored(&name)?.ok_or_else(|| missing(&path))?;
            files.insert(path, bytes);
        }
        Ok((files, codes))
    }

    /// Leaves that are dated in the month, with their proofs; the letters' files are filled in later.
    fn extract(
        &self,
        event: &Event,
        closed: &Tutup,
        (entries, trust, size): (&[Entry], &TrustFile, u64),
    ) -> Result<Extract, OfficeError> {
        let in_month = |other: &&Event| {
            let dated = Bulan::of(other.isi.tanggal) == closed.masa;
            dated && other.seq < event.seq && other.isi.peristiwa.closed().is_none()
        };
        let mut places: BTreeSet<u64> = entries.iter().map(|entry| entry.seq).collect();
        places.extend(self.book.events(None)?.iter().filter(in_month).map(|event| event.seq));
        let rows = places.into_iter().map(|seq| self.bundled_row(seq, size));
        let kepala = Head {
            skema: SKEMA.to_owned(),
            kantor: trust.kantor.clone(),
            nama: bundle::one_line(&trust.nama),
            bulan: closed.masa.to_string(),
            tutup: self.bundled_row(event.seq, size)?,
        };
        Ok(Extract { kepala, catatan: rows.collect::<Result<_, _>>()? })
    }

    fn bundled_row(&self, seq: u64, size: u64) -> Result<Row, OfficeError> {
        let Leaf { isi, rincian, .. } =
            self.book.leaf(seq)?.ok_or_else(|| missing(&format!("catatan {seq}")))?;
        let read =
            |text: &str| serde_json::from_str(text).map_err(|_unreadable| missing(&format!("catatan {seq}")));
        let path = tlog::inclusion(&Kept(&self.book), seq, size)?;
        Ok(Row {
            catatan: read(&isi)?,
            jalur: path.iter().map(|hash| hex(hash)).collect(),
            rincian: rincian.map(|text| read(&text)).transpose()?,
            surat: None,
        })
    }
}

/// Files below `data/cetakan/`, and classification codes by list of templates and kind.
type Printing = (BTreeMap<String, Vec<u8>>, BTreeMap<(Sha256Bytes, String), String>);

/// What the extract says of a letter's file: name and NIK as they are sealed.
fn filed(entry: &Entry, pdf: &[u8], klasifikasi: String) -> Result<Filed, BundleError> {
    let statement = verify::statement_in(pdf);
    let facts = statement.and_then(|statement| SealedStatement::parse(statement.as_bytes()));
    let (_, parsed) = facts.ok_or_else(|| missing(&format!("surat {}", entry.nomor)))?;
    Ok(Filed {
        sha256: hex(&sha256(pdf)),
        nama: parsed.facts.nama,
        nik_akhir: parsed.facts.nik_akhir.map(|last| format!("{last:04}")),
        klasifikasi,
    })
}

fn missing(what: &str) -> BundleError {
    BundleError::Missing(what.to_owned())
}
