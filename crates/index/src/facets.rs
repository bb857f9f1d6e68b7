//! Counts over exactly the projects that a search found.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiap_domain::{AreaCode, AreaLevel, ProjectKind};

use crate::documents::{DocumentTable, Names};

/// Values of a facet that are reported.
const MOST_VALUES: usize = 100;

/// A value of an attribute and the number of found projects that have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FacetCount<T> {
    /// The value, as filters take it.
    pub value: T,
    /// Number of projects.
    pub count: u64,
}

/// Counts by attribute. Names and places come most frequent first, years in order. A project without a value is not counted,
/// one with several values is counted at each.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[allow(missing_docs)] // each is the attribute of that name
pub struct FacetCounts {
    pub fiscal_year_be: Vec<FacetCount<i32>>,
    pub ministry: Vec<FacetCount<String>>,
    pub department: Vec<FacetCount<String>>,
    pub plan: Vec<FacetCount<String>>,
    pub kind: Vec<FacetCount<ProjectKind>>,
    pub status: Vec<FacetCount<String>>,
    /// Provinces by official code.
    pub province: Vec<FacetCount<AreaCode>>,
}

impl FacetCounts {
    pub(crate) fn count(documents: &DocumentTable, found: impl Iterator<Item = u32> + Clone) -> Self {
        let mut years = BTreeMap::new();
        let mut kinds = BTreeMap::new();
        let mut provinces = BTreeMap::new();
        for ordinal in found.clone().map(|ordinal| ordinal as usize) {
            for &year in documents.fiscal_years_be.of(ordinal) {
                *years.entry(i32::from(year)).or_insert(0u64) += 1;
            }
            if let Some(&kind) = documents.kinds.get(ordinal) {
                *kinds.entry(kind).or_insert(0u64) += 1;
            }
            let codes = documents.areas.of(ordinal).iter().filter_map(|&code| AreaCode::try_from(code).ok());
            for province in codes.filter(|code| code.level() == AreaLevel::Province) {
                *provinces.entry(province).or_insert(0u64) += 1;
            }
        }
        let names = |names: &Names| {
            let mut counts = vec![0u64; names.len()];
            for ordinal in found.clone() {
                for &id in names.ids_of(ordinal as usize) {
                    if let Some(count) = counts.get_mut(id as usize) {
                        *count += 1;
                    }
                }
            }
            let counted = (0u32..).zip(counts).filter(|(_, count)| *count > 0);
            most_frequent(counted.map(|(id, count)| (names.name(id).to_owned(), count)))
        };
        Self {
            ministry: names(&documents.ministries),
            department: names(&documents.departments),
            plan: names(&documents.plans),
            status: names(&documents.statuses),
            fiscal_year_be: years.into_iter().map(|(value, count)| FacetCount { value, count }).collect(),
            kind: most_frequent(kinds.into_iter()),
            province: most_frequent(provinces.into_iter()),
        }
    }
}

fn most_frequent<T: Ord>(counts: impl Iterator<Item = (T, u64)>) -> Vec<FacetCount<T>> {
    let mut counts: Vec<FacetCount<T>> = counts.map(|(value, count)| FacetCount { value, count }).collect();
    counts.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    counts.truncate(MOST_VALUES);
    counts
}
