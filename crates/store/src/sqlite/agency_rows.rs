//! Rows of agencies.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::state_rows::signed;
use super::{Link, bulk};
use crate::agencies::{Agency, AgencyHistory, AgencyId, AgencyLevel, Dated, Succession, SuccessionKind};
use crate::error::Failure;
use crate::names::name_key;

/// An agency to be written, with its first name and superior.
#[derive(Debug, Clone)]
pub(crate) struct NewAgencyRow {
    pub agency_id: AgencyId,
    pub level: AgencyLevel,
    pub name: String,
    pub parent: Option<AgencyId>,
    pub valid_from: Option<NaiveDate>,
}

pub(super) fn day(text: Option<String>) -> Result<Option<NaiveDate>, Failure> {
    text.map(|text| {
        text.parse().map_err(|_| Failure::Damaged(format!("{text:?} stands where a day is expected")))
    })
    .transpose()
}

fn level(number: i64) -> Result<AgencyLevel, Failure> {
    u8::try_from(number)
        .ok()
        .and_then(AgencyLevel::from_number)
        .ok_or_else(|| Failure::Damaged(format!("an agency of level {number}")))
}

/// The number after the largest in use.
pub(crate) async fn next_id(link: &mut Link) -> Result<i64, Failure> {
    let largest: i64 =
        sqlx::query_scalar("SELECT coalesce(max(agency_id), 0) FROM agencies").fetch_one(link).await?;
    Ok(largest + 1)
}

