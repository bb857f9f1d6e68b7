//! Training the relation model from labelled pairs: deterministic, regularised, calibrated on pairs held out.

mod boosting;
mod calibration;
mod logistic;
mod terms;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use rayon::prelude::*;
use thiap_domain::{Agreement, Aspect, Relation};

use crate::comparing::{PairView, set_meanings};
use crate::corpus::CorpusStatistics;
use crate::feature::{Feature, FeatureValues};
use crate::meaning_space::MeaningSpace;
use crate::model::{AspectStep, Provenance, RelationModel, RelationSteps, Step};
use crate::profile::Profile;
use crate::vectors::OwnedVectors;

use boosting::{Boosting, boost};
use logistic::{Fit, Row, fit};
use terms::Knots;

/// Where the relation of a pair comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PairOrigin {
    /// A person judged it.
    Judged,
    /// Both sides were invented in that relation: they say what counts, in fewer words than people have.
    Planted,
    /// A candidate that nobody judged, taken as `distinct`.
    Unjudged,
}

/// A pair with its label.
#[derive(Debug, Clone)]
pub struct LabelledPair {
    /// Its comparisons but for the meanings, which need the space that training learns.
    values: FeatureValues,
    draft_vectors: Arc<OwnedVectors>,
    existing_vectors: Arc<OwnedVectors>,
    /// How the first stands to the second.
    pub relation: Relation,
    /// What a person said of its aspects; may be empty.
    pub aspects: Vec<(Aspect, Agreement)>,
    /// Where the relation comes from.
    pub origin: PairOrigin,
    /// Pairs of one group are held out together: one annotator, one part of the agencies.
    pub group: String,
}

impl LabelledPair {
    /// A pair that a person judged.
    #[must_use]
    pub fn judged(
        draft: &Profile,
        existing: &Profile,
        corpus: &dyn CorpusStatistics,
        relation: Relation,
        aspects: Vec<(Aspect, Agreement)>,
        group: String,
    ) -> Self {
        Self {
            relation,
            aspects,
            origin: PairOrigin::Judged,
            ..Self::unjudged(draft, existing, corpus, group)
        }
    }

    /// A pair that was invented in a relation.
    #[must_use]
    pub fn planted(
        draft: &Profile,
        existing: &Profile,
        corpus: &dyn CorpusStatistics,
        relation: Relation,
        group: String,
    ) -> Self {
        Self { relation, origin: PairOrigin::Planted, ..Self::unjudged(draft, existing, corpus, group) }
    }

    /// A candidate that nobody judged, taken as `distinct`.
    #[must_use]
    pub fn unjudged(
        draft: &Profile,
        existing: &Profile,
        corpus: &dyn CorpusStatistics,
        group: String,
    ) -> Self {
        Self {
            values: PairView::without_meanings(draft, existing, corpus).values,
            draft_vectors: Arc::clone(&draft.vectors),
            existing_vectors: Arc::clone(&existing.vectors),
            relation: Relation::Distinct,
            aspects: Vec::new(),
            origin: PairOrigin::Unjudged,
            group,
        }
    }

    fn is_planted(&self) -> bool {
        self.origin == PairOrigin::Planted
    }
}

/// How the model is trained.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrainingOptions {
    /// Strength of the ridge penalty on standardised weights.
    pub penalty: f64,
    /// What a candidate that nobody judged counts, of a judged one.
    pub unjudged_weight: f64,
    /// What an invented pair counts where trees are grown, of a judged one.
    pub planted_weight: f64,
    /// Trees on top of each regression of the texts.
    pub trees: usize,
}

impl Default for TrainingOptions {
    fn default() -> Self {
        Self { penalty: 10.0, unjudged_weight: 0.3, planted_weight: 0.2, trees: Boosting::DEFAULT.trees }
    }
}

/// What training found for a pair by a model that had not seen its group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeldOut {
    /// Index of the pair.
    pub pair: usize,
    /// Probabilities in the order of [`Relation::ALL`].
    pub probabilities: [f64; 5],
    /// The relation chosen.
    pub relation: Relation,
}

/// A trained model with what it said of pairs that it had not seen.
#[derive(Debug, Clone)]
pub struct Training {
    /// Trained on all pairs.
    pub model: RelationModel,
    /// One for each pair whose group could be held out.
    pub held_out: Vec<HeldOut>,
}

/// Why no model can be trained; the caller's fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrainingError {
    /// A relation is missing among the pairs.
    #[error("no pair is labelled {0}: a model of relations needs some of each")]
    NoPairs(Relation),
    /// All pairs are of one group.
    #[error("the pairs need two groups at least, so that one can be held out")]
    OneGroup,
}

