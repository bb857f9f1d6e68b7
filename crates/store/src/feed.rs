//! The change feed: what an index reads to stand where the store stands.

use thiap_domain::{Project, ProjectCode};

use crate::error::StoreError;
use crate::sqlite::feed_rows;
use crate::store::Store;

/// A page ends early once its records take this many bytes, so that a run of huge records cannot fill the memory.
pub(crate) const PAGE_BYTES: usize = 64 << 20;

/// A project's latest state, with the number of the change that brought it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The number: later changes have larger ones.
    pub change_number: u64,
    /// The project.
    pub project_code: ProjectCode,
    /// What it is now.
    pub kind: ChangeKind,
}

/// What a change did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeKind {
    /// The project is now as here.
    Upsert(Box<Project>),
    /// The project was withdrawn.
    Delete,
}

impl Store {
    /// The latest state of each project that changed after `change_number`, by rising number, at most `limit` of them (0 is taken
    /// as 1) and some 64 MiB of records.
    ///
    /// To follow the store, ask again from the last number received. **An empty answer, and only that, means that there is
    /// nothing more.** A project that changes while the feed is read comes again under its new number; numbers of states that
    /// were replaced since are not seen. Writers never make a number visible before all smaller ones.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn changes_after(&self, change_number: u64, limit: usize) -> Result<Vec<Change>, StoreError> {
        let mut link = self.database.reader().await?;
        feed_rows::changes_after(&mut link, change_number, limit.max(1), PAGE_BYTES)
            .await
            .map_err(|failure| self.explain(failure))
    }
}
