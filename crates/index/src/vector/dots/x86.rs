//! The kernels of x86-64 processors: AVX-512 VNNI multiplies 64 bytes in one instruction, AVX2 16 in three.

// The one place of this crate that calls instructions of a processor by name. Only arrays of fixed size are read through
// pointers; what a function needs of the processor is detected before its address is given out.
#![allow(unsafe_code)]

use std::arch::x86_64::*;

use super::{Kernel, plain_dot, shape};

/// Queries that are multiplied with a row at a time, so that their sums stay in registers.
const TOGETHER: usize = 4;

/// Adds the kernels that this processor can run, the fastest first.
pub(super) fn add_kernels(kernels: &mut Vec<(&'static str, Kernel)>) {
    if is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512vnni")
    {
        // SAFETY: the processor has what the function is compiled for.
        kernels.push(("avx512-vnni", |rows, queries, products| unsafe { avx512(rows, queries, products) }));
    }
    if is_x86_feature_detected!("avx2") {
        // SAFETY: as above.
        kernels.push(("avx2", |rows, queries, products| unsafe { avx2(rows, queries, products) }));
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
fn avx512(rows: &[i8], queries: &[&[i8]], products: &mut [i32]) {
    const LANES: usize = 64;
    let (length, products) = shape(queries, products);
    // The instruction multiplies bytes without a sign by bytes with one: rows are raised by 128, and what that adds to a
    // product, 128 times the sum of the query, is taken away again.
    let raise = _mm512_set1_epi8(i8::MIN);
    let raised: Vec<i32> = queries
        .iter()
        .map(|query| {
            query.iter().take(length / LANES * LANES).map(|byte| i32::from(*byte)).sum::<i32>() * 128
        })
        .collect();
    for (row, products) in rows.chunks_exact(length).zip(products) {
        let (chunks, rest) = row.as_chunks::<LANES>();
        let parts = queries.chunks(TOGETHER).zip(raised.chunks(TOGETHER)).zip(products.chunks_mut(TOGETHER));
        for ((queries, raised), products) in parts {
            let mut sums = [_mm512_setzero_si512(); TOGETHER];
            for (place, chunk) in chunks.iter().enumerate() {
                // SAFETY: both arrays have the 64 bytes that are read.
                let bytes = unsafe { _mm512_loadu_si512(chunk.as_ptr().cast()) };
                let bytes = _mm512_xor_si512(bytes, raise);
                for (sum, query) in sums.iter_mut().zip(queries) {
                    let Some(query) = query.as_chunks::<LANES>().0.get(place) else { continue };
                    let query = unsafe { _mm512_loadu_si512(query.as_ptr().cast()) };
                    *sum = _mm512_dpbusd_epi32(*sum, bytes, query);
                }
            }
            for (((product, sum), raised), query) in products.iter_mut().zip(sums).zip(raised).zip(queries) {
                let query_rest = query.get(chunks.len() * LANES..length).unwrap_or_default();
                *product = _mm512_reduce_add_epi32(sum) - raised + plain_dot(rest, query_rest);
            }
        }
    }
}

#[target_feature(enable = "avx2")]
fn avx2(rows: &[i8], queries: &[&[i8]], products: &mut [i32]) {
    const LANES: usize = 16;
    let (length, products) = shape(queries, products);
    for (row, products) in rows.chunks_exact(length).zip(products) {
        let (chunks, rest) = row.as_chunks::<LANES>();
        for (queries, products) in queries.chunks(TOGETHER).zip(products.chunks_mut(TOGETHER)) {
            let mut sums = [_mm256_setzero_si256(); TOGETHER];
            for (place, chunk) in chunks.iter().enumerate() {
                // SAFETY: both arrays have the 16 bytes that are read.
                let bytes = unsafe { _mm256_cvtepi8_epi16(_mm_loadu_si128(chunk.as_ptr().cast())) };
                for (sum, query) in sums.iter_mut().zip(queries) {
                    let Some(query) = query.as_chunks::<LANES>().0.get(place) else { continue };
                    let query = unsafe { _mm256_cvtepi8_epi16(_mm_loadu_si128(query.as_ptr().cast())) };
                    *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(bytes, query));
                }
            }
            for ((product, sum), query) in products.iter_mut().zip(sums).zip(queries) {
                let halves = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256::<1>(sum));
                let pairs = _mm_add_epi32(halves, _mm_shuffle_epi32::<0b01_00_11_10>(halves));
                let whole = _mm_add_epi32(pairs, _mm_shuffle_epi32::<0b10_11_00_01>(pairs));
                let query_rest = query.get(chunks.len() * LANES..length).unwrap_or_default();
                *product = _mm_cvtsi128_si32(whole) + plain_dot(rest, query_rest);
            }
        }
    }
}
