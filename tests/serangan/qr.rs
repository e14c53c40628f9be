//! Steps on the sealed facts: CBOR in diagnostic notation (RFC 8949, section 8), spelled as badly as a forger likes.

use std::collections::BTreeMap;

use ciborium::Value;
use suket::Signer;

use crate::resep::{angka, unhex};
use crate::umum::sertifikat::Kunci;

/// The parts of the statement, each as CBOR.
pub(crate) struct Cose(BTreeMap<String, Vec<u8>>);

impl Cose {
    /// Takes the text of a QR apart; `$kantor`, `$jenis` and the other facts stand for what the letter says.
    pub(crate) fn dari(text: &str) -> Result<Self, String> {
        let digits = text.rsplit([':', '#']).next().unwrap_or_default();
        let bytes = dari_digit(digits)?;
        let value: Value = ciborium::from_reader(bytes.as_slice()).map_err(|e| e.to_string())?;
        let Value::Tag(18, inner) = value else { return Err("no COSE_Sign1".to_owned()) };
        let parts = inner.into_array().ok().ok_or("no array")?;
        let mut known = BTreeMap::new();
        for (name, part) in ["lindung", "luar", "isi", "tanda"].into_iter().zip(&parts) {
            known.insert(name.to_owned(), cbor(part));
        }
        let payload = parts[2].as_bytes().ok_or("no payload")?;
        let claims: Value = ciborium::from_reader(payload.as_slice()).map_err(|e| e.to_string())?;
        let claims = claims.into_map().ok().ok_or("no claims")?;
        known.insert("kantor".to_owned(), cbor(&claims[0].1));
        let facts = claims[1].1.as_array().ok_or("no facts")?;
        for (name, fact) in ["jenis", "nomor", "hari", "nama", "lahir", "nik"].into_iter().zip(facts) {
            known.insert(name.to_owned(), cbor(fact));
        }
        let header: Value = ciborium::from_reader(parts[0].as_bytes().ok_or("no header")?.as_slice())
            .map_err(|e| e.to_string())?;
        known.insert("kid".to_owned(), cbor(&header.into_map().ok().ok_or("no header")?[1].1));
        Ok(Self(known))
    }

    /// Gives a part another content: a byte string of the notation's CBOR, or for `luar` the CBOR itself.
    pub(crate) fn atur(&mut self, part: &str, notation: &str) -> Result<(), String> {
        let inside = self.notasi(notation)?;
        let value = if part == "luar" { inside } else { cbor(&Value::Bytes(inside)) };
        self.0.insert(part.to_owned(), value);
        Ok(())
    }

    /// Puts the id of this key into `$kid`.
    pub(crate) fn kid(&mut self, key: &Kunci) {
        let (raw, _) = crate::panggung::publik(key.certificate_der());
        let digest = <sha2::Sha256 as sha2::Digest>::digest(raw);
        self.0.insert("kid".to_owned(), cbor(&Value::Bytes(digest[..8].to_vec())));
    }

    /// Signs header and payload, by the rules or in another context.
    pub(crate) fn tanda(&mut self, key: &Kunci, context: &str) -> Result<(), String> {
        let mut message = vec![0x84];
        message.extend(cbor(&Value::from(context)));
        message.extend(&self.0["lindung"]);
        message.push(0x40);
        message.extend(&self.0["isi"]);
        let signature = key.sign(&message).map_err(|e| e.to_string())?;
        self.0.insert("tanda".to_owned(), cbor(&Value::Bytes(signature.to_vec())));
        Ok(())
    }

    /// The whole statement as digits.
    pub(crate) fn kemas(&self, notation: &str) -> Result<String, String> {
        Ok(ke_digit(&self.notasi(notation)?))
    }

    fn notasi(&self, text: &str) -> Result<Vec<u8>, String> {
        let mut out = Vec::new();
        let rest = self.item(text, &mut out)?;
        // Behind the item may stand bytes as they are.
        match rest.trim().strip_prefix('+') {
            Some(more) => out.extend(unhex(more.trim())?),
            None if rest.trim().is_empty() => {}
            None => return Err(format!("too much: {rest}")),
        }
        Ok(out)
    }

