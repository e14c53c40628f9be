//! The log against the rows that it tells of: leaves, tree, checkpoints, personal data by its digests. The book is read in
//! parts, so that memory does not grow with it.

use std::collections::{BTreeMap, BTreeSet};

use super::numbers::Numbers;
use super::row::{check_leaf, check_person, details, digest};
use super::{AuditReport, Found};
use crate::book::{Book, BookError, Entry, Event, Leaf, Peristiwa, Titik, request};
use crate::format::Sha256Bytes;
use crate::format::note::{Checkpoint, LogKey};
use crate::format::receipt::Receipt;
use crate::format::tlog::{self, Peaks};
use crate::office::{Office, OfficeError};

/// Said where nothing from outside was at hand.
const ALONE: &str = "apakah seluruh buku ditulis ulang (tidak ada titik periksa dari luar; pakai --since)";
/// Leaves that are read at once.
const PART: u64 = 1000;

/// A part of the book.
#[derive(Default)]
pub(super) struct Rows {
    from: u64,
    /// Whether a row of it could not be read, which was told.
    unreadable: bool,
    pub(super) entries: Vec<Entry>,
    pub(super) events: Vec<Event>,
    leaves: Vec<Leaf>,
    titik: Vec<Titik>,
}

/// What the check of the log has seen so far.
pub(super) struct LogWalk {
    key: Option<LogKey>,
    since: Option<Checkpoint>,
    tree: Peaks,
    numbers: Numbers,
    /// Leaves in the log.
    size: u64,
    /// Size of the checkpoint before.
    titik: Option<u64>,
    changed: bool,
    /// Leaf of the closing before.
    closing: Option<Sha256Bytes>,
    /// Letters whose details name a request.
    requests: u64,
    /// Letters that also stand in the general agenda.
    pub(super) seconds: u64,
    /// Rows that were looked at.
    pub(super) rows: u64,
    unreadable: bool,
}

impl Office {
    /// Checks the log: every leaf against its row, the tree, every checkpoint. With `since`, a checkpoint or a proof that
    /// was kept elsewhere, also that today's book continues it; a book that was rewritten as a whole is found by that
    /// only.
    pub fn verify_log(&self, since: Option<&str>) -> Result<AuditReport, OfficeError> {
        let mut found = Found::default();
        let mut tidak_diperiksa = vec!["isi berkas surat di arsip (periksa dengan suket archive check)"];
        if since.is_none() {
            tidak_diperiksa.push(ALONE);
        }
        let walk = self.check_log(since, &mut found, &mut |_, _| Ok(()))?;
        walk.not_checked(&mut tidak_diperiksa);
        Ok(AuditReport { diperiksa: walk.rows, temuan: found.0, tidak_diperiksa })
    }

    /// Every part of the log, and the numbers; `with` is given each part of the book.
    pub(super) fn check_log(
        &self,
        since: Option<&str>,
        found: &mut Found,
        with: &mut dyn FnMut(&Rows, &mut Found) -> Result<(), OfficeError>,
    ) -> Result<LogWalk, OfficeError> {
        let key = self.log_key();
        let since = since.and_then(|text| kept_outside(text, key.as_ref(), found));
        let size = self.book.size()?;
        let mut walk = LogWalk::new(key, since, size);
        let mut from = 0;
        while from < size {
            let to = (from + PART).min(size);
            self.readable(from, to, &mut walk, found, with)?;
            from = to;
        }
        // Rows behind the last leaf.
        self.readable(size, u64::MAX, &mut walk, found, with)?;
        for text in self.book.stray()? {
            found.damage("baris-asing", None, None, text);
        }
        self.check_requests(&walk, found)?;
        walk.end(self, found)?;
        Ok(walk)
    }

