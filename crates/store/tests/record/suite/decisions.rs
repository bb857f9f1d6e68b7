//! Decisions of reviewers and issued reports.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use thiap_domain::{Fault, Relation};
use thiap_store::{
    DecisionError, DecisionFilter, IssueOutcome, MAXIMUM_REASON_BYTES, MachineView, NewDecision, Store,
    StoreError, check_decision, content_hash,
};

use crate::sample::{any_project, budget_like, code, day, titled};

pub fn decision(draft_id: &str, project_code: &str, reviewer: &str, relation: Relation) -> NewDecision {
    NewDecision {
        draft_id: code(draft_id),
        draft: None,
        project_code: code(project_code),
        relation,
        reason: "งานเดียวกัน\nคนละกรม".into(),
        reviewer: reviewer.into(),
        machine: None,
    }
}

async fn all(store: &Store, filter: DecisionFilter) -> Vec<u64> {
    store.decisions(&filter, 1_000).await.unwrap().iter().map(|decision| decision.decision_id).collect()
}

pub async fn a_decision_comes_back_as_it_was_made(store: &Store) {
    store.upsert_projects(&[titled("A", "ทาง")]).await.unwrap();
    let before = chrono::Utc::now() - chrono::Duration::seconds(1);
    let draft = budget_like("D-1", "ถนน \"๑\"");
    let new = NewDecision {
        draft: Some(Box::new(draft.clone())),
        machine: Some(MachineView {
            relation: Relation::Related,
            likelihood: 0.1 + 0.2,
            relation_model_id: "r-1".into(),
        }),
        ..decision("D-1", "A", "สมชาย ใจดี", Relation::Duplicate)
    };
    let kept = store.add_decision(&new).await.unwrap();
    assert_eq!((kept.decision_id, kept.superseded), (1, false));
    assert_eq!((&kept.draft_id, &kept.project_code, kept.relation), (&code("D-1"), &code("A"), new.relation));
    assert_eq!((&kept.reason, &kept.reviewer, &kept.machine), (&new.reason, &new.reviewer, &new.machine));
    assert!(kept.decided_at > before && kept.decided_at <= chrono::Utc::now());
    assert!(kept.draft_hash.is_some());
    assert_eq!(store.decisions(&DecisionFilter::default(), 9).await.unwrap(), [kept]);
    assert_eq!(store.decided_draft(&code("D-1")).await.unwrap(), Some(draft));
    assert_eq!(store.decided_draft(&code("D-2")).await.unwrap(), None);
    assert_eq!(store.last_change_number().await.unwrap(), 1, "a decision changes no project");
}

