//! Which parts of a text a query found, by our own offsets into the original.

use std::collections::HashSet;

use thiap_domain::TextSpan;

use super::parse::ParsedQuery;
use crate::lexical::Terms;

/// The parts of `original` that hold words of the query, in order and apart from each other; words that stand side by side,
/// with nothing or only a space between them, are one part. Spans are bytes of `original`.
#[must_use]
pub fn highlights(original: &str, query: &ParsedQuery) -> Vec<TextSpan> {
    let wanted: HashSet<String> =
        Terms::of(query.free_text()).words.into_iter().map(|word| word.term).collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut spans: Vec<TextSpan> = Vec::new();
    for word in Terms::of(original).words.into_iter().filter(|word| wanted.contains(&word.term)) {
        let joins = |last: &&mut TextSpan| {
            original
                .get(last.end..word.span.start)
                .is_some_and(|gap| thiap_text::normalise_text(gap).chars().all(|c| c == ' '))
        };
        match spans.last_mut().filter(joins) {
            Some(last) => last.end = word.span.end.max(last.end),
            None => spans.push(word.span),
        }
    }
    spans
}
