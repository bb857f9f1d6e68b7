//! The data folder: where its parts lie, and the lock that keeps two writers apart.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use crate::error::EngineError;

/// The folder that holds the store and what is built from it.
#[derive(Debug, Clone)]
pub struct DataFolder {
    root: PathBuf,
}

/// Held while something is written; released when dropped, and by the operating system when the process dies.
#[derive(Debug)]
pub struct WriterLock {
    _file: File,
}

impl DataFolder {
    /// Opens a folder, making it when it is not there.
    ///
    /// # Errors
    /// [`EngineError::File`] when it cannot be made.
    pub fn open(root: &Path) -> Result<Self, EngineError> {
        std::fs::create_dir_all(root)
            .map_err(|source| EngineError::File { path: root.to_owned(), source })?;
        Ok(Self { root: root.to_owned() })
    }

    /// The folder itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The SQLite store.
    #[must_use]
    pub fn store_path(&self) -> PathBuf {
        self.root.join("store.sqlite")
    }

    /// The folder of the search index of a store. It carries the store's name, so that an index never answers for
    /// another store that was put into the folder.
    #[must_use]
    pub fn index_path(&self, store_id: &str) -> PathBuf {
        self.root.join(format!("index-{}", store_id.chars().take(16).collect::<String>()))
    }

    /// The folder of the pairs that the last screening of a store found.
    #[must_use]
    pub fn screen_path(&self, store_id: &str) -> PathBuf {
        self.root.join(format!("screen-{}", store_id.chars().take(16).collect::<String>()))
    }

    /// Takes the right to write.
    ///
    /// # Errors
    /// [`EngineError::FolderInUse`] when another process has it.
    pub fn lock(&self) -> Result<WriterLock, EngineError> {
        let path = self.root.join("writer.lock");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|source| EngineError::File { path: path.clone(), source })?;
        match file.try_lock() {
            Ok(()) => Ok(WriterLock { _file: file }),
            Err(std::fs::TryLockError::WouldBlock) => {
                Err(EngineError::FolderInUse { folder: self.root.clone() })
            }
            Err(std::fs::TryLockError::Error(source)) => Err(EngineError::File { path, source }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_writer_is_told_to_wait() {
        let root = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(&root.path().join("a/b")).unwrap();
        let lock = folder.lock().unwrap();
        assert!(matches!(folder.lock(), Err(EngineError::FolderInUse { .. })));
        drop(lock);
        folder.lock().unwrap();
    }
}
