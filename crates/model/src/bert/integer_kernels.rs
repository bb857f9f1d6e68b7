//! Products of 8-bit weights with 8-bit activations, in the widest instructions of the processor.
//!
//! Every kernel computes the same sums, exactly, in whole numbers of 32 bits, and what they stand for by the same
//! formula: which one runs changes the time and, but for a fused multiplication, no result.

#[cfg(target_arch = "x86_64")]
mod x86;

/// Outputs whose weights lie side by side.
pub(super) const PANEL: usize = 32;
/// Inputs whose weights lie side by side.
pub(super) const BLOCK: usize = 64;
/// Rows of activations are given in a multiple of this.
pub(super) const ROWS: usize = 16;
/// Inputs that one instruction multiplies for every output.
const STEP: usize = 4;
/// Half a panel: the outputs of a vector or a tile of 64 bytes.
const HALF: usize = PANEL / 2;

/// The weights of [`PANEL`] outputs for [`BLOCK`] inputs.
#[derive(Debug, Clone)]
#[repr(C, align(64))]
pub(super) struct PanelBlock {
    /// [half of the outputs][step][output of the half][input of the step].
    weights: [[[[i8; STEP]; HALF]; BLOCK / STEP]; 2],
}

impl PanelBlock {
    /// Weights that are all zero.
    pub(super) const ZERO: Self = Self { weights: [[[[0; STEP]; HALF]; BLOCK / STEP]; 2] };

    /// Sets the weights of one output, those of the first inputs where there are fewer; an output beyond the panel has none.
    pub(super) fn set(&mut self, output: usize, weights: &[i8]) {
        let half = self.weights.get_mut(output / HALF).into_iter().flatten();
        for (step, own) in half.zip(weights.chunks(STEP)) {
            if let Some(cells) = step.get_mut(output % HALF) {
                for (cell, weight) in cells.iter_mut().zip(own) {
                    *cell = *weight;
                }
            }
        }
    }
}

/// A matrix of weights, laid out for the kernels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Panels<'a> {
    /// Panel by panel, each with a block for every [`BLOCK`] inputs.
    pub blocks: &'a [PanelBlock],
    /// What a weight of 1 stands for, of each output.
    pub scales: &'a [f32],
    /// The sum of each output's weights: what a zero point adds to every product.
    pub sums: &'a [i32],
    pub bias: &'a [f32],
}

/// Rows of quantised activations.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows<'a> {
    /// Row after row; rows of any content fill the last [`ROWS`] up.
    pub blocks: &'a [[u8; BLOCK]],
    pub blocks_per_row: usize,
    /// Of each row, those that fill up left out.
    pub scales: &'a [ByteScale],
}

/// What the bytes of a row stand for: a byte `b` for `scale` · (b - `zero`).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ByteScale {
    pub scale: f32,
    /// From 0 to 255.
    pub zero: i32,
}

/// Writes rows · weightsᵀ + bias over the result, a row of all outputs for each row that has a scale.
pub(super) type Kernel = fn(Panels<'_>, Rows<'_>, &mut [f32]);

