//! Boosted trees on top of a regression: what comparisons say together that none says alone, such as one place and other
//! work. Gradient boosting by Newton steps (Friedman 2001; Chen and Guestrin, "XGBoost", KDD 2016).

use rayon::prelude::*;

use crate::feature::Feature;
use crate::hash::hash_of;
use crate::model::logistic;
use crate::tree::{Branch, Tree};

use super::logistic::{Row, rounded};

/// How trees are grown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Boosting {
    pub(crate) trees: usize,
    /// Questions from the root of a tree to any of its ends.
    pub(crate) questions: usize,
    /// Share of the best step that a tree takes.
    pub(crate) rate: f64,
    /// Ridge penalty on what a branch adds.
    pub(crate) penalty: f64,
}

impl Boosting {
    /// Chosen on groups held out while training.
    pub(crate) const DEFAULT: Self = Self { trees: 300, questions: 4, rate: 0.05, penalty: 8.0 };
}

/// One comparison in so many is looked at for a tree, others for the next: trees differ, and none is relied on too much.
const ONE_IN: u64 = 3;
/// Values at which a comparison may be cut, for the pairs of each kind.
const CUTS: usize = 16;
/// Pairs, by weight, that each side of a question keeps at least.
const LEAST_PAIRS: f64 = 20.0;

/// Grows trees that add to the offsets of the rows: what they all add, and the trees.
pub(crate) fn boost(rows: &[Row<'_>], how: Boosting) -> (f64, Vec<Tree>) {
    let columns: Vec<Column> = Feature::ALL.iter().filter_map(|feature| Column::of(*feature, rows)).collect();
    let mut odds: Vec<f64> = rows.iter().map(|row| row.offset).collect();
    let all: Vec<u32> = (0..rows.len() as u32).collect();
    let mut intercept = 0.0;
    let mut trees = Vec::with_capacity(how.trees);
    for number in 0..how.trees as u64 {
        let pulls: Vec<Pull> = rows
            .iter()
            .zip(&odds)
            .map(|(row, odds)| {
                let probability = logistic(*odds);
                let target = f64::from(u8::from(row.positive));
                Pull {
                    gradient: row.weight * (target - probability),
                    curvature: row.weight * probability * (1.0 - probability),
                    weight: row.weight,
                }
            })
            .collect();
        let looked_at: Vec<&Column> = columns
            .iter()
            .filter(|column| {
                let name = column.feature.name().bytes();
                hash_of(number.to_le_bytes().into_iter().chain(name)).is_multiple_of(ONE_IN)
            })
            .collect();
        let growing = Growing { columns: &looked_at, pulls: &pulls, how };
        let total = growing.total(&all);
        let root = growing.best_value(total);
        let mut ends = Vec::new();
        let Some(tree) = growing.grow(&all, (total, root), how.questions, &mut ends) else { continue };
        intercept += rounded(how.rate * root);
        for (value, rows) in ends {
            for row in rows {
                if let Some(odds) = odds.get_mut(row as usize) {
                    *odds += how.rate * value;
                }
            }
        }
        trees.push(tree);
    }
    (intercept, trees)
}

/// The values of a comparison, each by the number of cuts that it reaches.
struct Column {
    feature: Feature,
    cuts: Vec<f64>,
    places: Vec<u8>,
}

impl Column {
    /// `None` for a comparison that never varies.
    fn of(feature: Feature, rows: &[Row<'_>]) -> Option<Self> {
        let mut cuts: Vec<f64> = Vec::with_capacity(2 * CUTS);
        for positive in [false, true] {
            let of_kind = rows.iter().filter(|row| row.positive == positive);
            let mut values: Vec<f64> = of_kind.map(|row| row.values.get(feature)).collect();
            values.sort_by(f64::total_cmp);
            let mut different = values.clone();
            different.dedup();
            // between values where they are few, at the quantiles of each kind of pair where they are many
            if different.len() <= CUTS {
                cuts.extend(different.windows(2).map(|pair| rounded(pair.iter().sum::<f64>() / 2.0)));
            } else {
                let at = |n: usize| values.get(n * values.len() / (CUTS + 1)).copied();
                cuts.extend((1..=CUTS).filter_map(at).map(rounded));
            }
        }
        cuts.sort_by(f64::total_cmp);
        cuts.dedup();
        let place = |row: &Row<'_>| cuts.partition_point(|cut| *cut <= row.values.get(feature)) as u8;
        let places: Vec<u8> = rows.iter().map(place).collect();
        let first = places.first()?;
        places.iter().any(|place| place != first).then_some(Self { feature, cuts, places })
    }
}

/// How pairs pull at the log odds.
#[derive(Debug, Clone, Copy, Default)]
struct Pull {
    gradient: f64,
    curvature: f64,
    weight: f64,
}

impl Pull {
    fn plus(self, other: Self) -> Self {
        Self {
            gradient: self.gradient + other.gradient,
            curvature: self.curvature + other.curvature,
            weight: self.weight + other.weight,
        }
    }

    fn minus(self, other: Self) -> Self {
        self.plus(Self { gradient: -other.gradient, curvature: -other.curvature, weight: -other.weight })
    }
}

/// A question and what it tells.
#[derive(Clone, Copy)]
struct Question<'a> {
    gain: f64,
    column: &'a Column,
    cut: usize,
    below: (Pull, f64),
    above: (Pull, f64),
}

struct Growing<'a> {
    columns: &'a [&'a Column],
    pulls: &'a [Pull],
    how: Boosting,
}

