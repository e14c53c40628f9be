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

#[path = "rusak/contoh.rs"]
mod contoh;
#[path = "rusak/langkah.rs"]
mod langkah;
mod umum;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use contoh::{Names, contoh, salin};
use jiff::civil::Date;
use langkah::lakukan;
use serde_json::Value;
use suket::{AuditMark, AuditReport, AuditRequest, BackupRequest, By, Filter, Outcome};
use umum::{HARI, Meja, SANDI, akar, hex, kasus, tetap, tulis};

const CLU: &str = "candi-laras-utara";
const OLEH: By<'_> = By { tanggal: HARI, oleh: "petugas uji" };
/// The archives of the catalogue.
const BASES: [&str; 3] = ["dasar", "jurnal", "brankas"];

/// What the check says of a folder on a day: its exit code, and its report.
fn periksa(folder: &Path, secret: Option<&Path>, hari: &str) -> (i32, Value) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_suket"));
    command.args(["--json", "-q", "--archive"]).arg(folder).args(["archive", "check", "--date", hari]);
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
    base: &'static str,
    secret: bool,
    /// Codes; `true` where it is damage, and whether it must be found.
    codes: Vec<(&'a str, bool, bool)>,
    place: String,
    steps: Vec<String>,
}

impl Baris<'_> {
    /// The day of the check.
    fn day(&self) -> &str {
        self.steps.iter().find_map(|step| step.strip_prefix("tunggu ")).unwrap_or("2026-11-21")
    }
}

fn baca<'a>(line: &'a str, names: impl Fn(&str) -> &'a Names) -> Baris<'a> {
    let (head, rest) = line.split_once(" | ").unwrap();
    let (place, steps) = rest.split_once(" | ").unwrap();
    let other = BASES.into_iter().find_map(|base| Some((base, head.strip_prefix(base)?.strip_prefix(": ")?)));
    let (base, head) = other.unwrap_or(("dasar", head));
    let (secret, head) = head.strip_prefix("sandi: ").map_or((false, head), |head| (true, head));
    let fill = |text: &str| {
        let known = names(base)
            .iter()
            .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value));
        // In the place, a name in braces that is none of the sample's is a path.
        if known.starts_with('{') { known.trim_matches(['{', '}']).to_owned() } else { known }
    };
    let code = |code: &'a str| {
        let bare = code.trim_end_matches(['?', '!']);
        (bare, !code.contains('!'), !code.contains('?'))
    };
    Baris {
        line,
        base,
        secret,
        codes: head.split_whitespace().map(code).collect(),
        place: fill(place),
        steps: steps.split(" ; ").map(fill).collect(),
    }
}

