//! The vectors of a project's texts, as a comparison needs them.

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
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct OwnedVectors {
    title: Option<Box<[f32]>>,
    work: Option<Box<[f32]>>,
    whole: Option<Box<[f32]>>,
}

impl From<TextVectors<'_>> for OwnedVectors {
    fn from(vectors: TextVectors<'_>) -> Self {
        // A vector of zeros or of anything else than numbers has no direction: it is no vector.
        let owned = |vector: Option<&[f32]>| vector.and_then(to_unit_length);
        Self { title: owned(vectors.title), work: owned(vectors.work), whole: owned(vectors.whole) }
    }
}

impl OwnedVectors {
    pub(crate) fn title(&self) -> Option<&[f32]> {
        self.title.as_deref()
    }

    /// The work, else the title.
    pub(crate) fn work(&self) -> Option<&[f32]> {
        self.work.as_deref().or(self.title.as_deref())
    }

    /// Everything, else the work, else the title.
    pub(crate) fn whole(&self) -> Option<&[f32]> {
        self.whole.as_deref().or_else(|| self.work())
    }
}

fn to_unit_length(vector: &[f32]) -> Option<Box<[f32]>> {
    let length = vector.iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>().sqrt();
    (length.is_finite() && length > 1e-9)
        .then(|| vector.iter().map(|x| (f64::from(*x) / length) as f32).collect())
}

/// The cosine of two vectors of unit length; `None` when they have different numbers of components, as those of
/// different models have.
pub(crate) fn cosine(a: &[f32], b: &[f32]) -> Option<f64> {
    (a.len() == b.len() && !a.is_empty())
        .then(|| f64::from(a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>()).clamp(-1.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_sides_fall_back_on_the_title() {
        let title = [3.0f32, 4.0];
        let vectors = OwnedVectors::from(TextVectors { title: Some(&title), ..TextVectors::default() });
        assert_eq!(vectors.whole(), Some([0.6f32, 0.8].as_slice()));
        assert_eq!(vectors.work(), vectors.title());
        let none =
            OwnedVectors::from(TextVectors { title: Some(&[0.0, f32::NAN]), ..TextVectors::default() });
        assert_eq!(none.title(), None);
    }

    #[test]
    fn vectors_of_different_models_have_no_cosine() {
        assert_eq!(cosine(&[1.0], &[1.0, 0.0]), None);
        assert_eq!(cosine(&[1.0, 0.0], &[1.0, 0.0]), Some(1.0));
    }
}
