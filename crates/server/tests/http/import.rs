//! Imports by upload.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use thiap_server::{ServerOptions, router};

use crate::service::{Answer, Data, ask, empty, get, post_text, service};

const BOUNDARY: &str = "------thiap-test";

fn allowed() -> ServerOptions {
    ServerOptions { allow_import: true, ..ServerOptions::default() }
}

fn open(data: &Data) -> Router {
    router(Arc::clone(&data.engine), &allowed())
}

fn form(parts: &[(&str, &str, &str)]) -> String {
    let mut body = String::new();
    for (name, file_name, content) in parts {
        body += &format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"");
        if !file_name.is_empty() {
            body += &format!("; filename=\"{file_name}\"");
        }
        body += &format!("\r\n\r\n{content}\r\n");
    }
    body + &format!("--{BOUNDARY}--\r\n")
}

fn upload(service: &Router, parts: &[(&str, &str, &str)]) -> Answer {
    let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
    post_text(service, "/api/v1/import", &content_type, &form(parts))
}

#[test]
fn imports_are_refused_unless_they_are_allowed() {
    let answer = upload(&service(), &[("file", "a.csv", "id,title\n1,x\n")]);
    assert_eq!(answer.error(), (403, "import_not_allowed".into(), None));
    assert!(answer.text().contains("--allow-import"));
}

#[test]
fn a_file_is_imported_its_bad_rows_are_listed_and_the_index_follows() {
    let data = empty();
    let service = open(&data);
    let file = "รหัส,ชื่อโครงการ,ปีงบประมาณ\nA-1,ขุดลอกคลอง,2565\nA-2,,2565\nA-3,สร้างฝาย,ปีหน้า\n";
    let answer = upload(&service, &[("file", "โครงการ.csv", file)]);
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let answer = answer.json();
    assert_eq!(
        (&answer["rows"], &answer["added"], &answer["rejected"]),
        (&3.into(), &1.into(), &2.into()),
        "{answer}"
    );
    let rejected = answer["rejected_rows"].as_array().unwrap();
    let places: Vec<_> =
        rejected.iter().map(|row| (row["row"].as_u64().unwrap(), row["field"].as_str().unwrap())).collect();
    assert_eq!(places, [(3, "title"), (4, "fiscal_year_be")]);
    assert_eq!(answer["rejected_rows_complete"], true);
    let again = upload(&service, &[("file", "x.csv", "id,title,fiscal_year\nA-1,ขุดลอกคลอง,2565\n")]);
    // the index run of the first import may still hold the folder
    assert!([200, 503].contains(&again.status.as_u16()), "{}", again.text());

    let began = Instant::now();
    loop {
        let ready = ask(&service, Request::get("/api/v1/ready").body(Body::empty()).unwrap());
        if ready.status == StatusCode::OK && ready.json()["index_lag_changes"] == 0 {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(300), "{}", ready.text());
        std::thread::sleep(Duration::from_millis(100));
    }
    let found = ask(&service, Request::get("/api/v1/search").body(Body::empty()).unwrap()).json();
    assert_eq!(found["total"], 1);
}

#[test]
fn columns_can_be_named_by_a_mapping() {
    let data = empty();
    let mapping = "[columns]\n\"ชื่องาน\" = \"title\"\n\"เลข\" = \"project_code\"\n";
    let parts = [("mapping", "m.toml", mapping), ("file", "a.csv", "เลข,ชื่องาน\n1,ขุดลอกคลอง\n")];
    let answer = upload(&open(&data), &parts);
    assert_eq!(answer.json()["added"], 1, "{}", answer.text());
}

#[test]
fn a_file_that_cannot_be_read_is_named_by_its_own_name() {
    let data = empty();
    let service = open(&data);
    let answer = upload(&service, &[("file", "ตาราง.csv", "a,b\n1,2\n")]);
    assert_eq!(answer.error(), (422, "record_file".into(), Some("file".into())));
    let detail = answer.json()["error"]["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("ตาราง.csv") && !detail.contains('/'), "{detail}");
    assert_eq!(upload(&service, &[("file", "x.csv", "")]).error().1, "record_file");
    let parts = [("file", "x.csv", "id,title\n1,x\n"), ("mapping", "m", "nonsense")];
    assert_eq!(upload(&service, &parts).error(), (422, "mapping".into(), Some("mapping".into())));
}

#[test]
fn forms_that_are_not_as_described_are_refused() {
    let data = empty();
    let service = open(&data);
    let missing = upload(&service, &[("mapping", "m", "[columns]\n")]).error();
    assert_eq!(missing, (400, "bad_value".into(), Some("file".into())));
    let other = upload(&service, &[("fiel", "x.csv", "id,title\n")]).error();
    assert_eq!(other, (400, "unknown_field".into(), Some("fiel".into())));
    let twice =
        upload(&service, &[("file", "x", "id,title\n1,x\n"), ("file", "y", "id,title\n1,x\n")]).error();
    assert_eq!(twice, (400, "bad_value".into(), Some("file".into())));
    let json = post_text(&service, "/api/v1/import", "application/json", "{}").error();
    assert_eq!(json, (415, "unsupported_media_type".into(), None));
    let cut = form(&[("file", "x.csv", "id,title\n1,x\n")]);
    let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
    let cut = post_text(&service, "/api/v1/import", &content_type, &cut[..cut.len() - 30]);
    assert_eq!(cut.error().1, "malformed_form");
}

#[test]
fn uploads_have_a_limit_of_their_own() {
    let data = empty();
    let options = ServerOptions { upload_limit_bytes: 1_000, body_limit_bytes: 10, ..allowed() };
    let service = router(Arc::clone(&data.engine), &options);
    let small = upload(&service, &[("file", "x.csv", "id,title\n1,ขุดลอกคลอง\n")]);
    assert_eq!(
        small.status,
        StatusCode::OK,
        "the limit of other bodies does not hold here: {}",
        small.text()
    );
    let large = format!("id,title\n1,{}\n", "x".repeat(2_000));
    assert_eq!(upload(&service, &[("file", "x.csv", &large)]).error(), (413, "too_large".into(), None));
    let huge = "x".repeat(2 << 20);
    assert_eq!(upload(&service, &[("file", "x.csv", &huge)]).error().0, 413);
}

#[test]
fn pages_of_other_sites_may_not_import() {
    let data = empty();
    let request = Request::post("/api/v1/import")
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
        .header(header::HOST, "thiap.example")
        .header(header::ORIGIN, "https://elsewhere.example")
        .body(Body::from(form(&[("file", "x.csv", "id,title\n1,x\n")])))
        .unwrap();
    assert_eq!(ask(&open(&data), request).error(), (403, "cross_site".into(), None));
    assert_eq!(get("/api/v1/import").error().0, 405);
}
