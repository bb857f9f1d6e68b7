//! Days, months, years, fiscal years and quarters of Thai texts.
//!
//! Years are told apart by their size: 2400 to 2700 is Buddhist era, 1900 to 2200 Christian era, whatever the mark before
//! it claims (พ.ศ. 2022 and ปีงบประมาณ 2022 are slips for 2565). Two digits behind a Thai month or ปี are Buddhist (65 is
//! 2565); in a date of figures only, 40 and above are Buddhist, below Christian (01/10/21). Texts are expected in normal
//! form (see [`crate::normalise`]); spans are bytes of the text given.

mod reader;

use chrono::{Datelike, NaiveDate};
use thiap_domain::{FiscalYear, Period, Quarter, TextSpan};

use reader::Reader;

/// Years between the eras: BE = CE + 543.
const ERA_OFFSET: i32 = 543;

/// What a mention of time says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateValue {
    /// One day.
    Day(NaiveDate),
    /// A stretch of days or months: `1-5 มกราคม 2565`, `ต.ค. 64 - ก.ย. 65`, `ตุลาคม 2564`.
    Period(Period),
    /// Years that are not said to be fiscal: `ปี 2565`, `พ.ศ. 2566 - 2570`. Buddhist era.
    Years {
        /// First year.
        first_be: i32,
        /// Last year, the same as the first for a single one.
        last_be: i32,
    },
    /// Fiscal years: `ปีงบประมาณ พ.ศ. 2565`, `ปีงบ 65-67`.
    FiscalYears {
        /// First year.
        first: FiscalYear,
        /// Last year, the same as the first for a single one.
        last: FiscalYear,
    },
    /// Quarters of one fiscal year: `ไตรมาส 3/2565`, `ไตรมาส 1-2 ปี 2566`.
    Quarters {
        /// First quarter.
        first: Quarter,
        /// Last quarter, the same as the first for a single one.
        last: Quarter,
    },
}

impl DateValue {
    /// First to last day; calendar years for years that are not said to be fiscal. `None` when the days lie beyond what
    /// dates can hold.
    #[must_use]
    pub fn period(self) -> Option<Period> {
        match self {
            Self::Day(day) => Some(Period { start: day, end: day }),
            Self::Period(period) => Some(period),
            Self::Years { first_be, last_be } => Period::new(
                NaiveDate::from_ymd_opt(first_be.checked_sub(ERA_OFFSET)?, 1, 1)?,
                NaiveDate::from_ymd_opt(last_be.checked_sub(ERA_OFFSET)?, 12, 31)?,
            )
            .ok(),
            Self::FiscalYears { first, last } => Period::new(first.period().start, last.period().end).ok(),
            Self::Quarters { first, last } => Period::new(first.period()?.start, last.period()?.end).ok(),
        }
    }

    /// The fiscal years that the mention touches, first to last, where it names years or less; `None` far from our time.
    #[must_use]
    pub fn fiscal_years(self) -> Option<(FiscalYear, FiscalYear)> {
        match self {
            Self::FiscalYears { first, last } => Some((first, last)),
            Self::Years { first_be, last_be } => {
                Some((FiscalYear::from_be(first_be).ok()?, FiscalYear::from_be(last_be).ok()?))
            }
            other => {
                let period = other.period()?;
                Some((FiscalYear::of(period.start).ok()?, FiscalYear::of(period.end).ok()?))
            }
        }
    }
}

/// A mention of time in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateMention {
    /// Where it stands.
    pub span: TextSpan,
    /// What it says.
    pub value: DateValue,
}

/// Finds the days, periods, years and quarters of a text, left to right, without overlaps. A bare number is a year only
/// behind a word that says so (ปี, พ.ศ., ปีงบประมาณ) or in a range of two years.
#[must_use]
pub fn find_dates(normalised: &str) -> Vec<DateMention> {
    let mut mentions = Vec::new();
    let mut at = 0;
    while at < normalised.len() {
        if let Some(mention) = Reader::new(normalised).mention_at(at) {
            at = mention.span.end.max(at + 1);
            mentions.push(mention);
            continue;
        }
        at = next_start(normalised, at);
    }
    mentions
}

