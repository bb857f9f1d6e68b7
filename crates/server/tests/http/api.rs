//! Every route of the API with good and with bad input.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use thiap_server::{ServerOptions, router};

use crate::service::{HOSTILE, HOSTILE_CODE, ask, empty, encoded, get, get_with, post, post_text, service};

fn hits(answer: &Value) -> Vec<&str> {
    answer["hits"].as_array().unwrap().iter().map(|hit| hit["project_code"].as_str().unwrap()).collect()
}

#[test]
fn a_search_by_address_and_by_body_find_the_same() {
    let by_address = get_with("/api/v1/search", &[("q", "พัฒนาคุณภาพชีวิตผู้สูงอายุ"), ("limit", "3")]);
    assert_eq!(by_address.status, StatusCode::OK, "{}", by_address.text());
    let by_body = post("/api/v1/search", &json!({"query": "พัฒนาคุณภาพชีวิตผู้สูงอายุ", "limit": 3}));
    assert_eq!(by_address.json(), by_body.json());
    let found = by_address.json();
    assert_eq!(hits(&found).len(), 3);
    assert!(found["total"].as_u64().unwrap() >= 5);
    assert!(!found["hits"][0]["highlights"].as_array().unwrap().is_empty());
    let of_all_owners = get_with("/api/v1/search", &[("q", "ผู้สูงอายุ")]).json();
    assert!(of_all_owners["facets"]["ministry"].as_array().unwrap().len() > 1);
}

#[test]
fn pages_of_hits_follow_each_other() {
    let query = |offset: &str| {
        get_with("/api/v1/search", &[("q", "ผู้สูงอายุ"), ("limit", "2"), ("offset", offset)]).json()
    };
    let (first, second) = (query("0"), query("2"));
    assert_eq!(first["total"], second["total"]);
    assert_eq!((first["hits"][0]["rank"].as_u64(), second["hits"][0]["rank"].as_u64()), (Some(1), Some(3)));
    assert!(hits(&first).iter().all(|code| !hits(&second).contains(code)));
    assert!(hits(&query("1000")).is_empty());
}

#[test]
fn filters_restrict_and_may_be_repeated() {
    let all = get_with("/api/v1/search", &[("q", "")]).json();
    assert_eq!(all["total"], 7);
    let roads = get_with("/api/v1/search", &[("ministry", "กระทรวงคมนาคม")]).json();
    assert_eq!(hits(&roads), ["R-1"]);
    let two = get_with("/api/v1/search", &[("kind", "item"), ("kind", "project")]).json();
    assert_eq!(two["total"], 7);
    let money = post("/api/v1/search", &json!({"filters": {"budget_baht": {"from": 5_000_000}}})).json();
    assert_eq!(hits(&money), ["R-1"]);
    let years = get_with("/api/v1/search", &[("fiscal_year_be", "2565-"), ("budget_to", "5,000,000")]).json();
    assert!(hits(&years).iter().all(|code| code.starts_with("S-")) && !hits(&years).is_empty());
}

#[test]
fn a_condition_read_from_the_query_can_be_taken_away() {
    let found = get_with("/api/v1/search", &[("q", "ผู้สูงอายุ ปี 2565")]).json();
    let chip = &found["chips"][0];
    assert_eq!(chip["applied"], true, "{found}");
    let text = chip["text"].as_str().unwrap();
    let found = get_with("/api/v1/search", &[("q", "ผู้สูงอายุ ปี 2565"), ("without", text)]).json();
    assert_eq!(found["chips"][0]["applied"], false);
}

#[test]
fn a_search_that_cannot_be_understood_names_what_is_wrong() {
    for (parameters, code, field) in [
        (&[("q", "\"เปิดไม่ปิด")][..], "query_syntax", "query"),
        (&[("q", "nofield:x")], "query_syntax", "query"),
        (&[("qq", "x")], "unknown_field", "qq"),
        (&[("limit", "0")], "bad_value", "limit"),
        (&[("limit", "101")], "bad_value", "limit"),
        (&[("offset", "-1")], "bad_value", "offset"),
        (&[("mode", "magic")], "bad_value", "mode"),
        (&[("fiscal_year_be", "soon")], "bad_value", "fiscal_year_be"),
        (&[("fiscal_year_be", "2566-2564")], "bad_filter", "filters.fiscal_year_be"),
        (&[("province", "แดนไกล")], "bad_filter", "filters.province"),
        (&[("budget_from", "lots")], "bad_value", "budget_from"),
        (&[("filters", "{")], "bad_value", "filters"),
    ] {
        let answer = get_with("/api/v1/search", parameters);
        assert_eq!(answer.error(), (400, code.into(), Some(field.into())), "{parameters:?}");
    }
    let long = "ก".repeat(10_001);
    assert_eq!(post("/api/v1/search", &json!({"query": long})).error().1, "query_syntax");
    for (body, field) in [
        (json!({"query": "x", "limt": 5}), "limt"),
        (json!({"query": ["x"]}), "query"),
        (json!({"filters": {"year": 2565}}), "filters.year"),
    ] {
        let (status, _, named) = post("/api/v1/search", &body).error();
        assert_eq!((status, named.as_deref()), (400, Some(field)), "{body}");
    }
}

