//! From named values, as a row or a JSON object gives them, to a [`Project`].

use chrono::NaiveDate;
use serde_json::{Map, Value};
use thiap_domain::{
    Activity, Area, AreaCode, Baht, BudgetLine, FiscalYear, Owner, Period, PlanLevel, PlanLink, Project,
    ProjectCode, ProjectKind, QuarterReport, TargetGroup,
};
use thiap_text::normalise_text;

use super::field::RecordField;

/// What is wrong with one field of a record; the caller's fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct FieldProblem {
    /// Canonical name of the field.
    pub field: &'static str,
    /// What is wrong and what to write instead.
    pub reason: String,
}

type Checked<T> = Result<T, String>;

/// Builds a project from a JSON object; keys are recognised like column headers, unknown ones are passed over.
///
/// # Errors
/// Every problem that was found, not only the first.
pub fn project_from_object(object: &Map<String, Value>) -> Result<Project, Vec<FieldProblem>> {
    project_from_values(
        object
            .iter()
            .filter_map(|(key, value)| RecordField::recognise(key).map(|field| (field, value.clone()))),
    )
}

/// Builds a project from named values. Of a field that is named twice, the first value that is not empty counts.
///
/// # Errors
/// Every problem that was found, not only the first.
pub fn project_from_values(
    values: impl IntoIterator<Item = (RecordField, Value)>,
) -> Result<Project, Vec<FieldProblem>> {
    let mut record = Record::default();
    for (field, value) in values {
        if !is_empty(&value) {
            record.values.entry(field).or_insert(value);
        }
    }
    record.into_project()
}

/// The values of one record by field, and the problems found while reading them.
#[derive(Default)]
struct Record {
    values: std::collections::BTreeMap<RecordField, Value>,
    problems: Vec<FieldProblem>,
}

impl Record {
    fn into_project(mut self) -> Result<Project, Vec<FieldProblem>> {
        let code = self.required(RecordField::Code, |value| {
            ProjectCode::new(&text_of(value)?).map_err(|e| e.to_string())
        });
        let title = self.required(RecordField::Title, |value| {
            let title = text_of(value)?;
            if title.chars().any(char::is_alphanumeric) {
                Ok(title)
            } else {
                Err("the title holds no letters".into())
            }
        });
        let (Some(code), Some(title)) = (code, title) else {
            return Err(self.problems);
        };
        let mut project = Project::titled(code, title);
        project.kind = self.read(RecordField::Kind, kind_of).unwrap_or_default();
        project.owner = self.owner();
        project.fiscal_year_be = self.read(RecordField::FiscalYear, fiscal_year_of);
        project.period = self.period();
        project.rationale = self.text(RecordField::Rationale);
        project.objectives = self.list(RecordField::Objectives);
        project.activities = self.read(RecordField::Activities, activities_of).unwrap_or_default();
        project.outputs = self.list(RecordField::Outputs);
        project.outcomes = self.list(RecordField::Outcomes);
        project.indicators = self.list(RecordField::Indicators);
        project.target_group = self.target_group();
        project.areas = self.areas();
        project.area_text = self.text(RecordField::AreaText);
        project.budgets = self.budgets(project.fiscal_year_be);
        project.plan_links = self.plan_links();
        project.status = self.text(RecordField::Status);
        project.source = self.text(RecordField::Source);
        project.reports = self.read(RecordField::Reports, reports_of).unwrap_or_default();
        if self.problems.is_empty() { Ok(project) } else { Err(self.problems) }
    }

    /// Reads a field that may be missing; a problem is noted.
    fn read<T>(&mut self, field: RecordField, parse: impl FnOnce(&Value) -> Checked<T>) -> Option<T> {
        let value = self.values.get(&field)?;
        match parse(value) {
            Ok(parsed) => Some(parsed),
            Err(reason) => {
                self.problems.push(FieldProblem { field: field.name(), reason });
                None
            }
        }
    }

    /// Reads a field that must be there.
    fn required<T>(&mut self, field: RecordField, parse: impl FnOnce(&Value) -> Checked<T>) -> Option<T> {
        if !self.values.contains_key(&field) {
            self.problems.push(FieldProblem { field: field.name(), reason: "is missing or empty".into() });
        }
        self.read(field, parse)
    }

    fn text(&mut self, field: RecordField) -> String {
        self.read(field, text_of).unwrap_or_default()
    }

    fn list(&mut self, field: RecordField) -> Vec<String> {
        self.read(field, texts_of).unwrap_or_default()
    }

