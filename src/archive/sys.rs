//! The only place that talks to the file system's finer points: syncs, renames, modes, locks. Code that needs a
//! particular system stands here and nowhere else.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Writes a new file, for its owner only; with `sync` it is durable on return (its name is not, see
/// [`sync_folder`]).
pub(super) fn write_file(path: &Path, bytes: &[u8], sync: bool) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    if sync { file.sync_all() } else { Ok(()) }
}

/// Writes a file whole: under another name, synced, renamed, its folder synced.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy().into_owned();
    let temporary = folder.join(format!(".{name}.baru"));
    write_file(&temporary, bytes, true)?;
    rename(&temporary, path)?;
    sync_folder(folder)
}

/// Adds bytes at the end of a file for its owner only, durable on return. A file that is new gets a durable name.
pub(crate) fn append(path: &Path, bytes: &[u8]) -> io::Result<()> {
    ensure_file(path)?;
    let mut file = OpenOptions::new().append(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_data()
}

/// Makes an empty file for its owner only if there is none, its name durable on return.
pub(crate) fn ensure_file(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => path.parent().map_or(Ok(()), sync_folder),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// Makes a folder for its owner only.
pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Takes rights on a folder or file from everybody but its owner.
pub(crate) fn restrict(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        let mode = if path.is_dir() { 0o700 } else { 0o600 };
        let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
        std::fs::set_permissions(path, mode)?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "this module is where files are renamed, after they were synced"
)]
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::rename(from, to)
}

/// Makes the names in a folder durable.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(windows) { Ok(()) } else { File::open(path)?.sync_all() }
}

/// Makes many files or folders durable at once: one `syncfs` where the system has it.
pub(super) fn sync_all(root: &Path, paths: &[&Path]) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        let _ = paths;
        rustix::fs::syncfs(File::open(root)?).map_err(io::Error::from)
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = root;
        paths
            .iter()
            .try_for_each(|path| if path.is_dir() { sync_folder(path) } else { File::open(path)?.sync_all() })
    }
}

/// Locks the office folder against other processes; the lock ends with the returned file, also when the process is
/// killed.
pub(crate) fn lock_folder(path: &Path) -> io::Result<File> {
    let file = if cfg!(windows) {
        OpenOptions::new().write(true).create(true).truncate(false).open(path.join(".kunci"))?
    } else {
        File::open(path)?
    };
    file.lock()?;
    Ok(file)
}
