//! MinHash: how alike two texts are by the character trigrams that they share; a plain baseline for finding duplicates.
//!
//! After Broder, "On the resemblance and containment of documents" (1997).

/// Hash functions of a signature: the estimate of a likeness of one half is off by 0.04 at one standard deviation.
const HASHES: usize = 128;

/// The signature of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MinHash(Vec<u32>);

impl MinHash {
    /// The signature of a text's character trigrams; white space does not count.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let characters: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
        let mut least = vec![u32::MAX; HASHES];
        for trigram in characters.windows(3) {
            let mut state = trigram.iter().fold(0xcbf2_9ce4_8422_2325u64, |hash, c| {
                (hash ^ u64::from(u32::from(*c))).wrapping_mul(0x0000_0100_0000_01b3)
            });
            for slot in &mut least {
                // one step of SplitMix64 for each hash function
                state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                *slot = (*slot).min((mixed >> 32) as u32);
            }
        }
        Self(least)
    }

    /// The estimated share of trigrams that two texts have in common (Jaccard), 0 to 1; 0 for texts without any.
    #[must_use]
    pub fn likeness(&self, other: &Self) -> f64 {
        let same = self.0.iter().zip(&other.0).filter(|(a, b)| a == b && **a != u32::MAX).count();
        same as f64 / HASHES as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_estimate_is_near_the_share() {
        let (a, b) = ("ขุดลอกคลองบางหลวงเพื่อระบายน้ำ", "ขุดลอกคลองบางหลวงและกำจัดผักตบชวา");
        let trigrams = |text: &str| -> HashSet<Vec<char>> {
            text.chars().collect::<Vec<_>>().windows(3).map(<[char]>::to_vec).collect()
        };
        let (x, y) = (trigrams(a), trigrams(b));
        let share = x.intersection(&y).count() as f64 / x.union(&y).count() as f64;
        assert!((MinHash::of(a).likeness(&MinHash::of(b)) - share).abs() < 0.15);
        assert_eq!(MinHash::of(a).likeness(&MinHash::of(a)), 1.0);
        assert_eq!(MinHash::of("").likeness(&MinHash::of("")), 0.0);
    }
}
