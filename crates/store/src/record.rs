//! A project as the store writes it: canonical JSON and its hash.

use std::fmt;

use chrono::Datelike;
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};
use thiap_domain::{
    Activity, Area, AreaCode, Baht, BudgetLine, FiscalYear, Owner, Period, PlanLink, Project, ProjectCode,
    ProjectKind, QuarterReport, TargetGroup,
};

/// The longest record that is stored, in bytes of its canonical JSON: 256 MiB, well below what SQLite (1 GB) and PostgreSQL
/// (1 GB) hold in one field.
pub const MAXIMUM_RECORD_BYTES: usize = 256 << 20;

/// The longest name of an agency, in bytes: names are indexed, and PostgreSQL indexes no text above some 2,700 bytes.
pub const MAXIMUM_NAME_BYTES: usize = 2_000;

/// SHA-256 of a text that is kept, such as a canonical record.
pub type ContentHash = [u8; 32];

/// A field that keeps a record out of the store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct UnstorableField {
    /// The field, as in JSON: `title`, `owner.ministry`, `activities`, ...
    pub field: &'static str,
    /// What is wrong with it.
    pub reason: UnstorableReason,
}

/// What keeps a field out of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnstorableReason {
    /// The text holds U+0000.
    NulCharacter,
    /// The text or the whole record is too long.
    TooLong {
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        limit_bytes: usize,
    },
    /// An amount below the smallest that can be written and read back.
    AmountOutOfRange,
    /// A day outside the years 1 to 9999 (Christian era).
    DayOutOfRange,
}

impl fmt::Display for UnstorableReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NulCharacter => f.write_str("the text holds a NUL character (U+0000); remove it"),
            Self::TooLong { bytes, limit_bytes } => {
                write!(f, "{bytes} bytes are more than the {limit_bytes} that are kept")
            }
            Self::AmountOutOfRange => f.write_str("the amount is beyond what the record holds"),
            Self::DayOutOfRange => f.write_str("the day lies outside the years 1 to 9999 (Christian era)"),
        }
    }
}

/// Whether the store can hold a record: see the crate's page for what it refuses. [`crate::Store::upsert_projects`] asks the same
/// and refuses a whole batch for one such record, so that importers ask first and set the row aside.
///
/// # Errors
/// The first [`UnstorableField`].
pub fn check_storable(project: &Project) -> Result<(), UnstorableField> {
    check_fields(project)?;
    if approximate_bytes(project) > MAXIMUM_RECORD_BYTES / 8 {
        CanonicalRecord::of(project)?;
    }
    Ok(())
}

/// A record as it is written: equal projects give equal bytes, and they read back as the same project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CanonicalRecord {
    /// The record as JSON: fields in a fixed order, empty ones left out, amounts exact.
    pub json: String,
    /// SHA-256 of `json`.
    pub content_hash: ContentHash,
}

impl CanonicalRecord {
    /// Checks and writes a project.
    ///
    /// # Errors
    /// [`UnstorableField`] as [`check_storable`] gives.
    pub fn of(project: &Project) -> Result<Self, UnstorableField> {
        check_fields(project)?;
        // Serialisation of plain structs into memory cannot fail; were it to, the record would be refused, not stored wrongly.
        let json = serde_json::to_string(&Canonical::of(project)).unwrap_or_default();
        if json.is_empty() || json.len() > MAXIMUM_RECORD_BYTES {
            let reason = UnstorableReason::TooLong { bytes: json.len(), limit_bytes: MAXIMUM_RECORD_BYTES };
            return Err(UnstorableField { field: "the whole record", reason });
        }
        let content_hash = content_hash(&json);
        Ok(Self { json, content_hash })
    }
}

/// SHA-256 of a text.
#[must_use]
pub fn content_hash(json: &str) -> ContentHash {
    Sha256::digest(json.as_bytes()).into()
}

/// A project that is written in its canonical form wherever it stands in a larger document.
#[derive(Debug, Clone, Copy)]
pub struct CanonicalProject<'a>(pub &'a Project);

