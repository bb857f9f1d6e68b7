//! What can go wrong while a model is loaded or a text is encoded, and whose fault it is.

use std::path::PathBuf;

use thiap_domain::Fault;
use thiserror::Error;

/// A text could not be encoded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The tokenizer refused a text.
    #[error("the tokenizer failed: {0}")]
    Tokenizer(String),
    /// The tokenizer gave a piece that has no row among the word embeddings.
    #[error("the tokenizer gave piece {piece}, but the model has {rows} pieces")]
    UnknownPiece {
        /// The piece's number.
        piece: u32,
        /// Rows of the word embeddings.
        rows: usize,
    },
    /// The model's arithmetic failed.
    #[error("the model failed while computing")]
    Compute(#[from] candle_core::Error),
    /// The model gave a vector with a component that is not a number, which only damaged weights do.
    #[error("the model gave a vector that is not finite: its weights are damaged")]
    NotFinite,
}

impl EncodeError {
    /// Who has to act: every text is valid input, so never the caller.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::Tokenizer(_) | Self::Compute(_) => Fault::Bug,
            Self::UnknownPiece { .. } | Self::NotFinite => Fault::Environment,
        }
    }
}

/// A model could not be loaded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LoadError {
    /// A file that the model needs is not there.
    #[error("the model has no file {}", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// A file is there and cannot be read.
    #[error("the model's file {} cannot be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file is not what its name promises: bad JSON, a cut-off or damaged weights file, settings that contradict
    /// each other.
    #[error("the model's file {} is damaged or of another format: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A file differs from the one that the manifest names.
    #[error("the model's file {} has SHA-256 {found}, but the manifest says {expected}", path.display())]
    ChecksumMismatch {
        /// The file.
        path: PathBuf,
        /// The manifest's SHA-256, hexadecimal.
        expected: String,
        /// The file's SHA-256, hexadecimal.
        found: String,
    },
    /// The weights lack a tensor that the settings call for.
    #[error("the model's weights have no tensor {name}")]
    MissingTensor {
        /// The tensor's name in Hugging Face's naming.
        name: String,
    },
    /// A tensor has another shape or element type than the settings call for.
    #[error("the model's tensor {name} is {found}, but its settings call for {expected}")]
    WrongTensor {
        /// The tensor's name in Hugging Face's naming.
        name: String,
        /// What was expected.
        expected: String,
        /// What the file has.
        found: String,
    },
    /// The tokenizer knows more pieces than the word embeddings have rows.
    #[error("the tokenizer knows {pieces} pieces, but the model has embeddings for {rows}")]
    TokenizerTooLarge {
        /// Pieces of the tokenizer, added ones included.
        pieces: usize,
        /// Rows of the word embeddings.
        rows: usize,
    },
    /// A setting asks for something that this program does not do.
    #[error("the model's setting {setting} is {value}; supported: {supported}")]
    Unsupported {
        /// The setting's name.
        setting: &'static str,
        /// Its value.
        value: String,
        /// The values that would work.
        supported: &'static str,
    },
}

impl LoadError {
    /// Who has to act: whoever set up the model's folder.
    #[must_use]
    pub fn fault(&self) -> Fault {
        Fault::Environment
    }
}
