//! Typed filters: which projects a search looks at.

use serde::{Deserialize, Deserializer, Serialize};
use thiap_domain::{AreaCode, AreaLevel, Baht, FiscalYear, ProjectKind};
use thiap_ner::{Gazetteer, area_codes};

use crate::documents::{DocumentSet, DocumentTable, Names};
use crate::error::IndexError;

/// From one value to another, both included; an end that is missing is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range<T> {
    /// The first value.
    #[serde(default = "open_end", skip_serializing_if = "Option::is_none")]
    pub from: Option<T>,
    /// The last value.
    #[serde(default = "open_end", skip_serializing_if = "Option::is_none")]
    pub to: Option<T>,
}

fn open_end<T>() -> Option<T> {
    None
}

impl<T: PartialOrd + Copy> Range<T> {
    /// A range of a single value.
    #[must_use]
    pub fn single(value: T) -> Self {
        Self { from: Some(value), to: Some(value) }
    }

    /// Whether the value lies in the range.
    #[must_use]
    pub fn contains(&self, value: T) -> bool {
        self.from.is_none_or(|from| from <= value) && self.to.is_none_or(|to| value <= to)
    }

    fn is_reversed(&self) -> bool {
        matches!((self.from, self.to), (Some(from), Some(to)) if from > to)
    }
}

/// One value or several in JSON; a project fits when it fits one of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct OneOrMany<T>(pub Vec<T>);

impl<T> Default for OneOrMany<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either<T> {
            Many(Vec<T>),
            One(T),
        }
        Ok(match Either::deserialize(deserializer)? {
            Either::Many(values) => Self(values),
            Either::One(value) => Self(vec![value]),
        })
    }
}

/// An area by its official code, as a number or text, or by its name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AreaFilter {
    /// 2, 4 or 6 digits.
    Code(u32),
    /// A name, or digits.
    Name(String),
}

/// Which projects are looked at; a project must fit every key that is there. Unknown keys are an error.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Filters {
    /// A fiscal year, or `{"from", "to"}`; Buddhist era, and the Christian era is understood.
    #[serde(alias = "fiscal_year", deserialize_with = "year_range", skip_serializing_if = "Option::is_none")]
    pub fiscal_year_be: Option<Range<FiscalYear>>,
    /// Ministries by name; a name that no project has is taken as a part of names.
    #[serde(skip_serializing_if = "is_empty")]
    pub ministry: OneOrMany<String>,
    /// Departments by name, as for ministries.
    #[serde(skip_serializing_if = "is_empty")]
    pub department: OneOrMany<String>,
    /// Ministries, departments or divisions by name, as for ministries.
    #[serde(skip_serializing_if = "is_empty")]
    pub agency: OneOrMany<String>,
    /// Plans of any level by name, as for ministries.
    #[serde(skip_serializing_if = "is_empty")]
    pub plan: OneOrMany<String>,
    /// Areas by code or name; a province takes in its districts and subdistricts.
    #[serde(skip_serializing_if = "is_empty")]
    pub area: OneOrMany<AreaFilter>,
    /// The same as `area`.
    #[serde(skip_serializing_if = "is_empty")]
    pub province: OneOrMany<AreaFilter>,
    /// Money of all years together, in baht: `{"from", "to"}`. Projects without a known budget do not fit.
    #[serde(alias = "budget", deserialize_with = "baht_range", skip_serializing_if = "Option::is_none")]
    pub budget_baht: Option<Range<Baht>>,
    /// Statuses by name, as for ministries.
    #[serde(skip_serializing_if = "is_empty")]
    pub status: OneOrMany<String>,
    /// What rows stand for.
    #[serde(skip_serializing_if = "is_empty")]
    pub kind: OneOrMany<ProjectKind>,
}

fn is_empty<T>(values: &OneOrMany<T>) -> bool {
    values.0.is_empty()
}

fn year_range<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Range<FiscalYear>>, D::Error> {
    single_or_range(deserializer)
}

fn baht_range<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Range<Baht>>, D::Error> {
    single_or_range(deserializer)
}

