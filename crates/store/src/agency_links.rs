//! Linking the owners that records name to agencies.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use thiap_domain::Owner;

use crate::agencies::{AgencyHistory, AgencyId, AgencyLevel, Dated, holds_on};
use crate::error::Failure;
use crate::names::{name_key, tidy};
use crate::sqlite::Link;
use crate::sqlite::agency_rows::{self, NewAgencyRow};
use crate::sqlite::project_rows::NewState;

/// Gives every state the agency of its project's owner: the smallest unit that is named.
///
/// A unit is known by its rank, its name and its superior, whatever name and superior it has now: a record that still uses an old
/// name finds the agency. Where several fit, the one that had that name and place when the project began is taken, then one that
/// existed then, then one that still exists, then the latest. A unit that was never seen is added, under the nearest superior that
/// the record names, with unknown first day.
pub(crate) async fn link_owners(link: &mut Link, states: &mut [NewState<'_>]) -> Result<(), Failure> {
    let owners: HashSet<&Owner> = states.iter().map(|state| &state.project.owner).collect();
    let mut keys: Vec<String> = owners
        .into_iter()
        .flat_map(ranks)
        .map(|(_, name)| name_key(name))
        .filter(|key| !key.is_empty())
        .collect();
    keys.sort_unstable();
    keys.dedup();
    if keys.is_empty() {
        return Ok(());
    }
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let ids = agency_rows::ids_with_keys(link, &keys).await?;
    let mut directory = Directory::of(agency_rows::histories(link, &ids).await?);
    directory.next_id = agency_rows::next_id(link).await?;
    let mut linked: HashMap<(&Owner, Option<NaiveDate>), Option<AgencyId>> = HashMap::new();
    for state in states.iter_mut() {
        let project = state.project;
        let began = project.effective_period().map(|period| period.start);
        state.agency_id = *linked
            .entry((&project.owner, began))
            .or_insert_with(|| directory.find_or_add(&project.owner, began));
    }
    agency_rows::insert(link, &directory.added).await
}

fn ranks(owner: &Owner) -> [(AgencyLevel, &str); 3] {
    let Owner { ministry, department, division } = owner;
    [
        (AgencyLevel::Ministry, ministry),
        (AgencyLevel::Department, department),
        (AgencyLevel::Division, division),
    ]
}

/// The agencies that the names of a batch can mean.
struct Directory {
    histories: HashMap<AgencyId, AgencyHistory>,
    /// By rank, name and superior, present and past.
    places: HashMap<(AgencyLevel, String, Option<AgencyId>), Vec<AgencyId>>,
    next_id: i64,
    added: Vec<NewAgencyRow>,
}

impl Directory {
    fn of(histories: HashMap<AgencyId, AgencyHistory>) -> Self {
        let mut directory =
            Self { histories: HashMap::new(), places: HashMap::new(), next_id: 1, added: Vec::new() };
        for history in histories.into_values() {
            directory.enter(history);
        }
        directory
    }

    fn enter(&mut self, history: AgencyHistory) {
        for name in &history.names {
            for parent in &history.parents {
                let place = (history.level, name_key(&name.value), parent.value);
                let there = self.places.entry(place).or_default();
                if !there.contains(&history.agency_id) {
                    there.push(history.agency_id);
                }
            }
        }
        self.histories.insert(history.agency_id, history);
    }

    fn find_or_add(&mut self, owner: &Owner, began: Option<NaiveDate>) -> Option<AgencyId> {
        let mut superior = None;
        for (level, name) in ranks(owner) {
            let key = name_key(name);
            if !key.is_empty() {
                let found = self.find(level, &key, superior, began);
                superior = Some(found.unwrap_or_else(|| self.add(level, tidy(name), superior)));
            }
        }
        superior
    }

    fn find(
        &self,
        level: AgencyLevel,
        key: &str,
        superior: Option<AgencyId>,
        began: Option<NaiveDate>,
    ) -> Option<AgencyId> {
        let candidates = self.places.get(&(level, key.to_owned(), superior))?;
        candidates.iter().copied().max_by_key(|id| {
            let history = self.histories.get(id);
            let existed = history.is_some_and(|history| {
                began.is_some_and(|day| holds_on(history.valid_from, history.valid_to, day))
            });
            let fitted = history.zip(began).is_some_and(|(history, day)| {
                history.names.iter().any(|name| name.holds_on(day) && name_key(&name.value) == key)
                    && history.parents.iter().any(|p| p.holds_on(day) && p.value == superior)
            });
            let exists = history.is_some_and(|history| history.valid_to.is_none());
            (existed && fitted, existed, exists, *id)
        })
    }

    fn add(&mut self, level: AgencyLevel, name: String, parent: Option<AgencyId>) -> AgencyId {
        let agency_id = AgencyId::from_number(self.next_id);
        self.next_id += 1;
        self.enter(AgencyHistory {
            agency_id,
            level,
            valid_from: None,
            valid_to: None,
            names: vec![Dated { value: name.clone(), valid_from: None, valid_to: None }],
            parents: vec![Dated { value: parent, valid_from: None, valid_to: None }],
            predecessors: Vec::new(),
            successors: Vec::new(),
        });
        self.added.push(NewAgencyRow { agency_id, level, name, parent, valid_from: None });
        agency_id
    }
}
