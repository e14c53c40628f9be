//! One leaf of the log against its row, and a letter's personal data against its digest.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{AGAIN, Found, STILL_THERE};
use crate::book::{Agenda, Book, BookError, Entry, Event, Leaf, Musnah, Person, salted};
use crate::case::Case;
use crate::format::{Sha256Bytes, hex, sha256, tlog, unhex};
use crate::office::log::details_digest;
use crate::office::{Office, OfficeError};

pub(super) fn details(leaf: &Leaf) -> Value {
    leaf.rincian.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

pub(super) fn digest(told: &Value, key: &str) -> Option<Sha256Bytes> {
    unhex(told.get(key)?.as_str()?)?.try_into().ok()
}

/// A leaf with its hashes, and with its row.
pub(super) fn check_leaf(
    office: &Office,
    leaf: &Leaf,
    entry: Option<&Entry>,
    event: Option<&Event>,
    found: &mut Found,
) -> Result<(), OfficeError> {
    let told: Value = serde_json::from_str(&leaf.isi).unwrap_or_default();
    let nomor = || {
        let own = told.get("nomor").and_then(Value::as_str).map(str::to_owned);
        let about = || told.get("surat").and_then(Value::as_u64);
        own.or_else(|| office.book.by_seq(about()?).ok().flatten().map(|entry| entry.nomor))
    };
    let details = leaf.rincian.as_ref().map(|text| sha256(text.as_bytes()));
    if tlog::leaf_hash(leaf.isi.as_bytes()) != leaf.daun || details != details_digest(&told) {
        let text = format!("catatan {} tidak sesuai dengan sidiknya", leaf.seq);
        found.damage("catatan-rusak", None, nomor(), text);
    }
    let same = match (entry, event) {
        (Some(entry), None) => same(entry, &told, leaf.rincian.as_deref().unwrap_or_default()),
        (None, Some(event)) => event.fits(&leaf.isi),
        _ => {
            let text = format!("catatan {} ada, baris buku tidak ada", leaf.seq);
            found.damage("baris-hilang", None, nomor(), text);
            return Ok(());
        }
    };
    if !same {
        let text = format!("baris buku tidak sama dengan catatan {}", leaf.seq);
        found.damage("baris-berubah", None, nomor(), text);
    }
    let Some(event) = event else { return Ok(()) };
    if let Some(gone) = event.isi.peristiwa.destroys() {
        check_destroyed(office, &told, gone, found);
    }
    let (lost, there) = (event.isi.peristiwa.lost_its_person(), event.isi.peristiwa.has_its_person());
    if lost || there {
        let destroyed = office.book.is_destroyed(event.isi.peristiwa.surat().unwrap_or(event.seq))?;
        if lost && !destroyed {
            let text = format!("nama orang pada catatan {} hilang; kembalikan dari cadangan", leaf.seq);
            found.damage("penerima-hilang", None, nomor(), text);
        } else if there && destroyed {
            let text = format!("nama orang pada catatan {} yang dimusnahkan masih ada; {AGAIN}", leaf.seq);
            found.damage(STILL_THERE, None, nomor(), text);
        }
    }
    Ok(())
}

/// What was destroyed: with the file gone, only the log tells what its row said of it.
fn check_destroyed(office: &Office, told: &Value, gone: &Musnah, found: &mut Found) {
    let own: BTreeMap<u64, Value> = gone.catatan.iter().map(|gone| (gone.seq, gone.told())).collect();
    for told in told.get("catatan").and_then(Value::as_array).into_iter().flatten() {
        let Some(seq) = told.get("seq").and_then(Value::as_u64) else { continue };
        if own.get(&seq) != Some(told) {
            let nomor = office.book.by_seq(seq).ok().flatten().map(|entry| entry.nomor);
            let text = format!("baris catatan {seq} yang dimusnahkan bukan yang dulu dicatat");
            found.damage("baris-berubah", None, nomor, text);
        }
    }
}

/// Personal data against its salted digest, or gone with a letter that was destroyed; gives whether the letter came from a request.
pub(super) fn check_person(
    office: &Office,
    entry: &Entry,
    leaf: Option<&Leaf>,
    found: &mut Found,
) -> Result<bool, OfficeError> {
    let told = leaf.map(details).unwrap_or_default();
    let asked = told.get("permintaan").is_some();
    let nomor = Some(entry.nomor.clone());
    let stored = match office.book.stored_person(entry.seq) {
        Err(BookError::Damaged(_)) => {
            let text = format!("data orang untuk surat pada catatan {} tidak terbaca", entry.seq);
            found.damage("orang-berubah", None, nomor, text);
            return Ok(asked);
        }
        other => other?,
    };
    if entry.musnah {
        if stored.is_some() {
            let text = format!("data orang surat yang dimusnahkan masih ada; {AGAIN}");
            found.damage(STILL_THERE, None, nomor, text);
        }
        return Ok(asked);
    }
    let Some((person, content)) = stored else {
        let text = "data orang untuk surat ini hilang dari buku; kembalikan dari cadangan".to_owned();
        found.damage("orang-hilang", None, nomor, text);
        return Ok(asked);
    };
    let same = digest(&told, "orang") == Some(salted(&person.garam, person.kasus.as_bytes()))
        && columns_of(&person)
        && content.is_some() == asked;
    if !same {
        let text = "data orang untuk surat ini bukan yang dicatat".to_owned();
        found.damage("orang-berubah", None, nomor, text);
    }
    Ok(asked)
}

/// Whether NIK and name in their own columns are those of the case.
fn columns_of(person: &Person) -> bool {
    let case: Option<Case> = serde_json::from_str(&person.kasus).ok();
    case.is_some_and(|case| {
        case.pemohon.nik == person.nik && case.pemohon.nama.unwrap_or_default() == person.nama
    })
}

/// Whether every value of the row is what leaf and details tell.
pub(super) fn same(entry: &Entry, leaf: &Value, details: &str) -> bool {
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
