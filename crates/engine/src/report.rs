//! The report of a check: numbered, sealed, kept in the register of the store, and verified later.
//!
//! A report is one line of JSON whose fields stand in a fixed order: number and seal first, the contents behind them. The seal is the
//! SHA-256 of the contents as they are written, the number comes from the seal: the same contents, the day included, give the
//! same bytes, and a changed byte breaks the seal.

mod contents;
mod number;
mod page;
mod verify;

use std::sync::Arc;

use chrono::{Datelike, FixedOffset, NaiveDate, Utc};
use thiap_domain::Project;
use thiap_store::content_hash;

pub use contents::{
    CorpusVersion, REPORT_PAGE_FORMAT, ReportContents, ReportDecision, ReportMatch, ReportPassage,
    ReportPassageSide, ReportProject,
};
pub use page::embedded_json;
pub use verify::{ReportOutcome, ReportVerification, Reproduction};

use crate::answer::CheckAnswer;
use crate::engine::Engine;
use crate::error::EngineError;

/// Matches that one report may hold.
pub const MOST_REPORT_MATCHES: usize = 100;

/// Years (Christian era) of days that a report may bear: a day of the Buddhist era lies outside.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2400;

/// Thailand is seven hours ahead of UTC all year.
const THAI_TIME_SECONDS: i32 = 7 * 3_600;

/// Today in Thailand.
#[must_use]
pub fn thai_today() -> NaiveDate {
    let now = Utc::now();
    FixedOffset::east_opt(THAI_TIME_SECONDS)
        .map_or_else(|| now.date_naive(), |offset| now.with_timezone(&offset).date_naive())
}

/// Why a text is no sound report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unsound {
    /// It does not begin as a report does.
    NoReport,
    /// It does, but number or seal do not fit what stands behind them.
    Altered,
    /// The seal fits, but this program cannot read what stands behind it.
    OtherFormat,
}

/// A report with what it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    number: String,
    seal: String,
    json: String,
    contents: ReportContents,
}

impl Report {
    /// Seals contents that are written as a JSON object.
    fn seal(contents: &str) -> Result<Self, serde_json::Error> {
        let parsed: ReportContents = serde_json::from_str(contents)?;
        let hash = content_hash(contents);
        let number = number::number_of(parsed.date, &hash);
        let seal = number::hexadecimal(&hash);
        let fields = contents.strip_prefix('{').unwrap_or(contents);
        let json = [number::BEFORE_NUMBER, &number, number::BEFORE_SEAL, &seal, number::BEHIND_SEAL, fields];
        Ok(Self { json: json.concat(), number, seal, contents: parsed })
    }

    /// Reads a report whose seal fits; white space around it does not count.
    pub(crate) fn read(text: &str) -> Result<Self, Unsound> {
        let text = text.trim_start_matches('\u{feff}').trim();
        let rest = text.strip_prefix(number::BEFORE_NUMBER).ok_or(Unsound::NoReport)?;
        let (_, rest) = rest.split_once(number::BEFORE_SEAL).ok_or(Unsound::Altered)?;
        let (seal, fields) = rest.split_once(number::BEHIND_SEAL).ok_or(Unsound::Altered)?;
        let contents = format!("{{{fields}");
        if number::hexadecimal(&content_hash(&contents)) != seal {
            return Err(Unsound::Altered);
        }
        let report = Self::seal(&contents).map_err(|_| Unsound::OtherFormat)?;
        // the number follows from the contents as well
        if report.json == text { Ok(report) } else { Err(Unsound::Altered) }
    }

    /// Reads a report from the JSON that [`Self::json`] gives.
    ///
    /// # Errors
    /// [`EngineError::Request`] when it is none, or not as it was sealed.
    pub fn from_json(text: &str) -> Result<Self, EngineError> {
        Self::read(text)
            .map_err(|_| EngineError::Request("this is no report of Thiap as it was sealed".into()))
    }

    /// The number, such as `T2569-7K4M-X9PD-3RWA`.
    #[must_use]
    pub fn number(&self) -> &str {
        &self.number
    }

    /// SHA-256 of the contents, hexadecimal.
    #[must_use]
    pub fn seal_text(&self) -> &str {
        &self.seal
    }

    /// The report as it is kept, one line of JSON.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.json
    }

    /// What it holds.
    #[must_use]
    pub fn contents(&self) -> &ReportContents {
        &self.contents
    }
}