    /// One part; where a row in it cannot be read, the others one by one.
    fn readable(
        &self,
        from: u64,
        to: u64,
        walk: &mut LogWalk,
        found: &mut Found,
        with: &mut dyn FnMut(&Rows, &mut Found) -> Result<(), OfficeError>,
    ) -> Result<(), OfficeError> {
        let rows = match self.part(from, to) {
            Err(OfficeError::Book(BookError::Damaged(_))) if to - from > 1 && to < u64::MAX => {
                return (from..to).try_for_each(|seq| self.readable(seq, seq + 1, walk, found, with));
            }
            Err(OfficeError::Book(BookError::Damaged(_))) => self.what_can_be_read(from, to, found)?,
            other => other?,
        };
        walk.unreadable |= rows.unreadable;
        walk.part(self, &rows, to, found)?;
        with(&rows, found)
    }

    /// One leaf and what belongs to it, as far as it can be read.
    fn what_can_be_read(&self, from: u64, to: u64, found: &mut Found) -> Result<Rows, OfficeError> {
        let before = found.0.len();
        let rows = Rows {
            from,
            unreadable: true,
            entries: found.or_unreadable(self.book.entries_in(from, to))?,
            events: found.or_unreadable(self.book.events_in(from, to))?,
            leaves: found.or_unreadable(self.book.leaves_in(from, to))?,
            titik: found.or_unreadable(self.book.checkpoints_in(from, to))?,
        };
        Ok(Rows { unreadable: found.0.len() > before, ..rows })
    }

    fn part(&self, from: u64, to: u64) -> Result<Rows, OfficeError> {
        Ok(Rows {
            from,
            unreadable: false,
            entries: self.book.entries_in(from, to)?,
            events: self.book.events_in(from, to)?,
            leaves: self.book.leaves_in(from, to)?,
            titik: self.book.checkpoints_in(from, to)?,
        })
    }

    /// `None` where the trust file cannot be read, which its own check tells.
    fn log_key(&self) -> Option<LogKey> {
        self.trust().ok().and_then(|trust| LogKey::parse(&trust.log))
    }

    /// Every request key against the digest in its letter's leaf; and each letter that names one has it.
    fn check_requests(&self, walk: &LogWalk, found: &mut Found) -> Result<(), OfficeError> {
        let (mut seen, mut wrong, mut destroyed) = (0, Vec::new(), BTreeSet::new());
        self.book.each_request(|key, seq| {
            seen += 1;
            let told = self.book.leaf(seq).map(|leaf| leaf.map(|leaf| details(&leaf)));
            let digest = told.ok().flatten().and_then(|told| digest(&told, "permintaan"));
            let made = match self.book.stored_person(seq) {
                Ok(Some((person, Some(content)))) => Some(request(&person.garam, &key, &content)),
                _ => None,
            };
            // Where the letter was destroyed, the salt is gone with its person; that it had a request still shows.
            let gone = digest.is_some() && self.book.is_destroyed(seq)? && destroyed.insert(seq);
            if !gone && (made.is_none() || made != digest) {
                wrong.push(seq);
            }
            Ok(())
        })?;
        if seen != walk.requests || !wrong.is_empty() {
            // Seldom, so that memory may grow here.
            let mut there = BTreeSet::new();
            self.book.each_request(|_, seq| {
                there.insert(seq);
                Ok(())
            })?;
            let named = |seq: &u64| {
                let leaf = self.book.leaf(*seq).ok().flatten();
                leaf.is_some_and(|leaf| details(&leaf).get("permintaan").is_some())
            };
            wrong.extend((0..walk.size).filter(|seq| named(seq) && !there.contains(seq)));
        }
        for seq in wrong {
            let nomor = self.book.by_seq(seq).ok().flatten().map(|entry| entry.nomor);
            let text = format!("kunci permintaan surat pada catatan {seq} hilang atau berubah");
            found.damage("permintaan-berubah", None, nomor, text);
        }
        Ok(())
    }
}

