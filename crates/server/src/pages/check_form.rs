//! The form into which a draft is written.

use serde_json::{Map, Value};
use thiap_domain::Project;
use thiap_engine::record::project_from_object;

use super::language::Language;
use crate::parameters::Parameters;

/// The field that holds a whole draft as JSON.
const JSON: &str = "json";
/// What a draft is called that has no id.
const NAMELESS: &str = "draft";

/// How a field is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Input {
    /// Some words.
    Line,
    /// Digits.
    Figures,
    /// Several lines.
    Lines,
}

/// A field of the form.
#[derive(Debug, Clone)]
pub(super) struct FormField {
    /// The record's field.
    pub name: &'static str,
    pub label: &'static str,
    /// Empty where the label says enough.
    pub hint: &'static str,
    pub input: Input,
    pub required: bool,
    pub value: String,
    /// What has to be corrected.
    pub problem: Option<&'static str>,
}

impl FormField {
    pub fn is_lines(&self) -> bool {
        self.input == Input::Lines
    }

    pub fn is_figures(&self) -> bool {
        self.input == Input::Figures
    }

    /// The elements that describe the field.
    pub fn described_by(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.name));
        let problem = self.problem.map(|_| format!("{}-problem", self.name));
        [hint, problem].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// The form with what was written into it.
#[derive(Debug, Clone)]
pub(super) struct DraftForm {
    pub fields: Vec<FormField>,
    pub json: String,
    /// What is wrong with the JSON.
    pub json_problems: Vec<String>,
}

impl DraftForm {
    /// Nothing written yet.
    pub fn empty(language: Language) -> Self {
        let words = language.words();
        let field = |name, label, hint, input| FormField {
            name,
            label,
            hint,
            input,
            required: name == "title",
            value: String::new(),
            problem: None,
        };
        Self {
            fields: vec![
                field("title", words.field_title, "", Input::Lines),
                field("objectives", words.field_objectives, words.hint_lines, Input::Lines),
                field("activities", words.field_activities, words.hint_lines, Input::Lines),
                field("target_group", words.field_target_group, words.hint_target_group, Input::Line),
                field("area_text", words.field_area, words.hint_area, Input::Line),
                field("fiscal_year_be", words.field_fiscal_year, words.hint_fiscal_year, Input::Figures),
                field("budget_baht", words.field_budget, words.hint_budget, Input::Figures),
                field("ministry", words.field_ministry, "", Input::Line),
                field("department", words.field_department, "", Input::Line),
            ],
            json: String::new(),
            json_problems: Vec::new(),
        }
    }

    /// As it was sent; fields that the form does not have are passed over.
    pub fn sent(language: Language, body: &Parameters) -> Self {
        let mut form = Self::empty(language);
        for field in &mut form.fields {
            field.value = body.all(field.name).next().unwrap_or_default().to_owned();
        }
        form.json = body.all(JSON).next().unwrap_or_default().to_owned();
        form
    }

    /// Whether something has to be corrected.
    pub fn has_problems(&self) -> bool {
        !self.json_problems.is_empty() || self.fields.iter().any(|field| field.problem.is_some())
    }

    /// The draft; `None` when something has to be corrected, which then is noted in the form.
    pub fn draft(&mut self, language: Language) -> Option<Project> {
        if self.json.trim().is_empty() {
            self.draft_of_fields(language)
        } else {
            self.draft_of_json(language)
        }
    }

    fn draft_of_fields(&mut self, language: Language) -> Option<Project> {
        let words = language.words();
        let mut object: Map<String, Value> = self
            .fields
            .iter()
            .map(|field| (field.name.to_owned(), Value::from(one_line_if_title(field))))
            .collect();
        object.insert("draft_id".to_owned(), Value::from(NAMELESS));
        let problems = match project_from_object(&object) {
            Ok(draft) => return Some(draft),
            Err(problems) => problems,
        };
        for field in &mut self.fields {
            if problems.iter().any(|problem| problem.field == field.name) {
                field.problem = Some(match field.name {
                    "title" => words.problem_title,
                    "fiscal_year_be" => words.problem_fiscal_year,
                    "budget_baht" => words.problem_budget,
                    _ => words.problem_other,
                });
            }
        }
        if !self.has_problems() {
            // a field that the form does not show cannot be at fault; say what is known nevertheless
            self.json_problems = problems.iter().map(ToString::to_string).collect();
        }
        None
    }

