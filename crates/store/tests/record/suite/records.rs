//! Storing, reading, withdrawing, history.

use thiap_domain::{Fault, Project, ProjectCode};
use thiap_store::{Store, StoreError, UnstorableReason, UpsertOutcome, VersionState, WithdrawOutcome};

use crate::sample::{budget_like, code, owner, titled};

pub async fn a_new_store_is_empty_and_knows_its_name(store: &Store) {
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.projects, counts.withdrawn, counts.versions, counts.agencies), (0, 0, 0, 0));
    assert_eq!(counts.plans, 29);
    assert_eq!(store.last_change_number().await.unwrap(), 0);
    assert_eq!(store.changes_after(0, 10).await.unwrap(), []);
    let store_id = store.store_id().await.unwrap();
    assert_eq!(store_id.len(), 32);
    assert_eq!(store.store_id().await.unwrap(), store_id);
}

pub async fn importing_again_changes_nothing(store: &Store) {
    let rows: Vec<Project> = (0..300).map(|n| budget_like(&format!("P{n}"), &format!("ทาง {n}"))).collect();
    assert_eq!(store.upsert_projects(&rows).await.unwrap(), vec![UpsertOutcome::Added; 300]);
    let before = store.counts().await.unwrap();
    assert_eq!((before.projects, before.versions), (300, 300));
    assert_eq!(store.upsert_projects(&rows).await.unwrap(), vec![UpsertOutcome::Unchanged; 300]);
    assert_eq!(store.counts().await.unwrap(), before);

    let mut changed = rows.clone();
    changed[7].title = "ทางใหม่".into();
    let outcomes = store.upsert_projects(&changed).await.unwrap();
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == UpsertOutcome::Updated).count(), 1);
    assert_eq!(outcomes[7], UpsertOutcome::Updated);
    assert_eq!(store.last_change_number().await.unwrap(), 301);
    assert_eq!(store.project(&code("P7")).await.unwrap().unwrap().title, "ทางใหม่");
}

pub async fn a_record_comes_back_exactly(store: &Store) {
    let mut project = budget_like("A", "  ทางหลวง\n\"สาย\" \\ ๑ \u{200B}");
    project.owner = owner(" กระทรวง  คมนาคม ", "กรมทางหลวง", "สำนัก\u{a0}แผนงาน");
    store.upsert_projects(std::slice::from_ref(&project)).await.unwrap();
    assert_eq!(store.project(&project.project_code).await.unwrap(), Some(project));
}

pub async fn a_title_alone_is_enough(store: &Store) {
    let project = titled("T", "");
    store.upsert_projects(std::slice::from_ref(&project)).await.unwrap();
    assert_eq!(
        store.projects(&[code("T"), code("U"), code("T")]).await.unwrap(),
        [Some(project.clone()), None, Some(project)]
    );
    assert_eq!(store.owner_agency(&code("T")).await.unwrap(), None);
}

pub async fn every_state_is_kept_with_its_number_and_time(store: &Store) {
    let before = chrono::Utc::now() - chrono::Duration::seconds(1);
    for title in ["ก", "ข", "ก"] {
        store.upsert_projects(&[titled("A", title), titled("B", "คงเดิม")]).await.unwrap();
    }
    let versions = store.versions(&code("A")).await.unwrap();
    let told: Vec<(u64, u64)> =
        versions.iter().map(|version| (version.version_number, version.change_number)).collect();
    assert_eq!(told, [(1, 1), (2, 3), (3, 4)]);
    for (version, title) in versions.iter().zip(["ก", "ข", "ก"]) {
        assert_eq!(version.state, VersionState::Recorded(Box::new(titled("A", title))));
        assert!(version.changed_at > before && version.changed_at < chrono::Utc::now());
    }
    assert_eq!(store.versions(&code("B")).await.unwrap().len(), 1);
    assert_eq!(store.versions(&code("C")).await.unwrap(), []);
}

pub async fn a_withdrawn_project_leaves_the_record_and_can_come_back(store: &Store) {
    let project = budget_like("A", "ทาง");
    store.upsert_projects(&[project.clone(), budget_like("B", "ทาง")]).await.unwrap();
    let outcomes = store.withdraw_projects(&[code("A"), code("?"), code("A")]).await.unwrap();
    assert_eq!(outcomes, [WithdrawOutcome::Withdrawn, WithdrawOutcome::NotThere, WithdrawOutcome::NotThere]);
    assert_eq!(store.project(&code("A")).await.unwrap(), None);
    assert_eq!(store.owner_agency(&code("A")).await.unwrap(), None);
    assert_eq!(store.linked_plans(&code("A")).await.unwrap(), []);
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.projects, counts.withdrawn, counts.versions), (1, 1, 3));
    assert_eq!(store.withdraw_projects(&[code("A")]).await.unwrap(), [WithdrawOutcome::NotThere]);

    assert_eq!(store.upsert_projects(std::slice::from_ref(&project)).await.unwrap(), [UpsertOutcome::Added]);
    assert_eq!(store.project(&code("A")).await.unwrap(), Some(project));
    let states: Vec<bool> = store
        .versions(&code("A"))
        .await
        .unwrap()
        .iter()
        .map(|version| version.state == VersionState::Withdrawn)
        .collect();
    assert_eq!(states, [false, true, false]);
    assert_eq!(store.last_change_number().await.unwrap(), 4);
}

