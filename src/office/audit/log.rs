//! The log against the rows that it tells of: leaves, tree, checkpoints, personal data by its digests.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{AuditReport, Found};
use crate::book::{
    Agenda, Book, Entry, Event, Filter, Leaf, Musnah, Peristiwa, Person, SqliteBook, Tutup, request, salted,
};
use crate::calendar::Bulan;
use crate::case::Case;
use crate::format::note::{Checkpoint, LogKey};
use crate::format::receipt::Receipt;
use crate::format::tlog::{self, Growing, Nothing};
use crate::format::{Sha256Bytes, hex, sha256, unhex};
use crate::office::{Office, OfficeError};

/// Said where nothing from outside was at hand.
const ALONE: &str = "apakah seluruh buku ditulis ulang (tidak ada titik periksa dari luar; pakai --since)";

/// The tables of the book, read once.
pub(super) struct Rows {
    pub(super) entries: Vec<Entry>,
    pub(super) events: Vec<Event>,
    pub(super) leaves: Vec<Leaf>,
}

impl Rows {
    pub(super) fn read(book: &SqliteBook) -> Result<Self, OfficeError> {
        Ok(Self {
            entries: book.list(&Filter::default())?,
            events: book.events(None)?,
            leaves: book.leaves()?,
        })
    }

    /// Closings of months, in order.
    pub(super) fn closings(&self) -> impl Iterator<Item = &Tutup> {
        self.events.iter().filter_map(|event| {
            let Peristiwa::Tutup(closed) = &event.isi.peristiwa else { return None };
            Some(closed)
        })
    }

    /// Leaf numbers of letters and applications that were lawfully destroyed.
    pub(super) fn destroyed(&self) -> BTreeSet<u64> {
        let gone = self.events.iter().filter_map(|event| event.isi.peristiwa.destroys());
        gone.flat_map(|gone| gone.catatan.iter().map(|gone| gone.seq)).collect()
    }

    /// Registers that were lawfully destroyed.
    pub(super) fn destroyed_registers(&self) -> BTreeSet<Sha256Bytes> {
        let gone = self.events.iter().filter_map(|event| event.isi.peristiwa.destroys());
        let months: BTreeSet<Bulan> = gone.flat_map(|gone| gone.register.iter().copied()).collect();
        self.closings().filter(|closed| months.contains(&closed.masa)).map(|closed| closed.register).collect()
    }