    fn owner(&mut self) -> Owner {
        let mut owner = self.read(RecordField::Owner, owner_of).unwrap_or_default();
        for (field, part) in [
            (RecordField::Ministry, &mut owner.ministry),
            (RecordField::Department, &mut owner.department),
            (RecordField::Division, &mut owner.division),
        ] {
            if part.is_empty() {
                *part = self.text(field);
            }
        }
        owner
    }

    fn period(&mut self) -> Option<Period> {
        let (mut start, mut end) = self.read(RecordField::Period, period_ends_of).unwrap_or_default();
        start = start.or_else(|| self.read(RecordField::PeriodStart, day_of));
        end = end.or_else(|| self.read(RecordField::PeriodEnd, day_of));
        match Period::new(start?, end?) {
            Ok(period) => Some(period),
            Err(error) => {
                self.problems
                    .push(FieldProblem { field: RecordField::Period.name(), reason: error.to_string() });
                None
            }
        }
    }

    fn target_group(&mut self) -> TargetGroup {
        let mut group = self.read(RecordField::TargetGroup, target_group_of).unwrap_or_default();
        if group.number.is_none() {
            group.number = self.read(RecordField::TargetNumber, count_of);
        }
        group
    }

    fn areas(&mut self) -> Vec<Area> {
        let mut areas = self.read(RecordField::Areas, areas_of).unwrap_or_default();
        let (province, district, subdistrict) = (
            self.text(RecordField::Province),
            self.text(RecordField::District),
            self.text(RecordField::Subdistrict),
        );
        if !(province.is_empty() && district.is_empty() && subdistrict.is_empty()) {
            areas.push(area_named(&province, &district, &subdistrict));
        }
        areas
    }

    fn budgets(&mut self, year: Option<FiscalYear>) -> Vec<BudgetLine> {
        let source = self.text(RecordField::BudgetSource);
        self.read(RecordField::Budget, |value| budgets_of(value, year, &source)).unwrap_or_default()
    }

    fn plan_links(&mut self) -> Vec<PlanLink> {
        let mut links = self.read(RecordField::PlanLinks, plan_links_of).unwrap_or_default();
        for (field, level) in [
            (RecordField::NationalStrategy, PlanLevel::NationalStrategy),
            (RecordField::MasterPlan, PlanLevel::National),
            (RecordField::Plan, PlanLevel::Agency),
        ] {
            links.extend(self.list(field).into_iter().map(|name| PlanLink { level, name }));
        }
        links
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.chars().all(|c| c.is_whitespace() || c.is_control()),
        Value::Array(values) => values.is_empty(),
        Value::Object(object) => object.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// A text as the record keeps it: control characters other than line breaks and tabs are of no use to anyone and are
/// dropped (NUL bytes come from broken exports), spaces around too. Everything else stays as it was written.
fn clean(text: &str) -> String {
    let kept = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    if text.chars().all(|c| kept(&c)) {
        text.trim().to_owned()
    } else {
        text.chars().filter(kept).collect::<String>().trim().to_owned()
    }
}

fn text_of(value: &Value) -> Checked<String> {
    match value {
        Value::String(text) => Ok(clean(text)),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(flag) => Ok(flag.to_string()),
        Value::Array(values) => Ok(values.iter().map(text_of).collect::<Checked<Vec<_>>>()?.join("\n")),
        Value::Null => Ok(String::new()),
        Value::Object(_) => Err("a text is expected, not an object".into()),
    }
}

/// A list, or a cell with ` | ` or line breaks between its entries.
fn texts_of(value: &Value) -> Checked<Vec<String>> {
    let entries = match value {
        Value::Array(values) => values.iter().map(text_of).collect::<Checked<Vec<_>>>()?,
        other => text_of(other)?.split(['|', '\n']).map(clean).collect(),
    };
    Ok(entries.into_iter().filter(|entry| !entry.is_empty()).collect())
}

fn field_text(object: &Map<String, Value>, keys: &[&str]) -> Checked<String> {
    keys.iter().find_map(|key| object.get(*key)).map_or(Ok(String::new()), text_of)
}

fn kind_of(value: &Value) -> Checked<ProjectKind> {
    match text_of(value)?.to_lowercase().as_str() {
        "project" | "โครงการ" => Ok(ProjectKind::Project),
        "output" | "ผลผลิต" => Ok(ProjectKind::Output),
        "item" | "รายการ" => Ok(ProjectKind::Item),
        other => Err(format!("{other:?} is no kind; write project, output or item")),
    }
}

fn owner_of(value: &Value) -> Checked<Owner> {
    match value {
        Value::Object(object) => Ok(Owner {
            ministry: field_text(object, &["ministry", "กระทรวง"])?,
            department: field_text(object, &["department", "agency", "กรม", "หน่วยงาน"])?,
            division: field_text(object, &["division", "กอง"])?,
        }),
        // one name alone: the words that open it tell its rank
        other => {
            let name = text_of(other)?;
            Ok(if name.starts_with("กระทรวง") || name.starts_with("ministry") {
                Owner { ministry: name, ..Owner::default() }
            } else {
                Owner { department: name, ..Owner::default() }
            })
        }
    }
}

fn fiscal_year_of(value: &Value) -> Checked<FiscalYear> {
    let text = text_of(value)?;
    // spreadsheets give 2565.0
    thiap_text::dates::parse_fiscal_year(text.trim().trim_end_matches(".0")).ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        format!("{shown:?} is no fiscal year; write the Buddhist era, for example 2565")
    })
}

