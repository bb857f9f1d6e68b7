//! What SQLite's error codes mean to people.

use std::path::Path;
use std::time::Duration;

use crate::error::{Failure, StoreError};

/// Primary result codes of SQLite (<https://www.sqlite.org/rescode.html>).
mod code {
    pub(super) const BUSY: i32 = 5;
    pub(super) const LOCKED: i32 = 6;
    pub(super) const NO_MEMORY: i32 = 7;
    pub(super) const READ_ONLY: i32 = 8;
    pub(super) const INPUT_OUTPUT: i32 = 10;
    pub(super) const CORRUPT: i32 = 11;
    pub(super) const FULL: i32 = 13;
    pub(super) const CANNOT_OPEN: i32 = 14;
    pub(super) const NOT_A_DATABASE: i32 = 26;
    /// `SQLITE_IOERR_SHMSIZE`: the shared-memory file beside the store could not grow.
    pub(super) const SHARED_MEMORY_SIZE: i32 = 10 | (19 << 8);
}

/// The extended result code of a database error.
fn extended_code(error: &sqlx::Error) -> Option<i32> {
    error.as_database_error()?.code()?.parse().ok()
}

/// Whether another connection was in the way.
pub(super) fn is_busy(error: &sqlx::Error) -> bool {
    extended_code(error).is_some_and(|code| matches!(code & 0xFF, code::BUSY | code::LOCKED))
}

/// Names a failure for people.
pub(super) fn explain(path: &Path, busy_timeout: Duration, failure: Failure) -> StoreError {
    let path = path.to_owned();
    let waited_ms = u64::try_from(busy_timeout.as_millis()).unwrap_or(u64::MAX);
    let error = match failure {
        Failure::Whole(error) => return error,
        Failure::Damaged(what) => return StoreError::Damaged { path, what },
        Failure::Sql(error) => error,
    };
    if let Some(extended) = extended_code(&error) {
        let reason = error.as_database_error().map(|e| e.message().to_owned()).unwrap_or_default();
        return match extended & 0xFF {
            _ if extended == code::SHARED_MEMORY_SIZE => StoreError::DiskFull { path },
            code::FULL => StoreError::DiskFull { path },
            code::BUSY | code::LOCKED => StoreError::Locked { path, waited_ms },
            code::CORRUPT => StoreError::Damaged { path, what: reason },
            code::NOT_A_DATABASE => StoreError::NotAStore { path, what: reason },
            code::READ_ONLY => StoreError::ReadOnly { path },
            code::CANNOT_OPEN => StoreError::CannotOpen { path, reason },
            code::INPUT_OUTPUT | code::NO_MEMORY => StoreError::Disk { path, reason },
            _ => StoreError::Bug { what: format!("{reason} (SQLite code {extended})") },
        };
    }
    match error {
        sqlx::Error::PoolTimedOut => StoreError::Busy { path, waited_ms },
        sqlx::Error::PoolClosed => StoreError::Bug { what: "the store was used after it was closed".into() },
        sqlx::Error::Io(error) => StoreError::Disk { path, reason: error.to_string() },
        sqlx::Error::ColumnDecode { index, source } => {
            StoreError::Damaged { path, what: format!("column {index}: {source}") }
        }
        other => StoreError::Bug { what: other.to_string() },
    }
}
