//! Bundles of closed months: one spelling, the same bytes for ever, every broken one refused, and readable by strangers
//! with common tools.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may stop here"
)]

mod umum;

use std::path::Path;
use std::process::Command;

use jiff::civil::{Date, date};
use suket::{Bulan, By, KeyChange, KeyRequest, Putusan, Verdict, Verifier};
use umum::{HARI, Meja, SANDI, kasus};

const CLU: &str = "candi-laras-utara";
const MASA: &str = "2026-11";

fn masa() -> Bulan {
    MASA.parse().unwrap()
}

fn by(tanggal: Date) -> By<'static> {
    By { tanggal, oleh: "petugas" }
}

/// An office with a closed November: letters, a slip, one cancelled, one handed over, numbers outside.
fn meja() -> Meja {
    let mut meja = Meja::siap(CLU);
    meja.office.outside("umum", (1, 5), "buku kertas", by(HARI)).unwrap();
    let kinds = ["rekomendasi", "keterangan-perekaman", "tanda-terima", "rekomendasi"];
    meja.terbitkan(kinds.iter().map(|jenis| kasus(CLU, jenis)).collect());
    let letters = meja.office.list(&suket::Filter::default()).unwrap();
    meja.office.void(&letters[0], "salah, \"orang\"", by(HARI)).unwrap();
    meja.office.hand_over(&letters[1], "SITI CONTOH", &mut umum::tetap(7), by(HARI)).unwrap();
    tutup(&mut meja, date(2026, 12, 3));
    meja
}

fn tutup(meja: &mut Meja, day: Date) {
    let signers = meja.office.unlock_seal(SANDI, day).unwrap();
    meja.office.close(masa(), &signers, by(day)).unwrap();
}

fn bundel(meja: &Meja) -> Vec<u8> {
    let mut out = Vec::new();
    meja.office.bundle(masa(), &mut out, &|_, _| {}).unwrap();
    out
}

fn periksa(meja: &Meja, zip: &[u8]) -> Verdict {
    Verifier::new(&[meja.office.trust().unwrap()]).unwrap().bundle(zip).unwrap()
}

#[test]
fn a_closed_month_is_bundled_and_checked() {
    let meja = meja();
    let zip = bundel(&meja);
    let verdict = periksa(&meja, &zip);
    assert_eq!(verdict.putusan, Putusan::Asli, "{:?}", verdict.peringatan);
    assert_eq!(verdict.sentence(), "Bundel ini asli dan utuh.");
    assert!(verdict.dasar[0].starts_with("4 surat"), "{:?}", verdict.dasar);
    // Another office is not taken for this one.
    let other = Meja::siap("larangan");
    assert_eq!(periksa(&other, &zip).putusan, Putusan::KunciTidakDikenal);
    umum::tulis(&umum::akar().join("target/tmp/bundel/bundel.zip"), &zip);
}

#[test]
fn an_open_month_is_not_bundled() {
    let mut meja = Meja::siap(CLU);
    meja.terbitkan(vec![kasus(CLU, "rekomendasi")]);
    let refused = meja.office.bundle(masa(), Vec::new(), &|_, _| {}).unwrap_err();
    assert_eq!(refused.to_string(), "bulan 2026-11 belum ditutup");
}

#[test]
fn a_month_without_letters_is_bundled() {
    let mut meja = Meja::siap(CLU);
    tutup(&mut meja, date(2026, 12, 3));
    let verdict = periksa(&meja, &bundel(&meja));
    assert_eq!(verdict.putusan, Putusan::Asli, "{:?}", verdict.peringatan);
}

#[test]
fn the_same_month_gives_the_same_bytes_whatever_happens_later() {
    let mut meja = meja();
    let before = bundel(&meja);
    // A new key, another host, letters of the next month, a cancelled letter of the bundled one.
    let request = KeyRequest {
        change: KeyChange::Rotate { pemegang: "segel".to_owned(), mulai: date(2026, 12, 4), di_token: false },
        date: date(2026, 12, 4),
        passphrase: SANDI,
        root: None,
        pin: None,
        entropy: &mut umum::tetap(99),
    };
    assert!(meja.office.change_keys(request).unwrap().berubah);
    meja.signers = meja.office.unlock(SANDI, date(2026, 12, 4)).unwrap();
    meja.terbitkan_pada(vec![kasus(CLU, "rekomendasi")], date(2026, 12, 4));
    let letters = meja.office.list(&suket::Filter::default()).unwrap();
    meja.office.void(&letters[3], "salah", by(date(2026, 12, 5))).unwrap();
    assert_eq!(bundel(&meja), before);
    assert_eq!(periksa(&meja, &before).putusan, Putusan::Asli, "with the new trust file");
}

#[test]
fn letters_of_a_key_that_was_revoked_are_told() {
    let mut meja = meja();
    let zip = bundel(&meja);
    let request = KeyRequest {
        change: KeyChange::Revoke { kunci: "segel".to_owned(), sejak: HARI, sebab: "hilang".to_owned() },
        date: date(2026, 12, 4),
        passphrase: SANDI,
        root: None,
        pin: None,
        entropy: &mut umum::tetap(99),
    };
    meja.office.change_keys(request).unwrap();
    let verdict = periksa(&meja, &zip);
    assert_eq!(verdict.putusan, Putusan::KunciDicabut);
    assert!(verdict.peringatan.len() >= 4, "{:?}", verdict.peringatan);
}

