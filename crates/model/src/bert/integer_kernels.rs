//! Products of small whole weights with 8-bit activations, in the widest instructions of the processor.
//!
//! Activations lie between 0 and 255, so the sum over a block of 32 inputs is a whole number that every kernel computes
//! exactly. AVX2 multiplies and adds pairs in 16 bits: where weights are at most 8 in magnitude (4 bits), eight such
//! pairs stay within 8 · 2 · 8 · 255 = 32,640 and are added there; up to 64 (7 bits) one pair does, 2 · 64 · 255, and is
//! widened before it is added; larger weights go to another kernel. Only the order in which blocks are added up in float32
//! may differ by the fused multiplication, so the kernels agree within rounding, which a test holds.

// The one place of this crate that calls instructions of a processor by name. Every function below takes references
// to arrays of fixed size and reads nothing beyond them; what a function needs of the processor is detected before
// its address is given out.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::*;

pub(super) use crate::weights::BLOCK_WEIGHTS as BLOCK;

/// Outputs whose weights lie side by side.
pub(super) const PANEL: usize = 16;
/// Rows that are multiplied together, so that weights are loaded once for all of them.
pub(super) const ROWS: usize = 4;
/// Inputs that one instruction multiplies for every output.
const STEP: usize = 4;
const STEPS: usize = BLOCK / STEP;
/// The largest weights of which eight pairs of products can be added up in 16 bits.
#[cfg(target_arch = "x86_64")]
const EIGHT_PAIRS_FIT: u8 = 8;
/// The largest weights of which a pair of products can be added up in 16 bits.
#[cfg(target_arch = "x86_64")]
const A_PAIR_FITS: u8 = 64;

/// The weights of [`PANEL`] outputs for one block of inputs.
#[derive(Debug, Clone)]
#[repr(C, align(64))]
pub(super) struct PanelBlock {
    /// [step, output, input of the step].
    weights: [i8; BLOCK * PANEL],
    /// What a weight of each output stands for.
    scales: [f32; PANEL],
}

impl PanelBlock {
    /// Weights that are all zero.
    pub(super) const ZERO: Self = Self { weights: [0; BLOCK * PANEL], scales: [0.0; PANEL] };

    /// Sets the weights of one output; false when there is no such output.
    #[must_use]
    pub(super) fn set(&mut self, output: usize, weights: &[i8; BLOCK], scale: f32) -> bool {
        let Some(cell) = self.scales.get_mut(output) else { return false };
        *cell = scale;
        let steps = self.weights.as_chunks_mut::<{ PANEL * STEP }>().0;
        for (step, own) in steps.iter_mut().zip(weights.as_chunks::<STEP>().0) {
            if let Some(cell) = step.as_chunks_mut::<STEP>().0.get_mut(output) {
                *cell = *own;
            }
        }
        true
    }
}

/// Sums over all blocks: a row of [`PANEL`] outputs for each row of activations.
pub(super) type Sums = [[f32; PANEL]; ROWS];

/// A row of quantised activations in blocks.
pub(super) type RowBlocks<'a> = &'a [[u8; BLOCK]];

/// Multiplies a panel (a block for each block of inputs) with four rows and writes the sums.
pub(super) type Kernel = fn(&[PanelBlock], [RowBlocks<'_>; ROWS], &mut Sums);

/// The kernels that this processor can run on weights of at most `largest` in magnitude, the fastest first; the
/// portable one is always among them.
pub(super) fn kernels(largest: u8) -> Vec<(&'static str, Kernel)> {
    let mut kernels: Vec<(&'static str, Kernel)> = Vec::new();
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vnni") {
            // SAFETY: the processor has what the function is compiled for.
            kernels.push(("avx512-vnni", |panel, rows, sums| unsafe { multiply_avx512(panel, rows, sums) }));
        }
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            if largest <= EIGHT_PAIRS_FIT {
                // SAFETY: as above.
                kernels.push(("avx2-4", |panel, rows, sums| unsafe {
                    multiply_avx2::<true>(panel, rows, sums)
                }));
            }
            if largest <= A_PAIR_FITS {
                // SAFETY: as above.
                kernels.push(("avx2-7", |panel, rows, sums| unsafe {
                    multiply_avx2::<false>(panel, rows, sums)
                }));
            }
        }
    }
    kernels.push(("portable", multiply_portable));
    kernels
}

