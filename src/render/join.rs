//! Several PDFs of our renderer become one, without losing tags: objects are numbered anew, pages and tags hung under
//! the first one's roots (ISO 32000-1, 7.7.3, 14.7).
//!
//! It reads exactly the shape that our renderer writes, and says so where something is different.

use base64ct::{Base64, Encoding};
use memchr::memmem;

use crate::format::sha256;

/// A part, as ranges of its bytes.
struct Part<'a> {
    bytes: &'a [u8],
    /// Bodies of the objects 1, 2, … between `obj` and `endobj`.
    objects: Vec<&'a [u8]>,
    /// Objects that stand once in the whole: catalog, page tree, and so on.
    roots: Roots,
}

/// Numbers of those objects in one part.
#[derive(Clone, Copy, Default)]
struct Roots {
    catalog: usize,
    info: usize,
    pages: usize,
    outlines: usize,
    metadata: usize,
    tags: usize,
    document: usize,
    intents: usize,
    intent: usize,
    profile: usize,
}

impl Roots {
    fn list(self) -> [usize; 10] {
        let Self { catalog, info, pages, outlines, metadata, tags, document, intents, intent, profile } =
            self;
        [catalog, info, pages, outlines, metadata, tags, document, intents, intent, profile]
    }
}

/// What the parts have in common, gathered while they are written.
#[derive(Default)]
struct Joined {
    out: Vec<u8>,
    offsets: Vec<usize>,
    pages: Vec<u8>,
    count: usize,
    tags: Vec<u8>,
    parents: Vec<u8>,
    next_parent: usize,
    ids: Vec<u8>,
    identity: Vec<u8>,
}

/// One PDF out of several. `None` when one of them has another shape. Each is let go once it is written.
pub(super) fn join(parts: Vec<Vec<u8>>) -> Option<Vec<u8>> {
    let whole = parts.iter().map(Vec::len).sum();
    let mut joined = Joined { out: Vec::with_capacity(whole), ..Joined::default() };
    let mut parts = parts.into_iter().enumerate();
    let (_, first) = parts.next()?;
    joined.out.extend_from_slice(first.get(..memmem::find(&first, b"1 0 obj\n")?)?);
    let first = Part::read(&first)?;
    joined.add(0, &first, &first)?;
    for (i, bytes) in parts {
        joined.add(i, &Part::read(&bytes)?, &first)?;
    }
    joined.finish(&first)
}

impl<'a> Part<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let tail = bytes.get(memmem::rfind(bytes, b"\nxref\n")? + 1..)?;
        let mut lines = tail.split(|b| *b == b'\n');
        let size: usize = text(lines.nth(1)?)?.strip_prefix("0 ")?.parse().ok()?;
        let offsets: Vec<usize> = lines
            .skip(1)
            .take(size.checked_sub(1)?)
            .map(|line| text(line.get(..10)?)?.parse().ok())
            .collect::<Option<_>>()?;
        let mut objects = Vec::with_capacity(offsets.len());
        for (number, offset) in (1_usize..).zip(&offsets) {
            let end = offsets.get(number).copied().unwrap_or(bytes.len() - tail.len());
            let body = bytes.get(*offset..end)?.strip_prefix(format!("{number} 0 obj\n").as_bytes())?;
            objects.push(body.get(..memmem::rfind(body, b"\nendobj")?)?);
        }
        let trailer = tail.get(memmem::find(tail, b"trailer\n")?..)?;
        let mut part = Self { bytes, objects, roots: Roots::default() };
        part.roots.catalog = number_after(trailer, b"/Root ")?;
        part.roots.info = number_after(trailer, b"/Info ")?;
        let catalog = part.object(part.roots.catalog)?;
        part.roots.pages = number_after(catalog, b"/Pages ")?;
        part.roots.outlines = number_after(catalog, b"/Outlines ")?;
        part.roots.metadata = number_after(catalog, b"/Metadata ")?;
        part.roots.tags = number_after(catalog, b"/StructTreeRoot ")?;
        part.roots.document = number_after(part.object(part.roots.tags)?, b"/K[")?;
        part.roots.intents = number_after(catalog, b"/OutputIntents ")?;
        part.roots.intent = number_after(part.object(part.roots.intents)?, b"[")?;
        part.roots.profile = number_after(part.object(part.roots.intent)?, b"/DestOutputProfile ")?;
        Some(part)
    }

    fn object(&self, number: usize) -> Option<&'a [u8]> {
        self.objects.get(number.checked_sub(1)?).copied()
    }

    /// The second half of the file's identity, which tells of its content.
    fn identity(&self) -> Option<&'a [u8]> {
        let trailer = self.bytes.get(memmem::rfind(self.bytes, b"/ID[(")?..)?;
        between(trailer, b")(", b")]")
    }
}

