//! One conformance suite for every book and every archive: SQLite and folder, and the doubles in memory.
#![expect(
    clippy::unwrap_used,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::assigning_clones,
    reason = "a test may stop here"
)]

mod umum;

use jiff::civil::date;
use suket::{
    BlobError, Blobs, Book, BookError, Filter, FolderBlobs, MemoryBlobs, MemoryBook, Named, NewEvent,
    Penerima, Peristiwa, SeriesEnd, SqliteBook, Status,
};
use umum::buku::{entry, sha};

/// Every book must pass this; `fresh` gives an empty one.
fn book_conformance(fresh: &dyn Fn() -> Box<dyn Book>) {
    let day = date(2026, 11, 21);
    let mut book = fresh();
    assert_eq!(book.series_end("umum", 2026).unwrap().next, 1);
    let taken = book
        .commit(vec![entry("umum", 1, day), entry("umum", 2, day), entry("lembar", 1, day)], None)
        .unwrap();
    assert_eq!(taken.iter().map(|e| (e.seq, e.urut)).collect::<Vec<_>>(), [(0, 1), (1, 2), (2, 1)]);
    assert_eq!(taken[0].objek, sha(b"umum-1/2026"));

    // A number out of turn, or twice, is a conflict, and the whole batch is left out.
    assert!(matches!(
        book.commit(vec![entry("umum", 3, day), entry("umum", 5, day)], None),
        Err(BookError::Conflict)
    ));
    assert!(matches!(book.commit(vec![entry("umum", 2, day)], None), Err(BookError::Conflict)));
    assert_eq!(book.list(&Filter::default()).unwrap().len(), 3);
    assert_eq!(book.leaves().unwrap().len(), 3);

    // Dates never go back, also over the turn of the year; a new year starts at 1.
    let back = book.commit(vec![entry("umum", 3, date(2026, 11, 20))], None);
    assert!(matches!(back, Err(BookError::DateGoesBack { terakhir, .. }) if terakhir == day));
    book.commit(vec![entry("umum", 1, date(2027, 1, 2))], None).unwrap();
    assert!(matches!(
        book.commit(vec![entry("umum", 3, date(2026, 12, 31))], None),
        Err(BookError::DateGoesBack { .. })
    ));
    assert_eq!(book.series_end("umum", 2027).unwrap().next, 2);

    // Request keys: found again with their content; never taken twice.
    let mut keyed = entry("lembar", 2, day);
    keyed.permintaan = Some(("K".to_owned(), [9; 32]));
    let first = book.commit(vec![keyed.clone()], None).unwrap().remove(0);
    assert_eq!(book.by_request("K").unwrap(), Some((first, Some([9; 32]))));
    assert_eq!(book.by_request("lain").unwrap(), None);
    keyed.urut = 3;
    keyed.nomor = "lembar-3/2026".to_owned();
    assert!(book.commit(vec![keyed], None).is_err());
    assert_eq!(book.series_end("lembar", 2026).unwrap().next, 3);

    // A replacement makes the old letter "diganti" and leaves its row.
    let mut replacement = entry("lembar", 3, day);
    replacement.menggantikan = Some(2);
    book.commit(vec![replacement], None).unwrap();
    let rows = book.list(&Filter { series: Some("lembar".to_owned()), ..Filter::default() }).unwrap();
    assert_eq!(
        rows.iter().map(|e| e.status).collect::<Vec<_>>(),
        [Status::Diganti, Status::Berlaku, Status::Berlaku]
    );

    // Looking up.
    assert_eq!(book.list(&Filter { month: Some((2027, 1)), ..Filter::default() }).unwrap().len(), 1);
    assert_eq!(
        book.list(&Filter { nomor: Some("umum-2/2026".to_owned()), ..Filter::default() }).unwrap().len(),
        1
    );
    assert_eq!(book.list(&Filter { year: Some(2026), ..Filter::default() }).unwrap().len(), 5);
    let newest = book.valid_for("6305061203059901", "keterangan-perekaman").unwrap().unwrap();
    assert_eq!(newest.nomor, "lembar-3/2026");
    assert_eq!(book.valid_for("6305061203059901", "rekomendasi").unwrap(), None);
    assert_eq!(book.by_sidik(&sha(b"umum-1/2026")).unwrap().unwrap().urut, 1);
    assert_eq!(book.numbered("umum", 2026, 2).unwrap().len(), 1);
    assert_eq!(
        (book.numbered("umum", 2026, 99).unwrap(), book.numbered("umum", 2025, 2).unwrap()),
        (vec![], vec![])
    );
    assert_eq!(book.by_kode("--umum-0000002").unwrap().unwrap().urut, 2);
    assert_eq!(book.by_kode("--umum-0000099").unwrap(), None);
    assert_eq!(book.person(0).unwrap().unwrap().nama, "CONTOH");
    assert_eq!(book.person(99).unwrap(), None);

    // Leaves: without gap, canonical, RFC 6962 hash, no personal data in them.
    for (leaf, seq) in book.leaves().unwrap().iter().zip(0..) {
        let mut bytes = vec![0];
        bytes.extend_from_slice(leaf.isi.as_bytes());
        assert_eq!((leaf.seq, leaf.daun), (seq, sha(&bytes)));
        assert!(!leaf.isi.contains("6305061203059901") && !leaf.isi.contains("CONTOH"), "{}", leaf.isi);
        assert!(leaf.isi.starts_with("{\"nomor\":"), "sorted keys: {}", leaf.isi);
        let details = leaf.rincian.as_deref().unwrap();
        assert!(!details.contains("6305061203059901") && !details.contains("CONTOH"), "{details}");
        let digest: String = sha(details.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(leaf.isi.contains(&digest), "the leaf names its details");
    }

    // What happens later is a leaf of its own; the letter's row stays.
    let event = |peristiwa, tanggal| NewEvent { peristiwa, tanggal, oleh: "petugas".to_owned() };
    let batal = |surat| Peristiwa::Batal { surat, alasan: "salah cetak".to_owned() };
    let serah = |surat| Peristiwa::Serah {
        surat,
        penerima: Penerima { nama: Some("PENERIMA".to_owned()), garam: [6; 16] },
    };
    let next = date(2027, 1, 3);
    let leaves = book.leaves().unwrap().len();
    let told = book.record(event(serah(0), next), &[]).unwrap();
    assert_eq!(told.seq, u64::try_from(leaves).unwrap());
    book.record(event(Peristiwa::Ambil { surat: 0 }, next), &[]).unwrap();
    book.record(event(batal(0), next), &[]).unwrap();
    assert_eq!(book.list(&Filter::default()).unwrap()[0].status, Status::Batal);
    assert_eq!(book.events(Some(0)).unwrap().len(), 3);
    assert_eq!(book.events(Some(0)).unwrap()[0], told);
    for refused in [event(batal(0), next), event(serah(0), next), event(batal(2), next)] {
        assert!(
            matches!(book.record(refused, &[]), Err(BookError::Already(_))),
            "cancelled twice, or replaced"
        );
    }
    assert_eq!(book.leaves().unwrap().len(), leaves + 3, "what was refused left nothing");
    let mut replacing = entry("umum", 2, next);
    replacing.menggantikan = Some(0);
    assert!(book.commit(vec![replacing], None).is_err(), "a cancelled letter is not replaced");

    // Numbers outside: exactly the next ones, and used for good.
    let luar = |dari, sampai| Peristiwa::Luar {
        seri: "umum".to_owned(),
        dari,
        sampai,
        alasan: "listrik padam".to_owned(),
    };
    assert!(matches!(book.record(event(luar(3, 9), next), &[]), Err(BookError::NotNext(2))));
    assert!(matches!(book.record(event(luar(2, 9), day), &[]), Err(BookError::NotNext(3))), "of that year");
    book.record(event(luar(2, 9), next), &[]).unwrap();
    assert_eq!(book.series_end("umum", 2027).unwrap().next, 10);
    assert!(matches!(book.commit(vec![entry("umum", 2, next)], None), Err(BookError::Conflict)));

    // A letter that was cancelled before its day came no longer holds the series back; others do.
    let future = date(2027, 6, 1);
    let taken = book.commit(vec![entry("umum", 10, future)], None).unwrap();
    assert!(matches!(book.commit(vec![entry("umum", 11, next)], None), Err(BookError::DateGoesBack { .. })));
    book.record(event(batal(taken[0].seq), next), &[]).unwrap();
    assert_eq!(book.series_end("umum", 2027).unwrap(), SeriesEnd { next: 11, last_date: Some(next) });
    book.commit(vec![entry("umum", 11, next)], None).unwrap();

    // Committed bytes wait until they are filed; shared files wait once.
    let waiting = book.waiting().unwrap();
    assert_eq!(waiting.len(), 9, "eight letters and one shared file");
    assert!(waiting.iter().all(|item| sha(&item.bytes) == item.objek));
    book.filed(&waiting.iter().map(|item| item.objek).collect::<Vec<_>>()).unwrap();
    assert!(book.waiting().unwrap().is_empty());
    book.commit(vec![entry("lembar", 4, day)], None).unwrap();
    assert_eq!(book.waiting().unwrap().len(), 1, "the shared file is not handed over again");
}

#[test]
fn memory_book_conforms() {
    book_conformance(&|| Box::new(MemoryBook::default()));
}

#[test]
fn sqlite_book_conforms() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("buku.sqlite");
    book_conformance(&|| Box::new(SqliteBook::create(&path).unwrap()));
    let book = SqliteBook::open(&path).unwrap();
    assert_eq!(book.list(&Filter::default()).unwrap().len(), 9, "still there after reopening");
    assert_eq!(book.events(None).unwrap().len(), 5);
    assert_eq!(book.integrity().unwrap(), "ok");
}

