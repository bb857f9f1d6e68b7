//! Searches and their answers.

use std::collections::BTreeMap;

use utoipa::{IntoParams, ToSchema};

use super::one_of;
use super::record::{Owner, ProjectKind, TextField};

/// What is searched for.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct QueryParameters {
    /// Words, "phrases", -exclusions and `field:value`. Words that name a fiscal year, an agency, a place or an amount
    /// are conditions that rank fitting projects first; the answer's `chips` name them. Filters restrict. Empty for all projects.
    #[param(example = "พัฒนาคุณภาพชีวิตผู้สูงอายุ")]
    q: Option<String>,
    /// Fiscal year (Buddhist era), or a range such as `2564-2566`.
    #[param(example = "2565")]
    fiscal_year_be: Option<String>,
    /// Ministry by name; may be repeated.
    ministry: Option<Vec<String>>,
    /// Department by name; may be repeated.
    department: Option<Vec<String>>,
    /// Ministry, department or division by name; may be repeated.
    agency: Option<Vec<String>>,
    /// Province by name or official code; may be repeated.
    province: Option<Vec<String>>,
    /// Province, district or subdistrict by name or official code; may be repeated.
    area: Option<Vec<String>>,
    /// Plan of any level by name; may be repeated.
    plan: Option<Vec<String>>,
    /// What rows stand for; may be repeated.
    kind: Option<Vec<ProjectKind>>,
    /// Status by name; may be repeated.
    status: Option<Vec<String>>,
    /// The least money of all years together, in baht.
    budget_from: Option<String>,
    /// The most money of all years together, in baht.
    budget_to: Option<String>,
    /// The filters of `POST /api/v1/search` as JSON, instead of single parameters or beside them.
    filters: Option<String>,
    /// Text of a chip that shall not act as a condition; may be repeated.
    without: Option<Vec<String>>,
    /// What looks: words, meaning, or both.
    mode: Option<SearchMode>,
}

/// Which page of the hits.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageParameters {
    /// Hits to pass over.
    #[param(minimum = 0, maximum = 1_000_000, default = 0)]
    offset: Option<usize>,
    /// Hits wanted.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<usize>,
}

/// What looks for projects.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum SearchMode {
    /// Words and meaning together.
    Both,
    /// Words and character clusters alone.
    Words,
    /// Meaning alone.
    Meaning,
}

/// A search.
#[derive(ToSchema)]
pub(crate) struct SearchRequest {
    /// Words, "phrases", -exclusions and `field:value`; empty or missing for all projects.
    #[schema(examples("พัฒนาคุณภาพชีวิตผู้สูงอายุ"))]
    query: Option<String>,
    /// Which projects are looked at.
    filters: Option<Filters>,
    /// Hits to pass over.
    #[schema(minimum = 0, maximum = 1_000_000, default = 0)]
    offset: Option<usize>,
    /// Hits wanted.
    #[schema(minimum = 1, maximum = 100, default = 20)]
    limit: Option<usize>,
    /// What looks.
    mode: Option<SearchMode>,
    /// Texts of chips that shall not act as conditions.
    without: Option<Vec<String>>,
}

/// Which projects are looked at; a project has to fit every key that is there. Unknown keys are refused.
#[derive(ToSchema)]
pub(crate) struct Filters {
    /// A fiscal year (Buddhist era), or a range.
    fiscal_year_be: Option<YearOrRange>,
    /// Ministries by name; a name that no project has is taken as a part of names.
    ministry: Option<NameOrNames>,
    /// Departments by name.
    department: Option<NameOrNames>,
    /// Ministries, departments or divisions by name.
    agency: Option<NameOrNames>,
    /// Plans of any level by name.
    plan: Option<NameOrNames>,
    /// Areas by name or official code; a province takes in its districts and subdistricts.
    area: Option<NameOrNames>,
    /// Provinces by name or official code.
    province: Option<NameOrNames>,
    /// Money of all years together. Projects without a known budget do not fit.
    budget_baht: Option<BahtRange>,
    /// Statuses by name.
    status: Option<NameOrNames>,
    /// What rows stand for.
    kind: Option<NameOrNames>,
}

one_of! {
    /// A fiscal year (Buddhist era), or a range of them.
    YearOrRange: i32, YearRange
}

/// Fiscal years (Buddhist era), both ends included; an end that is missing is open.
#[derive(ToSchema)]
pub(crate) struct YearRange {
    /// The first year.
    from: Option<i32>,
    /// The last year.
    to: Option<i32>,
}

/// Amounts in baht, both ends included; an end that is missing is open.
#[derive(ToSchema)]
pub(crate) struct BahtRange {
    /// The least amount.
    from: Option<f64>,
    /// The largest amount.
    to: Option<f64>,
}

one_of! {
    /// A name or an official code, or several; a project fits when it fits one of them.
    NameOrNames: String, u32, Vec<String>
}

/// The answer to a query.
#[derive(ToSchema)]
pub(crate) struct SearchAnswer {
    /// The query as given.
    query: String,
    /// Projects that match, on all pages.
    total: u64,
    /// The hits of this page, best first; equal ones by code. None at all when nothing is similar.
    hits: Vec<SearchHit>,
    /// Words of the query that act as conditions.
    chips: Vec<Chip>,
    /// How the matching projects spread.
    facets: Facets,
    /// The change number that the index stands at: the version of the corpus.
    change_number: u64,
    /// The encoder behind the cosines.
    model_id: String,
}

