//! Steps on a PDF: incremental updates as a PDF library would write them, the hole, the ByteRange.

use crate::resep::{Langkah, angka, unhex};
use crate::umum::palsu;

/// Where things stand in a letter.
struct Peta {
    text: String,
}

impl Peta {
    fn baru(pdf: &[u8]) -> Self {
        // One character per byte.
        Self { text: pdf.iter().map(|b| char::from(*b)).collect() }
    }

    fn number_before(&self, at: usize) -> Result<u32, String> {
        let line = self.text[..at].trim_end_matches(|c| c != '\n').trim_end();
        let line = line.rsplit('\n').next().unwrap_or_default();
        angka(line.trim_end_matches(" 0 obj"))
    }

    fn number_after(&self, mark: &str) -> Result<u32, String> {
        let at = self.text.rfind(mark).ok_or_else(|| format!("no {mark}"))? + mark.len();
        let digits: String = self.text[at..].chars().take_while(char::is_ascii_digit).collect();
        angka(&digits)
    }

    /// Number of an object by its role.
    fn object(&self, role: &str) -> Result<u32, String> {
        match role {
            "katalog" => self.number_after("/Root "),
            "halaman" => self.number_before(self.text.find("<</Type/Page/").ok_or("no page")?),
            "induk" => self.number_before(self.text.find("<</Type/Pages").ok_or("no pages")?),
            "isi" => {
                let page = self.text.find("<</Type/Page/").ok_or("no page")?;
                let rest = self.text[page..].split("/Contents ").nth(1).ok_or("no contents")?;
                angka(rest.split(' ').next().unwrap_or_default())
            }
            "segel" => self.number_after("/Fields ["),
            "nilai" => self.number_after("/Perms << /DocMDP "),
            "fakta" => self.number_after("/EF<</F "),
            _ => match role.strip_prefix("baru") {
                Some("") => self.number_after("/Size "),
                Some(more) => Ok(self.number_after("/Size ")? + angka::<u32>(more.trim_start_matches('+'))?),
                None => Err(format!("unknown object {role}")),
            },
        }
    }

    /// The inside of an object's dictionary, as it last stood in the file.
    fn body(&self, role: &str) -> Result<String, String> {
        let head = format!("\n{} 0 obj\n", self.object(role)?);
        let rest = self.text.rsplit(head.as_str()).next().unwrap_or_default();
        let body = rest.split("\nendobj").next().unwrap_or_default();
        let body = body.split("\nstream").next().unwrap_or_default().trim();
        let inside = body.strip_prefix("<<").and_then(|body| body.strip_suffix(">>"));
        inside.map(|inside| inside.trim().to_owned()).ok_or_else(|| format!("{role} is no dictionary"))
    }

    /// Puts references for `{halaman}` and dictionaries for `{tubuh:halaman}`.
    fn fill(&self, text: &str) -> Result<String, String> {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, tail) = after.split_once('}').ok_or("an open {")?;
            out.push_str(before);
            match name.strip_prefix("tubuh:") {
                Some(role) => out.push_str(&self.body(role)?),
                None => out.push_str(&format!("{} 0 R", self.object(name)?)),
            }
            rest = tail;
        }
        Ok(out + rest)
    }
}

/// An object that waits for its revision: `halaman = << … >>`, with ` |aliran| …` for a stream.
pub(crate) fn objek(pdf: &[u8], text: &str) -> Result<(u32, Vec<u8>), String> {
    let map = Peta::baru(pdf);
    let (role, body) = text.split_once(" = ").ok_or("objek: role = body")?;
    let body = match body.split_once(" |aliran| ") {
        None => map.fill(body)?,
        Some((dictionary, stream)) => {
            let inside = map.fill(dictionary)?;
            let inside = inside.trim().trim_end_matches(">>").to_owned();
            format!("{inside} /Length {} >>\nstream\n{stream}\nendstream", stream.len())
        }
    };
    let bytes = body.chars().map(|c| c as u8).collect();
    Ok((map.object(role)?, bytes))
}

