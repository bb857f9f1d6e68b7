//! The reading side: immutable snapshots, replaced as a whole when the index has moved on.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use thiap_domain::{Project, ProjectCode};

use crate::blocking::{Blocking, BlockingParameters, BlockingScope};
use crate::candidates::Candidate;
use crate::error::IndexError;
use crate::manifest::ModelIdentity;
use crate::search::{SearchParameters, SearchRequest, SearchResponse};
use crate::snapshot::Snapshot;
use crate::vector::{NO_ROW, Placement, ProjectVectors};

/// An index to search in. Cheap to share between threads; every call works on the snapshot that is current when it begins.
pub struct Index {
    directory: PathBuf,
    snapshot: RwLock<Arc<Snapshot>>,
    /// Held while a new snapshot is read, so that one caller reads it and the others go on with the old one.
    reloading: Mutex<()>,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("directory", &self.directory).finish_non_exhaustive()
    }
}

impl Index {
    /// Opens the index and verifies every checksum.
    ///
    /// # Errors
    /// [`IndexError::Missing`], [`IndexError::OtherVersion`], [`IndexError::OtherModel`], [`IndexError::Damaged`]: build
    /// the part that [`IndexError::rebuild`] names anew; [`IndexError::Io`] when the system refuses.
    pub fn open(directory: &Path, model: &ModelIdentity) -> Result<Self, IndexError> {
        let snapshot = Snapshot::open(directory, model)?;
        Ok(Self {
            directory: directory.to_path_buf(),
            snapshot: RwLock::new(Arc::new(snapshot)),
            reloading: Mutex::new(()),
        })
    }

    /// Moves on to the last commit of a writer, in this or another process; says whether there was a newer one. Searches that
    /// are under way keep their snapshot. Returns at once when another thread is reading the new snapshot already.
    ///
    /// # Errors
    /// As for [`Index::open`]; the old snapshot stays in use.
    pub fn reload_if_changed(&self) -> Result<bool, IndexError> {
        let _guard = match self.reloading.try_lock() {
            Ok(guard) => guard,
            Err(std::sync::TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(std::sync::TryLockError::WouldBlock) => return Ok(false),
        };
        match self.current().reload_if_changed(&self.directory)? {
            Some(snapshot) => {
                *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
                Ok(true)
            }
            None => Ok(false),
        }
    }

    /// Searches.
    ///
    /// `query_vector` is the embedding, as a query, of [`ParsedQuery::embedding_text`](crate::ParsedQuery::embedding_text);
    /// without it words and clusters search alone.
    ///
    /// # Errors
    /// [`IndexError::Query`], [`IndexError::Filter`] or [`IndexError::Vector`] for a request that cannot be served.
    pub fn search(
        &self,
        request: &SearchRequest,
        query_vector: Option<&[f32]>,
    ) -> Result<SearchResponse, IndexError> {
        self.search_with(request, query_vector, &SearchParameters::default())
    }

    /// Searches with other parameters than the chosen ones, to measure them.
    ///
    /// # Errors
    /// As for [`Index::search`].
    pub fn search_with(
        &self,
        request: &SearchRequest,
        query_vector: Option<&[f32]>,
        parameters: &SearchParameters,
    ) -> Result<SearchResponse, IndexError> {
        self.current().search(request, query_vector, parameters)
    }

    /// The projects nearest to a draft in any leg, best first, by exact scan. The draft itself is among them when it is
    /// stored.
    ///
    /// # Errors
    /// [`IndexError::Vector`] for vectors of another length than those of the index.
    pub fn candidates(
        &self,
        draft: &Project,
        vectors: &ProjectVectors,
        limit: usize,
    ) -> Result<Vec<Candidate>, IndexError> {
        self.current().candidates(draft, vectors, limit)
    }

    /// Prepares the snapshot for finding the neighbours of many projects. `place` brings a vector into the space in which
    /// meanings are compared.
    ///
    /// # Errors
    /// [`IndexError::Io`] when the index cannot be read.
    pub fn blocking(
        &self,
        scope: BlockingScope,
        parameters: BlockingParameters,
        place: &Placement<'_>,
    ) -> Result<Blocking, IndexError> {
        Blocking::of(self.current(), scope, parameters, place)
    }

    /// The stored vectors of a project, as exact as a byte per component is; `None` when it has none yet.
    ///
    /// # Errors
    /// None at present.
    pub fn vectors_of(&self, code: &ProjectCode) -> Result<Option<ProjectVectors>, IndexError> {
        let snapshot = self.current();
        let rows = snapshot
            .lexical
            .documents
            .ordinal(code.as_str())
            .and_then(|ordinal| snapshot.rows.of_document.get(ordinal as usize));
        Ok(rows
            .filter(|rows| rows.iter().any(|row| *row != NO_ROW))
            .map(|rows| snapshot.vectors.restore(rows)))
    }

    /// Number of projects that hold the word, as [`thiap_text::analyse`] gives it, in any field.
    ///
    /// # Errors
    /// [`IndexError::Io`] when the index cannot be read.
    pub fn document_frequency(&self, word: &str) -> Result<u64, IndexError> {
        self.current().lexical.document_frequency(word)
    }

    /// Number of projects.
    #[must_use]
    pub fn document_count(&self) -> u64 {
        self.current().lexical.documents.len() as u64
    }

    /// Number of projects that have vectors.
    #[must_use]
    pub fn vector_document_count(&self) -> u64 {
        let snapshot = self.current();
        let with_vectors = |rows: &&[u32; 3]| rows.iter().any(|row| *row != NO_ROW);
        snapshot.rows.of_document.iter().filter(with_vectors).count() as u64
    }

    /// Whether searches go through a graph over the vectors instead of scanning them.
    #[must_use]
    pub fn has_graph(&self) -> bool {
        self.current().graph.is_some()
    }

    /// The change of the store up to which words and attributes are there.
    #[must_use]
    pub fn lexical_change_number(&self) -> u64 {
        self.current().lexical.change_number
    }

    /// The change of the store up to which vectors are there.
    #[must_use]
    pub fn vector_change_number(&self) -> u64 {
        self.current().vectors.change_number
    }

    fn current(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }
}
