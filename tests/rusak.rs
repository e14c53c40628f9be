//! The catalogue of damages: each line of `tests/rusak/daftar.txt` is done to an archive of its own, and the check names it,
//! and nothing else. A clean archive has no finding at all.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::needless_for_each,
    clippy::case_sensitive_file_extension_comparisons,
    reason = "a test may stop here, and its names are its own"
)]

mod umum;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use suket::{AuditMark, AuditRequest, By, Filter, KeyChange, KeyRequest, Sisipan};
use umum::{HARI, Meja, SANDI, akar, hex, kasus, profil, tetap, tulis};

const CLU: &str = "candi-laras-utara";
const OLEH: By<'_> = By { tanggal: HARI, oleh: "petugas uji" };

/// The archive that is damaged, twice: with the book's log folded into it, and as the office leaves it.
struct Contoh {
    scratch: tempfile::TempDir,
    names: BTreeMap<String, String>,
}

/// An office in which everything has happened, with the names of its files.
fn contoh() -> Contoh {
    let text = profil(CLU).replace("unit = \"CLU\"", "unit = \"CLU\"\nagenda = \"umum\"\nsisipan = true")
        + "\n[penomoran.seri.lembar]\npola = \"L-{{ urut | pad(4) }}/{{ unit }}\"\nagenda = true\n";
    let mut meja = Meja::dengan(&text, |_| {});
    meja.office.outside("umum", (1, 3), "buku kertas", OLEH).unwrap();
    let (first, _) = meja.satu(kasus(CLU, "rekomendasi"));
    let mut case = kasus(CLU, "rekomendasi");
    case.case.kunci_permintaan = Some("K-1".to_owned());
    let (letter, _) = meja.satu(case);
    let (third, _) = meja.satu(kasus(CLU, "keterangan-perekaman"));
    meja.satu(kasus(CLU, "tanda-terima"));
    let mut inserted = kasus(CLU, "keterangan-perekaman");
    inserted.case.sisipan = Sisipan { sesudah: Some(5), alasan: Some("tertinggal".to_owned()) };
    meja.satu(inserted);
    meja.office.hand_over(&third, "SITI CONTOH", &mut tetap(5), OLEH).unwrap();
    meja.office.void(&first, "salah orang", OLEH).unwrap();
    meja.office.apply(&kasus(CLU, "pengembalian").case, &mut tetap(7), OLEH).unwrap();
    let seal = meja.office.unlock_seal(SANDI, HARI).unwrap();
    meja.office.close("2026-10".parse().unwrap(), &seal, OLEH).unwrap();
    let change = KeyChange::Rotate { pemegang: "segel".to_owned(), mulai: HARI, di_token: false };
    let entropy = &mut tetap(9);
    let request = KeyRequest { change, date: HARI, passphrase: SANDI, root: None, pin: None, entropy };
    meja.office.change_keys(request).unwrap();
    meja.signers = meja.office.unlock(SANDI, HARI).unwrap();
    meja.satu(kasus(CLU, "pengembalian"));
    let log = meja.office.unlock_log(SANDI).unwrap();
    meja.office.sign_log(&log).unwrap();
    let names = names(&meja, &letter, &third);
    let Meja { folder, office, .. } = meja;
    drop(office);
    let scratch = tempfile::tempdir().unwrap();
    tulis(&scratch.path().join("sandi"), SANDI);
    salin(folder.path(), &scratch.path().join("jurnal"));
    salin(folder.path(), &scratch.path().join("dasar"));
    for ending in ["-wal", "-shm"] {
        let file = scratch.path().join(format!("jurnal/buku.sqlite{ending}"));
        assert!(file.exists(), "the office leaves its log: {}", file.display());
    }
    let db = rusqlite::Connection::open(scratch.path().join("dasar/buku.sqlite")).unwrap();
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    drop(db);
    Contoh { scratch, names }
}

