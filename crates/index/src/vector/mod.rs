//! Vectors: quantised, kept in files that only grow, scanned exactly.

mod cells;
mod dots;
mod file;
mod graph;
mod placed;
mod quantise;
mod set;
mod texts;
mod writer;

pub(crate) use cells::{Cells, Products};
pub(crate) use graph::Graph;
pub(crate) use placed::PlacedVectors;
pub use placed::Placement;
pub(crate) use quantise::QuantisedVector;
pub(crate) use set::{Cosines, FieldRows, NO_ROW, VectorRows, VectorSet};
pub use texts::{ProjectVectors, VectorField, vector_texts};
pub(crate) use writer::VectorWriter;
