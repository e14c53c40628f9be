//! A bundle taken apart, changed and put together again, as somebody else's program would do it.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::hex;

/// Files of a bag with their paths in the ZIP, in order.
pub(crate) type Tas = Vec<(String, Vec<u8>)>;

fn number(bytes: &[u8]) -> usize {
    bytes.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte))
}

/// Takes a stored ZIP apart.
pub(crate) fn buka(zip: &[u8]) -> Tas {
    let mut at = 0;
    let mut tas = Tas::new();
    while zip[at..].starts_with(b"PK\x03\x04") {
        let (size, name) = (number(&zip[at + 22..at + 26]), number(&zip[at + 26..at + 28]));
        let body = at + 30 + name;
        let path = String::from_utf8(zip[at + 30..body].to_vec()).unwrap();
        tas.push((path, zip[body..body + size].to_vec()));
        at = body + size;
    }
    tas
}

/// How a ZIP is written; the default is as suket does it.
#[derive(Clone)]
pub(crate) struct Gaya {
    pub(crate) needed: u16,
    pub(crate) flags: u16,
    pub(crate) method: u16,
    pub(crate) time: u16,
    pub(crate) date: u16,
    pub(crate) made_by: u16,
    pub(crate) mode: u32,
    pub(crate) extra: Vec<u8>,
    pub(crate) comment: Vec<u8>,
    /// Added to the size that the headers tell.
    pub(crate) lie: u32,
    pub(crate) entries: i32,
    /// Bytes between the last entry and the directory.
    pub(crate) gap: Vec<u8>,
}

impl Default for Gaya {
    fn default() -> Self {
        Self {
            needed: 10,
            flags: 0,
            method: 0,
            time: 0,
            date: 0x21,
            made_by: 0x031E,
            mode: 0o100_644,
            extra: Vec::new(),
            comment: Vec::new(),
            lie: 0,
            entries: 0,
            gap: Vec::new(),
        }
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc: u32, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| crc >> 1 ^ (0xEDB8_8320 & (crc & 1).wrapping_neg()))
    })
}

/// Puts a ZIP together.
pub(crate) fn tutup(tas: &Tas, gaya: &Gaya) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for (path, bytes) in tas {
        let offset = u32::try_from(out.len()).unwrap();
        let size = u32::try_from(bytes.len()).unwrap();
        let mut head = Vec::new();
        for value in [gaya.needed, gaya.flags, gaya.method, gaya.time, gaya.date] {
            head.extend(value.to_le_bytes());
        }
        for value in [crc32(bytes), size, size.wrapping_add(gaya.lie)] {
            head.extend(value.to_le_bytes());
        }
        head.extend(u16::try_from(path.len()).unwrap().to_le_bytes());
        head.extend(u16::try_from(gaya.extra.len()).unwrap().to_le_bytes());
        out.extend([b"PK\x03\x04".as_slice(), &head, path.as_bytes(), &gaya.extra, bytes].concat());
        directory.extend([b"PK\x01\x02".as_slice(), &gaya.made_by.to_le_bytes(), &head, &[0; 6]].concat());
        directory.extend((gaya.mode << 16).to_le_bytes());
        directory.extend(offset.to_le_bytes());
        directory.extend([path.as_bytes(), &gaya.extra].concat());
    }
    out.extend(&gaya.gap);
    let at = u32::try_from(out.len()).unwrap();
    let count = u16::try_from(i32::try_from(tas.len()).unwrap() + gaya.entries).unwrap();
    let length = u32::try_from(directory.len()).unwrap();
    out.extend(directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    out.extend([length.to_le_bytes(), at.to_le_bytes()].concat());
    out.extend(u16::try_from(gaya.comment.len()).unwrap().to_le_bytes());
    out.extend(&gaya.comment);
    out
}

/// Makes manifests and Payload-Oxum anew, as a forger does who knows `BagIt`.
pub(crate) fn rapikan(tas: &mut Tas) {
    let folder = tas[0].0.split('/').next().unwrap().to_owned() + "/";
    let below = |path: &str| path.strip_prefix(&folder).unwrap_or(path).to_owned();
    let list = |tas: &Tas, of: &dyn Fn(&str) -> bool| -> String {
        let wanted = tas.iter().map(|(path, bytes)| (below(path), bytes)).filter(|(path, _)| of(path));
        let sorted: BTreeMap<String, String> =
            wanted.map(|(path, bytes)| (path, hex(&Sha256::digest(bytes)))).collect();
        sorted.into_iter().map(|(path, digest)| format!("{digest}  {path}\n")).collect()
    };
    let payload: Vec<usize> =
        tas.iter().filter(|(path, _)| below(path).starts_with("data/")).map(|(_, b)| b.len()).collect();
    let oxum = format!("Payload-Oxum: {}.{}", payload.iter().sum::<usize>(), payload.len());
    let manifest = list(tas, &|path| path.starts_with("data/"));
    let set = |tas: &mut Tas, name: &str, text: String| {
        if let Some((_, bytes)) = tas.iter_mut().find(|(path, _)| below(path) == name) {
            *bytes = text.into_bytes();
        }
    };
    set(tas, "manifest-sha256.txt", manifest);
    let info = tas.iter().find(|(path, _)| below(path) == "bag-info.txt");
    let info = info.map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default();
    let rest = info.lines().filter(|line| !line.starts_with("Payload-Oxum"));
    let info: String = rest.map(|line| format!("{line}\n")).collect::<String>() + &oxum + "\n";
    set(tas, "bag-info.txt", info);
    let tags = list(tas, &|path| !path.starts_with("data/") && path != "tagmanifest-sha256.txt");
    set(tas, "tagmanifest-sha256.txt", tags);
}