/// The next byte where a mention could start: behind the current word of figures, or the next character.
fn next_start(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let figures = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
    at + figures.max(rest.chars().next().map_or(1, char::len_utf8))
}

/// Reads a field that holds one day and nothing else: `2021-10-01`, `01/10/2564`, `1 ต.ค. 64`, `วันที่ ๑ ตุลาคม พ.ศ. ๒๕๖๔`.
/// The text need not be in normal form.
#[must_use]
pub fn parse_day(field: &str) -> Option<NaiveDate> {
    match parse(field)? {
        DateValue::Day(day) => Some(day),
        _ => None,
    }
}

/// Reads a field that holds one period and nothing else: a day, a month, a range, a year, a fiscal year or a quarter.
#[must_use]
pub fn parse_period(field: &str) -> Option<Period> {
    parse(field)?.period()
}

/// Reads a field that holds one fiscal year and nothing else: `2565`, `2022`, `65`, `ปีงบประมาณ พ.ศ. ๒๕๖๕`.
#[must_use]
pub fn parse_fiscal_year(field: &str) -> Option<FiscalYear> {
    let text = crate::normalise_text(field);
    let text = text.trim();
    if !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit()) {
        return FiscalYear::from_be(year_be(text.parse().ok()?, text.len())?).ok();
    }
    match parse(text)? {
        DateValue::FiscalYears { first, last } if first == last => Some(first),
        DateValue::Years { first_be, last_be } if first_be == last_be => FiscalYear::from_be(first_be).ok(),
        _ => None,
    }
}

fn parse(field: &str) -> Option<DateValue> {
    let text = crate::normalise_text(field);
    let text = text.trim();
    match find_dates(text).as_slice() {
        [mention] if mention.span == TextSpan::new(0, text.len()) => Some(mention.value),
        _ => None,
    }
}

/// The Buddhist year that `digits` figures mean, with two digits taken as Buddhist.
fn year_be(year: i32, digits: usize) -> Option<i32> {
    match (digits, year) {
        (2, 0..=99) => Some(2500 + year),
        (4, 2400..=2700) => Some(year),
        (4, 1900..=2200) => Some(year + ERA_OFFSET),
        _ => None,
    }
}

/// The day of a Buddhist year.
fn day_of(year_be: i32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year_be - ERA_OFFSET, month, day)
}

