//! Families of projects that repeat each other, as the last screening found them.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use serde::Serialize;
use thiap_engine::FamilyAnswer;

use super::schemas;
use crate::failure::{ErrorBody, Failure};
use crate::parameters::Parameters;
use crate::state::ServerState;

/// Families of a page when nobody says how many.
const DEFAULT_FAMILIES: u64 = 20;
/// Families that one answer may hold.
const MOST_FAMILIES: u64 = 100;

/// A page of families.
#[derive(Debug, Serialize)]
pub(crate) struct FamiliesAnswer {
    total: u64,
    families: Vec<FamilyAnswer>,
}

/// The families of the last screening, those with most money first.
#[utoipa::path(
    get, path = "/api/v1/families", tag = "families", operation_id = "families", params(schemas::FamilyParameters),
    responses(
        (status = 200, description = "The families", body = schemas::FamiliesAnswer),
        (status = 400, description = "A parameter cannot be understood", body = ErrorBody),
        (status = 503, description = "Nothing was screened yet, or the server is busy", body = ErrorBody),
    ),
)]
pub(crate) async fn families(
    State(state): State<ServerState>,
    RawQuery(query): RawQuery,
) -> Result<Json<FamiliesAnswer>, Failure> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&[&["offset", "limit"]])?;
    let offset = parameters.whole_number("offset", 0, 0..=i64::MAX as u64)?;
    let limit = parameters.whole_number("limit", DEFAULT_FAMILIES, 1..=MOST_FAMILIES)?;
    let (total, families) = state.engine.families(offset, limit).await?;
    Ok(Json(FamiliesAnswer { total, families }))
}

/// A family by its name.
#[utoipa::path(
    get, path = "/api/v1/families/{family_id}", tag = "families", operation_id = "family",
    params(("family_id" = String, Path, description = "The family's name")),
    responses(
        (status = 200, description = "The family", body = schemas::Family),
        (status = 404, description = "No family has the name", body = ErrorBody),
        (status = 503, description = "The store cannot be read, or the server is busy", body = ErrorBody),
    ),
)]
pub(crate) async fn family(
    State(state): State<ServerState>,
    Path(family_id): Path<String>,
) -> Result<Json<FamilyAnswer>, Failure> {
    Ok(Json(state.engine.family(&family_id).await?))
}
