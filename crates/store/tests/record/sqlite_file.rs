//! What the store says of files that are not as they should be, and that it loses nothing by it.

use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tempfile::TempDir;
use thiap_domain::{Fault, Project, Relation};
use thiap_store::{
    IntegrityDepth, NewDecision, Store, StoreError, StoreLocation, StoreOptions, UpsertOutcome,
};

use crate::sample::{budget_like, code, day, titled};
use crate::suite::decisions::decision;
use crate::{Fresh, sqlite_place};

async fn raw(path: &Path) -> SqliteConnection {
    sqlx::sqlite::SqliteConnectOptions::new().filename(path).create_if_missing(true).connect().await.unwrap()
}

fn batch(number: usize, rows: usize) -> Vec<Project> {
    (0..rows).map(|n| budget_like(&format!("B{number}-{n}"), &format!("ทางหลวง {number} {n}"))).collect()
}

fn impatient() -> StoreOptions {
    StoreOptions { busy_timeout: Duration::from_millis(200), ..StoreOptions::default() }
}

#[tokio::test]
async fn a_closed_store_opens_as_it_was() {
    let fresh = Fresh::sqlite().await;
    let store_id = fresh.store.store_id().await.unwrap();
    fresh.store.upsert_projects(&batch(1, 200)).await.unwrap();
    fresh.store.withdraw_projects(&[code("B1-7")]).await.unwrap();
    let counts = fresh.store.counts().await.unwrap();
    fresh.store.close().await;
    let folder: Vec<_> = std::fs::read_dir(fresh.folder.path()).unwrap().collect();
    assert_eq!(folder.len(), 1, "the log is folded into the file");
    let store = Store::open(&sqlite_place(&fresh.folder)).await.unwrap();
    assert_eq!(store.counts().await.unwrap(), counts);
    assert_eq!(store.store_id().await.unwrap(), store_id);
    assert_eq!(store.upsert_projects(&batch(1, 7)).await.unwrap(), [UpsertOutcome::Unchanged; 7]);
    assert_eq!(store.counts().await.unwrap(), counts);
}

#[tokio::test]
async fn a_full_disk_keeps_whole_batches_and_takes_more_once_there_is_room() {
    let folder = TempDir::new().unwrap();
    let small = StoreOptions { maximum_file_bytes: Some(1 << 20), ..StoreOptions::default() };
    let store = Store::open_with(&sqlite_place(&folder), &small).await.unwrap();
    let mut kept = 0;
    let error = loop {
        match store.upsert_projects(&batch(kept, 100)).await {
            Ok(outcomes) => assert_eq!(outcomes, [UpsertOutcome::Added; 100]),
            Err(error) => break error,
        }
        kept += 1;
    };
    assert!(kept > 2, "{kept}");
    assert!(matches!(error, StoreError::DiskFull { .. }), "{error}");
    assert_eq!(error.fault(), Fault::Environment);
    let whole = async |store: &Store| {
        assert_eq!(store.counts().await.unwrap().projects, kept as u64 * 100);
        assert_eq!(store.last_change_number().await.unwrap(), kept as u64 * 100);
        let report = store.check_integrity(IntegrityDepth::Records).await.unwrap();
        assert_eq!(report.problems, Vec::<String>::new());
    };
    whole(&store).await;
    // The same handle goes on: it reads, it refuses again, and what is there already needs no room.
    assert!(matches!(store.upsert_projects(&batch(kept, 100)).await, Err(StoreError::DiskFull { .. })));
    assert_eq!(store.upsert_projects(&batch(0, 100)).await.unwrap(), [UpsertOutcome::Unchanged; 100]);
    whole(&store).await;
    store.close().await;
    let store = Store::open(&sqlite_place(&folder)).await.unwrap();
    whole(&store).await;
    assert_eq!(store.upsert_projects(&batch(kept, 100)).await.unwrap(), [UpsertOutcome::Added; 100]);
    assert_eq!(store.last_change_number().await.unwrap(), (kept as u64 + 1) * 100);
}

#[tokio::test]
async fn a_store_that_another_program_holds_is_waited_for_then_named() {
    let folder = TempDir::new().unwrap();
    let store = Store::open_with(&sqlite_place(&folder), &impatient()).await.unwrap();
    store.upsert_projects(&[titled("A", "ก")]).await.unwrap();
    let mut other = raw(store.path()).await;
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let started = Instant::now();
    let error = store.upsert_projects(&[titled("B", "ข")]).await.unwrap_err();
    assert!(matches!(error, StoreError::Locked { waited_ms: 200, .. }), "{error}");
    assert_eq!(error.fault(), Fault::Environment);
    assert!(started.elapsed() >= Duration::from_millis(150) && started.elapsed() < Duration::from_secs(20));
    assert_eq!(store.project(&code("A")).await.unwrap().unwrap().title, "ก", "readers are not held up");
    let second = Store::open_with(&sqlite_place(&folder), &impatient()).await.unwrap();
    assert_eq!(second.last_change_number().await.unwrap(), 1, "opening needs no write lock");
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    assert_eq!(store.upsert_projects(&[titled("B", "ข")]).await.unwrap(), [UpsertOutcome::Added]);
}

