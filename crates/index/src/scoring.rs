//! BM25 of a query's terms over all projects.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use rayon::prelude::*;

use crate::error::IndexError;
use crate::glossary::Glossary;
use crate::lexical::{Bm25Parameters, Leg, LexicalReader, TermMatches};

/// Distinct terms that a leg of a query is searched by; the first ones count.
const MOST_TERMS: usize = 1_024;
/// Terms whose matches are held in memory at a time.
const TERMS_AT_A_TIME: usize = 32;

const FUNCTION_WORDS: &str = include_str!("../data/function_words.txt");

static FUNCTION_WORD_SET: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let lines = FUNCTION_WORDS.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).collect()
});

/// Whether a word says something of what is asked for, unlike those that hold a question together.
pub(crate) fn carries_content(word: &str) -> bool {
    !FUNCTION_WORD_SET.contains(word)
}

/// How terms are scored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TermParameters {
    /// Saturation and length.
    pub bm25: Bm25Parameters,
    /// What an occurrence of another expression for a word counts beside one of the word itself.
    pub other_expressions: f32,
}

/// Something that a query asks for, and how projects may write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Concept {
    /// As the query writes it.
    pub(crate) written: Vec<String>,
    /// Other expressions for it.
    pub(crate) others: Vec<Vec<String>>,
    /// Whether it stands in a condition alone: a project may fulfil the condition and never write it.
    pub(crate) in_condition: bool,
}

impl Concept {
    /// A term of its own.
    pub(crate) fn term(term: String) -> Self {
        Self { written: vec![term], others: Vec::new(), in_condition: false }
    }

    /// The concepts of a query's words: expressions of the glossary, and the other words one by one, each once.
    pub(crate) fn of_words(words: &[String]) -> Vec<Self> {
        let known = Glossary::embedded().find(words);
        let mut concepts = Vec::new();
        let mut place = 0;
        let add_words = |concepts: &mut Vec<Self>, from: usize, to: usize| {
            let single = words.get(from..to).unwrap_or_default().iter();
            concepts.extend(single.filter(|word| carries_content(word)).cloned().map(Self::term));
        };
        for expression in known {
            add_words(&mut concepts, place, expression.start);
            let written = words.get(expression.start..expression.end).unwrap_or_default().to_vec();
            concepts.push(Self { written, others: expression.others, in_condition: false });
            place = expression.end;
        }
        add_words(&mut concepts, place, words.len());
        if concepts.is_empty() {
            concepts = words.iter().cloned().map(Self::term).collect();
        }
        let mut seen = HashSet::new();
        concepts.retain(|concept| seen.insert(concept.written.clone()));
        concepts.truncate(MOST_TERMS);
        concepts
    }

    /// Terms of which each stands for itself, each once.
    pub(crate) fn of_terms(terms: Vec<String>) -> Vec<Self> {
        let mut seen = HashSet::new();
        let distinct = terms.into_iter().filter(|term| seen.insert(term.clone()));
        distinct.take(MOST_TERMS).map(Self::term).collect()
    }

    /// Tells the concepts of `all` that the query's topic has not from those that it has.
    pub(crate) fn apart_from(all: Vec<Self>, topic: &[Self]) -> Vec<Self> {
        let topic: HashSet<&[String]> = topic.iter().map(|concept| concept.written.as_slice()).collect();
        all.into_iter()
            .map(|concept| {
                let in_condition = !topic.contains(concept.written.as_slice());
                Self { in_condition, ..concept }
            })
            .collect()
    }
}

/// What was found of a concept.
pub(crate) struct FoundConcept {
    pub(crate) concept: Concept,
    /// Inverse document frequency of the concept, however it is written.
    pub(crate) rarity: f64,
    pub(crate) matches: TermMatches,
}

/// The scores of one leg over all projects.
pub(crate) struct LegScores {
    /// BM25 by ordinal.
    pub(crate) scores: Vec<f64>,
    /// Sum of the rarities of the concepts of the topic that the project holds, by ordinal.
    covered: Vec<f64>,
    /// Sum of the rarities of the concepts of the topic.
    topic_scale: f64,
    /// The highest score that a project could reach.
    pub(crate) scale: f64,
    pub(crate) found: Vec<FoundConcept>,
}