fn day_of(value: &Value) -> Checked<NaiveDate> {
    let text = text_of(value)?;
    thiap_text::dates::parse_day(&text).ok_or_else(|| {
        format!(
            "{:?} is no date; write for example 2021-10-01 or 1 ต.ค. 2564",
            text.chars().take(40).collect::<String>()
        )
    })
}

fn period_ends_of(value: &Value) -> Checked<(Option<NaiveDate>, Option<NaiveDate>)> {
    match value {
        Value::Object(object) => {
            let end_of = |keys: &[&str]| {
                keys.iter().find_map(|key| object.get(*key)).filter(|v| !is_empty(v)).map(day_of).transpose()
            };
            Ok((end_of(&["start", "from"])?, end_of(&["end", "to"])?))
        }
        other => {
            let text = text_of(other)?;
            // a period in words that cannot be read as days is no reason to lose the project
            Ok(thiap_text::dates::parse_period(&text)
                .map_or((None, None), |period| (Some(period.start), Some(period.end))))
        }
    }
}

fn count_of(value: &Value) -> Checked<u64> {
    let text = text_of(value)?;
    let digits: String = normalise_text(&text).chars().filter(|c| *c != ',' && !c.is_whitespace()).collect();
    digits
        .trim_end_matches(".0")
        .parse()
        .map_err(|_| format!("{:?} is no whole number", text.chars().take(40).collect::<String>()))
}

fn target_group_of(value: &Value) -> Checked<TargetGroup> {
    match value {
        Value::Object(object) => Ok(TargetGroup {
            text: field_text(object, &["text", "name"])?,
            number: object.get("number").filter(|v| !is_empty(v)).map(count_of).transpose()?,
        }),
        other => Ok(TargetGroup { text: text_of(other)?, number: None }),
    }
}

/// An area by its names; the words จังหวัด, อำเภอ and so on before them are dropped.
fn area_named(province: &str, district: &str, subdistrict: &str) -> Area {
    let bare = |name: &str, markers: &[&str]| {
        let name = name.trim();
        markers.iter().find_map(|marker| name.strip_prefix(marker)).unwrap_or(name).trim().to_owned()
    };
    Area {
        province: bare(province, &["จังหวัด", "จ."]),
        district: bare(district, &["อำเภอ", "อ.", "เขต"]),
        subdistrict: bare(subdistrict, &["ตำบล", "ต.", "แขวง"]),
        code: None,
    }
}

fn areas_of(value: &Value) -> Checked<Vec<Area>> {
    let entries = match value {
        Value::Array(entries) => entries.clone(),
        Value::String(text) => text.split(['|', '\n']).map(|part| Value::String(clean(part))).collect(),
        other => vec![other.clone()],
    };
    let mut areas = Vec::new();
    for entry in entries.iter().filter(|entry| !is_empty(entry)) {
        areas.push(match entry {
            Value::Object(object) => {
                let mut area = area_named(
                    &field_text(object, &["province", "จังหวัด"])?,
                    &field_text(object, &["district", "อำเภอ", "เขต"])?,
                    &field_text(object, &["subdistrict", "ตำบล", "แขวง"])?,
                );
                if let Some(code) = object.get("code").filter(|v| !is_empty(v)) {
                    let number =
                        u32::try_from(count_of(code)?).map_err(|_| "an area code has at most six digits")?;
                    area.code = Some(AreaCode::try_from(number).map_err(|e| e.to_string())?);
                }
                area
            }
            name => area_named(&text_of(name)?, "", ""),
        });
    }
    Ok(areas)
}