pub async fn a_code_twice_in_a_batch_gets_two_versions(store: &Store) {
    let batch = [titled("A", "ก"), titled("B", "ข"), titled("A", "ค"), titled("A", "ค"), titled("A", "ก")];
    assert_eq!(
        store.upsert_projects(&batch).await.unwrap(),
        [
            UpsertOutcome::Added,
            UpsertOutcome::Added,
            UpsertOutcome::Updated,
            UpsertOutcome::Unchanged,
            UpsertOutcome::Updated,
        ]
    );
    assert_eq!(store.versions(&code("A")).await.unwrap().len(), 3);
    assert_eq!(store.project(&code("A")).await.unwrap().unwrap().title, "ก");
    assert_eq!(store.counts().await.unwrap().projects, 2);
}

pub async fn one_bad_record_keeps_its_whole_batch_out(store: &Store) {
    let batch = [titled("A", "ดี"), titled("B", "เสีย\0"), titled("C", "ดี")];
    let error = store.upsert_projects(&batch).await.unwrap_err();
    assert_eq!(error.fault(), Fault::Caller);
    assert_eq!(error.to_string().matches("number 2 of the batch").count(), 1, "{error}");
    match error {
        StoreError::Unstorable { row, project_code, problem } => {
            assert_eq!((row, project_code, problem.field), (1, code("B"), "title"));
            assert_eq!(problem.reason, UnstorableReason::NulCharacter);
        }
        other => panic!("{other}"),
    }
    assert_eq!(store.counts().await.unwrap().versions, 0);
}

pub async fn codes_with_odd_characters_are_kept_apart(store: &Store) {
    let codes: Vec<ProjectCode> = [
        "'; DROP TABLE projects; --",
        "a",
        "A",
        "á",
        "a\u{301}",
        "%",
        "_",
        "\"\\",
        "๑๒๓",
        "123",
        "0123",
        "1e5",
        "100000",
        "null",
        "🛶",
        "a b",
        "a  b",
        "เเ",
        "แ",
        &"ก".repeat(66),
    ]
    .iter()
    .map(|text| code(text))
    .collect();
    let rows: Vec<Project> =
        codes.iter().map(|code| Project::titled(code.clone(), format!("ชื่อ {code}"))).collect();
    assert_eq!(store.upsert_projects(&rows).await.unwrap(), vec![UpsertOutcome::Added; rows.len()]);
    for row in &rows {
        assert_eq!(store.project(&row.project_code).await.unwrap().as_ref(), Some(row));
    }
}

pub async fn a_text_of_fifty_megabytes_is_kept(store: &Store) {
    let mut project = titled("BIG", "ใหญ่");
    project.rationale = "โครงการ\n".repeat(50_000_000 / "โครงการ\n".len());
    assert_eq!(store.upsert_projects(std::slice::from_ref(&project)).await.unwrap(), [UpsertOutcome::Added]);
    assert_eq!(
        store.upsert_projects(std::slice::from_ref(&project)).await.unwrap(),
        [UpsertOutcome::Unchanged]
    );
    assert!(store.project(&code("BIG")).await.unwrap() == Some(project));
}

pub async fn pages_run_through_all_projects_in_code_order(store: &Store) {
    let mut rows: Vec<Project> = (0..97).map(|n| titled(&format!("ร-{}", n * 37 % 97), "ก")).collect();
    store.upsert_projects(&rows).await.unwrap();
    store.withdraw_projects(&[code("ร-5"), code("ร-50")]).await.unwrap();
    rows.retain(|project| !["ร-5", "ร-50"].contains(&project.project_code.as_str()));
    rows.sort_by(|a, b| a.project_code.cmp(&b.project_code));
    for limit in [0, 1, 10, 95, 1_000] {
        let mut read: Vec<Project> = Vec::new();
        loop {
            let after = read.last().map(|project| project.project_code.clone());
            let page = store.projects_after(after.as_ref(), limit).await.unwrap();
            if page.is_empty() {
                break;
            }
            assert!(page.len() <= limit.max(1));
            read.extend(page);
        }
        assert_eq!(read, rows);
    }
}

pub async fn empty_batches_do_nothing(store: &Store) {
    assert_eq!(store.upsert_projects(&[]).await.unwrap(), []);
    assert_eq!(store.withdraw_projects(&[]).await.unwrap(), []);
    assert_eq!(store.projects(&[]).await.unwrap(), []);
    assert_eq!(store.add_plans(&[]).await.unwrap(), []);
    assert_eq!(store.last_change_number().await.unwrap(), 0);
}
