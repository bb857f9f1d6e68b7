//! Target groups: a small open vocabulary with containment.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::reading::squeeze;
use crate::tables::{rows, values};

const TARGET_GROUPS: &str = include_str!("../data/target_groups.tsv");

/// A group of people or bodies that projects work for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetGroup {
    /// The vocabulary's name of it.
    pub name: &'static str,
    /// What the group is told by (age, work, health, ...): two groups of one axis are disjoint unless said otherwise.
    pub axis: &'static str,
    /// Every group that contains it, nearest first.
    pub within: Vec<&'static str>,
    /// Other names, Thai and English.
    pub other_names: Vec<&'static str>,
    /// Names that mean the group only where nothing else stands beside them.
    pub names_in_fields: Vec<&'static str>,
    /// Whether `name` itself means the group in a running text too.
    pub named_in_texts: bool,
}

/// How one target group stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetGroupRelation {
    /// One group under two names.
    Same,
    /// The first contains the second.
    Contains,
    /// The first lies in the second.
    Within,
    /// Some belong to both.
    SharesPart,
    /// Kept apart: who happens to belong to both is not what either name means.
    Disjoint,
    /// At least one is not in the vocabulary.
    Unknown,
}

/// The vocabulary of target groups.
#[derive(Debug)]
pub struct TargetGroups {
    groups: Vec<TargetGroup>,
    by_name: HashMap<String, usize>,
}

static EMBEDDED: LazyLock<TargetGroups> = LazyLock::new(TargetGroups::read);

impl TargetGroups {
    /// The vocabulary of this crate; see `data/README.md`.
    #[must_use]
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    fn read() -> Self {
        let direct: HashMap<&str, Vec<&'static str>> = rows::<4>(TARGET_GROUPS)
            .map(|[name, _, within, _]| (name.trim_start_matches('~'), values(within).collect()))
            .collect();
        let groups: Vec<TargetGroup> = rows::<4>(TARGET_GROUPS)
            .map(|[name, axis, _, others]| {
                let (name, named_in_texts) =
                    name.strip_prefix('~').map_or((name, true), |name| (name, false));
                // Breadth first: nearest first.
                let mut within: Vec<&'static str> = Vec::new();
                let mut next = direct.get(name).cloned().unwrap_or_default();
                while !next.is_empty() {
                    next.retain(|group| !within.contains(group) && *group != name);
                    within.extend(&next);
                    next = next.iter().filter_map(|group| direct.get(group)).flatten().copied().collect();
                }
                let (in_fields, anywhere): (Vec<_>, Vec<_>) =
                    values(others).partition(|name| name.starts_with('~'));
                let names_in_fields =
                    in_fields.into_iter().filter_map(|name| name.strip_prefix('~')).collect();
                TargetGroup { name, axis, within, other_names: anywhere, names_in_fields, named_in_texts }
            })
            .collect();
        let mut by_name = HashMap::new();
        for (index, group) in groups.iter().enumerate() {
            let names = std::iter::once(&group.name).chain(&group.other_names).chain(&group.names_in_fields);
            for name in names {
                by_name.entry(squeeze(name)).or_insert(index);
            }
        }
        Self { groups, by_name }
    }

    /// Every group of the vocabulary.
    #[must_use]
    pub fn all(&self) -> &[TargetGroup] {
        &self.groups
    }

    /// The group that goes by a name, Thai or English; `None` for one that the vocabulary does not hold.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&TargetGroup> {
        self.groups.get(*self.by_name.get(&squeeze(name))?)
    }

    /// How the group of one name stands to that of another.
    #[must_use]
    pub fn relation(&self, a: &str, b: &str) -> TargetGroupRelation {
        let (Some(a), Some(b)) = (self.find(a), self.find(b)) else { return TargetGroupRelation::Unknown };
        if a.name == b.name {
            return TargetGroupRelation::Same;
        }
        if b.within.contains(&a.name) {
            return TargetGroupRelation::Contains;
        }
        if a.within.contains(&b.name) {
            return TargetGroupRelation::Within;
        }
        let in_both = |group: &TargetGroup| group.within.contains(&a.name) && group.within.contains(&b.name);
        // Groups told by different things that lie in one narrower group (pupils and adolescents in children and youth).
        let narrower = |name: &str| self.find(name).is_some_and(|group| !group.within.is_empty());
        let share_narrower = a.within.iter().any(|name| narrower(name) && b.within.contains(name));
        if self.groups.iter().any(in_both) || (a.axis != b.axis && share_narrower) {
            TargetGroupRelation::SharesPart
        } else {
            TargetGroupRelation::Disjoint
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vocabulary_is_closed_and_has_no_circles() {
        let vocabulary = TargetGroups::embedded();
        assert!(vocabulary.all().len() >= 150);
        for group in vocabulary.all() {
            assert_eq!(vocabulary.find(group.name), Some(group), "another group has this name");
            for within in &group.within {
                let outer = vocabulary.find(within).unwrap();
                assert!(!outer.within.contains(&group.name), "{group:?}");
            }
        }
    }

    #[test]
    fn no_name_belongs_to_two_groups() {
        let vocabulary = TargetGroups::embedded();
        for group in vocabulary.all() {
            for name in group.other_names.iter().chain(&group.names_in_fields) {
                assert_eq!(vocabulary.find(name).map(|found| found.name), Some(group.name), "{name}");
            }
        }
    }

    #[test]
    fn groups_stand_to_each_other_as_people_take_them() {
        use TargetGroupRelation::*;
        let relation = |a, b| TargetGroups::embedded().relation(a, b);
        assert_eq!(relation("ผู้สูงอายุ", "elderly"), Same);
        assert_eq!(relation("ประชาชนทั่วไป", "ผู้สูงวัย"), Contains);
        assert_eq!(relation("เด็กปฐมวัย", "เด็กและเยาวชน"), Within);
        assert_eq!(relation("เกษตรกร", "ชาวนา"), Contains);
        assert_eq!(relation("เกษตรกรผู้ปลูกข้าว", "เกษตรกรผู้ปลูกทุเรียน"), Disjoint);
        assert_eq!(relation("ผู้สูงอายุ", "เด็กปฐมวัย"), Disjoint);
        assert_eq!(relation("ผู้สูงอายุ", "ผู้มีรายได้น้อย"), SharesPart);
        assert_eq!(relation("นักเรียน", "เยาวชน"), SharesPart);
        assert_eq!(relation("ผู้สูงอายุ", "เกษตรกร"), Disjoint);
        assert_eq!(relation("ผู้สูงอายุ", "ช่างตัดผม"), Unknown);
    }
}
