//! What a comparison says of pairs that anybody can judge.

// A test ends at the first thing that is not as it must be.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;
use thiap_domain::{
    Activity, Agreement, Area, Aspect, Baht, BudgetLine, FiscalYear, Owner, Project, ProjectCode, Relation,
    TargetGroup, TextField, Verdict,
};
use thiap_screening::{
    Comparison, CountedCorpus, Profile, RelationModel, TextVectors, Thresholds, compare, passages, verdict,
};

fn model() -> RelationModel {
    RelationModel::embedded().unwrap()
}

fn profile(project: &Project) -> Profile {
    Profile::of(project, TextVectors::default())
}

/// A corpus in which stock words are common and every other word is rare.
fn corpus() -> CountedCorpus {
    let mut corpus = CountedCorpus::default();
    for _ in 0..9_000 {
        corpus.add(["อบรม", "พัฒนา", "ก่อสร้าง", "ถนน"]);
    }
    corpus
}

fn compared(draft: &Project, existing: &Project) -> Comparison {
    compare(&profile(draft), &profile(existing), &corpus(), &model())
}

/// A rich record of a course for farmers in one province.
fn course() -> Project {
    let mut project = Project::titled(
        ProjectCode::new("A").unwrap(),
        "โครงการอบรมเกษตรกรเลี้ยงผึ้งโพรงและแปรรูปน้ำผึ้ง จังหวัดเลย".into(),
    );
    project.owner = Owner {
        ministry: "กระทรวงเกษตรและสหกรณ์".into(),
        department: "กรมส่งเสริมการเกษตร".into(),
        division: "สำนักงานเกษตรจังหวัดเลย".into(),
    };
    project.fiscal_year_be = FiscalYear::from_be(2566).ok();
    project.objectives = vec!["เพื่อให้เกษตรกรมีรายได้เสริมจากการเลี้ยงผึ้งโพรง".into()];
    project.activities = ["อบรมการเลี้ยงผึ้งโพรง 3 รุ่น", "สอนแปรรูปและบรรจุน้ำผึ้ง"]
        .map(|name| Activity { name: name.into(), ..Activity::default() })
        .to_vec();
    project.outputs = vec!["เกษตรกรผ่านการอบรม 150 คน".into()];
    project.target_group = TargetGroup { text: "เกษตรกร".into(), number: Some(150) };
    project.areas = vec![Area { province: "เลย".into(), ..Area::default() }];
    project.budgets = vec![BudgetLine {
        fiscal_year_be: project.fiscal_year_be,
        source: String::new(),
        baht: Baht::from_baht(1_200_000).unwrap(),
    }];
    project
}

fn by(mut project: Project, ministry: &str, department: &str) -> Project {
    project.owner = Owner { ministry: ministry.into(), department: department.into(), ..Owner::default() };
    project
}

fn copied_course() -> Project {
    by(course(), "กระทรวงมหาดไทย", "กรมการพัฒนาชุมชน")
}

fn road(province: &str, district: &str) -> Project {
    let mut project = Project::titled(
        ProjectCode::new("R").unwrap(),
        format!("ก่อสร้างถนนคอนกรีตเสริมเหล็ก บ้านหนองแสง อำเภอ{district} จังหวัด{province}"),
    );
    project.fiscal_year_be = FiscalYear::from_be(2566).ok();
    by(project, "กระทรวงมหาดไทย", "กรมส่งเสริมการปกครองท้องถิ่น")
}

#[test]
fn the_same_work_by_another_agency_is_a_duplicate() {
    let comparison = compared(&copied_course(), &course());
    assert_eq!(comparison.relation, Relation::Duplicate, "{comparison:?}");
    assert!(comparison.likelihood > 0.7, "{}", comparison.likelihood);
    for aspect in [Aspect::Title, Aspect::Activities, Aspect::TargetGroup, Aspect::Area, Aspect::Budget] {
        assert_eq!(comparison.agreement(aspect), Agreement::Same, "{aspect:?}");
    }
    assert_eq!(verdict(&[comparison], &Thresholds::default()), Verdict::Repeats);
}

