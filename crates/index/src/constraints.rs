//! Whether projects fulfil the chips of a query.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use thiap_domain::{AreaCode, Baht, FiscalYear};
use thiap_ner::{Agencies, AgencyRelation};

use crate::documents::{DocumentTable, Names};
use crate::filters::Range;
use crate::query::{Chip, ChipKind, ChipValue};

/// How a project stands to what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fulfilment {
    /// It says something else.
    Contradicted,
    /// It does not say.
    Unknown,
    /// It is what was asked.
    Fulfilled,
}

/// What every project makes of the chips, by kind.
#[derive(Debug, Default)]
pub(crate) struct Constraints {
    by_kind: BTreeMap<ChipKind, Vec<Fulfilment>>,
}

impl Constraints {
    /// Of the chips that are applied.
    pub(crate) fn of(chips: &[Chip], documents: &DocumentTable) -> Self {
        let mut by_kind: BTreeMap<ChipKind, Vec<Fulfilment>> = BTreeMap::new();
        for chip in chips.iter().filter(|chip| chip.applied) {
            let states = states(&chip.value, documents);
            let known =
                by_kind.entry(chip.kind).or_insert_with(|| vec![Fulfilment::Contradicted; documents.len()]);
            // Chips of one kind are alternatives: the best one counts.
            known.iter_mut().zip(states).for_each(|(known, state)| *known = (*known).max(state));
        }
        Self { by_kind }
    }

    /// What a project makes of each kind.
    pub(crate) fn of_document(&self, ordinal: u32) -> BTreeMap<ChipKind, Fulfilment> {
        self.by_kind
            .iter()
            .filter_map(|(kind, states)| Some((*kind, *states.get(ordinal as usize)?)))
            .collect()
    }

    /// The kinds that a project contradicts and those that it fulfils, as shares of all kinds.
    pub(crate) fn shares(&self, ordinal: u32) -> (f64, f64) {
        let (mut contradicted, mut fulfilled) = (0u32, 0u32);
        for states in self.by_kind.values() {
            match states.get(ordinal as usize) {
                Some(Fulfilment::Contradicted) => contradicted += 1,
                Some(Fulfilment::Fulfilled) => fulfilled += 1,
                _ => {}
            }
        }
        let count = self.by_kind.len().max(1) as f64;
        (f64::from(contradicted) / count, f64::from(fulfilled) / count)
    }
}

fn states(value: &ChipValue, documents: &DocumentTable) -> Vec<Fulfilment> {
    let all = 0..documents.len();
    match value {
        ChipValue::FiscalYears(years) => {
            let years = Range { from: years.from.map(FiscalYear::be), to: years.to.map(FiscalYear::be) };
            all.map(|ordinal| {
                let known = documents.fiscal_years_be.of(ordinal);
                one_of(known.iter().map(|&year| years.contains(i32::from(year))))
            })
            .collect()
        }
        ChipValue::BudgetBaht(range) => {
            let satang = Range { from: range.from.map(Baht::satang), to: range.to.map(Baht::satang) };
            let budget = |ordinal| documents.budgets_satang.get(ordinal).copied().flatten();
            all.map(|ordinal| one_of(budget(ordinal).into_iter().map(|amount| satang.contains(amount))))
                .collect()
        }
        ChipValue::Areas(codes) => all.map(|ordinal| in_areas(documents.areas.of(ordinal), codes)).collect(),
        ChipValue::Agency(name) => {
            let columns = [&documents.ministries, &documents.departments, &documents.divisions];
            let relations: Vec<Vec<AgencyRelation>> =
                columns.iter().map(|names| relations(names, name)).collect();
            all.map(|ordinal| {
                let mut state = Fulfilment::Unknown;
                for (names, relations) in columns.iter().zip(&relations) {
                    for id in names.ids_of(ordinal) {
                        match relations.get(*id as usize) {
                            // A body of the agency is the agency; a body that contains it says nothing of it.
                            Some(AgencyRelation::Same | AgencyRelation::Contains) => {
                                return Fulfilment::Fulfilled;
                            }
                            Some(AgencyRelation::Apart) => state = Fulfilment::Contradicted,
                            _ => {}
                        }
                    }
                }
                state
            })
            .collect()
        }
    }
}

fn relations(names: &Names, agency: &str) -> Vec<AgencyRelation> {
    let agency = Agencies::embedded().named(agency);
    names.agencies().par_iter().map(|name| agency.relation(name)).collect()
}

fn one_of(mut known: impl Iterator<Item = bool>) -> Fulfilment {
    match known.next() {
        None => Fulfilment::Unknown,
        Some(first) if first || known.any(|fits| fits) => Fulfilment::Fulfilled,
        Some(_) => Fulfilment::Contradicted,
    }
}

/// `known` holds the codes of every level of a project's places.
fn in_areas(known: &[u32], wanted: &[AreaCode]) -> Fulfilment {
    if known.is_empty() {
        return Fulfilment::Unknown;
    }
    if wanted.iter().any(|code| known.contains(&code.number())) {
        return Fulfilment::Fulfilled;
    }
    let places: Vec<AreaCode> = known.iter().filter_map(|&code| AreaCode::try_from(code).ok()).collect();
    // A project of a whole province may well reach the district that was asked for.
    let is_smallest =
        |place: &&AreaCode| !places.iter().any(|other| other != *place && place.contains(*other));
    let reaches =
        places.iter().filter(is_smallest).any(|place| wanted.iter().any(|code| place.contains(*code)));
    if reaches { Fulfilment::Unknown } else { Fulfilment::Contradicted }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_larger_place_says_nothing_of_a_smaller_one() {
        let code = |number| AreaCode::try_from(number).unwrap();
        assert_eq!(in_areas(&[], &[code(50)]), Fulfilment::Unknown);
        assert_eq!(in_areas(&[50, 5001], &[code(50)]), Fulfilment::Fulfilled);
        assert_eq!(in_areas(&[50], &[code(5001)]), Fulfilment::Unknown);
        assert_eq!(in_areas(&[50, 5002], &[code(5001)]), Fulfilment::Contradicted);
        assert_eq!(in_areas(&[51], &[code(5001), code(51)]), Fulfilment::Fulfilled);
    }
}
