//! How well the duplicate check answers.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;
use thiap_domain::{Agreement, Aspect, Project, Relation, Verdict};
use thiap_evaluation::{
    ConfusionTable, PrecisionRecall, ReliabilityBin, average_precision, expected_calibration_error,
    reliability_table,
};
use thiap_index::Index;
use thiap_screening::{Comparison, Profile, compare, verdict};

use super::baselines::{BaselineMeasure, Baselines};
use super::gold::{GoldPairs, read_pairs};
use crate::check::{PreparedDraft, prepare, profile_of, profile_of_existing, statistics};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::indexing::blocking;
use crate::progress::Progress;

/// Measures of the duplicate check.
#[derive(Debug, Clone, Serialize)]
pub struct ScreeningReport {
    /// Drafts checked.
    pub drafts: usize,
    /// Judged pairs compared.
    pub pairs: usize,
    /// Pairs of a file whose project is not in the store; they are left out.
    pub pairs_without_project: usize,
    /// Share of the actionable projects that are among the candidates of their draft.
    pub candidate_recall_actionable: Option<f64>,
    /// The same for continuations.
    pub candidate_recall_continuation: Option<f64>,
    /// Share of the actionable projects that are among the first ten matches of their draft.
    pub recall_at_10_actionable: Option<f64>,
    /// The mean over drafts of that share, each draft counting alike.
    pub mean_recall_at_10_actionable: Option<f64>,
    /// What plain means find of the same drafts and pairs.
    pub baselines: Vec<BaselineMeasure>,
    /// Average precision of the likelihood over the judged pairs.
    pub average_precision: Option<f64>,
    /// Expected calibration error of the likelihood over the judged pairs, ten bins.
    pub expected_calibration_error: f64,
    /// The same over all candidates of all drafts, unjudged ones counted as distinct: as a check meets them.
    pub expected_calibration_error_of_candidates: f64,
    /// Likelihood against observed share, over the judged pairs.
    pub reliability: Vec<ReliabilityBin>,
    /// Share of judged pairs with the right relation.
    pub relation_accuracy: f64,
    /// Mean F1 of the relations.
    pub relation_macro_f1: f64,
    /// Precision, recall and F1 of each relation.
    pub relations: BTreeMap<Relation, RelationMeasure>,
    /// How often each aspect agrees with its label.
    pub aspects: BTreeMap<Aspect, AspectAgreement>,
    /// Drafts with something actionable that got `clear`.
    pub missed_drafts: usize,
    /// Drafts with something actionable.
    pub actionable_drafts: usize,
    /// Drafts without anything actionable.
    pub harmless_drafts: usize,
    /// Of these, those that got `clear`.
    pub harmless_drafts_cleared: usize,
    /// `review` or `repeats` against drafts with something actionable.
    pub verdict_precision: f64,
    /// Of the drafts that got `repeats`, the share with something actionable.
    pub repeats_precision: f64,
}

/// Precision, recall and F1 of one relation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RelationMeasure {
    /// Pairs with that label.
    pub pairs: usize,
    /// Precision.
    pub precision: f64,
    /// Recall.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
}

/// How often an aspect agrees with its label.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct AspectAgreement {
    /// Pairs where the label is not `unknown`.
    pub labelled: usize,
    /// Of these, those with the same agreement.
    pub agreeing: usize,
    /// Of these, those where the comparison could not tell.
    pub unknown: usize,
}

/// A judged pair, compared.
struct JudgedPair {
    relation: Relation,
    aspects: BTreeMap<Aspect, Agreement>,
    comparison: Comparison,
}

/// Measures the check on judged drafts and pairs over the projects of the data folder.
///
/// # Errors
/// [`EngineError::Gold`] for a labelled file that cannot be read, and what checking gives.
pub async fn screening(
    engine: &Arc<Engine>,
    paths: &[PathBuf],
    progress: &dyn Progress,
) -> Result<ScreeningReport, EngineError> {
    let mut tally = Tally::default();
    for path in paths {
        let gold = read_pairs(path)?;
        let drafts = prepare_all(engine, first_sides(engine, &gold).await?, progress).await?;
        let (index, _) = engine.opened().await?;
        tally.baselines.read(engine).await?;
        tally.baselines.measure(&index, &drafts, &gold)?;
        tally.compare_pairs(engine, &index, &drafts, &gold).await?;
        if gold.drafts.is_some() {
            tally.check_drafts(engine, &index, drafts, gold, progress).await?;
        }
    }
    Ok(tally.report())
}

