//! `evaluate` and `train`.

use std::sync::Arc;

use serde::Serialize;
use thiap_domain::Relation;
use thiap_engine::evaluate::{
    NerReport, RetrievalReport, ScreeningReport, SegmentationReport, ner, retrieval, screening, segmentation,
};
use thiap_engine::{Engine, EngineOptions, Progress};

use crate::args::{EvaluateArguments, EvaluationTask, Format, TrainArguments};
use crate::output::{Output, table};

/// Measures and writes the quality of a task.
pub async fn evaluate(
    options: EngineOptions,
    arguments: &EvaluateArguments,
    output: &Output,
    progress: &dyn Progress,
) -> anyhow::Result<()> {
    match arguments.task {
        EvaluationTask::Retrieval => {
            let engine = Arc::new(Engine::open(options).await?);
            for path in &arguments.gold {
                let report = retrieval(&engine, path, progress).await?;
                write(&report, output, print_retrieval)?;
            }
        }
        EvaluationTask::Screening => {
            let engine = Arc::new(Engine::open(options).await?);
            let report = screening(&engine, &arguments.gold, progress).await?;
            write(&report, output, print_screening)?;
        }
        // the segmenter needs no projects
        EvaluationTask::Segmentation => {
            for path in &arguments.gold {
                write(&segmentation(path)?, output, print_segmentation)?;
            }
        }
        EvaluationTask::Ner => {
            for path in &arguments.gold {
                write(&ner(path)?, output, print_ner)?;
            }
        }
    }
    Ok(())
}

fn write<T: Serialize>(report: &T, output: &Output, print: fn(&T) -> String) -> anyhow::Result<()> {
    match output.format {
        Format::Table => output.text(&print(report))?,
        _ => output.summary(report)?,
    }
    Ok(())
}

fn print_retrieval(report: &RetrievalReport) -> String {
    let mut rows = table(&["queries", "count", "nDCG@10", "recall@50", "MRR", "no answer", "rightly empty"]);
    let all = std::iter::once(("all".to_owned(), &report.all));
    let splits = report.by_split.iter().map(|(name, measures)| (format!("split {name}"), measures));
    let kinds = report.by_kind.iter().map(|(name, measures)| (format!("kind {name}"), measures));
    for (name, measures) in all.chain(splits).chain(kinds) {
        rows.add_row([
            name,
            measures.queries.to_string(),
            format!("{:.3}", measures.ndcg_at_10),
            format!("{:.3}", measures.recall_at_50),
            format!("{:.3}", measures.mrr),
            measures.queries_without_answer.to_string(),
            measures.answered_nothing.to_string(),
        ]);
    }
    format!("{rows}\ncorpus at change {}, encoder {}", report.change_number, report.model_id)
}

fn print_screening(report: &ScreeningReport) -> String {
    let share = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.3}"));
    let mut figures = table(&["measure", "value"]);
    for (name, value) in [
        ("drafts / judged pairs".to_owned(), format!("{} / {}", report.drafts, report.pairs)),
        ("actionable projects among the candidates".to_owned(), share(report.candidate_recall_actionable)),
        ("continuations among the candidates".to_owned(), share(report.candidate_recall_continuation)),
        ("actionable projects in the first ten, all".to_owned(), share(report.recall_at_10_actionable)),
        ("the same, mean over drafts".to_owned(), share(report.mean_recall_at_10_actionable)),
        ("average precision of the likelihood".to_owned(), share(report.average_precision)),
        (
            "expected calibration error, judged pairs".to_owned(),
            format!("{:.3}", report.expected_calibration_error),
        ),
        (
            "expected calibration error, all candidates".to_owned(),
            format!("{:.3}", report.expected_calibration_error_of_candidates),
        ),
        (
            "relation accuracy / macro F1".to_owned(),
            format!("{:.3} / {:.3}", report.relation_accuracy, report.relation_macro_f1),
        ),
        (
            "actionable drafts that got clear".to_owned(),
            format!("{} of {}", report.missed_drafts, report.actionable_drafts),
        ),
        (
            "harmless drafts that got clear".to_owned(),
            format!("{} of {}", report.harmless_drafts_cleared, report.harmless_drafts),
        ),
        (
            "precision of review or repeats / of repeats".to_owned(),
            format!("{:.3} / {:.3}", report.verdict_precision, report.repeats_precision),
        ),
    ] {
        figures.add_row([name, value]);
    }
    let mut relations = table(&["relation", "pairs", "precision", "recall", "F1"]);
    for relation in Relation::ALL {
        if let Some(measure) = report.relations.get(&relation) {
            relations.add_row([
                relation.name().to_owned(),
                measure.pairs.to_string(),
                format!("{:.3}", measure.precision),
                format!("{:.3}", measure.recall),
                format!("{:.3}", measure.f1),
            ]);
        }
    }
    let mut aspects = table(&["aspect", "labelled", "agreeing", "could not tell"]);
    for (aspect, counts) in &report.aspects {
        let part = |count: usize| format!("{:.3}", count as f64 / counts.labelled.max(1) as f64);
        aspects.add_row([
            aspect.name().to_owned(),
            counts.labelled.to_string(),
            part(counts.agreeing),
            part(counts.unknown),
        ]);
    }
    let mut reliability = table(&["likelihood", "pairs", "mean", "observed"]);
    for bin in &report.reliability {
        reliability.add_row([
            format!("{:.1} - {:.1}", bin.from, bin.to),
            bin.pairs.to_string(),
            format!("{:.3}", bin.mean_likelihood),
            format!("{:.3}", bin.observed_share),
        ]);
    }
    let mut baselines =
        table(&["plain means", "first ten, over drafts", "first hundred", "average precision"]);
    for baseline in &report.baselines {
        baselines.add_row([
            baseline.name.to_owned(),
            share(baseline.recall_at_10),
            share(baseline.recall_at_100),
            share(baseline.average_precision),
        ]);
    }
    format!("{figures}\n\n{baselines}\n\n{relations}\n\n{aspects}\n\n{reliability}")
}

fn print_segmentation(report: &SegmentationReport) -> String {
    let mut rows = table(&["texts", "word precision", "word recall", "word F1", "boundary F1"]);
    rows.add_row([
        report.texts.to_string(),
        format!("{:.4}", report.word_precision),
        format!("{:.4}", report.word_recall),
        format!("{:.4}", report.word_f1),
        format!("{:.4}", report.boundary_f1),
    ]);
    rows.to_string()
}

fn print_ner(report: &NerReport) -> String {
    let mut rows = table(&["type", "gold", "precision", "recall", "F1"]);
    let all = std::iter::once(("all, micro".to_owned(), &report.micro));
    let types = report.types.iter().map(|(entity_type, measure)| (entity_type.name().to_owned(), measure));
    for (name, measure) in all.chain(types) {
        rows.add_row([
            name,
            measure.gold.to_string(),
            format!("{:.3}", measure.precision),
            format!("{:.3}", measure.recall),
            format!("{:.3}", measure.f1),
        ]);
    }
    format!(
        "{rows}\n{} texts, macro F1 {:.3}, {:.0} characters a second",
        report.texts, report.macro_f1, report.characters_per_second
    )
}

/// Learns the weights of the duplicate check.
pub async fn train(
    engine: &Arc<Engine>,
    arguments: &TrainArguments,
    output: &Output,
    progress: &dyn Progress,
) -> anyhow::Result<()> {
    let TrainArguments { gold, planted, space, output: path } = arguments;
    let summary = engine.train(gold, planted.as_deref(), space.as_deref(), path, progress).await?;
    output.summary(&summary)?;
    Ok(())
}
