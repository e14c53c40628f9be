//! ZIP in one shape only: stored entries one behind the other, no times, no comments, no extra fields, names of plain
//! letters. What reads it makes every header again and compares, so that nothing can hide between the entries, and a
//! stored entry cannot be larger than the file that holds it.
//!
//! APPNOTE.TXT 6.3.3, without ZIP64: at most 65,534 entries and 4 GiB.

use std::collections::BTreeSet;
#[cfg(feature = "terbit")]
use std::io::{self, Write};

/// One more would be the mark of ZIP64.
const MAX_ENTRIES: usize = 0xFFFE;
/// 1 January 1980, the first day that a ZIP can tell.
const DAY: u16 = 0x0021;
/// Length of a local header without its name.
const LOCAL: usize = 30;
/// Length of the end of the central directory.
const END: usize = 22;

/// Why bytes are not a ZIP of this shape.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ZipError {
    /// No ZIP, or one that was cut off.
    #[error("bukan ZIP yang utuh")]
    NotZip,
    /// Something differs from the one shape.
    #[error("bentuk ZIP lain pada byte {0}")]
    Shape(usize),
    /// A name that could lead elsewhere, or stands twice.
    #[error("nama berkas ke-{0} di dalam ZIP tidak sah atau berulang")]
    Name(usize),
}

/// An entry as the headers tell it.
struct Entry {
    name: String,
    crc: u32,
    size: u32,
    offset: u32,
}

impl Entry {
    /// What both headers have in common: flags, method, time, date, sums, sizes, length of the name, no extra field.
    fn common(&self) -> Vec<u8> {
        let mut out = vec![10, 0, 0, 0, 0, 0, 0, 0];
        out.extend(DAY.to_le_bytes());
        out.extend(self.crc.to_le_bytes());
        out.extend(self.size.to_le_bytes());
        out.extend(self.size.to_le_bytes());
        out.extend(u16::try_from(self.name.len()).unwrap_or(u16::MAX).to_le_bytes());
        out.extend([0, 0]);
        out
    }

    fn local(&self) -> Vec<u8> {
        [b"PK\x03\x04".as_slice(), &self.common(), self.name.as_bytes()].concat()
    }

    /// Made by UNIX; a plain file that its owner may write and others read.
    fn central(&self) -> Vec<u8> {
        let mut out = b"PK\x01\x02\x1e\x03".to_vec();
        out.extend(self.common());
        // No comment, first disk, no inner attributes; then mode 0100644 in the upper half of the outer ones.
        out.extend([0; 6]);
        out.extend([0, 0, 0xA4, 0x81]);
        out.extend(self.offset.to_le_bytes());
        out.extend(self.name.as_bytes());
        out
    }
}

/// End of the central directory; `None` where it has grown beyond this shape.
fn end(entries: usize, at: usize, length: usize) -> Option<Vec<u8>> {
    let count = u16::try_from(entries).ok()?;
    let mut out = b"PK\x05\x06\0\0\0\0".to_vec();
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(u32::try_from(length).ok()?.to_le_bytes());
    out.extend(u32::try_from(at).ok()?.to_le_bytes());
    out.extend([0, 0]);
    Some(out)
}

/// Writes a ZIP of this shape.
#[cfg(feature = "terbit")]
pub(crate) struct ZipWriter<W> {
    out: W,
    at: usize,
    entries: Vec<Entry>,
    names: BTreeSet<String>,
}

#[cfg(feature = "terbit")]
impl<W: Write> ZipWriter<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out, at: 0, entries: Vec::new(), names: BTreeSet::new() }
    }

    /// Writes an entry whole.
    pub(crate) fn put(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let too_large = || io::Error::other("bundel terlalu besar untuk satu ZIP (4 GiB, 65.534 berkas)");
        if !plain(name) || !self.names.insert(name.to_ascii_lowercase()) {
            return Err(io::ErrorKind::InvalidFilename.into());
        }
        let entry = Entry {
            name: name.to_owned(),
            crc: crc32fast::hash(bytes),
            size: u32::try_from(bytes.len()).map_err(|_large| too_large())?,
            offset: u32::try_from(self.at).map_err(|_large| too_large())?,
        };
        if self.entries.len() >= MAX_ENTRIES {
            return Err(too_large());
        }
        let head = entry.local();
        self.out.write_all(&head)?;
        self.out.write_all(bytes)?;
        self.at += head.len() + bytes.len();
        self.entries.push(entry);
        Ok(())
    }

    /// Writes the directory; gives back what it was written to.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        let directory: Vec<u8> = self.entries.iter().flat_map(Entry::central).collect();
        let end = end(self.entries.len(), self.at, directory.len())
            .ok_or_else(|| io::Error::other("bundel terlalu besar untuk satu ZIP (4 GiB)"))?;
        self.out.write_all(&directory)?;
        self.out.write_all(&end)?;
        Ok(self.out)
    }
}

