//! `decide` and `decisions`.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use thiap_domain::{Project, ProjectCode};
use thiap_engine::answer::{AgreementAnswer, DecisionAnswer, Disagreement};
use thiap_engine::record::{ReadOptions, RecordReader};
use thiap_engine::{DecisionQuery, DecisionRequest, Engine, EngineError, Progress};

use crate::args::{DecideArguments, DecisionsArguments, Format};
use crate::output::{Output, shortened, table};

/// Decisions that are read at a time.
const PAGE: usize = 500;

/// Keeps a reviewer's decision.
pub async fn decide(
    engine: &Arc<Engine>,
    arguments: &DecideArguments,
    output: &Output,
) -> anyhow::Result<()> {
    let draft = arguments.draft_file.as_deref().map(|file| draft_of(file, &arguments.draft)).transpose()?;
    let decision = engine
        .decide(DecisionRequest {
            draft_id: arguments.draft.clone(),
            draft: draft.map(Box::new),
            project_code: arguments.project.clone(),
            relation: arguments.relation,
            reason: arguments.decision.reason.clone(),
            reviewer: arguments.decision.by.clone(),
        })
        .await?;
    match output.format {
        Format::Table => {
            let mut rows = decision_table();
            rows.add_row(decision_row(&decision));
            output.text(&rows.to_string())?;
        }
        _ => output.summary(&decision)?,
    }
    Ok(())
}

/// The draft of an id in a file; the only record of a file that gives it no id takes the id.
fn draft_of(file: &Path, draft_id: &str) -> anyhow::Result<Project> {
    let options = ReadOptions::of_drafts();
    let (mut rows, mut problem) = (Vec::new(), None);
    for row in RecordReader::open(file, &options).map_err(EngineError::from)? {
        let row = row.map_err(EngineError::from)?;
        let place = format!("{} row {}", file.display(), row.row);
        match row.project {
            Ok(draft) if draft.project_code.as_str() == draft_id.trim() => return Ok(draft),
            Ok(draft) => rows.push((format!("row-{}", row.row), draft)),
            // it may be the one that is wanted, when no other is
            Err(problems) => problem = problem.or(Some(EngineError::Draft { draft: place, problems })),
        }
    }
    match (rows.pop(), problem) {
        (_, Some(problem)) => Err(problem.into()),
        (Some((nameless, mut draft)), None) if rows.is_empty() && draft.project_code.as_str() == nameless => {
            draft.project_code = ProjectCode::new(draft_id).context("the id of the draft cannot be used")?;
            Ok(draft)
        }
        _ => bail!("{} holds no draft with the id {draft_id}; give the file that holds it", file.display()),
    }
}

/// Lists decisions, exports them as labels, or tells how far reviewers agree.
pub async fn decisions(
    engine: &Arc<Engine>,
    arguments: &DecisionsArguments,
    output: &Output,
    progress: &dyn Progress,
) -> anyhow::Result<()> {
    if let Some(folder) = &arguments.export {
        let export = engine.export_decisions(folder).await?;
        for disagreement in &export.disagreements {
            progress.notice(&disagreement_sentence(disagreement));
        }
        if export.without_draft > 0 {
            progress.notice(&format!(
                "{} labels were left out: no decision kept the draft's record (thiap decide --draft-file keeps it)",
                export.without_draft
            ));
        }
        return Ok(output.summary(&export)?);
    }
    if arguments.agreement {
        let agreement = engine.agreement().await?;
        match output.format {
            Format::Table => output.text(&print_agreement(&agreement))?,
            _ => output.summary(&agreement)?,
        }
        return Ok(());
    }
    list(engine, arguments, output).await
}

async fn list(engine: &Engine, arguments: &DecisionsArguments, output: &Output) -> anyhow::Result<()> {
    let mut query = DecisionQuery {
        draft_id: arguments.draft.clone(),
        project_code: arguments.project.clone(),
        after: 0,
    };
    let mut rows = decision_table();
    let mut all = Vec::new();
    loop {
        let page = engine.decisions(&query, PAGE).await?;
        let Some(last) = page.last() else { break };
        query.after = last.decision_id;
        for decision in page {
            match output.format {
                Format::Table => _ = rows.add_row(decision_row(&decision)),
                Format::Jsonl => output.line(&decision)?,
                Format::Json => all.push(decision),
            }
        }
    }
    match output.format {
        Format::Table => output.text(&rows.to_string())?,
        Format::Json => output.document(&all)?,
        Format::Jsonl => {}
    }
    Ok(())
}

fn decision_table() -> comfy_table::Table {
    table(&[
        "",
        "ร่าง / draft",
        "โครงการ / project",
        "ผล / relation",
        "เหตุผล / reason",
        "ผู้พิจารณา / by",
        "เมื่อ / at (UTC)",
    ])
}

fn decision_row(decision: &DecisionAnswer) -> [String; 7] {
    let replaced =
        if decision.superseded { " (มีผลใหม่แล้ว / superseded)" } else { "" };
    [
        decision.decision_id.to_string(),
        decision.draft_id.clone(),
        decision.project_code.clone(),
        format!("{} ({}){replaced}", decision.relation.thai(), decision.relation),
        shortened(&decision.reason, 120),
        decision.reviewer.clone(),
        decision.decided_at.format("%Y-%m-%d %H:%M").to_string(),
    ]
}

fn disagreement_sentence(disagreement: &Disagreement) -> String {
    let decided: Vec<String> =
        disagreement.decided.iter().map(|(reviewer, relation)| format!("{reviewer}: {relation}")).collect();
    let how = if disagreement.tied { "the weaker one of a tie" } else { "the majority" };
    format!(
        "reviewers disagree on {} beside {} ({}); {} counts, {how}",
        disagreement.draft_id,
        disagreement.project_code,
        decided.join(", "),
        disagreement.relation
    )
}

fn print_agreement(agreement: &AgreementAnswer) -> String {
    let figure = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.3}"));
    let mut figures = table(&["measure", "value"]);
    for (name, value) in [
        ("decisions / of these standing", format!("{} / {}", agreement.decisions, agreement.standing)),
        ("pairs / of several reviewers", format!("{} / {}", agreement.pairs, agreement.pairs_of_several)),
        ("share of agreeing pairs of decisions", figure(agreement.agreeing_share)),
        ("Krippendorff's alpha (nominal)", figure(agreement.krippendorff_alpha)),
    ] {
        figures.add_row([name.to_owned(), value]);
    }
    let mut reviewers = table(&["reviewer", "reviewer", "pairs in common", "agreeing", "Cohen's kappa"]);
    for pair in &agreement.reviewers {
        reviewers.add_row([
            pair.a.clone(),
            pair.b.clone(),
            pair.pairs.to_string(),
            pair.agreeing.to_string(),
            figure(pair.cohen_kappa),
        ]);
    }
    let sentences: Vec<String> = agreement.disagreements.iter().map(disagreement_sentence).collect();
    [figures.to_string(), reviewers.to_string(), sentences.join("\n")].join("\n\n").trim_end().to_owned()
}
