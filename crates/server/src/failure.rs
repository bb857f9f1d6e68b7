//! What can go wrong with a request, with its status, its message for programs and its message for people: the one place
//! where errors become HTTP.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use thiap_domain::Fault;
use thiap_engine::EngineError;
use thiap_index::{IndexError, QueryError};
use thiap_store::StoreError;
use utoipa::ToSchema;

/// Seconds after which something that is busy is worth asking again.
const RETRY_AFTER_SECONDS: u16 = 5;

/// A request that could not be served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub status: StatusCode,
    /// A short stable word for programs.
    pub code: &'static str,
    /// What is wrong and what to do, in English.
    pub detail: String,
    /// The same in Thai.
    pub thai: String,
    /// The part of the request that is at fault.
    pub field: Option<String>,
}

/// The body of every answer that is an error.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorBody {
    /// What went wrong.
    pub error: ErrorDetail,
}

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorDetail {
    /// A short stable word for programs.
    #[schema(examples("unknown_field"))]
    pub code: String,
    /// What is wrong and what to do, in English.
    pub detail: String,
    /// The part of the request that is at fault; `null` where no single part is.
    pub field: Option<String>,
}

impl Failure {
    pub fn new(
        status: StatusCode,
        code: &'static str,
        detail: impl Into<String>,
        thai: impl Into<String>,
    ) -> Self {
        Self { status, code, detail: detail.into(), thai: thai.into(), field: None }
    }

    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// A value that cannot be used.
    pub fn bad_value(field: impl Into<String>, detail: impl Into<String>) -> Self {
        let field = field.into();
        let thai = format!("ค่าของ {field} ใช้ไม่ได้ โปรดแก้ไขแล้วลองอีกครั้ง");
        Self::new(StatusCode::BAD_REQUEST, "bad_value", detail, thai).at(field)
    }

    /// A name that nothing has.
    pub fn unknown_field(field: impl Into<String>, known: &[&str]) -> Self {
        let field: String = field.into().chars().take(80).collect();
        Self::new(
            StatusCode::BAD_REQUEST,
            "unknown_field",
            format!("{field:?} is not known here; use: {}", known.join(", ")),
            format!("ไม่รู้จักช่องข้อมูล {field}"),
        )
        .at(field)
    }

