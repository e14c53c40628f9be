//! The only place that talks to the file system's finer points: syncs, renames, modes, locks. Code that needs a
//! particular system stands here and nowhere else.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Inside an [`io::Error`]: a sync has failed, so that nobody knows what of the last writes is on the disk. The system may
/// have forgotten them (it reports such an error once), so that a second try proves nothing.
#[derive(Debug, thiserror::Error)]
#[error("disk tidak memastikan tulisan tersimpan: {0}")]
struct Unsynced(#[source] io::Error);

/// Says of an error that it is one of a sync.
pub(crate) fn unsynced(error: io::Error) -> io::Error {
    io::Error::new(error.kind(), Unsynced(error))
}

/// Whether a sync has failed.
pub(crate) fn is_unsynced(error: &io::Error) -> bool {
    error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Unsynced>)
}

/// Writes a new file, for its owner only; with `sync` it is durable on return (its name is not, see
/// [`sync_folder`]).
pub(super) fn write_file(path: &Path, bytes: &[u8], sync: bool) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    if sync { file.sync_all().map_err(unsynced) } else { Ok(()) }
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
    file.sync_data().map_err(unsynced)
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

/// Makes a folder for its owner only where there is none, and those above it; their names are durable on return.
pub(crate) fn found_folder(path: &Path) -> io::Result<()> {
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    let above = path.parent().unwrap_or(path);
    found_folder(above)?;
    make_folder(path)?;
    sync_folder(if above.as_os_str().is_empty() { Path::new(".") } else { above })
}

/// Overwrites a file and removes it; one that is not there is gone already. The bytes are gone on return, the name once its
/// folder was synced.
pub(crate) fn erase(path: &Path) -> io::Result<()> {
    let Ok(data) = path.symlink_metadata() else { return Ok(()) };
    let mut file = OpenOptions::new().write(true).open(path)?;
    io::copy(&mut io::repeat(0).take(data.len()), &mut file)?;
    file.sync_all().map_err(unsynced)?;
    std::fs::remove_file(path)
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

/// Makes the bytes of a file durable that somebody else has written.
pub(crate) fn sync_file(path: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).open(path)?.sync_all().map_err(unsynced)
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(windows) { Ok(()) } else { File::open(path)?.sync_all().map_err(unsynced) }
}

/// Makes many files or folders durable at once: one `syncfs` where the system has it.
pub(super) fn sync_all(root: &Path, paths: &[&Path]) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        let _ = paths;
        rustix::fs::syncfs(File::open(root)?).map_err(|error| unsynced(error.into()))
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = root;
        paths.iter().try_for_each(|path| {
            if path.is_dir() { sync_folder(path) } else { File::open(path)?.sync_all().map_err(unsynced) }
        })
    }
}

/// Makes the names in several folders durable, all of them below `root`.
pub(crate) fn sync_folders(root: &Path, folders: &BTreeSet<PathBuf>) -> io::Result<()> {
    match folders.len() {
        0 => Ok(()),
        1 => folders.iter().try_for_each(|folder| sync_folder(folder)),
        _ => sync_all(root, &folders.iter().map(PathBuf::as_path).collect::<Vec<_>>()),
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

/// Claims the office folder for one service: `None` where another holds it. Apart from [`lock_folder`], which everybody
/// takes in turn; ends with the returned file.
pub(crate) fn claim_folder(path: &Path) -> io::Result<Option<File>> {
    let file = if cfg!(windows) {
        OpenOptions::new().write(true).create(true).truncate(false).open(path.join(".layanan"))?
    } else {
        // The folder of the files is locked by nobody else, and no file is needed for it.
        File::open(path.join("sha256"))?
    };
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Bytes that may still be written to the disk of a folder, those kept back for the administrator left out; `None` where
/// the system does not say.
pub(crate) fn free_space(path: &Path) -> Option<u64> {
    #[cfg(unix)]
    {
        let disk = rustix::fs::statvfs(path).ok()?;
        Some(disk.f_bavail.saturating_mul(disk.f_frsize))
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

/// Rights of others than the owner on a file or folder, as the digits of its mode (`0o077`); none where the system has no
/// modes.
pub(crate) fn rights_of_others(data: &std::fs::Metadata) -> u32 {
    #[cfg(unix)]
    {
        std::os::unix::fs::PermissionsExt::mode(&data.permissions()) & 0o077
    }
    #[cfg(not(unix))]
    {
        let _ = data;
        0
    }
}

/// SQLite's own name for its access to files without locks: for books that nobody writes.
pub(crate) const WITHOUT_LOCKS: &str = if cfg!(windows) { "win32-none" } else { "unix-none" };
