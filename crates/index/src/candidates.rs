//! Candidates for a check: every project that any leg finds near a draft, by exact scan.

use serde::Serialize;
use thiap_domain::{Project, ProjectCode};

use crate::error::IndexError;
use crate::lexical::{Bm25Parameters, Leg, SearchField, Terms};
use crate::snapshot::Snapshot;
use crate::vector::{NO_ROW, ProjectVectors, VectorField};

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

impl Snapshot {
    pub(crate) fn candidates(
        &self,
        draft: &Project,
        vectors: &ProjectVectors,
        limit: usize,
    ) -> Result<Vec<Candidate>, IndexError> {
        let count = self.lexical.documents.len();
        let (mut title, mut all) = (Terms::of(&draft.title), Terms::default());
        for field in SearchField::ALL.into_iter().filter(|field| *field != SearchField::Plan) {
            for text in field.texts(draft) {
                let terms = Terms::of(text);
                all.words.extend(terms.words);
                all.ngrams.extend(terms.ngrams);
            }
        }
        let words = |terms: &mut Terms| terms.words.drain(..).map(|word| word.term).collect::<Vec<_>>();
        let mut legs: Vec<Vec<Option<f64>>> = vec![
            self.bm25(Leg::Words, words(&mut all))?,
            self.bm25(Leg::Clusters, all.ngrams)?,
            self.bm25(Leg::Words, words(&mut title))?,
            self.bm25(Leg::Clusters, title.ngrams)?,
        ];
        for field in VectorField::ALL {
            let cosines = match vectors.get(field) {
                Some(vector) => self.best_cosines(&self.vectors.scan(&self.quantised(vector)?)),
                None => vec![None; count],
            };
            legs.push(cosines);
        }
        let mut scores = vec![0.0f64; count];
        for leg in &legs {
            let mut ranked: Vec<(f64, usize)> = leg
                .iter()
                .enumerate()
                .filter_map(|(ordinal, score)| score.map(|score| (score, ordinal)))
                .collect();
            ranked.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
            for (rank, (_, ordinal)) in (1u32..).zip(ranked) {
                if let Some(score) = scores.get_mut(ordinal) {
                    *score += 1.0 / (RRF_K + f64::from(rank));
                }
            }
        }
        let mut ranked: Vec<(f64, u32)> =
            scores.into_iter().zip(0u32..).filter(|(score, _)| *score > 0.0).collect();
        ranked.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        ranked.truncate(limit);
        let leg_of = |leg: usize, ordinal: u32| {
            legs.get(leg).and_then(|scores| scores.get(ordinal as usize).copied().flatten())
        };
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

    /// BM25 of the terms by ordinal; `None` for a project that holds none of them.
    fn bm25(&self, leg: Leg, mut terms: Vec<String>) -> Result<Vec<Option<f64>>, IndexError> {
        let parameters = Bm25Parameters::DEFAULT;
        let count = self.lexical.documents.len();
        terms.sort_unstable();
        terms.dedup();
        let mut found = Vec::with_capacity(terms.len());
        for term in terms {
            let matches = self.lexical.matches(leg, &term, &parameters)?;
            if !matches.entries.is_empty() {
                found.push((matches.inverse_document_frequency(count), matches));
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        found.truncate(MOST_TERMS);
        let mut scores = vec![None; count];
        for (rarity, matches) in found {
            for (ordinal, frequency) in matches.entries {
                let frequency = f64::from(frequency);
                if let Some(score) = scores.get_mut(ordinal as usize) {
                    *score = Some(score.unwrap_or(0.0) + rarity * frequency / (parameters.k1 + frequency));
                }
            }
        }
        Ok(scores)
    }

    /// By ordinal, the best cosine over the vectors of a project.
    fn best_cosines(&self, cosines: &[f32]) -> Vec<Option<f64>> {
        self.rows
            .of_document
            .iter()
            .map(|rows| {
                rows.iter()
                    .filter(|row| **row != NO_ROW)
                    .filter_map(|&row| cosines.get(row as usize))
                    .map(|&cosine| f64::from(cosine))
                    .reduce(f64::max)
            })
            .collect()
    }
}
