//! Decisions of reviewers: kept for ever, shown beside the machine's view, turned into labels.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::command::{answers, failure, filled, fixture, text, thiap, write};

fn decide(data: &Path, draft: &str, project: &str, relation: &str, by: &str) -> Command {
    let mut command = thiap(data);
    command.args([
        "decide",
        draft,
        project,
        "--relation",
        relation,
        "--by",
        by,
        "--reason",
        "งานเดียวกัน ต่างกรม",
    ]);
    command
}

/// The judged pairs of the draft F-001.
fn judged() -> Vec<(String, String)> {
    let judged = text(&std::fs::read(fixture("screening/judgements.tsv")).unwrap());
    let cells = |line: &str| line.split('\t').map(str::to_owned).collect::<Vec<_>>();
    judged
        .lines()
        .map(cells)
        .filter(|cells| cells[0] == "F-001")
        .map(|cells| (cells[1].clone(), cells[2].clone()))
        .collect()
}

#[test]
fn a_decision_is_shown_beside_the_match_and_outlives_imports() {
    let data = filled();
    let code = &judged()[0].0;
    let drafts = fixture("screening/drafts.jsonl");
    let kept =
        answers(decide(data.path(), "F-001", code, "overlap", "สมศรี").arg("--draft-file").arg(&drafts))
            .remove(0);
    assert_eq!(kept["decision_id"], 1);
    assert!(kept["machine"]["likelihood"].as_f64().unwrap() > 0.0 && kept["decided_at"].is_string());
    let again = answers(&mut decide(data.path(), "F-001", code, "duplicate", "สมศรี")).remove(0);
    assert_eq!(again["machine"], kept["machine"], "the draft that was kept need not come again");

    let draft = text(&std::fs::read(&drafts).unwrap()).lines().next().unwrap().to_owned();
    let draft = write(data.path(), "one.json", draft);
    let checked = |format: &str| {
        let output = thiap(data.path()).args(["--format", format, "check"]).arg(&draft).output().unwrap();
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let of_code = |answer: Value| {
        let matches = answer["matches"].as_array().unwrap().clone();
        matches.into_iter().find(|one| one["project_code"] == code.as_str()).unwrap()
    };
    let shown = of_code(checked("json"))["decisions"].clone();
    assert_eq!(shown.as_array().unwrap().len(), 2);
    assert_eq!((&shown[0]["superseded"], shown[1].get("superseded")), (&json!(true), None));
    assert!(shown[0].get("of_other_text").is_none(), "it is the text that was judged");
    assert!(of_code(checked("jsonl")).get("decisions").is_none(), "the contract's line stays as it is");

    answers(thiap(data.path()).arg("import").arg(fixture("projects/projects.jsonl")));
    let listed = answers(thiap(data.path()).args(["decisions", "--draft", "F-001"]));
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[1]["relation"], "duplicate");
    assert_eq!(answers(thiap(data.path()).args(["decisions", "--project", code])), listed);
    assert_eq!(answers(thiap(data.path()).args(["decisions", "--draft", "F-002"])).len(), 0);
}

