//! Rows of projects, their versions and what hangs on them.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::TryStreamExt;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use thiap_domain::{Project, ProjectCode};

use super::state_rows::{signed, unsigned};
use super::{Link, bulk};
use crate::agencies::AgencyId;
use crate::error::Failure;
use crate::plans::PlanId;
use crate::projects::{ProjectVersion, VersionState};
use crate::record::ContentHash;

/// What the store knows about a code before a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KnownProject {
    pub project_id: u64,
    pub version_number: u64,
    /// Of the current record; `None` when withdrawn.
    pub content_hash: Option<ContentHash>,
}

/// A version to be written.
#[derive(Debug)]
pub(crate) struct NewVersion<'a> {
    pub change_number: u64,
    pub project_id: u64,
    pub version_number: u64,
    pub changed_at: &'a str,
    /// The record and its hash; `None` withdraws.
    pub record: Option<(&'a str, ContentHash)>,
}

/// The state that a project has after a batch.
#[derive(Debug)]
pub(crate) struct NewState<'a> {
    pub project_id: u64,
    pub change_number: u64,
    pub version_number: u64,
    pub content_hash: ContentHash,
    pub project: &'a Project,
    pub agency_id: Option<AgencyId>,
    pub plan_links: Vec<NewPlanLink>,
    /// Whether the project was there before, withdrawn or not.
    pub was_known: bool,
}

/// A project's link to a plan.
#[derive(Debug)]
pub(crate) struct NewPlanLink {
    pub level: u8,
    pub name: Arc<str>,
    pub name_key: Arc<str>,
    /// The listed plan that it names.
    pub plan_id: Option<PlanId>,
}

pub(super) fn hash_of(bytes: Option<Vec<u8>>) -> Result<Option<ContentHash>, Failure> {
    bytes
        .map(|bytes| {
            ContentHash::try_from(bytes.as_slice())
                .map_err(|_| Failure::Damaged(format!("a content hash of {} bytes", bytes.len())))
        })
        .transpose()
}

/// What is known about each of the codes.
pub(crate) async fn known(link: &mut Link, codes: &[&str]) -> Result<HashMap<String, KnownProject>, Failure> {
    let mut found = HashMap::with_capacity(codes.len());
    let statements = bulk::statements_with_list(
        "SELECT project_code, project_id, version_number, content_hash FROM projects WHERE project_code IN",
        codes,
        |list, code| {
            list.push_bind(*code);
        },
    );
    for mut statement in statements {
        let rows: Vec<(String, i64, i64, Option<Vec<u8>>)> =
            statement.build_query_as().fetch_all(&mut *link).await?;
        for (code, project_id, version_number, hash) in rows {
            let known = KnownProject {
                project_id: unsigned(project_id, "a project's id")?,
                version_number: unsigned(version_number, "a version number")?,
                content_hash: hash_of(hash)?,
            };
            found.insert(code, known);
        }
    }
    Ok(found)
}

pub(crate) async fn insert_versions(link: &mut Link, versions: &[NewVersion<'_>]) -> Result<(), Failure> {
    bulk::insert(
        link,
        "INSERT INTO project_versions \
         (change_number, project_id, version_number, changed_at, content_hash, record)",
        "",
        versions,
        |values, version| {
            values
                .push_bind(signed(version.change_number))
                .push_bind(signed(version.project_id))
                .push_bind(signed(version.version_number))
                .push_bind(version.changed_at)
                .push_bind(version.record.map(|(_, hash)| hash.to_vec()))
                .push_bind(version.record.map(|(json, _)| json));
        },
    )
    .await?;
    Ok(())
}

/// The columns of a project's row that repeat what its record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RecordColumns<'a> {
    pub kind: &'a str,
    pub fiscal_year_be: Option<i64>,
    pub period_start: Option<String>,
    pub period_end: Option<String>,
    pub budget_satang: Option<i64>,
    pub status: &'a str,
    pub title: &'a str,
}

impl<'a> RecordColumns<'a> {
    pub(super) fn of(project: &'a Project) -> Self {
        Self {
            kind: project.kind.name(),
            fiscal_year_be: project.fiscal_year_be.map(|year| i64::from(year.be())),
            period_start: project.period.map(|period| period.start.to_string()),
            period_end: project.period.map(|period| period.end.to_string()),
            budget_satang: project.budget_total().map(|baht| baht.satang()),
            status: &project.status,
            title: &project.title,
        }
    }
}

const PROJECT_COLUMNS: &str = "INSERT INTO projects \
     (project_id, project_code, change_number, version_number, withdrawn, content_hash, kind, fiscal_year_be, \
      period_start, period_end, budget_satang, agency_id, status, title)";

