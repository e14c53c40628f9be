//! What lies in the office's folder: names, kinds of file, rights. Nothing is opened here.

use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use super::Found;
use crate::archive::rights_of_others;
use crate::format::unhex;

/// Files at the top that suket knows. A part that keeps something new there adds its name.
const FILES: &[&str] = &[
    "kantor.toml",
    "buku.sqlite",
    "buku.sqlite-wal",
    "buku.sqlite-shm",
    "meja.sqlite",
    "meja.sqlite-wal",
    "meja.sqlite-shm",
    "bundel.txt",
    ".kunci",
    ".layanan",
];
/// Folders at the top that suket knows; `sha256` is looked at more closely.
const FOLDERS: &[&str] = &[".cadangan", "cadangan", "jejak", "kunci", "sha256", "templat"];
/// Files in `kunci/` that belong to no holder.
const KEY_FILES: &[&str] = &["trust.json", "pemulihan.txt", "brankas.txt", "brankas.kunci.age"];
/// Endings of files in `kunci/bulan/`, the keys of encrypted letters.
const MONTH_ENDINGS: &[&str] = &[".age", ".txt"];
/// Endings of files in `kunci/`.
const KEY_ENDINGS: &[&str] = &[".kunci.pem", ".sertifikat.pem"];

/// What was counted.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Files.
    pub(super) files: u64,
    /// Files that are named by their digest.
    pub(super) objects: u64,
}

/// Looks at every name in the folder.
pub(super) fn look(root: &Path, found: &mut Found) -> Names {
    let mut names = Names::default();
    for entry in WalkDir::new(root).min_depth(1).sort_by_file_name() {
        match entry {
            Ok(entry) => one(root, &entry, &mut names, found),
            Err(error) => {
                let name = error.path().map_or_else(|| ".".to_owned(), |path| shown(root, path));
                let text = format!("tidak terbaca: {error}; periksa disk dan hak aksesnya");
                found.damage("berkas-tak-terbaca", Some(name), None, text);
            }
        }
    }
    if let Ok(data) = std::fs::metadata(root) {
        rights(".", &data, 0o077, found);
    }
    names
}

fn one(root: &Path, entry: &DirEntry, names: &mut Names, found: &mut Found) {
    let name = shown(root, entry.path());
    let kind = entry.file_type();
    if kind.is_symlink() {
        let text = "ini tautan, bukan berkas arsip; ganti dengan berkas aslinya, atau buang".to_owned();
        found.damage("tautan", Some(name), None, text);
        return;
    }
    if let Ok(data) = entry.metadata() {
        // What letters look like is no secret; who may change it matters.
        let mask = if name.starts_with("templat") { 0o022 } else { 0o077 };
        rights(&name, &data, mask, found);
    }
    let parts: Vec<&str> = name.split('/').collect();
    if kind.is_dir() {
        if let [top] = parts.as_slice()
            && !FOLDERS.contains(top)
        {
            let text = "folder ini bukan bagian arsip; pindahkan ke tempat lain".to_owned();
            found.warn_of("berkas-tak-dikenal", name, text);
        } else if object(parts.last().copied().unwrap_or_default()) {
            let text = "ini folder, bukan berkas surat; kembalikan berkasnya dari cadangan".to_owned();
            found.damage("bukan-berkas", Some(name), None, text);
        }
        return;
    }
    names.files += 1;
    match parts.as_slice() {
        [.., last] if is_unfinished(&parts, last) => {
            let text = "sisa penulisan yang terputus; penulisan berikutnya membersihkannya".to_owned();
            found.warn_of("sisa-tulisan", name, text);
        }
        ["buku.sqlite-journal" | "meja.sqlite-journal"] => {
            let text =
                "jurnal ini bukan buatan suket, dan mengubah buku bila dibuka; pindahkan ke luar arsip";
            found.damage("jurnal-asing", Some(name), None, text.to_owned());
        }
        ["sha256", first, second, last] if object(last) && in_place(first, second, last) => {
            names.objects += 1;
        }
        ["sha256", .., last] if object(last) => {
            let text = "berkas berada di folder yang salah; pindahkan ke folder menurut namanya".to_owned();
            found.damage("berkas-salah-tempat", Some(name), None, text);
        }
        [top] if FILES.contains(top) => {}
        [".musnah"] => {
            let text =
                "pemusnahan terputus sebelum semua berkasnya hilang; ulangi suket archive purge".to_owned();
            found.warn_of("musnah-terputus", name, text);
        }
        ["pulih.txt"] => {
            let text = "arsip ini dipulihkan dari cadangan, dan nomor yang sudah keluar belum dipastikan; tunjukkan bukti \
                        terbaru dengan suket book verify --since FILE";
            found.warn_of("pulih-belum-pasti", name, text.to_owned());
        }
        ["kunci", name] if KEY_FILES.contains(name) => {}
        ["kunci", "bulan", last] if MONTH_ENDINGS.iter().any(|ending| last.ends_with(ending)) => {}
        ["cadangan", _] | ["jejak" | "templat", ..] => {}
        ["kunci", last] if KEY_ENDINGS.iter().any(|ending| last.ends_with(ending)) => {}
        _ => {
            let text = "berkas ini bukan bagian arsip; pindahkan ke tempat lain".to_owned();
            found.warn_of("berkas-tak-dikenal", name, text);
        }
    }
}

fn rights(name: &str, data: &std::fs::Metadata, mask: u32, found: &mut Found) {
    let others = rights_of_others(data) & mask;
    if others != 0 {
        let ours = if data.is_dir() { 700 } else { 600 };
        let text = format!("akun lain di komputer ini mempunyai hak atasnya ({others:03o}); chmod {ours}");
        found.warn_of("hak-akses", name.to_owned(), text);
    }
}

/// What is being written, or was when something stopped it.
fn is_unfinished(parts: &[&str], last: &str) -> bool {
    parts.starts_with(&["sha256", ".baru"])
        || parts.starts_with(&[".cadangan"])
        || last.starts_with('.') && Path::new(last).extension().is_some_and(|ending| ending == "baru")
}

fn object(name: &str) -> bool {
    name.len() == 64 && unhex(name).is_some() && !name.bytes().any(|byte| byte.is_ascii_uppercase())
}

fn in_place(first: &str, second: &str, name: &str) -> bool {
    name.get(..2) == Some(first) && name.get(2..4) == Some(second)
}

/// A path below the office's folder, with slashes.
pub(super) fn shown(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}
