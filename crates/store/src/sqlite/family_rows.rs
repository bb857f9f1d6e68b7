//! Families and what people decided about them.

use std::collections::BTreeMap;

use thiap_domain::ProjectCode;

use super::state_rows::{signed, unsigned};
use super::{Link, bulk};
use crate::error::Failure;
use crate::families::{FamilyEdit, FamilyEditKind, NewFamilyEdit, NewScreening, StoredFamily};

fn code(text: &str) -> Result<ProjectCode, Failure> {
    ProjectCode::new(text).map_err(|error| Failure::Damaged(format!("a code among the families: {error}")))
}

pub(crate) async fn save(
    link: &mut Link,
    now: &str,
    screening: NewScreening,
    families: &[StoredFamily],
) -> Result<(), Failure> {
    let screening_id: i64 = sqlx::query_scalar(
        "INSERT INTO screenings (screened_at, change_number, fiscal_year_be) VALUES ($1, $2, $3) \
         RETURNING screening_id",
    )
    .bind(now)
    .bind(signed(screening.change_number))
    .bind(screening.fiscal_year_be)
    .fetch_one(&mut *link)
    .await?;
    for family in families {
        sqlx::query("DELETE FROM family_members WHERE family_id = $1")
            .bind(&family.family_id)
            .execute(&mut *link)
            .await?;
    }
    let rows: Vec<(i64, &StoredFamily)> = (0i64..).zip(families).collect();
    bulk::insert(
        link,
        "INSERT INTO families (family_id, screening_id, position, content)",
        "ON CONFLICT (family_id) DO UPDATE SET screening_id = excluded.screening_id, \
         position = excluded.position, content = excluded.content",
        &rows,
        |values, (position, family)| {
            values
                .push_bind(family.family_id.clone())
                .push_bind(screening_id)
                .push_bind(*position)
                .push_bind(family.content.clone());
        },
    )
    .await?;
    let members: Vec<(&str, &ProjectCode)> = families
        .iter()
        .flat_map(|family| family.members.iter().map(|member| (family.family_id.as_str(), member)))
        .collect();
    bulk::insert(
        link,
        "INSERT INTO family_members (family_id, project_code)",
        "",
        &members,
        |values, (family, member)| {
            values.push_bind((*family).to_owned()).push_bind(member.as_str().to_owned());
        },
    )
    .await?;
    Ok(())
}

pub(crate) async fn count(link: &mut Link) -> Result<Option<u64>, Failure> {
    let (last, count): (Option<i64>, i64) = sqlx::query_as(
        "SELECT (SELECT max(screening_id) FROM screenings), \
                (SELECT count(*) FROM families WHERE screening_id = (SELECT max(screening_id) FROM screenings))",
    )
    .fetch_one(link)
    .await?;
    last.map(|_| unsigned(count, "the number of families")).transpose()
}

pub(crate) async fn of_last_screening(
    link: &mut Link,
    offset: u64,
    limit: u64,
) -> Result<Vec<StoredFamily>, Failure> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT family_id, content FROM families \
         WHERE screening_id = (SELECT max(screening_id) FROM screenings) ORDER BY position LIMIT $1 OFFSET $2",
    )
    .bind(signed(limit))
    .bind(signed(offset))
    .fetch_all(&mut *link)
    .await?;
    with_members(link, rows).await
}

pub(crate) async fn by_id(link: &mut Link, family_id: &str) -> Result<Option<StoredFamily>, Failure> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT family_id, content FROM families WHERE family_id = $1")
            .bind(family_id)
            .fetch_all(&mut *link)
            .await?;
    Ok(with_members(link, rows).await?.pop())
}

async fn with_members(link: &mut Link, rows: Vec<(String, String)>) -> Result<Vec<StoredFamily>, Failure> {
    let mut families = Vec::with_capacity(rows.len());
    for (family_id, content) in rows {
        let codes: Vec<String> = sqlx::query_scalar(
            "SELECT project_code FROM family_members WHERE family_id = $1 ORDER BY project_code",
        )
        .bind(&family_id)
        .fetch_all(&mut *link)
        .await?;
        let members = codes.iter().map(|text| code(text)).collect::<Result<_, _>>()?;
        families.push(StoredFamily { family_id, members, content });
    }
    Ok(families)
}

pub(crate) async fn memberships(link: &mut Link) -> Result<Vec<(String, Vec<ProjectCode>)>, Failure> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT family_id, project_code FROM family_members ORDER BY family_id, project_code")
            .fetch_all(link)
            .await?;
    let mut families: BTreeMap<String, Vec<ProjectCode>> = BTreeMap::new();
    for (family_id, member) in rows {
        families.entry(family_id).or_default().push(code(&member)?);
    }
    Ok(families.into_iter().collect())
}

pub(crate) async fn add_edit(link: &mut Link, now: &str, edit: &NewFamilyEdit) -> Result<u64, Failure> {
    let edit_id: i64 = sqlx::query_scalar(
        "INSERT INTO family_edits (kind, family_id, reason, reviewer, edited_at) VALUES ($1, $2, $3, $4, $5) \
         RETURNING edit_id",
    )
    .bind(edit.kind.name())
    .bind(&edit.family_id)
    .bind(&edit.reason)
    .bind(&edit.reviewer)
    .bind(now)
    .fetch_one(&mut *link)
    .await?;
    let mut pairs: Vec<(&ProjectCode, &ProjectCode)> = edit
        .pairs
        .iter()
        .filter(|(a, b)| a != b)
        .map(|(a, b)| if a.as_str() < b.as_str() { (a, b) } else { (b, a) })
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    bulk::insert(
        link,
        "INSERT INTO family_edit_pairs (edit_id, code_a, code_b)",
        "",
        &pairs,
        |values, (a, b)| {
            values.push_bind(edit_id).push_bind(a.as_str().to_owned()).push_bind(b.as_str().to_owned());
        },
    )
    .await?;
    unsigned(edit_id, "the number of an edit")
}

pub(crate) async fn edits(link: &mut Link) -> Result<Vec<FamilyEdit>, Failure> {
    let rows: Vec<(i64, String, String, String, String, String)> = sqlx::query_as(
        "SELECT edit_id, kind, family_id, reason, reviewer, edited_at FROM family_edits ORDER BY edit_id",
    )
    .fetch_all(&mut *link)
    .await?;
    let pairs: Vec<(i64, String, String)> = sqlx::query_as(
        "SELECT edit_id, code_a, code_b FROM family_edit_pairs ORDER BY edit_id, code_a, code_b",
    )
    .fetch_all(link)
    .await?;
    let mut of_edit: BTreeMap<i64, Vec<(ProjectCode, ProjectCode)>> = BTreeMap::new();
    for (edit_id, a, b) in pairs {
        of_edit.entry(edit_id).or_default().push((code(&a)?, code(&b)?));
    }
    rows.into_iter()
        .map(|(edit_id, kind, family_id, reason, reviewer, edited_at)| {
            let kind = match kind.as_str() {
                "split" => FamilyEditKind::Split,
                "merge" => FamilyEditKind::Merge,
                other => return Err(Failure::Damaged(format!("an edit of families of the kind {other:?}"))),
            };
            Ok(FamilyEdit {
                pairs: of_edit.remove(&edit_id).unwrap_or_default(),
                edit_id: unsigned(edit_id, "the number of an edit")?,
                kind,
                family_id,
                reason,
                reviewer,
                edited_at,
            })
        })
        .collect()
}