#[tokio::test]
async fn a_cancelled_call_leaves_nothing_half_done() {
    let fresh = Fresh::sqlite().await;
    let mut done = 0;
    for number in 0..40 {
        let rows = batch(number, 60);
        let wait = Duration::from_micros(150 * number as u64);
        if let Ok(finished) = tokio::time::timeout(wait, fresh.store.upsert_projects(&rows)).await {
            finished.unwrap();
            done += 1;
        }
        let present = fresh.store.projects_after(None, 10_000).await.unwrap().len();
        assert_eq!(present % 60, 0, "whole batches only");
        assert!(present >= done * 60, "what was acknowledged is there");
    }
    fresh.store.upsert_projects(&batch(1_000, 60)).await.unwrap();
    let report = fresh.store.check_integrity(IntegrityDepth::Records).await.unwrap();
    assert_eq!(report.problems, Vec::<String>::new());
}

#[tokio::test]
async fn files_of_others_are_refused_and_left_alone() {
    let folder = TempDir::new().unwrap();
    let text = folder.path().join("letter.txt");
    std::fs::write(&text, "เรียน ผู้อำนวยการกอง\n".repeat(100)).unwrap();
    let database = folder.path().join("other.sqlite");
    let mut other = raw(&database).await;
    sqlx::raw_sql("CREATE TABLE recipes (name TEXT)").execute(&mut other).await.unwrap();
    other.close().await.unwrap();
    for path in [text, database] {
        let before = std::fs::read(&path).unwrap();
        let error = Store::open(&StoreLocation::Sqlite(path.clone())).await.unwrap_err();
        assert!(matches!(error, StoreError::NotAStore { .. }), "{error}");
        assert_eq!(error.fault(), Fault::Caller);
        assert!(error.to_string().contains(path.to_str().unwrap()));
        assert!(std::fs::read(&path).unwrap() == before, "not a byte has changed");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing was left beside them");
}

#[tokio::test]
async fn places_that_cannot_be_opened_are_named() {
    let folder = TempDir::new().unwrap();
    for path in [folder.path().to_owned(), folder.path().join("missing/record.sqlite")] {
        let error = Store::open(&StoreLocation::Sqlite(path.clone())).await.unwrap_err();
        assert!(matches!(error, StoreError::CannotOpen { .. }), "{error}");
        assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
    }
    let empty = folder.path().join("empty.sqlite");
    std::fs::write(&empty, "").unwrap();
    Store::open(&StoreLocation::Sqlite(empty)).await.unwrap();
}

#[tokio::test]
async fn a_store_of_a_newer_program_is_refused_and_left_alone() {
    let fresh = Fresh::sqlite().await;
    fresh.store.upsert_projects(&batch(1, 10)).await.unwrap();
    fresh.store.close().await;
    let path = fresh.folder.path().join("record.sqlite");
    let mut link = raw(&path).await;
    let later = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 VALUES (9999, 'later', 1, x'00', 0)";
    sqlx::raw_sql(later).execute(&mut link).await.unwrap();
    link.close().await.unwrap();
    let before = std::fs::read(&path).unwrap();
    let error = Store::open(&sqlite_place(&fresh.folder)).await.unwrap_err();
    assert!(matches!(error, StoreError::NewerFormat { found: 9999, known: 4, .. }), "{error}");
    assert!(std::fs::read(&path).unwrap() == before);

    let mut link = raw(&path).await;
    let altered = "DELETE FROM _sqlx_migrations WHERE version = 9999; \
                   UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 1";
    sqlx::raw_sql(altered).execute(&mut link).await.unwrap();
    link.close().await.unwrap();
    let error = Store::open(&sqlite_place(&fresh.folder)).await.unwrap_err();
    assert!(matches!(error, StoreError::OtherFormat { version: 1, .. }), "{error}");
}

#[tokio::test]
async fn a_damaged_file_is_an_error_or_a_finding_never_a_panic() {
    let fresh = Fresh::sqlite().await;
    fresh.store.upsert_projects(&batch(1, 2_000)).await.unwrap();
    let expected = fresh.store.projects_after(None, 5_000).await.unwrap();
    fresh.store.close().await;
    let path = fresh.folder.path().join("record.sqlite");
    let whole = std::fs::read(&path).unwrap();
    let mut noticed = 0;
    let damages = 24;
    for number in 0..damages {
        let mut bytes = whole.clone();
        let start = 4_096 + number * (bytes.len() - 8_192) / damages;
        if number % 6 == 5 {
            bytes.truncate(start);
        } else {
            bytes[start..start + 700].fill(0xA5);
        }
        std::fs::write(&path, &bytes).unwrap();
        match Store::open(&sqlite_place(&fresh.folder)).await {
            Err(error) => {
                assert!(matches!(error, StoreError::Damaged { .. } | StoreError::Bug { .. }), "{error}");
                noticed += 1;
            }
            Ok(store) => {
                let read = store.projects_after(None, 5_000).await;
                let fed = store.changes_after(0, 5_000).await;
                let _ = store.counts().await;
                // Space between rows may be damaged without harm.
                let unharmed = read.is_ok_and(|projects| projects == expected)
                    && fed.is_ok_and(|changes| changes.len() == expected.len());
                match store.check_integrity(IntegrityDepth::Records).await {
                    Ok(report) => {
                        assert!(unharmed || !report.is_sound(), "damage {number} went unnoticed");
                        noticed += usize::from(!report.is_sound());
                    }
                    Err(error) => {
                        assert_eq!(error.fault(), Fault::Environment, "{error}");
                        noticed += 1;
                    }
                }
                store.close().await;
            }
        }
        for beside in ["record.sqlite-wal", "record.sqlite-shm"] {
            let _ = std::fs::remove_file(fresh.folder.path().join(beside));
        }
    }
    assert!(noticed > damages / 2, "{noticed} of {damages} damages hit something");
    std::fs::write(&path, &whole).unwrap();
    let store = Store::open(&sqlite_place(&fresh.folder)).await.unwrap();
    assert!(store.check_integrity(IntegrityDepth::Records).await.unwrap().is_sound());
}

#[tokio::test]
async fn an_integrity_check_tells_what_a_stranger_changed() {
    let fresh = Fresh::sqlite().await;
    fresh.store.upsert_projects(&batch(1, 20)).await.unwrap();
    fresh.store.withdraw_projects(&[code("B1-3")]).await.unwrap();
    decide_and_report(&fresh.store).await;
    let mut link = raw(fresh.store.path()).await;
    for (change, told) in [
        ("UPDATE project_versions SET record = replace(record, 'ทางหลวง 1 5', 'อื่น')", "not what was written"),
        ("UPDATE projects SET version_number = 9 WHERE project_code = 'B1-1'", "latest version"),
        ("UPDATE store_state SET last_change_number = 22", "without gaps"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM project_versions WHERE change_number = 2", "without gaps"),
        ("INSERT INTO project_areas VALUES (4, 0, '', '', '', NULL)", "withdrawn projects"),
        ("UPDATE projects SET title = 'อื่น' WHERE project_code = 'B1-1'", "project B1-1 say something else"),
        (
            "UPDATE project_budgets SET satang = satang + 1 WHERE project_id = 6",
            "project B1-5 say something else",
        ),
        ("DELETE FROM plan_links WHERE project_id = 7", "project B1-6 say something else"),
        ("UPDATE agency_names SET valid_to = '2020-01-01'", "every agency has a name"),
        ("PRAGMA foreign_keys = OFF; UPDATE projects SET agency_id = 77", "every reference"),
        (
            "DROP TRIGGER decisions_are_never_changed; UPDATE decisions SET draft_record = '{}' WHERE decision_id = 1",
            "the draft of decision 1 is not what was written",
        ),
        (
            "DROP TRIGGER decisions_are_never_deleted; DELETE FROM decisions WHERE decision_id = 1",
            "without gaps",
        ),
        (
            "DROP TRIGGER reports_are_never_changed; UPDATE reports SET report = '[]'",
            "report T-1 is not what was written",
        ),
    ] {
        let before = fresh.folder.path().join("before.sqlite");
        let _ = std::fs::remove_file(&before);
        sqlx::query("VACUUM INTO ?").bind(before.to_str().unwrap()).execute(&mut link).await.unwrap();
        let copy = Store::open(&StoreLocation::Sqlite(before.clone())).await.unwrap();
        let mut stranger = raw(&before).await;
        sqlx::raw_sql(change).execute(&mut stranger).await.unwrap();
        stranger.close().await.unwrap();
        let report = copy.check_integrity(IntegrityDepth::Records).await.unwrap();
        assert!(report.problems.iter().any(|problem| problem.contains(told)), "{told}: {report:?}");
        copy.close().await;
    }
}

/// Two decisions beside the project B1-1, the first with its draft, and the report T-1.
async fn decide_and_report(store: &Store) {
    let with_draft = NewDecision {
        draft: Some(Box::new(titled("D", "ร่าง"))),
        ..decision("D", "B1-1", "ก", Relation::Overlap)
    };
    store.add_decision(&with_draft).await.unwrap();
    store.add_decision(&decision("D", "B1-1", "ข", Relation::Related)).await.unwrap();
    store.add_report("T-1", day("2026-01-31"), "{}").await.unwrap();
}

#[tokio::test]
async fn nobody_can_change_what_was_decided_or_issued() {
    let fresh = Fresh::sqlite().await;
    fresh.store.upsert_projects(&batch(1, 2)).await.unwrap();
    decide_and_report(&fresh.store).await;
    let told = fresh.store.decisions_on(&["D"]).await.unwrap();
    let report = fresh.store.report("T-1").await.unwrap();
    let mut link = raw(fresh.store.path()).await;
    for (attempt, words) in [
        ("UPDATE decisions SET relation = 'distinct' WHERE decision_id = 1", "never changed"),
        ("UPDATE decisions SET decision_id = 9 WHERE decision_id = 1", "never changed"),
        ("DELETE FROM decisions", "never deleted"),
        (
            "INSERT OR REPLACE INTO decisions (decision_id, draft_id, project_code, relation, reason, reviewer, decided_at) \
             VALUES (1, 'D', 'B1-1', 'distinct', 'x', 'x', '2026-01-01T00:00:00Z')",
            "never changed",
        ),
        ("UPDATE reports SET report = ''", "never changed"),
        ("DELETE FROM reports WHERE number = 'T-1'", "never deleted"),
        (
            "REPLACE INTO reports (number, report_date, issued_at, content_hash, report) \
             VALUES ('T-1', '2026-01-01', '2026-01-01T00:00:00Z', x'00', '')",
            "never changed",
        ),
    ] {
        let error = sqlx::raw_sql(attempt).execute(&mut link).await.unwrap_err().to_string();
        assert!(error.contains(words), "{attempt}: {error}");
    }
    assert_eq!(fresh.store.decisions_on(&["D"]).await.unwrap(), told);
    assert_eq!(fresh.store.report("T-1").await.unwrap(), report);
    assert!(fresh.store.check_integrity(IntegrityDepth::Records).await.unwrap().is_sound());
    fresh.store.close().await;
    let again = Store::open(&sqlite_place(&fresh.folder)).await.unwrap();
    assert_eq!(again.decisions_on(&["D"]).await.unwrap(), told, "they outlive the process");
}

#[tokio::test]
async fn writers_at_the_same_time_number_decisions_without_gaps() {
    let fresh = Fresh::sqlite().await;
    fresh.store.upsert_projects(&[titled("A", "ก")]).await.unwrap();
    let second = Store::open(&sqlite_place(&fresh.folder)).await.unwrap();
    let mut running = tokio::task::JoinSet::new();
    for number in 0..40 {
        let store = if number % 2 == 0 { fresh.store.clone() } else { second.clone() };
        running.spawn(async move {
            let new = decision(&format!("D{number}"), "A", "ก", Relation::Related);
            store.add_decision(&new).await.unwrap().decision_id
        });
    }
    let mut numbers = running.join_all().await;
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=40).collect::<Vec<u64>>());
}

