//! Templates, fonts and emblem: embedded in the binary, an office's own files on top.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::OnceLock;

use typst::foundations::Bytes;
use typst::syntax::{FileId, Source};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt};

use super::world::id;
use crate::check::Glyphs;
use crate::format::{Sha256Bytes, hex, sha256};
use crate::kind::{Kind, KindError};

/// Files inside the binary. Paths are those of an office's `templat/` folder.
const EMBEDDED: &[(&str, &[u8])] = &[
    ("surat/dasar.typ", include_bytes!("../../templates/surat/dasar.typ")),
    ("surat/lambang.svg", include_bytes!("../../templates/surat/lambang.svg")),
    (
        "surat/keterangan-perekaman/naskah.toml",
        include_bytes!("../../templates/surat/keterangan-perekaman/naskah.toml"),
    ),
    (
        "surat/keterangan-perekaman/surat.typ",
        include_bytes!("../../templates/surat/keterangan-perekaman/surat.typ"),
    ),
    ("surat/rekomendasi/naskah.toml", include_bytes!("../../templates/surat/rekomendasi/naskah.toml")),
    ("surat/rekomendasi/surat.typ", include_bytes!("../../templates/surat/rekomendasi/surat.typ")),
    ("surat/tanda-terima/naskah.toml", include_bytes!("../../templates/surat/tanda-terima/naskah.toml")),
    ("surat/tanda-terima/surat.typ", include_bytes!("../../templates/surat/tanda-terima/surat.typ")),
    ("surat/pengembalian/naskah.toml", include_bytes!("../../templates/surat/pengembalian/naskah.toml")),
    ("surat/pengembalian/surat.typ", include_bytes!("../../templates/surat/pengembalian/surat.typ")),
    ("buku/buku.typ", include_bytes!("../../templates/buku/buku.typ")),
    ("lembar/kepercayaan.typ", include_bytes!("../../templates/lembar/kepercayaan.typ")),
    ("lembar/sertifikat.typ", include_bytes!("../../templates/lembar/sertifikat.typ")),
    ("sop/sop.typ", include_bytes!("../../templates/sop/sop.typ")),
    ("sop/standar.typ", include_bytes!("../../templates/sop/standar.typ")),
    ("huruf/Arimo-Regular.ttf", include_bytes!("../../fonts/Arimo-Regular.ttf")),
    ("huruf/Arimo-Bold.ttf", include_bytes!("../../fonts/Arimo-Bold.ttf")),
];

/// Why an office's own templates cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AssetsError {
    /// A kind cannot be read.
    #[error(transparent)]
    Kind(#[from] KindError),
    /// A file that is not text where text is needed.
    #[error("templat/{0}: bukan teks UTF-8")]
    NotText(String),
    /// Not a font.
    #[error("templat/{0}: bukan huruf TrueType atau OpenType")]
    NotFont(String),
}

/// Everything that letters are set with, besides their data.
pub struct Assets {
    files: BTreeMap<String, Asset>,
    kinds: BTreeMap<String, Kind>,
    sources: Vec<Template>,
    bytes: Vec<(FileId, Bytes)>,
    fonts: Vec<Font>,
    book: LazyHash<FontBook>,
    library: LazyHash<Library>,
    glyphs: Glyphs,
    workers: usize,
}

/// A file, and its digest once somebody has asked for it.
struct Asset {
    bytes: Cow<'static, [u8]>,
    digest: OnceLock<Sha256Bytes>,
}

impl Asset {
    fn new(bytes: Cow<'static, [u8]>) -> Self {
        Self { bytes, digest: OnceLock::new() }
    }

    fn digest(&self) -> Sha256Bytes {
        *self.digest.get_or_init(|| sha256(&self.bytes))
    }

    /// The same bytes as Typst holds them; those in the binary are not copied.
    fn shared(&self) -> Bytes {
        match &self.bytes {
            Cow::Borrowed(bytes) => Bytes::new(*bytes),
            Cow::Owned(bytes) => Bytes::new(bytes.clone()),
        }
    }
}

/// A template, parsed at first use: whoever issues a letter needs no SOP, and whoever looks a letter up needs none.
struct Template {
    id: FileId,
    text: String,
    parsed: OnceLock<Source>,
}

impl std::fmt::Debug for Assets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Assets").field("files", &self.files.keys()).finish_non_exhaustive()
    }
}

