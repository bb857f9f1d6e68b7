//! The space in which meanings are compared: vectors centred and whitened, so that their cosines tell more.
//!
//! Sentence encoders put all texts of a domain into a narrow cone: any two Thai project titles have a cosine near 0.85,
//! whatever they say. Taking out the mean of each kind of text and shrinking the directions in which all texts vary
//! leaves what tells texts apart (Su, Cao, Liu and Ou, "Whitening sentence representations for better semantics and
//! faster retrieval", 2021, here with half the exponent). The space is learned from vectors alone, without labels.

use serde::{Deserialize, Serialize};

use crate::hash::hash_of;

/// Which text a vector stands for; each kind has a mean of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextKind {
    /// A title.
    Title,
    /// Objectives, activities and outputs.
    Work,
    /// Everything together.
    Whole,
}

/// Means and directions of a space, and how to bring a vector into it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "SpaceFile", into = "SpaceFile")]
pub struct MeaningSpace {
    /// Of titles, works and wholes.
    means: [Vec<f32>; 3],
    /// A row for each kept direction, times its strength.
    directions: Vec<Vec<f32>>,
    /// Tells spaces apart without comparing them.
    id: u64,
}

/// Directions that are kept: beyond, there is noise.
const MOST_DIRECTIONS: usize = 192;
/// Strength of a direction: its standard deviation to this power.
const EXPONENT: f64 = -0.5;
/// Vectors of a kind from which a mean can be told; of fewer, the mean of the titles is taken.
const LEAST_VECTORS: usize = 30;

impl MeaningSpace {
    /// Learns a space from the vectors of titles, works and wholes of many projects; `None` when there are fewer titles
    /// than a space has directions, or vectors of several lengths.
    #[must_use]
    pub fn learn(titles: &[&[f32]], works: &[&[f32]], wholes: &[&[f32]]) -> Option<Self> {
        let dimensions = titles.first()?.len();
        let all = titles.iter().chain(works).chain(wholes);
        if dimensions == 0 || titles.len() < 2 * dimensions || all.clone().any(|v| v.len() != dimensions) {
            return None;
        }
        let title_mean = mean(titles, dimensions);
        let mean_of = |vectors: &[&[f32]]| {
            if vectors.len() < LEAST_VECTORS { title_mean.clone() } else { mean(vectors, dimensions) }
        };
        let means = [title_mean.clone(), mean_of(works), mean_of(wholes)];
        let covariance = covariance(titles, &title_mean);
        let (values, vectors) = eigenvectors(covariance, dimensions);
        let mut order: Vec<usize> = (0..dimensions).collect();
        order.sort_by(|a, b| values[*b].total_cmp(&values[*a]).then(a.cmp(b)));
        let largest = order.first().map_or(0.0, |first| values[*first]);
        if largest <= 0.0 {
            return None;
        }
        let directions = order
            .iter()
            .take(MOST_DIRECTIONS)
            .filter(|column| values[**column] > largest * 1e-6)
            .map(|column| {
                let strength = (values[*column] / largest).sqrt().powf(EXPONENT);
                (0..dimensions).map(|row| (vectors[row * dimensions + column] * strength) as f32).collect()
            })
            .collect();
        let space = Self { means, directions, id: 0 };
        // What is used is what a file keeps, so that a model read back answers to the last digit alike.
        Self::try_from(SpaceFile::from(space)).ok()
    }

    /// Reads a space from the JSON of a file.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn from_json(json: &str) -> Result<Self, String> {
        serde_json::from_str(json).map_err(|error| format!("no space of meanings: {error}"))
    }

    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    /// A vector in this space, of unit length; `None` for one of another length, or that has no direction.
    pub(crate) fn project(&self, kind: TextKind, vector: &[f32]) -> Option<Box<[f32]>> {
        let mean = &self.means[kind as usize];
        if vector.len() != mean.len() {
            return None;
        }
        let centred: Vec<f32> = vector.iter().zip(mean).map(|(x, mean)| x - mean).collect();
        let projected: Vec<f32> =
            self.directions.iter().map(|direction| crate::vectors::dot(direction, &centred)).collect();
        crate::vectors::to_unit_length(&projected)
    }
}

