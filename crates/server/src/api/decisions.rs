//! Decisions of reviewers.

use axum::Json;
use axum::extract::{FromRequest, RawQuery, Request, State};
use axum::http::StatusCode;
use serde::Serialize;
use serde_json::{Map, Value};
use thiap_domain::Relation;
use thiap_engine::answer::DecisionAnswer;
use thiap_engine::{DecisionQuery, DecisionRequest};

use super::body::JsonObject;
use super::check::draft_of;
use super::schemas;
use super::site::refuse_other_sites;
use crate::failure::{ErrorBody, Failure};
use crate::parameters::{Keys, Parameters};
use crate::state::ServerState;

/// Decisions of a page when nobody says how many.
const DEFAULT_DECISIONS: usize = 100;
/// Decisions that one answer may hold.
const MOST_DECISIONS: usize = 1_000;

/// A page of decisions.
#[derive(Debug, Serialize)]
pub(crate) struct DecisionsAnswer {
    decisions: Vec<DecisionAnswer>,
    /// What the next page starts after; nothing at the end.
    next_after: Option<u64>,
}

/// Decisions of reviewers in the order in which they were made.
#[utoipa::path(
    get, path = "/api/v1/decisions", tag = "decisions", operation_id = "decisions", params(schemas::DecisionParameters),
    responses(
        (status = 200, description = "The decisions", body = schemas::DecisionsAnswer),
        (status = 400, description = "A parameter cannot be understood", body = ErrorBody),
        (status = 503, description = "The store cannot be read, or the server is busy", body = ErrorBody),
    ),
)]
pub(crate) async fn decisions(
    State(state): State<ServerState>,
    RawQuery(query): RawQuery,
) -> Result<Json<DecisionsAnswer>, Failure> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&[&["draft_id", "project_code", "after", "limit"]])?;
    let limit = parameters.whole_number("limit", DEFAULT_DECISIONS, 1..=MOST_DECISIONS)?;
    let asked = DecisionQuery {
        draft_id: parameters.single("draft_id")?.map(str::to_owned),
        project_code: parameters.single("project_code")?.map(str::to_owned),
        after: parameters.whole_number("after", 0, 0..=i64::MAX as u64)?,
    };
    let decisions = state.engine.decisions(&asked, limit).await?;
    let next_after = decisions.last().filter(|_| decisions.len() == limit).map(|last| last.decision_id);
    Ok(Json(DecisionsAnswer { decisions, next_after }))
}

/// Keeps a reviewer's decision on a draft beside a project, with what the relation model says of the pair now.
///
/// Only when the server was started with decisions allowed. Decisions are added, never changed: a later one of the same reviewer
/// on the same pair stands for the earlier, and both are kept. `draft_id` may be the code of a stored project; else the draft's
/// record may be given, and is kept with the decision.
#[utoipa::path(
    post, path = "/api/v1/decisions", tag = "decisions", operation_id = "decide", request_body = schemas::DecisionRequest,
    responses(
        (status = 200, description = "The decision as it is kept", body = schemas::DecisionAnswer),
        (status = 400, description = "The body cannot be understood", body = ErrorBody),
        (status = 403, description = "Decisions are not allowed here", body = ErrorBody),
        (status = 404, description = "No project has the code", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 415, description = "The body is not JSON", body = ErrorBody),
        (status = 422, description = "A part of the decision cannot be kept; `field` names it", body = ErrorBody),
        (status = 503, description = "The store cannot be written, or the server is busy", body = ErrorBody),
    ),
)]
pub(crate) async fn decide(
    State(state): State<ServerState>,
    request: Request,
) -> Result<Json<DecisionAnswer>, Failure> {
    if !state.options.allow_decisions {
        return Err(Failure::new(
            StatusCode::FORBIDDEN,
            "decisions_not_allowed",
            "decisions over HTTP are switched off; the operator allows them with: thiap serve --allow-decisions",
            "ระบบนี้ไม่เปิดให้บันทึกผลการพิจารณาผ่านเว็บ โปรดติดต่อผู้ดูแลระบบ",
        ));
    }
    refuse_other_sites(request.headers())?;
    let JsonObject(body) = JsonObject::from_request(request, &state).await?;
    Ok(Json(state.engine.decide(asked(body)?).await?))
}

fn asked(body: Map<String, Value>) -> Result<DecisionRequest, Failure> {
    let mut keys = Keys::new(body);
    let mut text = |name: &'static str| -> Result<String, Failure> {
        keys.take(name, "a text")?.ok_or_else(|| Failure::bad_value(name, format!("{name} is missing")))
    };
    let draft_id = text("draft_id")?;
    let project_code = text("project_code")?;
    let relation = text("relation")?
        .parse::<Relation>()
        .map_err(|error| Failure::bad_value("relation", error.to_string()))?;
    let (reason, reviewer) = (text("reason")?, text("reviewer")?);
    let draft: Option<Map<String, Value>> = keys.take("draft", "a record")?;
    keys.finish()?;
    let draft = draft.map(|draft| draft_of(draft, &draft_id)).transpose()?;
    Ok(DecisionRequest { draft_id, draft: draft.map(Box::new), project_code, relation, reason, reviewer })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn what_a_decision_lacks_is_named() {
        let whole = json!({
            "draft_id": "D", "project_code": "A", "relation": "overlap", "reason": "ก", "reviewer": "ข",
            "draft": {"title": "ขุดคลอง"},
        });
        let decision = asked(object(whole.clone())).unwrap();
        assert_eq!(decision.relation, Relation::Overlap);
        assert_eq!(decision.draft.unwrap().project_code.as_str(), "D", "a draft without an id takes it");
        for name in ["draft_id", "project_code", "relation", "reason", "reviewer"] {
            let mut lacking = object(whole.clone());
            lacking.remove(name);
            assert_eq!(asked(lacking).unwrap_err().field.as_deref(), Some(name));
            let mut wrong = object(whole.clone());
            wrong.insert(name.to_owned(), json!(7));
            assert_eq!(asked(wrong).unwrap_err().field.as_deref(), Some(name));
        }
        let mut wrong = object(whole.clone());
        wrong.insert("relation".to_owned(), json!("similar"));
        assert!(asked(wrong).unwrap_err().detail.contains("duplicate"));
        let mut unknown = object(whole);
        unknown.insert("resaon".to_owned(), json!("x"));
        assert_eq!(asked(unknown).unwrap_err().code, "unknown_field");
    }
}
