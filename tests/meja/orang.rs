//! Accounts, passwords, sessions, tokens.

use jiff::SignedDuration;
use suket::{AkunBaru, Desk, DeskError, Ingatan, Lingkup, Masuk, Peranan, password_fits};

use super::menit;
use crate::umum::tetap;

fn meja() -> (tempfile::TempDir, Desk) {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(&folder.path().join("meja.sqlite")).unwrap();
    (folder, desk)
}

fn baru<'a>(masuk: &'a str, peran: &'a [Peranan]) -> AkunBaru<'a> {
    AkunBaru { masuk, nama: "Petugas Contoh", peran, pejabat: None, aktif: true }
}

const SANDI: &str = "kopi susu tanpa gula";

/// An account with a password.
fn akun(desk: &mut Desk, masuk: &str, peran: &[Peranan]) -> String {
    let seed = masuk.bytes().map(u64::from).sum();
    let (akun, link) = desk.add_account(&baru(masuk, peran), &mut tetap(seed), menit(0)).unwrap();
    assert_eq!(desk.invited(&link, menit(1)).unwrap().unwrap().id, akun.id);
    desk.set_password(&akun.id, SANDI, &mut tetap(seed)).unwrap();
    assert!(desk.invited(&link, menit(1)).unwrap().is_none(), "a link is good once");
    akun.id
}

#[test]
#[cfg(unix)]
fn names_and_niks_on_the_disk_are_for_the_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let (folder, mut desk) = meja();
    akun(&mut desk, "siti", &[Peranan::Petugas]);
    // One that somebody copied back with more rights is mended, too.
    let file = folder.path().join("meja.sqlite");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    drop(desk);
    let desk = Desk::open(&file).unwrap();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o077, 0, "{:?}", entry.file_name());
    }
    drop(desk);
}

#[test]
fn a_session_begins_with_the_password_and_ends_by_itself() {
    let (_folder, mut desk) = meja();
    akun(&mut desk, "siti", &[Peranan::Petugas]);
    let stored = desk.stored_password("siti").unwrap();
    assert!(stored.as_deref().unwrap().starts_with("$argon2id$"));
    assert!(password_fits(stored.as_deref(), SANDI));
    assert!(!password_fits(stored.as_deref(), "kopi susu"));
    assert!(!password_fits(None, SANDI), "an account that does not exist");
    let Masuk::Boleh(session) = desk.enter("siti", true, &mut tetap(1), menit(10)).unwrap() else { panic!() };
    let sesi = desk.session(&session, menit(11)).unwrap().unwrap();
    assert_eq!((sesi.akun.masuk.as_str(), sesi.csrf.len()), ("siti", 64));
    assert!(desk.session(&session, menit(60)).unwrap().is_some());
    assert!(desk.session(&session, menit(125)).unwrap().is_none(), "an hour without a call");
    // A day is the end in any case.
    let Masuk::Boleh(session) = desk.enter("siti", true, &mut tetap(2), menit(200)).unwrap() else {
        panic!()
    };
    let alive =
        (1..40).take_while(|n| desk.session(&session, menit(200 + n * 30)).unwrap().is_some()).count();
    assert_eq!(alive, 24);
    // Signing out, another password, other roles: the session is over.
    let ways: [fn(&mut Desk, &str, &str); 3] = [
        |desk, _, session| desk.leave(session).unwrap(),
        |desk, id, _| desk.set_password(id, "teh manis hangat", &mut tetap(3)).unwrap(),
        |desk, id, _| {
            akun(desk, "admin", &[Peranan::Administrator]);
            desk.change_account(id, &baru("siti", &[Peranan::Arsiparis])).unwrap();
        },
    ];
    let id = desk.accounts().unwrap().first().unwrap().id.clone();
    for (n, end) in ways.into_iter().enumerate() {
        let seed = 10 + u64::try_from(n).unwrap();
        let Masuk::Boleh(session) = desk.enter("siti", true, &mut tetap(seed), menit(3000)).unwrap() else {
            panic!()
        };
        end(&mut desk, &id, &session);
        assert!(desk.session(&session, menit(3001)).unwrap().is_none(), "way {n}");
    }
}

