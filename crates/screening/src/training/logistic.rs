//! Logistic regression with a ridge penalty and weights that may be bound to one sign.

use std::collections::BTreeMap;

use crate::feature::{Direction, Feature, FeatureValues};
use crate::model::{Step, logistic};

/// A pair as a regression sees it.
pub(crate) struct Row<'a> {
    pub(crate) values: &'a FeatureValues,
    pub(crate) positive: bool,
    pub(crate) weight: f64,
}

/// How a step is fitted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fit {
    /// Strength of the ridge penalty on standardised weights.
    pub(crate) penalty: f64,
    /// Whether a comparison that speaks for sameness may never lower the odds, and the other way round.
    pub(crate) directed: bool,
    /// The comparisons that may count; all without.
    pub(crate) only: Option<&'static [Feature]>,
}

/// Newton's method has converged long before.
const MOST_ITERATIONS: usize = 60;
/// A step below this changes nothing that is kept.
const CONVERGED: f64 = 1e-8;

/// Weights are kept to so many digits: files stay readable and runs on other machines agree.
pub(crate) fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

/// Centre and spread of every comparison over the rows.
struct Scale {
    mean: Vec<f64>,
    spread: Vec<f64>,
}

/// A spread below this is that of a comparison which never varies.
const LEAST_SPREAD: f64 = 1e-9;