#[test]
fn every_damage_of_the_catalogue_is_named_and_nothing_else() {
    let contoh = contoh();
    let folder = contoh.scratch.path().join("arsip");
    let secret = contoh.scratch.path().join("sandi");
    for base in BASES {
        // A week later nothing has waited too long yet.
        for (secret, hari) in [(None, "2026-11-21"), (Some(secret.as_path()), "2026-11-28")] {
            let (code, report) = periksa(&contoh.scratch.path().join(base), secret, hari);
            assert_eq!((code, &report["temuan"]), (0, &serde_json::json!([])), "{base}: the clean archive");
        }
    }
    let text = std::fs::read_to_string(akar().join("tests/rusak/daftar.txt")).unwrap();
    let cases: Vec<Baris<'_>> = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| baca(line, |base| contoh.names(base)))
        .collect();
    assert!(cases.len() >= 60);
    let (mut wrong, mut seen) = (Vec::new(), BTreeSet::new());
    for case in &cases {
        let _gone = std::fs::remove_dir_all(&folder);
        salin(&contoh.scratch.path().join(case.base), &folder);
        case.steps.iter().for_each(|step| lakukan(&folder, step));
        let (code, report) = periksa(&folder, case.secret.then_some(secret.as_path()), case.day());
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

/// An office that has issued this many letters, handed some of them over and cancelled others.
fn banyak(letters: usize) -> Meja {
    let mut meja = Meja::siap(CLU);
    for from in (0..letters).step_by(400) {
        let cases = (from..letters.min(from + 400)).map(|n: usize| {
            let mut case = kasus(CLU, "pengembalian");
            case.case.kunci_permintaan = n.is_multiple_of(3).then(|| format!("K-{n}"));
            case
        });
        let mut issued = meja.terbitkan(cases.collect()).into_iter().map(|outcome| {
            let Outcome::Issued(issued) = &outcome else { panic!("{outcome:?}") };
            issued.entry.clone()
        });
        let (last, before) = (issued.next_back().unwrap(), issued.next_back().unwrap());
        meja.office.hand_over(&last, "SITI CONTOH", &mut tetap(u64::try_from(from).unwrap()), OLEH).unwrap();
        meja.office.void(&before, "salah cetak", OLEH).unwrap();
    }
    let log = meja.office.unlock_log(SANDI).unwrap();
    meja.office.sign_log(&log).unwrap();
    meja
}

/// A check from this mark, told the day or not.
fn diperiksa(
    meja: &Meja,
    mark: AuditMark,
    hari: Option<Date>,
    progress: &dyn Fn(u64, u64, &AuditMark),
) -> AuditReport {
    let (quick, since, passphrase) = (false, None, Some(SANDI));
    let asked = AuditRequest { quick, since, hari, passphrase, mark, workers: 2, progress };
    meja.office.audit_as(asked).unwrap()
}

/// The long form: `SUKET_UJI_LAMA=1`, a hundred thousand letters; ten minutes of processor time, four gigabytes.
#[test]
fn a_clean_archive_of_many_letters_has_no_finding() {
    let long = umum::diminta("SUKET_UJI_LAMA");
    let letters = if long { 100_000 } else { 1_200 };
    let mut meja = banyak(letters);
    let report = diperiksa(&meja, AuditMark::default(), Some(HARI), &|_, _, _| {});
    // The one that is no false alarm: so much, and no backup.
    let found: Vec<&str> = report.temuan.iter().map(|finding| finding.kode).collect();
    assert_eq!(found, ["cadangan-belum-ada"], "{:?}", report.temuan);
    assert!(report.diperiksa > u64::try_from(letters).unwrap() * 2, "{} were looked at", report.diperiksa);
    println!("{} diperiksa", report.diperiksa);
    if long {
        return;
    }
    let (usb, entropy) = (tempfile::tempdir().unwrap(), &mut tetap(4));
    let tujuan = usb.path();
    meja.office
        .backup(BackupRequest { tujuan, hari: HARI, polos: true, entropy, progress: &|_, _| {} })
        .unwrap();
    let report = diperiksa(&meja, AuditMark::default(), Some(HARI), &|_, _, _| {});
    assert_eq!(report.temuan, []);
}

#[test]
fn interrupted_anywhere_a_check_goes_on_from_there_and_finds_what_it_had_found_before() {
    let meja = banyak(1_200);
    let victim = meja.office.list(&Filter::default()).unwrap().remove(7);
    let name = hex(&victim.objek);
    let file = meja.folder.path().join(format!("sha256/{}/{}/{name}", &name[..2], &name[2..4]));
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[100] ^= 1;
    tulis(&file, &bytes);
    let marks = std::cell::RefCell::new(Vec::new());
    let note = |_: u64, _: u64, mark: &AuditMark| marks.borrow_mut().push(mark.clone());
    let whole = diperiksa(&meja, AuditMark::default(), None, &note).temuan;
    assert_eq!(whole.len(), 1, "{whole:?}");
    let marks = marks.take();
    assert!(marks.len() > 5, "told on the way");
    for mark in marks.iter().step_by(marks.len() / 4) {
        let again = diperiksa(&meja, mark.clone(), None, &|_, _, _| {}).temuan;
        assert_eq!(again, whole, "from {:?} {}", mark.berkas, mark.surat);
    }
}
