//! Single bytes of letters and of QR texts changed, put in and taken out, at random and at every place of their
//! structure: none of tens of thousands passes, none stops the verifier.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop here")]

mod umum;

use std::ops::Range;

use suket::{Putusan, Verifier};
use umum::{Meja, kasus, profil, tetap};

const CLU: &str = "candi-laras-utara";
/// Mutations of each of the two kinds, at the least.
const PALING_SEDIKIT: usize = 20_000;

/// One changed byte.
#[derive(Debug, Clone, Copy)]
enum Mutasi {
    Ganti(usize, u8),
    Sisip(usize, u8),
    Hapus(usize),
}

impl Mutasi {
    fn kenakan(self, bytes: &mut Vec<u8>) {
        match self {
            Self::Ganti(at, byte) => bytes[at] = byte,
            Self::Sisip(at, byte) => bytes.insert(at, byte),
            Self::Hapus(at) => drop(bytes.remove(at)),
        }
    }
}

/// A source of fixed random numbers below a bound.
fn acak(seed: u64) -> impl FnMut(usize) -> usize {
    let mut bytes = tetap(seed);
    move |below| {
        let mut buffer = [0; 8];
        bytes(&mut buffer);
        usize::try_from(u64::from_be_bytes(buffer) >> 1).unwrap() % below
    }
}

/// Applies every mutation to the bytes, on two threads; gives how many changed something. Panics if one is accepted.
fn semua_ditolak(
    name: &str,
    good: &[u8],
    list: &[Mutasi],
    verdict: &(dyn Fn(&[u8]) -> Putusan + Sync),
) -> usize {
    assert_eq!(verdict(good), Putusan::Asli, "{name} is genuine before it is changed");
    let part = |list: &[Mutasi]| {
        let mut tried = 0;
        for mutation in list {
            let mut changed = good.to_vec();
            mutation.kenakan(&mut changed);
            if changed != good {
                tried += 1;
                let found = verdict(&changed);
                assert_ne!(found, Putusan::Asli, "{name}: {mutation:?} was accepted");
            }
        }
        tried
    };
    let (first, second) = list.split_at(list.len() / 2);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| part(second));
        part(first) + other.join().unwrap()
    })
}

fn find(bytes: &[u8], part: &[u8], from: usize) -> usize {
    from + bytes[from..].windows(part.len()).position(|window| window == part).unwrap()
}

/// The bytes that hold a file together: catalog, cross-reference table and trailer of the rendered file, and all of
/// the update behind it, hole and padding included.
fn struktur(pdf: &[u8]) -> Vec<Range<usize>> {
    let catalog = find(pdf, b"<</Type/Catalog", 0);
    let rendered = find(pdf, b"%%EOF", catalog);
    vec![0..20, catalog - 20..catalog + 400, find(pdf, b"\nxref\n", catalog)..rendered, rendered..pdf.len()]
}

/// Every structural byte changed once, and as many bytes anywhere changed, put in and taken out.
fn mutasi_pdf(pdf: &[u8], seed: u64, random: usize) -> Vec<Mutasi> {
    let mut acak = acak(seed);
    let other = |acak: &mut dyn FnMut(usize) -> usize, at: usize| {
        // A neighbour in meaning is the likeliest to be let through: another digit, another case.
        let flips = [0x01, 0x02, 0x10, 0x20, 0x80, u8::try_from(acak(255) + 1).unwrap()];
        pdf[at] ^ flips[acak(flips.len())]
    };
    let mut list = Vec::new();
    for at in struktur(pdf).into_iter().flatten() {
        list.push(Mutasi::Ganti(at, other(&mut acak, at)));
    }
    for _ in 0..random {
        let at = acak(pdf.len());
        let byte = u8::try_from(acak(256)).unwrap();
        list.push(match acak(4) {
            0 => Mutasi::Sisip(at, byte),
            1 => Mutasi::Hapus(at),
            _ => Mutasi::Ganti(at, other(&mut acak, at)),
        });
    }
    list
}

