//! The first page: search, its results, and the form for a draft.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use thiap_domain::TextField;
use thiap_engine::SearchRequest;
use thiap_engine::answer::{SearchAnswer, SearchHit};
use thiap_index::{Chip, ChipValue, Fulfilment};

use super::check_form::DraftForm;
use super::facet_view::{FacetView, facet_views};
use super::format::{self, Segment};
use super::labels::Label;
use super::language::Language;
use super::links;
use super::page::{Page, Section};
use super::words::Words;
use crate::failure::Failure;
use crate::parameters::{FILTER_PARAMETERS, PAGE_PARAMETERS, Parameters, QUERY_PARAMETERS};
use crate::state::ServerState;

/// Texts of a hit that are shown beside its title.
const SNIPPETS: usize = 2;

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage<'a> {
    page: &'a Page,
    query: String,
    /// Parameters that a new query keeps.
    kept: Vec<(String, String)>,
    conditions: Vec<Condition>,
    clear_address: String,
    /// What is wrong with the query or a condition.
    problem: Option<String>,
    results: Option<Results>,
    /// Projects that can be found, for the empty page.
    searched_projects: Option<String>,
    form: DraftForm,
}

/// A condition that restricts the projects, or one that was taken away.
struct Condition {
    label: String,
    /// Where the condition comes from, or what became of it; empty for one that a person chose.
    origin: &'static str,
    active: bool,
    /// What following the link does.
    action: &'static str,
    address: String,
    /// Shows only the projects that fulfil a condition of the query, which by itself only ranks them first.
    only_address: Option<String>,
}

struct Results {
    total: String,
    first: String,
    first_rank: usize,
    last: String,
    page_number: String,
    hits: Vec<HitView>,
    facets: Vec<FacetView>,
    previous: Option<String>,
    next: Option<String>,
    change_number: u64,
    model_id: String,
    is_empty: bool,
}

