//! Decisions of reviewers.

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use thiap_server::{ServerOptions, router};

use crate::service::{Answer, Data, HOSTILE, HOSTILE_CODE, ask, encoded, own, post, post_text};

fn options() -> ServerOptions {
    ServerOptions { allow_decisions: true, ..ServerOptions::default() }
}

/// A service of its own, so that what is decided here shows on no page of other tests.
fn service() -> &'static Router {
    static SERVICE: OnceLock<(Data, Router)> = OnceLock::new();
    let (_, service) = SERVICE.get_or_init(|| {
        let data = own();
        let service = router(Arc::clone(&data.engine), &options());
        (data, service)
    });
    service
}

fn decide(body: &Value) -> Answer {
    post_text(service(), "/api/v1/decisions", "application/json", &body.to_string())
}

fn get(path: &str) -> Answer {
    ask(service(), Request::get(path).body(Body::empty()).unwrap())
}

fn listed(parameters: &[(&str, &str)]) -> Value {
    get(&format!("/api/v1/decisions?{}", encoded(parameters))).json()
}

fn decision(draft_id: &str, project_code: &str, reviewer: &str, relation: &str) -> Value {
    json!({
        "draft_id": draft_id, "project_code": project_code, "relation": relation, "reason": "งานเดียวกัน ต่างกรม",
        "reviewer": reviewer,
    })
}

#[test]
fn decisions_are_refused_unless_they_are_allowed() {
    let answer = post("/api/v1/decisions", &decision("D", "S-1", "ก", "overlap"));
    assert_eq!(answer.error(), (403, "decisions_not_allowed".into(), None));
    assert!(answer.text().contains("--allow-decisions"));
    let request = Request::post("/api/v1/decisions")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::HOST, "thiap.example")
        .header(header::ORIGIN, "https://elsewhere.example")
        .body(Body::from(decision("D", "S-1", "ก", "overlap").to_string()))
        .unwrap();
    assert_eq!(ask(service(), request).error(), (403, "cross_site".into(), None));
}

#[test]
fn a_decision_is_kept_with_what_the_model_said_and_shown_with_the_match() {
    let draft =
        json!({"draft_id": "D-shown", "title": "โครงการพัฒนาคุณภาพชีวิตผู้สูงอายุ ตำบลที่ 2", "fiscal_year_be": 2566});
    let mut body = decision("D-shown", "S-2", "สมศรี <b>", "overlap");
    body["draft"] = draft.clone();
    let kept = decide(&body);
    assert_eq!(kept.status, StatusCode::OK, "{}", kept.text());
    let kept = kept.json();
    assert!((0.0..=1.0).contains(&kept["machine"]["likelihood"].as_f64().unwrap()));
    assert_eq!((&kept["relation"], &kept["reviewer"]), (&json!("overlap"), &json!("สมศรี <b>")));

    let answer = post_text(service(), "/api/v1/check", "application/json", &draft.to_string()).json();
    let of = |answer: &Value, code: &str| {
        answer["matches"].as_array().unwrap().iter().find(|one| one["project_code"] == code).unwrap().clone()
    };
    let shown = of(&answer, "S-2")["decisions"].clone();
    assert_eq!(shown, json!([kept]));
    assert!(of(&answer, "S-1").get("decisions").is_none(), "left out where nobody decided");
    let mut changed = draft.clone();
    changed["objectives"] = json!(["อื่น"]);
    let answer = post_text(service(), "/api/v1/check", "application/json", &changed.to_string()).json();
    assert_eq!(of(&answer, "S-2")["decisions"][0]["of_other_text"], true);

    let page = post_text(
        service(),
        "/check",
        "application/x-www-form-urlencoded",
        &encoded(&[("json", &draft.to_string())]),
    );
    let html = page.text();
    assert!(html.contains("ผลการพิจารณาของเจ้าหน้าที่") && html.contains("สมศรี &#60;b&#62;"), "{html}");
    assert!(!html.contains("สมศรี <b>"));
    let html = get("/projects/S-2").text();
    assert!(html.contains("D-shown") && html.contains("งานเดียวกัน ต่างกรม"), "{html}");
}