#[derive(Default)]
struct Tally {
    judged: Vec<JudgedPair>,
    pairs_without_project: usize,
    drafts: usize,
    actionable_found: PrecisionRecall,
    continuations_found: PrecisionRecall,
    actionable_in_ten: PrecisionRecall,
    candidate_likelihoods: Vec<(f64, bool)>,
    verdicts: Vec<(Verdict, bool)>,
    /// Of each draft with actionable projects, the share among its first ten matches.
    recalls_at_10: Vec<f64>,
    baselines: Baselines,
}

impl Tally {
    /// Compares every judged pair.
    async fn compare_pairs(
        &mut self,
        engine: &Arc<Engine>,
        index: &Arc<Index>,
        drafts: &[PreparedDraft],
        gold: &GoldPairs,
    ) -> Result<(), EngineError> {
        let corpus = statistics(index);
        let first_profile = if gold.drafts.is_some() { profile_of } else { profile_of_existing };
        let profiles: HashMap<&str, Profile> = drafts
            .iter()
            .map(|draft| (draft.project.project_code.as_str(), first_profile(&draft.project, &draft.vectors)))
            .collect();
        for pair in &gold.pairs {
            let existing = match engine.project(&pair.project_code).await {
                Ok(project) => project,
                Err(EngineError::UnknownProject { .. }) => {
                    self.pairs_without_project += 1;
                    continue;
                }
                Err(error) => return Err(error),
            };
            let Some(draft) = profiles.get(pair.draft.as_str()) else {
                self.pairs_without_project += 1;
                continue;
            };
            let vectors = index.vectors_of(&existing.project_code)?.unwrap_or_default();
            let existing = profile_of(&existing, &vectors);
            self.judged.push(JudgedPair {
                relation: pair.relation,
                aspects: pair.aspects.clone(),
                comparison: compare(draft, &existing, &corpus, &engine.relation_model),
            });
        }
        Ok(())
    }

    /// Checks every draft as `thiap check` does.
    async fn check_drafts(
        &mut self,
        engine: &Arc<Engine>,
        index: &Arc<Index>,
        drafts: Vec<PreparedDraft>,
        gold: GoldPairs,
        progress: &dyn Progress,
    ) -> Result<(), EngineError> {
        let mut by_draft: HashMap<String, HashMap<String, Relation>> = HashMap::new();
        for pair in gold.pairs {
            by_draft.entry(pair.draft).or_default().insert(pair.project_code, pair.relation);
        }
        let corpus = statistics(index);
        let (drafts, candidates) = engine.candidates(index, drafts).await?;
        progress.begin("drafts", Some(drafts.len() as u64));
        for (draft, candidates) in drafts.into_iter().zip(candidates) {
            let labels = by_draft.get(draft.project.project_code.as_str()).cloned().unwrap_or_default();
            let profile = profile_of(&draft.project, &draft.vectors);
            let compared = engine.compare_all(index, &corpus, &profile, candidates)?;
            let found: HashSet<&str> = compared.iter().map(|one| one.project.project_code.as_str()).collect();
            let first_ten: HashSet<&str> =
                compared.iter().take(10).map(|one| one.project.project_code.as_str()).collect();
            let mut own_in_ten = PrecisionRecall::default();
            for (code, relation) in &labels {
                if relation.is_actionable() {
                    self.actionable_found.add(found.contains(code.as_str()), true);
                    self.actionable_in_ten.add(first_ten.contains(code.as_str()), true);
                    own_in_ten.add(first_ten.contains(code.as_str()), true);
                } else if *relation == Relation::Continuation {
                    self.continuations_found.add(found.contains(code.as_str()), true);
                }
            }
            self.recalls_at_10.extend(recall(own_in_ten));
            for one in &compared {
                let label = labels.get(one.project.project_code.as_str());
                let actionable = label.is_some_and(|relation| relation.is_actionable());
                self.candidate_likelihoods.push((one.comparison.likelihood, actionable));
            }
            let comparisons: Vec<&Comparison> = compared.iter().map(|one| &one.comparison).collect();
            let actionable = labels.values().any(|relation| relation.is_actionable());
            self.verdicts.push((verdict(&comparisons, &engine.thresholds), actionable));
            self.drafts += 1;
            progress.advance(1);
        }
        progress.end();
        Ok(())
    }

