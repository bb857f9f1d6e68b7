//! Several handles and several processes on one file.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use tempfile::TempDir;
use thiap_domain::Project;
use thiap_store::{IntegrityDepth, Store, StoreLocation};

use crate::sample::{budget_like, owner};
use crate::sqlite_place;
use crate::suite::feed::{Follower, current};

/// Tells the child process, which is this test program again, where to import and under which name.
const PLACE: &str = "THIAP_STORE_SHARING_TEST_PLACE";
const WRITER: &str = "THIAP_STORE_SHARING_TEST_WRITER";

const BATCHES: usize = 12;
const ROWS: usize = 30;

fn batch(writer: &str, number: usize) -> Vec<Project> {
    (0..ROWS)
        .map(|n| {
            let common = n % 3 == 0;
            let name = if common { format!("common-{n}") } else { format!("{writer}-{number}-{n}") };
            Project {
                owner: owner("กระทรวง", &format!("กรม {}", n % 5), ""),
                ..budget_like(&name, &format!("{writer} {number}"))
            }
        })
        .collect()
}

async fn import_all(store: &Store, writer: &str) {
    for number in 0..BATCHES {
        store.upsert_projects(&batch(writer, number)).await.unwrap();
    }
}

async fn everything_arrived(store: &Store, writers: &[&str]) {
    let projects = current(store).await;
    for writer in writers {
        for number in 0..BATCHES {
            for row in batch(writer, number) {
                assert!(projects.contains_key(&row.project_code), "{}", row.project_code);
            }
        }
    }
    assert_eq!(store.counts().await.unwrap().agencies, 6, "one ministry and five departments");
    let report = store.check_integrity(IntegrityDepth::Records).await.unwrap();
    assert_eq!(report.problems, Vec::<String>::new());
}

/// Runs only in the child.
#[tokio::test]
async fn child_imports_beside_others() {
    let (Some(place), Ok(writer)) = (std::env::var_os(PLACE), std::env::var(WRITER)) else { return };
    let store = Store::open(&StoreLocation::Sqlite(place.into())).await.unwrap();
    import_all(&store, &writer).await;
    store.close().await;
}

#[tokio::test]
async fn two_processes_make_and_fill_one_store_while_a_third_follows() {
    let folder = TempDir::new().unwrap();
    let place = folder.path().join("record.sqlite");
    // Started together on a file that is not there yet: both make it.
    let mut children: Vec<_> = ["left", "right"]
        .into_iter()
        .map(|writer| {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "sqlite_sharing::child_imports_beside_others"])
                .env(PLACE, &place)
                .env(WRITER, writer)
                .stdout(Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    let store = Store::open(&sqlite_place(&folder)).await.unwrap();
    let mut follower = Follower::default();
    while children.iter_mut().any(|child| child.try_wait().unwrap().is_none()) {
        follower.step(&store, 17).await;
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    follower.catch_up(&store, 17).await;
    assert_eq!(follower.projects, current(&store).await);
    everything_arrived(&store, &["left", "right"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_handles_write_in_turns() {
    let folder = TempDir::new().unwrap();
    let (left, right) = tokio::join!(async { Store::open(&sqlite_place(&folder)).await.unwrap() }, async {
        Store::open(&sqlite_place(&folder)).await.unwrap()
    },);
    assert_eq!(left.store_id().await.unwrap(), right.store_id().await.unwrap());
    let tasks = [
        tokio::spawn({
            let left = left.clone();
            async move { import_all(&left, "left").await }
        }),
        tokio::spawn(async move { import_all(&right, "right").await }),
    ];
    for task in tasks {
        task.await.unwrap();
    }
    everything_arrived(&left, &["left", "right"]).await;
    let numbers: BTreeSet<u64> =
        left.changes_after(0, 10_000).await.unwrap().iter().map(|change| change.change_number).collect();
    assert_eq!(numbers.last().copied(), Some(left.last_change_number().await.unwrap()));
}
