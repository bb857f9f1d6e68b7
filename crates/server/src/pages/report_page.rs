//! The report of a check as a page to be printed and kept: one file, no scripts, nothing to fetch.

mod pdf;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use thiap_domain::{Baht, Verdict};
use thiap_engine::{Report, ReportDecision, ReportMatch, embedded_json, thai_today};

pub use pdf::report_pdf;

use super::check_page::{self, Sent};
use super::format;
use super::labels::{Label, likelihood};
use super::language::Language;
use super::words::Words;
use crate::api;
use crate::failure::Failure;
use crate::state::ServerState;

/// Matches that a report made on the page holds.
const MATCHES: usize = 20;
/// Passages that are printed of a match; all stand in the report itself.
const PASSAGES: usize = 3;
/// The page carries its own style and nothing else.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
);

/// Why a report could not be written as a page; a mistake of this program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the page of report {number} could not be written: {reason}")]
pub struct ReportPageError {
    /// The report.
    pub number: String,
    /// Why.
    pub reason: String,
}

impl ReportPageError {
    fn of(report: &Report, reason: &dyn std::error::Error) -> Self {
        Self { number: report.number().to_owned(), reason: reason.to_string() }
    }
}

#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage<'a> {
    language: Language,
    t: &'static Words,
    number: &'a str,
    seal: &'a str,
    date: String,
    /// Name of the verdict, for its colour.
    verdict: &'static str,
    verdict_label: &'static str,
    verdict_sentence: &'static str,
    draft_title: &'a str,
    /// What is said of the draft.
    draft: Vec<(&'static str, Vec<String>)>,
    /// Kinds of spelling that were undone.
    undone: Vec<&'a str>,
    matches: Vec<MatchView<'a>>,
    /// What was searched, and with what.
    provenance: Vec<(&'static str, String)>,
    /// The report itself, for verification.
    json: String,
}

struct MatchView<'a> {
    rank: usize,
    code: &'a str,
    title: &'a str,
    owner: String,
    fiscal_year_be: String,
    budget: String,
    relation: &'static str,
    relation_label: &'static str,
    likelihood: String,
    summary: &'a str,
    aspects: Vec<(&'static str, &'static str, &'a str)>,
    passages: Vec<PassageView<'a>>,
    decisions: Vec<DecidedView<'a>>,
}

struct PassageView<'a> {
    draft_field: &'static str,
    draft_text: &'a str,
    project_field: &'static str,
    project_text: &'a str,
}

struct DecidedView<'a> {
    relation: &'static str,
    reason: &'a str,
    reviewer: &'a str,
    decided_at: String,
    of_other_text: bool,
}

/// A report as a page to be printed; the report itself stands inside it, so that the page can be verified. The same report and
/// language give the same bytes.
///
/// # Errors
/// [`ReportPageError`] when the page cannot be written, which is a mistake of this program.
pub fn report_html(report: &Report, language: Language) -> Result<String, ReportPageError> {
    ReportPage::of(report, language).render().map_err(|error| ReportPageError::of(report, &error))
}

/// How a report is shown to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReportForm {
    /// A page to be printed.
    Html,
    /// Sheets to be filed.
    Pdf,
}

impl ReportForm {
    fn written(self, report: &Report, language: Language) -> Result<Vec<u8>, ReportPageError> {
        match self {
            Self::Html => report_html(report, language).map(String::into_bytes),
            Self::Pdf => report_pdf(report, language),
        }
    }

    fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Html => "text/html; charset=utf-8",
            Self::Pdf => "application/pdf",
        })
    }

    fn ending(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Pdf => "pdf",
        }
    }
}

/// Whether bytes are the page or the PDF of a report, in some language.
pub(crate) fn shows_report(report: &Report, bytes: &[u8]) -> bool {
    let form = if bytes.starts_with(b"%PDF-") { ReportForm::Pdf } else { ReportForm::Html };
    [Language::Thai, Language::English].into_iter().any(|language| match form.written(report, language) {
        Ok(file) => file == bytes,
        Err(error) => {
            tracing::error!("{error}");
            false
        }
    })
}

/// Issues the report of the draft that the form holds, and shows it as a page.
pub(super) async fn issue_page(state: State<ServerState>, request: Request) -> Result<Response, Failure> {
    issue(state, request, ReportForm::Html).await
}