    fn report(self) -> ScreeningReport {
        let class =
            |relation: Relation| Relation::ALL.iter().position(|known| *known == relation).unwrap_or(0);
        let mut table = ConfusionTable::new(Relation::ALL.len());
        let mut aspects: BTreeMap<Aspect, AspectAgreement> = BTreeMap::new();
        let mut likelihoods = Vec::with_capacity(self.judged.len());
        for pair in &self.judged {
            table.add(class(pair.relation), class(pair.comparison.relation));
            likelihoods.push((pair.comparison.likelihood, pair.relation.is_actionable()));
            for found in &pair.comparison.aspects {
                let label = pair.aspects.get(&found.aspect).copied().unwrap_or(Agreement::Unknown);
                if label != Agreement::Unknown {
                    let counts = aspects.entry(found.aspect).or_default();
                    counts.labelled += 1;
                    counts.agreeing += usize::from(found.agreement == label);
                    counts.unknown += usize::from(found.agreement == Agreement::Unknown);
                }
            }
        }
        let relations = Relation::ALL
            .into_iter()
            .map(|relation| {
                let counts = table.of_class(class(relation));
                let measure = RelationMeasure {
                    pairs: counts.true_positives + counts.false_negatives,
                    precision: counts.precision(),
                    recall: counts.recall(),
                    f1: counts.f1(),
                };
                (relation, measure)
            })
            .collect();
        let mut flagged = PrecisionRecall::default();
        let mut repeats = PrecisionRecall::default();
        for (verdict, actionable) in &self.verdicts {
            flagged.add(*verdict != Verdict::Clear, *actionable);
            repeats.add(*verdict == Verdict::Repeats, *actionable);
        }
        let harmless = self.verdicts.iter().filter(|(_, actionable)| !actionable);
        ScreeningReport {
            drafts: self.drafts,
            pairs: self.judged.len(),
            pairs_without_project: self.pairs_without_project,
            candidate_recall_actionable: recall(self.actionable_found),
            candidate_recall_continuation: recall(self.continuations_found),
            recall_at_10_actionable: recall(self.actionable_in_ten),
            mean_recall_at_10_actionable: (!self.recalls_at_10.is_empty())
                .then(|| self.recalls_at_10.iter().sum::<f64>() / self.recalls_at_10.len() as f64),
            baselines: self.baselines.measures(),
            average_precision: average_precision(&likelihoods),
            expected_calibration_error: expected_calibration_error(&likelihoods),
            expected_calibration_error_of_candidates: expected_calibration_error(&self.candidate_likelihoods),
            reliability: reliability_table(&likelihoods, 10),
            relation_accuracy: table.accuracy(),
            relation_macro_f1: table.macro_f1(),
            relations,
            aspects,
            missed_drafts: flagged.false_negatives,
            actionable_drafts: flagged.true_positives + flagged.false_negatives,
            harmless_drafts: harmless.clone().count(),
            harmless_drafts_cleared: harmless.filter(|(verdict, _)| *verdict == Verdict::Clear).count(),
            verdict_precision: flagged.precision(),
            repeats_precision: repeats.precision(),
        }
    }
}

/// The share found; `None` where there was nothing to find.
fn recall(counts: PrecisionRecall) -> Option<f64> {
    (counts.true_positives + counts.false_negatives > 0).then(|| counts.recall())
}

/// The drafts of a file of pairs, or the projects that stand first in it.
pub(crate) async fn first_sides(engine: &Arc<Engine>, gold: &GoldPairs) -> Result<Vec<Project>, EngineError> {
    if let Some(drafts) = &gold.drafts {
        return Ok(drafts.clone());
    }
    let mut seen = HashSet::new();
    let mut projects = Vec::new();
    for pair in &gold.pairs {
        if seen.insert(pair.draft.as_str()) {
            match engine.project(&pair.draft).await {
                Ok(project) => projects.push(project),
                Err(EngineError::UnknownProject { .. }) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(projects)
}

/// Encodes drafts in batches, with progress.
pub(crate) async fn prepare_all(
    engine: &Arc<Engine>,
    drafts: Vec<Project>,
    progress: &dyn Progress,
) -> Result<Vec<PreparedDraft>, EngineError> {
    let (_, encoder) = engine.opened().await?;
    progress.begin("encoding", Some(drafts.len() as u64));
    let mut prepared = Vec::with_capacity(drafts.len());
    for batch in drafts.chunks(32) {
        let (encoder, batch) = (Arc::clone(&encoder), batch.to_vec());
        let done = blocking(move || prepare(&*encoder, batch)).await?;
        progress.advance(done.len() as u64);
        prepared.extend(done);
    }
    progress.end();
    Ok(prepared)
}
