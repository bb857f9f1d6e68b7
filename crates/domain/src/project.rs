//! The record of a project.

use std::borrow::Borrow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Area, Baht, FiscalYear, Period};

/// The opaque code that names a project in its source system: non-empty, at most 200 bytes, no control characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProjectCode(String);

/// Why a text cannot be a project code; the caller's fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProjectCodeError {
    /// Nothing in it.
    #[error("the project code is empty")]
    Empty,
    /// Longer than 200 bytes.
    #[error("the project code is longer than 200 bytes: {0}...")]
    TooLong(String),
    /// Holds a control character such as a line break or NUL.
    #[error("the project code holds a control character: {0:?}")]
    ControlCharacter(String),
}

impl ProjectCode {
    /// From text; spaces around are dropped.
    ///
    /// # Errors
    /// [`ProjectCodeError`] when it is empty, too long or holds a control character.
    pub fn new(code: &str) -> Result<Self, ProjectCodeError> {
        let code = code.trim();
        if code.is_empty() {
            Err(ProjectCodeError::Empty)
        } else if code.len() > 200 {
            Err(ProjectCodeError::TooLong(code.chars().take(40).collect()))
        } else if code.chars().any(char::is_control) {
            Err(ProjectCodeError::ControlCharacter(code.chars().take(60).collect()))
        } else {
            Ok(Self(code.to_owned()))
        }
    }

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ProjectCode {
    type Error = ProjectCodeError;
    fn try_from(code: String) -> Result<Self, Self::Error> {
        Self::new(&code)
    }
}

impl From<ProjectCode> for String {
    fn from(code: ProjectCode) -> Self {
        code.0
    }
}

impl Borrow<str> for ProjectCode {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProjectCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a row of the tracking database stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProjectKind {
    /// A project (โครงการ).
    #[default]
    Project,
    /// An output of an agency (ผลผลิต), a bundle of regular work.
    Output,
    /// A single budget line (รายการ), such as one road or one building.
    Item,
}

impl ProjectKind {
    /// The name used in JSON and files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Output => "output",
            Self::Item => "item",
        }
    }
}

/// Who runs a project: names as the record gives them, outermost first. Empty means not said.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Owner {
    /// กระทรวง or a body of that rank.
    pub ministry: String,
    /// กรม or a body of that rank.
    pub department: String,
    /// กอง / สำนัก.
    pub division: String,
}

impl Owner {
    /// The smallest unit that is named; `None` when nothing is.
    #[must_use]
    pub fn smallest_unit(&self) -> Option<&str> {
        [&self.division, &self.department, &self.ministry]
            .into_iter()
            .find(|n| !n.is_empty())
            .map(String::as_str)
    }

    /// Whether no unit is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.smallest_unit().is_none()
    }
}

/// A piece of a project's work.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Activity {
    /// What is done.
    pub name: String,
    /// When, as the record writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub months: Option<String>,
    /// What it costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baht: Option<Baht>,
}

/// Who benefits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TargetGroup {
    /// As the record writes it.
    pub text: String,
    /// Number of persons or units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
}

/// Money of one fiscal year from one source.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BudgetLine {
    /// The fiscal year that the money belongs to; `None` when the record does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fiscal_year_be: Option<FiscalYear>,
    /// Where the money comes from (เงินงบประมาณ, เงินรายได้, ...); empty when not said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// The amount.
    pub baht: Baht,
}

/// Level of a plan in the three-level system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum PlanLevel {
    /// Level 1: the national strategy.
    NationalStrategy,
    /// Level 2: master plans, reform plans, the development plan, the security plan.
    National,
    /// Level 3: plans of agencies, and the plans of the budget.
    Agency,
}

impl TryFrom<u8> for PlanLevel {
    type Error = String;
    fn try_from(level: u8) -> Result<Self, Self::Error> {
        match level {
            1 => Ok(Self::NationalStrategy),
            2 => Ok(Self::National),
            3 => Ok(Self::Agency),
            other => Err(format!("{other} is no plan level; plans have level 1, 2 or 3")),
        }
    }
}

