//! The page that answers a draft.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use thiap_domain::{Project, Relation, Verdict};
use thiap_engine::answer::{CheckAnswer, Match};

use super::check_form::DraftForm;
use super::decision_view::DecisionView;
use super::format;
use super::labels::{Label, likelihood};
use super::language::Language;
use super::links;
use super::page::Page;

#[derive(Template)]
#[template(path = "answer.html")]
struct AnswerPage<'a> {
    page: &'a Page,
    form: DraftForm,
    draft: DraftView,
    /// Name of the verdict, for its colour.
    verdict: &'static str,
    verdict_label: &'static str,
    verdict_sentence: &'static str,
    /// Spellings of the draft that were looked through.
    undone: Vec<&'a str>,
    splits: Vec<SplitView>,
    /// What may need action or continues.
    matches: Vec<MatchView>,
    /// The others.
    other_matches: Vec<MatchView>,
    searched_projects: String,
    compared_projects: String,
    change_number: u64,
    model_id: &'a str,
    relation_model_id: &'a str,
}

struct DraftView {
    title: String,
    owner: String,
    fiscal_year_be: Option<String>,
    budget: Option<String>,
}

struct SplitView {
    draft_id: String,
    code: String,
    address: String,
    alone: String,
    together: String,
}

struct MatchView {
    rank: usize,
    code: String,
    address: String,
    title: String,
    owner: String,
    fiscal_year_be: Option<String>,
    budget: Option<String>,
    /// Name of the relation, for its colour.
    relation: &'static str,
    relation_label: &'static str,
    likelihood_words: &'static str,
    likelihood_percent: String,
    /// From 0 to 1, as the meter takes it.
    likelihood_value: String,
    summary: String,
    aspects: Vec<AspectView>,
    passages: Vec<PassageView>,
    /// Sentences on what was looked through.
    undone: Vec<String>,
    reasons: Vec<(String, String)>,
    probabilities: Vec<(&'static str, String)>,
    decisions: Vec<DecisionView>,
}

struct AspectView {
    label: &'static str,
    /// Name of the agreement, for its colour.
    agreement: &'static str,
    agreement_label: &'static str,
    evidence: String,
}

struct PassageView {
    draft_field: &'static str,
    draft_text: String,
    project_field: &'static str,
    project_text: String,
}

/// The answer as a page.
pub(super) fn shown(page: &Page, draft: &Project, answer: &CheckAnswer, form: DraftForm) -> Response {
    let language = page.language;
    let words = page.words();
    let (other_matches, matches): (Vec<&Match>, Vec<&Match>) = answer
        .matches
        .iter()
        .partition(|found| matches!(found.comparison.relation, Relation::Related | Relation::Distinct));
    let views =
        |matches: Vec<&Match>| matches.into_iter().map(|found| MatchView::of(found, language)).collect();
    let template = AnswerPage {
        page,
        form,
        draft: DraftView {
            title: draft.title.clone(),
            owner: format::owner(&draft.owner),
            fiscal_year_be: draft.fiscal_year_be.map(|year| year.to_string()),
            budget: format::baht(draft.budget_total()),
        },
        verdict: answer.verdict.name(),
        verdict_label: answer.verdict.label(language),
        verdict_sentence: match answer.verdict {
            Verdict::Clear => words.verdict_clear,
            Verdict::Review => words.verdict_review,
            Verdict::Repeats => words.verdict_repeats,
        },
        undone: answer
            .undone
            .iter()
            .map(|kind| if language.is_thai() { &*kind.thai } else { &*kind.english })
            .collect(),
        splits: answer
            .split_with
            .iter()
            .map(|split| SplitView {
                draft_id: split.draft_id.clone(),
                code: split.project_code.clone(),
                address: links::project(&split.project_code),
                alone: format::percent(split.likelihood_alone),
                together: format::percent(split.likelihood_together),
            })
            .collect(),
        matches: views(matches),
        other_matches: views(other_matches),
        searched_projects: format::thousands(answer.searched_projects),
        compared_projects: format::thousands(answer.compared_projects as u64),
        change_number: answer.change_number,
        model_id: &answer.model_id,
        relation_model_id: &answer.relation_model_id,
    };
    page.response(StatusCode::OK, &template)
}

impl MatchView {
    fn of(found: &Match, language: Language) -> Self {
        let Match { comparison, project, .. } = found;
        Self {
            rank: found.rank,
            code: found.project_code.clone(),
            address: links::project(&found.project_code),
            title: project.title.clone(),
            owner: format::owner(&project.owner),
            fiscal_year_be: project.fiscal_year_be.map(|year| year.to_string()),
            budget: format::baht(project.budget_baht),
            relation: comparison.relation.name(),
            relation_label: comparison.relation.label(language),
            likelihood_words: likelihood(comparison.likelihood, language),
            likelihood_percent: format::percent(comparison.likelihood),
            likelihood_value: format!("{:.3}", comparison.likelihood),
            summary: if language.is_thai() { &comparison.summary_th } else { &comparison.summary_en }.clone(),
            aspects: comparison
                .aspects
                .iter()
                .map(|(aspect, agreement)| AspectView {
                    label: aspect.label(language),
                    agreement: agreement.name(),
                    agreement_label: agreement.label(language),
                    evidence: comparison.evidence.get(aspect).cloned().unwrap_or_default(),
                })
                .collect(),
            passages: comparison
                .passages
                .iter()
                .map(|passage| PassageView {
                    draft_field: passage.draft.field.label(language),
                    draft_text: passage.draft.text.clone(),
                    project_field: passage.project.field.label(language),
                    project_text: passage.project.text.clone(),
                })
                .collect(),
            undone: comparison
                .undone
                .iter()
                .map(|one| if language.is_thai() { one.thai.clone() } else { one.english.clone() })
                .collect(),
            reasons: comparison
                .reasons
                .iter()
                .map(|reason| {
                    let name = if language.is_thai() { &reason.thai } else { &reason.comparison };
                    (name.clone(), format!("{:+.2}", reason.weight))
                })
                .collect(),
            probabilities: comparison
                .probabilities
                .iter()
                .map(|(relation, probability)| (relation.label(language), format::percent(*probability)))
                .collect(),
            decisions: found.decisions.iter().map(|decision| DecisionView::of(decision, language)).collect(),
        }
    }
}
