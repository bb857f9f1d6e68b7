//! Search and its counts.

use axum::Json;
use axum::extract::{RawQuery, State};
use serde::Serialize;
use thiap_engine::SearchRequest;
use thiap_engine::answer::SearchAnswer;
use thiap_index::{Chip, FacetCounts};

use super::body::JsonObject;
use super::schemas;
use crate::failure::{ErrorBody, Failure};
use crate::parameters::{
    FILTER_PARAMETERS, PAGE_PARAMETERS, Parameters, QUERY_PARAMETERS, search_request_of,
};
use crate::state::ServerState;

/// Searches by the parameters of the address.
///
/// Parameters that are not listed here are refused. Those that may be repeated find projects that fit one of their
/// values; a project has to fit every parameter.
#[utoipa::path(
    get, path = "/api/v1/search", tag = "search", operation_id = "search", params(schemas::QueryParameters, schemas::PageParameters),
    responses(
        (status = 200, description = "The projects found, best first", body = schemas::SearchAnswer),
        (status = 400, description = "A parameter or the query cannot be understood", body = ErrorBody),
        (status = 503, description = "Nothing is indexed, or the server is busy", body = ErrorBody),
    ),
)]
pub(crate) async fn search(
    State(state): State<ServerState>,
    RawQuery(query): RawQuery,
) -> Result<Json<SearchAnswer>, Failure> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&[&QUERY_PARAMETERS, &FILTER_PARAMETERS, &PAGE_PARAMETERS])?;
    Ok(Json(state.engine.search(parameters.search_request()?).await?))
}

/// Searches by a JSON body.
#[utoipa::path(
    post, path = "/api/v1/search", tag = "search", operation_id = "search_by_body", request_body = schemas::SearchRequest,
    responses(
        (status = 200, description = "The projects found, best first", body = schemas::SearchAnswer),
        (status = 400, description = "The body or the query cannot be understood", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 415, description = "The body is not JSON", body = ErrorBody),
        (status = 503, description = "Nothing is indexed, or the server is busy", body = ErrorBody),
    ),
)]
pub(crate) async fn search_by_body(
    State(state): State<ServerState>,
    JsonObject(body): JsonObject,
) -> Result<Json<SearchAnswer>, Failure> {
    Ok(Json(state.engine.search(search_request_of(body)?).await?))
}

/// How the projects that a query finds spread over years, agencies, places and plans.
#[derive(Debug, Serialize)]
pub(crate) struct FacetsAnswer {
    query: String,
    total: u64,
    chips: Vec<Chip>,
    facets: FacetCounts,
    change_number: u64,
}

/// Counts over the projects that a search finds, without the projects.
#[utoipa::path(
    get, path = "/api/v1/facets", tag = "search", operation_id = "facets", params(schemas::QueryParameters),
    responses(
        (status = 200, description = "The counts", body = schemas::FacetsAnswer),
        (status = 400, description = "A parameter or the query cannot be understood", body = ErrorBody),
        (status = 503, description = "Nothing is indexed, or the server is busy", body = ErrorBody),
    ),
)]
pub(crate) async fn facets(
    State(state): State<ServerState>,
    RawQuery(query): RawQuery,
) -> Result<Json<FacetsAnswer>, Failure> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&[&QUERY_PARAMETERS, &FILTER_PARAMETERS])?;
    let answer = state.engine.search(SearchRequest { limit: 0, ..parameters.search_request()? }).await?;
    Ok(Json(FacetsAnswer {
        query: answer.query,
        total: answer.total,
        chips: answer.chips,
        facets: answer.facets.unwrap_or_default(),
        change_number: answer.change_number,
    }))
}