fn mean(vectors: &[&[f32]], dimensions: usize) -> Vec<f32> {
    let mut sum = vec![0.0f64; dimensions];
    for vector in vectors {
        for (slot, x) in sum.iter_mut().zip(*vector) {
            *slot += f64::from(*x);
        }
    }
    let count = vectors.len().max(1) as f64;
    sum.into_iter().map(|x| (x / count) as f32).collect()
}

/// The covariance of vectors, row by row.
fn covariance(vectors: &[&[f32]], mean: &[f32]) -> Vec<f64> {
    let dimensions = mean.len();
    let mut sums = vec![0.0f64; dimensions * dimensions];
    let mut centred = vec![0.0f64; dimensions];
    for vector in vectors {
        for ((slot, x), mean) in centred.iter_mut().zip(*vector).zip(mean) {
            *slot = f64::from(x - mean);
        }
        for (row, x) in sums.chunks_exact_mut(dimensions).zip(&centred) {
            for (cell, y) in row.iter_mut().zip(&centred) {
                *cell += x * y;
            }
        }
    }
    let count = vectors.len().max(1) as f64;
    sums.iter_mut().for_each(|cell| *cell /= count);
    sums
}

/// Eigenvalues and eigenvectors (columns) of a symmetric matrix, by cyclic Jacobi rotations (Golub and Van Loan, "Matrix
/// Computations", 8.5).
fn eigenvectors(mut matrix: Vec<f64>, n: usize) -> (Vec<f64>, Vec<f64>) {
    /// Sweeps have converged long before.
    const MOST_SWEEPS: usize = 30;
    let mut vectors = vec![0.0; n * n];
    for i in 0..n {
        vectors[i * n + i] = 1.0;
    }
    let scale: f64 = (0..n).map(|i| matrix[i * n + i].abs()).sum();
    for _ in 0..MOST_SWEEPS {
        let off: f64 =
            (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| matrix[i * n + j].powi(2)).sum();
        if off.sqrt() <= 1e-12 * scale {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                let apq = matrix[p * n + q];
                if apq.abs() <= 1e-18 * scale {
                    continue;
                }
                let theta = (matrix[q * n + q] - matrix[p * n + p]) / (2.0 * apq);
                let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                let c = 1.0 / (t * t + 1.0).sqrt();
                let s = t * c;
                for k in 0..n {
                    let (kp, kq) = (matrix[k * n + p], matrix[k * n + q]);
                    matrix[k * n + p] = c * kp - s * kq;
                    matrix[k * n + q] = s * kp + c * kq;
                }
                for k in 0..n {
                    let (pk, qk) = (matrix[p * n + k], matrix[q * n + k]);
                    matrix[p * n + k] = c * pk - s * qk;
                    matrix[q * n + k] = s * pk + c * qk;
                }
                for k in 0..n {
                    let (kp, kq) = (vectors[k * n + p], vectors[k * n + q]);
                    vectors[k * n + p] = c * kp - s * kq;
                    vectors[k * n + q] = s * kp + c * kq;
                }
            }
        }
    }
    ((0..n).map(|i| matrix[i * n + i]).collect(), vectors)
}

/// How a model file keeps a space: hexadecimal digits, whole numbers of one byte for the directions.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SpaceFile {
    /// Three means, each component as the four bytes of a float, little end first.
    means: [String; 3],
    /// What the largest number of each direction stands for.
    scales: Vec<f32>,
    /// Each component as a signed byte; 127 stands for the direction's scale.
    directions: Vec<String>,
}

const LARGEST_BYTE: f32 = 127.0;

impl From<MeaningSpace> for SpaceFile {
    fn from(space: MeaningSpace) -> Self {
        let scales: Vec<f32> = space
            .directions
            .iter()
            .map(|direction| direction.iter().fold(f32::MIN_POSITIVE, |most, x| most.max(x.abs())))
            .collect();
        let directions = space
            .directions
            .iter()
            .zip(&scales)
            .map(|(direction, scale)| {
                hex(direction.iter().map(|x| ((x / scale * LARGEST_BYTE).round() as i8).to_le_bytes()[0]))
            })
            .collect();
        let means = space.means.map(|mean| hex(mean.iter().flat_map(|x| x.to_le_bytes())));
        Self { means, scales, directions }
    }
}

