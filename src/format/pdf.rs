//! The one shape of a sealed PDF: the rendered file, then one incremental update (ISO 32000-2, 7.5.6) with a
//! signature field that has no widget, its value, and a catalog that points to it.
//!
//! ```text
//! |<------------- a -------------->|<hex of CMS, then zeros>|<------ c ------>|
//! | rendered file | update, part 1 |       the hole         | update, part 2  |
//! ```
//! `/ByteRange [0 a b c]` covers every byte but the hole, its angle brackets among the hole's.
//! A verifier reads the few free fields of the update, writes the update again and compares byte by byte.

/// Bytes that the hole can hold: the CMS, the proof of inclusion in it, and room for what may come.
pub(crate) const ROOM: usize = 4096;
/// Width of the ByteRange, so that its place does not depend on its numbers.
const RANGE: usize = 40;
/// A letter is about 50 kB, the register of 10,000 letters 33 MB; nothing near this is ours, and the archive folder gives
/// back no larger file.
pub(crate) const MAX_PDF: usize = 256 * 1024 * 1024;

/// The free fields of the update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SealFields {
    /// Who seals, for readers that show it.
    pub(crate) name: String,
    /// Date of the letter, `D:20261121000000+08'00'`.
    pub(crate) m: String,
    /// The text of the QR, the sealed statement in it.
    pub(crate) contact: String,
}

/// A PDF with its update written and the hole still empty.
pub(crate) struct Prepared {
    bytes: Vec<u8>,
    hole: std::ops::Range<usize>,
}

impl Prepared {
    /// The two ranges that the seal covers.
    pub(crate) fn ranges(&self) -> (&[u8], &[u8]) {
        (
            self.bytes.get(..self.hole.start).unwrap_or_default(),
            self.bytes.get(self.hole.end..).unwrap_or_default(),
        )
    }

    /// The whole file, its hole still empty.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Fills the hole; `None` when the signature does not fit.
    pub(crate) fn fill(mut self, der: &[u8]) -> Option<Vec<u8>> {
        if der.len() > ROOM {
            return None;
        }
        let hex = super::hex(der);
        let start = self.hole.start + 1;
        self.bytes.get_mut(start..start + hex.len())?.copy_from_slice(hex.as_bytes());
        Some(self.bytes)
    }
}

/// Where the hex digits in the hole of a sealed file begin. Only cross-reference table and trailer stand behind it.
#[cfg(feature = "terbit")]
fn digits(pdf: &[u8]) -> Option<usize> {
    const MARK: &[u8] = b"/Contents <";
    let near = pdf.len().checked_sub(2 * ROOM + 1024)?;
    Some(near + rfind(pdf.get(near..)?, MARK)? + MARK.len())
}

/// The CMS in the hole of a sealed file that we have just written ourselves.
#[cfg(feature = "terbit")]
pub(crate) fn der_in(pdf: &[u8]) -> Option<Vec<u8>> {
    let start = digits(pdf)?;
    let len = der_length(&super::unhex(std::str::from_utf8(pdf.get(start..start + 8)?).ok()?)?)?;
    super::unhex(std::str::from_utf8(pdf.get(start..start + 2 * len)?).ok()?)
}

/// Puts another CMS into the hole of a sealed file; `None` when it does not fit.
#[cfg(feature = "terbit")]
pub(crate) fn refill(mut pdf: Vec<u8>, der: &[u8]) -> Option<Vec<u8>> {
    let start = digits(&pdf)?;
    let hex = super::hex(der);
    let hole = pdf.get_mut(start..start + 2 * ROOM)?;
    let (filled, padding) = hole.split_at_mut_checked(hex.len())?;
    filled.copy_from_slice(hex.as_bytes());
    padding.fill(b'0');
    Some(pdf)
}

/// What the update needs to know of the rendered file.
struct Base<'a> {
    catalog: &'a str,
    root: u32,
    size: u32,
    /// The trailer's entries behind `/Size n`.
    trailer: &'a str,
    startxref: usize,
}

