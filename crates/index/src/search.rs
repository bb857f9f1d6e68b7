//! One search: from a request to hits, totals and facets.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use thiap_domain::ProjectCode;

use crate::constraints::{Constraints, Fulfilment};
use crate::documents::{DocumentSet, DocumentTable};
use crate::error::IndexError;
use crate::facets::FacetCounts;
use crate::filters::{self, Filters, NameColumn};
use crate::fusion::{FusionParameters, FusionWeights, Legs};
use crate::lexical::{Bm25Parameters, Leg, SearchField, Terms};
use crate::meaning::Meaning;
use crate::query::{Chip, ChipKind, Clause, ClauseContent, ParsedQuery, QueryField, parse_query};
use crate::scoring::{Concept, LegScores, TermParameters, carries_content};
use crate::snapshot::Snapshot;

/// Projects that are worth a task of their own.
const PROJECTS_AT_A_TIME: usize = 8_192;

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
    /// a cosine that is this high and
    pub cosine: f64,
    /// stands so many standard deviations above the mean, provided that
    pub cosine_deviations: f64,
    /// some project was found by words or has a cosine that is this high: below it texts of the shipped encoder share no
    /// subject, and the nearest of them are near by chance.
    pub cosine_of_nearest: f64,
}

/// What was chosen by measurement; the defaults are what searches use.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SearchParameters {
    /// How terms are scored.
    pub terms: TermParameters,
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
        terms: TermParameters { bm25: Bm25Parameters::DEFAULT, other_expressions: 0.8 },
        weights: FusionWeights {
            words: 1.0,
            clusters: 0.5,
            cosine: 0.5,
            fulfilled: 0.5,
            contradicted: 1.0,
            title_share: 0.5,
        },
        rule: MatchRule {
            words: 0.3,
            clusters: 0.4,
            cosine: 0.62,
            cosine_deviations: 2.0,
            cosine_of_nearest: 0.68,
        },
    };
}

/// The terms of a query.
struct QueryTerms {
    words: Vec<Concept>,
    ngrams: Vec<Concept>,
    /// Whether the query has words beside its conditions.
    has_topic: bool,
}

impl QueryTerms {
    fn of(query: &ParsedQuery) -> Self {
        let terms = |text: &str| {
            let terms = Terms::of(text);
            (terms.words.into_iter().map(|word| word.term).collect::<Vec<_>>(), terms.ngrams)
        };
        let (words, ngrams) = terms(&query.ranking_text());
        let (topic_words, topic_ngrams) = terms(&query.topic_text());
        let (words, ngrams) = (Concept::of_words(&words), Concept::of_terms(ngrams));
        if !topic_words.iter().any(|word| carries_content(word)) {
            return Self { words, ngrams, has_topic: false };
        }
        Self {
            words: Concept::apart_from(words, &Concept::of_words(&topic_words)),
            ngrams: Concept::apart_from(ngrams, &Concept::of_terms(topic_ngrams)),
            has_topic: true,
        }
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
        let asked = QueryTerms::of(&query);
        let has_words = !asked.words.is_empty() || !asked.ngrams.is_empty();
        let (concepts, ngrams) = match request.mode {
            SearchMode::Meaning => (Vec::new(), Vec::new()),
            SearchMode::Both | SearchMode::Words => (asked.words, asked.ngrams),
        };
        let words = LegScores::of(&self.lexical, Leg::Words, concepts, &parameters.terms)?;
        let clusters = LegScores::of(&self.lexical, Leg::Clusters, ngrams, &parameters.terms)?;
        let meaning = match query_vector.filter(|_| has_words && request.mode != SearchMode::Words) {
            Some(vector) => Some(Meaning::of(self, vector, &eligible)?),
            None => None,
        };
        let (cosine_mean, cosine_deviation) = meaning.as_ref().map_or((0.0, 0.0), Meaning::statistics);
        let fusion = FusionParameters {
            weights: parameters.weights,
            words_scale: words.scale,
            clusters_scale: clusters.scale,
            cosine_mean,
            cosine_deviation,
        };
        let legs_of = |ordinal: u32| {
            let [cosine_title, cosine_work, cosine_whole] =
                meaning.as_ref().map_or([None; 3], |meaning| meaning.cosines(ordinal));
            let (contradicted, fulfilled) = constraints.shares(ordinal);
            Legs {
                words: words.score(ordinal),
                clusters: clusters.score(ordinal),
                words_covered: words.covered_share(ordinal),
                clusters_covered: clusters.covered_share(ordinal),
                cosine_title,
                cosine_work,
                cosine_whole,
                contradicted,
                fulfilled,
            }
        };
        let rule = &parameters.rule;
        let by_words = |ordinal: u32| {
            !has_words
                || !asked.has_topic && constraints.shares(ordinal).1 >= 1.0
                || !words.found.is_empty() && words.covered_share(ordinal) >= rule.words
                || !clusters.found.is_empty() && clusters.covered_share(ordinal) >= rule.clusters
        };
        let look = |mut met: Met, ordinal: u32| {
            let by_words = by_words(ordinal);
            let near_to =
                |meaning: &Meaning<'_>| meaning.may_be_near(ordinal).then(|| meaning.best(ordinal))?;
            let best = meaning.as_ref().and_then(near_to).unwrap_or(0.0);
            met.nearest = met.nearest.max(best);
            if !by_words && best < rule.cosine {
                return met;
            }
            let legs = legs_of(ordinal);
            let is_near = || fusion.cosine_deviations(&legs).is_some_and(|z| z >= rule.cosine_deviations);
            if by_words {
                met.by_words.push((fusion.score(&legs), ordinal, legs));
            } else if is_near() {
                met.near.push((fusion.score(&legs), ordinal, legs));
            }
            met
        };
        let eligible: Vec<u32> = eligible.iter().collect();
        let met = eligible
            .par_chunks(PROJECTS_AT_A_TIME)
            .map(|part| part.iter().copied().fold(Met::default(), look));
        let Met { by_words: mut found, mut near, nearest } = met.reduce(Met::default, Met::and);
        if !found.is_empty() || nearest >= rule.cosine_of_nearest {
            found.append(&mut near);
        }
        found.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let page = found
            .get(request.offset.min(found.len())..)
            .map(|rest| rest.get(..request.limit.min(rest.len())).unwrap_or_default())
            .unwrap_or_default();
        let leg_ranks = LegRanks::of(&found, &fusion);
        let on_page: Vec<u32> = page.iter().map(|(_, ordinal, _)| *ordinal).collect();
        let matched_words = words.matched(&on_page);
        let hits = (request.offset.saturating_add(1)..)
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

/// What a part of the projects holds.
#[derive(Default)]
struct Met {
    by_words: Vec<(f64, u32, Legs)>,
    near: Vec<(f64, u32, Legs)>,
    /// The highest cosine.
    nearest: f64,
}

impl Met {
    fn and(mut self, mut other: Self) -> Self {
        self.by_words.append(&mut other.by_words);
        self.near.append(&mut other.near);
        Self { nearest: self.nearest.max(other.nearest), ..self }
    }
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
