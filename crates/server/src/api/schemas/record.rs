//! Records of projects and drafts.

use utoipa::ToSchema;

/// What a row of the tracking database stands for: a project (โครงการ), an output (ผลผลิต) or a budget line (รายการ).
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum ProjectKind {
    Project,
    Output,
    Item,
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
