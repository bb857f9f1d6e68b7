//! The fields that a query can name, as in `year:2565` or `ปี:2565`.

use serde::{Deserialize, Serialize};

use crate::lexical::SearchField;

/// A field that a query can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // each is described by its names
pub enum QueryField {
    Title,
    Objectives,
    Activities,
    TargetGroup,
    Rationale,
    Ministry,
    Department,
    Agency,
    FiscalYear,
    Plan,
    Area,
    Province,
    Budget,
    Status,
    Kind,
    ProjectCode,
}

impl QueryField {
    const ALL: [Self; 16] = [
        Self::Title,
        Self::Objectives,
        Self::Activities,
        Self::TargetGroup,
        Self::Rationale,
        Self::Ministry,
        Self::Department,
        Self::Agency,
        Self::FiscalYear,
        Self::Plan,
        Self::Area,
        Self::Province,
        Self::Budget,
        Self::Status,
        Self::Kind,
        Self::ProjectCode,
    ];

    /// English names, then Thai ones; the first of each is shown.
    fn names(self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            Self::Title => (&["title"], &["ชื่อ", "ชื่อโครงการ"]),
            Self::Objectives => (&["objectives", "objective"], &["วัตถุประสงค์"]),
            Self::Activities => (&["activities", "activity"], &["กิจกรรม"]),
            Self::TargetGroup => (&["target_group", "target"], &["กลุ่มเป้าหมาย", "เป้าหมาย"]),
            Self::Rationale => (&["rationale"], &["หลักการ", "เหตุผล", "หลักการและเหตุผล"]),
            Self::Ministry => (&["ministry"], &["กระทรวง"]),
            Self::Department => (&["department"], &["กรม"]),
            Self::Agency => (&["agency", "owner"], &["หน่วยงาน"]),
            Self::FiscalYear => (&["year", "fiscal_year", "fiscal_year_be"], &["ปี", "ปีงบ", "ปีงบประมาณ"]),
            Self::Plan => (&["plan"], &["แผน", "แผนงาน"]),
            Self::Area => (&["place", "area"], &["พื้นที่", "สถานที่", "อำเภอ", "ตำบล", "เขต"]),
            Self::Province => (&["province"], &["จังหวัด"]),
            Self::Budget => (&["budget", "budget_baht"], &["งบ", "งบประมาณ"]),
            Self::Status => (&["status"], &["สถานะ"]),
            Self::Kind => (&["kind", "type"], &["ประเภท"]),
            Self::ProjectCode => (&["code", "project_code"], &["รหัส", "รหัสโครงการ"]),
        }
    }

    /// The field of that name, in English or Thai, in any case.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        Self::ALL.into_iter().find(|field| {
            let (english, thai) = field.names();
            english.contains(&name.as_str()) || thai.contains(&name.as_str())
        })
    }

    /// The name used in queries.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.names().0.first().copied().unwrap_or_default()
    }

    /// The name that Thai readers use.
    #[must_use]
    pub fn thai(self) -> &'static str {
        self.names().1.first().copied().unwrap_or_default()
    }

    pub(crate) fn example(self) -> &'static str {
        match self {
            Self::FiscalYear => "year:2565, year:2564..2566 or year:>=2565",
            Self::Budget => "budget:1000000, budget:1000..5000 or budget:>1000000",
            Self::Kind => "kind:project, kind:output or kind:item",
            _ => "a word, or several in quotation marks",
        }
    }

    pub(crate) fn listed() -> String {
        Self::ALL.map(|field| format!("{} ({})", field.name(), field.thai())).join(", ")
    }

    /// The searched field whose words are meant, for fields of text.
    pub(crate) fn search_field(self) -> Option<SearchField> {
        match self {
            Self::Title => Some(SearchField::Title),
            Self::Objectives => Some(SearchField::Objectives),
            Self::Activities => Some(SearchField::Activities),
            Self::TargetGroup => Some(SearchField::TargetGroup),
            Self::Rationale => Some(SearchField::Rationale),
            _ => None,
        }
    }
}
