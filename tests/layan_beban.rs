//! Many cases from many clients at once, approved in one act, with the daemon killed in the middle of both: none is lost,
//! none is doubled, the numbers have no gap. `SUKET_UJI_LAMA=1` takes two hundred cases.
#![cfg(feature = "layan")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test may stop here"
)]

mod umum;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use suket::{Cara, Cari, Desk, Lingkup, Office, Peranan, RawCase, Tahap, Tindakan, do_step};
use umum::HARI;
use umum::arsip::{self, Arsip};
use umum::awak::{self, Orang, at};
use umum::layan::{Layan, medan, selesai};
use umum::sistem::{Sistem, json, meja, orang as kasus, permohonan};

const CLU: &str = "candi-laras-utara";
const CLIENTS: usize = 16;

#[test]
fn killed_in_the_middle_nothing_is_lost_and_nothing_is_doubled() {
    let count = if umum::diminta("SUKET_UJI_LAMA") { 200 } else { 48 };
    let arsip = Arsip::baru(CLU);
    let desa = Sistem::baru(&arsip, "Desa", &[Lingkup::Ajukan]);
    let camat = awak::akun(&arsip, Peranan::Camat);
    let ids = hand_in(&arsip, &desa, count);
    assert_eq!(ids.len(), usize::try_from(count).unwrap());
    assert_eq!(permohonan(&arsip.path("arsip")), (1..=count).collect::<Vec<_>>(), "one application for each");

    let drafts = walk(&arsip, &ids);
    approve(&arsip, camat, &drafts);
    let office = Office::open(&arsip.path("arsip"), 1).unwrap();
    let letters = office.list(&suket::Filter::default()).unwrap();
    let numbers: Vec<u32> = letters.iter().map(|entry| entry.urut).collect();
    assert_eq!(numbers, (1..=count).collect::<Vec<_>>(), "no gap, none doubled");
    let desk = meja(&arsip);
    let given: BTreeSet<u64> = ids.iter().map(|id| desk.berkas(id).unwrap().surat.unwrap().seq).collect();
    assert_eq!(given.len(), ids.len(), "each case has a letter of its own");
    let people: BTreeSet<String> =
        letters.iter().map(|entry| office.person(entry.seq).unwrap().unwrap().nama).collect();
    assert_eq!(people.len(), ids.len(), "each person has one");
    for check in [&["archive", "check"][..], &["book", "verify"]] {
        let out = arsip.run(check);
        assert_eq!(arsip::code(&out), 0, "{}", arsip::err(&out));
    }
}

