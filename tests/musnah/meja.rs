//! The desk forgets what was destroyed: which cases go, which stay, and what happens when it cannot be done at once.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::civil::{Date, date};
use suket::{
    Berkas, By, Cap, CaraBerkas, Desk, DeskError, Giliran, Nomor, OfficeError, Peranan, PurgeError,
    PurgeRequest, Sop, SuratBerkas, Tahap,
};

use super::{BERITA, CLU, Kantor, cari};
use crate::umum::{SANDI, kasus};

/// Puts a case at the desk: its letter, its application, its cancelled letters.
fn taruh(desk: &mut Desk, id: &str, surat: Option<u64>, permohonan: Option<u64>, batal: &[u64]) {
    let alur = vec!["petugas".to_owned(), "camat".to_owned()];
    let cara = desk.keep_way(&CaraBerkas { sop: Sop::builtin(CLU).unwrap().to_owned(), alur }).unwrap();
    let waktu = "2026-11-21T02:00:00Z".parse().unwrap();
    let cap = Cap { akun: "uji".to_owned(), nama: "Contoh".to_owned(), waktu };
    let letter =
        |seq: u64| SuratBerkas { seq, nomor: format!("{seq}"), tahun: 2026, tanggal: date(2026, 11, 21) };
    let mut case = kasus(CLU, "rekomendasi").case;
    case.pemohon.nama = Some(format!("SITI CONTOH {}", id.to_uppercase()));
    let mut berkas = Berkas::new(id.to_owned(), case, "loket", cara, cap.clone());
    berkas.surat = surat.map(letter);
    berkas.batal = batal.iter().copied().map(letter).collect();
    berkas.permohonan = permohonan.map(|seq| Nomor { seq, urut: 1, tahun: 2026 });
    let at = Giliran { tahap: Tahap::Langkah, pelaku: Peranan::Petugas };
    desk.put(&mut berkas, at, ("buka", &format!("dibuka untuk {id}")), &cap, None).unwrap();
}

#[test]
fn a_case_goes_with_its_letter_or_without_one_with_its_application() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(&folder.path().join("meja.sqlite")).unwrap();
    // Letter, application, cancelled letters; whether it goes when 1, 2 and 3 are destroyed.
    let cases = [
        ("satu", Some(1), None, &[][..], true),
        ("dua", Some(7), None, &[], false),
        ("tiga", Some(7), Some(2), &[3], false),
        ("empat", Some(1), Some(8), &[9], true),
        ("lima", None, Some(2), &[], true),
        ("enam", None, Some(8), &[], false),
        ("tujuh", None, Some(8), &[2, 3], true),
        ("delapan", None, Some(8), &[3, 9], false),
        ("sembilan", None, None, &[], false),
    ];
    for (id, surat, permohonan, batal, _) in cases {
        taruh(&mut desk, id, surat, permohonan, batal);
    }
    let gone = BTreeSet::from([1, 2, 3]);
    assert!(!desk.holds(&BTreeSet::new()).unwrap() && desk.holds(&gone).unwrap());
    assert_eq!(desk.forget(&gone).unwrap(), 4);
    assert!(!desk.holds(&gone).unwrap());
    for (id, .., goes) in cases {
        let here = (desk.berkas(id).is_ok(), desk.history(id).unwrap().len());
        assert_eq!(here, (!goes, usize::from(!goes)), "{id}");
        let words = [format!("SITI CONTOH {}", id.to_uppercase()), format!("dibuka untuk {id}")];
        let found = cari(folder.path(), &words.each_ref().map(String::as_str));
        assert_eq!(found.is_empty(), goes, "{id}: {found:?}");
    }
    assert_eq!(desk.forget(&gone).unwrap(), 0, "again, there is nothing to do");
}

/// An office with a letter that is due, and its case at the desk.
fn siap() -> (Kantor, u64) {
    let mut kantor = Kantor::baru("\n[retensi]\nrekomendasi = 0\n");
    let (entry, _) = kantor.meja.satu(kasus(CLU, "rekomendasi"));
    taruh(&mut meja(kantor.meja.folder.path()), "b1", Some(entry.seq), None, &[]);
    (kantor, entry.seq)
}