#[test]
fn wrong_passwords_make_an_account_wait_longer_and_longer() {
    let (_folder, mut desk) = meja();
    akun(&mut desk, "siti", &[Peranan::Petugas]);
    let mut now = menit(0);
    let mut waits = Vec::new();
    for _ in 0..14 {
        match desk.enter("siti", false, &mut tetap(1), now).unwrap() {
            Masuk::Salah => waits.push(0),
            Masuk::Tunggu(until) => {
                // Before that the right one does not help either, and nothing is counted.
                let early = desk.enter("siti", true, &mut tetap(1), now).unwrap();
                assert_eq!(early, Masuk::Tunggu(until));
                waits.push(until.duration_since(now).as_secs());
                now = until;
            }
            Masuk::Boleh(_) => panic!(),
        }
    }
    assert_eq!(waits, [0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3840, 3840, 3840, 3840]);
    assert!(matches!(desk.enter("siti", true, &mut tetap(1), now).unwrap(), Masuk::Boleh(_)));
    assert_eq!(desk.enter("siapa", true, &mut tetap(1), now).unwrap(), Masuk::Salah);
}

#[test]
fn accounts_that_do_not_fit_are_refused() {
    let (_folder, mut desk) = meja();
    let admin = akun(&mut desk, "admin", &[Peranan::Administrator]);
    let long = "x".repeat(101);
    let petugas: &[Peranan] = &[Peranan::Petugas];
    for (masuk, nama, peran) in [
        ("si", "Siti", petugas),
        ("Siti", "Siti", petugas),
        ("siti contoh", "Siti", petugas),
        ("6305061203059901", "Siti", petugas),
        ("siti", "Siti 6305061203059901", petugas),
        ("siti", "  ", petugas),
        ("siti", &long, petugas),
        ("siti", "Siti\nContoh", petugas),
        ("siti", "Siti", &[]),
        ("admin", "Siti", petugas),
    ] {
        let new = AkunBaru { masuk, nama, peran, pejabat: None, aktif: true };
        let result = desk.add_account(&new, &mut tetap(7), menit(0));
        assert!(matches!(result, Err(DeskError::Said(_))), "{masuk} {nama}: {result:?}");
    }
    // The office cannot lock itself out.
    let without = desk.change_account(&admin, &baru("admin", petugas));
    assert!(matches!(without, Err(DeskError::Said(_))));
    let asleep = AkunBaru { aktif: false, ..baru("admin", &[Peranan::Administrator]) };
    assert!(matches!(desk.change_account(&admin, &asleep), Err(DeskError::Said(_))));
    for password in ["pendek", "1234567890123", "ini admin saja"] {
        let result = desk.set_password(&admin, password, &mut tetap(1));
        assert!(matches!(result, Err(DeskError::Said(_))), "{password}");
    }
    // A link ends with its time and with the next link.
    let first = desk.invite(&admin, &mut tetap(5), menit(0)).unwrap();
    let second = desk.invite(&admin, &mut tetap(6), menit(1)).unwrap();
    assert!(desk.invited(&first, menit(2)).unwrap().is_none());
    assert!(desk.invited(&second, menit(2)).unwrap().is_some());
    let later = menit(1).checked_add(SignedDuration::from_hours(72)).unwrap();
    assert!(desk.invited(&second, later).unwrap().is_none());
}

#[test]
fn the_store_holds_no_secret_that_opens_a_door() {
    let (folder, mut desk) = meja();
    akun(&mut desk, "siti", &[Peranan::Petugas]);
    let Masuk::Boleh(session) = desk.enter("siti", true, &mut tetap(1), menit(1)).unwrap() else { panic!() };
    let (token, secret) =
        desk.add_token("Aplikasi desa", &[Lingkup::Ajukan], &mut tetap(2), menit(1)).unwrap();
    let link =
        desk.invite(&desk.accounts().unwrap().first().unwrap().id.clone(), &mut tetap(3), menit(1)).unwrap();
    assert_eq!(desk.token(&secret).unwrap().unwrap(), token);
    assert!(desk.token("suket_00").unwrap().is_none());
    for entry in walkdir::WalkDir::new(folder.path()) {
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            let bytes = std::fs::read(entry.path()).unwrap();
            for kept in [session.as_str(), &secret, &link, SANDI] {
                assert!(
                    !bytes.windows(kept.len()).any(|part| part == kept.as_bytes()),
                    "{}",
                    entry.path().display()
                );
            }
        }
    }
    desk.end_token(&token.id).unwrap();
    assert!(desk.token(&secret).unwrap().is_none());
}

#[test]
fn a_request_is_remembered_with_its_content() {
    let (_folder, mut desk) = meja();
    assert_eq!(desk.remembered("t", "k", b"isi").unwrap(), Ingatan::Baru);
    desk.remember(("t", "k"), b"isi", "b1", menit(0)).unwrap();
    assert_eq!(desk.remembered("t", "k", b"isi").unwrap(), Ingatan::Sama("b1".to_owned()));
    assert_eq!(desk.remembered("t", "k", b"lain").unwrap(), Ingatan::Lain);
    assert_eq!(desk.remembered("u", "k", b"isi").unwrap(), Ingatan::Baru, "another system");
}