/// The last day of the month that a day lies in.
fn end_of_month(day: NaiveDate) -> Option<NaiveDate> {
    let (year, month) = if day.month() == 12 { (day.year() + 1, 1) } else { (day.year(), day.month() + 1) };
    NaiveDate::from_ymd_opt(year, month, 1)?.pred_opt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(text: &str) -> Vec<(String, DateValue)> {
        let text = crate::normalise_text(text);
        find_dates(&text).into_iter().map(|m| (m.span.slice(&text).unwrap().to_owned(), m.value)).collect()
    }

    fn one(text: &str) -> DateValue {
        let mentions = found(text);
        assert_eq!(mentions.len(), 1, "{text}: {mentions:?}");
        mentions[0].1
    }

    fn day(iso: &str) -> DateValue {
        DateValue::Day(iso.parse().unwrap())
    }

    fn period(start: &str, end: &str) -> DateValue {
        DateValue::Period(Period { start: start.parse().unwrap(), end: end.parse().unwrap() })
    }

    fn fiscal(first: i32, last: i32) -> DateValue {
        let year = |be| FiscalYear::from_be(be).unwrap();
        DateValue::FiscalYears { first: year(first), last: year(last) }
    }

    fn quarters(year: i32, first: u8, last: u8) -> DateValue {
        let quarter = |number| Quarter { fiscal_year_be: FiscalYear::from_be(year).unwrap(), number };
        DateValue::Quarters { first: quarter(first), last: quarter(last) }
    }

    #[test]
    fn reads_days_in_every_usual_form() {
        for text in [
            "1 ต.ค. 2564",
            "๑ ตุลาคม พ.ศ. ๒๕๖๔",
            "วันที่ 1 เดือนตุลาคม 2564",
            "01/10/2564",
            "1-10-2564",
            "2021-10-01",
            "2564-10-01",
            "1 ต.ค. 64",
            "1 ตค 64",
            "1 October 2021",
            "Oct 1, 2021",
            "1/10/64",
            "01/10/21",
            "วันศุกร์ที่ 1 ตุลาคม 2564",
        ] {
            assert_eq!(one(text), day("2021-10-01"), "{text}");
        }
        assert_eq!(one("31/12/2021"), day("2021-12-31"));
        assert_eq!(one("12/31/2021"), day("2021-12-31"), "month first, as some spreadsheets write it");
    }

    #[test]
    fn tells_the_eras_apart() {
        assert_eq!(one("1 มกราคม ค.ศ. 2022"), day("2022-01-01"));
        assert_eq!(one("1 มกราคม พ.ศ. 2022"), day("2022-01-01"), "a slip for the Christian era");
        assert_eq!(one("ปีงบประมาณ 2022"), fiscal(2565, 2565));
        assert_eq!(one("พ.ศ. 2565"), DateValue::Years { first_be: 2565, last_be: 2565 });
        assert_eq!(one("ค.ศ. 2022"), DateValue::Years { first_be: 2565, last_be: 2565 });
    }

    #[test]
    fn reads_periods() {
        let fiscal_2565 = period("2021-10-01", "2022-09-30");
        for text in [
            "ตุลาคม 2564 - กันยายน 2565",
            "ต.ค. 64 – ก.ย. 65",
            "1 ตุลาคม 2564 ถึง 30 กันยายน 2565",
            "ตั้งแต่วันที่ 1 ตุลาคม 2564 ถึงวันที่ 30 กันยายน 2565",
            "01/10/2564 - 30/09/2565",
        ] {
            assert_eq!(one(text), fiscal_2565, "{text}");
        }
        assert_eq!(one("ม.ค. - มี.ค. 2565"), period("2022-01-01", "2022-03-31"));
        assert_eq!(one("1-5 มกราคม 2565"), period("2022-01-01", "2022-01-05"));
        assert_eq!(one("28 ธันวาคม 2564 - 3 มกราคม 2565"), period("2021-12-28", "2022-01-03"));
        assert_eq!(one("30 ม.ค. - 2 ก.พ. 2565"), period("2022-01-30", "2022-02-02"));
        assert_eq!(one("เดือนกุมภาพันธ์ 2567"), period("2024-02-01", "2024-02-29"));
        assert_eq!(
            one("31 กุมภาพันธ์ 2565"),
            period("2022-02-01", "2022-02-28"),
            "no such day, but the month stands"
        );
    }

    #[test]
    fn reads_years_and_fiscal_years() {
        assert_eq!(one("ปีงบประมาณ พ.ศ. 2565"), fiscal(2565, 2565));
        assert_eq!(one("ประจำปีงบประมาณ 2565"), fiscal(2565, 2565));
        assert_eq!(one("ปีงบ 65"), fiscal(2565, 2565));
        assert_eq!(one("ปีงบประมาณ 2565 - 2567"), fiscal(2565, 2567));
        assert_eq!(one("ปีงบประมาณ พ.ศ. 2566 ถึง พ.ศ. 2570"), fiscal(2566, 2570));
        assert_eq!(one("FY2565"), fiscal(2565, 2565));
        assert_eq!(one("ปี 2565-2567"), DateValue::Years { first_be: 2565, last_be: 2567 });
        assert_eq!(one("ปี 65"), DateValue::Years { first_be: 2565, last_be: 2565 });
        assert_eq!(one("ปี 2565-67"), DateValue::Years { first_be: 2565, last_be: 2567 });
        assert_eq!(one("ยุทธศาสตร์ชาติ 20 ปี (2561 - 2580)"), DateValue::Years { first_be: 2561, last_be: 2580 });
    }

    #[test]
    fn reads_quarters_of_the_fiscal_year() {
        for text in ["ไตรมาส 3/2565", "ไตรมาสที่ 3 ปีงบประมาณ 2565", "ไตรมาส 3 ปี 65", "Q3/2565", "Q3 2022"]
        {
            assert_eq!(one(text), quarters(2565, 3, 3), "{text}");
        }
        assert_eq!(one("ไตรมาสที่ 1-2 ปี 2566"), quarters(2566, 1, 2));
        assert_eq!(one("ไตรมาส 1/2565").period(), period("2021-10-01", "2021-12-31").period());
    }

    #[test]
    fn numbers_and_times_are_no_dates() {
        for text in [
            "เวลา 09.00 น.",
            "2565 คน",
            "99/99/2565",
            "10 ปี",
            "โทร 02-123-4567",
            "ปีละ 2 ครั้ง",
            "มาตรา 12/1",
            "1.5 ล้าน",
            "เดือนตุลาคม",
            "2,565 บาท",
            "อายุ 60 ปี 2565 ราย",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn fields_are_read_whole() {
        assert_eq!(parse_day(" ๑ ต.ค. ๖๔ "), NaiveDate::from_ymd_opt(2021, 10, 1));
        assert_eq!(parse_day("1 ต.ค. 64 เป็นต้นไป"), None);
        assert_eq!(parse_fiscal_year("2022").map(FiscalYear::be), Some(2565));
        assert_eq!(parse_fiscal_year("ปีงบประมาณ พ.ศ. ๒๕๖๕").map(FiscalYear::be), Some(2565));
        assert_eq!(parse_fiscal_year("65").map(FiscalYear::be), Some(2565));
        assert_eq!(parse_fiscal_year("1234"), None);
        assert_eq!(parse_period("ไตรมาส 2/2565"), period("2022-01-01", "2022-03-31").period());
    }

    #[test]
    fn fiscal_years_of_a_period_are_those_it_touches() {
        let years = |text: &str| one(text).fiscal_years().map(|(first, last)| (first.be(), last.be()));
        assert_eq!(years("1 ก.ย. 2565 - 1 ต.ค. 2565"), Some((2565, 2566)));
        assert_eq!(years("ปี 2565"), Some((2565, 2565)));
    }

    proptest! {
        #[test]
        fn no_text_panics_and_spans_fit(text in "(([0-9]{1,6}|[-/., –]|ปี|ปีงบ|ประมาณ|พ\\.ศ\\.|ต\\.ค\\.|มกราคม|ไตรมาส|ที่|ถึง|Q|May|วันที่|ก){0,14})|\\PC{0,40}") {
            let mut last = 0;
            for mention in find_dates(&text) {
                prop_assert!(mention.span.start >= last);
                prop_assert!(mention.span.slice(&text).is_some_and(|slice| !slice.is_empty()));
                if let Some(period) = mention.value.period() {
                    prop_assert!(period.start <= period.end);
                }
                let _ = mention.value.fiscal_years();
                last = mention.span.end;
            }
            let _ = (parse_day(&text), parse_period(&text), parse_fiscal_year(&text));
        }

        #[test]
        fn every_day_reads_back_in_thai_and_in_figures(days in 0i64..60_000) {
            const MONTHS: [&str; 12] = ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."];
            let day = NaiveDate::from_ymd_opt(1925, 1, 1).unwrap() + chrono::Duration::days(days);
            let (date, month, year_be) = (day.day(), day.month(), day.year() + 543);
            prop_assert_eq!(parse_day(&format!("{date} {} {year_be}", MONTHS[day.month0() as usize])), Some(day));
            prop_assert_eq!(parse_day(&format!("{date:02}/{month:02}/{year_be}")), Some(day));
            prop_assert_eq!(parse_day(&day.to_string()), Some(day));
        }
    }
}
