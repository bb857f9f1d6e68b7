//! Vectors sorted into cells of near ones, so that neighbours are looked for in a few cells instead of everywhere: an
//! inverted file (Jégou, Douze and Schmid, "Product quantization for nearest neighbor search", 2011), over whole vectors.

use rayon::prelude::*;

use super::placed::PlacedVectors;
use super::quantise::dot;

/// Passes of k-means: cells only have to be compact, not optimal.
const PASSES: usize = 6;
/// Rows for each cell that k-means learns from.
const SAMPLED_ROWS_OF_CELL: usize = 40;

/// The rows of a set, each in the cell whose centre it is most like.
pub(crate) struct Cells {
    dimensions: usize,
    /// The centres without what all have in common, on one scale, `dimensions` bytes each.
    centres: Vec<i8>,
    /// By cell: its rows, ascending.
    rows: Vec<Vec<u32>>,
    /// By row.
    cell_of: Vec<u32>,
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
            let nearest: Vec<u32> =
                sample.par_iter().map(|row| nearest_centre(set, *row, &centres, dimensions)).collect();
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
        let mut rows = vec![Vec::new(); (centres.len() / dimensions).max(1)];
        let mut cell_of = vec![0; set.rows()];
        let nearest: Vec<u32> =
            living.par_iter().map(|row| nearest_centre(set, *row, &centres, dimensions)).collect();
        for (row, cell) in living.iter().zip(nearest) {
            if let (Some(rows), Some(slot)) = (rows.get_mut(cell as usize), cell_of.get_mut(*row as usize)) {
                rows.push(*row);
                *slot = cell;
            }
        }
        Self { dimensions, centres, rows, cell_of }
    }

    /// The cell of a row.
    pub(crate) fn of_row(&self, row: u32) -> u32 {
        self.cell_of.get(row as usize).copied().unwrap_or(0)
    }

    /// The rows of the `cells` cells whose centres are most like a vector.
    pub(crate) fn near(&self, components: &[i8], cells: usize) -> impl Iterator<Item = u32> + '_ {
        let mut centres: Vec<(i32, u32)> = self
            .centres
            .chunks_exact(self.dimensions)
            .zip(0u32..)
            .map(|(centre, cell)| (dot(components, centre), cell))
            .collect();
        let by_likeness = |a: &(i32, u32), b: &(i32, u32)| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1));
        if centres.len() > cells && cells > 0 {
            centres.select_nth_unstable_by(cells - 1, by_likeness);
            centres.truncate(cells);
        }
        centres.into_iter().filter_map(|(_, cell)| self.rows.get(cell as usize)).flatten().copied()
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

fn nearest_centre(set: &PlacedVectors, row: u32, centres: &[i8], dimensions: usize) -> u32 {
    let Some((components, _)) = set.row(row) else { return 0 };
    let mut best = (i32::MIN, 0);
    for (centre, cell) in centres.chunks_exact(dimensions).zip(0u32..) {
        let likeness = dot(components, centre);
        if likeness > best.0 {
            best = (likeness, cell);
        }
    }
    best.1
}
