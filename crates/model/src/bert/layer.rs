//! One layer: attention and feed-forward, each added to its input and normalised.

use rayon::prelude::*;

use super::attention::{AttentionMemory, Heads, attend};
use super::kernels;
use super::linear::Linear;
use super::memory::Spare;
use super::packed_batch::PackedBatch;
use super::quantised::QuantisedRows;
use crate::config::{Activation, NetworkConfig};
use crate::weights::Weights;
use crate::{Arithmetic, LoadError};

/// The most rows that go through a layer's products together: weights are read from memory once for all of them, and
/// the widest result should stay in the cache.
const STRIPE: usize = 64;
/// Rows that are worth a task of their own: waking a thread costs as much as some twenty rows of a layer.
const SMALLEST_STRIPE: usize = 32;

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

    /// How far from zero each component comes: three standard deviations.
    fn reach(&self) -> Vec<f32> {
        self.scale.iter().zip(&self.shift).map(|(scale, shift)| 3.0 * scale.abs() + shift.abs()).collect()
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
    /// Layer `number`; `input_norm` has normalised its input.
    pub(super) fn load(
        weights: &Weights<'_>,
        number: usize,
        config: &NetworkConfig,
        arithmetic: Arithmetic,
        input_norm: &LayerNorm,
    ) -> Result<Self, LoadError> {
        let NetworkConfig { hidden_size: hidden, feed_forward_size: wide, .. } = *config;
        let name = |part: &str| format!("encoder.layer.{number}.{part}");
        let linear = |part: &str, inputs, outputs, reach: Option<&[f32]>| {
            Linear::load(weights, &[name(part)], inputs, outputs, reach, arithmetic)
        };
        let projections = ["query", "key", "value"].map(|part| name(&format!("attention.self.{part}")));
        let input_reach = input_norm.reach();
        let attention_norm = LayerNorm::load(weights, &name("attention.output.LayerNorm"), config)?;
        Ok(Self {
            heads: Heads { count: config.heads, size: hidden / config.heads },
            projection: Linear::load(weights, &projections, hidden, hidden, Some(&input_reach), arithmetic)?,
            attention_output: linear("attention.output.dense", hidden, hidden, None)?,
            intermediate: linear("intermediate.dense", hidden, wide, Some(&attention_norm.reach()))?,
            attention_norm,
            activation: config.activation,
            output: linear("output.dense", wide, hidden, None)?,
            output_norm: Self::load_output_norm(weights, number, config)?,
        })
    }

    /// The last normalisation of layer `number`.
    pub(super) fn load_output_norm(
        weights: &Weights<'_>,
        number: usize,
        config: &NetworkConfig,
    ) -> Result<LayerNorm, LoadError> {
        LayerNorm::load(weights, &format!("encoder.layer.{number}.output.LayerNorm"), config)
    }

    /// Takes the rows of a batch through this layer.
    pub(super) fn apply(
        &self,
        batch: &PackedBatch,
        memory: &LayerMemory,
        rows: &mut [f32],
        attention: &mut AttentionMemory,
        projected: &mut [f32],
        context: &mut [f32],
    ) -> Result<(), candle_core::Error> {
        let width = self.attention_output.outputs();
        let stripe = stripe(batch.rows()) * width;
        rows.par_chunks_mut(stripe).zip(projected.par_chunks_mut(3 * stripe)).try_for_each(
            |(rows, projected)| {
                memory.with(|memory| self.projection.apply(rows, as_it_is, &mut memory.quantised, projected))
            },
        )?;
        attend(self.heads, batch, projected, attention, context);
        rows.par_chunks_mut(stripe).zip(context.par_chunks_mut(stripe)).try_for_each(|(rows, context)| {
            memory.with(|memory| self.feed_forward(rows, context, width, memory))
        })
    }

    /// What follows attention, row by row: its output added to `rows`, then the feed-forward part.
    fn feed_forward(
        &self,
        rows: &mut [f32],
        context: &mut [f32],
        width: usize,
        memory: &mut StripeMemory,
    ) -> Result<(), candle_core::Error> {
        let StripeMemory { quantised, attended, wide } = memory;
        attended.resize(rows.len(), 0.0);
        wide.resize(rows.len() / width * self.intermediate.outputs(), 0.0);
        self.attention_output.apply(context, as_it_is, quantised, attended)?;
        let normalise = |number: usize, attended: &mut [f32]| {
            kernels::add(attended, rows.get(number * width..).unwrap_or_default());
            self.attention_norm.apply(attended);
        };
        self.intermediate.apply(attended, normalise, quantised, wide)?;
        let activate = |_, row: &mut [f32]| kernels::activate(row, self.activation);
        self.output.apply(wide, activate, quantised, rows)?;
        for (row, attended) in rows.chunks_exact_mut(width).zip(attended.chunks_exact(width)) {
            kernels::add(row, attended);
            self.output_norm.apply(row);
        }
        Ok(())
    }
}

/// Prepares nothing.
fn as_it_is(_: usize, _: &mut [f32]) {}

/// Memory of a stripe of rows on its way through a layer.
#[derive(Debug, Default)]
pub(super) struct StripeMemory {
    quantised: QuantisedRows,
    attended: Vec<f32>,
    wide: Vec<f32>,
}

/// What all layers use in turn.
pub(super) type LayerMemory = Spare<StripeMemory>;

/// Rows to a stripe: few enough that every thread has some, in whole tiles of the kernels.
fn stripe(rows: usize) -> usize {
    rows.div_ceil(rayon::current_num_threads())
        .next_multiple_of(SMALLEST_STRIPE)
        .clamp(SMALLEST_STRIPE, STRIPE)
}
