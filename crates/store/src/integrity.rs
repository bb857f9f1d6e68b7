//! Whether everything that the store promises holds in the file.

use crate::error::StoreError;
use crate::sqlite::integrity_rows;
use crate::store::Store;

/// How much an integrity check reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IntegrityDepth {
    /// The file's structure and the relations between rows; seconds for hundreds of thousands of projects.
    Structure,
    /// That, every index entry, every record of every version against its hash, and the rows that repeat parts of a record
    /// against it.
    Records,
}

/// What an integrity check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntegrityReport {
    /// The last change number at the time of the check.
    pub last_change_number: u64,
    /// Records that were read and hashed.
    pub records_read: u64,
    /// What is wrong, one sentence each; at most some hundred.
    pub problems: Vec<String>,
}

impl IntegrityReport {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }
}

impl Store {
    /// Checks the file and the record in it: structure, references, change numbers without gaps, versions numbered from 1, every
    /// project in the state of its latest version, details and links of current projects only, and with
    /// [`IntegrityDepth::Records`] every record unaltered and readable. Reads one moment's state; writers go on meanwhile.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read at all; what is wrong inside it is in the report.
    pub async fn check_integrity(&self, depth: IntegrityDepth) -> Result<IntegrityReport, StoreError> {
        let mut snapshot = self.database.snapshot().await?;
        integrity_rows::check(&mut snapshot, depth).await.map_err(|failure| self.explain(failure))
    }
}