impl Scale {
    fn of(rows: &[Row<'_>]) -> Self {
        let total: f64 = rows.iter().map(|row| row.weight).sum::<f64>().max(f64::MIN_POSITIVE);
        let mut mean = vec![0.0; Feature::ALL.len()];
        for row in rows {
            for (slot, (_, value)) in mean.iter_mut().zip(row.values.iter()) {
                *slot += row.weight * value / total;
            }
        }
        let mut spread = vec![0.0; Feature::ALL.len()];
        for row in rows {
            for ((slot, (_, value)), mean) in spread.iter_mut().zip(row.values.iter()).zip(&mean) {
                *slot += row.weight * (value - mean).powi(2) / total;
            }
        }
        spread.iter_mut().for_each(|variance| *variance = variance.sqrt());
        Self { mean, spread }
    }

    /// A one for the intercept, then the comparisons of a row, centred and scaled; one that never varies is 0.
    fn standardised(&self, values: &FeatureValues) -> Vec<f64> {
        let scaled =
            values.iter().zip(self.mean.iter().zip(&self.spread)).map(|((_, value), (mean, spread))| {
                if *spread > LEAST_SPREAD { (value - mean) / spread } else { 0.0 }
            });
        std::iter::once(1.0).chain(scaled).collect()
    }

    /// The step in the units of the comparisons.
    fn unscaled(&self, weights: &[f64]) -> Step {
        let mut step = Step { intercept: weights.first().copied().unwrap_or(0.0), weights: BTreeMap::new() };
        let scales = self.mean.iter().zip(&self.spread);
        for ((feature, weight), (mean, spread)) in Feature::ALL.iter().zip(weights.iter().skip(1)).zip(scales)
        {
            let weight = if *spread > LEAST_SPREAD { rounded(weight / spread) } else { 0.0 };
            if weight != 0.0 {
                step.weights.insert(*feature, weight);
                step.intercept -= weight * mean;
            }
        }
        step.intercept = rounded(step.intercept);
        step
    }
}

/// Fits a step by Newton's method; each step solves the bounded quadratic problem by coordinate descent. Without rows, or
/// with rows of one kind, the intercept alone tells their share.
pub(crate) fn fit(rows: &[Row<'_>], how: Fit) -> Step {
    let scale = Scale::of(rows);
    let inputs: Vec<(Vec<f64>, f64, f64)> = rows
        .iter()
        .map(|row| (scale.standardised(row.values), f64::from(u8::from(row.positive)), row.weight))
        .collect();
    let columns = Feature::ALL.len() + 1;
    let bounds: Vec<(f64, f64)> = std::iter::once((f64::NEG_INFINITY, f64::INFINITY))
        .chain(Feature::ALL.iter().map(|feature| match feature.direction() {
            _ if how.only.is_some_and(|only| !only.contains(feature)) => (0.0, 0.0),
            Direction::Raises if how.directed => (0.0, f64::INFINITY),
            Direction::Lowers if how.directed => (f64::NEG_INFINITY, 0.0),
            _ => (f64::NEG_INFINITY, f64::INFINITY),
        }))
        .collect();
    // the intercept is all but free
    let penalties: Vec<f64> =
        std::iter::once(1e-3).chain(std::iter::repeat_n(how.penalty, columns - 1)).collect();
    let mut weights = vec![0.0; columns];
    for _ in 0..MOST_ITERATIONS {
        let mut gradient: Vec<f64> =
            weights.iter().zip(&penalties).map(|(weight, penalty)| -penalty * weight).collect();
        let mut curvature = vec![vec![0.0; columns]; columns];
        for (row, penalty) in penalties.iter().enumerate() {
            curvature[row][row] = *penalty;
        }
        for (input, target, weight) in &inputs {
            let score: f64 = input.iter().zip(&weights).map(|(x, w)| x * w).sum();
            let probability = logistic(score);
            let error = weight * (target - probability);
            let bend = weight * (probability * (1.0 - probability)).max(1e-6);
            for ((x, slot), line) in input.iter().zip(&mut gradient).zip(&mut curvature) {
                *slot += error * x;
                if *x != 0.0 {
                    let factor = bend * x;
                    for (y, cell) in input.iter().zip(line.iter_mut()) {
                        *cell += factor * y;
                    }
                }
            }
        }
        let step = bounded_step(&gradient, &curvature, &weights, &bounds);
        let mut moved = 0.0f64;
        for (weight, change) in weights.iter_mut().zip(&step) {
            *weight += change;
            moved = moved.max(change.abs());
        }
        if moved < CONVERGED {
            break;
        }
    }
    scale.unscaled(&weights)
}

/// The change of the weights that the quadratic model of the likelihood likes best within the bounds. A change is kept
/// below 1: far from the optimum a full step overshoots.
fn bounded_step(
    gradient: &[f64],
    curvature: &[Vec<f64>],
    weights: &[f64],
    bounds: &[(f64, f64)],
) -> Vec<f64> {
    const MOST_SWEEPS: usize = 500;
    let mut step = vec![0.0; gradient.len()];
    // the gradient at the place that the step has reached
    let mut left = gradient.to_vec();
    for _ in 0..MOST_SWEEPS {
        let mut moved = 0.0f64;
        for column in 0..step.len() {
            let (line, (low, high)) = (&curvature[column], bounds[column]);
            let wanted = step[column] + left[column] / line[column];
            let wanted = wanted.clamp(-1.0, 1.0).clamp(low - weights[column], high - weights[column]);
            let change = wanted - step[column];
            if change != 0.0 {
                step[column] = wanted;
                left.iter_mut().zip(line).for_each(|(slot, cell)| *slot -= change * cell);
                moved = moved.max(change.abs());
            }
        }
        if moved < CONVERGED / 10.0 {
            break;
        }
    }
    step
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(feature: Feature, value: f64) -> FeatureValues {
        let mut values = FeatureValues::zero();
        values.set(feature, value);
        values
    }

    fn fitted(feature: Feature, positive: impl Fn(usize) -> bool, directed: bool) -> Step {
        let values: Vec<FeatureValues> = (0..100).map(|n| row(feature, f64::from(n) / 100.0)).collect();
        let rows: Vec<Row<'_>> = values
            .iter()
            .enumerate()
            .map(|(n, values)| Row { values, positive: positive(n), weight: 1.0 })
            .collect();
        fit(&rows, Fit { penalty: 1.0, directed, only: None })
    }

    #[test]
    fn comparisons_that_may_not_count_get_no_weight() {
        let values: Vec<FeatureValues> =
            (0..100).map(|n| row(Feature::TitleWords, f64::from(n) / 100.0)).collect();
        let rows: Vec<Row<'_>> = values
            .iter()
            .enumerate()
            .map(|(n, values)| Row { values, positive: n > 50, weight: 1.0 })
            .collect();
        let how = Fit { penalty: 1.0, directed: false, only: Some(&[Feature::NextYear]) };
        assert!(fit(&rows, how).weights.is_empty());
    }

    #[test]
    fn finds_the_comparison_that_tells() {
        let step = fitted(Feature::TitleWords, |n| n >= 50, true);
        assert!(step.log_odds(&row(Feature::TitleWords, 0.9)) > 1.0);
        assert!(step.log_odds(&row(Feature::TitleWords, 0.1)) < -1.0);
        assert!(step.log_odds(&row(Feature::TitleWords, 0.495)).abs() < 0.1);
        assert_eq!(step.weights.len(), 1);
    }

    #[test]
    fn likeness_never_speaks_against_sameness_when_directed() {
        let directed = fitted(Feature::TitleWords, |n| n < 50, true);
        assert!(directed.weights.is_empty(), "{directed:?}");
        let free = fitted(Feature::TitleWords, |n| n < 50, false);
        assert!(free.weights[&Feature::TitleWords] < -1.0);
    }

    #[test]
    fn rows_of_one_kind_give_their_share() {
        let step = fitted(Feature::TitleWords, |_| true, true);
        assert!(step.log_odds(&row(Feature::TitleWords, 0.5)) > 3.0);
        assert!(fit(&[], Fit { penalty: 1.0, directed: true, only: None }).weights.is_empty());
    }
}
