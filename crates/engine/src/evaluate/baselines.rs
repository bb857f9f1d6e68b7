//! What plain means find of the same drafts and pairs: BM25 of words, the encoder's cosine, MinHash of trigrams.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;
use serde::Serialize;
use thiap_domain::{Project, ProjectCode, Relation};
use thiap_evaluation::{MinHash, average_precision};
use thiap_index::Index;

use super::gold::GoldPairs;
use crate::check::PreparedDraft;
use crate::engine::Engine;
use crate::error::EngineError;

/// Projects that are read together.
const PAGE: usize = 4_096;

/// What one plain means finds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BaselineMeasure {
    /// Its name.
    pub name: &'static str,
    /// Mean over drafts of the share of their actionable projects among its first ten.
    pub recall_at_10: Option<f64>,
    /// The same among its first hundred.
    pub recall_at_100: Option<f64>,
    /// Average precision of its score over the judged pairs.
    pub average_precision: Option<f64>,
}

const NAMES: [&str; 3] = ["BM25 of words", "cosine of the encoder", "MinHash of character trigrams"];

/// Scores of every project for a draft, in the order of [`NAMES`].
type Scores = HashMap<ProjectCode, [f64; 3]>;

/// What is measured on one draft.
struct DraftMeasure {
    /// The scores of its judged pairs, and whether each is actionable.
    pairs: Vec<([f64; 3], bool)>,
    /// By means: the shares of its actionable projects among the first ten and the first hundred.
    recalls: Option<[(f64, f64); 3]>,
}

/// The sums of the measures.
#[derive(Default)]
pub(super) struct Baselines {
    signatures: HashMap<ProjectCode, MinHash>,
    recalls: [Vec<(f64, f64)>; 3],
    pairs: [Vec<(f64, bool)>; 3],
}

impl Baselines {
    /// Reads every project once.
    pub(super) async fn read(&mut self, engine: &Engine) -> Result<(), EngineError> {
        if !self.signatures.is_empty() {
            return Ok(());
        }
        let mut after: Option<ProjectCode> = None;
        loop {
            let page = engine.store().projects_after(after.as_ref(), PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.project_code.clone());
            let signed = page.iter().map(|project| (project.project_code.clone(), signature(project)));
            self.signatures.extend(signed);
        }
    }

    /// Scores the judged pairs of drafts, and what is found of each draft where whole drafts are judged.
    pub(super) fn measure(
        &mut self,
        index: &Index,
        drafts: &[PreparedDraft],
        gold: &GoldPairs,
    ) -> Result<(), EngineError> {
        let mut judged: HashMap<&str, Vec<(&str, Relation)>> = HashMap::new();
        for pair in &gold.pairs {
            judged.entry(&pair.draft).or_default().push((&pair.project_code, pair.relation));
        }
        let whole = gold.drafts.is_some();
        let measured: Vec<DraftMeasure> = drafts
            .par_iter()
            .map(|draft| {
                let labels = judged.get(draft.project.project_code.as_str()).map_or(&[][..], Vec::as_slice);
                self.measure_draft(index, draft, labels, whole)
            })
            .collect::<Result<_, _>>()?;
        for DraftMeasure { pairs, recalls } in measured {
            for (scores, actionable) in pairs {
                for (pairs, score) in self.pairs.iter_mut().zip(scores) {
                    pairs.push((score, actionable));
                }
            }
            for (all, own) in self.recalls.iter_mut().zip(recalls.into_iter().flatten()) {
                all.push(own);
            }
        }
        Ok(())
    }

    fn measure_draft(
        &self,
        index: &Index,
        draft: &PreparedDraft,
        labels: &[(&str, Relation)],
        whole: bool,
    ) -> Result<DraftMeasure, EngineError> {
        let scores = self.scores(index, draft)?;
        let pairs = labels
            .iter()
            .filter(|(code, _)| self.signatures.contains_key(*code))
            .map(|(code, relation)| {
                (scores.get(*code).copied().unwrap_or_default(), relation.is_actionable())
            })
            .collect();
        let actionable: HashSet<&str> =
            labels.iter().filter(|(_, relation)| relation.is_actionable()).map(|(code, _)| *code).collect();
        // a draft without anything actionable counts for nothing
        let recalls = (whole && !actionable.is_empty())
            .then(|| std::array::from_fn(|place| recalls(&scores, place, &actionable)));
        Ok(DraftMeasure { pairs, recalls })
    }

    /// How every project scores for a draft.
    fn scores(&self, index: &Index, draft: &PreparedDraft) -> Result<Scores, EngineError> {
        let own = signature(&draft.project);
        let found = index.candidates(&draft.project, &draft.vectors, usize::MAX)?;
        Ok(found
            .into_iter()
            .filter(|candidate| candidate.project_code != draft.project.project_code)
            .map(|candidate| {
                let legs = candidate.legs;
                let cosines = [legs.cosine_title, legs.cosine_work, legs.cosine_whole];
                let cosine = cosines.into_iter().flatten().fold(0.0, f64::max);
                let signed = self.signatures.get(candidate.project_code.as_str());
                let alike = signed.map_or(0.0, |signature| own.likeness(signature));
                (candidate.project_code, [legs.words, cosine, alike])
            })
            .collect())
    }

    pub(super) fn measures(&self) -> Vec<BaselineMeasure> {
        let mean =
            |values: Vec<f64>| (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64);
        NAMES
            .into_iter()
            .zip(self.recalls.iter().zip(&self.pairs))
            .map(|(name, (recalls, pairs))| BaselineMeasure {
                name,
                recall_at_10: mean(recalls.iter().map(|(ten, _)| *ten).collect()),
                recall_at_100: mean(recalls.iter().map(|(_, hundred)| *hundred).collect()),
                average_precision: average_precision(pairs),
            })
            .collect()
    }
}

/// The shares of the actionable projects among the first ten and the first hundred by the score at `place`.
fn recalls(scores: &Scores, place: usize, actionable: &HashSet<&str>) -> (f64, f64) {
    let score = |scores: &[f64; 3]| scores.get(place).copied().unwrap_or(0.0);
    let mut ranked: Vec<(f64, &str)> =
        scores.iter().map(|(code, scores)| (score(scores), code.as_str())).collect();
    ranked.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    let share = |depth: usize| {
        let found = ranked.iter().take(depth).filter(|(_, code)| actionable.contains(code)).count();
        found as f64 / actionable.len() as f64
    };
    (share(10), share(100))
}

fn signature(project: &Project) -> MinHash {
    MinHash::of(&project.texts().map(|(_, text)| text).collect::<String>())
}
