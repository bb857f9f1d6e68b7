//! Whether a report is what it says it is.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use thiap_domain::Verdict;
use thiap_store::content_hash;

use super::contents::{REPORT_PAGE_FORMAT, ReportContents, ReportMatch};
use super::{Report, Unsound, page::report_in_file};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::indexing::blocking;

/// What a verification found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportOutcome {
    /// This store issued it, and not a byte has changed.
    Genuine,
    /// Something in it is not as it was written. Which part cannot be known.
    Altered,
    /// The seal fits, but this store never issued it: another store may have, or somebody sealed contents of their own.
    Unknown,
}

/// Whether the check gives the same answer now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Reproduction {
    /// It does.
    Yes,
    /// It does not, although corpus, models and thresholds are the same.
    No {
        /// What differs.
        reason: String,
    },
    /// The check cannot be repeated as it was.
    NotComparable {
        /// What has changed since.
        reason: String,
    },
}

/// What is known of a report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportVerification {
    /// What was found.
    pub outcome: ReportOutcome,
    /// The number that it bears; of an altered one nothing is taken for true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The day that it bears.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<NaiveDate>,
    /// When it was entered into the register.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued_at: Option<DateTime<Utc>>,
    /// The draft's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draft_id: Option<String>,
    /// The answer that it gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// Whether the check gives the same answer now.
    pub reproduced: Reproduction,
    /// All this in Thai.
    pub message_th: String,
    /// All this in English.
    pub message_en: String,
}

/// The page or PDF around a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PageState {
    /// There was none.
    None,
    /// Byte for byte that of the report.
    Same,
    /// Another than that of the report.
    Altered,
    /// Made by another version of this program, which cannot be repeated.
    OtherFormat,
}

impl Engine {
    /// Verifies a report, given as its JSON or as the page or PDF that shows it: whether its seal fits, whether the register of this
    /// store holds it, and whether the check gives the same answer now. `shows` tells whether bytes are the page or the PDF of a
    /// report in some language: a file of which a byte differs was altered, whatever the report inside it.
    ///
    /// # Errors
    /// [`EngineError::Request`] for something that is no report; what checking and the store give.
    pub async fn verify_report(
        self: &Arc<Self>,
        bytes: &[u8],
        shows: fn(&Report, &[u8]) -> bool,
    ) -> Result<ReportVerification, EngineError> {
        let no_report = || {
            EngineError::Request(
                "this is no report of Thiap; give the JSON, HTML or PDF file as it was issued".to_owned(),
            )
        };
        let embedded = report_in_file(bytes);
        let text = match &embedded {
            Some(embedded) => embedded,
            None => std::str::from_utf8(bytes).map_err(|_| no_report())?,
        };
        let report = match Report::read(text) {
            Ok(report) => report,
            Err(Unsound::Altered) => return Ok(altered("the seal does not fit the contents")),
            Err(Unsound::OtherFormat) => {
                return Err(EngineError::Request(
                    "the seal of this report fits, but another version of this program wrote it; verify it with that version"
                        .to_owned(),
                ));
            }
            Err(Unsound::NoReport) if embedded.is_some() => {
                return Ok(altered("the report inside the page cannot be read"));
            }
            Err(Unsound::NoReport) => return Err(no_report()),
        };
        let page = match embedded {
            None => PageState::None,
            Some(_) if report.contents.page_format != REPORT_PAGE_FORMAT => PageState::OtherFormat,
            Some(_) => {
                // a page or a PDF is made anew
                let (sealed, file) = (report.clone(), bytes.to_vec());
                match blocking(move || Ok::<_, EngineError>(shows(&sealed, &file))).await? {
                    true => PageState::Same,
                    false => PageState::Altered,
                }
            }
        };
        if page == PageState::Altered {
            return Ok(altered("the page shows something else than the report inside it"));
        }
        let issued = self.store().report(&report.number).await?;
        let issued = match issued {
            // numbers follow from contents, so that this is the register's own damage
            Some(issued) if issued.content_hash != content_hash(&report.json) => {
                return Ok(altered("the register holds other contents under the number"));
            }
            issued => issued,
        };
        let reproduced = self.reproduced(&report).await?;
        let outcome = if issued.is_some() { ReportOutcome::Genuine } else { ReportOutcome::Unknown };
        let (message_th, message_en) = messages(outcome, &report, page, &reproduced);
        Ok(ReportVerification {
            outcome,
            number: Some(report.number),
            date: Some(report.contents.date),
            issued_at: issued.map(|issued| issued.issued_at),
            draft_id: Some(report.contents.draft.project_code.into()),
            verdict: Some(report.contents.verdict),
            reproduced,
            message_th,
            message_en,
        })
    }