/// The commands of `BACA-SAYA.txt`, a block for each step.
fn langkah(text: &str) -> Vec<String> {
    let mut steps: Vec<String> = Vec::new();
    for line in text.lines() {
        if line.starts_with("LANGKAH ") {
            steps.push(String::new());
        } else if let (Some(command), Some(step)) = (line.strip_prefix("    "), steps.last_mut()) {
            step.push_str(command);
            step.push('\n');
        }
    }
    steps
}

/// Follows the steps in a new folder; `damage` may change the unpacked bag. Gives the steps that came to their end.
fn ikuti(zip: &[u8], damage: &dyn Fn(&Path), ubah: &dyn Fn(&str) -> String) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    umum::tulis(&folder.path().join("bundel.zip"), zip);
    let found = String::from_utf8_lossy(zip);
    let text = &found[found.find("BUNDEL ARSIP SURAT").unwrap()..];
    let text = &text[..text.find("PK\u{3}\u{4}").unwrap()];
    let steps = langkah(&ubah(text));
    assert_eq!(steps.len(), 10);
    // One shell, as a person has one; what must not hold back the next block stands in its own subshell.
    let first = run(folder.path(), &steps[0]);
    damage(&folder.path().join("suket-63.05.06-2026-11"));
    let rest = steps[1..].join("\n");
    let rest = run(&folder.path().join("suket-63.05.06-2026-11"), &rest);
    let done =
        |out: String| out.lines().filter(|l| l.starts_with("LANGKAH")).map(str::to_owned).collect::<Vec<_>>();
    [done(first), done(rest)].concat()
}

fn run(folder: &Path, script: &str) -> String {
    let out = Command::new("sh").arg("-c").arg(script).current_dir(folder).output().unwrap();
    String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr)
}

#[test]
fn a_stranger_follows_the_steps_word_for_word() {
    let p256 = umum::profil(CLU) + "\n[tanda_tangan]\npdf = \"ecdsa-p256\"\n";
    for profile in [umum::profil(CLU), p256] {
        let mut meja = Meja::dengan(&profile, |_| {});
        meja.terbitkan((0..5).map(|_| kasus(CLU, "rekomendasi")).collect());
        tutup(&mut meja, date(2026, 12, 3));
        let zip = bundel(&meja);
        let all = ikuti(&zip, &|_| {}, &str::to_owned);
        assert_eq!(all.len(), 10, "{all:#?}");
        assert!(all[9].contains("400.12.2.1/001/CLU/XI/2026"), "{}", all[9]);
        // Every other letter, and the register (which has no row of its own).
        for n in 2..=5 {
            let other = |text: &str| {
                text.replace(
                    "SURAT=data/surat/umum-2026-0001.pdf",
                    &format!("SURAT=data/surat/umum-2026-000{n}.pdf"),
                )
            };
            assert_eq!(ikuti(&zip, &|_| {}, &other).len(), 10, "letter {n}");
        }
        let register = |text: &str| {
            text.replace("SURAT=data/surat/umum-2026-0001.pdf", "SURAT=data/register/register-2026-11.pdf")
        };
        let told = ikuti(&zip, &|_| {}, &register);
        assert_eq!(told.len(), 9, "{told:#?}");
    }
}

#[test]
fn the_steps_find_what_is_damaged() {
    let meja = meja();
    let zip = bundel(&meja);
    let change = |path: &'static str, at: usize| {
        move |folder: &Path| {
            let path = folder.join(path);
            let mut bytes = std::fs::read(&path).unwrap();
            let at = if at == usize::MAX { bytes.len() - 30 } else { at };
            bytes[at] ^= 1;
            umum::tulis(&path, &bytes);
        }
    };
    let missing = |told: &[String]| {
        (1..=10)
            .filter(|n| !told.iter().any(|line| line.starts_with(&format!("LANGKAH {n} SELESAI"))))
            .collect::<Vec<_>>()
    };
    let letter = "data/surat/umum-2026-0006.pdf";
    // The sealed letter: step 2 by its digest, and, whoever makes the manifest anew, step 8 by its seal.
    let told = ikuti(&zip, &change(letter, 2000), &str::to_owned);
    assert!(
        missing(&told).contains(&2) && missing(&told).contains(&8) && missing(&told).contains(&10),
        "{told:#?}"
    );
    let told = ikuti(&zip, &change("data/kepercayaan/trust.isi", 40), &str::to_owned);
    assert!(missing(&told).contains(&3), "{told:#?}");
    let told = ikuti(&zip, &change("data/buku/titik-tutup.txt", usize::MAX), &str::to_owned);
    assert!(missing(&told).contains(&10), "{told:#?}");
    let extra = |folder: &Path| umum::tulis(&folder.join("data/surat/tamu.pdf"), b"%PDF");
    assert!(missing(&ikuti(&zip, &extra, &str::to_owned)).contains(&2));
    let extra = |folder: &Path| umum::tulis(&folder.join("tamu.txt"), b"");
    assert!(missing(&ikuti(&zip, &extra, &str::to_owned)).contains(&2));
}