#[test]
fn the_same_owner_a_year_later_continues() {
    let mut next = course();
    next.fiscal_year_be = FiscalYear::from_be(2567).ok();
    let comparison = compared(&next, &course());
    assert_eq!(comparison.relation, Relation::Continuation, "{comparison:?}");
    assert!(comparison.likelihood < 0.3, "{}", comparison.likelihood);
    assert_eq!(comparison.agreement(Aspect::Period), Agreement::Different);
    assert_eq!(comparison.agreement(Aspect::Owner), Agreement::Same);
}

#[test]
fn a_road_elsewhere_is_another_road() {
    let elsewhere = by(road("เลย", "ภูเรือ"), "กระทรวงคมนาคม", "กรมทางหลวงชนบท");
    let comparison = compared(&elsewhere, &road("ตรัง", "กันตัง"));
    assert!(!comparison.relation.is_actionable(), "{comparison:?}");
    assert!(comparison.likelihood < 0.3, "{}", comparison.likelihood);
    assert_eq!(comparison.agreement(Aspect::Area), Agreement::Different);
    if comparison.relation == Relation::Related {
        assert!(comparison.differences.iter().any(|difference| difference.aspect == Aspect::Area));
    }
}

#[test]
fn unlike_projects_are_clear() {
    let comparison = compared(&road("ตรัง", "กันตัง"), &course());
    assert_eq!(comparison.relation, Relation::Distinct);
    assert!(comparison.likelihood < 0.05, "{}", comparison.likelihood);
    assert_eq!(verdict(&[comparison], &Thresholds::default()), Verdict::Clear);
    assert_eq!(verdict::<Comparison>(&[], &Thresholds::default()), Verdict::Clear);
}

#[test]
fn what_is_missing_is_unknown_and_not_different() {
    let title_only = Project::titled(ProjectCode::new("T").unwrap(), "เลี้ยงผึ้งโพรง".into());
    let comparison = compared(&title_only, &course());
    for aspect in [Aspect::Period, Aspect::Budget, Aspect::PlanLinks, Aspect::Area, Aspect::Owner] {
        assert_eq!(comparison.agreement(aspect), Agreement::Unknown, "{aspect:?}");
    }
    let both = compared(&title_only, &title_only);
    for aspect in [Aspect::Objectives, Aspect::Activities, Aspect::TargetGroup] {
        assert_eq!(both.agreement(aspect), Agreement::Unknown, "{aspect:?}");
    }
}

#[test]
fn tricks_of_writing_change_little() {
    let plain = copied_course();
    let likelihood = compared(&plain, &course()).likelihood;
    let rewritten = |change: &dyn Fn(&str) -> String| {
        let mut draft = plain.clone();
        draft.title = change(&draft.title);
        draft.objectives.iter_mut().for_each(|text| *text = change(text));
        draft.activities.iter_mut().for_each(|activity| activity.name = change(&activity.name));
        draft.outputs.iter_mut().for_each(|text| *text = change(text));
        draft.target_group.text = change(&draft.target_group.text);
        compared(&draft, &course()).likelihood
    };
    let invisible = |text: &str| text.chars().flat_map(|c| [c, '\u{200b}']).collect::<String>();
    let two_e = |text: &str| text.replace('แ', "เเ");
    let thai_digits =
        |text: &str| text.replace('1', "๑").replace('3', "๓").replace('5', "๕").replace('0', "๐");
    let decomposed = |text: &str| text.replace('ำ', "\u{0e4d}\u{0e32}");
    for (name, same) in [
        ("zero-width spaces", rewritten(&invisible)),
        ("เเ for แ", rewritten(&two_e)),
        ("Thai digits", rewritten(&thai_digits)),
        ("split sara am", rewritten(&decomposed)),
    ] {
        assert!((same - likelihood).abs() < 1e-9, "{name}: {same} instead of {likelihood}");
    }
    let abbreviated = rewritten(&|text| text.replace("จังหวัดเลย", "จ.เลย"));
    assert!((abbreviated - likelihood).abs() < 0.1, "{abbreviated} instead of {likelihood}");
    let misspelt = rewritten(&|text| text.replace("เกษตรกร", "เกษตกร").replace("แปรรูป", "แปรรุป"));
    assert!(misspelt > 0.6 * likelihood, "{misspelt} instead of {likelihood}");
    let mut reordered = plain.clone();
    reordered.activities.reverse();
    assert_eq!(compared(&reordered, &course()).likelihood, likelihood);
}

