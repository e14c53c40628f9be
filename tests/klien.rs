//! 64 clients on one book at once, each with its own connection, a fifth of their requests asked a second time: no gap,
//! no repeat, no request with two numbers.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop here")]

mod umum;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::civil::date;
use suket::{Book, BookError, Filter, SqliteBook};
use umum::buku::{entry, sha};

const KLIEN: u32 = 64;

/// Asks for one letter as an office does, until it has a number; counts how often somebody else was faster.
fn minta(book: &mut SqliteBook, kunci: &str, kalah: &AtomicU64) -> u32 {
    loop {
        if let Some((known, digest)) = book.by_request(kunci).unwrap() {
            assert_eq!(digest, Some(sha(kunci.as_bytes())));
            return known.urut;
        }
        let next = book.series_end("umum", 2026).unwrap().next;
        let mut letter = entry("umum", next, date(2026, 11, 21));
        letter.permintaan = Some((kunci.to_owned(), sha(kunci.as_bytes())));
        match book.commit(vec![letter], None) {
            Ok(taken) => return taken[0].urut,
            Err(BookError::Conflict) => kalah.fetch_add(1, Ordering::Relaxed),
            Err(error) => panic!("{kunci}: {error}"),
        };
    }
}

/// The requests of one client. A fifth is asked again: at once, as after an answer that was lost; later; or by another
/// client, as when a person goes to the next counter.
fn klien(path: &Path, nomor: u32, banyak: u32, kalah: &AtomicU64) -> Vec<(String, u32)> {
    let mut book = SqliteBook::open(path).unwrap();
    let mut answers = Vec::new();
    for i in 0..banyak {
        let own = format!("P-{nomor}-{i}");
        answers.push((own.clone(), minta(&mut book, &own, kalah)));
        let again = match i % 15 {
            0 => own,
            5 => format!("P-{nomor}-{}", i / 2),
            10 => format!("P-{}-{i}", (nomor + 1) % KLIEN),
            _ => continue,
        };
        answers.push((again.clone(), minta(&mut book, &again, kalah)));
    }
    answers
}

/// `SUKET_UJI_LAMA=1` asks for a hundred thousand letters.
#[test]
fn sixty_four_clients_leave_no_gap_and_no_repeat() {
    let each = if umum::diminta("SUKET_UJI_LAMA") { 1563 } else { 15 };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("buku.sqlite");
    let book = SqliteBook::create(&path).unwrap();
    let kalah = AtomicU64::new(0);
    let answers: Vec<(String, u32)> = std::thread::scope(|scope| {
        let (path, kalah) = (&path, &kalah);
        let clients: Vec<_> =
            (0..KLIEN).map(|nomor| scope.spawn(move || klien(path, nomor, each, kalah))).collect();
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    });
    let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
    for (kunci, urut) in &answers {
        assert_eq!(numbers.insert(kunci, *urut).unwrap_or(*urut), *urut, "{kunci} has two numbers");
    }
    let letters = KLIEN * each;
    let rows = book.list(&Filter::default()).unwrap();
    assert_eq!(rows.iter().map(|row| row.urut).collect::<Vec<_>>(), (1..=letters).collect::<Vec<_>>());
    let mut told: Vec<u32> = numbers.into_values().collect();
    told.sort_unstable();
    assert_eq!(told, (1..=letters).collect::<Vec<_>>(), "each request has a number of its own");
    assert_eq!(book.size().unwrap(), u64::from(letters));
    assert_eq!(book.integrity().unwrap(), "ok");
    let (again, kalah) = (answers.len() - rows.len(), kalah.into_inner());
    println!("{} surat, {again} permintaan diulang, {kalah} kali didahului", rows.len());
    assert!((rows.len()..=rows.len() * 101 / 100).contains(&(again * 5)), "a fifth is asked again");
    assert!(kalah > 0, "clients must have been in each other's way");
}