/// The same as PDF.
pub(super) async fn issue_pdf(state: State<ServerState>, request: Request) -> Result<Response, Failure> {
    issue(state, request, ReportForm::Pdf).await
}

async fn issue(
    State(state): State<ServerState>,
    request: Request,
    form: ReportForm,
) -> Result<Response, Failure> {
    // a report is kept: a page of another site must not fill the register
    api::refuse_other_sites(request.headers())?;
    let (page, draft) = match check_page::sent(&state, request).await? {
        Sent::Draft { page, draft, .. } => (page, draft),
        Sent::Answered(response) => return Ok(response),
    };
    let report = state.engine.report(*draft, thai_today(), MATCHES).await?;
    shown(report, page.language, form).await
}

/// The answer that shows a report.
pub(crate) async fn shown(report: Report, language: Language, form: ReportForm) -> Result<Response, Failure> {
    let file_name = format!("inline; filename=\"{}.{}\"", report.number(), form.ending());
    // a long PDF keeps a processor busy for a while
    let written = tokio::task::spawn_blocking(move || form.written(&report, language)).await;
    let failed = |error: &dyn std::error::Error| {
        tracing::error!("{error}");
        Failure::internal()
    };
    let file = written.map_err(|error| failed(&error))?.map_err(|error| failed(&error))?;
    let headers = [
        (header::CONTENT_TYPE, form.content_type()),
        (header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag())),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&file_name).unwrap_or(HeaderValue::from_static("inline")),
        ),
    ];
    Ok((StatusCode::OK, headers, file).into_response())
}

impl<'a> ReportPage<'a> {
    fn of(report: &'a Report, language: Language) -> Self {
        let words = language.words();
        let contents = report.contents();
        let draft = &contents.draft;
        let one = |text: &str| if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
        let areas: Vec<String> = draft
            .areas
            .iter()
            .map(|area| {
                [area.subdistrict.as_str(), &area.district, &area.province].join(" ").trim().to_owned()
            })
            .filter(|area| !area.is_empty())
            .collect();
        let mut facts = vec![
            (words.report_draft_id, one(draft.project_code.as_str())),
            (words.owner, one(&format::owner(&draft.owner))),
            (words.fiscal_year, draft.fiscal_year_be.map(|year| year.to_string()).into_iter().collect()),
            (
                words.budget,
                format::baht(draft.budget_total()).map(|sum| with_baht(&sum, words)).into_iter().collect(),
            ),
            (
                words.period,
                draft
                    .period
                    .map(|period| {
                        let [start, end] = [period.start, period.end].map(|day| format::day(day, language));
                        format!("{start} – {end}")
                    })
                    .into_iter()
                    .collect(),
            ),
            (words.field_target_group, one(&draft.target_group.text)),
            (words.field_area, if areas.is_empty() { one(&draft.area_text) } else { vec![areas.join(", ")] }),
            (words.field_objectives, draft.objectives.clone()),
            (words.field_activities, draft.activities.iter().map(|activity| activity.name.clone()).collect()),
        ];
        facts.retain(|(_, texts)| !texts.is_empty());
        Self {
            language,
            t: words,
            number: report.number(),
            seal: report.seal_text(),
            date: format::day(contents.date, language),
            verdict: contents.verdict.name(),
            verdict_label: contents.verdict.label(language),
            verdict_sentence: match contents.verdict {
                Verdict::Clear => words.verdict_clear,
                Verdict::Review => words.verdict_review,
                Verdict::Repeats => words.verdict_repeats,
            },
            draft_title: &draft.title,
            draft: facts,
            undone: contents
                .undone
                .iter()
                .map(|undone| if language.is_thai() { &*undone.thai } else { &*undone.english })
                .collect(),
            matches: contents.matches.iter().map(|found| MatchView::of(found, language)).collect(),
            provenance: vec![
                (words.corpus_version, contents.corpus.change_number.to_string()),
                (words.searched_projects, format::thousands(contents.corpus.projects)),
                (words.compared_projects, format::thousands(contents.compared_projects as u64)),
                (words.encoder_model, contents.model_id.clone()),
                (words.relation_model, contents.relation_model_id.clone()),
                (
                    words.report_thresholds,
                    format!(
                        "{} {} / {} {}",
                        words.report_review_from,
                        format::percent(contents.thresholds.review),
                        words.report_repeats_from,
                        format::percent(contents.thresholds.repeats)
                    ),
                ),
                (words.report_draft_hash, contents.draft_sha256.clone()),
            ],
            json: embedded_json(report.json()),
        }
    }
}

