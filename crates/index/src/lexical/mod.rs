//! The lexical part: words, cluster n-grams and attributes.

mod fields;
mod postings;
mod reader;
mod terms;
mod writer;

pub use fields::SearchField;
pub(crate) use fields::column;

pub use postings::{Bm25Parameters, FieldWeights};
pub(crate) use postings::{Leg, TermMatches};
pub(crate) use reader::LexicalReader;
pub(crate) use terms::Terms;
pub(crate) use writer::LexicalWriter;
