//! How well mentions are found.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Instant;

use rayon::prelude::*;
use serde::Serialize;
use thiap_domain::EntityType;
use thiap_evaluation::SpanCounts;

use super::gold::read_mentions;
use crate::entities::entities;
use crate::error::EngineError;

/// Measures of mentions against labelled ones: a mention is right when start, end and type are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NerReport {
    /// Texts measured.
    pub texts: usize,
    /// Over all mentions.
    pub micro: MentionMeasure,
    /// Mean F1 of the types that are labelled at all.
    pub macro_f1: f64,
    /// By type; a type that the file does not label has no gold mentions and does not count in the means.
    pub types: BTreeMap<EntityType, MentionMeasure>,
    /// Characters read in a second, on all cores.
    pub characters_per_second: f64,
}

/// Exact agreement over a set of mentions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MentionMeasure {
    /// Labelled mentions.
    pub gold: usize,
    /// Share of those found that are labelled so.
    pub precision: f64,
    /// Share of those labelled that were found.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
}

impl MentionMeasure {
    fn of(counted: SpanCounts) -> Self {
        let counts = counted.counts;
        Self {
            gold: counts.true_positives + counts.false_negatives,
            precision: counts.precision(),
            recall: counts.recall(),
            f1: counts.f1(),
        }
    }
}

/// Measures the mentions of a file of labelled texts. Only types that the file labels at all are counted: a file of another
/// scheme does not say where the others are.
///
/// # Errors
/// [`EngineError::Gold`] with the line, or [`EngineError::File`].
pub fn ner(path: &Path) -> Result<NerReport, EngineError> {
    let texts = read_mentions(path)?;
    let start = Instant::now();
    let found: Vec<_> = texts.par_iter().map(|labelled| entities(&labelled.text)).collect();
    let seconds = start.elapsed().as_secs_f64();
    let characters: usize = texts.iter().map(|labelled| labelled.text.chars().count()).sum();
    let labelled_types: BTreeSet<EntityType> = texts
        .iter()
        .flat_map(|labelled| labelled.mentions.iter().map(|mention| mention.entity_type))
        .collect();
    let mut micro = SpanCounts::default();
    let mut types: BTreeMap<EntityType, SpanCounts> = BTreeMap::new();
    for (labelled, found) in texts.iter().zip(&found) {
        for entity_type in &labelled_types {
            let gold =
                labelled.mentions.iter().map(|mention| (mention.entity_type, mention.start, mention.end));
            let ours =
                found.iter().map(|mention| (mention.entity_type, mention.start_char, mention.end_char));
            let (ours, gold) =
                (ours.filter(|found| found.0 == *entity_type), gold.filter(|named| named.0 == *entity_type));
            micro.add(ours.clone(), gold.clone());
            types.entry(*entity_type).or_default().add(ours, gold);
        }
    }
    let types: BTreeMap<EntityType, MentionMeasure> =
        types.into_iter().map(|(entity_type, counts)| (entity_type, MentionMeasure::of(counts))).collect();
    Ok(NerReport {
        texts: texts.len(),
        micro: MentionMeasure::of(micro),
        macro_f1: types.values().map(|measure| measure.f1).sum::<f64>() / types.len().max(1) as f64,
        types,
        characters_per_second: characters as f64 / seconds.max(f64::MIN_POSITIVE),
    })
}
