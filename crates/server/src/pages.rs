//! Pages for people: Thai first, English by choice, whole without scripts.

mod answer_page;
mod check_form;
mod check_page;
mod facet_view;
mod format;
mod labels;
mod language;
mod links;
mod page;
mod problem_page;
mod project_page;
mod search_page;
mod words;

use axum::Router;
use axum::routing::get;

pub(crate) use language::Language;
pub(crate) use problem_page::error_page;

use crate::state::ServerState;

/// The routes of the pages.
pub(crate) fn routes() -> Router<ServerState> {
    Router::new()
        .route("/", get(search_page::show))
        .route("/check", get(check_page::show).post(check_page::check))
        .route("/projects/{code}", get(project_page::show))
}
