//! Who may do what, over HTTP: every role, every stage at which a case of the five offices' SOPs can stand, every action.
//! What the table of rights refuses is refused and written down; what it allows is not refused for lack of rights.
#![cfg(feature = "layan")]
#![expect(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "a test may stop here")]

mod umum;

use std::collections::BTreeMap;

use suket::{Berkas, Cara, Jalan, Kerja, Penandatanganan, Peranan, Perbuatan, Tahap, allowed, may};
use umum::arsip::{self, Arsip};
use umum::awak::{self, Orang, at, taruh};
use umum::layan::Layan;
use umum::sistem::{jejak, meja};
use umum::{HARI, KANTOR, kasus};

/// One case for each stage and turn that the five SOPs reach.
fn stages(arsip: &Arsip, kantor: &str, cara: Cara) -> BTreeMap<(Tahap, Peranan), (Berkas, Jalan)> {
    let mut desk = meja(arsip);
    let case = kasus(kantor, "keterangan-perekaman").case;
    let mut found = BTreeMap::new();
    for id in KANTOR {
        for it in awak::tahap(&mut desk, id, cara, &case) {
            let here = at(&it.0, &it.1, cara);
            found.entry((here.tahap, here.pelaku)).or_insert(it);
        }
    }
    found
}

fn check(kantor: &str, cara: Cara, how: Penandatanganan) {
    let arsip = awak::kantor(kantor);
    let file = arsip::kasus(kantor, "keterangan-perekaman");
    // The letter of every case that has one.
    let mut office = suket::Office::open(&arsip.path("arsip"), 1).unwrap();
    let signers = office.unlock(umum::SANDI, HARI).unwrap();
    let cases = vec![umum::baca(file.as_ref())];
    let request =
        suket::IssueRequest { cases, date: HARI, signers: &signers, skip_invalid: false, progress: &|| {} };
    assert!(matches!(office.issue(request).unwrap().as_slice(), [suket::Outcome::Issued(_)]));
    office.settle().unwrap();
    drop(office);
    let accounts: Vec<(Peranan, String)> =
        Peranan::ALL.into_iter().map(|role| (role, awak::akun(&arsip, role))).collect();
    let layan = Layan::mulai(&arsip, &[]).siap();
    let stages = stages(&arsip, kantor, cara);
    let mut desk = meja(&arsip);
    let people: Vec<(Peranan, Orang)> =
        accounts.into_iter().map(|(role, id)| (role, Orang::masuk(&layan, role, id))).collect();
    let (mut expect, mut names) = (BTreeMap::new(), 0_u32);
    let mut fresh = |it: &(Berkas, Jalan)| {
        names += 1;
        let id = format!("{names:032x}");
        taruh(&mut desk, it, &id, cara);
        id
    };
    let (mut refused, mut done) = (0, 0);
    for it in stages.values() {
        let here = at(&it.0, &it.1, cara);
        let shared = fresh(it);
        for (role, person) in &people {
            for act in Perbuatan::ALL {
                let allows = allowed(*role, *act, here, how);
                // A case that is acted upon is another one afterwards.
                let id = if allows { fresh(it) } else { shared.clone() };
                let answer = match act {
                    Perbuatan::Lihat => person.get(&layan, &format!("/berkas/{id}")),
                    Perbuatan::Draf => person.get(&layan, &format!("/berkas/{id}/draf.pdf")),
                    _ => person.post(&layan, &format!("/berkas/{id}/{}", act.as_str()), &[]),
                };
                let what = format!("{} {} {here:?}: {}", role.as_str(), act.as_str(), answer.status);
                if allows {
                    done += 1;
                    assert!(matches!(answer.status, 200 | 303 | 422), "{what}: {}", answer.teks());
                    continue;
                }
                refused += 1;
                let sees = allowed(*role, Perbuatan::Lihat, here, how);
                assert_eq!(answer.status, if sees { 403 } else { 404 }, "{what}: {}", answer.teks());
                let noted = if sees { *act } else { Perbuatan::Lihat };
                *expect.entry((person.akun.clone(), noted.as_str().to_owned(), id)).or_insert(0) += 1;
            }
        }
    }
    assert!(refused > 1000 && done > 100, "{refused} {done}");
    let mut noted = BTreeMap::new();
    for line in jejak(&arsip).into_iter().filter(|line| line.hasil == "ditolak") {
        *noted.entry((line.oleh, line.perbuatan, line.objek)).or_insert(0) += 1;
    }
    assert_eq!(noted, expect, "every refusal stands in the trail, and nothing else");
    for (role, person) in &people {
        together(&layan, (*role, person), &stages, &mut fresh, how);
    }
}

/// What is done apart from one case: opening new ones, the board, many signatures at once.
fn together(
    layan: &Layan,
    (role, person): (Peranan, &Orang),
    stages: &BTreeMap<(Tahap, Peranan), (Berkas, Jalan)>,
    fresh: &mut impl FnMut(&(Berkas, Jalan)) -> String,
    how: Penandatanganan,
) {
    let pages = [
        ("/berkas/baru", Kerja::Buka),
        ("/hubungi", Kerja::Buka),
        ("/unggah", Kerja::Buka),
        ("/buku", Kerja::Buku),
        ("/cari", Kerja::Buku),
        ("/surat/0", Kerja::Buku),
        ("/buku/tutup?bulan=2026-11", Kerja::Tutup),
        ("/buku/luar", Kerja::Luar),
        ("/sop", Kerja::Sop),
        ("/waktu", Kerja::Sop),
        ("/kunci", Kerja::Kunci),
        ("/akun", Kerja::Akun),
        ("/jejak", Kerja::Jejak),
        ("/data-saya", Kerja::DataSaya),
    ];
    for (path, work) in pages {
        let expect = if may(role, work) { 200 } else { 403 };
        let answer = person.get(layan, path);
        assert_eq!(answer.status, expect, "{} {path}: {}", role.as_str(), answer.teks());
    }
    let opened = person.post(layan, "/berkas/baru", &[("jenis", "rekomendasi")]).status;
    assert_eq!(opened == 403, !may(role, Kerja::Buka), "{} {opened}", role.as_str());
    let board = person.get(layan, "/").status;
    assert_eq!(board, if may(role, Kerja::Papan) { 200 } else { 303 }, "{}", role.as_str());
    for ((tahap, pelaku), it) in stages {
        let chosen = format!("{}:{}", fresh(it), "0".repeat(64));
        let status = person.post(layan, "/tandatangan", &[("surat", &chosen)]).status;
        let here = suket::Giliran { tahap: *tahap, pelaku: *pelaku };
        let expect = allowed(role, Perbuatan::Setujui, here, how);
        assert_eq!(!matches!(status, 403 | 404), expect, "{} {here:?} {status}", role.as_str());
    }
}

#[test]
fn ink_on_paper_the_table_of_rights_holds_over_http() {
    check("candi-laras-utara", Cara::Basah, Penandatanganan::Basah);
}

#[test]
fn signed_electronically_the_table_of_rights_holds_over_http() {
    check("sajingan-besar", Cara::Elektronik, Penandatanganan::Elektronik);
}
