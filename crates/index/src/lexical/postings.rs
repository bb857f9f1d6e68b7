//! Which projects hold a term, and how strongly: BM25F over the fields of a leg.
//!
//! After Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields" (CIKM 2004): occurrences in
//! several fields are weighted and length-normalised, then summed, and only the sum is saturated, so that a word in title
//! and activities does not count as two words. Frequencies are those of living projects, which makes a score a function of
//! what is in the index, whatever was deleted from it before.

use tantivy::postings::Postings as _;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, TERMINATED, Term};

use super::fields::{ClusterField, SearchField};
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
    /// Factor of an occurrence.
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
    /// In the order of [`SearchField::ALL`] and [`ClusterField::ALL`].
    pub(crate) const DEFAULT: Self = Self {
        k1: 1.2,
        words: FieldWeights {
            weights: [3.0, 1.5, 1.0, 1.0, 1.0, 0.7, 0.8, 0.5],
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
        let mut entries = Vec::new();
        let mut of_segment: Vec<(u32, f32)> = Vec::new();
        for segment in &self.segments {
            of_segment.clear();
            match leg {
                Leg::Words => {
                    for field in SearchField::ALL {
                        let place = field.position();
                        let (weight, norms) = (
                            parameters.words.weights.get(place),
                            Norms::new(
                                segment.word_lengths.get(place),
                                parameters.words.length_discounts.get(place),
                                self.mean_lengths.words.get(place),
                            ),
                        );
                        self.gather(
                            segment,
                            self.schema.words.get(place),
                            term,
                            weight,
                            &norms,
                            &mut of_segment,
                        )?;
                    }
                }
                Leg::Clusters => {
                    for field in ClusterField::ALL {
                        let place = field.position();
                        let (weight, norms) = (
                            parameters.clusters.weights.get(place),
                            Norms::new(
                                segment.cluster_lengths.get(place),
                                parameters.clusters.length_discounts.get(place),
                                self.mean_lengths.clusters.get(place),
                            ),
                        );
                        self.gather(
                            segment,
                            self.schema.clusters.get(place),
                            term,
                            weight,
                            &norms,
                            &mut of_segment,
                        )?;
                    }
                }
            }
            // Each field gave an ascending run; a stable sort joins the runs and keeps the fields of a document in order,
            // so that the sum is always taken in the same order.
            of_segment.sort_by_key(|(document, _)| *document);
            for part in of_segment.chunk_by(|a, b| a.0 == b.0) {
                let Some((document, _)) = part.first() else { continue };
                let Some(&ordinal) = segment.ordinals.get(*document as usize) else { continue };
                if ordinal != NO_DOCUMENT {
                    entries.push((ordinal, part.iter().map(|(_, frequency)| frequency).sum()));
                }
            }
        }
        Ok(TermMatches { entries })
    }

    fn gather(
        &self,
        segment: &SegmentView,
        field: Option<&Field>,
        term: &str,
        weight: Option<&f32>,
        norms: &Norms<'_>,
        found: &mut Vec<(u32, f32)>,
    ) -> Result<(), IndexError> {
        let (Some(field), Some(weight)) = (field, weight) else { return Ok(()) };
        let io = |source| IndexError::io(&self.directory, source);
        let inverted = segment
            .reader
            .inverted_index(*field)
            .map_err(|error| IndexError::tantivy(&self.directory, error))?;
        let term = Term::from_field_text(*field, term);
        let Some(mut postings) = inverted.read_postings(&term, IndexRecordOption::WithFreqs).map_err(io)?
        else {
            return Ok(());
        };
        let mut document = postings.doc();
        while document != TERMINATED {
            found.push((document, weight * postings.term_freq() as f32 * norms.inverse(document)));
            document = postings.advance();
        }
        Ok(())
    }

    /// The projects in which the words stand one after the other in one of the fields.
    pub(crate) fn with_phrase(
        &self,
        fields: &[SearchField],
        phrase: &[String],
    ) -> Result<DocumentSet, IndexError> {
        let mut found = DocumentSet::empty(self.documents.len());
        let Some((first, rest)) = phrase.split_first() else { return Ok(found) };
        let io = |source| IndexError::io(&self.directory, source);
        for segment in &self.segments {
            for field in fields {
                let Some(field) = self.schema.words.get(field.position()) else { continue };
                let inverted = segment
                    .reader
                    .inverted_index(*field)
                    .map_err(|error| IndexError::tantivy(&self.directory, error))?;
                let open = |word: &String| {
                    let option = if rest.is_empty() {
                        IndexRecordOption::Basic
                    } else {
                        IndexRecordOption::WithFreqsAndPositions
                    };
                    inverted.read_postings(&Term::from_field_text(*field, word), option).map_err(io)
                };
                let Some(mut leader) = open(first)? else { continue };
                let mut followers = Vec::with_capacity(rest.len());
                for word in rest {
                    match open(word)? {
                        Some(postings) => followers.push(postings),
                        None => break,
                    }
                }
                if followers.len() < rest.len() {
                    continue;
                }
                let (mut starts, mut positions) = (Vec::new(), Vec::new());
                let mut document = leader.doc();
                while document != TERMINATED {
                    let mut holds = true;
                    for follower in &mut followers {
                        if follower.doc() < document {
                            follower.seek(document);
                        }
                        holds &= follower.doc() == document;
                    }
                    if holds && !followers.is_empty() {
                        leader.positions(&mut starts);
                        for (distance, follower) in (1u32..).zip(&mut followers) {
                            follower.positions(&mut positions);
                            starts.retain(|start| positions.binary_search(&(start + distance)).is_ok());
                        }
                        holds = !starts.is_empty();
                    }
                    if holds {
                        if let Some(ordinal) = segment.ordinals.get(document as usize) {
                            found.insert(*ordinal);
                        }
                    }
                    document = leader.advance();
                }
            }
        }
        Ok(found)
    }

    /// The number of living projects that hold the word in any field.
    pub(crate) fn document_frequency(&self, word: &str) -> Result<u64, IndexError> {
        self.matches(Leg::Words, word, &Bm25Parameters::DEFAULT).map(|matches| matches.entries.len() as u64)
    }
}

/// Length normalisation of one field of one segment.
struct Norms<'a> {
    lengths: Option<&'a tantivy::fieldnorm::FieldNormReader>,
    /// By the code under which tantivy keeps a length.
    inverse: [f32; 256],
}

impl<'a> Norms<'a> {
    fn new(
        lengths: Option<&'a tantivy::fieldnorm::FieldNormReader>,
        discount: Option<&f32>,
        mean: Option<&f64>,
    ) -> Self {
        let (discount, mean) = (f64::from(*discount.unwrap_or(&0.0)), mean.copied().unwrap_or(0.0));
        let mut inverse = [1.0f32; 256];
        if mean > 0.0 {
            for (code, factor) in (0u8..=255).zip(&mut inverse) {
                let length = f64::from(tantivy::fieldnorm::FieldNormReader::id_to_fieldnorm(code));
                *factor = (1.0 / (1.0 - discount + discount * length / mean)) as f32;
            }
        }
        Self { lengths, inverse }
    }

    fn inverse(&self, document: u32) -> f32 {
        let code = self.lengths.map_or(0, |lengths| lengths.fieldnorm_id(document));
        self.inverse.get(usize::from(code)).copied().unwrap_or(1.0)
    }
}
