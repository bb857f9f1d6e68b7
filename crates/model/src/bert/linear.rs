//! The linear layer: the one place that multiplies by weights, so that other arithmetic can replace it here.

use candle_core::{Device, Tensor};
use rayon::prelude::*;

use super::kernels;
use crate::LoadError;
use crate::weights::Weights;

/// rows · weightᵀ + bias in float32, the product by candle's matrix multiplication.
pub(super) struct Linear {
    /// [inputs, outputs], a view of the stored [outputs, inputs].
    weight: Tensor,
    bias: Vec<f32>,
    inputs: usize,
}

impl Linear {
    /// The layers under `names`, side by side as one: their outputs follow each other in every row.
    pub(super) fn load(
        weights: &Weights<'_>,
        names: &[String],
        inputs: usize,
        outputs_each: usize,
    ) -> Result<Self, LoadError> {
        let mut stored = Vec::new();
        let mut bias = Vec::new();
        for name in names {
            let matrix = weights.matrix(&format!("{name}.weight"), outputs_each, inputs)?;
            stored.append(&mut matrix.to_numbers());
            bias.append(&mut weights.vector(&format!("{name}.bias"), outputs_each)?);
        }
        let weight = Tensor::from_vec(stored, (bias.len(), inputs), &Device::Cpu)
            .and_then(|weight| weight.t())
            .map_err(|error| LoadError::WrongTensor {
                name: names.join(" + "),
                expected: format!("[{}, {inputs}]", bias.len()),
                found: error.to_string(),
            })?;
        Ok(Self { weight, bias, inputs })
    }

    /// Numbers in a row of the result.
    pub(super) fn outputs(&self) -> usize {
        self.bias.len()
    }

    /// Applies the layer to `rows` (row by row, `inputs` numbers each), and `finish` to every row of the result with
    /// its index, while it is still in the cache.
    pub(super) fn apply(
        &self,
        rows: &[f32],
        finish: impl Fn(usize, &mut [f32]) + Sync,
    ) -> Result<Vec<f32>, candle_core::Error> {
        let count = rows.len() / self.inputs;
        let input = Tensor::from_slice(rows, (count, self.inputs), &Device::Cpu)?;
        let mut output = input.matmul(&self.weight)?.flatten_all()?.to_vec1::<f32>()?;
        output
            .par_chunks_exact_mut(self.outputs())
            .with_min_len(kernels::ROWS_PER_TASK)
            .enumerate()
            .for_each(|(index, row)| {
                kernels::add(row, &self.bias);
                finish(index, row);
            });
        Ok(output)
    }
}
