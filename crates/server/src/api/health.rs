//! Watching the server.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use thiap_engine::Status;
use utoipa::ToSchema;

use super::schemas;
use crate::failure::{ErrorBody, Failure};
use crate::metrics::index_lag;
use crate::state::ServerState;

/// That the process answers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// Always `ok`.
    #[schema(examples("ok"))]
    status: &'static str,
    /// Version of the program.
    version: &'static str,
}

/// Whether searches and checks can be answered.
#[derive(Debug, Serialize)]
pub(crate) struct Readiness {
    ready: bool,
    index_lag_changes: u64,
    import_allowed: bool,
    decisions_allowed: bool,
    #[serde(flatten)]
    status: Status,
}

/// Says that the process answers.
#[utoipa::path(
    get, path = "/api/v1/health", tag = "operation", operation_id = "health",
    responses((status = 200, description = "The process answers", body = Health)),
)]
pub(crate) async fn health() -> Json<Health> {
    Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION") })
}

/// Says whether the store answers, whether an index is there, and how far it is behind the store.
#[utoipa::path(
    get, path = "/api/v1/ready", tag = "operation", operation_id = "ready",
    responses(
        (status = 200, description = "Searches and checks can be answered", body = schemas::Readiness),
        (status = 503, description = "They cannot be", body = ErrorBody),
    ),
)]
pub(crate) async fn ready(State(state): State<ServerState>) -> Result<Json<Readiness>, Failure> {
    let status = state.engine.status().await?;
    if status.indexed_projects.is_none() {
        return Err(Failure::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "not_indexed",
            format!("no index yet; the store holds {} projects", status.projects),
            "ยังไม่มีดัชนี",
        ));
    }
    Ok(Json(Readiness {
        ready: true,
        index_lag_changes: index_lag(&status),
        import_allowed: state.options.allow_import,
        decisions_allowed: state.options.allow_decisions,
        status,
    }))
}

/// Measures of the server in the text format of Prometheus.
#[utoipa::path(
    get, path = "/api/v1/metrics", tag = "operation", operation_id = "metrics",
    responses((status = 200, description = "The measures", body = String, content_type = "text/plain")),
)]
pub(crate) async fn metrics(State(state): State<ServerState>) -> Response {
    let status = match state.engine.status().await {
        Ok(status) => Some(status),
        Err(error) => {
            tracing::warn!("the state of the data cannot be measured: {error}");
            None
        }
    };
    state.metrics.status(status.as_ref());
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], state.metrics.render())
        .into_response()
}
