//! The relation model: a few logistic steps over the named comparisons, read from a file.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiap_domain::{Agreement, Aspect, Fault, Relation};

use crate::feature::{Feature, FeatureValues};
use crate::meaning_space::{MeaningSpace, TextKind};
use crate::tree::Tree;
use crate::vectors::to_unit_length;

/// The format of the file that this version reads and writes.
const FORMAT: u32 = 4;
/// The model that this program carries.
const EMBEDDED: &str = include_str!("../../../models/relation/relation.json");
/// The largest file that is read.
const LARGEST_FILE_BYTES: u64 = 16 * 1024 * 1024;

/// Why a relation model cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RelationModelError {
    /// The file cannot be read.
    #[error("the relation model {path} cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: std::path::PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Not the JSON of a relation model.
    #[error("the relation model is not understood: {0}")]
    Malformed(String),
    /// Written by another version of the program.
    #[error("the relation model has format {found}; this program reads format {FORMAT}: train it again")]
    OtherFormat {
        /// The format of the file.
        found: u32,
    },
}

impl RelationModelError {
    /// Who has to act.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::Unreadable { .. } => Fault::Environment,
            Self::Malformed(_) | Self::OtherFormat { .. } => Fault::Caller,
        }
    }
}

/// A logistic regression over named comparisons, and small trees for what several say together.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Log odds where every comparison is 0.
    pub intercept: f64,
    /// What each comparison adds to the log odds, per unit; one that is not there adds nothing.
    pub weights: BTreeMap<Feature, f64>,
    /// What comparisons with many values add: points of straight pieces, value and addition; flat beyond both ends.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub curves: BTreeMap<Feature, Vec<(f64, f64)>>,
    /// What the answers to a few questions in a row add.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trees: Vec<Tree>,
}

impl Step {
    /// Log odds of a pair.
    #[must_use]
    pub fn log_odds(&self, values: &FeatureValues) -> f64 {
        self.intercept + self.terms(|feature| values.get(feature)).map(|(_, addition)| addition).sum::<f64>()
    }

    /// What comparisons add at their values; one comes as often as it is asked for.
    fn terms<'a>(
        &'a self,
        value: impl Fn(Feature) -> f64 + Copy + 'a,
    ) -> impl Iterator<Item = (Feature, f64)> + 'a {
        let straight = self.weights.iter().map(move |(feature, weight)| (*feature, weight * value(*feature)));
        let curved = self
            .curves
            .iter()
            .map(move |(feature, curve)| (*feature, height(curve, value(*feature)).unwrap_or(0.0)));
        straight.chain(curved).chain(self.trees.iter().flat_map(move |tree| tree.path(value)))
    }

    /// The sum of two steps whose curves bend at the same values.
    #[must_use]
    pub(crate) fn plus(mut self, other: Self) -> Self {
        self.intercept += other.intercept;
        self.trees.extend(other.trees);
        for (feature, weight) in other.weights {
            *self.weights.entry(feature).or_default() += weight;
        }
        for (feature, added) in other.curves {
            match self.curves.entry(feature) {
                Entry::Vacant(free) => {
                    free.insert(added);
                }
                Entry::Occupied(mut own) => {
                    for ((_, y), (_, more)) in own.get_mut().iter_mut().zip(added) {
                        *y += more;
                    }
                }
            }
        }
        self
    }

    pub(crate) fn probability(&self, values: &FeatureValues) -> f64 {
        logistic(self.log_odds(values))
    }

    fn is_finite(&self) -> bool {
        let curves = self.curves.values();
        let ascend =
            |curve: &Vec<(f64, f64)>| curve.windows(2).all(|pair| matches!(pair, [a, b] if a.0 < b.0));
        self.intercept.is_finite()
            && self.weights.values().all(|weight| weight.is_finite())
            && curves.clone().flatten().all(|(x, y)| x.is_finite() && y.is_finite())
            && curves.clone().all(ascend)
            && self.trees.iter().all(Tree::is_finite)
    }
}

/// The agreement of one aspect, by cumulative logits (McCullagh 1980): two regressions, each with the probability from
/// which on it decides.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AspectStep {
    /// `same` or `partly` against `different`.
    pub agrees: Step,
    /// `same` against `partly` and `different`.
    pub same: Step,
    /// From this probability of agreeing on, an aspect is `partly` at least.
    pub agrees_from: f64,
    /// From this probability of being the same on, an aspect that agrees is `same`.
    pub same_from: f64,
}

impl AspectStep {
    /// The agreement, and how much agrees: the mean of both probabilities.
    #[must_use]
    pub fn agreement(&self, values: &FeatureValues) -> (Agreement, f64) {
        let agrees = self.agrees.probability(values);
        let same = self.same.probability(values).min(agrees);
        let agreement = if agrees < self.agrees_from {
            Agreement::Different
        } else if same < self.same_from {
            Agreement::Partly
        } else {
            Agreement::Same
        };
        (agreement, (agrees + same) / 2.0)
    }
}

