//! Import: what goes in, what is refused, what stays.

use serde_json::json;

use crate::command::{answers, failure, fixture, text, thiap, write};

#[test]
fn importing_the_same_file_again_changes_nothing() {
    let data = tempfile::tempdir().unwrap();
    let file = fixture("projects/projects.jsonl");
    let first = &answers(thiap(data.path()).arg("import").arg(&file))[0];
    assert_eq!((&first["rows"], &first["added"], &first["rejected"]), (&json!(330), &json!(330), &json!(0)));
    let again = &answers(thiap(data.path()).arg("import").arg(&file))[0];
    assert_eq!(
        (&again["added"], &again["updated"], &again["unchanged"]),
        (&json!(0), &json!(0), &json!(330))
    );
    let status = &answers(thiap(data.path()).arg("status"))[0];
    assert_eq!((&status["projects"], &status["change_number"]), (&json!(330), &json!(330)));
}

#[test]
fn a_changed_row_gets_a_new_version_and_keeps_the_old_one() {
    let data = tempfile::tempdir().unwrap();
    let file = write(data.path(), "p.csv", "id,title,year\nA,ขุดคลอง,2565\nB,สร้างถนน,2565\n");
    answers(thiap(data.path()).arg("import").arg(&file));
    write(data.path(), "p.csv", "id,title,year\nA,ขุดลอกคลอง,2565\nB,สร้างถนน,2565\n");
    let summary = &answers(thiap(data.path()).arg("import").arg(&file))[0];
    assert_eq!((&summary["updated"], &summary["unchanged"]), (&json!(1), &json!(1)));
    let shown = &answers(thiap(data.path()).args(["show", "A"]))[0];
    assert_eq!((&shown["project"]["title"], &shown["versions"]), (&json!("ขุดลอกคลอง"), &json!(2)));
}

#[test]
fn windows_874_csv_is_the_same_as_utf8() {
    let data = tempfile::tempdir().unwrap();
    let table = "รหัสโครงการ,ชื่อโครงการ,ปีงบประมาณ,กระทรวง,งบประมาณ (บาท)\nก-๑,เน้นพัฒนาคุณภาพชีวิตผู้สูงอายุ,๒๕๖๕,กระทรวงมหาดไทย,\"๑,๐๐๐\"\n";
    let (bytes, _, unmappable) = encoding_rs::WINDOWS_874.encode(table);
    assert!(!unmappable);
    let first = &answers(thiap(data.path()).arg("import").arg(write(data.path(), "a.csv", bytes)))[0];
    assert_eq!((&first["added"], &first["encoding"]), (&json!(1), &json!("windows-874")));
    let again = &answers(thiap(data.path()).arg("import").arg(write(data.path(), "b.csv", table)))[0];
    assert_eq!(&again["unchanged"], &json!(1));
}

#[test]
fn rejected_rows_are_listed_with_row_field_and_reason() {
    let data = tempfile::tempdir().unwrap();
    let file = write(
        data.path(),
        "p.csv",
        "id,title,year,amount\n1,ก่อสร้างถนน,2565,1000\n2,ขุดคลอง,ปีหน้า,1000\n3,สร้างฝาย,2565,ยังไม่ทราบ\n4,,2565,5\n1,ชื่ออื่น,2565,1\n1,ก่อสร้างถนน,2565,1000\n5,อบรม,2022,-5\n",
    );
    let summary = &answers(thiap(data.path()).arg("import").arg(&file))[0];
    assert_eq!(
        (&summary["rows"], &summary["added"], &summary["unchanged"], &summary["rejected"]),
        (&json!(7), &json!(1), &json!(1), &json!(5))
    );
    let rejected = text(&std::fs::read(data.path().join("p.csv.rejected.csv")).unwrap());
    let mut rows: Vec<&str> = rejected.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(rows.remove(0), "row,field,reason");
    let places: Vec<String> =
        rows.iter().map(|row| row.split(',').take(2).collect::<Vec<_>>().join(",")).collect();
    assert_eq!(places, ["3,fiscal_year_be", "4,budget_baht", "5,title", "6,project_code", "8,budget_baht"]);
    assert!(rows[3].contains("row 2"), "{}", rows[3]);
    // mended, the file leaves no list behind
    write(data.path(), "p.csv", "id,title\n1,ก่อสร้างถนน\n");
    answers(thiap(data.path()).arg("import").arg(&file));
    assert!(!data.path().join("p.csv.rejected.csv").exists());
}

