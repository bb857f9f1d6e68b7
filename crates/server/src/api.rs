//! The API for programs, under `/api/v1`, with its document at `/api/openapi.json` and a page to read it at `/api/docs/`.

mod body;
mod check;
mod compare;
mod decisions;
mod entities;
mod families;
mod health;
mod import;
mod projects;
mod reports;
mod schemas;
mod search;
mod site;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::state::ServerState;

pub(crate) use body::read as read_body;
pub(crate) use check::lacks_id;
pub(crate) use projects::{ProjectAnswer, VersionAnswer};
pub(crate) use site::refuse_other_sites;

/// Where files of records are uploaded.
pub(crate) const IMPORT_PATH: &str = "/api/v1/import";
/// Where the page of the document is.
pub(crate) const DOCUMENT_PAGE: &str = "/api/docs";
/// Where the document is.
const DOCUMENT_PATH: &str = "/api/openapi.json";

/// What the document says of the API as a whole.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Thiap API",
        description = "Search over state projects by words and by meaning, and checks of drafts against them. Years are \
                       fiscal years of the Buddhist era, money is in baht, places in texts are counted in characters \
                       (Unicode code points). Every error has the body `{\"error\": {\"code\", \"detail\", \"field\"}}`.",
    ),
    tags(
        (name = "search", description = "Finding projects"),
        (name = "check", description = "Checking drafts and pairs"),
        (name = "reports", description = "Numbered reports of checks, and their verification"),
        (name = "decisions", description = "What reviewers decided"),
        (name = "families", description = "Projects of several agencies that repeat each other"),
        (name = "entities", description = "Reading what texts name"),
        (name = "projects", description = "Projects as they are stored"),
        (name = "operation", description = "Watching the server"),
    ),
)]
struct ApiDocument;

fn working() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(search::search, search::search_by_body))
        .routes(routes!(search::facets))
        .routes(routes!(check::check))
        .routes(routes!(compare::compare))
        .routes(routes!(entities::entities))
        .routes(routes!(decisions::decisions, decisions::decide))
        .routes(routes!(families::families))
        .routes(routes!(families::family))
        .routes(routes!(projects::project))
        .routes(routes!(reports::issue))
}

fn importing() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new().routes(routes!(import::import))
}

fn verifying() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new().routes(routes!(reports::verify))
}

fn watching() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(health::health))
        .routes(routes!(health::ready))
        .routes(routes!(health::metrics))
}

/// The routes that work on data.
pub(crate) fn working_routes(state: &ServerState) -> Router<ServerState> {
    let (working, _) = working().split_for_parts();
    let (importing, _) = importing().split_for_parts();
    let (verifying, _) = verifying().split_for_parts();
    let verified_limit_bytes = reports::verified_limit_bytes(state.options.body_limit_bytes);
    working
        .merge(importing.layer(DefaultBodyLimit::max(import::body_limit_bytes(&state.options))))
        .merge(verifying.layer(DefaultBodyLimit::max(verified_limit_bytes)))
}

/// The routes that have to answer when the server is busy.
pub(crate) fn watching_routes() -> Router<ServerState> {
    watching().split_for_parts().0
}

/// The document and its page.
pub(crate) fn document_routes() -> Router<ServerState> {
    let page = Config::from(DOCUMENT_PATH).use_base_layout().validator_url("none").try_it_out_enabled(true);
    Router::from(SwaggerUi::new(DOCUMENT_PAGE).url(DOCUMENT_PATH, document()).config(page))
}

/// The document of the whole API.
pub(crate) fn document() -> utoipa::openapi::OpenApi {
    let (_, document) = OpenApiRouter::with_openapi(ApiDocument::openapi())
        .merge(working())
        .merge(importing())
        .merge(verifying())
        .merge(watching())
        .split_for_parts();
    document
}