    fn item<'a>(&self, text: &'a str, out: &mut Vec<u8>) -> Result<&'a str, String> {
        let text = text.trim_start();
        let end =
            text.find(|c: char| !c.is_ascii_alphanumeric() && !"$-_.".contains(c)).unwrap_or(text.len());
        let (word, rest) = text.split_at(end);
        if let Some(name) = word.strip_prefix('$') {
            out.extend(self.0.get(name).ok_or_else(|| format!("unknown {word}"))?);
            return Ok(rest);
        }
        match word {
            "null" => out.push(0xf6),
            "undefined" => out.push(0xf7),
            "true" => out.push(0xf5),
            "h" => {
                let (hex, rest) = rest[1..].split_once('\'').ok_or("h'…'")?;
                out.extend(cbor(&Value::Bytes(unhex(hex)?)));
                return Ok(rest);
            }
            // Bytes as they are.
            "x" => {
                let (hex, rest) = rest[1..].split_once('\'').ok_or("x'…'")?;
                out.extend(unhex(hex)?);
                return Ok(rest);
            }
            "" => return self.bracket(rest, out),
            _ if word.contains('.') => out.extend(cbor(&Value::Float(angka(word)?))),
            _ => {
                let (digits, width) = word.split_once('_').unwrap_or((word, ""));
                let number: i128 = angka(digits)?;
                let (major, number) = if number < 0 { (1, -1 - number) } else { (0, number) };
                let number = u64::try_from(number).map_err(|e| e.to_string())?;
                if let Some(inside) = rest.strip_prefix('(') {
                    kepala(out, 6, number, width)?;
                    let rest = self.item(inside, out)?;
                    return rest.trim_start().strip_prefix(')').ok_or_else(|| "an open (".to_owned());
                }
                kepala(out, major, number, width)?;
            }
        }
        Ok(rest)
    }

    fn bracket<'a>(&self, text: &'a str, out: &mut Vec<u8>) -> Result<&'a str, String> {
        if text.starts_with('"') {
            let (bytes, rest) = crate::resep::kutipan(text)?;
            kepala(out, 3, bytes.len() as u64, "")?;
            out.extend(bytes);
            return Ok(rest);
        }
        let (major, close) = match text.chars().next() {
            Some('[') => (4, ']'),
            Some('{') => (5, '}'),
            _ => return Err(format!("not a value: {text}")),
        };
        let (endless, mut rest) = match text[1..].strip_prefix("_ ") {
            Some(rest) => (true, rest),
            None => (false, &text[1..]),
        };
        let (mut inside, mut count) = (Vec::new(), 0);
        loop {
            rest = rest.trim_start().trim_start_matches([',', ':']).trim_start();
            if let Some(after) = rest.strip_prefix(close) {
                if endless {
                    out.push(major << 5 | 31);
                    inside.push(0xff);
                } else {
                    kepala(out, major, if major == 5 { count / 2 } else { count }, "")?;
                }
                out.extend(inside);
                return Ok(after);
            }
            rest = self.item(rest, &mut inside)?;
            count += 1;
        }
    }
}

/// Head of an item; a width `0` to `3` (1, 2, 4, 8 bytes) is longer than it need be.
fn kepala(out: &mut Vec<u8>, major: u8, number: u64, width: &str) -> Result<(), String> {
    let shortest = match number {
        0..24 => 0,
        24..0x100 => 1,
        0x100..0x1_0000 => 2,
        0x1_0000..0x1_0000_0000 => 4,
        _ => 8,
    };
    let bytes: usize = if width.is_empty() { shortest } else { 1 << angka::<u8>(width)? };
    let low = match bytes {
        0 => u8::try_from(number).unwrap(),
        1 => 24,
        2 => 25,
        4 => 26,
        _ => 27,
    };
    out.push(major << 5 | low);
    out.extend(&number.to_be_bytes()[8 - bytes..]);
    Ok(())
}

fn cbor(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    ciborium::into_writer(value, &mut out).unwrap();
    out
}

const LEBAR: [usize; 8] = [0, 3, 5, 8, 10, 13, 15, 17];

fn ke_digit(bytes: &[u8]) -> String {
    let block = |block: &[u8]| {
        let number = block.iter().fold(0_u64, |n, b| n << 8 | u64::from(*b));
        format!("{number:0width$}", width = LEBAR[block.len()])
    };
    bytes.chunks(7).map(block).collect()
}

fn dari_digit(digits: &str) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    for block in digits.as_bytes().chunks(17) {
        let len = LEBAR.iter().position(|width| *width == block.len()).ok_or("a block of another length")?;
        let number: u64 = angka(&String::from_utf8_lossy(block))?;
        out.extend(&number.to_be_bytes()[8 - len..]);
    }
    Ok(out)
}

/// The same digits, one block spelled as a number that is too large by 2^56: seven bytes again if nobody looks.
pub(crate) fn balok_lebih(text: &str) -> Result<String, String> {
    let start = text.rfind([':', '#']).ok_or("no digits")? + 1;
    for at in (start..text.len()).step_by(17).filter(|at| at + 17 <= text.len()) {
        let number: u64 = angka(&text[at..at + 17])?;
        let more = format!("{}", number + (1 << 56));
        if more.len() == 17 {
            return Ok(format!("{}{more}{}", &text[..at], &text[at + 17..]));
        }
    }
    Err("no block has room".to_owned())
}