#[test]
fn decisions_are_listed_by_draft_by_project_and_in_pages() {
    for (draft, project, reviewer) in
        [("D-list", "S-3", "ก"), ("D-list", "S-4", "ก"), ("D-list", "S-3", "ก"), ("S-5", "S-3", "ข")]
    {
        assert_eq!(decide(&decision(draft, project, reviewer, "related")).status, StatusCode::OK);
    }
    let all = listed(&[("draft_id", "D-list")]);
    let decisions = all["decisions"].as_array().unwrap();
    assert_eq!(decisions.len(), 3);
    assert_eq!((&decisions[0]["superseded"], decisions[2].get("superseded")), (&json!(true), None));
    assert_eq!(all["next_after"], Value::Null);
    let first = listed(&[("draft_id", "D-list"), ("limit", "2")]);
    assert_eq!(first["next_after"], decisions[1]["decision_id"]);
    let after = first["next_after"].to_string();
    let second = listed(&[("draft_id", "D-list"), ("after", &after)]);
    assert_eq!(second["decisions"].as_array().unwrap(), &decisions[2..]);
    assert_eq!(listed(&[("project_code", "S-4")])["decisions"].as_array().unwrap().len(), 1);
    assert!(decide(&decision("S-5", "S-4", "ข", "distinct")).json()["machine"].is_object());
    assert_eq!(listed(&[("draft_id", "\u{1}")])["decisions"], json!([]));
    for (name, value) in [("limit", "0"), ("limit", "1001"), ("after", "-1"), ("colour", "red")] {
        let (status, _, field) = get(&format!("/api/v1/decisions?{}", encoded(&[(name, value)]))).error();
        assert_eq!((status, field.as_deref()), (400, Some(name)));
    }
}

#[test]
fn decisions_that_cannot_be_kept_say_why() {
    let sound = decision("D-wrong", "S-1", "ก", "overlap");
    let with = |name: &str, value: Value| {
        let mut body = sound.clone();
        body[name] = value;
        decide(&body).error()
    };
    assert_eq!(
        with("project_code", json!("NOBODY")),
        (404, "unknown_project".into(), Some("project_code".into()))
    );
    assert_eq!(with("reason", json!(" ")), (422, "decision".into(), Some("reason".into())));
    assert_eq!(with("reason", json!("ก\0")), (422, "decision".into(), Some("reason".into())));
    assert_eq!(with("reason", json!("ก".repeat(350_000))), (422, "decision".into(), Some("reason".into())));
    assert_eq!(with("reviewer", json!("")), (422, "decision".into(), Some("reviewer".into())));
    assert_eq!(with("relation", json!("alike")), (400, "bad_value".into(), Some("relation".into())));
    assert_eq!(with("draft_id", json!("draft")).0, 400, "drafts without an id share it");
    assert_eq!(with("draft_id", json!("S-1")), (422, "decision".into(), Some("project_code".into())));
    assert_eq!(with("draft", json!({"title": ""})), (422, "draft".into(), Some("title".into())));
    assert_eq!(
        with("draft", json!({"draft_id": "E", "title": "อื่น"})),
        (422, "decision".into(), Some("draft".into()))
    );
    assert_eq!(listed(&[("draft_id", "D-wrong")])["decisions"], json!([]), "nothing of these was kept");
}

#[test]
fn hostile_decisions_break_no_page() {
    let mut body = decision("D-hostile", HOSTILE_CODE, "ก", "related");
    body["reason"] = json!(HOSTILE);
    assert_eq!(decide(&body).status, StatusCode::OK);
    let path: String = HOSTILE_CODE.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let html = get(&format!("/projects/{path}")).text();
    assert!(html.contains("D-hostile") && !html.contains("<script>alert"), "{html}");
}