/// Writes the states of projects, those that are new and those that are not.
pub(crate) async fn write_states(link: &mut Link, states: &[NewState<'_>]) -> Result<(), Failure> {
    bulk::insert(
        link,
        PROJECT_COLUMNS,
        "ON CONFLICT (project_id) DO UPDATE SET \
           change_number = excluded.change_number, version_number = excluded.version_number, \
           withdrawn = excluded.withdrawn, content_hash = excluded.content_hash, kind = excluded.kind, \
           fiscal_year_be = excluded.fiscal_year_be, period_start = excluded.period_start, \
           period_end = excluded.period_end, budget_satang = excluded.budget_satang, \
           agency_id = excluded.agency_id, status = excluded.status, title = excluded.title",
        states,
        |values, state| {
            let columns = RecordColumns::of(state.project);
            values
                .push_bind(signed(state.project_id))
                .push_bind(state.project.project_code.as_str())
                .push_bind(signed(state.change_number))
                .push_bind(signed(state.version_number))
                .push_bind(false)
                .push_bind(state.content_hash.to_vec())
                .push_bind(columns.kind)
                .push_bind(columns.fiscal_year_be)
                .push_bind(columns.period_start)
                .push_bind(columns.period_end)
                .push_bind(columns.budget_satang)
                .push_bind(state.agency_id.map(AgencyId::number))
                .push_bind(columns.status)
                .push_bind(columns.title);
        },
    )
    .await?;
    let replaced: Vec<u64> =
        states.iter().filter(|state| state.was_known).map(|state| state.project_id).collect();
    delete_details(link, &replaced).await?;
    insert_details(link, states).await
}

/// Marks projects as withdrawn: `(project_id, change_number, version_number)` each.
pub(crate) async fn withdraw(link: &mut Link, rows: &[(u64, u64, u64)]) -> Result<(), Failure> {
    for (project_id, change_number, version_number) in rows {
        sqlx::query(
            "UPDATE projects SET change_number = $1, version_number = $2, withdrawn = $3, content_hash = NULL \
             WHERE project_id = $4",
        )
        .bind(signed(*change_number))
        .bind(signed(*version_number))
        .bind(true)
        .bind(signed(*project_id))
        .execute(&mut *link)
        .await?;
    }
    let ids: Vec<u64> = rows.iter().map(|(project_id, ..)| *project_id).collect();
    delete_details(link, &ids).await
}

async fn delete_details(link: &mut Link, project_ids: &[u64]) -> Result<(), Failure> {
    for head in [
        "DELETE FROM project_areas WHERE project_id IN",
        "DELETE FROM project_budgets WHERE project_id IN",
        "DELETE FROM plan_links WHERE project_id IN",
    ] {
        let statements = bulk::statements_with_list(head, project_ids, |list, id| {
            list.push_bind(signed(*id));
        });
        for mut statement in statements {
            statement.build().execute(&mut *link).await?;
        }
    }
    Ok(())
}

/// The items of a list with the project that they belong to and their place in it.
fn details<'a, T>(
    states: &'a [NewState<'_>],
    list: impl Fn(&'a NewState<'_>) -> &'a [T],
) -> Vec<(i64, i64, &'a T)> {
    let mut rows = Vec::new();
    for state in states {
        let project_id = signed(state.project_id);
        rows.extend((0i64..).zip(list(state)).map(|(place, item)| (project_id, place, item)));
    }
    rows
}

