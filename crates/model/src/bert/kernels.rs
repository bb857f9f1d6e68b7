//! Element-wise arithmetic on rows of float32, written so that the compiler vectorises it.
//!
//! `pulp` chooses the widest instructions of the processor at run time. Sums go through partial sums, since the
//! compiler may not reorder a plain one. The results differ from exact arithmetic by a few units in the last place and
//! are the same from run to run.

use std::f32::consts::{FRAC_1_SQRT_2, LOG2_E};

use pulp::{Arch, Simd, WithSimd};

use super::integer_kernels::ByteScale;
use crate::config::Activation;

/// Rows that are worth a task of their own when work is shared among threads.
pub(super) const ROWS_PER_TASK: usize = 32;

/// Partial sums side by side: two of the widest vectors.
const PARTIAL: usize = 32;

/// Runs a computation compiled for the widest instructions that the processor has.
#[inline(always)]
pub(super) fn vectorised<R>(computation: impl FnOnce() -> R) -> R {
    struct Computation<F>(F);

    impl<R, F: FnOnce() -> R> WithSimd for Computation<F> {
        type Output = R;

        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) -> R {
            (self.0)()
        }
    }

    vectorised_with(Computation(computation))
}

/// As [`vectorised`], for a computation that names vectors itself.
#[inline(always)]
pub(super) fn vectorised_with<C: WithSimd>(computation: C) -> C::Output {
    Arch::new().dispatch(computation)
}

/// Adds `other` to `row`.
pub(super) fn add(row: &mut [f32], other: &[f32]) {
    vectorised(
        #[inline(always)]
        || {
            for (x, y) in row.iter_mut().zip(other) {
                *x += y;
            }
        },
    );
}

/// Brings a row to mean 0 and variance 1, then scales and shifts it component by component.
pub(super) fn layer_norm(row: &mut [f32], scale: &[f32], shift: &[f32], epsilon: f32) {
    vectorised(
        #[inline(always)]
        || {
            let count = row.len() as f32;
            let mean = sum(row.iter().as_slice(), |x| x) / count;
            let variance = sum(row, |x| (x - mean) * (x - mean)) / count;
            let factor = 1.0 / (variance + epsilon).sqrt();
            for ((x, scale), shift) in row.iter_mut().zip(scale).zip(shift) {
                *x = (*x - mean) * factor * scale + shift;
            }
        },
    );
}

/// Rounds a row, each number times its factor, to bytes: the span of the products, widened to hold 0, is cut into 255 steps.
pub(super) fn quantise(row: &[f32], factors: &[f32], bytes: &mut [u8]) -> ByteScale {
    // Added to a number below 2^22, it leaves the nearest whole number in the lowest bits of the sum.
    const ROUND: f32 = 12_582_912.0;
    vectorised(
        #[inline(always)]
        || {
            let (mut lowest, mut highest) = ([0.0f32; PARTIAL], [0.0f32; PARTIAL]);
            let mut span = |row: &[f32], factors: &[f32]| {
                let partial = lowest.iter_mut().zip(&mut highest);
                for ((lowest, highest), (x, factor)) in partial.zip(row.iter().zip(factors)) {
                    let x = x * factor;
                    *lowest = smaller(x, *lowest);
                    *highest = larger(x, *highest);
                }
            };
            let ((row_chunks, row_rest), (chunks, rest)) = (row.as_chunks::<PARTIAL>(), factors.as_chunks());
            row_chunks.iter().zip(chunks).for_each(|(row, factors): (_, &[f32; PARTIAL])| span(row, factors));
            span(row_rest, rest);
            let (lowest, highest) = (across(&lowest, smaller), across(&highest, larger));
            let scale = (highest - lowest) / 255.0;
            let steps = if scale > 0.0 { 1.0 / scale } else { 0.0 };
            let zero = (-lowest * steps).round();
            for ((byte, x), factor) in bytes.iter_mut().zip(row).zip(factors) {
                let step = x * factor * steps + zero;
                let step = if step > 255.0 { 255.0 } else { step };
                *byte = (step + ROUND).to_bits() as u8;
            }
            ByteScale { scale, zero: zero as i32 }
        },
    )
}

/// Applies an activation to every number of a row.
pub(super) fn activate(row: &mut [f32], activation: Activation) {
    vectorised(
        #[inline(always)]
        || match activation {
            Activation::Gelu => {
                for x in row.iter_mut() {
                    *x = 0.5 * *x * (1.0 + erf(*x * FRAC_1_SQRT_2));
                }
            }
            Activation::GeluTanh => {
                for x in row.iter_mut() {
                    // sqrt(2 / pi), Hendrycks and Gimpel (2016); tanh(y) = 1 - 2 / (exp(2 y) + 1).
                    let inner = 0.797_884_6 * (*x + 0.044_715 * *x * *x * *x);
                    *x *= 1.0 - 1.0 / (exp(2.0 * inner) + 1.0);
                }
            }
            Activation::Relu => {
                for x in row.iter_mut() {
                    *x = x.max(0.0);
                }
            }
        },
    );
}

