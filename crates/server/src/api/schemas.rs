//! What the document says of bodies and parameters: the shapes of the engine's answers, told once more for readers. A test
//! holds real answers against them.

#![allow(dead_code, reason = "these types describe what others send; they are never built")]

use std::collections::BTreeMap;

use utoipa::openapi::schema::OneOfBuilder;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

/// A type of which a value has one of several shapes, none of which carries a tag.
macro_rules! one_of {
    ($(#[doc = $description:literal])+ $name:ident: $($shape:ty),+) => {
        $(#[doc = $description])+
        pub(crate) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let description = [$($description),+].map(str::trim).join(" ");
                OneOfBuilder::new()$(.item(<Shape<$shape>>::reference()))+.description(Some(description)).into()
            }
        }

        impl ToSchema for $name {
            fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                $(<Shape<$shape>>::named(schemas);)+
            }
        }
    };
}

/// A shape as a part of another schema.
struct Shape<T>(std::marker::PhantomData<T>);

impl<T: ToSchema> Shape<T> {
    /// Types of ours are named once and referred to; others are written out.
    fn is_named() -> bool {
        matches!(T::schema(), RefOr::T(Schema::Object(object)) if !object.properties.is_empty())
    }

    fn reference() -> RefOr<Schema> {
        if Self::is_named() { utoipa::openapi::Ref::from_schema_name(T::name()).into() } else { T::schema() }
    }

    fn named(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        if Self::is_named() {
            schemas.push((T::name().into_owned(), T::schema()));
        }
        T::schemas(schemas);
    }
}

/// What is searched for.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct QueryParameters {
    /// Words, "phrases", -exclusions and `field:value`. Words that name a fiscal year, an agency, a place or an amount
    /// restrict the projects; the answer's `chips` name them. Empty for all projects.
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
    /// Text of a chip that shall not restrict the projects; may be repeated.
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

/// How many matches.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CheckParameters {
    /// Matches wanted for each draft.
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

/// What a row of the tracking database stands for: a project (โครงการ), an output (ผลผลิต) or a budget line (รายการ).
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum ProjectKind {
    Project,
    Output,
    Item,
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
    /// Texts of chips that shall not restrict the projects.
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
    /// Words of the query that restrict the projects.
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

/// Who runs a project: names as the record gives them, outermost first. Empty means not said.
#[derive(ToSchema)]
pub(crate) struct Owner {
    /// กระทรวง or a body of that rank.
    ministry: String,
    /// กรม or a body of that rank.
    department: String,
    /// กอง / สำนัก.
    division: String,
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

/// A text-bearing field of the record.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum TextField {
    Title,
    Rationale,
    Objectives,
    Activities,
    Outputs,
    Outcomes,
    Indicators,
    TargetGroup,
    AreaText,
}

/// The answer to a count.
#[derive(ToSchema)]
pub(crate) struct FacetsAnswer {
    /// The query as given.
    query: String,
    /// Projects that match.
    total: u64,
    /// Words of the query that restrict the projects.
    chips: Vec<Chip>,
    /// How the matching projects spread.
    facets: Facets,
    /// The change number that the index stands at: the version of the corpus.
    change_number: u64,
}

/// Words of a query that restrict the projects.
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

/// A record: a project, or a draft of one. Only the title is required. Keys may also be those of Thai column headers
/// (ชื่อโครงการ, ปีงบประมาณ, งบประมาณ, ...); keys that are no field are passed over. Lists may be one text with line breaks.
#[derive(ToSchema)]
pub(crate) struct DraftRecord {
    /// What the answer calls the draft.
    draft_id: Option<String>,
    /// The title.
    #[schema(examples("โครงการฝึกอบรมอาชีพผู้สูงอายุ"))]
    title: String,
    /// Who runs it.
    owner: Option<Owner>,
    /// Fiscal year (Buddhist era; the Christian era is understood).
    fiscal_year_be: Option<i32>,
    /// First to last day.
    period: Option<Period>,
    /// Why it is done.
    rationale: Option<String>,
    /// What it is for.
    objectives: Option<Vec<String>>,
    /// What is done.
    activities: Option<Vec<Activity>>,
    /// What comes out.
    outputs: Option<Vec<String>>,
    /// What changes through it.
    outcomes: Option<Vec<String>>,
    /// How success is measured.
    indicators: Option<Vec<String>>,
    /// Who benefits.
    target_group: Option<TargetGroup>,
    /// Where.
    areas: Option<Vec<Area>>,
    /// The area in words.
    area_text: Option<String>,
    /// All its money, in baht.
    budget_baht: Option<f64>,
    /// Plans that it serves.
    plan_links: Option<Vec<PlanLink>>,
    /// What the row stands for.
    kind: Option<ProjectKind>,
}

/// Up to 100 drafts.
#[derive(ToSchema)]
pub(crate) struct Drafts {
    /// The drafts.
    #[schema(max_items = 100)]
    drafts: Vec<DraftRecord>,
}

one_of! {
    /// One draft, or several.
    CheckRequest: DraftRecord, Drafts
}

one_of! {
    /// One answer for one draft, or a list for several.
    CheckResponse: CheckAnswer, CheckAnswers
}

/// Answers in the order of the drafts.
#[derive(ToSchema)]
pub(crate) struct CheckAnswers {
    /// An answer for each draft.
    answers: Vec<CheckAnswer>,
}

/// The answer to a draft.
#[derive(ToSchema)]
pub(crate) struct CheckAnswer {
    /// The draft's id.
    draft_id: String,
    /// The answer as a whole.
    verdict: Verdict,
    /// The projects found, most worth looking at first.
    matches: Vec<Match>,
    /// Projects that were searched.
    searched_projects: u64,
    /// Projects that were compared one by one.
    compared_projects: usize,
    /// The change number that the index stands at: the version of the corpus.
    change_number: u64,
    /// The encoder.
    model_id: String,
    /// The weights of the relation model.
    relation_model_id: String,
    /// Spellings in the draft that were undone before comparing, in Thai.
    repairs: Vec<String>,
}

/// `clear`: nothing to act on was found. `review`: a person should look. `repeats`: very probably repeats a project.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Verdict {
    Clear,
    Review,
    Repeats,
}

