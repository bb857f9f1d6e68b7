//! What was learned for the segmenter: the words and their costs, the weights of cuts, the prices of unknown words.
//!
//! All costs are in 32nds of a nat. The build script makes the arrays from the files of `lexicon/`; whatever they hold, a
//! lookup cannot fail.

use super::automaton::Automaton;
use super::boundary::{Context, WEIGHTS};

/// Prices of what the lexicon does not know.
#[derive(Debug, Clone, Copy)]
pub(super) struct UnknownCosts {
    /// Opening an unknown word.
    pub opening: i32,
    /// Each cluster of it.
    pub cluster: i32,
    /// Being one cluster only.
    pub single: i32,
    /// An unknown abbreviation.
    pub abbreviation: i32,
    /// Each part of it.
    pub abbreviation_part: i32,
    /// A full stop that ends no abbreviation.
    pub full_stop: i32,
}

/// The trained model.
#[derive(Debug)]
pub(super) struct Model {
    pub automaton: Automaton,
    pub unknown: UnknownCosts,
    boundaries: &'static [u8; WEIGHTS],
}

include!(concat!(env!("OUT_DIR"), "/unknown_costs.rs"));

impl Model {
    pub(super) fn embedded() -> Self {
        Self {
            automaton: Automaton::from_bytes(
                include_bytes!(concat!(env!("OUT_DIR"), "/lexicon_nodes.bin")),
                include_bytes!(concat!(env!("OUT_DIR"), "/lexicon_costs.bin")),
            ),
            unknown: UNKNOWN_COSTS,
            boundaries: include_bytes!("../../lexicon/boundaries.bin"),
        }
    }

    /// The cost of cutting in the middle of a context.
    #[inline]
    pub(super) fn cut_cost(&self, context: Context) -> i32 {
        let weight = |slot: usize| self.boundaries.get(slot).map_or(0, |byte| i32::from(byte.cast_signed()));
        context.slots().into_iter().map(weight).sum()
    }
}
