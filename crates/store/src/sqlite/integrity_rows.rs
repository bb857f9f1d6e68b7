//! Statements that find what is wrong.

use std::collections::BTreeMap;

use futures_util::TryStreamExt;
use thiap_domain::Project;

use super::Link;
use super::project_rows::{RecordColumns, project_from};
use super::state_rows::{self, unsigned};
use crate::error::Failure;
use crate::feed::PAGE_BYTES;
use crate::integrity::{IntegrityDepth, IntegrityReport};
use crate::names::{plan_key, tidy};
use crate::record::content_hash;

/// Problems of one kind that are told one by one.
const TOLD: i64 = 10;

/// Statements that count rows which break a promise, with the promise.
const PROMISES: [(&str, &str); 9] = [
    (
        "change numbers run from 1 to the last without gaps",
        "SELECT count(*) FROM (SELECT count(*) AS number, coalesce(min(change_number), 1) AS first, \
           coalesce(max(change_number), 0) AS last FROM project_versions) AS feed, store_state AS state \
         WHERE feed.number <> state.last_change_number OR feed.last <> state.last_change_number OR feed.first <> 1",
    ),
    (
        "every project stands in the state of its latest version",
        "SELECT count(*) FROM projects AS project LEFT JOIN project_versions AS version \
           ON version.change_number = project.change_number \
         WHERE version.project_id IS NULL OR version.project_id <> project.project_id \
           OR version.version_number <> project.version_number \
           OR coalesce(version.content_hash, '') <> coalesce(project.content_hash, '') \
           OR project.withdrawn <> (version.content_hash IS NULL)",
    ),
    (
        "every project's versions are numbered from 1 and its current one is the last",
        "SELECT count(*) FROM projects AS project JOIN \
           (SELECT project_id, count(*) AS number, min(version_number) AS first, max(version_number) AS last, \
              max(change_number) AS last_change, min(change_number) AS first_change \
            FROM project_versions GROUP BY project_id) AS history ON history.project_id = project.project_id \
         WHERE history.first <> 1 OR history.last <> history.number OR history.last <> project.version_number \
           OR history.last_change <> project.change_number OR history.first_change <> project.project_id",
    ),
    (
        "every project has versions",
        "SELECT count(*) FROM projects AS project WHERE NOT EXISTS \
           (SELECT 1 FROM project_versions AS version WHERE version.project_id = project.project_id)",
    ),
    (
        "withdrawn projects have no areas, budgets or plan links",
        "SELECT count(*) FROM projects AS project WHERE withdrawn AND ( \
           EXISTS (SELECT 1 FROM project_areas AS area WHERE area.project_id = project.project_id) \
           OR EXISTS (SELECT 1 FROM project_budgets AS line WHERE line.project_id = project.project_id) \
           OR EXISTS (SELECT 1 FROM plan_links AS link WHERE link.project_id = project.project_id))",
    ),
    (
        "every agency has a name and a place at all times",
        "SELECT count(*) FROM agencies AS agency WHERE \
           (SELECT count(*) FROM agency_names AS name WHERE name.agency_id = agency.agency_id \
              AND coalesce(name.valid_to, '') = coalesce(agency.valid_to, '')) <> 1 \
           OR (SELECT count(*) FROM agency_parents AS parent WHERE parent.agency_id = agency.agency_id \
              AND coalesce(parent.valid_to, '') = coalesce(agency.valid_to, '')) <> 1",
    ),
    (
        "superiors are of higher rank",
        "SELECT count(*) FROM agency_parents AS place \
         JOIN agencies AS agency ON agency.agency_id = place.agency_id \
         JOIN agencies AS superior ON superior.agency_id = place.parent_id WHERE superior.level >= agency.level",
    ),
    (
        "plan links stand at the level of their plan",
        "SELECT count(*) FROM plan_links AS link JOIN plans AS plan ON plan.plan_id = link.plan_id \
         WHERE plan.level <> link.level",
    ),
    (
        "decisions are numbered from 1 without gaps",
        "SELECT count(*) FROM (SELECT count(*) AS number, coalesce(min(decision_id), 1) AS first, \
           coalesce(max(decision_id), 0) AS last FROM decisions) AS register \
         WHERE register.number <> register.last OR register.first <> 1",
    ),
];

