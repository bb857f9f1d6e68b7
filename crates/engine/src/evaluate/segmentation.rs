//! How well words are found.

use std::path::Path;

use serde::Serialize;
use thiap_evaluation::SpanCounts;
use thiap_text::Segmenter;

use super::gold::read_segmented;
use crate::error::EngineError;

/// Measures of a segmentation against words cut by people; spaces and punctuation count as words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SegmentationReport {
    /// Texts measured.
    pub texts: usize,
    /// Share of the found words that are gold.
    pub word_precision: f64,
    /// Share of the gold words that were found.
    pub word_recall: f64,
    /// Their harmonic mean.
    pub word_f1: f64,
    /// The same for the boundaries between words.
    pub boundary_f1: f64,
}

/// Measures the segmentation on a file of words separated by `|`.
///
/// # Errors
/// [`EngineError::File`].
pub fn segmentation(path: &Path) -> Result<SegmentationReport, EngineError> {
    let texts = read_segmented(path)?;
    let (mut words, mut boundaries) = (SpanCounts::default(), SpanCounts::default());
    for gold in &texts {
        let text = gold.concat();
        let found: Vec<(usize, usize)> = Segmenter::embedded()
            .segment(&text)
            .iter()
            .map(|token| (token.span.start, token.span.end))
            .collect();
        let mut end = 0;
        let gold: Vec<(usize, usize)> = gold
            .iter()
            .map(|word| {
                let start = end;
                end += word.len();
                (start, end)
            })
            .collect();
        // the end of the text is a boundary that nobody can miss
        let inner = |spans: &[(usize, usize)]| -> Vec<usize> {
            spans.iter().map(|span| span.1).filter(|end| *end < text.len()).collect()
        };
        boundaries.add(inner(&found), inner(&gold));
        words.add(found, gold);
    }
    Ok(SegmentationReport {
        texts: texts.len(),
        word_precision: words.counts.precision(),
        word_recall: words.counts.recall(),
        word_f1: words.counts.f1(),
        boundary_f1: boundaries.counts.f1(),
    })
}
