//! Reports: numbered, sealed, verified.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::command::{answers, copy_folder, failure, filled, fixture, text, thiap, write};

fn first_draft(folder: &Path) -> PathBuf {
    let drafts = text(&std::fs::read(fixture("screening/drafts.jsonl")).unwrap());
    write(folder, "draft.json", drafts.lines().next().unwrap())
}

/// Issues the report of the first draft; its line.
fn issue(data: &Path, output: &str, more: &[&str]) -> Value {
    issue_on("2026-01-31", data, output, more)
}

fn issue_on(date: &str, data: &Path, output: &str, more: &[&str]) -> Value {
    let mut command = thiap(data);
    command.arg("report").arg(first_draft(data)).args(["--date", date, "--limit", "5", "--output"]);
    answers(command.arg(data.join(output)).args(more)).remove(0)
}

fn bytes(line: &Value, kind: &str) -> Vec<u8> {
    std::fs::read(line[kind].as_str().unwrap()).unwrap()
}

/// What verification finds, and whether the exit status was 0.
fn verified(data: &Path, file: &Path) -> (Value, bool) {
    let output = thiap(data).args(["--format", "json", "report", "verify"]).arg(file).output().unwrap();
    let found = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
    (found, output.status.code() == Some(0))
}

#[test]
fn the_same_inputs_give_the_same_bytes_and_a_genuine_report() {
    let data = filled();
    let first = issue(data.path(), "a", &[]);
    let keys: Vec<&str> = first.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["draft_id", "html", "json", "number", "pdf", "verdict"]);
    assert_eq!((&first["draft_id"], &first["verdict"]), (&json!("F-001"), &json!("repeats")));
    let number = first["number"].as_str().unwrap();
    assert!(number.starts_with("T2569-") && number.len() == 20, "{number}");
    let second = issue(data.path(), "b", &[]);
    for kind in ["json", "html", "pdf"] {
        assert_eq!(bytes(&first, kind), bytes(&second, kind), "{kind}");
        let (found, zero) = verified(data.path(), Path::new(first[kind].as_str().unwrap()));
        assert!(zero, "{found}");
        assert_eq!((&found["outcome"], &found["reproduced"]["answer"]), (&json!("genuine"), &json!("yes")));
        assert_eq!(found["number"], number);
    }
    let english = issue(data.path(), "c", &["--english"]);
    assert_eq!(bytes(&english, "json"), bytes(&first, "json"), "the language is no part of the report");
    for kind in ["html", "pdf"] {
        let (found, zero) = verified(data.path(), Path::new(english[kind].as_str().unwrap()));
        assert!(zero && found["outcome"] == "genuine", "{kind}: {found}");
    }

    let page = text(&bytes(&first, "html"));
    assert!(page.contains(number) && page.contains("31 ม.ค. 2569") && page.contains("lang=\"th\""));
    assert!(!page.contains("http://") && !page.contains("https://"), "it fetches nothing");
    assert_eq!(page.matches("<script").count(), 1, "only the report itself");
    let report: Value = serde_json::from_slice(&bytes(&first, "json")).unwrap();
    assert_eq!(report["matches"].as_array().unwrap().len(), 5);
    assert_eq!(report["date"], "2026-01-31");
    for key in ["draft_sha256", "model_id", "relation_model_id", "seal"] {
        assert!(report[key].as_str().unwrap().len() > 8, "{key}");
    }
    // a sentence for people, in both languages
    let output =
        thiap(data.path()).args(["report", "verify", first["html"].as_str().unwrap()]).output().unwrap();
    let said = text(&output.stdout);
    assert!(said.contains("ไม่มีการเปลี่ยนแปลง") && said.contains("has not changed"), "{said}");
}

