//! The engine: a data folder opened for use.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use serde::Serialize;
use thiap_domain::{Project, ProjectCode};
use thiap_index::{Index, IndexError, ModelIdentity};
use thiap_model::{BertEncoder, Encoder, HashEncoder};
use thiap_screening::{RelationModel, Thresholds};
use thiap_store::{ProjectVersion, Store, StoreLocation};

use crate::error::EngineError;
use crate::folder::DataFolder;
use crate::import::{self, ImportSummary};
use crate::indexing::{self, IndexSummary, blocking};
use crate::progress::Progress;
use crate::record::{Mapping, ReadOptions};

/// How an engine is opened.
#[derive(Debug, Clone, Default)]
pub struct EngineOptions {
    /// The data folder; made when it is not there.
    pub folder: PathBuf,
    /// Folder of another encoder than the embedded one.
    pub model: Option<PathBuf>,
    /// Weights of the relation model, other than the embedded ones.
    pub relation_model: Option<PathBuf>,
    /// Likelihoods from which a draft is for review, or repeats; other than the usual ones.
    pub thresholds: Option<Thresholds>,
}

/// A data folder opened for use. Encoder and index are opened when first needed.
pub struct Engine {
    folder: DataFolder,
    store: Store,
    store_id: String,
    model: Option<PathBuf>,
    encoder: OnceLock<Arc<dyn Encoder>>,
    index: RwLock<Option<Arc<Index>>>,
    /// Writers of this process queue up; another process is told to wait by the folder's lock.
    writing: tokio::sync::Mutex<()>,
    pub(crate) relation_model: Arc<RelationModel>,
    pub(crate) thresholds: Thresholds,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// What a data folder holds and how far its index is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Projects in the store.
    pub projects: u64,
    /// The store's last change number.
    pub change_number: u64,
    /// Agencies in the store.
    pub agencies: u64,
    /// Projects that can be found; `None` when nothing is indexed.
    pub indexed_projects: Option<u64>,
    /// The change number that words stand at.
    pub lexical_change_number: Option<u64>,
    /// The change number that vectors stand at.
    pub vector_change_number: Option<u64>,
    /// The encoder.
    pub model_id: String,
    /// The weights of the relation model.
    pub relation_model_id: String,
}

/// What stands for a folder of a model and means hashed letters instead: no meaning, no weights, and all else as always.
const HASHED_LETTERS: &str = "hash";
/// As many as the embedded encoder gives, so that whatever follows costs the same.
const HASHED_DIMENSIONS: usize = 384;

/// Opens the embedded encoder, the one in a folder, or for `hash` the one without weights.
///
/// # Errors
/// [`EngineError::Model`] when it cannot be opened.
pub fn open_encoder(folder: Option<&Path>) -> Result<Arc<dyn Encoder>, EngineError> {
    Ok(match folder {
        Some(name) if name == Path::new(HASHED_LETTERS) && !name.exists() => {
            Arc::new(HashEncoder::new(HASHED_DIMENSIONS))
        }
        Some(folder) => Arc::new(BertEncoder::open(folder)?),
        None => Arc::new(BertEncoder::embedded()?),
    })
}

impl Engine {
    /// Opens a data folder.
    ///
    /// # Errors
    /// [`EngineError`] when the folder, the store or the relation model cannot be opened.
    pub async fn open(options: EngineOptions) -> Result<Self, EngineError> {
        let folder = DataFolder::open(&options.folder)?;
        let store = Store::open(&StoreLocation::Sqlite(folder.store_path())).await?;
        let relation_model = match &options.relation_model {
            Some(path) => RelationModel::read(path)?,
            None => RelationModel::embedded()?,
        };
        Ok(Self {
            store_id: store.store_id().await?,
            folder,
            store,
            model: options.model,
            encoder: OnceLock::new(),
            index: RwLock::new(None),
            writing: tokio::sync::Mutex::new(()),
            thresholds: options.thresholds.unwrap_or_default(),
            relation_model: Arc::new(relation_model),
        })
    }

