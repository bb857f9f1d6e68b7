//! Figures and marked texts as pages show them.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use thiap_domain::{Baht, Owner, thai_day};
use thiap_text::clusters;

use super::language::Language;

/// Characters of a text shown on each side of its first marked word.
const SNIPPET_BEFORE_CHARACTERS: usize = 60;
/// Characters of a snippet in all.
const SNIPPET_CHARACTERS: usize = 240;

/// A stretch of a text, marked or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment {
    pub text: String,
    pub marked: bool,
}

/// Cuts a text at its marked ranges, which count characters. Ranges that overlap or lie outside lose what does not fit.
pub(super) fn marked(text: &str, spans: &[(usize, usize)]) -> Vec<Segment> {
    let mut spans = spans.to_vec();
    spans.sort_unstable();
    let mut segments: Vec<Segment> = Vec::new();
    let mut spans = spans.into_iter().filter(|(start, end)| start < end).peekable();
    for (place, character) in text.chars().enumerate() {
        while spans.peek().is_some_and(|(_, end)| *end <= place) {
            spans.next();
        }
        let marked = spans.peek().is_some_and(|(start, _)| *start <= place);
        match segments.last_mut() {
            Some(segment) if segment.marked == marked => segment.text.push(character),
            _ => segments.push(Segment { text: character.to_string(), marked }),
        }
    }
    segments
}

/// The part of a text around its first marked word, cut between clusters.
pub(super) fn snippet(text: &str, spans: &[(usize, usize)]) -> Vec<Segment> {
    let first = spans.iter().map(|(start, _)| *start).min().unwrap_or(0);
    let mut ends = 0;
    let cuts: Vec<usize> = clusters(text)
        .filter_map(|span| span.slice(text))
        .map(|cluster| {
            ends += cluster.chars().count();
            ends
        })
        .collect();
    let wanted = first.saturating_sub(SNIPPET_BEFORE_CHARACTERS);
    let start = cuts.iter().copied().take_while(|cut| *cut <= wanted).last().unwrap_or(0);
    let end =
        cuts.iter().copied().take_while(|cut| *cut <= start + SNIPPET_CHARACTERS).last().unwrap_or(ends);
    let kept: String = text.chars().take(end).skip(start).collect();
    let shifted: Vec<_> = spans
        .iter()
        .filter(|(from, _)| *from >= start)
        .map(|(from, to)| (from - start, to - start))
        .collect();
    let mut segments = marked(&kept, &shifted);
    let ellipsis = || Segment { text: "…".to_owned(), marked: false };
    if start > 0 {
        segments.insert(0, ellipsis());
    }
    if end < ends {
        segments.push(ellipsis());
    }
    segments
}

/// Digits in groups of three.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A probability as a percentage. It is an estimate, so neither 0 nor 100 is ever claimed.
pub(super) fn percent(probability: f64) -> String {
    let percent = (probability * 100.0).round();
    if percent >= 100.0 {
        ">99%".to_owned()
    } else if percent < 1.0 {
        "<1%".to_owned()
    } else {
        format!("{percent:.0}%")
    }
}

/// Every unit that is named, smallest first.
pub(super) fn owner(owner: &Owner) -> String {
    [&owner.division, &owner.department, &owner.ministry]
        .into_iter()
        .filter(|name| !name.is_empty())
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(" · ")
}

/// Thailand is seven hours ahead of UTC all year.
const THAI_TIME_SECONDS: i32 = 7 * 3_600;

/// A day: Buddhist era for Thai readers, Christian era for others.
pub(super) fn day(day: NaiveDate, language: Language) -> String {
    if !language.is_thai() {
        return day.format("%-d %b %Y").to_string();
    }
    thai_day(day)
}

/// A moment in Thai time, to the minute.
pub(super) fn moment(moment: DateTime<Utc>, language: Language) -> String {
    let Some(offset) = FixedOffset::east_opt(THAI_TIME_SECONDS) else { return moment.to_rfc3339() };
    let local = moment.with_timezone(&offset);
    format!("{} {}", day(local.date_naive(), language), local.format("%H:%M"))
}

/// An amount as a table shows it.
pub(super) fn baht(amount: Option<Baht>) -> Option<String> {
    amount.map(|amount| amount.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(segments: &[Segment]) -> String {
        segments
            .iter()
            .map(|segment| if segment.marked { format!("[{}]", segment.text) } else { segment.text.clone() })
            .collect()
    }

    #[test]
    fn marks_stand_where_the_ranges_say() {
        assert_eq!(shown(&marked("ผู้สูงอายุไทย", &[(0, 10)])), "[ผู้สูงอายุ]ไทย");
        assert_eq!(shown(&marked("abcdef", &[(4, 9), (1, 3), (2, 2)])), "a[bc]d[ef]");
        assert_eq!(shown(&marked("abc", &[(1, 2), (0, 3)])), "[abc]");
        assert_eq!(shown(&marked("abc", &[(7, 9)])), "abc");
        assert!(marked("", &[(0, 1)]).is_empty());
    }

    #[test]
    fn a_snippet_shows_the_first_marked_word_and_says_what_was_left_out() {
        let text = format!("{}คำค้น{}", "ก".repeat(500), "ข".repeat(500));
        let segments = snippet(&text, &[(500, 505)]);
        let shown = shown(&segments);
        assert!(shown.starts_with("…ก") && shown.ends_with("ข…") && shown.contains("[คำค้น]"), "{shown}");
        assert!(shown.chars().count() < SNIPPET_CHARACTERS + 5);
        assert_eq!(snippet("สั้น", &[(0, 4)]).len(), 1);
        let vowels = "ค่า".repeat(100);
        let shown: String = snippet(&vowels, &[(100, 103)]).into_iter().map(|segment| segment.text).collect();
        assert!(shown.starts_with("…ค่า") && shown.ends_with("ค่า…"), "{shown}");
    }

    #[test]
    fn days_are_told_in_the_era_and_time_of_the_reader() {
        let new_year: DateTime<Utc> = "2022-12-31T17:30:00Z".parse().unwrap();
        assert_eq!(moment(new_year, Language::Thai), "1 ม.ค. 2566 00:30");
        assert_eq!(moment(new_year, Language::English), "1 Jan 2023 00:30");
        assert_eq!(day("2021-10-01".parse().unwrap(), Language::Thai), "1 ต.ค. 2564");
    }

    #[test]
    fn figures_are_grouped_and_probabilities_stay_modest() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(274_016), "274,016");
        assert_eq!(percent(0.834), "83%");
        assert_eq!((percent(0.9999), percent(0.001)), (">99%".to_owned(), "<1%".to_owned()));
    }
}
