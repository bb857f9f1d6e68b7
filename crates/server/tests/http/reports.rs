//! Reports over HTTP and on the page.

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use thiap_server::{ServerOptions, router};

use crate::service::{Answer, Data, HOSTILE, ask, encoded, own, post_text};

fn service() -> &'static Router {
    static SERVICE: OnceLock<(Data, Router)> = OnceLock::new();
    let (_, service) = SERVICE.get_or_init(|| {
        let data = own();
        let service = router(Arc::clone(&data.engine), &ServerOptions::default());
        (data, service)
    });
    service
}

fn draft() -> Value {
    json!({
        "draft_id": "D-1", "title": HOSTILE, "objectives": [HOSTILE, "เพื่อให้ผู้สูงอายุมีอาชีพเสริม"], "fiscal_year_be": 2566,
        "owner": {"ministry": "กระทรวงคมนาคม", "department": "", "division": ""},
        "target_group": {"text": "ผู้สูงอายุ", "number": 5}, "budget_baht": 1_000_000,
    })
}

fn issue(query: &str, body: &Value) -> Answer {
    post_text(service(), &format!("/api/v1/reports{query}"), "application/json", &body.to_string())
}

fn verify(body: impl Into<Body>) -> Answer {
    let request = Request::post("/api/v1/reports/verify")
        .header(header::CONTENT_TYPE, "application/octet-stream")
        .body(body.into())
        .unwrap();
    ask(service(), request)
}

#[test]
fn a_report_is_issued_as_json_and_as_a_page_and_both_are_genuine() {
    let report = issue("?limit=3", &draft());
    assert_eq!(report.status, StatusCode::OK, "{}", report.text());
    assert_eq!(report.json()["matches"].as_array().unwrap().len(), 3);
    assert!(report.text().starts_with("{\"number\":\"T25"));
    let accepting = Request::post("/api/v1/reports?limit=3")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "text/html,*/*;q=0.8")
        .body(Body::from(draft().to_string()))
        .unwrap();
    let page = ask(service(), accepting);
    assert!(page.header(header::CONTENT_TYPE).starts_with("text/html"));
    let policy = page.header(header::CONTENT_SECURITY_POLICY);
    assert!(policy.contains("style-src 'unsafe-inline'") && !policy.contains("script"), "{policy}");
    let html = page.text();
    assert!(html.contains(report.json()["number"].as_str().unwrap()), "the same draft, the same report");
    assert!(!html.contains("<script>alert") && html.matches("<script").count() == 1, "{html}");
    let english = issue("?limit=3&form=html&lang=en", &draft());
    assert!(english.text().contains("<html lang=\"en\">"));
    for body in [report.text(), html, english.text()] {
        let found = verify(body.clone());
        assert_eq!(found.status, StatusCode::OK, "{}", found.text());
        assert_eq!(found.json()["outcome"], "genuine", "{}", found.text());
        assert_eq!(found.json()["reproduced"]["answer"], "yes", "{}", found.text());
        let altered = verify(body.replacen("อาชีพเสริม", "อาชีพหลัก", 1));
        assert_eq!(altered.json()["outcome"], "altered", "{}", altered.text());
        assert!(altered.json().get("number").is_none());
    }
}

#[test]
fn a_report_as_pdf_is_genuine_until_a_byte_of_it_differs() {
    let pdf = issue("?limit=3&form=pdf", &draft());
    assert_eq!((pdf.status, pdf.header(header::CONTENT_TYPE)), (StatusCode::OK, "application/pdf"));
    assert!(pdf.bytes.starts_with(b"%PDF-"));
    assert_eq!(issue("?limit=3&form=pdf", &draft()).bytes, pdf.bytes, "the same draft, the same file");
    assert_eq!(verify(pdf.bytes.clone()).json()["outcome"], "genuine");
    for place in [20, pdf.bytes.len() / 2, pdf.bytes.len() - 2] {
        let mut altered = pdf.bytes.clone();
        altered[place] ^= 1;
        let found = verify(altered);
        assert!(
            found.status == StatusCode::BAD_REQUEST || found.json()["outcome"] == "altered",
            "{place}: {}",
            found.text()
        );
    }
}

#[test]
fn what_cannot_be_reported_or_verified_says_why() {
    assert_eq!(issue("", &json!({"draft_id": "x"})).error(), (422, "draft".into(), Some("title".into())));
    assert_eq!(issue("?limit=0", &draft()).error().2.as_deref(), Some("limit"));
    assert_eq!(issue("?form=doc", &draft()).error().2.as_deref(), Some("form"));
    assert_eq!(issue("?date=2026-01-01", &draft()).error().2.as_deref(), Some("date"));
    for body in ["", "{}", "<html></html>", "\0"] {
        assert_eq!(verify(body).error(), (400, "bad_request".into(), None), "{body}");
    }
    let large = "x".repeat(3 << 20);
    assert_eq!(verify(large).error().0, 400, "pages are larger than drafts");
    assert_eq!(verify("x".repeat(17 << 20)).error(), (413, "too_large".into(), None));
    let foreign = Request::post("/api/v1/reports")
        .header(header::CONTENT_TYPE, "application/json")
        .header("sec-fetch-site", "cross-site")
        .body(Body::from(draft().to_string()))
        .unwrap();
    assert_eq!(ask(service(), foreign).error().1, "cross_site");
}

#[test]
fn the_answer_page_leads_to_the_report_of_the_same_form() {
    let fields =
        [("title", "โครงการพัฒนาคุณภาพชีวิตผู้สูงอายุ"), ("objectives", "ก \"ข\"\r\nค"), ("fiscal_year_be", "2566")];
    let send = |path: &str, fields: &[(&str, &str)]| {
        post_text(service(), path, "application/x-www-form-urlencoded", &encoded(fields))
    };
    let answer = send("/check", &fields).text();
    assert!(answer.contains("action=\"/report\"") && answer.contains("รายงานสำหรับพิมพ์"), "{answer}");
    assert!(answer.contains("name=\"objectives\" value=\"ก &#34;ข&#34;"), "{answer}");
    let report = send("/report", &fields);
    assert_eq!(report.status, StatusCode::OK, "{}", report.text());
    let html = report.text();
    assert!(html.contains("T25") && html.contains("<li>ค</li>"), "{html}");
    assert_eq!(verify(html).json()["outcome"], "genuine");
    let pdf = send("/report.pdf", &fields);
    assert_eq!(pdf.header(header::CONTENT_TYPE), "application/pdf");
    assert_eq!(verify(pdf.bytes).json()["outcome"], "genuine");
    let wrong = send("/report", &[("title", "--")]);
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().contains("<form"));
    let json = draft().to_string();
    let answer = send("/check", &[("json", &json)]).text();
    assert!(answer.contains("<input type=\"hidden\" name=\"json\""));
    assert_eq!(send("/report", &[("json", &json)]).status, StatusCode::OK);
}
