//! What an officer is told about a draft.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::command::{answers, failure, filled, fixture, lines, text, thiap, with_input, write};

/// Gold labels of the invented drafts: draft, project, relation.
fn judgements() -> Vec<(String, String, String)> {
    let judged = text(&std::fs::read(fixture("screening/judgements.tsv")).unwrap());
    judged
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            (cells[0].to_owned(), cells[1].to_owned(), cells[2].to_owned())
        })
        .collect()
}

#[test]
fn what_a_committee_must_act_on_is_found() {
    let data = filled();
    let checked = answers(
        thiap(data.path()).arg("check").arg(fixture("screening/drafts.jsonl")).args(["--limit", "100"]),
    );
    let by_draft: HashMap<&str, &Value> =
        checked.iter().map(|answer| (answer["draft_id"].as_str().unwrap(), answer)).collect();
    let (mut wanted, mut found, mut in_ten) = (0, 0, 0);
    for (draft, code, relation) in judgements() {
        if !["duplicate", "overlap", "continuation"].contains(&relation.as_str()) {
            continue;
        }
        wanted += 1;
        let matches = by_draft[draft.as_str()]["matches"].as_array().unwrap();
        let rank = matches.iter().position(|one| one["project_code"].as_str() == Some(&code));
        found += usize::from(rank.is_some());
        in_ten += usize::from(rank.is_some_and(|rank| rank < 10));
    }
    assert_eq!(wanted, 59);
    assert!(found >= 58, "{found} of {wanted} are among the candidates");
    assert!(in_ten >= 53, "{in_ten} of {wanted} are in the first ten");
}

#[test]
fn a_draft_that_repeats_is_never_called_clear_and_one_that_does_not_rarely_repeats() {
    let data = filled();
    let judged = judgements();
    let (mut missed, mut actionable, mut accused, mut harmless) = (0, 0, 0, 0);
    for answer in answers(thiap(data.path()).arg("check").arg(fixture("screening/drafts.jsonl"))) {
        let draft = answer["draft_id"].as_str().unwrap();
        let repeats = judged
            .iter()
            .any(|(id, _, relation)| id == draft && ["duplicate", "overlap"].contains(&relation.as_str()));
        if repeats {
            actionable += 1;
            missed += usize::from(answer["verdict"] == "clear");
        } else {
            harmless += 1;
            accused += usize::from(answer["verdict"] == "repeats");
        }
    }
    assert!(missed == 0, "{missed} of {actionable} were missed");
    assert!(accused * 4 <= harmless, "{accused} of {harmless} were accused");
}

#[test]
fn passages_lie_where_they_say() {
    let data = filled();
    let drafts: HashMap<String, Value> = text(&std::fs::read(fixture("screening/drafts.jsonl")).unwrap())
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|draft| (draft["draft_id"].as_str().unwrap().to_owned(), draft))
        .collect();
    let mut passages = 0;
    for answer in
        answers(thiap(data.path()).arg("check").arg(fixture("screening/drafts.jsonl")).args(["--limit", "3"]))
    {
        let draft = &drafts[answer["draft_id"].as_str().unwrap()];
        for passage in
            answer["matches"].as_array().unwrap().iter().flat_map(|one| one["passages"].as_array().unwrap())
        {
            let side = &passage["draft"];
            let field = side["field"].as_str().unwrap();
            let entry = side["entry"].as_u64().unwrap() as usize;
            let original = match field {
                "title" | "rationale" | "area_text" => draft[field].as_str().unwrap(),
                "target_group" => draft[field]["text"].as_str().unwrap(),
                "activities" => draft[field][entry]["name"].as_str().unwrap(),
                _ => draft[field][entry].as_str().unwrap(),
            };
            let (start, end) = (side["start_char"].as_u64().unwrap(), side["end_char"].as_u64().unwrap());
            let there: String =
                original.trim().chars().skip(start as usize).take((end - start) as usize).collect();
            assert_eq!(there, side["text"].as_str().unwrap());
            passages += 1;
        }
    }
    assert!(passages > 40, "{passages}");
}