fn names(meja: &Meja, letter: &suket::Entry, other: &suket::Entry) -> BTreeMap<String, String> {
    let path = |digest: &[u8]| {
        let name = hex(digest);
        format!("sha256/{}/{}/{name}", &name[..2], &name[2..4])
    };
    let (_, closed) = meja.office.closing("2026-10".parse().unwrap()).unwrap().unwrap();
    let list = std::fs::read_to_string(meja.folder.path().join(path(&letter.templat))).unwrap();
    let font = list.lines().find(|line| line.ends_with(".ttf") || line.ends_with(".otf")).unwrap();
    let font = font.split(' ').next().unwrap().to_owned();
    let bare = hex(&letter.objek);
    let all = [
        ("surat", path(&letter.objek)),
        ("surat2", path(&other.objek)),
        ("surat-salah", format!("sha256/00/00/{bare}")),
        ("asing", format!("sha256/ab/cd/abcd{}", &bare[4..])),
        ("nomor", letter.nomor.clone()),
        ("seq", letter.seq.to_string()),
        ("huruf", format!("sha256/{}/{}/{font}", &font[..2], &font[2..4])),
        ("hex-huruf", font),
        ("templat", path(&letter.templat)),
        ("profil", path(&letter.profil)),
        ("register", path(&closed.register)),
        ("kepercayaan", path(&closed.kepercayaan)),
        ("titik", path(&closed.titik)),
    ];
    assert_eq!(meja.office.list(&Filter::default()).unwrap().len(), 6);
    all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn salin(from: &Path, to: &Path) {
    let done = Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap();
    assert!(done.success());
}

/// What the check says of a folder: its exit code, and its report.
fn periksa(folder: &Path, secret: Option<&Path>) -> (i32, Value) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_suket"));
    command.args(["--json", "-q", "--archive"]).arg(folder).args(["archive", "check"]);
    command.env_remove("SUKET_PASSPHRASE_FILE");
    if let Some(secret) = secret {
        command.env("SUKET_PASSPHRASE_FILE", secret);
    }
    let out = command.output().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    let report = text.lines().last().and_then(|line| serde_json::from_str(line).ok());
    (out.status.code().unwrap(), report.unwrap_or(Value::Null))
}

/// One line of the catalogue.
struct Baris<'a> {
    line: &'a str,
    journal: bool,
    secret: bool,
    /// Codes; `true` where it is damage, and whether it must be found.
    codes: Vec<(&'a str, bool, bool)>,
    place: String,
    steps: Vec<String>,
}

fn baca<'a>(line: &'a str, names: &BTreeMap<String, String>) -> Baris<'a> {
    let fill = |text: &str| {
        let known = names
            .iter()
            .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value));
        // In the place, a name in braces that is none of the sample's is a path.
        if known.starts_with('{') { known.trim_matches(['{', '}']).to_owned() } else { known }
    };
    let (head, rest) = line.split_once(" | ").unwrap();
    let (place, steps) = rest.split_once(" | ").unwrap();
    let (journal, head) = head.strip_prefix("jurnal: ").map_or((false, head), |head| (true, head));
    let (secret, head) = head.strip_prefix("sandi: ").map_or((false, head), |head| (true, head));
    let code = |code: &'a str| {
        let bare = code.trim_end_matches(['?', '!']);
        (bare, !code.contains('!'), !code.contains('?'))
    };
    Baris {
        line,
        journal,
        secret,
        codes: head.split_whitespace().map(code).collect(),
        place: fill(place),
        steps: steps.split(" ; ").map(fill).collect(),
    }
}

