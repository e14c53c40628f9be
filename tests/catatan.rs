//! The log: letters prove their place in it, checkpoints are signed, and a book that was rewritten is found.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop here")]

mod umum;

use std::sync::Arc;

use suket::{
    AuditReport, By, IssueRequest, OfficeError, Outcome, OutsideKeys, Putusan, Signers, SoftKey, Verifier,
};
use umum::arsip::{Arsip, code, err, lines};
use umum::{Meja, SANDI, hex, kasus};

const CLU: &str = "candi-laras-utara";

fn verifier(meja: &Meja) -> Verifier {
    Verifier::new(&[meja.office.trust().unwrap()]).unwrap()
}

fn codes(report: &AuditReport) -> Vec<&'static str> {
    report.temuan.iter().map(|finding| finding.kode).collect()
}

/// The same bytes with every occurrence of a text in the hole exchanged for another of the same length.
fn ganti(pdf: &[u8], from: &str, to: &str) -> Vec<u8> {
    let (from, to) = (hex(from.as_bytes()).into_bytes(), hex(to.as_bytes()).into_bytes());
    assert_eq!(from.len(), to.len());
    let mut out = pdf.to_vec();
    let places: Vec<usize> = (0..pdf.len()).filter(|i| pdf[*i..].starts_with(&from)).collect();
    assert!(!places.is_empty());
    for place in places {
        out[place..place + to.len()].copy_from_slice(&to);
    }
    out
}

