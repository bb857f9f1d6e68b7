//! Logistic regression with a ridge penalty and weights that may be bound to one sign.

use crate::feature::{Direction, Feature, FeatureValues};
use crate::model::{Step, logistic};

use super::terms::{self, Knots, Term};

/// A pair as a regression sees it.
pub(crate) struct Row<'a> {
    pub(crate) values: &'a FeatureValues,
    pub(crate) positive: bool,
    pub(crate) weight: f64,
    /// Log odds that the step is added to; 0 for a step that stands alone.
    pub(crate) offset: f64,
}

/// How a step is fitted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fit<'a> {
    /// Strength of the ridge penalty on standardised weights.
    pub(crate) penalty: f64,
    /// Whether a comparison that speaks for sameness may never lower the odds, and the other way round.
    pub(crate) directed: bool,
    /// The comparisons that may count; all without.
    pub(crate) only: Option<&'static [Feature]>,
    /// Where the curves of comparisons bend.
    pub(crate) knots: &'a Knots,
    /// Whether log odds may differ from the offset where no comparison holds.
    pub(crate) intercept: bool,
}

/// Newton's method has converged long before.
const MOST_ITERATIONS: usize = 60;
/// A step below this changes nothing that is kept.
const CONVERGED: f64 = 1e-8;

/// Weights are kept to so many digits: files stay readable and runs on other machines agree.
pub(crate) fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

/// A row's terms behind a 1 for the intercept, and what is to come of them.
struct Input {
    values: Vec<f64>,
    target: f64,
    weight: f64,
    offset: f64,
}

/// Centre and spread of every term over the rows.
struct Scale {
    mean: Vec<f64>,
    spread: Vec<f64>,
}

/// A spread below this is that of a term which never varies.
const LEAST_SPREAD: f64 = 1e-9;

impl Scale {
    fn of(inputs: &[Input], terms: usize) -> Self {
        let total: f64 = inputs.iter().map(|input| input.weight).sum::<f64>().max(f64::MIN_POSITIVE);
        let mut mean = vec![0.0; terms];
        for input in inputs {
            for (slot, value) in mean.iter_mut().zip(input.values.iter().skip(1)) {
                *slot += input.weight * value / total;
            }
        }
        let mut spread = vec![0.0; terms];
        for input in inputs {
            for ((slot, value), mean) in spread.iter_mut().zip(input.values.iter().skip(1)).zip(&mean) {
                *slot += input.weight * (value - mean).powi(2) / total;
            }
        }
        spread.iter_mut().for_each(|variance| *variance = variance.sqrt());
        Self { mean, spread }
    }

    /// Centres and scales the values of a row behind its first, which is that of the intercept; one that never varies is 0.
    fn standardise(&self, values: &mut [f64]) {
        for (value, (mean, spread)) in values.iter_mut().skip(1).zip(self.mean.iter().zip(&self.spread)) {
            *value = if *spread > LEAST_SPREAD { (*value - mean) / spread } else { 0.0 };
        }
    }

    /// The step in the units of the comparisons.
    fn unscaled(&self, terms: &[Term], weights: &[f64]) -> Step {
        let mut intercept = weights.first().copied().unwrap_or(0.0);
        let mut unscaled = Vec::with_capacity(terms.len());
        for (weight, (mean, spread)) in weights.iter().skip(1).zip(self.mean.iter().zip(&self.spread)) {
            let weight = if *spread > LEAST_SPREAD { rounded(weight / spread) } else { 0.0 };
            intercept -= weight * mean;
            unscaled.push(weight);
        }
        terms::step(intercept, terms, &unscaled)
    }
}

