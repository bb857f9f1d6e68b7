//! The attributes of a project that filters and facets look at.

use std::borrow::Cow;
use std::collections::BTreeSet;

use thiap_domain::{AreaCode, Project, ProjectKind};
use thiap_ner::{Gazetteer, area_codes};
use thiap_text::{fold_case, normalise_text};

/// Names longer than this are cut: no agency or plan has such a name, and a column must not swallow a whole document.
const LONGEST_NAME_CHARACTERS: usize = 300;
/// Objectives, activities and outputs that are read for places.
const MOST_TEXTS_READ_FOR_PLACES: usize = 50;

/// What filters and facets know of a project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Attributes {
    /// Buddhist era, ascending.
    pub(crate) fiscal_years_be: Vec<u16>,
    pub(crate) ministry: String,
    pub(crate) department: String,
    pub(crate) division: String,
    pub(crate) plans: Vec<String>,
    pub(crate) kind: ProjectKind,
    pub(crate) status: String,
    /// Codes of every level: a subdistrict comes with its district and its province. Ascending.
    pub(crate) areas: Vec<u32>,
    pub(crate) budget_satang: Option<i64>,
}

impl Attributes {
    pub(crate) fn of(project: &Project) -> Self {
        let mut plans: Vec<String> = project.plan_links.iter().map(|link| shown_name(&link.name)).collect();
        plans.retain(|plan| !plan.is_empty());
        plans.sort_unstable();
        plans.dedup();
        Self {
            fiscal_years_be: fiscal_years(project),
            ministry: shown_name(&project.owner.ministry),
            department: shown_name(&project.owner.department),
            division: shown_name(&project.owner.division),
            plans,
            kind: project.kind,
            status: shown_name(&project.status),
            areas: areas(project),
            budget_satang: project.budget_total().map(|baht| baht.satang()),
        }
    }
}

/// The fiscal year that the record names; where it names none, the years of its money.
fn fiscal_years(project: &Project) -> Vec<u16> {
    let years: BTreeSet<i32> = match project.fiscal_year_be {
        Some(year) => BTreeSet::from([year.be()]),
        None => project.budgets.iter().filter_map(|line| line.fiscal_year_be).map(|year| year.be()).collect(),
    };
    years.into_iter().filter_map(|year| u16::try_from(year).ok()).collect()
}

/// The places of the record; where no field names one, those that its area, title, owner or work name, the first of these
/// that names any. Every code comes with those of the larger places that it lies in.
fn areas(project: &Project) -> Vec<u32> {
    let gazetteer = Gazetteer::embedded();
    let mut codes: Vec<AreaCode> =
        project.areas.iter().filter_map(|area| area.code.or_else(|| gazetteer.resolve(area))).collect();
    let owner = &project.owner;
    let texts = [&project.area_text, &project.title, &owner.division, &owner.department, &owner.ministry];
    for text in texts {
        if codes.is_empty() && !text.is_empty() {
            codes = area_codes(text);
        }
    }
    if codes.is_empty() {
        let work = project
            .objectives
            .iter()
            .chain(project.activities.iter().map(|activity| &activity.name))
            .chain(&project.outputs)
            .take(MOST_TEXTS_READ_FOR_PLACES);
        codes = work.flat_map(|text| area_codes(text)).collect();
    }
    let every_level = |code: AreaCode| {
        [Some(code), code.district(), Some(code.province())].into_iter().flatten().map(AreaCode::number)
    };
    codes.into_iter().flat_map(every_level).collect::<BTreeSet<u32>>().into_iter().collect()
}

/// A name as it is shown and counted: normalised, with single spaces.
pub(crate) fn shown_name(name: &str) -> String {
    let normalised = normalise_text(name);
    let mut shown = String::with_capacity(normalised.len());
    for word in normalised.split_whitespace() {
        if !shown.is_empty() {
            shown.push(' ');
        }
        shown.push_str(word);
    }
    match shown.char_indices().nth(LONGEST_NAME_CHARACTERS) {
        Some((end, _)) => {
            shown.truncate(end);
            shown
        }
        None => shown,
    }
}

/// A name as it is compared: normalised, lower-cased, without spaces, since spacing varies between records.
pub(crate) fn compared_name(name: &str) -> String {
    let normalised = normalise_text(name);
    let folded: Cow<'_, str> = fold_case(&normalised);
    folded.chars().filter(|c| !c.is_whitespace()).collect()
}
