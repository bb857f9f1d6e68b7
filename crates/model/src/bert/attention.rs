//! Attention of every text to itself, within a packed batch.
//!
//! For each head: softmax(queries · keysᵀ / √size) · values. The keys of a text are transposed once, so that both
//! products run along consecutive numbers; the work is shared by blocks of query rows.

use rayon::prelude::*;

use super::kernels::{softmax, vectorised};
use super::packed_batch::PackedBatch;

/// Query rows that are computed together: each key and value is loaded once for all of them.
const BLOCK: usize = 4;
/// Numbers that are computed together in a row; sizes are padded to a multiple.
const LANES: usize = 16;
/// Query rows to a task.
const ROWS_PER_TASK: usize = 32;

/// The heads of a layer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heads {
    pub count: usize,
    /// Numbers of a row that belong to a head.
    pub size: usize,
}

impl Heads {
    /// Numbers in a row of the network.
    fn width(self) -> usize {
        self.count * self.size
    }
}

/// The context of every row: `projected` has a row a token with queries, keys and values side by side, the result as
/// many rows of a third of the width.
pub(super) fn attend(heads: Heads, batch: &PackedBatch, projected: &[f32]) -> Vec<f32> {
    let width = heads.width();
    let mut context = vec![0.0f32; batch.rows() * width];

    let texts: Vec<Text<'_>> = batch
        .texts()
        .filter_map(|rows| projected.get(rows.start * 3 * width..rows.end * 3 * width))
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|projected| Text::new(heads, projected))
        .collect();

    let mut tasks = Vec::new();
    let mut remaining = context.as_mut_slice();
    for text in &texts {
        let (own, others) = remaining.split_at_mut(text.length * width);
        remaining = others;
        let queries = text.projected.chunks(ROWS_PER_TASK * 3 * width);
        tasks.extend(own.chunks_mut(ROWS_PER_TASK * width).zip(queries).map(|task| (text, task)));
    }
    tasks.into_par_iter().for_each(|(text, (context, queries))| {
        vectorised(
            #[inline(always)]
            || text.attend_rows(heads, queries, context),
        );
    });
    context
}

/// The keys and values of one text, laid out for the two products.
struct Text<'a> {
    projected: &'a [f32],
    length: usize,
    /// `length` padded to whole lanes.
    padded_length: usize,
    /// `Heads::size` padded to whole lanes.
    padded_size: usize,
    /// By head: [size, padded_length], the padding zero.
    keys: Vec<f32>,
    /// By head: [length, padded_size], the padding zero.
    values: Vec<f32>,
}

impl<'a> Text<'a> {
    fn new(heads: Heads, projected: &'a [f32]) -> Self {
        let width = heads.width();
        let length = projected.len() / (3 * width);
        let padded_length = length.next_multiple_of(LANES);
        let padded_size = heads.size.next_multiple_of(LANES);
        let mut keys = vec![0.0; heads.count * heads.size * padded_length];
        let mut values = vec![0.0; heads.count * length * padded_size];
        for (position, row) in projected.chunks_exact(3 * width).enumerate() {
            let (_, keys_and_values) = row.split_at(width);
            let (own_keys, own_values) = keys_and_values.split_at(width);
            for (column, key) in keys.chunks_exact_mut(padded_length).zip(own_keys) {
                if let Some(cell) = column.get_mut(position) {
                    *cell = *key;
                }
            }
            for (values, own) in
                values.chunks_exact_mut(length * padded_size).zip(own_values.chunks_exact(heads.size))
            {
                if let Some(cells) =
                    values.get_mut(position * padded_size..).and_then(|v| v.get_mut(..own.len()))
                {
                    cells.copy_from_slice(own);
                }
            }
        }
        Self { projected, length, padded_length, padded_size, keys, values }
    }

