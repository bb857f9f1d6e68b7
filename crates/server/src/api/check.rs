//! Checking drafts.

use axum::Json;
use axum::extract::{RawQuery, State};
use serde::Serialize;
use serde_json::{Map, Value};
use thiap_domain::Project;
use thiap_engine::EngineError;
use thiap_engine::answer::CheckAnswer;
use thiap_engine::record::{RecordField, project_from_object};

use super::body::JsonObject;
use super::schemas;
use crate::failure::{ErrorBody, Failure};
use crate::parameters::{Keys, Parameters};
use crate::state::ServerState;

/// Drafts that one request may hold.
pub(crate) const MOST_DRAFTS: usize = 100;
/// Matches of a draft when nobody says how many.
pub(crate) const DEFAULT_MATCHES: usize = 20;
/// Matches of a draft that one answer may hold.
pub(crate) const MOST_MATCHES: usize = 100;
/// What a draft is called that has no id.
const NAMELESS: &str = "draft";

/// One answer, or several.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum CheckResponse {
    One(Box<CheckAnswer>),
    Many { answers: Vec<CheckAnswer> },
}

/// Checks a draft, or up to 100 of them as `{"drafts": [...]}`, against all projects.
///
/// A draft is a record; only its title is required. Keys are recognised in Thai and in English, as columns of a file
/// are; keys that are no field of a record are passed over. Drafts are not kept.
#[utoipa::path(
    post, path = "/api/v1/check", tag = "check", operation_id = "check", params(schemas::CheckParameters), request_body = schemas::CheckRequest,
    responses(
        (status = 200, description = "The projects that the draft may repeat", body = schemas::CheckResponse),
        (status = 400, description = "The body cannot be understood", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 415, description = "The body is not JSON", body = ErrorBody),
        (status = 422, description = "A draft has a field that cannot be read; `field` names it", body = ErrorBody),
        (status = 503, description = "Nothing is indexed, or the server is busy", body = ErrorBody),
    ),
)]
pub(crate) async fn check(
    State(state): State<ServerState>,
    RawQuery(query): RawQuery,
    JsonObject(body): JsonObject,
) -> Result<Json<CheckResponse>, Failure> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&[&["limit"]])?;
    let limit = parameters.whole_number("limit", DEFAULT_MATCHES, 1..=MOST_MATCHES)?;
    let response = if body.contains_key("drafts") {
        let mut answers = Vec::new();
        let drafts = several(body)?;
        if !drafts.is_empty() {
            answers = state.engine.check(drafts, limit).await?;
        }
        CheckResponse::Many { answers }
    } else {
        let draft = draft_of(body, NAMELESS)?;
        // as many answers as drafts
        match state.engine.check(vec![draft], limit).await?.pop() {
            Some(answer) => CheckResponse::One(Box::new(answer)),
            None => return Err(Failure::internal()),
        }
    };
    Ok(Json(response))
}

fn several(body: Map<String, Value>) -> Result<Vec<Project>, Failure> {
    let mut keys = Keys::new(body);
    let drafts: Vec<Value> = keys.take("drafts", "a list of drafts")?.unwrap_or_default();
    keys.finish()?;
    if drafts.len() > MOST_DRAFTS {
        return Err(Failure::bad_value(
            "drafts",
            format!("{} drafts were sent, one request may hold {MOST_DRAFTS}", drafts.len()),
        ));
    }
    (0..)
        .zip(drafts)
        .map(|(place, draft)| {
            let here = |failure: Failure| {
                let field = match &failure.field {
                    Some(field) => format!("drafts[{place}].{field}"),
                    None => format!("drafts[{place}]"),
                };
                failure.at(field)
            };
            match draft {
                Value::Object(object) => draft_of(object, &format!("{NAMELESS}-{}", place + 1)).map_err(here),
                _ => Err(Failure::bad_value(format!("drafts[{place}]"), "a draft has to be a JSON object")),
            }
        })
        .collect()
}

/// The draft that an object holds; one without an id is called `nameless`.
pub(crate) fn draft_of(mut object: Map<String, Value>, nameless: &str) -> Result<Project, Failure> {
    if lacks_id(&object) {
        object.insert("draft_id".to_owned(), Value::from(nameless));
    }
    project_from_object(&object).map_err(|problems| {
        let draft = object.get("draft_id").and_then(Value::as_str).unwrap_or(nameless).to_owned();
        EngineError::Draft { draft: draft.chars().take(80).collect(), problems }.into()
    })
}

/// Whether a record has no code of its own.
pub(crate) fn lacks_id(object: &Map<String, Value>) -> bool {
    !object
        .iter()
        .any(|(key, value)| RecordField::recognise(key) == Some(RecordField::Code) && is_filled(value))
}

fn is_filled(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn a_draft_without_an_id_gets_one_and_keeps_its_own() {
        assert_eq!(
            draft_of(object(json!({"title": "ขุดลอกคลอง"})), "draft").unwrap().project_code.as_str(),
            "draft"
        );
        let draft = draft_of(object(json!({"รหัส": "ก-1", "ชื่อโครงการ": "ขุดลอกคลอง"})), "draft").unwrap();
        assert_eq!(draft.project_code.as_str(), "ก-1");
        let draft = draft_of(object(json!({"id": " ", "title": "ขุดลอกคลอง"})), "draft").unwrap();
        assert_eq!(draft.project_code.as_str(), "draft");
    }

    #[test]
    fn a_bad_draft_among_many_is_named_by_its_place() {
        let drafts = json!({"drafts": [{"title": "ดี"}, {"title": "ไม่ดี", "fiscal_year_be": "ปีหน้า"}]});
        let failure = several(object(drafts)).unwrap_err();
        assert_eq!(failure.field.as_deref(), Some("drafts[1].fiscal_year_be"));
        assert_eq!(failure.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(several(object(json!({"drafts": [1]}))).unwrap_err().field.as_deref(), Some("drafts[0]"));
        let failure = several(object(json!({"drafts": [], "limit": 3}))).unwrap_err();
        assert_eq!((failure.code, failure.field.as_deref()), ("unknown_field", Some("limit")));
        let many: Vec<_> = (0..=MOST_DRAFTS).map(|_| json!({"title": "x"})).collect();
        assert_eq!(several(object(json!({"drafts": many}))).unwrap_err().field.as_deref(), Some("drafts"));
    }

    #[test]
    fn nameless_drafts_of_one_request_are_told_apart() {
        let drafts = several(object(json!({"drafts": [{"title": "ก"}, {"title": "ข"}]}))).unwrap();
        let ids: Vec<_> = drafts.iter().map(|draft| draft.project_code.as_str()).collect();
        assert_eq!(ids, ["draft-1", "draft-2"]);
    }
}