/// The proof that a letter carries.
fn bukti(pdf: &[u8]) -> String {
    let mark = hex(b"c2sp.org/tlog-proof@v1").into_bytes();
    let start = (0..pdf.len()).find(|i| pdf[*i..].starts_with(&mark)).unwrap();
    let digits = pdf[start..].as_chunks::<2>().0.iter();
    let bytes: Vec<u8> = digits
        .map_while(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .take_while(|byte| *byte != 0)
        .collect();
    String::from_utf8(bytes).unwrap()
}

/// The office's seal without the key of the log.
fn tanpa_log(meja: &Meja) -> Signers {
    let read = |ending: &str| {
        std::fs::read_to_string(meja.folder.path().join(format!("kunci/segel.{ending}.pem"))).unwrap()
    };
    let key = SoftKey::open(&read("kunci"), &read("sertifikat"), SANDI).unwrap();
    Signers::new(OutsideKeys::Key(Arc::new(key)), None).unwrap()
}

#[test]
fn a_letter_proves_its_place_in_the_book_without_the_book() {
    let mut meja = Meja::siap(CLU);
    let letters: Vec<Vec<u8>> = (0..5).map(|_| meja.satu(kasus(CLU, "rekomendasi")).1).collect();
    for (pdf, place) in letters.iter().zip(1..) {
        let verdict = verifier(&meja).pdf(pdf, None).unwrap();
        assert_eq!(verdict.putusan, Putusan::Asli);
        let told = format!("tempat surat di buku agenda: catatan {place} dari {place}, dengan bukti");
        assert!(verdict.dasar.contains(&told), "{:?}", verdict.dasar);
    }
    // The proof that the book gives later leads to its newest checkpoint.
    let entry = meja.office.list(&suket::Filter::default()).unwrap().remove(1);
    let later = meja.office.receipt(&entry).unwrap().unwrap();
    assert!(later.contains("\nindex 1\n") && later.contains("\n5\n"), "{later}");
    let first = bukti(&letters[1]);
    assert!(first.contains("\nindex 1\n") && first.contains("\n2\n"), "{first}");
}

#[test]
fn a_changed_proof_is_a_changed_letter() {
    let mut meja = Meja::siap(CLU);
    let outcomes = meja.terbitkan(vec![kasus(CLU, "rekomendasi"), kasus(CLU, "tanda-terima")]);
    let letters: Vec<Vec<u8>> = outcomes
        .into_iter()
        .map(|outcome| match outcome {
            Outcome::Issued(issued) => issued.pdf.unwrap(),
            Outcome::Refused(why) | Outcome::HeldBack(why) => unreachable!("{why:?}"),
        })
        .collect();
    let own = bukti(&letters[0]);
    let check = |pdf: &[u8]| verifier(&meja).pdf(pdf, None).unwrap().putusan;
    assert_eq!(check(&letters[0]), Putusan::Asli);
    assert_eq!(check(&ganti(&letters[0], &own, &bukti(&letters[1]))), Putusan::Diubah, "another letter's");
    for (from, to) in [("index 0", "index 1"), ("tlog-proof@v1", "tlog-proof@v2"), ("\n2\n", "\n3\n")] {
        assert_eq!(check(&ganti(&letters[0], from, to)), Putusan::Diubah, "{from:?}");
    }
    // One letter of every line.
    for line in own.lines().filter(|line| line.len() > 8) {
        let mut other = line.to_owned().into_bytes();
        let place = line.len() / 2;
        other[place] = if other[place] == b'A' { b'B' } else { b'A' };
        let changed = ganti(&letters[0], line, &String::from_utf8(other).unwrap());
        assert_eq!(check(&changed), Putusan::Diubah, "{line}");
    }
}

#[test]
fn the_bytes_under_the_seal_do_not_depend_on_the_log() {
    let mut meja = Meja::siap(CLU);
    let with = meja.satu(kasus(CLU, "rekomendasi")).1;
    let mut other = Meja::siap(CLU);
    other.signers = tanpa_log(&other);
    let (entry, without) = other.satu(kasus(CLU, "rekomendasi"));
    let hole = |pdf: &[u8]| (0..pdf.len()).find(|i| pdf[*i..].starts_with(b"/Contents <3082")).unwrap();
    let (from, to) = (hole(&with), hole(&with) + 2 * 4096);
    assert_eq!(with.len(), without.len());
    assert_eq!((&with[..from], &with[to + 16..]), (&without[..from], &without[to + 16..]));

    // Without its proof a letter proves less, and says so.
    let verdict = verifier(&other).pdf(&without, None).unwrap();
    assert_eq!(verdict.putusan, Putusan::Asli);
    assert!(verdict.tidak_diperiksa.iter().any(|text| text.contains("tidak membawa buktinya")));
    assert_eq!(other.office.receipt(&entry).unwrap(), None);
    assert_eq!(codes(&other.office.verify_log(None).unwrap()), ["belum-bertitik"]);
    let signer = other.office.unlock_log(SANDI).unwrap();
    assert_eq!(other.office.sign_log(&signer).unwrap(), 1);
    assert_eq!(codes(&other.office.verify_log(None).unwrap()), Vec::<&str>::new());
    assert!(other.office.receipt(&entry).unwrap().is_some());
}

#[test]
fn a_book_that_was_rewritten_is_found_by_a_checkpoint_kept_elsewhere() {
    let arsip = Arsip::baru(CLU);
    let case = umum::arsip::kasus(CLU, "rekomendasi");
    let file = |name: &str| arsip.path(name).display().to_string();
    let run = |args: &[&str], expect: i32| {
        let out = arsip.run(args);
        assert_eq!(code(&out), expect, "{args:?}: {}", err(&out));
        if args[0] == "--json" { lines(&out) } else { Vec::new() }
    };
    let nomor = |lines: Vec<serde_json::Value>| lines[0]["nomor"].as_str().unwrap().to_owned();
    let first = nomor(run(&["--json", "issue", &case], 0));
    let book = arsip.path("arsip");
    let copy = |from: &std::path::Path, to: &std::path::Path| {
        let status = std::process::Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap();
        assert!(status.success());
    };
    let kept = arsip.path("lama");
    copy(&book, &kept);
    let second = nomor(run(&["--json", "issue", &case], 0));
    run(&["book", "checkpoint", "--out", &file("titik")], 0);
    let told = run(&["--json", "book", "verify"], 0).remove(0);
    assert!(told["tidak_diperiksa"].to_string().contains("ditulis ulang"), "{told}");
    let told = run(&["--json", "book", "verify", "--since", &file("titik")], 0).remove(0);
    assert!(!told["tidak_diperiksa"].to_string().contains("ditulis ulang"), "{told}");
    // A cancellation continues the book; it is signed at once where the passphrase is at hand.
    run(&["void", &first, "--reason", "salah cetak"], 0);
    run(&["get", &second, "--receipt", "--out", &file("bukti")], 0);
    run(&["book", "verify", "--since", &file("titik")], 0);
    run(&["book", "verify", "--since", &file("bukti")], 0);
    let code_of = |lines: Vec<serde_json::Value>| lines[0]["temuan"][0]["kode"].as_str().unwrap().to_owned();

    // Somebody puts the older book back: it is shorter; then goes on with it: it is another one.
    std::fs::remove_dir_all(&book).unwrap();
    copy(&kept, &book);
    let told = run(&["--json", "book", "verify", "--since", &file("titik")], 3);
    assert_eq!(code_of(told), "buku-terpotong");
    run(&["void", &first, "--reason", "lain"], 0);
    run(&["book", "verify"], 0);
    let told = run(&["--json", "book", "verify", "--since", &file("titik")], 3);
    assert_eq!(code_of(told), "buku-ditulis-ulang");
    // What this office has not signed proves nothing.
    let text = std::fs::read_to_string(file("titik")).unwrap().replace("\n2\n", "\n1\n");
    umum::tulis(&arsip.path("palsu"), text.as_bytes());
    assert_eq!(code_of(run(&["--json", "book", "verify", "--since", &file("palsu")], 3)), "titik-asing");
}

#[test]
fn nothing_is_signed_on_top_of_a_log_that_was_changed() {
    for sql in ["UPDATE simpul SET sidik = zeroblob(32)", "UPDATE titik SET akar = zeroblob(32)"] {
        let mut meja = Meja::siap(CLU);
        (0..2).for_each(|_| drop(meja.satu(kasus(CLU, "rekomendasi"))));
        let db = rusqlite::Connection::open(meja.folder.path().join("buku.sqlite")).unwrap();
        db.execute_batch("DROP TRIGGER simpul_tetap; DROP TRIGGER titik_tetap").unwrap();
        assert!(db.execute(sql, []).unwrap() > 0);
        let cases = vec![kasus(CLU, "rekomendasi")];
        let request = IssueRequest {
            cases,
            date: umum::HARI,
            signers: &meja.signers,
            skip_invalid: false,
            progress: &|| {},
        };
        let refused = meja.office.issue(request).unwrap_err();
        assert!(matches!(refused, OfficeError::LogChanged(2)), "{sql}: {refused}");
        assert_eq!(meja.office.list(&suket::Filter::default()).unwrap().len(), 2, "nothing was numbered");
        let signer = meja.office.unlock_log(SANDI).unwrap();
        let first = meja.office.list(&suket::Filter::default()).unwrap().remove(0);
        let by = By { tanggal: umum::HARI, oleh: "petugas" };
        meja.office.void(&first, "salah", by).unwrap();
        assert!(matches!(meja.office.sign_log(&signer).unwrap_err(), OfficeError::LogChanged(2)), "{sql}");
    }
}
