//! How common words are among the projects.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

/// What a comparison asks of the corpus: how many projects there are, and in how many of them a word stands.
pub trait CorpusStatistics {
    /// Number of projects.
    fn document_count(&self) -> u64;
    /// Number of projects whose text holds the word (normalised, lower-cased); 0 for one that was never seen.
    fn document_frequency(&self, word: &str) -> u64;
}

/// A corpus of which nothing is known: every word counts alike.
#[derive(Debug, Clone, Copy, Default)]
pub struct UnknownCorpus;

impl CorpusStatistics for UnknownCorpus {
    fn document_count(&self) -> u64 {
        0
    }

    fn document_frequency(&self, _word: &str) -> u64 {
        0
    }
}

/// Remembers the answers of another corpus, for one that answers slowly; shared between threads.
#[derive(Debug)]
pub struct RememberedStatistics<C> {
    corpus: C,
    known: RwLock<HashMap<Box<str>, u64>>,
}

impl<C: CorpusStatistics> RememberedStatistics<C> {
    /// Around `corpus`, which must not change meanwhile.
    pub fn new(corpus: C) -> Self {
        Self { corpus, known: RwLock::default() }
    }
}

impl<C: CorpusStatistics> CorpusStatistics for RememberedStatistics<C> {
    fn document_count(&self) -> u64 {
        self.corpus.document_count()
    }

    fn document_frequency(&self, word: &str) -> u64 {
        if let Some(known) = self.known.read().unwrap_or_else(PoisonError::into_inner).get(word) {
            return *known;
        }
        let frequency = self.corpus.document_frequency(word);
        self.known.write().unwrap_or_else(PoisonError::into_inner).insert(word.into(), frequency);
        frequency
    }
}

/// Counts of a small corpus held in memory, for training and tests.
#[derive(Debug, Clone, Default)]
pub struct CountedCorpus {
    documents: u64,
    frequencies: HashMap<String, u64>,
}

impl CountedCorpus {
    /// Counts the words of one more project, each once.
    pub fn add<'a>(&mut self, words: impl IntoIterator<Item = &'a str>) {
        self.documents += 1;
        let mut seen: Vec<&str> = words.into_iter().collect();
        seen.sort_unstable();
        seen.dedup();
        for word in seen {
            match self.frequencies.get_mut(word) {
                Some(count) => *count += 1,
                None => {
                    self.frequencies.insert(word.to_owned(), 1);
                }
            }
        }
    }
}

impl CorpusStatistics for CountedCorpus {
    fn document_count(&self) -> u64 {
        self.documents
    }

    fn document_frequency(&self, word: &str) -> u64 {
        self.frequencies.get(word).copied().unwrap_or(0)
    }
}

/// The most that rarity can weigh: that of a word which one project in 20,000 holds.
pub(crate) const RAREST: f64 = 9.9;

/// What a word weighs: the logarithm of how rare it is (inverse document frequency, Sparck Jones 1972), from 0 for a word
/// of every project to [`RAREST`]. In a corpus of which nothing is known every word weighs 1.
pub(crate) fn rarity(corpus: &dyn CorpusStatistics, word: &str) -> f64 {
    let documents = corpus.document_count();
    if documents == 0 {
        return 1.0;
    }
    let frequency = corpus.document_frequency(word);
    let share = (documents as f64 + 1.0) / (frequency as f64 + 1.0);
    share.ln().clamp(0.0, RAREST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_words_weigh_more() {
        let mut corpus = CountedCorpus::default();
        for _ in 0..9 {
            corpus.add(["พัฒนา", "พัฒนา"]);
        }
        corpus.add(["พัฒนา", "ช้างป่า"]);
        let corpus = RememberedStatistics::new(corpus);
        assert!(rarity(&corpus, "ช้างป่า") > 1.0);
        assert!(rarity(&corpus, "พัฒนา") < 0.01);
        assert!(rarity(&corpus, "พะยูน") > rarity(&corpus, "ช้างป่า"));
        assert_eq!(rarity(&corpus, "ช้างป่า"), rarity(&corpus, "ช้างป่า"));
        assert_eq!(rarity(&UnknownCorpus, "ช้างป่า"), 1.0);
    }
}