impl Serialize for CanonicalProject<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Canonical::of(self.0).serialize(serializer)
    }
}

fn check_fields(project: &Project) -> Result<(), UnstorableField> {
    let refuse = |field, reason| Err(UnstorableField { field, reason });
    for (field, text) in texts(project) {
        if text.as_bytes().contains(&0) {
            return refuse(field, UnstorableReason::NulCharacter);
        }
    }
    let Owner { ministry, department, division } = &project.owner;
    for (field, name) in
        [("owner.ministry", ministry), ("owner.department", department), ("owner.division", division)]
    {
        if name.len() > MAXIMUM_NAME_BYTES {
            let reason = UnstorableReason::TooLong { bytes: name.len(), limit_bytes: MAXIMUM_NAME_BYTES };
            return refuse(field, reason);
        }
    }
    let activities = project.activities.iter().filter_map(|activity| activity.baht);
    if activities.into_iter().any(|baht| baht.satang() == i64::MIN) {
        return refuse("activities", UnstorableReason::AmountOutOfRange);
    }
    if project.budgets.iter().any(|line| line.baht.satang() == i64::MIN) {
        return refuse("budgets", UnstorableReason::AmountOutOfRange);
    }
    if let Some(Period { start, end }) = project.period
        && ![start, end].iter().all(|day| (1..=9_999).contains(&day.year()))
    {
        return refuse("period", UnstorableReason::DayOutOfRange);
    }
    Ok(())
}

/// Every text of the record with its field.
fn texts(project: &Project) -> impl Iterator<Item = (&'static str, &str)> {
    let one = |field, text| std::iter::once((field, text));
    fn many<'a>(field: &'static str, list: &'a [String]) -> impl Iterator<Item = (&'static str, &'a str)> {
        list.iter().map(move |text| (field, text.as_str()))
    }
    one("title", project.title.as_str())
        .chain(one("owner.ministry", &project.owner.ministry))
        .chain(one("owner.department", &project.owner.department))
        .chain(one("owner.division", &project.owner.division))
        .chain(one("rationale", &project.rationale))
        .chain(many("objectives", &project.objectives))
        .chain(project.activities.iter().flat_map(|activity| {
            [("activities", activity.name.as_str()), ("activities", activity.months.as_deref().unwrap_or(""))]
        }))
        .chain(many("outputs", &project.outputs))
        .chain(many("outcomes", &project.outcomes))
        .chain(many("indicators", &project.indicators))
        .chain(one("target_group", &project.target_group.text))
        .chain(project.areas.iter().flat_map(|area| {
            [
                ("areas", area.province.as_str()),
                ("areas", area.district.as_str()),
                ("areas", area.subdistrict.as_str()),
            ]
        }))
        .chain(one("area_text", &project.area_text))
        .chain(project.budgets.iter().map(|line| ("budgets", line.source.as_str())))
        .chain(project.plan_links.iter().map(|link| ("plan_links", link.name.as_str())))
        .chain(one("status", &project.status))
        .chain(one("source", &project.source))
        .chain(project.reports.iter().map(|report| ("reports", report.text.as_str())))
}

/// A lower bound of the canonical length, read without writing it.
fn approximate_bytes(project: &Project) -> usize {
    texts(project).map(|(_, text)| text.len()).sum::<usize>()
        + 20 * (project.budgets.len() + project.areas.len() + project.activities.len())
}

