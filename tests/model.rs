//! SQLite and the double in memory go through the same random histories, and never differ: letters, replacements,
//! requests asked again, events, numbers outside, applications, closed months, checkpoints, clocks that jump, new
//! years, two writers on one file, and crashes after which the file is opened as it lay there.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop here")]

mod umum;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::civil::{Date, date};
use proptest::prelude::*;
use suket::{
    Book, BookError, Bulan, DataPemohon, Entry, Filter, Hasil, MemoryBook, NewEntry, NewEvent, Penerima,
    Peristiwa, SqliteBook, Titik, Tutup,
};
use umum::buku::{entry, sha, tanpa_celah};

/// Steps of the long form.
const LAMA: u32 = 1_000_000;
/// Longest history.
const TERPANJANG: u32 = 160;
const SERI: [&str; 2] = ["umum", "lembar"];

/// One step of a history. A letter that a step is about is told by a number that is taken modulo the log's size.
#[derive(Debug, Clone)]
enum Langkah {
    /// A batch in one of two series, some days later; it may replace an earlier letter, carry the key and content of a
    /// request, and come with a checkpoint, a right one or not.
    Terbit {
        seri: usize,
        banyak: u32,
        hari: i64,
        ganti: Option<u64>,
        permintaan: Option<(u8, u8)>,
        titik: Option<bool>,
    },
    /// Somebody asks for a letter as an office does: what the key led to before is given again.
    Minta {
        seri: usize,
        kunci: u8,
        isi: u8,
    },
    /// A letter is cancelled, some days away from the last one.
    Batal {
        surat: u64,
        hari: i64,
    },
    Serah {
        surat: u64,
    },
    Ambil {
        surat: u64,
    },
    /// Numbers outside, beginning at the next one or not.
    Luar {
        seri: usize,
        meleset: u32,
        banyak: u32,
    },
    /// An application, with the next number or not.
    Mohon {
        meleset: u32,
    },
    Jawab {
        permohonan: u64,
        hasil: usize,
    },
    /// The month that is to be closed next, or the one after it; never one that is not over.
    Tutup {
        melompat: bool,
    },
    /// A checkpoint, of these leaves or not.
    Titik {
        benar: bool,
    },
    /// Waiting bytes are in the archive folder.
    Pindah,
    /// Power is gone: file and write-ahead log are taken as they lie there.
    Jatuh,
}

/// Days until the next step: the clock goes on, now and then a little back, seldom far.
fn hari() -> impl Strategy<Value = i64> {
    prop_oneof![8 => 0_i64..3, 2 => -2_i64..40, 1 => -400_i64..500]
}

fn langkah() -> impl Strategy<Value = Langkah> {
    let permintaan = prop::option::weighted(0.3, (0_u8..12, 0_u8..2));
    let titik = prop::option::weighted(0.5, prop::bool::weighted(0.9));
    let ganti = prop::option::weighted(0.2, any::<u64>());
    prop_oneof![
        8 => (0_usize..2, 0_u32..4, hari(), ganti, permintaan, titik).prop_map(
            |(seri, banyak, hari, ganti, permintaan, titik)|
                Langkah::Terbit { seri, banyak, hari, ganti, permintaan, titik }),
        3 => (0_usize..2, 0_u8..12, 0_u8..2).prop_map(|(seri, kunci, isi)| Langkah::Minta { seri, kunci, isi }),
        3 => (any::<u64>(), -40_i64..3).prop_map(|(surat, hari)| Langkah::Batal { surat, hari }),
        2 => any::<u64>().prop_map(|surat| Langkah::Serah { surat }),
        1 => any::<u64>().prop_map(|surat| Langkah::Ambil { surat }),
        2 => (0_usize..2, 0_u32..2, 0_u32..4)
            .prop_map(|(seri, meleset, banyak)| Langkah::Luar { seri, meleset, banyak }),
        2 => prop::bool::weighted(0.8).prop_map(|benar| Langkah::Titik { benar }),
        2 => (0_u32..10).prop_map(|n| Langkah::Mohon { meleset: n / 9 }),
        2 => (any::<u64>(), 0_usize..4).prop_map(|(permohonan, hasil)| Langkah::Jawab { permohonan, hasil }),
        1 => prop::bool::weighted(0.2).prop_map(|melompat| Langkah::Tutup { melompat }),
        1 => Just(Langkah::Pindah),
        1 => Just(Langkah::Jatuh),
    ]
}