#[test]
fn an_altered_byte_is_told_wherever_it_stands() {
    let data = filled();
    let line = issue(data.path(), "a", &[]);
    for (kind, changes) in [
        (
            "json",
            &[
                ("\"verdict\":\"repeats\"", "\"verdict\":\"clear\""),
                ("T2569-", "T2568-"),
                ("\"rank\":1", "\"rank\":7"),
            ][..],
        ),
        ("html", &[("line-height: 1.75", "line-height: 1.76"), ("<h1>", "<h1> "), ("</html>", "</html> ")]),
    ] {
        let whole = text(&bytes(&line, kind));
        for (from, to) in changes {
            let changed = whole.replacen(from, to, 1);
            assert_ne!(changed, whole, "{from}");
            let (found, zero) = verified(data.path(), &write(data.path(), "changed", &changed));
            assert!(!zero && found["outcome"] == "altered", "{from}: {found}");
            assert!(found["message_en"].as_str().unwrap().contains("Which part cannot be known"));
        }
    }
    // a PDF: its attachment, a drawn page, something behind the end
    let whole = bytes(&line, "pdf");
    let attached = whole.windows(17).position(|window| window == b"\"verdict\":\"repeat").unwrap();
    let drawn = whole.windows(11).position(|window| window == b"FlateDecode").unwrap() + 400;
    for place in [attached + 11, drawn, whole.len()] {
        let mut changed = whole.clone();
        match changed.get_mut(place) {
            Some(byte) => *byte ^= 1,
            None => changed.push(b' '),
        }
        let (found, zero) = verified(data.path(), &write(data.path(), "changed.pdf", &changed));
        assert!(!zero && found["outcome"] == "altered", "{place}: {found}");
    }
    // the report of one inside the page of another
    let other = issue_on("2026-02-01", data.path(), "b", &[]);
    let page = text(&bytes(&line, "html"));
    let (head, _) = page.split_once("<script").unwrap();
    let other_page = text(&bytes(&other, "html"));
    let (_, tail) = other_page.split_once("<script").unwrap();
    let (found, _) = verified(data.path(), &write(data.path(), "mixed.html", format!("{head}<script{tail}")));
    assert_eq!(found["outcome"], "altered");
    // line ends of the file as a whole do not count for the JSON
    let json = text(&bytes(&line, "json"));
    let (found, zero) = verified(data.path(), &write(data.path(), "mail.json", format!("{json}\r\n")));
    assert!(zero, "{found}");
}

#[test]
fn another_store_does_not_know_the_report_and_a_later_corpus_cannot_repeat_it() {
    let data = filled();
    let line = issue(data.path(), "a", &[]);
    let file = PathBuf::from(line["json"].as_str().unwrap());

    let other = tempfile::tempdir().unwrap();
    answers(thiap(other.path()).arg("import").arg(write(other.path(), "p.csv", "id,title\n1,ขุดลอกคลอง\n")));
    let (found, zero) = verified(other.path(), &file);
    assert!(!zero, "{found}");
    assert_eq!(
        (&found["outcome"], &found["reproduced"]["answer"]),
        (&json!("unknown"), &json!("not_comparable"))
    );

    // a copy of the data folder from before the report was issued: the same corpus, another register
    let before = filled();
    let copy = tempfile::tempdir().unwrap();
    copy_folder(before.path(), copy.path());
    let (found, zero) = verified(copy.path(), &file);
    assert!(!zero);
    assert_eq!((&found["outcome"], &found["reproduced"]["answer"]), (&json!("unknown"), &json!("yes")));

    answers(thiap(data.path()).arg("import").arg(write(data.path(), "p.csv", "id,title\nNEW-1,ขุดลอกคลอง\n")));
    answers(thiap(data.path()).arg("index"));
    let (found, zero) = verified(data.path(), &file);
    assert!(zero, "genuine all the same: {found}");
    assert_eq!(found["reproduced"]["answer"], "not_comparable");
    assert!(found["reproduced"]["reason"].as_str().unwrap().contains("corpus has moved on"), "{found}");
    let again = issue(data.path(), "b", &[]);
    assert_ne!(again["number"], line["number"]);
}

