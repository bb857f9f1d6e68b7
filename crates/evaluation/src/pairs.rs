//! Measures of decisions over labelled pairs.

use serde::Serialize;

/// Counts of a yes-or-no decision against gold labels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct PrecisionRecall {
    /// Decided yes, and it was.
    pub true_positives: usize,
    /// Decided yes, and it was not.
    pub false_positives: usize,
    /// Decided no, and it was yes.
    pub false_negatives: usize,
}

impl PrecisionRecall {
    /// Counts one decision.
    pub fn add(&mut self, decided: bool, gold: bool) {
        match (decided, gold) {
            (true, true) => self.true_positives += 1,
            (true, false) => self.false_positives += 1,
            (false, true) => self.false_negatives += 1,
            (false, false) => {}
        }
    }

    /// Share of the yes decisions that were right; 0 when there were none.
    #[must_use]
    pub fn precision(self) -> f64 {
        share(self.true_positives, self.true_positives + self.false_positives)
    }

    /// Share of the gold yes that was found; 0 when there was none.
    #[must_use]
    pub fn recall(self) -> f64 {
        share(self.true_positives, self.true_positives + self.false_negatives)
    }

    /// Harmonic mean of precision and recall.
    #[must_use]
    pub fn f1(self) -> f64 {
        share(2 * self.true_positives, 2 * self.true_positives + self.false_positives + self.false_negatives)
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// How often each gold class was decided as each class; classes are numbered from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfusionTable {
    classes: usize,
    counts: Vec<usize>,
}

impl ConfusionTable {
    /// An empty table over `classes` classes.
    #[must_use]
    pub fn new(classes: usize) -> Self {
        Self { classes, counts: vec![0; classes * classes] }
    }

    /// Counts one decision; classes outside the table are passed over.
    pub fn add(&mut self, gold: usize, decided: usize) {
        if gold < self.classes
            && decided < self.classes
            && let Some(count) = self.counts.get_mut(gold * self.classes + decided)
        {
            *count += 1;
        }
    }

    /// How often `gold` was decided as `decided`.
    #[must_use]
    pub fn count(&self, gold: usize, decided: usize) -> usize {
        if gold < self.classes && decided < self.classes {
            self.counts.get(gold * self.classes + decided).copied().unwrap_or(0)
        } else {
            0
        }
    }

    /// One class against all others.
    #[must_use]
    pub fn of_class(&self, class: usize) -> PrecisionRecall {
        let others = || (0..self.classes).filter(move |other| *other != class);
        PrecisionRecall {
            true_positives: self.count(class, class),
            false_positives: others().map(|gold| self.count(gold, class)).sum(),
            false_negatives: others().map(|decided| self.count(class, decided)).sum(),
        }
    }

    /// Mean F1 over the classes that occur in the gold labels.
    #[must_use]
    pub fn macro_f1(&self) -> f64 {
        let present: Vec<_> = (0..self.classes)
            .filter(|gold| (0..self.classes).any(|decided| self.count(*gold, decided) > 0))
            .map(|class| self.of_class(class).f1())
            .collect();
        if present.is_empty() { 0.0 } else { present.iter().sum::<f64>() / present.len() as f64 }
    }

    /// Share of right decisions.
    #[must_use]
    pub fn accuracy(&self) -> f64 {
        share((0..self.classes).map(|class| self.count(class, class)).sum(), self.counts.iter().sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_class_against_the_others() {
        let mut table = ConfusionTable::new(3);
        for (gold, decided) in [(0, 0), (0, 1), (1, 1), (1, 1), (2, 1)] {
            table.add(gold, decided);
        }
        table.add(7, 0);
        let second = table.of_class(1);
        assert_eq!(second, PrecisionRecall { true_positives: 2, false_positives: 2, false_negatives: 0 });
        assert_eq!((second.precision(), second.recall()), (0.5, 1.0));
        assert!((table.accuracy() - 0.6).abs() < 1e-12);
        let expected = (2.0 / 3.0 + 4.0 / 6.0 + 0.0) / 3.0;
        assert!((table.macro_f1() - expected).abs() < 1e-12);
    }

    #[test]
    fn nothing_counted_gives_zero_not_nan() {
        let none = PrecisionRecall::default();
        assert_eq!((none.precision(), none.recall(), none.f1()), (0.0, 0.0, 0.0));
        assert_eq!(ConfusionTable::new(2).macro_f1(), 0.0);
    }
}
