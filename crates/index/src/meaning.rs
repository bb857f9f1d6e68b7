//! The cosines of a query with the projects of a snapshot.

use crate::documents::{DocumentSet, NO_DOCUMENT};
use crate::error::IndexError;
use crate::snapshot::Snapshot;
use crate::vector::{Cosines, NO_ROW, QuantisedVector};

/// Projects over which the cosine's mean and deviation are taken.
const SAMPLE: usize = 2_000;
/// Rows that a search through the graph brings.
const NEAR_ROWS: usize = 2_000;
/// A filter that leaves fewer than this share of the projects is scanned, since a graph is slow where little is accepted.
const SCANNED_SHARE: f64 = 0.1;

/// Which projects are near a query, and how near any project is.
pub(crate) struct Meaning<'a> {
    snapshot: &'a Snapshot,
    query: QuantisedVector,
    /// The cosine of every row, where all were scanned.
    rows: Option<Cosines>,
    /// The projects that the graph brought; `None` when every project was looked at.
    near: Option<DocumentSet>,
}

impl<'a> Meaning<'a> {
    /// Looks at all eligible projects, or asks the graph where there is one and many are eligible.
    pub(crate) fn of(
        snapshot: &'a Snapshot,
        vector: &[f32],
        eligible: &DocumentSet,
    ) -> Result<Self, IndexError> {
        let query = snapshot.quantised(vector)?;
        let count = snapshot.lexical.documents.len();
        let is_small = (eligible.count() as f64) < SCANNED_SHARE * count as f64;
        let (rows, near) = match &snapshot.graph {
            _ if is_small => (None, None),
            None => (Some(snapshot.vectors.scan(&[&query])), None),
            Some(graph) => {
                let owner = |row: u32| snapshot.rows.owners.get(row as usize).copied().unwrap_or(NO_DOCUMENT);
                let found = graph.search(&snapshot.vectors, &query, NEAR_ROWS, |row| {
                    let owner = owner(row);
                    owner != NO_DOCUMENT && eligible.contains(owner)
                });
                let mut near = DocumentSet::empty(count);
                found.iter().for_each(|(row, _)| near.insert(owner(*row)));
                (None, Some(near))
            }
        };
        Ok(Self { snapshot, query, rows, near })
    }

    /// Whether the project may be near; every project may be where all were looked at.
    pub(crate) fn may_be_near(&self, ordinal: u32) -> bool {
        self.near.as_ref().is_none_or(|near| near.contains(ordinal))
    }

    /// The cosines with title, work and whole text.
    pub(crate) fn cosines(&self, ordinal: u32) -> [Option<f64>; 3] {
        let rows = self.snapshot.rows.of_document.get(ordinal as usize).copied().unwrap_or([NO_ROW; 3]);
        rows.map(|row| match &self.rows {
            Some(cosines) => cosines.get(row, 0).map(f64::from),
            None => self.snapshot.vectors.cosine(row, &self.query).map(f64::from),
        })
    }

    /// The highest of them; `None` without vectors.
    pub(crate) fn best(&self, ordinal: u32) -> Option<f64> {
        self.cosines(ordinal).into_iter().flatten().reduce(f64::max)
    }

    /// Mean and standard deviation of the best cosine over projects taken at even distances in the order of their codes.
    pub(crate) fn statistics(&self) -> (f64, f64) {
        let count = self.snapshot.rows.of_document.len();
        let step = count.div_ceil(SAMPLE).max(1);
        let sample: Vec<f64> =
            (0..count as u32).step_by(step).filter_map(|ordinal| self.best(ordinal)).collect();
        if sample.is_empty() {
            return (0.0, 0.0);
        }
        let size = sample.len() as f64;
        let mean = sample.iter().sum::<f64>() / size;
        let variance = sample.iter().map(|cosine| (cosine - mean) * (cosine - mean)).sum::<f64>() / size;
        (mean, variance.sqrt())
    }
}

impl Snapshot {
    pub(crate) fn quantised(&self, vector: &[f32]) -> Result<QuantisedVector, IndexError> {
        let expected = self.vectors.dimensions;
        QuantisedVector::of(vector)
            .filter(|_| vector.len() == expected)
            .ok_or(IndexError::Vector { found: vector.len(), expected })
    }
}
