//! Reads one mention of time at one place of a text.

use chrono::NaiveDate;
use thiap_domain::{FiscalYear, Period, Quarter, TextSpan};

use super::{DateMention, DateValue, day_of, end_of_month, year_be};
use crate::character::is_thai_letter;

/// Month names and short forms, longest first where one begins another; dots and spaces of short forms are optional.
const MONTHS: [(&str, u32); 79] = [
    ("มกราคม", 1),
    ("มกรา", 1),
    ("ม.ค.", 1),
    ("ม.ค", 1),
    ("มค.", 1),
    ("มค", 1),
    ("January", 1),
    ("Jan.", 1),
    ("Jan", 1),
    ("กุมภาพันธ์", 2),
    ("กุมภา", 2),
    ("ก.พ.", 2),
    ("ก.พ", 2),
    ("กพ.", 2),
    ("กพ", 2),
    ("February", 2),
    ("Feb.", 2),
    ("Feb", 2),
    ("มีนาคม", 3),
    ("มีนา", 3),
    ("มี.ค.", 3),
    ("มี.ค", 3),
    ("มีค.", 3),
    ("มีค", 3),
    ("March", 3),
    ("Mar", 3),
    ("เมษายน", 4),
    ("เมษา", 4),
    ("เม.ย.", 4),
    ("เม.ย", 4),
    ("เมย.", 4),
    ("เมย", 4),
    ("April", 4),
    ("Apr", 4),
    ("พฤษภาคม", 5),
    ("พ.ค.", 5),
    ("พ.ค", 5),
    ("พค.", 5),
    ("พค", 5),
    ("May", 5),
    ("มิถุนายน", 6),
    ("มิ.ย.", 6),
    ("มิ.ย", 6),
    ("มิย", 6),
    ("June", 6),
    ("Jun", 6),
    ("กรกฎาคม", 7),
    ("ก.ค.", 7),
    ("ก.ค", 7),
    ("กค", 7),
    ("July", 7),
    ("Jul", 7),
    ("สิงหาคม", 8),
    ("ส.ค.", 8),
    ("ส.ค", 8),
    ("สค", 8),
    ("August", 8),
    ("Aug", 8),
    ("กันยายน", 9),
    ("ก.ย.", 9),
    ("ก.ย", 9),
    ("กย", 9),
    ("September", 9),
    ("Sep", 9),
    ("ตุลาคม", 10),
    ("ต.ค.", 10),
    ("ต.ค", 10),
    ("ตค", 10),
    ("October", 10),
    ("Oct", 10),
    ("พฤศจิกายน", 11),
    ("พ.ย.", 11),
    ("พ.ย", 11),
    ("พย", 11),
    ("November", 11),
    ("ธันวาคม", 12),
    ("ธ.ค.", 12),
    ("ธ.ค", 12),
    ("December", 12),
];

/// Words that put two ends of a range together.
const RANGE: [&str; 8] = ["จนถึง", "ถึง", "-", "–", "—", "~", "to", "จน"];

