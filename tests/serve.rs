//! The server over a real store, as a program and as a person meet it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::command::{filled, fixture, text, thiap};

struct Server {
    child: Child,
    address: String,
    _data: TempDir,
}

impl Server {
    fn start() -> Self {
        let data = filled();
        let mut child = thiap(data.path())
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let line =
            lines.find_map(|line| line.ok().filter(|line| line.contains("http://127.0.0.1:"))).unwrap();
        let address = line.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address, _data: data }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}

fn get(server: &Server, path: &str) -> (u16, String) {
    let mut response = agent().get(server.url(path)).call().unwrap();
    (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
}

fn post(server: &Server, path: &str, body: &Value) -> (u16, Value) {
    let mut response = agent().post(server.url(path)).send_json(body).unwrap();
    (response.status().as_u16(), response.body_mut().read_json().unwrap())
}

#[test]
fn programs_search_check_and_read_projects_over_http() {
    let server = Server::start();
    assert_eq!(get(&server, "/api/v1/health").0, 200);
    assert_eq!(get(&server, "/api/v1/ready").0, 200);
    let (status, found) = post(&server, "/api/v1/search", &json!({"query": "ผู้สูงอายุ", "limit": 3}));
    assert_eq!((status, found["hits"].as_array().unwrap().len()), (200, 3));
    let code = found["hits"][0]["project_code"].as_str().unwrap();
    let encoded: String = code.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let (status, project) = get(&server, &format!("/api/v1/projects/{encoded}"));
    assert_eq!(status, 200);
    assert!(project.contains(code));
    let drafts = text(&std::fs::read(fixture("screening/drafts.jsonl")).unwrap());
    let draft: Value = serde_json::from_str(drafts.lines().next().unwrap()).unwrap();
    let (status, _) = post(&server, "/api/v1/check", &draft);
    assert_eq!(status, 200);
    assert!(
        get(&server, "/metrics").1.contains("thiap") || get(&server, "/api/v1/metrics").1.contains("thiap")
    );
    assert!(get(&server, "/api/openapi.json").1.contains("\"openapi\""));
}

#[test]
fn a_person_searches_and_pastes_a_draft_on_the_page() {
    let server = Server::start();
    let (status, page) = get(&server, "/");
    assert_eq!(status, 200);
    assert!(page.contains("lang=\"th\"") && page.contains("<form"));
    let (status, page) = get(
        &server,
        "/?q=%E0%B8%9C%E0%B8%B9%E0%B9%89%E0%B8%AA%E0%B8%B9%E0%B8%87%E0%B8%AD%E0%B8%B2%E0%B8%A2%E0%B8%B8",
    );
    assert_eq!(status, 200);
    assert!(page.contains("<mark>"), "words of the query are marked");
}

#[test]
fn errors_are_json_with_code_detail_and_field() {
    let server = Server::start();
    let (status, error) = post(&server, "/api/v1/search", &json!({"query": "\"เปิดค้าง"}));
    assert!((400..500).contains(&status));
    assert_eq!(error["error"]["field"], json!("query"));
    assert!(error["error"]["code"].is_string() && error["error"]["detail"].is_string());
    let (status, error) = post(&server, "/api/v1/check", &json!({"draft_id": "x"}));
    assert!((400..500).contains(&status));
    assert_eq!(error["error"]["field"], json!("title"));
    assert_eq!(get(&server, "/api/v1/projects/NOBODY").0, 404);
    assert_eq!(get(&server, "/api/v1/nowhere").0, 404);
}

#[cfg(unix)]
#[test]
fn a_stop_signal_ends_the_server_in_peace() {
    let mut server = Server::start();
    let id = server.child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    let status = server.child.wait().unwrap();
    assert!(status.success(), "{status:?}");
}