    /// A body that is too large.
    pub fn too_large(limit_bytes: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            format!("the request is larger than {limit_bytes} bytes; send less at once"),
            format!("ข้อมูลที่ส่งมาเกิน {limit_bytes} ไบต์ โปรดส่งให้น้อยลง"),
        )
    }

    /// The failure that a bare status stands for.
    pub fn of_status(status: StatusCode) -> Self {
        let (code, detail, thai) = match status {
            StatusCode::NOT_FOUND => (
                "not_found",
                "there is nothing at this address; the document at /api/docs/ lists all addresses",
                "ไม่มีหน้านี้ โปรดตรวจสอบที่อยู่ หรือกลับไปหน้าค้นหา",
            ),
            StatusCode::METHOD_NOT_ALLOWED => (
                "method_not_allowed",
                "this address does not take this method; the document at /api/docs/ says which it takes",
                "ที่อยู่นี้ไม่รับคำสั่งแบบนี้ โปรดกลับไปหน้าค้นหา",
            ),
            StatusCode::REQUEST_TIMEOUT => (
                "body_timeout",
                "the request's body came too slowly; send it again",
                "ส่งข้อมูลช้าเกินกำหนด โปรดส่งอีกครั้ง",
            ),
            StatusCode::PAYLOAD_TOO_LARGE => (
                "too_large",
                "the request is too large; send less at once",
                "ข้อมูลที่ส่งมาใหญ่เกินไป โปรดส่งให้น้อยลง",
            ),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => (
                "unsupported_media_type",
                "the body has another content type than this address takes",
                "ชนิดของข้อมูลที่ส่งมาใช้กับหน้านี้ไม่ได้",
            ),
            StatusCode::SERVICE_UNAVAILABLE => (
                "busy",
                "the server is busy; ask again in some seconds",
                "ขณะนี้มีผู้ใช้จำนวนมาก โปรดรอสักครู่แล้วลองอีกครั้ง",
            ),
            status if status.is_client_error() => {
                ("bad_request", "the request cannot be understood", "ไม่เข้าใจคำขอนี้ โปรดตรวจสอบแล้วลองอีกครั้ง")
            }
            _ => return Self::internal(),
        };
        Self::new(status, code, detail, thai)
    }

    /// A mistake of this program.
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "the server made a mistake, which was logged; tell its operator the x-request-id of this answer",
            "ระบบทำงานผิดพลาดและบันทึกเหตุการณ์ไว้แล้ว โปรดแจ้งหมายเลขคำขอด้านล่างแก่ผู้ดูแลระบบ",
        )
    }

    /// A request that was not answered in time.
    pub fn timed_out() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "timeout",
            "the answer was not ready in time; ask for less at once, or again later",
            "ใช้เวลานานเกินกำหนด โปรดส่งข้อมูลให้น้อยลง หรือลองอีกครั้งภายหลัง",
        )
    }

    /// The message in a language.
    pub fn message(&self, in_thai: bool) -> &str {
        if in_thai { &self.thai } else { &self.detail }
    }

    /// As JSON.
    pub fn json(&self) -> Response {
        let body = ErrorBody {
            error: ErrorDetail {
                code: self.code.to_owned(),
                detail: self.detail.clone(),
                field: self.field.clone(),
            },
        };
        self.with_headers((self.status, Json(body)).into_response())
    }

    /// Adds the headers that go with the status.
    pub fn with_headers(&self, mut response: Response) -> Response {
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER_SECONDS));
        }
        response
    }
}

/// An empty answer that carries the failure along; [`crate::layers`] gives it its body.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<QueryError> for Failure {
    fn from(error: QueryError) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "query_syntax", error.to_string(), error.thai()).at("query")
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        let detail = error.to_string();
        match error {
            EngineError::Query(error) | EngineError::Index(IndexError::Query(error)) => error.into(),
            EngineError::Index(IndexError::Filter { field, .. }) => Self::new(
                StatusCode::BAD_REQUEST,
                "bad_filter",
                detail,
                format!("เงื่อนไข {field} ใช้ไม่ได้ โปรดแก้ไขหรือนำออก"),
            )
            .at(format!("filters.{field}")),
            EngineError::UnknownProject { code } => Self::new(
                StatusCode::NOT_FOUND,
                "unknown_project",
                detail,
                format!("ไม่พบโครงการรหัส {code} โปรดตรวจสอบรหัส"),
            )
            .at("project_code"),
            EngineError::UnknownFamily { family_id } => Self::new(
                StatusCode::NOT_FOUND,
                "unknown_family",
                detail,
                format!("ไม่พบกลุ่มโครงการ {family_id} โปรดตรวจสอบรหัสกลุ่ม"),
            )
            .at("family_id"),
            EngineError::NotScreened => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "not_screened",
                "no projects were screened yet; the operator has to run: thiap screen",
                "ยังไม่มีผลการคัดกรองทั้งชุด โปรดแจ้งผู้ดูแลระบบให้คัดกรองโครงการ",
            ),
            EngineError::Draft { ref problems, .. } => {
                let field = problems.first().map(|problem| problem.field.to_owned());
                let failure = Self::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "draft",
                    detail,
                    "ร่างโครงการมีข้อมูลที่อ่านไม่ได้ โปรดแก้ไขแล้วส่งอีกครั้ง",
                );
                Self { field, ..failure }
            }
            EngineError::Store(StoreError::Unstorable { .. }) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "record",
                detail,
                "มีรายการที่จัดเก็บไม่ได้ โปรดแก้ไขแล้วส่งอีกครั้ง",
            ),
            EngineError::Store(StoreError::Decision(ref problem)) => {
                let field = problem.field();
                let thai = format!("บันทึกผลการพิจารณาไม่ได้ โปรดแก้ไข {field} แล้วส่งอีกครั้ง");
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "decision", detail, thai).at(field)
            }
            EngineError::Request(_) => Self::new(
                StatusCode::BAD_REQUEST,
                "bad_request",
                detail,
                "ไม่เข้าใจคำขอนี้ โปรดตรวจสอบแล้วลองอีกครั้ง",
            ),
            EngineError::RecordFile(ref cause) if error.fault() == Fault::Caller => {
                _ = cause;
                Self::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "record_file",
                    detail,
                    "อ่านแฟ้มข้อมูลนี้ไม่ได้ โปรดตรวจสอบหัวคอลัมน์และชนิดของแฟ้ม",
                )
                .at("file")
            }
            EngineError::Mapping(_) if error.fault() == Fault::Caller => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "mapping",
                detail,
                "อ่านแฟ้มจับคู่คอลัมน์ไม่ได้ โปรดตรวจสอบรูปแบบ",
            )
            .at("mapping"),
            EngineError::NotIndexed { .. } => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "not_indexed",
                "no projects are indexed yet; the operator has to run: thiap index",
                "ยังไม่มีข้อมูลโครงการให้ค้นหา โปรดแจ้งผู้ดูแลระบบให้นำเข้าข้อมูลและสร้างดัชนี",
            ),
            EngineError::FolderInUse { .. } => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "folder_in_use",
                "another import or index run is under way; send this again when it is done",
                "กำลังนำเข้าข้อมูลหรือสร้างดัชนีอยู่ โปรดลองอีกครั้งเมื่อเสร็จแล้ว",
            ),
            error => Self::of_the_server(&error),
        }
    }
}

