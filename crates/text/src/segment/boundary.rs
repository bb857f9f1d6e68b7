//! What the letters around a place say about a word boundary there.
//!
//! Each pattern of letters left and right of the place picks one weight from its table by a multiplicative hash; the sum
//! is the cost of cutting there. The training program shares this file, so that both pick the same weights.

/// How many patterns there are.
pub const PATTERNS: usize = 8;
/// Weights in a table, as a power of two.
pub const TABLE_BITS: u32 = 15;
/// Weights in all tables.
pub const WEIGHTS: usize = PATTERNS << TABLE_BITS;

/// Letters around a place: `left` ends just before it (nearest last), `right` begins at it (nearest first); 0 stands
/// outside the stretch.
#[derive(Debug, Clone, Copy)]
pub struct Context {
    /// The three letters before.
    pub left: [u8; 3],
    /// The three letters behind.
    pub right: [u8; 3],
}

impl Context {
    /// The context of the place before `codes[index]`.
    #[inline]
    pub fn at(codes: &[u8], index: usize) -> Self {
        let before = |back: usize| index.checked_sub(back).and_then(|i| codes.get(i)).copied().unwrap_or(0);
        let behind = |ahead: usize| codes.get(index + ahead).copied().unwrap_or(0);
        Self { left: [before(3), before(2), before(1)], right: [behind(0), behind(1), behind(2)] }
    }

    /// The places of this context's weights, one in each table.
    #[inline]
    pub fn slots(self) -> [usize; PATTERNS] {
        let [l3, l2, l1] = self.left.map(u64::from);
        let [r1, r2, r3] = self.right.map(u64::from);
        let near = l1 << 7 | r1;
        let keys = [
            near,
            l2 << 14 | near,
            r2 << 14 | near,
            r2 << 21 | l2 << 14 | near,
            l3 << 14 | l2 << 7 | l1,
            r3 << 14 | r2 << 7 | r1,
            l3 << 21 | l2 << 14 | near,
            r3 << 21 | r2 << 14 | near,
        ];
        let mut slots = [0; PATTERNS];
        for (table, (slot, key)) in slots.iter_mut().zip(keys).enumerate() {
            *slot = table << TABLE_BITS | hash(key);
        }
        slots
    }
}

/// Fibonacci hashing: the high bits of a product with the golden ratio.
#[inline]
fn hash(key: u64) -> usize {
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - TABLE_BITS)) as usize
}
