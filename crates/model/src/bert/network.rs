//! The whole network: embeddings, then the layers.

use std::borrow::Cow;

use rayon::prelude::*;

use super::attention::AttentionMemory;
use super::kernels;
use super::layer::{Layer, LayerMemory, LayerNorm};
use super::memory::Spare;
use super::packed_batch::PackedBatch;
use crate::config::NetworkConfig;
use crate::weights::{Table, WORD_EMBEDDINGS, Weights};
use crate::{Arithmetic, EncodeError, LoadError};

/// A network of the BERT family without a head.
pub(crate) struct Network {
    hidden_size: usize,
    /// As stored: tens of thousands of rows, of which a text needs a few.
    word_embeddings: Table,
    /// A row for each place in a text, the embedding of the first token type added.
    position_embeddings: Vec<f32>,
    embedding_norm: LayerNorm,
    layers: Vec<Layer>,
    layer_memory: LayerMemory,
    batch_memory: Spare<BatchMemory>,
}

/// Memory of a batch on its way through the network.
#[derive(Debug, Default)]
struct BatchMemory {
    rows: Vec<f32>,
    projected: Vec<f32>,
    context: Vec<f32>,
    attention: AttentionMemory,
}

impl Network {
    /// Takes a network's tensors from `weights`. `keep` gives the word embeddings a hold of their own on their bytes.
    pub(crate) fn load<'a>(
        weights: &Weights<'a>,
        config: &NetworkConfig,
        arithmetic: Arithmetic,
        keep: impl FnOnce(&'a [u8]) -> Cow<'static, [u8]>,
    ) -> Result<Self, LoadError> {
        let hidden = config.hidden_size;
        let words = weights.matrix(WORD_EMBEDDINGS, config.vocabulary_size, hidden)?;
        let positions =
            weights.matrix("embeddings.position_embeddings.weight", config.positions, hidden)?.to_numbers();
        let types = weights
            .matrix("embeddings.token_type_embeddings.weight", config.token_types, hidden)?
            .to_numbers();
        let mut position_embeddings: Vec<f32> =
            positions.into_iter().skip(config.first_position * hidden).collect();
        for row in position_embeddings.chunks_exact_mut(hidden) {
            kernels::add(row, &types);
        }
        let embedding_norm = LayerNorm::load(weights, "embeddings.LayerNorm", config)?;
        let layers = (0..config.layers)
            .into_par_iter()
            .map(|number| match number.checked_sub(1) {
                None => Layer::load(weights, number, config, arithmetic, &embedding_norm),
                Some(before) => {
                    let norm = Layer::load_output_norm(weights, before, config)?;
                    Layer::load(weights, number, config, arithmetic, &norm)
                }
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            hidden_size: hidden,
            word_embeddings: words.into_table(keep),
            position_embeddings,
            embedding_norm,
            layers,
            layer_memory: LayerMemory::default(),
            batch_memory: Spare::default(),
        })
    }

    /// Numbers in a row.
    pub(crate) fn hidden_size(&self) -> usize {
        self.hidden_size
    }

    /// What `read` makes of the last layer's rows, `hidden_size` numbers each, in the order of the batch.
    pub(crate) fn with_hidden_rows<R>(
        &self,
        batch: &PackedBatch,
        read: impl FnOnce(&[f32]) -> Result<R, EncodeError>,
    ) -> Result<R, EncodeError> {
        self.batch_memory.with(|memory| {
            let BatchMemory { rows, projected, context, attention } = memory;
            let numbers = batch.rows() * self.hidden_size;
            rows.resize(numbers, 0.0);
            projected.resize(3 * numbers, 0.0);
            context.resize(numbers, 0.0);
            self.embed(batch, rows)?;
            for layer in &self.layers {
                layer.apply(batch, &self.layer_memory, rows, attention, projected, context)?;
            }
            read(rows)
        })
    }

    /// Fills `rows` with the sum of word, position and type embedding of every piece, normalised.
    fn embed(&self, batch: &PackedBatch, rows: &mut [f32]) -> Result<(), EncodeError> {
        let hidden = self.hidden_size;
        let places: Vec<usize> = batch.texts().flat_map(|text| 0..text.len()).collect();
        rows.par_chunks_exact_mut(hidden)
            .zip(batch.piece_ids())
            .zip(places)
            .with_min_len(kernels::ROWS_PER_TASK)
            .try_for_each(|((row, &piece), place)| {
                if !self.word_embeddings.read_row(piece as usize, row) {
                    return Err(EncodeError::UnknownPiece { piece, rows: self.word_embeddings.rows() });
                }
                kernels::add(row, self.position_embeddings.get(place * hidden..).unwrap_or_default());
                self.embedding_norm.apply(row);
                Ok(())
            })
    }
}