impl<'a> Growing<'a> {
    fn total(&self, rows: &[u32]) -> Pull {
        let pulls = rows.iter().filter_map(|row| self.pulls.get(*row as usize));
        pulls.fold(Pull::default(), |sum, pull| sum.plus(*pull))
    }

    /// The best addition for pairs that pull so.
    fn best_value(&self, pull: Pull) -> f64 {
        pull.gradient / (pull.curvature + self.how.penalty)
    }

    /// How much an addition gains, twice the fall of the penalised loss.
    fn gain(&self, pull: Pull, value: f64) -> f64 {
        2.0 * pull.gradient * value - (pull.curvature + self.how.penalty) * value * value
    }

    /// The tree over some rows that pull so and whose log odds move by `value` so far; `None` where no question tells
    /// anything. What reaches each end is written to `ends`.
    fn grow(
        &self,
        rows: &[u32],
        (pull, value): (Pull, f64),
        questions: usize,
        ends: &mut Vec<(f64, Vec<u32>)>,
    ) -> Option<Tree> {
        let best = (questions > 0).then(|| self.best_question(rows, (pull, value))).flatten();
        let Some(Question { column, cut, below, above, .. }) = best else {
            ends.push((value, rows.to_vec()));
            return None;
        };
        let is_above =
            |row: &u32| column.places.get(*row as usize).is_some_and(|place| usize::from(*place) > cut);
        let (rows_above, rows_below): (Vec<u32>, Vec<u32>) = rows.iter().partition(|row| is_above(row));
        let mut branch = |rows: &[u32], (pull, reached): (Pull, f64)| Branch {
            adds: rounded(self.how.rate * (reached - value)),
            then: self.grow(rows, (pull, reached), questions - 1, ends).map(Box::new),
        };
        let (below, above) = (branch(&rows_below, below), branch(&rows_above, above));
        let from = column.cuts.get(cut).copied().unwrap_or_default();
        Some(Tree { feature: column.feature, from, below, above })
    }