async fn insert_details(link: &mut Link, states: &[NewState<'_>]) -> Result<(), Failure> {
    let areas = details(states, |state| &state.project.areas);
    bulk::insert(
        link,
        "INSERT INTO project_areas (project_id, position, province, district, subdistrict, area_code)",
        "",
        &areas,
        |values, (project_id, position, area)| {
            values
                .push_bind(*project_id)
                .push_bind(*position)
                .push_bind(area.province.as_str())
                .push_bind(area.district.as_str())
                .push_bind(area.subdistrict.as_str())
                .push_bind(area.code.map(|code| i64::from(code.number())));
        },
    )
    .await?;
    let budgets = details(states, |state| &state.project.budgets);
    bulk::insert(
        link,
        "INSERT INTO project_budgets (project_id, position, fiscal_year_be, source, satang)",
        "",
        &budgets,
        |values, (project_id, position, line)| {
            values
                .push_bind(*project_id)
                .push_bind(*position)
                .push_bind(line.fiscal_year_be.map(|year| year.be()))
                .push_bind(line.source.as_str())
                .push_bind(line.baht.satang());
        },
    )
    .await?;
    let links = details(states, |state| &state.plan_links);
    bulk::insert(
        link,
        "INSERT INTO plan_links (project_id, position, level, name, name_key, plan_id)",
        "",
        &links,
        |values, (project_id, position, link)| {
            values
                .push_bind(*project_id)
                .push_bind(*position)
                .push_bind(i64::from(link.level))
                .push_bind(Arc::clone(&link.name))
                .push_bind(Arc::clone(&link.name_key))
                .push_bind(link.plan_id.map(PlanId::number));
        },
    )
    .await?;
    Ok(())
}

/// A record out of the database.
pub(super) fn project_from(json: &str, what: impl FnOnce() -> String) -> Result<Project, Failure> {
    serde_json::from_str(json)
        .map_err(|error| Failure::Damaged(format!("{} cannot be read: {error}", what())))
}

const CURRENT: &str = "SELECT version.record FROM projects AS project \
     JOIN project_versions AS version ON version.change_number = project.change_number \
     WHERE version.record IS NOT NULL AND project.project_code IN";

/// The current records of those codes that are there, in no order.
pub(crate) async fn current(link: &mut Link, codes: &[&str]) -> Result<Vec<Project>, Failure> {
    let mut projects = Vec::with_capacity(codes.len());
    let statements = bulk::statements_with_list(CURRENT, codes, |list, code| {
        list.push_bind(*code);
    });
    for mut statement in statements {
        let mut rows = statement.build_query_scalar::<String>().fetch(&mut *link);
        while let Some(json) = rows.try_next().await? {
            projects.push(project_from(&json, || "a project's record".to_owned())?);
        }
    }
    Ok(projects)
}

/// Current records in the order of their codes' bytes, from after a code; stops early after so many bytes.
pub(crate) async fn current_after(
    link: &mut Link,
    code: Option<&ProjectCode>,
    limit: usize,
    page_bytes: usize,
) -> Result<Vec<Project>, Failure> {
    // No code is empty, so that every code comes after "".
    let mut rows = sqlx::query_scalar::<_, String>(
        "SELECT version.record FROM projects AS project \
         JOIN project_versions AS version ON version.change_number = project.change_number \
         WHERE project.project_code > $1 AND version.record IS NOT NULL \
         ORDER BY project.project_code LIMIT $2",
    )
    .bind(code.map_or("", ProjectCode::as_str))
    .bind(signed(limit as u64))
    .fetch(link);
    let (mut projects, mut bytes) = (Vec::new(), 0);
    while let Some(json) = rows.try_next().await? {
        bytes += json.len();
        projects.push(project_from(&json, || "a project's record".to_owned())?);
        if bytes >= page_bytes {
            break;
        }
    }
    Ok(projects)
}

/// Every version of a project, oldest first.
pub(crate) async fn versions(link: &mut Link, code: &ProjectCode) -> Result<Vec<ProjectVersion>, Failure> {
    let rows: Vec<SqliteRow> = sqlx::query(
        "SELECT version.version_number, version.change_number, version.changed_at, version.record \
         FROM projects AS project JOIN project_versions AS version ON version.project_id = project.project_id \
         WHERE project.project_code = $1 ORDER BY version.version_number",
    )
    .bind(code.as_str())
    .fetch_all(link)
    .await?;
    rows.into_iter()
        .map(|row| {
            let change_number = unsigned(row.try_get("change_number")?, "a change number")?;
            let record: Option<&str> = row.try_get("record")?;
            let changed_at: &str = row.try_get("changed_at")?;
            let what = || format!("version with change number {change_number}");
            Ok(ProjectVersion {
                version_number: unsigned(row.try_get("version_number")?, "a version number")?,
                change_number,
                changed_at: changed_at
                    .parse()
                    .map_err(|error| Failure::Damaged(format!("the time of {}: {error}", what())))?,
                state: match record {
                    Some(json) => VersionState::Recorded(Box::new(project_from(json, what)?)),
                    None => VersionState::Withdrawn,
                },
            })
        })
        .collect()
}

/// The agency that a project's owner is linked to.
pub(crate) async fn owner_agency(link: &mut Link, code: &ProjectCode) -> Result<Option<AgencyId>, Failure> {
    let agency: Option<Option<i64>> =
        sqlx::query_scalar("SELECT agency_id FROM projects WHERE project_code = $1 AND NOT withdrawn")
            .bind(code.as_str())
            .fetch_optional(link)
            .await?;
    Ok(agency.flatten().map(AgencyId::from_number))
}

/// The codes of an agency's current projects, in the order of their bytes, from after a code.
pub(crate) async fn codes_of_agency(
    link: &mut Link,
    agency_id: AgencyId,
    after: Option<&ProjectCode>,
    limit: usize,
) -> Result<Vec<ProjectCode>, Failure> {
    let codes: Vec<String> = sqlx::query_scalar(
        "SELECT project_code FROM projects WHERE agency_id = $1 AND NOT withdrawn AND project_code > $2 \
         ORDER BY project_code LIMIT $3",
    )
    .bind(agency_id.number())
    .bind(after.map_or("", ProjectCode::as_str))
    .bind(signed(limit as u64))
    .fetch_all(link)
    .await?;
    codes
        .iter()
        .map(|code| {
            ProjectCode::new(code).map_err(|error| Failure::Damaged(format!("a project's code: {error}")))
        })
        .collect()
}
