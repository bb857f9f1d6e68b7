//! How the legs of a search become one score.
//!
//! Every leg is brought to a scale of its own that depends on the query and the collection alone, never on which projects
//! happen to match, and the score is their weighted sum: whoever has the legs of a hit and the parameters of the response
//! can compute the score again, to the last digit.

use serde::{Deserialize, Serialize};

/// What each leg says about a hit, as it was measured.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Legs {
    /// BM25 over words.
    pub words: f64,
    /// BM25 over cluster n-grams.
    pub clusters: f64,
    /// Share of the query's words, weighted by rarity, that the project holds, 0 to 1.
    pub words_covered: f64,
    /// Share of the query's cluster n-grams, weighted by rarity, that the project holds, 0 to 1.
    pub clusters_covered: f64,
    /// Cosine of the query with the title; `None` without a vector.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cosine_title: Option<f64>,
    /// Cosine of the query with objectives, activities and outputs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cosine_work: Option<f64>,
    /// Cosine of the query with the whole text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cosine_whole: Option<f64>,
    /// Share of the kinds of constraints in the query that the project fulfils, 0 to 1; 0 when there are none.
    pub fulfilled: f64,
    /// Share of the kinds of constraints in the query that the project contradicts, 0 to 1.
    pub contradicted: f64,
}

impl Legs {
    /// The highest of the cosines.
    #[must_use]
    pub fn best_cosine(&self) -> Option<f64> {
        [self.cosine_title, self.cosine_work, self.cosine_whole].into_iter().flatten().reduce(f64::max)
    }
}

/// How much each leg counts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FusionWeights {
    /// Of the words.
    pub words: f64,
    /// Of the clusters.
    pub clusters: f64,
    /// Of the cosine.
    pub cosine: f64,
    /// Of the constraints that are fulfilled.
    pub fulfilled: f64,
    /// Taken off for the constraints that are contradicted.
    pub contradicted: f64,
    /// Share of the title in the cosine; the rest is the best of all fields.
    pub title_share: f64,
}

/// Everything beside the legs that the score of a hit depends on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FusionParameters {
    /// How much each leg counts.
    pub weights: FusionWeights,
    /// The highest BM25 that the query's words could reach; 0 when the query has none.
    pub words_scale: f64,
    /// The highest BM25 that the query's clusters could reach; 0 when the query has none.
    pub clusters_scale: f64,
    /// Mean cosine of the query with a fixed sample of the collection.
    pub cosine_mean: f64,
    /// Standard deviation of the same; 0 without vectors.
    pub cosine_deviation: f64,
}

/// A cosine this many standard deviations above the mean of the collection counts as 1.
const COSINE_SPAN_DEVIATIONS: f64 = 6.0;

impl FusionParameters {
    /// The share of the words that the project covers, 0 to 1.
    #[must_use]
    pub fn words(&self, legs: &Legs) -> f64 {
        scaled(legs.words, self.words_scale)
    }

    /// The share of the clusters that the project covers, 0 to 1.
    #[must_use]
    pub fn clusters(&self, legs: &Legs) -> f64 {
        scaled(legs.clusters, self.clusters_scale)
    }

    /// The cosine in standard deviations above the mean of the collection; `None` without vectors.
    #[must_use]
    pub fn cosine_deviations(&self, legs: &Legs) -> Option<f64> {
        if self.cosine_deviation <= 0.0 {
            return None;
        }
        let best = legs.best_cosine()?;
        let title = legs.cosine_title.unwrap_or(best);
        let cosine = self.weights.title_share * title + (1.0 - self.weights.title_share) * best;
        Some((cosine - self.cosine_mean) / self.cosine_deviation)
    }

    /// The score by which hits are ranked.
    #[must_use]
    pub fn score(&self, legs: &Legs) -> f64 {
        let cosine = self
            .cosine_deviations(legs)
            .map_or(0.0, |deviations| (deviations / COSINE_SPAN_DEVIATIONS).clamp(0.0, 1.0));
        self.weights.words * self.words(legs)
            + self.weights.clusters * self.clusters(legs)
            + self.weights.cosine * cosine
            + self.weights.fulfilled * legs.fulfilled
            - self.weights.contradicted * legs.contradicted
    }
}

fn scaled(score: f64, scale: f64) -> f64 {
    if scale > 0.0 { score / scale } else { 0.0 }
}
