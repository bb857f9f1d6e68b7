//! The page that says what went wrong and what to do.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::language::Language;
use super::page::Page;
use crate::failure::Failure;

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    page: &'a Page,
    title: &'static str,
    message: &'a str,
    status: u16,
    /// Shown where only the operator can help.
    request_id: Option<&'a str>,
}

/// A failure as a page.
pub(crate) fn error_page(failure: &Failure, language: Language, request_id: &str) -> Response {
    let page = Page::without_address(language);
    let words = page.words();
    let title = match failure.status {
        StatusCode::NOT_FOUND => words.not_found,
        StatusCode::SERVICE_UNAVAILABLE => words.unavailable,
        status if status.is_client_error() => words.refused,
        _ => words.failed,
    };
    let template = ProblemPage {
        page: &page,
        title,
        message: failure.message(language.is_thai()),
        status: failure.status.as_u16(),
        request_id: failure.status.is_server_error().then_some(request_id).filter(|id| !id.is_empty()),
    };
    page.response(failure.status, &template)
}
