//! The page of a project.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use thiap_domain::{Activity, Area, Project};
use thiap_engine::DecisionQuery;

use super::decision_view::DecisionView;
use super::format;
use super::labels::Label;
use super::language::Language;
use super::links;
use super::page::{Page, Section};
use super::words::Words;
use crate::api::{ProjectAnswer, VersionAnswer};
use crate::failure::Failure;
use crate::parameters::Parameters;
use crate::state::ServerState;

/// Decisions that the page shows.
const MOST_DECISIONS: usize = 200;

#[derive(Template)]
#[template(path = "project.html")]
struct ProjectPage<'a> {
    page: &'a Page,
    code: String,
    title: String,
    owner: String,
    withdrawn: bool,
    /// Short facts.
    facts: Vec<(&'static str, String)>,
    /// Why and what for; each text is a list of paragraphs.
    purpose: Vec<(&'static str, Vec<String>)>,
    /// What comes of it, and the plans that it serves.
    results: Vec<(&'static str, Vec<String>)>,
    activities: Vec<ActivityView>,
    budgets: Vec<BudgetView>,
    budget_total: Option<String>,
    reports: Vec<(String, String)>,
    versions: Vec<VersionView>,
    /// On drafts beside this project, newest first.
    decisions: Vec<DecisionView>,
    similar_address: String,
}

struct ActivityView {
    name: String,
    months: String,
    baht: String,
}

struct BudgetView {
    fiscal_year_be: String,
    source: String,
    baht: String,
}

struct VersionView {
    version_number: u64,
    change_number: u64,
    changed_at: String,
    withdrawn: bool,
    /// What differs from the version before.
    changed: String,
    title: Option<String>,
}

/// A project with its history.
pub(super) async fn show(
    State(state): State<ServerState>,
    Path(code): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let page = Page::new(&uri, &headers, Section::None);
    let answer = ProjectAnswer::read(&state, &code).await?;
    // a withdrawn project is shown as it was last
    let Some(project) = answer.versions.iter().rev().find_map(|version| version.project.as_ref()) else {
        return Err(Failure::of_status(StatusCode::NOT_FOUND));
    };
    let decisions = decisions(&state, &answer.project_code, page.language).await?;
    Ok(page.response(StatusCode::OK, &ProjectPage { decisions, ..ProjectPage::of(&page, &answer, project) }))
}

impl<'a> ProjectPage<'a> {
    fn of(page: &'a Page, answer: &ProjectAnswer, project: &Project) -> Self {
        let (language, words) = (page.language, page.words());
        Self {
            page,
            code: answer.project_code.clone(),
            title: project.title.clone(),
            owner: format::owner(&project.owner),
            withdrawn: answer.project.is_none(),
            facts: facts(project, language),
            purpose: purpose(project, words),
            results: results(project, language),
            activities: project.activities.iter().map(ActivityView::of).collect(),
            budgets: project
                .budgets
                .iter()
                .map(|line| BudgetView {
                    fiscal_year_be: line.fiscal_year_be.map(|year| year.to_string()).unwrap_or_default(),
                    source: line.source.clone(),
                    baht: line.baht.to_string(),
                })
                .collect(),
            budget_total: format::baht(project.budget_total()),
            reports: project
                .reports
                .iter()
                .map(|report| {
                    (
                        format!("{} {} / {}", words.quarter, report.quarter, report.fiscal_year_be),
                        report.text.clone(),
                    )
                })
                .collect(),
            versions: versions(&answer.versions, language),
            decisions: Vec::new(),
            similar_address: links::with_parameters(
                "/",
                &Parameters::default().with("q", words_of(&project.title)),
            ),
        }
    }
}

/// The decisions on drafts beside a project, newest first.
async fn decisions(
    state: &ServerState,
    code: &str,
    language: Language,
) -> Result<Vec<DecisionView>, Failure> {
    let query = DecisionQuery { project_code: Some(code.to_owned()), ..DecisionQuery::default() };
    let mut views = Vec::new();
    for decision in state.engine.decisions(&query, MOST_DECISIONS).await? {
        let view = DecisionView::of(&decision, language);
        let is_project = state.engine.project(&view.draft_id).await.is_ok();
        views.push(if is_project { view.with_address() } else { view });
    }
    views.reverse();
    Ok(views)
}

/// A title as a query of words alone.
fn words_of(title: &str) -> String {
    let plain: String = title
        .chars()
        .map(|c| if matches!(c, '"' | '“' | '”' | '-' | ':' | '\u{2212}') { ' ' } else { c })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect()
}

fn facts(project: &Project, language: Language) -> Vec<(&'static str, String)> {
    let words = language.words();
    let mut facts = vec![(words.kind, project.kind.label(language).to_owned())];
    let mut add = |name, value: String| {
        if !value.is_empty() {
            facts.push((name, value));
        }
    };
    add(words.fiscal_year, project.fiscal_year_be.map(|year| year.to_string()).unwrap_or_default());
    add(
        words.period,
        project
            .period
            .map(|period| {
                format!("{} – {}", format::day(period.start, language), format::day(period.end, language))
            })
            .unwrap_or_default(),
    );
    let target = match project.target_group.number {
        Some(number) if !project.target_group.text.is_empty() => {
            format!("{} ({})", project.target_group.text, format::thousands(number))
        }
        Some(number) => format::thousands(number),
        None => project.target_group.text.clone(),
    };
    add(words.field_target_group, target);
    let areas: Vec<String> = project.areas.iter().map(area).filter(|area| !area.is_empty()).collect();
    let areas = if areas.is_empty() { project.area_text.clone() } else { areas.join(", ") };
    add(words.field_area, areas);
    add(words.status, project.status.clone());
    add(words.source, project.source.clone());
    facts
}

fn area(area: &Area) -> String {
    [&area.subdistrict, &area.district, &area.province]
        .into_iter()
        .filter(|name| !name.is_empty())
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Named texts, without those that are empty.
fn stated(
    sections: impl IntoIterator<Item = (&'static str, Vec<String>)>,
) -> Vec<(&'static str, Vec<String>)> {
    sections.into_iter().filter(|(_, texts)| !texts.is_empty()).collect()
}

fn purpose(project: &Project, words: &Words) -> Vec<(&'static str, Vec<String>)> {
    let rationale = project.rationale.split('\n').map(str::trim).filter(|text| !text.is_empty());
    stated([
        (words.rationale, rationale.map(str::to_owned).collect()),
        (words.field_objectives, project.objectives.clone()),
    ])
}

fn results(project: &Project, language: Language) -> Vec<(&'static str, Vec<String>)> {
    let words = language.words();
    let plans =
        project.plan_links.iter().map(|link| format!("{}: {}", link.level.label(language), link.name));
    stated([
        (words.outputs, project.outputs.clone()),
        (words.outcomes, project.outcomes.clone()),
        (words.indicators, project.indicators.clone()),
        (words.plans, plans.collect()),
    ])
}

impl ActivityView {
    fn of(activity: &Activity) -> Self {
        Self {
            name: activity.name.clone(),
            months: activity.months.clone().unwrap_or_default(),
            baht: activity.baht.map(|baht| baht.to_string()).unwrap_or_default(),
        }
    }
}

/// Newest first.
fn versions(versions: &[VersionAnswer], language: Language) -> Vec<VersionView> {
    let words = language.words();
    let before = std::iter::once(None).chain(versions.iter().map(|version| version.project.as_ref()));
    let mut views: Vec<VersionView> = versions
        .iter()
        .zip(before)
        .map(|(version, before)| VersionView {
            version_number: version.version_number,
            change_number: version.change_number,
            changed_at: format::moment(version.changed_at, language),
            withdrawn: version.withdrawn,
            changed: match (before, &version.project) {
                (Some(before), Some(now)) => changed_fields(before, now, words).join(", "),
                _ => String::new(),
            },
            title: version.project.as_ref().map(|project| project.title.clone()),
        })
        .collect();
    views.reverse();
    views
}

/// Names of the fields that differ.
fn changed_fields(before: &Project, now: &Project, words: &Words) -> Vec<&'static str> {
    [
        (words.field_title, before.title != now.title),
        (words.owner, before.owner != now.owner),
        (words.kind, before.kind != now.kind),
        (words.fiscal_year, before.fiscal_year_be != now.fiscal_year_be),
        (words.period, before.period != now.period),
        (words.rationale, before.rationale != now.rationale),
        (words.field_objectives, before.objectives != now.objectives),
        (words.field_activities, before.activities != now.activities),
        (words.outputs, before.outputs != now.outputs),
        (words.outcomes, before.outcomes != now.outcomes),
        (words.indicators, before.indicators != now.indicators),
        (words.field_target_group, before.target_group != now.target_group),
        (words.field_area, before.areas != now.areas || before.area_text != now.area_text),
        (words.budget, before.budgets != now.budgets),
        (words.plans, before.plan_links != now.plan_links),
        (words.status, before.status != now.status),
        (words.source, before.source != now.source),
        (words.reports, before.reports != now.reports),
    ]
    .into_iter()
    .filter_map(|(name, differs)| differs.then_some(name))
    .collect()
}