/// Trains a model.
///
/// Each step is a logistic regression with a ridge penalty, fitted by Newton's method; comparisons with many values enter as
/// curves of straight pieces, and boosted trees add what several say together. Drafts and existing projects are learned apart. The likelihood is calibrated (isotonic regression, Zadrozny and Elkan 2002) on what models
/// said of groups that they had not seen. Meanings are compared in `space`; without one, in a space learned from the
/// vectors alone.
///
/// # Errors
/// [`TrainingError`] when a relation or a second group is missing.
pub fn train(
    pairs: &[LabelledPair],
    encoder: &str,
    space: Option<MeaningSpace>,
    options: TrainingOptions,
) -> Result<Training, TrainingError> {
    suffice(pairs.iter())?;
    let count = |origin| pairs.iter().filter(|pair| pair.origin == origin).count() as u64;
    let provenance = Provenance {
        encoder: encoder.to_owned(),
        labelled_pairs: count(PairOrigin::Judged),
        planted_pairs: count(PairOrigin::Planted),
        unlabelled_pairs: count(PairOrigin::Unjudged),
    };
    let space = space.or_else(|| learn_space(pairs));
    let mut pairs = pairs.to_vec();
    for pair in &mut pairs {
        set_meanings(&mut pair.values, &pair.draft_vectors, &pair.existing_vectors, space.as_ref());
    }
    let pairs = pairs.as_slice();
    let mut parts = Vec::new();
    for projects in [false, true] {
        let own = |pair: &&LabelledPair| (pair.values.get(Feature::DraftIsProject) > 0.0) == projects;
        let own: Vec<(usize, &LabelledPair)> =
            pairs.iter().enumerate().filter(|(_, pair)| own(pair)).collect();
        // where too few are labelled, what is learned from all has to do
        let own = if suffice(own.iter().map(|(_, pair)| *pair)).is_ok() {
            own
        } else {
            pairs.iter().enumerate().collect()
        };
        parts.push((projects, steps(&own, pairs, options)));
    }
    let mut held_out = Vec::with_capacity(pairs.len());
    let mut learned = Vec::with_capacity(2);
    for (projects, (steps, found)) in parts {
        let own = |one: &HeldOut| {
            pairs
                .get(one.pair)
                .is_some_and(|pair| (pair.values.get(Feature::DraftIsProject) > 0.0) == projects)
        };
        held_out.extend(found.into_iter().filter(own));
        learned.push(steps);
    }
    held_out.sort_by_key(|one| one.pair);
    let (projects, drafts) = (learned.pop().unwrap_or_default(), learned.pop().unwrap_or_default());
    Ok(Training { model: RelationModel::new(provenance, drafts, projects, space), held_out })
}

/// Whether pairs are enough to learn from: some of each relation, and two groups.
fn suffice<'a>(pairs: impl Iterator<Item = &'a LabelledPair> + Clone) -> Result<(), TrainingError> {
    let missing = |relation: &Relation| !pairs.clone().any(|pair| pair.relation == *relation);
    if let Some(missing) = Relation::ALL.into_iter().find(missing) {
        return Err(TrainingError::NoPairs(missing));
    }
    let groups: BTreeSet<&str> = pairs.map(|pair| pair.group.as_str()).collect();
    if groups.len() < 2 { Err(TrainingError::OneGroup) } else { Ok(()) }
}