/// A project that a draft may repeat.
#[derive(ToSchema)]
pub(crate) struct Match {
    /// From 1.
    rank: usize,
    /// Its code.
    project_code: String,
    /// What a list shows of it.
    project: ProjectCard,
    /// The most likely relation.
    relation: Relation,
    /// Probability that the pair is actionable (duplicate or overlap), 0 to 1.
    likelihood: f64,
    /// Probability of each relation.
    probabilities: Probabilities,
    /// What each aspect says.
    aspects: Aspects,
    /// What each aspect rests on.
    evidence: BTreeMap<String, String>,
    /// The passages that the match rests on.
    passages: Vec<Passage>,
    /// The terms of the model that weighed most, strongest first.
    reasons: Vec<Reason>,
    /// The match in one Thai sentence.
    summary_th: String,
    /// The match in one English sentence.
    summary_en: String,
}

/// The pair to compare; `a` stands as the draft.
#[derive(ToSchema)]
pub(crate) struct CompareRequest {
    /// What the answer calls the pair.
    pair_id: Option<String>,
    /// The draft.
    a: Side,
    /// What it is compared with.
    b: Side,
}

one_of! {
    /// A project code, or a whole record.
    Side: String, DraftRecord
}

/// How `a` stands to `b`, and why.
#[derive(ToSchema)]
pub(crate) struct CompareAnswer {
    /// The pair's id.
    pair_id: String,
    /// The most likely relation.
    relation: Relation,
    /// Probability that the pair is actionable (duplicate or overlap), 0 to 1.
    likelihood: f64,
    /// Probability of each relation.
    probabilities: Probabilities,
    /// What each aspect says.
    aspects: Aspects,
    /// What each aspect rests on.
    evidence: BTreeMap<String, String>,
    /// The passages that the match rests on.
    passages: Vec<Passage>,
    /// The terms of the model that weighed most, strongest first.
    reasons: Vec<Reason>,
    /// The match in one Thai sentence.
    summary_th: String,
    /// The match in one English sentence.
    summary_en: String,
}

/// How a draft stands to a project. `duplicate`: the same activity, target group and area by another agency. `overlap`:
/// the same activity, with area, target group or activities shared in part. `continuation`: the same agency's project in
/// another year or phase. `related`: the same theme. `distinct`: anything else.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Relation {
    Duplicate,
    Overlap,
    Continuation,
    Related,
    Distinct,
}

