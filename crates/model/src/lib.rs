//! Texts become vectors here: the [`Encoder`] trait and its two implementations.
//!
//! * [`HashEncoder`] hashes character n-grams. It needs no weights, is the same on every machine and stands in
//!   wherever a test wants vectors without a model.
//!
//! Vectors have unit length, so the dot product of two of them is their cosine.

mod encoder;
mod error;
mod hash_encoder;

pub use encoder::{Encoder, TextKind};
pub use error::{EncodeError, Fault};
pub use hash_encoder::HashEncoder;
