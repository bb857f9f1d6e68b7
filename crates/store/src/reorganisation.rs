//! Changing agencies: new ones, new names, new superiors, mergers and splits. Nothing that was true on a day is lost.

use chrono::{Datelike, NaiveDate};

use crate::agencies::{AgencyError, AgencyHistory, AgencyId, AgencyLevel, NewAgency, SuccessionKind};
use crate::error::{Failure, StoreError};
use crate::names::{name_key, tidy};
use crate::record::MAXIMUM_NAME_BYTES;
use crate::sqlite::agency_rows::{self, NewAgencyRow};
use crate::sqlite::{Changed, Link};
use crate::store::Store;

impl Store {
    /// Adds an agency.
    ///
    /// # Errors
    /// [`StoreError::Agency`] when the name is bad or taken at that place and time, or the superior cannot be one.
    pub async fn add_agency(&self, agency: &NewAgency) -> Result<AgencyId, StoreError> {
        let mut writing = self.database.begin_write().await?;
        let id = add(writing.link(), agency).await.map_err(|failure| self.explain(failure))?;
        writing.finish(Changed::Yes).await?;
        Ok(id)
    }

    /// Gives an agency a new name from a day on; before it, the old one stands. The same name again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Agency`] when there is no such agency, it has ended, the day lies before an earlier change of name, or the
    /// name is bad or taken.
    pub async fn rename_agency(
        &self,
        agency_id: AgencyId,
        new_name: &str,
        from: NaiveDate,
    ) -> Result<(), StoreError> {
        let mut writing = self.database.begin_write().await?;
        let changed = rename(writing.link(), agency_id, new_name, from)
            .await
            .map_err(|failure| self.explain(failure))?;
        writing.finish(changed).await
    }

    /// Puts an agency, with all under it, under another superior from a day on. The same superior again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Agency`] when one of the two is not there or has ended, the superior is not of higher rank, the day lies
    /// before an earlier move, or another agency has the name there.
    pub async fn move_agency(
        &self,
        agency_id: AgencyId,
        new_parent: Option<AgencyId>,
        from: NaiveDate,
    ) -> Result<(), StoreError> {
        let mut writing = self.database.begin_write().await?;
        let changed = change_parent(writing.link(), agency_id, new_parent, from)
            .await
            .map_err(|failure| self.explain(failure))?;
        writing.finish(changed).await
    }

    /// Merges agencies into another of the same rank: from `on`, that one has their charge. Units under them move with them; a unit
    /// whose name is there already is merged into its namesake.
    ///
    /// # Errors
    /// [`StoreError::Agency`] when one is not there or has ended, ranks differ, an agency stands on both sides, or the day lies
    /// before an earlier change.
    pub async fn merge_agencies(
        &self,
        from: &[AgencyId],
        into: AgencyId,
        on: NaiveDate,
    ) -> Result<(), StoreError> {
        let mut writing = self.database.begin_write().await?;
        merge(writing.link(), from, into, on).await.map_err(|failure| self.explain(failure))?;
        writing.finish(if from.is_empty() { Changed::No } else { Changed::Yes }).await
    }

    /// Ends an agency that has no units any more: from `on`, its successors, if any, have its charge.
    ///
    /// # Errors
    /// [`StoreError::Agency`] when one is not there or has ended, units are left, it would follow itself, or the day lies before an
    /// earlier change.
    pub async fn dissolve_agency(
        &self,
        agency_id: AgencyId,
        successors: &[AgencyId],
        on: NaiveDate,
    ) -> Result<(), StoreError> {
        let mut writing = self.database.begin_write().await?;
        dissolve(writing.link(), agency_id, successors, on).await.map_err(|failure| self.explain(failure))?;
        writing.finish(Changed::Yes).await
    }
}

/// The history of an agency that has not ended.
async fn lasting(link: &mut Link, agency_id: AgencyId) -> Result<AgencyHistory, Failure> {
    let history = agency_rows::histories(link, &[agency_id]).await?.remove(&agency_id);
    let history = history.ok_or(AgencyError::NotFound(agency_id))?;
    match history.valid_to {
        Some(last_day) => Err(AgencyError::Ended { agency_id, last_day }.into()),
        None => Ok(history),
    }
}