/// A project that matches a query.
#[derive(ToSchema)]
pub(crate) struct SearchHit {
    /// From 1, over all pages.
    rank: usize,
    /// Its code.
    project_code: String,
    /// The fused score; it ranks the hits of one query and means nothing beyond.
    score: f64,
    /// What each leg gave.
    legs: Legs,
    /// Rank in each leg alone, among the projects found; a leg that says nothing of the project is left out.
    leg_ranks: BTreeMap<String, usize>,
    /// What the project makes of each kind of constraint in the query.
    constraints: BTreeMap<String, Fulfilment>,
    /// Words of the query that the project holds, rarest first.
    matched_words: Vec<String>,
    /// What a list shows of it.
    project: ProjectCard,
    /// Where the query's words stand in its texts.
    highlights: Vec<Highlight>,
}

/// What each leg says about a hit, as it was measured.
#[derive(ToSchema)]
pub(crate) struct Legs {
    /// BM25 over words.
    words: f64,
    /// BM25 over n-grams of character clusters.
    clusters: f64,
    /// Share of the query's words, weighted by rarity, that the project holds, 0 to 1.
    words_covered: f64,
    /// Share of the query's n-grams, weighted by rarity, that the project holds, 0 to 1.
    clusters_covered: f64,
    /// Cosine of the query with the title; missing where it was not measured.
    cosine_title: Option<f64>,
    /// Cosine of the query with objectives, activities and outputs.
    cosine_work: Option<f64>,
    /// Cosine of the query with the whole text.
    cosine_whole: Option<f64>,
    /// Share of the kinds of constraints in the query that the project fulfils, 0 to 1; 0 when there are none.
    fulfilled: f64,
    /// Share of the kinds of constraints in the query that the project contradicts, 0 to 1.
    contradicted: f64,
}

/// What a project makes of a constraint: it says something else, does not say, or is what was asked.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Fulfilment {
    Contradicted,
    Unknown,
    Fulfilled,
}

/// What a list shows of a project.
#[derive(ToSchema)]
pub(crate) struct ProjectCard {
    /// The title.
    title: String,
    /// Who runs it.
    owner: Owner,
    /// The fiscal year (Buddhist era); `null` when the record does not say.
    #[schema(required)]
    fiscal_year_be: Option<i32>,
    /// All its money in baht; `null` when the record names none.
    #[schema(required)]
    budget_baht: Option<f64>,
    /// What the row stands for.
    kind: ProjectKind,
}

/// Words of the query in a text of the project.
#[derive(ToSchema)]
pub(crate) struct Highlight {
    /// The field.
    field: TextField,
    /// Which of the field's texts, from 0.
    entry: usize,
    /// The text itself.
    text: String,
    /// Half-open ranges of characters of `text`.
    #[schema(value_type = Vec<Vec<usize>>)]
    spans: Vec<(usize, usize)>,
}

/// The answer to a count.
#[derive(ToSchema)]
pub(crate) struct FacetsAnswer {
    /// The query as given.
    query: String,
    /// Projects that match.
    total: u64,
    /// Words of the query that act as conditions.
    chips: Vec<Chip>,
    /// How the matching projects spread.
    facets: Facets,
    /// The change number that the index stands at: the version of the corpus.
    change_number: u64,
}

/// Words of a query that act as a condition: projects that fulfil it rank first.
#[derive(ToSchema)]
pub(crate) struct Chip {
    /// What it speaks of. Chips of one kind are alternatives, chips of different kinds hold together.
    kind: ChipKind,
    /// The words as they were written, as `without` takes them.
    text: String,
    /// Where they stand, in bytes of the query (UTF-8).
    span: ByteSpan,
    /// What it asks of a project.
    value: ChipValue,
    /// The same in Thai, to be shown.
    label: String,
    /// Whether it acts; one that was taken away by `without` is listed but does not.
    applied: bool,
}

/// What a chip speaks of.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum ChipKind {
    FiscalYear,
    Area,
    Agency,
    Budget,
}

/// What a chip asks of a project; one of the keys is there.
#[derive(ToSchema)]
pub(crate) struct ChipValue {
    /// One of these fiscal years (Buddhist era).
    fiscal_years: Option<YearRange>,
    /// One of these places, by official code.
    areas: Option<Vec<u32>>,
    /// This agency or a body of it; its full official name.
    agency: Option<String>,
    /// A budget in this range.
    budget_baht: Option<BahtRange>,
}

/// A half-open range of bytes.
#[derive(ToSchema)]
pub(crate) struct ByteSpan {
    /// The first byte.
    start: usize,
    /// The byte behind the last.
    end: usize,
}

/// Counts by attribute, over exactly the projects found. Names and places come most frequent first, years in order. A
/// project without a value is not counted, one with several values is counted at each.
#[derive(ToSchema)]
pub(crate) struct Facets {
    /// Fiscal years (Buddhist era).
    fiscal_year_be: Vec<NumberCount>,
    /// Ministries.
    ministry: Vec<NameCount>,
    /// Departments.
    department: Vec<NameCount>,
    /// Plans of all levels.
    plan: Vec<NameCount>,
    /// What rows stand for.
    kind: Vec<NameCount>,
    /// Statuses.
    status: Vec<NameCount>,
    /// Provinces by official code.
    province: Vec<NumberCount>,
}

/// A name and its number of projects.
#[derive(ToSchema)]
pub(crate) struct NameCount {
    /// The name, as filters take it.
    value: String,
    /// Number of projects.
    count: u64,
}

/// A year or code and its number of projects.
#[derive(ToSchema)]
pub(crate) struct NumberCount {
    /// The year or code, as filters take it.
    value: u32,
    /// Number of projects.
    count: u64,
}
