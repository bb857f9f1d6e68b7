//! Screening: families across agencies, that keep their names, go on after a kill, and that people split and merge.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::command::{answers, failure, filled, thiap};

fn screened(data: &Path) -> Vec<Value> {
    answers(thiap(data).args(["--format", "jsonl", "screen"]))
}

fn members(family: &Value) -> Vec<String> {
    let members = family["members"].as_array().unwrap();
    members.iter().map(|member| member["project_code"].as_str().unwrap().to_owned()).collect()
}

fn departments(family: &Value) -> std::collections::BTreeSet<String> {
    let members = family["members"].as_array().unwrap();
    members.iter().map(|member| member["owner"].to_string()).collect()
}

#[test]
fn families_cross_agencies_and_tell_what_differs_and_what_they_cost() {
    let data = filled();
    let families = screened(data.path());
    assert!(!families.is_empty(), "the invented projects hold duplicates");
    let mut seen = std::collections::HashSet::new();
    for family in &families {
        assert!(family["family_id"].as_str().unwrap().starts_with("F-"));
        assert!(departments(family).len() > 1, "{family}");
        let codes = members(family);
        assert!(codes.len() > 1 && codes.iter().all(|code| seen.insert(code.clone())), "{family}");
        assert_eq!(codes[0], family["medoid"], "the medoid stands first");
        let money: f64 = family["members"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|member| member["budget_baht"].as_f64())
            .sum();
        assert!((money - family["budget_baht"].as_f64().unwrap()).abs() < 0.01);
        assert!(
            family["members"][1]["relation"].is_string() && family["members"][0].get("relation").is_none()
        );
    }
    assert_eq!(
        families,
        screened(data.path()),
        "the same store gives the same families under the same names"
    );
    let shown =
        answers(thiap(data.path()).args(["family", "show", families[0]["family_id"].as_str().unwrap()]));
    assert_eq!(shown[0], families[0]);
}

#[test]
fn what_people_decide_holds_in_later_screenings() {
    let data = filled();
    let before = screened(data.path());
    let family = &before[0];
    let id = family["family_id"].as_str().unwrap();
    let leaving = members(family)[1].clone();
    let edit = |arguments: &[&str]| {
        let mut command = thiap(data.path());
        command.arg("family").args(arguments).args(["--by", "สมศรี", "--reason", "คนละพื้นที่"]);
        command
    };
    answers(&mut edit(&["split", id, &leaving]));
    let after = screened(data.path());
    for family in &after {
        let codes = members(family);
        let old = members(&before[0]);
        let together =
            codes.contains(&leaving) && codes.iter().any(|code| *code != leaving && old.contains(code));
        assert!(!together, "{family}");
    }
    let (a, b) = (&after[0], &after[1]);
    answers(&mut edit(&["merge", a["family_id"].as_str().unwrap(), b["family_id"].as_str().unwrap()]));
    let merged = screened(data.path());
    let both: Vec<String> = members(a).into_iter().chain(members(b)).collect();
    let holding = merged.iter().find(|family| members(family).contains(&both[0])).unwrap();
    assert!(both.iter().all(|code| members(holding).contains(code)), "{holding}");
    assert_eq!(holding["edited"], true);
    let edits = answers(thiap(data.path()).args(["family", "edits"]));
    assert_eq!(
        edits.iter().map(|edit| edit["kind"].as_str().unwrap()).collect::<Vec<_>>(),
        ["split", "merge"]
    );
    assert_eq!(edits[0]["reviewer"], "สมศรี");

    assert!(failure(&mut edit(&["split", "F-unknown", &leaving])).contains("F-unknown"));
    assert!(failure(&mut edit(&["split", id, "no-such-code"])).contains("no-such-code"));
    let mut nameless = thiap(data.path());
    nameless.args(["family", "split", id, &leaving, "--by", " ", "--reason", "x"]);
    assert!(failure(&mut nameless).contains("the reviewer of the decision is empty"));
}

#[test]
fn a_killed_screening_goes_on_and_finds_the_same() {
    let data = filled();
    for wait in [40, 120, 400] {
        let mut child = thiap(data.path()).arg("screen").spawn().unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        child.kill().ok();
        child.wait().unwrap();
    }
    let after_kills = screened(data.path());
    let undisturbed = filled();
    let names = |families: &[Value]| families.iter().map(members).collect::<Vec<_>>();
    assert_eq!(names(&after_kills), names(&screened(undisturbed.path())));
}

#[test]
fn an_audit_tells_what_blocking_loses() {
    let data = filled();
    let arguments = ["--format", "json", "screen", "--audit", "200"];
    let output = thiap(data.path()).args(arguments).output().unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let audit = &answer["summary"]["audit"];
    assert_eq!(audit["projects"], 200);
    assert!(audit["actionable_pairs"].as_u64().unwrap() > 0, "{audit}");
    assert_eq!(audit["lost_pairs"], 0, "{audit}");
}

#[test]
fn screening_without_an_index_says_what_to_do() {
    let data = tempfile::tempdir().unwrap();
    assert!(failure(thiap(data.path()).arg("screen")).contains("thiap index"));
    assert!(failure(thiap(data.path()).args(["family", "show", "F-0"])).contains("F-0"));
}
