//! The change feed.

use futures_util::TryStreamExt;
use thiap_domain::ProjectCode;

use super::Link;
use super::project_rows::project_from;
use super::state_rows::{signed, unsigned};
use crate::error::Failure;
use crate::feed::{Change, ChangeKind};

/// The latest state of each project that changed after a number, in the order of change numbers; stops early after so many bytes of
/// records. One statement, so that all of it is of one moment.
pub(crate) async fn changes_after(
    link: &mut Link,
    change_number: u64,
    limit: usize,
    page_bytes: usize,
) -> Result<Vec<Change>, Failure> {
    let mut rows = sqlx::query_as::<_, (i64, String, Option<String>)>(
        "SELECT project.change_number, project.project_code, version.record FROM projects AS project \
         JOIN project_versions AS version ON version.change_number = project.change_number \
         WHERE project.change_number > $1 ORDER BY project.change_number LIMIT $2",
    )
    .bind(signed(change_number))
    .bind(signed(limit as u64))
    .fetch(link);
    let (mut changes, mut bytes) = (Vec::new(), 0);
    while let Some((number, code, record)) = rows.try_next().await? {
        let change_number = unsigned(number, "a change number")?;
        bytes += record.as_ref().map_or(0, String::len);
        let kind = match record {
            Some(json) => ChangeKind::Upsert(Box::new(project_from(&json, || {
                format!("the record of change {change_number}")
            })?)),
            None => ChangeKind::Delete,
        };
        let project_code = ProjectCode::new(&code)
            .map_err(|error| Failure::Damaged(format!("the code of change {change_number}: {error}")))?;
        changes.push(Change { change_number, project_code, kind });
        if bytes >= page_bytes {
            break;
        }
    }
    Ok(changes)
}