#[test]
fn passages_show_the_shared_work_in_the_original_texts() {
    let mut draft = copied_course();
    draft.title = "สอนชาว\u{200b}บ้านเลี้ยงผึ้ง\u{200b}โพรงขายน้ำผึ้ง".into();
    let existing = course();
    let found = passages(&profile(&draft), &profile(&existing), &corpus());
    assert!(!found.is_empty());
    for passage in &found {
        for (place, project) in [(passage.draft, &draft), (passage.project, &existing)] {
            let text = project.texts().filter(|(field, _)| *field == place.field).nth(place.entry).unwrap().1;
            assert!(place.span.slice(text).is_some_and(|slice| !slice.is_empty()));
        }
    }
    let title = found.iter().find(|passage| passage.draft.field == TextField::Title).unwrap();
    assert!(title.draft.span.slice(&draft.title).unwrap().contains("ผึ้ง"));
}

#[test]
fn the_same_pair_gives_the_same_answer() {
    assert_eq!(compared(&copied_course(), &course()), compared(&copied_course(), &course()));
}

#[test]
fn probabilities_add_up_and_the_likelihood_is_theirs() {
    let comparison = compared(&course(), &road("เลย", "ภูเรือ"));
    assert!((comparison.probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    let [duplicate, overlap, ..] = comparison.probabilities;
    assert!((duplicate + overlap - comparison.likelihood).abs() < 1e-12);
}

#[test]
fn sentences_name_the_relation_and_the_owner() {
    let comparison = compared(&copied_course(), &course());
    let thai = thiap_screening::summary_thai(&copied_course(), &course(), &comparison);
    assert!(thai.contains("ซ้ำซ้อน") && thai.contains("สำนักงานเกษตรจังหวัดเลย"), "{thai}");
    let english = thiap_screening::summary_english(&copied_course(), &course(), &comparison);
    assert!(english.contains("repeats"), "{english}");
}

#[test]
fn a_broken_model_is_a_clear_error() {
    let negative = model().to_json().replace("\"choice\": [", "\"choice\": [-1.0, ");
    for (json, says) in [
        ("", "not understood"),
        ("{}", "not understood"),
        (r#"{"format": 999}"#, "format 999"),
        (negative.as_str(), "not understood"),
    ] {
        let error = RelationModel::from_json(json).unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
    }
    assert!(RelationModel::read(std::path::Path::new("no-such-file.json")).is_err());
}

#[test]
fn a_model_reads_back_the_same() {
    let model = model();
    assert_eq!(RelationModel::from_json(&model.to_json()).unwrap(), model);
    assert!(model.id().starts_with("relation-"));
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof!["[ก-๛ ]{0,40}", "\\PC{0,30}", "[0-9.,()|/-]{0,20}", ".*"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_text_can_be_compared(
        titles in [any_text(), any_text()],
        activities in prop::collection::vec(any_text(), 0..4),
        amount in any::<i64>(),
    ) {
        let [a, b] = titles.map(|title| {
            let mut project = Project::titled(ProjectCode::new("P").unwrap(), title);
            project.activities =
                activities.iter().map(|name| Activity { name: name.clone(), ..Activity::default() }).collect();
            project.budgets = vec![BudgetLine {
                fiscal_year_be: None,
                source: String::new(),
                baht: Baht::from_satang(amount),
            }];
            project
        });
        let comparison = compared(&a, &b);
        prop_assert!((0.0..=1.0).contains(&comparison.likelihood));
        for passage in passages(&profile(&a), &profile(&b), &corpus()) {
            let place = passage.draft;
            let text = a.texts().filter(|(field, _)| *field == place.field).nth(place.entry).unwrap().1;
            prop_assert!(place.span.slice(text).is_some());
        }
    }
}