/// Appends the update to a rendered PDF. `None` when the file has not the shape that our renderer writes.
pub(crate) fn prepare(rendered: &[u8], fields: &SealFields) -> Option<Prepared> {
    let base = base(rendered)?;
    let (field, value) = (base.size, base.size + 1);
    let mut out = rendered.to_vec();
    out.push(b'\n');
    let mut offsets = Vec::new();
    let mut object = |out: &mut Vec<u8>, number: u32, body: &str| {
        offsets.push((number, out.len()));
        out.extend_from_slice(format!("{number} 0 obj\n{body}\nendobj\n").as_bytes());
    };
    let catalog = base.catalog.trim_end().strip_suffix(">>")?.trim_end();
    let additions = format!(
        "  /AcroForm << /Fields [{field} 0 R] /SigFlags 3 >>\n  /Perms << /DocMDP {value} 0 R >>\n  /Extensions << /ISO_ \
         << /Type /DeveloperExtensions /BaseVersion /2.0 /ExtensionLevel 32002 /ExtensionRevision (:2022) >> >>\n"
    );
    object(&mut out, base.root, &format!("{catalog}\n{additions}>>"));
    object(
        &mut out,
        field,
        &format!("<< /FT /Sig /T (segel) /TU {} /V {value} 0 R >>", utf16("Segel digital surat")),
    );
    // The value comes last, so that the hole's place is known when its dictionary is written.
    let before = format!(
        "<<\n  /Type /Sig\n  /Filter /Adobe.PPKLite\n  /SubFilter /ETSI.CAdES.detached\n  /M ({})\n  /Name {}\n  \
         /ContactInfo <{}>\n  /Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type \
         /TransformParams /V /1.2 /P 1 >> >>]\n  /ByteRange ",
        fields.m,
        utf16(&fields.name),
        super::hex(fields.contact.as_bytes()),
    );
    let head = format!("{value} 0 obj\n{before}");
    let hole = {
        let start = out.len() + head.len() + RANGE + "\n  /Contents ".len();
        start..start + 2 * ROOM + 2
    };
    let mut tail = String::from("\n>>\nendobj\n");
    let xref = hole.end + tail.len();
    offsets.push((value, out.len()));
    offsets.sort_unstable();
    tail.push_str("xref\n");
    for (number, offset) in &offsets {
        tail.push_str(&format!("{number} 1\n{offset:010} 00000 n\r\n"));
    }
    tail.push_str(&format!(
        "trailer\n<</Size {}{}/Prev {}>>\nstartxref\n{xref}\n%%EOF\n",
        value + 1,
        base.trailer,
        base.startxref
    ));
    let range = format!("[0 {} {} {}]", hole.start, hole.end, tail.len());
    out.extend_from_slice(head.as_bytes());
    out.extend_from_slice(format!("{range:<RANGE$}\n  /Contents <").as_bytes());
    out.resize(hole.end - 1, b'0');
    out.push(b'>');
    out.extend_from_slice(tail.as_bytes());
    Some(Prepared { bytes: out, hole })
}

/// A sealed file taken apart: the covered ranges, the DER in the hole, and the fields.
pub(crate) struct Sealed<'a> {
    pub(crate) ranges: (&'a [u8], &'a [u8]),
    pub(crate) der: Vec<u8>,
    pub(crate) fields: SealFields,
}

/// Whether the bytes carry something that looks like a seal of ours, intact or not: our field. Other people's signed
/// documents have other names for theirs; a forger may have changed anything else.
pub(crate) fn looks_sealed(bytes: &[u8]) -> bool {
    find(bytes, b"/T (segel)").is_some()
}

