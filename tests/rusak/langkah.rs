//! The steps of a damage, as `daftar.txt` spells them.

use std::path::{Path, PathBuf};

use crate::umum::tulis;

/// Does one step of a damage in a folder.
pub(crate) fn lakukan(folder: &Path, step: &str) {
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
        // The day of the check, not the archive.
        ("tunggu", [_]) => {}
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

pub(crate) fn hak(path: &Path, mode: &str) {
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
