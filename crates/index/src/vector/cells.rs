//! Vectors sorted into cells of near ones, so that neighbours are looked for in a few cells instead of everywhere: an
//! inverted file (Jégou, Douze and Schmid, "Product quantization for nearest neighbor search", 2011), over whole vectors.

use rayon::prelude::*;

use super::dots::dots;
use super::placed::PlacedVectors;
use super::set::NO_ROW;

/// Passes of k-means: cells only have to be compact, not optimal.
const PASSES: usize = 6;
/// Rows for each cell that k-means learns from.
const SAMPLED_ROWS_OF_CELL: usize = 40;

/// The rows of a set, each in the cell whose centre it is most like. The vectors of a cell lie side by side.
pub(crate) struct Cells {
    dimensions: usize,
    /// The centres without what all have in common, on one scale, `dimensions` bytes each.
    centres: Vec<i8>,
    /// Where each cell begins in what follows; one more than there are cells.
    starts: Vec<usize>,
    rows: Vec<u32>,
    components: Vec<i8>,
    inverse_lengths: Vec<f32>,
    /// By row: its cell and its place in what precedes, or [`NO_ROW`] where it has no place.
    places: Vec<(u32, u32)>,
}

/// Memory for products, used again and again.
#[derive(Debug, Default)]
pub(crate) struct Products {
    of_centres: Vec<i32>,
    of_rows: Vec<i32>,
    cells: Vec<(i32, u32)>,
}

impl Cells {
    /// Sorts the rows that `living` names. The number of cells grows with the square root of their number, so that looking
    /// through the centres costs as much as looking through a cell. The same rows give the same cells.
    pub(crate) fn of(set: &PlacedVectors, living: &[u32]) -> Self {
        let dimensions = set.dimensions.max(1);
        let count = ((living.len() as f64).sqrt().round() as usize).max(1);
        let step = (living.len() / (count * SAMPLED_ROWS_OF_CELL)).max(1);
        let sample: Vec<u32> = living.iter().copied().step_by(step).collect();
        let first: Vec<Vec<f32>> = sample
            .iter()
            .step_by((sample.len() / count).max(1))
            .take(count)
            .filter_map(|row| unit(set, *row))
            .collect();
        let mut centres = quantised(&first, dimensions);
        for _ in 0..PASSES {
            let nearest = nearest_centres(set, &sample, &centres);
            let cells = centres.len() / dimensions;
            let mut sums = vec![vec![0.0f32; dimensions]; cells];
            for (row, cell) in sample.iter().zip(&nearest) {
                if let (Some(sum), Some((components, inverse))) =
                    (sums.get_mut(*cell as usize), set.row(*row))
                {
                    sum.iter_mut()
                        .zip(components)
                        .for_each(|(sum, component)| *sum += f32::from(*component) * inverse);
                }
            }
            // a cell that lost all its rows goes
            let means: Vec<Vec<f32>> = sums.into_iter().filter_map(of_unit_length).collect();
            centres = quantised(&means, dimensions);
        }
        let mut by_cell: Vec<(u32, u32)> =
            nearest_centres(set, living, &centres).into_iter().zip(living.iter().copied()).collect();
        by_cell.sort_unstable();
        let mut cells = Self {
            dimensions,
            starts: (0..=(centres.len() / dimensions).max(1) as u32)
                .map(|cell| by_cell.partition_point(|(other, _)| *other < cell))
                .collect(),
            centres,
            rows: Vec::with_capacity(living.len()),
            components: Vec::with_capacity(living.len() * dimensions),
            inverse_lengths: Vec::with_capacity(living.len()),
            places: vec![(0, NO_ROW); set.rows()],
        };
        for (place, (cell, row)) in (0u32..).zip(by_cell) {
            let (components, inverse) = set.row(row).unwrap_or_default();
            cells.components.extend_from_slice(components);
            cells.components.resize((place as usize + 1) * dimensions, 0);
            cells.inverse_lengths.push(inverse);
            cells.rows.push(row);
            if let Some(slot) = cells.places.get_mut(row as usize) {
                *slot = (cell, place);
            }
        }
        cells
    }

