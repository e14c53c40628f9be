//! The one door through which Typst sees anything: the assets and one paper's data. No disk, no network, no clock.

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, World};

use super::assets::Assets;
use super::document::Document;

pub(super) struct PaperWorld<'a> {
    assets: &'a Assets,
    main: FileId,
    data: (FileId, Bytes),
    qr: (FileId, Bytes),
}

/// Id of a path inside the paper's small world.
pub(super) fn id(path: &str) -> Option<FileId> {
    Some(FileId::new(RootedPath::new(VirtualRoot::Project, VirtualPath::new(path).ok()?)))
}

impl<'a> PaperWorld<'a> {
    pub(super) fn new(assets: &'a Assets, document: &Document, main: &str) -> Option<Self> {
        let main = id(&format!("/{main}"))?;
        assets.source(main)?;
        Some(Self {
            assets,
            main,
            data: (id("/data.json")?, Bytes::from_string(document.json.clone())),
            qr: (id("/qr.luma")?, Bytes::new(document.qr.clone())),
        })
    }
}

impl World for PaperWorld<'_> {
    fn library(&self) -> &LazyHash<Library> {
        self.assets.library()
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.assets.book()
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.assets.source(id).cloned().ok_or_else(|| missing(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        [&self.data, &self.qr]
            .into_iter()
            .find(|(known, _)| *known == id)
            .map(|(_, bytes)| bytes.clone())
            .or_else(|| self.assets.file(id).cloned())
            .ok_or_else(|| missing(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.assets.font(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn missing(id: FileId) -> FileError {
    FileError::NotFound(id.vpath().get_with_slash().into())
}
