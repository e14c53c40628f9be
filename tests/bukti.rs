//! Proofs that letters stand in the book: an archive full of them for other people's tools, and how long one is.

mod umum;

use jiff::civil::date;
use suket::{Book, By, Filter, Outcome, SqliteBook};
use umum::buku::entry;
use umum::{HARI, Meja, SANDI, hex, kasus, tetap, tulis};

const CLU: &str = "candi-laras-utara";
const OLEH: By<'_> = By { tanggal: HARI, oleh: "petugas uji" };

/// `tests/run` has Go's own note and tlog look at these files: every letter with the proof that the book gives, every
/// checkpoint, and the proofs that each checkpoint continues each before it.
#[test]
fn an_archive_of_proofs_is_left_for_other_peoples_tools() {
    let mut meja = Meja::siap(CLU);
    let signer = meja.office.unlock_log(SANDI).unwrap();
    let mut points = Vec::new();
    for round in 0..7_u32 {
        // Batches of one to four letters, with something happening between.
        let cases = (0..=round % 4)
            .map(|n| kasus(CLU, if (n + round) % 3 == 0 { "pengembalian" } else { "rekomendasi" }))
            .collect();
        let outcomes = meja.terbitkan(cases);
        points.push(meja.office.checkpoint().unwrap().unwrap().0);
        let last = outcomes.into_iter().next_back().unwrap();
        let Outcome::Issued(last) = last else { unreachable!("{last:?}") };
        meja.office.hand_over(&last.entry, "SITI CONTOH", &mut tetap(u64::from(round)), OLEH).unwrap();
        if round % 2 == 0 {
            meja.office.void(&last.entry, "salah cetak", OLEH).unwrap();
            meja.office.sign_log(&signer).unwrap();
            points.push(meja.office.checkpoint().unwrap().unwrap().0);
        }
    }
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("tlog");
    let _absent = std::fs::remove_dir_all(&folder);
    tulis(&folder.join("kunci.txt"), meja.office.trust().unwrap().log.as_bytes());
    for entry in meja.office.list(&Filter::default()).unwrap() {
        let place = |ending: &str| folder.join("surat").join(format!("{}.{ending}", entry.seq));
        tulis(&place("pdf"), &meja.office.letter(&entry).unwrap().unwrap());
        tulis(&place("bukti"), meja.office.receipt(&entry).unwrap().unwrap().as_bytes());
    }
    for (n, new) in points.iter().enumerate() {
        tulis(&folder.join(format!("titik/{}", new.ukuran)), new.isi.as_bytes());
        for old in points.iter().take(n + 1) {
            let path = meja.office.consistency(old.ukuran, new.ukuran).unwrap().unwrap();
            let lines: String = path.iter().map(|hash| hex(hash) + "\n").collect();
            tulis(&folder.join(format!("sambung/{}-{}", old.ukuran, new.ukuran)), lines.as_bytes());
        }
    }
    let size = points.last().unwrap().ukuran;
    assert!(size > 24 && points.len() == 11, "{size} leaves, {} checkpoints", points.len());
    assert_eq!(meja.office.consistency(0, size).unwrap(), None);
    assert_eq!(meja.office.consistency(1, size + 9).unwrap(), None);
}

#[test]
fn a_proof_is_short_also_in_a_book_of_a_hundred_thousand_letters() {
    const LONGEST: usize = 1100;
    let mut meja = Meja::siap(CLU);
    let (first, _) = meja.satu(kasus(CLU, "rekomendasi"));
    let mut book = SqliteBook::open(&meja.folder.path().join("buku.sqlite")).unwrap();
    for part in 0..20 {
        let batch = (1..=5000).map(|n| entry("isi", part * 5000 + n, date(2026, 11, 21))).collect();
        let taken = book.commit(batch, None).unwrap();
        // As if they were in the archive folder already.
        book.filed(&taken.iter().map(|row| row.objek).collect::<Vec<_>>()).unwrap();
    }
    drop(book);
    let (last, pdf) = meja.satu(kasus(CLU, "rekomendasi"));
    assert_eq!((first.seq, last.seq), (0, 100_001));
    // The longest path is that of the oldest letter; the head has as many digits as it gets.
    for letter in [&first, &last] {
        let proof = meja.office.receipt(letter).unwrap().unwrap();
        assert!(proof.len() <= LONGEST, "{} bytes: {proof}", proof.len());
        println!("catatan {}: {} bytes", letter.seq, proof.len());
    }
    let verifier = suket::Verifier::new(&[meja.office.trust().unwrap()]).unwrap();
    let verdict = verifier.pdf(&pdf, None).unwrap();
    let told = "tempat surat di buku agenda: catatan 100002 dari 100002, dengan bukti".to_owned();
    assert!(verdict.dasar.contains(&told), "{:?}", verdict.dasar);
}
