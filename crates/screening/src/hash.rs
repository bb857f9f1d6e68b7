//! Hashes that are the same on every machine and in every run.

/// FNV-1a over bytes (Fowler, Noll, Vo), finished with the mixer of SplitMix64 so that all bits depend on all bytes.
pub(crate) fn hash_of(bytes: impl IntoIterator<Item = u8>) -> u64 {
    let hash = bytes.into_iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// Values that both ascending lists hold.
pub(crate) fn shared(a: &[u64], b: &[u64]) -> usize {
    let (mut i, mut j, mut count) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                count += 1;
                i += 1;
                j += 1;
            }
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_two_lists_share() {
        assert_eq!(shared(&[1, 3, 5], &[2, 3, 5, 9]), 2);
        assert_eq!(shared(&[], &[1]), 0);
    }

    #[test]
    fn never_changes() {
        assert_eq!(hash_of(*b"thiap"), hash_of(*b"thiap"));
        assert_ne!(hash_of(*b"thiap"), hash_of(*b"paiht"));
    }
}