fn meja(folder: &Path) -> Desk {
    Desk::open(&folder.join("meja.sqlite")).unwrap()
}

const HARI_MUSNAH: Date = date(2027, 1, 1);

/// Destroys what is due, with this way to have the desk forget.
fn musnahkan(kantor: &mut Kantor, desk: Option<suket::Forgetting<'_>>) -> Result<(), OfficeError> {
    let list = kantor.meja.office.purge_list(HARI_MUSNAH).unwrap();
    let by = By { tanggal: HARI_MUSNAH, oleh: "petugas" };
    let request = PurgeRequest { berita_acara: BERITA, sidik: &list.sidik, setuju: ["ANI", "BUDI"], by };
    let signer = kantor.meja.office.unlock_log(SANDI).unwrap();
    kantor.meja.office.purge(request, &signer, desk).map(drop)
}

fn codes(kantor: &Kantor) -> Vec<&'static str> {
    let report = kantor.meja.office.audit(false, &|_, _| {}).unwrap();
    report.temuan.iter().map(|finding| finding.kode).collect()
}

#[test]
fn nothing_is_destroyed_where_nobody_can_open_the_desk() {
    let (mut kantor, seq) = siap();
    let refused = musnahkan(&mut kantor, None).unwrap_err();
    assert!(matches!(refused, OfficeError::Purge(PurgeError::NoDesk)), "{refused}");
    let refused = kantor.meja.office.resume_purge(None).unwrap_err();
    assert!(matches!(refused, OfficeError::Purge(PurgeError::NoDesk)), "{refused}");
    assert!(!kantor.meja.office.purge_is_unfinished() && kantor.meja.office.destroyed().unwrap().is_empty());
    assert!(kantor.meja.office.person(seq).unwrap().is_some());
}

#[test]
fn a_destruction_is_not_over_before_the_desk_has_forgotten() {
    let (mut kantor, seq) = siap();
    let folder = kantor.meja.folder.path().to_owned();
    // Stopped right before the desk is told, as by a power cut.
    let mut told = None;
    let mut stopped = |gone: &BTreeSet<u64>| {
        told = Some(gone.clone());
        Err("listrik padam".into())
    };
    let failed = musnahkan(&mut kantor, Some(&mut stopped)).unwrap_err();
    assert!(matches!(failed, OfficeError::Purge(PurgeError::Desk(_))), "{failed}");
    assert_eq!(told, Some(BTreeSet::from([seq])));
    assert!(kantor.meja.office.purge_is_unfinished());
    assert_eq!(codes(&kantor), ["musnah-terputus"]);
    let left: Vec<String> = cari(&folder, &["SITI CONTOH B1"]);
    assert!(!left.is_empty() && left.iter().all(|name| name.contains("meja.sqlite")), "{left:?}");

    // Somebody reads the desk just then: the case is gone, what is left in the log not yet.
    let mut desk = meja(&folder);
    let reader = rusqlite::Connection::open(folder.join("meja.sqlite")).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM berkas").unwrap();
    reader.query_row("SELECT count(*) FROM berkas", [], |row| row.get::<_, i64>(0)).unwrap();
    let busy = desk.forget(&BTreeSet::from([seq])).unwrap_err();
    assert!(matches!(busy, DeskError::Busy), "{busy}");
    reader.execute_batch("COMMIT").unwrap();

    let mut forget = |gone: &BTreeSet<u64>| {
        desk.forget(gone)?;
        Ok(())
    };
    kantor.meja.office.resume_purge(Some(&mut forget)).unwrap();
    assert!(!kantor.meja.office.purge_is_unfinished());
    assert_eq!(codes(&kantor), Vec::<&str>::new());
    assert_eq!(cari(&folder, &["SITI CONTOH B1", "dibuka untuk b1"]), Vec::<String>::new());
}