impl LegScores {
    /// Scores every project by the concepts.
    pub(crate) fn of(
        reader: &LexicalReader,
        leg: Leg,
        concepts: Vec<Concept>,
        parameters: &TermParameters,
    ) -> Result<Self, IndexError> {
        let count = reader.documents.len();
        let mut leg_scores = Self {
            scores: vec![0.0; count],
            covered: vec![0.0; count],
            topic_scale: 0.0,
            scale: 0.0,
            found: Vec::with_capacity(concepts.len()),
        };
        for part in concepts.chunks(TERMS_AT_A_TIME) {
            let matches: Vec<Result<TermMatches, IndexError>> =
                part.par_iter().map(|concept| matches_of(reader, leg, concept, parameters)).collect();
            // Sums are taken in the order of the query, so that they never depend on which thread was first.
            for (concept, matches) in part.iter().zip(matches) {
                leg_scores.add(concept.clone(), matches?, parameters.bm25.k1, count);
            }
        }
        Ok(leg_scores)
    }

    fn add(&mut self, concept: Concept, matches: TermMatches, k1: f64, count: usize) {
        let rarity = matches.inverse_document_frequency(count);
        let of_topic = if concept.in_condition { 0.0 } else { rarity };
        self.scale += rarity;
        self.topic_scale += of_topic;
        for &(ordinal, frequency) in &matches.entries {
            let frequency = f64::from(frequency);
            if let Some(score) = self.scores.get_mut(ordinal as usize) {
                *score += rarity * frequency / (k1 + frequency);
            }
            if let Some(covered) = self.covered.get_mut(ordinal as usize) {
                *covered += of_topic;
            }
        }
        self.found.push(FoundConcept { concept, rarity, matches });
    }

    /// The share of the concepts of the topic, weighted by rarity, that a project holds.
    pub(crate) fn covered_share(&self, ordinal: u32) -> f64 {
        let covered = self.covered.get(ordinal as usize).copied().unwrap_or(0.0);
        if self.topic_scale > 0.0 { covered / self.topic_scale } else { 0.0 }
    }

    pub(crate) fn score(&self, ordinal: u32) -> f64 {
        self.scores.get(ordinal as usize).copied().unwrap_or(0.0)
    }

    /// The written expressions that each of the projects holds, rarest first.
    pub(crate) fn matched(&self, projects: &[u32]) -> Vec<Vec<String>> {
        let place_of: HashMap<u32, usize> = projects.iter().copied().zip(0..).collect();
        let mut matched: Vec<Vec<(f64, String)>> = vec![Vec::new(); projects.len()];
        for found in &self.found {
            for (ordinal, _) in &found.matches.entries {
                if let Some(list) = place_of.get(ordinal).and_then(|&place| matched.get_mut(place)) {
                    list.push((found.rarity, found.concept.written.concat()));
                }
            }
        }
        matched
            .into_iter()
            .map(|mut list| {
                list.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
                list.into_iter().map(|(_, written)| written).collect()
            })
            .collect()
    }
}

fn matches_of(
    reader: &LexicalReader,
    leg: Leg,
    concept: &Concept,
    parameters: &TermParameters,
) -> Result<TermMatches, IndexError> {
    let (bm25, other_weight) = (&parameters.bm25, parameters.other_expressions);
    let mut matches = match (leg, concept.written.as_slice()) {
        (Leg::Clusters, [term]) => return reader.matches(leg, term, bm25),
        (_, written) => reader.phrase_matches(written, bm25)?,
    };
    if other_weight <= 0.0 || concept.others.is_empty() {
        return Ok(matches);
    }
    for other in &concept.others {
        let found = reader.phrase_matches(other, bm25)?;
        let weighted =
            found.entries.into_iter().map(|(ordinal, frequency)| (ordinal, frequency * other_weight));
        matches.entries.extend(weighted);
    }
    // A stable sort keeps the expressions of a project in the order of the glossary.
    matches.entries.sort_by_key(|(ordinal, _)| *ordinal);
    let summed = matches
        .entries
        .chunk_by(|a, b| a.0 == b.0)
        .filter_map(|part| Some((part.first()?.0, part.iter().map(|(_, frequency)| frequency).sum())));
    Ok(TermMatches { entries: summed.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(query: &[&str]) -> Vec<String> {
        query.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn words_of_a_question_are_passed_over_unless_nothing_else_is_left() {
        let written = |query: &[&str]| -> Vec<String> {
            Concept::of_words(&words(query)).into_iter().map(|concept| concept.written.concat()).collect()
        };
        assert_eq!(written(&["อยาก", "ให้", "มี", "xyzzy", "ที่", "xyzzy"]), ["xyzzy"]);
        assert_eq!(written(&["the", "of"]), ["the", "of"]);
        assert!(written(&[]).is_empty());
    }
}
