//! SQLite and the double in memory go through the same random histories, and never differ.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

mod umum;

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use proptest::prelude::*;
use suket::{Book, BookError, Filter, MemoryBook, NewEntry, NewEvent, Penerima, Peristiwa, SqliteBook};
use umum::buku::entry;

/// One step of a history.
#[derive(Debug, Clone)]
enum Langkah {
    /// A batch in one of two series, some days later; it may replace an earlier letter.
    Terbit {
        umum: bool,
        banyak: u32,
        hari: i64,
        ganti: Option<u64>,
    },
    /// A letter is cancelled, some days away from the last one.
    Batal {
        surat: u64,
        hari: i64,
    },
    Serah {
        surat: u64,
    },
    /// Numbers outside, beginning at the next one or not.
    Luar {
        umum: bool,
        meleset: u32,
        banyak: u32,
    },
}

fn langkah() -> impl Strategy<Value = Langkah> {
    prop_oneof![
        4 => (any::<bool>(), 0_u32..4, -2_i64..40, prop::option::weighted(0.2, 0_u64..20))
            .prop_map(|(umum, banyak, hari, ganti)| Langkah::Terbit { umum, banyak, hari, ganti }),
        2 => (0_u64..20, -40_i64..3).prop_map(|(surat, hari)| Langkah::Batal { surat, hari }),
        1 => (0_u64..20).prop_map(|surat| Langkah::Serah { surat }),
        1 => (any::<bool>(), 0_u32..2, 0_u32..4)
            .prop_map(|(umum, meleset, banyak)| Langkah::Luar { umum, meleset, banyak }),
    ]
}

/// Takes one step; gives what came of it, in words.
fn ambil(book: &mut dyn Book, langkah: &Langkah, day: &mut Date) -> String {
    let seri = |umum: bool| if umum { "umum" } else { "lembar" };
    let later = |day: Date, hari: i64| day.checked_add(jiff::Span::new().days(hari)).unwrap();
    let event = |peristiwa, tanggal| NewEvent { peristiwa, tanggal, oleh: "petugas".to_owned() };
    match langkah.clone() {
        Langkah::Terbit { umum, banyak, hari, ganti } => {
            *day = later(*day, hari);
            let next = book.series_end(seri(umum), day.year()).unwrap().next;
            let mut batch: Vec<NewEntry> = (0..banyak).map(|i| entry(seri(umum), next + i, *day)).collect();
            if let Some(first) = batch.first_mut() {
                let known =
                    |seq: &u64| book.list(&Filter::default()).unwrap().iter().any(|row| row.seq == *seq);
                first.menggantikan = ganti.filter(known);
            }
            // In whose words a refused replacement is told differs; that it is refused does not.
            book.commit(batch, None).map_or_else(|_refused| "ditolak".to_owned(), |rows| format!("{rows:?}"))
        }
        Langkah::Batal { surat, hari } => {
            let alasan = "x".to_owned();
            tell(book.record(event(Peristiwa::Batal { surat, alasan }, later(*day, hari)), &[]))
        }
        Langkah::Serah { surat } => {
            let penerima = Penerima { nama: Some("X".to_owned()), garam: [7; 16] };
            tell(book.record(event(Peristiwa::Serah { surat, penerima }, *day), &[]))
        }
        Langkah::Luar { umum, meleset, banyak } => {
            let dari = book.series_end(seri(umum), day.year()).unwrap().next + meleset;
            let (seri, sampai) = (seri(umum).to_owned(), dari + banyak);
            tell(
                book.record(event(Peristiwa::Luar { seri, dari, sampai, alasan: "x".to_owned() }, *day), &[]),
            )
        }
    }
}

fn tell(result: Result<suket::Event, BookError>) -> String {
    result.map_or_else(|_refused| "ditolak".to_owned(), |event| format!("{event:?}"))
}

/// Numbers of a series and year, letters and those outside, are 1, 2, 3 … without gap.
fn tanpa_celah(book: &dyn Book) -> bool {
    let mut used: Vec<(u64, String, i16, u32, u32)> = book
        .list(&Filter::default())
        .unwrap()
        .into_iter()
        .map(|row| (row.seq, row.seri, row.tahun, row.urut, row.urut))
        .collect();
    used.extend(book.events(None).unwrap().into_iter().filter_map(|event| {
        let (seri, dari, sampai) = event.isi.peristiwa.outside()?;
        Some((event.seq, seri.to_owned(), event.isi.tanggal.year(), dari, sampai))
    }));
    used.sort();
    let mut ends: BTreeMap<(String, i16), u32> = BTreeMap::new();
    used.into_iter()
        .all(|(_, seri, tahun, dari, sampai)| ends.insert((seri, tahun), sampai).unwrap_or(0) + 1 == dari)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// SQLite and the double in memory agree on every history, and neither ever gaps or repeats.
    #[test]
    fn both_books_agree_on_every_history(steps in prop::collection::vec(langkah(), 1..24)) {
        let folder = tempfile::tempdir().unwrap();
        let mut memory = MemoryBook::default();
        let mut sqlite = SqliteBook::create(&folder.path().join("b.sqlite")).unwrap();
        let (mut one, mut other) = (date(2026, 11, 1), date(2026, 11, 1));
        for step in &steps {
            prop_assert_eq!(ambil(&mut memory, step, &mut one), ambil(&mut sqlite, step, &mut other), "{:?}", step);
        }
        prop_assert_eq!(memory.list(&Filter::default()).unwrap(), sqlite.list(&Filter::default()).unwrap());
        prop_assert_eq!(memory.events(None).unwrap(), sqlite.events(None).unwrap());
        prop_assert_eq!(memory.leaves().unwrap(), sqlite.leaves().unwrap());
        prop_assert!(tanpa_celah(&sqlite) && tanpa_celah(&memory));
    }
}