/// The steps learned from pairs of one sort, calibrated on what was said of each group by steps that had not seen it.
/// `all` are the pairs of every sort.
fn steps(
    own: &[(usize, &LabelledPair)],
    all: &[LabelledPair],
    options: TrainingOptions,
) -> (RelationSteps, Vec<HeldOut>) {
    let values = |wanted: &dyn Fn(&LabelledPair) -> bool| {
        Knots::of(own.iter().filter(|(_, pair)| wanted(pair)).map(|(_, pair)| &pair.values))
    };
    // likeness in a narrow place is told where there is such a place
    let knots =
        NARROW_PLACE.iter().fold(values(&|pair| pair.origin == PairOrigin::Judged), |knots, feature| {
            knots.with(*feature, values(&|pair| pair.values.get(*feature) != 0.0))
        });
    let without = |group: Option<&str>| -> RelationSteps {
        let kept = |pair: &&LabelledPair| group.is_none_or(|group| pair.group != group);
        let own: Vec<&LabelledPair> = own.iter().map(|(_, pair)| *pair).filter(kept).collect();
        let all: Vec<&LabelledPair> = all.iter().filter(kept).collect();
        uncalibrated(&own, &all, &knots, options)
    };
    let groups: BTreeSet<&str> = own.iter().map(|(_, pair)| pair.group.as_str()).collect();
    let groups: Vec<&str> = groups.into_iter().collect();
    let held_out = |group: &&str| -> Vec<(usize, &LabelledPair, [f64; 5])> {
        let steps = without(Some(group));
        let of_group = own.iter().filter(|(_, pair)| pair.group == *group);
        of_group.map(|(index, pair)| (*index, *pair, steps.probabilities(&pair.values))).collect()
    };
    let mut raw: Vec<(usize, &LabelledPair, [f64; 5])> = groups.par_iter().flat_map_iter(held_out).collect();
    raw.sort_by_key(|(index, ..)| *index);
    let observed: Vec<(f64, bool, f64)> = raw
        .iter()
        .filter(|(_, pair, _)| !pair.is_planted())
        .map(|(_, pair, p)| {
            let [duplicate, overlap, ..] = *p;
            (duplicate + overlap, pair.relation.is_actionable(), weight_of(pair, options))
        })
        .collect();
    let mut steps = without(None);
    steps.averages = averages(own);
    steps.calibration = calibration::isotonic(&observed);
    // Calibration and choice apply to what was held out as to any other pair.
    for (.., probabilities) in &mut raw {
        *probabilities = steps.calibrated(*probabilities);
    }
    let judged = raw
        .iter()
        .filter(|(_, pair, _)| pair.origin == PairOrigin::Judged)
        .map(|(_, pair, p)| (*p, pair.relation));
    steps.choice = calibration::choice(&judged.collect::<Vec<_>>());
    let held_out = raw
        .into_iter()
        .map(|(pair, _, probabilities)| HeldOut {
            pair,
            probabilities,
            relation: steps.choose(&probabilities),
        })
        .collect();
    (steps, held_out)
}

/// A space from the vectors of all projects and drafts among the pairs, each once.
fn learn_space(pairs: &[LabelledPair]) -> Option<MeaningSpace> {
    let mut seen = HashSet::new();
    let mut vectors: [Vec<&[f32]>; 3] = Default::default();
    let sides = pairs.iter().flat_map(|pair| [&pair.draft_vectors, &pair.existing_vectors]);
    for side in sides.filter(|side| seen.insert(side.content())) {
        for (list, vector) in vectors.iter_mut().zip(side.each()) {
            list.extend(vector);
        }
    }
    let [titles, works, wholes] = &vectors;
    MeaningSpace::learn(titles, works, wholes)
}

/// The mean of every comparison.
fn averages(pairs: &[(usize, &LabelledPair)]) -> BTreeMap<Feature, f64> {
    let count = pairs.len().max(1) as f64;
    let mean = |feature: Feature| pairs.iter().map(|(_, pair)| pair.values.get(feature)).sum::<f64>() / count;
    Feature::ALL.iter().map(|feature| (*feature, logistic::rounded(mean(*feature)))).collect()
}

fn weight_of(pair: &LabelledPair, options: TrainingOptions) -> f64 {
    match pair.origin {
        PairOrigin::Judged | PairOrigin::Planted => 1.0,
        PairOrigin::Unjudged => options.unjudged_weight,
    }
}

/// What tells a continuation from a repetition: who does it, and when. What both are about is the same either way.
const OWNER_AND_TIME: &[Feature] = &[
    Feature::SameDepartment,
    Feature::SameDivision,
    Feature::SameMinistry,
    Feature::NextYear,
    Feature::LaterYear,
    Feature::EarlierYear,
    Feature::SharedDays,
    Feature::LaterPhase,
    Feature::EarlierPhase,
    Feature::SameOwnerLater,
];

/// What a narrow place says beside all else. Labelled projects of two departments rarely name one.
const NARROW_PLACE: &[Feature] = &[Feature::OthersInPlace, Feature::OthersAlikeInPlace];

/// What a step tells apart.
#[derive(Clone, Copy)]
struct Test<'a> {
    positive: &'a dyn Fn(Relation) -> bool,
    /// The relations that it is about.
    of: &'a dyn Fn(Relation) -> bool,
}