/// Does one step of a damage in a folder.
fn lakukan(folder: &Path, step: &str) {
    let (what, rest) = step.split_once(' ').unwrap();
    let words: Vec<&str> = rest.split(' ').collect();
    let at = |name: &str| -> PathBuf { folder.join(name) };
    let read = |name: &str| std::fs::read(at(name)).unwrap();
    match (what, words.as_slice()) {
        ("bit", [part, name]) => {
            let (n, of) = part.split_once('/').unwrap();
            let mut bytes = read(name);
            let place = bytes.len() * n.parse::<usize>().unwrap() / of.parse::<usize>().unwrap();
            bytes[place] ^= 1;
            tulis(&at(name), &bytes);
        }
        ("bait", [place, name]) => {
            let mut bytes = read(name);
            bytes[place.parse::<usize>().unwrap()] ^= 1;
            tulis(&at(name), &bytes);
        }
        ("potong", [size, name]) => tulis(&at(name), &read(name)[..size.parse::<usize>().unwrap()]),
        ("kurang", [count, name]) => {
            let bytes = read(name);
            tulis(&at(name), &bytes[..bytes.len() - count.parse::<usize>().unwrap()]);
        }
        ("tambah", [name]) => tulis(&at(name), &[read(name), vec![b'\n']].concat()),
        ("hapus", [name]) => std::fs::remove_file(at(name)).unwrap(),
        ("tukar", [one, other]) => {
            let (first, second) = (read(one), read(other));
            tulis(&at(one), &second);
            tulis(&at(other), &first);
        }
        ("salin", [from, to]) => baru(&at(to), &read(from)),
        ("tulis", [name]) => baru(&at(name), &[7; 512]),
        ("folder", [name]) => {
            std::fs::remove_file(at(name)).unwrap();
            std::fs::create_dir(at(name)).unwrap();
            hak(&at(name), "700");
        }
        ("tautan", [name]) => {
            let moved = folder.with_extension("tautan");
            std::fs::copy(at(name), &moved).unwrap();
            std::fs::remove_file(at(name)).unwrap();
            std::os::unix::fs::symlink(&moved, at(name)).unwrap();
        }
        ("hak", [mode, name]) => hak(&at(name), mode),
        ("ganti", [name, ..]) => {
            let (old, new) = rest[name.len() + 1..].split_once(" -> ").unwrap();
            let text = String::from_utf8(read(name)).unwrap();
            assert!(text.contains(old), "{old}");
            tulis(&at(name), text.replace(old, new).as_bytes());
        }
        ("ganti-pem", [name]) => {
            // In the last block, before the padding of the base 64.
            let mut text = read(name);
            let end = text.windows(5).rposition(|five| five == b"-----").unwrap();
            let last = text[..end].windows(8).rposition(|eight| eight == b"-----END").unwrap();
            let place = last - 8;
            text[place] = if text[place] == b'A' { b'B' } else { b'A' };
            tulis(&at(name), &text);
        }
        ("sql" | "skema", _) => sql(&at("buku.sqlite"), rest, what == "sql"),
        _ => panic!("unknown step: {step}"),
    }
}

/// A new file with the rights that suket's own have.
fn baru(path: &Path, bytes: &[u8]) {
    let made: Vec<PathBuf> =
        path.ancestors().skip(1).take_while(|folder| !folder.exists()).map(Path::to_owned).collect();
    tulis(path, bytes);
    hak(path, "600");
    made.iter().for_each(|folder| hak(folder, "700"));
}

fn hak(path: &Path, mode: &str) {
    use std::os::unix::fs::PermissionsExt;
    let mode = u32::from_str_radix(mode, 8).unwrap();
    std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
}

