//! Limits, and the headers that every answer has.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode, header};
use serde_json::json;
use thiap_server::{ServerOptions, router};

use crate::service::{Answer, ask, filled, get, post_text, service};

fn asked(options: &ServerOptions, request: Request<Body>) -> Answer {
    ask(&router(Arc::clone(&filled().engine), options), request)
}

fn fetched(options: &ServerOptions, path: &str) -> Answer {
    asked(options, Request::get(path).body(Body::empty()).unwrap())
}

#[test]
fn bodies_have_a_limit() {
    let options = ServerOptions { body_limit_bytes: 100, ..ServerOptions::default() };
    let service = router(Arc::clone(&filled().engine), &options);
    let body = json!({"title": "x".repeat(200)}).to_string();
    let answer = post_text(&service, "/api/v1/check", "application/json", &body);
    assert_eq!(answer.error(), (413, "too_large".into(), None));
    let form = format!("title={}", "x".repeat(200));
    let answer = post_text(&service, "/check", "application/x-www-form-urlencoded", &form);
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.text().contains("<main"), "people get a page");
}

#[test]
fn answers_that_take_too_long_are_given_up() {
    let options = ServerOptions { request_timeout: Duration::ZERO, ..ServerOptions::default() };
    // work that takes longer than the timer's steps of a millisecond
    let drafts: Vec<_> =
        (0..20).map(|n| json!({"draft_id": format!("D-{n}"), "title": "ฝึกอบรมอาชีพให้ผู้สูงอายุ"})).collect();
    let service = router(Arc::clone(&filled().engine), &options);
    let body = json!({"drafts": drafts}).to_string();
    let answer = post_text(&service, "/api/v1/check", "application/json", &body);
    assert_eq!(answer.error(), (503, "timeout".into(), None));
    assert!(!answer.header(header::RETRY_AFTER).is_empty());
}

#[test]
fn a_body_that_never_comes_is_not_waited_for() {
    let options = ServerOptions { body_pause_timeout: Duration::from_millis(50), ..ServerOptions::default() };
    let never = Body::from_stream(futures_util::stream::pending::<Result<Bytes, std::io::Error>>());
    let request = Request::post("/api/v1/check").header(header::CONTENT_TYPE, "application/json").body(never);
    assert_eq!(asked(&options, request.unwrap()).error(), (408, "body_timeout".into(), None));
}

#[test]
fn a_server_with_all_hands_full_says_come_back_and_still_tells_how_it_is() {
    let options = ServerOptions { concurrent_requests: 0, ..ServerOptions::default() };
    let answer = fetched(&options, "/api/v1/search?q=x");
    assert_eq!(answer.error(), (503, "busy".into(), None));
    assert!(!answer.header(header::RETRY_AFTER).is_empty());
    let page = fetched(&options, "/");
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.text().contains("มีผู้ใช้จำนวนมาก"));
    for path in
        ["/api/v1/health", "/api/v1/ready", "/api/v1/metrics", "/api/openapi.json", "/assets/style.css"]
    {
        assert_eq!(fetched(&options, path).status, StatusCode::OK, "{path}");
    }
}

#[test]
fn every_answer_is_safe_in_a_browser_and_carries_its_number() {
    for path in
        ["/", "/check", "/nowhere", "/api/v1/health", "/api/v1/nowhere", "/assets/style.css", "/projects/S-1"]
    {
        let answer = get(path);
        let policy = answer.header(header::CONTENT_SECURITY_POLICY);
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe") && !policy.contains("data:"), "{path}: {policy}");
        assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{path}");
        assert_eq!(answer.header(header::REFERRER_POLICY), "same-origin", "{path}");
        assert!(answer.header("x-request-id").len() >= 16, "{path}");
    }
    let document = get("/api/docs/");
    let policy = document.header(header::CONTENT_SECURITY_POLICY);
    assert!(policy.contains("script-src 'self';"), "no inline script there either: {policy}");
    assert!(!get("/api/documents").header(header::CONTENT_SECURITY_POLICY).contains("unsafe"));
}

#[test]
fn the_number_of_a_client_is_kept() {
    let request =
        Request::get("/api/v1/health").header("x-request-id", "client-7").body(Body::empty()).unwrap();
    assert_eq!(ask(&service(), request).header("x-request-id"), "client-7");
}

#[test]
fn answers_are_not_kept_but_assets_are() {
    assert_eq!(get("/api/v1/search?q=x").header(header::CACHE_CONTROL), "no-store");
    assert_eq!(get("/").header(header::CACHE_CONTROL), "no-store");
    assert!(get("/assets/enhance.js").header(header::CACHE_CONTROL).contains("max-age"));
}
