//! Products in whole numbers: rows quantised as they come, weights when they are loaded.
//!
//! A row of activations becomes bytes with a scale and a zero point of its own (dynamic quantisation, as in ONNX
//! Runtime, but by row and not by tensor, so that a text in a batch is computed as if it stood alone). The weights of an
//! output become 8 bits and a scale. Where it is known how far each input reaches, inputs that reach far are divided by
//! a factor and their weights multiplied by it, so that they leave the others more of the 255 steps (SmoothQuant, Xiao
//! et al. 2023, with a half for its strength).

use super::integer_kernels::{BLOCK, ByteScale, Kernel, PANEL, PanelBlock, Panels, ROWS, Rows, fastest};
use super::kernels;

/// Rows of activations as bytes; its memory is used again for the next rows.
#[derive(Debug, Default)]
pub(super) struct QuantisedRows {
    blocks: Vec<[u8; BLOCK]>,
    scales: Vec<ByteScale>,
}

impl QuantisedRows {
    /// Takes the place of whatever was held by `rows`, each prepared and then multiplied by `factors`, which has a number
    /// for each of a row.
    fn fill(&mut self, rows: &mut [f32], prepare: impl Fn(usize, &mut [f32]), factors: &[f32]) -> Rows<'_> {
        let blocks_per_row = factors.len().div_ceil(BLOCK);
        let rows = rows.chunks_exact_mut(factors.len().max(1)).enumerate();
        self.blocks.resize(rows.len().next_multiple_of(ROWS) * blocks_per_row, [0; BLOCK]);
        self.scales.clear();
        let bytes = self.blocks.chunks_exact_mut(blocks_per_row.max(1)).map(<[_]>::as_flattened_mut);
        self.scales.extend(rows.zip(bytes).map(|((number, row), bytes)| {
            prepare(number, row);
            kernels::quantise(row, factors, bytes)
        }));
        Rows { blocks: &self.blocks, blocks_per_row, scales: &self.scales }
    }
}

/// A matrix of weights in 8 bits, laid out for the kernels.
pub(super) struct QuantisedMatrix {
    panels: Vec<PanelBlock>,
    /// Of each output, as [`Panels`] has them.
    scales: Vec<f32>,
    sums: Vec<i32>,
    bias: Vec<f32>,
    /// What each input is multiplied by.
    factors: Vec<f32>,
    kernel: Kernel,
}

impl QuantisedMatrix {
    /// Packs `weights`, for each output of `bias` a row of as many numbers as there are inputs. `reach` tells how far from
    /// zero each input comes, where that is known; only the proportions count.
    pub(super) fn pack(weights: &[f32], bias: Vec<f32>, reach: Option<&[f32]>) -> Self {
        const LARGEST: f32 = 127.0;
        let inputs = weights.len() / bias.len().max(1);
        let smoothing = reach.map_or_else(|| vec![1.0; inputs], |reach| smoothing(weights, reach));
        let blocks = inputs.div_ceil(BLOCK);
        let mut panels = vec![PanelBlock::ZERO; bias.len().div_ceil(PANEL) * blocks];
        let (mut scales, mut sums, mut whole) = (Vec::new(), Vec::new(), vec![0; inputs]);
        for (output, weights) in weights.chunks_exact(inputs.max(1)).enumerate() {
            let weights = || weights.iter().zip(&smoothing).map(|(weight, factor)| weight * factor);
            let scale = weights().fold(0.0, |largest: f32, weight| largest.max(weight.abs())) / LARGEST;
            let steps = if scale > 0.0 { 1.0 / scale } else { 0.0 };
            for (cell, weight) in whole.iter_mut().zip(weights()) {
                *cell = (weight * steps).round() as i8;
            }
            scales.push(scale);
            sums.push(whole.iter().map(|weight| i32::from(*weight)).sum());
            let panel = panels.iter_mut().skip(output / PANEL * blocks);
            for (block, weights) in panel.zip(whole.chunks(BLOCK)) {
                block.set(output % PANEL, weights);
            }
        }
        let factors = smoothing.into_iter().map(f32::recip).collect();
        Self { panels, scales, sums, bias, factors, kernel: fastest() }
    }

