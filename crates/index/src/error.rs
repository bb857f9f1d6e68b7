//! What can go wrong with an index, and whose fault it is.

use std::io;
use std::path::{Path, PathBuf};

use tantivy::TantivyError;
use thiap_domain::Fault;

use crate::manifest::ModelIdentity;
use crate::query::QueryError;

/// An index could not be opened, read, searched or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// There is no index in the directory yet.
    #[error("there is no index in {}; build it first", directory.display())]
    Missing {
        /// Where it was looked for.
        directory: PathBuf,
    },
    /// The index was written in another format. It has to be built anew from the store.
    #[error("the index in {} has format {found}, this program reads format {expected}; build it anew", directory.display())]
    OtherVersion {
        /// Where the index is.
        directory: PathBuf,
        /// The format of the index.
        found: u32,
        /// The format of this program.
        expected: u32,
    },
    /// The vectors were made by another model. They have to be made anew; the lexical part may stay.
    #[error(
        "the vectors in {} were made by {} ({} dimensions), not by {} ({} dimensions); embed the projects anew",
        directory.display(), found.id, found.dimensions, expected.id, expected.dimensions
    )]
    OtherModel {
        /// Where the index is.
        directory: PathBuf,
        /// The model that made the vectors.
        found: ModelIdentity,
        /// The model that was asked for.
        expected: ModelIdentity,
    },
    /// A file of the index does not hold what was written to it. The part has to be built anew from the store.
    #[error("{} is damaged: {what}; build this part of the index anew", file.display())]
    Damaged {
        /// The file, or the directory when no single file can be named.
        file: PathBuf,
        /// What is wrong with it.
        what: String,
        /// The part of the index that has to be discarded.
        part: IndexPart,
    },
    /// Another process, or another writer of this process, writes to the index.
    #[error("the index in {} is being written by another process", directory.display())]
    Busy {
        /// Where the index is.
        directory: PathBuf,
    },
    /// The disk is full. What was committed before stays readable.
    #[error("no space is left for {}", file.display())]
    DiskFull {
        /// The file or directory that could not grow.
        file: PathBuf,
    },
    /// The operating system refused to read or write.
    #[error("cannot read or write {}", file.display())]
    Io {
        /// The file or directory.
        file: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The query cannot be understood.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// A filter asks for something that cannot be.
    #[error("the filter {field} cannot be used: {what}")]
    Filter {
        /// The key in the filters.
        field: &'static str,
        /// What is wrong with it.
        what: String,
    },
    /// The caller passed a vector of the wrong length, or one that is not finite.
    #[error(
        "a vector of {expected} finite components is needed, but {found} were given or one is not finite"
    )]
    Vector {
        /// Components given.
        found: usize,
        /// Components of the index.
        expected: usize,
    },
    /// A change number below the one that the index has reached.
    #[error("the index has reached change {reached}; change {asked} lies behind it")]
    ChangeBehind {
        /// Where the index stands.
        reached: u64,
        /// What was asked.
        asked: u64,
    },
    /// The program is wrong.
    #[error("internal error in the index: {0}")]
    Bug(String),
}

/// A part of the index that can be discarded and built anew without the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IndexPart {
    /// Words, clusters and attributes: minutes to rebuild.
    Lexical,
    /// Vectors and their graph: to be embedded anew, which takes long.
    Vectors,
    /// Both.
    Everything,
}

impl IndexError {
    /// Who has to act.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::Query(_) | Self::Filter { .. } | Self::Vector { .. } | Self::ChangeBehind { .. } => {
                Fault::Caller
            }
            Self::Bug(_) => Fault::Bug,
            _ => Fault::Environment,
        }
    }

    /// The part of the index that must be discarded before the index can be used again; `None` when rebuilding does not
    /// help.
    #[must_use]
    pub fn rebuild(&self) -> Option<IndexPart> {
        match self {
            Self::OtherVersion { .. } => Some(IndexPart::Everything),
            Self::OtherModel { .. } => Some(IndexPart::Vectors),
            Self::Damaged { part, .. } => Some(*part),
            _ => None,
        }
    }

    pub(crate) fn io(file: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::DiskFull { file: file.to_path_buf() }
            }
            _ => Self::Io { file: file.to_path_buf(), source },
        }
    }

    pub(crate) fn damaged(file: &Path, part: IndexPart, what: impl Into<String>) -> Self {
        Self::Damaged { file: file.to_path_buf(), what: what.into(), part }
    }

    /// An error of tantivy, whose files live in `directory`.
    pub(crate) fn tantivy(directory: &Path, error: TantivyError) -> Self {
        use tantivy::directory::error::{OpenReadError, OpenWriteError};
        let damaged = |what: String| Self::damaged(directory, IndexPart::Lexical, what);
        let io = |file: &Path, source: &io::Error| {
            let file = directory.join(file);
            match source.kind() {
                io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
                    Self::damaged(&file, IndexPart::Lexical, source.to_string())
                }
                kind => Self::io(&file, io::Error::new(kind, source.to_string())),
            }
        };
        match error {
            TantivyError::LockFailure(..) => Self::Busy { directory: directory.to_path_buf() },
            TantivyError::IoError(source) => io(Path::new(""), &source),
            TantivyError::OpenReadError(OpenReadError::IoError { io_error, filepath })
            | TantivyError::OpenWriteError(OpenWriteError::IoError { io_error, filepath }) => {
                io(&filepath, &io_error)
            }
            TantivyError::OpenReadError(OpenReadError::FileDoesNotExist(file)) => {
                Self::damaged(&directory.join(file), IndexPart::Lexical, "the file is gone")
            }
            TantivyError::OpenReadError(error @ OpenReadError::IncompatibleIndex(_)) => {
                damaged(format!("it was written by another version of the search library ({error:?})"))
            }
            TantivyError::DataCorruption(corruption) => damaged(format!("{corruption:?}")),
            TantivyError::IncompatibleIndex(incompatibility) => damaged(format!("{incompatibility:?}")),
            TantivyError::SchemaError(what) => damaged(what),
            other => Self::Bug(other.to_string()),
        }
    }
}