/// The fastest kernel that this processor can run on weights of at most `largest` in magnitude.
pub(super) fn fastest(largest: u8) -> Kernel {
    kernels(largest).first().map_or(multiply_portable, |(_, kernel)| *kernel)
}

/// The safe twin of the kernels below.
fn multiply_portable(panel: &[PanelBlock], rows: [RowBlocks<'_>; ROWS], result: &mut Sums) {
    for (row, sums) in rows.into_iter().zip(result) {
        *sums = [0.0; PANEL];
        for (block, activations) in panel.iter().zip(row) {
            let mut products = [0i32; PANEL];
            let steps = block.weights.as_chunks::<{ PANEL * STEP }>().0;
            for (step, activations) in steps.iter().zip(activations.as_chunks::<STEP>().0) {
                for (product, weights) in products.iter_mut().zip(step.as_chunks::<STEP>().0) {
                    for (weight, activation) in weights.iter().zip(activations) {
                        *product += i32::from(*weight) * i32::from(*activation);
                    }
                }
            }
            for ((sum, product), scale) in sums.iter_mut().zip(products).zip(&block.scales) {
                *sum += product as f32 * scale;
            }
        }
    }
}

/// Four activations as one number, to be repeated in every lane.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn step_of(activations: &[u8; BLOCK], step: usize) -> i32 {
    activations.as_chunks::<STEP>().0.get(step).map_or(0, |bytes| i32::from_le_bytes(*bytes))
}

