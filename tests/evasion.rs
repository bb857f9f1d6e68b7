//! Ways of writing that hide a repetition from a plain comparison: the check looks through each and names it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::command::{filled, fixture, text, thiap, write};

/// A project of the fixtures.
fn project(code: &str) -> Value {
    text(&std::fs::read(fixture("projects/projects.jsonl")).unwrap())
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .find(|project| project["project_code"] == code)
        .unwrap()
}

/// The project as another agency proposes it, its texts written otherwise.
fn proposed(id: &str, project: &Value, change: &dyn Fn(&str) -> String) -> Value {
    let mut draft = project.clone();
    let write = |text: &mut Value| *text = change(text.as_str().unwrap()).into();
    draft["project_code"] = id.into();
    draft["owner"] = json!({"ministry": "กระทรวงกลาโหม", "department": "กองบัญชาการกองทัพไทย", "division": format!("กอง {id}")});
    write(&mut draft["title"]);
    write(&mut draft["target_group"]["text"]);
    for list in ["objectives", "outputs"] {
        draft[list].as_array_mut().unwrap().iter_mut().for_each(write);
    }
    draft["activities"].as_array_mut().unwrap().iter_mut().for_each(|activity| write(&mut activity["name"]));
    draft
}

/// Whole answers to drafts that are checked together.
fn checked(drafts: &[Value]) -> Vec<Value> {
    let data = filled();
    let folder = tempfile::tempdir().unwrap();
    let lines: String = drafts.iter().map(|draft| format!("{draft}\n")).collect();
    let path = write(folder.path(), "drafts.jsonl", lines);
    let output = thiap(data.path()).args(["--format", "json", "check", "--limit", "100"]).arg(path).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::Deserializer::from_slice(&output.stdout).into_iter().map(Result::unwrap).collect()
}

fn found<'a>(answer: &'a Value, code: &str) -> &'a Value {
    let matches = answer["matches"].as_array().unwrap();
    matches.iter().find(|one| one["project_code"] == code).unwrap()
}

fn tricks(list: &Value) -> BTreeSet<&str> {
    list.as_array().unwrap().iter().map(|one| one["trick"].as_str().unwrap()).collect()
}

/// A way of writing a title otherwise.
type Writing<'a> = &'a dyn Fn(&str) -> String;

