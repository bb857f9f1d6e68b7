//! What every request passes through: its number, its log line, its measures, its limits, the headers that keep browsers
//! safe, and the place where failures get their body.

use std::any::Any;
use std::time::Instant;

use axum::Router;
use axum::error_handling::HandleErrorLayer;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower::limit::GlobalConcurrencyLimitLayer;
use tower::load_shed::LoadShedLayer;
use tower::{BoxError, ServiceBuilder};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::request_id::{MakeRequestId, MakeRequestUuid, RequestId};
use tower_http::timeout::RequestBodyTimeoutLayer;
use tracing::Instrument;

use crate::failure::Failure;
use crate::pages::{self, Language};
use crate::state::ServerState;
use crate::{api, assets};

/// Where a request's number stands in request and answer.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Numbers that clients may choose: at most this long, letters, digits, `-`, `_` and `.` only.
const LONGEST_REQUEST_ID_BYTES: usize = 64;

/// Everything comes from this server; no script or style inside pages, no frames, no plug-ins.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                           form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// The page of the API document sets styles on its elements and carries its icons inside its style sheet.
const DOCUMENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                               img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; \
                               base-uri 'none'; frame-ancestors 'none'";

/// The whole service.
pub(crate) fn wrapped(state: ServerState) -> Router {
    let options = &state.options;
    let working = Router::new().merge(api::working_routes(&state)).merge(pages::routes()).layer(
        ServiceBuilder::new()
            .layer(HandleErrorLayer::new(overloaded))
            .layer(LoadShedLayer::new())
            .layer(GlobalConcurrencyLimitLayer::new(options.concurrent_requests)),
    );
    let routes = Router::new()
        .merge(working)
        .merge(api::watching_routes())
        .merge(api::document_routes())
        .merge(assets::routes());
    guarded(routes, state)
}

/// Routes behind everything that all requests pass through.
fn guarded(routes: Router<ServerState>, state: ServerState) -> Router {
    let options = &state.options;
    routes
        .fallback(async || Failure::of_status(StatusCode::NOT_FOUND))
        .method_not_allowed_fallback(async || Failure::of_status(StatusCode::METHOD_NOT_ALLOWED))
        .layer(DefaultBodyLimit::max(options.body_limit_bytes))
        .layer(RequestBodyTimeoutLayer::new(options.body_pause_timeout))
        .layer(from_fn_with_state(state.clone(), in_time))
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(from_fn(shaped))
        .layer(from_fn_with_state(state.clone(), observed))
        .with_state(state)
}

async fn overloaded(_: BoxError) -> Failure {
    Failure::of_status(StatusCode::SERVICE_UNAVAILABLE)
}

/// Gives up on answers that take too long; imports have more time.
async fn in_time(State(state): State<ServerState>, request: Request, next: Next) -> Response {
    let limit = if request.uri().path() == api::IMPORT_PATH {
        state.options.import_timeout
    } else {
        state.options.request_timeout
    };
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Failure::timed_out().into_response(),
    }
}

fn after_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("without a message");
    tracing::error!("a request panicked: {message}");
    Failure::internal().into_response()
}

/// Gives failures their body: JSON under `/api`, a page elsewhere.
async fn shaped(request: Request, next: Next) -> Response {
    let for_programs = request.uri().path().starts_with("/api");
    let language = Language::of(request.uri().query(), request.headers());
    let request_id = request.extensions().get::<RequestId>().cloned();
    let mut response = next.run(request).await;
    let status = response.status();
    let failure = match response.extensions_mut().remove::<Failure>() {
        Some(failure) => failure,
        // what a library answered by itself, as plain text
        None if (status.is_client_error() || status.is_server_error()) && !is_ours(response.headers()) => {
            Failure::of_status(status)
        }
        None => return response,
    };
    let mut shaped = if for_programs {
        failure.json()
    } else {
        let number = request_id.as_ref().and_then(|id| id.header_value().to_str().ok());
        failure.with_headers(pages::error_page(&failure, language, number.unwrap_or_default()))
    };
    for name in [header::ALLOW, header::CONNECTION] {
        if let Some(value) = response.headers().get(&name) {
            shaped.headers_mut().insert(name, value.clone());
        }
    }
    shaped
}

