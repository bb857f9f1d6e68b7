//! Comparing a pair.

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value};
use thiap_engine::Side;
use thiap_engine::answer::CompareAnswer;

use super::body::JsonObject;
use super::check::draft_of;
use super::schemas;
use crate::failure::{ErrorBody, Failure};
use crate::parameters::Keys;
use crate::state::ServerState;

/// Compares two sides, each a project code or a whole record; `a` stands as the draft.
#[utoipa::path(
    post, path = "/api/v1/compare", tag = "check", operation_id = "compare", request_body = schemas::CompareRequest,
    responses(
        (status = 200, description = "How `a` stands to `b`, and why", body = schemas::CompareAnswer),
        (status = 400, description = "The body cannot be understood", body = ErrorBody),
        (status = 404, description = "A side names a project that is not stored", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 415, description = "The body is not JSON", body = ErrorBody),
        (status = 422, description = "A side has a field that cannot be read; `field` names it", body = ErrorBody),
        (status = 503, description = "Nothing is indexed, or the server is busy", body = ErrorBody),
    ),
)]
pub(crate) async fn compare(
    State(state): State<ServerState>,
    JsonObject(body): JsonObject,
) -> Result<Json<CompareAnswer>, Failure> {
    let (pair_id, a, b) = pair(body)?;
    // the engine does not say which of two codes it does not know
    for (name, side) in [("a", &a), ("b", &b)] {
        if let Side::Code(code) = side {
            state.engine.project(code).await.map_err(|error| Failure::from(error).at(name))?;
        }
    }
    match state.engine.compare(vec![(pair_id, a, b)]).await?.pop() {
        Some(answer) => Ok(Json(answer)),
        None => Err(Failure::internal()),
    }
}

fn pair(body: Map<String, Value>) -> Result<(String, Side, Side), Failure> {
    let mut keys = Keys::new(body);
    let pair_id = keys.take::<String>("pair_id", "a text")?.unwrap_or_else(|| "pair".to_owned());
    let a = side("a", keys.take("a", "a project code or a record")?)?;
    let b = side("b", keys.take("b", "a project code or a record")?)?;
    keys.finish()?;
    Ok((pair_id, a, b))
}

fn side(name: &'static str, value: Option<Value>) -> Result<Side, Failure> {
    match value {
        Some(Value::String(code)) if !code.trim().is_empty() => Ok(Side::Code(code)),
        Some(Value::Object(record)) => {
            draft_of(record, name).map(|project| Side::Record(Box::new(project))).map_err(|failure| {
                let field = match &failure.field {
                    Some(field) => format!("{name}.{field}"),
                    None => name.to_owned(),
                };
                failure.at(field)
            })
        }
        _ => Err(Failure::bad_value(name, format!("{name} has to be a project code or a record"))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: Value) -> Result<(String, Side, Side), Failure> {
        pair(body.as_object().cloned().unwrap())
    }

    #[test]
    fn sides_are_codes_or_records() {
        let (pair_id, a, b) = read(json!({"a": {"title": "ขุดลอกคลอง"}, "b": "P-1"})).unwrap();
        assert_eq!(pair_id, "pair");
        assert!(matches!(a, Side::Record(project) if project.project_code.as_str() == "a"));
        assert!(matches!(b, Side::Code(code) if code == "P-1"));
    }

    #[test]
    fn a_side_that_cannot_be_read_is_named() {
        for (body, field) in [
            (json!({"a": "P-1"}), "b"),
            (json!({"a": "", "b": "P-1"}), "a"),
            (json!({"a": 5, "b": "P-1"}), "a"),
            (json!({"a": "P-1", "b": {"title": ""}}), "b.title"),
            (json!({"a": "P-1", "b": "P-2", "c": "P-3"}), "c"),
        ] {
            assert_eq!(read(body.clone()).unwrap_err().field.as_deref(), Some(field), "{body}");
        }
    }
}
