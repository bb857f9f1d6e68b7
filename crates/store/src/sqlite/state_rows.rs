//! The one row of the store's own state, and counts.

use super::Link;
use crate::error::Failure;
use crate::store::StoreCounts;

/// The store's own state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoreState {
    pub store_id: String,
    pub last_change_number: u64,
}

/// A count or change number out of the database.
pub(super) fn unsigned(number: i64, what: &str) -> Result<u64, Failure> {
    u64::try_from(number).map_err(|_| Failure::Damaged(format!("{what} is {number}")))
}

/// A count or change number into the database.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) async fn read(link: &mut Link) -> Result<StoreState, Failure> {
    let (store_id, last): (String, i64) =
        sqlx::query_as("SELECT store_id, last_change_number FROM store_state WHERE state_id = 1")
            .fetch_optional(link)
            .await?
            .ok_or_else(|| Failure::Damaged("its state is missing".to_owned()))?;
    Ok(StoreState { store_id, last_change_number: unsigned(last, "the last change number")? })
}

pub(crate) async fn set_last_change_number(link: &mut Link, last: u64) -> Result<(), Failure> {
    sqlx::query("UPDATE store_state SET last_change_number = $1 WHERE state_id = 1")
        .bind(signed(last))
        .execute(link)
        .await?;
    Ok(())
}

pub(crate) async fn counts(link: &mut Link) -> Result<StoreCounts, Failure> {
    let (all, withdrawn, versions, agencies, plans): (i64, i64, i64, i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM projects), \
                (SELECT count(*) FROM projects WHERE withdrawn), \
                (SELECT last_change_number FROM store_state WHERE state_id = 1), \
                (SELECT count(*) FROM agencies), \
                (SELECT count(*) FROM plans)",
    )
    .fetch_one(link)
    .await?;
    Ok(StoreCounts {
        projects: unsigned(all - withdrawn, "the number of projects")?,
        withdrawn: unsigned(withdrawn, "the number of withdrawn projects")?,
        versions: unsigned(versions, "the last change number")?,
        agencies: unsigned(agencies, "the number of agencies")?,
        plans: unsigned(plans, "the number of plans")?,
    })
}
