//! Every office, every kind: issued, on one page, genuine, rebuilt to the same bytes; golden hashes.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop here")]

mod umum;

use std::collections::BTreeMap;
use std::process::Command;

use suket::{IssueRequest, Outcome, Paper, Profile, Putusan, Verifier};
use umum::{JENIS, KANTOR, Meja, akar, hex, kasus};

/// Issues every kind in every office and gives the hash of each PDF.
fn semua() -> BTreeMap<String, String> {
    let mut hashes = BTreeMap::new();
    for kantor in KANTOR {
        let mut meja = Meja::siap(kantor);
        for jenis in JENIS {
            let (_, pdf) = meja.satu(kasus(kantor, jenis));
            hashes.insert(format!("{kantor}/{jenis}"), hex(&sha(&pdf)));
        }
    }
    hashes
}

fn sha(bytes: &[u8]) -> [u8; 32] {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).into()
}

#[test]
fn every_kind_in_every_office_is_genuine_and_can_be_set_again() {
    for kantor in KANTOR {
        let mut meja = Meja::siap(kantor);
        let verifier = Verifier::new(&[meja.office.trust().unwrap()]).unwrap();
        for jenis in JENIS {
            let (entry, pdf) = meja.satu(kasus(kantor, jenis));
            let verdict = meja.office.verify(&verifier, &pdf).unwrap();
            assert_eq!(verdict.putusan, Putusan::Asli, "{kantor}/{jenis}");
            assert_eq!(verdict.fakta.unwrap().nomor, entry.nomor);
            assert_eq!(
                meja.office.letter(&entry).unwrap().unwrap(),
                pdf,
                "the archive holds what was issued"
            );
            let again = meja.office.rebuild(&entry).unwrap().unwrap();
            assert!(pdf.starts_with(&again), "{kantor}/{jenis}: set again, the bytes under the seal differ");
            assert!(pdf.len() < 70_000, "{kantor}/{jenis}: {} bytes", pdf.len());
            let copy = meja.office.office_copy(&entry).unwrap().unwrap();
            assert_eq!(
                verifier.pdf(&copy, None).unwrap().putusan,
                Putusan::BukanSurat,
                "a copy is not sealed"
            );
        }
        assert!(meja.office.audit(false, &|_, _| {}).unwrap().temuan.is_empty());
        leave_for_outside_tools(&mut meja, kantor);
    }
}

#[test]
fn a_letter_that_waits_is_read_like_others_and_eight_are_moved_at_once() {
    let mut meja = Meja::siap(KANTOR[0]);
    let case = || kasus(KANTOR[0], "pengembalian");
    // The first one hands over templates and fonts, too.
    meja.satu(case());
    for n in 1..=8 {
        let request = IssueRequest {
            cases: vec![case()],
            date: umum::HARI,
            signers: &meja.signers,
            skip_invalid: false,
            progress: &|| {},
        };
        let Some(Outcome::Issued(issued)) = meja.office.issue(request).unwrap().pop() else {
            panic!("ditolak")
        };
        let moved = meja.office.settle_in_passing().unwrap();
        assert_eq!(moved, if n == 8 { 8 } else { 0 });
        assert_eq!(meja.office.letter(&issued.entry).unwrap(), issued.pdf);
        assert!(!meja.office.audit(false, &|_, _| {}).unwrap().damaged());
    }
}

/// `tests/run` has other people's tools look at these files.
fn leave_for_outside_tools(meja: &mut Meja, kantor: &str) {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("luar").join(kantor);
    std::fs::create_dir_all(folder.join("kunci")).unwrap();
    std::fs::copy(meja.folder.path().join("kunci/trust.json"), folder.join("kunci/trust.json")).unwrap();
    for entry in meja.office.list(&suket::Filter::default()).unwrap() {
        let pdf = meja.office.letter(&entry).unwrap().unwrap();
        let mut file = std::fs::File::create(folder.join(format!("{}.pdf", entry.jenis))).unwrap();
        std::io::Write::write_all(&mut file, &pdf).unwrap();
    }
}

#[test]
fn papers_are_those_of_the_profiles() {
    let paper = |id: &str| Profile::parse(&umum::profil(id)).unwrap().paper();
    assert_eq!(paper("candi-laras-utara"), Paper::F4);
    assert_eq!(paper("karanganyar"), Paper::A4);
}

/// Prints the hashes for [`same_bytes_in_two_processes_and_two_time_zones`].
#[test]
fn print_hashes() {
    if umum::diminta("SUKET_UJI_SIDIK") {
        for (name, hash) in semua() {
            println!("SIDIK {name} {hash}");
        }
    }
}

#[test]
fn same_bytes_in_two_processes_and_two_time_zones() {
    let run = |zone: &str| -> BTreeMap<String, String> {
        let out = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "print_hashes", "--nocapture"])
            .env("SUKET_UJI_SIDIK", "1")
            .env("TZ", zone)
            .env("LC_ALL", if zone == "UTC" { "C" } else { "id_ID.UTF-8" })
            .output()
            .unwrap();
        let lines = String::from_utf8(out.stdout).unwrap();
        lines
            .lines()
            .filter_map(|line| line.split_once("SIDIK "))
            .filter_map(|(_, rest)| rest.split_once(' '))
            .map(|(name, hash)| (name.to_owned(), hash.to_owned()))
            .collect()
    };
    let (one, two) = (run("Asia/Makassar"), run("UTC"));
    assert_eq!(one.len(), KANTOR.len() * JENIS.len());
    assert_eq!(one, two);
    check_golden(&one);
}

/// `tests/emas.txt` pins every document by one line; run with `SUKET_UBAH_EMAS=1` to accept new bytes.
fn check_golden(now: &BTreeMap<String, String>) {
    let path = akar().join("tests/emas.txt");
    let text: String = now.iter().map(|(name, hash)| format!("{hash}  {name}\n")).collect();
    if umum::diminta("SUKET_UBAH_EMAS") {
        std::fs::File::create(&path)
            .and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()))
            .unwrap();
    }
    let pinned = std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{} tidak ada", path.display()));
    assert_eq!(text, pinned, "letters have other bytes than those in tests/emas.txt");
}