/// A day or month that may still lack its month or year, as the first end of a range does.
#[derive(Debug, Clone, Copy, Default)]
struct Partial {
    day: Option<u32>,
    month: Option<u32>,
    year_be: Option<i32>,
    end: usize,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    text: &'a str,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text }
    }

    /// The mention that starts at byte `at`.
    pub(super) fn mention_at(self, at: usize) -> Option<DateMention> {
        let first = self.rest(at).chars().next()?;
        let starts_word =
            !self.text.get(..at)?.chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric());
        let (value, end) = if first.is_ascii_digit() {
            if !starts_word || self.follows_figure(at) {
                return None;
            }
            self.figures_first(at)?
        } else if first.is_ascii_alphabetic() {
            if !starts_word {
                return None;
            }
            self.quarter(at).or_else(|| self.fiscal_year(at)).or_else(|| self.named_first(at))?
        } else if "มกเพสตธปไควจตนวั".contains(first) {
            self.quarter(at)
                .or_else(|| self.fiscal_year(at))
                .or_else(|| self.years(at))
                .or_else(|| self.named_first(at))?
        } else {
            return None;
        };
        Some(DateMention { span: TextSpan::new(at, end), value })
    }

    fn rest(self, at: usize) -> &'a str {
        self.text.get(at..).unwrap_or_default()
    }

    /// The byte behind the spaces at `at`; two at most, so that columns of a table stay apart. A line may break there.
    fn skip_spaces(self, at: usize) -> usize {
        at + self.rest(at).bytes().take(2).take_while(|b| matches!(b, b' ' | b'\n')).count()
    }

    fn literal(self, at: usize, word: &str) -> Option<usize> {
        self.rest(at).starts_with(word).then_some(at + word.len())
    }

    fn one_of(self, at: usize, words: &[&str]) -> Option<usize> {
        words.iter().find_map(|word| self.literal(at, word))
    }

    fn range_word(self, at: usize) -> Option<usize> {
        self.one_of(self.skip_spaces(at), &RANGE).map(|end| self.skip_spaces(end))
    }

    /// The figure is the tail of a longer one: `2,565`, `1.5/2`.
    fn follows_figure(self, at: usize) -> bool {
        let mut before = self.text.get(..at).unwrap_or_default().chars().rev();
        matches!(before.next(), Some('.' | ',' | '/')) && before.next().is_some_and(|c| c.is_ascii_digit())
    }

    /// Digits at `at`: their value, their count and the byte behind them. More than four are no part of a date.
    fn figure(self, at: usize) -> Option<(i32, usize, usize)> {
        let digits = self.rest(at).bytes().take(5).take_while(u8::is_ascii_digit).count();
        if digits == 0 || digits > 4 {
            return None;
        }
        let end = at + digits;
        let value = self.text.get(at..end)?.parse().ok()?;
        Some((value, digits, end))
    }

    /// A figure that is not followed by more of it (`,500`, `.5`, `th` letters) nor by a unit.
    fn closed(self, end: usize) -> bool {
        let mut after = self.rest(end).chars();
        match after.next() {
            Some('.' | ',' | '/') => !after.next().is_some_and(|c| c.is_ascii_digit()),
            Some('%') => false,
            Some(c) => !c.is_ascii_alphanumeric(),
            None => true,
        }
    }

    /// A year at `at`, with or without its era: `พ.ศ. 2565`, `2022`, `65` where `short` allows two digits.
    fn year(self, at: usize, short: bool) -> Option<(i32, usize)> {
        const ERAS: [&str; 8] = ["พ.ศ.", "พ.ศ", "พศ.", "พศ", "ค.ศ.", "ค.ศ", "คศ.", "คศ"];
        let start = self.one_of(at, &ERAS).map_or(at, |end| self.skip_spaces(end));
        let start = self.one_of(start, &["'", "’"]).filter(|_| short).unwrap_or(start);
        let (value, digits, end) = self.figure(start)?;
        if digits != 4 && !(short && digits == 2) || !self.closed(end) {
            return None;
        }
        Some((year_be(value, digits)?, end))
    }

    fn month(self, at: usize) -> Option<(u32, usize)> {
        let at = self.literal(at, "เดือน").map_or(at, |end| self.skip_spaces(end));
        let rest = self.rest(at);
        let (name, month) = MONTHS.iter().find(|(name, _)| rest.starts_with(name))?;
        let end = at + name.len();
        // มกราคม is no month inside a longer word, nor is May in Mayor; a short form without its last dot needs a space
        // or figure behind it.
        let continues =
            self.rest(end).chars().next().is_some_and(|c| is_thai_letter(c) || c.is_ascii_alphabetic());
        let complete = name.ends_with('.') || name.chars().count() > 5;
        (!continues || complete && !name.is_ascii()).then_some((*month, end))
    }

    /// As much of `day month year` as stands at `at`; only a day alone is not enough unless the caller completes it.
    fn partial(self, at: usize) -> Option<Partial> {
        let mut partial = Partial { end: at, ..Partial::default() };
        let mut next = at;
        for word in ["วันที่", "วัน"] {
            if let Some(end) = self.literal(next, word) {
                next = self.skip_spaces(self.weekday(end).unwrap_or(end));
                break;
            }
        }
        if let Some((day, digits, end)) = self.figure(next)
            && digits <= 2
            && (1..=31).contains(&day)
        {
            partial.day = u32::try_from(day).ok();
            partial.end = end;
            next = self.skip_spaces(end);
        }
        if let Some((month, end)) = self.month(next) {
            partial.month = Some(month);
            partial.end = end;
            next = self.skip_spaces(end);
            // Oct 1, 2021
            if partial.day.is_none()
                && let Some((day, digits, end)) = self.figure(next)
                && digits <= 2
                && (1..=31).contains(&day)
                && let Some(comma) = self.literal(end, ",")
                && let Some((year_be, end)) = self.year(self.skip_spaces(comma), false)
            {
                return Some(Partial {
                    day: u32::try_from(day).ok(),
                    month: Some(month),
                    year_be: Some(year_be),
                    end,
                });
            }
            let named = self.literal(next, "ปี").map_or(next, |end| self.skip_spaces(end));
            if let Some((year_be, end)) = self.year(named, true) {
                partial.year_be = Some(year_be);
                partial.end = end;
            }
        }
        (partial.day.is_some() || partial.month.is_some()).then_some(partial)
    }

    /// ศุกร์ที่ and the like behind วัน.
    fn weekday(self, at: usize) -> Option<usize> {
        const WEEKDAYS: [&str; 8] = ["จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "พฤหัส", "ศุกร์", "เสาร์", "อาทิตย์"];
        let end = self.skip_spaces(self.one_of(at, &WEEKDAYS)?);
        Some(self.literal(end, "ที่").unwrap_or(end))
    }

    /// A mention that starts with a month, a day or วันที่.
    fn named_first(self, at: usize) -> Option<(DateValue, usize)> {
        let at = self
            .literal(at, "ตั้งแต่")
            .or_else(|| self.literal(at, "ระหว่าง"))
            .map_or(at, |end| self.skip_spaces(end));
        if let Some(numeric) = self.numeric_behind_day_word(at) {
            return Some(numeric);
        }
        let first = self.partial(at)?;
        if let Some(next) = self.range_word(first.end)
            && let Some(last) = self.partial(next)
            && let Some(value) = range(first, last)
        {
            return Some((value, last.end));
        }
        Some((whole(first)?, first.end))
    }

    /// วันที่ 01/10/2564
    fn numeric_behind_day_word(self, at: usize) -> Option<(DateValue, usize)> {
        self.numeric_range(self.skip_spaces(self.literal(at, "วันที่")?))
    }

    /// A mention that starts with figures.
    fn figures_first(self, at: usize) -> Option<(DateValue, usize)> {
        self.numeric_range(at).or_else(|| self.named_first(at)).or_else(|| self.bare_year_range(at))
    }

    fn numeric_range(self, at: usize) -> Option<(DateValue, usize)> {
        let (first, end) = self.numeric_day(at)?;
        if let Some(next) = self.range_word(end)
            && let Some((last, last_end)) =
                self.numeric_day(self.one_of(next, &["วันที่"]).map_or(next, |e| self.skip_spaces(e)))
            && let Ok(period) = Period::new(first, last)
        {
            return Some((DateValue::Period(period), last_end));
        }
        Some((DateValue::Day(first), end))
    }

    /// `01/10/2564`, `1-10-64`, `1.10.2564`, `2021-10-01`.
    fn numeric_day(self, at: usize) -> Option<(NaiveDate, usize)> {
        let (first, first_digits, end) = self.figure(at)?;
        let separator = self.rest(end).chars().next().filter(|c| matches!(c, '/' | '-' | '.'))?;
        let (month, month_digits, end) = self.figure(end + 1)?;
        let end = self.rest(end).starts_with(separator).then_some(end + 1)?;
        let (last, last_digits, end) = self.figure(end)?;
        if month_digits > 2 || !self.closed(end) || self.rest(end).starts_with(separator) {
            return None;
        }
        let part = |value: i32| u32::try_from(value).ok();
        let day = if first_digits == 4 && last_digits <= 2 {
            day_of(year_be(first, 4)?, part(month)?, part(last)?)?
        } else if first_digits <= 2 && (last_digits == 4 || last_digits == 2 && separator != '.') {
            let year_be = match (last_digits, last) {
                (4, year) => year_be(year, 4)?,
                (_, 40..) => 2500 + last,
                _ => 2000 + last + super::ERA_OFFSET,
            };
            day_of(year_be, part(month)?, part(first)?)
                .or_else(|| day_of(year_be, part(first)?, part(month)?))?
        } else {
            return None;
        };
        Some((day, end))
    }

    /// `(2561 - 2580)`: two years in the same era, rising, with no unit behind them.
    fn bare_year_range(self, at: usize) -> Option<(DateValue, usize)> {
        let (first_be, end) = self.year(at, false)?;
        let next = self.range_word(end)?;
        let (last_be, end) = self.year(next, false)?;
        let plausible = (2475..=2640).contains(&first_be) && first_be < last_be && last_be - first_be <= 40;
        let unit = self.rest(self.skip_spaces(end)).chars().next().is_some_and(is_thai_letter);
        (plausible && !unit).then_some((DateValue::Years { first_be, last_be }, end))
    }

    /// `ปี 2565-2567`, `พ.ศ. 2565`.
    fn years(self, at: usize) -> Option<(DateValue, usize)> {
        const WORDS: [&str; 5] = ["ปีการศึกษา", "ปีปฏิทิน", "ประจำปี", "ปี", "พุทธศักราช"];
        let named = self.one_of(at, &WORDS).map(|end| self.skip_spaces(end));
        let start = match named {
            Some(start) => start,
            None if self.one_of(at, &["พ.ศ", "พศ", "ค.ศ", "คศ"]).is_some() => at,
            None => return None,
        };
        // อายุ 60 ปี 2565 ราย: a length of time, then a count.
        let counted = |text: &str| text.trim_end_matches(' ').ends_with(|c: char| c.is_ascii_digit());
        if named.is_some() && self.rest(at).starts_with("ปี ") && self.text.get(..at).is_some_and(counted)
        {
            return None;
        }
        let (first_be, end) = self.year(start, named.is_some())?;
        let (last_be, end) = self.second_year(first_be, end).unwrap_or((first_be, end));
        Some((DateValue::Years { first_be, last_be }, end))
    }

    fn second_year(self, first_be: i32, end: usize) -> Option<(i32, usize)> {
        let next = self.range_word(end)?;
        let next = self.literal(next, "ปี").map_or(next, |end| self.skip_spaces(end));
        self.year(next, true).filter(|(last_be, _)| *last_be >= first_be)
    }

    /// `ปีงบประมาณ พ.ศ. 2565`, `ปีงบ 65-67`, `FY2565`.
    fn fiscal_year(self, at: usize) -> Option<(DateValue, usize)> {
        const WORDS: [&str; 6] = ["ประจำปีงบประมาณ", "ปีงบประมาณ", "ปี งบประมาณ", "ปีงบฯ", "ปีงบ", "FY"];
        let start = self.skip_spaces(self.one_of(at, &WORDS)?);
        let (first_be, end) = self.year(start, true)?;
        let (last_be, end) = self.second_year(first_be, end).unwrap_or((first_be, end));
        let (first, last) = (FiscalYear::from_be(first_be).ok()?, FiscalYear::from_be(last_be).ok()?);
        Some((DateValue::FiscalYears { first, last }, end))
    }

    /// `ไตรมาส 3/2565`, `ไตรมาสที่ 1-2 ปีงบประมาณ 2566`, `Q3/2565`.
    fn quarter(self, at: usize) -> Option<(DateValue, usize)> {
        let start = self.one_of(at, &["ไตรมาสที่", "ไตรมาส", "Q"])?;
        let start = if self.rest(at).starts_with('Q') { start } else { self.skip_spaces(start) };
        let (first, end) = self.quarter_number(start)?;
        let (last, end) = self
            .range_word(end)
            .and_then(|next| self.quarter_number(next))
            .filter(|(last, _)| *last >= first)
            .unwrap_or((first, end));
        let year_at = match self.literal(end, "/") {
            Some(next) => next,
            None => {
                let next = self.skip_spaces(end);
                let next = self.one_of(next, &["ของ", "ประจำ"]).map_or(next, |end| self.skip_spaces(end));
                let named = self.one_of(next, &["ปีงบประมาณ", "ปีงบ", "ปี"]);
                named.map_or(next, |end| self.skip_spaces(end))
            }
        };
        let (year, end) = self.year(year_at, true)?;
        let fiscal_year_be = FiscalYear::from_be(year).ok()?;
        let quarter = |number| Quarter { fiscal_year_be, number };
        Some((DateValue::Quarters { first: quarter(first), last: quarter(last) }, end))
    }

    fn quarter_number(self, at: usize) -> Option<(u8, usize)> {
        let (number, digits, end) = self.figure(at)?;
        let number = u8::try_from(number).ok()?;
        (digits == 1 && (1..=4).contains(&number)).then_some((number, end))
    }
}

