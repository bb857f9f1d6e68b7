//! Opening a store and asking how it is.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::error::{Failure, StoreError};
use crate::location::StoreLocation;
use crate::sqlite::Database;
use crate::sqlite::state_rows::{self, StoreState};

/// How a store is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreOptions {
    /// Connections that read at the same time, at least 1.
    pub readers: u32,
    /// How long a call waits for another program that writes, or for a free reader, before it gives up.
    pub busy_timeout: Duration,
    /// The largest size of the file in bytes, rounded down to whole pages; `None` for the disk's own limit. Reaching it is
    /// [`StoreError::DiskFull`].
    pub maximum_file_bytes: Option<u64>,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self { readers: 4, busy_timeout: Duration::from_secs(30), maximum_file_bytes: None }
    }
}

/// How much a store holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoreCounts {
    /// Projects that are there now.
    pub projects: u64,
    /// Projects that were withdrawn.
    pub withdrawn: u64,
    /// States of all projects ever, withdrawals among them; equals the last change number.
    pub versions: u64,
    /// Agencies, those that ended among them.
    pub agencies: u64,
    /// Plans of all levels.
    pub plans: u64,
}

/// The record. Cheap to clone: clones share their connections. Writing calls of one process queue up; those of several processes
/// wait for each other; readers are never held up.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) database: Arc<Database>,
}

impl Store {
    /// Opens a store, makes it when it is not there, and brings an older format up to date.
    ///
    /// # Errors
    /// [`StoreError`]: the place cannot be opened, holds something else, is damaged, or was written by a newer program.
    pub async fn open(location: &StoreLocation) -> Result<Self, StoreError> {
        Self::open_with(location, &StoreOptions::default()).await
    }

    /// [`Self::open`] with options.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_with(location: &StoreLocation, options: &StoreOptions) -> Result<Self, StoreError> {
        let StoreLocation::Sqlite(path) = location;
        Ok(Self { database: Arc::new(Database::open(path, options).await?) })
    }

    /// Where the store lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.database.path()
    }

    /// Finishes running calls and lets go of the file. Clones cannot be used any more.
    pub async fn close(&self) {
        self.database.close().await;
    }

    /// A random name given to the store when it was made: an index that was built from another store is known by it.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn store_id(&self) -> Result<String, StoreError> {
        Ok(self.state().await?.store_id)
    }

    /// The number of the last change; 0 when nothing was ever stored.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn last_change_number(&self) -> Result<u64, StoreError> {
        Ok(self.state().await?.last_change_number)
    }

    /// How much the store holds, all figures of the same moment.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn counts(&self) -> Result<StoreCounts, StoreError> {
        let mut link = self.database.reader().await?;
        state_rows::counts(&mut link).await.map_err(|failure| self.explain(failure))
    }

    async fn state(&self) -> Result<StoreState, StoreError> {
        let mut link = self.database.reader().await?;
        state_rows::read(&mut link).await.map_err(|failure| self.explain(failure))
    }

    pub(crate) fn explain(&self, failure: Failure) -> StoreError {
        self.database.explain(failure)
    }
}
