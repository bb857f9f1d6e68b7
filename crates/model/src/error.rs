//! What can go wrong while a text is encoded, and whose fault it is.

use thiserror::Error;

/// Who has to act on an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The caller asked for something that cannot be done.
    Caller,
    /// The machine, a file or a setting is not as it should be.
    Environment,
    /// The program is wrong.
    Bug,
}

/// A text could not be encoded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The tokenizer refused a text.
    #[error("the tokenizer failed: {0}")]
    Tokenizer(String),
    /// The model's arithmetic failed.
    #[error("the model failed while computing")]
    Compute(#[source] Box<dyn std::error::Error + Send + Sync>),
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
            Self::NotFinite => Fault::Environment,
        }
    }
}
