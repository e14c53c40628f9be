//! What a backup holds: the index (indeks) of one state, and what the office remembers of a destination between two
//! runs.
//!
//! ```text
//! suket-cadangan/1
//! nomor 7
//! hari 2026-11-21
//! kantor 63.05.06
//! catatan 120
//! <SHA-256 of the part> <SHA-256 of what is stored> <path>        one line a part; large files have several
//! sidik <SHA-256 of everything above>
//! ```

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::format::{Sha256Bytes, hex, sha256, unhex};

const HEAD: &str = "suket-cadangan/1";
const STATE: &str = "suket-cadangan-keadaan/1";

/// A part of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// SHA-256 of its bytes.
    pub(super) isi: Sha256Bytes,
    /// SHA-256 of the stored bytes, which is their name.
    pub(super) objek: Sha256Bytes,
    /// Path below the office's folder, with slashes.
    pub(super) path: String,
}

/// One state of the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Index {
    /// Number of the state at its destination.
    pub(super) nomor: u32,
    /// When it was taken.
    pub(super) hari: Date,
    /// Region code of the office.
    pub(super) kantor: String,
    /// Leaves in the book's log.
    pub(super) catatan: u64,
    /// Parts of all files, the parts of one file one behind the other.
    pub(super) bagian: Vec<Part>,
}

impl Index {
    pub(super) fn text(&self) -> String {
        let Self { nomor, hari, kantor, catatan, .. } = self;
        let mut out = format!("{HEAD}\nnomor {nomor}\nhari {hari}\nkantor {kantor}\ncatatan {catatan}\n");
        for part in &self.bagian {
            out.push_str(&format!("{} {} {}\n", hex(&part.isi), hex(&part.objek), part.path));
        }
        let sidik = hex(&sha256(out.as_bytes()));
        out.push_str(&format!("sidik {sidik}\n"));
        out
    }

    /// Reads the one spelling, whole.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let mut word = |key: &str| lines.next()?.strip_prefix(key)?.strip_prefix(' ').map(str::to_owned);
        if !text.starts_with(HEAD) {
            return None;
        }
        word(HEAD);
        let (nomor, hari, kantor, catatan) =
            (word("nomor")?, word("hari")?, word("kantor")?, word("catatan")?);
        let part = |line: &str| {
            let (isi, rest) = line.split_once(' ')?;
            let (objek, path) = rest.split_once(' ')?;
            safe(path).then_some(Part { isi: digest(isi)?, objek: digest(objek)?, path: path.to_owned() })
        };
        let bagian = lines
            .by_ref()
            .take_while(|line| !line.starts_with("sidik "))
            .map(part)
            .collect::<Option<Vec<_>>>()?;
        let index = Self {
            nomor: nomor.parse().ok()?,
            hari: hari.parse().ok()?,
            kantor,
            catatan: catatan.parse().ok()?,
            bagian,
        };
        (index.text() == text).then_some(index)
    }

    /// What would be the same in a backup of an unchanged office.
    pub(super) fn content(&self) -> Sha256Bytes {
        let told: String =
            self.bagian.iter().map(|part| format!("{} {}\n", hex(&part.isi), part.path)).collect();
        sha256(told.as_bytes())
    }
}

/// A path that stays below the folder that it is restored into.
fn safe(path: &str) -> bool {
    let part = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', ':']);
    path.split('/').all(part) && !path.chars().any(char::is_control)
}

fn digest(text: &str) -> Option<Sha256Bytes> {
    unhex(text)?.try_into().ok()
}

/// What the office remembers of a destination, in `cadangan/<id>`. Without it a backup is only slower: everything is
/// written anew.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct State {
    /// Where it was, as it was said.
    pub(super) tujuan: String,
    /// The last day on which a backup was finished.
    pub(super) hari: Option<Date>,
    /// The newest state there.
    pub(super) nomor: u32,
    /// What the book was when it was copied.
    pub(super) buku: String,
    /// The newest index's [`Index::content`], hex.
    pub(super) sidik: String,
    /// Leaves of the log in the newest state.
    pub(super) catatan: u64,
    /// Purges that the newest state knows of.
    pub(super) musnah: u64,
    /// Whether the parts there are encrypted.
    pub(super) sandi: bool,
    /// Stored parts by the SHA-256 of their bytes.
    pub(super) bagian: BTreeMap<Sha256Bytes, Sha256Bytes>,
    /// Parts of the book, in order: they are reused while the book is the same.
    pub(super) bagian_buku: Vec<Part>,
    /// Stored parts that the state before the newest needs.
    pub(super) sebelum: Vec<Sha256Bytes>,
}

