//! The statement in the QR: the facts of a letter, sealed apart from the PDF so that paper can be checked.
//!
//! ```text
//! 18([ << {1: -8, 4: key id} >>, {}, << {1: office, -65537: [kind, number, day, name, birth day, NIK's last 4]} >>, signature ])
//! ```
//! Days count from 1970-01-01 (RFC 8943). `kind` is a small number for the four built-in kinds, else its name. A letter
//! with an end has its last day as a seventh item.

use ciborium::Value;
use coset::{CborSerializable, CoseSign1, CoseSign1Builder, HeaderBuilder, TaggedCborSerializable, iana};
use jiff::civil::{Date, date};

use super::sha256;

/// Private claim that holds the letter's facts (RFC 8392: below -65536 is private use).
const CLAIM: i64 = -65537;
const KINDS: [(u8, &str); 4] =
    [(1, "keterangan-perekaman"), (2, "rekomendasi"), (3, "tanda-terima"), (4, "pengembalian")];
const EPOCH: Date = date(1970, 1, 1);
/// Mark behind a name that was too long for the symbol.
pub(crate) const CUT: char = '…';

/// The facts of a letter that its QR seals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Office, by its region code.
    pub kantor: String,
    /// Kind of letter.
    pub jenis: String,
    /// Number, whole.
    pub nomor: String,
    /// Date of the letter.
    pub tanggal: Date,
    /// Name of the applicant; a trailing `…` says that it was cut.
    pub nama: String,
    /// Birth date.
    pub lahir: Option<Date>,
    /// Last four digits of the NIK.
    pub nik_akhir: Option<u16>,
    /// Last day on which the letter is good, where the office limits it.
    pub berlaku_sampai: Option<Date>,
}

impl Statement {
    fn payload(&self) -> Option<Vec<u8>> {
        let days = |day: Date| Value::from((day - EPOCH).get_days());
        let kind = KINDS.iter().find(|(_, name)| *name == self.jenis);
        let mut facts = vec![
            kind.map_or_else(|| Value::from(self.jenis.as_str()), |(id, _)| Value::from(*id)),
            Value::from(self.nomor.as_str()),
            days(self.tanggal),
            Value::from(self.nama.as_str()),
            self.lahir.map_or(Value::Null, days),
            self.nik_akhir.map_or(Value::Null, Value::from),
        ];
        facts.extend(self.berlaku_sampai.map(days));
        let claims = Value::Map(vec![
            (Value::from(1), Value::from(self.kantor.as_str())),
            (Value::from(CLAIM), Value::Array(facts)),
        ]);
        let mut out = Vec::new();
        ciborium::into_writer(&claims, &mut out).ok()?;
        Some(out)
    }

    /// Bytes that the facts take in the symbol, before header and signature.
    pub(crate) fn encoded_len(&self) -> usize {
        self.payload().map_or(usize::MAX, |payload| payload.len())
    }

    fn parse(payload: &[u8]) -> Option<Self> {
        let claims: Value = ciborium::from_reader(payload).ok()?;
        let [(_, office), (_, facts)] = claims.as_map()?.as_slice() else { return None };
        let [kind, nomor, tanggal, nama, lahir, nik, end @ ..] = facts.as_array()?.as_slice() else {
            return None;
        };
        let text = |value: &Value| value.as_text().map(str::to_owned);
        let day = |value: &Value| {
            let days = i64::try_from(value.as_integer()?).ok()?;
            EPOCH.checked_add(jiff::Span::new().try_days(days).ok()?).ok().filter(|day| day.year() >= 1)
        };
        let kind = match kind.as_integer() {
            Some(id) => KINDS.iter().find(|(known, _)| i128::from(*known) == i128::from(id))?.1.to_owned(),
            None => text(kind)?,
        };
        let statement = Self {
            kantor: text(office)?,
            jenis: kind,
            nomor: text(nomor)?,
            tanggal: day(tanggal)?,
            nama: text(nama)?,
            lahir: if lahir.is_null() { None } else { Some(day(lahir)?) },
            nik_akhir: if nik.is_null() {
                None
            } else {
                Some(u16::try_from(nik.as_integer()?).ok().filter(|last| *last <= 9999)?)
            },
            berlaku_sampai: match end {
                [] => None,
                [end] => Some(day(end)?),
                _ => return None,
            },
        };
        // Only the one encoding that we write is accepted: no second spelling of the same facts.
        (statement.payload()?.as_slice() == payload).then_some(statement)
    }
}