/// Whether an answer has a body that was made on purpose: JSON or a page.
fn is_ours(headers: &HeaderMap) -> bool {
    let content_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    content_type.starts_with("application/json") || content_type.starts_with("text/html")
}

/// Numbers, logs and measures a request, and adds the headers that every answer has. The query and the body are never
/// logged: drafts are private.
async fn observed(State(state): State<ServerState>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = request_id(&request);
    request.extensions_mut().insert(id.clone());
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!(
        "request", id = id.header_value().to_str().unwrap_or_default(), %method, path = %path
    );
    let mut response = next.run(request).instrument(span.clone()).await;
    let (status, took) = (response.status(), began.elapsed());
    span.in_scope(|| tracing::info!(status = status.as_u16(), took_ms = took.as_millis() as u64, "answered"));
    state.metrics.request(&method, &route, status, took);
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, id.into_header_value());
    let policy = if path.starts_with(api::DOCUMENT_PAGE) { DOCUMENT_POLICY } else { PAGE_POLICY };
    // the printable report brings its own: it carries its style inside
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(policy));
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // answers depend on data that changes, and drafts stay with those who wrote them
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// The number that the client gave, when it is one that a log can hold; else a new one.
fn request_id(request: &Request) -> RequestId {
    let given = request.headers().get(&REQUEST_ID).filter(|value| {
        let bytes = value.as_bytes();
        (1..=LONGEST_REQUEST_ID_BYTES).contains(&bytes.len())
            && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
    });
    match given {
        Some(value) => RequestId::new(value.clone()),
        None => MakeRequestUuid
            .make_request_id(request)
            .unwrap_or_else(|| RequestId::new(HeaderValue::from_static("none"))),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::body::Body;
    use axum::routing::get;
    use http_body_util::BodyExt;
    use thiap_engine::{Engine, EngineOptions};
    use tower::ServiceExt;

    use super::*;
    use crate::options::ServerOptions;

    /// A service of one route that breaks, and one that answers as a library does.
    async fn breaking(folder: &tempfile::TempDir) -> Router {
        let options = EngineOptions { folder: folder.path().to_owned(), ..EngineOptions::default() };
        let engine = Arc::new(Engine::open(options).await.unwrap());
        let broken = async || -> Response { panic!("as the test asked") };
        let bare = async || (StatusCode::BAD_REQUEST, "plain words of a library");
        let routes = Router::new()
            .route("/api/breaks", get(broken))
            .route("/breaks", get(broken))
            .route("/api/bare", get(bare));
        guarded(routes, ServerState::new(engine, &ServerOptions::default()))
    }

    async fn answer(service: &Router, path: &str) -> (StatusCode, HeaderMap, String) {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = service.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        (head.status, head.headers, String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_panic_is_an_answer_that_tells_nothing_of_the_inside() {
        let folder = tempfile::tempdir().unwrap();
        let service = breaking(&folder).await;
        let (status, headers, body) = answer(&service, "/api/breaks").await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(body.contains(r#""code":"internal""#) && !body.contains("as the test asked"), "{body}");
        assert!(headers.contains_key(REQUEST_ID) && headers.contains_key(header::CONTENT_SECURITY_POLICY));
        let (status, headers, page) = answer(&service, "/breaks").await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        let number = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap();
        assert!(page.contains(number), "a person can tell the number to the operator");
        assert!(page.contains("lang=\"th\"") && !page.contains("as the test asked"));
    }

    #[tokio::test]
    async fn errors_of_libraries_get_the_same_shape() {
        let folder = tempfile::tempdir().unwrap();
        let (status, _, body) = answer(&breaking(&folder).await, "/api/bare").await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(body.starts_with(r#"{"error":{"code":"bad_request""#), "{body}");
    }

    #[test]
    fn request_numbers_of_clients_are_kept_only_when_a_log_can_hold_them() {
        let numbered = |number: &str| {
            let request = Request::get("/").header(REQUEST_ID, number).body(Body::empty()).unwrap();
            request_id(&request).header_value().to_str().unwrap().to_owned()
        };
        assert_eq!(numbered("abc-1.2_3"), "abc-1.2_3");
        assert_ne!(numbered("a b"), "a b");
        assert_ne!(numbered(&"a".repeat(65)), "a".repeat(65));
        assert_ne!(numbered(""), "");
    }
}