#[tokio::test]
async fn a_store_of_an_older_format_takes_decisions_after_it_is_opened() {
    let fresh = Fresh::sqlite().await;
    fresh.store.upsert_projects(&batch(1, 3)).await.unwrap();
    fresh.store.close().await;
    let mut link = raw(&fresh.folder.path().join("record.sqlite")).await;
    let former = "DROP TABLE decisions; DROP TABLE reports; DELETE FROM _sqlx_migrations WHERE version = 3";
    sqlx::raw_sql(former).execute(&mut link).await.unwrap();
    link.close().await.unwrap();
    let store = Store::open(&sqlite_place(&fresh.folder)).await.unwrap();
    decide_and_report(&store).await;
    assert_eq!(store.counts().await.unwrap().projects, 3);
    assert!(store.check_integrity(IntegrityDepth::Records).await.unwrap().is_sound());
}

#[tokio::test]
async fn the_names_of_seeded_plans_have_the_keys_that_lookups_use() {
    let fresh = Fresh::sqlite().await;
    let mut link = raw(fresh.store.path()).await;
    let keys: Vec<(i64, i64, String)> =
        sqlx::query_as("SELECT plan_id, level, name_key FROM plan_names").fetch_all(&mut link).await.unwrap();
    assert!(keys.len() > 29 * 5);
    for (plan_id, level, key) in keys {
        let level = u8::try_from(level).unwrap().try_into().unwrap();
        let plan = fresh.store.plan_named(level, &key, None).await.unwrap();
        assert_eq!(plan.map(|plan| plan.plan_id.number()), Some(plan_id), "{key}");
    }
}
