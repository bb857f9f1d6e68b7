//! One layer: attention and feed-forward, each added to its input and normalised.

use super::attention::{Heads, attend};
use super::kernels;
use super::linear::Linear;
use super::packed_batch::PackedBatch;
use crate::LoadError;
use crate::config::{Activation, NetworkConfig};
use crate::weights::Weights;

/// Layer normalisation: mean 0 and variance 1, then a scale and a shift for each component.
pub(super) struct LayerNorm {
    scale: Vec<f32>,
    shift: Vec<f32>,
    epsilon: f32,
}

impl LayerNorm {
    pub(super) fn load(weights: &Weights<'_>, name: &str, config: &NetworkConfig) -> Result<Self, LoadError> {
        Ok(Self {
            scale: weights.vector(&format!("{name}.weight"), config.hidden_size)?,
            shift: weights.vector(&format!("{name}.bias"), config.hidden_size)?,
            epsilon: config.layer_norm_epsilon,
        })
    }

    pub(super) fn apply(&self, row: &mut [f32]) {
        kernels::layer_norm(row, &self.scale, &self.shift, self.epsilon);
    }
}

/// A layer of the network.
pub(super) struct Layer {
    heads: Heads,
    /// Queries, keys and values in one product.
    projection: Linear,
    attention_output: Linear,
    attention_norm: LayerNorm,
    intermediate: Linear,
    activation: Activation,
    output: Linear,
    output_norm: LayerNorm,
}

impl Layer {
    pub(super) fn load(
        weights: &Weights<'_>,
        number: usize,
        config: &NetworkConfig,
    ) -> Result<Self, LoadError> {
        let NetworkConfig { hidden_size: hidden, feed_forward_size: wide, .. } = *config;
        let name = |part: &str| format!("encoder.layer.{number}.{part}");
        let linear = |part: &str, inputs, outputs| Linear::load(weights, &[name(part)], inputs, outputs);
        let projections = ["query", "key", "value"].map(|part| name(&format!("attention.self.{part}")));
        Ok(Self {
            heads: Heads { count: config.heads, size: hidden / config.heads },
            projection: Linear::load(weights, &projections, hidden, hidden)?,
            attention_output: linear("attention.output.dense", hidden, hidden)?,
            attention_norm: LayerNorm::load(weights, &name("attention.output.LayerNorm"), config)?,
            intermediate: linear("intermediate.dense", hidden, wide)?,
            activation: config.activation,
            output: linear("output.dense", wide, hidden)?,
            output_norm: LayerNorm::load(weights, &name("output.LayerNorm"), config)?,
        })
    }

    /// The rows of a batch after this layer.
    pub(super) fn apply(&self, batch: &PackedBatch, rows: &[f32]) -> Result<Vec<f32>, candle_core::Error> {
        let projected = self.projection.apply(rows, |_, _| ())?;
        let context = attend(self.heads, batch, &projected);
        let attended =
            self.attention_output.apply(&context, add_and_normalise(rows, &self.attention_norm))?;
        let wide = self.intermediate.apply(&attended, |_, row| kernels::activate(row, self.activation))?;
        self.output.apply(&wide, add_and_normalise(&attended, &self.output_norm))
    }
}

/// Finishes a row by adding the row that went into the sub-layer and normalising the sum.
fn add_and_normalise(input: &[f32], norm: &LayerNorm) -> impl Fn(usize, &mut [f32]) + Sync {
    move |index, row| {
        let start = index * row.len();
        kernels::add(row, input.get(start..).unwrap_or_default());
        norm.apply(row);
    }
}
