//! Tensors of a safetensors file, checked against what the settings call for.
//!
//! Besides float32, float16 and bfloat16, matrices may be stored in blocks of 32 weights that share a float16 scale (2
//! bytes, little endian), as ggml defines them. Q4_0 has the shape [rows, columns / 32, 18]: byte j of the 16 after the scale
//! holds weight j in its low and weight j + 16 in its high half; the value is (half - 8) · scale. Q8_0 has the shape
//! [rows, columns / 32, 34]: a signed byte for each weight.

use std::borrow::Cow;

use half::{bf16, f16};
use rayon::prelude::*;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};

use crate::LoadError;

/// Weights that share a scale in a block.
const BLOCK_WEIGHTS: usize = 32;
/// Bytes of a Q4_0 block.
const Q4_0_BYTES: usize = 18;
/// Bytes of a Q8_0 block.
const Q8_0_BYTES: usize = 34;

/// The weights of a block in units of their scale, and the scale.
type Block = ([i8; BLOCK_WEIGHTS], f32);

/// What the names of all tensors may begin with, depending on the class that saved the file.
const PREFIXES: [&str; 4] = ["", "bert.", "roberta.", "camembert."];

/// The tensors of one file under their Hugging Face names.
pub(crate) struct Weights<'a> {
    tensors: SafeTensors<'a>,
    prefix: &'static str,
}

impl<'a> Weights<'a> {
    /// Reads a file's directory.
    ///
    /// # Errors
    ///
    /// What is wrong, when the file is cut off or is no safetensors file.
    pub(crate) fn parse(file: &'a [u8]) -> Result<Self, String> {
        let tensors = SafeTensors::deserialize(file).map_err(|error| error.to_string())?;
        let prefix = PREFIXES
            .into_iter()
            .find(|prefix| tensors.tensor(&format!("{prefix}{WORD_EMBEDDINGS}")).is_ok())
            .unwrap_or("");
        Ok(Self { tensors, prefix })
    }

    /// A vector of `length` numbers.
    pub(crate) fn vector(&self, name: &str, length: usize) -> Result<Vec<f32>, LoadError> {
        let (name, view) = self.find(name)?;
        let encoding = Encoding::of(view.dtype());
        match encoding {
            Some(encoding) if view.shape() == [length] => Ok(encoding.decode(view.data(), length)),
            _ => Err(wrong(name, format!("numbers of shape [{length}]"), &view)),
        }
    }

    /// A matrix of the given shape, still as it is stored.
    pub(crate) fn matrix(&self, name: &str, rows: usize, columns: usize) -> Result<Matrix<'a>, LoadError> {
        let (name, view) = self.find(name)?;
        let encoding = match view.shape() {
            [r, c] if (*r, *c) == (rows, columns) => Encoding::of(view.dtype()),
            [r, blocks, bytes] if *r == rows && blocks.checked_mul(BLOCK_WEIGHTS) == Some(columns) => {
                let encoding = match *bytes {
                    Q4_0_BYTES => Some(Encoding::Q4_0),
                    Q8_0_BYTES => Some(Encoding::Q8_0),
                    _ => None,
                };
                encoding.filter(|_| view.dtype() == Dtype::U8)
            }
            _ => None,
        };
        match encoding {
            Some(encoding) => Ok(Matrix { encoding, bytes: view.data(), rows, columns }),
            None => {
                Err(wrong(name, format!("numbers, Q4_0 or Q8_0 blocks of shape [{rows}, {columns}]"), &view))
            }
        }
    }

    fn find(&self, name: &str) -> Result<(String, TensorView<'a>), LoadError> {
        // The first releases of BERT called the parameters of a normalisation by other names.
        let old =
            name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta");
        for name in [name, &old] {
            let full = format!("{}{name}", self.prefix);
            if let Ok(view) = self.tensors.tensor(&full) {
                return Ok((full, view));
            }
        }
        Err(LoadError::MissingTensor { name: name.to_owned() })
    }
}

/// The name that tells where the names of a file begin.
pub(crate) const WORD_EMBEDDINGS: &str = "embeddings.word_embeddings.weight";

fn wrong(name: String, expected: String, view: &TensorView<'_>) -> LoadError {
    LoadError::WrongTensor {
        name,
        expected,
        found: format!("{:?} of shape {:?}", view.dtype(), view.shape()),
    }
}

/// How numbers are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    F32,
    F16,
    Bf16,
    Q4_0,
    Q8_0,
}

impl Encoding {
    fn of(dtype: Dtype) -> Option<Self> {
        match dtype {
            Dtype::F32 => Some(Self::F32),
            Dtype::F16 => Some(Self::F16),
            Dtype::BF16 => Some(Self::Bf16),
            _ => None,
        }
    }

