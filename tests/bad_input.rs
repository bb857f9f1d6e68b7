//! Input that a stranger could send: a clear error or the right answer, never a panic, nothing lost.

use serde_json::json;

use crate::command::{answers, copy_folder, failure, filled, lines, text, thiap, with_input, write};

#[test]
fn files_that_hold_no_records_say_so() {
    let data = tempfile::tempdir().unwrap();
    for (name, bytes, wanted) in [
        ("empty.csv", &b""[..], "no records"),
        ("header.csv", b"id,title\n", "no records"),
        ("columns.csv", "หมายเหตุ,อื่นๆ\n1,2\n".as_bytes(), "no column for project_code, title"),
        ("broken.xlsx", b"PK\x03\x04 this is no workbook", "no readable workbook"),
        ("broken.json", b"{\"id\": ", "no readable JSON"),
    ] {
        let message = failure(thiap(data.path()).arg("import").arg(write(data.path(), name, bytes)));
        assert!(message.contains(wanted) && message.contains(name), "{message}");
    }
    let message = failure(thiap(data.path()).args(["import", "nowhere.csv"]));
    assert!(message.contains("nowhere.csv"), "{message}");
}

#[test]
fn broken_bytes_nul_and_huge_rows_cost_only_their_own_row() {
    let data = tempfile::tempdir().unwrap();
    let mut bytes = "id,title\n1,พัฒนาแหล่งน้ำ\n2,".as_bytes().to_vec();
    bytes.extend_from_slice(b"\xff\xfe\xff\n3,");
    bytes.extend_from_slice("ขุด\u{0}ลอกคลอง\n4,".as_bytes());
    bytes.extend_from_slice("ก".repeat(17_500_000).as_bytes());
    bytes.extend_from_slice("\n5,อบรมเกษตรกร\n".as_bytes());
    let summary = &answers(thiap(data.path()).arg("import").arg(write(data.path(), "p.csv", bytes)))[0];
    assert_eq!((&summary["added"], &summary["rejected"]), (&json!(3), &json!(2)));
    assert_eq!(answers(thiap(data.path()).args(["show", "3"]))[0]["project"]["title"], json!("ขุดลอกคลอง"));
}

#[test]
fn queries_that_cannot_be_understood_say_where_and_what_to_do() {
    let data = filled();
    for (query, wanted) in
        [("\"ผู้สูงอายุ", "quotation mark"), ("สี:แดง", "no field"), ("year:abc", "year"), ("-\"\"", "no word")]
    {
        let message = failure(thiap(data.path()).args(["search", "--", query]));
        assert!(message.contains(wanted) && message.contains("character"), "{query}: {message}");
    }
    let long = "ผู้สูงอายุ ".repeat(1_000);
    let message = failure(thiap(data.path()).args(["search", &long]));
    assert!(message.contains("10000") || message.contains("10,000"), "{message}");
    // just under the limit it is answered
    let allowed: String = long.chars().take(9_999).collect();
    assert!(answers(thiap(data.path()).args(["search", &allowed]))[0]["total"].as_u64().unwrap() > 0);
}

#[test]
fn a_bad_query_in_a_file_does_not_take_the_others_along() {
    let data = filled();
    let queries =
        "{\"query_id\":\"q1\",\"query\":\"\\\"เปิดค้าง\"}\n\n{\"query_id\":\"q2\",\"query\":\"ผู้สูงอายุ\"}\n";
    let output = with_input(thiap(data.path()).args(["search", "--queries", "-"]), queries.as_bytes());
    assert_eq!(output.status.code(), Some(1));
    let answers = lines(&output);
    assert_eq!((&answers[0]["query_id"], &answers[0]["total"]), (&json!("q1"), &json!(0)));
    assert!(answers[0]["error"].as_str().unwrap().contains("quotation"));
    assert!(answers[1]["total"].as_u64().unwrap() > 0);
}

#[test]
fn unknown_filters_and_codes_are_named() {
    let data = filled();
    let message = failure(thiap(data.path()).args(["search", "ถนน", "--filters", "{\"colour\":\"red\"}"]));
    assert!(message.contains("colour"), "{message}");
    let message = failure(thiap(data.path()).args(["show", "NOBODY"]));
    assert!(message.contains("NOBODY"), "{message}");
    let message = failure(thiap(data.path()).args(["compare", "NOBODY", "NOBODY-2"]));
    assert!(message.contains("NOBODY"), "{message}");
}

#[test]
fn searching_before_indexing_says_what_to_run() {
    let data = tempfile::tempdir().unwrap();
    let message = failure(thiap(data.path()).args(["search", "ถนน"]));
    assert!(message.contains("thiap index"), "{message}");
}