/// Appends a revision with these objects, cross-reference table and trailer counted as they must be.
pub(crate) fn revisi(pdf: &mut Vec<u8>, objects: Vec<(u32, Vec<u8>)>, how: &str) -> Result<(), String> {
    let map = Peta::baru(pdf);
    let (root, previous) = (map.object("katalog")?, map.number_after("startxref\n")?);
    let size = objects.iter().map(|(number, _)| number + 1).fold(map.object("baru")?, u32::max);
    let mut table = Vec::new();
    for (number, body) in objects {
        table.push((number, pdf.len()));
        pdf.extend(format!("{number} 0 obj\n").bytes());
        pdf.extend(body);
        pdf.extend(b"\nendobj\n");
    }
    let at = pdf.len();
    match how {
        "xref" | "xref-sama" => {
            pdf.extend(b"xref\n");
            for (number, offset) in table {
                pdf.extend(format!("{number} 1\n{offset:010} 00000 n\r\n").bytes());
            }
            // A forger may also say that nothing came before, or that the table is where it was.
            let start = if how == "xref" { at } else { usize::try_from(previous).unwrap() };
            let text = format!(
                "trailer\n<</Size {size}/Root {root} 0 R/Prev {previous}>>\nstartxref\n{start}\n%%EOF\n"
            );
            pdf.extend(text.bytes());
        }
        "tanpa-xref" => pdf.extend(format!("trailer\n<</Root {root} 0 R>>\n%%EOF\n").bytes()),
        "tanpa-akhir" => {}
        _ => return Err(format!("unknown kind of revision {how}")),
    }
    Ok(())
}

/// Numbers of the ByteRange anew: `0 b c d`, each a number, or one of the old ones with something added.
fn byterange(pdf: &mut [u8], text: &str) -> Result<(), String> {
    let mark = b"/ByteRange [";
    let at = pdf.windows(mark.len()).rposition(|window| window == mark).ok_or("no ByteRange")? + mark.len();
    let end = at + pdf[at..].iter().position(|b| *b == b'\n').ok_or("no end")?;
    let old: Vec<i64> = String::from_utf8_lossy(&pdf[at..end])
        .trim_end()
        .trim_end_matches(']')
        .split(' ')
        .map(angka)
        .collect::<Result<_, _>>()?;
    let one = |word: &str| -> Result<String, String> {
        let Some(place) = ["a", "b", "c", "d"].iter().position(|name| word.starts_with(name)) else {
            return Ok(word.to_owned());
        };
        let add = if word.len() == 1 { 0 } else { angka::<i64>(&word[1..])? };
        Ok((old[place] + add).to_string())
    };
    let new = text.split(' ').map(one).collect::<Result<Vec<_>, _>>()?.join(" ") + "]";
    if new.len() > end - at {
        return Err("the new ByteRange is too long".to_owned());
    }
    pdf[at..end].fill(b' ');
    pdf[at..at + new.len()].copy_from_slice(new.as_bytes());
    Ok(())
}

/// Counts everything anew behind the rendered file, as a careful forger does: ByteRange, table, startxref.
fn rapikan(pdf: &mut Vec<u8>) -> Result<(), String> {
    let hole = palsu::lubang(pdf);
    let numbers = format!("0 {} {} {}", hole.start, hole.end, pdf.len() - hole.end);
    byterange(pdf, &numbers)?;
    let find = |pdf: &[u8], mark: &[u8]| pdf.windows(mark.len()).rposition(|window| window == mark);
    let xref = find(pdf, b"\nxref\n").ok_or("no xref")? + 1;
    let trailer = find(pdf, b"trailer\n").filter(|at| *at > xref).ok_or("no trailer")?;
    let mut table = String::from("xref\n");
    for line in String::from_utf8_lossy(&pdf[xref..trailer]).lines().filter(|line| line.ends_with(" 1")) {
        let number = line.trim_end_matches(" 1");
        let at = find(&pdf[..xref], format!("\n{number} 0 obj").as_bytes()).ok_or("no object")? + 1;
        table.push_str(&format!("{number} 1\n{at:010} 00000 n\r\n"));
    }
    pdf.splice(xref..trailer, table.bytes());
    let start = find(pdf, b"startxref\n").ok_or("no startxref")?;
    pdf.truncate(start);
    pdf.extend(format!("startxref\n{xref}\n%%EOF\n").bytes());
    // The table may have another length than before; its place has not, so this is the last word.
    let numbers = format!("0 {} {} {}", hole.start, hole.end, pdf.len() - hole.end);
    byterange(pdf, &numbers)
}

