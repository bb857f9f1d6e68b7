//! The vocabulary: kinds of state projects, with the words in which officers write of them.

use std::sync::LazyLock;

use serde::Deserialize;

const WORKS: &str = include_str!("../../data/works.jsonl");

static EMBEDDED: LazyLock<Vec<Work>> =
    LazyLock::new(|| WORKS.lines().filter_map(|line| serde_json::from_str(line).ok()).collect());

/// How far a work reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Scope {
    /// One village, road or building.
    Site,
    /// A subdistrict, district or province.
    Area,
    /// The whole country, or all of an owner's area.
    National,
}

/// One thing in several wordings, the official one first.
pub(super) type Wordings = Vec<String>;

/// A kind of project. Texts have the slots `{object}` and `{group}`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Work {
    /// Names of departments, and kinds of units such as `local`.
    pub owners: Vec<String>,
    pub scope: Scope,
    /// Things that the work is done on, each another one.
    pub objects: Vec<Wordings>,
    /// The same deed in several wordings.
    pub titles: Wordings,
    pub groups: Vec<Wordings>,
    pub objectives: Vec<Wordings>,
    pub activities: Vec<Wordings>,
    pub outputs: Vec<Wordings>,
    pub rationale: Wordings,
    /// What one costs: from, to.
    pub baht: [u64; 2],
    /// How long one takes: from, to.
    pub months: [u32; 2],
}

/// Every work that this crate knows.
pub(super) fn works() -> &'static [Work] {
    &EMBEDDED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_work_with_all_its_words() {
        assert_eq!(works().len(), WORKS.lines().count());
        for work in works() {
            assert!(!work.owners.is_empty() && !work.titles.is_empty() && !work.rationale.is_empty());
            for lists in [&work.objects, &work.groups, &work.objectives, &work.activities, &work.outputs] {
                assert!(lists.len() >= 3 && lists.iter().all(|wordings| !wordings.is_empty()), "{work:?}");
            }
            assert!(work.baht[0] > 0 && work.baht[0] <= work.baht[1]);
            assert!(work.months[0] > 0 && work.months[0] <= work.months[1]);
        }
    }

    #[test]
    fn texts_have_no_other_slots() {
        for line in WORKS.lines() {
            let rest = line.replace("{object}", "").replace("{group}", "");
            let work: serde_json::Value = serde_json::from_str(&rest).unwrap();
            assert!(!work["titles"].to_string().contains('{'), "{}", work["titles"]);
        }
    }
}
