//! What a commit writes into the SQLite book, and what is refused in words before the constraints would.

use std::collections::BTreeSet;

use rusqlite::{Transaction, params};

use super::rows::{self, store};
use super::{
    Attachment, BookError, Entry, Leaf, NewEntry, NewEvent, Peristiwa, applications, closes_next, destroy,
    events, in_open_month, may_answer,
};
use crate::format::Sha256Bytes;

fn run(tx: &Transaction<'_>, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Result<(), BookError> {
    tx.prepare_cached(sql).and_then(|mut q| q.execute(values)).map(|_| ()).map_err(store)
}

/// Files are kept once: one that was ever handed over is in the archive or still waits.
pub(super) fn attach(
    tx: &Transaction<'_>,
    files: &[Attachment],
    attached: &BTreeSet<Sha256Bytes>,
) -> Result<(), BookError> {
    for file in files.iter().filter(|file| !attached.contains(&file.objek)) {
        let name = file.objek.as_slice();
        run(tx, "INSERT OR IGNORE INTO lampiran (objek) VALUES (?1)", params![name])?;
        if tx.changes() == 1 {
            let sql = "INSERT OR IGNORE INTO antrean (objek, isi) VALUES (?1, ?2)";
            run(tx, sql, params![name, &*file.bytes])?;
        }
    }
    Ok(())
}

pub(super) fn take(tx: &Transaction<'_>, leaf: &Leaf, new: &NewEntry) -> Result<Entry, BookError> {
    in_open_month(events::closed_month(tx)?, new.tanggal)?;
    if new.sisipan.is_empty() {
        rows::series_end(tx, &new.seri, new.tahun)?.takes(new.urut, new.tanggal)?;
    } else {
        let behind = rows::behind(tx, &new.seri, new.tahun, new.urut)?;
        behind.ok_or(BookError::NotUsed(new.urut))?.takes(new)?;
    }
    let seq = i64::try_from(leaf.seq).unwrap_or(-1);
    run(
        tx,
        "INSERT INTO surat (seq, seri, tahun, urut, nomor, tanggal, jenis, perihal, penyegel, kid, sidik, tanda_tangan, \
         templat, profil, versi, menggantikan, kode, berlaku_sampai, sisipan, alasan_sisipan) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)",
        params![
            seq,
            new.seri,
            new.tahun,
            new.urut,
            new.nomor,
            new.tanggal.to_string(),
            new.jenis,
            new.perihal,
            new.penyegel,
            new.kid.as_slice(),
            new.sidik.as_slice(),
            new.tanda_tangan.as_slice(),
            new.templat.as_slice(),
            new.profil.as_slice(),
            new.versi,
            new.menggantikan.and_then(|old| i64::try_from(old).ok()),
            new.kode,
            new.berlaku_sampai.map(|last| last.to_string()),
            new.sisipan,
            new.alasan_sisipan,
        ],
    )?;
    if let Some(agenda) = &new.agenda {
        rows::series_end(tx, &agenda.seri, new.tahun)?.takes(agenda.urut, new.tanggal)?;
        let sql = "INSERT INTO agenda (seq, seri, tahun, urut, nomor) VALUES (?1, ?2, ?3, ?4, ?5)";
        run(tx, sql, params![seq, agenda.seri, new.tahun, agenda.urut, agenda.nomor])?;
    }
    run(
        tx,
        "INSERT INTO orang (seq, garam, nik, nama, kasus, permintaan) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            seq,
            new.orang.garam.as_slice(),
            new.orang.nik,
            new.orang.nama,
            new.orang.kasus,
            new.permintaan.as_ref().map(|(_, digest)| digest.as_slice()),
        ],
    )?;
    if let Some((key, _)) = &new.permintaan {
        run(tx, "INSERT INTO permintaan (kunci, seq) VALUES (?1, ?2)", params![key, seq])?;
    }
    let (objek, stored) = new.stored();
    run(
        tx,
        "INSERT INTO berkas (seq, sha256, objek, ukuran) VALUES (?1, ?2, ?3, ?4)",
        params![seq, new.sha256.as_slice(), objek.as_slice(), i64::try_from(new.pdf.len()).unwrap_or(0)],
    )?;
    run(tx, "INSERT INTO antrean (objek, isi) VALUES (?1, ?2)", params![objek.as_slice(), stored])?;
    rows::one(tx, seq)
}

/// Says in words what the constraints would refuse.
pub(super) fn allowed(tx: &Transaction<'_>, event: &NewEvent) -> Result<(), BookError> {
    let closed = events::closed_month(tx)?;
    if let Peristiwa::Tutup(asked) = &event.peristiwa {
        return closes_next(closed, events::first_month(tx)?, asked.masa);
    }
    in_open_month(closed, event.tanggal)?;
    if let Peristiwa::Musnah(gone) = &event.peristiwa {
        return destroy::allowed(tx, gone);
    }
    if let Peristiwa::Mohon { urut, .. } = &event.peristiwa {
        let next = applications::next(tx, event.tanggal.year())?;
        return if *urut == next { Ok(()) } else { Err(BookError::Conflict) };
    }
    if let Peristiwa::Jawab { permohonan, .. } = &event.peristiwa {
        let (newest, last) = applications::answer(tx, *permohonan)?;
        if let Some(terakhir) = last.filter(|last| *last > event.tanggal) {
            return Err(BookError::EventGoesBack { tanggal: event.tanggal, terakhir });
        }
        return may_answer(newest);
    }
    if let Peristiwa::Luar { seri, dari, .. } = &event.peristiwa {
        let end = rows::series_end(tx, seri, event.tanggal.year())?;
        if end.next != *dari {
            return Err(BookError::NotNext(end.next));
        }
        return match end.last_date.filter(|last| *last > event.tanggal) {
            Some(terakhir) => Err(BookError::DateGoesBack { tanggal: event.tanggal, terakhir }),
            None => Ok(()),
        };
    }
    let Some(letter) = event.peristiwa.surat() else { return Ok(()) };
    if let Some(terakhir) = events::last_date(tx)?.filter(|last| *last > event.tanggal) {
        return Err(BookError::EventGoesBack { tanggal: event.tanggal, terakhir });
    }
    let status = rows::one(tx, i64::try_from(letter).unwrap_or(-1))?.status;
    event.peristiwa.refused(status, events::has(tx, letter, event.peristiwa.name())?)
}
