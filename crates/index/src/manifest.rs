//! The manifest: what the index consists of, replaced as a whole by every commit of vectors.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::durable::replace_file;
use crate::error::{IndexError, IndexPart};

/// The format of everything in the directory. It rises with every change of layout, of the lexical fields, of how texts
/// become terms, of which texts are embedded or of how the encoder computes, because an index that was cut into other words would find nothing and say nothing.
pub const FORMAT_VERSION: u32 = 3;

const MAGIC: &str = "thiap-index";

/// Which model made the vectors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelIdentity {
    /// The encoder's own id: its name and the first digits of its weights' hash.
    pub id: String,
    /// Components of every vector.
    pub dimensions: usize,
}

impl ModelIdentity {
    /// From what an encoder says of itself.
    #[must_use]
    pub fn new(id: &str, dimensions: usize) -> Self {
        Self { id: id.to_owned(), dimensions }
    }
}

/// A file of vectors, and how much of it is committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct VectorFileEntry {
    /// Name in the directory.
    pub(crate) name: String,
    /// Bytes that are committed; anything behind them is a torn tail.
    pub(crate) committed_bytes: u64,
}

/// The graph over the vectors of the first files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct GraphEntry {
    /// Name in the directory.
    pub(crate) name: String,
    /// Rows, counted through all files in order, that were there when it was built.
    pub(crate) rows: u64,
    /// Length of the file in bytes.
    pub(crate) bytes: u64,
}

/// What the index consists of. The lexical part keeps its own state in its own directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) model: ModelIdentity,
    /// The change up to which vectors are there.
    pub(crate) vector_change_number: u64,
    /// Files in the order in which they are to be read.
    pub(crate) vector_files: Vec<VectorFileEntry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) graph: Option<GraphEntry>,
    /// The number that the next file gets; never used twice, so that a reader never mistakes a new file for an old one.
    pub(crate) next_file_number: u64,
}

impl Manifest {
    pub(crate) fn new(model: ModelIdentity) -> Self {
        Self { model, vector_change_number: 0, vector_files: Vec::new(), graph: None, next_file_number: 1 }
    }

    pub(crate) fn path(directory: &Path) -> PathBuf {
        directory.join("manifest")
    }

    /// A name for a new file.
    pub(crate) fn take_name(&mut self, kind: &str) -> String {
        let name = format!("{kind}-{:06}", self.next_file_number);
        self.next_file_number = self.next_file_number.saturating_add(1);
        name
    }

    /// Reads the manifest; `None` when there is none.
    pub(crate) fn read(directory: &Path) -> Result<Option<Self>, IndexError> {
        let path = Self::path(directory);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(IndexError::io(&path, error)),
        };
        let damaged = |what: &str| IndexError::damaged(&path, IndexPart::Everything, what);
        let text = std::str::from_utf8(&bytes).map_err(|_| damaged("it is not a text"))?;
        let (head, body) = text.split_once('\n').ok_or_else(|| damaged("it has no body"))?;
        let mut words = head.split(' ');
        if words.next() != Some(MAGIC) {
            return Err(damaged("it does not begin as the manifest of an index does"));
        }
        let version: u32 = words
            .next()
            .and_then(|word| word.parse().ok())
            .ok_or_else(|| damaged("it has no format version"))?;
        if version != FORMAT_VERSION {
            return Err(IndexError::OtherVersion {
                directory: directory.to_path_buf(),
                found: version,
                expected: FORMAT_VERSION,
            });
        }
        let checksum = words.next().and_then(|word| u32::from_str_radix(word, 16).ok());
        if checksum != Some(crc32fast::hash(body.as_bytes())) {
            return Err(damaged("its checksum does not fit"));
        }
        serde_json::from_str(body).map(Some).map_err(|error| damaged(&error.to_string()))
    }

    /// Replaces the manifest: the commit of everything that it names, which must be on disk already.
    pub(crate) fn write(&self, directory: &Path) -> Result<(), IndexError> {
        let body = serde_json::to_string(self).map_err(|error| IndexError::Bug(error.to_string()))?;
        let checksum = crc32fast::hash(body.as_bytes());
        let text = format!("{MAGIC} {FORMAT_VERSION} {checksum:08x}\n{body}");
        replace_file(&Self::path(directory), text.as_bytes())
    }

    /// The manifest of an index whose vectors the given model made.
    pub(crate) fn read_for(directory: &Path, model: &ModelIdentity) -> Result<Self, IndexError> {
        let manifest = Self::read(directory)?
            .ok_or_else(|| IndexError::Missing { directory: directory.to_path_buf() })?;
        manifest.check_model(directory, model)?;
        Ok(manifest)
    }

    pub(crate) fn check_model(&self, directory: &Path, model: &ModelIdentity) -> Result<(), IndexError> {
        if self.model == *model {
            return Ok(());
        }
        Err(IndexError::OtherModel {
            directory: directory.to_path_buf(),
            found: self.model.clone(),
            expected: model.clone(),
        })
    }
}