/// Takes a file apart if it has exactly the shape that [`prepare`] and [`Prepared::fill`] write.
pub(crate) fn parse(bytes: &[u8]) -> Option<Sealed<'_>> {
    if bytes.len() > MAX_PDF {
        return None;
    }
    let body = bytes.strip_suffix(b"%%EOF\n")?;
    let rendered_end = rfind(body, b"%%EOF")? + "%%EOF".len();
    let (rendered, update) = bytes.split_at_checked(rendered_end)?;
    let between = |start: &str, end: &str| -> Option<&str> {
        let from = find(update, start.as_bytes())? + start.len();
        let len = find(update.get(from..)?, end.as_bytes())?;
        std::str::from_utf8(update.get(from..from + len)?).ok()
    };
    let fields = SealFields {
        m: between("/M (", ")\n")?.to_owned(),
        name: from_utf16(between("/Name <", ">")?)?,
        contact: String::from_utf8(super::unhex(between("/ContactInfo <", ">")?)?).ok()?,
    };
    let hex = between("/Contents <", ">")?;
    let filled = super::unhex(hex)?;
    let len = der_length(&filled)?;
    let (der, padding) = filled.split_at_checked(len)?;
    if padding.iter().any(|b| *b != 0) {
        return None;
    }
    let prepared = prepare(rendered, &fields)?;
    let hole = prepared.hole.clone();
    if prepared.fill(der)?.as_slice() != bytes {
        return None;
    }
    Some(Sealed { ranges: (bytes.get(..hole.start)?, bytes.get(hole.end..)?), der: der.to_vec(), fields })
}

/// Length of a definite-length DER value with its head.
fn der_length(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [0x30, 0x82, high, low, ..] => Some(4 + usize::from(*high) * 256 + usize::from(*low)),
        _ => None,
    }
}

/// Reads trailer and catalog of a file as our renderer writes it: one classic cross-reference table.
fn base(file: &[u8]) -> Option<Base<'_>> {
    let tail_at = file.len().saturating_sub(2048);
    let tail = file.get(tail_at..)?;
    let startxref = text_after(tail, b"startxref\n")?.lines().next()?.trim().parse::<usize>().ok()?;
    let table = file.get(startxref..)?;
    let trailer_at = find(table, b"trailer")?;
    let trailer = std::str::from_utf8(table.get(trailer_at..)?).ok()?;
    let dictionary = trailer.strip_prefix("trailer\n<</Size ")?;
    let dictionary = dictionary.get(..dictionary.find(">>\nstartxref\n")?)?;
    let (size, entries) = dictionary.split_at(dictionary.find('/')?);
    let size: u32 = size.parse().ok()?;
    let root: u32 = entries.strip_prefix("/Root ")?.split(' ').next()?.parse().ok()?;
    let mut head = std::str::from_utf8(table.get(..trailer_at)?).ok()?.lines();
    if head.next()? != "xref" || head.next()? != format!("0 {size}") {
        return None;
    }
    let offset: usize = head.nth(usize::try_from(root).ok()?)?.get(..10)?.parse().ok()?;
    let object = file.get(offset..)?;
    let object = object.get(..find(object, b"endobj")?)?;
    let catalog = std::str::from_utf8(object).ok()?.strip_prefix(&format!("{root} 0 obj"))?.trim();
    if !catalog.starts_with("<</Type/Catalog") || catalog.contains("/AcroForm") {
        return None;
    }
    Some(Base { catalog, root, size, trailer: entries, startxref })
}

fn text_after<'a>(bytes: &'a [u8], mark: &[u8]) -> Option<&'a str> {
    std::str::from_utf8(bytes.get(rfind(bytes, mark)? + mark.len()..)?).ok()
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

fn rfind(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).rposition(|window| window == part)
}

fn utf16(text: &str) -> String {
    let units: Vec<u8> =
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    format!("<{}>", super::hex(&units))
}

fn from_utf16(hex: &str) -> Option<String> {
    let bytes = super::unhex(hex)?;
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect();
    let (bom, text) = units.split_first()?;
    (rest.is_empty() && *bom == 0xfeff).then(|| String::from_utf16(text).ok()).flatten()
}
