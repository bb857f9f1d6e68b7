//! One search: from a request to hits, totals and facets.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use thiap_domain::ProjectCode;

use crate::constraints::{Constraints, Fulfilment};
use crate::documents::{DocumentSet, DocumentTable};
use crate::error::IndexError;
use crate::facets::FacetCounts;
use crate::filters::{self, Filters, NameColumn};
use crate::fusion::{FusionParameters, FusionWeights, Legs};
use crate::lexical::{Bm25Parameters, Leg, SearchField, TermMatches, Terms};
use crate::query::{Chip, ChipKind, Clause, ClauseContent, ParsedQuery, QueryField, parse_query};
use crate::snapshot::Snapshot;
use crate::vector::{NO_ROW, QuantisedVector};

/// What to search for.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SearchRequest {
    /// The query as a person wrote it; empty for all projects that fit the filters.
    pub query: String,
    /// Which projects are looked at.
    pub filters: Filters,
    /// Which legs look.
    pub mode: SearchMode,
    /// Chips that the person took away, by their text: their words are searched as words alone.
    pub removed_chips: BTreeSet<String>,
    /// Hits to pass over.
    pub offset: usize,
    /// Hits to give.
    pub limit: usize,
    /// Whether to count facets.
    pub facets: bool,
}

/// Which legs look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SearchMode {
    /// Words, clusters and vectors.
    #[default]
    Both,
    /// Words and clusters.
    Words,
    /// Vectors.
    Meaning,
}

/// A project that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// From 1, counted over all pages.
    pub rank: usize,
    /// Its code.
    pub project_code: ProjectCode,
    /// The fused score: [`FusionParameters::score`] of the legs.
    pub score: f64,
    /// What each leg measured.
    pub legs: Legs,
    /// Rank of the hit in each leg alone, among the projects found; a leg that says nothing of it is left out.
    pub leg_ranks: BTreeMap<&'static str, usize>,
    /// What the project makes of each kind of constraint in the query.
    pub constraints: BTreeMap<ChipKind, Fulfilment>,
    /// Words of the query that the project holds, rarest first.
    pub matched_words: Vec<String>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SearchResponse {
    /// Number of projects found, the same on every page.
    pub total: u64,
    /// The page that was asked for, best first; ties by project code.
    pub hits: Vec<Hit>,
    /// Counts over all projects found; `None` when not asked for.
    pub facets: Option<FacetCounts>,
    /// Words of the query that act as constraints.
    pub chips: Vec<Chip>,
    /// What the scores depend on beside the legs.
    pub fusion: FusionParameters,
}

/// When a project counts as found.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MatchRule {
    /// Share of the words' weight that must be covered, or
    pub words: f64,
    /// share of the clusters' weight, or
    pub clusters: f64,
    /// standard deviations of the cosine above the mean.
    pub cosine_deviations: f64,
}

/// What was chosen by measurement; the defaults are what searches use.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SearchParameters {
    /// How terms are scored.
    pub bm25: Bm25Parameters,
    /// How the legs are weighted.
    pub weights: FusionWeights,
    /// What counts as found.
    pub rule: MatchRule,
}