#[test]
fn bodies_that_are_no_json_object_are_refused() {
    let service = service();
    for (path, content_type, body, status, code) in [
        ("/api/v1/search", "text/plain", "{}", 415, "unsupported_media_type"),
        ("/api/v1/check", "application/x-www-form-urlencoded", "title=x", 415, "unsupported_media_type"),
        ("/api/v1/check", "application/json", "{", 400, "malformed_json"),
        ("/api/v1/check", "application/json", "", 400, "malformed_json"),
        ("/api/v1/compare", "application/json", "[]", 400, "malformed_json"),
        ("/api/v1/compare", "application/json", "\u{0}", 400, "malformed_json"),
    ] {
        let answer = post_text(&service, path, content_type, body);
        assert_eq!(answer.error(), (status, code.into(), None), "{path} {body:?}");
    }
    let nested = format!("{{\"title\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let answer = post_text(&service, "/api/v1/check", "application/json", &nested);
    assert_eq!(answer.error().1, "malformed_json");
}

#[test]
fn a_draft_with_only_a_title_is_checked() {
    let answer = post("/api/v1/check", &json!({"title": "ฝึกอบรมอาชีพผู้สูงอายุ"}));
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let answer = answer.json();
    assert_eq!(answer["draft_id"], "draft");
    assert_eq!(answer["searched_projects"], 7);
    assert!(!answer["matches"].as_array().unwrap().is_empty());
    assert!(answer["matches"][0]["summary_th"].as_str().unwrap().len() > 10);
}

#[test]
fn several_drafts_are_answered_in_their_order() {
    let drafts = json!({"drafts": [{"draft_id": "b", "title": "ก่อสร้างถนน"}, {"ชื่อโครงการ": "ดูแลผู้สูงอายุ"}]});
    let answer = post("/api/v1/check?limit=1", &drafts).json();
    let answers = answer["answers"].as_array().unwrap();
    let ids: Vec<_> = answers.iter().map(|answer| answer["draft_id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["b", "draft-2"]);
    assert!(answers.iter().all(|answer| answer["matches"].as_array().unwrap().len() <= 1));
    assert_eq!(post("/api/v1/check", &json!({"drafts": []})).json(), json!({"answers": []}));
}

#[test]
fn a_draft_that_cannot_be_read_names_the_field() {
    for (body, status, field) in [
        (json!({}), 422, "title"),
        (json!({"draft_id": "x"}), 422, "title"),
        (json!({"title": "--"}), 422, "title"),
        (json!({"title": "x", "fiscal_year_be": 369}), 422, "fiscal_year_be"),
        (json!({"title": "x", "budget_baht": "lots"}), 422, "budget_baht"),
        (json!({"title": "x", "id": "a\nb"}), 422, "project_code"),
        (json!({"drafts": [{"title": "x"}, {"title": ""}]}), 422, "drafts[1].title"),
        (json!({"drafts": "x"}), 400, "drafts"),
    ] {
        let (found, _, named) = post("/api/v1/check", &body).error();
        assert_eq!((found, named.as_deref()), (status, Some(field)), "{body}");
    }
    assert_eq!(post("/api/v1/check?limit=101", &json!({"title": "x"})).error().2.as_deref(), Some("limit"));
    assert_eq!(post("/api/v1/check?lang=en", &json!({"title": "x"})).error().1, "unknown_field");
}

#[test]
fn pairs_are_codes_or_records() {
    let answer =
        post("/api/v1/compare", &json!({"pair_id": "p", "a": {"title": "ฝึกอบรมอาชีพผู้สูงอายุ"}, "b": "S-1"}));
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(answer.json()["pair_id"], "p");
    let unknown = post("/api/v1/compare", &json!({"a": "S-1", "b": "NOBODY"})).error();
    assert_eq!(unknown, (404, "unknown_project".into(), Some("b".into())));
    let unreadable = post("/api/v1/compare", &json!({"a": {"title": ""}, "b": "S-1"})).error();
    assert_eq!(unreadable, (422, "draft".into(), Some("a.title".into())));
    let missing = post("/api/v1/compare", &json!({"a": "S-1"})).error();
    assert_eq!(missing, (400, "bad_value".into(), Some("b".into())));
}

#[test]
fn a_project_comes_with_every_version() {
    let answer = get("/api/v1/projects/S-1").json();
    let versions = answer["versions"].as_array().unwrap();
    assert_eq!(versions.len(), 2);
    assert_eq!(versions[0]["project"]["title"], "ชื่อเดิมก่อนแก้ไข");
    assert_eq!(answer["project"], versions[1]["project"]);
    assert_eq!(answer["change_number"], versions[1]["change_number"]);
    assert!(versions[0]["change_number"].as_u64() < versions[1]["change_number"].as_u64());
    assert_eq!(get("/api/v1/projects/NOBODY").error().0, 404);
    assert_eq!(get("/api/v1/projects/%00%0A").error().0, 404);
    assert_eq!(get("/api/v1/projects/%FF").error().0, 400);
}

#[test]
fn a_code_with_any_character_can_be_asked_for() {
    let code = encoded(&[("", HOSTILE_CODE)]).replacen('=', "", 1).replace('+', "%20");
    let answer = get(&format!("/api/v1/projects/{code}"));
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(answer.json()["project"]["title"], HOSTILE);
}

#[test]
fn facets_count_without_hits() {
    let answer = get_with("/api/v1/facets", &[("q", "ผู้สูงอายุ"), ("kind", "project")]).json();
    assert!(answer.get("hits").is_none());
    assert!(answer["total"].as_u64().unwrap() >= 5);
    let provinces = answer["facets"]["province"].as_array().unwrap();
    assert!(provinces.iter().any(|count| count["value"] == 54 && count["count"] == 5), "{provinces:?}");
    assert_eq!(get_with("/api/v1/facets", &[("limit", "5")]).error().2.as_deref(), Some("limit"));
}

#[test]
fn the_server_tells_how_it_is() {
    assert_eq!(get("/api/v1/health").json()["status"], "ok");
    let ready = get("/api/v1/ready").json();
    assert_eq!(
        (&ready["ready"], &ready["projects"], &ready["index_lag_changes"]),
        (&json!(true), &json!(7), &json!(0))
    );
    let service = service();
    let measures = |path: &str| ask(&service, Request::get(path).body(Body::empty()).unwrap());
    measures("/api/v1/projects/S-1");
    measures("/api/v1/nowhere/at/all");
    let answer = measures("/api/v1/metrics");
    assert!(answer.header(header::CONTENT_TYPE).starts_with("text/plain"));
    let text = answer.text();
    for line in [
        r#"thiap_http_requests_total{method="GET",route="/api/v1/projects/{code}",status="200"} 1"#,
        r#"thiap_http_requests_total{method="GET",route="none",status="404"} 1"#,
        r#"thiap_http_request_duration_seconds_bucket{route="/api/v1/projects/{code}",le="120"} 1"#,
        "thiap_projects 7",
        "thiap_projects_indexed 7",
        "thiap_index_lag_changes 0",
        "thiap_ready 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }
}

#[test]
fn a_server_without_an_index_says_so() {
    let data = empty();
    let service = router(data.engine.clone(), &ServerOptions::default());
    let ask = |request: Request<Body>| ask(&service, request);
    let got = |path: &str| ask(Request::get(path).body(Body::empty()).unwrap());
    assert_eq!(got("/api/v1/health").status, StatusCode::OK);
    for path in ["/api/v1/ready", "/api/v1/search?q=x", "/api/v1/facets?q=x"] {
        let answer = got(path);
        assert_eq!(answer.error(), (503, "not_indexed".into(), None), "{path}");
        assert!(!answer.header(header::RETRY_AFTER).is_empty());
    }
    assert!(got("/api/v1/metrics").text().contains("thiap_ready 0"));
    let page = got("/?q=x");
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.text().contains("ยังไม่มีข้อมูลโครงการ"));
    assert_eq!(got("/").status, StatusCode::OK, "the form is there nevertheless");
}

#[test]
fn unknown_addresses_and_methods_are_json_under_the_api() {
    assert_eq!(get("/api/v1/nowhere").error(), (404, "not_found".into(), None));
    assert_eq!(get("/api/").error(), (404, "not_found".into(), None));
    assert_eq!(get("/api/docs/nothing.js").error(), (404, "not_found".into(), None));
    let answer = get("/api/v1/check");
    assert_eq!(answer.error(), (405, "method_not_allowed".into(), None));
    assert!(answer.header(header::ALLOW).contains("POST"), "{:?}", answer.headers);
    let deleted = ask(&service(), Request::delete("/api/v1/search").body(Body::empty()).unwrap());
    assert_eq!(deleted.error().0, 405);
}