fn baht_of(value: &Value) -> Checked<Baht> {
    let text = text_of(value)?;
    let normalised = normalise_text(&text);
    let figure = normalised.trim().trim_start_matches('฿').trim_end_matches("บาท").trim();
    Baht::parse(figure)
        .or_else(|error| thiap_text::money::parse_amount(&text).ok_or_else(|| error.to_string()))
        .and_then(
            |amount| {
                if amount < Baht::ZERO { Err(format!("{amount} baht is below zero")) } else { Ok(amount) }
            },
        )
}

fn budgets_of(value: &Value, year: Option<FiscalYear>, source: &str) -> Checked<Vec<BudgetLine>> {
    let line = |entry: &Value| -> Checked<BudgetLine> {
        match entry {
            Value::Object(object) => {
                let amount = ["baht", "amount_baht", "amount", "budget_baht"]
                    .iter()
                    .find_map(|key| object.get(*key))
                    .ok_or("a budget line needs an amount under \"baht\"")?;
                Ok(BudgetLine {
                    fiscal_year_be: ["fiscal_year_be", "fiscal_year", "year"]
                        .iter()
                        .find_map(|key| object.get(*key))
                        .filter(|v| !is_empty(v))
                        .map(fiscal_year_of)
                        .transpose()?
                        .or(year),
                    source: field_text(object, &["source"])?,
                    baht: baht_of(amount)?,
                })
            }
            amount => {
                Ok(BudgetLine { fiscal_year_be: year, source: source.to_owned(), baht: baht_of(amount)? })
            }
        }
    };
    match value {
        Value::Array(entries) => entries.iter().filter(|entry| !is_empty(entry)).map(line).collect(),
        // "ไม่มี", "-" and the like say that there is no figure
        Value::String(text) if !text.chars().any(char::is_alphanumeric) => Ok(Vec::new()),
        one => Ok(vec![line(one)?]),
    }
}

fn activities_of(value: &Value) -> Checked<Vec<Activity>> {
    let Value::Array(entries) = value else {
        return Ok(texts_of(value)?
            .into_iter()
            .map(|name| Activity { name, ..Activity::default() })
            .collect());
    };
    let mut activities = Vec::new();
    for entry in entries.iter().filter(|entry| !is_empty(entry)) {
        let activity = match entry {
            Value::Object(object) => Activity {
                name: field_text(object, &["name", "title", "text"])?,
                months: Some(field_text(object, &["months", "period"])?).filter(|months| !months.is_empty()),
                baht: ["baht", "amount_baht", "budget_baht"]
                    .iter()
                    .find_map(|key| object.get(*key))
                    .filter(|v| !is_empty(v))
                    .map(baht_of)
                    .transpose()?,
            },
            name => Activity { name: text_of(name)?, ..Activity::default() },
        };
        if !activity.name.is_empty() {
            activities.push(activity);
        }
    }
    Ok(activities)
}

fn plan_links_of(value: &Value) -> Checked<Vec<PlanLink>> {
    let entries = match value {
        Value::Array(entries) => entries.clone(),
        other => texts_of(other)?.into_iter().map(Value::String).collect(),
    };
    let mut links = Vec::new();
    for entry in entries.iter().filter(|entry| !is_empty(entry)) {
        let link = match entry {
            Value::Object(object) => {
                let name = field_text(object, &["name", "plan"])?;
                let level = match object.get("level").filter(|v| !is_empty(v)) {
                    Some(level) => PlanLevel::try_from(u8::try_from(count_of(level)?).unwrap_or(u8::MAX))?,
                    None => level_of_plan(&name),
                };
                PlanLink { level, name }
            }
            name => {
                let name = text_of(name)?;
                PlanLink { level: level_of_plan(&name), name }
            }
        };
        if !link.name.is_empty() {
            links.push(link);
        }
    }
    Ok(links)
}

/// The level that a plan's name tells.
fn level_of_plan(name: &str) -> PlanLevel {
    if name.contains("แผนแม่บท") || name.contains("แผนการปฏิรูป") || name.contains("แผนพัฒนาเศรษฐกิจและสังคม")
    {
        PlanLevel::National
    } else if name.starts_with("ยุทธศาสตร์ชาติ") {
        PlanLevel::NationalStrategy
    } else {
        PlanLevel::Agency
    }
}