impl Default for SearchParameters {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl SearchParameters {
    const DEFAULT: Self = Self {
        bm25: Bm25Parameters::DEFAULT,
        weights: FusionWeights {
            words: 1.0,
            clusters: 1.0,
            cosine: 1.0,
            fulfilled: 0.5,
            contradicted: 1.0,
            title_share: 0.5,
        },
        rule: MatchRule { words: 0.5, clusters: 0.5, cosine_deviations: 4.0 },
    };
}

/// Distinct words, and distinct n-grams, that a query is searched by; the first ones count.
const MOST_TERMS: usize = 1_024;
/// Projects over which the cosine's mean and deviation are taken.
const SAMPLE: usize = 2_000;

/// The scores of one leg over all projects.
struct LegScores {
    /// BM25 by ordinal.
    scores: Vec<f64>,
    /// Sum of the inverse document frequencies of the terms that the project holds, by ordinal.
    covered: Vec<f64>,
    /// Sum of the inverse document frequencies of all terms.
    scale: f64,
    terms: Vec<(String, TermMatches, f64)>,
}

impl LegScores {
    fn share(&self, ordinal: u32) -> f64 {
        let covered = self.covered.get(ordinal as usize).copied().unwrap_or(0.0);
        if self.scale > 0.0 { covered / self.scale } else { 0.0 }
    }
}

impl Snapshot {
    pub(crate) fn search(
        &self,
        request: &SearchRequest,
        query_vector: Option<&[f32]>,
        parameters: &SearchParameters,
    ) -> Result<SearchResponse, IndexError> {
        let documents = &self.lexical.documents;
        let mut query = parse_query(&request.query)?;
        query.remove_chips(&request.removed_chips);
        let constraints = Constraints::of(&query.chips, documents);
        let mut eligible = request.filters.apply(documents)?;
        self.apply_clauses(&query, &mut eligible)?;
        let terms = Terms::of(&query.ranking_text());
        let words = self.leg_scores(
            Leg::Words,
            distinct(terms.words.into_iter().map(|word| word.term)),
            &parameters.bm25,
        )?;
        let clusters =
            self.leg_scores(Leg::Clusters, distinct(terms.ngrams.into_iter()), &parameters.bm25)?;
        let has_words = !words.terms.is_empty() || !clusters.terms.is_empty();
        let cosines = match query_vector.filter(|_| has_words) {
            Some(vector) => Some(self.scan(vector)?),
            None => None,
        };
        let (cosine_mean, cosine_deviation) =
            cosines.as_ref().map_or((0.0, 0.0), |cosines| self.sample_statistics(cosines));
        let fusion = FusionParameters {
            weights: parameters.weights,
            words_scale: words.scale,
            clusters_scale: clusters.scale,
            cosine_mean,
            cosine_deviation,
        };
        let legs_of = |ordinal: u32| {
            let place = ordinal as usize;
            let at = |scores: &[f64]| scores.get(place).copied().unwrap_or(0.0);
            let [cosine_title, cosine_work, cosine_whole] = self.cosines_of(place, cosines.as_deref());
            Legs {
                words: at(&words.scores),
                clusters: at(&clusters.scores),
                words_covered: words.share(ordinal),
                clusters_covered: clusters.share(ordinal),
                cosine_title,
                cosine_work,
                cosine_whole,
                contradicted: constraints.shares(ordinal).0,
                fulfilled: constraints.shares(ordinal).1,
            }
        };
        let rule = &parameters.rule;
        let mut found: Vec<(f64, u32, Legs)> = Vec::new();
        for ordinal in eligible.iter() {
            let legs = legs_of(ordinal);
            let matches = !has_words
                || legs.words_covered >= rule.words
                || legs.clusters_covered >= rule.clusters
                || fusion.cosine_deviations(&legs).is_some_and(|z| z >= rule.cosine_deviations);
            if matches {
                found.push((fusion.score(&legs), ordinal, legs));
            }
        }
        found.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let page = found
            .get(request.offset.min(found.len())..)
            .map(|rest| rest.get(..request.limit.min(rest.len())).unwrap_or_default())
            .unwrap_or_default();
        let leg_ranks = LegRanks::of(&found, &fusion);
        let matched_words = matched_words(&words, page.iter().map(|(_, ordinal, _)| *ordinal).collect());
        let hits = (request.offset + 1..)
            .zip(page)
            .zip(matched_words)
            .filter_map(|((rank, (score, ordinal, legs)), matched_words)| {
                Some(Hit {
                    rank,
                    project_code: documents.code(*ordinal)?.clone(),
                    score: *score,
                    legs: *legs,
                    leg_ranks: leg_ranks.of_hit(legs, &fusion),
                    constraints: constraints.of_document(*ordinal),
                    matched_words,
                })
            })
            .collect();
        let facets = request
            .facets
            .then(|| FacetCounts::count(documents, found.iter().map(|(_, ordinal, _)| *ordinal)));
        Ok(SearchResponse { total: found.len() as u64, hits, facets, chips: query.chips, fusion })
    }

