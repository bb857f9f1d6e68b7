//! The writing side: one writer per directory, durable after every call.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use thiap_domain::{Project, ProjectCode};

use crate::durable::remove_file;
use crate::error::{IndexError, IndexPart};
use crate::lexical::LexicalWriter;
use crate::manifest::{Manifest, ModelIdentity};
use crate::snapshot::LEXICAL_DIRECTORY;
use crate::vector::{ProjectVectors, VectorWriter};

/// From this number of vectors on, searches go through a graph. Below it an exact scan takes a few hundredths of a second.
pub const GRAPH_FROM_VECTORS: usize = 1_000_000;

/// Writes to an index. Only one writer can be open on a directory, in any process.
///
/// Words and vectors are written apart, each with the change number of the store that it has reached, because words take
/// minutes and vectors take hours: a search can begin with words alone.
pub struct IndexWriter {
    lexical: LexicalWriter,
    vectors: VectorWriter,
    /// Holds the lock on the directory.
    _lock: File,
}

impl std::fmt::Debug for IndexWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IndexWriter")
            .field("lexical_change_number", &self.lexical_change_number())
            .field("vector_change_number", &self.vector_change_number())
            .finish_non_exhaustive()
    }
}

impl IndexWriter {
    /// Opens the index, or begins one.
    ///
    /// # Errors
    /// [`IndexError::Busy`] when another writer is open; [`IndexError::OtherVersion`], [`IndexError::OtherModel`] and
    /// [`IndexError::Damaged`] as for reading: [`IndexWriter::discard`] the part that [`IndexError::rebuild`] names, and open
    /// again.
    pub fn open_or_create(directory: &Path, model: &ModelIdentity) -> Result<Self, IndexError> {
        let lock = lock(directory)?;
        let manifest = match Manifest::read(directory)? {
            Some(manifest) => {
                manifest.check_model(directory, model)?;
                manifest
            }
            None => {
                let manifest = Manifest::new(model.clone());
                manifest.write(directory)?;
                manifest
            }
        };
        let lexical = LexicalWriter::open_or_create(&directory.join(LEXICAL_DIRECTORY))?;
        let vectors = VectorWriter::open(directory, manifest)?;
        vectors.remove_orphans()?;
        Ok(Self { lexical, vectors, _lock: lock })
    }

    /// Removes a part of an index, whatever state it is in, so that the next [`IndexWriter::open_or_create`] begins it anew
    /// from change 0.
    ///
    /// # Errors
    /// [`IndexError::Busy`] when a writer is open; [`IndexError::Io`] when the system refuses.
    pub fn discard(directory: &Path, part: IndexPart, model: &ModelIdentity) -> Result<(), IndexError> {
        let _lock = lock(directory)?;
        if part != IndexPart::Vectors {
            let lexical = directory.join(LEXICAL_DIRECTORY);
            match fs::remove_dir_all(&lexical) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(IndexError::io(&lexical, error));
                }
                _ => {}
            }
        }
        if part != IndexPart::Lexical {
            // The next file number lives on where it can be read, so that no reader mistakes a new file for an old one.
            let next_file_number =
                Manifest::read(directory).ok().flatten().map_or(1, |manifest| manifest.next_file_number);
            remove_file(&Manifest::path(directory))?;
            let manifest = Manifest { next_file_number, ..Manifest::new(model.clone()) };
            VectorWriter::without_files(directory, manifest.clone()).remove_orphans()?;
            manifest.write(directory)?;
        }
        Ok(())
    }

    /// The change of the store up to which words and attributes are there; 0 for nothing.
    #[must_use]
    pub fn lexical_change_number(&self) -> u64 {
        self.lexical.change_number()
    }

    /// The change of the store up to which vectors are there; 0 for nothing.
    #[must_use]
    pub fn vector_change_number(&self) -> u64 {
        self.vectors.manifest.vector_change_number
    }

    /// Deletes `deletes`, then adds or replaces `upserts`, and notes that the store's changes up to `up_to` are there. All of
    /// it is on disk when the call returns; when the process dies before, none of it is. Applying the same changes again
    /// changes nothing.
    ///
    /// # Errors
    /// [`IndexError::ChangeBehind`] for an `up_to` below the one reached; [`IndexError::DiskFull`] or [`IndexError::Io`], after
    /// which the call can be repeated.
    pub fn apply_lexical(
        &mut self,
        upserts: &[Project],
        deletes: &[ProjectCode],
        up_to: u64,
    ) -> Result<(), IndexError> {
        self.lexical.apply(upserts, deletes, up_to)
    }

    /// As [`IndexWriter::apply_lexical`], for vectors. Vectors of a project replace all that it had; a project without any is
    /// as one deleted.
    ///
    /// # Errors
    /// As for [`IndexWriter::apply_lexical`], and [`IndexError::Vector`] for a vector of another length than the model's.
    pub fn apply_vectors(
        &mut self,
        upserts: &[(ProjectCode, ProjectVectors)],
        deletes: &[ProjectCode],
        up_to: u64,
    ) -> Result<(), IndexError> {
        self.vectors.apply(upserts, deletes, up_to)
    }

    /// Ends a run of changes: waits for merges, drops what is dead when it is much, removes files that nothing needs.
    ///
    /// # Errors
    /// [`IndexError::DiskFull`] or [`IndexError::Io`]; the index stays as it was.
    pub fn finish(&mut self) -> Result<(), IndexError> {
        self.finish_with_graph_from(GRAPH_FROM_VECTORS)
    }

    /// As [`IndexWriter::finish`], with a graph over the vectors from another number of them on: 0 always builds one,
    /// `usize::MAX` never.
    ///
    /// # Errors
    /// As for [`IndexWriter::finish`].
    pub fn finish_with_graph_from(&mut self, vectors: usize) -> Result<(), IndexError> {
        self.lexical.finish()?;
        self.vectors.compact_if_worth_it()?;
        self.vectors.build_graph_if_worth_it(vectors)?;
        self.vectors.remove_orphans()
    }
}

fn lock(directory: &Path) -> Result<File, IndexError> {
    fs::create_dir_all(directory).map_err(|source| IndexError::io(directory, source))?;
    let path: PathBuf = directory.join("writer.lock");
    let file = File::create(&path).map_err(|source| IndexError::io(&path, source))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(IndexError::Busy { directory: directory.to_path_buf() }),
        Err(TryLockError::Error(source)) => Err(IndexError::io(&path, source)),
    }
}
