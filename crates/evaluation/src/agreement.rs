//! How far people who judged the same things agree.

use std::collections::BTreeMap;

/// Krippendorff's alpha for nominal labels: 1 when all labels of each item agree, 0 when they agree as by chance, below 0 when they
/// disagree more than that. Each item carries the labels that it got, one from each reader who judged it; items with fewer than
/// two labels say nothing and are passed over. `None` when nothing can be compared, or when only one label was ever given: without
/// variation, chance and agreement cannot be told apart.
///
/// K. Krippendorff, *Computing Krippendorff's Alpha-Reliability*, University of Pennsylvania, 2011, sections B and C;
/// A. F. Hayes and K. Krippendorff, *Answering the call for a standard reliability measure for coding data*, Communication Methods
/// and Measures 1 (2007), 77-89.
#[must_use]
pub fn krippendorff_alpha<L: Ord>(items: &[Vec<L>]) -> Option<f64> {
    let mut totals: BTreeMap<&L, f64> = BTreeMap::new();
    let (mut values, mut observed) = (0.0, 0.0);
    for labels in items.iter().filter(|labels| labels.len() > 1) {
        let size = labels.len() as f64;
        let counts = counts(labels);
        for (label, count) in &counts {
            *totals.entry(label).or_default() += count;
            // pairs of this label with each other label of the item, weighed so that every label counts once
            observed += count * (size - count) / (size - 1.0);
        }
        values += size;
    }
    let expected: f64 = totals.values().map(|count| count * (values - count)).sum();
    (expected > 0.0).then(|| 1.0 - (values - 1.0) * observed / expected)
}

/// Share of the pairs of labels of the same item that are equal; `None` when no item has two.
#[must_use]
pub fn agreeing_share<L: Ord>(items: &[Vec<L>]) -> Option<f64> {
    let pairs_of = |count: f64| count * (count - 1.0) / 2.0;
    let (mut agreeing, mut pairs) = (0.0, 0.0);
    for labels in items {
        pairs += pairs_of(labels.len() as f64);
        agreeing += counts(labels).values().copied().map(pairs_of).sum::<f64>();
    }
    (pairs > 0.0).then(|| agreeing / pairs)
}

/// Cohen's kappa of two readers over the items that both judged, each item with the label of the one and of the other. `None` when
/// there are no items, or when both gave one and the same label throughout.
///
/// J. Cohen, *A coefficient of agreement for nominal scales*, Educational and Psychological Measurement 20 (1960), 37-46.
#[must_use]
pub fn cohen_kappa<L: Ord>(items: &[(L, L)]) -> Option<f64> {
    let size = items.len() as f64;
    let mut totals: BTreeMap<&L, (f64, f64)> = BTreeMap::new();
    for (one, other) in items {
        totals.entry(one).or_default().0 += 1.0;
        totals.entry(other).or_default().1 += 1.0;
    }
    let agreeing = items.iter().filter(|(one, other)| one == other).count() as f64;
    let by_chance: f64 = totals.values().map(|(one, other)| one * other).sum::<f64>() / size;
    (by_chance < size).then(|| (agreeing - by_chance) / (size - by_chance))
}

