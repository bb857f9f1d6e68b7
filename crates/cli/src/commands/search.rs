//! `search`.

use std::sync::Arc;

use anyhow::Context;
use serde::{Deserialize, Serialize};
use thiap_domain::ProjectCode;
use thiap_engine::answer::SearchAnswer;
use thiap_engine::{Engine, Filters, Legs, SearchMode, SearchRequest};

use crate::args::{Format, Mode, SearchArguments};
use crate::input::json_lines;
use crate::output::{Output, shortened, table};

/// Hits of a query asked by a person, and by a program.
const HITS_FOR_PEOPLE: usize = 10;
const HITS_FOR_PROGRAMS: usize = 100;

/// A line of `--queries`.
#[derive(Deserialize)]
struct QueryLine {
    query_id: serde_json::Value,
    #[serde(default)]
    query: String,
    #[serde(default)]
    filters: Option<Filters>,
}

/// A line of the answer.
#[derive(Serialize)]
struct AnswerLine {
    query_id: serde_json::Value,
    total: u64,
    hits: Vec<HitLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

#[derive(Serialize)]
struct HitLine {
    rank: usize,
    project_code: ProjectCode,
    score: f64,
    legs: Legs,
}

fn mode(mode: Mode) -> SearchMode {
    match mode {
        Mode::Both => SearchMode::Both,
        Mode::Words => SearchMode::Words,
        Mode::Meaning => SearchMode::Meaning,
    }
}

/// Answers one query or many; whether all could be answered.
pub async fn search(
    engine: &Arc<Engine>,
    arguments: &SearchArguments,
    output: &Output,
) -> anyhow::Result<bool> {
    let request = |query: String, filters: Filters, limit: usize| SearchRequest {
        query,
        filters,
        mode: mode(arguments.mode),
        offset: arguments.offset,
        limit: arguments.limit.unwrap_or(limit),
        ..SearchRequest::default()
    };
    if let Some(path) = &arguments.queries {
        let mut all_answered = true;
        for line in json_lines::<QueryLine>(path)? {
            let line = line?;
            let ranked =
                engine.rank(request(line.query, line.filters.unwrap_or_default(), HITS_FOR_PROGRAMS)).await;
            let answer = match ranked {
                Ok(ranked) => AnswerLine {
                    query_id: line.query_id,
                    total: ranked.response.total,
                    hits: hit_lines(ranked.response.hits),
                    error: None,
                },
                Err(error)
                    if error.fault() == thiap_domain::Fault::Caller && error.code() == "query_syntax" =>
                {
                    all_answered = false;
                    eprintln!("query {}: {error}", line.query_id);
                    AnswerLine {
                        query_id: line.query_id,
                        total: 0,
                        hits: Vec::new(),
                        error: Some(error.to_string()),
                    }
                }
                Err(error) => return Err(error.into()),
            };
            output.line(&answer)?;
        }
        return Ok(all_answered);
    }
    let filters = match &arguments.filters {
        Some(text) => serde_json::from_str(text).context("--filters")?,
        None => Filters::default(),
    };
    let query = arguments.query.clone().unwrap_or_default();
    match output.format {
        Format::Table => {
            let answer = engine.search(request(query, filters, HITS_FOR_PEOPLE)).await?;
            print(&answer, output)?;
        }
        Format::Json => output.document(&engine.search(request(query, filters, HITS_FOR_PEOPLE)).await?)?,
        Format::Jsonl => {
            let ranked = engine.rank(request(query, filters, HITS_FOR_PEOPLE)).await?;
            output.line(&AnswerLine {
                query_id: serde_json::Value::Null,
                total: ranked.response.total,
                hits: hit_lines(ranked.response.hits),
                error: None,
            })?;
        }
    }
    Ok(true)
}

fn hit_lines(hits: Vec<thiap_engine::Hit>) -> Vec<HitLine> {
    hits.into_iter()
        .map(|hit| HitLine {
            rank: hit.rank,
            project_code: hit.project_code,
            score: hit.score,
            legs: hit.legs,
        })
        .collect()
}

fn print(answer: &SearchAnswer, output: &Output) -> anyhow::Result<()> {
    for chip in &answer.chips {
        eprintln!("เงื่อนไขที่อ่านได้จากคำค้น / read as a condition: {}", chip.label);
    }
    if answer.hits.is_empty() {
        output.text("ไม่พบโครงการที่ใกล้เคียง / nothing similar")?;
        return Ok(());
    }
    let mut rows =
        table(&["", "รหัส / code", "โครงการ / project", "หน่วยงาน / agency", "ปี", "บาท / baht", "score"]);
    for hit in &answer.hits {
        let project = &hit.project;
        rows.add_row([
            hit.hit.rank.to_string(),
            hit.hit.project_code.to_string(),
            shortened(&project.title, 110),
            project.owner.smallest_unit().unwrap_or_default().to_owned(),
            project.fiscal_year_be.map(|year| year.to_string()).unwrap_or_default(),
            project.budget_baht.map(|baht| baht.to_string()).unwrap_or_default(),
            format!("{:.3}", hit.hit.score),
        ]);
    }
    output.text(&rows.to_string())?;
    output.text(&format!("พบ {} โครงการ / {} projects found", answer.total, answer.total))?;
    Ok(())
}
