//! Training: labelled drafts and pairs become the weights of the relation model.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use thiap_domain::{Project, Relation};
use thiap_evaluation::{average_precision, expected_calibration_error};
use thiap_index::ProjectVectors;
use thiap_screening::training::{LabelledPair, PairOrigin, TrainingOptions, train};
use thiap_screening::{MeaningSpace, Profile};

use crate::check::{PreparedDraft, profile_of, profile_of_existing, statistics};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::evaluate::gold::{GoldPair, GoldPairs, read_pairs, read_records};
use crate::evaluate::{first_sides, prepare_all};
use crate::progress::Progress;
use crate::record::ReadOptions;

/// What a training found; all figures are of pairs that the model had not seen, one file held out at a time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrainSummary {
    /// Where the weights went.
    pub output: PathBuf,
    /// Id of the trained model.
    pub relation_model_id: String,
    /// Pairs that people judged.
    pub judged_pairs: usize,
    /// Pairs that were invented in a relation.
    pub planted_pairs: usize,
    /// Candidates that nobody judged, taken as distinct.
    pub unjudged_pairs: usize,
    /// Average precision of the likelihood over the judged pairs.
    pub average_precision: Option<f64>,
    /// Expected calibration error over the judged pairs, before calibration on all.
    pub expected_calibration_error: f64,
    /// Share of judged pairs with the right relation.
    pub relation_accuracy: f64,
}

impl Engine {
    /// Learns the weights of the relation model from judged drafts and pairs of projects in the store, and writes them as
    /// JSON. Candidates that nobody judged count as distinct, so that likelihoods are honest over what a check meets.
    /// `planted` is the folder of an invented corpus with its relations: what a narrow place is worth is learned from it too.
    /// Meanings are compared in the space of the file `space`; without one, in a space learned from the vectors alone.
    ///
    /// # Errors
    /// [`EngineError::Gold`] for a labelled file that cannot be read, [`EngineError::Training`] when the labels do not
    /// suffice, and what checking gives.
    pub async fn train(
        self: &Arc<Self>,
        gold: &[PathBuf],
        planted: Option<&Path>,
        space: Option<&Path>,
        output: &Path,
        progress: &dyn Progress,
    ) -> Result<TrainSummary, EngineError> {
        let space = space.map(read_space).transpose()?;
        let mut pairs = Vec::new();
        for path in gold {
            self.labelled(read_pairs(path)?, &mut pairs, progress).await?;
        }
        if let Some(folder) = planted {
            self.planted(folder, &mut pairs, progress).await?;
        }
        let training = train(&pairs, &self.identity()?.id, space, TrainingOptions::default())?;
        std::fs::write(output, training.model.to_json())
            .map_err(|source| EngineError::File { path: output.to_owned(), source })?;

        let mut likelihoods = Vec::new();
        let mut right = 0;
        for held_out in &training.held_out {
            let Some(pair) = pairs.get(held_out.pair).filter(|pair| pair.origin == PairOrigin::Judged) else {
                continue;
            };
            let likelihood: f64 = Relation::ALL
                .iter()
                .zip(held_out.probabilities)
                .filter(|(relation, _)| relation.is_actionable())
                .map(|(_, probability)| probability)
                .sum();
            likelihoods.push((likelihood, pair.relation.is_actionable()));
            right += usize::from(held_out.relation == pair.relation);
        }
        let count = |origin| pairs.iter().filter(|pair| pair.origin == origin).count();
        Ok(TrainSummary {
            output: output.to_owned(),
            relation_model_id: training.model.id().to_owned(),
            judged_pairs: count(PairOrigin::Judged),
            planted_pairs: count(PairOrigin::Planted),
            unjudged_pairs: count(PairOrigin::Unjudged),
            average_precision: average_precision(&likelihoods),
            expected_calibration_error: expected_calibration_error(&likelihoods),
            relation_accuracy: right as f64 / likelihoods.len().max(1) as f64,
        })
    }