    /// Keeps the projects that fulfil every clause.
    fn apply_clauses(&self, query: &ParsedQuery, eligible: &mut DocumentSet) -> Result<(), IndexError> {
        for clause in &query.clauses {
            let set = self.fulfilling(clause)?;
            if clause.excluded {
                eligible.remove_all(&set);
            } else {
                eligible.keep_common(&set);
            }
        }
        Ok(())
    }

    fn fulfilling(&self, clause: &Clause) -> Result<DocumentSet, IndexError> {
        let documents = &self.lexical.documents;
        let words =
            |text: &str| -> Vec<String> { Terms::of(text).words.into_iter().map(|word| word.term).collect() };
        match &clause.content {
            ClauseContent::Phrase(text) => self.lexical.with_phrase(&SearchField::ALL, &words(text)),
            // Words written together, such as -ถนนคอนกรีต, are meant together.
            ClauseContent::Words(text) => self.lexical.with_phrase(&SearchField::ALL, &words(text)),
            ClauseContent::FieldText { field, text, quoted } => match field.search_field() {
                Some(search_field) if *quoted => self.lexical.with_phrase(&[search_field], &words(text)),
                Some(search_field) => {
                    let mut set = DocumentSet::full(documents.len());
                    for word in words(text) {
                        set.keep_common(&self.lexical.with_phrase(&[search_field], &[word])?);
                    }
                    Ok(set)
                }
                None => Ok(fulfilling_attribute(documents, *field, text)),
            },
            ClauseContent::FiscalYears(years) => Ok(filters::in_years(documents, years)),
            ClauseContent::BudgetSatang(satang) => Ok(filters::in_budget(documents, satang)),
            ClauseContent::Kind(kind) => Ok(filters::of_kinds(documents, &[*kind])),
        }
    }

    fn leg_scores(
        &self,
        leg: Leg,
        terms: Vec<String>,
        bm25: &Bm25Parameters,
    ) -> Result<LegScores, IndexError> {
        let count = self.lexical.documents.len();
        let mut scores = LegScores {
            scores: vec![0.0; count],
            covered: vec![0.0; count],
            scale: 0.0,
            terms: Vec::with_capacity(terms.len()),
        };
        for term in terms {
            let matches = self.lexical.matches(leg, &term, bm25)?;
            let rarity = matches.inverse_document_frequency(count);
            scores.scale += rarity;
            for &(ordinal, frequency) in &matches.entries {
                let frequency = f64::from(frequency);
                if let Some(score) = scores.scores.get_mut(ordinal as usize) {
                    *score += rarity * frequency / (bm25.k1 + frequency);
                }
                if let Some(covered) = scores.covered.get_mut(ordinal as usize) {
                    *covered += rarity;
                }
            }
            scores.terms.push((term, matches, rarity));
        }
        Ok(scores)
    }

    /// The cosine of every row with the query.
    pub(crate) fn scan(&self, vector: &[f32]) -> Result<Vec<f32>, IndexError> {
        let expected = self.vectors.dimensions;
        let query = QuantisedVector::of(vector)
            .filter(|_| vector.len() == expected)
            .ok_or(IndexError::Vector { found: vector.len(), expected })?;
        Ok(self.vectors.scan(&query))
    }

    fn cosines_of(&self, place: usize, cosines: Option<&[f32]>) -> [Option<f64>; 3] {
        let rows = self.rows.of_document.get(place).copied().unwrap_or([NO_ROW; 3]);
        rows.map(|row| cosines?.get(row as usize).map(|&cosine| f64::from(cosine)))
    }