/// Checks that each way of writing leaves the verdict and the likelihood, and is named: on the draft or on the match.
fn is_seen_through(code: &str, ways: &[(&str, Writing<'_>)]) {
    let project = project(code);
    let mut drafts = vec![proposed("plain", &project, &str::to_owned)];
    drafts.extend(ways.iter().map(|(trick, change)| proposed(trick, &project, change)));
    let answers = checked(&drafts);
    let plain = found(&answers[0], code)["likelihood"].as_f64().unwrap();
    for ((trick, _), answer) in ways.iter().zip(&answers[1..]) {
        let one = found(answer, code);
        assert_eq!(answer["verdict"], "repeats", "{trick}");
        assert_eq!(one["rank"], 1, "{trick}");
        assert!(one["likelihood"].as_f64().unwrap() > plain - 0.1, "{trick}: {one}");
        let told: BTreeSet<&str> =
            tricks(&answer["undone"]).union(&tricks(&one["undone"])).copied().collect();
        assert!(told.contains(trick), "{trick}: {told:?}");
        let before: BTreeSet<&str> = tricks(&found(&answers[0], code)["undone"]);
        assert!(before.is_empty(), "a draft that copies a project plainly hides nothing: {before:?}");
    }
}

/// Without every second tone mark, as a scanner reads a bad copy.
fn misread(text: &str) -> String {
    let mut marks = 0;
    text.chars()
        .filter(|c| {
            marks += usize::from(('\u{0E48}'..='\u{0E4B}').contains(c));
            !('\u{0E48}'..='\u{0E4B}').contains(c) || marks % 2 == 1
        })
        .collect()
}

#[test]
fn signs_that_nobody_sees_are_undone_and_named() {
    is_seen_through(
        "สธ 1907-66-0003",
        &[
            ("zero_width", &|text| text.chars().flat_map(|c| [c, '\u{200b}']).collect()),
            ("doubled_sara_e", &|text| text.replace('แ', "เเ")),
            ("split_sara_am", &|text| text.replace('ำ', "\u{e4d}\u{e32}")),
            ("thai_digits", &|text| {
                text.chars()
                    .map(|c| c.to_digit(10).and_then(|digit| char::from_u32(0x0E50 + digit)).unwrap_or(c))
                    .collect()
            }),
        ],
    );
}

#[test]
fn other_words_for_the_same_work_are_read_as_it_and_named() {
    is_seen_through(
        "สธ 1907-66-0003",
        &[
            ("rewording", &|text| text.replace("ฟันเทียม", "ฟันปลอม").replace("ผู้สูงอายุ", "คนชรา")),
            ("english_term", &|text| text.replace("ผู้สูงอายุ", " elderly ")),
            ("misspelling", &misread),
        ],
    );
    is_seen_through(
        "นร 0306-66-1146",
        &[("abbreviation", &|text| text.replace("สคบ.", "สำนักงานคณะกรรมการคุ้มครองผู้บริโภค"))],
    );
}

#[test]
fn objectives_and_activities_in_another_order_are_the_same_ones() {
    let code = "สธ 1907-66-0003";
    let plain = proposed("plain", &project(code), &str::to_owned);
    let mut reordered = plain.clone();
    reordered["project_code"] = "reordered".into();
    for list in ["objectives", "activities"] {
        reordered[list].as_array_mut().unwrap().reverse();
    }
    let answers = checked(&[plain, reordered]);
    assert!(tricks(&found(&answers[0], code)["undone"]).is_empty());
    let one = found(&answers[1], code);
    assert_eq!(answers[1]["verdict"], "repeats");
    assert_eq!(tricks(&one["undone"]), BTreeSet::from(["reordered"]));
}

#[test]
fn forms_lie_where_they_say() {
    let code = "สธ 1907-66-0003";
    let project = project(code);
    let draft = proposed("D", &project, &|text| text.replace("ฟันเทียม", "ฟันปลอม").replace('แ', "เเ"));
    let answer = checked(std::slice::from_ref(&draft)).remove(0);
    let there = |record: &Value, side: &Value| {
        let entry = side["entry"].as_u64().unwrap() as usize;
        let text = match side["field"].as_str().unwrap() {
            "title" => record["title"].as_str(),
            "rationale" => record["rationale"].as_str(),
            "target_group" => record["target_group"]["text"].as_str(),
            "activities" => record["activities"][entry]["name"].as_str(),
            list => record[list][entry].as_str(),
        };
        let (start, end) = (side["start_char"].as_u64().unwrap(), side["end_char"].as_u64().unwrap());
        text.unwrap().chars().skip(start as usize).take((end - start) as usize).collect::<String>()
    };
    let pairs = found(&answer, code)["undone"].as_array().unwrap();
    assert!(!pairs.is_empty());
    for pair in pairs {
        assert_eq!(there(&draft, &pair["draft"]), pair["draft"]["text"].as_str().unwrap());
        assert_eq!(there(&project, &pair["project"]), pair["project"]["text"].as_str().unwrap());
        assert!(pair["thai"].as_str().unwrap().contains(pair["draft"]["text"].as_str().unwrap()));
    }
    for example in
        answer["undone"].as_array().unwrap().iter().flat_map(|one| one["examples"].as_array().unwrap())
    {
        assert_eq!(there(&draft, example), example["text"].as_str().unwrap());
        assert!(example["text"].as_str().unwrap().contains("เเ"));
    }
}

/// Two drafts that each hold a part of what `project` does.
fn halves(project: &Value, departments: [&str; 2]) -> Vec<Value> {
    let activities = project["activities"].as_array().unwrap();
    (0..2)
        .map(|half| {
            let of_half = |list: &Value| -> Vec<Value> {
                list.as_array().unwrap().iter().skip(half).step_by(2).cloned().collect()
            };
            json!({
                "draft_id": format!("HALF-{half}"),
                "title": activities[half]["name"],
                "objectives": of_half(&project["objectives"]),
                "activities": of_half(&project["activities"]),
                "owner": {"ministry": "กระทรวงกลาโหม", "department": departments[half], "division": format!("กอง {half}")},
                "fiscal_year_be": project["fiscal_year_be"],
                "areas": project["areas"],
                "area_text": project["area_text"],
            })
        })
        .collect()
}

#[test]
fn work_that_was_split_into_two_drafts_is_put_together() {
    // each half repeats the project that it was taken from by itself; this one they repeat only together
    let (source, repeated) = ("วธ 1207-66-0002", "มท 1405-66-0008");
    let split = checked(&halves(&project(source), ["กรมหนึ่ง", "กรมหนึ่ง"]));
    for (answer, other) in split.iter().zip(["HALF-1", "HALF-0"]) {
        let named = answer["split_with"].as_array().unwrap();
        let one = named.iter().find(|one| one["project_code"] == repeated).unwrap();
        assert_eq!(one["draft_id"], other);
        let likelihood = |key: &str| one[key].as_f64().unwrap();
        // the threshold from which on a draft is said to repeat a project
        assert!(likelihood("likelihood_together") >= 0.6, "{one}");
        assert!(likelihood("likelihood_alone") < 0.6, "{one}");
        assert_ne!(answer["verdict"], "clear");
    }
    // owners that have nothing to do with each other, and a draft that is checked alone, split nothing
    let mut apart = checked(&halves(&project(source), ["กรมหนึ่ง", "กรมสอง"]));
    apart.extend(checked(&halves(&project(source), ["กรมหนึ่ง", "กรมหนึ่ง"])[..1]));
    for answer in apart {
        assert_eq!(answer["split_with"], json!([]));
    }
}
