//! Which projects hold a term, and how strongly: BM25F over the fields of a leg.
//!
//! After Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields" (CIKM 2004): occurrences in
//! several fields are weighted and length-normalised, then summed, and only the sum is saturated, so that a word in title
//! and activities does not count as two words. Frequencies are those of living projects, which makes a score a function of
//! what is in the index, whatever was deleted from it before.

use std::ops::Range;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::Postings as _;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, TERMINATED, Term};

use super::fields::SearchField;
use super::reader::{LexicalReader, SegmentView};
use crate::documents::{DocumentSet, NO_DOCUMENT};
use crate::error::IndexError;

/// Terms of which kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leg {
    Words,
    Clusters,
}

/// How much the fields count, and how strongly long ones are discounted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FieldWeights<const FIELDS: usize> {
    /// Factor of an occurrence; a field without weight is passed over.
    pub weights: [f32; FIELDS],
    /// The `b` of BM25, 0 (length does not matter) to 1.
    pub length_discounts: [f32; FIELDS],
}

/// The parameters of both legs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bm25Parameters {
    /// Saturation of the weighted term frequency.
    pub k1: f64,
    /// For words, in the order of [`SearchField::ALL`].
    pub words: FieldWeights<8>,
    /// For cluster n-grams in the title, the body (objectives to rationale) and the context (owner and plan).
    pub clusters: FieldWeights<3>,
}

impl Bm25Parameters {
    /// In the order of [`SearchField::ALL`] and [`ClusterField::ALL`]. Thousands of projects share the name of a plan: it
    /// says nothing of what they do, and is asked for by its field or a filter.
    pub(crate) const DEFAULT: Self = Self {
        k1: 1.2,
        words: FieldWeights {
            weights: [3.0, 1.5, 1.0, 1.0, 1.0, 0.7, 0.8, 0.0],
            length_discounts: [0.4, 0.6, 0.75, 0.6, 0.3, 0.75, 0.3, 0.3],
        },
        clusters: FieldWeights { weights: [3.0, 1.0, 0.5], length_discounts: [0.4, 0.75, 0.3] },
    };
}

/// The projects that hold a term.
#[derive(Debug, Clone, Default)]
pub(crate) struct TermMatches {
    /// Ordinal and weighted, length-normalised frequency; every project once.
    pub(crate) entries: Vec<(u32, f32)>,
}

impl TermMatches {
    /// How rare the term is: the inverse document frequency of BM25, always positive.
    pub(crate) fn inverse_document_frequency(&self, documents: usize) -> f64 {
        let frequency = self.entries.len() as f64;
        (1.0 + (documents as f64 - frequency + 0.5) / (frequency + 0.5)).ln()
    }
}

impl LexicalReader {
    /// The projects that hold `term`, in no particular order.
    pub(crate) fn matches(
        &self,
        leg: Leg,
        term: &str,
        parameters: &Bm25Parameters,
    ) -> Result<TermMatches, IndexError> {
        match leg {
            Leg::Words => self.phrase_matches(&[term.to_owned()], parameters),
            Leg::Clusters => self.gathered(
                &parameters.clusters,
                &self.schema.clusters,
                &self.mean_lengths.clusters,
                |segment| &segment.cluster_lengths,
                &[term.to_owned()],
            ),
        }
    }

    /// The projects in which the words stand one after the other in a field, in no particular order. An occurrence of the
    /// phrase counts as one of a word does.
    pub(crate) fn phrase_matches(
        &self,
        phrase: &[String],
        parameters: &Bm25Parameters,
    ) -> Result<TermMatches, IndexError> {
        self.gathered(
            &parameters.words,
            &self.schema.words,
            &self.mean_lengths.words,
            |segment| &segment.word_lengths,
            phrase,
        )
    }

    fn gathered<const FIELDS: usize>(
        &self,
        weights: &FieldWeights<FIELDS>,
        fields: &[Field; FIELDS],
        means: &[f64; FIELDS],
        lengths: impl Fn(&SegmentView) -> &[FieldNormReader; FIELDS],
        phrase: &[String],
    ) -> Result<TermMatches, IndexError> {
        let mut entries = Vec::new();
        let mut of_segment: Vec<(u32, f32)> = Vec::new();
        let mut runs: Vec<Range<usize>> = Vec::with_capacity(FIELDS);
        for segment in &self.segments {
            of_segment.clear();
            runs.clear();
            let columns = weights.weights.iter().zip(&weights.length_discounts).zip(means);
            for (((weight, discount), mean), (field, lengths)) in
                columns.zip(fields.iter().zip(lengths(segment)))
            {
                if *weight <= 0.0 {
                    continue;
                }
                let start = of_segment.len();
                let inverse = inverse_lengths(*discount, *mean);
                self.occurrences(segment, *field, phrase, |document, count| {
                    let length = usize::from(lengths.fieldnorm_id(document));
                    let inverse = inverse.get(length).copied().unwrap_or(1.0);
                    of_segment.push((document, weight * count as f32 * inverse));
                })?;
                if start < of_segment.len() {
                    runs.push(start..of_segment.len());
                }
            }
            merge_runs(&of_segment, &mut runs, |document, frequency| {
                if let Some(&ordinal) = segment.ordinals.get(document as usize)
                    && ordinal != NO_DOCUMENT
                {
                    entries.push((ordinal, frequency));
                }
            });
        }
        Ok(TermMatches { entries })
    }

