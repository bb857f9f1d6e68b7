//! Mentions of named things in texts, as in CoNLL.

use serde::{Deserialize, Serialize};

use crate::{AreaCode, Baht, FiscalYear, Period, TextSpan};

/// What kind of thing a mention names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)] // the names are those of the label scheme
pub enum EntityType {
    Person,
    Organization,
    Location,
    Facility,
    Date,
    Time,
    Ago,
    Money,
    Percent,
    Len,
    Law,
    Phone,
    Email,
    Url,
    Zip,
    Plan,
    TargetGroup,
}

impl EntityType {
    /// The name in the label scheme, as in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Person => "PERSON",
            Self::Organization => "ORGANIZATION",
            Self::Location => "LOCATION",
            Self::Facility => "FACILITY",
            Self::Date => "DATE",
            Self::Time => "TIME",
            Self::Ago => "AGO",
            Self::Money => "MONEY",
            Self::Percent => "PERCENT",
            Self::Len => "LEN",
            Self::Law => "LAW",
            Self::Phone => "PHONE",
            Self::Email => "EMAIL",
            Self::Url => "URL",
            Self::Zip => "ZIP",
            Self::Plan => "PLAN",
            Self::TargetGroup => "TARGET_GROUP",
        }
    }
}

/// What a mention stands for, where it could be told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MentionValue {
    /// An amount of money, in baht.
    Baht(Baht),
    /// The fiscal years named, first to last (Buddhist era).
    FiscalYears {
        /// First year.
        first: FiscalYear,
        /// Last year, the same as the first for a single one.
        last: FiscalYear,
    },
    /// Days named, both ends included.
    Period(Period),
    /// Places that the mention may be, one when it is certain, several when a name is shared and nothing decides.
    Areas(Vec<AreaCode>),
    /// Places that go by one name together (a region, a cluster of provinces): all of them are meant.
    AreaGroup {
        /// The usual name.
        name: String,
        /// What belongs to it, in the order of the codes.
        areas: Vec<AreaCode>,
    },
    /// The form under which names of a road, a building, a water or a land compare equal (`ทล.408`).
    Name(String),
    /// The full official name of an agency.
    Agency(String),
    /// The official name of a plan.
    Plan(String),
    /// A target group of the vocabulary, with the groups that contain it, nearest first.
    TargetGroup {
        /// The vocabulary's name of the group.
        group: String,
        /// Groups that contain it, nearest first.
        within: Vec<String>,
    },
    /// A phase of a project (ระยะที่ 2).
    Phase(u32),
}

/// A stretch of a text that names something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mention {
    /// Where, in bytes of the original text.
    pub span: TextSpan,
    /// What kind of thing.
    pub entity_type: EntityType,
    /// What it stands for; `None` for a mention that could not be linked.
    pub value: Option<MentionValue>,
}