#[test]
fn issued_rows_cannot_be_changed_or_deleted_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("buku.sqlite");
    let day = date(2026, 11, 21);
    let mut book = SqliteBook::create(&path).unwrap();
    book.commit(vec![entry("umum", 1, day)], None).unwrap();
    for peristiwa in [
        Peristiwa::Serah { surat: 0, penerima: Penerima { nama: Some("X".to_owned()), garam: [1; 16] } },
        Peristiwa::Luar { seri: "umum".to_owned(), dari: 2, sampai: 3, alasan: "x".to_owned() },
        Peristiwa::Batal { surat: 0, alasan: "x".to_owned() },
    ] {
        book.record(NewEvent { peristiwa, tanggal: day, oleh: "p".to_owned() }, &[]).unwrap();
    }
    drop(book);
    let db = rusqlite::Connection::open(&path).unwrap();
    for sql in [
        "UPDATE surat SET nomor = 'x'",
        "DELETE FROM surat",
        "UPDATE catatan SET isi = 'x'",
        "DELETE FROM catatan",
        "UPDATE berkas SET ukuran = 0",
        "DELETE FROM berkas",
        "UPDATE orang SET nama = 'x'",
        "INSERT INTO catatan (seq, isi, daun) VALUES (5, '{}', zeroblob(32))",
        "UPDATE peristiwa SET alasan = 'x'",
        "DELETE FROM peristiwa",
        "UPDATE luar SET sampai = 99",
        "DELETE FROM luar",
        "UPDATE penerima SET nama = 'x'",
        "INSERT INTO peristiwa (seq, jenis, surat, tanggal, oleh) VALUES (1, 'hapus', 0, '2026-11-21', 'x')",
    ] {
        assert!(db.execute(sql, []).is_err(), "{sql}");
    }
    assert_eq!(db.execute("DELETE FROM orang", []).unwrap(), 1, "personal data can be destroyed lawfully");
}