/// A day or month that stands alone.
fn whole(partial: Partial) -> Option<DateValue> {
    let (month, year_be) = (partial.month?, partial.year_be?);
    match partial.day {
        Some(day) => Some(DateValue::Day(day_of(year_be, month, day)?)),
        None => {
            let start = day_of(year_be, month, 1)?;
            Some(DateValue::Period(Period { start, end: end_of_month(start)? }))
        }
    }
}

/// Two ends of a range; the first takes what it lacks from the second.
fn range(first: Partial, last: Partial) -> Option<DateValue> {
    let (last_month, last_year) = (last.month?, last.year_be?);
    let first_month = match (first.month, first.day) {
        (Some(month), _) => month,
        (None, Some(_)) => last_month,
        (None, None) => return None,
    };
    // พ.ย. - ก.พ. 2565 begins in the year before.
    let first_year =
        first.year_be.unwrap_or(if first_month > last_month { last_year - 1 } else { last_year });
    if first.day.is_some() != last.day.is_some() {
        return None;
    }
    let start = day_of(first_year, first_month, first.day.unwrap_or(1))?;
    let end = match last.day {
        Some(day) => day_of(last_year, last_month, day)?,
        None => end_of_month(day_of(last_year, last_month, 1)?)?,
    };
    Period::new(start, end).ok().map(DateValue::Period)
}
