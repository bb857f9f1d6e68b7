//! A draft compared with one project: relation, likelihood, aspects and reasons.

use thiap_domain::{Agreement, Aspect, Relation};

use crate::aspects::{AspectComparison, aspects};
use crate::comparing::PairView;
use crate::corpus::CorpusStatistics;
use crate::feature::Feature;
use crate::model::{RelationModel, RelationSteps};
use crate::profile::Profile;

/// A term of the model that spoke for or against the pair being the same work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reason {
    /// The comparison.
    pub comparison: Feature,
    /// Its value in this pair.
    pub value: f64,
    /// What it adds to the log odds, measured from an average pair of candidates: above 0 for, below 0 against.
    pub weight: f64,
}

/// What matters when two works are alike: in what they differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The aspect that differs.
    pub aspect: Aspect,
    /// How, in Thai.
    pub thai: String,
}

/// How a draft stands to one project.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The relation that fits best.
    pub relation: Relation,
    /// The probability that a committee would have to act (`duplicate` or `overlap`), calibrated.
    pub likelihood: f64,
    /// Probabilities of all relations, in the order of [`Relation::ALL`].
    pub probabilities: [f64; 5],
    /// Each aspect, in the order of [`Aspect::ALL`].
    pub aspects: Vec<AspectComparison>,
    /// Aspects that differ, where the works are alike.
    pub differences: Vec<Difference>,
    /// The terms of the model that moved it most, strongest first.
    pub reasons: Vec<Reason>,
}

/// Reasons that are given at most.
const MOST_REASONS: usize = 8;
/// A term that moves the log odds by less is no reason.
const LEAST_WEIGHT: f64 = 0.1;

/// Compares a draft with an existing project.
///
/// Both profiles are read once; a comparison takes some tens of microseconds. The same inputs give the same result to the
/// last digit. A field that is missing on a side is unknown and speaks neither for nor against.
#[must_use]
pub fn compare(
    draft: &Profile,
    existing: &Profile,
    corpus: &dyn CorpusStatistics,
    model: &RelationModel,
) -> Comparison {
    let view = PairView::of(draft, existing, corpus, model.space.as_ref());
    let steps = model.steps_for(&view.values);
    let probabilities = steps.probabilities(&view.values);
    let aspects = aspects(draft, existing, &view, steps);
    let [duplicate, overlap, ..] = probabilities;
    let relation = steps.choose(&probabilities);
    let differences = if relation == Relation::Distinct { Vec::new() } else { differences(&aspects) };
    let reasons = reasons(&view, steps);
    // the parts of a certainty may add up to a last digit more
    let likelihood = (duplicate + overlap).min(1.0);
    Comparison { relation, likelihood, probabilities, aspects, differences, reasons }
}

impl Comparison {
    /// What matches are ordered by: the probability that a committee acts on it or that the draft continues it.
    #[must_use]
    pub fn attention(&self) -> f64 {
        let [duplicate, overlap, continuation, ..] = self.probabilities;
        duplicate + overlap + continuation
    }

    /// The agreement of an aspect.
    #[must_use]
    pub fn agreement(&self, aspect: Aspect) -> Agreement {
        self.aspects.iter().find(|one| one.aspect == aspect).map_or(Agreement::Unknown, |one| one.agreement)
    }
}

fn differences(aspects: &[AspectComparison]) -> Vec<Difference> {
    aspects
        .iter()
        .filter(|aspect| matches!(aspect.agreement, Agreement::Different | Agreement::Partly))
        .filter(|aspect| {
            matches!(aspect.aspect, Aspect::TargetGroup | Aspect::Area | Aspect::Period | Aspect::Budget)
        })
        .map(|aspect| Difference { aspect: aspect.aspect, thai: aspect.evidence.clone() })
        .collect()
}

fn reasons(view: &PairView, steps: &RelationSteps) -> Vec<Reason> {
    steps
        .contributions(&steps.repeats, &view.values)
        .into_iter()
        .map(|(comparison, value, weight)| Reason { comparison, value, weight })
        .filter(|reason| reason.weight.abs() >= LEAST_WEIGHT)
        .take(MOST_REASONS)
        .collect()
}