/// A checkpoint that was kept elsewhere.
fn kept_outside(text: &str, key: Option<&LogKey>, found: &mut Found) -> Option<Checkpoint> {
    let note = Receipt::parse(text).map_or_else(|| text.to_owned(), |receipt| receipt.note);
    let told = key.and_then(|key| key.open(&note));
    if told.is_none() {
        let text = "berkas --since bukan titik periksa yang ditandatangani kantor ini".to_owned();
        found.damage("titik-asing", None, None, text);
    }
    told
}

impl LogWalk {
    fn new(key: Option<LogKey>, since: Option<Checkpoint>, size: u64) -> Self {
        Self {
            key,
            since,
            tree: Peaks::default(),
            numbers: Numbers::default(),
            size,
            titik: None,
            changed: false,
            closing: None,
            requests: 0,
            seconds: 0,
            rows: 0,
            unreadable: false,
        }
    }

    pub(super) fn not_checked(&self, list: &mut Vec<&'static str>) {
        if self.unreadable {
            list.push("baris buku yang tidak terbaca, dan apa yang bergantung padanya");
        }
    }

    fn part(&mut self, office: &Office, rows: &Rows, to: u64, found: &mut Found) -> Result<(), OfficeError> {
        self.rows += u64::try_from(rows.entries.len() + rows.leaves.len()).unwrap_or(0);
        let second = rows.entries.iter().filter(|entry| entry.agenda.is_some()).count();
        self.seconds += u64::try_from(second).unwrap_or(0);
        let cancelled = office.book.cancelled_in(rows.from, to)?;
        if rows.unreadable {
            self.numbers.one_unknown();
        }
        self.numbers.part(&rows.entries, &rows.events, &cancelled, found);
        let entries: BTreeMap<u64, &Entry> = rows.entries.iter().map(|entry| (entry.seq, entry)).collect();
        let happened: BTreeMap<u64, &Event> = rows.events.iter().map(|event| (event.seq, event)).collect();
        let leaves: BTreeMap<u64, &Leaf> = rows.leaves.iter().map(|leaf| (leaf.seq, leaf)).collect();
        let mut titik = rows.titik.iter().peekable();
        for seq in rows.from..to.min(self.size) {
            let leaf = leaves.get(&seq).copied();
            let (entry, event) = (entries.get(&seq).copied(), happened.get(&seq).copied());
            match leaf {
                // The row of a leaf that could not be read was told.
                Some(_) if rows.unreadable && entry.is_none() && event.is_none() => {}
                Some(leaf) => check_leaf(office, leaf, entry, event, found)?,
                None if rows.unreadable => {}
                None => {
                    let nomor = entry.map(|entry| entry.nomor.clone());
                    let text = format!("catatan {seq} hilang dari buku");
                    found.damage("catatan-hilang", None, nomor, text);
                }
            }
            if let Some(entry) = entry {
                self.requests += u64::from(check_person(office, entry, leaf, found)?);
            }
            if let Some(event) = event {
                self.closing(event, leaf, found);
            }
            // What the leaf itself says, not the digest beside it.
            let hash = leaf.map_or([0; 32], |leaf| tlog::leaf_hash(leaf.isi.as_bytes()));
            self.append(office, hash, found)?;
            while let Some(titik) = titik.next_if(|titik| titik.ukuran <= self.tree.size()) {
                self.signed(titik, found);
            }
            self.outside(found);
        }
        titik.for_each(|titik| self.signed(titik, found));
        for seq in entries.keys().chain(happened.keys()).filter(|seq| **seq >= self.size) {
            let nomor = entries.get(seq).map(|entry| entry.nomor.clone());
            found.damage("catatan-hilang", None, nomor, format!("baris buku {seq} tanpa catatan"));
        }
        let mut seen = BTreeSet::new();
        for event in rows.events.iter().filter(|event| !seen.insert(event.seq)) {
            let text = format!("catatan {} mempunyai dua baris buku", event.seq);
            found.damage("baris-ganda", None, None, text);
        }
        Ok(())
    }

