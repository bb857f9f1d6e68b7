//! The page where a draft is written and sent.

use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::Response;
use thiap_domain::Project;

use super::answer_page;
use super::check_form::DraftForm;
use super::page::{Page, Section};
use crate::api;
use crate::failure::Failure;
use crate::parameters::Parameters;
use crate::state::ServerState;

/// Matches that the answer shows.
const MATCHES: usize = 20;

#[derive(Template)]
#[template(path = "check.html")]
struct CheckPage<'a> {
    page: &'a Page,
    form: DraftForm,
}

/// The empty form.
pub(super) async fn show(uri: Uri, headers: HeaderMap) -> Response {
    let page = Page::new(&uri, &headers, Section::Check);
    let form = DraftForm::empty(page.language);
    page.response(StatusCode::OK, &CheckPage { page: &page, form })
}

/// What was sent in the form.
pub(super) enum Sent {
    /// A draft.
    Draft { page: Page, draft: Box<Project>, form: DraftForm },
    /// The form with what has to be corrected, already an answer.
    Answered(Response),
}

/// The answer to a draft, or the form with what has to be corrected.
pub(super) async fn check(State(state): State<ServerState>, request: Request) -> Result<Response, Failure> {
    let (page, draft, form) = match sent(&state, request).await? {
        Sent::Draft { page, draft, form } => (page, draft, form),
        Sent::Answered(response) => return Ok(response),
    };
    match state.engine.check(vec![(*draft).clone()], MATCHES).await?.pop() {
        Some(answer) => Ok(answer_page::shown(&page, &draft, &answer, form)),
        None => Err(Failure::internal()),
    }
}

/// Reads the form.
pub(super) async fn sent(state: &ServerState, request: Request) -> Result<Sent, Failure> {
    let page = Page::new(request.uri(), request.headers(), Section::Check);
    if !is_form(request.headers()) {
        return Err(Failure::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    let bytes = api::read_body(request, state).await?;
    let body = Parameters::parse(Some(&String::from_utf8_lossy(&bytes)));
    let mut form = DraftForm::sent(page.language, &body);
    match form.draft(page.language) {
        Some(draft) => Ok(Sent::Draft { page, draft: Box::new(draft), form }),
        None => {
            let template = CheckPage { page: &page, form };
            Ok(Sent::Answered(page.response(StatusCode::UNPROCESSABLE_ENTITY, &template)))
        }
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let content_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    content_type.split(';').next().unwrap_or_default().trim() == "application/x-www-form-urlencoded"
}