impl Engine {
    /// Checks a draft and issues the report of a day: the report is kept in the register of the store. The same draft on the same
    /// day over the same corpus gives the same report, and issuing it again changes nothing.
    ///
    /// # Errors
    /// [`EngineError::Request`] for a day or a limit that cannot be, [`EngineError::Draft`] for a draft that cannot be kept, and
    /// what checking and the store give.
    pub async fn report(
        self: &Arc<Self>,
        draft: Project,
        date: NaiveDate,
        limit: usize,
    ) -> Result<Report, EngineError> {
        check_date(date)?;
        if !(1..=MOST_REPORT_MATCHES).contains(&limit) {
            return Err(EngineError::Request(format!(
                "a report holds 1 to {MOST_REPORT_MATCHES} matches, not {limit}"
            )));
        }
        let report = self.report_of(draft, date, limit).await?;
        self.store().add_report(&report.number, date, &report.json).await?;
        Ok(report)
    }

    /// The report as it would be issued now.
    async fn report_of(
        self: &Arc<Self>,
        draft: Project,
        date: NaiveDate,
        limit: usize,
    ) -> Result<Report, EngineError> {
        let answer: Option<CheckAnswer> = self.check(vec![draft.clone()], limit).await?.pop();
        let answer = answer.ok_or_else(|| EngineError::Worker("a draft got no answer".into()))?;
        Report::seal(&contents::written(&draft, date, limit, &answer, self)?)
            .map_err(|error| EngineError::Worker(format!("a report could not be read back: {error}")))
    }
}

fn check_date(date: NaiveDate) -> Result<(), EngineError> {
    if YEARS.contains(&date.year()) {
        return Ok(());
    }
    let hint = match YEARS.contains(&(date.year() - 543)) {
        true => format!("; the year is of the Christian era: {} for {}", date.year() - 543, date.year()),
        false => String::new(),
    };
    Err(EngineError::Request(format!(
        "a report bears a day of the years {} to {} (Christian era), not {date}{hint}",
        YEARS.start(),
        YEARS.end()
    )))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sealed() -> Report {
        let contents = concat!(
            r#"{"format":1,"page_format":1,"date":"2026-01-31","date_th":"31 ม.ค. 2569","#,
            r#""draft":{"project_code":"D-1","title":"ขุดลอก </script> คลอง"},"draft_sha256":"00","#,
            r#""corpus":{"store_id":"s","change_number":3,"projects":2},"compared_projects":2,"model_id":"m","#,
            r#""relation_model_id":"r","thresholds":{"review":0.1,"repeats":0.6},"limit":5,"verdict":"clear","#,
            r#""undone":[],"matches":[]}"#,
        );
        Report::seal(contents).unwrap()
    }

    #[test]
    fn a_report_reads_back_and_number_and_seal_stand_first() {
        let report = sealed();
        assert!(report.json().starts_with(&format!(
            "{{\"number\":\"{}\",\"seal\":\"{}\",\"format\":1,",
            report.number(),
            report.seal_text()
        )));
        assert!(report.number().starts_with("T2569-"));
        assert_eq!(report, sealed());
        assert_eq!(Report::read(&format!("\u{feff}{}\r\n", report.json())), Ok(report.clone()));
        let value: serde_json::Value = serde_json::from_str(report.json()).unwrap();
        assert_eq!(value["draft"]["title"], "ขุดลอก </script> คลอง");
    }

    #[test]
    fn what_is_no_report_is_told_from_what_was_altered() {
        assert_eq!(Report::read("{}"), Err(Unsound::NoReport));
        assert_eq!(Report::read(""), Err(Unsound::NoReport));
        assert_eq!(Report::read("{\"number\":\"T\""), Err(Unsound::Altered));
        let report = sealed();
        let other_number = report.json().replacen("T2569", "T2568", 1);
        assert_eq!(Report::read(&other_number), Err(Unsound::Altered));
        let later = "{\"format\":9}";
        let seal = number::hexadecimal(&content_hash(later));
        let later = format!("{{\"number\":\"T\",\"seal\":\"{seal}\",\"format\":9}}");
        assert_eq!(Report::read(&later), Err(Unsound::OtherFormat));
    }

    #[test]
    fn a_day_of_the_other_era_is_refused_with_the_right_one() {
        let error = check_date("2569-01-31".parse().unwrap()).unwrap_err().to_string();
        assert!(error.contains("2026 for 2569"), "{error}");
        check_date("2026-01-31".parse().unwrap()).unwrap();
        assert!(check_date(NaiveDate::MIN).is_err() && check_date(NaiveDate::MAX).is_err());
    }

    proptest! {
        #[test]
        fn no_changed_byte_goes_unnoticed(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let report = sealed();
            let mut bytes = report.json().as_bytes().to_vec();
            let place = place.index(bytes.len());
            prop_assume!(bytes[place] != byte);
            // white space around the report does not count
            prop_assume!(!(place == 0 || place == bytes.len() - 1) || !byte.is_ascii_whitespace());
            bytes[place] = byte;
            if let Ok(text) = std::str::from_utf8(&bytes) {
                prop_assert!(Report::read(text).is_err());
            }
        }
    }
}