/// The day before, for a change that comes after `changed_on`.
fn day_before(
    agency_id: AgencyId,
    day: NaiveDate,
    changed_on: Option<NaiveDate>,
) -> Result<NaiveDate, AgencyError> {
    if !(1..=9_999).contains(&day.year()) {
        return Err(AgencyError::DayOutOfRange(day));
    }
    match changed_on {
        Some(changed_on) if day <= changed_on => Err(AgencyError::TooEarly { agency_id, changed_on }),
        _ => day.pred_opt().filter(|day| day.year() >= 1).ok_or(AgencyError::DayOutOfRange(day)),
    }
}

/// The day of the last change of name or place, or of the start.
fn last_changed(history: &AgencyHistory) -> Option<NaiveDate> {
    let name = history.names.last().and_then(|name| name.valid_from);
    let parent = history.parents.last().and_then(|parent| parent.valid_from);
    name.max(parent).max(history.valid_from)
}

fn good_name(name: &str) -> Result<String, AgencyError> {
    let tidied = tidy(name);
    if tidied.is_empty() || tidied.len() > MAXIMUM_NAME_BYTES || tidied.contains('\0') {
        return Err(AgencyError::BadName { name: name.chars().take(60).collect() });
    }
    Ok(tidied)
}

/// Whether two stretches of days share one; `None` is an open end.
fn share_a_day(a: (Option<NaiveDate>, Option<NaiveDate>), b: (Option<NaiveDate>, Option<NaiveDate>)) -> bool {
    let before = |end: Option<NaiveDate>, start: Option<NaiveDate>| {
        end.zip(start).is_some_and(|(end, start)| end < start)
    };
    !before(a.1, b.0) && !before(b.1, a.0)
}

/// Refuses a name that another agency of the rank has at that place on some day from `from` on.
async fn check_name_is_free(
    link: &mut Link,
    except: Option<AgencyId>,
    level: AgencyLevel,
    name: &str,
    parent: Option<AgencyId>,
    from: Option<NaiveDate>,
) -> Result<(), Failure> {
    let key = name_key(name);
    let ids = agency_rows::ids_with_keys(link, &[key.as_str()]).await?;
    for history in agency_rows::histories(link, &ids).await?.values() {
        if history.level != level || Some(history.agency_id) == except {
            continue;
        }
        let names = history.names.iter().filter(|name| name_key(&name.value) == key);
        let taken = names.into_iter().any(|name| {
            let name_days = (name.valid_from, name.valid_to);
            history.parents.iter().filter(|dated| dated.value == parent).any(|dated| {
                let place_days = (dated.valid_from, dated.valid_to);
                share_a_day(name_days, place_days)
                    && share_a_day(name_days, (from, None))
                    && share_a_day(place_days, (from, None))
            })
        });
        if taken {
            return Err(AgencyError::NameTaken { name: tidy(name), taken_by: history.agency_id }.into());
        }
    }
    Ok(())
}

/// The superior, when it can have a unit of the rank from a day on.
async fn check_superior(
    link: &mut Link,
    level: AgencyLevel,
    parent: Option<AgencyId>,
    from: Option<NaiveDate>,
) -> Result<(), Failure> {
    let Some(parent) = parent else { return Ok(()) };
    let superior = lasting(link, parent).await?;
    if superior.level >= level {
        return Err(AgencyError::WrongRank { level, parent_level: superior.level }.into());
    }
    match (superior.valid_from, from) {
        (Some(started), Some(from)) if from < started => {
            Err(AgencyError::TooEarly { agency_id: parent, changed_on: started }.into())
        }
        _ => Ok(()),
    }
}

async fn add(link: &mut Link, agency: &NewAgency) -> Result<AgencyId, Failure> {
    let NewAgency { level, name, parent, valid_from } = agency;
    let name = good_name(name)?;
    if let Some(day) = valid_from
        && !(1..=9_999).contains(&day.year())
    {
        return Err(AgencyError::DayOutOfRange(*day).into());
    }
    check_superior(link, *level, *parent, *valid_from).await?;
    check_name_is_free(link, None, *level, &name, *parent, *valid_from).await?;
    let agency_id = AgencyId::from_number(agency_rows::next_id(link).await?);
    let row = NewAgencyRow { agency_id, level: *level, name, parent: *parent, valid_from: *valid_from };
    agency_rows::insert(link, &[row]).await?;
    Ok(agency_id)
}