/// Every archive must pass this.
fn blob_conformance(blobs: &mut dyn Blobs) {
    let many: Vec<Vec<u8>> = (0..5_u8).map(|i| vec![i; 100]).collect();
    let names: Vec<[u8; 32]> = many.iter().map(|bytes| sha(bytes)).collect();
    let batch: Vec<Named<'_>> =
        many.iter().zip(&names).map(|(bytes, objek)| Named { objek, bytes }).collect();
    blobs.put(&batch[..1]).unwrap();
    blobs.put(&batch).unwrap();
    blobs.put(&batch).unwrap();
    for (bytes, name) in many.iter().zip(&names) {
        assert_eq!(blobs.get(name).unwrap().as_ref(), Some(bytes));
    }
    let mut sorted = names.clone();
    sorted.sort_unstable();
    assert_eq!(blobs.list().unwrap(), sorted);
    assert_eq!(blobs.get(&[0; 32]).unwrap(), None);
    let wrong = Named { objek: &names[0], bytes: b"other" };
    assert!(matches!(blobs.put(&[wrong]), Err(BlobError::Damaged { .. })), "bytes must fit their name");
}

#[test]
fn memory_blobs_conform() {
    blob_conformance(&mut MemoryBlobs::default());
}

#[test]
fn folder_blobs_conform_and_notice_rot() {
    let folder = tempfile::tempdir().unwrap();
    let mut blobs = FolderBlobs::open(folder.path()).unwrap();
    blob_conformance(&mut blobs);
    let name = sha(&[1; 100]);
    let path = blobs.path(&name);
    let shown = path.strip_prefix(folder.path()).unwrap().to_string_lossy().into_owned();
    let hex: String = name.iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(shown, format!("sha256/{}/{}/{hex}", &hex[..2], &hex[2..4]));
    let mut rotten = std::fs::read(&path).unwrap();
    rotten[50] ^= 1;
    std::io::Write::write_all(&mut std::fs::File::create(&path).unwrap(), &rotten).unwrap();
    assert!(matches!(blobs.get(&name), Err(BlobError::Damaged { .. })));
}
