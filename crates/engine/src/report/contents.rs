//! What a report holds: how it is written, and how pages read it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiap_domain::{
    Agreement, Aspect, Baht, FiscalYear, Owner, Project, Relation, TextField, Verdict, thai_day,
};
use thiap_screening::Thresholds;
use thiap_store::{CanonicalProject, CanonicalRecord};

use super::number::hexadecimal;
use crate::answer::{CheckAnswer, Match, UndoneInDraft};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::record::FieldProblem;

/// The form of the JSON.
const FORMAT: u32 = 1;

/// The form of the page that is made from a report. A page of another form cannot be made again by this program, so that only the
/// report inside it can be verified. Whoever changes the page raises this number.
pub const REPORT_PAGE_FORMAT: u32 = 1;

/// Figures are kept to so many digits behind the point: the last digits of a sum differ from one processor to the next.
const DIGITS: i32 = 6;

/// The contents in the order in which they are written. Every change of what a report holds raises `FORMAT`.
#[derive(Serialize)]
struct Written<'a> {
    format: u32,
    page_format: u32,
    date: NaiveDate,
    date_th: String,
    draft: CanonicalProject<'a>,
    draft_sha256: String,
    corpus: CorpusVersion,
    compared_projects: usize,
    model_id: &'a str,
    relation_model_id: &'a str,
    thresholds: Thresholds,
    limit: usize,
    verdict: Verdict,
    undone: &'a [UndoneInDraft],
    matches: Vec<Value>,
}

/// The contents as one line of JSON.
pub(super) fn written(
    draft: &Project,
    date: NaiveDate,
    limit: usize,
    answer: &CheckAnswer,
    engine: &Engine,
) -> Result<String, EngineError> {
    let record = CanonicalRecord::of(draft).map_err(|problem| EngineError::Draft {
        draft: answer.draft_id.clone(),
        problems: vec![FieldProblem { field: problem.field, reason: problem.reason.to_string() }],
    })?;
    let unwritable =
        |error: serde_json::Error| EngineError::Worker(format!("a report could not be written: {error}"));
    let contents = Written {
        format: FORMAT,
        page_format: REPORT_PAGE_FORMAT,
        date,
        date_th: thai_day(date),
        draft: CanonicalProject(draft),
        draft_sha256: hexadecimal(&record.content_hash),
        corpus: CorpusVersion {
            store_id: engine.store_id().to_owned(),
            change_number: answer.change_number,
            projects: answer.searched_projects,
        },
        compared_projects: answer.compared_projects,
        model_id: &answer.model_id,
        relation_model_id: &answer.relation_model_id,
        thresholds: engine.thresholds,
        limit,
        verdict: answer.verdict,
        undone: &answer.undone,
        matches: answer.matches.iter().map(rounded).collect::<Result<_, _>>().map_err(unwritable)?,
    };
    serde_json::to_string(&contents).map_err(unwritable)
}

/// A match as the check gives it, figures rounded.
fn rounded(found: &Match) -> Result<Value, serde_json::Error> {
    let mut value = serde_json::to_value(found)?;
    round(&mut value);
    Ok(value)
}

fn round(value: &mut Value) {
    match value {
        Value::Number(number) if number.is_f64() => {
            let scale = 10f64.powi(DIGITS);
            let kept = number.as_f64().map(|figure| (figure * scale).round() / scale);
            // minus zero is zero
            if let Some(kept) = kept.and_then(|figure| serde_json::Number::from_f64(figure + 0.0)) {
                *number = kept;
            }
        }
        Value::Array(values) => values.iter_mut().for_each(round),
        Value::Object(object) => object.values_mut().for_each(round),
        _ => {}
    }
}

/// Which projects were searched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorpusVersion {
    /// The store.
    pub store_id: String,
    /// The change number that the index stood at.
    pub change_number: u64,
    /// Projects that were searched.
    pub projects: u64,
}

/// What a report holds, as far as pages and verification need it; other fields are sealed all the same.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ReportContents {
    /// The form of the JSON.
    pub format: u32,
    /// The form of the page that belongs to it.
    pub page_format: u32,
    /// The day that it bears.
    pub date: NaiveDate,
    /// The draft; its code is the draft's id.
    pub draft: Project,
    /// SHA-256 of the draft's canonical record, hexadecimal.
    pub draft_sha256: String,
    /// What was searched.
    pub corpus: CorpusVersion,
    /// Projects that were compared one by one.
    pub compared_projects: usize,
    /// The encoder.
    pub model_id: String,
    /// The relation model with its calibration.
    pub relation_model_id: String,
    /// Likelihoods from which a draft is for review, or repeats.
    pub thresholds: Thresholds,
    /// Matches that were asked for.
    pub limit: usize,
    /// The answer as a whole.
    pub verdict: Verdict,
    /// Kinds of spelling in the draft that were undone before comparing.
    pub undone: Vec<ReportUndone>,
    /// The projects found, most worth looking at first.
    pub matches: Vec<ReportMatch>,
}

/// A kind of spelling that was undone in the draft.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ReportUndone {
    /// As a Thai sentence.
    pub thai: String,
    /// As an English sentence.
    pub english: String,
}

/// A project that the draft may repeat.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ReportMatch {
    /// From 1.
    pub rank: usize,
    /// Its code.
    pub project_code: String,
    /// What is shown of it.
    pub project: ReportProject,
    /// The most likely relation.
    pub relation: Relation,
    /// Probability that the pair is actionable.
    pub likelihood: f64,
    /// What each aspect says.
    pub aspects: BTreeMap<Aspect, Agreement>,
    /// What each aspect rests on.
    #[serde(default)]
    pub evidence: BTreeMap<Aspect, String>,
    /// The passages that the match rests on.
    #[serde(default)]
    pub passages: Vec<ReportPassage>,
    /// The match in one Thai sentence.
    #[serde(default)]
    pub summary_th: String,
    /// The match in one English sentence.
    #[serde(default)]
    pub summary_en: String,
    /// What reviewers had decided.
    #[serde(default)]
    pub decisions: Vec<ReportDecision>,
}

/// What a report shows of a project.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ReportProject {
    /// The title.
    pub title: String,
    /// Who runs it.
    pub owner: Owner,
    /// The fiscal year (Buddhist era).
    pub fiscal_year_be: Option<FiscalYear>,
    /// All its money.
    pub budget_baht: Option<Baht>,
}

/// A part of the draft and the part of the project that it matches.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ReportPassage {
    /// In the draft.
    pub draft: ReportPassageSide,
    /// In the project.
    pub project: ReportPassageSide,
}

/// One side of a passage.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ReportPassageSide {
    /// The field.
    pub field: TextField,
    /// The passage itself.
    pub text: String,
}

/// What a reviewer had decided.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ReportDecision {
    /// How the draft stands to the project.
    pub relation: Relation,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub reviewer: String,
    /// When.
    pub decided_at: DateTime<Utc>,
    /// Whether the same reviewer decided again later.
    #[serde(default)]
    pub superseded: bool,
    /// Whether the decision was made on another text of the draft.
    #[serde(default)]
    pub of_other_text: bool,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn figures_lose_the_digits_that_processors_disagree_on() {
        let figures = [0.123_456_78, -0.000_000_01];
        let mut value = json!({"b": 3, "a": figures, "d": 0.1 + 0.2, "c": "0.12345678"});
        round(&mut value);
        // keys stand in the order of their letters, however they were put in
        assert_eq!(value.to_string(), r#"{"a":[0.123457,0.0],"b":3,"c":"0.12345678","d":0.3}"#);
    }
}
