//! Measures of ranked lists, as in TREC.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

/// Graded judgements of one query: grade by document, 0 for judged irrelevant. What is not judged counts as 0.
pub type Grades<'a> = HashMap<&'a str, u8>;

/// Normalised discounted cumulative gain of the first `depth` documents, with gain 2^grade - 1 and discount
/// log2(rank + 1) (Burges et al. 2005). 1 for the ideal order; 0 when nothing relevant is found.
/// A query without relevant documents gives `None`.
#[must_use]
pub fn ndcg_at(depth: usize, ranked: &[&str], grades: &Grades) -> Option<f64> {
    let gain = |grade: u8| f64::from(2u32.pow(u32::from(grade.min(30))) - 1);
    let discounted = |grades: &mut dyn Iterator<Item = u8>| -> f64 {
        grades.take(depth).enumerate().map(|(index, grade)| gain(grade) / (index as f64 + 2.0).log2()).sum()
    };
    let mut ideal: Vec<u8> = grades.values().copied().collect();
    ideal.sort_unstable_by(|a, b| b.cmp(a));
    let best = discounted(&mut ideal.into_iter());
    let mut seen = HashSet::new();
    let mut found =
        ranked.iter().map(|code| if seen.insert(*code) { grades.get(code).copied().unwrap_or(0) } else { 0 });
    (best > 0.0).then(|| discounted(&mut found) / best)
}

/// Share of the documents of grade `least` or above that are among the first `depth`, out of as many as can be there
/// (capped recall, as in BEIR: a query with 200 relevant documents can reach 1 at depth 50); `None` when there are none.
#[must_use]
pub fn recall_at(depth: usize, ranked: &[&str], grades: &Grades, least: u8) -> Option<f64> {
    let relevant = grades.values().filter(|grade| **grade >= least).count();
    let first: HashSet<_> = ranked.iter().take(depth).collect();
    let found =
        first.iter().filter(|code| grades.get(**code as &str).is_some_and(|grade| *grade >= least)).count();
    (relevant > 0 && depth > 0).then(|| found as f64 / relevant.min(depth) as f64)
}

/// Share of the first `depth` documents that have grade `least` or above; a list that is shorter counts as filled up
/// with irrelevant documents.
#[must_use]
pub fn precision_at(depth: usize, ranked: &[&str], grades: &Grades, least: u8) -> f64 {
    let first: HashSet<_> = ranked.iter().take(depth).collect();
    let found =
        first.iter().filter(|code| grades.get(**code as &str).is_some_and(|grade| *grade >= least)).count();
    found as f64 / depth.max(1) as f64
}

/// 1 / rank of the first document of grade `least` or above; 0 when none is ranked.
#[must_use]
pub fn reciprocal_rank(ranked: &[&str], grades: &Grades, least: u8) -> f64 {
    ranked
        .iter()
        .position(|code| grades.get(code).is_some_and(|grade| *grade >= least))
        .map_or(0.0, |index| 1.0 / (index as f64 + 1.0))
}

/// Means over queries. A query without relevant documents counts in `answered_nothing` only.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct RankingMeasures {
    /// Queries with relevant documents.
    pub queries: usize,
    /// Mean nDCG of the first ten.
    pub ndcg_at_10: f64,
    /// Mean capped recall of the first fifty, over documents of grade 2 and above (of grade 1 where a query has no better).
    pub recall_at_50: f64,
    /// Mean reciprocal rank of the first of these documents.
    pub mrr: f64,
    /// Queries without relevant documents.
    pub queries_without_answer: usize,
    /// Of these, the ones for which the system rightly returned nothing.
    pub answered_nothing: usize,
}

impl RankingMeasures {
    /// The means over (ranked list, grades) of each query.
    #[must_use]
    pub fn of<'a>(queries: impl IntoIterator<Item = (&'a [&'a str], &'a Grades<'a>)>) -> Self {
        let mut sums = Self::default();
        for (ranked, grades) in queries {
            // marginal documents (grade 1) are often too many to be wanted
            let least = grades.values().copied().max().unwrap_or(0).clamp(1, 2);
            match (ndcg_at(10, ranked, grades), recall_at(50, ranked, grades, least)) {
                (Some(ndcg), Some(recall)) => {
                    sums.queries += 1;
                    sums.ndcg_at_10 += ndcg;
                    sums.recall_at_50 += recall;
                    sums.mrr += reciprocal_rank(ranked, grades, least);
                }
                _ => {
                    sums.queries_without_answer += 1;
                    sums.answered_nothing += usize::from(ranked.is_empty());
                }
            }
        }
        let queries = sums.queries.max(1) as f64;
        sums.ndcg_at_10 /= queries;
        sums.recall_at_50 /= queries;
        sums.mrr /= queries;
        sums
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn grades() -> Grades<'static> {
        Grades::from([("a", 3), ("b", 1), ("c", 0), ("d", 2)])
    }

    #[test]
    fn ndcg_agrees_with_a_hand_computed_list() {
        // gains 7, 0, 1 at ranks 1, 2, 3 against the ideal 7, 3, 1
        let ideal = 7.0 + 3.0 / 3f64.log2() + 1.0 / 2.0;
        let found = 7.0 + 1.0 / 2.0;
        let value = ndcg_at(10, &["a", "x", "b"], &grades()).unwrap();
        assert!((value - found / ideal).abs() < 1e-12);
        assert_eq!(ndcg_at(10, &["a"], &Grades::from([("c", 0)])), None);
    }

    #[test]
    fn a_document_ranked_twice_counts_once() {
        let twice = ndcg_at(10, &["a", "a", "a"], &grades()).unwrap();
        assert_eq!(twice, ndcg_at(10, &["a"], &grades()).unwrap());
        assert_eq!(recall_at(10, &["a", "a"], &grades(), 1), Some(1.0 / 3.0));
    }

    #[test]
    fn nothing_is_the_right_answer_to_a_query_without_answers() {
        let none = Grades::new();
        let all = grades();
        let measures = RankingMeasures::of([(&[][..], &none), (&["a", "d", "b"][..], &all)]);
        assert_eq!((measures.queries, measures.queries_without_answer, measures.answered_nothing), (1, 1, 1));
        assert!((measures.ndcg_at_10 - 1.0).abs() < 1e-12 && measures.mrr == 1.0);
    }

    proptest! {
        #[test]
        fn every_measure_lies_between_none_and_all(
            ranked in prop::collection::vec("[a-f]", 0..12),
            judged in prop::collection::hash_map("[a-f]", 0u8..4, 0..6),
        ) {
            let ranked: Vec<&str> = ranked.iter().map(String::as_str).collect();
            let grades: Grades = judged.iter().map(|(code, grade)| (code.as_str(), *grade)).collect();
            for value in [ndcg_at(10, &ranked, &grades), recall_at(5, &ranked, &grades, 1)].into_iter().flatten() {
                prop_assert!((0.0..=1.0 + 1e-12).contains(&value));
            }
            prop_assert!((0.0..=1.0).contains(&precision_at(5, &ranked, &grades, 1)));
        }
    }
}
