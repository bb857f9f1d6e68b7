//! An encoder without a model: hashed character n-grams.

use crate::{EncodeError, Encoder, TextKind};

/// The longest n-gram, in characters.
const LONGEST_NGRAM: usize = 3;

/// Maps a text to the signed counts of its character n-grams (one to three characters), hashed into a fixed number of
/// components and scaled to unit length: the hashing trick of Weinberger et al., "Feature Hashing for Large Scale
/// Multitask Learning" (2009).
///
/// Texts that share wording are near each other, texts that share only meaning are not. It serves tests and
/// installations without weights; both kinds of text are treated alike, so a text is always its own nearest neighbour.
#[derive(Debug, Clone)]
pub struct HashEncoder {
    dimensions: usize,
    model_id: String,
}

impl HashEncoder {
    /// The number of components of [`HashEncoder::default`].
    pub const DEFAULT_DIMENSIONS: usize = 256;

    /// An encoder with the given number of components; zero is taken as one, so that vectors can have unit length.
    #[must_use]
    pub fn new(dimensions: usize) -> Self {
        let dimensions = dimensions.max(1);
        Self { dimensions, model_id: format!("hashed-ngrams-{dimensions}-v1") }
    }

    fn encode_one(&self, text: &str) -> Vec<f32> {
        let characters: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
        let mut vector = vec![0.0f32; self.dimensions];
        for start in 0..characters.len() {
            let mut hash = FNV_OFFSET;
            for &character in characters.iter().skip(start).take(LONGEST_NGRAM) {
                hash = fnv1a(hash, character);
                let spread = mix(hash);
                let sign = if spread >> 63 == 0 { 1.0 } else { -1.0 };
                // The remainder is below the vector's length, so the component is always there.
                if let Some(component) = vector.get_mut((spread % self.dimensions as u64) as usize) {
                    *component += sign;
                }
            }
        }
        to_unit_length(vector)
    }
}

impl Default for HashEncoder {
    fn default() -> Self {
        Self::new(Self::DEFAULT_DIMENSIONS)
    }
}

impl Encoder for HashEncoder {
    fn model_id(&self) -> &str {
        &self.model_id
    }

    fn dimensions(&self) -> usize {
        self.dimensions
    }

    fn encode(&self, _kind: TextKind, texts: &[&str]) -> Result<Vec<Vec<f32>>, EncodeError> {
        Ok(texts.iter().map(|text| self.encode_one(text)).collect())
    }
}

/// Divides by the length; a vector of zeros (an empty text, or counts that cancel out) becomes the first axis.
fn to_unit_length(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>().sqrt();
    if length > 0.0 {
        for component in &mut vector {
            *component = (f64::from(*component) / length) as f32;
        }
    } else if let Some(first) = vector.first_mut() {
        *first = 1.0;
    }
    vector
}

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

/// One step of FNV-1a over the four bytes of a character.
fn fnv1a(hash: u64, character: char) -> u64 {
    u32::from(character)
        .to_le_bytes()
        .iter()
        .fold(hash, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME))
}

/// The finaliser of SplitMix64: FNV's low bits alone are too regular to choose a component and a sign.
fn mix(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn encode(text: &str) -> Vec<f32> {
        let mut vectors = HashEncoder::default().encode(TextKind::Query, &[text]).unwrap();
        vectors.pop().unwrap()
    }

    fn cosine(a: &[f32], b: &[f32]) -> f32 {
        a.iter().zip(b).map(|(x, y)| x * y).sum()
    }

    #[test]
    fn is_the_same_on_every_machine() {
        // Vectors are stored, so the hash may never change under the same model id.
        let vector = HashEncoder::new(4).encode(TextKind::Passage, &["น้ำ a"]).unwrap();
        assert_eq!(vector, [[-0.267_261_24, 0.0, -0.801_783_74, 0.534_522_5]]);
    }

    #[test]
    fn texts_that_share_wording_are_nearer_than_those_that_do_not() {
        let road = encode("ก่อสร้างถนนคอนกรีตเสริมเหล็ก หมู่ที่ 4");
        let same_road = encode("ก่อสร้างถนนคอนกรีตเสริมเหล็ก หมู่ที่ 5");
        let school = encode("อบรมครูภาษาอังกฤษ");
        assert!(cosine(&road, &same_road) > 0.8);
        assert!(cosine(&road, &school) < 0.4);
    }

    #[test]
    fn order_follows_the_texts() {
        let together = HashEncoder::default().encode(TextKind::Query, &["หนึ่ง", "", "สอง"]).unwrap();
        assert_eq!(together, [encode("หนึ่ง"), encode(""), encode("สอง")]);
    }

    #[test]
    fn zero_dimensions_are_taken_as_one() {
        let encoder = HashEncoder::new(0);
        assert_eq!(encoder.dimensions(), 1);
        assert_eq!(encoder.encode(TextKind::Query, &[""]).unwrap(), [[1.0]]);
    }

    proptest! {
        #[test]
        fn any_text_has_a_finite_unit_vector(text in any::<String>()) {
            let vector = encode(&text);
            prop_assert!(vector.iter().all(|x| x.is_finite()));
            prop_assert!((cosine(&vector, &vector) - 1.0).abs() < 1e-5);
        }
    }
}
