//! The linear layer: the one place that multiplies by weights.

use candle_core::{Device, Tensor};

use super::kernels;
use super::quantised::{QuantisedMatrix, QuantisedRows};
use crate::weights::{Matrix, Weights};
use crate::{Arithmetic, LoadError};

/// rows · weightᵀ + bias.
pub(super) struct Linear {
    weight: Weight,
    bias: Vec<f32>,
    inputs: usize,
}

enum Weight {
    /// [inputs, outputs], a view of the stored [outputs, inputs]; the product is candle's.
    Float(Tensor),
    Quantised(QuantisedMatrix),
}

impl Linear {
    /// The layers under `names`, side by side as one: their outputs follow each other in every row.
    pub(super) fn load(
        weights: &Weights<'_>,
        names: &[String],
        inputs: usize,
        outputs_each: usize,
        arithmetic: Arithmetic,
    ) -> Result<Self, LoadError> {
        let mut bias = Vec::new();
        let mut matrices = Vec::new();
        for name in names {
            matrices.push(weights.matrix(&format!("{name}.weight"), outputs_each, inputs)?);
            bias.append(&mut weights.vector(&format!("{name}.bias"), outputs_each)?);
        }
        let quantised = match arithmetic {
            Arithmetic::AsStored => {
                matrices.iter().map(|matrix| matrix.rows_of_blocks()).collect::<Option<Vec<_>>>()
            }
            Arithmetic::Float32 => None,
        };
        let weight = match quantised {
            Some(rows) => Weight::Quantised(QuantisedMatrix::pack(rows.into_iter().flatten(), inputs)),
            None => Weight::Float(float_weight(&matrices, inputs, bias.len(), names)?),
        };
        Ok(Self { weight, bias, inputs })
    }

    /// Numbers in a row of the result.
    pub(super) fn outputs(&self) -> usize {
        self.bias.len()
    }

    /// Writes the layer's rows for `rows` (`inputs` numbers each) over `result`; `quantised` is memory to use.
    pub(super) fn apply(
        &self,
        rows: &[f32],
        quantised: &mut QuantisedRows,
        result: &mut [f32],
    ) -> Result<(), candle_core::Error> {
        match &self.weight {
            Weight::Float(weight) => {
                let input = Tensor::from_slice(rows, (rows.len() / self.inputs, self.inputs), &Device::Cpu)?;
                let product = input.matmul(weight)?.flatten_all()?.to_vec1::<f32>()?;
                for (cell, number) in result.iter_mut().zip(product) {
                    *cell = number;
                }
            }
            Weight::Quantised(weight) => weight.multiply(rows, quantised, result),
        }
        for row in result.chunks_exact_mut(self.outputs()) {
            kernels::add(row, &self.bias);
        }
        Ok(())
    }
}

fn float_weight(
    matrices: &[Matrix<'_>],
    inputs: usize,
    outputs: usize,
    names: &[String],
) -> Result<Tensor, LoadError> {
    let numbers: Vec<f32> = matrices.iter().flat_map(|matrix| matrix.to_numbers()).collect();
    Tensor::from_vec(numbers, (outputs, inputs), &Device::Cpu).and_then(|weight| weight.t()).map_err(
        |error| LoadError::WrongTensor {
            name: names.join(" + "),
            expected: format!("[{outputs}, {inputs}]"),
            found: error.to_string(),
        },
    )
}
