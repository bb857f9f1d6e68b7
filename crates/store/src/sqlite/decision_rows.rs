//! Rows of decisions.

use chrono::{DateTime, SecondsFormat, Utc};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite};
use thiap_domain::{Project, ProjectCode, Relation};

use super::project_rows::{hash_of, project_from};
use super::state_rows::{signed, unsigned};
use super::{Link, bulk};
use crate::decisions::{Decision, DecisionFilter, MachineView, NewDecision};
use crate::error::Failure;
use crate::record::CanonicalRecord;

/// A decision to be written.
#[derive(Debug)]
pub(crate) struct DecisionRow<'a> {
    pub decision: &'a NewDecision,
    pub record: Option<&'a CanonicalRecord>,
    pub decided_at: DateTime<Utc>,
}

/// Selects all but the draft's record, which may be large; `$rest` follows `WHERE`. A decision is superseded when its reviewer
/// came back to the pair.
macro_rules! select_where {
    ($rest:literal) => {
        concat!(
            "SELECT decision_id, draft_id, draft_hash, project_code, relation, reason, reviewer, decided_at, ",
            "machine_relation, machine_likelihood, machine_model_id, ",
            "EXISTS (SELECT 1 FROM decisions AS later WHERE later.draft_id = decision.draft_id ",
            "AND later.project_code = decision.project_code AND later.reviewer = decision.reviewer ",
            "AND later.decision_id > decision.decision_id) AS superseded ",
            "FROM decisions AS decision WHERE ",
            $rest
        )
    };
}

/// Writes a decision under the next number; what was written.
pub(crate) async fn insert(link: &mut Link, row: &DecisionRow<'_>) -> Result<Decision, Failure> {
    let NewDecision { draft_id, draft: _, project_code, relation, reason, reviewer, machine } = row.decision;
    let decision_id: i64 = sqlx::query_scalar("SELECT coalesce(max(decision_id), 0) + 1 FROM decisions")
        .fetch_one(&mut *link)
        .await?;
    sqlx::query(
        "INSERT INTO decisions (decision_id, draft_id, draft_hash, draft_record, project_code, relation, reason, reviewer, \
           decided_at, machine_relation, machine_likelihood, machine_model_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(decision_id)
    .bind(draft_id.as_str())
    .bind(row.record.map(|record| record.content_hash.to_vec()))
    .bind(row.record.map(|record| record.json.as_str()))
    .bind(project_code.as_str())
    .bind(relation.name())
    .bind(reason)
    .bind(reviewer)
    .bind(row.decided_at.to_rfc3339_opts(SecondsFormat::Millis, true))
    .bind(machine.as_ref().map(|machine| machine.relation.name()))
    .bind(machine.as_ref().map(|machine| machine.likelihood))
    .bind(machine.as_ref().map(|machine| machine.relation_model_id.as_str()))
    .execute(&mut *link)
    .await?;
    let written = sqlx::query(select_where!("decision_id = $1")).bind(decision_id).fetch_one(link).await?;
    decision_of(&written)
}

/// Decisions that a filter lets through, by number.
pub(crate) async fn select(
    link: &mut Link,
    filter: &DecisionFilter,
    limit: usize,
) -> Result<Vec<Decision>, Failure> {
    let mut statement = QueryBuilder::<Sqlite>::new(select_where!("decision_id > "));
    statement.push_bind(signed(filter.after));
    if let Some(draft_id) = &filter.draft_id {
        statement.push(" AND draft_id = ").push_bind(draft_id.as_str());
    }
    if let Some(code) = &filter.project_code {
        statement.push(" AND project_code = ").push_bind(code.as_str());
    }
    statement.push(" ORDER BY decision_id LIMIT ").push_bind(signed(limit as u64));
    let rows = statement.build().fetch_all(link).await?;
    rows.iter().map(decision_of).collect()
}

/// All decisions on some drafts, by number.
pub(crate) async fn on_drafts(link: &mut Link, draft_ids: &[&str]) -> Result<Vec<Decision>, Failure> {
    let mut decisions = Vec::new();
    let statements = bulk::statements_with_list(select_where!("draft_id IN"), draft_ids, |list, id| {
        list.push_bind(*id);
    });
    for mut statement in statements {
        for row in statement.build().fetch_all(&mut *link).await? {
            decisions.push(decision_of(&row)?);
        }
    }
    decisions.sort_by_key(|decision| decision.decision_id);
    Ok(decisions)
}

/// The draft's record as the latest decision kept it.
pub(crate) async fn latest_draft(
    link: &mut Link,
    draft_id: &ProjectCode,
) -> Result<Option<Project>, Failure> {
    let record: Option<String> = sqlx::query_scalar(
        "SELECT draft_record FROM decisions WHERE draft_id = $1 AND draft_record IS NOT NULL \
         ORDER BY decision_id DESC LIMIT 1",
    )
    .bind(draft_id.as_str())
    .fetch_optional(link)
    .await?;
    record.map(|json| project_from(&json, || format!("the draft {draft_id} of a decision"))).transpose()
}

fn decision_of(row: &SqliteRow) -> Result<Decision, Failure> {
    let decision_id = unsigned(row.try_get("decision_id")?, "the number of a decision")?;
    let damaged = |what: &str, error: &dyn std::fmt::Display| {
        Failure::Damaged(format!("the {what} of decision {decision_id}: {error}"))
    };
    let code = |column: &'static str| -> Result<ProjectCode, Failure> {
        ProjectCode::new(row.try_get(column)?).map_err(|error| damaged(column, &error))
    };
    let relation = |name: &str| name.parse::<Relation>().map_err(|error| damaged("relation", &error));
    let machine_relation: Option<&str> = row.try_get("machine_relation")?;
    let machine = match machine_relation {
        Some(name) => Some(MachineView {
            relation: relation(name)?,
            likelihood: row.try_get("machine_likelihood")?,
            relation_model_id: row.try_get("machine_model_id")?,
        }),
        None => None,
    };
    let decided_at: &str = row.try_get("decided_at")?;
    Ok(Decision {
        decision_id,
        draft_id: code("draft_id")?,
        draft_hash: hash_of(row.try_get("draft_hash")?)?,
        project_code: code("project_code")?,
        relation: relation(row.try_get("relation")?)?,
        reason: row.try_get("reason")?,
        reviewer: row.try_get("reviewer")?,
        decided_at: decided_at.parse().map_err(|error: chrono::ParseError| damaged("time", &error))?,
        machine,
        superseded: row.try_get("superseded")?,
    })
}
