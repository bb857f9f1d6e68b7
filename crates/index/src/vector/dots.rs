//! Dot products of rows of bytes with a few queries, in the widest instructions of the processor.
//!
//! Every kernel computes the same whole numbers, so which one runs changes the time and no result. A scan is to be bound by
//! reading the rows: several queries are multiplied while a row is at hand.

#[cfg(target_arch = "x86_64")]
mod x86;

use std::sync::OnceLock;

/// Writes the dot products of each row with each query: those of a row side by side. All have the same length; there are as
/// many products as rows times queries. Lengths are below 2^16, so that sums fit.
type Kernel = fn(rows: &[i8], queries: &[&[i8]], products: &mut [i32]);

/// The kernels that this processor can run, the fastest first; the portable one is always among them.
fn kernels() -> Vec<(&'static str, Kernel)> {
    let mut kernels: Vec<(&'static str, Kernel)> = Vec::new();
    #[cfg(target_arch = "x86_64")]
    x86::add_kernels(&mut kernels);
    kernels.push(("portable", portable));
    kernels
}

/// Writes the dot products of each row with each query over `products`, those of a row side by side. A row is as long as the
/// queries are; queries of several lengths are cut to the shortest.
pub(crate) fn dots(rows: &[i8], queries: &[&[i8]], products: &mut [i32]) {
    static FASTEST: OnceLock<Kernel> = OnceLock::new();
    let kernel = *FASTEST.get_or_init(|| kernels().first().map_or(portable as Kernel, |(_, kernel)| *kernel));
    kernel(rows, queries, products);
}

/// The dot product of two rows; of the shorter length, where they differ.
pub(crate) fn dot(a: &[i8], b: &[i8]) -> i32 {
    let length = a.len().min(b.len());
    let (Some(a), Some(b)) = (a.get(..length), b.get(..length)) else { return 0 };
    let mut product = [0];
    dots(a, &[b], &mut product);
    let [product] = product;
    product
}

/// The length that all queries have, and the products of each row to be written.
fn shape<'a>(queries: &[&[i8]], products: &'a mut [i32]) -> (usize, std::slice::ChunksExactMut<'a, i32>) {
    let length = queries.iter().map(|query| query.len()).min().unwrap_or(0);
    (length.max(1), products.chunks_exact_mut(queries.len().max(1)))
}

fn portable(rows: &[i8], queries: &[&[i8]], products: &mut [i32]) {
    let (length, products) = shape(queries, products);
    for (row, products) in rows.chunks_exact(length).zip(products) {
        for (query, product) in queries.iter().zip(products) {
            *product = plain_dot(row, query.get(..length).unwrap_or_default());
        }
    }
}

/// Written in chunks with wide sums, which compilers turn into the vector instructions that every machine of a kind has.
fn plain_dot(a: &[i8], b: &[i8]) -> i32 {
    const LANES: usize = 32;
    let (a_chunks, a_rest) = a.as_chunks::<LANES>();
    let (b_chunks, b_rest) = b.as_chunks::<LANES>();
    let mut total = 0i32;
    for (a, b) in a_chunks.iter().zip(b_chunks) {
        let mut sum = 0i32;
        for lane in 0..LANES {
            sum += i32::from(i16::from(a[lane]) * i16::from(b[lane]));
        }
        total = total.wrapping_add(sum);
    }
    let rest: i32 = a_rest.iter().zip(b_rest).map(|(&a, &b)| i32::from(a) * i32::from(b)).sum();
    total.wrapping_add(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn defined(a: &[i8], b: &[i8]) -> i32 {
        a.iter().zip(b).map(|(&a, &b)| i32::from(a) * i32::from(b)).sum()
    }

    proptest! {
        #[test]
        fn all_kernels_compute_what_the_definition_says(
            length in 1usize..400,
            rows in 0usize..9,
            queries in 0usize..8,
            bytes in proptest::collection::vec(any::<i8>(), 400 * 16),
        ) {
            let mut bytes = bytes.chunks_exact(length);
            let all_rows: Vec<&[i8]> = bytes.by_ref().take(rows).collect();
            let queries: Vec<&[i8]> = bytes.take(queries).collect();
            let expected: Vec<i32> =
                all_rows.iter().flat_map(|row| queries.iter().map(|query| defined(row, query))).collect();
            for (name, kernel) in kernels() {
                let mut products = vec![7; expected.len()];
                kernel(&all_rows.concat(), &queries, &mut products);
                prop_assert_eq!(&products, &expected, "{}", name);
            }
            if let (Some(row), Some(query)) = (all_rows.first(), queries.first()) {
                prop_assert_eq!(dot(row, query), defined(row, query));
            }
        }
    }

    #[test]
    fn the_largest_products_do_not_overflow() {
        for row in [vec![-128i8; 4_096], vec![127; 4_096]] {
            for (name, kernel) in kernels() {
                let mut products = [0; 2];
                kernel(&row, &[&row, &[-128; 4_096]], &mut products);
                assert_eq!(products, [defined(&row, &row), defined(&row, &[-128; 4_096])], "{name}");
            }
        }
    }

    #[test]
    fn rows_and_queries_of_other_lengths_are_cut_and_nothing_is_read_beyond_them() {
        for (name, kernel) in kernels() {
            let mut products = [7; 3];
            kernel(&[1; 130], &[&[2; 70], &[2; 100]], &mut products);
            assert_eq!(products, [140, 140, 7], "{name}: as many rows as both rows and products allow");
            kernel(&[], &[&[1; 3]], &mut products);
            kernel(&[1; 3], &[], &mut products);
            kernel(&[1; 3], &[&[]], &mut []);
        }
        assert_eq!(dot(&[1, 2, 3], &[4]), 4);
    }
}