/// Every character of the text changed to every other digit, every digit put in at every place, every character taken
/// out; then any printable character anywhere.
fn mutasi_qr(text: &[u8], seed: u64, random: usize) -> Vec<Mutasi> {
    let mut list = Vec::new();
    for at in 0..text.len() {
        list.extend((b'0'..=b'9').map(|digit| Mutasi::Ganti(at, digit)));
        list.extend((b'0'..=b'9').map(|digit| Mutasi::Sisip(at, digit)));
        list.push(Mutasi::Hapus(at));
    }
    list.extend((b'0'..=b'9').map(|digit| Mutasi::Sisip(text.len(), digit)));
    let mut acak = acak(seed);
    for _ in 0..random {
        let (at, byte) = (acak(text.len()), b'!' + u8::try_from(acak(94)).unwrap());
        list.push(if acak(3) == 0 { Mutasi::Sisip(at, byte) } else { Mutasi::Ganti(at, byte) });
    }
    list
}

#[test]
fn no_changed_byte_of_a_letter_is_accepted() {
    let p256 = profil(CLU) + "\n[tanda_tangan]\npdf = \"ecdsa-p256\"\n";
    let mut total = 0;
    for (profile, kind, seed) in [(profil(CLU), "keterangan-perekaman", 1), (p256, "rekomendasi", 2)] {
        let mut meja = Meja::dengan(&profile, |_| {});
        let (_, pdf) = meja.satu(kasus(CLU, kind));
        let verifier = Verifier::new(&[meja.office.trust().unwrap()]).unwrap();
        let list = mutasi_pdf(&pdf, seed, 15_000);
        let verdict = |bytes: &[u8]| verifier.pdf(bytes, None).unwrap().putusan;
        total += semua_ditolak(kind, &pdf, &list, &verdict);
    }
    println!("PDF: {total} mutasi, 0 diterima");
    assert!(total >= PALING_SEDIKIT, "{total}");
}

#[test]
fn no_changed_byte_of_a_qr_is_accepted() {
    let mut total = 0;
    let mut meja = Meja::siap(CLU);
    let verifier = Verifier::new(&[meja.office.trust().unwrap()]).unwrap();
    for (kind, seed) in [("keterangan-perekaman", 3), ("rekomendasi", 4), ("tanda-terima", 5)] {
        let (_, pdf) = meja.satu(kasus(CLU, kind));
        let text = umum::teks_qr(&pdf).into_bytes();
        let verdict = |bytes: &[u8]| verifier.qr(std::str::from_utf8(bytes).unwrap(), None).unwrap().putusan;
        total += semua_ditolak(kind, &text, &mutasi_qr(&text, seed, 2_000), &verdict);
    }
    println!("QR: {total} mutasi, 0 diterima");
    assert!(total >= PALING_SEDIKIT, "{total}");
}

/// The host is how the paper leads to a page, not a fact that is sealed: a QR that names another one is told.
#[test]
fn no_changed_host_of_a_qr_goes_unsaid() {
    let mut meja = Meja::siap("sajingan-besar");
    let (_, pdf) = meja.satu(kasus("sajingan-besar", "rekomendasi"));
    let verifier = Verifier::new(&[meja.office.trust().unwrap()]).unwrap();
    let text = umum::teks_qr(&pdf);
    let end = text.find('#').unwrap() + 1;
    let mut tried = 0;
    for at in 0..end {
        for byte in b'!'..=b'~' {
            let mut changed = text.clone().into_bytes();
            changed[at] = byte;
            let changed = String::from_utf8(changed).unwrap();
            if changed != text {
                tried += 1;
                let found = verifier.qr(&changed, None).unwrap();
                let told = found.peringatan.iter().any(|what| what.contains("bukan alamat kantor ini"));
                assert!(found.putusan != Putusan::Asli || told, "{changed}");
            }
        }
    }
    assert!(tried > 2_000, "{tried}");
}
