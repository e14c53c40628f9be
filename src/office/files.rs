//! Files of the archive folder besides book and archive.

use std::collections::BTreeMap;
use std::path::Path;

use super::OfficeError;

/// No template, font or emblem is near this large.
const MAX_OWN: u64 = 16 * 1024 * 1024;

pub(super) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> OfficeError {
    let path = path.to_owned();
    move |source| OfficeError::Io { path, source }
}

pub(super) fn read_text(path: &Path) -> Result<String, OfficeError> {
    std::fs::read_to_string(path).map_err(io(path))
}

/// The office's own templates, fonts and emblem: paths below `templat/`, with slashes, and their bytes.
pub(super) fn own_templates(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>, OfficeError> {
    let mut files = BTreeMap::new();
    if !folder.is_dir() {
        return Ok(files);
    }
    for entry in walkdir::WalkDir::new(folder).max_depth(4).sort_by_file_name() {
        let entry =
            entry.map_err(|error| OfficeError::Io { path: folder.to_owned(), source: error.into() })?;
        let path = entry.path();
        let wanted = path
            .extension()
            .and_then(|ending| ending.to_str())
            .is_some_and(|ending| ["toml", "typ", "svg", "png", "ttf", "otf"].contains(&ending));
        let small = entry.metadata().is_ok_and(|data| data.len() <= MAX_OWN);
        if !entry.file_type().is_file() || !wanted || !small {
            continue;
        }
        let relative = path.strip_prefix(folder).unwrap_or(path);
        let name = relative.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
        files.insert(name, std::fs::read(path).map_err(io(path))?);
    }
    Ok(files)
}
