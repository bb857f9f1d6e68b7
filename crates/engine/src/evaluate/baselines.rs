//! What plain means find of the same drafts and pairs: BM25 of words, the encoder's cosine, MinHash of trigrams.

use std::collections::HashMap;

use serde::Serialize;
use thiap_domain::{Project, ProjectCode, Relation};
use thiap_evaluation::{MinHash, average_precision};
use thiap_index::Index;

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
pub(super) type Scores = HashMap<ProjectCode, [f64; 3]>;

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

    /// How every project scores for a draft.
    pub(super) fn scores(&self, index: &Index, draft: &PreparedDraft) -> Result<Scores, EngineError> {
        let own = signature(&draft.project);
        let found = index.candidates(&draft.project, &draft.vectors, usize::MAX)?;
        Ok(found
            .into_iter()
            .filter(|candidate| candidate.project_code != draft.project.project_code)
            .map(|candidate| {
                let legs = candidate.legs;
                let cosines = [legs.cosine_title, legs.cosine_work, legs.cosine_whole];
                let cosine = cosines.into_iter().flatten().fold(0.0, f64::max);
                let signed = self.signatures.get(&candidate.project_code);
                let alike = signed.map_or(0.0, |signature| own.likeness(signature));
                (candidate.project_code, [legs.words, cosine, alike])
            })
            .collect())
    }

    /// Counts a judged pair.
    pub(super) fn add_pair(&mut self, scores: Option<[f64; 3]>, relation: Relation) {
        for (pairs, score) in self.pairs.iter_mut().zip(scores.unwrap_or_default()) {
            pairs.push((score, relation.is_actionable()));
        }
    }

    /// Counts what is found of a draft's actionable projects; a draft without any counts for nothing.
    pub(super) fn add_draft(&mut self, scores: &Scores, labels: &HashMap<String, Relation>) {
        let actionable: Vec<&str> = labels
            .iter()
            .filter(|(_, relation)| relation.is_actionable())
            .map(|(code, _)| code.as_str())
            .collect();
        if actionable.is_empty() {
            return;
        }
        for (place, recalls) in self.recalls.iter_mut().enumerate() {
            let score = |scores: &[f64; 3]| scores.get(place).copied().unwrap_or(0.0);
            let mut ranked: Vec<(f64, &str)> =
                scores.iter().map(|(code, scores)| (score(scores), code.as_str())).collect();
            ranked.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
            let share = |depth: usize| {
                let found = ranked.iter().take(depth).filter(|(_, code)| actionable.contains(code)).count();
                found as f64 / actionable.len() as f64
            };
            recalls.push((share(10), share(100)));
        }
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

fn signature(project: &Project) -> MinHash {
    MinHash::of(&project.texts().map(|(_, text)| text).collect::<String>())
}
