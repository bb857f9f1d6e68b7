//! Which parts of a text a query found, by our own offsets into the original.

use std::collections::HashSet;

use thiap_domain::TextSpan;

use super::parse::ParsedQuery;
use crate::lexical::Terms;
use crate::scoring::carries_content;

/// Words that only begin others: alone they mark nothing.
const BEGINNINGS: [&str; 5] = ["ผู้", "การ", "ความ", "นัก", "ชาว"];

/// The parts of `original` that hold words of the query, in order and apart from each other; words that stand side by side,
/// with nothing or only a space between them, are one part. Words that hold a question together mark nothing by themselves,
/// unless the query has no others. Spans are bytes of `original`.
#[must_use]
pub fn highlights(original: &str, query: &ParsedQuery) -> Vec<TextSpan> {
    let wanted: HashSet<String> =
        Terms::of(query.free_text()).words.into_iter().map(|word| word.term).collect();
    let says_something = |term: &str| carries_content(term) && !BEGINNINGS.contains(&term);
    let any_will_do = !wanted.iter().any(|term| says_something(term));
    let mut parts: Vec<(TextSpan, bool)> = Vec::new();
    for word in Terms::of(original).words.into_iter().filter(|word| wanted.contains(&word.term)) {
        let joins = |last: &&mut (TextSpan, bool)| {
            original
                .get(last.0.end..word.span.start)
                .is_some_and(|gap| thiap_text::normalise_text(gap).chars().all(|c| c == ' '))
        };
        let says = any_will_do || says_something(&word.term);
        match parts.last_mut().filter(joins) {
            Some((span, any_says)) => {
                span.end = word.span.end.max(span.end);
                *any_says |= says;
            }
            None => parts.push((word.span, says)),
        }
    }
    parts.into_iter().filter(|(_, says)| *says).map(|(span, _)| span).collect()
}
