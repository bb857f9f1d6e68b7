//! Pages for people: Thai first, English by choice, whole without scripts.

mod answer_page;
mod check_form;
mod check_page;
mod decision_view;
mod facet_view;
mod format;
mod labels;
mod language;
mod links;
mod page;
mod problem_page;
mod project_page;
mod report_page;
mod search_page;
mod words;

use axum::Router;
use axum::routing::{get, post};

pub use language::Language;
pub(crate) use problem_page::error_page;
pub(crate) use report_page::{ReportForm, shown as report_shown, shows_report};
pub use report_page::{ReportPageError, report_html, report_pdf};

use crate::state::ServerState;

/// The routes of the pages.
pub(crate) fn routes() -> Router<ServerState> {
    Router::new()
        .route("/", get(search_page::show))
        .route("/check", get(check_page::show).post(check_page::check))
        .route("/report", post(report_page::issue_page))
        .route("/report.pdf", post(report_page::issue_pdf))
        .route("/projects/{code}", get(project_page::show))
}
