//! How well projects are found.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use thiap_evaluation::{Grades, RankingMeasures};
use thiap_index::{Filters, SearchRequest};

use super::gold::read_queries;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::progress::Progress;

/// Hits of each query that are looked at.
const DEPTH: usize = 100;

/// Measures of the ranking, over all queries and over each part of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RetrievalReport {
    /// Over all queries.
    pub all: RankingMeasures,
    /// By kind of query.
    pub by_kind: BTreeMap<String, RankingMeasures>,
    /// By split of the labelled set.
    pub by_split: BTreeMap<String, RankingMeasures>,
    /// The corpus version that was searched.
    pub change_number: u64,
    /// The encoder.
    pub model_id: String,
}

/// Measures the ranking on queries with graded judgements over the projects of the data folder.
///
/// # Errors
/// [`EngineError::Gold`] for a labelled file that cannot be read, and what searching gives.
pub async fn retrieval(
    engine: &Arc<Engine>,
    path: &Path,
    progress: &dyn Progress,
) -> Result<RetrievalReport, EngineError> {
    let gold = read_queries(path)?;
    let status = engine.status().await?;
    let mut ranked: Vec<Vec<String>> = Vec::new();
    progress.begin("queries", Some(gold.queries.len() as u64));
    for query in &gold.queries {
        let filters: Filters = if query.filters.is_null() {
            Filters::default()
        } else {
            serde_json::from_value(query.filters.clone()).map_err(|error| {
                EngineError::Request(format!("query {}: filters: {error}", query.query_id))
            })?
        };
        let request =
            SearchRequest { query: query.query.clone(), filters, limit: DEPTH, ..SearchRequest::default() };
        let found = engine.rank(request).await?.response;
        ranked.push(found.hits.iter().map(|hit| hit.project_code.as_str().to_owned()).collect());
        progress.advance(1);
    }
    progress.end();

    let ranked: Vec<Vec<&str>> =
        ranked.iter().map(|codes| codes.iter().map(String::as_str).collect()).collect();
    let grades: Vec<Grades> = gold
        .queries
        .iter()
        .map(|query| {
            gold.grades.get(&query.query_id).map_or_else(Grades::new, |grades| {
                grades.iter().map(|(code, grade)| (code.as_str(), *grade)).collect()
            })
        })
        .collect();
    let measures = |wanted: &dyn Fn(usize) -> bool| {
        RankingMeasures::of(
            ranked
                .iter()
                .zip(&grades)
                .enumerate()
                .filter(|(n, _)| wanted(*n))
                .map(|(_, (r, g))| (r.as_slice(), g)),
        )
    };
    let by = |part: &dyn Fn(usize) -> String| -> BTreeMap<String, RankingMeasures> {
        let parts: BTreeSet<String> =
            (0..gold.queries.len()).map(part).filter(|name| !name.is_empty()).collect();
        parts.into_iter().map(|name| (name.clone(), measures(&|n| part(n) == name))).collect()
    };
    let of = |n: usize, name: fn(&super::gold::GoldQuery) -> &String| {
        gold.queries.get(n).map(name).cloned().unwrap_or_default()
    };
    Ok(RetrievalReport {
        all: measures(&|_| true),
        by_kind: by(&|n| of(n, |query| &query.kind)),
        by_split: by(&|n| of(n, |query| &query.split)),
        change_number: status.change_number,
        model_id: status.model_id,
    })
}
