//! Files that are either wholly written or not there at all, whenever the process or the machine stops.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::Path;

use crate::error::IndexError;

/// Writes `bytes` to a temporary file beside `path`, flushes it to disk and renames it into place.
pub(crate) fn replace_file(path: &Path, bytes: &[u8]) -> Result<(), IndexError> {
    let temporary = path.with_extension("tmp");
    let write = || -> std::io::Result<()> {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    };
    write().map_err(|source| IndexError::io(path, source))?;
    match path.parent() {
        Some(directory) => sync_directory(directory),
        None => Ok(()),
    }
}

/// Flushes the names in a directory to disk, so that a created, renamed or removed file stays so.
pub(crate) fn sync_directory(directory: &Path) -> Result<(), IndexError> {
    // Windows cannot open a directory as a file, and needs no such step.
    if cfg!(windows) {
        return Ok(());
    }
    File::open(directory)
        .and_then(|handle| handle.sync_all())
        .map_err(|source| IndexError::io(directory, source))
}

/// Removes a file; one that is gone already is fine.
pub(crate) fn remove_file(path: &Path) -> Result<(), IndexError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(IndexError::io(path, source)),
        _ => Ok(()),
    }
}
