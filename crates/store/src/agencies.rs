//! Agencies: who they are, at which time.

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use thiap_domain::Owner;

use crate::error::StoreError;
use crate::names::name_key;
use crate::sqlite::agency_rows;
use crate::store::Store;

/// Names an agency for ever, through new names and new superiors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AgencyId(i64);

impl AgencyId {
    /// From the number that [`Self::number`] gave.
    #[must_use]
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// As a number.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0
    }
}

impl fmt::Display for AgencyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The rank of an agency, highest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgencyLevel {
    /// กระทรวง or a body of that rank.
    Ministry,
    /// กรม or a body of that rank.
    Department,
    /// กอง / สำนัก.
    Division,
}

impl AgencyLevel {
    /// 1 for a ministry, 2 for a department, 3 for a division.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::Ministry => 1,
            Self::Department => 2,
            Self::Division => 3,
        }
    }

    /// The level of a number; `None` outside 1 to 3.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Ministry),
            2 => Some(Self::Department),
            3 => Some(Self::Division),
            _ => None,
        }
    }
}

impl fmt::Display for AgencyLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ministry => "ministry",
            Self::Department => "department",
            Self::Division => "division",
        })
    }
}

/// A value with the days on which it held, both included; `None` is "not known" at the start and "still so" at the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dated<T> {
    /// The value.
    pub value: T,
    /// The first day.
    pub valid_from: Option<NaiveDate>,
    /// The last day.
    pub valid_to: Option<NaiveDate>,
}

impl<T> Dated<T> {
    /// Whether the value held on a day.
    #[must_use]
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        holds_on(self.valid_from, self.valid_to, day)
    }
}

/// Whether a day lies in a stretch with open ends.
pub(crate) fn holds_on(from: Option<NaiveDate>, to: Option<NaiveDate>, day: NaiveDate) -> bool {
    from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to)
}

/// An agency as it is on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agency {
    /// Who it is.
    pub agency_id: AgencyId,
    /// Its rank.
    pub level: AgencyLevel,
    /// Its name on that day.
    pub name: String,
    /// Its superior on that day; `None` directly under the state.
    pub parent: Option<AgencyId>,
    /// Its first day, when known.
    pub valid_from: Option<NaiveDate>,
    /// Its last day, when it has ended.
    pub valid_to: Option<NaiveDate>,
}

/// How an agency's charge passed to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuccessionKind {
    /// It became part of the successor.
    Merger,
    /// It was dissolved; the successor has all or part of its charge.
    Split,
}

impl SuccessionKind {
    /// The name in the database.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Merger => "merger",
            Self::Split => "split",
        }
    }
}

/// A passing of charge, seen from one side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Succession {
    /// The agency on the other side.
    pub agency_id: AgencyId,
    /// The first day of the successor's charge.
    pub effective_on: NaiveDate,
    /// How.
    pub kind: SuccessionKind,
}

/// Everything that is known of an agency, oldest first in every list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgencyHistory {
    /// Who it is.
    pub agency_id: AgencyId,
    /// Its rank.
    pub level: AgencyLevel,
    /// Its first day, when known.
    pub valid_from: Option<NaiveDate>,
    /// Its last day, when it has ended.
    pub valid_to: Option<NaiveDate>,
    /// Its names.
    pub names: Vec<Dated<String>>,
    /// Its superiors; `None` directly under the state.
    pub parents: Vec<Dated<Option<AgencyId>>>,
    /// Agencies that it followed.
    pub predecessors: Vec<Succession>,
    /// Agencies that followed it.
    pub successors: Vec<Succession>,
}

impl AgencyHistory {
    /// The agency on a day; `None` before its start and after its end.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> Option<Agency> {
        if !holds_on(self.valid_from, self.valid_to, day) {
            return None;
        }
        let name = self.names.iter().find(|name| name.holds_on(day))?.value.clone();
        let parent = self.parents.iter().find(|parent| parent.holds_on(day))?.value;
        let Self { agency_id, level, valid_from, valid_to, .. } = *self;
        Some(Agency { agency_id, level, name, parent, valid_from, valid_to })
    }

    /// The last name that it had or has.
    #[must_use]
    pub fn latest_name(&self) -> &str {
        self.names.last().map_or("", |name| &name.value)
    }
}

/// An agency to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAgency {
    /// Its rank.
    pub level: AgencyLevel,
    /// Its name.
    pub name: String,
    /// Its superior, of a higher rank; `None` directly under the state.
    pub parent: Option<AgencyId>,
    /// Its first day, when known.
    pub valid_from: Option<NaiveDate>,
}

