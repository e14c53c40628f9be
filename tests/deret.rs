//! Random histories with insertions and second numbers: SQLite and the double in memory never differ, nothing gaps.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

mod umum;

use jiff::civil::{Date, date};
use proptest::prelude::*;
use suket::{Agenda, Book, BookError, Filter, MemoryBook, NewEntry, NewEvent, Peristiwa, SqliteBook};
use umum::buku::{entry, tanpa_celah};

/// One step of a history of three series, `c` of which also stands in the agenda `a`.
#[derive(Debug, Clone)]
enum Langkah {
    /// Letters, some days later or earlier than the last step.
    Terbit {
        seri: char,
        banyak: u32,
        hari: i64,
    },
    /// A letter behind a number, with the suffix and on the day that the book says, or beside them.
    Sisip {
        seri: char,
        urut: u32,
        meleset: bool,
        hari: i64,
    },
    Batal {
        surat: u64,
        hari: i64,
    },
    Luar {
        seri: char,
        banyak: u32,
    },
}

fn langkah() -> impl Strategy<Value = Langkah> {
    let seri = || prop_oneof![Just('a'), Just('b'), Just('c')];
    prop_oneof![
        4 => (seri(), 1_u32..4, -2_i64..40).prop_map(|(seri, banyak, hari)| Langkah::Terbit { seri, banyak, hari }),
        3 => (seri(), 1_u32..6, prop::bool::weighted(0.2), -1_i64..3)
            .prop_map(|(seri, urut, meleset, hari)| Langkah::Sisip { seri, urut, meleset, hari }),
        2 => (0_u64..20, -40_i64..3).prop_map(|(surat, hari)| Langkah::Batal { surat, hari }),
        1 => (seri(), 0_u32..4).prop_map(|(seri, banyak)| Langkah::Luar { seri, banyak }),
    ]
}

/// Takes one step; gives what came of it, in words. In whose words something is refused differs, that it is does not.
fn ambil(book: &mut dyn Book, langkah: &Langkah, day: &mut Date) -> String {
    let later = |day: Date, hari: i64| day.checked_add(jiff::Span::new().days(hari)).unwrap();
    let tell = |result: Result<String, BookError>| result.unwrap_or_else(|_refused| "ditolak".to_owned());
    let mut record = |peristiwa, tanggal| {
        let event = NewEvent { peristiwa, tanggal, oleh: "p".to_owned() };
        tell(book.record(event, &[]).map(|event| format!("{event:?}")))
    };
    match *langkah {
        Langkah::Terbit { seri, banyak, hari } => {
            *day = later(*day, hari);
            let next = |seri: &str| book.series_end(seri, day.year()).unwrap().next;
            let (own, second) = (next(&seri.to_string()), next("a"));
            let letter = |i| {
                let urut = second + i;
                let agenda = Agenda { seri: "a".to_owned(), urut, nomor: format!("a-{urut}/{}", day.year()) };
                NewEntry {
                    agenda: (seri == 'c').then_some(agenda),
                    ..entry(&seri.to_string(), own + i, *day)
                }
            };
            let batch = (0..banyak).map(letter).collect();
            tell(book.commit(batch, None).map(|rows| format!("{rows:?}")))
        }
        Langkah::Sisip { seri, urut, meleset, hari } => {
            let seri = seri.to_string();
            let Some(place) = book.behind(&seri, day.year(), urut).unwrap() else {
                return "tidak ada".to_owned();
            };
            let Some(suffix) = place.suffix(usize::from(meleset)) else { return "habis".to_owned() };
            let mut new = entry(&seri, urut, later(place.dari, hari));
            new.nomor = format!("{seri}-{urut}.{suffix}/{}", new.tahun);
            new.sha256 = umum::buku::sha(new.nomor.as_bytes());
            new.pdf = new.nomor.clone().into_bytes();
            (new.sisipan, new.alasan_sisipan) = (suffix.to_string(), Some("x".to_owned()));
            let end = book.series_end(&seri, day.year()).unwrap();
            let told = tell(book.commit(vec![new], None).map(|rows| format!("{rows:?}")));
            assert_eq!(book.series_end(&seri, day.year()).unwrap(), end, "an insertion moves nothing");
            format!("{place:?} {told}")
        }
        Langkah::Batal { surat, hari } => {
            record(Peristiwa::Batal { surat, alasan: "x".to_owned() }, later(*day, hari))
        }
        Langkah::Luar { seri, banyak } => {
            let seri = seri.to_string();
            let dari = book.series_end(&seri, day.year()).unwrap().next;
            let luar = Peristiwa::Luar { seri, dari, sampai: dari + banyak, alasan: "x".to_owned() };
            let event = NewEvent { peristiwa: luar, tanggal: *day, oleh: "p".to_owned() };
            tell(book.record(event, &[]).map(|event| format!("{event:?}")))
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// SQLite and the double in memory agree on every history with insertions and second numbers; neither gaps.
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
        prop_assert_eq!(memory.leaves().unwrap(), sqlite.leaves().unwrap());
        prop_assert!(tanpa_celah(&sqlite) && tanpa_celah(&memory));
    }
}
