//! What the recognisers propose, and which of it stands.

use thiap_domain::{EntityType, MentionValue, TextSpan};

/// How much a proposal is worth against one that overlaps it in part; of two that nest, the longer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    /// The name's end was guessed.
    Open,
    /// Told by its form.
    Form,
    /// In a table.
    Listed,
}

/// A possible mention, in bytes of the normal form.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) span: TextSpan,
    pub(crate) entity_type: EntityType,
    pub(crate) value: Option<MentionValue>,
    pub(crate) weight: Weight,
}

/// The candidates that stand, in order, none overlapping another: the longest of nested ones; of two that overlap in
/// part the weightier one, else the first.
pub(crate) fn standing(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.retain(|candidate| !candidate.span.is_empty());
    candidates.sort_by_key(|c| (c.span.start, std::cmp::Reverse(c.span.end), std::cmp::Reverse(c.weight)));
    let mut standing: Vec<Candidate> = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        match standing.last_mut() {
            Some(last) if candidate.span.overlaps(last.span) => {
                let nested = candidate.span.end <= last.span.end;
                if !nested && candidate.weight > last.weight {
                    *last = candidate;
                }
            }
            _ => standing.push(candidate),
        }
    }
    standing
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(start: usize, end: usize, weight: Weight) -> Candidate {
        Candidate { span: TextSpan::new(start, end), entity_type: EntityType::Plan, value: None, weight }
    }

    fn spans(candidates: Vec<Candidate>) -> Vec<(usize, usize)> {
        standing(candidates).iter().map(|c| (c.span.start, c.span.end)).collect()
    }

    #[test]
    fn the_longest_of_nested_candidates_stands() {
        assert_eq!(spans(vec![candidate(2, 4, Weight::Listed), candidate(0, 9, Weight::Open)]), [(0, 9)]);
    }

    #[test]
    fn a_listed_name_wins_over_a_guess_that_overlaps_it() {
        assert_eq!(spans(vec![candidate(0, 5, Weight::Open), candidate(3, 9, Weight::Listed)]), [(3, 9)]);
        assert_eq!(spans(vec![candidate(0, 5, Weight::Form), candidate(3, 9, Weight::Form)]), [(0, 5)]);
        assert_eq!(spans(vec![candidate(3, 3, Weight::Form)]), []);
    }
}