fn counts<L: Ord>(labels: &[L]) -> BTreeMap<&L, f64> {
    let mut counts = BTreeMap::new();
    for label in labels {
        *counts.entry(label).or_default() += 1.0;
    }
    counts
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn close(value: Option<f64>, expected: f64) {
        assert!(value.is_some_and(|value| (value - expected).abs() < 5e-4), "{value:?}, not {expected}");
    }

    #[test]
    fn alpha_gives_the_published_values() {
        // Krippendorff 2011, section A: two observers, ten items, two labels
        let one = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0];
        let other = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0];
        let items: Vec<Vec<u8>> = one.into_iter().zip(other).map(|(a, b)| vec![a, b]).collect();
        close(krippendorff_alpha(&items), 0.095);
        close(agreeing_share(&items), 0.6);
        // section C: four observers, twelve items, five labels, missing ones
        let items = [
            vec![1, 1, 1],
            vec![2, 2, 3, 2],
            vec![3, 3, 3, 3],
            vec![3, 3, 3, 3],
            vec![2, 2, 2, 2],
            vec![1, 2, 3, 4],
            vec![4, 4, 4, 4],
            vec![1, 1, 2, 1],
            vec![2, 2, 2, 2],
            vec![5, 5, 5],
            vec![1, 1],
            vec![3],
        ];
        close(krippendorff_alpha(&items), 0.743);
    }

    #[test]
    fn kappa_gives_the_value_of_a_table_worked_by_hand() {
        let cells = [((1, 1), 20), ((1, 0), 5), ((0, 1), 10), ((0, 0), 15)];
        let items: Vec<(u8, u8)> =
            cells.into_iter().flat_map(|(pair, count)| std::iter::repeat_n(pair, count)).collect();
        // observed 35 of 50, by chance 25 of 50
        close(cohen_kappa(&items), 0.4);
    }

    #[test]
    fn what_cannot_be_told_is_not_a_number() {
        assert_eq!(krippendorff_alpha::<u8>(&[]), None);
        assert_eq!(krippendorff_alpha(&[vec![1], vec![2]]), None);
        assert_eq!(krippendorff_alpha(&[vec![1, 1], vec![1, 1]]), None);
        assert_eq!(agreeing_share(&[vec![1], vec![]]), None);
        assert_eq!(agreeing_share(&[vec![1, 1]]), Some(1.0));
        assert_eq!(cohen_kappa::<u8>(&[]), None);
        assert_eq!(cohen_kappa(&[(1, 1), (1, 1)]), None);
        assert_eq!(cohen_kappa(&[(1, 2), (1, 2)]), Some(0.0));
    }

    proptest! {
        #[test]
        fn measures_stay_in_their_range_and_know_no_order(items in vec(vec(0u8..4, 0..5), 0..12)) {
            let mut turned = items.clone();
            turned.reverse();
            turned.iter_mut().for_each(|labels| labels.reverse());
            let (alpha, again) = (krippendorff_alpha(&items), krippendorff_alpha(&turned));
            prop_assert_eq!(alpha.is_some(), again.is_some());
            if let (Some(alpha), Some(again)) = (alpha, again) {
                prop_assert!(alpha <= 1.0 + 1e-12 && (alpha - again).abs() < 1e-9);
                let agrees = items.iter().all(|labels| labels.windows(2).all(|pair| pair[0] == pair[1]));
                prop_assert_eq!(agrees, alpha > 1.0 - 1e-9);
            }
            if let Some(share) = agreeing_share(&items) {
                prop_assert!((0.0..=1.0).contains(&share));
            }
        }

        #[test]
        fn names_of_labels_do_not_matter(items in vec(vec(0u8..4, 2..5), 1..12)) {
            let renamed: Vec<Vec<u8>> =
                items.iter().map(|labels| labels.iter().map(|label| 9 - label).collect()).collect();
            let (one, other) = (krippendorff_alpha(&items), krippendorff_alpha(&renamed));
            prop_assert_eq!(one.is_some(), other.is_some());
            prop_assert!((one.unwrap_or(0.0) - other.unwrap_or(0.0)).abs() < 1e-9);
        }

        #[test]
        fn kappa_is_the_same_from_both_sides(items in vec((0u8..3, 0u8..3), 0..20)) {
            let turned: Vec<(u8, u8)> = items.iter().map(|(one, other)| (*other, *one)).collect();
            let (one, other) = (cohen_kappa(&items), cohen_kappa(&turned));
            prop_assert_eq!(one.is_some(), other.is_some());
            if let (Some(one), Some(other)) = (one, other) {
                prop_assert!((-1.0 - 1e-9..=1.0 + 1e-9).contains(&one) && (one - other).abs() < 1e-9);
            }
        }
    }
}