/// The double, and the real book with two writers.
struct Dunia {
    folder: tempfile::TempDir,
    berkas: PathBuf,
    memory: MemoryBook,
    penulis: [SqliteBook; 2],
    hari: Date,
    jatuh: u32,
}

impl Dunia {
    fn baru() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let berkas = folder.path().join("0.sqlite");
        let penulis = [SqliteBook::create(&berkas).unwrap(), SqliteBook::open(&berkas).unwrap()];
        let memory = MemoryBook::default();
        Self { folder, berkas, memory, penulis, hari: date(2026, 11, 1), jatuh: 0 }
    }

    /// Takes one step with both, and gives what came of it in each, in words.
    fn ambil(&mut self, siapa: usize, langkah: Langkah) -> (String, String) {
        let later = |day: Date, hari: i64| day.checked_add(jiff::Span::new().days(hari)).unwrap();
        let event = |peristiwa, tanggal| NewEvent { peristiwa, tanggal, oleh: "petugas".to_owned() };
        let size = self.memory.size().unwrap();
        let day = self.hari;
        match langkah {
            Langkah::Terbit { seri, banyak, hari, ganti, permintaan, titik } => {
                self.hari = later(day, hari);
                let mut batch = self.batch(SERI[seri], banyak);
                if let Some(first) = batch.first_mut() {
                    let known = |seq: &u64| self.memory.by_seq(*seq).unwrap().is_some();
                    first.menggantikan = ganti.map(|place| place % (size + 1)).filter(known);
                    first.permintaan = permintaan.map(|(kunci, isi)| (format!("P-{kunci}"), sha(&[isi])));
                }
                let mut after = self.memory.clone();
                let whole = after.commit(batch.clone(), None).is_ok() && !batch.is_empty();
                let titik = titik.filter(|_| whole).map(|benar| checkpoint(&after, benar));
                self.both(siapa, |book| tell(book.commit(batch.clone(), titik.as_ref())))
            }
            Langkah::Minta { seri, kunci, isi } => {
                let (key, digest) = (format!("P-{kunci}"), sha(&[isi]));
                let mut batch = self.batch(SERI[seri], 1);
                batch[0].permintaan = Some((key.clone(), digest));
                self.both(siapa, |book| match book.by_request(&key).unwrap() {
                    Some((known, told)) if told == Some(digest) => format!("{known:?}"),
                    Some(_) => "isi lain".to_owned(),
                    None => tell(book.commit(batch.clone(), None)),
                })
            }
            Langkah::Batal { surat, hari } => {
                let batal = Peristiwa::Batal { surat: surat % (size + 1), alasan: "x".to_owned() };
                self.record(siapa, &event(batal, later(day, hari)))
            }
            Langkah::Serah { surat } => {
                let penerima = Penerima { nama: Some("X".to_owned()), garam: [7; 16] };
                self.record(siapa, &event(Peristiwa::Serah { surat: surat % (size + 1), penerima }, day))
            }
            Langkah::Ambil { surat } => {
                self.record(siapa, &event(Peristiwa::Ambil { surat: surat % (size + 1) }, day))
            }
            Langkah::Luar { seri, meleset, banyak } => {
                let dari = self.memory.series_end(SERI[seri], day.year()).unwrap().next + meleset;
                let (seri, sampai, alasan) = (SERI[seri].to_owned(), dari + banyak, "x".to_owned());
                self.record(siapa, &event(Peristiwa::Luar { seri, dari, sampai, alasan }, day))
            }
            Langkah::Mohon { meleset } => {
                let urut = self.memory.next_application(day.year()).unwrap() + meleset;
                let pemohon = DataPemohon { data: Some("{}".to_owned()), garam: [8; 16] };
                self.record(siapa, &event(Peristiwa::Mohon { urut, jenis: "x".to_owned(), pemohon }, day))
            }
            Langkah::Jawab { permohonan, hasil } => {
                let hasil = [Hasil::Dikembalikan, Hasil::Dilanjutkan, Hasil::Ditarik, Hasil::Selesai][hasil];
                let (permohonan, keterangan) = (permohonan % (size + 1), "x".to_owned());
                self.record(siapa, &event(Peristiwa::Jawab { permohonan, hasil, keterangan }, day))
            }
            Langkah::Tutup { melompat } => {
                let first = self.memory.list(&Filter::default()).unwrap().first().map(|row| row.tanggal);
                let closed = self.memory.closed().unwrap().and_then(|event| event.isi.peristiwa.closed());
                let next = closed.map_or_else(|| Bulan::of(first.unwrap_or(day)), Bulan::next);
                let masa = if melompat { next.next() } else { next };
                if masa >= Bulan::of(day) {
                    return (String::new(), String::new());
                }
                let [register, sidik, kepercayaan, titik] = [1, 2, 3, 4].map(|n| sha(&[n]));
                let tutup = Tutup { masa, register, sidik, kepercayaan, titik, sebelum: None };
                self.record(siapa, &event(Peristiwa::Tutup(tutup), day))
            }
            Langkah::Titik { benar } => {
                let titik = checkpoint(&self.memory, benar);
                self.both(siapa, |book| tell(book.witness(&titik)))
            }
            Langkah::Pindah => self.both(siapa, |book| {
                let waiting: BTreeSet<_> = book.waiting().unwrap().iter().map(|item| item.objek).collect();
                book.filed(&waiting.iter().copied().collect::<Vec<_>>()).unwrap();
                format!("{waiting:?}")
            }),
            Langkah::Jatuh => {
                self.crash();
                (String::new(), String::new())
            }
        }
    }

    /// The next letters of a series, as an office would bring them.
    fn batch(&self, seri: &str, banyak: u32) -> Vec<NewEntry> {
        let next = self.memory.series_end(seri, self.hari.year()).unwrap().next;
        let letter = |urut: u32| {
            let mut new = entry(seri, urut, self.hari);
            new.kode = format!("{}-{seri:->4.4}-{urut:04}", self.hari.year());
            new.orang.nik = (!urut.is_multiple_of(3)).then(|| format!("63050612030599{:02}", urut % 3));
            new.berlaku_sampai = urut.is_multiple_of(2).then_some(self.hari);
            new
        };
        (next..next + banyak).map(letter).collect()
    }

    fn record(&mut self, siapa: usize, event: &NewEvent) -> (String, String) {
        // Why it is refused must agree; the sentence about a letter that is not there is each one's own.
        let name = |error: BookError| format!("{:?}", std::mem::discriminant(&error));
        self.both(siapa, |book| {
            book.record(event.clone(), &[]).map_or_else(name, |event| format!("{event:?}"))
        })
    }

    fn both(&mut self, siapa: usize, act: impl Fn(&mut dyn Book) -> String) -> (String, String) {
        (act(&mut self.memory), act(&mut self.penulis[siapa]))
    }

    /// Copies file and write-ahead log as they lie there, and opens the copy.
    fn crash(&mut self) {
        self.jatuh += 1;
        let copy = self.folder.path().join(format!("{}.sqlite", self.jatuh));
        let log = |path: &PathBuf| path.with_extension("sqlite-wal");
        std::fs::copy(&self.berkas, &copy).unwrap();
        std::fs::copy(log(&self.berkas), log(&copy)).unwrap();
        self.penulis = [SqliteBook::open(&copy).unwrap(), SqliteBook::open(&copy).unwrap()];
        self.berkas = copy;
    }

    /// What the next letter depends on.
    fn ujung(&self, book: &dyn Book) -> String {
        let end = |seri| book.series_end(seri, self.hari.year()).unwrap();
        let application = book.next_application(self.hari.year()).unwrap();
        let (size, closed) = (book.size().unwrap(), book.closed().unwrap());
        format!("{:?} {application} {size} {closed:?} {:?}", SERI.map(end), book.checkpoint().unwrap())
    }
}