    fn append(&mut self, office: &Office, hash: Sha256Bytes, found: &mut Found) -> Result<(), OfficeError> {
        let mut complete = Vec::new();
        self.tree.append(hash, |level, index, hash| complete.push((level, index, *hash)));
        for (level, index, hash) in complete {
            let same = match office.book.node(level, index) {
                Ok(stored) => stored == hash,
                Err(BookError::Damaged(_)) => false,
                Err(error) => return Err(error.into()),
            };
            if !same {
                let text = format!("simpul {level}/{index} pohon catatan hilang atau berubah");
                found.damage("simpul-rusak", None, None, text);
            }
        }
        Ok(())
    }

    /// A checkpoint of the book, once as many leaves are in the tree.
    fn signed(&mut self, titik: &Titik, found: &mut Found) {
        let Some(key) = &self.key else { return };
        let told = key.open(&titik.isi);
        let same = told.is_some_and(|told| told.size == titik.ukuran && told.root == titik.akar)
            && titik.sebelum == self.titik;
        self.titik = Some(titik.ukuran);
        if !same {
            let text = format!("titik periksa {} diubah, atau yang sebelumnya hilang", titik.ukuran);
            found.damage("titik-rusak", None, None, text);
        } else if !self.changed && (titik.ukuran != self.tree.size() || self.tree.root() != titik.akar) {
            // Every later one differs then, too.
            self.changed = true;
            let text =
                format!("catatan tidak sama dengan yang ditandatangani pada titik periksa {}", titik.ukuran);
            found.damage("buku-berubah", None, None, text);
        }
    }

    /// The checkpoint that was kept elsewhere, once as many leaves are in the tree.
    fn outside(&mut self, found: &mut Found) {
        if let Some(told) = self.since.take_if(|told| told.size == self.tree.size())
            && self.tree.root() != told.root
        {
            let text = format!("{} catatan pertama buku ini bukan yang dulu ditandatangani", told.size);
            found.damage("buku-ditulis-ulang", None, None, text);
        }
    }

    /// Each closing of a month names the leaf of the one before.
    fn closing(&mut self, event: &Event, leaf: Option<&Leaf>, found: &mut Found) {
        let Peristiwa::Tutup(closed) = &event.isi.peristiwa else { return };
        if closed.sebelum != self.closing {
            let text = format!("penutupan bulan {} tidak menyambung penutupan sebelumnya", closed.masa);
            found.damage("tutup-terputus", None, None, text);
        }
        self.closing = leaf.map(|leaf| leaf.daun);
    }

    fn end(&mut self, office: &Office, found: &mut Found) -> Result<(), OfficeError> {
        if let Some(told) = self.since.take().filter(|told| told.size > 0) {
            let size = self.tree.size();
            let text = format!("titik periksa itu memuat {} catatan, buku ini hanya {size}", told.size);
            found.damage("buku-terpotong", None, None, text);
        }
        office.book.each_node(|level, index| {
            let last = u32::try_from(level).ok().zip(u128::try_from(index).ok());
            let last = last.and_then(|(level, index)| (index + 1).checked_shl(level));
            if level < 1 || last.is_none_or(|last| last > u128::from(self.size)) {
                let text = format!("simpul {level}/{index} pohon catatan tidak ada asalnya");
                found.damage("simpul-rusak", None, None, text);
            }
        })?;
        let signed = self.titik.unwrap_or(0);
        if self.key.is_some() && signed < self.size {
            let unsigned = self.size - signed;
            let text = format!(
                "{unsigned} catatan terakhir, mulai catatan {signed}, belum ditandatangani; tandatangani dengan suket \
                 book checkpoint"
            );
            found.warn("belum-bertitik", text);
        }
        Ok(())
    }
}

/// Leaves that a checkpoint or a proof covers, as it says itself.
pub(super) fn size_in(text: &str) -> Option<u64> {
    let note = Receipt::parse(text).map_or_else(|| text.to_owned(), |receipt| receipt.note);
    note.lines().nth(1)?.parse().ok()
}