/// Turns scores into weights that sum to 1, the scores being multiplied by `scale` first.
#[inline(always)]
pub(super) fn softmax(scores: &mut [f32], scale: f32) {
    let highest = maximum(scores);
    for x in scores.iter_mut() {
        *x = exp((*x - highest) * scale);
    }
    let factor = 1.0 / sum(scores, |x| x);
    for x in scores.iter_mut() {
        *x *= factor;
    }
}

#[inline(always)]
fn sum(numbers: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let (chunks, rest) = numbers.as_chunks::<PARTIAL>();
    let mut partial = [0.0f32; PARTIAL];
    for chunk in chunks {
        for (partial, x) in partial.iter_mut().zip(chunk) {
            *partial += of(*x);
        }
    }
    across(&partial, |a, b| a + b) + rest.iter().map(|x| of(*x)).sum::<f32>()
}

#[inline(always)]
fn maximum(numbers: &[f32]) -> f32 {
    let (chunks, rest) = numbers.as_chunks::<PARTIAL>();
    let mut partial = [f32::NEG_INFINITY; PARTIAL];
    for chunk in chunks {
        for (partial, x) in partial.iter_mut().zip(chunk) {
            *partial = larger(*x, *partial);
        }
    }
    rest.iter().copied().fold(across(&partial, larger), larger)
}

/// Not `f32::max`: this form is one instruction.
#[inline(always)]
fn larger(x: f32, y: f32) -> f32 {
    if x > y { x } else { y }
}

/// As [`larger`].
#[inline(always)]
fn smaller(x: f32, y: f32) -> f32 {
    if x < y { x } else { y }
}

/// Brings partial results together, half with half, which takes a step for each halving and not for each number.
#[inline(always)]
fn across(partial: &[f32; PARTIAL], of: impl Fn(f32, f32) -> f32 + Copy) -> f32 {
    let [whole] =
        halved::<1>(&halved::<2>(&halved::<4>(&halved::<8>(&halved::<16>(partial, of), of), of), of), of);
    whole
}

#[inline(always)]
fn halved<const HALF: usize>(numbers: &[f32], of: impl Fn(f32, f32) -> f32) -> [f32; HALF] {
    let mut result = [0.0; HALF];
    let (low, high) = numbers.split_at(HALF);
    for (result, (a, b)) in result.iter_mut().zip(low.iter().zip(high)) {
        *result = of(*a, *b);
    }
    result
}

/// The error function to about 2e-7: the rational minimax approximation of Eigen's `generic_fast_erf_float`, an odd
/// numerator over an even denominator; beyond 3.9 float32 has no digit left for the difference to 1.
#[inline(always)]
fn erf(x: f32) -> f32 {
    let s = x * x;
    let numerator = -2.726_142_3e-10;
    let numerator = numerator * s + 2.770_681_4e-8;
    let numerator = numerator * s - 2.101_024e-6;
    let numerator = numerator * s - 5.692_506_4e-5;
    let numerator = numerator * s - 7.349_906_5e-4;
    let numerator = numerator * s - 2.954_6e-3;
    let numerator = numerator * s - 1.609_603_3e-2;
    let denominator = -1.456_607_2e-5;
    let denominator = denominator * s - 2.133_740_6e-4;
    let denominator = denominator * s - 1.682_827e-3;
    let denominator = denominator * s - 7.373_329_3e-3;
    let denominator = denominator * s - 1.426_473_9e-2;
    if x.abs() > 3.9 { 1.0f32.copysign(x) } else { x * numerator / denominator }
}