impl Assets {
    /// Reads the embedded files and, over them, `own`: paths below the office's `templat/` and their bytes.
    /// `workers` is the number of threads that will set letters at once.
    pub fn new(own: BTreeMap<String, Vec<u8>>, workers: usize) -> Result<Self, AssetsError> {
        let embedded =
            EMBEDDED.iter().map(|(path, bytes)| ((*path).to_owned(), Asset::new(Cow::Borrowed(*bytes))));
        let mut files: BTreeMap<String, Asset> = embedded.collect();
        let own_paths: BTreeSet<String> = own.keys().cloned().collect();
        files.extend(own.into_iter().map(|(path, bytes)| (path, Asset::new(Cow::Owned(bytes)))));
        let mut assets = Self {
            kinds: BTreeMap::new(),
            sources: Vec::new(),
            bytes: Vec::new(),
            fonts: Vec::new(),
            book: LazyHash::new(FontBook::new()),
            // Row heads of the identity table, so that screen readers read label and value together.
            library: LazyHash::new(
                Library::builder().with_features([Feature::A11yExtras].into_iter().collect()).build(),
            ),
            glyphs: Glyphs::default(),
            workers: workers.max(1),
            files,
        };
        for (path, asset) in &assets.files {
            let text = || {
                String::from_utf8(asset.bytes.to_vec())
                    .map_err(|_unreadable| AssetsError::NotText(path.clone()))
            };
            let Some(file) = id(&format!("/{path}")) else { continue };
            if let Some(kind) = path.strip_prefix("surat/").and_then(|rest| rest.strip_suffix("/naskah.toml"))
            {
                let parsed = Kind::parse(kind, &text()?)?;
                if own_paths.contains(path) {
                    parsed.check_names()?;
                }
                assets.kinds.insert(kind.to_owned(), parsed);
            } else if Path::new(path).extension().is_some_and(|ending| ending == "typ") {
                assets.sources.push(Template { id: file, text: text()?, parsed: OnceLock::new() });
            } else if path.starts_with("huruf/") {
                let font = Font::new(asset.shared(), 0).ok_or_else(|| AssetsError::NotFont(path.clone()))?;
                assets.fonts.push(font);
            } else {
                assets.bytes.push((file, asset.shared()));
            }
        }
        assets.book = LazyHash::new(FontBook::from_fonts(&assets.fonts));
        assets.glyphs = Glyphs::common(
            assets.fonts.iter().map(|font| font.info().coverage.iter().filter_map(char::from_u32).collect()),
        );
        Ok(assets)
    }

    /// The kind of letter of this name.
    pub fn kind(&self, jenis: &str) -> Option<&Kind> {
        self.kinds.get(jenis)
    }

    /// Names of all kinds.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.kinds.keys().map(String::as_str)
    }

    /// Characters that all fonts can draw.
    pub fn glyphs(&self) -> &Glyphs {
        &self.glyphs
    }

    /// Every file that can shape a letter of this kind, with its digest and its bytes: what must be kept to set it again.
    pub(crate) fn files_of(&self, jenis: &str) -> impl Iterator<Item = (&str, Sha256Bytes, &[u8])> {
        let folder = format!("surat/{jenis}/");
        let wanted = move |path: &str| {
            let in_folder = path.starts_with(&folder);
            let shared = path.starts_with("surat/") && path.matches('/').count() == 1;
            let others = ["surat/", "lembar/", "buku/", "sop/", "sop.toml", "standar.toml"];
            in_folder || shared || !others.iter().any(|other| path.starts_with(other))
        };
        let files = self.files.iter().filter(move |(path, _)| wanted(path));
        files.map(|(path, asset)| (path.as_str(), asset.digest(), &*asset.bytes))
    }

    /// A list of names and digests of those files, one a line as `sha256sum` writes them.
    pub fn manifest(&self, jenis: &str) -> String {
        self.files_of(jenis).map(|(path, digest, _)| format!("{}  {path}\n", hex(&digest))).collect()
    }

    /// Whether a file of this name is there.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    pub(super) fn workers(&self) -> usize {
        self.workers
    }

    pub(super) fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    pub(super) fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    pub(super) fn source(&self, id: FileId) -> Option<&Source> {
        let template = self.sources.iter().find(|template| template.id == id)?;
        Some(template.parsed.get_or_init(|| Source::new(id, template.text.clone())))
    }

    pub(super) fn file(&self, id: FileId) -> Option<&Bytes> {
        self.bytes.iter().find(|(known, _)| *known == id).map(|(_, bytes)| bytes)
    }

    pub(super) fn font(&self, index: usize) -> Option<&Font> {
        self.fonts.get(index)
    }
}
