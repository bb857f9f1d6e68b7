//! Rows of plans and of the links to them.

use chrono::NaiveDate;
use thiap_domain::{FiscalYear, PlanLevel, PlanLink, ProjectCode};

use super::agency_rows::day;
use super::{Link, bulk};
use crate::error::Failure;
use crate::names::tidy;
use crate::plans::{LinkedPlan, NewPlan, Plan, PlanId, PlanKind};

/// A plan that can be meant by a name.
#[derive(Debug, Clone)]
pub(crate) struct NamedPlan {
    pub plan_id: PlanId,
    pub level: u8,
    pub name_key: String,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
}

/// A stored project's link.
#[derive(Debug)]
pub(crate) struct StoredLink {
    pub project_id: i64,
    pub position: i64,
    pub level: u8,
    pub name_key: String,
    pub plan_id: Option<PlanId>,
    /// The project's first day, when its record tells.
    pub began: Option<NaiveDate>,
}

fn level(number: i64) -> Result<PlanLevel, Failure> {
    u8::try_from(number)
        .ok()
        .and_then(|number| PlanLevel::try_from(number).ok())
        .ok_or_else(|| Failure::Damaged(format!("a plan of level {number}")))
}

/// All plans, by number.
pub(crate) async fn all(link: &mut Link) -> Result<Vec<Plan>, Failure> {
    type Row = (i64, String, String, String, Option<i64>, Option<String>, Option<String>);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT plan_id, kind, number, name, parent_id, valid_from, valid_to FROM plans ORDER BY plan_id",
    )
    .fetch_all(link)
    .await?;
    rows.into_iter()
        .map(|(id, kind, number, name, parent, from, to)| {
            let kind = PlanKind::ALL
                .into_iter()
                .find(|known| known.name() == kind)
                .ok_or_else(|| Failure::Damaged(format!("a plan of kind {kind:?}")))?;
            Ok(Plan {
                plan_id: PlanId::from_number(id),
                kind,
                number,
                name,
                parent: parent.map(PlanId::from_number),
                valid_from: day(from)?,
                valid_to: day(to)?,
            })
        })
        .collect()
}

/// The plans that one of the keys can mean, at any level.
pub(crate) async fn named(link: &mut Link, keys: &[&str]) -> Result<Vec<NamedPlan>, Failure> {
    type Row = (i64, i64, String, Option<String>, Option<String>);
    let mut plans = Vec::new();
    let statements = bulk::statements_with_list(
        "SELECT plan.plan_id, name.level, name.name_key, plan.valid_from, plan.valid_to \
         FROM plan_names AS name JOIN plans AS plan ON plan.plan_id = name.plan_id \
         WHERE name.level IN (1, 2, 3) AND name.name_key IN",
        keys,
        |list, key| {
            list.push_bind(*key);
        },
    );
    for mut statement in statements {
        let rows: Vec<Row> = statement.build_query_as().fetch_all(&mut *link).await?;
        for (id, number, name_key, from, to) in rows {
            plans.push(NamedPlan {
                plan_id: PlanId::from_number(id),
                level: level(number)?.into(),
                name_key,
                valid_from: day(from)?,
                valid_to: day(to)?,
            });
        }
    }
    Ok(plans)
}

/// The level of a plan; `None` when there is no such plan.
pub(crate) async fn level_of(link: &mut Link, plan_id: PlanId) -> Result<Option<u8>, Failure> {
    let number: Option<i64> = sqlx::query_scalar("SELECT level FROM plans WHERE plan_id = $1")
        .bind(plan_id.number())
        .fetch_optional(link)
        .await?;
    number.map(|number| level(number).map(u8::from)).transpose()
}

