//! Holds the house to ARCHITECTURE.md: who may import whom, what is deliberately absent, files that a reader can hold.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What each module of the library may import. Data flows one way; an arrow back needs a change here, and a reason.
const MAY_IMPORT: &[(&str, &str)] = &[
    ("archive", "format"),
    ("book", "calendar format"),
    ("calendar", ""),
    ("case", "finding format"),
    ("check", "calendar case finding identity kind profile wording"),
    ("desk", "archive case check format keys profile sop"),
    ("finding", ""),
    ("format", ""),
    ("identity", "finding"),
    ("keys", "format"),
    ("kind", "case wording"),
    ("number", "check kind profile"),
    (
        "office",
        "archive book calendar case check finding format keys kind number profile register render seal sop trail vault verify wording workers",
    ),
    ("profile", "identity wording"),
    ("register", "calendar"),
    ("render", "calendar case check finding format kind number profile register route sop wording"),
    ("route", ""),
    ("seal", "format keys number render"),
    ("sop", "finding profile"),
    ("trail", "archive format"),
    ("vault", ""),
    ("verify", "format"),
    ("wording", "calendar case"),
    ("workers", ""),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    walkdir::WalkDir::new(root().join(folder))
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.path().extension().is_some_and(|found| found == ending))
        .map(|entry| {
            let text = std::fs::read_to_string(entry.path()).unwrap();
            (entry.path().strip_prefix(root()).unwrap().to_owned(), text)
        })
        .collect()
}

/// Code without comments.
fn code(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

fn module(path: &Path) -> String {
    let first = path.iter().nth(1).unwrap().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// Source files of the library: everything but the binary.
fn library() -> Vec<(PathBuf, String)> {
    files("src", "rs")
        .into_iter()
        .filter(|(path, _)| !["cli", "serve", "main", "lib"].contains(&module(path).as_str()))
        .collect()
}

#[test]
fn modules_import_only_what_they_may() {
    let table: BTreeMap<&str, BTreeSet<&str>> =
        MAY_IMPORT.iter().map(|(name, list)| (*name, list.split(' ').collect())).collect();
    let mut seen = BTreeSet::new();
    for (path, text) in library() {
        let name = module(&path);
        let allowed = table.get(name.as_str()).unwrap_or_else(|| panic!("{name} is not in the table"));
        for part in code(&text).split("crate::").skip(1) {
            let used: String = part.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            assert!(
                used == name || allowed.contains(used.as_str()),
                "{}: must not import {used}",
                path.display()
            );
        }
        seen.insert(name);
    }
    assert_eq!(
        seen,
        MAY_IMPORT.iter().map(|(name, _)| (*name).to_owned()).collect(),
        "the table is complete"
    );
}

#[test]
fn the_library_knows_no_clock_no_environment_no_terminal_and_no_network() {
    for (path, text) in library() {
        for word in [
            "std::env",
            "SystemTime",
            "Instant::",
            "::now()",
            "home_dir",
            "println!",
            "stdin",
            "TcpStream",
            "std::process",
        ] {
            assert!(!code(&text).contains(word), "{}: {word}", path.display());
        }
    }
}

#[test]
fn each_stage_is_built_by_its_own_module_only() {
    for stage in ["CheckedCase", "NumberedLetter", "RenderedLetter", "SignedLetter"] {
        let home = match stage {
            "CheckedCase" => "check",
            "NumberedLetter" => "number",
            "RenderedLetter" => "render",
            _ => "seal",
        };
        for (path, text) in library() {
            let built = code(&text).contains(&format!("Ok({stage} {{"))
                || code(&text).contains(&format!("= {stage} {{"));
            assert!(!built || module(&path) == home, "{} builds a {stage}", path.display());
        }
        let all: String = library().into_iter().map(|(_, text)| text).collect();
        let fields = all.split(&format!("pub struct {stage} {{")).nth(1).unwrap().split('}').next().unwrap();
        assert!(!fields.contains("pub "), "{stage} has a field that others could set");
    }
}

#[test]
fn code_for_one_system_stands_in_one_file() {
    for (path, text) in files("src", "rs") {
        if path != Path::new("src/archive/sys.rs") {
            for word in ["cfg(unix)", "cfg(windows)", "target_os", "os::unix", "rustix"] {
                assert!(!code(&text).contains(word), "{}: {word}", path.display());
            }
        }
    }
}

#[test]
fn a_reader_can_hold_every_file() {
    for folder in ["src", "tests", "benches", "fuzz"] {
        for (path, text) in files(folder, "rs") {
            let lines = text.lines().count();
            assert!(lines <= 400, "{}: {lines} lines", path.display());
            assert!(
                text.starts_with("//!") || text.starts_with("#!"),
                "{} does not say what it is",
                path.display()
            );
        }
    }
}

#[test]
fn nothing_is_left_undone_or_unsaid() {
    let marks =
        ["TO".to_owned() + "DO", "FIX".to_owned() + "ME", "XX".to_owned() + "X ", "#[ign".to_owned() + "ore"];
    for (path, text) in files("src", "rs").into_iter().chain(files("tests", "rs")) {
        for mark in &marks {
            assert!(!text.contains(mark.as_str()), "{}: {mark}", path.display());
        }
    }
}

#[test]
fn every_dependency_says_why_it_is_there() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let lines: Vec<&str> = manifest.lines().collect();
    let mut inside = false;
    for pair in lines.windows(2) {
        if let [before, line] = pair {
            if line.starts_with('[') {
                inside = line.contains("dependencies]");
            } else if inside && line.contains(" = ") {
                assert!(before.starts_with('#'), "no reason given: {line}");
            }
        }
    }
}

#[test]
fn the_map_of_the_house_is_complete() {
    let map = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    for (name, _) in MAY_IMPORT {
        assert!(map.contains(&format!("`{name}`")), "ARCHITECTURE.md does not name `{name}`");
    }
    assert!(map.lines().count() <= 90, "one page");
}

#[test]
fn every_finding_about_an_archive_is_explained() {
    let page = std::fs::read_to_string(root().join("docs/archive-check.md")).unwrap();
    let code_of = |word: &str| {
        let kebab = word.contains('-') && !word.starts_with('-') && !word.ends_with('-');
        kebab && word.chars().all(|c| c.is_ascii_lowercase() || c == '-')
    };
    let mut seen = 0;
    for (path, text) in files("src/office/audit", "rs") {
        for word in code(&text).split('"').skip(1).step_by(2).filter(|word| code_of(word)) {
            assert!(page.contains(&format!("`{word}`")), "{}: {word}", path.display());
            seen += 1;
        }
    }
    assert!(seen > 60, "{seen}");
}

#[test]
fn the_pdf_writer_uses_the_fast_deflate() {
    // Without it the export of a letter takes 1.7 times as long.
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let flate2 = lock.split("[[package]]").find(|package| package.contains("name = \"flate2\"")).unwrap();
    assert!(flate2.contains("\"zlib-rs\""), "{flate2}");
}

#[test]
fn the_issuing_half_is_only_behind_its_feature() {
    let lib = std::fs::read_to_string(root().join("src/lib.rs")).unwrap();
    for (name, _) in MAY_IMPORT.iter().filter(|(name, _)| !["format", "verify"].contains(name)) {
        // Reading cases stands also alone, for those who look at case files only.
        let feature = match *name {
            "case" | "finding" => "kasus",
            "desk" => "layan",
            _ => "terbit",
        };
        assert!(lib.contains(&format!("#[cfg(feature = \"{feature}\")]\nmod {name};")), "{name}");
    }
}
