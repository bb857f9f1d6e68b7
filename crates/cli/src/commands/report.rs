//! `report`.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use serde::Serialize;
use thiap_domain::Verdict;
use thiap_engine::{Engine, Progress, ReportOutcome, thai_today};
use thiap_server::{Language, report_html, report_pdf, verify_report};

use crate::args::{Format, ReportAction, ReportArguments};
use crate::drafts::Drafts;
use crate::input::InputFile;
use crate::output::Output;

/// A line for each report.
#[derive(Serialize)]
struct ReportLine<'a> {
    draft_id: &'a str,
    number: &'a str,
    verdict: Verdict,
    html: &'a Path,
    pdf: &'a Path,
    json: &'a Path,
}

/// Issues a report for every draft of a file or folder, or verifies one; whether all is well.
pub async fn report(
    engine: &Arc<Engine>,
    arguments: &ReportArguments,
    output: &Output,
    progress: &dyn Progress,
) -> anyhow::Result<bool> {
    match (&arguments.action, &arguments.file) {
        (Some(ReportAction::Verify { file }), _) => verify(engine, file, output).await,
        (None, Some(file)) => issue(engine, file, arguments, output, progress).await,
        (None, None) => anyhow::bail!("a file of drafts is needed: thiap report FILE"),
    }
}

async fn issue(
    engine: &Arc<Engine>,
    file: &Path,
    arguments: &ReportArguments,
    output: &Output,
    progress: &dyn Progress,
) -> anyhow::Result<bool> {
    let date = arguments.date.unwrap_or_else(thai_today);
    let language = if arguments.english { Language::English } else { Language::Thai };
    let mut drafts = Drafts::open(file, output, progress)?;
    std::fs::create_dir_all(&arguments.output).with_context(|| arguments.output.display().to_string())?;
    progress.begin("report", None);
    while let Some(draft) = drafts.next_draft()? {
        let report = engine.report(draft, date, arguments.limit).await?;
        let number = report.number();
        let [html, pdf, json] =
            ["html", "pdf", "json"].map(|ending| arguments.output.join(format!("{number}.{ending}")));
        let page = report_html(&report, language)?;
        let sheets = report_pdf(&report, language)?;
        for (path, bytes) in
            [(&html, page.as_bytes()), (&pdf, sheets.as_slice()), (&json, report.json().as_bytes())]
        {
            std::fs::write(path, bytes).with_context(|| path.display().to_string())?;
        }
        let contents = report.contents();
        let draft_id = contents.draft.project_code.as_str();
        progress.advance(1);
        match output.format {
            Format::Table => output.text(&format!(
                "ร่าง {draft_id}: {} ({}) รายงานเลขที่ {number}\n  {}\n  {}\n  {}",
                contents.verdict.thai(),
                contents.verdict.name(),
                html.display(),
                pdf.display(),
                json.display()
            ))?,
            _ => output.line(&ReportLine {
                draft_id,
                number,
                verdict: contents.verdict,
                html: &html,
                pdf: &pdf,
                json: &json,
            })?,
        }
    }
    progress.end();
    Ok(drafts.all_read())
}

/// Tells whether a report is genuine, in a sentence, or as JSON where that is asked for.
async fn verify(engine: &Arc<Engine>, file: &Path, output: &Output) -> anyhow::Result<bool> {
    let input = InputFile::open(file)?;
    let bytes = std::fs::read(input.path()).with_context(|| file.display().to_string())?;
    let verification = verify_report(engine, &bytes).await.with_context(|| file.display().to_string())?;
    match output.format {
        Format::Json => output.document(&verification)?,
        Format::Table | Format::Jsonl => {
            output.text(&verification.message_th)?;
            output.text(&verification.message_en)?;
        }
    }
    Ok(verification.outcome == ReportOutcome::Genuine)
}