fn with_baht(sum: &str, words: &Words) -> String {
    format!("{sum} {}", words.baht)
}

impl<'a> MatchView<'a> {
    fn of(found: &'a ReportMatch, language: Language) -> Self {
        let words = language.words();
        let project = &found.project;
        Self {
            rank: found.rank,
            code: &found.project_code,
            title: &project.title,
            owner: format::owner(&project.owner),
            fiscal_year_be: project.fiscal_year_be.map(|year| year.to_string()).unwrap_or_default(),
            budget: format::baht(project.budget_baht.filter(|sum| *sum != Baht::default()))
                .map(|sum| with_baht(&sum, words))
                .unwrap_or_default(),
            relation: found.relation.name(),
            relation_label: found.relation.label(language),
            likelihood: format!(
                "{} ({})",
                likelihood(found.likelihood, language),
                format::percent(found.likelihood)
            ),
            summary: if language.is_thai() { &found.summary_th } else { &found.summary_en },
            aspects: found
                .aspects
                .iter()
                .map(|(aspect, agreement)| {
                    let evidence = found.evidence.get(aspect).map(String::as_str).unwrap_or_default();
                    (aspect.label(language), agreement.label(language), evidence)
                })
                .collect(),
            passages: found
                .passages
                .iter()
                .take(PASSAGES)
                .map(|passage| PassageView {
                    draft_field: passage.draft.field.label(language),
                    draft_text: &passage.draft.text,
                    project_field: passage.project.field.label(language),
                    project_text: &passage.project.text,
                })
                .collect(),
            decisions: found
                .decisions
                .iter()
                .filter(|decision| !decision.superseded)
                .map(|decision| DecidedView::of(decision, language))
                .collect(),
        }
    }
}

impl<'a> DecidedView<'a> {
    fn of(decision: &'a ReportDecision, language: Language) -> Self {
        Self {
            relation: decision.relation.label(language),
            reason: &decision.reason,
            reviewer: &decision.reviewer,
            decided_at: format::moment(decision.decided_at, language),
            of_other_text: decision.of_other_text,
        }
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};
    use thiap_engine::REPORT_PAGE_FORMAT;

    use super::*;

    const SAMPLE: &str = include_str!("../../tests/sample-report.json");

    /// Pages that were handed out are verified by making them again. When this fails the page has changed: raise
    /// `REPORT_PAGE_FORMAT` beside the new figures, so that older pages are not called altered.
    #[test]
    fn the_page_of_a_format_never_changes() {
        let report = Report::from_json(SAMPLE).unwrap();
        let hashes = |form: ReportForm| {
            let of_language = [Language::Thai, Language::English].map(|language| {
                let file = form.written(&report, language).unwrap();
                assert!(shows_report(&report, &file));
                Sha256::digest(file).iter().take(8).map(|byte| format!("{byte:02x}")).collect::<String>()
            });
            of_language.join(" ")
        };
        assert_eq!(
            (REPORT_PAGE_FORMAT, hashes(ReportForm::Html).as_str()),
            (1, "17bfcfce953cbe0c 23d748fbdc50e901")
        );
        assert_eq!(
            (REPORT_PAGE_FORMAT, hashes(ReportForm::Pdf).as_str()),
            (1, "a060cb985800600f 7e4245dd472960e4")
        );
    }

    #[test]
    fn a_page_says_what_the_report_says_and_lets_nothing_through() {
        let report = Report::from_json(SAMPLE).unwrap();
        let page = report_html(&report, Language::Thai).unwrap();
        for text in [
            report.number(),
            report.seal_text(),
            "31 ม.ค. 2569",
            "ขุดลอกคลอง &#60;บางหลวง&#62;",
            "83%",
            "31 ม.ค. 2569 00:30",
            "สมศรี",
            "9,855",
            "1,500,000",
        ] {
            assert!(page.contains(text), "{text}: {page}");
        }
        assert!(!page.contains("<บางหลวง>"), "{page}");
        let english = report_html(&report, Language::English).unwrap();
        assert!(english.contains("31 Jan 2026") && english.contains("probably repeats"), "{english}");
    }
}