/// Probability of each relation; together 1.
#[derive(ToSchema)]
pub(crate) struct Probabilities {
    /// The same work by another agency.
    duplicate: f64,
    /// The same activity, shared in part.
    overlap: f64,
    /// The same agency, another year or phase.
    continuation: f64,
    /// The same theme.
    related: f64,
    /// Anything else.
    distinct: f64,
}

/// What each aspect of a pair says.
#[derive(ToSchema)]
pub(crate) struct Aspects {
    /// Whether both titles name the same work.
    title: Agreement,
    /// Purposes.
    objectives: Agreement,
    /// Activities and outputs.
    activities: Agreement,
    /// Who benefits.
    target_group: Agreement,
    /// Where.
    area: Agreement,
    /// When.
    period: Agreement,
    /// Money.
    budget: Agreement,
    /// Links to plans.
    plan_links: Agreement,
    /// Who runs it.
    owner: Agreement,
}

/// `unknown` when one side or both say nothing about it.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Agreement {
    Same,
    Partly,
    Different,
    Unknown,
}

/// A part of the draft and the part of the project that it matches.
#[derive(ToSchema)]
pub(crate) struct Passage {
    /// In the draft.
    draft: PassageSide,
    /// In the project.
    project: PassageSide,
    /// How alike the two are, 0 to 1.
    score: f64,
}

/// One side of a passage.
#[derive(ToSchema)]
pub(crate) struct PassageSide {
    /// The field.
    field: TextField,
    /// Which of the field's texts, from 0.
    entry: usize,
    /// First character of the passage in that text.
    start_char: usize,
    /// Character behind the last.
    end_char: usize,
    /// The passage itself.
    text: String,
}

/// A term of the relation model.
#[derive(ToSchema)]
pub(crate) struct Reason {
    /// Its name.
    comparison: String,
    /// What it compares, in Thai.
    thai: String,
    /// What it adds to the log odds of the pair being the same work, against an average pair.
    weight: f64,
}

/// A project with its history.
#[derive(ToSchema)]
pub(crate) struct ProjectAnswer {
    /// Its code.
    project_code: String,
    /// The project as it is now; `null` when it was withdrawn.
    #[schema(required)]
    project: Option<Project>,
    /// The change that brought its present state.
    change_number: u64,
    /// Every state that it ever had, oldest first.
    versions: Vec<ProjectVersion>,
}

/// What a project was from a change on.
#[derive(ToSchema)]
pub(crate) struct ProjectVersion {
    /// 1 for the first.
    version_number: u64,
    /// The change that brought it.
    change_number: u64,
    /// When it was stored (UTC).
    #[schema(value_type = String, format = DateTime)]
    changed_at: String,
    /// Whether the project was withdrawn then.
    withdrawn: bool,
    /// The record from then on; `null` when it was withdrawn.
    #[schema(required)]
    project: Option<Project>,
}

/// A project of the tracking database.
#[derive(ToSchema)]
pub(crate) struct Project {
    /// The code in the source system.
    project_code: String,
    /// What the row stands for.
    kind: ProjectKind,
    /// The title.
    title: String,
    /// Who runs it.
    owner: Owner,
    /// The fiscal year (Buddhist era).
    #[schema(required)]
    fiscal_year_be: Option<i32>,
    /// First to last day.
    #[schema(required)]
    period: Option<Period>,
    /// Why it is done.
    rationale: String,
    /// What it is for.
    objectives: Vec<String>,
    /// What is done.
    activities: Vec<Activity>,
    /// What comes out.
    outputs: Vec<String>,
    /// What changes through it.
    outcomes: Vec<String>,
    /// How success is measured.
    indicators: Vec<String>,
    /// Who benefits.
    target_group: TargetGroup,
    /// Where; empty when nationwide or not said.
    areas: Vec<Area>,
    /// The area in words; empty when not said.
    area_text: String,
    /// Money by fiscal year and source.
    budgets: Vec<BudgetLine>,
    /// Plans that it serves.
    plan_links: Vec<PlanLink>,
    /// Where it stands; empty when not said.
    status: String,
    /// Where the row came from; empty when not said.
    source: String,
    /// Quarterly reports.
    reports: Vec<QuarterReport>,
}