impl From<PlanLevel> for u8 {
    fn from(level: PlanLevel) -> Self {
        match level {
            PlanLevel::NationalStrategy => 1,
            PlanLevel::National => 2,
            PlanLevel::Agency => 3,
        }
    }
}

/// A plan that a project serves.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PlanLink {
    /// The plan's level.
    pub level: PlanLevel,
    /// The plan's name as the record gives it.
    pub name: String,
}

/// What an agency reported about a quarter.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct QuarterReport {
    /// Fiscal year (Buddhist era).
    pub fiscal_year_be: FiscalYear,
    /// Quarter, 1 to 4.
    pub quarter: u8,
    /// The report's text.
    pub text: String,
}

/// A project of the tracking database, or a draft of one. Titles alone must work: every other field may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Project {
    /// The code in the source system; for a draft its draft id.
    pub project_code: ProjectCode,
    /// What the row stands for.
    #[serde(default)]
    pub kind: ProjectKind,
    /// The title.
    pub title: String,
    /// Who runs it.
    #[serde(default)]
    pub owner: Owner,
    /// The fiscal year (Buddhist era).
    #[serde(default)]
    pub fiscal_year_be: Option<FiscalYear>,
    /// First to last day.
    #[serde(default)]
    pub period: Option<Period>,
    /// Why it is done.
    #[serde(default)]
    pub rationale: String,
    /// What it is for.
    #[serde(default)]
    pub objectives: Vec<String>,
    /// What is done.
    #[serde(default)]
    pub activities: Vec<Activity>,
    /// What comes out.
    #[serde(default)]
    pub outputs: Vec<String>,
    /// What changes through it.
    #[serde(default)]
    pub outcomes: Vec<String>,
    /// How success is measured.
    #[serde(default)]
    pub indicators: Vec<String>,
    /// Who benefits.
    #[serde(default)]
    pub target_group: TargetGroup,
    /// Where; empty when nationwide or not said.
    #[serde(default)]
    pub areas: Vec<Area>,
    /// The area as an officer wrote it; empty when not said.
    #[serde(default)]
    pub area_text: String,
    /// Money by fiscal year and source.
    #[serde(default)]
    pub budgets: Vec<BudgetLine>,
    /// Plans that it serves.
    #[serde(default)]
    pub plan_links: Vec<PlanLink>,
    /// Where it stands, as the source says; empty when not said.
    #[serde(default)]
    pub status: String,
    /// Where the row came from; empty when not said.
    #[serde(default)]
    pub source: String,
    /// Quarterly reports.
    #[serde(default)]
    pub reports: Vec<QuarterReport>,
}

impl Project {
    /// A project of which only code and title are known.
    #[must_use]
    pub fn titled(project_code: ProjectCode, title: String) -> Self {
        Self {
            project_code,
            kind: ProjectKind::default(),
            title,
            owner: Owner::default(),
            fiscal_year_be: None,
            period: None,
            rationale: String::new(),
            objectives: Vec::new(),
            activities: Vec::new(),
            outputs: Vec::new(),
            outcomes: Vec::new(),
            indicators: Vec::new(),
            target_group: TargetGroup::default(),
            areas: Vec::new(),
            area_text: String::new(),
            budgets: Vec::new(),
            plan_links: Vec::new(),
            status: String::new(),
            source: String::new(),
            reports: Vec::new(),
        }
    }

    /// All money of all years and sources; `None` when the record names none.
    #[must_use]
    pub fn budget_total(&self) -> Option<Baht> {
        (!self.budgets.is_empty()).then(|| self.budgets.iter().map(|line| line.baht).sum())
    }

    /// The days that the project is known to run: its period, else its fiscal year.
    #[must_use]
    pub fn effective_period(&self) -> Option<Period> {
        self.period.or_else(|| self.fiscal_year_be.map(FiscalYear::period))
    }