    /// The name of the store.
    pub(crate) fn store_id(&self) -> &str {
        &self.store_id
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Imports a file of records; rejected rows go to `FILE.rejected.csv` beside it, or into the data folder where the
    /// file's own folder may not be written.
    ///
    /// # Errors
    /// [`EngineError`]; what was saved before stays, and running the import again goes on from there.
    pub async fn import(
        &self,
        file: &Path,
        mapping: Option<&Path>,
        progress: &dyn Progress,
    ) -> Result<ImportSummary, EngineError> {
        let _turn = self.writing.lock().await;
        let _lock = self.folder.lock()?;
        let mapping = mapping.map(Mapping::read).transpose()?.unwrap_or_default();
        let mut name = file.file_name().unwrap_or(file.as_os_str()).to_owned();
        name.push(".rejected.csv");
        let rejected = [file.with_file_name(&name), self.folder.root().join(&name)];
        import::import(&self.store, file, rejected, ReadOptions { mapping, row_code: None }, progress).await
    }

    /// Brings the index up to the store's last change.
    ///
    /// # Errors
    /// [`EngineError`]; what was indexed before stays, and the next run goes on from there.
    pub async fn index(&self, rebuild: bool, progress: &dyn Progress) -> Result<IndexSummary, EngineError> {
        let _turn = self.writing.lock().await;
        let _lock = self.folder.lock()?;
        let encoder = self.encoder()?;
        indexing::index(&self.store, &self.index_path(), encoder, rebuild, progress).await
    }

    /// The folder of what the last screening found.
    pub(crate) fn screen_path(&self) -> PathBuf {
        self.folder.screen_path(&self.store_id)
    }

    /// The data folder.
    pub(crate) fn folder(&self) -> &DataFolder {
        &self.folder
    }

    /// Waits until no other task of this process writes.
    pub(crate) async fn writing(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.writing.lock().await
    }

    fn index_path(&self) -> PathBuf {
        self.folder.index_path(&self.store_id)
    }

    /// The encoder, opened when first asked for.
    ///
    /// # Errors
    /// [`EngineError::Model`] when it cannot be opened.
    pub fn encoder(&self) -> Result<Arc<dyn Encoder>, EngineError> {
        if let Some(encoder) = self.encoder.get() {
            return Ok(Arc::clone(encoder));
        }
        let opened = open_encoder(self.model.as_deref())?;
        Ok(Arc::clone(self.encoder.get_or_init(|| opened)))
    }

    pub(crate) fn identity(&self) -> Result<ModelIdentity, EngineError> {
        Ok(indexing::identity_of(&*self.encoder()?))
    }

    /// The newest state of the index.
    pub(crate) fn current_index(&self) -> Result<Arc<Index>, EngineError> {
        let held = self.index.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(index) = held {
            index.reload_if_changed()?;
            return Ok(index);
        }
        let index = match Index::open(&self.index_path(), &self.identity()?) {
            Ok(index) => Arc::new(index),
            Err(IndexError::Missing { .. }) => {
                return Err(EngineError::NotIndexed { folder: self.folder.root().to_owned() });
            }
            Err(error) => return Err(error.into()),
        };
        // whoever opened it first is kept: all share one snapshot
        Ok(Arc::clone(self.index.write().unwrap_or_else(PoisonError::into_inner).get_or_insert(index)))
    }

    /// [`Self::current_index`] away from the asynchronous threads, together with the encoder.
    pub(crate) async fn opened(self: &Arc<Self>) -> Result<(Arc<Index>, Arc<dyn Encoder>), EngineError> {
        let engine = Arc::clone(self);
        blocking(move || -> Result<_, EngineError> { Ok((engine.current_index()?, engine.encoder()?)) }).await
    }

    /// A project as it is now.
    ///
    /// # Errors
    /// [`EngineError::UnknownProject`] when there is none of that code.
    pub async fn project(&self, code: &str) -> Result<Project, EngineError> {
        let unknown = || EngineError::UnknownProject { code: code.chars().take(80).collect() };
        let parsed = ProjectCode::new(code).map_err(|_| unknown())?;
        self.store.project(&parsed).await?.ok_or_else(unknown)
    }

    /// Every version that a project ever had, oldest first.
    ///
    /// # Errors
    /// [`EngineError::UnknownProject`] when there is none of that code.
    pub async fn versions(&self, code: &str) -> Result<Vec<ProjectVersion>, EngineError> {
        let unknown = || EngineError::UnknownProject { code: code.chars().take(80).collect() };
        let parsed = ProjectCode::new(code).map_err(|_| unknown())?;
        let versions = self.store.versions(&parsed).await?;
        if versions.is_empty() { Err(unknown()) } else { Ok(versions) }
    }

    /// What the folder holds and how far its index is.
    ///
    /// # Errors
    /// [`EngineError`] when store, encoder or index cannot be read; a missing index is no error.
    pub async fn status(self: &Arc<Self>) -> Result<Status, EngineError> {
        let counts = self.store.counts().await?;
        let change_number = self.store.last_change_number().await?;
        let index = match self.opened().await {
            Ok((index, _)) => Some(index),
            Err(EngineError::NotIndexed { .. }) => None,
            Err(error) => return Err(error),
        };
        Ok(Status {
            projects: counts.projects,
            change_number,
            agencies: counts.agencies,
            indexed_projects: index.as_ref().map(|index| index.document_count()),
            lexical_change_number: index.as_ref().map(|index| index.lexical_change_number()),
            vector_change_number: index.as_ref().map(|index| index.vector_change_number()),
            model_id: self.identity()?.id,
            relation_model_id: self.relation_model.id().to_owned(),
        })
    }
}
