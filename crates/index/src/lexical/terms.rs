//! How a text becomes terms. Documents and queries go through the same functions.

use tantivy::tokenizer::{PreTokenizedString, Token};
use thiap_domain::TextSpan;
use thiap_text::{Analysed, analyse, clusters, fold_case};

/// Clusters in an n-gram.
pub(crate) const CLUSTER_NGRAM: usize = 3;

/// A word of a text and where it stood in the original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) term: String,
    pub(crate) span: TextSpan,
}

/// A text cut into words and n-grams.
#[derive(Debug, Clone, Default)]
pub(crate) struct Terms {
    pub(crate) words: Vec<Word>,
    /// Every n-gram as often as it occurs, in order.
    pub(crate) ngrams: Vec<String>,
}

impl Terms {
    pub(crate) fn of(original: &str) -> Self {
        let analysed = analyse(original);
        Self { words: words(&analysed), ngrams: ngrams(&analysed.normalised.text) }
    }
}

fn words(analysed: &Analysed) -> Vec<Word> {
    analysed.terms().map(|term| Word { term: term.term.into_owned(), span: term.span }).collect()
}

/// The cluster n-grams of a normalised text. Spaces and punctuation are passed over: Thai writes its words together, and
/// text read from paper has spaces where lines broke. A text too short for one n-gram is one itself.
pub(crate) fn ngrams(normalised: &str) -> Vec<String> {
    let folded = fold_case(normalised);
    let units: Vec<&str> = clusters(&folded)
        .filter_map(|span| span.slice(&folded))
        .filter(|unit| unit.chars().next().is_some_and(|first| first.is_alphanumeric() || is_thai(first)))
        .collect();
    if units.is_empty() {
        return Vec::new();
    }
    if units.len() < CLUSTER_NGRAM {
        return vec![units.concat()];
    }
    units.windows(CLUSTER_NGRAM).map(|window| window.concat()).collect()
}

fn is_thai(c: char) -> bool {
    ('\u{0E01}'..='\u{0E5B}').contains(&c)
}

/// Words as tantivy takes them, one position each.
pub(crate) fn word_stream(words: Vec<Word>) -> PreTokenizedString {
    stream(words.into_iter().map(|word| word.term), true)
}

/// N-grams as tantivy takes them. All share one position: only their number counts.
pub(crate) fn ngram_stream(ngrams: Vec<String>) -> PreTokenizedString {
    stream(ngrams.into_iter(), false)
}

fn stream(terms: impl Iterator<Item = String>, with_positions: bool) -> PreTokenizedString {
    let tokens = terms
        .enumerate()
        .map(|(position, text)| Token {
            position: if with_positions { position } else { 0 },
            position_length: 1,
            offset_from: 0,
            offset_to: 0,
            text,
        })
        .collect();
    PreTokenizedString { text: String::new(), tokens }
}