/// A reorganisation that cannot be; the caller's fault. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AgencyError {
    /// No agency has the number.
    #[error("there is no agency {0}")]
    NotFound(AgencyId),
    /// A name without anything in it, too long, or with a NUL character.
    #[error(
        "{name:?} cannot name an agency; a name has 1 to {} bytes and no NUL character",
        crate::MAXIMUM_NAME_BYTES
    )]
    BadName {
        /// The name, at most 60 characters of it.
        name: String,
    },
    /// Another agency has the name, at the same place, on some of the days.
    #[error("agency {taken_by} already has the name {name} at that place and time")]
    NameTaken {
        /// The name.
        name: String,
        /// The agency that has it.
        taken_by: AgencyId,
    },
    /// The agency has ended.
    #[error("agency {agency_id} ended on {last_day}; nothing can change for it after that")]
    Ended {
        /// The agency.
        agency_id: AgencyId,
        /// Its last day.
        last_day: NaiveDate,
    },
    /// The day lies before, or on, the day of an earlier change that it would undo.
    #[error("agency {agency_id} changed or started on {changed_on}; give a later day than that")]
    TooEarly {
        /// The agency.
        agency_id: AgencyId,
        /// The day of its start or last change.
        changed_on: NaiveDate,
    },
    /// A superior of the same or a lower rank.
    #[error("a {level} cannot stand under a {parent_level}")]
    WrongRank {
        /// The unit's rank.
        level: AgencyLevel,
        /// The superior's rank.
        parent_level: AgencyLevel,
    },
    /// A merger of agencies of different ranks.
    #[error(
        "agency {from} is a {from_level} and cannot be merged into agency {into}, a {into_level}; dissolve it and name its successors"
    )]
    OtherRank {
        /// The agency that would end.
        from: AgencyId,
        /// Its rank.
        from_level: AgencyLevel,
        /// The agency that would take it in.
        into: AgencyId,
        /// Its rank.
        into_level: AgencyLevel,
    },
    /// An agency cannot follow itself.
    #[error("agency {0} cannot follow itself")]
    OwnSuccessor(AgencyId),
    /// An agency with units under it cannot be dissolved.
    #[error("agency {agency_id} still has {units} units under it; move or dissolve them first")]
    HasUnits {
        /// The agency.
        agency_id: AgencyId,
        /// How many.
        units: usize,
    },
    /// A day outside the years 1 to 9999 (Christian era).
    #[error("{0} lies outside the years 1 to 9999 (Christian era)")]
    DayOutOfRange(NaiveDate),
}

impl Store {
    /// Everything that is known of an agency; `None` when there is no such agency.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn agency(&self, agency_id: AgencyId) -> Result<Option<AgencyHistory>, StoreError> {
        Ok(self.agency_histories(&[agency_id]).await?.remove(&agency_id))
    }

    /// All agencies of a day, by number; with their `parent` they are a tree.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn agencies(&self, on: NaiveDate) -> Result<Vec<Agency>, StoreError> {
        let mut link = self.database.reader().await?;
        agency_rows::all_on(&mut link, on).await.map_err(|failure| self.explain(failure))
    }

    /// The agencies that bear a name on a day, by number. White space does not tell names apart.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn agencies_named(&self, name: &str, on: NaiveDate) -> Result<Vec<Agency>, StoreError> {
        let key = name_key(name);
        let ever = self.agencies_ever_named(name).await?;
        Ok(ever
            .iter()
            .filter_map(|history| history.on(on))
            .filter(|agency| name_key(&agency.name) == key)
            .collect())
    }

    /// The agencies that bear a name or bore it once, by number.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn agencies_ever_named(&self, name: &str) -> Result<Vec<AgencyHistory>, StoreError> {
        let key = name_key(name);
        let mut snapshot = self.database.snapshot().await?;
        let ids = agency_rows::ids_with_keys(&mut snapshot, &[key.as_str()])
            .await
            .map_err(|failure| self.explain(failure))?;
        let histories =
            agency_rows::histories(&mut snapshot, &ids).await.map_err(|failure| self.explain(failure))?;
        let mut histories: Vec<AgencyHistory> = histories.into_values().collect();
        histories.sort_by_key(|history| history.agency_id);
        Ok(histories)
    }

    /// The names of an agency and its superiors on a day, as a record's owner would give them; `None` when it was not there.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn agency_as_owner(
        &self,
        agency_id: AgencyId,
        on: NaiveDate,
    ) -> Result<Option<Owner>, StoreError> {
        let mut snapshot = self.database.snapshot().await?;
        let mut owner = Owner::default();
        let mut next = Some(agency_id);
        // Superiors are of higher rank, so that three steps reach the top.
        for _ in 0..3 {
            let Some(id) = next else { break };
            let histories = agency_rows::histories(&mut snapshot, &[id])
                .await
                .map_err(|failure| self.explain(failure))?;
            let Some(agency) = histories.get(&id).and_then(|history| history.on(on)) else {
                if id == agency_id {
                    return Ok(None);
                }
                break;
            };
            match agency.level {
                AgencyLevel::Ministry => owner.ministry = agency.name,
                AgencyLevel::Department => owner.department = agency.name,
                AgencyLevel::Division => owner.division = agency.name,
            }
            next = agency.parent;
        }
        Ok(Some(owner))
    }

    /// Who has an agency's charge on a day: itself while it lasts, else its successors' successors and so on; none when it was
    /// dissolved without a successor.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn agencies_in_charge(
        &self,
        agency_id: AgencyId,
        on: NaiveDate,
    ) -> Result<Vec<AgencyId>, StoreError> {
        let mut snapshot = self.database.snapshot().await?;
        let mut in_charge = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![agency_id];
        while !open.is_empty() {
            open.retain(|id| seen.insert(*id));
            let histories = agency_rows::histories(&mut snapshot, &open)
                .await
                .map_err(|failure| self.explain(failure))?;
            open.clear();
            for history in histories.into_values() {
                if history.valid_to.is_some_and(|last_day| last_day < on) {
                    open.extend(history.successors.iter().map(|succession| succession.agency_id));
                } else {
                    in_charge.insert(history.agency_id);
                }
            }
        }
        Ok(in_charge.into_iter().collect())
    }

    async fn agency_histories(
        &self,
        ids: &[AgencyId],
    ) -> Result<HashMap<AgencyId, AgencyHistory>, StoreError> {
        let mut snapshot = self.database.snapshot().await?;
        agency_rows::histories(&mut snapshot, ids).await.map_err(|failure| self.explain(failure))
    }
}
