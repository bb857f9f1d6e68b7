//! Whom two projects serve, by the vocabulary of target groups with containment.

use std::collections::BTreeSet;
use std::fmt;

use thiap_domain::TextField;
use thiap_ner::{TargetGroupRelation, TargetGroups as Vocabulary};

use crate::mentions::TextFacts;

/// The groups of one project that are compared at most; a text that lists more serves everybody.
const MOST_GROUPS: usize = 8;

/// The groups of one project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct TargetGroups {
    groups: BTreeSet<String>,
}

/// How the groups of a draft stand to those of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GroupRelation {
    /// The same groups.
    Same,
    /// The draft's lie within the project's.
    Within,
    /// The draft's contain the project's.
    Contains,
    /// They share some.
    Shared,
    /// Named on both sides, none in common.
    Disjoint,
    /// One side names none.
    Unknown,
}

impl TargetGroups {
    /// The groups of the field; where it names none, of the title, then of objectives, activities and outputs.
    pub(crate) fn of(title: &TextFacts, others: &[(TextField, TextFacts)]) -> Self {
        let of_fields = |wanted: &[TextField]| -> BTreeSet<String> {
            others
                .iter()
                .filter(|(field, _)| wanted.contains(field))
                .flat_map(|(_, facts)| facts.target_groups.iter().cloned())
                .collect()
        };
        let mut groups = of_fields(&[TextField::TargetGroup]);
        if groups.is_empty() {
            groups.clone_from(&title.target_groups);
        }
        if groups.is_empty() {
            groups = of_fields(&[TextField::Objectives, TextField::Activities, TextField::Outputs]);
        }
        Self { groups: groups.into_iter().take(MOST_GROUPS).collect() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    pub(crate) fn relation(&self, project: &Self) -> GroupRelation {
        if self.is_empty() || project.is_empty() {
            return GroupRelation::Unknown;
        }
        if self == project {
            return GroupRelation::Same;
        }
        let vocabulary = Vocabulary::embedded();
        let relations: Vec<Vec<TargetGroupRelation>> = self
            .groups
            .iter()
            .map(|draft| project.groups.iter().map(|project| vocabulary.relation(draft, project)).collect())
            .collect();
        let in_project = |relation: &TargetGroupRelation| {
            matches!(relation, TargetGroupRelation::Same | TargetGroupRelation::Within)
        };
        let in_draft = |relation: &TargetGroupRelation| {
            matches!(relation, TargetGroupRelation::Same | TargetGroupRelation::Contains)
        };
        let draft_covered = relations.iter().all(|row| row.iter().any(in_project));
        let project_covered = (0..project.groups.len())
            .all(|column| relations.iter().any(|row| row.get(column).is_some_and(in_draft)));
        let apart = |relation: &TargetGroupRelation| {
            matches!(relation, TargetGroupRelation::Disjoint | TargetGroupRelation::Unknown)
        };
        match (draft_covered, project_covered) {
            (true, true) => GroupRelation::Same,
            (true, false) => GroupRelation::Within,
            (false, true) => GroupRelation::Contains,
            _ if relations.iter().flatten().all(apart) => GroupRelation::Disjoint,
            _ => GroupRelation::Shared,
        }
    }

    /// The groups by name, for evidence.
    pub(crate) fn names(&self) -> String {
        self.groups.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
    }
}

/// What is said of the groups in Thai.
impl fmt::Display for GroupRelation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Same => "กลุ่มเป้าหมายเดียวกัน",
            Self::Within => "กลุ่มเป้าหมายของร่างอยู่ในกลุ่มของโครงการ",
            Self::Contains => "กลุ่มเป้าหมายของร่างครอบคลุมกลุ่มของโครงการ",
            Self::Shared => "มีกลุ่มเป้าหมายร่วมกันบางส่วน",
            Self::Disjoint => "คนละกลุ่มเป้าหมาย",
            Self::Unknown => "ไม่ระบุกลุ่มเป้าหมาย",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(title: &str) -> TargetGroups {
        TargetGroups::of(&TextFacts::read(title), &[])
    }

    #[test]
    fn a_group_lies_within_those_that_contain_it() {
        let elders = groups("อบรมผู้สูงอายุ");
        let people = groups("อบรมประชาชนทั่วไป");
        let children = groups("อบรมเด็กปฐมวัย");
        assert_eq!(elders.relation(&people), GroupRelation::Within);
        assert_eq!(people.relation(&elders), GroupRelation::Contains);
        assert_eq!(elders.relation(&children), GroupRelation::Disjoint);
        assert_eq!(elders.relation(&elders), GroupRelation::Same);
        assert_eq!(elders.relation(&groups("ขุดลอกคลอง")), GroupRelation::Unknown);
    }
}