impl TryFrom<SpaceFile> for MeaningSpace {
    type Error = String;

    fn try_from(file: SpaceFile) -> Result<Self, Self::Error> {
        let broken = || "the space of meanings is broken".to_owned();
        let id = hash_of(
            file.means
                .iter()
                .chain(&file.directions)
                .flat_map(|text| text.bytes())
                .chain(file.scales.iter().flat_map(|scale| scale.to_le_bytes())),
        );
        let mut means: [Vec<f32>; 3] = Default::default();
        for (mean, text) in means.iter_mut().zip(&file.means) {
            let bytes = unhex(text).ok_or_else(broken)?;
            let (components, rest) = bytes.as_chunks::<4>();
            if !rest.is_empty() {
                return Err(broken());
            }
            *mean = components.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        }
        let dimensions = means[0].len();
        if file.scales.len() != file.directions.len() {
            return Err(broken());
        }
        let mut directions = Vec::with_capacity(file.directions.len());
        for (text, scale) in file.directions.iter().zip(&file.scales) {
            let bytes = unhex(text).ok_or_else(broken)?;
            directions.push(
                bytes
                    .iter()
                    .map(|byte| f32::from(byte.cast_signed()) / LARGEST_BYTE * scale)
                    .collect::<Vec<f32>>(),
            );
        }
        let finite = |rows: &[Vec<f32>]| rows.iter().flatten().all(|x| x.is_finite());
        let fits = means.iter().chain(&directions).all(|row| row.len() == dimensions);
        if fits && finite(&means) && finite(&directions) {
            Ok(Self { means, directions, id })
        } else {
            Err(broken())
        }
    }
}

fn hex(bytes: impl Iterator<Item = u8>) -> String {
    bytes.fold(String::new(), |mut text, byte| {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
        text
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Points that vary much along one axis, little along another, around a mean far from zero.
    fn cloud() -> Vec<Vec<f32>> {
        let wave = |n: usize, period: f32| ((n as f32) * period).sin();
        (0..200)
            .map(|n| vec![1.0 + 0.3 * wave(n, 1.7), 2.0 + 0.05 * wave(n, 2.9), 0.01 * wave(n, 0.7)])
            .collect()
    }

    fn space() -> MeaningSpace {
        let cloud = cloud();
        let titles: Vec<&[f32]> = cloud.iter().map(Vec::as_slice).collect();
        MeaningSpace::learn(&titles, &[], &[]).unwrap()
    }

    #[test]
    fn what_all_texts_share_is_taken_out() {
        let space = space();
        let cosine = |a: &[f32], b: &[f32]| {
            let (a, b) =
                (space.project(TextKind::Title, a).unwrap(), space.project(TextKind::Title, b).unwrap());
            a.iter().zip(&b).map(|(x, y)| x * y).sum::<f32>()
        };
        assert!(cosine(&[1.2, 2.0, 0.0], &[0.8, 2.0, 0.0]) < -0.9, "opposite sides of the mean");
        assert!(cosine(&[1.2, 2.0, 0.0], &[1.1, 2.0, 0.0]) > 0.9);
        assert_eq!(space.project(TextKind::Work, &[1.0]), None);
    }

    #[test]
    fn a_space_reads_back_the_same() {
        let space = space();
        let json = serde_json::to_string(&space).unwrap();
        assert_eq!(serde_json::from_str::<MeaningSpace>(&json).unwrap(), space);
        assert!(
            serde_json::from_str::<MeaningSpace>(&json.replace("\"scales\":[", "\"scales\":[1.0,")).is_err()
        );
    }

    #[test]
    fn too_few_vectors_make_no_space() {
        assert_eq!(MeaningSpace::learn(&[&[1.0, 0.0]], &[], &[]), None);
        assert_eq!(MeaningSpace::learn(&[], &[], &[]), None);
    }
}
