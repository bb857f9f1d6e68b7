//! Products in whole numbers: rows quantised as they come, weights as they are stored.
//!
//! A row of activations becomes bytes with a scale and a zero point of its own (dynamic quantisation, as in ONNX
//! Runtime, but by row and not by tensor, so that a text in a batch is computed as if it stood alone). Weights keep
//! their 4 or 8 bits and a scale for every 32 of them; nothing is rounded a second time.

use super::integer_kernels::{BLOCK, Kernel, PANEL, PanelBlock, ROWS, RowBlocks, fastest};
use super::kernels;
use crate::weights::Block;

/// What the bytes of a row stand for: a byte `b` for `scale` · (b - `zero`).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ByteScale {
    pub scale: f32,
    /// A whole number from 0 to 255.
    pub zero: f32,
}

/// Rows of activations as bytes; its memory is used again for the next rows.
#[derive(Debug, Default)]
pub(super) struct QuantisedRows {
    bytes: Vec<u8>,
    scales: Vec<ByteScale>,
}

impl QuantisedRows {
    /// Takes the place of whatever was held by `rows`, `width` numbers each.
    fn fill(&mut self, rows: &[f32], width: usize) {
        self.bytes.resize(rows.len(), 0);
        self.scales.clear();
        let bytes = self.bytes.chunks_exact_mut(width);
        self.scales
            .extend(rows.chunks_exact(width).zip(bytes).map(|(row, bytes)| kernels::quantise(row, bytes)));
    }
}

/// A matrix of weights in blocks, laid out for the kernels.
pub(super) struct QuantisedMatrix {
    /// Panel by panel, each with a block for every 32 inputs.
    panels: Vec<PanelBlock>,
    /// The sum of each output's weights: what a zero point adds to every product.
    sums: Vec<f32>,
    inputs: usize,
    kernel: Kernel,
}

impl QuantisedMatrix {
    /// Packs rows of weights, an output each, in blocks of weights and their scale; all rows have `inputs` / 32 blocks.
    pub(super) fn pack<B>(outputs: impl Iterator<Item = B>, inputs: usize) -> Self
    where
        B: IntoIterator<Item = Block>,
    {
        let blocks = inputs / BLOCK;
        let (mut panels, mut sums, mut largest) = (Vec::new(), Vec::new(), 0);
        for (output, weights) in outputs.enumerate() {
            let place = output % PANEL;
            if place == 0 {
                panels.resize(panels.len() + blocks, PanelBlock::ZERO);
            }
            let start = output / PANEL * blocks;
            let mut sum = 0.0;
            for (block, (weights, scale)) in panels.iter_mut().skip(start).zip(weights) {
                largest = weights.iter().map(|weight| weight.unsigned_abs()).fold(largest, u8::max);
                if block.set(place, &weights, scale) {
                    sum += weights.iter().map(|weight| i32::from(*weight)).sum::<i32>() as f32 * scale;
                }
            }
            sums.push(sum);
        }
        Self { panels, sums, inputs, kernel: fastest(largest) }
    }

    /// Writes `rows` · weightsᵀ over `result`, `quantised` being memory for the rows' bytes.
    pub(super) fn multiply(&self, rows: &[f32], quantised: &mut QuantisedRows, result: &mut [f32]) {
        quantised.fill(rows, self.inputs);
        let outputs = self.sums.len();
        let blocks = self.inputs / BLOCK;
        let panels = self.panels.chunks_exact(blocks.max(1));
        let mut products = [[0.0; PANEL]; ROWS];
        for ((index, panel), weight_sums) in panels.enumerate().zip(self.sums.chunks(PANEL)) {
            let columns = index * PANEL..index * PANEL + weight_sums.len();
            let tiles = quantised.bytes.chunks(ROWS * self.inputs).zip(quantised.scales.chunks(ROWS));
            for ((bytes, scales), result) in tiles.zip(result.chunks_mut(ROWS * outputs)) {
                (self.kernel)(panel, tile(bytes, self.inputs), &mut products);
                let rows = products.iter().zip(scales).zip(result.chunks_exact_mut(outputs));
                for ((products, by), row) in rows {
                    let Some(cells) = row.get_mut(columns.clone()) else { continue };
                    for ((cell, product), weights) in cells.iter_mut().zip(products).zip(weight_sums) {
                        *cell = by.scale * (product - by.zero * weights);
                    }
                }
            }
        }
    }
}

/// The rows of a tile in blocks; the last is repeated where there are fewer than four, and its product not used.
fn tile(bytes: &[u8], width: usize) -> [RowBlocks<'_>; ROWS] {
    let mut rows = bytes.chunks_exact(width).map(|row| row.as_chunks::<BLOCK>().0);
    let mut last: RowBlocks<'_> = &[];
    std::array::from_fn(|_| {
        last = rows.next().unwrap_or(last);
        last
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bytes_stand_for_the_numbers_within_half_a_step(
            row in proptest::collection::vec(-50f32..50.0, 0..70), shift in -100f32..100.0,
        ) {
            let row: Vec<f32> = row.iter().map(|x| x + shift).collect();
            let mut bytes = vec![0; row.len()];
            let by = kernels::quantise(&row, &mut bytes);
            for (number, byte) in row.iter().zip(bytes) {
                let stands_for = by.scale * (f32::from(byte) - by.zero);
                // Half a step, and as much where the zero point was rounded.
                prop_assert!((stands_for - number).abs() <= by.scale * 1.01 + 1e-5, "{stands_for} is not {number}");
            }
        }

        #[test]
        fn a_product_is_near_that_of_the_numbers(rows in 1usize..10, outputs in 1usize..40, blocks in 1usize..4) {
            let inputs = blocks * BLOCK;
            let weight = |output: usize, input: usize| ((output * 31 + input * 17) % 16) as i8 - 8;
            let scale = |output: usize, block: usize| 0.01 * (1 + (output + block) % 5) as f32;
            let number = |row: usize, input: usize| ((row * 7919 + input * 104_729) % 2003) as f32 / 1001.5 - 0.7;
            let matrix = QuantisedMatrix::pack(
                (0..outputs).map(|output| {
                    (0..blocks).map(move |block| {
                        (std::array::from_fn(|i| weight(output, block * BLOCK + i)), scale(output, block))
                    })
                }),
                inputs,
            );
            let numbers: Vec<f32> = (0..rows * inputs).map(|i| number(i / inputs, i % inputs)).collect();
            let mut result = vec![f32::NAN; rows * outputs];
            matrix.multiply(&numbers, &mut QuantisedRows::default(), &mut result);
            for (place, ours) in result.iter().enumerate() {
                let (row, output) = (place / outputs, place % outputs);
                let expected: f32 = (0..inputs)
                    .map(|i| number(row, i) * f32::from(weight(output, i)) * scale(output, i / BLOCK))
                    .sum();
                prop_assert!((ours - expected).abs() <= 0.01 * inputs as f32 * 0.4, "{ours} is not {expected}");
            }
        }
    }
}
