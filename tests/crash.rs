//! Killed at any moment, nothing is lost and nothing is there twice.

use std::process::Stdio;
use std::time::Duration;

use serde_json::json;

use crate::command::{answers, fixture, thiap, write};

#[test]
fn an_import_killed_at_any_moment_goes_on_where_it_was() {
    let data = tempfile::tempdir().unwrap();
    let rows: String = (0..30_000).map(|n| format!("K-{n},ปรับปรุงถนนสายที่ {n} ตำบลในเมือง,2565\n")).collect();
    let file = write(data.path(), "many.csv", format!("id,title,year\n{rows}"));
    for pause_ms in [30, 120, 250, 400] {
        let mut child = thiap(data.path())
            .arg("import")
            .arg(&file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(pause_ms));
        child.kill().unwrap();
        child.wait().unwrap();
        let status = &answers(thiap(data.path()).arg("status"))[0];
        assert_eq!(status["projects"], status["change_number"], "each project is one change");
    }
    let summary = &answers(thiap(data.path()).arg("import").arg(&file))[0];
    assert_eq!(
        (&summary["rows"], &summary["updated"], &summary["rejected"]),
        (&json!(30_000), &json!(0), &json!(0))
    );
    let status = &answers(thiap(data.path()).arg("status"))[0];
    assert_eq!((&status["projects"], &status["change_number"]), (&json!(30_000), &json!(30_000)));
}

#[test]
fn indexing_killed_at_any_moment_ends_with_the_same_index() {
    let whole = crate::command::filled();
    let data = tempfile::tempdir().unwrap();
    answers(thiap(data.path()).arg("import").arg(fixture("projects/projects.jsonl")));
    for pause_ms in [150, 400, 700, 1_200, 2_000, 3_000] {
        let mut child =
            thiap(data.path()).arg("index").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(pause_ms));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    answers(thiap(data.path()).arg("index"));
    let status = &answers(thiap(data.path()).arg("status"))[0];
    assert_eq!(status["indexed_projects"], json!(330));
    assert_eq!(status["vector_change_number"], json!(330));
    for query in ["ผู้สูงอายุ", "ถนน", "smart farmer", "น้ำท่วม จังหวัดน่าน"]
    {
        let ask = |folder: &std::path::Path| answers(thiap(folder).args(["search", query, "--limit", "50"]));
        assert_eq!(ask(data.path()), ask(whole.path()), "{query}");
    }
}

#[test]
fn a_change_is_found_after_catching_up_and_a_withdrawn_title_is_not() {
    let data = crate::command::filled();
    let file = write(
        data.path(),
        "one.jsonl",
        r#"{"project_code":"NEW-1","title":"สำรวจประชากรพะยูนด้วยโดรน จังหวัดตรัง"}"#,
    );
    answers(thiap(data.path()).arg("import").arg(&file));
    let summary = &answers(thiap(data.path()).arg("index"))[0];
    assert_eq!((&summary["lexical_changes"], &summary["vector_changes"]), (&json!(1), &json!(1)));
    let found = &answers(thiap(data.path()).args(["search", "พะยูนโดรน"]))[0];
    assert_eq!(found["hits"][0]["project_code"], json!("NEW-1"));
    write(data.path(), "one.jsonl", r#"{"project_code":"NEW-1","title":"ปลูกป่าชายเลน จังหวัดตรัง"}"#);
    answers(thiap(data.path()).arg("import").arg(&file));
    answers(thiap(data.path()).arg("index"));
    let found = &answers(thiap(data.path()).args(["search", "\"พะยูน\""]))[0];
    assert!(found["hits"].as_array().unwrap().iter().all(|hit| hit["project_code"] != json!("NEW-1")));
    assert_eq!(answers(thiap(data.path()).arg("status"))[0]["indexed_projects"], json!(331));
}