/// Where the model comes from; shown, never used.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Provenance {
    /// The encoder whose vectors the pairs were compared with.
    pub encoder: String,
    /// Labelled pairs that it was trained on.
    pub labelled_pairs: u64,
    /// Pairs invented in a relation, for what labelled ones rarely show.
    pub planted_pairs: u64,
    /// Pairs of candidates without a label that were taken as `distinct`.
    pub unlabelled_pairs: u64,
}

/// Tells the relation of a pair from its comparisons, in the steps of the guidelines: is it the same work for the same
/// people and place; if so, does it continue the project or repeat it; if it repeats it, whole or in part; if it is not
/// the same work, is it of the same theme. Each step is a logistic regression with a few trees, which anybody can read.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelationSteps {
    /// `duplicate`, `overlap` or `continuation` against the rest.
    pub repeats: Step,
    /// `continuation` against `duplicate` and `overlap`.
    pub continues: Step,
    /// `duplicate` against `overlap`.
    pub wholly: Step,
    /// `related` against `distinct`.
    pub touches: Step,
    /// Points of the calibration of the likelihood: raw value, share observed; both ascend.
    pub calibration: Vec<(f64, f64)>,
    /// What a relation's probability is multiplied by when the most fitting relation is chosen, in the order of
    /// [`Relation::ALL`]: rare relations would else never be named.
    pub choice: [f64; 5],
    /// What each comparison is on average over candidates: reasons are measured from there.
    pub averages: BTreeMap<Feature, f64>,
    /// Aspects whose agreement is learned.
    pub aspects: BTreeMap<Aspect, AspectStep>,
}

/// How relations are told, and the space in which meanings are compared.
///
/// A draft beside a project is one matter, two existing projects that state no objectives are another: they say little but
/// their names, and names are made from templates, so likeness says less. Each has steps of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelationModel {
    format: u32,
    /// Where it comes from.
    pub provenance: Provenance,
    /// For drafts beside projects.
    pub drafts: RelationSteps,
    /// For existing projects that state no objectives, beside each other.
    pub projects: RelationSteps,
    /// The space in which meanings are compared; plain cosines without one.
    pub space: Option<MeaningSpace>,
    #[serde(skip)]
    id: String,
}