/// The steps and aspects fitted to pairs of one sort; what tells a continuation is owner and time on either side, and is
/// learned from `all`.
fn uncalibrated<'a>(
    pairs: &[&'a LabelledPair],
    all: &[&'a LabelledPair],
    knots: &Knots,
    options: TrainingOptions,
) -> RelationSteps {
    let rows = |pairs: &[&'a LabelledPair], test: Test, offset: Option<&Step>| -> Vec<Row<'a>> {
        let of_test = pairs.iter().filter(|pair| (test.of)(pair.relation));
        let rows = of_test.map(|pair| Row {
            values: &pair.values,
            positive: (test.positive)(pair.relation),
            weight: weight_of(pair, options),
            offset: offset.map_or(0.0, |step| step.log_odds(&pair.values)),
        });
        rows.collect()
    };
    let real = |pairs: &[&'a LabelledPair]| -> Vec<&'a LabelledPair> {
        pairs.iter().copied().filter(|pair| !pair.is_planted()).collect()
    };
    let (all, of_sort) = (real(all), real(pairs));
    let step = |pairs: &[&'a LabelledPair], test: Test, directed, only| {
        let how = Fit { penalty: options.penalty, directed, only, knots, intercept: true };
        fit(&rows(pairs, test, None), how)
    };
    // what a narrow place is worth is learned from invented pairs too, on top of what all else says of real ones
    let with_place = |test: Test| {
        let all_else = step(&of_sort, test, true, None);
        let how = Fit {
            penalty: options.penalty,
            directed: true,
            only: Some(NARROW_PLACE),
            knots,
            intercept: false,
        };
        let added = fit(&rows(pairs, test, Some(&all_else)), how);
        all_else.plus(added)
    };
    let with_trees = |pairs: &[&'a LabelledPair], test: Test, alone: Step| {
        let how = Boosting { trees: options.trees, ..Boosting::DEFAULT };
        let mut rows = rows(pairs, test, Some(&alone));
        for (row, pair) in rows.iter_mut().zip(pairs.iter().filter(|pair| (test.of)(pair.relation))) {
            if pair.is_planted() {
                row.weight = options.planted_weight;
            }
        }
        let (intercept, trees) = boost(&rows, how);
        alone.plus(Step { intercept, trees, ..Step::default() })
    };
    let repeats = |relation: Relation| relation.is_actionable() || relation == Relation::Continuation;
    let continues = |relation: Relation| relation == Relation::Continuation;
    let wholly = |relation: Relation| relation == Relation::Duplicate;
    let touches = |relation: Relation| relation == Relation::Related;
    let repeating = Test { positive: &repeats, of: &|_| true };
    let whole = Test { positive: &wholly, of: &Relation::is_actionable };
    let touching = Test { positive: &touches, of: &|relation| !repeats(relation) };
    let steps = [
        with_trees(pairs, repeating, with_place(repeating)),
        step(&all, Test { positive: &continues, of: &repeats }, false, Some(OWNER_AND_TIME)),
        with_trees(pairs, whole, with_place(whole)),
        with_trees(&of_sort, touching, step(&of_sort, touching, false, None)),
    ];
    let mut steps = RelationSteps::new(steps);
    steps.aspects = LEARNED_ASPECTS
        .into_iter()
        .filter_map(|aspect| Some((aspect, aspect_step(pairs, aspect, knots, options)?)))
        .collect();
    steps
}

/// Aspects that are read from the texts; the others are rules.
const LEARNED_ASPECTS: [Aspect; 4] =
    [Aspect::Title, Aspect::Objectives, Aspect::Activities, Aspect::TargetGroup];

/// Trains the agreement of an aspect on the pairs where somebody told it; `None` without any.
fn aspect_step(
    pairs: &[&LabelledPair],
    aspect: Aspect,
    knots: &Knots,
    options: TrainingOptions,
) -> Option<AspectStep> {
    let labelled: Vec<(&FeatureValues, Agreement)> = pairs
        .iter()
        .filter_map(|pair| {
            let label = pair.aspects.iter().find(|(one, _)| *one == aspect)?.1;
            (label != Agreement::Unknown).then_some((&pair.values, label))
        })
        .collect();
    if labelled.is_empty() {
        return None;
    }
    let step = |positive: &dyn Fn(Agreement) -> bool| {
        let rows: Vec<Row<'_>> = labelled
            .iter()
            .map(|(values, label)| Row { values, positive: positive(*label), weight: 1.0, offset: 0.0 })
            .collect();
        fit(&rows, Fit { penalty: options.penalty, directed: true, only: None, knots, intercept: true })
    };
    let agrees = step(&|label| label != Agreement::Different);
    let same = step(&|label| label == Agreement::Same);
    let mut aspect = AspectStep { agrees, same, agrees_from: 0.5, same_from: 0.5 };
    calibration::choose_agreement_limits(&mut aspect, &labelled);
    Some(aspect)
}
