//! The OpenAPI document: whole, and true to what the server answers.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

use thiap_server::{ServerOptions, router};

use crate::service::{ask, get, get_with, own, post, post_text, service};

/// Every route of the API.
const ROUTES: [(&str, &str); 17] = [
    ("get", "/api/v1/search"),
    ("post", "/api/v1/search"),
    ("post", "/api/v1/check"),
    ("post", "/api/v1/compare"),
    ("post", "/api/v1/entities"),
    ("post", "/api/v1/reports"),
    ("post", "/api/v1/reports/verify"),
    ("get", "/api/v1/decisions"),
    ("post", "/api/v1/decisions"),
    ("get", "/api/v1/families"),
    ("get", "/api/v1/families/{family_id}"),
    ("get", "/api/v1/projects/{code}"),
    ("get", "/api/v1/facets"),
    ("post", "/api/v1/import"),
    ("get", "/api/v1/health"),
    ("get", "/api/v1/ready"),
    ("get", "/api/v1/metrics"),
];

fn document() -> Value {
    get("/api/openapi.json").json()
}

fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if ["get", "post", "put", "delete", "patch"].contains(&method.as_str()) {
                operations.push((method.clone(), path.clone(), operation.clone()));
            }
        }
    }
    operations
}

#[test]
fn every_route_is_documented_and_every_documented_route_is_there() {
    let document = document();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let documented: BTreeSet<_> =
        operations(&document).into_iter().map(|(method, path, _)| (method, path)).collect();
    let expected: BTreeSet<_> =
        ROUTES.iter().map(|(method, path)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(documented, expected);
    for (method, path) in ROUTES {
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        let request =
            Request::builder().method(method).uri(path.replace("{code}", "S-1")).body(Body::empty()).unwrap();
        let answer = ask(&service(), request);
        // a route that looks for a family by its name answers of the family, not of the route
        let of_family =
            answer.status == StatusCode::NOT_FOUND && answer.json()["error"]["code"] == "unknown_family";
        assert!(
            of_family || ![StatusCode::NOT_FOUND, StatusCode::METHOD_NOT_ALLOWED].contains(&answer.status),
            "{path}: {}",
            answer.status
        );
    }
}

#[test]
fn the_document_is_whole() {
    let document = document();
    let mut ids = BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{method} {path}");
        assert!(!operation["summary"].as_str().unwrap_or_default().is_empty(), "{method} {path}");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.contains_key("200"), "{method} {path}");
        for (status, response) in responses {
            assert!(!response["description"].as_str().unwrap().is_empty(), "{method} {path} {status}");
            if status != "200" {
                let schema = &response["content"]["application/json"]["schema"]["$ref"];
                assert_eq!(schema, "#/components/schemas/ErrorBody", "{method} {path} {status}");
            }
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(!parameter["description"].as_str().unwrap_or_default().is_empty(), "{path}: {parameter}");
        }
    }
    let mut refs = Vec::new();
    collect_refs(&document, &mut refs);
    assert!(refs.len() > 30);
    for reference in refs {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        assert!(!schema["description"].as_str().unwrap_or_default().is_empty(), "{name} is not described");
        for (property, schema) in schema["properties"].as_object().into_iter().flatten() {
            let says = |schema: &Value| {
                !schema["description"].as_str().unwrap_or_default().is_empty() || schema.get("$ref").is_some()
            };
            // an optional part carries its description inside
            let described =
                says(schema) || schema["oneOf"].as_array().is_some_and(|parts| parts.iter().any(says));
            assert!(described, "{name}.{property} is not described");
        }
    }
}

fn collect_refs(value: &Value, refs: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match value {
                    Value::String(text) if key == "$ref" => refs.push(text.clone()),
                    value => collect_refs(value, refs),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect_refs(value, refs)),
        _ => {}
    }
}