    pub(super) fn count(&self) -> u64 {
        u64::try_from(self.entries.len() + self.leaves.len()).unwrap_or(0)
    }
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
        let rows = self.check_log_since(since, &mut found);
        let rows = found.or_unreadable(rows, &mut tidak_diperiksa)?;
        Ok(AuditReport { diperiksa: rows.unwrap_or(0), temuan: found.0, tidak_diperiksa })
    }

    fn check_log_since(&self, since: Option<&str>, found: &mut Found) -> Result<u64, OfficeError> {
        let rows = Rows::read(&self.book)?;
        let tree = self.check_log(&rows, found)?;
        if let Some(text) = since {
            self.check_since(text, &tree, found);
        }
        Ok(rows.count())
    }

    /// Every part of the log; gives the tree over its leaves as they are.
    pub(super) fn check_log(
        &self,
        rows: &Rows,
        found: &mut Found,
    ) -> Result<Growing<'static, Nothing>, OfficeError> {
        check_leaves(rows, found);
        for text in self.book.stray()? {
            found.damage("baris-asing", None, None, text);
        }
        self.check_people(rows, found)?;
        let mut tree = Growing::new(&Nothing, 0);
        for leaf in &rows.leaves {
            // Leaves only: nothing has to be fetched from below.
            let _never = tree.append(tlog::leaf_hash(leaf.isi.as_bytes()));
        }
        self.check_nodes(&tree, found)?;
        self.check_checkpoints(&tree, found)?;
        Ok(tree)
    }

    fn check_nodes(&self, tree: &Growing<'_, Nothing>, found: &mut Found) -> Result<(), OfficeError> {
        let mut stored: BTreeMap<(u32, u64), Sha256Bytes> = self
            .book
            .stored_nodes()?
            .into_iter()
            .map(|(level, index, hash)| ((level, index), hash))
            .collect();
        for (level, index, hash) in tree.inner() {
            if stored.remove(&(level, index)) != Some(*hash) {
                let text = format!("simpul {level}/{index} pohon catatan hilang atau berubah");
                found.damage("simpul-rusak", None, None, text);
            }
        }
        for (level, index) in stored.keys() {
            let text = format!("simpul {level}/{index} pohon catatan tidak ada asalnya");
            found.damage("simpul-rusak", None, None, text);
        }
        Ok(())
    }

    fn check_checkpoints(&self, tree: &Growing<'_, Nothing>, found: &mut Found) -> Result<(), OfficeError> {
        let Some(key) = self.log_key() else { return Ok(()) };
        let mut before = None;
        for titik in self.book.checkpoints()? {
            let told = key.open(&titik.isi);
            let same = told.is_some_and(|told| told.size == titik.ukuran && told.root == titik.akar)
                && titik.sebelum == before;
            before = Some(titik.ukuran);
            if !same {
                let text = format!("titik periksa {} diubah, atau yang sebelumnya hilang", titik.ukuran);
                found.damage("titik-rusak", None, None, text);
            } else if titik.ukuran > tree.size() || tlog::root(tree, titik.ukuran) != Ok(titik.akar) {
                let text = format!(
                    "catatan tidak sama dengan yang ditandatangani pada titik periksa {}",
                    titik.ukuran
                );
                found.damage("buku-berubah", None, None, text);
            }
        }
        let signed = before.unwrap_or(0);
        if signed < tree.size() {
            let unsigned = tree.size() - signed;
            let text = format!(
                "{unsigned} catatan terakhir, mulai catatan {signed}, belum ditandatangani; tandatangani dengan suket \
                 book checkpoint"
            );
            found.warn("belum-bertitik", text);
        }
        Ok(())
    }

    /// Whether today's log continues a checkpoint that was kept elsewhere.
    fn check_since(&self, text: &str, tree: &Growing<'_, Nothing>, found: &mut Found) {
        let note = Receipt::parse(text).map_or_else(|| text.to_owned(), |receipt| receipt.note);
        let told = self.log_key().and_then(|key| key.open(&note));
        let Some(Checkpoint { size, root, .. }) = told else {
            let text = "berkas --since bukan titik periksa yang ditandatangani kantor ini".to_owned();
            found.damage("titik-asing", None, None, text);
            return;
        };
        if size > tree.size() {
            let text = format!("titik periksa itu memuat {size} catatan, buku ini hanya {}", tree.size());
            found.damage("buku-terpotong", None, None, text);
        } else if tlog::root(tree, size) != Ok(root) {
            let text = format!("{size} catatan pertama buku ini bukan yang dulu ditandatangani");
            found.damage("buku-ditulis-ulang", None, None, text);
        }
    }

    /// `None` where the trust file cannot be read, which its own check tells.
    fn log_key(&self) -> Option<LogKey> {
        self.trust().ok().and_then(|trust| LogKey::parse(&trust.log))
    }

    /// Personal data and request keys against their salted digests.
    fn check_people(&self, rows: &Rows, found: &mut Found) -> Result<(), OfficeError> {
        let mut requests: BTreeMap<u64, Vec<String>> = BTreeMap::new();
        for (key, seq) in self.book.requests()? {
            requests.entry(seq).or_default().push(key);
        }
        let destroyed = rows.destroyed();
        for entry in &rows.entries {
            if destroyed.contains(&entry.seq) {
                if self.book.stored_person(entry.seq)?.is_some() {
                    let text =
                        "data orang surat yang dimusnahkan masih ada; ulangi suket archive purge".to_owned();
                    found.damage("musnah-masih-ada", None, Some(entry.nomor.clone()), text);
                }
                continue;
            }
            let place = usize::try_from(entry.seq).unwrap_or(usize::MAX);
            let details = rows.leaves.get(place).and_then(|leaf| leaf.rincian.as_deref());
            let told: Value = details.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
            let digest =
                |key: &str| -> Option<Sha256Bytes> { unhex(told.get(key)?.as_str()?)?.try_into().ok() };
            let nomor = Some(entry.nomor.clone());
            let Some((person, content)) = self.book.stored_person(entry.seq)? else {
                let text = "data orang untuk surat ini hilang dari buku; kembalikan dari cadangan".to_owned();
                found.damage("orang-hilang", None, nomor, text);
                continue;
            };
            let same = digest("orang") == Some(salted(&person.garam, person.kasus.as_bytes()))
                && columns_of(&person)
                && content.is_some() == told.get("permintaan").is_some();
            if !same {
                let text = "data orang untuk surat ini bukan yang dicatat".to_owned();
                found.damage("orang-berubah", None, nomor.clone(), text);
            }
            let keys = requests.get(&entry.seq).map(Vec::as_slice).unwrap_or_default();
            let made = keys.first().zip(content).map(|(key, content)| request(&person.garam, key, &content));
            if made != digest("permintaan") || keys.len() != usize::from(content.is_some()) {
                let text = "kunci permintaan surat ini hilang atau berubah".to_owned();
                found.damage("permintaan-berubah", None, nomor, text);
            }
        }
        Ok(())
    }
}

