//! Style sheet, script and icon of the pages; part of the program.

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;

use crate::state::ServerState;

/// A day: the addresses carry the program's version, so that a new program is not shown with an old style.
const KEPT: &str = "public, max-age=86400";

/// The routes of the files.
pub(crate) fn routes() -> Router<ServerState> {
    Router::new()
        .route(
            "/assets/style.css",
            get(async || file("text/css; charset=utf-8", include_str!("../assets/style.css"))),
        )
        .route(
            "/assets/enhance.js",
            get(async || file("text/javascript; charset=utf-8", include_str!("../assets/enhance.js"))),
        )
        .route("/assets/icon.svg", get(async || file("image/svg+xml", include_str!("../assets/icon.svg"))))
}

fn file(content_type: &'static str, content: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, KEPT)], content)
}