/// Steps on the hex in the hole.
fn lubang(pdf: &mut [u8], text: &str) -> Result<(), String> {
    let hole = palsu::lubang(pdf);
    let hex = &mut pdf[hole.start + 1..hole.end - 1];
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    match word {
        "nol" => hex.fill(b'0'),
        "besar" => hex.make_ascii_uppercase(),
        "belakang" => {
            let at = hex.len() - rest.len();
            hex[at..].copy_from_slice(rest.as_bytes());
        }
        "depan" => hex[..rest.len()].copy_from_slice(rest.as_bytes()),
        _ => return Err(format!("unknown: lubang {text}")),
    }
    Ok(())
}

/// Steps on the DER in the hole.
fn der(pdf: &mut Vec<u8>, text: &str) -> Result<(), String> {
    let hole = palsu::lubang(pdf);
    let hex = String::from_utf8_lossy(&pdf[hole.start + 1..hole.end - 1]).into_owned();
    let mut der = unhex(&hex)?;
    let len = 4 + usize::from(der[2]) * 256 + usize::from(der[3]);
    der.truncate(len);
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    match word {
        "tambah" => der.extend(unhex(rest)?),
        "potong" => der.truncate(len - angka::<usize>(rest)?),
        // One bit of a byte, counted from the end.
        "balik" => der[len - angka::<usize>(rest)?] ^= 1,
        // The length in one byte more than it needs.
        "panjang-boros" => drop(der.splice(1..2, [0x83, 0])),
        // Length told by an end mark, as BER allows.
        "tanpa-panjang" => {
            der.splice(1..4, [0x80]);
            der.extend([0, 0]);
        }
        // contentType behind messageDigest: a set in another order.
        "tukar-atribut" => {
            let mark = unhex("301806092a864886f70d010903310b06092a864886f70d010701")?;
            let at = der.windows(mark.len()).rposition(|window| window == mark).ok_or("no contentType")?;
            let next = at + mark.len();
            let end = next + 2 + usize::from(der[next + 1]);
            der[at..end].rotate_left(mark.len());
        }
        _ => return Err(format!("unknown: der {text}")),
    }
    *pdf = palsu::tulis_lubang(pdf, &der);
    Ok(())
}

/// Puts a text into `/ContactInfo`.
pub(crate) fn kontak(pdf: &mut Vec<u8>, text: &str) -> Result<(), String> {
    let mark = b"/ContactInfo <";
    let at = pdf.windows(mark.len()).rposition(|window| window == mark).ok_or("no ContactInfo")? + mark.len();
    let end = at + pdf[at..].iter().position(|b| *b == b'>').ok_or("no end")?;
    pdf.splice(at..end, crate::umum::hex(text.as_bytes()).bytes());
    Ok(())
}

/// One step on a PDF; `None` when the word is none of them.
pub(crate) fn langkah(pdf: &mut Vec<u8>, langkah: &Langkah) -> Option<Result<(), String>> {
    Some(match langkah.kata.as_str() {
        "byterange" => byterange(pdf, &langkah.isi),
        "lubang" => lubang(pdf, &langkah.isi),
        "der" => der(pdf, &langkah.isi),
        "rapikan" => rapikan(pdf),
        "tanpa-segel" => {
            let ends = pdf.windows(6).enumerate().filter(|(_, window)| window.starts_with(b"%%EOF"));
            let rendered = ends.map(|(at, _)| at).next().unwrap_or_default();
            pdf.truncate(rendered + 6);
            Ok(())
        }
        _ => return None,
    })
}
