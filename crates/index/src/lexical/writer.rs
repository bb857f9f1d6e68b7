//! Writes the lexical part: words, clusters and attributes, in one tantivy index.

use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use tantivy::directory::MmapDirectory;
use tantivy::indexer::{IndexWriter as TantivyWriter, LogMergePolicy};
use tantivy::{Index as TantivyIndex, TantivyDocument, Term};
use thiap_domain::{Project, ProjectCode};

use super::fields::{ClusterField, LexicalSchema, SearchField};
use super::terms::{Terms, ngram_stream, word_stream};
use crate::attributes::Attributes;
use crate::error::{IndexError, IndexPart};

/// Memory in which tantivy gathers a batch before it writes a segment.
const WRITER_MEMORY_BYTES: usize = 128 << 20;
/// A segment with more deleted documents than this share is merged, which drops them.
const DELETED_RATIO_BEFORE_MERGE: f32 = 0.2;
/// Segments of about one size that are merged into one.
const SEGMENTS_IN_MERGE: usize = 6;
/// Projects whose terms are held in memory at a time.
const PROJECTS_AT_A_TIME: usize = 512;

/// What a commit says about itself; stored by tantivy in the same atomic step as the commit.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct CommitNote {
    pub(crate) change_number: u64,
    /// Tantivy's list of segments has no checksum of its own.
    checksum: u32,
}

impl CommitNote {
    /// The note of the last commit; an index that was created and never committed has reached no change.
    pub(crate) fn read(directory: &Path, payload: Option<&str>) -> Result<Self, IndexError> {
        match payload {
            None => Ok(Self::default()),
            Some(text) => serde_json::from_str(text)
                .map_err(|error| error.to_string())
                .and_then(|note: Self| {
                    let fits = note.checksum == Self::new(note.change_number).checksum;
                    if fits { Ok(note) } else { Err("the checksum of its change number does not fit".into()) }
                })
                .map_err(|what| IndexError::damaged(&directory.join("meta.json"), IndexPart::Lexical, what)),
        }
    }

    fn new(change_number: u64) -> Self {
        Self { change_number, checksum: crc32fast::hash(&change_number.to_le_bytes()) }
    }
}

pub(crate) struct LexicalWriter {
    directory: PathBuf,
    index: TantivyIndex,
    schema: LexicalSchema,
    /// `None` after a failure: what was gathered since the last commit is dropped, and the next batch starts afresh.
    writer: Option<TantivyWriter>,
    change_number: u64,
}

impl LexicalWriter {
    pub(crate) fn open_or_create(directory: &Path) -> Result<Self, IndexError> {
        let schema = LexicalSchema::new();
        fs::create_dir_all(directory).map_err(|source| IndexError::io(directory, source))?;
        let index = if super::reader::exists(directory)? {
            super::reader::open_verified(directory, &schema)?
        } else {
            let files = MmapDirectory::open(directory)
                .map_err(|error| IndexError::tantivy(directory, error.into()))?;
            TantivyIndex::create(files, schema.schema.clone(), tantivy::IndexSettings::default())
                .map_err(|error| IndexError::tantivy(directory, error))?
        };
        let metas = index.load_metas().map_err(|error| IndexError::tantivy(directory, error))?;
        let change_number = CommitNote::read(directory, metas.payload.as_deref())?.change_number;
        Ok(Self { directory: directory.to_path_buf(), index, schema, writer: None, change_number })
    }

    pub(crate) fn change_number(&self) -> u64 {
        self.change_number
    }

    /// Deletes, then upserts, then commits; all of it or nothing is there afterwards.
    pub(crate) fn apply(
        &mut self,
        upserts: &[Project],
        deletes: &[ProjectCode],
        up_to: u64,
    ) -> Result<(), IndexError> {
        if up_to < self.change_number {
            return Err(IndexError::ChangeBehind { reached: self.change_number, asked: up_to });
        }
        if up_to == self.change_number && upserts.is_empty() && deletes.is_empty() {
            return Ok(());
        }
        let mut writer = match self.writer.take() {
            Some(writer) => writer,
            None => self.new_writer()?,
        };
        self.gather(&mut writer, upserts, deletes)
            // The thread that writes tells why it stopped only to who waits for it.
            .map_err(|error| writer.prepare_commit().err().unwrap_or(error))
            .and_then(|()| commit(&mut writer, up_to))
            .map_err(|error| IndexError::tantivy(&self.directory, error))?;
        self.writer = Some(writer);
        self.change_number = up_to;
        Ok(())
    }

