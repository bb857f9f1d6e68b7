//! Reports of checks.

use utoipa::{IntoParams, ToSchema};

use super::check::{Match, UndoneInDraft, Verdict};
use super::record::{Activity, Area, BudgetLine, Period, PlanLink, ProjectKind, QuarterReport};

/// How a report is written.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReportParameters {
    /// Matches wanted.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<usize>,
    /// `json`, `html` or `pdf`; without it, as the header `accept` asks, else JSON.
    form: Option<String>,
    /// Language of the page: `th` or `en`.
    lang: Option<String>,
}

/// The report of a check. Fields stand in this order, and the seal is over everything behind it as it is written.
#[derive(ToSchema)]
pub(crate) struct Report {
    /// The number, which follows from the seal.
    #[schema(examples("T2569-7K4M-X9PD-3RWA"))]
    number: String,
    /// SHA-256 of the contents, hexadecimal.
    seal: String,
    /// The form of this JSON.
    format: u32,
    /// The form of the page that belongs to it.
    page_format: u32,
    /// The day of the report (Christian era).
    #[schema(format = Date)]
    date: String,
    /// The same day in Thai, Buddhist era.
    date_th: String,
    /// The draft as it was checked.
    draft: SealedDraft,
    /// SHA-256 of the draft's record as it stands here, hexadecimal.
    draft_sha256: String,
    /// What was searched.
    corpus: CorpusVersion,
    /// Projects that were compared one by one.
    compared_projects: usize,
    /// The encoder.
    model_id: String,
    /// The weights of the relation model, their calibration among them.
    relation_model_id: String,
    /// Likelihoods from which a draft is for review, or repeats.
    thresholds: Thresholds,
    /// Matches that were asked for.
    limit: usize,
    /// The answer as a whole.
    verdict: Verdict,
    /// Kinds of spelling in the draft that were undone before comparing.
    undone: Vec<UndoneInDraft>,
    /// The projects found, most worth looking at first; figures are rounded to six digits.
    matches: Vec<Match>,
}

/// A draft as it is kept: fields that say nothing are left out; an amount with satang is a text, so that it stays exact.
#[derive(ToSchema)]
pub(crate) struct SealedDraft {
    /// The draft's id.
    project_code: String,
    /// What the row stands for.
    kind: Option<ProjectKind>,
    /// The title.
    title: String,
    /// Who runs it.
    owner: Option<SealedOwner>,
    /// Fiscal year (Buddhist era).
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
    target_group: Option<SealedTargetGroup>,
    /// Where.
    areas: Option<Vec<Area>>,
    /// The area in words.
    area_text: Option<String>,
    /// Money by fiscal year and source.
    budgets: Option<Vec<BudgetLine>>,
    /// Plans that it serves.
    plan_links: Option<Vec<PlanLink>>,
    /// Where it stands.
    status: Option<String>,
    /// Where the row came from.
    source: Option<String>,
    /// Quarterly reports.
    reports: Option<Vec<QuarterReport>>,
}

/// Who runs a draft.
#[derive(ToSchema)]
pub(crate) struct SealedOwner {
    /// กระทรวง or a body of that rank.
    ministry: Option<String>,
    /// กรม or a body of that rank.
    department: Option<String>,
    /// กอง / สำนัก.
    division: Option<String>,
}

/// Who benefits from a draft.
#[derive(ToSchema)]
pub(crate) struct SealedTargetGroup {
    /// As the record writes it.
    text: Option<String>,
    /// Number of persons or units.
    number: Option<u64>,
}

/// Which projects were searched.
#[derive(ToSchema)]
pub(crate) struct CorpusVersion {
    /// The store.
    store_id: String,
    /// The change number that the index stood at.
    change_number: u64,
    /// Projects that were searched.
    projects: u64,
}

/// Likelihoods that decide the verdict.
#[derive(ToSchema)]
pub(crate) struct Thresholds {
    /// A match of this likelihood or more is worth a look.
    review: f64,
    /// A match of this likelihood or more that is a duplicate or overlap is named as repeated.
    repeats: f64,
    /// Projects form a family when the mean likelihood between its members is this or more.
    family: f64,
}

/// What a verification found.
#[derive(ToSchema)]
pub(crate) struct ReportVerification {
    /// What was found.
    outcome: ReportOutcome,
    /// The number that it bears; left out of what was altered, as nothing of that is taken for true.
    number: Option<String>,
    /// The day that it bears (Christian era).
    #[schema(format = Date)]
    date: Option<String>,
    /// When it was entered into the register (RFC 3339, UTC); left out where it never was.
    #[schema(format = DateTime)]
    issued_at: Option<String>,
    /// The draft's id.
    draft_id: Option<String>,
    /// The answer that it gives.
    verdict: Option<Verdict>,
    /// Whether the check gives the same answer now.
    reproduced: Reproduction,
    /// All this in Thai.
    message_th: String,
    /// All this in English.
    message_en: String,
}

/// `genuine`: issued here and unchanged. `altered`: not as it was written; which part cannot be known. `unknown`: the seal fits, but
/// this system never issued it.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum ReportOutcome {
    Genuine,
    Altered,
    Unknown,
}

/// Whether the check gives the same answer now.
#[derive(ToSchema)]
pub(crate) struct Reproduction {
    /// `yes`, `no`, or `not_comparable` where corpus, models or thresholds are others now.
    answer: String,
    /// What differs, or what has changed since; left out where the answer is `yes`.
    reason: Option<String>,
}
