//! What every request sees.

use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use thiap_engine::{Engine, EngineError, Silent};
use tokio::task::JoinHandle;

use crate::metrics::Metrics;
use crate::options::ServerOptions;

/// What every request sees; cheap to clone.
#[derive(Clone)]
pub(crate) struct ServerState(Arc<Shared>);

/// The shared part of [`ServerState`].
pub(crate) struct Shared {
    pub engine: Arc<Engine>,
    pub options: ServerOptions,
    pub metrics: Metrics,
    /// The index run that follows imports.
    catching_up: Mutex<CatchingUp>,
}

#[derive(Default)]
struct CatchingUp {
    running: Option<JoinHandle<()>>,
    /// Something was imported after the run began.
    again: bool,
}

impl Deref for ServerState {
    type Target = Shared;
    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl ServerState {
    pub fn new(engine: Arc<Engine>, options: &ServerOptions) -> Self {
        Self(Arc::new(Shared {
            engine,
            options: options.clone(),
            metrics: Metrics::new(),
            catching_up: Mutex::default(),
        }))
    }

    /// Brings the index up to the store in the background; one run at a time.
    pub fn catch_up(&self) {
        let mut catching_up = self.catching_up.lock().unwrap_or_else(PoisonError::into_inner);
        if catching_up.running.as_ref().is_some_and(|run| !run.is_finished()) {
            catching_up.again = true;
            return;
        }
        let state = self.clone();
        catching_up.running = Some(tokio::spawn(async move {
            loop {
                match state.engine.index(false, &Silent).await {
                    Ok(summary) => {
                        tracing::info!(change_number = summary.change_number, "the index is up to date");
                    }
                    // whoever has the folder may be an index run that takes in our changes as well; /ready tells
                    Err(error @ EngineError::FolderInUse { .. }) => {
                        tracing::warn!("the index was not brought up to date: {error}");
                    }
                    Err(error) => tracing::error!("the index could not be brought up to date: {error}"),
                }
                let mut catching_up = state.catching_up.lock().unwrap_or_else(PoisonError::into_inner);
                if !std::mem::take(&mut catching_up.again) {
                    catching_up.running = None;
                    return;
                }
            }
        }));
    }

    /// Ends the index run after its batch; the next run goes on from there.
    pub fn stop_catching_up(&self) {
        let mut catching_up = self.catching_up.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(run) = catching_up.running.take() {
            run.abort();
        }
    }
}