/// A sealed statement: tagged `COSE_Sign1` bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedStatement(Vec<u8>);

impl SealedStatement {
    /// Seals the facts; `sign` signs the `Sig_structure` of RFC 9052.
    pub(crate) fn seal<E>(
        facts: &Statement,
        kid: [u8; 8],
        sign: impl FnOnce(&[u8]) -> Result<[u8; 64], E>,
    ) -> Result<Option<Self>, E> {
        let Some(payload) = facts.payload() else { return Ok(None) };
        let header = HeaderBuilder::new().algorithm(iana::Algorithm::EdDSA).key_id(kid.to_vec()).build();
        let cose = CoseSign1Builder::new()
            .protected(header)
            .payload(payload)
            .try_create_signature(&[], |bytes| sign(bytes).map(|signature| signature.to_vec()))?
            .build();
        Ok(cose.to_tagged_vec().ok().map(Self))
    }

    /// Reads sealed bytes in their only encoding; says nothing yet about the signature.
    pub(crate) fn parse(bytes: &[u8]) -> Option<(Self, Parsed)> {
        if bytes.len() > 1024 {
            return None;
        }
        let cose = CoseSign1::from_tagged_slice(bytes).ok()?;
        let header = &cose.protected.header;
        let algorithm = HeaderBuilder::new().algorithm(iana::Algorithm::EdDSA).build().alg;
        if header.alg != algorithm || cose.clone().to_tagged_vec().ok()?.as_slice() != bytes {
            return None;
        }
        let parsed = Parsed {
            facts: Statement::parse(cose.payload.as_deref()?)?,
            kid: header.key_id.as_slice().try_into().ok()?,
            signature: cose.signature.as_slice().try_into().ok()?,
            signed: cose.tbs_data(&[]),
        };
        let expected =
            HeaderBuilder::new().algorithm(iana::Algorithm::EdDSA).key_id(parsed.kid.to_vec()).build();
        (*header == expected
            && cose.unprotected == coset::Header::default()
            && cose.protected.clone().to_vec_canonical() == expected.to_vec().ok())
        .then_some((Self(bytes.to_vec()), parsed))
    }

    /// The sealed bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text of the QR: a link whose fragment never reaches a server, or `SUKET:` without a host.
    pub fn qr_text(&self, host: &str) -> String {
        format!("{}{}", qr_prefix(host), to_digits(&self.0))
    }

    /// Reads the text of a QR; gives the host that it names.
    pub(crate) fn from_qr_text(text: &str) -> Option<(String, Vec<u8>)> {
        if let Some(digits) = text.strip_prefix("SUKET:") {
            return Some((String::new(), from_digits(digits)?));
        }
        let (host, digits) = text.strip_prefix("https://")?.split_once("/v#")?;
        Some((host.to_owned(), from_digits(digits)?))
    }

    /// The short readable code: 60 bits of SHA-256 of the sealed bytes in Crockford's base 32.
    pub fn kode(&self) -> String {
        const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let digest = sha256(&self.0);
        let bits = digest.iter().take(8).fold(0_u64, |n, b| n << 8 | u64::from(*b)) >> 4;
        let symbols: Vec<char> = (0..12_u32)
            .rev()
            .map(|i| {
                ALPHABET
                    .get(usize::try_from(bits >> (5 * i) & 31).unwrap_or(0))
                    .map_or('0', |b| char::from(*b))
            })
            .collect();
        symbols.chunks(4).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("-")
    }
}

