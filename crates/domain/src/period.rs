//! Fiscal years, quarters and stretches of days.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// Years between the Buddhist and the Christian era: BE = CE + 543.
const ERA_OFFSET: i32 = 543;

/// Months as Thai offices shorten them.
const THAI_MONTHS: [&str; 12] =
    ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."];

/// A day as Thai readers write it: 1 ต.ค. 2564, in the Buddhist era.
#[must_use]
pub fn thai_day(day: NaiveDate) -> String {
    let month = THAI_MONTHS.get(day.month0() as usize).copied().unwrap_or_default();
    format!("{} {month} {}", day.day(), day.year() + ERA_OFFSET)
}

/// A Thai fiscal year in the Buddhist era: year N runs from 1 October N-1 to 30 September N.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i32", into = "i32")]
pub struct FiscalYear(u16);

/// Why a figure is no fiscal year; the caller's fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FiscalYearError {
    /// Not a whole number.
    #[error("{0:?} is not a fiscal year; write the Buddhist era, for example 2565")]
    NotANumber(String),
    /// Outside the eras that a project can belong to.
    #[error("{0} is no fiscal year between BE 2400 and 2700 (nor CE 1901 and 2157)")]
    OutOfRange(i32),
}

impl FiscalYear {
    /// From a Buddhist-era year, 2400 to 2700.
    ///
    /// # Errors
    /// [`FiscalYearError::OutOfRange`] outside that range.
    pub fn from_be(year_be: i32) -> Result<Self, FiscalYearError> {
        match u16::try_from(year_be) {
            Ok(year) if (2400..=2700).contains(&year) => Ok(Self(year)),
            _ => Err(FiscalYearError::OutOfRange(year_be)),
        }
    }

    /// From a year in either era: 2400 to 2700 is taken as Buddhist, 1901 to 2157 as Christian.
    ///
    /// # Errors
    /// [`FiscalYearError::OutOfRange`] for anything else.
    pub fn from_either_era(year: i32) -> Result<Self, FiscalYearError> {
        Self::from_be(if (1901..=2157).contains(&year) { year + ERA_OFFSET } else { year })
    }

    /// The fiscal year that holds a day.
    ///
    /// # Errors
    /// [`FiscalYearError::OutOfRange`] for a day far from our time.
    pub fn of(day: NaiveDate) -> Result<Self, FiscalYearError> {
        Self::from_be(day.year() + ERA_OFFSET + i32::from(day.month() >= 10))
    }

    /// The year in the Buddhist era.
    #[must_use]
    pub fn be(self) -> i32 {
        i32::from(self.0)
    }

    /// First to last day, 1 October to 30 September.
    #[must_use]
    pub fn period(self) -> Period {
        let year_ce = self.be() - ERA_OFFSET;
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
        Period { start: day(year_ce - 1, 10, 1), end: day(year_ce, 9, 30) }
    }
}

impl TryFrom<i32> for FiscalYear {
    type Error = FiscalYearError;
    fn try_from(year: i32) -> Result<Self, Self::Error> {
        Self::from_either_era(year)
    }
}

impl From<FiscalYear> for i32 {
    fn from(year: FiscalYear) -> Self {
        year.be()
    }
}

impl FromStr for FiscalYear {
    type Err = FiscalYearError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let year: i32 =
            text.trim().parse().map_err(|_| FiscalYearError::NotANumber(text.chars().take(40).collect()))?;
        Self::from_either_era(year)
    }
}

impl fmt::Display for FiscalYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A quarter of a fiscal year: Q1 October-December, Q2 January-March, Q3 April-June, Q4 July-September.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Quarter {
    /// The fiscal year that it belongs to.
    pub fiscal_year_be: FiscalYear,
    /// 1 to 4.
    pub number: u8,
}

impl Quarter {
    /// First to last day; `None` for a number outside 1 to 4.
    #[must_use]
    pub fn period(self) -> Option<Period> {
        let year_ce = self.fiscal_year_be.be() - ERA_OFFSET;
        let (year, first, last, last_day) = match self.number {
            1 => (year_ce - 1, 10, 12, 31),
            2 => (year_ce, 1, 3, 31),
            3 => (year_ce, 4, 6, 30),
            4 => (year_ce, 7, 9, 30),
            _ => return None,
        };
        Some(Period {
            start: NaiveDate::from_ymd_opt(year, first, 1)?,
            end: NaiveDate::from_ymd_opt(year, last, last_day)?,
        })
    }
}

/// A stretch of days, both ends included; ISO dates (Christian era) in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Period {
    /// First day.
    pub start: NaiveDate,
    /// Last day; never before `start` when made by [`Period::new`].
    pub end: NaiveDate,
}

/// Why two days are no period; the caller's fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the period ends on {end}, before it starts on {start}")]
pub struct PeriodError {
    /// First day given.
    pub start: NaiveDate,
    /// Last day given.
    pub end: NaiveDate,
}

impl Period {
    /// From first to last day.
    ///
    /// # Errors
    /// [`PeriodError`] when the end comes before the start.
    pub fn new(start: NaiveDate, end: NaiveDate) -> Result<Self, PeriodError> {
        if end < start { Err(PeriodError { start, end }) } else { Ok(Self { start, end }) }
    }

    /// Number of days, both ends counted.
    #[must_use]
    pub fn days(self) -> i64 {
        (self.end - self.start).num_days() + 1
    }

    /// Days that both periods have.
    #[must_use]
    pub fn shared_days(self, other: Self) -> i64 {
        ((self.end.min(other.end) - self.start.max(other.start)).num_days() + 1).max(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn fiscal_year_starts_in_october() {
        let year = FiscalYear::from_be(2565).unwrap();
        assert_eq!(year.period(), Period { start: day("2021-10-01"), end: day("2022-09-30") });
        assert_eq!(FiscalYear::of(day("2021-09-30")).unwrap().be(), 2564);
        assert_eq!(FiscalYear::of(day("2021-10-01")).unwrap().be(), 2565);
    }

    #[test]
    fn christian_years_are_understood() {
        assert_eq!("2022".parse::<FiscalYear>().unwrap().be(), 2565);
        assert_eq!(serde_json::from_str::<FiscalYear>("2565").unwrap().be(), 2565);
        assert!("65".parse::<FiscalYear>().is_err());
        assert!("๒๕๖๕".parse::<FiscalYear>().is_err(), "digits are folded before");
    }

    #[test]
    fn quarters_tile_their_year() {
        let fiscal_year_be = FiscalYear::from_be(2566).unwrap();
        let quarters: Vec<_> =
            (1..=4).filter_map(|number| Quarter { fiscal_year_be, number }.period()).collect();
        assert_eq!(quarters.iter().map(|q| q.days()).sum::<i64>(), fiscal_year_be.period().days());
        assert_eq!(Quarter { fiscal_year_be, number: 5 }.period(), None);
    }

    proptest! {
        #[test]
        fn every_day_lies_in_its_fiscal_year(days in 0i64..70_000) {
            let day = day("1950-01-01") + chrono::Duration::days(days);
            let period = FiscalYear::of(day).unwrap().period();
            prop_assert!(period.start <= day && day <= period.end);
            prop_assert_eq!(period.shared_days(Period { start: day, end: day }), 1);
        }
    }
}
