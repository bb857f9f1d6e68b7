//! Indexing: bringing words and vectors up to the store's last change.
//!
//! Words come first and in large batches, so that everything can be found by words within minutes; vectors follow in
//! small batches, each durable when it returns. Killed at any moment, the next run goes on where the last batch ended.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use thiap_domain::{Project, ProjectCode};
use thiap_index::{IndexPart, IndexWriter, ModelIdentity, ProjectVectors, VectorField, vector_texts};
use thiap_model::{Encoder, TextKind};
use thiap_store::{Change, ChangeKind, Store};

use crate::error::EngineError;
use crate::progress::Progress;

/// Changes of one lexical commit.
const LEXICAL_BATCH_CHANGES: usize = 10_000;
/// Changes of one vector commit: some seconds of encoding, the most that a kill can lose.
const VECTOR_BATCH_CHANGES: usize = 256;

/// What an index run did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IndexSummary {
    /// The change number that words and vectors stand at.
    pub change_number: u64,
    /// Changes that were brought into the lexical part.
    pub lexical_changes: u64,
    /// Changes that were brought into the vectors.
    pub vector_changes: u64,
    /// Texts that were encoded; equal texts are encoded once a batch.
    pub encoded_texts: u64,
    /// Projects that can be found now.
    pub projects: u64,
    /// The encoder that made the vectors.
    pub model_id: String,
}

/// Splits changes into what comes and what goes.
fn split(changes: Vec<Change>) -> (Vec<Project>, Vec<ProjectCode>, u64) {
    let mut upserts = Vec::with_capacity(changes.len());
    let mut deletes = Vec::new();
    let mut last = 0;
    for change in changes {
        last = last.max(change.change_number);
        match change.kind {
            ChangeKind::Upsert(project) => upserts.push(*project),
            ChangeKind::Delete => deletes.push(change.project_code),
        }
    }
    (upserts, deletes, last)
}

/// The encoder as the index names it.
pub(crate) fn identity_of(encoder: &dyn Encoder) -> ModelIdentity {
    ModelIdentity::new(encoder.model_id(), encoder.dimensions())
}

/// Opens the writer; an index of another format, of another model, or a damaged one is built anew from the store.
fn open_writer(
    directory: &Path,
    identity: &ModelIdentity,
    progress: &dyn Progress,
) -> Result<IndexWriter, EngineError> {
    for _ in 0..3 {
        match IndexWriter::open_or_create(directory, identity) {
            Ok(writer) => return Ok(writer),
            Err(error) => match error.rebuild() {
                Some(part) => {
                    progress.notice(&format!("{error}. It is built anew from the store."));
                    IndexWriter::discard(directory, part, identity)?;
                }
                None => return Err(error.into()),
            },
        }
    }
    IndexWriter::discard(directory, IndexPart::Everything, identity)?;
    Ok(IndexWriter::open_or_create(directory, identity)?)
}

/// Brings the index up to the store.
pub(crate) async fn index(
    store: &Store,
    directory: &Path,
    encoder: Arc<dyn Encoder>,
    rebuild: bool,
    progress: &dyn Progress,
) -> Result<IndexSummary, EngineError> {
    let identity = identity_of(&*encoder);
    if rebuild {
        IndexWriter::discard(directory, IndexPart::Everything, &identity)?;
    }
    let last = store.last_change_number().await?;
    let mut writer = open_writer(directory, &identity, progress)?;
    if writer.lexical_change_number().max(writer.vector_change_number()) > last {
        progress.notice("The index is ahead of the store, which was restored from a copy; it is built anew.");
        drop(writer);
        IndexWriter::discard(directory, IndexPart::Everything, &identity)?;
        writer = open_writer(directory, &identity, progress)?;
    }
    let mut summary = IndexSummary {
        change_number: last,
        lexical_changes: 0,
        vector_changes: 0,
        encoded_texts: 0,
        projects: 0,
        model_id: identity.id.clone(),
    };

    progress.begin("words", Some(last.saturating_sub(writer.lexical_change_number())));
    loop {
        let from = writer.lexical_change_number();
        let changes = store.changes_after(from, LEXICAL_BATCH_CHANGES).await?;
        if changes.is_empty() {
            break;
        }
        summary.lexical_changes += changes.len() as u64;
        let (upserts, deletes, up_to) = split(changes);
        writer = blocking(move || writer.apply_lexical(&upserts, &deletes, up_to).map(|()| writer)).await?;
        progress.advance(up_to - from);
    }
    progress.end();

    progress.begin("meaning", Some(last.saturating_sub(writer.vector_change_number())));
    loop {
        let from = writer.vector_change_number();
        let changes = store.changes_after(from, VECTOR_BATCH_CHANGES).await?;
        if changes.is_empty() {
            break;
        }
        summary.vector_changes += changes.len() as u64;
        let (upserts, deletes, up_to) = split(changes);
        let encoder = Arc::clone(&encoder);
        let encoded;
        (writer, encoded) = blocking(move || -> Result<_, EngineError> {
            let (vectors, encoded) = encode_projects(&*encoder, &upserts)?;
            let upserts: Vec<_> =
                upserts.into_iter().map(|project| project.project_code).zip(vectors).collect();
            writer.apply_vectors(&upserts, &deletes, up_to)?;
            Ok((writer, encoded))
        })
        .await?;
        summary.encoded_texts += encoded;
        progress.advance(up_to - from);
    }
    progress.end();

    progress.begin("finishing", None);
    summary.change_number = writer.vector_change_number();
    blocking(move || writer.finish()).await?;
    summary.projects = store.counts().await?.projects;
    progress.end();
    Ok(summary)
}

/// The vectors of projects, in their order, and the number of texts encoded. Equal texts (template titles, cost lines)
/// are encoded once.
pub(crate) fn encode_projects(
    encoder: &dyn Encoder,
    projects: &[Project],
) -> Result<(Vec<ProjectVectors>, u64), EngineError> {
    let wanted: Vec<Vec<(VectorField, String)>> = projects.iter().map(vector_texts).collect();
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut texts: Vec<&str> = Vec::new();
    for (_, text) in wanted.iter().flatten() {
        places.entry(text).or_insert_with(|| {
            texts.push(text);
            texts.len() - 1
        });
    }
    let encoded = encoder.encode(TextKind::Passage, &texts)?;
    let vector_of =
        |text: &str| places.get(text).and_then(|place| encoded.get(*place)).cloned().unwrap_or_default();
    let vectors = wanted
        .iter()
        .map(|fields| ProjectVectors {
            fields: fields.iter().map(|(field, text)| (*field, vector_of(text))).collect(),
        })
        .collect();
    Ok((vectors, texts.len() as u64))
}

/// Runs work that keeps a processor busy away from the asynchronous threads.
pub(crate) async fn blocking<T, E>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, EngineError>
where
    T: Send + 'static,
    E: Send + 'static,
    EngineError: From<E>,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => Ok(done?),
        Err(error) => Err(EngineError::Worker(error.to_string())),
    }
}
