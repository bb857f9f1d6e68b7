//! A snapshot of the lexical part: verified segments, and which of their documents is which project.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use tantivy::directory::{Directory, META_LOCK, MmapDirectory};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::{SegmentComponent, SegmentMeta};
use tantivy::{Index as TantivyIndex, SegmentReader};

use super::fields::{ClusterField, LexicalSchema, SearchField};
use super::writer::CommitNote;
use crate::documents::{DocumentTable, NO_DOCUMENT};
use crate::error::{IndexError, IndexPart};

/// Every file of tantivy ends with the length of its footer and a magic number, four bytes each.
const SHORTEST_FILE_BYTES: u64 = 8;

/// Whether an index was ever created in the directory.
pub(crate) fn exists(directory: &Path) -> Result<bool, IndexError> {
    let meta = directory.join("meta.json");
    meta.try_exists().map_err(|source| IndexError::io(&meta, source))
}

/// Opens the index and verifies the checksum of every file that it consists of.
pub(crate) fn open_verified(directory: &Path, schema: &LexicalSchema) -> Result<TantivyIndex, IndexError> {
    let index = open(directory, schema)?;
    let _lock = lock_files(directory, &index)?;
    let metas = index.load_metas().map_err(|error| IndexError::tantivy(directory, error))?;
    verify(directory, &index, &metas.segments, &mut HashSet::new())?;
    Ok(index)
}

fn open(directory: &Path, schema: &LexicalSchema) -> Result<TantivyIndex, IndexError> {
    let files =
        MmapDirectory::open(directory).map_err(|error| IndexError::tantivy(directory, error.into()))?;
    let index = TantivyIndex::open(files).map_err(|error| match error {
        // Reading the two files of metadata: whatever is wrong with them, the part has to be built anew.
        tantivy::TantivyError::OpenReadError(_) | tantivy::TantivyError::DataCorruption(_) => {
            IndexError::tantivy(directory, error)
        }
        other => IndexError::damaged(&directory.join("meta.json"), IndexPart::Lexical, other.to_string()),
    })?;
    if index.schema() != schema.schema {
        return Err(IndexError::damaged(
            &directory.join("meta.json"),
            IndexPart::Lexical,
            "its fields are not those of this program",
        ));
    }
    Ok(index)
}

/// While it is held, no writer removes files of the index.
fn lock_files(
    directory: &Path,
    index: &TantivyIndex,
) -> Result<tantivy::directory::DirectoryLock, IndexError> {
    index
        .directory()
        .acquire_lock(&META_LOCK)
        .map_err(|error| IndexError::tantivy(directory, tantivy::TantivyError::LockFailure(error, None)))
}

/// Verifies the checksums of the files that are not in `verified`, and adds them to it. Files are never changed once
/// written, so one check is enough for the life of a process.
fn verify(
    directory: &Path,
    index: &TantivyIndex,
    segments: &[SegmentMeta],
    verified: &mut HashSet<PathBuf>,
) -> Result<(), IndexError> {
    for segment in segments {
        let always = [
            SegmentComponent::Postings,
            SegmentComponent::Positions,
            SegmentComponent::Terms,
            SegmentComponent::Store,
            SegmentComponent::FastFields,
            SegmentComponent::FieldNorms,
        ];
        let deletes = segment.has_deletes().then_some(SegmentComponent::Delete);
        for component in always.into_iter().chain(deletes) {
            let name = segment.relative_path(component);
            if verified.contains(&name) {
                continue;
            }
            let file = directory.join(&name);
            let damaged = |what: String| IndexError::damaged(&file, IndexPart::Lexical, what);
            let length = match std::fs::metadata(&file) {
                Ok(metadata) => metadata.len(),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    return Err(damaged("the file is gone".into()));
                }
                Err(error) => return Err(IndexError::io(&file, error)),
            };
            // Shorter files would make tantivy read before their beginning.
            if length < SHORTEST_FILE_BYTES {
                return Err(damaged("the file is cut off".into()));
            }
            match index.directory().validate_checksum(&name) {
                Ok(true) => verified.insert(name),
                Ok(false) => return Err(damaged("its checksum does not fit".into())),
                Err(error) => return Err(IndexError::tantivy(directory, error.into())),
            };
        }
    }
    Ok(())
}

/// A segment and what is needed to score its documents.
pub(crate) struct SegmentView {
    pub(crate) reader: SegmentReader,
    /// By document id: the ordinal of the project, or [`NO_DOCUMENT`] for a deleted document.
    pub(crate) ordinals: Vec<u32>,
    /// By [`SearchField::position`].
    pub(crate) word_lengths: [FieldNormReader; 8],
    /// By [`ClusterField::position`].
    pub(crate) cluster_lengths: [FieldNormReader; 3],
}

/// Mean number of terms per project, over living projects, in each field.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct MeanLengths {
    pub(crate) words: [f64; 8],
    pub(crate) clusters: [f64; 3],
}

