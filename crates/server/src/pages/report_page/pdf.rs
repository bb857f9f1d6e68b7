//! The report of a check as PDF: what the page shows, on numbered sheets, with the report itself attached.

use thiap_engine::Report;

use super::{Language, MatchView, ReportPage, ReportPageError};
use crate::sheet::{Attachment, Cell, QUIET, Sheet, SheetError, Style};

/// The colours are those of the page.
const INK: [u8; 3] = [0x1b, 0x24, 0x30];
const LINE: [u8; 3] = [0x7b, 0x87, 0x97];

const TITLE: Style = Style { size: 17.0, bold: true, colour: INK };
const SECTION: Style = Style { size: 13.0, bold: true, colour: INK };
const STRONG: Style = Style { size: 10.5, bold: true, colour: INK };
const BODY: Style = Style { size: 10.5, bold: false, colour: INK };
const SMALL: Style = Style { size: 9.0, bold: false, colour: QUIET };

/// Room that a heading wants below it, so that it does not stand alone at the end of a page.
const WITH_HEADING: f32 = 90.0;

/// A report as PDF/A-3 with the report itself attached, so that the file can be verified. The same report and language give the
/// same bytes.
///
/// # Errors
/// [`ReportPageError`] when the PDF cannot be written, which is a mistake of this program.
pub fn report_pdf(report: &Report, language: Language) -> Result<Vec<u8>, ReportPageError> {
    written(report, language).map_err(|error| ReportPageError::of(report, &error))
}

fn written(report: &Report, language: Language) -> Result<Vec<u8>, SheetError> {
    let page = ReportPage::of(report, language);
    let words = page.t;
    let mut sheet = Sheet::new()?;
    sheet.paragraph(words.report_heading, TITLE, 0.0);
    sheet.paragraph(&format!("{} {}", words.report_number, page.number), STRONG, 0.0);
    sheet.paragraph(&format!("{} {}", words.report_date, page.date), BODY, 0.0);
    sheet.gap(8.0);
    let colour = match page.verdict {
        "repeats" => [0xa3, 0x27, 0x1f],
        "review" => [0x7a, 0x4b, 0x00],
        _ => [0x1c, 0x64, 0x38],
    };
    let verdict = Style { size: 12.5, bold: true, colour };
    sheet.framed(&[(page.verdict_label, verdict), (page.verdict_sentence, BODY)], colour);

    section(&mut sheet, words.your_draft);
    sheet.paragraph(page.draft_title, STRONG, 0.0);
    for (name, texts) in &page.draft {
        let text = match texts.as_slice() {
            [one] => one.clone(),
            many => many.iter().map(|text| format!("• {text}")).collect::<Vec<_>>().join("\n"),
        };
        fact(&mut sheet, name, &text);
    }
    if !page.undone.is_empty() {
        sheet.gap(4.0);
        sheet.paragraph(&format!("{}: {}", words.undone_heading, page.undone.join(", ")), BODY, 0.0);
    }

    section(&mut sheet, words.matches_heading);
    if page.matches.is_empty() {
        sheet.paragraph(words.no_matches, BODY, 0.0);
    }
    for found in &page.matches {
        of_match(&mut sheet, found, &page);
    }

    section(&mut sheet, words.searched_heading);
    for (name, value) in &page.provenance {
        fact(&mut sheet, name, value);
    }
    section(&mut sheet, words.report_verify_heading);
    sheet.paragraph(words.report_verify, BODY, 0.0);
    sheet.paragraph(words.report_seal, SMALL, 0.0);
    sheet.paragraph(page.seal, SMALL, 0.0);
    sheet.paragraph(words.footer, SMALL, 0.0);

    let attachment = Attachment {
        name: format!("{}.json", report.number()),
        mime_type: "application/json",
        description: words.report_heading.to_owned(),
        bytes: report.json().as_bytes().to_vec(),
    };
    sheet.finish(
        &format!("{} {}", words.report_heading, page.number),
        language.tag(),
        page.number,
        report.contents().date,
        attachment,
    )
}

fn section(sheet: &mut Sheet, heading: &str) {
    sheet.gap(12.0);
    sheet.keep(WITH_HEADING);
    sheet.paragraph(heading, SECTION, 0.0);
    sheet.rule(LINE, 0.75);
    sheet.gap(5.0);
}

fn fact(sheet: &mut Sheet, name: &str, text: &str) {
    let cells = [Cell { share: 1.0, style: STRONG, text: name }, Cell { share: 2.6, style: BODY, text }];
    sheet.row(&cells);
}

fn of_match(sheet: &mut Sheet, found: &MatchView<'_>, page: &ReportPage<'_>) {
    let words = page.t;
    sheet.gap(6.0);
    sheet.keep(WITH_HEADING);
    sheet.paragraph(&format!("{}. {}", found.rank, found.title), STRONG, 0.0);
    let year = if found.fiscal_year_be.is_empty() {
        String::new()
    } else {
        format!("{} {}", words.fiscal_year, found.fiscal_year_be)
    };
    let code = format!("{} {}", words.code, found.code);
    let known = [&code, &found.owner, &year, &found.budget].map(String::as_str);
    sheet.paragraph(
        &known.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · "),
        SMALL,
        0.0,
    );
    let likelihood = format!("{} · {}: {}", found.relation_label, words.likelihood, found.likelihood);
    sheet.paragraph(&likelihood, STRONG, 0.0);
    if !found.summary.is_empty() {
        sheet.paragraph(found.summary, BODY, 0.0);
    }
    sheet.gap(3.0);
    let row = |sheet: &mut Sheet, style: Style, texts: [&str; 3]| {
        let [aspect, agreement, evidence] = texts;
        let cells = [
            Cell { share: 1.3, style, text: aspect },
            Cell { share: 1.0, style, text: agreement },
            Cell { share: 3.4, style, text: evidence },
        ];
        sheet.row(&cells);
    };
    let small = Style { colour: INK, ..SMALL };
    row(sheet, Style { bold: true, ..small }, [words.aspect, words.agreement, words.evidence]);
    for (aspect, agreement, evidence) in &found.aspects {
        row(sheet, small, [aspect, agreement, evidence]);
    }
    for passage in &found.passages {
        sheet.gap(4.0);
        let draft = format!("{} · {}: {}", words.in_draft, passage.draft_field, passage.draft_text);
        let project = format!("{} · {}: {}", words.in_project, passage.project_field, passage.project_text);
        sheet.quotation(&format!("{draft}\n{project}"), small);
    }
    if !found.decisions.is_empty() {
        sheet.gap(4.0);
        sheet.paragraph(words.decisions_heading, STRONG, 0.0);
        for decision in &found.decisions {
            let other =
                if decision.of_other_text { format!(" ({})", words.of_other_text) } else { String::new() };
            let text = format!(
                "• {} ({}): {} – {}{other}",
                decision.reviewer, decision.decided_at, decision.relation, decision.reason
            );
            sheet.paragraph(&text, BODY, 8.0);
        }
    }
}