#[test]
fn a_christian_year_is_stored_in_the_buddhist_era() {
    let data = tempfile::tempdir().unwrap();
    let file = write(data.path(), "p.jsonl", r#"{"project_code":"A","title":"ขุดคลอง","fiscal_year":2022}"#);
    answers(thiap(data.path()).arg("import").arg(&file));
    let shown = &answers(thiap(data.path()).args(["show", "A"]))[0];
    assert_eq!(shown["project"]["fiscal_year_be"], json!(2565));
}

#[test]
fn a_mapping_file_names_columns_in_a_workbook() {
    let data = tempfile::tempdir().unwrap();
    let path = data.path().join("p.xlsx");
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, cells) in [["ลำดับที่", "งาน"], ["7", "ขุดลอกคลอง"]].iter().enumerate()
    {
        for (column, cell) in cells.iter().enumerate() {
            sheet.write(row as u32, column as u16, *cell).unwrap();
        }
    }
    workbook.save(&path).unwrap();
    let message = failure(thiap(data.path()).arg("import").arg(&path));
    assert!(message.contains("project_code") && message.contains("--mapping"), "{message}");
    let mapping =
        write(data.path(), "m.toml", "[columns]\n\"ลำดับที่\" = \"project_code\"\n\"งาน\" = \"title\"\n");
    let summary = &answers(thiap(data.path()).arg("import").arg(&path).arg("--mapping").arg(mapping))[0];
    assert_eq!(summary["added"], json!(1));
}

#[test]
fn a_second_writer_is_told_to_wait() {
    let data = tempfile::tempdir().unwrap();
    let file = fixture("projects/projects.jsonl");
    let lock = std::fs::File::create(data.path().join("writer.lock")).unwrap();
    lock.lock().unwrap();
    let message = failure(thiap(data.path()).arg("import").arg(&file));
    assert!(message.contains("another thiap process"), "{message}");
    drop(lock);
    answers(thiap(data.path()).arg("import").arg(&file));
}

#[test]
fn the_public_budget_projects_come_in_whole() {
    let Some(shared) = crate::command::shared_data() else { return };
    let data = tempfile::tempdir().unwrap();
    let file = shared.join("projects-public.csv");
    let first = &answers(thiap(data.path()).arg("import").arg(&file))[0];
    assert_eq!(
        (&first["rows"], &first["added"], &first["rejected"]),
        (&json!(9_855), &json!(9_855), &json!(0))
    );
    let again = &answers(thiap(data.path()).arg("import").arg(&file))[0];
    assert_eq!(again["unchanged"], json!(9_855));
}

#[test]
fn an_invented_corpus_is_the_same_each_time_and_is_taken_whole() {
    let data = tempfile::tempdir().unwrap();
    let write = |name: &str, seed: &str| {
        let folder = data.path().join(name);
        let mut command = thiap(data.path());
        command
            .args(["synth", "--projects", "400", "--drafts", "5", "--seed", seed, "--output"])
            .arg(&folder);
        assert_eq!(answers(&mut command)[0]["projects"], 400);
        ["projects.jsonl", "pairs.tsv", "drafts.jsonl", "judgements.tsv"]
            .map(|file| text(&std::fs::read(folder.join(file)).unwrap()))
    };
    let first = write("a", "5");
    assert_eq!(first, write("b", "5"));
    assert_ne!(first, write("c", "6"));
    let summary =
        answers(thiap(data.path()).arg("import").arg(data.path().join("a/projects.jsonl"))).remove(0);
    assert_eq!((&summary["added"], &summary["rejected"]), (&json!(400), &json!(0)));
}