/// An immutable snapshot of the lexical part.
pub(crate) struct LexicalReader {
    pub(crate) directory: PathBuf,
    pub(crate) schema: LexicalSchema,
    index: TantivyIndex,
    /// Segments of the snapshot with the state of their deletes: two snapshots with equal keys are the same.
    key: Vec<(String, Option<u64>)>,
    verified: HashSet<PathBuf>,
    pub(crate) segments: Vec<SegmentView>,
    pub(crate) documents: DocumentTable,
    pub(crate) mean_lengths: MeanLengths,
    pub(crate) change_number: u64,
}

impl LexicalReader {
    pub(crate) fn open(directory: &Path) -> Result<Self, IndexError> {
        if !exists(directory)? {
            return Err(IndexError::Missing { directory: directory.to_path_buf() });
        }
        let schema = LexicalSchema::new();
        let index = open(directory, &schema)?;
        Self::load(directory, index, schema, HashSet::new())
    }

    /// The snapshot of the last commit; `None` when this one is it.
    pub(crate) fn reload_if_changed(&self) -> Result<Option<Self>, IndexError> {
        let metas = self.index.load_metas().map_err(|error| IndexError::tantivy(&self.directory, error))?;
        let note = CommitNote::read(&self.directory, metas.payload.as_deref())?;
        if key_of(&metas.segments) == self.key && note.change_number == self.change_number {
            return Ok(None);
        }
        Self::load(&self.directory, self.index.clone(), self.schema.clone(), self.verified.clone()).map(Some)
    }

    fn load(
        directory: &Path,
        index: TantivyIndex,
        schema: LexicalSchema,
        mut verified: HashSet<PathBuf>,
    ) -> Result<Self, IndexError> {
        let tantivy_error = |error| IndexError::tantivy(directory, error);
        let lock = lock_files(directory, &index)?;
        let metas = index.load_metas().map_err(tantivy_error)?;
        verify(directory, &index, &metas.segments, &mut verified)?;
        let mut readers = Vec::with_capacity(metas.segments.len());
        for meta in &metas.segments {
            readers.push(SegmentReader::open(&index.segment(meta.clone())).map_err(tantivy_error)?);
        }
        drop(lock);
        let live: HashSet<PathBuf> =
            metas.segments.iter().map(|meta| meta.relative_path(SegmentComponent::Postings)).collect();
        verified.retain(|name| {
            live.iter().any(|live| {
                live.file_stem()
                    .is_some_and(|stem| name.to_string_lossy().starts_with(&*stem.to_string_lossy()))
            })
        });
        let (documents, ordinals) =
            DocumentTable::load(&readers).map_err(|error| IndexError::tantivy(directory, error))?;
        let mut segments = Vec::with_capacity(readers.len());
        for (reader, ordinals) in readers.into_iter().zip(ordinals) {
            let norms = |field| reader.get_fieldnorms_reader(field).map_err(tantivy_error);
            let mut word_lengths = Vec::with_capacity(schema.words.len());
            for field in schema.words {
                word_lengths.push(norms(field)?);
            }
            let mut cluster_lengths = Vec::with_capacity(schema.clusters.len());
            for field in schema.clusters {
                cluster_lengths.push(norms(field)?);
            }
            let count = |_| IndexError::Bug("a field has no lengths".into());
            segments.push(SegmentView {
                word_lengths: word_lengths.try_into().map_err(count)?,
                cluster_lengths: cluster_lengths.try_into().map_err(count)?,
                reader,
                ordinals,
            });
        }
        let mean_lengths = mean_lengths(&segments, documents.len());
        Ok(Self {
            directory: directory.to_path_buf(),
            change_number: CommitNote::read(directory, metas.payload.as_deref())?.change_number,
            key: key_of(&metas.segments),
            schema,
            index,
            verified,
            segments,
            documents,
            mean_lengths,
        })
    }
}

fn key_of(segments: &[SegmentMeta]) -> Vec<(String, Option<u64>)> {
    let mut key: Vec<_> =
        segments.iter().map(|segment| (segment.id().uuid_string(), segment.delete_opstamp())).collect();
    key.sort_unstable();
    key
}

/// Means over living projects only. Tantivy's own statistics count deleted documents until they are merged away, which
/// would make a score depend on the history of the index and not on what is in it.
fn mean_lengths(segments: &[SegmentView], documents: usize) -> MeanLengths {
    let mut sums = MeanLengths::default();
    for segment in segments {
        let alive = || (0u32..).zip(&segment.ordinals).filter(|(_, ordinal)| **ordinal != NO_DOCUMENT);
        let sum = |lengths: &FieldNormReader| -> u64 {
            alive().map(|(document, _)| u64::from(lengths.fieldnorm(document))).sum()
        };
        for (total, lengths) in sums.words.iter_mut().zip(&segment.word_lengths) {
            *total += sum(lengths) as f64;
        }
        for (total, lengths) in sums.clusters.iter_mut().zip(&segment.cluster_lengths) {
            *total += sum(lengths) as f64;
        }
    }
    let count = documents.max(1) as f64;
    sums.words.iter_mut().chain(sums.clusters.iter_mut()).for_each(|total| *total /= count);
    sums
}

const _: () = assert!(SearchField::ALL.len() == 8 && ClusterField::ALL.len() == 3);
