//! Bodies of requests.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::state::ServerState;

/// A body that is a JSON object.
pub(crate) struct JsonObject(pub Map<String, Value>);

impl FromRequest<ServerState> for JsonObject {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &ServerState) -> Result<Self, Self::Rejection> {
        if !is_json(request.headers()) {
            return Err(Failure::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                "send JSON, with the header content-type: application/json",
                "โปรดส่งข้อมูลเป็น JSON",
            ));
        }
        let bytes = read(request, state).await?;
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(object)) => Ok(Self(object)),
            Ok(_) => Err(malformed("the body has to be a JSON object".to_owned())),
            Err(error) => Err(malformed(format!("the body is no JSON: {error}"))),
        }
    }
}

fn malformed(detail: String) -> Failure {
    Failure::new(StatusCode::BAD_REQUEST, "malformed_json", detail, "ข้อมูล JSON ไม่ถูกต้อง โปรดตรวจสอบรูปแบบ")
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// The whole body, within the limit of all bodies.
pub(crate) async fn read(request: Request, state: &ServerState) -> Result<Bytes, Failure> {
    read_within(request, state, state.options.body_limit_bytes).await
}

/// The whole body of a route with a limit of its own.
pub(super) async fn read_within(
    request: Request,
    state: &ServerState,
    limit_bytes: usize,
) -> Result<Bytes, Failure> {
    Bytes::from_request(request, state).await.map_err(|rejection| unread(&rejection, limit_bytes))
}

fn unread(rejection: &BytesRejection, limit_bytes: usize) -> Failure {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Failure::too_large(limit_bytes)
    } else if was_too_slow(rejection) {
        Failure::of_status(StatusCode::REQUEST_TIMEOUT)
    } else {
        Failure::of_status(StatusCode::BAD_REQUEST)
    }
}

/// Whether reading a body failed because nothing came for too long.
pub(crate) fn was_too_slow(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source())
        .any(|error| error.is::<tower_http::timeout::TimeoutError>())
}
