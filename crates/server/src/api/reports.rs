//! Reports of checks: issued, verified.

use axum::Json;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use thiap_engine::{MOST_REPORT_MATCHES, Report, ReportVerification, thai_today};

use super::body::{JsonObject, read_within};
use super::check::{DEFAULT_MATCHES, draft_of};
use super::schemas;
use super::site::refuse_other_sites;
use crate::failure::{ErrorBody, Failure};
use crate::pages::{Language, ReportForm, report_shown, shows_report};
use crate::parameters::Parameters;
use crate::state::ServerState;

/// What a draft is called that has no id.
const NAMELESS: &str = "draft";
/// The page of a report repeats much of it.
const VERIFIED_TIMES_BODY: usize = 8;

/// The largest report that is verified.
pub(crate) fn verified_limit_bytes(body_limit_bytes: usize) -> usize {
    body_limit_bytes.saturating_mul(VERIFIED_TIMES_BODY)
}

/// Checks a draft and issues the numbered report of today (in Thailand), as JSON, as a page to print or as PDF.
///
/// The report is kept in the register with the draft that it holds. The same draft on the same day over the same corpus gives the
/// same report.
#[utoipa::path(
    post, path = "/api/v1/reports", tag = "reports", operation_id = "issue_report", params(schemas::ReportParameters),
    request_body = schemas::DraftRecord,
    responses(
        (status = 200, description = "The report: JSON, or a page or PDF where `form` or the header `accept` asks for it",
            body = schemas::Report),
        (status = 400, description = "The body or a parameter cannot be understood", body = ErrorBody),
        (status = 403, description = "A page of another site asked", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 415, description = "The body is not JSON", body = ErrorBody),
        (status = 422, description = "The draft has a field that cannot be read; `field` names it", body = ErrorBody),
        (status = 503, description = "Nothing is indexed, or the server is busy", body = ErrorBody),
    ),
)]
pub(crate) async fn issue(State(state): State<ServerState>, request: Request) -> Result<Response, Failure> {
    refuse_other_sites(request.headers())?;
    let query = request.uri().query().map(str::to_owned);
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&[&["limit", "form", "lang"]])?;
    let limit = parameters.whole_number("limit", DEFAULT_MATCHES, 1..=MOST_REPORT_MATCHES)?;
    let form = match parameters.single("form")? {
        None => accepted_form(request.headers()),
        Some("html") => Some(ReportForm::Html),
        Some("pdf") => Some(ReportForm::Pdf),
        Some("json") => None,
        Some(_) => return Err(Failure::bad_value("form", "form has to be json, html or pdf")),
    };
    let language = Language::of(query.as_deref(), request.headers());
    let JsonObject(body) = JsonObject::from_request(request, &state).await?;
    let draft = draft_of(body, NAMELESS)?;
    let report = state.engine.report(draft, thai_today(), limit).await?;
    match form {
        Some(form) => report_shown(report, language, form).await,
        None => Ok(json(&report)),
    }
}

/// Verifies a report: whether it was issued here, whether a byte has changed, and whether the check gives the same answer now.
///
/// The body is the file as it was issued, JSON, HTML or PDF.
#[utoipa::path(
    post, path = "/api/v1/reports/verify", tag = "reports", operation_id = "verify_report",
    request_body(content = String, description = "The report's file, JSON, HTML or PDF", content_type = "application/octet-stream"),
    responses(
        (status = 200, description = "What was found", body = schemas::ReportVerification),
        (status = 400, description = "The body is no report", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 503, description = "The store cannot be read, or the server is busy", body = ErrorBody),
    ),
)]
pub(crate) async fn verify(
    State(state): State<ServerState>,
    request: Request,
) -> Result<Json<ReportVerification>, Failure> {
    let limit = verified_limit_bytes(state.options.body_limit_bytes);
    let bytes = read_within(request, &state, limit).await?;
    Ok(Json(state.engine.verify_report(&bytes, shows_report).await?))
}

/// The report byte for byte as it is kept.
fn json(report: &Report) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], report.json().to_owned()).into_response()
}

/// In which form a report is wanted: a page or PDF is asked for, and JSON is not.
fn accepted_form(headers: &HeaderMap) -> Option<ReportForm> {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let asks_for = |kind: &str| {
        accepted.split(',').any(|part| part.split(';').next().unwrap_or_default().trim() == kind)
    };
    if asks_for("application/json") {
        None
    } else if asks_for("text/html") {
        Some(ReportForm::Html)
    } else {
        asks_for("application/pdf").then_some(ReportForm::Pdf)
    }
}
