//! How a draft stands to an existing project.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The relation of a draft to an existing project, as the screening guidelines define it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// Same activity, target group and area by another agency: one of the two should give way.
    Duplicate,
    /// Same activity, one of area, target group and activities shared only in part.
    Overlap,
    /// The same agency's project in another fiscal year or phase.
    Continuation,
    /// Same theme, other activity, target group or place.
    Related,
    /// Anything else.
    Distinct,
}

impl Relation {
    /// All five, strongest first.
    pub const ALL: [Self; 5] =
        [Self::Duplicate, Self::Overlap, Self::Continuation, Self::Related, Self::Distinct];

    /// Whether a committee would have to act (`duplicate` or `overlap`).
    #[must_use]
    pub fn is_actionable(self) -> bool {
        matches!(self, Self::Duplicate | Self::Overlap)
    }

    /// The name used in JSON and files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::Overlap => "overlap",
            Self::Continuation => "continuation",
            Self::Related => "related",
            Self::Distinct => "distinct",
        }
    }

    /// The name shown to Thai readers.
    #[must_use]
    pub fn thai(self) -> &'static str {
        match self {
            Self::Duplicate => "ซ้ำซ้อน",
            Self::Overlap => "ทับซ้อนบางส่วน",
            Self::Continuation => "โครงการต่อเนื่อง",
            Self::Related => "เกี่ยวข้อง",
            Self::Distinct => "ไม่เกี่ยวข้อง",
        }
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A word that names no relation; the caller's fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no relation; one of duplicate, overlap, continuation, related, distinct is")]
pub struct UnknownRelation(pub String);

impl FromStr for Relation {
    type Err = UnknownRelation;
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|relation| relation.name() == name)
            .ok_or_else(|| UnknownRelation(name.chars().take(40).collect()))
    }
}

/// What the comparison of one aspect found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Agreement {
    /// Both say the same.
    Same,
    /// One contains the other, or they share a part.
    Partly,
    /// They differ.
    Different,
    /// One side or both say nothing about it.
    Unknown,
}

impl Agreement {
    /// The name used in JSON and files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Partly => "partly",
            Self::Different => "different",
            Self::Unknown => "unknown",
        }
    }

    /// The name shown to Thai readers.
    #[must_use]
    pub fn thai(self) -> &'static str {
        match self {
            Self::Same => "ตรงกัน",
            Self::Partly => "ตรงบางส่วน",
            Self::Different => "ต่างกัน",
            Self::Unknown => "ไม่มีข้อมูล",
        }
    }
}

/// A side of a project that a comparison looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aspect {
    /// Whether both titles name the same work.
    Title,
    /// Purposes.
    Objectives,
    /// Activities and outputs.
    Activities,
    /// Who benefits.
    TargetGroup,
    /// Where.
    Area,
    /// When.
    Period,
    /// Money.
    Budget,
    /// Links to national and agency plans.
    PlanLinks,
    /// Who runs it.
    Owner,
}

impl Aspect {
    /// All aspects in the order in which they are shown.
    pub const ALL: [Self; 9] = [
        Self::Title,
        Self::Objectives,
        Self::Activities,
        Self::TargetGroup,
        Self::Area,
        Self::Period,
        Self::Budget,
        Self::PlanLinks,
        Self::Owner,
    ];

    /// The name used in JSON and files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Objectives => "objectives",
            Self::Activities => "activities",
            Self::TargetGroup => "target_group",
            Self::Area => "area",
            Self::Period => "period",
            Self::Budget => "budget",
            Self::PlanLinks => "plan_links",
            Self::Owner => "owner",
        }
    }

    /// The name shown to Thai readers.
    #[must_use]
    pub fn thai(self) -> &'static str {
        match self {
            Self::Title => "ชื่อโครงการ",
            Self::Objectives => "วัตถุประสงค์",
            Self::Activities => "กิจกรรมและผลผลิต",
            Self::TargetGroup => "กลุ่มเป้าหมาย",
            Self::Area => "พื้นที่",
            Self::Period => "ระยะเวลา",
            Self::Budget => "งบประมาณ",
            Self::PlanLinks => "ความเชื่อมโยงแผน",
            Self::Owner => "หน่วยงานเจ้าของ",
        }
    }
}

/// The answer to a draft as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing actionable was found.
    Clear,
    /// Something actionable is possible: a person should look.
    Review,
    /// At least one project is very probably repeated.
    Repeats,
}

impl Verdict {
    /// The name used in JSON and files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Review => "review",
            Self::Repeats => "repeats",
        }
    }

    /// The name shown to Thai readers.
    #[must_use]
    pub fn thai(self) -> &'static str {
        match self {
            Self::Clear => "ไม่พบโครงการซ้ำซ้อน",
            Self::Review => "ควรตรวจสอบเพิ่มเติม",
            Self::Repeats => "พบโครงการที่ซ้ำซ้อน",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_agree_with_json() {
        for relation in Relation::ALL {
            assert_eq!(relation.name().parse(), Ok(relation));
            assert_eq!(serde_json::to_string(&relation).unwrap(), format!("\"{relation}\""));
        }
        for aspect in Aspect::ALL {
            assert_eq!(serde_json::to_string(&aspect).unwrap(), format!("\"{}\"", aspect.name()));
        }
        assert_eq!("same".parse::<Relation>(), Err(UnknownRelation("same".into())));
    }
}
