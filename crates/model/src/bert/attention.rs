//! Attention of every text to itself, within a packed batch.
//!
//! For each head: softmax(queries · keysᵀ / √size) · values. The keys of a text are transposed once, so that both
//! products run along consecutive numbers; the work is shared by blocks of query rows.

use pulp::Simd;
use rayon::prelude::*;

use super::kernels::{softmax, vectorised_with};
use super::memory::Spare;
use super::packed_batch::PackedBatch;

/// Query rows that are computed together: each key and value is loaded once for all of them.
const BLOCK: usize = 4;
/// Sizes are padded to a multiple, which is one of every processor's vector length.
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

/// Memory of a batch's attention.
#[derive(Debug, Default)]
pub(super) struct AttentionMemory {
    keys: Vec<f32>,
    values: Vec<f32>,
    blocks: Spare<BlockMemory>,
}

/// Memory of a block of query rows.
#[derive(Debug, Default)]
struct BlockMemory {
    /// Column by column of a head.
    queries: Vec<[f32; BLOCK]>,
    /// Row by row, `padded_length` each.
    weights: Vec<f32>,
    /// Row by row, `padded_size` each.
    context: Vec<f32>,
}

/// Writes the context of every row: `projected` has a row a token with queries, keys and values side by side, `context`
/// as many rows of a third of the width.
pub(super) fn attend(
    heads: Heads,
    batch: &PackedBatch,
    projected: &[f32],
    memory: &mut AttentionMemory,
    context: &mut [f32],
) {
    let width = heads.width();
    let AttentionMemory { keys, values, blocks } = memory;
    let layouts = || batch.texts().map(|rows| (Layout::of(heads, rows.len()), rows));
    keys.resize(layouts().map(|(layout, _)| layout.keys()).sum(), 0.0);
    values.resize(layouts().map(|(layout, _)| layout.values()).sum(), 0.0);

    let (mut keys, mut values) = (keys.as_mut_slice(), values.as_mut_slice());
    let mut texts = Vec::with_capacity(batch.texts().len());
    for (layout, rows) in layouts() {
        let (own_keys, other_keys) = keys.split_at_mut(layout.keys());
        let (own_values, other_values) = values.split_at_mut(layout.values());
        (keys, values) = (other_keys, other_values);
        let projected = projected.get(rows.start * 3 * width..rows.end * 3 * width).unwrap_or_default();
        texts.push((layout, projected, own_keys, own_values));
    }
    let texts: Vec<Text<'_>> = texts
        .into_par_iter()
        .map(|(layout, projected, keys, values)| Text::lay_out(layout, projected, keys, values))
        .collect();

    let mut tasks = Vec::new();
    let mut remaining = context;
    for text in &texts {
        let (own, others) = remaining.split_at_mut(text.layout.length * width);
        remaining = others;
        let queries = text.projected.chunks(ROWS_PER_TASK * 3 * width);
        tasks.extend(own.chunks_mut(ROWS_PER_TASK * width).zip(queries).map(|task| (text, task)));
    }
    tasks.into_par_iter().for_each(|(text, (context, queries))| {
        blocks.with(|memory| text.attend_rows(queries, memory, context));
    });
}

/// How the keys and values of a text lie.
#[derive(Debug, Clone, Copy)]
struct Layout {
    heads: Heads,
    length: usize,
    /// `length` padded to whole lanes.
    padded_length: usize,
    /// `Heads::size` padded to whole lanes.
    padded_size: usize,
}

impl Layout {
    fn of(heads: Heads, length: usize) -> Self {
        let padded_length = length.next_multiple_of(LANES);
        Self { heads, length, padded_length, padded_size: heads.size.next_multiple_of(LANES) }
    }

    fn keys(self) -> usize {
        self.heads.width() * self.padded_length
    }

    fn values(self) -> usize {
        self.heads.count * self.length * self.padded_size
    }
}

/// The keys and values of one text, laid out for the two products.
struct Text<'a> {
    layout: Layout,
    projected: &'a [f32],
    /// By head: [size, padded_length]. What stands in the padding does not matter: weights there are set to zero.
    keys: &'a [f32],
    /// By head: [length, padded_size]. What stands in the padding is not read.
    values: &'a [f32],
}

