//! How comparisons enter a regression: as they are, or as a curve of straight pieces.
//!
//! What a likeness is worth is rarely in proportion to it: titles that share a third of their n-grams say little more than
//! those that share none, and those that share nearly all say far more. A comparison with many values is therefore cut at
//! its quantiles into ramps, each with a weight of its own; weights of one sign make the whole curve rise or fall.

use std::collections::BTreeMap;

use crate::feature::{Direction, Feature, FeatureValues};
use crate::model::Step;

use super::logistic::rounded;

/// Shares of the pairs below the inner knots of a curve: likeness is rare, so most knots lie where there is some.
const QUANTILES: [f64; 5] = [0.3, 0.6, 0.8, 0.9, 0.97];
/// A comparison with fewer different values stays as it is.
const LEAST_VALUES: usize = 12;
/// Knots closer to each other are one.
const LEAST_GAP: f64 = 1e-3;

/// The knots of the comparisons that enter as curves.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Knots(BTreeMap<Feature, Vec<f64>>);

/// A column of a regression.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Term {
    pub(crate) feature: Feature,
    /// From 0 at the first to 1 at the second; the comparison itself without.
    ramp: Option<(f64, f64)>,
}

impl Knots {
    /// Knots from the values that comparisons take.
    pub(crate) fn of<'a>(rows: impl Iterator<Item = &'a FeatureValues> + Clone) -> Self {
        let knots = Feature::ALL.iter().filter_map(|feature| {
            let mut values: Vec<f64> = rows.clone().map(|values| values.get(*feature)).collect();
            values.sort_by(f64::total_cmp);
            let mut different = values.clone();
            different.dedup();
            if different.len() < LEAST_VALUES {
                return None;
            }
            let at = |share: f64| values.get((share * (values.len() - 1) as f64) as usize).copied();
            let inner = QUANTILES.into_iter().filter_map(at);
            let mut knots: Vec<f64> = Vec::new();
            for knot in values.first().copied().into_iter().chain(inner).chain(values.last().copied()) {
                let knot = rounded(knot);
                if knots.last().is_none_or(|last| knot > last + LEAST_GAP) {
                    knots.push(knot);
                }
            }
            (knots.len() > 2).then_some((*feature, knots))
        });
        Self(knots.collect())
    }

    /// The same but for one comparison, whose knots are those of `other`.
    pub(crate) fn with(mut self, feature: Feature, mut other: Self) -> Self {
        match other.0.remove(&feature) {
            Some(knots) => self.0.insert(feature, knots),
            None => self.0.remove(&feature),
        };
        self
    }

    /// The columns of a regression over some comparisons; all of them without a choice.
    pub(crate) fn terms(&self, only: Option<&[Feature]>) -> Vec<Term> {
        let counts = |feature: &&Feature| only.is_none_or(|only| only.contains(feature));
        Feature::ALL
            .iter()
            .filter(counts)
            .flat_map(|feature| match self.0.get(feature) {
                None => vec![Term { feature: *feature, ramp: None }],
                Some(knots) => knots
                    .windows(2)
                    .filter_map(|pair| match pair {
                        [from, to] => Some(Term { feature: *feature, ramp: Some((*from, *to)) }),
                        _ => None,
                    })
                    .collect(),
            })
            .collect()
    }
}

impl Term {
    pub(crate) fn value(&self, values: &FeatureValues) -> f64 {
        let value = values.get(self.feature);
        match self.ramp {
            None => value,
            Some((from, to)) => ((value - from) / (to - from)).clamp(0.0, 1.0),
        }
    }

    pub(crate) fn direction(&self) -> Direction {
        self.feature.direction()
    }
}

/// The step that weights of terms make.
pub(crate) fn step(intercept: f64, terms: &[Term], weights: &[f64]) -> Step {
    let mut step = Step { intercept: rounded(intercept), ..Step::default() };
    for (term, weight) in terms.iter().zip(weights) {
        match term.ramp {
            None if *weight != 0.0 => {
                step.weights.insert(term.feature, rounded(*weight));
            }
            None => {}
            Some((from, to)) => {
                let curve = step.curves.entry(term.feature).or_insert_with(|| vec![(from, 0.0)]);
                let before = curve.last().map_or(0.0, |(_, y)| *y);
                curve.push((to, rounded(before + weight)));
            }
        }
    }
    step.curves.retain(|_, curve| curve.iter().any(|(_, y)| *y != 0.0));
    step
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row(value: f64) -> FeatureValues {
        let mut values = FeatureValues::zero();
        values.set(Feature::TitleWords, value);
        values
    }

    #[test]
    fn a_comparison_of_few_values_stays_as_it_is() {
        let rows: Vec<FeatureValues> = (0..100).map(|n| row(f64::from(n % 3))).collect();
        assert_eq!(Knots::of(rows.iter()), Knots::default());
        let terms = Knots::default().terms(Some(&[Feature::TitleWords]));
        assert_eq!(terms.iter().map(|term| term.value(&row(0.7))).collect::<Vec<_>>(), [0.7]);
    }

    #[test]
    fn a_comparison_may_bend_where_other_rows_lie() {
        let rows = |scale: f64| (0..100).map(|n| row(scale * f64::from(n))).collect::<Vec<FeatureValues>>();
        let (near, far) = (rows(0.001), rows(1.0));
        assert_eq!(
            Knots::of(near.iter()).with(Feature::TitleWords, Knots::of(far.iter())),
            Knots::of(far.iter())
        );
        assert_eq!(Knots::of(near.iter()).with(Feature::TitleWords, Knots::default()), Knots::default());
        let untouched = Knots::of(near.iter()).with(Feature::WorkWords, Knots::of(far.iter()));
        assert_eq!(untouched, Knots::of(near.iter()));
    }

    proptest! {
        #[test]
        fn a_step_adds_what_its_terms_add(
            values in proptest::collection::vec(-1.0f64..1.0, 20..60),
            weights in proptest::collection::vec(-3.0f64..3.0, 8),
            asked in -2.0f64..2.0,
        ) {
            let rows: Vec<FeatureValues> = values.iter().map(|value| row(*value)).collect();
            let terms = Knots::of(rows.iter()).terms(Some(&[Feature::TitleWords]));
            let step = step(0.5, &terms, &weights);
            let sum: f64 = terms.iter().zip(&weights).map(|(term, weight)| term.value(&row(asked)) * weight).sum();
            prop_assert!((step.log_odds(&row(asked)) - 0.5 - sum).abs() < 1e-4);
            let twice = step.clone().plus(step);
            prop_assert!((twice.log_odds(&row(asked)) - 1.0 - 2.0 * sum).abs() < 1e-3);
        }
    }
}