    /// The projects in which the words stand one after the other in one of the fields.
    pub(crate) fn with_phrase(
        &self,
        fields: &[SearchField],
        phrase: &[String],
    ) -> Result<DocumentSet, IndexError> {
        let mut found = DocumentSet::empty(self.documents.len());
        for segment in &self.segments {
            for field in fields.iter().filter_map(|field| self.schema.words.get(field.position())) {
                self.occurrences(segment, *field, phrase, |document, _| {
                    if let Some(ordinal) = segment.ordinals.get(document as usize) {
                        found.insert(*ordinal);
                    }
                })?;
            }
        }
        Ok(found)
    }

    /// Calls `found` for every document of a segment, in order, that holds the phrase in the field, with the number of times.
    fn occurrences(
        &self,
        segment: &SegmentView,
        field: Field,
        phrase: &[String],
        mut found: impl FnMut(u32, u32),
    ) -> Result<(), IndexError> {
        let Some((first, rest)) = phrase.split_first() else { return Ok(()) };
        let io = |source| IndexError::io(&self.directory, source);
        let inverted = segment
            .reader
            .inverted_index(field)
            .map_err(|error| IndexError::tantivy(&self.directory, error))?;
        let option = if rest.is_empty() {
            IndexRecordOption::WithFreqs
        } else {
            IndexRecordOption::WithFreqsAndPositions
        };
        let open =
            |word: &String| inverted.read_postings(&Term::from_field_text(field, word), option).map_err(io);
        let Some(mut leader) = open(first)? else { return Ok(()) };
        let mut followers = Vec::with_capacity(rest.len());
        for word in rest {
            match open(word)? {
                Some(postings) => followers.push(postings),
                None => return Ok(()),
            }
        }
        let (mut starts, mut positions) = (Vec::new(), Vec::new());
        let mut document = leader.doc();
        while document != TERMINATED {
            if followers.is_empty() {
                found(document, leader.term_freq());
            } else {
                let mut holds = true;
                for follower in &mut followers {
                    if follower.doc() < document {
                        follower.seek(document);
                    }
                    holds &= follower.doc() == document;
                }
                if holds {
                    leader.positions(&mut starts);
                    for (distance, follower) in (1u32..).zip(&mut followers) {
                        follower.positions(&mut positions);
                        starts.retain(|start| positions.binary_search(&(start + distance)).is_ok());
                    }
                    if !starts.is_empty() {
                        found(document, starts.len() as u32);
                    }
                }
            }
            document = leader.advance();
        }
        Ok(())
    }

    /// How many documents of the field in which it is most frequent hold a term, deleted ones included: quick to tell.
    pub(crate) fn rough_frequency(&self, leg: Leg, term: &str) -> Result<u64, IndexError> {
        let fields: &[Field] = match leg {
            Leg::Words => &self.schema.words,
            Leg::Clusters => &self.schema.clusters,
        };
        let mut most = 0;
        for field in fields {
            let term = Term::from_field_text(*field, term);
            let mut frequency = 0;
            for segment in &self.segments {
                let inverted = segment.reader.inverted_index(*field);
                let inverted = inverted.map_err(|error| IndexError::tantivy(&self.directory, error))?;
                let count =
                    inverted.doc_freq(&term).map_err(|source| IndexError::io(&self.directory, source))?;
                frequency += u64::from(count);
            }
            most = most.max(frequency);
        }
        Ok(most)
    }

    /// The number of living projects that hold the word in any field.
    pub(crate) fn document_frequency(&self, word: &str) -> Result<u64, IndexError> {
        self.matches(Leg::Words, word, &Bm25Parameters::DEFAULT).map(|matches| matches.entries.len() as u64)
    }
}

/// Sums the frequencies of each document over ascending runs, in the order of the runs, so that a sum never depends on
/// anything else.
fn merge_runs(entries: &[(u32, f32)], runs: &mut [Range<usize>], mut found: impl FnMut(u32, f32)) {
    let head = |run: &Range<usize>| entries.get(run.clone())?.first().copied();
    while let Some(next) = runs.iter().filter_map(head).map(|(document, _)| document).min() {
        let mut sum = 0.0;
        for run in runs.iter_mut() {
            if let Some((document, frequency)) = head(run)
                && document == next
            {
                sum += frequency;
                run.start += 1;
            }
        }
        found(next, sum);
    }
}

/// What an occurrence counts in a field of each length, by the code under which tantivy keeps lengths.
fn inverse_lengths(discount: f32, mean: f64) -> [f32; 256] {
    let discount = f64::from(discount);
    let mut inverse = [1.0f32; 256];
    if mean > 0.0 {
        for (code, factor) in (0u8..=255).zip(&mut inverse) {
            let length = f64::from(FieldNormReader::id_to_fieldnorm(code));
            *factor = (1.0 / (1.0 - discount + discount * length / mean)) as f32;
        }
    }
    inverse
}