fn tell<T: std::fmt::Debug>(result: Result<T, BookError>) -> String {
    // In whose words a letter or a checkpoint is refused differs; that it is refused does not.
    result.map_or_else(|_refused| "ditolak".to_owned(), |taken| format!("{taken:?}"))
}

/// A checkpoint over the leaves of a book, its root made as RFC 6962, 2.1, has it; or one over others.
fn checkpoint(book: &MemoryBook, benar: bool) -> Titik {
    let mut hashes: Vec<[u8; 32]> = book.leaves().unwrap().iter().map(|leaf| leaf.daun).collect();
    let ukuran = u64::try_from(hashes.len()).unwrap();
    if !benar {
        hashes.reverse();
        hashes.push([0; 32]);
    }
    Titik { ukuran, akar: akar(&hashes), isi: format!("titik {ukuran}"), sebelum: None }
}

fn akar(leaves: &[[u8; 32]]) -> [u8; 32] {
    match leaves {
        [] => sha(&[]),
        [one] => *one,
        more => {
            let (left, right) = more.split_at(more.len().next_power_of_two() / 2);
            sha(&[&[1], akar(left).as_slice(), akar(right).as_slice()].concat())
        }
    }
}

/// Everything that a book can be asked.
fn jawaban(book: &dyn Book) -> Vec<String> {
    let rows = book.list(&Filter::default()).unwrap();
    let mut told = vec![
        format!("{:?}", book.events(None).unwrap()),
        format!("{:?}", book.leaves().unwrap()),
        format!("{:?}", book.checkpoints().unwrap()),
        format!("{:?}", book.waiting().unwrap().into_iter().map(|item| item.objek).collect::<BTreeSet<_>>()),
    ];
    let seq = |entry: Option<Entry>| entry.map(|entry| entry.seq);
    for row in &rows {
        let found = [book.by_sidik(&row.sidik), book.by_kode(&row.kode), book.by_seq(row.seq)];
        assert!(found.iter().all(|found| found.as_ref().unwrap().as_ref() == Some(row)), "{row:?}");
        let agenda = row.agenda.iter().map(|agenda| (agenda.seri.as_str(), agenda.urut));
        for (seri, urut) in agenda.chain([(row.seri.as_str(), row.urut)]) {
            let there = book.numbered(seri, row.tahun, urut).unwrap();
            assert!(there.contains(row), "{seri} {urut}");
            told.push(format!("{:?}", there.iter().map(Entry::label).collect::<Vec<_>>()));
        }
        let person = book.person(row.seq).unwrap().unwrap();
        let valid = person.nik.map(|nik| seq(book.valid_for(&nik, &row.jenis).unwrap()));
        let later = seq(book.replaced_by(row.seq).unwrap());
        told.push(format!("{row:?} {valid:?} {later:?} {:?}", book.events(Some(row.seq)).unwrap()));
    }
    let months: BTreeSet<_> = rows.iter().map(|row| (row.tanggal.year(), row.tanggal.month())).collect();
    for month in months {
        for seri in [None, Some("umum".to_owned())] {
            let filter = Filter { month: Some(month), series: seri, ..Filter::default() };
            let rows = book.list(&filter).unwrap();
            told.push(format!("{month:?} {:?}", rows.iter().map(|row| row.seq).collect::<Vec<_>>()));
        }
        let filter = Filter { year: Some(month.0), ..Filter::default() };
        told.push(format!("{} {}", month.0, book.list(&filter).unwrap().len()));
    }
    for kunci in 0..12 {
        let found = book.by_request(&format!("P-{kunci}")).unwrap();
        told.push(format!("{:?}", found.map(|(entry, digest)| (entry.seq, digest))));
    }
    told
}