    /// The cell of a row.
    pub(crate) fn of_row(&self, row: u32) -> u32 {
        self.places.get(row as usize).map_or(0, |(cell, _)| *cell)
    }

    /// The rows of the `most` cells whose centres are most like a row, each with its cosine; nothing for a row without a
    /// place.
    pub(crate) fn near(
        &self,
        row: u32,
        most: usize,
        products: &mut Products,
        mut found: impl FnMut(u32, f32),
    ) {
        let Products { of_centres, of_rows, cells } = products;
        let Some((_, place)) = self.places.get(row as usize).filter(|(_, place)| *place != NO_ROW) else {
            return;
        };
        let own = *place as usize * self.dimensions..(*place as usize + 1) * self.dimensions;
        let (Some(own), Some(inverse)) =
            (self.components.get(own), self.inverse_lengths.get(*place as usize))
        else {
            return;
        };
        of_centres.resize(self.starts.len().saturating_sub(1), 0);
        dots(&self.centres, &[own], of_centres);
        cells.clear();
        cells.extend(of_centres.iter().copied().zip(0u32..));
        let by_likeness = |a: &(i32, u32), b: &(i32, u32)| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1));
        if cells.len() > most && most > 0 {
            cells.select_nth_unstable_by(most - 1, by_likeness);
            cells.truncate(most);
        }
        for (_, cell) in cells {
            let (Some(&start), Some(&end)) =
                (self.starts.get(*cell as usize), self.starts.get(*cell as usize + 1))
            else {
                continue;
            };
            let (Some(rows), Some(inverses), Some(components)) = (
                self.rows.get(start..end),
                self.inverse_lengths.get(start..end),
                self.components.get(start * self.dimensions..end * self.dimensions),
            ) else {
                continue;
            };
            of_rows.resize(end - start, 0);
            dots(components, &[own], of_rows);
            for ((row, other_inverse), product) in rows.iter().zip(inverses).zip(of_rows.iter()) {
                found(*row, *product as f32 * inverse * other_inverse);
            }
        }
    }
}

fn unit(set: &PlacedVectors, row: u32) -> Option<Vec<f32>> {
    let (components, inverse) = set.row(row)?;
    Some(components.iter().map(|component| f32::from(*component) * inverse).collect())
}

fn of_unit_length(mut sum: Vec<f32>) -> Option<Vec<f32>> {
    let length = sum.iter().map(|x| x * x).sum::<f32>().sqrt();
    sum.iter_mut().for_each(|x| *x /= length);
    (length > 0.0).then_some(sum)
}

/// Which centre is nearest does not change when all lose the same part, and sentence vectors have a large one in common:
/// without it the bytes tell the centres apart.
fn quantised(centres: &[Vec<f32>], dimensions: usize) -> Vec<i8> {
    let mut common = vec![0.0f32; dimensions];
    for centre in centres {
        common.iter_mut().zip(centre).for_each(|(sum, x)| *sum += x / centres.len() as f32);
    }
    let apart = |centre: &Vec<f32>| -> Vec<f32> { centre.iter().zip(&common).map(|(x, y)| x - y).collect() };
    let apart: Vec<f32> = centres.iter().flat_map(apart).collect();
    let largest = apart.iter().fold(0.0f32, |largest, x| largest.max(x.abs()));
    let scale = if largest > 0.0 { 127.0 / largest } else { 0.0 };
    apart.into_iter().map(|x| (x * scale).round() as i8).collect()
}

/// For each row the centre that it is most like, the first of equals.
fn nearest_centres(set: &PlacedVectors, rows: &[u32], centres: &[i8]) -> Vec<u32> {
    let dimensions = set.dimensions.max(1);
    let nearest = |products: &mut Vec<i32>, row: &u32| {
        let Some((components, _)) = set.row(*row) else { return 0 };
        products.resize(centres.len() / dimensions, 0);
        dots(centres, &[components], products);
        let best = products.iter().zip(0u32..).max_by(|a, b| a.0.cmp(b.0).then_with(|| b.1.cmp(&a.1)));
        best.map_or(0, |(_, cell)| cell)
    };
    rows.par_iter().map_init(Vec::new, nearest).collect()
}