impl Joined {
    /// Writes the objects of a part. The first part's roots keep their numbers; the others' are left out.
    fn add(&mut self, index: usize, part: &Part<'_>, first: &Part<'_>) -> Option<()> {
        let (own, all) = (part.roots, first.roots);
        let mut next = self.offsets.len();
        let mut numbers = vec![0; part.objects.len() + 1];
        for (number, slot) in numbers.iter_mut().enumerate().skip(1) {
            let kept = own.list().into_iter().zip(all.list()).find(|(root, _)| index > 0 && *root == number);
            *slot = kept.map_or_else(
                || {
                    next += 1;
                    next
                },
                |(_, kept)| kept,
            );
        }
        let change = Change { numbers: &numbers, parents: self.next_parent, prefix: format!("B{index:05}") };
        let pages = part.object(own.pages)?;
        self.count += number_after(pages, b"/Count ")?;
        change.write(between(pages, b"/Kids[", b"]")?, &mut self.pages)?;
        self.pages.push(b' ');
        let tags = part.object(own.tags)?;
        change.keys(between(tags, b"/ParentTree<</Nums[", b"]")?, &mut self.parents)?;
        change.names(between(tags, b"/IDTree<</Names[", b"]").unwrap_or_default(), &mut self.ids)?;
        let document = part.object(own.document)?;
        change.write(between(document, b"/K[", b"]")?, &mut self.tags)?;
        self.tags.push(b' ');
        self.identity.extend_from_slice(part.identity()?);
        for (number, body) in (1..).zip(&part.objects) {
            let new = *numbers.get(number)?;
            if new != self.offsets.len() + 1 {
                continue;
            }
            self.offsets.push(self.out.len());
            // The roots that grow are written at the end, when everything is known.
            if ![own.pages, own.metadata, own.tags, own.document].contains(&number) {
                self.out.extend_from_slice(format!("{new} 0 obj\n").as_bytes());
                change.write(body, &mut self.out)?;
                self.out.extend_from_slice(b"\nendobj\n");
            }
        }
        self.next_parent += number_after(tags, b"/ParentTreeNextKey ")?;
        Some(())
    }

    /// Writes an object whose number was kept for it.
    fn root(&mut self, number: usize, body: &[u8]) -> Option<()> {
        *self.offsets.get_mut(number.checked_sub(1)?)? = self.out.len();
        self.out.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        self.out.extend_from_slice(body);
        self.out.extend_from_slice(b"\nendobj\n");
        Some(())
    }

    fn finish(mut self, first: &Part<'_>) -> Option<Vec<u8>> {
        let roots = first.roots;
        let pages = first.object(roots.pages)?;
        let pages = with(pages, b"/Count ", b"/", self.count.to_string().as_bytes())?;
        let pages = with(&pages, b"/Kids[", b"]", self.pages.trim_ascii_end())?;
        self.root(roots.pages, &pages)?;

        let document = with(first.object(roots.document)?, b"/K[", b"]", self.tags.trim_ascii_end())?;
        self.root(roots.document, &document)?;

        let tags = first.object(roots.tags)?;
        let tags = with(tags, b"/ParentTreeNextKey ", b">>", self.next_parent.to_string().as_bytes())?;
        let mut tags = with(&tags, b"/ParentTree<</Nums[", b"]", &self.parents)?;
        if !self.ids.is_empty() {
            tags = with(&tags, b"/IDTree<</Names[", b"]", &self.ids)?;
        }
        self.root(roots.tags, &tags)?;

        // The whole has an identity of its own, made from those of its parts.
        let identity = Base64::encode_string(sha256(&self.identity).get(..16)?);
        let metadata = first.object(roots.metadata)?;
        let xml = between(metadata, b"\nstream\n", b"\nendstream")?;
        let xml = with(xml, b"<xmpTPg:NPages>", b"<", self.count.to_string().as_bytes())?;
        let xml = with(&xml, b"<xmpMM:InstanceID>", b"<", identity.as_bytes())?;
        let metadata = with(metadata, b"/Length ", b"/", xml.len().to_string().as_bytes())?;
        let metadata = with(&metadata, b"\nstream\n", b"\nendstream", &xml)?;
        self.root(roots.metadata, &metadata)?;

        let (xref, size) = (self.out.len(), self.offsets.len() + 1);
        self.out.extend_from_slice(format!("xref\n0 {size}\n0000000000 65535 f\r\n").as_bytes());
        for offset in &self.offsets {
            self.out.extend_from_slice(format!("{offset:010} 00000 n\r\n").as_bytes());
        }
        let trailer = first.bytes.get(memmem::rfind(first.bytes, b"\ntrailer\n")? + 1..)?;
        let trailer = with(trailer, b"<</Size ", b"/", size.to_string().as_bytes())?;
        let trailer = with(&trailer, b")(", b")]", identity.as_bytes())?;
        let trailer = with(&trailer, b"startxref\n", b"\n", xref.to_string().as_bytes())?;
        self.out.extend_from_slice(&trailer);
        Some(self.out)
    }
}