/// Whether NIK and name in their own columns are those of the case.
fn columns_of(person: &Person) -> bool {
    let case: Option<Case> = serde_json::from_str(&person.kasus).ok();
    case.is_some_and(|case| {
        case.pemohon.nik == person.nik && case.pemohon.nama.unwrap_or_default() == person.nama
    })
}

/// Leaves without gap and with their hashes; each with its row, and each row with its leaf.
fn check_leaves(rows: &Rows, found: &mut Found) {
    let entries: BTreeMap<u64, &Entry> = rows.entries.iter().map(|entry| (entry.seq, entry)).collect();
    let destroyed = rows.destroyed();
    let happened: BTreeMap<u64, &Event> = rows.events.iter().map(|event| (event.seq, event)).collect();
    for (leaf, seq) in rows.leaves.iter().zip(0..) {
        let told: Value = serde_json::from_str(&leaf.isi).unwrap_or_default();
        let about = told.get("surat").and_then(Value::as_u64).and_then(|letter| entries.get(&letter));
        let nomor = told.get("nomor").and_then(Value::as_str).map(str::to_owned);
        let nomor = nomor.or_else(|| about.map(|entry| entry.nomor.clone()));
        let details = leaf.rincian.as_ref().map(|text| sha256(text.as_bytes()));
        if leaf.seq != seq
            || tlog::leaf_hash(leaf.isi.as_bytes()) != leaf.daun
            || details != super::super::log::details_digest(&told)
        {
            let text = format!("catatan {} tidak sesuai dengan sidiknya", leaf.seq);
            found.damage("catatan-rusak", None, nomor.clone(), text);
        }
        let same = match (entries.get(&leaf.seq), happened.get(&leaf.seq)) {
            (Some(entry), None) => same(entry, &told, leaf.rincian.as_deref().unwrap_or_default()),
            (None, Some(event)) => event.fits(&leaf.isi),
            _ => {
                let text = format!("catatan {} ada, baris buku tidak ada", leaf.seq);
                found.damage("baris-hilang", None, nomor, text);
                continue;
            }
        };
        if let Some(gone) = happened.get(&leaf.seq).and_then(|event| event.isi.peristiwa.destroys()) {
            check_destroyed(&told, gone, &entries, found);
        }
        if !same {
            let text = format!("baris buku tidak sama dengan catatan {}", leaf.seq);
            found.damage("baris-berubah", None, nomor.clone(), text);
        }
        let lost = |event: &&&Event| {
            let gone = event.isi.peristiwa.surat().unwrap_or(event.seq);
            event.isi.peristiwa.lost_its_person() && !destroyed.contains(&gone)
        };
        let back = |event: &&&Event| {
            let gone = event.isi.peristiwa.surat().unwrap_or(event.seq);
            event.isi.peristiwa.has_its_person() && destroyed.contains(&gone)
        };
        if happened.get(&leaf.seq).as_ref().is_some_and(back) {
            let text = format!("nama orang pada catatan {} yang dimusnahkan masih ada", leaf.seq);
            found.damage("musnah-masih-ada", None, nomor.clone(), text);
        }
        if happened.get(&leaf.seq).as_ref().is_some_and(lost) {
            let text = format!("nama orang pada catatan {} hilang; kembalikan dari cadangan", leaf.seq);
            found.damage("penerima-hilang", None, nomor, text);
        }
    }
    let mut before = None;
    for event in &rows.events {
        let Peristiwa::Tutup(closed) = &event.isi.peristiwa else { continue };
        if closed.sebelum != before {
            let text = format!("penutupan bulan {} tidak menyambung penutupan sebelumnya", closed.masa);
            found.damage("tutup-terputus", None, None, text);
        }
        let place = usize::try_from(event.seq).unwrap_or(usize::MAX);
        before = rows.leaves.get(place).map(|leaf| leaf.daun);
    }
    let mut seen = BTreeSet::new();
    for event in rows.events.iter().filter(|event| !seen.insert(event.seq)) {
        found.damage("baris-ganda", None, None, format!("catatan {} mempunyai dua baris buku", event.seq));
    }
    let last = u64::try_from(rows.leaves.len()).unwrap_or(u64::MAX);
    let without = entries.keys().chain(happened.keys()).filter(|seq| **seq >= last);
    for seq in without {
        let nomor = entries.get(seq).map(|entry| entry.nomor.clone());
        found.damage("catatan-hilang", None, nomor, format!("baris buku {seq} tanpa catatan"));
    }
}

