//! The JSON lines that other programs drive.

use serde_json::{Value, json};

use crate::command::{answers, filled, fixture, lines, text, thiap, with_input};

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn search_lines_have_exactly_the_keys_of_the_contract() {
    let data = filled();
    let queries = "{\"query_id\":7,\"query\":\"ผู้สูงอายุ\",\"filters\":{\"fiscal_year_be\":2566}}\n{\"query_id\":\"b\",\"query\":\"qwxz\"}\n";
    let output = with_input(thiap(data.path()).args(["search", "--queries", "-"]), queries.as_bytes());
    let answers = lines(&output);
    assert_eq!(keys(&answers[0]), ["hits", "query_id", "total"]);
    assert_eq!(answers[0]["query_id"], json!(7));
    let hits = answers[0]["hits"].as_array().unwrap();
    assert_eq!(keys(&hits[0]), ["legs", "project_code", "rank", "score"]);
    assert_eq!(hits[0]["rank"], json!(1));
    assert!(answers[0]["total"].as_u64().unwrap() >= hits.len() as u64);
    assert_eq!(answers[1], json!({"query_id": "b", "total": 0, "hits": []}), "nothing similar is an answer");
}

#[test]
fn pages_join_without_gap_or_repetition() {
    let data = filled();
    let page = |offset: usize, limit: usize| -> Value {
        answers(thiap(data.path()).args([
            "search",
            "พัฒนา",
            "--offset",
            &offset.to_string(),
            "--limit",
            &limit.to_string(),
        ]))
        .remove(0)
    };
    let whole = page(0, 400);
    let total = whole["total"].as_u64().unwrap() as usize;
    let hits = whole["hits"].as_array().unwrap();
    assert_eq!(hits.len(), total.min(400));
    let joined: Vec<Value> = (0..total)
        .step_by(13)
        .flat_map(|offset| {
            let part = page(offset, 13);
            assert_eq!(part["total"], whole["total"]);
            part["hits"].as_array().unwrap().clone()
        })
        .collect();
    assert_eq!(&joined, hits);
}

#[test]
fn segment_gives_a_line_for_a_line() {
    let data = tempfile::tempdir().unwrap();
    let output = with_input(
        thiap(data.path()).arg("segment"),
        "โครงการพัฒนาคุณภาพชีวิต\n\n😀 abc ๑๒\n\u{fffd}".as_bytes(),
    );
    let printed = text(&output.stdout);
    let printed: Vec<&str> = printed.lines().collect();
    assert_eq!(printed.len(), 4);
    assert!(printed[0].starts_with("โครงการ|พัฒนา|"), "{}", printed[0]);
    assert_eq!(printed[0].replace('|', ""), "โครงการพัฒนาคุณภาพชีวิต");
    assert_eq!(printed[1], "");
    let broken = with_input(thiap(data.path()).arg("segment"), b"\xff\xfe\n");
    assert!(broken.status.success());
}

#[test]
fn ner_gives_mentions_with_places_in_characters() {
    let data = tempfile::tempdir().unwrap();
    let text = "😀 ก่อสร้างถนนในอำเภอเชียงคาน จังหวัดเลย งบ ๑.๕ ล้านบาท ปีงบประมาณ 2566";
    let input = format!("{}\n{{\"id\":2,\"text\":\"\"}}\n", json!({"id": "a", "text": text}));
    let found = lines(&with_input(thiap(data.path()).args(["ner", "--input", "-"]), input.as_bytes()));
    assert_eq!(keys(&found[0]), ["id", "mentions"]);
    assert_eq!(found[1], json!({"id": 2, "mentions": []}));
    let mentions = found[0]["mentions"].as_array().unwrap();
    for mention in mentions {
        assert_eq!(keys(mention), ["end_char", "start_char", "text", "type", "value"]);
        let (start, end) = (
            mention["start_char"].as_u64().unwrap() as usize,
            mention["end_char"].as_u64().unwrap() as usize,
        );
        let named: String = text.chars().skip(start).take(end - start).collect();
        assert_eq!(mention["text"], json!(named));
    }
    let money = mentions.iter().find(|mention| mention["type"] == "MONEY").unwrap();
    assert_eq!(money["value"], json!({"baht": 1_500_000}));
    assert_eq!(mentions.iter().filter(|mention| mention["type"] == "LOCATION").count(), 2);
    assert!(mentions.iter().any(|mention| mention["type"] == "DATE" && mention["text"] == "2566"));

    let alone = answers(thiap(data.path()).args(["ner", text]));
    assert_eq!(alone[0]["mentions"], found[0]["mentions"]);
    let broken = with_input(thiap(data.path()).arg("ner"), b"\xff\xfe");
    assert_eq!(broken.status.code(), Some(1));
}

