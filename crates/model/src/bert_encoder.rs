//! A sentence encoder of the BERT family, from the program itself or from a folder.

use std::borrow::Cow;
use std::fmt;
use std::path::Path;

use rayon::prelude::*;

use crate::bert::{Network, PackedBatch, pool};
use crate::config::{ModelConfig, Pooling};
use crate::model_files::{ModelFiles, WEIGHTS_FILE};
use crate::tokenizer::TextTokenizer;
use crate::weights::Weights;
use crate::{EncodeError, Encoder, LoadError, Prompts, TextKind};

const TOKENIZER_FILE: &str = "tokenizer.json";

/// Rows (pieces) that go through the network together. More do not make the products faster, and the widest result, the
/// feed-forward part's, should stay in the cache.
const ROWS_PER_BATCH: usize = 512;

/// What may be set about a model beyond what its files say.
#[derive(Debug, Clone, Default)]
pub struct BertOptions {
    /// The prefixes of queries and passages, for a folder whose `config_sentence_transformers.json` does not tell them.
    pub prompts: Option<Prompts>,
    /// How matrices are multiplied.
    pub arithmetic: Arithmetic,
}

/// How matrices are multiplied.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Arithmetic {
    /// Matrices that are stored in blocks of few bits become 8 bits with a scale for each output and are multiplied in
    /// whole numbers with rows rounded to bytes; others, in float32.
    #[default]
    AsStored,
    /// All matrices are unpacked to float32: several times slower, and what the other is held against.
    Float32,
}

/// An encoder that runs a network of the BERT family (BERT, RoBERTa, XLM-R, CamemBERT) on the processor.
///
/// Matrices are laid out for the processor when the model is loaded (some 22 MB for the shipped one); word embeddings
/// stay as they are stored and are unpacked row by row. A text is brought to the normal form of `thiap-text`, gets its side's prefix, and
/// is cut at the model's window. All threads of rayon's global pool are used.
pub struct BertEncoder {
    model_id: String,
    prompts: Prompts,
    pooling: Pooling,
    max_tokens: usize,
    tokenizer: TextTokenizer,
    network: Network,
}

impl BertEncoder {
    /// The model that is part of the program: multilingual-e5-small with a vocabulary cut to Thai and Latin text.
    ///
    /// Loading takes a few tenths of a second; keep the encoder and share it.
    ///
    /// # Errors
    ///
    /// None that a test of this crate would not show: the files are fixed when the program is built.
    pub fn embedded() -> Result<Self, LoadError> {
        Self::embedded_with(BertOptions::default())
    }

    /// As [`embedded`](Self::embedded), with settings of one's own.
    ///
    /// # Errors
    ///
    /// As [`embedded`](Self::embedded).
    pub fn embedded_with(options: BertOptions) -> Result<Self, LoadError> {
        Self::load(&ModelFiles::shipped()?, options)
    }

    /// A model in a folder in Hugging Face layout: `config.json`, `tokenizer.json`, `model.safetensors` (float32,
    /// float16, bfloat16, Q4_0 or Q8_0 blocks), and, where they are there, the files of
    /// sentence-transformers for pooling, window and prefixes. A `manifest.toml` beside the folder that describes it is
    /// checked.
    ///
    /// # Errors
    ///
    /// [`LoadError`] when a file is missing, damaged, differs from the manifest, or asks for what is not supported.
    pub fn open(folder: &Path) -> Result<Self, LoadError> {
        Self::open_with(folder, BertOptions::default())
    }

    /// As [`open`](Self::open), with settings of one's own.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn open_with(folder: &Path, options: BertOptions) -> Result<Self, LoadError> {
        Self::load(&ModelFiles::folder(folder)?, options)
    }

    fn load(files: &ModelFiles, options: BertOptions) -> Result<Self, LoadError> {
        let config = ModelConfig::read(files)?;
        let tokenizer_json = files.read(TOKENIZER_FILE)?;
        let (tokenizer, network) = rayon::join(
            || {
                TextTokenizer::parse(
                    &files.path(TOKENIZER_FILE),
                    &tokenizer_json,
                    config.network.vocabulary_size,
                    config.max_tokens,
                    config.network.padding_id,
                )
            },
            || load_network(files, &config, options.arithmetic),
        );
        let (model_id, network) = network?;
        Ok(Self {
            model_id,
            prompts: options.prompts.unwrap_or(config.prompts),
            pooling: config.pooling,
            max_tokens: config.max_tokens,
            tokenizer: tokenizer?,
            network,
        })
    }

    /// The most pieces of a text that are read, special ones and the prefix included.
    #[must_use]
    pub fn max_tokens(&self) -> usize {
        self.max_tokens
    }

    /// The numbers of the pieces that the model reads of a text, special ones and the prefix included.
    ///
    /// # Errors
    ///
    /// [`EncodeError`] when the tokenizer fails.
    pub fn piece_ids(&self, kind: TextKind, text: &str) -> Result<Vec<u32>, EncodeError> {
        self.tokenizer.piece_ids(self.prompts.of(kind), text)
    }

    fn encode_batch(&self, batch: &PackedBatch) -> Result<Vec<Vec<f32>>, EncodeError> {
        let width = self.network.hidden_size();
        self.network.with_hidden_rows(batch, |rows| {
            batch
                .texts()
                .map(|text| {
                    let own = rows.get(text.start * width..text.end * width).unwrap_or_default();
                    pool(own, width, self.pooling)
                })
                .collect()
        })
    }
}

/// The model's id and its network.
fn load_network(
    files: &ModelFiles,
    config: &ModelConfig,
    arithmetic: Arithmetic,
) -> Result<(String, Network), LoadError> {
    let file = files.read(WEIGHTS_FILE)?;
    let model_id = files.model_id(&file);
    let malformed = |reason| LoadError::Malformed { path: files.path(WEIGHTS_FILE), reason };
    let network = match &file {
        Cow::Borrowed(file) => {
            let weights = Weights::parse(file).map_err(malformed)?;
            Network::load(&weights, &config.network, arithmetic, Cow::Borrowed)
        }
        Cow::Owned(file) => {
            let weights = Weights::parse(file).map_err(malformed)?;
            Network::load(&weights, &config.network, arithmetic, |bytes| Cow::Owned(bytes.to_vec()))
        }
    };
    Ok((model_id, network?))
}

impl Encoder for BertEncoder {
    fn model_id(&self) -> &str {
        &self.model_id
    }

    fn dimensions(&self) -> usize {
        self.network.hidden_size()
    }

    fn encode(&self, kind: TextKind, texts: &[&str]) -> Result<Vec<Vec<f32>>, EncodeError> {
        let pieces: Vec<Vec<u32>> =
            texts.par_iter().map(|text| self.piece_ids(kind, text)).collect::<Result<_, _>>()?;
        // Batches side by side: threads that each have one wait for each other less than threads that share one. A
        // single batch is still shared, inside the network.
        let batches = PackedBatch::pack(&pieces, ROWS_PER_BATCH);
        let vectors: Vec<Vec<Vec<f32>>> =
            batches.par_iter().map(|batch| self.encode_batch(batch)).collect::<Result<_, _>>()?;
        Ok(vectors.into_iter().flatten().collect())
    }
}

impl fmt::Debug for BertEncoder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("BertEncoder")
            .field("model_id", &self.model_id)
            .field("prompts", &self.prompts)
            .field("pooling", &self.pooling)
            .field("max_tokens", &self.max_tokens)
            .finish_non_exhaustive()
    }
}