/// Whether a code that a person has read from paper is this code: case, hyphens and spaces do not count, and neither
/// do the symbols that Crockford's base 32 holds to look alike.
pub(crate) fn same_code(code: &str, read: &str) -> bool {
    plain_code(code) == plain_code(read)
}

/// A code as it is printed, from what a person has read; `None` when it cannot be one.
pub(crate) fn printed_code(read: &str) -> Option<String> {
    let plain: Vec<char> = plain_code(read).chars().collect();
    let known = plain.len() == 12
        && plain.iter().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase() && !"ILOU".contains(*c));
    known.then(|| plain.chunks(4).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}

fn plain_code(text: &str) -> String {
    text.chars()
        .filter(|c| !matches!(c, '-' | ' '))
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

/// What sealed bytes say, before any signature is checked.
pub(crate) struct Parsed {
    pub(crate) facts: Statement,
    pub(crate) kid: [u8; 8],
    pub(crate) signature: [u8; 64],
    pub(crate) signed: Vec<u8>,
}

trait ProtectedBytes {
    fn to_vec_canonical(self) -> Option<Vec<u8>>;
}

impl ProtectedBytes for coset::ProtectedHeader {
    fn to_vec_canonical(self) -> Option<Vec<u8>> {
        match self.original_data {
            Some(bytes) => Some(bytes),
            None => self.header.to_vec().ok(),
        }
    }
}

/// What stands in the QR before the digits.
pub(crate) fn qr_prefix(host: &str) -> String {
    if host.is_empty() { "SUKET:".to_owned() } else { format!("https://{host}/v#") }
}

/// Seven bytes become 17 digits; a tail of 1 to 6 bytes becomes 3, 5, 8, 10, 13 or 15. Digits pack best in a QR.
fn to_digits(bytes: &[u8]) -> String {
    bytes
        .chunks(7)
        .map(|block| {
            let number = block.iter().fold(0_u64, |n, b| n << 8 | u64::from(*b));
            format!("{number:0width$}", width = digits_of(block.len()))
        })
        .collect()
}

fn from_digits(text: &str) -> Option<Vec<u8>> {
    if text.is_empty() || text.len() > 4096 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut out = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (block, tail) = rest.split_at(rest.len().min(17));
        let len = (1..=7).find(|len| digits_of(*len) == block.len())?;
        let number: u64 = block.parse().ok()?;
        let bytes = number.to_be_bytes();
        if bytes.iter().take(8 - len).any(|b| *b != 0) {
            return None;
        }
        out.extend(bytes.iter().skip(8 - len));
        rest = tail;
    }
    Some(out)
}

const fn digits_of(bytes: usize) -> usize {
    match bytes {
        1 => 3,
        2 => 5,
        3 => 8,
        4 => 10,
        5 => 13,
        6 => 15,
        _ => 17,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_round_trip_at_every_length() {
        for len in 1..40_u8 {
            let bytes: Vec<u8> = (0..len).map(|i| 255 - i * 3).collect();
            assert_eq!(from_digits(&to_digits(&bytes)), Some(bytes));
        }
        assert_eq!(from_digits("999"), None, "a block above its bytes is refused");
        assert_eq!(from_digits("12a"), None);
    }

    #[test]
    fn codes_are_read_as_people_read_them() {
        assert!(same_code("10AB-CDEF-GHJK", "loab cdef ghjk"));
        assert!(!same_code("10AB-CDEF-GHJK", "10AB-CDEF-GHJM"));
        assert_eq!(printed_code("ioabcdefghjk").as_deref(), Some("10AB-CDEF-GHJK"));
        assert_eq!(printed_code("10AB"), None);
        assert_eq!(printed_code("10AB-CDEF-GHJ!"), None);
    }
}
