//! Measures of spans found in a text: words of a segmentation, mentions of entities.

use std::collections::HashSet;
use std::hash::Hash;

use crate::PrecisionRecall;

/// Counts of exact agreement between found and gold spans; add texts one by one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SpanCounts {
    /// The counts so far.
    pub counts: PrecisionRecall,
}

impl SpanCounts {
    /// Counts one text's spans; a span is right when an equal one (start, end and whatever else it carries) is gold.
    pub fn add<T: Eq + Hash>(
        &mut self,
        found: impl IntoIterator<Item = T>,
        gold: impl IntoIterator<Item = T>,
    ) {
        let found: HashSet<T> = found.into_iter().collect();
        let gold: HashSet<T> = gold.into_iter().collect();
        let right = found.intersection(&gold).count();
        self.counts.true_positives += right;
        self.counts.false_positives += found.len() - right;
        self.counts.false_negatives += gold.len() - right;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_exact_spans_count() {
        let mut words = SpanCounts::default();
        words.add([(0, 3), (3, 6), (6, 9)], [(0, 3), (3, 9)]);
        assert_eq!(
            words.counts,
            PrecisionRecall { true_positives: 1, false_positives: 2, false_negatives: 1 }
        );
        assert!((words.counts.f1() - 0.4).abs() < 1e-12);
    }
}
