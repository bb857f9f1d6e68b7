//! The answer to a draft as a whole.

use std::borrow::Borrow;

use serde::{Deserialize, Serialize};
use thiap_domain::{Relation, Verdict};

use crate::comparison::Comparison;

/// From which likelihood on a person should look, and from which on a draft repeats a project.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Thresholds {
    /// A match of this likelihood or more is worth a look.
    pub review: f64,
    /// A match of this likelihood or more that is a duplicate or overlap is named as repeated.
    pub repeats: f64,
    /// Projects form a family when the mean likelihood between its members is this or more.
    pub family: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { review: 0.06, repeats: 0.6, family: 0.65 }
    }
}

/// The verdict on a draft from its comparisons with all candidates.
#[must_use]
pub fn verdict<C: Borrow<Comparison>>(comparisons: &[C], thresholds: &Thresholds) -> Verdict {
    let mut verdict = Verdict::Clear;
    for comparison in comparisons.iter().map(Borrow::borrow) {
        let actionable = matches!(comparison.relation, Relation::Duplicate | Relation::Overlap);
        if actionable && comparison.likelihood >= thresholds.repeats {
            return Verdict::Repeats;
        }
        if comparison.likelihood >= thresholds.review {
            verdict = Verdict::Review;
        }
    }
    verdict
}
