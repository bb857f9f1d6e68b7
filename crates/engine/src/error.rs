//! What can go wrong in a use case, and whose fault it is.

use std::path::PathBuf;

use thiap_domain::Fault;
use thiap_index::{IndexError, QueryError};
use thiap_model::{EncodeError, LoadError};
use thiap_screening::RelationModelError;
use thiap_screening::training::TrainingError;
use thiap_store::StoreError;

use crate::record::{FieldProblem, MappingError, RecordFileError};

/// Why a use case could not be carried out. Each says what, where, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// A file of records cannot be read.
    #[error(transparent)]
    RecordFile(#[from] RecordFileError),
    /// A mapping file cannot be used.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The index failed.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// A query is not understood.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The encoder cannot be loaded.
    #[error(transparent)]
    Model(#[from] LoadError),
    /// The encoder failed.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The relation model cannot be loaded.
    #[error(transparent)]
    RelationModel(#[from] RelationModelError),
    /// The labels do not suffice to train a model.
    #[error(transparent)]
    Training(#[from] TrainingError),
    /// A draft that cannot be checked.
    #[error("draft {draft}: {}", list(problems))]
    Draft {
        /// Its id, or its place in the file.
        draft: String,
        /// Every problem found.
        problems: Vec<FieldProblem>,
    },
    /// Nothing was indexed yet.
    #[error("nothing is indexed in {} yet; import a file, then run: thiap index", folder.display())]
    NotIndexed {
        /// The data folder.
        folder: PathBuf,
    },
    /// A code that the store does not know.
    #[error("no project has the code {code:?}")]
    UnknownProject {
        /// The code.
        code: String,
    },
    /// Nothing was screened yet.
    #[error("no projects were screened yet; run: thiap screen")]
    NotScreened,
    /// A family that no screening found.
    #[error("no family has the name {family_id:?}")]
    UnknownFamily {
        /// The name.
        family_id: String,
    },
    /// Another process changes the same data folder.
    #[error("another thiap process is writing to {}; wait until it is done, then run this again", folder.display())]
    FolderInUse {
        /// The data folder.
        folder: PathBuf,
    },
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A labelled file does not have the expected form.
    #[error("{}, line {line}: {reason}", path.display())]
    Gold {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// A pair, a query or a setting that makes no sense.
    #[error("{0}")]
    Request(String),
    /// A worker ended before its work was done.
    #[error("a worker ended unexpectedly: {0}")]
    Worker(String),
}

fn list(problems: &[FieldProblem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl EngineError {
    /// Who has to act.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::RecordFile(RecordFileError::Unreadable { .. })
            | Self::Mapping(MappingError::Unreadable { .. }) => Fault::Environment,
            Self::RecordFile(_)
            | Self::Mapping(_)
            | Self::Query(_)
            | Self::Draft { .. }
            | Self::NotIndexed { .. }
            | Self::UnknownProject { .. }
            | Self::NotScreened
            | Self::UnknownFamily { .. }
            | Self::Gold { .. }
            | Self::Training(_)
            | Self::Request(_) => Fault::Caller,
            Self::Store(error) => error.fault(),
            Self::Index(error) => error.fault(),
            Self::Model(error) => error.fault(),
            Self::Encode(error) => error.fault(),
            Self::RelationModel(error) => error.fault(),
            Self::FolderInUse { .. } | Self::File { .. } => Fault::Environment,
            Self::Worker(_) => Fault::Bug,
        }
    }

    /// A short stable word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::RecordFile(_) => "record_file",
            Self::Mapping(_) => "mapping",
            Self::Store(StoreError::Decision(_)) => "decision",
            Self::Store(_) => "store",
            Self::Index(_) => "index",
            Self::Query(_) => "query_syntax",
            Self::Model(_) | Self::Encode(_) => "model",
            Self::RelationModel(_) => "relation_model",
            Self::Draft { .. } => "draft",
            Self::NotIndexed { .. } => "not_indexed",
            Self::UnknownProject { .. } => "unknown_project",
            Self::NotScreened => "not_screened",
            Self::UnknownFamily { .. } => "unknown_family",
            Self::FolderInUse { .. } => "folder_in_use",
            Self::File { .. } => "file",
            Self::Gold { .. } => "gold_file",
            Self::Training(_) => "training",
            Self::Request(_) => "request",
            Self::Worker(_) => "worker",
        }
    }

    /// The field of the request that is at fault, where one is.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Draft { problems, .. } => problems.first().map(|problem| problem.field),
            Self::Query(_) => Some("query"),
            Self::UnknownProject { .. } => Some("project_code"),
            Self::Store(StoreError::Decision(error)) => Some(error.field()),
            _ => None,
        }
    }
}