    /// The question that gains most; of equals the first.
    fn best_question(&self, rows: &[u32], (pull, value): (Pull, f64)) -> Option<Question<'a>> {
        let best_of = |column: &&'a Column| -> Option<Question<'a>> {
            let mut sums = vec![Pull::default(); column.cuts.len() + 1];
            for row in rows {
                if let (Some(place), Some(pull)) =
                    (column.places.get(*row as usize), self.pulls.get(*row as usize))
                    && let Some(sum) = sums.get_mut(usize::from(*place))
                {
                    *sum = sum.plus(*pull);
                }
            }
            let mut best: Option<Question<'a>> = None;
            let mut below = Pull::default();
            for (cut, sum) in sums.iter().take(column.cuts.len()).enumerate() {
                below = below.plus(*sum);
                let above = pull.minus(below);
                if below.weight < LEAST_PAIRS || above.weight < LEAST_PAIRS {
                    continue;
                }
                let (low, high) = (self.best_value(below), self.best_value(above));
                let gain = self.gain(below, low) + self.gain(above, high) - self.gain(pull, value);
                if gain > best.map_or(0.0, |best| best.gain) {
                    best = Some(Question { gain, column, cut, below: (below, low), above: (above, high) });
                }
            }
            best
        };
        let found: Vec<Option<Question<'a>>> = self.columns.par_iter().map(best_of).collect();
        found.into_iter().flatten().fold(None, |best: Option<Question<'a>>, question| match best {
            Some(best) if best.gain >= question.gain => Some(best),
            _ => Some(question),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feature::FeatureValues;
    use proptest::prelude::*;

    const HOW: Boosting = Boosting { trees: 60, questions: 2, rate: 0.3, penalty: 1.0 };

    fn values(title: f64, elsewhere: f64) -> FeatureValues {
        let mut values = FeatureValues::zero();
        values.set(Feature::TitleWords, title);
        values.set(Feature::SameMinistry, elsewhere);
        values
    }

    fn rows<'a>(values: &'a [FeatureValues], positive: impl Fn(&FeatureValues) -> bool) -> Vec<Row<'a>> {
        let row =
            |values: &'a FeatureValues| Row { values, positive: positive(values), weight: 1.0, offset: 0.0 };
        values.iter().map(row).collect()
    }

    fn added(intercept: f64, trees: &[Tree], values: &FeatureValues) -> f64 {
        intercept
            + trees.iter().flat_map(|tree| tree.path(|f| values.get(f))).map(|(_, adds)| adds).sum::<f64>()
    }

    #[test]
    fn finds_what_two_comparisons_say_together() {
        let pairs: Vec<FeatureValues> =
            (0..400).map(|n| values(f64::from(n % 2), f64::from(n / 2 % 2))).collect();
        let both = |values: &FeatureValues| {
            values.get(Feature::TitleWords) > 0.5 && values.get(Feature::SameMinistry) > 0.5
        };
        let (intercept, trees) = boost(&rows(&pairs, both), HOW);
        assert!(added(intercept, &trees, &values(1.0, 1.0)) > 1.0);
        for (title, ministry) in [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0)] {
            assert!(added(intercept, &trees, &values(title, ministry)) < -1.0);
        }
    }

    #[test]
    fn no_rows_and_rows_of_one_kind_grow_nothing() {
        assert_eq!(boost(&[], HOW), (0.0, Vec::new()));
        let pairs: Vec<FeatureValues> = (0..100).map(|_| values(1.0, 0.0)).collect();
        assert_eq!(boost(&rows(&pairs, |_| true), HOW).1, Vec::new());
    }

    proptest! {
        #[test]
        fn what_is_added_brings_the_loss_down_and_the_same_rows_give_the_same_trees(
            drawn in proptest::collection::vec((0.0f64..1.0, 0u8..2, any::<bool>(), -3.0f64..3.0), 60..200),
        ) {
            let pairs: Vec<FeatureValues> =
                drawn.iter().map(|(title, ministry, ..)| values(*title, f64::from(*ministry))).collect();
            let rows: Vec<Row<'_>> = pairs
                .iter()
                .zip(&drawn)
                .map(|(values, (.., positive, offset))| Row { values, positive: *positive, weight: 1.0, offset: *offset })
                .collect();
            let (intercept, trees) = boost(&rows, HOW);
            let loss = |added: &dyn Fn(&FeatureValues) -> f64| -> f64 {
                let loss_of = |row: &Row<'_>| {
                    let odds = row.offset + added(row.values);
                    -logistic(if row.positive { odds } else { -odds }).ln()
                };
                rows.iter().map(loss_of).sum()
            };
            prop_assert!(loss(&|values| added(intercept, &trees, values)) <= loss(&|_| 0.0) + 1e-3);
            prop_assert_eq!(boost(&rows, HOW), (intercept, trees));
        }
    }
}