#[test]
fn wrong_usage_exits_with_two() {
    let data = tempfile::tempdir().unwrap();
    for arguments in
        [&["search"][..], &["frobnicate"], &["compare", "only-one"], &["search", "x", "--queries", "y"]]
    {
        let output = thiap(data.path()).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn zero_width_characters_and_twin_sara_e_find_the_same_projects() {
    let data = filled();
    let codes = |query: &str| -> Vec<String> {
        answers(thiap(data.path()).args(["search", query]))[0]["hits"]
            .as_array()
            .unwrap()
            .iter()
            .map(|hit| hit["project_code"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(codes("แก้ไขปัญหาน้ำท่วม"), codes("เเก้\u{200b}ไขปัญหาน\u{e4d}\u{e49}\u{e32}ท่วม"));
}

#[test]
fn drafts_that_cannot_be_checked_are_named_and_the_others_answered() {
    let data = filled();
    let drafts = "{\"draft_id\":\"ดี\",\"title\":\"ฝึกอาชีพผู้สูงอายุ\"}\n{\"draft_id\":\"เสีย\"}\n{\"draft_id\":\"ปี\",\"title\":\"ขุดคลอง\",\"fiscal_year_be\":\"ปีหน้า\"}\n";
    let output = with_input(thiap(data.path()).args(["check", "-"]), drafts.as_bytes());
    assert_eq!(output.status.code(), Some(1));
    let answers = lines(&output);
    assert_eq!(answers.len(), 3);
    assert_eq!(answers.iter().filter(|answer| answer["error"].is_string()).count(), 2);
    assert!(answers.iter().any(|answer| answer["draft_id"] == json!("ดี") && answer["verdict"].is_string()));
}

#[test]
fn a_draft_of_one_title_and_one_of_a_megabyte_are_checked() {
    let data = filled();
    let long = "พัฒนาคุณภาพชีวิตผู้สูงอายุ".repeat(15_000);
    let drafts = format!(
        "{}\n{}\n",
        json!({"draft_id": "1", "title": "😀 ☎"}).to_string().replace("😀 ☎", "ก"),
        json!({"draft_id": "2", "title": "ดูแลผู้สูงอายุ", "rationale": long})
    );
    let output = with_input(thiap(data.path()).args(["check", "-"]), drafts.as_bytes());
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(lines(&output).len(), 2);
}

#[test]
fn a_damaged_index_is_told_and_built_anew_from_the_store() {
    let data = filled();
    let index = std::fs::read_dir(data.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.is_dir() && path.file_name().unwrap().to_string_lossy().starts_with("index"))
        .unwrap();
    let before = answers(thiap(data.path()).args(["search", "ผู้สูงอายุ"]));
    let mut files = Vec::new();
    let mut folders = vec![index.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.retain(|path| {
        std::fs::metadata(path).unwrap().len() > 0 && !path.to_string_lossy().contains("lock")
    });
    files.sort();
    assert!(!files.is_empty());
    for file in &files {
        let broken = tempfile::tempdir().unwrap();
        copy_folder(data.path(), broken.path());
        let target = broken.path().join(file.strip_prefix(data.path()).unwrap());
        let mut bytes = std::fs::read(&target).unwrap();
        let middle = bytes.len() / 2;
        bytes.truncate(middle);
        std::fs::write(&target, bytes).unwrap();
        let search = thiap(broken.path()).args(["search", "ผู้สูงอายุ"]).output().unwrap();
        if search.status.success() {
            assert_eq!(lines(&search), before, "{}", file.display());
        } else {
            assert!(
                !text(&search.stderr).contains("panicked"),
                "{}: {}",
                file.display(),
                text(&search.stderr)
            );
            answers(thiap(broken.path()).arg("index"));
            assert_eq!(
                answers(thiap(broken.path()).args(["search", "ผู้สูงอายุ"])),
                before,
                "{}",
                file.display()
            );
        }
    }
}

#[test]
fn a_data_folder_that_is_a_file_or_a_store_of_something_else_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "file", "x");
    failure(thiap(&file).arg("status"));
    write(
        folder.path(),
        "store.sqlite",
        "this is no database, but a text of some length that fills a page".repeat(100),
    );
    let message = failure(thiap(folder.path()).arg("status"));
    assert!(message.contains("store.sqlite"), "{message}");
}

#[test]
fn another_model_folder_that_is_broken_is_a_clear_error() {
    let data = filled();
    let model = tempfile::tempdir().unwrap();
    let message = failure(thiap(data.path()).arg("--model").arg(model.path()).args(["search", "ถนน"]));
    assert!(message.contains("config.json") || message.contains("manifest"), "{message}");
    write(model.path(), "config.json", "{not json");
    failure(thiap(data.path()).arg("--model").arg(model.path()).args(["search", "ถนน"]));
}

#[test]
fn a_full_disk_loses_nothing_that_was_acknowledged() {
    // a limit on the size of files stands for a disk that is full
    let data = tempfile::tempdir().unwrap();
    answers(thiap(data.path()).arg("import").arg(crate::command::fixture("projects/projects.jsonl")));
    let rows: String = (0..20_000).map(|n| format!("X-{n},ก่อสร้างถนนคอนกรีตเสริมเหล็ก สายที่ {n}\n")).collect();
    let file = write(data.path(), "many.csv", format!("id,title\n{rows}"));
    let limited = std::process::Command::new("sh")
        .arg("-c")
        .arg("ulimit -f 4096; exec \"$0\" --quiet --data \"$1\" import \"$2\"")
        .args([std::ffi::OsStr::new(crate::command::BINARY), data.path().as_os_str(), file.as_os_str()])
        .output()
        .unwrap();
    assert!(!limited.status.success());
    assert!(!text(&limited.stderr).contains("panicked"), "{}", text(&limited.stderr));
    let status = &answers(thiap(data.path()).arg("status"))[0];
    assert!(status["projects"].as_u64().unwrap() >= 330);
    let summary = &answers(thiap(data.path()).arg("import").arg(&file))[0];
    assert_eq!(summary["rows"], json!(20_000));
    let status = &answers(thiap(data.path()).arg("status"))[0];
    assert_eq!(status["projects"], json!(20_330));
}