fn single_or_range<'de, D, T>(deserializer: D) -> Result<Option<Range<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + PartialOrd + Copy,
{
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either<T> {
        Single(T),
        Range(Range<T>),
    }
    Ok(Option::<Either<T>>::deserialize(deserializer)?.map(|either| match either {
        Either::Single(value) => Range::single(value),
        Either::Range(range) => range,
    }))
}

impl Filters {
    /// Whether every project fits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The projects that fit.
    pub(crate) fn apply(&self, documents: &DocumentTable) -> Result<DocumentSet, IndexError> {
        let mut set = DocumentSet::full(documents.len());
        let reversed = |field| IndexError::Filter { field, what: "it ends before it begins".into() };
        if let Some(years) = &self.fiscal_year_be {
            if years.is_reversed() {
                return Err(reversed("fiscal_year_be"));
            }
            let years = Range { from: years.from.map(FiscalYear::be), to: years.to.map(FiscalYear::be) };
            set.keep_common(&in_years(documents, &years));
        }
        if let Some(budget) = &self.budget_baht {
            if budget.is_reversed() {
                return Err(reversed("budget_baht"));
            }
            let satang = Range { from: budget.from.map(Baht::satang), to: budget.to.map(Baht::satang) };
            set.keep_common(&in_budget(documents, &satang));
        }
        let by_name = [
            (&self.ministry, NameColumn::Ministry),
            (&self.department, NameColumn::Department),
            (&self.agency, NameColumn::Agency),
            (&self.plan, NameColumn::Plan),
            (&self.status, NameColumn::Status),
        ];
        for (names, column) in by_name.into_iter().filter(|(names, _)| !names.0.is_empty()) {
            set.keep_common(&named(documents, column, names.0.iter().map(String::as_str)));
        }
        for (key, areas) in [("area", &self.area), ("province", &self.province)] {
            if !areas.0.is_empty() {
                let mut codes = Vec::new();
                for area in &areas.0 {
                    codes.extend(codes_of_filter(key, area)?);
                }
                set.keep_common(&in_areas(documents, &codes));
            }
        }
        if !self.kind.0.is_empty() {
            set.keep_common(&of_kinds(documents, &self.kind.0));
        }
        Ok(set)
    }
}

/// A column of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameColumn {
    Ministry,
    Department,
    /// Ministry, department or division.
    Agency,
    Plan,
    Status,
}

impl NameColumn {
    fn columns(self, documents: &DocumentTable) -> Vec<&Names> {
        match self {
            Self::Ministry => vec![&documents.ministries],
            Self::Department => vec![&documents.departments],
            Self::Agency => vec![&documents.ministries, &documents.departments, &documents.divisions],
            Self::Plan => vec![&documents.plans],
            Self::Status => vec![&documents.statuses],
        }
    }
}

/// Projects with one of the names in the column.
pub(crate) fn named<'a>(
    documents: &DocumentTable,
    column: NameColumn,
    names: impl Iterator<Item = &'a str>,
) -> DocumentSet {
    let columns = column.columns(documents);
    let mut wanted: Vec<Vec<bool>> = columns.iter().map(|names| vec![false; names.len()]).collect();
    for name in names {
        for (column, wanted) in columns.iter().zip(&mut wanted) {
            for id in column.meant_by(name) {
                if let Some(slot) = wanted.get_mut(id as usize) {
                    *slot = true;
                }
            }
        }
    }
    DocumentSet::from_predicate(documents.len(), |ordinal| {
        columns.iter().zip(&wanted).any(|(column, wanted)| {
            column.ids_of(ordinal).iter().any(|&id| wanted.get(id as usize).copied().unwrap_or(false))
        })
    })
}

/// Projects of one of the fiscal years (Buddhist era).
pub(crate) fn in_years(documents: &DocumentTable, years: &Range<i32>) -> DocumentSet {
    DocumentSet::from_predicate(documents.len(), |ordinal| {
        documents.fiscal_years_be.of(ordinal).iter().any(|&year| years.contains(i32::from(year)))
    })
}