    /// Bytes of a row of `columns` numbers.
    fn row_bytes(self, columns: usize) -> usize {
        match self {
            Self::F32 => columns * 4,
            Self::F16 | Self::Bf16 => columns * 2,
            Self::Q4_0 => columns / BLOCK_WEIGHTS * Q4_0_BYTES,
            Self::Q8_0 => columns / BLOCK_WEIGHTS * Q8_0_BYTES,
        }
    }

    fn decode(self, bytes: &[u8], length: usize) -> Vec<f32> {
        let mut numbers = vec![0.0; length];
        self.decode_into(bytes, &mut numbers);
        numbers
    }

    /// Fills `numbers` from their stored form; what has no counterpart on the other side is left alone.
    fn decode_into(self, bytes: &[u8], numbers: &mut [f32]) {
        match self {
            Self::F32 => {
                for (number, bytes) in numbers.iter_mut().zip(bytes.as_chunks().0) {
                    *number = f32::from_le_bytes(*bytes);
                }
            }
            Self::F16 => {
                for (number, bytes) in numbers.iter_mut().zip(bytes.as_chunks().0) {
                    *number = f16::from_le_bytes(*bytes).to_f32();
                }
            }
            Self::Bf16 => {
                for (number, bytes) in numbers.iter_mut().zip(bytes.as_chunks().0) {
                    *number = bf16::from_le_bytes(*bytes).to_f32();
                }
            }
            Self::Q4_0 => fill(numbers, bytes.as_chunks().0.iter().map(decode_q4_0)),
            Self::Q8_0 => fill(numbers, bytes.as_chunks().0.iter().map(decode_q8_0)),
        }
    }
}

/// Fills `numbers` from blocks.
fn fill(numbers: &mut [f32], blocks: impl Iterator<Item = Block>) {
    for (numbers, (weights, scale)) in numbers.as_chunks_mut::<BLOCK_WEIGHTS>().0.iter_mut().zip(blocks) {
        for (number, weight) in numbers.iter_mut().zip(weights) {
            *number = f32::from(weight) * scale;
        }
    }
}

fn decode_q4_0(block: &[u8; Q4_0_BYTES]) -> Block {
    let [low_scale, high_scale, halves @ ..] = block;
    let mut weights = [0; BLOCK_WEIGHTS];
    let (low, high) = weights.split_at_mut(BLOCK_WEIGHTS / 2);
    for ((low, high), byte) in low.iter_mut().zip(high).zip(halves) {
        *low = (byte & 0x0f) as i8 - 8;
        *high = (byte >> 4) as i8 - 8;
    }
    (weights, f16::from_le_bytes([*low_scale, *high_scale]).to_f32())
}

fn decode_q8_0(block: &[u8; Q8_0_BYTES]) -> Block {
    let [low_scale, high_scale, weights @ ..] = block;
    (weights.map(|byte| byte as i8), f16::from_le_bytes([*low_scale, *high_scale]).to_f32())
}

/// A matrix as it is stored.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Matrix<'a> {
    encoding: Encoding,
    bytes: &'a [u8],
    rows: usize,
    columns: usize,
}

impl<'a> Matrix<'a> {
    /// All numbers, row by row.
    pub(crate) fn to_numbers(self) -> Vec<f32> {
        let mut numbers = vec![0.0; self.rows * self.columns];
        let stored_rows = self.bytes.par_chunks_exact(self.encoding.row_bytes(self.columns).max(1));
        numbers
            .par_chunks_exact_mut(self.columns.max(1))
            .zip(stored_rows)
            .with_min_len(64)
            .for_each(|(numbers, bytes)| self.encoding.decode_into(bytes, numbers));
        numbers
    }

    /// Whether weights are stored in blocks of few bits.
    pub(crate) fn is_in_blocks(self) -> bool {
        matches!(self.encoding, Encoding::Q4_0 | Encoding::Q8_0)
    }

