//! Candidates for a check: every project that any leg finds near a draft, by exact scan.

use std::collections::HashMap;

use rayon::prelude::*;
use serde::Serialize;
use thiap_domain::{Project, ProjectCode};

use crate::error::IndexError;
use crate::lexical::{Bm25Parameters, Leg, SearchField, Terms};
use crate::snapshot::Snapshot;
use crate::vector::{FieldRows, NO_ROW, ProjectVectors, QuantisedVector, VectorField};

/// What the legs say about a draft and a project.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct CandidateLegs {
    /// BM25 of the draft's words.
    pub words: f64,
    /// BM25 of the draft's cluster n-grams.
    pub clusters: f64,
    /// BM25 of the words of the draft's title.
    pub title_words: f64,
    /// BM25 of the cluster n-grams of the draft's title.
    pub title_clusters: f64,
    /// Best cosine of the draft's title with any vector of the project.
    pub cosine_title: Option<f64>,
    /// Best cosine of the draft's work with any vector of the project.
    pub cosine_work: Option<f64>,
    /// Best cosine of the draft's whole text with any vector of the project.
    pub cosine_whole: Option<f64>,
}

/// A project to compare with a draft.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    /// Its code.
    pub project_code: ProjectCode,
    /// What each leg measured.
    pub legs: CandidateLegs,
    /// Sum over the legs of 1 / ([`RRF_K`] + rank): reciprocal rank fusion.
    pub score: f64,
}

/// The constant of reciprocal rank fusion, after Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms
/// Condorcet and individual rank learning methods" (SIGIR 2009).
pub const RRF_K: f64 = 60.0;

/// Distinct terms of a draft that are looked up: the rarest ones.
const MOST_TERMS: usize = 512;
/// An n-gram that a larger share of the projects holds tells no work from another, and reading them all takes time.
const COMMON_SHARE: f64 = 0.1;
/// In a small collection that share is a few projects: so many may hold any n-gram.
const LEAST_COMMON: u64 = 1_000;
/// Projects that each leg names at least: what lies further down adds next to nothing to a fused score.
const RANKED: usize = 1_000;
/// Projects that are worth a task of their own.
const PROJECTS_AT_A_TIME: usize = 8_192;

impl Snapshot {
    pub(crate) fn candidates(
        &self,
        draft: &Project,
        vectors: &ProjectVectors,
        limit: usize,
    ) -> Result<Vec<Candidate>, IndexError> {
        let (mut title, mut all) = (Terms::of(&draft.title), Terms::default());
        for field in SearchField::ALL.into_iter().filter(|field| *field != SearchField::Plan) {
            for text in field.texts(draft) {
                let terms = Terms::of(text);
                all.words.extend(terms.words);
                all.ngrams.extend(terms.ngrams);
            }
        }
        let words = |terms: &mut Terms| terms.words.drain(..).map(|word| word.term).collect::<Vec<_>>();
        let by_terms = [
            (Leg::Words, words(&mut all)),
            (Leg::Clusters, all.ngrams),
            (Leg::Words, words(&mut title)),
            (Leg::Clusters, title.ngrams),
        ];
        let mut legs: Vec<Scores> = by_terms
            .into_par_iter()
            .map(|(leg, terms)| self.bm25(leg, terms))
            .collect::<Result<_, IndexError>>()?;
        legs.extend(self.best_cosines(vectors)?);
        let most = RANKED.max(limit).min(self.lexical.documents.len());
        let best: Vec<Vec<u32>> = legs.par_iter().map(|leg| leg.best(most)).collect();
        let mut fused: HashMap<u32, f64> = HashMap::new();
        for leg in best {
            for (rank, ordinal) in (1u32..).zip(leg) {
                *fused.entry(ordinal).or_default() += 1.0 / (RRF_K + f64::from(rank));
            }
        }
        let mut ranked: Vec<(f64, u32)> =
            fused.into_iter().map(|(ordinal, score)| (score, ordinal)).collect();
        ranked.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        ranked.truncate(limit);
        let leg_of =
            |leg: usize, ordinal: u32| legs.get(leg).and_then(|scores| scores.of(ordinal)).map(f64::from);
        Ok(ranked
            .into_iter()
            .filter_map(|(score, ordinal)| {
                Some(Candidate {
                    project_code: self.lexical.documents.code(ordinal)?.clone(),
                    legs: CandidateLegs {
                        words: leg_of(0, ordinal).unwrap_or(0.0),
                        clusters: leg_of(1, ordinal).unwrap_or(0.0),
                        title_words: leg_of(2, ordinal).unwrap_or(0.0),
                        title_clusters: leg_of(3, ordinal).unwrap_or(0.0),
                        cosine_title: leg_of(4, ordinal),
                        cosine_work: leg_of(5, ordinal),
                        cosine_whole: leg_of(6, ordinal),
                    },
                    score,
                })
            })
            .collect())
    }