#[test]
fn disagreeing_reviewers_become_one_label_that_training_and_evaluation_read() {
    let data = filled();
    let drafts = fixture("screening/drafts.jsonl");
    let judged = judged();
    for (code, relation) in &judged {
        answers(decide(data.path(), "F-001", code, relation, "ก").arg("--draft-file").arg(&drafts));
    }
    let (first, second) = (&judged[0].0, &judged[1].0);
    // two against one on the first pair, one against one on the second
    answers(&mut decide(data.path(), "F-001", first, "duplicate", "ข"));
    answers(&mut decide(data.path(), "F-001", first, "distinct", "ค"));
    answers(&mut decide(data.path(), "F-001", second, "duplicate", "ข"));
    // two projects of the store
    answers(&mut decide(data.path(), first, second, "related", "ก"));
    // nobody knows the text of this draft
    answers(&mut decide(data.path(), "ไม่มีร่าง", second, "related", "ก"));

    let agreement = answers(thiap(data.path()).args(["decisions", "--agreement"])).remove(0);
    assert_eq!(agreement["pairs_of_several"], 2);
    assert_eq!(agreement["agreeing_share"], 0.25);
    assert!(agreement["krippendorff_alpha"].is_number());
    let of = |a: &str, b: &str| {
        let pairs = agreement["reviewers"].as_array().unwrap();
        pairs.iter().find(|pair| pair["a"] == a && pair["b"] == b).unwrap().clone()
    };
    assert_eq!((&of("ก", "ข")["pairs"], &of("ก", "ข")["agreeing"]), (&json!(2), &json!(1)));

    let folder = data.path().join("labels/of today");
    let output = thiap(data.path()).args(["decisions", "--export"]).arg(&folder).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let export: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&export["pairs"], &export["judgements"], &export["drafts"], &export["without_draft"]),
        (&json!(1), &json!(judged.len()), &json!(1), &json!(1))
    );
    let taken: Vec<_> = export["disagreements"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pair| {
            (pair["project_code"].as_str().unwrap(), pair["relation"].as_str().unwrap(), pair["tied"] == true)
        })
        .collect();
    let mut expected = vec![(first.as_str(), "duplicate", false), (second.as_str(), "overlap", true)];
    expected.sort_unstable();
    assert_eq!(taken, expected);

    let judgements = folder.join("judgements-decisions.tsv");
    let pairs = folder.join("pairs-decisions.tsv");
    let report = answers(
        thiap(data.path())
            .args(["evaluate", "screening", "--gold"])
            .arg(&judgements)
            .arg("--gold")
            .arg(&pairs),
    );
    assert_eq!(report[0]["pairs"], json!(judged.len() + 1));
    assert_eq!(report[0]["pairs_without_project"], 0);
    // too few for a model of their own
    let weights = data.path().join("weights.json");
    let ours = fixture("screening/judgements.tsv");
    let labels_of_ours = text(&std::fs::read(&ours).unwrap()).lines().skip(1).count();
    let mut command = thiap(data.path());
    command.args(["train", "--gold"]).arg(&ours).arg(&judgements).arg(&pairs).arg("--output").arg(&weights);
    let trained = answers(&mut command);
    assert_eq!(trained[0]["judged_pairs"], json!(labels_of_ours + judged.len() + 1));
    assert_eq!(trained[0]["planted_pairs"], 0);
    assert!(weights.is_file());

    let corpus = data.path().join("planted");
    let sizes = ["--projects", "800", "--drafts", "40", "--seed", "3"];
    let invented = answers(thiap(data.path()).arg("synth").args(sizes).arg("--output").arg(&corpus));
    let planted = answers(command.arg("--planted").arg(&corpus));
    let pairs = invented[0]["pairs"].as_u64().unwrap() + invented[0]["judgements"].as_u64().unwrap();
    assert_eq!(planted[0]["planted_pairs"], json!(pairs));
    assert_ne!(planted[0]["relation_model_id"], trained[0]["relation_model_id"]);
    let records = corpus.join("projects.jsonl");
    let first = text(&std::fs::read(&records).unwrap()).lines().next().unwrap().to_owned();
    std::fs::write(&records, first).unwrap();
    assert!(failure(&mut command).contains("of which there is no record"));
    std::fs::remove_file(corpus.join("pairs.tsv")).unwrap();
    assert!(failure(&mut command).contains("pairs.tsv"));
}

#[test]
fn decisions_that_cannot_be_kept_say_why() {
    let data = filled();
    let code = judged().remove(0).0;
    let refused = |draft: &str, project: &str, more: &[&str]| {
        let mut command = thiap(data.path());
        command.args(["decide", draft, project, "--relation", "overlap", "--by", "ก"]).args(more);
        failure(&mut command)
    };
    assert!(refused("D", "NOBODY", &["--reason", "ก"]).contains("NOBODY"));
    assert!(refused("D", &code, &["--reason", "  "]).contains("reason"));
    // a longer argument the operating system refuses; over HTTP one megabyte is refused in the same words
    assert!(refused("D", &code, &["--reason", &"x".repeat(100_000)]).contains("100000 bytes"));
    assert!(refused(&code, &code, &["--reason", "ก"]).contains("both sides"));
    assert!(refused("draft", &code, &["--reason", "ก"]).contains("id of its own"));
    let file = write(data.path(), "d.jsonl", "{\"draft_id\":\"E\",\"title\":\"ขุดคลอง\"}\n");
    let file = file.to_str().unwrap();
    assert!(refused("D", &code, &["--reason", "ก", "--draft-file", file]).contains("no draft with the id D"));
    assert!(refused("D", &code, &["--reason", "ก", "--draft-file", "nowhere.json"]).contains("nowhere.json"));
    assert_eq!(answers(thiap(data.path()).arg("decisions")).len(), 0);
    let wrong = thiap(data.path())
        .args(["decide", "D", &code, "--relation", "alike", "--by", "ก", "--reason", "ก"])
        .output()
        .unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    let wrong = thiap(data.path()).args(["decisions", "--agreement", "--draft", "D"]).output().unwrap();
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn a_store_without_an_index_takes_decisions_without_the_machines_view() {
    let data = tempfile::tempdir().unwrap();
    let projects =
        "{\"project_code\":\"A\",\"title\":\"ขุดคลอง\"}\n{\"project_code\":\"B\",\"title\":\"ขุดสระ\"}\n";
    answers(thiap(data.path()).arg("import").arg(write(data.path(), "p.jsonl", projects)));
    let kept = answers(&mut decide(data.path(), "A", "B", "related", "ก")).remove(0);
    assert!(kept.get("machine").is_none());
}
