//! What a reader sees: one commit of the lexical part and one of the vectors, which never change under it.

use std::path::Path;
use std::sync::Arc;

use crate::error::IndexError;
use crate::lexical::LexicalReader;
use crate::manifest::{Manifest, ModelIdentity};
use crate::vector::{Graph, VectorRows, VectorSet};

/// The folder of the lexical part.
pub(crate) const LEXICAL_DIRECTORY: &str = "lexical";
/// How often a reader tries again when files are replaced while it opens them.
const ATTEMPTS: usize = 5;

pub(crate) struct Snapshot {
    pub(crate) lexical: LexicalReader,
    pub(crate) vectors: VectorSet,
    pub(crate) rows: VectorRows,
    /// `None` when there is none, or none that can be used: then vectors are scanned, which is slower and never wrong.
    pub(crate) graph: Option<Arc<Graph>>,
    manifest: Manifest,
}

impl Snapshot {
    pub(crate) fn open(directory: &Path, model: &ModelIdentity) -> Result<Self, IndexError> {
        let (manifest, vectors) = load_vectors(directory, model, &VectorSet::empty(model.dimensions))?;
        let lexical = LexicalReader::open(&directory.join(LEXICAL_DIRECTORY))?;
        let rows = VectorRows::resolve(&vectors, &lexical.documents);
        let graph = read_graph(directory, &manifest);
        Ok(Self { lexical, vectors, rows, graph, manifest })
    }

    /// The snapshot of the last commits; `None` when this one is it.
    pub(crate) fn reload_if_changed(&self, directory: &Path) -> Result<Option<Self>, IndexError> {
        let current = Manifest::read_for(directory, &self.manifest.model)?;
        let lexical = self.lexical.reload_if_changed()?;
        if lexical.is_none() && current == self.manifest {
            return Ok(None);
        }
        let (manifest, vectors) = load_vectors(directory, &self.manifest.model, &self.vectors)?;
        let lexical = match lexical {
            Some(lexical) => lexical,
            None => LexicalReader::open(&directory.join(LEXICAL_DIRECTORY))?,
        };
        let rows = VectorRows::resolve(&vectors, &lexical.documents);
        let graph = if manifest.graph == self.manifest.graph {
            self.graph.clone()
        } else {
            read_graph(directory, &manifest)
        };
        Ok(Some(Self { lexical, vectors, rows, graph, manifest }))
    }
}

fn read_graph(directory: &Path, manifest: &Manifest) -> Option<Arc<Graph>> {
    match Graph::read(directory, manifest.graph.as_ref()?) {
        Ok(graph) => Some(Arc::new(graph)),
        Err(error) => {
            tracing::warn!(%error, "the graph over the vectors is not used; the next indexing builds it anew");
            None
        }
    }
}

/// Reads the manifest and the files that it names. A writer may replace files between the two: then the manifest has
/// changed, and is read again.
fn load_vectors(
    directory: &Path,
    model: &ModelIdentity,
    known: &VectorSet,
) -> Result<(Manifest, VectorSet), IndexError> {
    let mut manifest = Manifest::read_for(directory, model)?;
    for _ in 1..ATTEMPTS {
        match known.load(directory, &manifest) {
            Ok(vectors) => return Ok((manifest, vectors)),
            Err(error) => {
                let current = Manifest::read_for(directory, model)?;
                if current == manifest {
                    return Err(error);
                }
                manifest = current;
            }
        }
    }
    let vectors = known.load(directory, &manifest)?;
    Ok((manifest, vectors))
}
