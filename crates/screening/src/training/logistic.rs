//! Logistic regression with a ridge penalty.

use std::collections::BTreeMap;

use crate::feature::{Feature, FeatureValues};
use crate::model::{Step, logistic};

/// A pair as a regression sees it.
pub(crate) struct Row<'a> {
    pub(crate) values: &'a FeatureValues,
    pub(crate) positive: bool,
    pub(crate) weight: f64,
}

/// Newton's method has converged long before.
const MOST_ITERATIONS: usize = 60;
/// A step below this changes nothing that is kept.
const CONVERGED: f64 = 1e-9;

/// Weights are kept to so many digits: files stay readable and runs on other machines agree.
pub(crate) fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

/// Centre and spread of every comparison over the rows.
pub(crate) struct Scale {
    mean: Vec<f64>,
    spread: Vec<f64>,
}

impl Scale {
    pub(crate) fn of<'a>(rows: impl Iterator<Item = (&'a FeatureValues, f64)> + Clone) -> Self {
        let features = Feature::ALL.len();
        let total: f64 = rows.clone().map(|(_, weight)| weight).sum::<f64>().max(f64::MIN_POSITIVE);
        let mut mean = vec![0.0; features];
        for (values, weight) in rows.clone() {
            for (slot, (_, value)) in mean.iter_mut().zip(values.iter()) {
                *slot += weight * value / total;
            }
        }
        let mut spread = vec![0.0; features];
        for (values, weight) in rows {
            for ((slot, (_, value)), mean) in spread.iter_mut().zip(values.iter()).zip(&mean) {
                *slot += weight * (value - mean).powi(2) / total;
            }
        }
        spread.iter_mut().for_each(|variance| *variance = variance.sqrt());
        Self { mean, spread }
    }

    /// The comparisons of a row, centred and scaled; one that never varies is 0.
    pub(crate) fn standardised(&self, values: &FeatureValues) -> Vec<f64> {
        values
            .iter()
            .zip(self.mean.iter().zip(&self.spread))
            .map(|((_, value), (mean, spread))| if *spread > 1e-9 { (value - mean) / spread } else { 0.0 })
            .collect()
    }

    /// Weights in the units of the comparisons, and what the intercept loses by it.
    pub(crate) fn unscaled(&self, weights: &[f64]) -> (BTreeMap<Feature, f64>, f64) {
        let mut unscaled = BTreeMap::new();
        let mut moved = 0.0;
        for ((feature, weight), (mean, spread)) in
            Feature::ALL.iter().zip(weights).zip(self.mean.iter().zip(&self.spread))
        {
            if *spread > 1e-9 {
                let weight = rounded(weight / spread);
                if weight != 0.0 {
                    unscaled.insert(*feature, weight);
                    moved += weight * mean;
                }
            }
        }
        (unscaled, moved)
    }
}

/// Fits a step; without rows, or with rows of one kind, the intercept alone tells their share.
pub(crate) fn fit(rows: &[Row<'_>], penalty: f64) -> Step {
    let scale = Scale::of(rows.iter().map(|row| (row.values, row.weight)));
    let inputs: Vec<(Vec<f64>, f64, f64)> = rows
        .iter()
        .map(|row| (scale.standardised(row.values), f64::from(u8::from(row.positive)), row.weight))
        .collect();
    let columns = Feature::ALL.len() + 1;
    let mut weights = vec![0.0; columns];
    for _ in 0..MOST_ITERATIONS {
        let mut gradient = vec![0.0; columns];
        let mut hessian = vec![vec![0.0; columns]; columns];
        for (input, target, weight) in &inputs {
            let row = || std::iter::once(1.0).chain(input.iter().copied());
            let score: f64 = row().zip(&weights).map(|(x, w)| x * w).sum();
            let probability = logistic(score);
            let error = weight * (target - probability);
            let curvature = weight * (probability * (1.0 - probability)).max(1e-9);
            for ((x, slot), line) in row().zip(&mut gradient).zip(&mut hessian) {
                *slot += error * x;
                if x != 0.0 {
                    for (y, cell) in row().zip(line.iter_mut()) {
                        *cell += curvature * x * y;
                    }
                }
            }
        }
        for (index, (slot, line)) in gradient.iter_mut().zip(&mut hessian).enumerate() {
            // the intercept is all but free
            let strength = if index == 0 { 1e-3 } else { penalty };
            *slot -= strength * weights.get(index).copied().unwrap_or(0.0);
            if let Some(cell) = line.get_mut(index) {
                *cell += strength;
            }
        }
        let Some(step) = solve(hessian, gradient) else { break };
        let mut moved = 0.0f64;
        for (weight, change) in weights.iter_mut().zip(&step) {
            // far from the optimum a full step may overshoot
            let change = change.clamp(-2.0, 2.0);
            *weight += change;
            moved = moved.max(change.abs());
        }
        if moved < CONVERGED {
            break;
        }
    }
    let (intercept, rest) = match weights.split_first() {
        Some((intercept, rest)) => (*intercept, rest),
        None => (0.0, [].as_slice()),
    };
    let (unscaled, moved) = scale.unscaled(rest);
    Step { intercept: rounded(intercept - moved), weights: unscaled }
}

/// Solves `matrix * x = right` for a symmetric positive definite matrix (Cholesky); `None` when it is not.
pub(crate) fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Option<Vec<f64>> {
    let n = right.len();
    for i in 0..n {
        for j in 0..=i {
            let dot: f64 = matrix.get(i)?.iter().zip(matrix.get(j)?).take(j).map(|(a, b)| a * b).sum();
            let value = *matrix.get(i)?.get(j)? - dot;
            let value = if i == j {
                if value <= 0.0 {
                    return None;
                }
                value.sqrt()
            } else {
                value / *matrix.get(j)?.get(j)?
            };
            *matrix.get_mut(i)?.get_mut(j)? = value;
        }
    }
    for i in 0..n {
        let dot: f64 = matrix.get(i)?.iter().zip(&right).take(i).map(|(a, b)| a * b).sum();
        let value = (*right.get(i)? - dot) / *matrix.get(i)?.get(i)?;
        *right.get_mut(i)? = value;
    }
    for i in (0..n).rev() {
        let mut value = *right.get(i)?;
        for j in i + 1..n {
            value -= *matrix.get(j)?.get(i)? * *right.get(j)?;
        }
        *right.get_mut(i)? = value / *matrix.get(i)?.get(i)?;
    }
    Some(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solves_a_small_system() {
        let x = solve(vec![vec![4.0, 2.0], vec![2.0, 3.0]], vec![8.0, 7.0]).unwrap();
        assert!((x[0] - 1.25).abs() < 1e-12 && (x[1] - 1.5).abs() < 1e-12);
        assert_eq!(solve(vec![vec![-1.0]], vec![1.0]), None);
    }

    #[test]
    fn finds_the_comparison_that_tells() {
        let row = |value: f64| {
            let mut values = FeatureValues::zero();
            values.set(Feature::TitleWords, value);
            values
        };
        let values: Vec<FeatureValues> = (0..100).map(|n| row(f64::from(n) / 100.0)).collect();
        let rows: Vec<Row<'_>> = values
            .iter()
            .enumerate()
            .map(|(n, values)| Row { values, positive: n >= 50, weight: 1.0 })
            .collect();
        let step = fit(&rows, 1.0);
        assert!(step.log_odds(&row(0.9)) > 1.0);
        assert!(step.log_odds(&row(0.1)) < -1.0);
        assert!(step.log_odds(&row(0.495)).abs() < 0.1);
        assert_eq!(step.weights.len(), 1);
    }
}
