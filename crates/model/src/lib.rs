//! Texts become vectors here: the [`Encoder`] trait and its two implementations.
//!
//! * [`BertEncoder`] runs a sentence encoder of the BERT family: the one that is shipped inside the program, or any
//!   folder in Hugging Face layout.
//! * [`HashEncoder`] hashes character n-grams. It needs no weights, is the same on every machine and stands in
//!   wherever a test wants vectors without a model.
//!
//! Vectors have unit length, so the dot product of two of them is their cosine.
//!
//! The way of a text: normal form and prefix, pieces (`tokenizer`), rows of a packed batch without padding
//! (`bert::packed_batch`), the network (`bert::network`, its arithmetic in `bert::kernels`), the mean over the text's
//! rows, unit length (`bert::pooling`). The way of a model: its files, checked against the manifest (`model_files`),
//! its settings (`config`), its tensors (`weights`).

mod bert;
mod bert_encoder;
mod config;
mod encoder;
mod error;
mod hash_encoder;
mod manifest;
mod model_files;
mod tokenizer;
mod weights;

pub use bert_encoder::{Arithmetic, BertEncoder, BertOptions};
pub use config::Prompts;
pub use encoder::{Encoder, TextKind};
pub use error::{EncodeError, LoadError};
pub use hash_encoder::HashEncoder;