    /// The context of some of the text's rows: `queries` are rows of `projected`.
    #[inline(always)]
    fn attend_rows(&self, heads: Heads, queries: &[f32], context: &mut [f32]) {
        let width = heads.width();
        let scale = 1.0 / (heads.size as f32).sqrt();
        // Rows of a block that the text does not have stay zero; their result is dropped.
        let mut block_queries = vec![[0.0f32; BLOCK]; heads.size];
        let mut weights = vec![0.0f32; BLOCK * self.padded_length];
        let mut block_context = vec![0.0f32; BLOCK * self.padded_size];
        let key_heads = self.keys.chunks_exact(heads.size * self.padded_length);
        let value_heads = self.values.chunks_exact(self.length * self.padded_size);
        for (head, (keys, values)) in key_heads.zip(value_heads).enumerate() {
            let columns = head * heads.size..(head + 1) * heads.size;
            let blocks = queries.chunks(BLOCK * 3 * width).zip(context.chunks_mut(BLOCK * width));
            for (queries, context) in blocks {
                for (row, query) in queries.chunks_exact(3 * width).enumerate() {
                    let own = query.get(columns.clone()).unwrap_or_default();
                    for (cells, number) in block_queries.iter_mut().zip(own) {
                        if let Some(cell) = cells.get_mut(row) {
                            *cell = *number;
                        }
                    }
                }
                multiply_block(block_queries.iter().copied(), keys, self.padded_length, &mut weights);
                for row in weights.chunks_exact_mut(self.padded_length) {
                    let (scores, padding) = row.split_at_mut(self.length);
                    softmax(scores, scale);
                    padding.fill(0.0);
                }
                let columns_of_weights = columns_of(&weights, self.padded_length).take(self.length);
                multiply_block(columns_of_weights, values, self.padded_size, &mut block_context);
                let rows = context.chunks_exact_mut(width).zip(block_context.chunks_exact(self.padded_size));
                for (context, own) in rows {
                    if let Some(cells) = context.get_mut(columns.clone()) {
                        for (cell, number) in cells.iter_mut().zip(own) {
                            *cell = *number;
                        }
                    }
                }
            }
        }
    }
}

/// The columns of a block of rows.
#[inline(always)]
fn columns_of(rows: &[f32], width: usize) -> impl Iterator<Item = [f32; BLOCK]> + Clone + '_ {
    let mut parts = rows.chunks_exact(width);
    let mut next = || parts.next().unwrap_or_default().iter();
    let (a, b, c, d) = (next(), next(), next(), next());
    a.zip(b).zip(c.zip(d)).map(|((a, b), (c, d))| [*a, *b, *c, *d])
}

/// `result` = `left` · `right`, where `left` is given column by column and `right` has rows of `width` numbers, a
/// multiple of the lanes.
#[inline(always)]
fn multiply_block(
    left: impl Iterator<Item = [f32; BLOCK]> + Clone,
    right: &[f32],
    width: usize,
    result: &mut [f32],
) {
    for start in (0..width).step_by(LANES) {
        let mut sums = [[0.0f32; LANES]; BLOCK];
        for (column, row) in left.clone().zip(right.chunks_exact(width)) {
            let Some(lanes) = row.get(start..).and_then(<[f32]>::first_chunk::<LANES>) else { continue };
            for (sums, factor) in sums.iter_mut().zip(column) {
                for (sum, number) in sums.iter_mut().zip(lanes) {
                    *sum += factor * number;
                }
            }
        }
        for (row, sums) in result.chunks_exact_mut(width).zip(&sums) {
            if let Some(cells) = row.get_mut(start..).and_then(<[f32]>::first_chunk_mut::<LANES>) {
                *cells = *sums;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Attention as its definition says, number by number.
    fn plain(heads: Heads, lengths: &[usize], projected: &[f32]) -> Vec<f32> {
        let width = heads.width();
        let cell = |row: usize, part: usize, column: usize| {
            f64::from(projected[row * 3 * width + part * width + column])
        };
        let mut context = Vec::new();
        let mut start = 0;
        for &length in lengths {
            for i in start..start + length {
                for column in 0..width {
                    let head = column / heads.size * heads.size;
                    let scores: Vec<f64> = (start..start + length)
                        .map(|j| {
                            let product: f64 =
                                (head..head + heads.size).map(|c| cell(i, 0, c) * cell(j, 1, c)).sum();
                            (product / (heads.size as f64).sqrt()).exp()
                        })
                        .collect();
                    let total: f64 = scores.iter().sum();
                    let value: f64 =
                        scores.iter().enumerate().map(|(j, s)| s / total * cell(start + j, 2, column)).sum();
                    context.push(value as f32);
                }
            }
            start += length;
        }
        context
    }

    #[test]
    fn equals_its_definition_for_any_length_and_size_of_head() {
        for (heads, lengths) in [
            (Heads { count: 2, size: 32 }, vec![1, 5, 16, 33]),
            (Heads { count: 3, size: 8 }, vec![4, 2]),
            (Heads { count: 1, size: 20 }, vec![17]),
            (Heads { count: 12, size: 64 }, vec![40]),
        ] {
            let texts: Vec<Vec<u32>> = lengths.iter().map(|length| vec![0; *length]).collect();
            let batch = PackedBatch::pack(&texts, usize::MAX).pop().unwrap();
            let count = batch.rows() * 3 * heads.width();
            let projected: Vec<f32> = (0..count).map(|i| ((i * 7919 % 1000) as f32 / 500.0) - 1.0).collect();
            let expected = plain(heads, &lengths, &projected);
            for (ours, expected) in attend(heads, &batch, &projected).iter().zip(&expected) {
                assert!((ours - expected).abs() < 1e-5, "{ours} is not {expected}");
            }
        }
    }
}
