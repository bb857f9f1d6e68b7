//! The linear layer: the one place that multiplies by weights.

use candle_core::{Device, Tensor};

use super::kernels;
use super::quantised::{QuantisedMatrix, QuantisedRows};
use crate::weights::Weights;
use crate::{Arithmetic, LoadError};

/// rows · weightᵀ + bias.
pub(super) struct Linear {
    weight: Weight,
    outputs: usize,
}

enum Weight {
    /// The product is candle's.
    Float {
        /// [inputs, outputs], a view of the stored [outputs, inputs].
        weight: Tensor,
        inputs: usize,
        bias: Vec<f32>,
    },
    Quantised(QuantisedMatrix),
}

impl Linear {
    /// The layers under `names`, side by side as one: their outputs follow each other in every row. `reach` tells how far
    /// from zero each input comes, where that is known.
    pub(super) fn load(
        weights: &Weights<'_>,
        names: &[String],
        inputs: usize,
        outputs_each: usize,
        reach: Option<&[f32]>,
        arithmetic: Arithmetic,
    ) -> Result<Self, LoadError> {
        let (mut bias, mut numbers, mut in_blocks) = (Vec::new(), Vec::new(), true);
        for name in names {
            let matrix = weights.matrix(&format!("{name}.weight"), outputs_each, inputs)?;
            in_blocks &= matrix.is_in_blocks();
            numbers.append(&mut matrix.to_numbers());
            bias.append(&mut weights.vector(&format!("{name}.bias"), outputs_each)?);
        }
        let outputs = bias.len();
        let weight = if in_blocks && arithmetic == Arithmetic::AsStored {
            Weight::Quantised(QuantisedMatrix::pack(&numbers, bias, reach))
        } else {
            let weight = Tensor::from_vec(numbers, (outputs, inputs), &Device::Cpu)
                .and_then(|weight| weight.t())
                .map_err(|error| LoadError::WrongTensor {
                    name: names.join(" + "),
                    expected: format!("[{outputs}, {inputs}]"),
                    found: error.to_string(),
                })?;
            Weight::Float { weight, inputs, bias }
        };
        Ok(Self { weight, outputs })
    }

    /// Numbers in a row of the result.
    pub(super) fn outputs(&self) -> usize {
        self.outputs
    }

    /// Writes the layer's rows for `rows` (as many numbers each as there are inputs) over `result`. Each row is prepared,
    /// with its number, just before it is read, while it is in the nearest cache; `quantised` is memory to use.
    pub(super) fn apply(
        &self,
        rows: &mut [f32],
        prepare: impl Fn(usize, &mut [f32]),
        quantised: &mut QuantisedRows,
        result: &mut [f32],
    ) -> Result<(), candle_core::Error> {
        match &self.weight {
            Weight::Float { weight, inputs, bias } => {
                rows.chunks_exact_mut(*inputs).enumerate().for_each(|(number, row)| prepare(number, row));
                let input = Tensor::from_slice(rows, (rows.len() / inputs, *inputs), &Device::Cpu)?;
                let product = input.matmul(weight)?.flatten_all()?.to_vec1::<f32>()?;
                for (cell, number) in result.iter_mut().zip(product) {
                    *cell = number;
                }
                for row in result.chunks_exact_mut(self.outputs) {
                    kernels::add(row, bias);
                }
            }
            Weight::Quantised(weight) => weight.multiply(rows, prepare, quantised, result),
        }
        Ok(())
    }
}
