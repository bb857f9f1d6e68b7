//! The seam between whatever produces vectors and whatever stores and compares them.

use crate::EncodeError;

/// The side of a comparison a text stands on.
///
/// Retrieval models are trained with a different prefix on each side; an encoder adds the prefix itself, so callers
/// pass plain text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextKind {
    /// What somebody asks: a search, or the draft that is being checked.
    Query,
    /// What is being searched: a stored project or one of its fields.
    Passage,
}

/// Turns texts into vectors of unit length.
///
/// Implementations are deterministic: the same text gives the same vector, alone or in a batch, up to the rounding of
/// floating point (cosine at least 0.9999).
pub trait Encoder: Send + Sync {
    /// The model's name followed by the first hexadecimal digits of its weights' SHA-256.
    ///
    /// It is written into the header of every file of vectors; vectors under another id cannot be compared with ours.
    fn model_id(&self) -> &str;

    /// The number of components of every vector.
    fn dimensions(&self) -> usize;

    /// Encodes `texts`, each standing on the side `kind`; vector `i` belongs to text `i`.
    ///
    /// Any text is accepted: an empty one has a vector too, and one that is longer than the model reads is cut at the
    /// model's limit.
    ///
    /// # Errors
    ///
    /// [`EncodeError`] when the model itself fails. No text causes one.
    fn encode(&self, kind: TextKind, texts: &[&str]) -> Result<Vec<Vec<f32>>, EncodeError>;
}