/// Agencies that bear one of the keys or bore it once, by number.
pub(crate) async fn ids_with_keys(link: &mut Link, keys: &[&str]) -> Result<Vec<AgencyId>, Failure> {
    let mut ids = Vec::new();
    let statements = bulk::statements_with_list(
        "SELECT agency_id FROM agency_names WHERE name_key IN",
        keys,
        |list, key| {
            list.push_bind(*key);
        },
    );
    for mut statement in statements {
        let found: Vec<i64> = statement.build_query_scalar().fetch_all(&mut *link).await?;
        ids.extend(found.into_iter().map(AgencyId::from_number));
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// The agencies that have, or once had, a superior.
pub(crate) async fn ids_under(link: &mut Link, parent: AgencyId) -> Result<Vec<AgencyId>, Failure> {
    let ids: Vec<i64> = sqlx::query_scalar(
        "SELECT DISTINCT agency_id FROM agency_parents WHERE parent_id = $1 ORDER BY agency_id",
    )
    .bind(parent.number())
    .fetch_all(link)
    .await?;
    Ok(ids.into_iter().map(AgencyId::from_number).collect())
}

/// Agency, position, value, first day, last day.
type DatedRow<T> = (i64, i64, T, Option<String>, Option<String>);

/// Everything that is known of the agencies; numbers that name none are left out.
pub(crate) async fn histories(
    link: &mut Link,
    ids: &[AgencyId],
) -> Result<HashMap<AgencyId, AgencyHistory>, Failure> {
    let mut histories = HashMap::with_capacity(ids.len());
    let by_id = |head| {
        bulk::statements_with_list(head, ids, |list, id: &AgencyId| {
            list.push_bind(id.number());
        })
    };
    for mut statement in
        by_id("SELECT agency_id, level, valid_from, valid_to FROM agencies WHERE agency_id IN")
    {
        let rows: Vec<(i64, i64, Option<String>, Option<String>)> =
            statement.build_query_as().fetch_all(&mut *link).await?;
        for (id, number, from, to) in rows {
            let agency_id = AgencyId::from_number(id);
            let history = AgencyHistory {
                agency_id,
                level: level(number)?,
                valid_from: day(from)?,
                valid_to: day(to)?,
                names: Vec::new(),
                parents: Vec::new(),
                predecessors: Vec::new(),
                successors: Vec::new(),
            };
            histories.insert(agency_id, history);
        }
    }
    // Both tables are stored in the order of (agency_id, position), and each agency is asked for once; the order is made sure of by
    // sorting, as no statement promises it.
    for mut statement in
        by_id("SELECT agency_id, position, name, valid_from, valid_to FROM agency_names WHERE agency_id IN")
    {
        let mut rows: Vec<DatedRow<String>> = statement.build_query_as().fetch_all(&mut *link).await?;
        rows.sort_unstable_by_key(|row| (row.0, row.1));
        for (id, _, value, from, to) in rows {
            if let Some(history) = histories.get_mut(&AgencyId::from_number(id)) {
                history.names.push(Dated { value, valid_from: day(from)?, valid_to: day(to)? });
            }
        }
    }
    for mut statement in by_id(
        "SELECT agency_id, position, parent_id, valid_from, valid_to FROM agency_parents WHERE agency_id IN",
    ) {
        let mut rows: Vec<DatedRow<Option<i64>>> = statement.build_query_as().fetch_all(&mut *link).await?;
        rows.sort_unstable_by_key(|row| (row.0, row.1));
        for (id, _, parent, from, to) in rows {
            if let Some(history) = histories.get_mut(&AgencyId::from_number(id)) {
                let value = parent.map(AgencyId::from_number);
                history.parents.push(Dated { value, valid_from: day(from)?, valid_to: day(to)? });
            }
        }
    }
    for (head, successors) in [
        (
            "SELECT predecessor_id, successor_id, effective_on, kind FROM agency_successions \
             WHERE predecessor_id IN",
            true,
        ),
        (
            "SELECT successor_id, predecessor_id, effective_on, kind FROM agency_successions \
             WHERE successor_id IN",
            false,
        ),
    ] {
        for mut statement in by_id(head) {
            let mut rows: Vec<(i64, i64, String, String)> =
                statement.build_query_as().fetch_all(&mut *link).await?;
            rows.sort_unstable_by(|a, b| (a.0, &a.2, a.1).cmp(&(b.0, &b.2, b.1)));
            for (id, other, effective_on, kind) in rows {
                let succession = succession(other, effective_on, &kind)?;
                if let Some(history) = histories.get_mut(&AgencyId::from_number(id)) {
                    let list = if successors { &mut history.successors } else { &mut history.predecessors };
                    list.push(succession);
                }
            }
        }
    }
    Ok(histories)
}

fn succession(other: i64, effective_on: String, kind: &str) -> Result<Succession, Failure> {
    let kind = match kind {
        "merger" => SuccessionKind::Merger,
        "split" => SuccessionKind::Split,
        other => return Err(Failure::Damaged(format!("a succession of kind {other:?}"))),
    };
    let effective_on =
        day(Some(effective_on))?.ok_or_else(|| Failure::Damaged("a succession without a day".to_owned()))?;
    Ok(Succession { agency_id: AgencyId::from_number(other), effective_on, kind })
}

/// All agencies of a day, by number.
pub(crate) async fn all_on(link: &mut Link, on: NaiveDate) -> Result<Vec<Agency>, Failure> {
    type Row = (i64, i64, String, Option<i64>, Option<String>, Option<String>);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT agency.agency_id, agency.level, name.name, parent.parent_id, agency.valid_from, agency.valid_to \
         FROM agencies AS agency \
         JOIN agency_names AS name ON name.agency_id = agency.agency_id \
         JOIN agency_parents AS parent ON parent.agency_id = agency.agency_id \
         WHERE coalesce(agency.valid_from, $1) <= $1 AND coalesce(agency.valid_to, $1) >= $1 \
           AND coalesce(name.valid_from, $1) <= $1 AND coalesce(name.valid_to, $1) >= $1 \
           AND coalesce(parent.valid_from, $1) <= $1 AND coalesce(parent.valid_to, $1) >= $1 \
         ORDER BY agency.agency_id",
    )
    .bind(on.to_string())
    .fetch_all(link)
    .await?;
    rows.into_iter()
        .map(|(id, number, name, parent, from, to)| {
            Ok(Agency {
                agency_id: AgencyId::from_number(id),
                level: level(number)?,
                name,
                parent: parent.map(AgencyId::from_number),
                valid_from: day(from)?,
                valid_to: day(to)?,
            })
        })
        .collect()
}

/// Writes agencies; a superior comes before those under it.
pub(crate) async fn insert(link: &mut Link, agencies: &[NewAgencyRow]) -> Result<(), Failure> {
    let from = |agency: &NewAgencyRow| agency.valid_from.map(|day| day.to_string());
    bulk::insert(
        link,
        "INSERT INTO agencies (agency_id, level, valid_from)",
        "",
        agencies,
        |values, agency| {
            values
                .push_bind(agency.agency_id.number())
                .push_bind(i64::from(agency.level.number()))
                .push_bind(from(agency));
        },
    )
    .await?;
    bulk::insert(
        link,
        "INSERT INTO agency_names (agency_id, position, name, name_key, valid_from)",
        "",
        agencies,
        |values, agency| {
            values
                .push_bind(agency.agency_id.number())
                .push_bind(1_i64)
                .push_bind(agency.name.as_str())
                .push_bind(name_key(&agency.name))
                .push_bind(from(agency));
        },
    )
    .await?;
    bulk::insert(
        link,
        "INSERT INTO agency_parents (agency_id, position, parent_id, valid_from)",
        "",
        agencies,
        |values, agency| {
            values
                .push_bind(agency.agency_id.number())
                .push_bind(1_i64)
                .push_bind(agency.parent.map(AgencyId::number))
                .push_bind(from(agency));
        },
    )
    .await?;
    Ok(())
}

/// Ends the latest name on `last_day` and starts another the day after, at `position` (1 for the first name).
pub(crate) async fn replace_name(
    link: &mut Link,
    agency_id: AgencyId,
    position: usize,
    name: &str,
    last_day: NaiveDate,
    from: NaiveDate,
) -> Result<(), Failure> {
    end(
        link,
        "UPDATE agency_names SET valid_to = $1 WHERE agency_id = $2 AND valid_to IS NULL",
        agency_id,
        last_day,
    )
    .await?;
    sqlx::query(
        "INSERT INTO agency_names (agency_id, position, name, name_key, valid_from) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(agency_id.number())
    .bind(signed(position as u64))
    .bind(name)
    .bind(name_key(name))
    .bind(from.to_string())
    .execute(link)
    .await?;
    Ok(())
}

/// Ends the latest superior on `last_day` and starts another the day after, at `position` (1 for the first superior).
pub(crate) async fn replace_parent(
    link: &mut Link,
    agency_id: AgencyId,
    position: usize,
    parent: Option<AgencyId>,
    last_day: NaiveDate,
    from: NaiveDate,
) -> Result<(), Failure> {
    end(
        link,
        "UPDATE agency_parents SET valid_to = $1 WHERE agency_id = $2 AND valid_to IS NULL",
        agency_id,
        last_day,
    )
    .await?;
    sqlx::query(
        "INSERT INTO agency_parents (agency_id, position, parent_id, valid_from) VALUES ($1, $2, $3, $4)",
    )
    .bind(agency_id.number())
    .bind(signed(position as u64))
    .bind(parent.map(AgencyId::number))
    .bind(from.to_string())
    .execute(link)
    .await?;
    Ok(())
}

/// Ends an agency with its name and its place.
pub(crate) async fn close(link: &mut Link, agency_id: AgencyId, last_day: NaiveDate) -> Result<(), Failure> {
    for statement in [
        "UPDATE agencies SET valid_to = $1 WHERE agency_id = $2 AND valid_to IS NULL",
        "UPDATE agency_names SET valid_to = $1 WHERE agency_id = $2 AND valid_to IS NULL",
        "UPDATE agency_parents SET valid_to = $1 WHERE agency_id = $2 AND valid_to IS NULL",
    ] {
        end(link, statement, agency_id, last_day).await?;
    }
    Ok(())
}

async fn end(
    link: &mut Link,
    statement: &'static str,
    agency_id: AgencyId,
    last_day: NaiveDate,
) -> Result<(), Failure> {
    sqlx::query(statement).bind(last_day.to_string()).bind(agency_id.number()).execute(link).await?;
    Ok(())
}

pub(crate) async fn insert_succession(
    link: &mut Link,
    predecessor: AgencyId,
    successor: AgencyId,
    effective_on: NaiveDate,
    kind: SuccessionKind,
) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO agency_successions (predecessor_id, successor_id, effective_on, kind) VALUES ($1, $2, $3, $4)",
    )
    .bind(predecessor.number())
    .bind(successor.number())
    .bind(effective_on.to_string())
    .bind(kind.name())
    .execute(link)
    .await?;
    Ok(())
}