fn reports_of(value: &Value) -> Checked<Vec<QuarterReport>> {
    serde_json::from_value(value.clone())
        .map_err(|error| format!("quarterly reports cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn build(value: Value) -> Result<Project, Vec<FieldProblem>> {
        project_from_object(value.as_object().unwrap())
    }

    #[test]
    fn a_row_of_a_budget_table_becomes_a_project() {
        let project = build(json!({
            "id": "B65-1", "fiscal_year_be": "๒๕๖๕", "ministry": "กระทรวงคมนาคม", "agency": "กรมทางหลวง",
            "plan": "แผนงานพื้นฐาน", "kind": "item", "title": "ทางหลวงหมายเลข 4", "items": "ก | ข |  | ค", "amount_baht": "1,500.50"
        }))
        .unwrap();
        assert_eq!(project.fiscal_year_be.map(FiscalYear::be), Some(2565));
        assert_eq!(project.owner.department, "กรมทางหลวง");
        assert_eq!(project.activities.len(), 3);
        assert_eq!(project.budget_total().map(Baht::satang), Some(150_050));
        assert_eq!(project.plan_links[0].level, PlanLevel::Agency);
    }

    #[test]
    fn a_draft_with_every_shape_of_field_becomes_a_project() {
        let project = build(json!({
            "draft_id": "D-1", "title": "อบรม", "fiscal_year_be": 2022,
            "owner": {"ministry": "กระทรวงแรงงาน", "department": "กรมพัฒนาฝีมือแรงงาน", "division": ""},
            "activities": [{"name": "อบรม", "baht": 100}, "ติดตาม"], "objectives": ["ก"], "outputs": "ข\nค",
            "target_group": {"text": "แรงงาน", "number": 1200}, "areas": [{"province": "จังหวัดเลย", "district": "อำเภอเมืองเลย"}],
            "period": {"start": "2021-10-01", "end": null}, "budget_baht": null, "note_kind": "terse"
        }))
        .unwrap();
        assert_eq!(project.fiscal_year_be.map(FiscalYear::be), Some(2565), "a Christian year is understood");
        assert_eq!(project.areas[0].province, "เลย");
        assert_eq!(project.areas[0].district, "เมืองเลย");
        assert_eq!(project.outputs, ["ข", "ค"]);
        assert_eq!(project.target_group.number, Some(1200));
        assert_eq!((project.period, project.budget_total()), (None, None));
    }

    #[test]
    fn every_problem_is_named_with_its_field() {
        let problems =
            build(json!({"id": "X", "title": "ก", "year": "ปีหน้า", "amount": "lots", "kind": "thing"}))
                .unwrap_err();
        let fields: Vec<_> = problems.iter().map(|problem| problem.field).collect();
        assert_eq!(fields, ["kind", "fiscal_year_be", "budget_baht"]);
        let problems = build(json!({"title": "--"})).unwrap_err();
        assert_eq!(problems.iter().map(|p| p.field).collect::<Vec<_>>(), ["project_code", "title"]);
    }

    #[test]
    fn nul_bytes_are_dropped_and_dashes_mean_nothing() {
        let project =
            build(json!({"id": "X", "title": "ขุด\u{0}ลอก", "amount": "-", "objectives": "\u{0}"})).unwrap();
        assert_eq!(project.title, "ขุดลอก");
        assert!(project.budgets.is_empty() && project.objectives.is_empty());
    }

    #[test]
    fn a_reversed_period_is_refused() {
        let problems =
            build(json!({"id": "X", "title": "ก", "period": {"start": "2022-01-02", "end": "2022-01-01"}}));
        assert_eq!(problems.unwrap_err()[0].field, "period");
    }

    proptest! {
        #[test]
        fn no_values_panic(keys in prop::collection::vec("[a-z_]{1,12}|ปี|งบประมาณ", 0..6), text in "\\PC{0,30}", number in any::<f64>()) {
            for value in [json!(text), json!(number), json!([text, {"name": number}]), json!({"start": text, "text": [text]})] {
                let mut object: Map<String, Value> = keys.iter().map(|key| (key.clone(), value.clone())).collect();
                object.insert("id".into(), json!("X"));
                object.insert("title".into(), value.clone());
                for field in RecordField::all_names() {
                    object.entry(field).or_insert(value.clone());
                }
                let _ = project_from_object(&object);
            }
        }
    }
}