    /// The same matrix with a hold of its own on the bytes, which `keep` gives.
    pub(crate) fn into_table(self, keep: impl FnOnce(&'a [u8]) -> Cow<'static, [u8]>) -> Table {
        Table {
            encoding: self.encoding,
            bytes: keep(self.bytes),
            row_bytes: self.encoding.row_bytes(self.columns),
            rows: self.rows,
        }
    }
}

/// A matrix that stays as it is stored and whose rows are decoded when they are looked up.
#[derive(Debug)]
pub(crate) struct Table {
    encoding: Encoding,
    bytes: Cow<'static, [u8]>,
    row_bytes: usize,
    rows: usize,
}

impl Table {
    /// The number of rows.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Writes row `row` over `numbers`, which has as many elements as the table has columns; false when there is no
    /// such row.
    #[must_use]
    pub(crate) fn read_row(&self, row: usize, numbers: &mut [f32]) -> bool {
        let start = row.saturating_mul(self.row_bytes);
        let stored = self.bytes.get(start..start.saturating_add(self.row_bytes));
        stored.inspect(|bytes| self.encoding.decode_into(bytes, numbers)).is_some()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use candle_core::quantized::{GgmlDType, QTensor};
    use candle_core::{Device, Tensor};

    use super::*;

    fn file(tensors: Vec<(&str, Dtype, Vec<usize>, Vec<u8>)>) -> Vec<u8> {
        let views: HashMap<String, TensorView<'_>> = tensors
            .iter()
            .map(|(name, dtype, shape, data)| {
                ((*name).to_owned(), TensorView::new(*dtype, shape.clone(), data).unwrap())
            })
            .collect();
        safetensors::serialize(views, None).unwrap()
    }

    fn bytes(numbers: &[f32]) -> Vec<u8> {
        numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    #[test]
    fn blocks_decode_as_candle_decodes_them() {
        for (kind, block_bytes) in [(GgmlDType::Q4_0, Q4_0_BYTES), (GgmlDType::Q8_0, Q8_0_BYTES)] {
            let numbers = Tensor::randn(0f32, 1.0, (6, 64), &Device::Cpu).unwrap();
            let quantised = QTensor::quantize(&numbers, kind).unwrap();
            let expected = quantised.dequantize(&Device::Cpu).unwrap().flatten_all().unwrap();
            let stored = quantised.data().unwrap().into_owned();
            let file = file(vec![("m", Dtype::U8, vec![6, 2, block_bytes], stored)]);

            let matrix = Weights::parse(&file).unwrap().matrix("m", 6, 64).unwrap();
            let expected = expected.to_vec1::<f32>().unwrap();
            assert_eq!(matrix.to_numbers(), expected);
            assert!(matrix.is_in_blocks());

            let table = matrix.into_table(|bytes| Cow::Owned(bytes.to_vec()));
            let mut row = vec![0.0; 64];
            assert!(table.read_row(5, &mut row));
            assert_eq!(row, expected[5 * 64..]);
            assert!(!table.read_row(6, &mut row));
            assert!(!table.read_row(usize::MAX, &mut row));
        }
    }

    #[test]
    fn half_precision_is_read_too() {
        let halves: Vec<u8> = [1.5f32, -2.0].iter().flat_map(|x| f16::from_f32(*x).to_le_bytes()).collect();
        let brains: Vec<u8> = [1.5f32, -2.0].iter().flat_map(|x| bf16::from_f32(*x).to_le_bytes()).collect();
        let file = file(vec![("h", Dtype::F16, vec![2], halves), ("b", Dtype::BF16, vec![2], brains)]);
        let weights = Weights::parse(&file).unwrap();
        assert_eq!(weights.vector("h", 2).unwrap(), [1.5, -2.0]);
        assert_eq!(weights.vector("b", 2).unwrap(), [1.5, -2.0]);
    }

    #[test]
    fn names_are_found_behind_a_prefix_and_under_their_old_form() {
        let file = file(vec![
            ("bert.embeddings.word_embeddings.weight", Dtype::F32, vec![1, 1], bytes(&[7.0])),
            ("bert.embeddings.LayerNorm.gamma", Dtype::F32, vec![1], bytes(&[3.0])),
        ]);
        let weights = Weights::parse(&file).unwrap();
        assert_eq!(weights.vector("embeddings.LayerNorm.weight", 1).unwrap(), [3.0]);
        assert!(matches!(
            weights.vector("embeddings.LayerNorm.bias", 1),
            Err(LoadError::MissingTensor { name }) if name == "embeddings.LayerNorm.bias"
        ));
    }

    #[test]
    fn a_tensor_of_another_shape_or_type_is_named() {
        let file = file(vec![
            ("m", Dtype::F32, vec![2, 2], bytes(&[0.0; 4])),
            ("i", Dtype::U8, vec![2, 2], vec![0; 4]),
        ]);
        let weights = Weights::parse(&file).unwrap();
        for (name, rows) in [("m", 3), ("i", 2)] {
            let error = weights.matrix(name, rows, 2).unwrap_err();
            assert!(matches!(&error, LoadError::WrongTensor { name: n, .. } if n == name), "{error}");
        }
        assert!(matches!(weights.vector("m", 4), Err(LoadError::WrongTensor { .. })));
    }

    #[test]
    fn a_file_cut_off_anywhere_is_refused() {
        let file = file(vec![("v", Dtype::F32, vec![3], bytes(&[1.0, 2.0, 3.0]))]);
        for length in 0..file.len() {
            assert!(Weights::parse(&file[..length]).is_err(), "{length}");
        }
    }
}