pub(crate) fn logistic(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

impl RelationSteps {
    /// The four steps, uncalibrated: likelihoods are those of the steps, the most probable relation is chosen, no aspect
    /// is learned.
    #[must_use]
    pub fn new([repeats, continues, wholly, touches]: [Step; 4]) -> Self {
        Self { repeats, continues, wholly, touches, choice: [1.0; 5], ..Self::default() }
    }

    /// Whether every number is one that a model may have.
    fn is_sound(&self) -> bool {
        let mut steps = vec![&self.repeats, &self.continues, &self.wholly, &self.touches];
        steps.extend(self.aspects.values().flat_map(|step| [&step.agrees, &step.same]));
        let mut pairs = self.calibration.windows(2);
        let points_rise = pairs.all(|pair| matches!(pair, [a, b] if a.0 <= b.0 && a.1 <= b.1));
        let in_range =
            self.calibration.iter().all(|(x, y)| (0.0..=1.0).contains(x) && (0.0..=1.0).contains(y));
        let choice_is_positive = self.choice.iter().all(|factor| *factor > 0.0 && factor.is_finite());
        steps.iter().all(|step| step.is_finite()) && points_rise && in_range && choice_is_positive
    }

    /// What each comparison adds to the log odds of a step, measured from an average pair: comparison, value, addition; the
    /// strongest first. The additions make up all that tells the pair from an average one.
    #[must_use]
    pub fn contributions(&self, step: &Step, values: &FeatureValues) -> Vec<(Feature, f64, f64)> {
        let mut additions: BTreeMap<Feature, f64> = BTreeMap::new();
        for (feature, addition) in step.terms(|feature| values.get(feature)) {
            *additions.entry(feature).or_default() += addition;
        }
        for (feature, average) in step.terms(|feature| self.average(feature)) {
            *additions.entry(feature).or_default() -= average;
        }
        let mut terms: Vec<(Feature, f64, f64)> = additions
            .into_iter()
            .map(|(feature, addition)| (feature, values.get(feature), addition))
            .collect();
        terms.sort_by(|a, b| b.2.abs().total_cmp(&a.2.abs()).then_with(|| a.0.cmp(&b.0)));
        terms
    }

    /// What a comparison is on average over candidates.
    #[must_use]
    pub fn average(&self, feature: Feature) -> f64 {
        self.averages.get(&feature).copied().unwrap_or(0.0)
    }

    /// Probabilities of the relations in the order of [`Relation::ALL`]; they add up to 1, and the first two to the
    /// calibrated likelihood.
    #[must_use]
    pub fn probabilities(&self, values: &FeatureValues) -> [f64; 5] {
        let repeats = self.repeats.probability(values);
        let continues = self.continues.probability(values);
        let wholly = self.wholly.probability(values);
        let touches = self.touches.probability(values);
        let actionable = repeats * (1.0 - continues);
        self.calibrated([
            actionable * wholly,
            actionable * (1.0 - wholly),
            repeats * continues,
            (1.0 - repeats) * touches,
            (1.0 - repeats) * (1.0 - touches),
        ])
    }

    /// Probabilities with the likelihood brought to what was observed: the first two keep their ratio, the others theirs.
    pub(crate) fn calibrated(&self, probabilities: [f64; 5]) -> [f64; 5] {
        let [duplicate, overlap, continuation, related, distinct] = probabilities;
        let raw = duplicate + overlap;
        let likelihood = self.observed_share(raw);
        let of_these = if raw > 0.0 { likelihood / raw } else { 0.0 };
        let of_rest = if raw < 1.0 { (1.0 - likelihood) / (1.0 - raw) } else { 0.0 };
        [
            duplicate * of_these,
            overlap * of_these,
            continuation * of_rest,
            related * of_rest,
            distinct * of_rest,
        ]
    }

    /// The relation that fits best; of two that fit alike, the weaker.
    #[must_use]
    pub fn choose(&self, probabilities: &[f64; 5]) -> Relation {
        let mut best = (Relation::Distinct, f64::NEG_INFINITY);
        for ((relation, probability), factor) in Relation::ALL.into_iter().zip(probabilities).zip(self.choice)
        {
            if probability * factor >= best.1 {
                best = (relation, probability * factor);
            }
        }
        best.0
    }

    /// The share of actionable pairs that was observed at a raw likelihood: straight lines between the points.
    fn observed_share(&self, raw: f64) -> f64 {
        height(&self.calibration, raw).unwrap_or(raw)
    }
}

impl RelationModel {
    /// A model of the steps for drafts and for existing projects.
    #[must_use]
    pub fn new(
        provenance: Provenance,
        drafts: RelationSteps,
        projects: RelationSteps,
        space: Option<MeaningSpace>,
    ) -> Self {
        Self { format: FORMAT, provenance, drafts, projects, space, id: String::new() }.named()
    }

    /// The steps that tell the relation of a pair.
    #[must_use]
    pub fn steps_for(&self, values: &FeatureValues) -> &RelationSteps {
        if values.get(Feature::DraftIsProject) > 0.0 { &self.projects } else { &self.drafts }
    }

    /// The model under the name that its contents give it; to be called after changing a part.
    #[must_use]
    pub fn named(mut self) -> Self {
        let digest = Sha256::digest(self.to_json().as_bytes());
        self.id = digest.iter().take(6).fold("relation-".to_owned(), |id, byte| id + &format!("{byte:02x}"));
        self
    }

    /// A text's vector where this model compares meanings; `None` for one of another length or without direction.
    #[must_use]
    pub fn placed(&self, kind: TextKind, vector: &[f32]) -> Option<Box<[f32]>> {
        match &self.space {
            Some(space) => space.project(kind, vector),
            None => to_unit_length(vector),
        }
    }

    /// The model that this program carries.
    ///
    /// # Errors
    /// [`RelationModelError`] when it was built with a broken file.
    pub fn embedded() -> Result<Self, RelationModelError> {
        Self::from_json(EMBEDDED)
    }

    /// Reads a model from a file.
    ///
    /// # Errors
    /// [`RelationModelError`].
    pub fn read(path: &Path) -> Result<Self, RelationModelError> {
        let unreadable = |source| RelationModelError::Unreadable { path: path.to_owned(), source };
        let size = std::fs::metadata(path).map_err(unreadable)?.len();
        if size > LARGEST_FILE_BYTES {
            return Err(RelationModelError::Malformed(format!("{size} bytes are far too many")));
        }
        Self::from_json(&std::fs::read_to_string(path).map_err(unreadable)?)
    }

    /// Reads a model from JSON.
    ///
    /// # Errors
    /// [`RelationModelError::Malformed`] and [`RelationModelError::OtherFormat`].
    pub fn from_json(json: &str) -> Result<Self, RelationModelError> {
        let malformed = |error: serde_json::Error| RelationModelError::Malformed(error.to_string());
        // The format first: another version may have other fields.
        #[derive(Deserialize)]
        struct Header {
            format: u32,
        }
        let found = serde_json::from_str::<Header>(json).map_err(malformed)?.format;
        if found != FORMAT {
            return Err(RelationModelError::OtherFormat { found });
        }
        let model: Self = serde_json::from_str(json).map_err(malformed)?;
        if !model.drafts.is_sound() || !model.projects.is_sound() {
            return Err(RelationModelError::Malformed("a number in it is out of range".into()));
        }
        Ok(model.named())
    }

    /// The model as JSON, one step a line.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Every part is a plain value: writing to memory cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The model's name: the first digits of the SHA-256 of its JSON.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// The height of a line through points at a place; flat beyond both ends, `None` without points.
fn height(points: &[(f64, f64)], place: f64) -> Option<f64> {
    let after = points.partition_point(|(x, _)| *x <= place);
    let before = after.checked_sub(1).and_then(|index| points.get(index)).copied();
    match (before, points.get(after).copied()) {
        (None, None) => None,
        (Some((_, y)), None) | (None, Some((_, y))) => Some(y),
        (Some((x0, y0)), Some((x1, y1))) => {
            Some(if x1 > x0 { y0 + (y1 - y0) * (place - x0) / (x1 - x0) } else { y1 })
        }
    }
}