/// Projects with a known budget in the range.
pub(crate) fn in_budget(documents: &DocumentTable, satang: &Range<i64>) -> DocumentSet {
    DocumentSet::from_predicate(documents.len(), |ordinal| {
        documents.budgets_satang.get(ordinal).copied().flatten().is_some_and(|amount| satang.contains(amount))
    })
}

/// Projects in one of the areas.
pub(crate) fn in_areas(documents: &DocumentTable, codes: &[AreaCode]) -> DocumentSet {
    DocumentSet::from_predicate(documents.len(), |ordinal| {
        let areas = documents.areas.of(ordinal);
        codes.iter().any(|code| areas.contains(&code.number()))
    })
}

/// Projects of one of the kinds.
pub(crate) fn of_kinds(documents: &DocumentTable, kinds: &[ProjectKind]) -> DocumentSet {
    DocumentSet::from_predicate(documents.len(), |ordinal| {
        documents.kinds.get(ordinal).is_some_and(|kind| kinds.contains(kind))
    })
}

fn codes_of_filter(field: &'static str, area: &AreaFilter) -> Result<Vec<AreaCode>, IndexError> {
    let code = |number: u32| {
        AreaCode::try_from(number)
            .map(|code| vec![code])
            .map_err(|error| IndexError::Filter { field, what: error.to_string() })
    };
    match area {
        AreaFilter::Code(number) => code(*number),
        AreaFilter::Name(name) => match name.trim().parse() {
            Ok(number) => code(number),
            Err(_) => {
                let codes = codes_of_name(name);
                if codes.is_empty() {
                    let what = format!("no area is called {name:?}; give its official code");
                    return Err(IndexError::Filter { field, what });
                }
                Ok(codes)
            }
        },
    }
}

/// The areas that a name alone can mean. A bare name is a province before it is anything else.
pub(crate) fn codes_of_name(name: &str) -> Vec<AreaCode> {
    let name = name.trim();
    let provinces = Gazetteer::embedded().find(AreaLevel::Province, name);
    if !provinces.is_empty() {
        return provinces.to_vec();
    }
    let read = area_codes(name);
    if !read.is_empty() {
        return read;
    }
    [AreaLevel::District, AreaLevel::Subdistrict]
        .into_iter()
        .map(|level| Gazetteer::embedded().find(level, name).to_vec())
        .find(|codes| !codes.is_empty())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Filters, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn years_and_amounts_are_single_or_ranges() {
        let filters = read(r#"{"fiscal_year_be": 2022, "budget": {"from": 1000.5}}"#).unwrap();
        let year = FiscalYear::from_be(2565).unwrap();
        assert_eq!(filters.fiscal_year_be, Some(Range::single(year)));
        assert_eq!(filters.budget_baht, Some(Range { from: Some(Baht::from_satang(100_050)), to: None }));
        let filters = read(r#"{"fiscal_year_be": {"from": 2564, "to": 2566}}"#).unwrap();
        assert!(filters.fiscal_year_be.unwrap().contains(year));
        assert!(read("{}").unwrap().is_empty());
        assert!(read(r#"{"fiscal_year_be": null}"#).unwrap().is_empty());
    }

    #[test]
    fn unknown_keys_and_wrong_values_are_errors() {
        for bad in [
            r#"{"year": 2565}"#,
            r#"{"fiscal_year_be": "soon"}"#,
            r#"{"fiscal_year_be": {"form": 2565}}"#,
            r#"{"kind": "roads"}"#,
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn names_are_one_or_many() {
        assert_eq!(read(r#"{"ministry": "ก"}"#).unwrap().ministry.0, ["ก"]);
        assert_eq!(read(r#"{"ministry": ["ก", "ข"]}"#).unwrap().ministry.0, ["ก", "ข"]);
        let kinds = read(r#"{"kind": ["project", "item"]}"#).unwrap().kind.0;
        assert_eq!(kinds, [ProjectKind::Project, ProjectKind::Item]);
    }
}