    /// Mean and standard deviation of the best cosine over projects taken at even distances in the order of their codes.
    fn sample_statistics(&self, cosines: &[f32]) -> (f64, f64) {
        let step = self.rows.of_document.len().div_ceil(SAMPLE).max(1);
        let sample: Vec<f64> = (0..self.rows.of_document.len())
            .step_by(step)
            .filter_map(|place| self.cosines_of(place, Some(cosines)).into_iter().flatten().reduce(f64::max))
            .collect();
        if sample.is_empty() {
            return (0.0, 0.0);
        }
        let count = sample.len() as f64;
        let mean = sample.iter().sum::<f64>() / count;
        let variance = sample.iter().map(|cosine| (cosine - mean) * (cosine - mean)).sum::<f64>() / count;
        (mean, variance.sqrt())
    }
}

fn fulfilling_attribute(documents: &DocumentTable, field: QueryField, text: &str) -> DocumentSet {
    let named = |column| filters::named(documents, column, std::iter::once(text));
    match field {
        QueryField::Ministry => named(NameColumn::Ministry),
        QueryField::Department => named(NameColumn::Department),
        QueryField::Agency => named(NameColumn::Agency),
        QueryField::Plan => named(NameColumn::Plan),
        QueryField::Status => named(NameColumn::Status),
        QueryField::Area | QueryField::Province => {
            filters::in_areas(documents, &filters::codes_of_name(text))
        }
        QueryField::ProjectCode => {
            let mut set = DocumentSet::empty(documents.len());
            if let Some(ordinal) = documents.ordinal(text.trim()) {
                set.insert(ordinal);
            }
            set
        }
        _ => DocumentSet::empty(documents.len()),
    }
}

fn distinct(terms: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    terms.filter(|term| seen.insert(term.clone())).take(MOST_TERMS).collect()
}

/// The words of each hit, rarest first.
fn matched_words(words: &LegScores, page: Vec<u32>) -> Vec<Vec<String>> {
    let place_of: std::collections::HashMap<u32, usize> = page.iter().copied().zip(0..).collect();
    let mut matched: Vec<Vec<(f64, &str)>> = vec![Vec::new(); page.len()];
    for (term, matches, rarity) in &words.terms {
        for (ordinal, _) in &matches.entries {
            if let Some(list) = place_of.get(ordinal).and_then(|&place| matched.get_mut(place)) {
                list.push((*rarity, term));
            }
        }
    }
    matched
        .into_iter()
        .map(|mut list| {
            list.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
            list.into_iter().map(|(_, term)| term.to_owned()).collect()
        })
        .collect()
}

/// The scores of each leg in descending order, to look ranks up in.
struct LegRanks {
    words: Vec<f64>,
    clusters: Vec<f64>,
    cosine: Vec<f64>,
}

impl LegRanks {
    fn of(found: &[(f64, u32, Legs)], fusion: &FusionParameters) -> Self {
        let sorted = |value: &dyn Fn(&Legs) -> Option<f64>| {
            let mut values: Vec<f64> = found.iter().filter_map(|(_, _, legs)| value(legs)).collect();
            values.sort_unstable_by(|a, b| b.total_cmp(a));
            values
        };
        Self {
            words: sorted(&|legs| (legs.words > 0.0).then_some(legs.words)),
            clusters: sorted(&|legs| (legs.clusters > 0.0).then_some(legs.clusters)),
            cosine: sorted(&|legs| fusion.cosine_deviations(legs)),
        }
    }

    fn of_hit(&self, legs: &Legs, fusion: &FusionParameters) -> BTreeMap<&'static str, usize> {
        let rank = |values: &[f64], value: f64| values.partition_point(|other| *other > value) + 1;
        let mut ranks = BTreeMap::new();
        if legs.words > 0.0 {
            ranks.insert("words", rank(&self.words, legs.words));
        }
        if legs.clusters > 0.0 {
            ranks.insert("clusters", rank(&self.clusters, legs.clusters));
        }
        if let Some(deviations) = fusion.cosine_deviations(legs) {
            ranks.insert("cosine", rank(&self.cosine, deviations));
        }
        ranks
    }
}
