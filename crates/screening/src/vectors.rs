//! The vectors of a project's texts, as a comparison needs them.

use std::borrow::Cow;
use std::sync::OnceLock;

use crate::hash::hash_of;
use crate::meaning_space::{MeaningSpace, TextKind};

/// The vectors of one project, each of unit length, borrowed from whoever keeps them. A side that has no vector of its own
/// is `None`: a project of a title alone has that of its title only.
#[derive(Debug, Clone, Copy, Default)]
pub struct TextVectors<'a> {
    /// Of the title.
    pub title: Option<&'a [f32]>,
    /// Of objectives, activities and outputs together.
    pub work: Option<&'a [f32]>,
    /// Of everything together.
    pub whole: Option<&'a [f32]>,
}

/// The same, owned by a profile.
#[derive(Debug, Clone, Default)]
pub(crate) struct OwnedVectors {
    title: Option<Box<[f32]>>,
    work: Option<Box<[f32]>>,
    whole: Option<Box<[f32]>>,
    /// The vectors in the space that asked for them first; a profile is compared many times in one space.
    placed: OnceLock<Placed>,
}

/// The vectors of a project in a space of meanings. Missing sides fall back: the work on the title, the whole on the work.
#[derive(Debug, Clone, Default)]
pub(crate) struct Placed {
    space: Option<u64>,
    pub(crate) title: Option<Box<[f32]>>,
    pub(crate) work: Option<Box<[f32]>>,
    pub(crate) whole: Option<Box<[f32]>>,
}

impl From<TextVectors<'_>> for OwnedVectors {
    fn from(vectors: TextVectors<'_>) -> Self {
        // A vector of zeros or of anything else than numbers has no direction: it is no vector.
        let owned = |vector: Option<&[f32]>| vector.and_then(to_unit_length);
        Self {
            title: owned(vectors.title),
            work: owned(vectors.work),
            whole: owned(vectors.whole),
            placed: OnceLock::new(),
        }
    }
}

impl OwnedVectors {
    /// Tells vectors of other contents apart.
    pub(crate) fn content(&self) -> u64 {
        hash_of(self.each().into_iter().flatten().flatten().flat_map(|x| x.to_le_bytes()))
    }

    /// Every vector that there is, by kind.
    pub(crate) fn each(&self) -> [Option<&[f32]>; 3] {
        [self.title.as_deref(), self.work.as_deref(), self.whole.as_deref()]
    }

    /// The vectors in a space; without one, as they are.
    pub(crate) fn placed(&self, space: Option<&MeaningSpace>) -> Cow<'_, Placed> {
        let wanted = space.map(MeaningSpace::id);
        let kept = self.placed.get_or_init(|| self.place(space));
        if kept.space == wanted { Cow::Borrowed(kept) } else { Cow::Owned(self.place(space)) }
    }

    fn place(&self, space: Option<&MeaningSpace>) -> Placed {
        let place = |kind, vector: Option<&[f32]>| match space {
            Some(space) => space.project(kind, vector?),
            None => vector.map(Box::from),
        };
        let title = place(TextKind::Title, self.title.as_deref());
        let work = place(TextKind::Work, self.work.as_deref()).or_else(|| title.clone());
        let whole = place(TextKind::Whole, self.whole.as_deref()).or_else(|| work.clone());
        Placed { space: space.map(MeaningSpace::id), title, work, whole }
    }
}

pub(crate) fn to_unit_length(vector: &[f32]) -> Option<Box<[f32]>> {
    let length = vector.iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>().sqrt();
    (length.is_finite() && length > 1e-9)
        .then(|| vector.iter().map(|x| (f64::from(*x) / length) as f32).collect())
}

/// The cosine of two vectors of unit length; `None` when they have different numbers of components, as those of
/// different models have.
pub(crate) fn cosine(a: &[f32], b: &[f32]) -> Option<f64> {
    (a.len() == b.len() && !a.is_empty()).then(|| f64::from(dot(a, b)).clamp(-1.0, 1.0))
}

/// The dot product, in sums side by side so that the compiler may take the processor's wide registers.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    const LANES: usize = 16;
    let (a_chunks, a_rest) = a.as_chunks::<LANES>();
    let (b_chunks, b_rest) = b.as_chunks::<LANES>();
    let mut sums = [0.0f32; LANES];
    for (a, b) in a_chunks.iter().zip(b_chunks) {
        for ((sum, x), y) in sums.iter_mut().zip(a).zip(b) {
            *sum += x * y;
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum();
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_sides_fall_back_on_the_title() {
        let title = [3.0f32, 4.0];
        let vectors = OwnedVectors::from(TextVectors { title: Some(&title), ..TextVectors::default() });
        let placed = vectors.placed(None);
        assert_eq!(placed.whole.as_deref(), Some([0.6f32, 0.8].as_slice()));
        assert_eq!(placed.work, placed.title);
        let none =
            OwnedVectors::from(TextVectors { title: Some(&[0.0, f32::NAN]), ..TextVectors::default() });
        assert_eq!(none.placed(None).title, None);
    }

    #[test]
    fn vectors_of_different_models_have_no_cosine() {
        assert_eq!(cosine(&[1.0], &[1.0, 0.0]), None);
        assert_eq!(cosine(&[1.0, 0.0], &[1.0, 0.0]), Some(1.0));
    }
}