/// Writes a plan with the keys of all its names.
pub(crate) async fn insert(link: &mut Link, plan: &NewPlan, keys: &[String]) -> Result<PlanId, Failure> {
    let largest: i64 =
        sqlx::query_scalar("SELECT coalesce(max(plan_id), 0) FROM plans").fetch_one(&mut *link).await?;
    let plan_id = PlanId::from_number(largest + 1);
    let level = i64::from(u8::from(plan.kind.level()));
    sqlx::query(
        "INSERT INTO plans (plan_id, level, kind, number, name, parent_id, valid_from, valid_to) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(plan_id.number())
    .bind(level)
    .bind(plan.kind.name())
    .bind(tidy(&plan.number))
    .bind(tidy(&plan.name))
    .bind(plan.parent.map(PlanId::number))
    .bind(plan.valid_from.map(|day| day.to_string()))
    .bind(plan.valid_to.map(|day| day.to_string()))
    .execute(&mut *link)
    .await?;
    bulk::insert(link, "INSERT INTO plan_names (plan_id, level, name_key)", "", keys, |values, key| {
        values.push_bind(plan_id.number()).push_bind(level).push_bind(key.as_str());
    })
    .await?;
    Ok(plan_id)
}

pub(crate) async fn set_last_day(
    link: &mut Link,
    plan_id: PlanId,
    last_day: NaiveDate,
) -> Result<(), Failure> {
    sqlx::query("UPDATE plans SET valid_to = $1 WHERE plan_id = $2")
        .bind(last_day.to_string())
        .bind(plan_id.number())
        .execute(link)
        .await?;
    Ok(())
}

/// The links of a current project, in the order of its record.
pub(crate) async fn links_of(link: &mut Link, code: &ProjectCode) -> Result<Vec<LinkedPlan>, Failure> {
    let rows: Vec<(i64, String, Option<i64>)> = sqlx::query_as(
        "SELECT link.level, link.name, link.plan_id FROM projects AS project \
         JOIN plan_links AS link ON link.project_id = project.project_id \
         WHERE project.project_code = $1 ORDER BY link.position",
    )
    .bind(code.as_str())
    .fetch_all(link)
    .await?;
    rows.into_iter()
        .map(|(number, name, plan_id)| {
            Ok(LinkedPlan {
                link: PlanLink { level: level(number)?, name },
                plan_id: plan_id.map(PlanId::from_number),
            })
        })
        .collect()
}

/// All links that write one of the names. Reads the whole table for each hundred names or so: the list of plans changes a few times
/// a year, and an index would cost every import.
pub(crate) async fn links_with_keys(link: &mut Link, keys: &[&str]) -> Result<Vec<StoredLink>, Failure> {
    type Row = (i64, i64, i64, String, Option<i64>, Option<String>, Option<i64>);
    let mut links = Vec::new();
    let statements = bulk::statements_with_list(
        "SELECT link.project_id, link.position, link.level, link.name_key, link.plan_id, \
                project.period_start, project.fiscal_year_be \
         FROM plan_links AS link JOIN projects AS project ON project.project_id = link.project_id \
         WHERE link.name_key IN",
        keys,
        |list, key| {
            list.push_bind(*key);
        },
    );
    for mut statement in statements {
        let rows: Vec<Row> = statement.build_query_as().fetch_all(&mut *link).await?;
        for (project_id, position, number, name_key, plan_id, period_start, year_be) in rows {
            let year = year_be
                .and_then(|year| i32::try_from(year).ok())
                .and_then(|year| FiscalYear::from_be(year).ok());
            links.push(StoredLink {
                project_id,
                position,
                level: level(number)?.into(),
                name_key,
                plan_id: plan_id.map(PlanId::from_number),
                began: day(period_start)?.or_else(|| year.map(|year| year.period().start)),
            });
        }
    }
    Ok(links)
}

pub(crate) async fn set_link(
    link: &mut Link,
    stored: &StoredLink,
    plan_id: Option<PlanId>,
) -> Result<(), Failure> {
    sqlx::query("UPDATE plan_links SET plan_id = $1 WHERE project_id = $2 AND position = $3")
        .bind(plan_id.map(PlanId::number))
        .bind(stored.project_id)
        .bind(stored.position)
        .execute(link)
        .await?;
    Ok(())
}