/// The record in its written form. Every `of` takes its value apart without `..`, so that a new field of the record cannot be
/// forgotten here.
#[derive(Serialize)]
struct Canonical<'a> {
    project_code: &'a ProjectCode,
    #[serde(skip_serializing_if = "is_default")]
    kind: ProjectKind,
    title: &'a str,
    #[serde(skip_serializing_if = "is_default")]
    owner: CanonicalOwner<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fiscal_year_be: Option<FiscalYear>,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<Period>,
    #[serde(skip_serializing_if = "str::is_empty")]
    rationale: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    objectives: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty", serialize_with = "each_activity")]
    activities: &'a [Activity],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    outputs: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    outcomes: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    indicators: &'a [String],
    #[serde(skip_serializing_if = "is_default")]
    target_group: CanonicalTargetGroup<'a>,
    #[serde(skip_serializing_if = "<[_]>::is_empty", serialize_with = "each_area")]
    areas: &'a [Area],
    #[serde(skip_serializing_if = "str::is_empty")]
    area_text: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty", serialize_with = "each_budget_line")]
    budgets: &'a [BudgetLine],
    #[serde(skip_serializing_if = "<[_]>::is_empty", serialize_with = "each_plan_link")]
    plan_links: &'a [PlanLink],
    #[serde(skip_serializing_if = "str::is_empty")]
    status: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    source: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty", serialize_with = "each_report")]
    reports: &'a [QuarterReport],
}

impl<'a> Canonical<'a> {
    fn of(project: &'a Project) -> Self {
        let Project {
            project_code,
            kind,
            title,
            owner,
            fiscal_year_be,
            period,
            rationale,
            objectives,
            activities,
            outputs,
            outcomes,
            indicators,
            target_group,
            areas,
            area_text,
            budgets,
            plan_links,
            status,
            source,
            reports,
        } = project;
        let Owner { ministry, department, division } = owner;
        let TargetGroup { text, number } = target_group;
        Self {
            project_code,
            kind: *kind,
            title,
            owner: CanonicalOwner { ministry, department, division },
            fiscal_year_be: *fiscal_year_be,
            period: *period,
            rationale,
            objectives,
            activities,
            outputs,
            outcomes,
            indicators,
            target_group: CanonicalTargetGroup { text, number: *number },
            areas,
            area_text,
            budgets,
            plan_links,
            status,
            source,
            reports,
        }
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[derive(Serialize, Default, PartialEq)]
struct CanonicalOwner<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    ministry: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    department: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    division: &'a str,
}

#[derive(Serialize, Default, PartialEq)]
struct CanonicalTargetGroup<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<u64>,
}

fn each_activity<S: Serializer>(activities: &[Activity], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Canonical<'a> {
        name: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        months: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        baht: Option<ExactBaht>,
    }
    serializer.collect_seq(activities.iter().map(|activity| {
        let Activity { name, months, baht } = activity;
        Canonical { name, months: months.as_deref(), baht: baht.map(ExactBaht) }
    }))
}

fn each_area<S: Serializer>(areas: &[Area], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Canonical<'a> {
        #[serde(skip_serializing_if = "str::is_empty")]
        province: &'a str,
        #[serde(skip_serializing_if = "str::is_empty")]
        district: &'a str,
        #[serde(skip_serializing_if = "str::is_empty")]
        subdistrict: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<AreaCode>,
    }
    serializer.collect_seq(areas.iter().map(|area| {
        let Area { province, district, subdistrict, code } = area;
        Canonical { province, district, subdistrict, code: *code }
    }))
}

fn each_budget_line<S: Serializer>(lines: &[BudgetLine], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Canonical<'a> {
        #[serde(skip_serializing_if = "Option::is_none")]
        fiscal_year_be: Option<FiscalYear>,
        #[serde(skip_serializing_if = "str::is_empty")]
        source: &'a str,
        baht: ExactBaht,
    }
    serializer.collect_seq(lines.iter().map(|line| {
        let BudgetLine { fiscal_year_be, source, baht } = line;
        Canonical { fiscal_year_be: *fiscal_year_be, source, baht: ExactBaht(*baht) }
    }))
}

fn each_plan_link<S: Serializer>(links: &[PlanLink], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Canonical<'a> {
        level: u8,
        name: &'a str,
    }
    serializer.collect_seq(links.iter().map(|link| {
        let PlanLink { level, name } = link;
        Canonical { level: (*level).into(), name }
    }))
}

