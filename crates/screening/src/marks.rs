//! The marks by which one piece of work is told from another: the road, the village, the building; the phase, the year.

use std::collections::BTreeSet;

use thiap_ner::{WorkMark, WorkMarkKind, WorkMarkMention, differing_marks, work_marks};

/// Marks of a title.
#[derive(Debug, Clone, Default)]
pub(crate) struct Marks {
    things: Vec<WorkMarkMention>,
    /// Named roads, buildings, waters, lands.
    names: BTreeSet<String>,
    turns: Vec<WorkMarkMention>,
    continuing: bool,
}

/// How the single things that two titles name stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ThingRelation {
    /// Both name the same.
    Same,
    /// Both name things of a kind, and others.
    Other,
    /// One side names none of a kind that the other names.
    Unknown,
}

/// How two titles stand in a row of phases, years, classes or occurrences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TurnRelation {
    /// The draft comes later, or says that it goes on.
    Later,
    /// The draft comes earlier.
    Earlier,
    /// The same, or nothing is said.
    Level,
}

impl Marks {
    pub(crate) fn of(title: &str, names: BTreeSet<String>) -> Self {
        let mut marks = Self { names, ..Self::default() };
        for mention in work_marks(title) {
            match mention.mark.kind() {
                WorkMarkKind::Phase
                | WorkMarkKind::ProjectYear
                | WorkMarkKind::Batch
                | WorkMarkKind::Occurrence => marks.turns.push(mention),
                WorkMarkKind::Continuing => marks.continuing = true,
                WorkMarkKind::Part => {}
                _ => marks.things.push(mention),
            }
        }
        marks
    }

    /// How the things of the draft, `self`, stand to those of a project.
    pub(crate) fn things(&self, project: &Self) -> ThingRelation {
        let differs = !differing_marks(&self.things, &project.things).is_empty();
        let shares_mark = self
            .things
            .iter()
            .any(|a| project.things.iter().any(|b| a.mark == b.mark && tells_alone(&a.mark)));
        let shares_name = self.names.intersection(&project.names).next().is_some();
        let names_differ = !shares_name && !self.names.is_empty() && !project.names.is_empty();
        if differs || names_differ && !shares_mark {
            ThingRelation::Other
        } else if shares_mark || shares_name {
            ThingRelation::Same
        } else {
            ThingRelation::Unknown
        }
    }

    /// How the draft, `self`, stands to a project in a row.
    pub(crate) fn turn(&self, project: &Self) -> TurnRelation {
        let latest = |marks: &Self, kind| {
            marks
                .turns
                .iter()
                .filter(|turn| turn.mark.kind() == kind)
                .filter_map(|turn| number(&turn.mark))
                .max()
        };
        for kind in
            [WorkMarkKind::Phase, WorkMarkKind::ProjectYear, WorkMarkKind::Batch, WorkMarkKind::Occurrence]
        {
            match (latest(self, kind), latest(project, kind)) {
                (Some(draft), Some(project)) if draft > project => return TurnRelation::Later,
                (Some(draft), Some(project)) if draft < project => return TurnRelation::Earlier,
                // a second phase continues what was not numbered
                (Some(2..), None) => return TurnRelation::Later,
                (None, Some(2..)) => return TurnRelation::Earlier,
                _ => {}
            }
        }
        if self.continuing && !project.continuing { TurnRelation::Later } else { TurnRelation::Level }
    }
}

/// Whether two works that share the mark work on the same thing; the number of a village means nothing without its
/// subdistrict.
fn tells_alone(mark: &WorkMark) -> bool {
    matches!(
        mark,
        WorkMark::Road(_) | WorkMark::Section(_) | WorkMark::Village(_) | WorkMark::ControlSection(_)
    )
}

fn number(mark: &WorkMark) -> Option<u32> {
    match mark {
        WorkMark::Phase(number)
        | WorkMark::ProjectYear(number)
        | WorkMark::Batch(number)
        | WorkMark::Occurrence(number) => Some(*number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mentions::TextFacts;

    fn marks(title: &str) -> Marks {
        Marks::of(title, TextFacts::read(title).names)
    }

    #[test]
    fn roads_are_told_apart_by_their_numbers() {
        let relation = |a: &str, b: &str| marks(a).things(&marks(b));
        assert_eq!(relation("ทางหลวงหมายเลข 304 ตอน ก", "บำรุงทาง ทล.304"), ThingRelation::Same);
        assert_eq!(relation("ทางหลวงหมายเลข 304", "ทางหลวงหมายเลข 305"), ThingRelation::Other);
        assert_eq!(relation("อบรมเกษตรกร", "ทางหลวงหมายเลข 305"), ThingRelation::Unknown);
    }

    #[test]
    fn phases_come_one_after_the_other() {
        let turn = |a: &str, b: &str| marks(a).turn(&marks(b));
        assert_eq!(turn("ขุดลอกหนองหาร ระยะที่ 2", "ขุดลอกหนองหาร ระยะที่ 1"), TurnRelation::Later);
        assert_eq!(turn("ขุดลอกหนองหาร ระยะที่ 1", "ขุดลอกหนองหาร ระยะที่ 2"), TurnRelation::Earlier);
        assert_eq!(turn("ขุดลอกหนองหาร ระยะที่ 2", "ขุดลอกหนองหาร"), TurnRelation::Later);
        assert_eq!(turn("ขุดลอกหนองหาร", "ขุดลอกหนองหาร"), TurnRelation::Level);
    }
}
