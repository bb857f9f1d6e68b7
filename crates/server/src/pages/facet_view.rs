//! How the found projects spread, as links that narrow the results.

use thiap_domain::{AreaCode, ProjectKind};
use thiap_index::{FacetCount, FacetCounts};
use thiap_ner::Gazetteer;

use super::format;
use super::labels::Label;
use super::language::Language;
use super::links;
use crate::parameters::Parameters;

/// Values shown at once.
const SHOWN: usize = 6;
/// Values shown on demand; further ones are reached by narrowing otherwise.
const MOST_SHOWN: usize = 40;

/// An attribute with its values.
pub(super) struct FacetView {
    pub label: &'static str,
    pub values: Vec<FacetValue>,
    pub more_values: Vec<FacetValue>,
}

/// A value of an attribute.
pub(super) struct FacetValue {
    pub label: String,
    pub count: String,
    pub selected: bool,
    /// The results with the value chosen, or without it when it is chosen already.
    pub address: String,
}

/// Everything that can narrow the results.
pub(super) fn facet_views(
    facets: &FacetCounts,
    parameters: &Parameters,
    language: Language,
) -> Vec<FacetView> {
    let words = language.words();
    let view = |name, label, counts: Vec<(String, u64)>| view(name, label, counts, parameters, language);
    let mut views = vec![
        // newest first
        view("fiscal_year_be", words.facet_year, counts(&facets.fiscal_year_be).into_iter().rev().collect()),
        view("ministry", words.facet_ministry, counts(&facets.ministry)),
        view("department", words.facet_department, counts(&facets.department)),
        view("province", words.facet_province, counts(&facets.province)),
        view("plan", words.facet_plan, counts(&facets.plan)),
        view(
            "kind",
            words.facet_kind,
            facets.kind.iter().map(|c| (c.value.name().to_owned(), c.count)).collect(),
        ),
        view("status", words.facet_status, counts(&facets.status)),
    ];
    views.retain(|view| !view.values.is_empty());
    views
}

fn counts<T: ToString>(counts: &[FacetCount<T>]) -> Vec<(String, u64)> {
    counts.iter().map(|count| (count.value.to_string(), count.count)).collect()
}

fn view(
    name: &'static str,
    label: &'static str,
    counts: Vec<(String, u64)>,
    parameters: &Parameters,
    language: Language,
) -> FacetView {
    let first_page = parameters.without(&["offset"]);
    let mut values: Vec<FacetValue> = counts
        .into_iter()
        .filter(|(value, _)| !value.is_empty())
        .take(MOST_SHOWN)
        .map(|(value, count)| {
            let selected = parameters.all(name).any(|chosen| chosen == value);
            let narrowed = if selected {
                first_page.without_value(name, &value)
            } else if name == "fiscal_year_be" {
                // a single year or range at a time
                first_page.without(&[name]).with(name, value.as_str())
            } else {
                first_page.clone().with(name, value.as_str())
            };
            FacetValue {
                label: value_label(name, &value, language),
                count: format::thousands(count),
                selected,
                address: links::with_parameters("/", &narrowed),
            }
        })
        .collect();
    let more_values = if values.len() > SHOWN { values.split_off(SHOWN) } else { Vec::new() };
    FacetView { label, values, more_values }
}

/// A value of a filter as people read it.
pub(super) fn value_label(name: &str, value: &str, language: Language) -> String {
    match name {
        "kind" => [ProjectKind::Project, ProjectKind::Output, ProjectKind::Item]
            .into_iter()
            .find(|kind| kind.name() == value)
            .map_or_else(|| value.to_owned(), |kind| kind.label(language).to_owned()),
        "province" | "area" => value
            .trim()
            .parse::<u32>()
            .ok()
            .and_then(|number| AreaCode::try_from(number).ok())
            .and_then(|code| Gazetteer::embedded().full_name(code))
            .unwrap_or_else(|| value.to_owned()),
        "budget_from" | "budget_to" => {
            let amount =
                thiap_domain::Baht::parse(value).map_or_else(|_| value.to_owned(), |baht| baht.to_string());
            format!("{amount} {}", language.words().baht)
        }
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shown_as_people_read_them() {
        assert_eq!(value_label("kind", "item", Language::Thai), "รายการงบประมาณ");
        assert_eq!(value_label("province", "50", Language::Thai), "จังหวัดเชียงใหม่");
        assert_eq!(value_label("province", "น่าน", Language::Thai), "น่าน");
        assert_eq!(value_label("budget_from", "1500000", Language::English), "1,500,000 baht");
    }

    #[test]
    fn a_link_adds_a_value_and_a_second_one_takes_it_away() {
        let parameters = Parameters::parse(Some("q=x&offset=20&kind=item"));
        let view =
            view("kind", "", vec![("item".into(), 3), ("output".into(), 1)], &parameters, Language::Thai);
        assert!(view.values[0].selected && !view.values[1].selected);
        assert_eq!(view.values[0].address, "/?q=x");
        assert_eq!(view.values[1].address, "/?q=x&kind=item&kind=output");
        assert!(view.more_values.is_empty());
    }

    #[test]
    fn a_year_takes_the_place_of_another() {
        let parameters = Parameters::parse(Some("q=x&fiscal_year_be=2564"));
        let counts = (2560..2570).map(|year| (year.to_string(), 1)).collect();
        let view = view("fiscal_year_be", "", counts, &parameters, Language::Thai);
        assert_eq!(view.values[0].address, "/?q=x&fiscal_year_be=2560");
        assert_eq!((view.values.len(), view.more_values.len()), (SHOWN, 4));
    }
}
