//! Expressions for one thing: what people ask for and what official titles call it.

use std::collections::HashMap;
use std::sync::LazyLock;

use thiap_text::{fold_case, normalise_text};

use crate::lexical::Terms;

const GLOSSARY: &str = include_str!("../data/glossary.txt");
/// The longest expression in words.
const LONGEST_EXPRESSION_WORDS: usize = 12;

/// The glossary that comes with the program.
#[derive(Debug)]
pub(crate) struct Glossary {
    /// Searchable expressions of each set, as words.
    sets: Vec<Vec<Vec<String>>>,
    /// Sets by expression, as its words written together.
    sets_of: HashMap<String, Vec<usize>>,
}

/// A stretch of a query's words that the glossary knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownExpression {
    /// The first word.
    pub(crate) start: usize,
    /// The word behind the last.
    pub(crate) end: usize,
    /// Other expressions for the same thing, as words.
    pub(crate) others: Vec<Vec<String>>,
}

static EMBEDDED: LazyLock<Glossary> = LazyLock::new(|| Glossary::read(GLOSSARY));

impl Glossary {
    pub(crate) fn embedded() -> &'static Self {
        &EMBEDDED
    }

    fn read(text: &str) -> Self {
        let mut glossary = Self { sets: Vec::new(), sets_of: HashMap::new() };
        for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
            let mut searchable = Vec::new();
            for expression in line.split('|').map(str::trim).filter(|expression| !expression.is_empty()) {
                let (expression, is_searchable) = match expression.strip_prefix('<') {
                    Some(expression) => (expression.trim(), false),
                    None => (expression, true),
                };
                let words = words(expression);
                let sets = glossary.sets_of.entry(key(&words)).or_default();
                if sets.last() != Some(&glossary.sets.len()) {
                    sets.push(glossary.sets.len());
                }
                if is_searchable && !words.is_empty() {
                    searchable.push(words);
                }
            }
            glossary.sets.push(searchable);
        }
        glossary.sets_of.remove("");
        glossary
    }

    /// The expressions in a sequence of words, the longest from the left, none overlapping another. How the words are cut
    /// inside an expression does not matter, only that it begins and ends with a word.
    pub(crate) fn find(&self, words: &[String]) -> Vec<KnownExpression> {
        let mut found = Vec::new();
        let mut start = 0;
        while start < words.len() {
            let longest =
                (start + 1..=words.len().min(start + LONGEST_EXPRESSION_WORDS)).rev().find_map(|end| {
                    let part = words.get(start..end)?;
                    Some((end, self.sets_of.get(&key(part))?))
                });
            let Some((end, sets)) = longest else {
                start += 1;
                continue;
            };
            let own = words.get(start..end).map(key).unwrap_or_default();
            let mut others: Vec<Vec<String>> = Vec::new();
            for other in sets.iter().filter_map(|set| self.sets.get(*set)).flatten() {
                if key(other) != own && !others.contains(other) {
                    others.push(other.clone());
                }
            }
            found.push(KnownExpression { start, end, others });
            start = end;
        }
        found
    }
}

fn words(expression: &str) -> Vec<String> {
    let normalised = normalise_text(expression);
    Terms::of(&fold_case(&normalised)).words.into_iter().map(|word| word.term).collect()
}

/// Thai words are written together, Latin ones apart: `e-mail` and `email` are the same here, as are cuts inside Thai.
fn key(words: &[String]) -> String {
    words.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyday_words_lead_to_official_ones() {
        let found = |query: &str| -> Vec<String> {
            let words = words(query);
            Glossary::embedded()
                .find(&words)
                .into_iter()
                .flat_map(|known| known.others)
                .map(|w| w.concat())
                .collect()
        };
        assert!(found("อยากให้คนแก่มีงานทำ").contains(&"ผู้สูงอายุ".to_owned()));
        assert!(found("Elderly quality of life").contains(&"คุณภาพชีวิต".to_owned()));
        assert!(found("ผู้สูงอายุ").iter().all(|other| other != "คนแก่"), "titles do not say so");
        assert!(found("xyzzy").is_empty());
    }

    #[test]
    fn every_expression_of_the_file_is_found_whole() {
        for line in GLOSSARY.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            for expression in line.split('|') {
                let words = words(expression.trim().trim_start_matches('<').trim());
                let found = Glossary::embedded().find(&words);
                assert!(
                    found.first().is_some_and(|known| known.start == 0 && known.end == words.len()),
                    "{expression}: {words:?}"
                );
            }
        }
    }
}
