//! Whether likelihoods mean what they say.

use serde::Serialize;

/// One row of a reliability table: pairs whose likelihood lies in a range.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ReliabilityBin {
    /// Lower end of the range, included.
    pub from: f64,
    /// Upper end of the range, excluded but for the last.
    pub to: f64,
    /// Pairs in it.
    pub pairs: usize,
    /// Their mean likelihood.
    pub mean_likelihood: f64,
    /// The share of them that is positive in the gold labels.
    pub observed_share: f64,
}

/// Pairs in `bins` ranges of equal width by likelihood; empty ranges are left out.
#[must_use]
pub fn reliability_table(predictions: &[(f64, bool)], bins: usize) -> Vec<ReliabilityBin> {
    let bins = bins.max(1);
    let mut sums = vec![(0usize, 0.0f64, 0usize); bins];
    for (likelihood, positive) in predictions {
        let bin = ((likelihood * bins as f64) as usize).min(bins - 1);
        if let Some((pairs, sum, positives)) = sums.get_mut(bin) {
            *pairs += 1;
            *sum += likelihood;
            *positives += usize::from(*positive);
        }
    }
    sums.into_iter()
        .enumerate()
        .filter(|(_, (pairs, ..))| *pairs > 0)
        .map(|(bin, (pairs, sum, positives))| ReliabilityBin {
            from: bin as f64 / bins as f64,
            to: (bin + 1) as f64 / bins as f64,
            pairs,
            mean_likelihood: sum / pairs as f64,
            observed_share: positives as f64 / pairs as f64,
        })
        .collect()
}

/// Expected calibration error over ten ranges of equal width: the mean distance between likelihood and observed share,
/// weighted by pairs (Naeini et al. 2015). 0 for no predictions.
#[must_use]
pub fn expected_calibration_error(predictions: &[(f64, bool)]) -> f64 {
    let distance: f64 = reliability_table(predictions, 10)
        .iter()
        .map(|bin| bin.pairs as f64 * (bin.mean_likelihood - bin.observed_share).abs())
        .sum();
    if predictions.is_empty() { 0.0 } else { distance / predictions.len() as f64 }
}

/// Average precision: the mean of the precision at each positive, pairs in order of falling likelihood. Pairs of equal
/// likelihood are taken together, so that their order in the input does not matter. `None` without positives.
#[must_use]
pub fn average_precision(predictions: &[(f64, bool)]) -> Option<f64> {
    let mut ordered = predictions.to_vec();
    ordered.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut seen, mut positives, mut sum) = (0usize, 0usize, 0.0);
    for tied in ordered.chunk_by(|a, b| a.0 == b.0) {
        let found = tied.iter().filter(|(_, positive)| *positive).count();
        seen += tied.len();
        positives += found;
        sum += found as f64 * positives as f64 / seen as f64;
    }
    (positives > 0).then(|| sum / positives as f64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn honest_likelihoods_have_no_error() {
        let honest: Vec<_> = (0..100).map(|n| (0.25, n % 4 == 0)).collect();
        assert!(expected_calibration_error(&honest) < 1e-12);
        let boastful: Vec<_> = (0..100).map(|n| (0.95, n % 4 == 0)).collect();
        assert!((expected_calibration_error(&boastful) - 0.7).abs() < 1e-9);
        assert_eq!(expected_calibration_error(&[]), 0.0);
    }

    #[test]
    fn average_precision_agrees_with_a_hand_computed_list() {
        let list = [(0.9, true), (0.8, false), (0.7, true), (0.1, false)];
        assert!((average_precision(&list).unwrap() - (1.0 + 2.0 / 3.0) / 2.0).abs() < 1e-12);
        assert_eq!(average_precision(&[(0.5, false)]), None);
    }

    proptest! {
        #[test]
        fn order_of_input_does_not_matter(list in prop::collection::vec((0u8..4, any::<bool>()), 1..30)) {
            let forward: Vec<_> = list.iter().map(|(l, p)| (f64::from(*l) / 4.0, *p)).collect();
            let backward: Vec<_> = forward.iter().rev().copied().collect();
            prop_assert_eq!(average_precision(&forward), average_precision(&backward));
            prop_assert_eq!(reliability_table(&forward, 10).iter().map(|bin| bin.pairs).sum::<usize>(), list.len());
        }
    }
}
