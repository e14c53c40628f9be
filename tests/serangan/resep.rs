//! Reads an attack: what must be found, what it is, and the steps that make it.

/// One step: a word, and what stands behind its colon.
#[derive(Debug, Clone)]
pub(crate) struct Langkah {
    pub(crate) kata: String,
    pub(crate) isi: String,
}

/// One attack file.
#[derive(Debug)]
pub(crate) struct Resep {
    pub(crate) harap: String,
    pub(crate) langkah: Vec<Langkah>,
}

/// What an attack may expect: a verdict in its JSON spelling, or that the trust file is refused.
const HARAP: [&str; 11] = [
    "asli",
    "dibatalkan",
    "diganti",
    "kedaluwarsa",
    "diubah",
    "kunci-tidak-dikenal",
    "di-luar-masa-jabatan",
    "kunci-dicabut",
    "tidak-tercatat",
    "bukan-surat",
    "ditolak",
];

impl Resep {
    pub(crate) fn baca(text: &str) -> Result<Self, String> {
        let mut lines = text.lines();
        let harap = lines.next().and_then(|line| line.strip_prefix("expect: ")).ok_or("no expect")?;
        if !HARAP.contains(&harap) {
            return Err(format!("unknown expect {harap:?}"));
        }
        let about = lines.next().unwrap_or_default();
        if !about.ends_with('.') || about.len() < 30 {
            return Err("the second line says in a sentence what the attack is".to_owned());
        }
        let mut langkah = Vec::new();
        for line in lines.filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
            let (kata, isi) = line.split_once(':').ok_or_else(|| format!("not a step: {line}"))?;
            langkah.push(Langkah { kata: kata.to_owned(), isi: isi.trim().to_owned() });
        }
        Ok(Self { harap: harap.to_owned(), langkah })
    }
}

/// A quoted text at the beginning, with `\n \r \t \\ \" \xHH`, and ` * 12` behind it; gives what follows, too.
pub(crate) fn kutipan(text: &str) -> Result<(Vec<u8>, &str), String> {
    let wrong = || format!("not a quoted text: {text}");
    let mut rest = text.trim_start().strip_prefix('"').ok_or_else(wrong)?;
    let mut out = Vec::new();
    loop {
        let c = rest.chars().next().ok_or_else(wrong)?;
        rest = &rest[c.len_utf8()..];
        match c {
            '"' => break,
            '\\' => {
                let escape = rest.chars().next().ok_or_else(wrong)?;
                rest = &rest[escape.len_utf8()..];
                out.push(match escape {
                    'n' => b'\n',
                    'r' => b'\r',
                    't' => b'\t',
                    '\\' | '"' => escape as u8,
                    'x' => {
                        let byte = rest
                            .get(..2)
                            .and_then(|hex| u8::from_str_radix(hex, 16).ok())
                            .ok_or_else(wrong)?;
                        rest = &rest[2..];
                        byte
                    }
                    _ => return Err(wrong()),
                });
            }
            c => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    if let Some(times) = rest.strip_prefix(" * ") {
        let end = times.find(|c: char| !c.is_ascii_digit()).unwrap_or(times.len());
        out = out.repeat(times[..end].parse().ok().ok_or_else(wrong)?);
        rest = &times[end..];
    }
    Ok((out, rest))
}

/// Two quoted texts with a word between them.
pub(crate) fn dua(text: &str) -> Result<(Vec<u8>, String, Vec<u8>), String> {
    let (first, rest) = kutipan(text)?;
    let (word, _) = rest.split_once('"').ok_or_else(|| format!("a second text is missing: {text}"))?;
    let (second, rest) = kutipan(&rest[word.len()..])?;
    if rest.trim().is_empty() {
        Ok((first, word.trim().to_owned(), second))
    } else {
        Err(format!("too much: {rest}"))
    }
}

/// Exactly one quoted text.
pub(crate) fn satu(text: &str) -> Result<Vec<u8>, String> {
    let (first, rest) = kutipan(text)?;
    if rest.trim().is_empty() { Ok(first) } else { Err(format!("too much: {rest}")) }
}

pub(crate) fn angka<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().ok().ok_or_else(|| format!("not a number: {text}"))
}

pub(crate) fn unhex(text: &str) -> Result<Vec<u8>, String> {
    let pair =
        |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
    text.as_bytes().chunks(2).map(pair).collect::<Option<_>>().ok_or_else(|| format!("not hex: {text}"))
}

/// The steps on plain bytes; `None` when the word is none of them.
pub(crate) fn pada_bita(bytes: &mut Vec<u8>, langkah: &Langkah) -> Option<Result<(), String>> {
    Some(match langkah.kata.as_str() {
        // The last place, which counts in a PDF; or the first one.
        "ganti" | "ganti-pertama" => dua(&langkah.isi).and_then(|(from, word, to)| {
            let windows = bytes.windows(from.len());
            let mut places = windows.enumerate().filter(|(_, window)| *window == from).map(|(at, _)| at);
            let at = if langkah.kata == "ganti" { places.next_back() } else { places.next() };
            let at =
                at.filter(|_| word == "->").ok_or_else(|| format!("nothing to change: {}", langkah.isi))?;
            bytes.splice(at..at + from.len(), to);
            Ok(())
        }),
        "sisip" => dua(&langkah.isi).and_then(|(new, word, place)| {
            let at = bytes.windows(place.len()).rposition(|window| window == place);
            let at = at.ok_or_else(|| format!("no such place: {}", langkah.isi))?;
            let at = match word.as_str() {
                "sebelum" => at,
                "sesudah" => at + place.len(),
                _ => return Err(format!("sebelum or sesudah: {word}")),
            };
            bytes.splice(at..at, new);
            Ok(())
        }),
        "tambah" => satu(&langkah.isi).map(|more| bytes.extend(more)),
        "depan" => satu(&langkah.isi).map(|more| drop(bytes.splice(..0, more))),
        "potong" => angka::<usize>(&langkah.isi).map(|n| bytes.truncate(bytes.len().saturating_sub(n))),
        _ => return None,
    })
}
