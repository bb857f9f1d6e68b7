//! Any sequence of steps leaves the store equal to a plain model of it.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use thiap_domain::{Project, ProjectCode};
use thiap_store::{IntegrityDepth, Store, StoreLocation, UpsertOutcome, VersionState, WithdrawOutcome};

use super::feed::{Follower, current};
use crate::sample::{any_project, code, owner, titled};

/// A step of a store's life.
#[derive(Debug, Clone)]
enum Step {
    Import(Vec<Project>),
    Withdraw(Vec<ProjectCode>),
    Follow(usize),
    Reopen,
}

/// A few codes and contents, so that steps meet each other.
fn small_project() -> impl Strategy<Value = Project> {
    (0..12u8, 0..3u8, 0..3u8).prop_map(|(place, title, unit)| Project {
        owner: owner("กระทรวง", ["", "กรม ก", "กรมก"][usize::from(unit)], ""),
        ..titled(&format!("P{place}"), ["ก", "ข", "ค"][usize::from(title)])
    })
}

fn step() -> impl Strategy<Value = Step> {
    let codes = vec((0..14u8).prop_map(|place| code(&format!("P{place}"))), 0..6);
    prop_oneof![
        5 => vec(small_project(), 0..20).prop_map(Step::Import),
        2 => codes.prop_map(Step::Withdraw),
        2 => (1..9usize).prop_map(Step::Follow),
        1 => Just(Step::Reopen),
    ]
}

#[derive(Default)]
struct Model {
    versions: BTreeMap<ProjectCode, Vec<(u64, Option<Project>)>>,
    last_change_number: u64,
}

impl Model {
    fn now(&self, code: &ProjectCode) -> Option<&Project> {
        self.versions.get(code)?.last()?.1.as_ref()
    }

    fn push(&mut self, code: &ProjectCode, state: Option<Project>) {
        self.last_change_number += 1;
        self.versions.entry(code.clone()).or_default().push((self.last_change_number, state));
    }

    fn import(&mut self, project: &Project) -> UpsertOutcome {
        let outcome = match self.now(&project.project_code) {
            Some(now) if now == project => return UpsertOutcome::Unchanged,
            Some(_) => UpsertOutcome::Updated,
            None => UpsertOutcome::Added,
        };
        self.push(&project.project_code, Some(project.clone()));
        outcome
    }

    fn withdraw(&mut self, code: &ProjectCode) -> WithdrawOutcome {
        if self.now(code).is_none() {
            return WithdrawOutcome::NotThere;
        }
        self.push(code, None);
        WithdrawOutcome::Withdrawn
    }

    fn current(&self) -> BTreeMap<ProjectCode, Project> {
        self.versions.keys().filter_map(|code| Some((code.clone(), self.now(code)?.clone()))).collect()
    }
}

async fn live(location: &StoreLocation, steps: &[Step]) {
    let mut store = Store::open(location).await.unwrap();
    let (mut model, mut follower) = (Model::default(), Follower::default());
    for step in steps {
        match step {
            Step::Import(rows) => {
                let expected: Vec<UpsertOutcome> = rows.iter().map(|row| model.import(row)).collect();
                assert_eq!(store.upsert_projects(rows).await.unwrap(), expected);
            }
            Step::Withdraw(codes) => {
                let expected: Vec<WithdrawOutcome> = codes.iter().map(|code| model.withdraw(code)).collect();
                assert_eq!(store.withdraw_projects(codes).await.unwrap(), expected);
            }
            Step::Follow(limit) => {
                follower.step(&store, *limit).await;
            }
            Step::Reopen => {
                store.close().await;
                store = Store::open(location).await.unwrap();
            }
        }
        assert_eq!(store.last_change_number().await.unwrap(), model.last_change_number);
    }
    assert_eq!(current(&store).await, model.current());
    follower.catch_up(&store, 5).await;
    assert_eq!(follower.projects, model.current());
    let mut replayed = Follower::default();
    replayed.catch_up(&store, 1_000).await;
    assert_eq!(replayed.projects, model.current());
    for (code, states) in &model.versions {
        let versions = store.versions(code).await.unwrap();
        let told: Vec<(u64, Option<Project>)> = versions
            .into_iter()
            .map(|version| match version.state {
                VersionState::Recorded(project) => (version.change_number, Some(*project)),
                VersionState::Withdrawn => (version.change_number, None),
            })
            .collect();
        assert_eq!(&told, states);
    }
    let report = store.check_integrity(IntegrityDepth::Structure).await.unwrap();
    assert_eq!(report.problems, Vec::<String>::new());
    store.close().await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_life_of_a_store_equals_its_model(steps in vec(step(), 0..25)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let folder = tempfile::TempDir::new().unwrap();
        runtime.block_on(live(&crate::sqlite_place(&folder), &steps));
    }

    #[test]
    fn any_record_comes_back_and_counts_as_the_same(
        projects in vec(any_project("[a-zก-ฮ'\"%🛶]{1,8}"), 1..40),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let fresh = crate::Fresh::sqlite().await;
            let mut by_code = BTreeMap::new();
            for project in projects {
                by_code.insert(project.project_code.clone(), project);
            }
            let rows: Vec<Project> = by_code.values().cloned().collect();
            fresh.store.upsert_projects(&rows).await.unwrap();
            assert_eq!(current(&fresh.store).await, by_code);
            let again = fresh.store.upsert_projects(&rows).await.unwrap();
            assert!(again.iter().all(|outcome| *outcome == UpsertOutcome::Unchanged));
            for project in &rows {
                let links = fresh.store.linked_plans(&project.project_code).await.unwrap();
                assert_eq!(links.len(), project.plan_links.len());
                let owned = fresh.store.owner_agency(&project.project_code).await.unwrap();
                let blank = |name: &str| {
                    name.chars().all(|c| c.is_whitespace() || "\u{200B}\u{2060}\u{FEFF}".contains(c))
                };
                let owner = &project.owner;
                let named = [&owner.ministry, &owner.department, &owner.division];
                assert_eq!(owned.is_some(), !named.into_iter().all(|name| blank(name)));
            }
            let report = fresh.store.check_integrity(IntegrityDepth::Records).await.unwrap();
            assert_eq!(report.problems, Vec::<String>::new());
        });
    }
}
