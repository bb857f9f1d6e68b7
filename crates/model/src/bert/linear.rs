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
            // Rounding would hide what float32 carries to the end and shows there.
            if !numbers.iter().chain(&bias).all(|number| number.is_finite()) {
                return Err(LoadError::WrongTensor {
                    name: names.join(" + "),
                    expected: "finite numbers".to_owned(),
                    found: "one that is infinite or none".to_owned(),
                });
            }
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

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use half::f16;
    use safetensors::tensor::{Dtype, TensorView};

    use super::*;

    /// A layer of two outputs of 32 inputs in Q8_0 blocks: every weight is 2 times `scale`.
    fn load(scale: f16, arithmetic: Arithmetic) -> Result<Linear, LoadError> {
        let block: Vec<u8> = scale.to_le_bytes().into_iter().chain([2; 32]).collect();
        let bias: Vec<u8> = [1.0f32, -1.0].iter().flat_map(|number| number.to_le_bytes()).collect();
        let weight = block.repeat(2);
        let views = HashMap::from([
            ("l.weight", TensorView::new(Dtype::U8, vec![2, 1, 34], &weight).unwrap()),
            ("l.bias", TensorView::new(Dtype::F32, vec![2], &bias).unwrap()),
        ]);
        let file = safetensors::serialize(views, None).unwrap();
        Linear::load(&Weights::parse(&file).unwrap(), &["l".to_owned()], 32, 2, None, arithmetic)
    }

    #[test]
    fn weights_in_blocks_give_the_same_in_whole_numbers_and_in_float() {
        for arithmetic in [Arithmetic::AsStored, Arithmetic::Float32] {
            let linear = load(f16::from_f32(0.25), arithmetic).unwrap();
            let (mut rows, mut result) = ([1.0; 3 * 32], [0.0; 3 * 2]);
            let halve = |_, row: &mut [f32]| row.iter_mut().for_each(|x| *x *= 0.5);
            linear.apply(&mut rows, halve, &mut QuantisedRows::default(), &mut result).unwrap();
            for (number, expected) in result.iter().zip([9.0, 7.0].repeat(3)) {
                assert!((number - expected).abs() < 1e-3, "{number} is not {expected}");
            }
        }
    }

    #[test]
    fn a_weight_that_is_no_number_is_named_when_it_would_be_rounded() {
        for scale in [f16::NAN, f16::INFINITY] {
            let error = load(scale, Arithmetic::AsStored).err().unwrap();
            assert!(matches!(&error, LoadError::WrongTensor { name, .. } if name == "l"), "{error}");
        }
    }
}