fn each_report<S: Serializer>(reports: &[QuarterReport], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Canonical<'a> {
        fiscal_year_be: FiscalYear,
        quarter: u8,
        text: &'a str,
    }
    serializer.collect_seq(reports.iter().map(|report| {
        let QuarterReport { fiscal_year_be, quarter, text } = report;
        Canonical { fiscal_year_be: *fiscal_year_be, quarter: *quarter, text }
    }))
}

/// An amount that reads back to the last satang: whole baht as a number, anything else as text, never as a binary fraction.
struct ExactBaht(Baht);

impl Serialize for ExactBaht {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let satang = self.0.satang();
        if satang % 100 == 0 {
            return serializer.serialize_i64(satang / 100);
        }
        let sign = if satang < 0 { "-" } else { "" };
        let magnitude = satang.unsigned_abs();
        serializer.collect_str(&format_args!("{sign}{}.{:02}", magnitude / 100, magnitude % 100))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titled(title: &str) -> Project {
        Project::titled(ProjectCode::new("ก-1").unwrap(), title.to_owned())
    }

    fn read_back(project: &Project) -> Project {
        serde_json::from_str(&CanonicalRecord::of(project).unwrap().json).unwrap()
    }

    #[test]
    fn empty_fields_are_not_written_so_that_new_ones_change_no_hash() {
        let record = CanonicalRecord::of(&titled("ขุดลอกคลอง")).unwrap();
        assert_eq!(record.json, r#"{"project_code":"ก-1","title":"ขุดลอกคลอง"}"#);
    }

    #[test]
    fn amounts_read_back_to_the_last_satang() {
        for satang in [0, 1, -1, -50, 99, 100, -150_025, i64::MAX, i64::MIN + 1, 9_007_199_254_740_993] {
            let mut project = titled("ก");
            project.budgets.push(BudgetLine {
                fiscal_year_be: None,
                source: String::new(),
                baht: Baht::from_satang(satang),
            });
            project.activities.push(Activity {
                name: "ข".into(),
                months: None,
                baht: Some(Baht::from_satang(satang)),
            });
            assert_eq!(read_back(&project), project, "{satang}");
        }
    }

    #[test]
    fn what_a_database_would_cut_or_lose_is_refused_with_its_field() {
        let refused = |change: &dyn Fn(&mut Project)| {
            let mut project = titled("ก");
            change(&mut project);
            let problem = check_storable(&project).unwrap_err();
            assert_eq!(CanonicalRecord::of(&project), Err(problem.clone()));
            (problem.field, problem.reason)
        };
        assert_eq!(
            refused(&|project| project.title = "ก\0ข".into()),
            ("title", UnstorableReason::NulCharacter)
        );
        assert_eq!(
            refused(&|project| project.indicators.push("\0".into())),
            ("indicators", UnstorableReason::NulCharacter)
        );
        assert_eq!(
            refused(&|project| project.areas.push(Area { district: "\0".into(), ..Area::default() })),
            ("areas", UnstorableReason::NulCharacter)
        );
        assert_eq!(
            refused(&|project| project.owner.department = "ก".repeat(667)),
            ("owner.department", UnstorableReason::TooLong { bytes: 2_001, limit_bytes: 2_000 })
        );
        assert_eq!(
            refused(&|project| project.budgets.push(BudgetLine {
                fiscal_year_be: None,
                source: String::new(),
                baht: Baht::from_satang(i64::MIN),
            })),
            ("budgets", UnstorableReason::AmountOutOfRange)
        );
        assert_eq!(
            refused(&|project| {
                project.period =
                    Some(Period { start: chrono::NaiveDate::MIN, end: chrono::NaiveDate::default() });
            }),
            ("period", UnstorableReason::DayOutOfRange)
        );
    }

    #[test]
    fn a_record_beyond_the_limit_is_refused() {
        let project = titled(&"a".repeat(MAXIMUM_RECORD_BYTES));
        let problem = check_storable(&project).unwrap_err();
        assert_eq!(problem.field, "the whole record");
        assert!(
            matches!(problem.reason, UnstorableReason::TooLong { bytes, .. } if bytes > MAXIMUM_RECORD_BYTES)
        );
    }
}
