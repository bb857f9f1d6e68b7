//! What can go wrong, and whose fault it is.

use std::path::PathBuf;

use thiap_domain::{Fault, ProjectCode};

use crate::agencies::AgencyError;
use crate::decisions::DecisionError;
use crate::location::LocationError;
use crate::plans::PlanError;
use crate::record::UnstorableField;

/// Why the store did not do what it was asked. Whatever the error, nothing of the failed call was saved and everything
/// acknowledged before it is kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The place of the store cannot be understood.
    #[error(transparent)]
    Location(#[from] LocationError),
    /// The file cannot be opened or made.
    #[error("the store {} cannot be opened ({reason}); check that its folder exists and that this program may write in it", path.display())]
    CannotOpen {
        /// The store's file.
        path: PathBuf,
        /// What the database said.
        reason: String,
    },
    /// No space is left.
    #[error("no space is left for the store {}; nothing of this step was saved, all before it is kept: free some space and run it again", path.display())]
    DiskFull {
        /// The store's file.
        path: PathBuf,
    },
    /// Another program holds the store.
    #[error("another program has kept the store {} for more than {waited_ms} ms; nothing of this step was saved: let it finish, or stop it, and run this again", path.display())]
    Locked {
        /// The store's file.
        path: PathBuf,
        /// How long was waited.
        waited_ms: u64,
    },
    /// All reading connections were taken.
    #[error("the store {} was too busy to read for {waited_ms} ms; try again", path.display())]
    Busy {
        /// The store's file.
        path: PathBuf,
        /// How long was waited.
        waited_ms: u64,
    },
    /// The file's content is not what was written.
    #[error("the store {} is damaged ({what}); keep a copy of the file and restore a backup", path.display())]
    Damaged {
        /// The store's file.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// A file of something else.
    #[error("{} is not a Thiap store ({what}); nothing in it was changed: give another path", path.display())]
    NotAStore {
        /// The file.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// Written by a later version of this program.
    #[error("the store {} has format {found}, this program knows formats up to {known}; nothing in it was changed: use a newer version of this program", path.display())]
    NewerFormat {
        /// The store's file.
        path: PathBuf,
        /// The file's format.
        found: i64,
        /// The newest format that this program reads.
        known: i64,
    },
    /// A format step of the same number but with other content, as an unreleased build leaves it.
    #[error("the store {} was made by a build whose format {version} is another than this program's; nothing in it was changed: use that build, or import into a new store", path.display())]
    OtherFormat {
        /// The store's file.
        path: PathBuf,
        /// The format step that differs.
        version: i64,
    },
    /// The file, its folder or its disk does not let this program write.
    #[error("the store {} may not be written; nothing was saved: check the rights of the file and its folder", path.display())]
    ReadOnly {
        /// The store's file.
        path: PathBuf,
    },
    /// The disk failed.
    #[error("reading or writing the store {} failed ({reason}); nothing of this step was saved: check the disk and run it again", path.display())]
    Disk {
        /// The store's file.
        path: PathBuf,
        /// What the database said.
        reason: String,
    },
    /// A record that no store can hold; nothing of its batch was saved.
    #[error("project {project_code} (number {} of the batch) cannot be stored: {problem}", row + 1)]
    Unstorable {
        /// Its place in the batch, from 0.
        row: usize,
        /// Its code.
        project_code: ProjectCode,
        /// The field and the reason.
        problem: UnstorableField,
    },
    /// A reorganisation that cannot be.
    #[error(transparent)]
    Agency(#[from] AgencyError),
    /// A plan that cannot be.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A decision that cannot be kept.
    #[error(transparent)]
    Decision(#[from] DecisionError),
    /// A mistake of this program.
    #[error("the store failed by a mistake of this program: {what}")]
    Bug {
        /// What failed.
        what: String,
    },
}

impl StoreError {
    /// Who has to act.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::Location(_)
            | Self::NotAStore { .. }
            | Self::Unstorable { .. }
            | Self::Agency(_)
            | Self::Plan(_)
            | Self::Decision(_) => Fault::Caller,
            Self::CannotOpen { .. }
            | Self::DiskFull { .. }
            | Self::Locked { .. }
            | Self::Busy { .. }
            | Self::Damaged { .. }
            | Self::NewerFormat { .. }
            | Self::OtherFormat { .. }
            | Self::ReadOnly { .. }
            | Self::Disk { .. } => Fault::Environment,
            Self::Bug { .. } => Fault::Bug,
        }
    }
}

/// A failure inside the crate, before the file that it belongs to is named.
#[derive(Debug)]
pub(crate) enum Failure {
    /// From the database.
    Sql(sqlx::Error),
    /// A row that cannot have been written by this program.
    Damaged(String),
    /// Already whole.
    Whole(StoreError),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Whole(error)
    }
}

impl From<AgencyError> for Failure {
    fn from(error: AgencyError) -> Self {
        Self::Whole(error.into())
    }
}

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        Self::Whole(error.into())
    }
}