/// Letters that were destroyed: with the file gone, only the log tells what its row said of it.
fn check_destroyed(told: &Value, gone: &Musnah, entries: &BTreeMap<u64, &Entry>, found: &mut Found) {
    let own: BTreeMap<u64, Value> = gone.catatan.iter().map(|gone| (gone.seq, gone.told())).collect();
    for told in told.get("catatan").and_then(Value::as_array).into_iter().flatten() {
        let Some(seq) = told.get("seq").and_then(Value::as_u64) else { continue };
        if own.get(&seq) != Some(told) {
            let nomor = entries.get(&seq).map(|entry| entry.nomor.clone());
            let text = format!("baris catatan {seq} yang dimusnahkan bukan yang dulu dicatat");
            found.damage("baris-berubah", None, nomor, text);
        }
    }
}

/// Whether every value of the row is what leaf and details tell.
fn same(entry: &Entry, leaf: &Value, details: &str) -> bool {
    let told: Value = serde_json::from_str(details).unwrap_or_default();
    let in_leaf = [
        ("peristiwa", "terbit".to_owned()),
        ("nomor", entry.nomor.clone()),
        ("sidik", hex(&entry.sidik)),
        ("tanda_tangan", hex(&entry.tanda_tangan)),
    ];
    let in_details = [
        ("seri", entry.seri.clone()),
        ("tanggal", entry.tanggal.to_string()),
        ("jenis", entry.jenis.clone()),
        ("perihal", entry.perihal.clone()),
        ("penyegel", entry.penyegel.clone()),
        ("kid", hex(&entry.kid)),
        ("kode", entry.kode.clone()),
        ("templat", hex(&entry.templat)),
        ("profil", hex(&entry.profil)),
        ("versi", entry.versi.clone()),
    ];
    let says = |told: &Value, list: &[(&str, String)]| {
        list.iter().all(|(key, text)| told.get(*key).and_then(Value::as_str) == Some(text))
    };
    let last = entry.berlaku_sampai.map(|last| last.to_string());
    let agenda = entry
        .agenda
        .as_ref()
        .map(|Agenda { seri, urut, nomor }| json!({ "seri": seri, "urut": urut, "nomor": nomor }));
    let text = |key: &str| told.get(key).and_then(Value::as_str);
    let number = |key: &str| told.get(key).and_then(Value::as_i64);
    says(leaf, &in_leaf)
        && says(&told, &in_details)
        && leaf.get("seq").and_then(Value::as_u64) == Some(entry.seq)
        && text("berlaku_sampai") == last.as_deref()
        && text("sisipan").unwrap_or_default() == entry.sisipan
        && text("alasan_sisipan") == entry.alasan_sisipan.as_deref()
        && told.get("agenda") == agenda.as_ref()
        && number("urut") == Some(i64::from(entry.urut))
        && number("tahun") == Some(i64::from(entry.tahun))
        && number("menggantikan") == entry.menggantikan.and_then(|seq| i64::try_from(seq).ok())
}