/// The exponential function to about 2e-7 relative, 0 where float32 has no normal number left.
///
/// Argument reduction to [-ln 2 / 2, ln 2 / 2] with ln 2 in two parts, then a Taylor polynomial of degree 7.
#[inline(always)]
fn exp(x: f32) -> f32 {
    /// 1.5 · 2²³: adding it leaves a float32 no bits for a fraction, so it rounds to the nearest integer.
    const ROUND: f32 = 12_582_912.0;
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let x = if x > 88.0 { 88.0 } else { x };
    let floor = if x < -87.0 { 0.0 } else { 1.0 };
    let x = if x < -87.0 { -87.0 } else { x };
    let power = (x * LOG2_E + ROUND) - ROUND;
    let r = x - power * LN_2_HIGH - power * LN_2_LOW;
    let p = 1.0 / 5040.0;
    let p = p * r + 1.0 / 720.0;
    let p = p * r + 1.0 / 120.0;
    let p = p * r + 1.0 / 24.0;
    let p = p * r + 1.0 / 6.0;
    let p = p * r + 0.5;
    let p = p * r + 1.0;
    let p = p * r + 1.0;
    // Within [-126, 127] by the limits above, so the sum is the exponent of a normal number; the integer sits in the
    // low bits of power + ROUND already, which spares a conversion.
    let exponent = (power + ROUND).to_bits().wrapping_add(127) << 23;
    p * f32::from_bits(exponent) * floor
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Tensor};
    use proptest::prelude::*;

    use super::*;

    fn candle(numbers: &[f32], operation: impl Fn(Tensor) -> candle_core::Result<Tensor>) -> Vec<f32> {
        let tensor = Tensor::from_slice(numbers, numbers.len(), &Device::Cpu).unwrap();
        operation(tensor).unwrap().to_vec1().unwrap()
    }

    fn grid() -> Vec<f32> {
        (-40_000..=40_000).map(|i| i as f32 * 2.5e-4).chain([-1e30, -200.0, 0.0, 200.0, 1e30]).collect()
    }

    fn assert_close(ours: &[f32], theirs: &[f32], tolerance: f32) {
        for (x, y) in ours.iter().zip(theirs) {
            assert!((x - y).abs() <= tolerance * y.abs().max(1.0), "{x} is not {y}");
        }
    }

    #[test]
    fn activations_equal_candles() {
        type Operation = fn(Tensor) -> candle_core::Result<Tensor>;
        let cases: [(Activation, Operation); 3] = [
            (Activation::Gelu, |x| x.gelu_erf()),
            (Activation::GeluTanh, |x| x.gelu()),
            (Activation::Relu, |x| x.relu()),
        ];
        // Beyond ±10 the tanh form of candle overflows to NaN on numbers that no network gives.
        let numbers: Vec<f32> = grid().into_iter().filter(|x| x.abs() < 1e6).collect();
        for (activation, operation) in cases {
            let mut ours = numbers.clone();
            activate(&mut ours, activation);
            assert_close(&ours, &candle(&numbers, operation), 1e-6);
        }
    }

    #[test]
    fn exponential_is_exact_to_a_few_units_in_the_last_place() {
        for x in grid() {
            let expected = f64::from(x).exp();
            let ours = f64::from(exp(x));
            if (-87.0..=88.0).contains(&x) {
                assert!((ours / expected - 1.0).abs() < 1e-6, "exp({x}) = {ours}, not {expected}");
            } else if x < 0.0 {
                assert_eq!(ours, 0.0);
            } else {
                assert!(ours.is_finite());
            }
        }
    }

    #[test]
    fn layer_norm_equals_its_definition() {
        let row: Vec<f32> = (0..21).map(|i| (i as f32 * 0.7).sin() * 3.0 + 1.0).collect();
        let (scale, shift): (Vec<f32>, Vec<f32>) =
            (0..21).map(|i| (1.0 + i as f32 * 0.1, -0.5 + i as f32 * 0.05)).unzip();
        let mean = row.iter().map(|x| f64::from(*x)).sum::<f64>() / 21.0;
        let variance = row.iter().map(|x| (f64::from(*x) - mean).powi(2)).sum::<f64>() / 21.0;
        let expected: Vec<f32> = (0..21)
            .map(|i| {
                let normal = (f64::from(row[i]) - mean) / (variance + 1e-5).sqrt();
                (normal * f64::from(scale[i]) + f64::from(shift[i])) as f32
            })
            .collect();
        let mut ours = row;
        layer_norm(&mut ours, &scale, &shift, 1e-5);
        assert_close(&ours, &expected, 1e-5);
    }

    proptest! {
        #[test]
        fn softmax_gives_weights_that_sum_to_one(
            scores in proptest::collection::vec(-1e4f32..1e4, 1..70), scale in 0.01f32..2.0,
        ) {
            let mut weights = scores.clone();
            vectorised(|| softmax(&mut weights, scale));
            let highest = f64::from(scores.iter().copied().fold(f32::MIN, f32::max));
            let total: f64 = scores.iter().map(|x| ((f64::from(*x) - highest) * f64::from(scale)).exp()).sum();
            for (score, weight) in scores.iter().zip(&weights) {
                let expected = ((f64::from(*score) - highest) * f64::from(scale)).exp() / total;
                prop_assert!((f64::from(*weight) - expected).abs() < 2e-5);
            }
            prop_assert!((weights.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        }
    }
}