#[test]
fn answers_have_the_shapes_that_the_document_tells() {
    let document = document();
    let hold = |name: &str, answer: Value| {
        let schema = json!({"$ref": format!("#/components/schemas/{name}")});
        if let Err(problem) = conforms(&document, &schema, &answer, name) {
            panic!("{problem}\n{answer:#}");
        }
    };
    hold(
        "SearchAnswer",
        get_with("/api/v1/search", &[("q", "พัฒนาคุณภาพชีวิตผู้สูงอายุ จังหวัดแพร่ ปี 2565 งบไม่เกิน 5 ล้านบาท")]).json(),
    );
    hold("SearchAnswer", get_with("/api/v1/search", &[("q", "ผู้สูงอายุ"), ("mode", "words")]).json());
    hold("FacetsAnswer", get_with("/api/v1/facets", &[("q", "")]).json());
    let draft = json!({
        "title": "โครงการพัฒนาคุณภาพชีวิตผู้สูงอายุ", "objectives": ["เพื่อให้ผู้สูงอายุมีอาชีพเสริม"], "fiscal_year_be": 2566,
        "activities": [{"name": "ฝึกอบรมอาชีพให้ผู้สูงอายุ 500 คน"}], "areas": [{"province": "แพร่"}], "budget_baht": 1_200_000,
    });
    let answer = post("/api/v1/check", &draft).json();
    assert!(
        answer["matches"]
            .as_array()
            .unwrap()
            .iter()
            .any(|found| !found["passages"].as_array().unwrap().is_empty())
    );
    hold("CheckAnswer", answer);
    hold("CheckResponse", post("/api/v1/check", &json!({"drafts": [draft]})).json());
    hold("CompareAnswer", post("/api/v1/compare", &json!({"a": draft, "b": "S-2"})).json());
    let text = json!({"text": "ช่วยผู้สูงอายุในจังหวัดเลย ปีงบประมาณ 2566 งบ 2 ล้านบาท"});
    hold("EntitiesRequest", text.clone());
    let named = post("/api/v1/entities", &text).json();
    assert_eq!(named["mentions"].as_array().unwrap().len(), 4);
    hold("EntitiesAnswer", named);
    hold("ProjectAnswer", get("/api/v1/projects/S-1").json());
    hold("ProjectAnswer", get("/api/v1/projects/R-1").json());
    let decided = json!({
        "draft_id": "D-doc", "project_code": "S-2", "relation": "overlap", "reason": "งานเดียวกัน", "reviewer": "ก", "draft": {"title": "ขุดคลอง"},
    });
    hold("DecisionRequest", decided.clone());
    let data = own();
    let options = ServerOptions { allow_decisions: true, ..ServerOptions::default() };
    let writing = router(Arc::clone(&data.engine), &options);
    let send =
        |path: &str, body: &Value| post_text(&writing, path, "application/json", &body.to_string()).json();
    hold("DecisionAnswer", send("/api/v1/decisions", &decided));
    let listed = Request::get("/api/v1/decisions").body(Body::empty()).unwrap();
    hold("DecisionsAnswer", ask(&writing, listed).json());
    let mut named = draft.clone();
    named["draft_id"] = json!("D-doc");
    hold("CheckAnswer", send("/api/v1/check", &named));
    let report = send("/api/v1/reports", &named);
    hold("Report", report.clone());
    let as_issued = post_text(&writing, "/api/v1/reports", "application/json", &named.to_string()).text();
    let verify =
        |body: &str| post_text(&writing, "/api/v1/reports/verify", "application/octet-stream", body).json();
    hold("ReportVerification", verify(&as_issued));
    hold("ReportVerification", verify(&as_issued.replacen("T25", "T26", 1)));
    hold("Readiness", get("/api/v1/ready").json());
    hold("Health", get("/api/v1/health").json());
    hold("ErrorBody", get("/api/v1/nowhere").json());
    hold("DraftRecord", draft.clone());
}

/// Whether a value fits a schema; keys that the schema does not know do not fit.
fn conforms(document: &Value, schema: &Value, value: &Value, place: &str) -> Result<(), String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let pointed =
            document.pointer(reference.trim_start_matches('#')).ok_or_else(|| format!("{reference}?"))?;
        return conforms(document, pointed, value, place);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let fits: Vec<_> = choices.iter().map(|choice| conforms(document, choice, value, place)).collect();
        return match fits.iter().filter(|fit| fit.is_ok()).count() {
            1 => Ok(()),
            count => Err(format!("{place} fits {count} of the alternatives: {fits:?}")),
        };
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let found = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_u64() || number.is_i64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let fits = types.contains(&found) || (found == "integer" && types.contains(&"number"));
    if !types.is_empty() && !fits {
        return Err(format!("{place} is {found}, not {types:?}"));
    }
    if let Some(values) = schema["enum"].as_array()
        && !values.contains(value)
    {
        return Err(format!("{place} is {value}, none of {values:?}"));
    }
    if let (Value::Array(entries), Some(items)) = (value, schema.get("items")) {
        for (number, entry) in entries.iter().enumerate() {
            conforms(document, items, entry, &format!("{place}[{number}]"))?;
        }
    }
    if let Value::Object(object) = value {
        for key in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !object.contains_key(key) {
                return Err(format!("{place}.{key} is missing"));
            }
        }
        for (key, value) in object {
            let place = format!("{place}.{key}");
            match schema["properties"].get(key).or_else(|| schema.get("additionalProperties")) {
                Some(schema) => conforms(document, schema, value, &place)?,
                None => return Err(format!("{place} is not documented")),
            }
        }
    }
    Ok(())
}

#[test]
fn the_page_of_the_document_needs_no_network() {
    let page = get("/api/docs/");
    assert_eq!(page.status, StatusCode::OK);
    let html = page.text();
    assert!(!html.contains("http://") && !html.contains("https://"), "{html}");
    let inline_script =
        html.split("<script").skip(1).any(|script| !script.split('>').next().unwrap().contains("src="));
    assert!(!inline_script && !html.contains("<style"), "{html}");
    let starter = get("/api/docs/swagger-initializer.js").text();
    assert!(starter.contains("/api/openapi.json") && !starter.contains("petstore"), "{starter}");
    assert_eq!(get("/api/docs/swagger-ui-bundle.js").status, StatusCode::OK);
    assert_eq!(get("/api/docs").header(header::LOCATION), "/api/docs/");
}
