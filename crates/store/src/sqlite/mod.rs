//! The SQLite backend: all SQL of the crate, with the connections and the meaning of their errors.

mod bulk;
mod failures;
mod open;

pub(crate) mod agency_rows;
pub(crate) mod decision_rows;
pub(crate) mod family_rows;
pub(crate) mod feed_rows;
pub(crate) mod integrity_rows;
pub(crate) mod plan_rows;
pub(crate) mod project_rows;
pub(crate) mod report_rows;
pub(crate) mod state_rows;

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use sqlx::{ConnectOptions, Connection, Sqlite, SqliteConnection, Transaction};
use tokio::sync::{Mutex, MutexGuard};

use crate::error::{Failure, StoreError};

/// A connection as the row functions take it.
pub(crate) type Link = SqliteConnection;

/// The connections to one file: one that writes, made when it is needed, and a pool that reads.
#[derive(Debug)]
pub(crate) struct Database {
    path: PathBuf,
    busy_timeout: Duration,
    writer_options: SqliteConnectOptions,
    writer: Mutex<Option<SqliteConnection>>,
    readers: SqlitePool,
}

impl Database {
    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Closes all connections; the last one folds the write-ahead log into the file.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
        if let Some(connection) = self.writer.lock().await.take()
            && let Err(error) = connection.close().await
        {
            // Nothing is lost: the next opening reads the write-ahead log.
            tracing::warn!(path = %self.path.display(), %error, "the store was not closed in order");
        }
    }

    /// A connection that reads. Each statement sees one state; several see the same only in a [`Self::snapshot`].
    pub(crate) async fn reader(&self) -> Result<PoolConnection<Sqlite>, StoreError> {
        self.readers.acquire().await.map_err(|error| self.explain(error.into()))
    }

    /// A reading transaction: all its statements see the same state.
    pub(crate) async fn snapshot(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.readers.begin().await.map_err(|error| self.explain(error.into()))
    }

    /// Starts the one writing transaction; waits for those before it.
    pub(crate) async fn begin_write(&self) -> Result<Writing<'_>, StoreError> {
        let mut place = self.writer.lock().await;
        let connection = match place.take() {
            Some(connection) => connection,
            None => self.writer_options.connect().await.map_err(|error| self.explain(error.into()))?,
        };
        let mut writing = Writing { connection, place, database: self };
        writing.run("BEGIN IMMEDIATE").await?;
        Ok(writing)
    }

    /// Names a failure for people.
    pub(crate) fn explain(&self, failure: Failure) -> StoreError {
        failures::explain(&self.path, self.busy_timeout, failure)
    }
}

/// Whether a writing step left anything to commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Changed {
    /// Commit.
    Yes,
    /// Roll back: nothing was written.
    No,
}

/// The running writing transaction. It owns its connection: unless it finishes in order, the connection is dropped with it, which
/// rolls back, and the next transaction opens a fresh one. So neither an error nor a cancelled call can leave a half-done
/// transaction behind.
#[derive(Debug)]
pub(crate) struct Writing<'a> {
    connection: SqliteConnection,
    place: MutexGuard<'a, Option<SqliteConnection>>,
    database: &'a Database,
}

impl Writing<'_> {
    /// The connection inside the transaction.
    pub(crate) fn link(&mut self) -> &mut Link {
        &mut self.connection
    }

    async fn run(&mut self, statement: &'static str) -> Result<(), StoreError> {
        sqlx::query(statement)
            .execute(&mut self.connection)
            .await
            .map_err(|error| self.database.explain(error.into()))?;
        Ok(())
    }

    /// Commits what was written; when this returns without an error, it is on the disk.
    pub(crate) async fn finish(mut self, changed: Changed) -> Result<(), StoreError> {
        self.run(if changed == Changed::Yes { "COMMIT" } else { "ROLLBACK" }).await?;
        *self.place = Some(self.connection);
        Ok(())
    }
}