/// A stretch of days, both ends included (Christian era).
#[derive(ToSchema)]
pub(crate) struct Period {
    /// First day.
    #[schema(format = Date)]
    start: String,
    /// Last day.
    #[schema(format = Date)]
    end: String,
}

/// A piece of a project's work.
#[derive(ToSchema)]
pub(crate) struct Activity {
    /// What is done.
    name: String,
    /// When, as the record writes it.
    months: Option<String>,
    /// What it costs, in baht.
    baht: Option<f64>,
}

/// Who benefits.
#[derive(ToSchema)]
pub(crate) struct TargetGroup {
    /// As the record writes it.
    text: String,
    /// Number of persons or units.
    number: Option<u64>,
}

/// A place where a project works, as its record names it.
#[derive(ToSchema)]
pub(crate) struct Area {
    /// จังหวัด.
    province: Option<String>,
    /// อำเภอ / เขต.
    district: Option<String>,
    /// ตำบล / แขวง.
    subdistrict: Option<String>,
    /// The official code of the smallest of the three.
    code: Option<u32>,
}

/// Money of one fiscal year from one source.
#[derive(ToSchema)]
pub(crate) struct BudgetLine {
    /// The fiscal year (Buddhist era) that the money belongs to.
    fiscal_year_be: Option<i32>,
    /// Where the money comes from.
    source: Option<String>,
    /// The amount in baht.
    baht: f64,
}

/// A plan that a project serves.
#[derive(ToSchema)]
pub(crate) struct PlanLink {
    /// 1 national strategy, 2 national plans, 3 plans of agencies.
    #[schema(minimum = 1, maximum = 3)]
    level: u8,
    /// The plan's name.
    name: String,
}

/// What an agency reported about a quarter.
#[derive(ToSchema)]
pub(crate) struct QuarterReport {
    /// Fiscal year (Buddhist era).
    fiscal_year_be: i32,
    /// Quarter, 1 to 4.
    #[schema(minimum = 1, maximum = 4)]
    quarter: u8,
    /// The report.
    text: String,
}

/// A file of records.
#[derive(ToSchema)]
pub(crate) struct ImportRequest {
    /// CSV, XLSX, JSON or JSON lines; headers in Thai or English are recognised.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// Which column holds which field, as TOML or JSON, where headers are not recognised.
    #[schema(value_type = Option<String>, format = Binary)]
    mapping: Option<Vec<u8>>,
}

/// What an import did.
#[derive(ToSchema)]
pub(crate) struct ImportAnswer {
    /// Rows read.
    rows: u64,
    /// Projects that were new.
    added: u64,
    /// Projects that got a new version.
    updated: u64,
    /// Projects that were there already, the same.
    unchanged: u64,
    /// Rows that were refused.
    rejected: u64,
    /// The encoding that the file was read in.
    encoding: String,
    /// Why rows were refused, up to 1,000 reasons.
    rejected_rows: Vec<RejectedRow>,
    /// Whether `rejected_rows` holds all reasons.
    rejected_rows_complete: bool,
    /// The store's last change number; the index takes the changes in afterwards.
    change_number: u64,
}

/// Why a row was refused.
#[derive(ToSchema)]
pub(crate) struct RejectedRow {
    /// Row or line of the file; a header is row 1.
    row: u64,
    /// The field.
    field: String,
    /// What is wrong and what to write instead.
    reason: String,
}

/// Whether searches and checks can be answered.
#[derive(ToSchema)]
pub(crate) struct Readiness {
    /// Always `true`; the status is 503 when they cannot be.
    ready: bool,
    /// Changes of the store that the index has not taken in.
    index_lag_changes: u64,
    /// Whether files of records may be uploaded.
    import_allowed: bool,
    /// Projects in the store.
    projects: u64,
    /// The store's last change number.
    change_number: u64,
    /// Agencies in the store.
    agencies: u64,
    /// Projects that can be found.
    indexed_projects: u64,
    /// The change number that words stand at.
    lexical_change_number: u64,
    /// The change number that vectors stand at.
    vector_change_number: u64,
    /// The encoder.
    model_id: String,
    /// The weights of the relation model.
    relation_model_id: String,
}