/// Fits a step by Newton's method; each step solves the bounded quadratic problem by coordinate descent. Without rows, or
/// with rows of one kind, the intercept alone tells their share.
pub(crate) fn fit(rows: &[Row<'_>], how: Fit<'_>) -> Step {
    let terms = how.knots.terms(how.only);
    let mut inputs: Vec<Input> = rows
        .iter()
        .map(|row| {
            let values = terms.iter().map(|term| term.value(row.values));
            Input {
                values: std::iter::once(1.0).chain(values).collect(),
                target: f64::from(u8::from(row.positive)),
                weight: row.weight,
                offset: row.offset,
            }
        })
        .collect();
    let mut scale = Scale::of(&inputs, terms.len());
    if !how.intercept {
        // a centre would be an intercept by another name
        scale.mean.fill(0.0);
    }
    inputs.iter_mut().for_each(|input| scale.standardise(&mut input.values));
    let columns = terms.len() + 1;
    let free = if how.intercept { (f64::NEG_INFINITY, f64::INFINITY) } else { (0.0, 0.0) };
    let bounds: Vec<(f64, f64)> = std::iter::once(free)
        .chain(terms.iter().map(|term| match term.direction() {
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
        for Input { values: input, target, weight, offset } in &inputs {
            let score = offset + input.iter().zip(&weights).map(|(x, w)| x * w).sum::<f64>();
            let probability = logistic(score);
            let error = weight * (target - probability);
            let bend = weight * (probability * (1.0 - probability)).max(1e-6);
            // the curvature is symmetric: half of it is summed
            for (column, ((x, slot), line)) in input.iter().zip(&mut gradient).zip(&mut curvature).enumerate()
            {
                *slot += error * x;
                if *x != 0.0 {
                    let factor = bend * x;
                    for (y, cell) in input.iter().zip(line.iter_mut()).take(column + 1) {
                        *cell += factor * y;
                    }
                }
            }
        }
        for column in 1..columns {
            let (above, below) = curvature.split_at_mut(column);
            if let Some(line) = below.first() {
                for (above, cell) in above.iter_mut().zip(line) {
                    if let Some(mirrored) = above.get_mut(column) {
                        *mirrored = *cell;
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
    scale.unscaled(&terms, &weights)
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
            .map(|(n, values)| Row { values, positive: positive(n), weight: 1.0, offset: 0.0 })
            .collect();
        fit(&rows, Fit { penalty: 1.0, directed, only: None, knots: &Knots::default(), intercept: true })
    }

    #[test]
    fn comparisons_that_may_not_count_get_no_weight() {
        let values: Vec<FeatureValues> =
            (0..100).map(|n| row(Feature::TitleWords, f64::from(n) / 100.0)).collect();
        let rows: Vec<Row<'_>> = values
            .iter()
            .enumerate()
            .map(|(n, values)| Row { values, positive: n > 50, weight: 1.0, offset: 0.0 })
            .collect();
        let knots = Knots::default();
        let only: Option<&[Feature]> = Some(&[Feature::NextYear]);
        let how = Fit { penalty: 1.0, directed: false, only, knots: &knots, intercept: true };
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
        let how = Fit { penalty: 1.0, directed: true, only: None, knots: &Knots::default(), intercept: true };
        assert!(fit(&[], how).weights.is_empty());
    }

    #[test]
    fn a_step_that_is_added_says_what_the_offset_left_open() {
        let values: Vec<FeatureValues> =
            (0..100).map(|n| row(Feature::TitleWords, f64::from(n % 2))).collect();
        let fitted = |offset: f64| {
            let rows: Vec<Row<'_>> = values
                .iter()
                .enumerate()
                .map(|(n, values)| Row { values, positive: n % 2 == 1, weight: 1.0, offset })
                .collect();
            let knots = Knots::default();
            fit(&rows, Fit { penalty: 1.0, directed: true, only: None, knots: &knots, intercept: false })
        };
        let (doubted, believed) = (fitted(-4.0), fitted(4.0));
        assert!(doubted.weights[&Feature::TitleWords] > 4.0, "{doubted:?}");
        assert!(believed.weights[&Feature::TitleWords] < 2.0, "{believed:?}");
        assert_eq!((doubted.intercept, believed.intercept), (0.0, 0.0));
    }
}
