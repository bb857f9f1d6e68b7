//! Storing projects.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::{SecondsFormat, Utc};
use thiap_domain::{Project, ProjectCode};

use crate::agency_links;
use crate::error::{Failure, StoreError};
use crate::plans;
use crate::record::CanonicalRecord;
use crate::sqlite::project_rows::{self, KnownProject, NewState, NewVersion};
use crate::sqlite::{Changed, Link, state_rows};
use crate::store::Store;

/// What storing a record did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UpsertOutcome {
    /// The project is new, or was withdrawn and is back.
    Added,
    /// The project was there and has changed.
    Updated,
    /// The project was there, the same; nothing was written.
    Unchanged,
}

/// What withdrawing a project did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WithdrawOutcome {
    /// It is not there any more.
    Withdrawn,
    /// There was none of that code, or it was withdrawn before; nothing was written.
    NotThere,
}

/// After so many rows of pure computing, other tasks of the thread get their turn.
const ROWS_BETWEEN_YIELDS: usize = 128;

impl Store {
    /// Stores projects, as if one after the other, in one transaction: all are saved when this returns, or none. A code that comes
    /// twice gets two versions. Owners that were never seen become agencies.
    ///
    /// Thousands of rows a call are best: each call costs one flush to the disk.
    ///
    /// # Errors
    /// [`StoreError::Unstorable`] for the first record that [`crate::check_storable`] refuses; otherwise what keeps the store from
    /// being written.
    pub async fn upsert_projects(&self, projects: &[Project]) -> Result<Vec<UpsertOutcome>, StoreError> {
        let mut records = Vec::with_capacity(projects.len());
        for (row, project) in projects.iter().enumerate() {
            if row % ROWS_BETWEEN_YIELDS == ROWS_BETWEEN_YIELDS - 1 {
                tokio::task::yield_now().await;
            }
            let record = CanonicalRecord::of(project).map_err(|problem| StoreError::Unstorable {
                row,
                project_code: project.project_code.clone(),
                problem,
            })?;
            records.push(record);
        }
        if projects.is_empty() {
            return Ok(Vec::new());
        }
        let mut writing = self.database.begin_write().await?;
        let (changed, outcomes) =
            upsert(writing.link(), projects, &records).await.map_err(|failure| self.explain(failure))?;
        writing.finish(changed).await?;
        Ok(outcomes)
    }

    /// Withdraws projects in one transaction: they leave the current record, their versions stay, and the change feed says so.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be written.
    pub async fn withdraw_projects(&self, codes: &[ProjectCode]) -> Result<Vec<WithdrawOutcome>, StoreError> {
        if codes.is_empty() {
            return Ok(Vec::new());
        }
        let mut writing = self.database.begin_write().await?;
        let (changed, outcomes) =
            withdraw(writing.link(), codes).await.map_err(|failure| self.explain(failure))?;
        writing.finish(changed).await?;
        Ok(outcomes)
    }
}

/// Codes of a batch with what the store knows of them.
async fn known_projects<'a>(
    link: &mut Link,
    codes: impl Iterator<Item = &'a ProjectCode>,
) -> Result<HashMap<String, KnownProject>, Failure> {
    let mut codes: Vec<&str> = codes.map(ProjectCode::as_str).collect();
    codes.sort_unstable();
    codes.dedup();
    project_rows::known(link, &codes).await
}

fn now() -> String {
    Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true)
}

async fn upsert(
    link: &mut Link,
    projects: &[Project],
    records: &[CanonicalRecord],
) -> Result<(Changed, Vec<UpsertOutcome>), Failure> {
    let mut last = state_rows::read(link).await?.last_change_number;
    let mut known = known_projects(link, projects.iter().map(|project| &project.project_code)).await?;
    let changed_at = now();
    let mut outcomes = Vec::with_capacity(projects.len());
    let mut versions = Vec::new();
    // The state of each changed project after the batch; a code that comes twice keeps its place and takes the later state.
    let mut states: Vec<NewState<'_>> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for (project, record) in projects.iter().zip(records) {
        let code = project.project_code.as_str();
        let before = known.get(code).copied();
        let outcome = match before {
            Some(KnownProject { content_hash: Some(hash), .. }) if hash == record.content_hash => {
                UpsertOutcome::Unchanged
            }
            Some(KnownProject { content_hash: Some(_), .. }) => UpsertOutcome::Updated,
            Some(KnownProject { content_hash: None, .. }) | None => UpsertOutcome::Added,
        };
        outcomes.push(outcome);
        if outcome == UpsertOutcome::Unchanged {
            continue;
        }
        last += 1;
        let project_id = before.map_or(last, |known| known.project_id);
        let version_number = before.map_or(1, |known| known.version_number + 1);
        versions.push(NewVersion {
            change_number: last,
            project_id,
            version_number,
            changed_at: &changed_at,
            record: Some((&record.json, record.content_hash)),
        });
        let state = NewState {
            project_id,
            change_number: last,
            version_number,
            content_hash: record.content_hash,
            project,
            agency_id: None,
            plan_links: Vec::new(),
            was_known: before.is_some(),
        };
        match places.entry(code) {
            Entry::Occupied(place) => {
                if let Some(earlier) = states.get_mut(*place.get()) {
                    *earlier = NewState { was_known: earlier.was_known, ..state };
                }
            }
            Entry::Vacant(place) => {
                place.insert(states.len());
                states.push(state);
            }
        }
        let now_known = KnownProject { project_id, version_number, content_hash: Some(record.content_hash) };
        known.insert(code.to_owned(), now_known);
    }
    if versions.is_empty() {
        return Ok((Changed::No, outcomes));
    }
    agency_links::link_owners(link, &mut states).await?;
    plans::link_plans(link, &mut states).await?;
    project_rows::write_states(link, &states).await?;
    project_rows::insert_versions(link, &versions).await?;
    state_rows::set_last_change_number(link, last).await?;
    Ok((Changed::Yes, outcomes))
}

async fn withdraw(
    link: &mut Link,
    codes: &[ProjectCode],
) -> Result<(Changed, Vec<WithdrawOutcome>), Failure> {
    let mut last = state_rows::read(link).await?.last_change_number;
    let mut known = known_projects(link, codes.iter()).await?;
    let changed_at = now();
    let (mut outcomes, mut versions, mut rows) = (Vec::new(), Vec::new(), Vec::new());
    for code in codes {
        let Some(project) = known.get_mut(code.as_str()).filter(|project| project.content_hash.is_some())
        else {
            outcomes.push(WithdrawOutcome::NotThere);
            continue;
        };
        project.content_hash = None;
        last += 1;
        let version_number = project.version_number + 1;
        versions.push(NewVersion {
            change_number: last,
            project_id: project.project_id,
            version_number,
            changed_at: &changed_at,
            record: None,
        });
        rows.push((project.project_id, last, version_number));
        outcomes.push(WithdrawOutcome::Withdrawn);
    }
    if versions.is_empty() {
        return Ok((Changed::No, outcomes));
    }
    project_rows::insert_versions(link, &versions).await?;
    project_rows::withdraw(link, &rows).await?;
    state_rows::set_last_change_number(link, last).await?;
    Ok((Changed::Yes, outcomes))
}