    /// Writes `rows` · weightsᵀ + bias over `result`. Each row is prepared, with its number, when its turn has come;
    /// `quantised` is memory for their bytes.
    pub(super) fn multiply(
        &self,
        rows: &mut [f32],
        prepare: impl Fn(usize, &mut [f32]),
        quantised: &mut QuantisedRows,
        result: &mut [f32],
    ) {
        let Self { panels, scales, sums, bias, factors, kernel } = self;
        kernel(Panels { blocks: panels, scales, sums, bias }, quantised.fill(rows, prepare, factors), result);
    }
}

/// The factor of each input's weights: the root of how far it reaches by how far its weights do.
fn smoothing(weights: &[f32], reach: &[f32]) -> Vec<f32> {
    // an input or weights that are always zero take any factor
    const LEAST: f32 = 1e-6;
    let mut largest = vec![LEAST; reach.len()];
    for row in weights.chunks_exact(reach.len().max(1)) {
        for (largest, weight) in largest.iter_mut().zip(row) {
            *largest = largest.max(weight.abs());
        }
    }
    reach.iter().zip(largest).map(|(reach, weight)| (reach.max(LEAST) / weight).sqrt()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bytes_stand_for_the_numbers_within_half_a_step(
            row in proptest::collection::vec(-50f32..50.0, 0..70), shift in -100f32..100.0, factor in 0.1f32..10.0,
        ) {
            let row: Vec<f32> = row.iter().map(|x| x + shift).collect();
            let mut bytes = vec![0; row.len()];
            let by = kernels::quantise(&row, &vec![factor; row.len()], &mut bytes);
            for (number, byte) in row.iter().zip(bytes) {
                let stands_for = by.scale * (i32::from(byte) - by.zero) as f32;
                // Half a step, and as much where the zero point was rounded.
                let bound = by.scale * 1.01 + 1e-5 * factor.max(1.0);
                prop_assert!((stands_for - number * factor).abs() <= bound, "{stands_for} is not {number}");
            }
        }

        #[test]
        fn a_product_is_near_that_of_the_numbers(
            rows in 1usize..20, outputs in 1usize..40, inputs in 1usize..150, smooth in any::<bool>(),
        ) {
            let weight = |output: usize, input: usize| ((output * 31 + input * 17) % 16) as f32 / 100.0 - 0.08;
            let number = |row: usize, input: usize| ((row * 7919 + input * 104_729) % 2003) as f32 / 1001.5 - 0.7;
            let bias: Vec<f32> = (0..outputs).map(|output| output as f32).collect();
            let weights: Vec<f32> = (0..outputs * inputs).map(|i| weight(i / inputs, i % inputs)).collect();
            let reach: Vec<f32> = (0..inputs).map(|input| (1 + input % 4) as f32).collect();
            let matrix = QuantisedMatrix::pack(&weights, bias, smooth.then_some(reach.as_slice()));
            let mut numbers: Vec<f32> = (0..rows * inputs).map(|i| number(i / inputs, i % inputs) / 2.0).collect();
            let mut result = vec![f32::NAN; rows * outputs];
            let twice = |_, row: &mut [f32]| row.iter_mut().for_each(|x| *x *= 2.0);
            matrix.multiply(&mut numbers, twice, &mut QuantisedRows::default(), &mut result);
            for (place, ours) in result.iter().enumerate() {
                let (row, output) = (place / outputs, place % outputs);
                let product: f32 = (0..inputs).map(|i| number(row, i) * weight(output, i)).sum();
                let expected = product + output as f32;
                prop_assert!((ours - expected).abs() <= 1e-3 * inputs as f32 + 1e-3, "{ours} is not {expected}");
            }
        }
    }
}