/// Names and bytes of the entries, in the order of the file.
pub(crate) fn read(zip: &[u8]) -> Result<Vec<(String, &[u8])>, ZipError> {
    let number = |at: usize, width: usize| -> Option<usize> {
        let bytes = zip.get(at..at.checked_add(width)?)?;
        Some(bytes.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
    };
    let tail = zip.len().checked_sub(END).ok_or(ZipError::NotZip)?;
    let (count, length, directory) =
        (|| Some((number(tail + 10, 2)?, number(tail + 12, 4)?, number(tail + 16, 4)?)))()
            .ok_or(ZipError::NotZip)?;
    if count > MAX_ENTRIES || directory.checked_add(length) != Some(tail) {
        return Err(ZipError::NotZip);
    }
    let mut entries = Vec::new();
    let mut found = Vec::new();
    let mut names = BTreeSet::new();
    let mut at = 0;
    while at < directory {
        let wrong = ZipError::Shape(at);
        let (size, long) =
            (|| Some((number(at + 18, 4)?, number(at + 26, 2)?)))().ok_or_else(|| wrong.clone())?;
        let body = at + LOCAL + long;
        let name = zip.get(at + LOCAL..body).and_then(|name| std::str::from_utf8(name).ok());
        let name = name.ok_or_else(|| wrong.clone())?.to_owned();
        let next = body.checked_add(size).filter(|next| *next <= directory).ok_or_else(|| wrong.clone())?;
        let bytes = zip.get(body..next).ok_or_else(|| wrong.clone())?;
        if !plain(&name) || !names.insert(name.to_ascii_lowercase()) {
            return Err(ZipError::Name(entries.len() + 1));
        }
        let offset = u32::try_from(at).map_err(|_large| wrong.clone())?;
        let size = u32::try_from(size).map_err(|_large| wrong.clone())?;
        let entry = Entry { name: name.clone(), crc: crc32fast::hash(bytes), size, offset };
        if zip.get(at..body) != Some(&entry.local()) {
            return Err(wrong);
        }
        entries.push(entry);
        found.push((name, bytes));
        at = next;
    }
    let told: Vec<u8> = entries.iter().flat_map(Entry::central).collect();
    if zip.get(directory..tail) != Some(&told) {
        return Err(ZipError::Shape(directory));
    }
    if zip.get(tail..) != end(entries.len(), directory, told.len()).as_deref() {
        return Err(ZipError::Shape(tail));
    }
    Ok(found)
}

/// A path of plain letters that stays below its folder on every system.
fn plain(name: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.ends_with('.')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    };
    name.len() <= 200 && name.split('/').all(part)
}

#[cfg(all(test, feature = "terbit"))]
#[expect(clippy::unwrap_used, reason = "a test may stop here")]
mod tests {
    use super::*;

    fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Vec::new());
        for (name, bytes) in entries {
            writer.put(name, bytes).unwrap();
        }
        writer.finish().unwrap()
    }

    #[test]
    fn what_is_written_is_read() {
        let entries: [(&str, &[u8]); 3] = [("a/b.txt", b"isi"), ("a/kosong", b""), ("a/c-d_e.pdf", b"%PDF")];
        let written = zip(&entries);
        let read = read(&written).unwrap().into_iter().map(|(name, bytes)| (name, bytes.to_vec()));
        let expect = entries.map(|(name, bytes)| (name.to_owned(), bytes.to_vec()));
        assert_eq!(read.collect::<Vec<_>>(), expect);
    }

    #[test]
    fn every_changed_byte_is_seen() {
        let good = zip(&[("a/b.txt", b"isi"), ("a/c.txt", b"lain")]);
        for at in 0..good.len() {
            for flip in [1, 0x20, 0x80] {
                let mut bad = good.clone();
                bad[at] ^= flip;
                // The names and bytes are covered by the sums, so that a change there is another file.
                let same = read(&bad).is_ok_and(|found| found.len() == 2);
                assert!(!same, "byte {at} ^ {flip}");
            }
        }
        for cut in 0..good.len() {
            assert!(read(&good[..cut]).is_err(), "cut at {cut}");
        }
        for extra in [b"PK".as_slice(), b"\0"] {
            assert!(read(&[&good, extra].concat()).is_err());
            assert!(read(&[extra, &good].concat()).is_err());
        }
    }

    #[test]
    fn names_stay_below_their_folder() {
        for name in ["", "/a", "a//b", "../a", "a/..", "a/./b", "a\\b", "a b", "é", "a/.b", "c:x", "a/b."] {
            assert!(ZipWriter::new(Vec::new()).put(name, b"").is_err(), "{name:?}");
        }
        let mut writer = ZipWriter::new(Vec::new());
        writer.put("a/B", b"").unwrap();
        assert!(writer.put("a/b", b"").is_err(), "the same file on some systems");
    }
}