    fn gather(
        &self,
        writer: &mut TantivyWriter,
        upserts: &[Project],
        deletes: &[ProjectCode],
    ) -> tantivy::Result<()> {
        let code_term = |code: &ProjectCode| Term::from_field_text(self.schema.code, code.as_str());
        for code in deletes {
            writer.delete_term(code_term(code));
        }
        for projects in upserts.chunks(PROJECTS_AT_A_TIME) {
            let documents: Vec<TantivyDocument> =
                projects.par_iter().map(|project| document(&self.schema, project)).collect();
            for (project, document) in projects.iter().zip(documents) {
                writer.delete_term(code_term(&project.project_code));
                writer.add_document(document)?;
            }
        }
        Ok(())
    }

    /// Waits for merges that are under way; a new writer then removes the files that nothing needs any more.
    pub(crate) fn finish(&mut self) -> Result<(), IndexError> {
        let writer = match self.writer.take() {
            Some(writer) => writer,
            None => self.new_writer()?,
        };
        writer.wait_merging_threads().map_err(|error| IndexError::tantivy(&self.directory, error))?;
        self.writer = Some(self.new_writer()?);
        Ok(())
    }

    fn new_writer(&self) -> Result<TantivyWriter, IndexError> {
        let writer: TantivyWriter = self
            .index
            .writer_with_num_threads(1, WRITER_MEMORY_BYTES)
            .map_err(|error| IndexError::tantivy(&self.directory, error))?;
        let mut policy = LogMergePolicy::default();
        policy.set_del_docs_ratio_before_merge(DELETED_RATIO_BEFORE_MERGE);
        policy.set_min_num_segments(SEGMENTS_IN_MERGE);
        writer.set_merge_policy(Box::new(policy));
        // A writer that was killed leaves files that no commit names; the next commit would give its own the same names.
        writer.garbage_collect_files().wait().map_err(|error| IndexError::tantivy(&self.directory, error))?;
        Ok(writer)
    }
}

fn commit(writer: &mut TantivyWriter, up_to: u64) -> tantivy::Result<()> {
    let note = serde_json::to_string(&CommitNote::new(up_to))
        .map_err(|error| tantivy::TantivyError::InternalError(error.to_string()))?;
    let mut commit = writer.prepare_commit()?;
    commit.set_payload(&note);
    commit.commit()?;
    Ok(())
}

fn document(schema: &LexicalSchema, project: &Project) -> TantivyDocument {
    let mut document = TantivyDocument::default();
    document.add_text(schema.code, project.project_code.as_str());
    let with_fields = SearchField::ALL.into_iter().zip(schema.words);
    for (field, words_field) in with_fields {
        for text in field.texts(project) {
            let terms = Terms::of(text);
            if !terms.words.is_empty() {
                document.add_pre_tokenized_text(words_field, word_stream(terms.words));
            }
            if !terms.ngrams.is_empty()
                && let Some(clusters_field) = schema.clusters.get(ClusterField::of(field).position())
            {
                document.add_pre_tokenized_text(*clusters_field, ngram_stream(terms.ngrams));
            }
        }
    }
    let attributes = Attributes::of(project);
    for year in attributes.fiscal_years_be {
        document.add_u64(schema.fiscal_year, u64::from(year));
    }
    let names = [
        (schema.ministry, &attributes.ministry),
        (schema.department, &attributes.department),
        (schema.division, &attributes.division),
        (schema.status, &attributes.status),
    ];
    for (field, name) in names {
        if !name.is_empty() {
            document.add_text(field, name);
        }
    }
    for plan in &attributes.plans {
        document.add_text(schema.plan, plan);
    }
    document.add_text(schema.kind, attributes.kind.name());
    for area in attributes.areas {
        document.add_u64(schema.area, u64::from(area));
    }
    if let Some(satang) = attributes.budget_satang {
        document.add_i64(schema.budget, satang);
    }
    document
}