#[test]
fn the_same_project_of_another_agency_is_a_duplicate_and_next_year_of_the_same_a_continuation() {
    let data = filled();
    let folder = tempfile::tempdir().unwrap();
    let lines = text(&std::fs::read(fixture("projects/projects.jsonl")).unwrap());
    let project: Value = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .find(|project| {
            project["objectives"].as_array().is_some_and(|list| list.len() > 1)
                && project["period"].is_object()
        })
        .unwrap();
    let code = project["project_code"].as_str().unwrap().to_owned();
    let mut copied = project.clone();
    copied["project_code"] = "COPY".into();
    copied["owner"] =
        serde_json::json!({"ministry": "กระทรวงกลาโหม", "department": "กองบัญชาการกองทัพไทย", "division": ""});
    let mut continued = project.clone();
    continued["project_code"] = "NEXT".into();
    continued["fiscal_year_be"] = (project["fiscal_year_be"].as_i64().unwrap() + 1).into();
    continued["period"] = Value::Null;
    let path = crate::command::write(folder.path(), "d.jsonl", format!("{copied}\n{continued}\n"));
    let checked = answers(thiap(data.path()).arg("check").arg(path));
    let relation = |answer: &Value| {
        let one =
            answer["matches"].as_array().unwrap().iter().find(|one| one["project_code"] == code.as_str());
        one.unwrap()["relation"].as_str().unwrap().to_owned()
    };
    assert_eq!(relation(&checked[0]), "duplicate");
    assert_eq!(checked[0]["verdict"], "repeats");
    assert_eq!(relation(&checked[1]), "continuation");
}

#[test]
fn a_folder_of_drafts_is_checked_file_by_file_and_what_is_none_is_told() {
    let data = filled();
    let folder = tempfile::tempdir().unwrap();
    let drafts = text(&std::fs::read(fixture("screening/drafts.jsonl")).unwrap());
    write(folder.path(), "b.json", drafts.lines().next().unwrap());
    write(folder.path(), "a.csv", "ชื่อโครงการ,ปีงบประมาณ\nก่อสร้างถนนคอนกรีตเสริมเหล็ก,2566\n,2566\n");
    write(folder.path(), "c.txt", "no draft at all");
    write(folder.path(), ".hidden", "no draft either");
    let output = thiap(data.path()).arg("check").arg(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let lines: Vec<Value> =
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of =
        |id: &str| lines.iter().find(|line| line["draft_id"] == id).unwrap_or_else(|| panic!("{lines:?}"));
    assert!(of("a-row-2")["matches"].is_array());
    assert_eq!(of("F-001")["verdict"], "repeats");
    let refused: Vec<&Value> = lines.iter().filter(|line| line["error"].is_string()).collect();
    assert_eq!(refused.len(), 2, "{refused:?}");
    assert!(refused[0]["draft_id"].as_str().unwrap().ends_with("a.csv row 3"), "{refused:?}");
    assert!(refused[1]["draft_id"].as_str().unwrap().ends_with("c.txt"), "{refused:?}");

    let empty = tempfile::tempdir().unwrap();
    assert!(failure(thiap(data.path()).arg("check").arg(empty.path())).contains("holds no files"));
}

#[test]
fn one_site_under_other_words_is_told_from_work_elsewhere_and_from_other_work_there() {
    let data = filled();
    let record = |code: &str, department: &str, title: &str| {
        json!({"project_code": code, "title": title, "owner": {"department": department},
            "fiscal_year_be": 2564, "budget_baht": "30000000"})
    };
    let draft = record(
        "A-1",
        "กรมชลประทาน",
        "งานจัดหาแหล่งน้ำ : เขื่อนดินเก็บน้ำอเนกประสงค์ หมู่ที่ 14 บ้านท่าตาล ตำบลยางหัก อำเภอปากท่อ จังหวัดราชบุรี",
    );
    let owner = "องค์การบริหารส่วนจังหวัดราชบุรี";
    let pairs: String = [
        "ค่าก่อสร้างเขื่อนดินเก็บน้ำอเนกประสงค์เพื่อการเกษตร บ้านท่าตาล ม.14 ต.ยางหัก อ.ปากท่อ จ.ราชบุรี",
        "ค่าก่อสร้างเขื่อนดินเก็บน้ำอเนกประสงค์เพื่อการเกษตร บ้านหนองบัว ม.3 ต.วังมะนาว อ.ปากท่อ จ.ราชบุรี",
        "ส่งเสริมการปลูกผักปลอดสารพิษ บ้านท่าตาล ม.14 ต.ยางหัก อ.ปากท่อ จ.ราชบุรี",
    ]
    .iter()
    .zip(1..)
    .map(|(title, n)| {
        format!("{}\n", json!({"pair_id": n, "a": draft, "b": record(&format!("B-{n}"), owner, title)}))
    })
    .collect();
    let output = with_input(thiap(data.path()).args(["compare", "--pairs", "-"]), pairs.as_bytes());
    let likelihoods: Vec<f64> =
        lines(&output).iter().map(|answer| answer["likelihood"].as_f64().unwrap()).collect();
    let [same_site, elsewhere, other_work] = likelihoods[..] else { panic!("{likelihoods:?}") };
    assert!(same_site > 0.6 && elsewhere < 0.1 && other_work < 0.05, "{likelihoods:?}");
}