/// Checks the file; see [`crate::Store::check_integrity`].
pub(crate) async fn check(link: &mut Link, depth: IntegrityDepth) -> Result<IntegrityReport, Failure> {
    let mut problems = Vec::new();
    let structure = match depth {
        IntegrityDepth::Structure => "PRAGMA quick_check(20)",
        IntegrityDepth::Records => "PRAGMA integrity_check(20)",
    };
    let found: Vec<String> = sqlx::query_scalar(structure).fetch_all(&mut *link).await?;
    problems.extend(found.into_iter().filter(|line| line != "ok").map(|line| format!("the file: {line}")));
    let dangling: i64 =
        sqlx::query_scalar("SELECT count(*) FROM pragma_foreign_key_check").fetch_one(&mut *link).await?;
    if dangling > 0 {
        problems.push(format!("every reference has its row: broken by {dangling} rows"));
    }
    for (promise, statement) in PROMISES {
        let broken: i64 = sqlx::query_scalar(statement).fetch_one(&mut *link).await?;
        if broken > 0 {
            problems.push(format!("{promise}: broken {broken} times"));
        }
    }
    let last_change_number = state_rows::read(link).await?.last_change_number;
    let records_read = match depth {
        IntegrityDepth::Structure => 0,
        IntegrityDepth::Records => {
            check_columns(link, &mut problems).await?;
            check_kept_texts(link, &mut problems).await?;
            check_records(link, &mut problems).await?
        }
    };
    Ok(IntegrityReport { last_change_number, records_read, problems })
}

async fn check_records(link: &mut Link, problems: &mut Vec<String>) -> Result<u64, Failure> {
    let mut rows = sqlx::query_as::<_, (i64, String, Vec<u8>, String)>(
        "SELECT version.change_number, project.project_code, version.content_hash, version.record \
         FROM project_versions AS version JOIN projects AS project ON project.project_id = version.project_id \
         WHERE version.record IS NOT NULL ORDER BY version.change_number",
    )
    .fetch(link);
    let (mut records_read, mut wrong) = (0, 0);
    while let Some((number, code, hash, json)) = rows.try_next().await? {
        records_read += 1;
        let change_number = unsigned(number, "a change number")?;
        let problem = if hash != content_hash(&json) {
            Some("is not what was written".to_owned())
        } else {
            match project_from(&json, String::new) {
                Ok(project) if project.project_code.as_str() == code => None,
                Ok(_) => Some("is of another project".to_owned()),
                Err(_) => Some("cannot be read".to_owned()),
            }
        };
        if let Some(problem) = problem {
            wrong += 1;
            if wrong <= TOLD {
                problems.push(format!("the record of change {change_number} {problem}"));
            }
        }
    }
    if wrong > TOLD {
        problems.push(format!("and {} more records", wrong - TOLD));
    }
    Ok(records_read)
}

/// Drafts of decisions and issued reports against their hashes.
async fn check_kept_texts(link: &mut Link, problems: &mut Vec<String>) -> Result<(), Failure> {
    let kept = [
        (
            "the draft of decision",
            "SELECT CAST(decision_id AS TEXT), draft_hash, draft_record FROM decisions \
             WHERE draft_record IS NOT NULL ORDER BY decision_id",
        ),
        ("report", "SELECT number, content_hash, report FROM reports ORDER BY report_id"),
    ];
    for (what, statement) in kept {
        let mut rows = sqlx::query_as::<_, (String, Vec<u8>, String)>(statement).fetch(&mut *link);
        let mut wrong = 0;
        while let Some((name, hash, text)) = rows.try_next().await? {
            if hash != content_hash(&text) {
                wrong += 1;
                if wrong <= TOLD {
                    problems.push(format!("{what} {name} is not what was written"));
                }
            }
        }
        if wrong > TOLD {
            problems.push(format!("and {} more of the kind: {what}", wrong - TOLD));
        }
    }
    Ok(())
}

/// Projects that are compared at a time.
const COMPARED: i64 = 500;

/// A project's row as it stands: number, then the columns of [`RecordColumns`], then the record.
type CurrentRow =
    (i64, String, Option<i64>, Option<String>, Option<String>, Option<i64>, String, String, String);