    /// Repeats the check of a report where everything that it rests on is the same.
    async fn reproduced(self: &Arc<Self>, report: &Report) -> Result<Reproduction, EngineError> {
        let then = &report.contents;
        let not_comparable = |reason: String| Ok(Reproduction::NotComparable { reason });
        if then.corpus.store_id != self.store_id() {
            return not_comparable("the report was made over another store".to_owned());
        }
        if then.thresholds != self.thresholds {
            return not_comparable("the thresholds of the verdict are others now".to_owned());
        }
        if then.relation_model_id != self.relation_model.id() {
            let now = self.relation_model.id();
            return not_comparable(format!(
                "the relation model is {now} now, was {}",
                then.relation_model_id
            ));
        }
        let now = match self.report_of(then.draft.clone(), then.date, then.limit).await {
            Ok(now) => now,
            Err(EngineError::NotIndexed { .. }) => {
                return not_comparable("nothing is indexed at present".to_owned());
            }
            Err(error) => return Err(error),
        };
        if now.json == report.json {
            return Ok(Reproduction::Yes);
        }
        let now = &now.contents;
        if then.model_id != now.model_id {
            return not_comparable(format!("the encoder is {} now, was {}", now.model_id, then.model_id));
        }
        if then.corpus != now.corpus {
            return not_comparable(format!(
                "the corpus has moved on: change {} with {} projects then, change {} with {} now",
                then.corpus.change_number,
                then.corpus.projects,
                now.corpus.change_number,
                now.corpus.projects
            ));
        }
        Ok(match difference(then, now) {
            None => Reproduction::Yes,
            Some(reason) => Reproduction::No { reason },
        })
    }
}

/// Likelihoods that are so near each other are the same: processors differ in the last digits.
const SAME_LIKELIHOOD: f64 = 1e-4;

/// What the answers of two reports differ in; decisions that reviewers made in between are no part of the answer.
fn difference(then: &ReportContents, now: &ReportContents) -> Option<String> {
    if then.verdict != now.verdict {
        return Some(format!("the verdict is {} now, was {}", now.verdict.name(), then.verdict.name()));
    }
    if then.matches.len() != now.matches.len() {
        return Some(format!("{} matches now, {} then", now.matches.len(), then.matches.len()));
    }
    let same = |a: &ReportMatch, b: &ReportMatch| {
        a.project_code == b.project_code
            && a.relation == b.relation
            && a.aspects == b.aspects
            && (a.likelihood - b.likelihood).abs() <= SAME_LIKELIHOOD
    };
    let differing = then.matches.iter().zip(&now.matches).find(|(a, b)| !same(a, b));
    differing.map(|(a, b)| format!("match {} is {} now, was {}", a.rank, b.project_code, a.project_code))
}

/// The verification of something that is not as it was written.
fn altered(reason: &str) -> ReportVerification {
    ReportVerification {
        outcome: ReportOutcome::Altered,
        number: None,
        date: None,
        issued_at: None,
        draft_id: None,
        verdict: None,
        reproduced: Reproduction::NotComparable { reason: "an altered report is not repeated".to_owned() },
        message_th: "รายงานนี้ถูกเปลี่ยนแปลงหลังออก (เนื้อหาไม่ตรงกับตราปิดผนึก) ไม่อาจทราบได้ว่าส่วนใด จึงเชื่อถือไม่ได้ทั้งฉบับ \
                     หากแฟ้มผ่านโปรแกรมที่บันทึกใหม่ โปรดขอแฟ้มฉบับที่ออกแต่แรก"
            .to_owned(),
        message_en: format!(
            "This report was altered after it was issued ({reason}). Which part cannot be known, so none of it can be relied on. \
             If a program has saved the file anew, ask for the file as it was issued."
        ),
    }
}

fn messages(
    outcome: ReportOutcome,
    report: &Report,
    page: PageState,
    reproduced: &Reproduction,
) -> (String, String) {
    let number = report.number();
    let (mut thai, mut english) = match outcome {
        ReportOutcome::Genuine => (
            format!("รายงาน {number} เป็นฉบับที่ระบบนี้ออก และไม่มีการเปลี่ยนแปลง"),
            format!("Report {number} was issued by this system and has not changed."),
        ),
        _ => (
            format!("ตราปิดผนึกของรายงาน {number} ถูกต้อง แต่ระบบนี้ไม่เคยออกรายงานเลขนี้ โปรดสอบถามผู้ที่ออกรายงาน"),
            format!(
                "The seal of report {number} fits, but this system never issued it; ask whoever handed it out where it was issued."
            ),
        ),
    };
    if page == PageState::OtherFormat {
        thai.push_str(" หน้าที่พิมพ์มาจากโปรแกรมรุ่นอื่น จึงยืนยันได้เฉพาะข้อมูลในแฟ้ม ไม่รวมข้อความบนหน้า");
        english.push_str(
            " The page comes from another version of this program: only the report inside it is verified, not the text on the page.",
        );
    }
    match reproduced {
        Reproduction::Yes => {
            thai.push_str(" เมื่อตรวจร่างเดิมอีกครั้งได้ผลเหมือนเดิม");
            english.push_str(" The check repeated now gives the same answer.");
        }
        Reproduction::No { reason } => {
            thai.push_str(" แต่เมื่อตรวจร่างเดิมอีกครั้งได้ผลต่างจากในรายงาน");
            english.push_str(&format!(" But the check repeated now gives another answer: {reason}."));
        }
        Reproduction::NotComparable { reason } => {
            thai.push_str(" ไม่อาจตรวจซ้ำให้เหมือนเดิมได้ เพราะข้อมูลหรือแบบจำลองเปลี่ยนไปแล้ว");
            english.push_str(&format!(" The check cannot be repeated as it was: {reason}."));
        }
    }
    (thai, english)
}