impl State {
    pub(super) fn text(&self) -> String {
        let hari = self.hari.map(|day| day.to_string()).unwrap_or_default();
        let Self { tujuan, nomor, buku, sidik, catatan, musnah, sandi, .. } = self;
        let mut out = format!(
            "{STATE}\ntujuan {tujuan}\nhari {hari}\nnomor {nomor}\nbuku {buku}\nsidik {sidik}\ncatatan {catatan}\nmusnah {musnah}\n\
             sandi {sandi}\n"
        );
        for part in &self.bagian_buku {
            out.push_str(&format!("b {} {} {}\n", hex(&part.isi), hex(&part.objek), part.path));
        }
        out.extend(self.sebelum.iter().map(|objek| format!("s {}\n", hex(objek))));
        out.extend(self.bagian.iter().map(|(isi, objek)| State::line(isi, objek)));
        out
    }

    /// A line about a stored part; such lines may be added at the end.
    pub(super) fn line(isi: &Sha256Bytes, objek: &Sha256Bytes) -> String {
        format!("+ {} {}\n", hex(isi), hex(objek))
    }

    /// Reads what is readable: a line that was cut off, or a state that is not ours, costs time only.
    pub(super) fn read(text: &str) -> Self {
        let mut state = Self::default();
        if !text.starts_with(STATE) {
            return state;
        }
        for line in text.lines() {
            let (key, value) = line.split_once(' ').unwrap_or((line, ""));
            let two = || {
                let (isi, objek) = value.split_once(' ')?;
                Some((digest(isi)?, objek))
            };
            match key {
                "tujuan" => value.clone_into(&mut state.tujuan),
                "hari" => state.hari = value.parse().ok(),
                "nomor" => state.nomor = value.parse().unwrap_or_default(),
                "buku" => value.clone_into(&mut state.buku),
                "sidik" => value.clone_into(&mut state.sidik),
                "catatan" => state.catatan = value.parse().unwrap_or_default(),
                "musnah" => state.musnah = value.parse().unwrap_or_default(),
                "sandi" => state.sandi = value == "true",
                "s" => state.sebelum.extend(digest(value)),
                "b" => state.bagian_buku.extend(two().and_then(|(isi, rest)| {
                    let (objek, path) = rest.split_once(' ')?;
                    Some(Part { isi, objek: digest(objek)?, path: path.to_owned() })
                })),
                "+" => state.bagian.extend(two().and_then(|(isi, objek)| Some((isi, digest(objek)?)))),
                _ => {}
            }
        }
        state
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> Index {
        let part = |n, path: &str| Part { isi: [n; 32], objek: [n + 1; 32], path: path.to_owned() };
        Index {
            nomor: 7,
            hari: "2026-11-21".parse().unwrap(),
            kantor: "63.05.06".to_owned(),
            catatan: 3,
            bagian: vec![part(1, "buku.sqlite"), part(2, "buku.sqlite"), part(3, "kunci/a b.pem")],
        }
    }

    #[test]
    fn an_index_has_one_spelling() {
        let text = index().text();
        assert_eq!(Index::read(&text), Some(index()));
        for at in 0..text.len() {
            let mut bad = text.clone().into_bytes();
            bad[at] ^= 1;
            let bad = String::from_utf8(bad).unwrap();
            assert_eq!(Index::read(&bad), None, "{bad}");
        }
        for path in ["../a", "/a", "a//b", "a/../b", "", "a\\b", "C:/a", "a/."] {
            let mut other = index();
            path.clone_into(&mut other.bagian[0].path);
            assert_eq!(Index::read(&other.text()), None, "{path}");
        }
    }

    #[test]
    fn a_state_survives_a_cut() {
        let state = State {
            tujuan: "/media/usb 1".to_owned(),
            hari: Some("2026-11-21".parse().unwrap()),
            nomor: 3,
            buku: "12 10 0".to_owned(),
            sidik: "ab".to_owned(),
            catatan: 12,
            musnah: 1,
            sandi: true,
            bagian: BTreeMap::from([([1; 32], [2; 32]), ([3; 32], [4; 32])]),
            bagian_buku: index().bagian,
            sebelum: vec![[9; 32]],
        };
        let text = state.text();
        assert_eq!(State::read(&text), state);
        let cut = State::read(text.get(..text.len() - 10).unwrap());
        assert_eq!(cut.bagian.len(), 1);
        assert_eq!(cut.nomor, 3);
    }
}
