//! What a text names.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use thiap_engine::{MentionAnswer, read_entities};

use super::body::JsonObject;
use super::schemas;
use crate::failure::{ErrorBody, Failure};
use crate::parameters::Keys;
use crate::state::ServerState;

#[derive(Serialize)]
pub(crate) struct Entities {
    mentions: Vec<MentionAnswer>,
}

/// Reads the places, agencies, facilities, money, dates, laws, plans and target groups that a text names.
#[utoipa::path(
    post, path = "/api/v1/entities", tag = "entities", operation_id = "entities",
    request_body = schemas::EntitiesRequest,
    responses(
        (status = 200, description = "The mentions, in the order of the text", body = schemas::EntitiesAnswer),
        (status = 400, description = "The body cannot be understood", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 415, description = "The body is not JSON", body = ErrorBody),
        (status = 503, description = "The server is busy", body = ErrorBody),
    ),
)]
pub(crate) async fn entities(
    State(_): State<ServerState>,
    JsonObject(body): JsonObject,
) -> Result<Json<Entities>, Failure> {
    let mut keys = Keys::new(body);
    let text: Option<String> = keys.take("text", "a text")?;
    keys.finish()?;
    let text = text.ok_or_else(|| Failure::bad_value("text", "text has to be a text".to_owned()))?;
    Ok(Json(Entities { mentions: read_entities(text).await? }))
}