impl Failure {
    /// A failure that only the operator can mend. Its text names files of the server, so it goes to the log alone.
    fn of_the_server(error: &EngineError) -> Self {
        tracing::error!(code = error.code(), "{error}");
        if error.fault() != Fault::Environment {
            return Self::internal();
        }
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            error.code(),
            "the server cannot read or write its data; its operator finds the reason in the log",
            "ระบบอ่านหรือเขียนข้อมูลของตนไม่ได้ โปรดแจ้งผู้ดูแลระบบ",
        )
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn errors_of_the_caller_keep_their_words_and_their_field() {
        let error = thiap_index::parse_query("\"เปิดไม่ปิด").unwrap_err();
        let failure = Failure::from(EngineError::Index(error.into()));
        assert_eq!((failure.status, failure.code), (StatusCode::BAD_REQUEST, "query_syntax"));
        assert_eq!(failure.field.as_deref(), Some("query"));
        assert!(failure.detail.contains("quotation mark") && failure.thai.contains("เครื่องหมายคำพูด"));
        let failure = Failure::from(EngineError::UnknownProject { code: "X".into() });
        assert_eq!((failure.status, failure.code), (StatusCode::NOT_FOUND, "unknown_project"));
    }

    #[test]
    fn places_on_the_server_stay_there() {
        let file = PathBuf::from("/secret/place");
        for error in [
            EngineError::NotIndexed { folder: file.clone() },
            EngineError::FolderInUse { folder: file.clone() },
            EngineError::File { path: file.clone(), source: std::io::Error::other("broken") },
            EngineError::Index(IndexError::DiskFull { file: file.clone() }),
            EngineError::Index(IndexError::Bug("/secret/place".into())),
            EngineError::Worker("/secret/place".into()),
        ] {
            let failure = Failure::from(error);
            assert!(failure.status.is_server_error(), "{failure:?}");
            assert!(!failure.detail.contains("secret") && !failure.thai.contains("secret"), "{failure:?}");
        }
    }
}
