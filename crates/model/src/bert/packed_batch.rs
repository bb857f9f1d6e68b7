//! Several texts as one matrix of rows, without padding.

use std::ops::Range;

/// The pieces of several texts, one text after the other.
#[derive(Debug, Clone, Default)]
pub(crate) struct PackedBatch {
    piece_ids: Vec<u32>,
    /// Where each text ends among the rows.
    ends: Vec<usize>,
}

impl PackedBatch {
    /// Cuts texts, in their order, into batches of at most `max_rows` rows; a longer text is a batch of its own.
    pub(crate) fn pack(texts: &[Vec<u32>], max_rows: usize) -> Vec<Self> {
        let mut batches = Vec::new();
        let mut batch = Self::default();
        for text in texts {
            if batch.rows() > 0 && batch.rows() + text.len() > max_rows {
                batches.push(std::mem::take(&mut batch));
            }
            batch.piece_ids.extend_from_slice(text);
            batch.ends.push(batch.piece_ids.len());
        }
        if !batch.ends.is_empty() {
            batches.push(batch);
        }
        batches
    }

    /// The pieces of all texts.
    pub(crate) fn piece_ids(&self) -> &[u32] {
        &self.piece_ids
    }

    /// The number of rows: the pieces of all texts.
    pub(crate) fn rows(&self) -> usize {
        self.piece_ids.len()
    }

    /// The rows of each text.
    pub(crate) fn texts(&self) -> impl ExactSizeIterator<Item = Range<usize>> + '_ {
        let start_of = |index: usize| index.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
        self.ends.iter().enumerate().map(move |(index, end)| start_of(index).unwrap_or(0)..*end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The texts of each batch, as pairs of first row and row behind the last.
    fn shapes(lengths: &[usize], max_rows: usize) -> Vec<Vec<(usize, usize)>> {
        let texts: Vec<Vec<u32>> = lengths.iter().map(|length| vec![0; *length]).collect();
        PackedBatch::pack(&texts, max_rows)
            .iter()
            .map(|batch| batch.texts().map(|rows| (rows.start, rows.end)).collect())
            .collect()
    }

    #[test]
    fn texts_keep_their_order_and_stay_whole() {
        assert_eq!(
            shapes(&[3, 2, 4, 9, 1], 5),
            [vec![(0, 3), (3, 5)], vec![(0, 4)], vec![(0, 9)], vec![(0, 1)]]
        );
    }

    #[test]
    fn no_texts_are_no_batches() {
        assert!(shapes(&[], 5).is_empty());
    }
}