    /// BM25 of the terms; none for a project that holds none of them.
    fn bm25(&self, leg: Leg, mut terms: Vec<String>) -> Result<Scores, IndexError> {
        let parameters = Bm25Parameters::DEFAULT;
        let count = self.lexical.documents.len();
        terms.sort_unstable();
        terms.dedup();
        let most = match leg {
            Leg::Words => u64::MAX,
            Leg::Clusters => ((count as f64 * COMMON_SHARE) as u64).max(LEAST_COMMON),
        };
        let mut rarest = Vec::with_capacity(terms.len());
        for term in terms {
            let frequency = self.lexical.rough_frequency(leg, &term)?;
            if (1..=most).contains(&frequency) {
                rarest.push((frequency, term));
            }
        }
        rarest.sort_unstable();
        rarest.truncate(MOST_TERMS);
        let mut found = Vec::with_capacity(rarest.len());
        for (_, term) in rarest {
            let matches = self.lexical.matches(leg, &term, &parameters)?;
            found.push((matches.inverse_document_frequency(count), matches));
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut scores = Scores::none(count);
        for (rarity, matches) in found {
            for (ordinal, frequency) in matches.entries {
                let frequency = f64::from(frequency);
                scores.add(ordinal, (rarity * frequency / (parameters.k1 + frequency)) as f32);
            }
        }
        Ok(scores)
    }

    /// For each vector of the draft, the best cosine over the vectors of each project; nothing for a vector that the draft
    /// has not.
    fn best_cosines(&self, vectors: &ProjectVectors) -> Result<Vec<Scores>, IndexError> {
        let count = self.lexical.documents.len();
        let queries = VectorField::ALL
            .into_iter()
            .map(|field| vectors.get(field).map(|vector| self.quantised(vector)).transpose())
            .collect::<Result<Vec<_>, _>>()?;
        let cosines = self.vectors.scan(&queries.iter().flatten().collect::<Vec<_>>());
        let mut scanned = 0..;
        let best = |query: usize| {
            let of_rows = |rows: &FieldRows| {
                let rows = rows.iter().filter(|row| **row != NO_ROW);
                rows.filter_map(|row| cosines.get(*row, query)).reduce(f32::max).unwrap_or(Scores::NONE)
            };
            Scores(self.rows.of_document.par_iter().with_min_len(PROJECTS_AT_A_TIME).map(of_rows).collect())
        };
        let leg = |query: &Option<QuantisedVector>| match query.as_ref().and_then(|_| scanned.next()) {
            Some(number) => best(number),
            None => Scores::none(count),
        };
        Ok(queries.iter().map(leg).collect())
    }
}

/// What a leg says of each project, by ordinal.
struct Scores(Vec<f32>);

impl Scores {
    /// Stands for a project of which the leg says nothing.
    const NONE: f32 = f32::NEG_INFINITY;

    fn none(projects: usize) -> Self {
        Self(vec![Self::NONE; projects])
    }

    fn of(&self, ordinal: u32) -> Option<f32> {
        self.0.get(ordinal as usize).copied().filter(|score| *score != Self::NONE)
    }

    fn add(&mut self, ordinal: u32, score: f32) {
        if let Some(sum) = self.0.get_mut(ordinal as usize) {
            *sum = if *sum == Self::NONE { score } else { *sum + score };
        }
    }

    /// The ordinals of the `most` best projects, best first; equal ones in the order of ordinals.
    fn best(&self, most: usize) -> Vec<u32> {
        let mut kept: Vec<(f32, u32)> = Vec::with_capacity(2 * most);
        let by_score = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1));
        let mut least = Self::NONE;
        for (&score, ordinal) in self.0.iter().zip(0u32..) {
            if score > least {
                kept.push((score, ordinal));
                if kept.len() >= 2 * most.max(1) {
                    // of equal scores the earlier ordinal is kept, so whatever comes later has to be better
                    kept.select_nth_unstable_by(most.saturating_sub(1), by_score);
                    kept.truncate(most);
                    least = kept.iter().map(|(score, _)| *score).fold(f32::INFINITY, f32::min);
                }
            }
        }
        kept.sort_unstable_by(by_score);
        kept.truncate(most);
        kept.into_iter().map(|(_, ordinal)| ordinal).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_best_are_those_that_sorting_puts_first(
            scores in proptest::collection::vec(prop_oneof![Just(Scores::NONE), (0u8..20).prop_map(f32::from)], 0..200),
            most in 1usize..30,
        ) {
            let mut sorted: Vec<(f32, u32)> =
                scores.iter().copied().zip(0u32..).filter(|(score, _)| *score != Scores::NONE).collect();
            sorted.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
            let expected: Vec<u32> = sorted.into_iter().take(most).map(|(_, ordinal)| ordinal).collect();
            prop_assert_eq!(Scores(scores).best(most), expected);
        }
    }
}