/// How a part's objects change on their way into the whole.
struct Change<'a> {
    /// New numbers by old ones.
    numbers: &'a [usize],
    /// First free key of the parent tree.
    parents: usize,
    /// Before ids of cells, which are unique in a part only.
    prefix: String,
}

impl Change<'_> {
    /// Copies an object: references get their new numbers, strings and streams stay as they are.
    fn write(&self, body: &[u8], out: &mut Vec<u8>) -> Option<()> {
        let mut rest = body;
        let mut name: &[u8] = b"";
        while let Some(first) = rest.first() {
            let taken = match first {
                b'(' => {
                    let end = string_end(rest)?;
                    if name == b"ID" || name == b"Headers" {
                        out.push(b'(');
                        out.extend_from_slice(self.prefix.as_bytes());
                        out.extend_from_slice(rest.get(1..end)?);
                        rest = rest.get(end..)?;
                        continue;
                    }
                    end
                }
                b'/' => {
                    let end = 1 + rest.iter().skip(1).take_while(|b| b.is_ascii_alphanumeric()).count();
                    name = rest.get(1..end)?;
                    if name == b"StructParents" || name == b"StructParent" {
                        let (head, value) = rest.split_at_checked(end + 1)?;
                        let digits = value.iter().take_while(|b| b.is_ascii_digit()).count();
                        let key: usize = text(value.get(..digits)?)?.parse().ok()?;
                        out.extend_from_slice(head);
                        out.extend_from_slice((key + self.parents).to_string().as_bytes());
                        rest = value.get(digits..)?;
                        continue;
                    }
                    end
                }
                b'0'..=b'9' => {
                    let digits = rest.iter().take_while(|b| b.is_ascii_digit() || **b == b'.').count();
                    if rest.get(digits..)?.starts_with(b" 0 R") {
                        let old: usize = text(rest.get(..digits)?)?.parse().ok()?;
                        out.extend_from_slice(self.numbers.get(old)?.to_string().as_bytes());
                        rest = rest.get(digits..)?;
                        continue;
                    }
                    digits
                }
                b'<' if rest.starts_with(b"<<") => 2,
                b'<' => 1 + memmem::find(rest, b">")?,
                b's' if rest.starts_with(b"stream\n") => rest.len(),
                _ => 1,
            };
            out.extend_from_slice(rest.get(..taken)?);
            rest = rest.get(taken..)?;
        }
        Some(())
    }

    /// Pairs of a key and a reference: keys move on.
    fn keys(&self, list: &[u8], out: &mut Vec<u8>) -> Option<()> {
        let words: Vec<&str> = text(list)?.split(' ').collect();
        for pair in words.chunks(4) {
            let [key, old, "0", "R"] = pair else { return None };
            let key: usize = key.parse().ok()?;
            let new = self.numbers.get(old.parse::<usize>().ok()?)?;
            let space = if out.is_empty() { "" } else { " " };
            out.extend_from_slice(format!("{space}{} {new} 0 R", key + self.parents).as_bytes());
        }
        Some(())
    }

    /// Pairs of an id and a reference. Parts come in order, so ids stay sorted.
    fn names(&self, list: &[u8], out: &mut Vec<u8>) -> Option<()> {
        let mut rest = list;
        while !rest.is_empty() {
            let end = string_end(rest)?;
            out.push(b'(');
            out.extend_from_slice(self.prefix.as_bytes());
            out.extend_from_slice(rest.get(1..end)?);
            rest = rest.get(end..)?;
            let next = rest.iter().position(|b| *b == b'(').unwrap_or(rest.len());
            self.write(rest.get(..next)?, out)?;
            rest = rest.get(next..)?;
        }
        Some(())
    }
}

/// Length of the literal string at the beginning, with its parentheses.
fn string_end(bytes: &[u8]) -> Option<usize> {
    let (mut depth, mut escaped) = (0_usize, false);
    for (i, byte) in bytes.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'(' => depth += 1,
            b')' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(i + 1);
                }
            }
            _ => {}
        }
    }
    None
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// The number behind a key: a count, or the object that a reference names.
fn number_after(bytes: &[u8], key: &[u8]) -> Option<usize> {
    let rest = bytes.get(memmem::find(bytes, key)? + key.len()..)?;
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    text(rest.get(..digits)?)?.parse().ok()
}

/// What stands between the first `start` and the next `end`.
fn between<'a>(bytes: &'a [u8], start: &[u8], end: &[u8]) -> Option<&'a [u8]> {
    let rest = bytes.get(memmem::find(bytes, start)? + start.len()..)?;
    rest.get(..memmem::find(rest, end)?)
}

/// The same bytes with `new` between the first `start` and the next `end`.
fn with(bytes: &[u8], start: &[u8], end: &[u8], new: &[u8]) -> Option<Vec<u8>> {
    let from = memmem::find(bytes, start)? + start.len();
    let to = from + memmem::find(bytes.get(from..)?, end)?;
    Some([bytes.get(..from)?, new, bytes.get(to..)?].concat())
}