#[test]
fn embed_gives_unit_vectors_and_tells_queries_from_passages() {
    let data = tempfile::tempdir().unwrap();
    let texts = "{\"id\":1,\"text\":\"ผู้สูงอายุ\",\"kind\":\"query\"}\n{\"id\":\"b\",\"text\":\"ผู้สูงอายุ\",\"kind\":\"passage\"}\n{\"id\":3,\"text\":\"\"}\n";
    let output = with_input(thiap(data.path()).args(["embed", "--input", "-"]), texts.as_bytes());
    let vectors = lines(&output);
    let components = |line: &Value| -> Vec<f64> {
        line["embedding"].as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
    };
    assert_eq!(keys(&vectors[0]), ["embedding", "id"]);
    for line in &vectors {
        let length: f64 = components(line).iter().map(|x| x * x).sum();
        assert_eq!(components(line).len(), 384);
        assert!((length - 1.0).abs() < 1e-3);
    }
    assert_ne!(components(&vectors[0]), components(&vectors[1]));
    assert_eq!(vectors[1]["id"], json!("b"));
}

#[test]
fn check_lines_have_exactly_the_keys_of_the_contract() {
    let data = filled();
    let answers = answers(
        thiap(data.path()).arg("check").arg(fixture("screening/drafts.jsonl")).args(["--limit", "5"]),
    );
    assert_eq!(answers.len(), 42);
    for answer in &answers {
        assert_eq!(keys(answer), ["draft_id", "matches", "verdict"]);
        let matches = answer["matches"].as_array().unwrap();
        assert!(matches.len() <= 5);
        for one in matches {
            assert_eq!(keys(one), ["aspects", "likelihood", "passages", "project_code", "rank", "relation"]);
            let likelihood = one["likelihood"].as_f64().unwrap();
            assert!((0.0..=1.0).contains(&likelihood));
            for agreement in one["aspects"].as_object().unwrap().values() {
                assert!(["same", "partly", "different", "unknown"].contains(&agreement.as_str().unwrap()));
            }
        }
    }
}

#[test]
fn compare_takes_codes_and_records_and_agrees_with_itself() {
    let data = filled();
    let drafts = text(&std::fs::read(fixture("screening/drafts.jsonl")).unwrap());
    let draft: Value = serde_json::from_str(drafts.lines().next().unwrap()).unwrap();
    let judged = text(&std::fs::read(fixture("screening/judgements.tsv")).unwrap());
    let code = judged.lines().nth(1).unwrap().split('\t').nth(1).unwrap().to_owned();
    let pairs = format!(
        "{}\n{}\n{}\n",
        json!({"pair_id": "p1", "a": draft, "b": code}),
        json!({"pair_id": 2, "a": code, "b": "unknown-code"}),
        json!({"pair_id": "p3", "a": code, "b": {"title": "ขุดลอกคลอง"}}),
    );
    let output = with_input(thiap(data.path()).args(["compare", "--pairs", "-"]), pairs.as_bytes());
    assert_eq!(output.status.code(), Some(1), "one pair names an unknown project");
    let answers = lines(&output);
    assert_eq!(answers.len(), 3);
    assert_eq!(keys(&answers[0]), ["aspects", "likelihood", "pair_id", "passages", "relation"]);
    assert!(answers[1]["error"].as_str().unwrap().contains("unknown-code"));
    assert_eq!(answers[2]["pair_id"], json!("p3"));
}