async fn rename(
    link: &mut Link,
    agency_id: AgencyId,
    new_name: &str,
    from: NaiveDate,
) -> Result<Changed, Failure> {
    let name = good_name(new_name)?;
    let history = lasting(link, agency_id).await?;
    if history.latest_name() == name {
        return Ok(Changed::No);
    }
    let changed_on = history.names.last().and_then(|name| name.valid_from).max(history.valid_from);
    let last_day = day_before(agency_id, from, changed_on)?;
    for parent in &history.parents {
        if parent.valid_to.is_none_or(|last_day| last_day >= from) {
            check_name_is_free(link, Some(agency_id), history.level, &name, parent.value, Some(from)).await?;
        }
    }
    agency_rows::replace_name(link, agency_id, history.names.len() + 1, &name, last_day, from).await?;
    Ok(Changed::Yes)
}

async fn change_parent(
    link: &mut Link,
    agency_id: AgencyId,
    new_parent: Option<AgencyId>,
    from: NaiveDate,
) -> Result<Changed, Failure> {
    let history = lasting(link, agency_id).await?;
    let latest = history.parents.last();
    if latest.is_some_and(|latest| latest.value == new_parent) {
        return Ok(Changed::No);
    }
    let changed_on = latest.and_then(|latest| latest.valid_from).max(history.valid_from);
    let last_day = day_before(agency_id, from, changed_on)?;
    check_superior(link, history.level, new_parent, Some(from)).await?;
    for name in &history.names {
        if name.valid_to.is_none_or(|last_day| last_day >= from) {
            check_name_is_free(link, Some(agency_id), history.level, &name.value, new_parent, Some(from))
                .await?;
        }
    }
    agency_rows::replace_parent(link, agency_id, history.parents.len() + 1, new_parent, last_day, from)
        .await?;
    Ok(Changed::Yes)
}

/// The units under an agency that have not ended and not moved away.
async fn units_under(link: &mut Link, agency_id: AgencyId) -> Result<Vec<AgencyHistory>, Failure> {
    let ids = agency_rows::ids_under(link, agency_id).await?;
    let mut units: Vec<AgencyHistory> = agency_rows::histories(link, &ids)
        .await?
        .into_values()
        .filter(|unit| unit.valid_to.is_none())
        .filter(|unit| unit.parents.last().is_some_and(|parent| parent.value == Some(agency_id)))
        .collect();
    units.sort_by_key(|unit| unit.agency_id);
    Ok(units)
}

async fn merge(link: &mut Link, from: &[AgencyId], into: AgencyId, on: NaiveDate) -> Result<(), Failure> {
    let mut pairs: Vec<(AgencyId, AgencyId)> = from.iter().map(|from| (*from, into)).collect();
    while let Some((source_id, target_id)) = pairs.pop() {
        if source_id == target_id {
            return Err(AgencyError::OwnSuccessor(source_id).into());
        }
        let source = lasting(link, source_id).await?;
        let target = lasting(link, target_id).await?;
        if source.level != target.level {
            return Err(AgencyError::OtherRank {
                from: source_id,
                from_level: source.level,
                into: target_id,
                into_level: target.level,
            }
            .into());
        }
        if let Some(started) = target.valid_from.filter(|started| on < *started) {
            return Err(AgencyError::TooEarly { agency_id: target_id, changed_on: started }.into());
        }
        let last_day = day_before(source_id, on, last_changed(&source))?;
        let there = units_under(link, target_id).await?;
        for unit in units_under(link, source_id).await? {
            let key = name_key(unit.latest_name());
            let namesake =
                there.iter().find(|other| other.level == unit.level && name_key(other.latest_name()) == key);
            match namesake {
                Some(namesake) => pairs.push((unit.agency_id, namesake.agency_id)),
                None => {
                    change_parent(link, unit.agency_id, Some(target_id), on).await?;
                }
            }
        }
        agency_rows::close(link, source_id, last_day).await?;
        agency_rows::insert_succession(link, source_id, target_id, on, SuccessionKind::Merger).await?;
    }
    Ok(())
}

async fn dissolve(
    link: &mut Link,
    agency_id: AgencyId,
    successors: &[AgencyId],
    on: NaiveDate,
) -> Result<(), Failure> {
    let history = lasting(link, agency_id).await?;
    let last_day = day_before(agency_id, on, last_changed(&history))?;
    let units = units_under(link, agency_id).await?.len();
    if units > 0 {
        return Err(AgencyError::HasUnits { agency_id, units }.into());
    }
    let mut successors = successors.to_vec();
    successors.sort_unstable();
    successors.dedup();
    for successor in successors {
        if successor == agency_id {
            return Err(AgencyError::OwnSuccessor(agency_id).into());
        }
        lasting(link, successor).await?;
        agency_rows::insert_succession(link, agency_id, successor, on, SuccessionKind::Split).await?;
    }
    agency_rows::close(link, agency_id, last_day).await
}