/// Changes the book behind its triggers' back, which stand again afterwards.
fn sql(book: &Path, text: &str, behind: bool) {
    let db = rusqlite::Connection::open(book).unwrap();
    db.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON").unwrap();
    let triggers: Vec<(String, String)> = db
        .prepare("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let triggers = if behind { triggers } else { Vec::new() };
    triggers.iter().for_each(|(name, _)| db.execute_batch(&format!("DROP TRIGGER {name}")).unwrap());
    let before = db.total_changes();
    db.execute_batch(text).unwrap();
    assert!(!behind || db.total_changes() > before, "nothing was changed: {text}");
    triggers.iter().for_each(|(_, made)| db.execute_batch(made).unwrap());
}

#[test]
fn every_damage_of_the_catalogue_is_named_and_nothing_else() {
    let contoh = contoh();
    let folder = contoh.scratch.path().join("arsip");
    let secret = contoh.scratch.path().join("sandi");
    for base in ["dasar", "jurnal"] {
        for secret in [None, Some(secret.as_path())] {
            let (code, report) = periksa(&contoh.scratch.path().join(base), secret);
            assert_eq!((code, &report["temuan"]), (0, &serde_json::json!([])), "{base}: the clean archive");
        }
    }
    let text = std::fs::read_to_string(akar().join("tests/rusak/daftar.txt")).unwrap();
    let cases: Vec<Baris<'_>> = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| baca(line, &contoh.names))
        .collect();
    assert!(cases.len() >= 60);
    let (mut wrong, mut seen) = (Vec::new(), BTreeSet::new());
    for case in &cases {
        let _gone = std::fs::remove_dir_all(&folder);
        salin(&contoh.scratch.path().join(if case.journal { "jurnal" } else { "dasar" }), &folder);
        case.steps.iter().for_each(|step| lakukan(&folder, step));
        let (code, report) = periksa(&folder, case.secret.then_some(secret.as_path()));
        let empty = Vec::new();
        let found = report["temuan"].as_array().unwrap_or(&empty);
        let has = |finding: &Value, kode: &str, damage: bool| {
            finding["kode"] == kode && (finding["tingkat"] == "rusak") == damage
        };
        let here = |finding: &Value| {
            finding["berkas"] == case.place.as_str()
                || finding["nomor"] == case.place.as_str()
                || finding["berkas"]
                    .as_str()
                    .is_some_and(|name| case.place.ends_with('/') && name.starts_with(&case.place))
                || finding["pesan"].as_str().unwrap().contains(&case.place)
        };
        let all = case
            .codes
            .iter()
            .all(|(kode, damage, must)| !must || found.iter().any(|finding| has(finding, kode, *damage)));
        let known = |finding: &Value| case.codes.iter().any(|(kode, damage, _)| has(finding, kode, *damage));
        let placed = found.iter().any(|finding| known(finding) && here(finding));
        let damaged = found.iter().any(|finding| finding["tingkat"] == "rusak");
        if !all || !placed || !found.iter().all(known) || code != if damaged { 3 } else { 0 } {
            wrong.push(format!("{}\n    exit {code}: {}", case.line, report["temuan"]));
        }
        seen.extend(found.iter().map(|finding| finding["kode"].as_str().unwrap().to_owned()));
    }
    println!("{} kerusakan, {} kode: {seen:?}", cases.len(), seen.len());
    assert!(wrong.is_empty(), "{} of {} not as told:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

/// The long form: `SUKET_UJI_LAMA=1`, a hundred thousand letters.
#[test]
fn a_clean_archive_of_many_letters_has_no_finding() {
    let letters = if umum::diminta("SUKET_UJI_LAMA") { 100_000 } else { 1_200 };
    let mut meja = Meja::siap(CLU);
    for from in (0..letters).step_by(400) {
        let cases = (from..letters.min(from + 400)).map(|n: usize| {
            let mut case = kasus(CLU, "pengembalian");
            case.case.kunci_permintaan = n.is_multiple_of(3).then(|| format!("K-{n}"));
            case
        });
        meja.terbitkan(cases.collect());
        let rows = meja.office.list(&Filter { month: Some((2026, 11)), ..Filter::default() }).unwrap();
        let (last, before) = (&rows[rows.len() - 1], &rows[rows.len() - 2]);
        meja.office.hand_over(last, "SITI CONTOH", &mut tetap(u64::try_from(from).unwrap()), OLEH).unwrap();
        meja.office.void(before, "salah cetak", OLEH).unwrap();
    }
    let log = meja.office.unlock_log(SANDI).unwrap();
    meja.office.sign_log(&log).unwrap();
    let report = meja.office.audit(false, &|_, _| {}).unwrap();
    assert_eq!(report.temuan, []);
    assert!(report.diperiksa > u64::try_from(letters).unwrap() * 2, "{} were looked at", report.diperiksa);
    // Interrupted anywhere, it goes on from there, and finds what it had found before.
    let folder = meja.folder.path().to_owned();
    let victim = meja.office.list(&Filter::default()).unwrap().remove(7);
    let name = hex(&victim.objek);
    let file = folder.join(format!("sha256/{}/{}/{name}", &name[..2], &name[2..4]));
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[100] ^= 1;
    tulis(&file, &bytes);
    let marks = std::cell::RefCell::new(Vec::new());
    let look = |mark: AuditMark, note: bool| {
        let progress = |_: u64, _: u64, mark: &AuditMark| {
            if note {
                marks.borrow_mut().push(mark.clone());
            }
        };
        let asked = AuditRequest {
            quick: false,
            since: None,
            passphrase: None,
            mark,
            workers: 2,
            progress: &progress,
        };
        meja.office.audit_as(asked).unwrap().temuan
    };
    let whole = look(AuditMark::default(), true);
    assert_eq!(whole.len(), 1, "{whole:?}");
    let marks = marks.take();
    assert!(marks.len() > 5, "told on the way");
    for mark in marks.iter().step_by(marks.len() / 4) {
        assert_eq!(look(mark.clone(), false), whole, "from {:?} {}", mark.berkas, mark.surat);
    }
}