/// `SMALL`: weights are so small that a whole block is added up in 16 bits.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn multiply_avx2<const SMALL: bool>(panel: &[PanelBlock], rows: [RowBlocks<'_>; ROWS], result: &mut Sums) {
    const LANES: usize = 8;
    let ones = _mm256_set1_epi16(1);
    let [a, b, c, d] = rows;
    for half in 0..PANEL / LANES {
        let mut sums = [_mm256_setzero_ps(); ROWS];
        for ((((block, a), b), c), d) in panel.iter().zip(a).zip(b).zip(c).zip(d) {
            let mut products = [_mm256_setzero_si256(); ROWS];
            for step in 0..STEPS {
                let start = step * PANEL * STEP + half * LANES * STEP;
                // SAFETY: 32 bytes from `start` end at most at STEPS · PANEL · STEP, the length of `weights`.
                let weights = unsafe { _mm256_loadu_si256(block.weights.as_ptr().add(start).cast()) };
                for (products, row) in products.iter_mut().zip([a, b, c, d]) {
                    let activations = _mm256_set1_epi32(step_of(row, step));
                    let pairs = _mm256_maddubs_epi16(activations, weights);
                    *products = if SMALL {
                        _mm256_add_epi16(*products, pairs)
                    } else {
                        _mm256_add_epi32(*products, _mm256_madd_epi16(pairs, ones))
                    };
                }
            }
            // SAFETY: 8 numbers from `half` · 8 end at most at PANEL, the length of `scales`.
            let scales = unsafe { _mm256_loadu_ps(block.scales.as_ptr().add(half * LANES)) };
            for (sum, products) in sums.iter_mut().zip(products) {
                let products = if SMALL { _mm256_madd_epi16(products, ones) } else { products };
                *sum = _mm256_fmadd_ps(_mm256_cvtepi32_ps(products), scales, *sum);
            }
        }
        for (row, sum) in result.iter_mut().zip(sums) {
            // SAFETY: 8 numbers from `half` · 8 end at most at PANEL, the length of `row`.
            unsafe { _mm256_storeu_ps(row.as_mut_ptr().add(half * LANES), sum) };
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vnni")]
fn multiply_avx512(panel: &[PanelBlock], rows: [RowBlocks<'_>; ROWS], result: &mut Sums) {
    let mut sums = [_mm512_setzero_ps(); ROWS];
    let [a, b, c, d] = rows;
    for ((((block, a), b), c), d) in panel.iter().zip(a).zip(b).zip(c).zip(d) {
        let mut products = [_mm512_setzero_si512(); ROWS];
        for step in 0..STEPS {
            // SAFETY: 64 bytes from `step` · 64 end at most at STEPS · PANEL · STEP, the length of `weights`.
            let weights =
                unsafe { _mm512_loadu_si512(block.weights.as_ptr().add(step * PANEL * STEP).cast()) };
            for (products, row) in products.iter_mut().zip([a, b, c, d]) {
                let activations = _mm512_set1_epi32(step_of(row, step));
                *products = _mm512_dpbusd_epi32(*products, activations, weights);
            }
        }
        // SAFETY: `scales` has the 16 numbers that are read.
        let scales = unsafe { _mm512_loadu_ps(block.scales.as_ptr()) };
        for (sum, products) in sums.iter_mut().zip(products) {
            *sum = _mm512_fmadd_ps(_mm512_cvtepi32_ps(products), scales, *sum);
        }
    }
    for (row, sum) in result.iter_mut().zip(sums) {
        // SAFETY: `row` has the 16 numbers that are written.
        unsafe { _mm512_storeu_ps(row.as_mut_ptr(), sum) };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn panel(blocks: usize, weight: impl Fn(usize) -> i8) -> Vec<PanelBlock> {
        (0..blocks)
            .map(|block| {
                let mut panel = PanelBlock::ZERO;
                for output in 0..PANEL {
                    let own = std::array::from_fn(|i| weight((block * PANEL + output) * BLOCK + i));
                    assert!(panel.set(output, &own, 0.01 * (output + 1) as f32));
                }
                panel
            })
            .collect()
    }

    /// The sums as their definition says, and how far adding up blocks in float32 may be from each.
    fn plain(panel: &[PanelBlock], weight: impl Fn(usize) -> i8, row: RowBlocks<'_>) -> Vec<(f64, f64)> {
        (0..PANEL)
            .map(|output| {
                let blocks = row.iter().enumerate().map(|(block, activations)| {
                    let weight = |i| i32::from(weight((block * PANEL + output) * BLOCK + i));
                    let sum: i32 =
                        activations.iter().enumerate().map(|(i, a)| weight(i) * i32::from(*a)).sum();
                    f64::from(sum) * 0.01 * (output + 1) as f64
                });
                let (sum, size) =
                    blocks.fold((0.0, 0.0), |(sum, size), block| (sum + block, size + block.abs()));
                // a rounding of each scale and product, and one for every addition of what is summed so far
                (sum, size * f64::from(f32::EPSILON) * (panel.len() + 2) as f64)
            })
            .collect()
    }

    fn agree(panel: &[PanelBlock], weight: impl Fn(usize) -> i8, rows: &[Vec<[u8; BLOCK]>; ROWS]) {
        let largest = panel.iter().flat_map(|block| block.weights.map(i8::unsigned_abs)).max();
        for (name, kernel) in kernels(largest.unwrap_or(0)) {
            let mut sums = [[f32::NAN; PANEL]; ROWS];
            kernel(panel, rows.each_ref().map(Vec::as_slice), &mut sums);
            for (row, sums) in rows.iter().zip(sums) {
                for (ours, (expected, bound)) in sums.iter().zip(plain(panel, &weight, row)) {
                    assert!((f64::from(*ours) - expected).abs() <= bound, "{name}: {ours} is not {expected}");
                }
            }
        }
    }

    #[test]
    fn the_largest_products_do_not_overflow() {
        for extreme in [-128, -127, -64, -8, 7, 63, 127] {
            let panel = panel(3, |_| extreme);
            let rows = std::array::from_fn(|_| vec![[255u8; BLOCK]; 3]);
            agree(&panel, |_| extreme, &rows);
        }
    }

    #[test]
    fn an_output_beyond_the_panel_is_refused() {
        assert!(!PanelBlock::ZERO.clone().set(PANEL, &[0; BLOCK], 1.0));
    }

    proptest! {
        #[test]
        fn every_kernel_gives_the_sums_of_the_definition(
            blocks in 0usize..5,
            seed in any::<u32>(),
            bits in prop::sample::select(vec![4u32, 7, 8]),
        ) {
            let random = |i: usize| (i as u32).wrapping_mul(2_654_435_761).wrapping_add(seed);
            let weight = |i: usize| (random(i) as i32 >> (32 - bits)) as i8;
            let activation = |i: usize| ((i as u32).wrapping_mul(40_503).wrapping_add(seed) >> 9) as u8;
            let panel = panel(blocks, weight);
            let rows = std::array::from_fn(|row| {
                (0..blocks).map(|b| std::array::from_fn(|i| activation((row * 7 + b) * BLOCK + i))).collect()
            });
            agree(&panel, weight, &rows);
        }
    }
}