struct HitView {
    code: String,
    address: String,
    title: Vec<Segment>,
    owner: String,
    fiscal_year_be: Option<String>,
    budget: Option<String>,
    kind: &'static str,
    snippets: Vec<(&'static str, Vec<Segment>)>,
    /// Kinds of conditions in the query that the project contradicts.
    contradicted: Vec<&'static str>,
    /// The legs behind the score.
    legs: Vec<(&'static str, String)>,
}

/// The page; with a query or a condition, its results.
pub(super) async fn show(
    State(state): State<ServerState>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let page = Page::new(&uri, &headers, Section::Search);
    let language = page.language;
    let words = page.words();
    // parameters that links of other sites add are passed over
    let mut parameters = Parameters::parse(uri.query()).known();
    parameters.0.retain(|(name, _)| {
        [&QUERY_PARAMETERS[..], &FILTER_PARAMETERS, &PAGE_PARAMETERS]
            .iter()
            .any(|names| names.contains(&name.as_str()))
    });
    let asked = parameters
        .0
        .iter()
        .any(|(name, _)| name == "q" || name == "filters" || FILTER_PARAMETERS.contains(&name.as_str()));
    let found = if asked { Some(search(&state, &parameters).await) } else { None };
    let (problem, answer) = match found {
        Some(Ok((query, answer))) => (None, Some((query, answer))),
        Some(Err(failure)) if failure.status == StatusCode::BAD_REQUEST => (Some(failure), None),
        Some(Err(failure)) => return Err(failure),
        None => (None, None),
    };
    let searched_projects = match &answer {
        Some((_, answer)) if answer.total > 0 => None,
        // a page that cannot tell how many projects there are is still of use
        _ => {
            state.engine.status().await.ok().and_then(|status| status.indexed_projects).map(format::thousands)
        }
    };
    let mut conditions: Vec<Condition> = match &answer {
        Some((_, answer)) => {
            answer.chips.iter().map(|chip| Condition::of_chip(chip, &parameters, words)).collect()
        }
        None => Vec::new(),
    };
    conditions.extend(chosen_conditions(&parameters, language));
    let clear_address = links::with_parameters(
        "/",
        &parameters.without(&FILTER_PARAMETERS).without(&["filters", "without", "offset"]),
    );
    let status = problem.as_ref().map_or(StatusCode::OK, |failure| failure.status);
    let template = SearchPage {
        page: &page,
        query: parameters.all("q").next().unwrap_or_default().to_owned(),
        kept: parameters.without(&["q", "offset", "without"]).0,
        conditions,
        clear_address,
        problem: problem.map(|failure| failure.message(language.is_thai()).to_owned()),
        results: answer.map(|(query, answer)| Results::of(&query, &answer, &parameters, language)),
        searched_projects,
        form: DraftForm::empty(language),
    };
    Ok(page.response(status, &template).into_response())
}

async fn search(
    state: &ServerState,
    parameters: &Parameters,
) -> Result<(SearchRequest, SearchAnswer), Failure> {
    let query = parameters.search_request()?;
    let answer = state.engine.search(query.clone()).await?;
    Ok((query, answer))
}

/// The conditions that a person chose.
fn chosen_conditions(parameters: &Parameters, language: Language) -> Vec<Condition> {
    let words = language.words();
    let name_of = |parameter: &str| match parameter {
        "fiscal_year_be" => words.facet_year,
        "ministry" => words.facet_ministry,
        "department" => words.facet_department,
        "agency" => words.filter_agency,
        "province" => words.facet_province,
        "area" => words.filter_area,
        "plan" => words.facet_plan,
        "kind" => words.facet_kind,
        "status" => words.facet_status,
        "budget_from" => words.filter_budget_from,
        "budget_to" => words.filter_budget_to,
        _ => words.filter_json,
    };
    parameters
        .0
        .iter()
        .filter(|(name, _)| name == "filters" || FILTER_PARAMETERS.contains(&name.as_str()))
        .map(|(name, value)| Condition {
            label: format!("{} {}", name_of(name), super::facet_view::value_label(name, value, language)),
            origin: "",
            active: true,
            action: words.remove,
            address: links::with_parameters("/", &parameters.without_value(name, value).without(&["offset"])),
            only_address: None,
        })
        .collect()
}

impl Condition {
    /// Words of the query that act, or that a person took away: those stay in sight.
    fn of_chip(chip: &Chip, parameters: &Parameters, words: &Words) -> Self {
        let others = parameters.without_value("without", &chip.text).without(&["offset"]);
        let unpaged = others.clone();
        let (origin, action, parameters) = if chip.applied {
            (words.read_from_query, words.remove, others.with("without", chip.text.as_str()))
        } else {
            (words.not_used, words.use_again, others)
        };
        Self {
            label: chip.label.clone(),
            origin,
            active: chip.applied,
            action,
            address: links::with_parameters("/", &parameters),
            only_address: chip.applied.then(|| only(chip, &unpaged)).flatten(),
        }
    }
}

/// The results with a condition of the query as a filter; nothing when it is one already.
fn only(chip: &Chip, parameters: &Parameters) -> Option<String> {
    let ends = |from: Option<String>, to: Option<String>| match (from, to) {
        (Some(from), Some(to)) if from == to => from,
        (from, to) => format!("{}-{}", from.unwrap_or_default(), to.unwrap_or_default()),
    };
    let mut filters: Vec<(&str, String)> = match &chip.value {
        ChipValue::FiscalYears(years) => {
            vec![("fiscal_year_be", ends(years.from.map(|y| y.to_string()), years.to.map(|y| y.to_string())))]
        }
        ChipValue::Areas(areas) => areas.iter().map(|area| ("area", area.to_string())).collect(),
        ChipValue::Agency(name) => vec![("agency", name.clone())],
        ChipValue::BudgetBaht(range) => [("budget_from", range.from), ("budget_to", range.to)]
            .into_iter()
            .filter_map(|(name, amount)| Some((name, amount?.to_string())))
            .collect(),
    };
    filters.retain(|(name, value)| parameters.all(name).all(|held| held != value));
    if filters.is_empty() {
        return None;
    }
    let narrowed = filters.into_iter().fold(parameters.clone(), |parameters, (name, value)| match name {
        // several places and agencies are alternatives; of years and amounts there is one
        "area" | "agency" => parameters.with(name, value),
        _ => parameters.without(&[name]).with(name, value),
    });
    Some(links::with_parameters("/", &narrowed))
}

impl Results {
    fn of(query: &SearchRequest, answer: &SearchAnswer, parameters: &Parameters, language: Language) -> Self {
        let first = query.offset + 1;
        let last = query.offset + answer.hits.len();
        let page_at = |offset: usize| {
            let rest = parameters.without(&["offset"]);
            links::with_parameters(
                "/",
                &if offset == 0 { rest } else { rest.with("offset", offset.to_string()) },
            )
        };
        let limit = query.limit.max(1);
        Self {
            total: format::thousands(answer.total),
            first: format::thousands(first as u64),
            first_rank: first,
            last: format::thousands(last as u64),
            page_number: format::thousands((query.offset / limit + 1) as u64),
            hits: answer.hits.iter().map(|hit| HitView::of(hit, language)).collect(),
            facets: answer
                .facets
                .as_ref()
                .map(|facets| facet_views(facets, parameters, language))
                .unwrap_or_default(),
            previous: (query.offset > 0).then(|| page_at(query.offset.saturating_sub(limit))),
            next: ((last as u64) < answer.total && !answer.hits.is_empty())
                .then(|| page_at(query.offset + limit)),
            change_number: answer.change_number,
            model_id: answer.model_id.clone(),
            is_empty: answer.hits.is_empty(),
        }
    }
}

impl HitView {
    fn of(hit: &SearchHit, language: Language) -> Self {
        let words = language.words();
        let project = &hit.project;
        let title = hit.highlights.iter().find(|highlight| highlight.field == TextField::Title).map_or_else(
            || format::marked(&project.title, &[]),
            |highlight| format::marked(&highlight.text, &highlight.spans),
        );
        let cosine = [hit.hit.legs.cosine_title, hit.hit.legs.cosine_work, hit.hit.legs.cosine_whole]
            .into_iter()
            .flatten()
            .reduce(f64::max);
        let mut legs = vec![
            (words.score, format!("{:.3}", hit.hit.score)),
            (words.leg_words, format!("{:.2}", hit.hit.legs.words)),
            (words.leg_clusters, format!("{:.2}", hit.hit.legs.clusters)),
        ];
        legs.extend(cosine.map(|cosine| (words.leg_meaning, format!("{cosine:.3}"))));
        if !hit.hit.constraints.is_empty() {
            legs.push((words.leg_constraints, format!("{:.2}", hit.hit.legs.fulfilled)));
        }
        Self {
            code: hit.hit.project_code.as_str().to_owned(),
            address: links::project(hit.hit.project_code.as_str()),
            title,
            owner: format::owner(&project.owner),
            fiscal_year_be: project.fiscal_year_be.map(|year| year.to_string()),
            budget: format::baht(project.budget_baht),
            kind: project.kind.label(language),
            snippets: hit
                .highlights
                .iter()
                .filter(|highlight| highlight.field != TextField::Title)
                .take(SNIPPETS)
                .map(|highlight| {
                    (highlight.field.label(language), format::snippet(&highlight.text, &highlight.spans))
                })
                .collect(),
            contradicted: hit
                .hit
                .constraints
                .iter()
                .filter(|(_, fulfilment)| **fulfilment == Fulfilment::Contradicted)
                .map(|(kind, _)| kind.label(language))
                .collect(),
            legs,
        }
    }
}
