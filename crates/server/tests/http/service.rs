//! A service to ask, and its answers.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tempfile::TempDir;
use thiap_engine::{Engine, EngineOptions, Silent};
use thiap_server::{ServerOptions, router};
use tokio::runtime::Runtime;
use tower::ServiceExt;

/// A title that would break pages and addresses if anything forgot to escape.
pub const HOSTILE: &str = "<script>alert(\"x\")</script> ' & </textarea> <img src=x onerror=alert(1)> ผู้สูงอายุ";
/// The code of the project with that title.
pub const HOSTILE_CODE: &str = "ห/1 <b>?&#'\"";

/// Connections of the store live as long as the runtime that made them, so all tests share one.
pub fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().unwrap())
}

/// Some projects, one of them hostile, one with a second version.
fn projects() -> Vec<Value> {
    let mut projects: Vec<Value> = (1..=5)
        .map(|number| {
            json!({
                "project_code": format!("S-{number}"),
                "title": format!("โครงการพัฒนาคุณภาพชีวิตผู้สูงอายุ ตำบลที่ {number}"),
                "owner": {
                    "ministry": "กระทรวงการพัฒนาสังคมและความมั่นคงของมนุษย์",
                    "department": "กรมกิจการผู้สูงอายุ", "division": "กองส่งเสริมศักยภาพผู้สูงอายุ",
                },
                "fiscal_year_be": 2563 + number % 3,
                "period": {"start": "2021-10-01", "end": "2022-09-30"},
                "rationale": "สังคมสูงวัยทำให้ผู้สูงอายุต้องการการดูแลมากขึ้น",
                "objectives": ["เพื่อให้ผู้สูงอายุมีอาชีพเสริม", "เพื่อลดภาวะพึ่งพิงของผู้สูงอายุ"],
                "activities": [{"name": "ฝึกอบรมอาชีพให้ผู้สูงอายุ 500 คน", "months": "พ.ย. - ก.พ.", "baht": 250000}],
                "outputs": ["ผู้สูงอายุผ่านการอบรม"], "outcomes": ["ผู้สูงอายุมีรายได้"], "indicators": ["ร้อยละ 80"],
                "target_group": {"text": "ผู้สูงอายุ", "number": 500},
                "areas": [{"province": "แพร่", "code": 54}],
                "budgets": [{"fiscal_year_be": 2564, "source": "เงินงบประมาณ", "baht": 1500000.5}],
                "plan_links": [{"level": 2, "name": "แผนแม่บทภายใต้ยุทธศาสตร์ชาติ ประเด็นพลังทางสังคม"}],
                "status": "อนุมัติ", "source": "แบบทดสอบ",
                "reports": [{"fiscal_year_be": 2564, "quarter": 1, "text": "ดำเนินการแล้ว"}],
            })
        })
        .collect();
    projects.push(
        json!({"project_code": HOSTILE_CODE, "title": HOSTILE, "ministry": HOSTILE, "objectives": [HOSTILE]}),
    );
    projects.push(json!({
        "project_code": "R-1", "title": "ก่อสร้างถนนคอนกรีตเสริมเหล็ก สายบ้านหนองบัว", "kind": "item",
        "ministry": "กระทรวงคมนาคม", "department": "กรมทางหลวงชนบท", "fiscal_year_be": 2565, "budget_baht": 9800000,
    }));
    projects
}

/// A data folder that holds projects, and its engine.
pub struct Data {
    pub engine: Arc<Engine>,
    _folder: TempDir,
}

/// An empty data folder.
pub fn empty() -> Data {
    let folder = tempfile::tempdir().unwrap();
    let options = EngineOptions { folder: folder.path().to_owned(), ..EngineOptions::default() };
    let engine = Arc::new(runtime().block_on(Engine::open(options)).unwrap());
    Data { engine, _folder: folder }
}

/// The folder that reading tests share: filled and indexed once.
pub fn filled() -> &'static Data {
    static DATA: OnceLock<Data> = OnceLock::new();
    DATA.get_or_init(own)
}

/// The same in a folder of its own, for tests that write.
pub fn own() -> Data {
    let data = empty();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("projects.jsonl");
    let mut former = projects();
    former.truncate(1);
    former[0]["title"] = json!("ชื่อเดิมก่อนแก้ไข");
    for projects in [former, projects()] {
        write_lines(&file, &projects);
        runtime().block_on(data.engine.import(&file, None, &Silent)).unwrap();
    }
    runtime().block_on(data.engine.index(false, &Silent)).unwrap();
    data
}

fn write_lines(file: &Path, projects: &[Value]) {
    let lines: String = projects.iter().map(|project| format!("{project}\n")).collect();
    std::fs::write(file, lines).unwrap();
}

/// The service over the shared folder.
pub fn service() -> Router {
    router(Arc::clone(&filled().engine), &ServerOptions::default())
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// Code and field of an error, whose shape is checked.
    pub fn error(&self) -> (u16, String, Option<String>) {
        assert!(self.header(header::CONTENT_TYPE).starts_with("application/json"), "{}", self.text());
        let body = self.json();
        let keys: Vec<_> = body.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["error"]);
        let error = &body["error"];
        let mut keys: Vec<_> = error.as_object().unwrap().keys().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(keys, ["code", "detail", "field"]);
        assert!(error["detail"].as_str().unwrap().len() > 10, "{error}");
        let field = error["field"].as_str().map(str::to_owned);
        (self.status.as_u16(), error["code"].as_str().unwrap().to_owned(), field)
    }
}

pub fn ask(service: &Router, request: Request<Body>) -> Answer {
    runtime().block_on(async {
        let response = service.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: head.status, headers: head.headers, bytes }
    })
}

pub fn get(path: &str) -> Answer {
    ask(&service(), Request::get(path).body(Body::empty()).unwrap())
}

/// Asks with parameters, whatever characters they hold.
pub fn get_with(path: &str, parameters: &[(&str, &str)]) -> Answer {
    get(&format!("{path}?{}", encoded(parameters)))
}

pub fn encoded(parameters: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish()
}

pub fn post(path: &str, body: &Value) -> Answer {
    post_text(&service(), path, "application/json", &body.to_string())
}

pub fn post_text(service: &Router, path: &str, content_type: &str, body: &str) -> Answer {
    let request =
        Request::post(path).header(header::CONTENT_TYPE, content_type).body(Body::from(body.to_owned()));
    ask(service, request.unwrap())
}

/// Sends a form of a page.
pub fn send_form(path: &str, fields: &[(&str, &str)]) -> Answer {
    post_text(&service(), path, "application/x-www-form-urlencoded", &encoded(fields))
}