#[test]
fn decisions_stand_in_the_report_and_later_ones_do_not_make_it_false() {
    let data = filled();
    let before = issue(data.path(), "a", &[]);
    let report: Value = serde_json::from_slice(&bytes(&before, "json")).unwrap();
    let code = report["matches"][0]["project_code"].as_str().unwrap();
    answers(thiap(data.path()).args([
        "decide",
        "F-001",
        code,
        "--relation",
        "overlap",
        "--by",
        "สมศรี <b>",
        "--reason",
        "คนละ</script>กลุ่ม",
    ]));
    let (found, zero) = verified(data.path(), Path::new(before["html"].as_str().unwrap()));
    assert!(zero && found["reproduced"]["answer"] == "yes", "{found}");
    let after = issue(data.path(), "b", &[]);
    assert_ne!(after["number"], before["number"]);
    let page = text(&bytes(&after, "html"));
    assert!(page.contains("สมศรี &#60;b&#62;") && page.matches("</script>").count() == 1, "{page}");
    let (found, zero) = verified(data.path(), Path::new(after["html"].as_str().unwrap()));
    assert!(zero, "{found}");
}

#[test]
fn every_draft_of_a_file_gets_its_report_and_bad_ones_are_named() {
    let data = filled();
    let drafts = "{\"draft_id\":\"ก\",\"title\":\"ฝึกอาชีพ</script>ผู้สูงอายุ\\u0000\"}\n{\"draft_id\":\"เสีย\"}\n{\"title\":\"ขุดลอกคลอง\"}\n";
    let file = write(data.path(), "drafts.jsonl", drafts);
    let folder = data.path().join("new/folder");
    let output = thiap(data.path()).arg("report").arg(&file).arg("--output").arg(&folder).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "one draft cannot be checked");
    let lines = crate::command::lines(&output);
    assert_eq!(lines.len(), 3);
    assert!(lines[1]["error"].as_str().unwrap().contains("title"));
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 6);
    for line in [&lines[0], &lines[2]] {
        for kind in ["html", "pdf", "json"] {
            let (found, zero) = verified(data.path(), Path::new(line[kind].as_str().unwrap()));
            assert!(zero, "{found}");
        }
    }
}

#[test]
fn what_is_no_report_and_what_cannot_be_a_report_is_told() {
    let data = filled();
    for (name, content) in [
        ("empty", &b""[..]),
        ("nul", b"\0\0\0"),
        ("bytes", b"\xff\xfe\xff"),
        ("json", b"{\"number\": 5}"),
        ("page.html", b"<!DOCTYPE html><html></html>"),
    ] {
        let file = write(data.path(), name, content);
        let message = failure(thiap(data.path()).args(["report", "verify"]).arg(&file));
        assert!(message.contains("no report of Thiap") && message.contains(name), "{message}");
    }
    let cut = issue(data.path(), "a", &[]);
    let half = bytes(&cut, "html");
    let file = write(data.path(), "half.html", &half[..half.len() - 400]);
    let output = thiap(data.path()).args(["report", "verify"]).arg(&file).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(!text(&output.stderr).contains("panicked"));

    let draft = first_draft(data.path());
    let refused = |more: &[&str]| failure(thiap(data.path()).arg("report").arg(&draft).args(more));
    assert!(refused(&["--date", "2569-01-31"]).contains("2026 for 2569"));
    assert!(refused(&["--limit", "0"]).contains("1 to 100"));
    assert!(refused(&["--limit", "101"]).contains("1 to 100"));
    assert!(failure(thiap(data.path()).args(["report", "nowhere.json"])).contains("nowhere.json"));
    assert!(failure(thiap(data.path()).args(["report", "verify", "nowhere.json"])).contains("nowhere.json"));
    for wrong in [&["report"][..], &["report", "verify"], &["report", "x.json", "--date", "tomorrow"]] {
        assert_eq!(thiap(data.path()).args(wrong).output().unwrap().status.code(), Some(2), "{wrong:?}");
    }
}
