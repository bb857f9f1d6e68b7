//! Killed at any moment, the store keeps every acknowledged batch and no part of any other.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use thiap_domain::Project;
use thiap_store::{IntegrityDepth, Store, StoreLocation};

use crate::sample::{budget_like, code};
use crate::sqlite_place;

/// Tells the child process, which is this test program again, where to import.
const PLACE: &str = "THIAP_STORE_CRASH_TEST_PLACE";

const ROWS: usize = 50;

/// A batch adds projects of its own and changes the shared ones.
fn batch(number: usize) -> Vec<Project> {
    let own = (0..ROWS).map(|n| budget_like(&format!("own-{number}-{n}"), "ทางหลวง"));
    let shared = (0..ROWS).map(|n| budget_like(&format!("shared-{n}"), &format!("รอบ {number}")));
    own.chain(shared).collect()
}

/// The number of the last whole batch in the store; panics when a batch is there in part.
async fn whole_batches(store: &Store) -> usize {
    let last = usize::try_from(store.last_change_number().await.unwrap()).unwrap();
    assert_eq!(last % (2 * ROWS), 0, "change numbers of whole batches only");
    let batches = last / (2 * ROWS);
    let counts = store.counts().await.unwrap();
    assert_eq!(counts.projects as usize, if batches == 0 { 0 } else { (batches + 1) * ROWS });
    for n in 0..ROWS {
        let shared = store.project(&code(&format!("shared-{n}"))).await.unwrap();
        let expected = (batches > 0).then(|| format!("รอบ {}", batches - 1));
        assert_eq!(shared.map(|project| project.title), expected);
    }
    batches
}

/// Runs only in the child: imports batch after batch and says so, until it is killed.
#[tokio::test]
async fn child_imports_until_it_is_killed() {
    let Some(place) = std::env::var_os(PLACE) else { return };
    let store = Store::open(&StoreLocation::Sqlite(place.into())).await.unwrap();
    let mut number = whole_batches(&store).await;
    loop {
        store.upsert_projects(&batch(number)).await.unwrap();
        number += 1;
        println!("acknowledged {number}");
    }
}

fn start_child(place: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "sqlite_crash::child_imports_until_it_is_killed", "--nocapture"])
        .env(PLACE, place)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn a_killed_import_leaves_whole_batches_and_gapless_numbers() {
    let folder = TempDir::new().unwrap();
    let place = folder.path().join("record.sqlite");
    let mut acknowledged = 0;
    for round in 0..10u64 {
        let mut child = start_child(&place);
        let output = child.stdout.take().unwrap();
        let listener = std::thread::spawn(move || {
            BufReader::new(output)
                .lines()
                .map_while(Result::ok)
                .filter_map(|line| line.split("acknowledged ").nth(1)?.trim().parse::<usize>().ok())
                .last()
        });
        // Different moments: while it opens, between batches, and within them.
        tokio::time::sleep(Duration::from_millis(15 + 37 * round)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        acknowledged = listener.join().unwrap().unwrap_or(0).max(acknowledged);

        let store = Store::open(&sqlite_place(&folder)).await.unwrap();
        let kept = whole_batches(&store).await;
        assert!(kept >= acknowledged, "{acknowledged} batches were acknowledged, {kept} are there");
        let report = store.check_integrity(IntegrityDepth::Records).await.unwrap();
        assert_eq!(report.problems, Vec::<String>::new());
        store.close().await;
    }
    assert!(acknowledged > 0, "the child never came to import");
}