pub async fn a_later_decision_of_the_same_reviewer_stands_and_both_stay(store: &Store) {
    store.upsert_projects(&[titled("A", "ทาง"), titled("B", "ทาง")]).await.unwrap();
    for (draft, project, reviewer, relation) in [
        ("D", "A", "ก", Relation::Related),
        ("D", "A", "ข", Relation::Overlap),
        ("D", "B", "ก", Relation::Distinct),
        ("A", "B", "ก", Relation::Distinct),
        ("D", "A", "ก", Relation::Duplicate),
    ] {
        store.add_decision(&decision(draft, project, reviewer, relation)).await.unwrap();
    }
    let told = store.decisions(&DecisionFilter::default(), 9).await.unwrap();
    let superseded: Vec<bool> = told.iter().map(|decision| decision.superseded).collect();
    assert_eq!(superseded, [true, false, false, false, false]);
    assert_eq!(told[0].relation, Relation::Related);

    let on = |draft: Option<&str>, project: Option<&str>, after| DecisionFilter {
        draft_id: draft.map(code),
        project_code: project.map(code),
        after,
    };
    assert_eq!(all(store, on(Some("D"), None, 0)).await, [1, 2, 3, 5]);
    assert_eq!(all(store, on(Some("D"), Some("A"), 1)).await, [2, 5]);
    assert_eq!(all(store, on(None, Some("B"), 0)).await, [3, 4]);
    assert_eq!(all(store, on(None, None, 5)).await, [0u64; 0]);
    let page = store.decisions(&on(None, None, 1), 2).await.unwrap();
    assert_eq!(page.iter().map(|decision| decision.decision_id).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(store.decisions(&on(None, None, 0), 0).await.unwrap().len(), 1);
    let of_drafts = store.decisions_on(&["D", "A", "D", "?"]).await.unwrap();
    assert_eq!(of_drafts, told);
    assert_eq!(store.decisions_on(&[]).await.unwrap(), []);
}

pub async fn decisions_that_say_nothing_or_too_much_are_refused(store: &Store) {
    store.upsert_projects(&[titled("A", "ทาง"), titled("W", "ทาง")]).await.unwrap();
    store.withdraw_projects(&[code("W")]).await.unwrap();
    let sound = || decision("D", "A", "ก", Relation::Overlap);
    let too_long = "ก".repeat(MAXIMUM_REASON_BYTES / 3 + 1);
    let other = Some(Box::new(titled("E", "ทาง")));
    let unstorable = Some(Box::new(titled("D", "ทาง\0")));
    let machine = |likelihood| {
        Some(MachineView { relation: Relation::Overlap, likelihood, relation_model_id: String::new() })
    };
    for (wrong, field, words) in [
        (NewDecision { reason: " \n-".into(), ..sound() }, "reason", "say in words why"),
        (NewDecision { reviewer: String::new(), ..sound() }, "reviewer", "name who decided"),
        (NewDecision { reason: too_long, ..sound() }, "reason", "16384"),
        (NewDecision { reason: "ก\0ข".into(), ..sound() }, "reason", "control character '\\0'"),
        (NewDecision { reviewer: "ก\nข".into(), ..sound() }, "reviewer", "control character '\\n'"),
        (NewDecision { draft_id: code("A"), ..sound() }, "project_code", "both sides"),
        (NewDecision { draft: other, ..sound() }, "draft", "record of D"),
        (NewDecision { draft: unstorable, ..sound() }, "draft", "NUL"),
        (NewDecision { machine: machine(f64::NAN), ..sound() }, "likelihood", "NaN"),
        (NewDecision { machine: machine(1.5), ..sound() }, "likelihood", "1.5"),
        (NewDecision { project_code: code("?"), ..sound() }, "project_code", "no project has the code ?"),
        (NewDecision { project_code: code("W"), ..sound() }, "project_code", "no project has the code W"),
    ] {
        let error = store.add_decision(&wrong).await.unwrap_err();
        assert_eq!(error.fault(), Fault::Caller);
        assert!(error.to_string().contains(words), "{error}");
        match error {
            StoreError::Decision(problem) => {
                assert_eq!(problem.field(), field, "{problem}");
                let is_known_later = matches!(problem, DecisionError::UnknownProject { .. });
                assert_eq!(check_decision(&wrong).is_ok(), is_known_later);
            }
            other => panic!("{other}"),
        }
    }
    assert_eq!(all(store, DecisionFilter::default()).await, [0u64; 0]);
    store.add_decision(&sound()).await.unwrap();
}

pub async fn a_report_is_entered_once_and_comes_back_byte_for_byte(store: &Store) {
    let (date, json) = (day("2026-01-31"), "{\"ก\": \"ข\\u003c\"}\n");
    assert_eq!(store.report("T-1").await.unwrap(), None);
    assert_eq!(store.add_report("T-1", date, json).await.unwrap(), IssueOutcome::Issued);
    let first = store.report("T-1").await.unwrap().unwrap();
    assert_eq!((first.date, first.json.as_str(), first.content_hash), (date, json, content_hash(json)));
    assert_eq!(store.add_report("T-1", date, json).await.unwrap(), IssueOutcome::IssuedBefore);
    assert!(matches!(store.add_report("T-1", date, "{}").await, Err(StoreError::Bug { .. })));
    assert_eq!(store.report("T-1").await.unwrap(), Some(first));
    assert_eq!(store.add_report("T-2", date, "{}").await.unwrap(), IssueOutcome::Issued);
}

pub async fn any_draft_is_kept_with_its_decision(store: &Store) {
    store.upsert_projects(&[titled("A", "ทาง")]).await.unwrap();
    let mut runner = TestRunner::deterministic();
    for _ in 0..64 {
        let draft = any_project(Just("D".to_owned())).new_tree(&mut runner).unwrap().current();
        let new = NewDecision {
            draft: Some(Box::new(draft.clone())),
            ..decision("D", "A", "ก", Relation::Overlap)
        };
        store.add_decision(&new).await.unwrap();
        assert_eq!(store.decided_draft(&code("D")).await.unwrap(), Some(draft));
    }
}