/// Sixteen clients hand their cases in; in the middle the daemon is killed. Whoever got no answer asks again. Gives the
/// ids.
fn hand_in(arsip: &Arsip, desa: &Sistem, count: u32) -> Vec<String> {
    let known: Mutex<BTreeMap<u32, String>> = Mutex::default();
    for round in 0..2 {
        let layan = Layan::mulai(arsip, &[]).siap();
        let (address, next, answered) = (layan.alamat, AtomicU32::new(0), AtomicU32::new(0));
        let mut layan = Some(layan);
        std::thread::scope(|scope| {
            for _ in 0..CLIENTS {
                scope.spawn(|| {
                    loop {
                        let n = next.fetch_add(1, Ordering::Relaxed);
                        if n >= count {
                            return;
                        }
                        let Some(answer) = desa.coba(address, &format!("kunci-{n}"), &kasus(CLU, n)) else {
                            continue;
                        };
                        assert!(matches!(answer.status, 200 | 201), "{}", answer.teks());
                        let id = json(&answer).get("id").unwrap().as_str().unwrap().to_owned();
                        let before = known.lock().unwrap().insert(n, id.clone());
                        assert!(before.is_none_or(|before| before == id), "the same key, the same case");
                        answered.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
            if round == 0 {
                while answered.load(Ordering::Relaxed) < count / 3 {
                    std::thread::yield_now();
                }
                // As by `kill -9`.
                drop(layan.take());
            }
        });
        let got = known.lock().unwrap().len();
        assert!(round == 1 || got < usize::try_from(count).unwrap(), "it was killed in the middle");
    }
    known.into_inner().unwrap().into_values().collect()
}

/// Leads the cases to the signer, as the office's people would; gives the digest of each draft.
fn walk(arsip: &Arsip, ids: &[String]) -> BTreeMap<String, String> {
    let office = Office::open(&arsip.path("arsip"), 2).unwrap();
    let mut desk = meja(arsip);
    ids.iter().map(|id| (id.clone(), lead(&mut desk, &office, id))).collect()
}

fn lead(desk: &mut Desk, office: &Office, id: &str) -> String {
    let mut it = desk.berkas(id).unwrap();
    let jalan = desk.way(&it.cara).unwrap();
    let text = serde_json::to_vec(&it.to_issue()).unwrap();
    let raw = RawCase::read("berkas.json", &text).unwrap().pop().unwrap();
    let checked = office.check(raw, HARI).unwrap_or_else(|findings| panic!("{findings:?}"));
    let sha256 = umum::hex(&sha(&office.preview(&checked).unwrap()));
    loop {
        let here = at(&it, &jalan, Cara::Basah);
        let deed = match here.tahap {
            Tahap::Setujui => break,
            Tahap::Paraf => Tindakan::Paraf { sha256: sha256.clone(), tanggal: HARI, peran: here.pelaku },
            _ => Tindakan::Lanjut,
        };
        do_step(&mut it, &jalan, deed, &awak::cap()).unwrap();
    }
    let here = at(&it, &jalan, Cara::Basah);
    desk.put(&mut it, here, ("uji", ""), &awak::cap(), None).unwrap();
    sha256
}

fn sha(bytes: &[u8]) -> Vec<u8> {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).to_vec()
}

/// Cases at this stage.
fn waiting(desk: &Desk, tahap: Tahap) -> BTreeSet<String> {
    desk.find(Cari::Tahap(tahap), u32::MAX).unwrap().into_iter().map(|one| one.id).collect()
}

/// Sends the signer's yes to these, and does not wait for the answer.
fn begin(layan: &Layan, signer: &Orang, chosen: &[(&str, String)]) -> std::net::TcpStream {
    let fields: Vec<(&str, &str)> = chosen.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let body = medan(&[&[("csrf", signer.csrf.as_str())], fields.as_slice()].concat());
    let head = format!(
        "POST /tandatangan HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {}\r\n\
         content-type: application/x-www-form-urlencoded\r\n{}\r\n",
        body.len(),
        signer.head()
    );
    let mut act = layan.sambung();
    std::io::Write::write_all(&mut act, format!("{head}{body}").as_bytes()).unwrap();
    act
}

/// Asked to stop in the middle, the daemon finishes what was begun, and says so to whoever began it.
#[test]
fn asked_to_stop_it_finishes_the_letters_that_were_begun() {
    let arsip = Arsip::baru(CLU);
    let desa = Sistem::baru(&arsip, "Desa", &[Lingkup::Ajukan]);
    let camat = awak::akun(&arsip, Peranan::Camat);
    let layan = Layan::mulai(&arsip, &[]).siap();
    let ids: Vec<String> = (0..12)
        .map(|n| {
            json(&desa.ajukan(&layan, &format!("kunci-{n}"), &kasus(CLU, n)))["id"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    drop(layan.berhenti());
    let drafts: Vec<_> =
        walk(&arsip, &ids).into_iter().map(|(id, sha256)| ("surat", format!("{id}:{sha256}"))).collect();
    let layan = Layan::mulai(&arsip, &[]).siap();
    let signer = Orang::masuk(&layan, Peranan::Camat, camat);
    let act = begin(&layan, &signer, &drafts);
    let desk = meja(&arsip);
    while waiting(&desk, Tahap::Setujui).len() == ids.len() {
        std::thread::yield_now();
    }
    layan.minta_berhenti();
    let answer = selesai(act).unwrap();
    let (status, log) = layan.tunggu();
    assert!(status.success(), "{log}");
    assert_eq!(answer.status, 200, "{}", answer.teks());
    assert_eq!(arsip.count(), ids.len(), "every letter of the act");
    assert_eq!(waiting(&desk, Tahap::Tinta).len(), ids.len(), "and the desk knows it");
}

/// The signer says yes to all of them in one act; the daemon is killed when half of the yeses are put down. Started again,
/// it goes on with those; the signer is asked for the others.
fn approve(arsip: &Arsip, camat: String, drafts: &BTreeMap<String, String>) {
    let chosen = |open: &BTreeSet<String>| {
        let mut fields = Vec::new();
        for (id, sha256) in drafts.iter().filter(|(id, _)| open.contains(*id)) {
            fields.push(("surat", format!("{id}:{sha256}")));
        }
        fields
    };
    let desk = meja(arsip);
    let layan = Layan::mulai(arsip, &[]).siap();
    let signer = Orang::masuk(&layan, Peranan::Camat, camat.clone());
    let all = waiting(&desk, Tahap::Setujui);
    assert_eq!(all.len(), drafts.len());
    let act = begin(&layan, &signer, &chosen(&all));
    while waiting(&desk, Tahap::Setujui).len() > drafts.len() / 2 {
        std::thread::yield_now();
    }
    drop(layan);
    assert!(selesai(act).is_none(), "the act was cut off");

    let layan = Layan::mulai(arsip, &[]).siap();
    while !waiting(&desk, Tahap::Terbit).is_empty() {
        std::thread::yield_now();
    }
    let rest = waiting(&desk, Tahap::Setujui);
    assert!(!rest.is_empty() && rest.len() < drafts.len(), "{} of {}", rest.len(), drafts.len());
    let signer = Orang::masuk(&layan, Peranan::Camat, camat);
    let fields = chosen(&rest);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = signer.post(&layan, "/tandatangan", &fields);
    assert_eq!(answer.status, 200, "{}", answer.teks());
    assert!(waiting(&desk, Tahap::Setujui).is_empty() && waiting(&desk, Tahap::Terbit).is_empty());
    drop(layan.berhenti());
}