/// Compares what the rows of current projects repeat with what their records say.
async fn check_columns(link: &mut Link, problems: &mut Vec<String>) -> Result<(), Failure> {
    let (mut last_id, mut wrong) = (0, 0);
    loop {
        let mut rows = sqlx::query_as::<_, CurrentRow>(
            "SELECT project.project_id, project.kind, project.fiscal_year_be, project.period_start, \
                    project.period_end, project.budget_satang, project.status, project.title, version.record \
             FROM projects AS project \
             JOIN project_versions AS version ON version.change_number = project.change_number \
             WHERE project.project_id > $1 AND version.record IS NOT NULL ORDER BY project.project_id LIMIT $2",
        )
        .bind(last_id)
        .bind(COMPARED)
        .fetch(&mut *link);
        let (mut page, mut bytes) = (BTreeMap::new(), 0);
        let mut read_any = false;
        let first_id = last_id;
        while let Some((id, kind, year, start, end, satang, status, title, record)) = rows.try_next().await? {
            (last_id, read_any) = (id, true);
            bytes += record.len();
            // A record that cannot be read is told of by `check_records`.
            if let Ok(project) = project_from(&record, String::new) {
                let stands = RecordColumns {
                    kind: &kind,
                    fiscal_year_be: year,
                    period_start: start,
                    period_end: end,
                    budget_satang: satang,
                    status: &status,
                    title: &title,
                };
                let agrees = stands == RecordColumns::of(&project);
                page.insert(id, Comparison { agrees, project, areas: 0, budgets: 0, plan_links: 0 });
            }
            if bytes >= PAGE_BYTES {
                break;
            }
        }
        drop(rows);
        if !read_any {
            break;
        }
        compare_details(link, first_id, last_id, &mut page).await?;
        for comparison in page.values().filter(|comparison| !comparison.is_sound()) {
            wrong += 1;
            if wrong <= TOLD {
                let code = &comparison.project.project_code;
                problems.push(format!("the rows of project {code} say something else than its record"));
            }
        }
    }
    if wrong > TOLD {
        problems.push(format!("and those of {} more projects", wrong - TOLD));
    }
    Ok(())
}

/// A project's record beside its rows, with how many items of each list were found to agree.
struct Comparison {
    project: Project,
    agrees: bool,
    areas: usize,
    budgets: usize,
    plan_links: usize,
}

impl Comparison {
    fn is_sound(&self) -> bool {
        self.agrees
            && self.areas == self.project.areas.len()
            && self.budgets == self.project.budgets.len()
            && self.plan_links == self.project.plan_links.len()
    }
}

/// Compares one row with the item at its place.
fn compare<T>(
    agrees: &mut bool,
    found: &mut usize,
    items: &[T],
    position: i64,
    same: impl FnOnce(&T) -> bool,
) {
    let item = usize::try_from(position).ok().and_then(|place| items.get(place));
    *agrees &= item.is_some_and(same);
    *found += 1;
}

/// Compares the lists of the projects numbered above `first` up to `last`.
async fn compare_details(
    link: &mut Link,
    first: i64,
    last: i64,
    page: &mut BTreeMap<i64, Comparison>,
) -> Result<(), Failure> {
    let areas: Vec<(i64, i64, String, String, String, Option<i64>)> = sqlx::query_as(
        "SELECT project_id, position, province, district, subdistrict, area_code FROM project_areas \
         WHERE project_id > $1 AND project_id <= $2",
    )
    .bind(first)
    .bind(last)
    .fetch_all(&mut *link)
    .await?;
    for (id, position, province, district, subdistrict, code) in areas {
        if let Some(Comparison { project, agrees, areas, .. }) = page.get_mut(&id) {
            compare(agrees, areas, &project.areas, position, |area| {
                (&area.province, &area.district, &area.subdistrict) == (&province, &district, &subdistrict)
                    && area.code.map(|code| i64::from(code.number())) == code
            });
        }
    }
    let budgets: Vec<(i64, i64, Option<i64>, String, i64)> = sqlx::query_as(
        "SELECT project_id, position, fiscal_year_be, source, satang FROM project_budgets \
         WHERE project_id > $1 AND project_id <= $2",
    )
    .bind(first)
    .bind(last)
    .fetch_all(&mut *link)
    .await?;
    for (id, position, year, source, satang) in budgets {
        if let Some(Comparison { project, agrees, budgets, .. }) = page.get_mut(&id) {
            compare(agrees, budgets, &project.budgets, position, |line| {
                line.fiscal_year_be.map(|year| i64::from(year.be())) == year
                    && line.source == source
                    && line.baht.satang() == satang
            });
        }
    }
    let links: Vec<(i64, i64, i64, String, String)> = sqlx::query_as(
        "SELECT project_id, position, level, name, name_key FROM plan_links \
         WHERE project_id > $1 AND project_id <= $2",
    )
    .bind(first)
    .bind(last)
    .fetch_all(&mut *link)
    .await?;
    for (id, position, level, name, name_key) in links {
        if let Some(Comparison { project, agrees, plan_links, .. }) = page.get_mut(&id) {
            compare(agrees, plan_links, &project.plan_links, position, |link| {
                i64::from(u8::from(link.level)) == level
                    && tidy(&link.name) == name
                    && plan_key(&link.name) == name_key
            });
        }
    }
    Ok(())
}
