//! Thai text: normalisation with alignment, character clusters, word segmentation, numbers, dates, abbreviations.
//!
//! Every index, dictionary, hash and model reads text through [`normalise`], the one normaliser; [`Alignment`] leads
//! every span back to the original. [`Segmenter`] cuts normalised text into words; [`analyse`] does both and yields
//! the terms of an index. The modules [`numbers`], [`money`], [`dates`] and [`abbreviations`] read the figures,
//! amounts, days, fiscal years and short forms of administrative Thai.

pub mod abbreviations;
mod alignment;
mod analyse;
mod character;
mod cluster;
pub mod dates;
pub mod equivalents;
pub mod money;
mod normalise;
pub mod numbers;
mod repairs;
mod segment;

pub use alignment::Alignment;
pub use analyse::{Analysed, IndexTerm, analyse};
pub use cluster::clusters;
pub use normalise::{Normalised, fold_case, is_invisible, normalise, normalise_text};
pub use repairs::Repairs;
pub use segment::{Segmenter, Token, TokenKind};