/// `SUKET_UJI_LAMA=1` takes a million steps.
#[test]
fn both_books_agree_on_every_history() {
    let cases = if umum::diminta("SUKET_UJI_LAMA") { LAMA * 2 / TERPANJANG + 100 } else { 24 };
    let (steps, refused) = (AtomicU64::new(0), AtomicU64::new(0));
    let histories = prop::collection::vec((0_usize..2, langkah()), 1..TERPANJANG as usize);
    proptest!(ProptestConfig { cases, ..ProptestConfig::default() }, |(history in histories)| {
        let mut dunia = Dunia::baru();
        for (siapa, langkah) in history {
            let what = format!("{langkah:?} on {}", dunia.hari);
            let (one, other) = dunia.ambil(siapa, langkah);
            steps.fetch_add(1, Ordering::Relaxed);
            refused.fetch_add(u64::from(one == "ditolak"), Ordering::Relaxed);
            prop_assert_eq!(one, other, "{}", what);
            for book in &dunia.penulis {
                prop_assert_eq!(dunia.ujung(&dunia.memory), dunia.ujung(book), "after {}", what);
            }
        }
        let store = &dunia.penulis[0];
        prop_assert_eq!(jawaban(&dunia.memory), jawaban(store));
        prop_assert!(tanpa_celah(store) && tanpa_celah(&dunia.memory));
        prop_assert_eq!(store.integrity().unwrap(), "ok");
    });
    let (steps, refused) = (steps.into_inner(), refused.into_inner());
    println!("{steps} langkah tanpa beda, {refused} di antaranya ditolak");
    assert!(
        steps > u64::from(cases) && refused > steps / 100 && refused < steps / 2,
        "{refused} of {steps} refused"
    );
}
