//! Vectors as signed bytes, and their cosine.

use super::dots::dot;

/// A vector of unit length, a byte per component.
///
/// Components are scaled so that the largest becomes ±127. The factor that undoes the scale is the inverse length of the
/// bytes themselves, so that the cosine of a vector with itself is 1 whatever rounding did to it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct QuantisedVector {
    pub(crate) components: Vec<i8>,
    pub(crate) inverse_length: f32,
}

impl QuantisedVector {
    /// `None` when a component is not finite.
    pub(crate) fn of(vector: &[f32]) -> Option<Self> {
        if vector.iter().any(|component| !component.is_finite()) {
            return None;
        }
        let largest = vector.iter().fold(0.0f32, |largest, component| largest.max(component.abs()));
        let scale = if largest > 0.0 { 127.0 / largest } else { 0.0 };
        // Within ±127 by the choice of the scale, so the cast only drops the fraction that rounding left at zero.
        let components: Vec<i8> = vector.iter().map(|component| (component * scale).round() as i8).collect();
        let inverse_length = inverse_length(&components);
        Some(Self { components, inverse_length })
    }

    /// The vector of unit length that the bytes stand for.
    pub(crate) fn restore(components: &[i8], inverse_length: f32) -> Vec<f32> {
        components.iter().map(|&component| f32::from(component) * inverse_length).collect()
    }
}

/// The inverse Euclidean length; zero for a vector of zeros.
pub(crate) fn inverse_length(components: &[i8]) -> f32 {
    let squares: i64 = components.iter().map(|&component| i64::from(component) * i64::from(component)).sum();
    if squares > 0 { (1.0 / (squares as f64).sqrt()) as f32 } else { 0.0 }
}

/// The cosine of two quantised vectors.
pub(crate) fn cosine(a: &[i8], a_inverse_length: f32, b: &[i8], b_inverse_length: f32) -> f32 {
    dot(a, b) as f32 * a_inverse_length * b_inverse_length
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn quantising_keeps_the_cosine(
            pairs in proptest::collection::vec((-1.0f32..1.0, -1.0f32..1.0), 384),
        ) {
            let (a, b): (Vec<f32>, Vec<f32>) = pairs.into_iter().unzip();
            let length = |v: &[f32]| v.iter().map(|x| x * x).sum::<f32>().sqrt();
            let exact = a.iter().zip(&b).map(|(a, b)| a * b).sum::<f32>() / (length(&a) * length(&b));
            let (a, b) = (QuantisedVector::of(&a).unwrap(), QuantisedVector::of(&b).unwrap());
            let quantised = cosine(&a.components, a.inverse_length, &b.components, b.inverse_length);
            prop_assert!((exact - quantised).abs() < 0.01, "{exact} {quantised}");
            let itself = cosine(&a.components, a.inverse_length, &a.components, a.inverse_length);
            prop_assert!((itself - 1.0).abs() < 1e-5);
        }
    }

    #[test]
    fn a_vector_that_is_not_finite_is_refused() {
        assert_eq!(QuantisedVector::of(&[0.0, f32::NAN]), None);
        assert_eq!(QuantisedVector::of(&[f32::INFINITY]), None);
        let zeros = QuantisedVector::of(&[0.0, 0.0]).unwrap();
        assert_eq!(cosine(&zeros.components, zeros.inverse_length, &[1, 1], 0.7), 0.0);
    }
}