    fn draft_of_json(&mut self, language: Language) -> Option<Project> {
        let words = language.words();
        match serde_json::from_str::<Value>(&self.json) {
            Ok(Value::Object(mut object)) => {
                if crate::api::lacks_id(&object) {
                    object.insert("draft_id".to_owned(), Value::from(NAMELESS));
                }
                match project_from_object(&object) {
                    Ok(draft) => return Some(draft),
                    Err(problems) => self.json_problems = problems.iter().map(ToString::to_string).collect(),
                }
            }
            Ok(_) => self.json_problems = vec![words.problem_json.to_owned()],
            Err(error) => self.json_problems = vec![format!("{} ({error})", words.problem_json)],
        }
        None
    }
}

/// A title that was pasted with line breaks is one title.
fn one_line_if_title(field: &FormField) -> String {
    if field.name == "title" {
        field.value.split_whitespace().collect::<Vec<_>>().join(" ")
    } else {
        field.value.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(body: &str) -> DraftForm {
        DraftForm::sent(Language::Thai, &Parameters::parse(Some(body)))
    }

    #[test]
    fn a_title_alone_is_a_draft() {
        let mut form = sent(
            "title=%E0%B8%82%E0%B8%B8%E0%B8%94%E0%B8%A5%E0%B8%AD%E0%B8%81%0D%0A%E0%B8%84%E0%B8%A5%E0%B8%AD%E0%B8%87&budget_baht=",
        );
        assert_eq!(form.draft(Language::Thai).unwrap().title, "ขุดลอก คลอง");
    }

    #[test]
    fn lines_are_entries_and_figures_are_read() {
        let mut form =
            sent("title=x&objectives=a%0D%0Ab&fiscal_year_be=2569&budget_baht=1%2C500.50&ministry=m");
        let draft = form.draft(Language::Thai).unwrap();
        assert_eq!(draft.objectives, ["a", "b"]);
        assert_eq!(draft.budget_total().map(|baht| baht.satang()), Some(150_050));
        assert_eq!(
            (draft.fiscal_year_be.map(|year| year.be()), draft.owner.ministry.as_str()),
            (Some(2569), "m")
        );
    }

    #[test]
    fn each_wrong_field_is_told_what_to_do() {
        let mut form = sent("title=--&fiscal_year_be=later&budget_baht=lots");
        assert!(form.draft(Language::Thai).is_none());
        let wrong: Vec<_> = form.fields.iter().filter(|f| f.problem.is_some()).map(|f| f.name).collect();
        // the title stands for the record: what is wrong with the rest shows once it is there
        assert_eq!(wrong, ["title"]);
        let mut form = sent("title=x&fiscal_year_be=later&budget_baht=lots");
        assert!(form.draft(Language::Thai).is_none());
        let wrong: Vec<_> = form.fields.iter().filter(|f| f.problem.is_some()).map(|f| f.name).collect();
        assert_eq!(wrong, ["fiscal_year_be", "budget_baht"]);
    }

    #[test]
    fn json_is_a_draft_or_says_why_not() {
        let mut form = sent("json=%7B%22title%22%3A%22x%22%7D");
        assert_eq!(form.draft(Language::Thai).unwrap().project_code.as_str(), NAMELESS);
        for body in ["json=%5B%5D", "json=nonsense", "json=%7B%7D"] {
            let mut form = sent(body);
            assert!(form.draft(Language::Thai).is_none(), "{body}");
            assert!(!form.json_problems.is_empty(), "{body}");
        }
    }
}
