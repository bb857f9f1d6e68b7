//! The change feed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use thiap_domain::{Project, ProjectCode};
use thiap_store::{Change, ChangeKind, Store};

use crate::sample::{code, titled};

/// What a follower of the feed holds.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Follower {
    pub change_number: u64,
    pub projects: BTreeMap<ProjectCode, Project>,
}

impl Follower {
    /// Takes one page; false when there was nothing.
    pub async fn step(&mut self, store: &Store, limit: usize) -> bool {
        let changes: Vec<Change> = store.changes_after(self.change_number, limit).await.unwrap();
        assert!(changes.len() <= limit.max(1));
        for change in &changes {
            assert!(change.change_number > self.change_number, "numbers rise");
            self.change_number = change.change_number;
            match &change.kind {
                ChangeKind::Upsert(project) => {
                    assert_eq!(project.project_code, change.project_code);
                    self.projects.insert(change.project_code.clone(), (**project).clone());
                }
                ChangeKind::Delete => {
                    self.projects.remove(&change.project_code);
                }
            }
        }
        !changes.is_empty()
    }

    /// Reads to the end.
    pub async fn catch_up(&mut self, store: &Store, limit: usize) {
        while self.step(store, limit).await {}
    }
}

/// Everything that is in the store now.
pub async fn current(store: &Store) -> BTreeMap<ProjectCode, Project> {
    let mut all = BTreeMap::new();
    loop {
        let after = all.last_key_value().map(|(code, _): (&ProjectCode, &Project)| code.clone());
        let page = store.projects_after(after.as_ref(), 500).await.unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page.into_iter().map(|project| (project.project_code.clone(), project)));
    }
}

pub async fn the_feed_gives_the_latest_state_of_each_project_once(store: &Store) {
    store.upsert_projects(&[titled("A", "ก"), titled("B", "ข"), titled("C", "ค")]).await.unwrap();
    store.upsert_projects(&[titled("A", "กก")]).await.unwrap();
    store.withdraw_projects(&[code("B")]).await.unwrap();
    let told: Vec<(u64, String, bool)> = store
        .changes_after(0, 100)
        .await
        .unwrap()
        .into_iter()
        .map(|change| {
            (change.change_number, change.project_code.to_string(), change.kind == ChangeKind::Delete)
        })
        .collect();
    assert_eq!(told, [(3, "C".into(), false), (4, "A".into(), false), (5, "B".into(), true)]);
    assert_eq!(store.changes_after(4, 100).await.unwrap().len(), 1);
    assert_eq!(store.changes_after(5, 100).await.unwrap(), []);
    assert_eq!(store.changes_after(u64::MAX, 100).await.unwrap(), []);
    assert_eq!(store.last_change_number().await.unwrap(), 5);
}

pub async fn the_feed_can_be_read_in_pages_of_any_size(store: &Store) {
    let rows: Vec<Project> = (0..200).map(|n| titled(&format!("P{n}"), "ก")).collect();
    store.upsert_projects(&rows).await.unwrap();
    let again: Vec<Project> = (50..120).map(|n| titled(&format!("P{n}"), "ข")).collect();
    store.upsert_projects(&again).await.unwrap();
    store.withdraw_projects(&[code("P3"), code("P60")]).await.unwrap();
    let expected = current(store).await;
    assert_eq!(expected.len(), 198);
    for limit in [0, 1, 7, 200, usize::MAX] {
        let mut follower = Follower::default();
        follower.catch_up(store, limit).await;
        assert_eq!(follower.projects, expected);
        assert_eq!(follower.change_number, 272);
    }
}

pub async fn a_reader_behind_writers_misses_nothing(store: &Store) {
    let done = Arc::new(AtomicBool::new(false));
    let reader = tokio::spawn({
        let (store, done) = (store.clone(), Arc::clone(&done));
        async move {
            let mut follower = Follower::default();
            while !done.load(Ordering::Acquire) {
                follower.step(&store, 13).await;
                tokio::task::yield_now().await;
            }
            follower.catch_up(&store, 13).await;
            follower
        }
    });
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let store = store.clone();
            tokio::spawn(async move {
                for round in 0..15 {
                    let rows: Vec<Project> = (0..20)
                        .map(|n| titled(&format!("P{}", (writer * 7 + n) % 40), &format!("{writer} {round}")))
                        .collect();
                    store.upsert_projects(&rows).await.unwrap();
                    store.withdraw_projects(&[code(&format!("P{round}"))]).await.unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    done.store(true, Ordering::Release);
    let follower = reader.await.unwrap();
    assert_eq!(follower.projects, current(store).await);
    assert_eq!(follower.change_number, store.last_change_number().await.unwrap());
}

pub async fn a_page_of_huge_records_ends_early_but_never_empty(store: &Store) {
    let huge = |name: &str| {
        let mut project = titled(name, "ใหญ่");
        project.rationale = "a".repeat(24 << 20);
        project
    };
    for name in ["A", "B", "C", "D"] {
        store.upsert_projects(&[huge(name)]).await.unwrap();
    }
    assert_eq!(store.changes_after(0, 100).await.unwrap().len(), 3);
    assert_eq!(store.changes_after(3, 100).await.unwrap().len(), 1);
    assert_eq!(store.projects_after(None, 100).await.unwrap().len(), 3);
}