/// The kernels that this processor can run, the fastest first; the portable one is always among them.
pub(super) fn kernels() -> Vec<(&'static str, Kernel)> {
    let mut kernels: Vec<(&'static str, Kernel)> = Vec::new();
    #[cfg(target_arch = "x86_64")]
    x86::add_kernels(&mut kernels);
    kernels.push(("portable", portable));
    kernels
}

/// The fastest kernel that this processor can run.
pub(super) fn fastest() -> Kernel {
    kernels().first().map_or(portable, |(_, kernel)| *kernel)
}

/// The products of some rows with a panel.
type Products<const N: usize> = [[i32; PANEL]; N];

/// Goes through all panels, and for each through tiles of `N` rows (a divisor of [`ROWS`]), so that a panel's weights stay
/// in the nearest cache. `multiply` writes the products of a panel and a tile: as many blocks as the panel has, for each
/// of `N` rows.
#[inline(always)]
fn multiply_tiles<const N: usize>(
    panels: Panels<'_>,
    rows: Rows<'_>,
    result: &mut [f32],
    mut multiply: impl FnMut(&[PanelBlock], &[[u8; BLOCK]], &mut Products<N>),
) {
    let mut products = [[0; PANEL]; N];
    for_each_panel(panels, rows, |index, panel| {
        for (number, tile) in rows.blocks.chunks_exact(N * rows.blocks_per_row).enumerate() {
            multiply(panel, tile, &mut products);
            write_outputs(panels, rows, (number * N, index), &products, result);
        }
    });
}

/// Each panel with its number, where there is anything to multiply.
#[inline(always)]
fn for_each_panel(panels: Panels<'_>, rows: Rows<'_>, mut work: impl FnMut(usize, &[PanelBlock])) {
    if rows.blocks_per_row > 0 {
        for (index, panel) in panels.blocks.chunks_exact(rows.blocks_per_row).enumerate() {
            work(index, panel);
        }
    }
}

/// Writes what the products of the rows from `first_row` on with panel `panel` stand for.
#[inline(always)]
fn write_outputs(
    panels: Panels<'_>,
    rows: Rows<'_>,
    (first_row, panel): (usize, usize),
    products: &[[i32; PANEL]],
    result: &mut [f32],
) {
    let width = panels.bias.len();
    let columns = panel * PANEL..((panel + 1) * PANEL).min(width);
    let of_outputs = (
        panels.scales.get(columns.clone()),
        panels.sums.get(columns.clone()),
        panels.bias.get(columns.clone()),
    );
    let (Some(scales), Some(sums), Some(bias)) = of_outputs else { return };
    let result = result.chunks_exact_mut(width.max(1)).zip(rows.scales).skip(first_row);
    for (products, (row, by)) in products.iter().zip(result) {
        let Some(cells) = row.get_mut(columns.clone()) else { continue };
        let outputs = scales.iter().zip(sums).zip(bias);
        for ((cell, product), ((scale, sum), bias)) in cells.iter_mut().zip(products).zip(outputs) {
            // At most 2^23 inputs fit into 32 bits; no network comes near.
            let product = product.wrapping_sub(by.zero.wrapping_mul(*sum));
            *cell = product as f32 * (by.scale * scale) + bias;
        }
    }
}

fn portable(panels: Panels<'_>, rows: Rows<'_>, result: &mut [f32]) {
    multiply_tiles::<4>(panels, rows, result, multiply_portable);
}

/// The safe twin of what the kernels of a processor do with a tile.
#[inline(always)]
fn multiply_portable<const N: usize>(panel: &[PanelBlock], tile: &[[u8; BLOCK]], products: &mut Products<N>) {
    for (row, products) in tile.chunks_exact(panel.len().max(1)).zip(products) {
        *products = [0; PANEL];
        for (block, activations) in panel.iter().zip(row) {
            for (half, products) in block.weights.iter().zip(products.as_chunks_mut::<HALF>().0) {
                for (step, activations) in half.iter().zip(activations.as_chunks::<STEP>().0) {
                    for (product, weights) in products.iter_mut().zip(step) {
                        for (weight, activation) in weights.iter().zip(activations) {
                            *product += i32::from(*weight) * i32::from(*activation);
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Holds every kernel against the definition: `weights` has a row an output, `rows` a row of activations each.
    fn agree(weights: &[Vec<i8>], rows: &[Vec<u8>]) {
        let inputs = rows[0].len();
        let blocks_per_row = inputs.div_ceil(BLOCK);
        let mut blocks = vec![PanelBlock::ZERO; weights.len().div_ceil(PANEL) * blocks_per_row];
        for (output, weights) in weights.iter().enumerate() {
            let panel = &mut blocks[output / PANEL * blocks_per_row..];
            for (block, weights) in panel.iter_mut().zip(weights.chunks(BLOCK)) {
                block.set(output % PANEL, weights);
            }
        }
        let sum = |weights: &Vec<i8>| weights.iter().map(|weight| i32::from(*weight)).sum();
        let sums: Vec<i32> = weights.iter().map(sum).collect();
        let [scales, bias] = [0.5, 3.0].map(|number| vec![number; weights.len()]);
        let panels = Panels { blocks: &blocks, scales: &scales, sums: &sums, bias: &bias };

        // what fills up has to be of no account
        let mut bytes = vec![[201u8; BLOCK]; rows.len().next_multiple_of(ROWS) * blocks_per_row];
        for (row, bytes) in rows.iter().zip(bytes.chunks_mut(blocks_per_row)) {
            bytes.as_flattened_mut()[..inputs].copy_from_slice(row);
        }
        let scales = vec![ByteScale { scale: 0.25, zero: 100 }; rows.len()];
        let quantised = Rows { blocks: &bytes, blocks_per_row, scales: &scales };

        for (name, kernel) in kernels() {
            let mut result = vec![f32::NAN; rows.len() * weights.len()];
            kernel(panels, quantised, &mut result);
            for (row, result) in rows.iter().zip(result.chunks(weights.len())) {
                for (weights, ours) in weights.iter().zip(result) {
                    let product: i32 =
                        row.iter().zip(weights).map(|(a, w)| (i32::from(*a) - 100) * i32::from(*w)).sum();
                    let expected = product as f32 * 0.125 + 3.0;
                    assert_eq!(*ours, expected, "{name}");
                }
            }
        }
    }

    #[test]
    fn the_largest_products_do_not_overflow() {
        for extreme in [-128, -127, 127] {
            agree(&vec![vec![extreme; 1536]; 40], &vec![vec![255; 1536]; 20]);
        }
    }

    #[test]
    fn nothing_to_multiply_is_no_error() {
        for (_, kernel) in kernels() {
            kernel(
                Panels { blocks: &[], scales: &[], sums: &[], bias: &[] },
                Rows { blocks: &[], blocks_per_row: 0, scales: &[] },
                &mut [],
            );
        }
    }

    proptest! {
        #[test]
        fn every_kernel_gives_the_products_of_the_definition(
            inputs in 1usize..300,
            outputs in 1usize..100,
            rows in 1usize..70,
            seed in any::<u32>(),
        ) {
            let random = |i: usize| (i as u32).wrapping_mul(2_654_435_761).wrapping_add(seed) >> 9;
            let weights: Vec<Vec<i8>> =
                (0..outputs).map(|o| (0..inputs).map(|i| random(o * inputs + i) as i8).collect()).collect();
            let rows: Vec<Vec<u8>> =
                (0..rows).map(|r| (0..inputs).map(|i| random(r * 7919 + i * 31) as u8).collect()).collect();
            agree(&weights, &rows);
        }
    }
}