    /// Every text of the record that is searched and compared, with the field that it stands in; empty ones left out.
    pub fn texts(&self) -> impl Iterator<Item = (TextField, &str)> {
        let one = |field, text| std::iter::once((field, text));
        one(TextField::Title, self.title.as_str())
            .chain(one(TextField::Rationale, self.rationale.as_str()))
            .chain(self.objectives.iter().map(|text| (TextField::Objectives, text.as_str())))
            .chain(self.activities.iter().map(|activity| (TextField::Activities, activity.name.as_str())))
            .chain(self.outputs.iter().map(|text| (TextField::Outputs, text.as_str())))
            .chain(self.outcomes.iter().map(|text| (TextField::Outcomes, text.as_str())))
            .chain(self.indicators.iter().map(|text| (TextField::Indicators, text.as_str())))
            .chain(one(TextField::TargetGroup, self.target_group.text.as_str()))
            .chain(one(TextField::AreaText, self.area_text.as_str()))
            .filter(|(_, text)| !text.is_empty())
    }
}

/// A text-bearing field of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // each is the field of `Project` of the same name
pub enum TextField {
    Title,
    Rationale,
    Objectives,
    Activities,
    Outputs,
    Outcomes,
    Indicators,
    TargetGroup,
    AreaText,
}

impl TextField {
    /// The name used in JSON and in queries.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Rationale => "rationale",
            Self::Objectives => "objectives",
            Self::Activities => "activities",
            Self::Outputs => "outputs",
            Self::Outcomes => "outcomes",
            Self::Indicators => "indicators",
            Self::TargetGroup => "target_group",
            Self::AreaText => "area_text",
        }
    }

    /// The name shown to Thai readers.
    #[must_use]
    pub fn thai(self) -> &'static str {
        match self {
            Self::Title => "ชื่อโครงการ",
            Self::Rationale => "หลักการและเหตุผล",
            Self::Objectives => "วัตถุประสงค์",
            Self::Activities => "กิจกรรม",
            Self::Outputs => "ผลผลิต",
            Self::Outcomes => "ผลลัพธ์",
            Self::Indicators => "ตัวชี้วัด",
            Self::TargetGroup => "กลุ่มเป้าหมาย",
            Self::AreaText => "พื้นที่",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_alone_is_a_record() {
        let project: Project =
            serde_json::from_str(r#"{"project_code":" A-1 ","title":"ขุดลอกคลอง"}"#).unwrap();
        assert_eq!(project, Project::titled(ProjectCode::new("A-1").unwrap(), "ขุดลอกคลอง".into()));
        assert_eq!(project.texts().collect::<Vec<_>>(), [(TextField::Title, "ขุดลอกคลอง")]);
        assert_eq!(project.budget_total(), None);
        assert_eq!(project.effective_period(), None);
    }

    #[test]
    fn codes_that_would_break_files_are_refused() {
        assert_eq!(ProjectCode::new("  "), Err(ProjectCodeError::Empty));
        assert!(matches!(ProjectCode::new("a\nb"), Err(ProjectCodeError::ControlCharacter(_))));
        assert!(matches!(ProjectCode::new("a\0b"), Err(ProjectCodeError::ControlCharacter(_))));
        assert!(matches!(ProjectCode::new(&"ก".repeat(70)), Err(ProjectCodeError::TooLong(_))));
        assert!(serde_json::from_str::<ProjectCode>("\"\"").is_err());
    }

    #[test]
    fn the_smallest_named_unit_owns_a_project() {
        let owner =
            Owner {
                ministry: "กระทรวงคมนาคม".into(), department: "กรมทางหลวง".into(), ..Owner::default()
            };
        assert_eq!(owner.smallest_unit(), Some("กรมทางหลวง"));
        assert!(Owner::default().is_empty());
    }
}