impl<'a> Text<'a> {
    fn lay_out(layout: Layout, projected: &'a [f32], keys: &'a mut [f32], values: &'a mut [f32]) -> Self {
        let Layout { heads, length, padded_length, padded_size } = layout;
        let width = heads.width();
        // Square by square, so that what is read and what is written stays in the nearest cache.
        let mut square = [[0.0; LANES]; LANES];
        for (down, rows) in projected.chunks(LANES * 3 * width).enumerate() {
            for (across, columns) in keys.chunks_mut(LANES * padded_length).enumerate() {
                for (cells, row) in square.iter_mut().zip(rows.chunks_exact(3 * width)) {
                    let own = row.get(width + across * LANES..2 * width).unwrap_or_default();
                    cells.iter_mut().zip(own).for_each(|(cell, key)| *cell = *key);
                }
                for (place, column) in columns.chunks_exact_mut(padded_length).enumerate() {
                    let column = column.get_mut(down * LANES..).unwrap_or_default();
                    for (key, cells) in column.iter_mut().zip(&square) {
                        *key = cells.get(place).copied().unwrap_or_default();
                    }
                }
            }
        }
        for (position, row) in projected.chunks_exact(3 * width).enumerate() {
            let own = row.get(2 * width..).unwrap_or_default();
            let values = values.chunks_exact_mut(length * padded_size);
            for (values, own) in values.zip(own.chunks_exact(heads.size)) {
                let cells = values.get_mut(position * padded_size..).unwrap_or_default();
                cells.iter_mut().zip(own).for_each(|(cell, value)| *cell = *value);
            }
        }
        Self { layout, projected, keys, values }
    }

    /// The context of some of the text's rows: `queries` are rows of `projected`.
    fn attend_rows(&self, queries: &[f32], memory: &mut BlockMemory, context: &mut [f32]) {
        let Layout { heads, length, padded_length, padded_size } = self.layout;
        let width = heads.width();
        let scale = 1.0 / (heads.size as f32).sqrt();
        // Rows of a block that the text does not have hold whatever was there; their result is dropped.
        memory.queries.resize(heads.size, [0.0; BLOCK]);
        memory.weights.resize(BLOCK * padded_length, 0.0);
        memory.context.resize(BLOCK * padded_size, 0.0);
        let key_heads = self.keys.chunks_exact(heads.size * padded_length);
        let value_heads = self.values.chunks_exact(length * padded_size);
        for (head, (keys, values)) in key_heads.zip(value_heads).enumerate() {
            let columns = head * heads.size..(head + 1) * heads.size;
            let blocks = queries.chunks(BLOCK * 3 * width).zip(context.chunks_mut(BLOCK * width));
            for (queries, context) in blocks {
                for (row, query) in queries.chunks_exact(3 * width).enumerate() {
                    let own = query.get(columns.clone()).unwrap_or_default();
                    for (cells, number) in memory.queries.iter_mut().zip(own) {
                        if let Some(cell) = cells.get_mut(row) {
                            *cell = *number;
                        }
                    }
                }
                attend_block(self.layout, scale, keys, values, memory);
                let rows = context.chunks_exact_mut(width).zip(memory.context.chunks_exact(padded_size));
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

/// The context of a block of query rows in one head.
fn attend_block(layout: Layout, scale: f32, keys: &[f32], values: &[f32], memory: &mut BlockMemory) {
    /// The computation that is compiled for every kind of processor.
    struct Block<'a>(Layout, f32, &'a [f32], &'a [f32], &'a mut BlockMemory);

    impl pulp::WithSimd for Block<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let Self(Layout { length, padded_length, padded_size, .. }, scale, keys, values, memory) = self;
            let BlockMemory { queries, weights, context } = memory;
            multiply_block(simd, queries.iter().copied(), keys, padded_length, weights);
            for row in weights.chunks_exact_mut(padded_length) {
                let (scores, _) = row.split_at_mut(length);
                softmax(scores, scale);
            }
            multiply_block(
                simd,
                columns_of(weights, padded_length).take(length),
                values,
                padded_size,
                context,
            );
        }
    }

    vectorised_with(Block(layout, scale, keys, values, memory));
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
fn multiply_block<S: Simd>(
    simd: S,
    left: impl Iterator<Item = [f32; BLOCK]> + Clone,
    right: &[f32],
    width: usize,
    result: &mut [f32],
) {
    let zero = simd.splat_f32s(0.0);
    // Two vectors of every row at a time: as many sums as hide the time that a multiplication takes.
    for vector in (0..width / S::F32_LANES).step_by(2) {
        let mut sums = [[zero; 2]; BLOCK];
        for (column, row) in left.clone().zip(right.chunks_exact(width)) {
            let (vectors, _) = S::as_simd_f32s(row);
            let Some((first, others)) = vectors.get(vector..).and_then(<[_]>::split_first) else { continue };
            let second = others.first().unwrap_or(first);
            for ([sum, next], factor) in sums.iter_mut().zip(column) {
                let factor = simd.splat_f32s(factor);
                *sum = simd.mul_add_f32s(factor, *first, *sum);
                *next = simd.mul_add_f32s(factor, *second, *next);
            }
        }
        for (row, sums) in result.chunks_exact_mut(width).zip(sums) {
            let (vectors, _) = S::as_mut_simd_f32s(row);
            for (cell, sum) in vectors.iter_mut().skip(vector).zip(sums) {
                *cell = sum;
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
            let mut context = vec![f32::NAN; expected.len()];
            attend(heads, &batch, &projected, &mut AttentionMemory::default(), &mut context);
            for (ours, expected) in context.iter().zip(&expected) {
                assert!((ours - expected).abs() < 1e-5, "{ours} is not {expected}");
            }
        }
    }
}
