//! Opening a file: is it a store, of which format, and with which settings.

use std::borrow::Cow;
use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};
use tokio::sync::Mutex;

use super::{Database, failures};
use crate::error::{Failure, StoreError};
use crate::store::StoreOptions;

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// Marks a file as a Thiap store ("Thip"); `PRAGMA application_id`, set by the first migration.
const APPLICATION_ID: i32 = 0x5468_6970;

/// Bytes of a page of a file that this program makes, and the unit of `PRAGMA max_page_count`. Records are some 1 to 3 KB: larger
/// pages than SQLite's 4,096 bytes leave less of each page empty.
const PAGE_BYTES: u32 = 8_192;

/// Memory for pages of one writing transaction, so that a batch of thousands of rows goes to the disk once.
const WRITER_CACHE_KIB: u32 = 64 * 1_024;

/// The write-ahead log is folded into the file when it has this size, and cut to it: pages that batch after batch changes go to
/// the file once.
const LOG_BYTES: u32 = 64 * 1_024 * 1_024;

/// Rows that a writing connection hands over at once: codes and hashes, never records.
const WRITER_ROW_BUFFER: usize = 512;

impl Database {
    /// Opens or makes the file and brings its format up to date.
    pub(crate) async fn open(path: &Path, options: &StoreOptions) -> Result<Self, StoreError> {
        let explain = |failure: Failure| failures::explain(path, options.busy_timeout, failure);
        if path.is_dir() {
            let reason = "it is a folder".to_owned();
            return Err(StoreError::CannotOpen { path: path.to_owned(), reason });
        }
        inspect(path, options).await.map_err(explain)?;
        let writer_options = writer_options(path, options);
        let mut writer = writer_options.connect().await.map_err(|error| explain(error.into()))?;
        prepare(&mut writer, path, options).await.map_err(explain)?;
        let readers = SqlitePoolOptions::new()
            .max_connections(options.readers.max(1))
            .acquire_timeout(options.busy_timeout)
            .test_before_acquire(false)
            .connect_lazy_with(reader_options(path, options));
        Ok(Self {
            path: path.to_owned(),
            busy_timeout: options.busy_timeout,
            writer_options,
            writer: Mutex::new(Some(writer)),
            readers,
        })
    }
}

fn base_options(path: &Path, options: &StoreOptions) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(options.busy_timeout.min(Duration::from_secs(24 * 60 * 60)))
        .foreign_keys(true)
        .disable_statement_logging()
}

fn writer_options(path: &Path, options: &StoreOptions) -> SqliteConnectOptions {
    // FULL: in WAL mode anything less may lose acknowledged transactions in a power cut. A batch pays for it once.
    let mut writer = base_options(path, options)
        .create_if_missing(true)
        .page_size(PAGE_BYTES)
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", format!("-{WRITER_CACHE_KIB}"))
        .pragma("journal_size_limit", LOG_BYTES.to_string())
        .pragma("wal_autocheckpoint", (LOG_BYTES / PAGE_BYTES).to_string())
        .row_buffer_size(WRITER_ROW_BUFFER);
    if let Some(bytes) = options.maximum_file_bytes {
        writer = writer.pragma("max_page_count", (bytes / u64::from(PAGE_BYTES)).max(1).to_string());
    }
    writer
}

fn reader_options(path: &Path, options: &StoreOptions) -> SqliteConnectOptions {
    base_options(path, options).pragma("query_only", "ON")
}

/// Looks at a file that is already there without changing it.
async fn inspect(path: &Path, options: &StoreOptions) -> Result<(), Failure> {
    if std::fs::metadata(path).map_or(0, |file| file.len()) == 0 {
        return Ok(());
    }
    let mut connection = base_options(path, options).connect().await?;
    let checked = check_identity(&mut connection, path).await;
    connection.close().await?;
    checked
}

async fn check_identity(connection: &mut SqliteConnection, path: &Path) -> Result<(), Failure> {
    let tables: i64 =
        sqlx::query_scalar("SELECT count(*) FROM sqlite_schema").fetch_one(&mut *connection).await?;
    let application_id: i32 = sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut *connection).await?;
    // A file without tables is one that another process is just making.
    if tables > 0 && application_id != APPLICATION_ID {
        let what = "a database of another program".to_owned();
        return Err(StoreError::NotAStore { path: path.to_owned(), what }.into());
    }
    if tables > 0 {
        pending_migrations(connection, path).await?;
    }
    Ok(())
}

/// Settings of the file itself, then its format.
async fn prepare(
    connection: &mut SqliteConnection,
    path: &Path,
    options: &StoreOptions,
) -> Result<(), Failure> {
    use_write_ahead_log(connection, path, options.busy_timeout).await?;
    if !is_made(connection).await? || pending_migrations(connection, path).await? {
        // One transaction for all steps, under the write lock: of two processes that make the same store, one waits and then
        // finds it made.
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        MIGRATIONS.run_direct(None, &mut *transaction, false).await.map_err(|error| match error {
            sqlx::migrate::MigrateError::Execute(error)
            | sqlx::migrate::MigrateError::ExecuteMigration(error, _) => Failure::Sql(error),
            other => Failure::Whole(StoreError::Bug { what: other.to_string() }),
        })?;
        transaction.commit().await?;
    }
    Ok(())
}

/// Changing into WAL mode needs the file alone, and SQLite does not wait for that by itself.
async fn use_write_ahead_log(
    connection: &mut SqliteConnection,
    path: &Path,
    patience: Duration,
) -> Result<(), Failure> {
    let started = Instant::now();
    loop {
        match sqlx::query_scalar::<_, String>("PRAGMA journal_mode = WAL").fetch_one(&mut *connection).await {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(mode) => {
                let reason = format!("its disk allows no write-ahead log, only journal mode {mode}");
                return Err(StoreError::CannotOpen { path: path.to_owned(), reason }.into());
            }
            Err(error) if failures::is_busy(&error) && started.elapsed() < patience => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

async fn is_made(connection: &mut SqliteConnection) -> Result<bool, Failure> {
    let application_id: i32 = sqlx::query_scalar("PRAGMA application_id").fetch_one(connection).await?;
    Ok(application_id == APPLICATION_ID)
}

/// Whether the file lacks steps that this program knows; an error when it has steps that this program does not know.
async fn pending_migrations(connection: &mut SqliteConnection, path: &Path) -> Result<bool, Failure> {
    let statement = format!("SELECT version, checksum FROM {} ORDER BY version", MIGRATIONS.table_name);
    let applied: Vec<(i64, Vec<u8>)> = sqlx::query_as(AssertSqlSafe(statement)).fetch_all(connection).await?;
    let known = MIGRATIONS.iter().map(|step| step.version).max().unwrap_or(0);
    for (version, checksum) in &applied {
        match MIGRATIONS.iter().find(|step| step.version == *version) {
            Some(step) if step.checksum == Cow::Borrowed(checksum.as_slice()) => {}
            Some(_) => {
                return Err(StoreError::OtherFormat { path: path.to_owned(), version: *version }.into());
            }
            None if *version > known => {
                let found = applied.iter().map(|(version, _)| *version).max().unwrap_or(*version);
                return Err(StoreError::NewerFormat { path: path.to_owned(), found, known }.into());
            }
            None => {
                return Err(StoreError::OtherFormat { path: path.to_owned(), version: *version }.into());
            }
        }
    }
    Ok(applied.len() < MIGRATIONS.iter().count())
}