    /// The judged pairs of a file, and the unjudged candidates of its drafts.
    async fn labelled(
        self: &Arc<Self>,
        gold: GoldPairs,
        pairs: &mut Vec<LabelledPair>,
        progress: &dyn Progress,
    ) -> Result<(), EngineError> {
        let group = gold.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let prepared = prepare_all(self, first_sides(self, &gold).await?, progress).await?;
        let (index, _) = self.opened().await?;
        let corpus = statistics(&index);
        let first_profile = if gold.drafts.is_some() { profile_of } else { profile_of_existing };
        let profiles = profiles(&prepared, first_profile);
        let mut judged: HashSet<(String, String)> = HashSet::new();
        for pair in gold.pairs {
            let Some(draft) = profiles.get(&pair.draft) else { continue };
            let existing = match self.project(&pair.project_code).await {
                Ok(project) => project,
                Err(EngineError::UnknownProject { .. }) => continue,
                Err(error) => return Err(error),
            };
            let vectors = index.vectors_of(&existing.project_code)?.unwrap_or_default();
            let existing = profile_of(&existing, &vectors);
            let aspects = pair.aspects.into_iter().collect();
            let group = group.clone();
            pairs.push(LabelledPair::judged(draft, &existing, &corpus, pair.relation, aspects, group));
            judged.insert((pair.draft, pair.project_code));
        }
        // pairs of projects were drawn, so what lies beside them was not left out by a reader
        if gold.drafts.is_none() {
            return Ok(());
        }
        let (prepared, candidates) = self.candidates(&index, prepared).await?;
        for (draft, candidates) in prepared.iter().zip(candidates) {
            let code = draft.project.project_code.as_str();
            let Some(profile) = profiles.get(code) else { continue };
            for project in candidates {
                if judged.contains(&(code.to_owned(), project.project_code.as_str().to_owned())) {
                    continue;
                }
                let vectors = index.vectors_of(&project.project_code)?.unwrap_or_default();
                let existing = profile_of(&project, &vectors);
                pairs.push(LabelledPair::unjudged(profile, &existing, &corpus, group.clone()));
            }
        }
        Ok(())
    }

    /// The pairs of the folder of an invented corpus. All first sides are read as drafts: among projects
    /// that exist, one address more often is that of two offices.
    async fn planted(
        self: &Arc<Self>,
        folder: &Path,
        pairs: &mut Vec<LabelledPair>,
        progress: &dyn Progress,
    ) -> Result<(), EngineError> {
        let drafts = read_pairs(&folder.join("judgements.tsv"))?;
        let projects = read_pairs(&folder.join("pairs.tsv"))?;
        let planted: Vec<GoldPair> = drafts.pairs.into_iter().chain(projects.pairs).collect();
        let named: HashSet<&str> =
            planted.iter().flat_map(|pair| [pair.draft.as_str(), pair.project_code.as_str()]).collect();
        let wanted = |record: &Project| named.contains(record.project_code.as_str());
        let mut records = read_records(&folder.join("projects.jsonl"), &ReadOptions::default(), wanted)?;
        records.extend(drafts.drafts.into_iter().flatten().filter(wanted));
        let prepared = prepare_all(self, records, progress).await?;
        let profiles = profiles(&prepared, profile_of);
        let (index, _) = self.opened().await?;
        let corpus = statistics(&index);
        let group = folder.display().to_string();
        for pair in planted {
            let profile = |code: &str| {
                profiles.get(code).ok_or_else(|| {
                    EngineError::Request(format!(
                        "{}: a pair names {code}, of which there is no record",
                        folder.display()
                    ))
                })
            };
            let (draft, existing) = (profile(&pair.draft)?, profile(&pair.project_code)?);
            pairs.push(LabelledPair::planted(draft, existing, &corpus, pair.relation, group.clone()));
        }
        Ok(())
    }
}

/// Profiles by code.
fn profiles(
    prepared: &[PreparedDraft],
    profile: fn(&Project, &ProjectVectors) -> Profile,
) -> HashMap<String, Profile> {
    let of = |one: &PreparedDraft| {
        (one.project.project_code.as_str().to_owned(), profile(&one.project, &one.vectors))
    };
    prepared.iter().map(of).collect()
}

fn read_space(path: &Path) -> Result<MeaningSpace, EngineError> {
    let json = std::fs::read_to_string(path)
        .map_err(|source| EngineError::File { path: path.to_owned(), source })?;
    MeaningSpace::from_json(&json)
        .map_err(|reason| EngineError::Request(format!("{}: {reason}", path.display())))
}
