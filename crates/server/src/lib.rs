//! Thiap over HTTP: the API with its document, and pages for people.
//!
//! [`serve`] listens until the process is told to stop; [`router`] is the same service without a socket. Every failure is
//! a `Failure`, which one place turns into JSON for programs or into a page for people.

mod api;
mod assets;
mod failure;
mod layers;
mod metrics;
mod options;
mod pages;
mod parameters;
mod serve;
mod sheet;
mod state;

use std::sync::Arc;

use axum::Router;
use thiap_engine::{Engine, EngineError, ReportVerification};

pub use options::ServerOptions;
pub use pages::{Language, ReportPageError, report_html, report_pdf};
pub use serve::{ServerError, serve};

/// The whole service over an engine, for use without a socket.
pub fn router(engine: Arc<Engine>, options: &ServerOptions) -> Router {
    layers::wrapped(state::ServerState::new(engine, options))
}

/// Verifies a report, given as its JSON, or as what [`report_html`] or [`report_pdf`] makes of it.
///
/// # Errors
/// As [`Engine::verify_report`].
pub async fn verify_report(engine: &Arc<Engine>, bytes: &[u8]) -> Result<ReportVerification, EngineError> {
    engine.verify_report(bytes, pages::shows_report).await
}
