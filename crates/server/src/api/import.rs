//! Importing an uploaded file.

use std::path::{Path, PathBuf};

use axum::Json;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::StatusCode;
use serde::Serialize;
use tempfile::TempDir;
use thiap_engine::{ImportSummary, Silent};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use super::body::was_too_slow;
use super::schemas;
use super::site::refuse_other_sites;
use crate::failure::{ErrorBody, Failure};
use crate::options::ServerOptions;
use crate::state::ServerState;

/// Rejected rows that an answer lists; a file with more has something wrong as a whole.
const MOST_REJECTED_ROWS: usize = 1_000;
/// The largest mapping file.
const MAPPING_LIMIT_BYTES: usize = 1 << 20;
/// What the parts of a body need around their content.
const MULTIPART_OVERHEAD_BYTES: usize = 1 << 16;

/// What an import did.
#[derive(Debug, Serialize)]
pub(crate) struct ImportAnswer {
    rows: u64,
    added: u64,
    updated: u64,
    unchanged: u64,
    rejected: u64,
    encoding: String,
    rejected_rows: Vec<RejectedRow>,
    rejected_rows_complete: bool,
    change_number: u64,
}

/// Why a row was not taken in.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct RejectedRow {
    row: u64,
    field: String,
    reason: String,
}

/// The largest body of an import.
pub(crate) fn body_limit_bytes(options: &ServerOptions) -> usize {
    options.upload_limit_bytes.saturating_add(MAPPING_LIMIT_BYTES + MULTIPART_OVERHEAD_BYTES)
}

/// Imports a file of records: CSV, XLSX, JSON or JSON lines, in the part `file`; a mapping of columns may come in the
/// part `mapping`.
///
/// Only when the server was started with imports allowed. The index takes the changes in afterwards: `/api/v1/ready`
/// tells how far it is behind `change_number`.
#[utoipa::path(
    post, path = "/api/v1/import", tag = "projects", operation_id = "import",
    request_body(content = schemas::ImportRequest, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "What was imported; rejected rows are listed", body = schemas::ImportAnswer),
        (status = 400, description = "The body cannot be understood", body = ErrorBody),
        (status = 403, description = "Imports are not allowed here", body = ErrorBody),
        (status = 408, description = "The body came too slowly", body = ErrorBody),
        (status = 413, description = "The file is too large", body = ErrorBody),
        (status = 415, description = "The body is no multipart form", body = ErrorBody),
        (status = 422, description = "The file cannot be read", body = ErrorBody),
        (status = 503, description = "Another import or index run is under way, or the disk is full", body = ErrorBody),
    ),
)]
pub(crate) async fn import(
    State(state): State<ServerState>,
    request: Request,
) -> Result<Json<ImportAnswer>, Failure> {
    if !state.options.allow_import {
        return Err(Failure::new(
            StatusCode::FORBIDDEN,
            "import_not_allowed",
            "imports over HTTP are switched off; the operator allows them with: thiap serve --allow-import",
            "ระบบนี้ไม่เปิดให้นำเข้าข้อมูลผ่านเว็บ โปรดติดต่อผู้ดูแลระบบ",
        ));
    }
    refuse_other_sites(request.headers())?;
    let form = Multipart::from_request(request, &state).await.map_err(|_| {
        Failure::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "send a form with the file in the part \"file\" (content-type: multipart/form-data)",
            "โปรดส่งแฟ้มด้วยแบบฟอร์ม (multipart/form-data)",
        )
    })?;
    let upload = Upload::receive(form, &state.options).await?;
    // the import goes on when the client goes away: what it did is told by the next one
    let importing = {
        let state = state.clone();
        tokio::spawn(async move { upload.import(&state).await })
    };
    match importing.await {
        Ok(answer) => answer.map(Json),
        Err(error) => {
            tracing::error!("an import ended unexpectedly: {error}");
            Err(Failure::internal())
        }
    }
}

/// A received form; its files go when it is dropped.
struct Upload {
    folder: TempDir,
    /// The file's own name, for messages.
    name: String,
    file: PathBuf,
    mapping: Option<PathBuf>,
}

impl Upload {
    async fn receive(mut form: Multipart, options: &ServerOptions) -> Result<Self, Failure> {
        let folder = tempfile::tempdir().map_err(|error| unspooled(&error))?;
        let (file_path, mapping_path) = (folder.path().join("upload"), folder.path().join("mapping"));
        let (mut file, mut mapping) = (None, None);
        while let Some(part) = form.next_field().await.map_err(|error| unread(&error, options))? {
            match part.name().unwrap_or_default() {
                "file" if file.is_none() => {
                    let name: String = part.file_name().unwrap_or("file").chars().take(120).collect();
                    spool(part, &file_path, options.upload_limit_bytes, options).await?;
                    file = Some(name);
                }
                "mapping" if mapping.is_none() => {
                    spool(part, &mapping_path, MAPPING_LIMIT_BYTES, options).await?;
                    mapping = Some(mapping_path.clone());
                }
                name @ ("file" | "mapping") => {
                    return Err(Failure::bad_value(name, format!("the part {name:?} is there twice")));
                }
                other => return Err(Failure::unknown_field(other, &["file", "mapping"])),
            }
        }
        match file {
            Some(name) => Ok(Self { name, file: file_path, mapping, folder }),
            None => Err(Failure::bad_value("file", "the part \"file\" with the records is missing")),
        }
    }

    async fn import(self, state: &ServerState) -> Result<ImportAnswer, Failure> {
        let imported = state.engine.import(&self.file, self.mapping.as_deref(), &Silent).await;
        // what was saved before a failure stays, so the index has work either way
        state.catch_up();
        let summary = imported.map_err(|error| self.without_places(Failure::from(error)))?;
        let change_number = state
            .engine
            .store()
            .last_change_number()
            .await
            .map_err(|error| Failure::from(thiap_engine::EngineError::from(error)))?;
        let rejected_file = summary.rejected_file.clone();
        let listed = tokio::task::spawn_blocking(move || match rejected_file {
            Some(path) => rejected_rows(&path),
            None => Ok((Vec::new(), true)),
        })
        .await;
        let (rejected_rows, rejected_rows_complete) = match listed {
            Ok(Ok(listed)) => listed,
            Ok(Err(error)) => {
                tracing::error!("the list of rejected rows cannot be read back: {error}");
                (Vec::new(), false)
            }
            Err(error) => {
                tracing::error!("the list of rejected rows cannot be read back: {error}");
                (Vec::new(), false)
            }
        };
        let ImportSummary { rows, added, updated, unchanged, rejected, encoding, .. } = summary;
        Ok(ImportAnswer {
            rows,
            added,
            updated,
            unchanged,
            rejected,
            encoding,
            rejected_rows,
            rejected_rows_complete,
            change_number,
        })
    }

    /// Says the file's own name instead of the place where it was kept.
    fn without_places(&self, mut failure: Failure) -> Failure {
        failure.detail = failure.detail.replace(&*self.file.to_string_lossy(), &self.name);
        if let Some(mapping) = &self.mapping {
            failure.detail = failure.detail.replace(&*mapping.to_string_lossy(), "mapping");
        }
        failure.detail = failure.detail.replace(&*self.folder.path().to_string_lossy(), "");
        failure
    }
}

/// Writes a part of the form to a file, piece by piece.
async fn spool(
    mut part: Field<'_>,
    path: &Path,
    limit_bytes: usize,
    options: &ServerOptions,
) -> Result<(), Failure> {
    let mut file = File::create(path).await.map_err(|error| unspooled(&error))?;
    let mut written_bytes = 0usize;
    while let Some(piece) = part.chunk().await.map_err(|error| unread(&error, options))? {
        written_bytes = written_bytes.saturating_add(piece.len());
        if written_bytes > limit_bytes {
            return Err(Failure::too_large(limit_bytes));
        }
        file.write_all(&piece).await.map_err(|error| unspooled(&error))?;
    }
    file.flush().await.map_err(|error| unspooled(&error))
}

fn unspooled(error: &std::io::Error) -> Failure {
    tracing::error!("an uploaded file cannot be kept: {error}");
    Failure::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "disk",
        "the server cannot keep the file for the moment; its operator finds the reason in the log",
        "ระบบเก็บแฟ้มชั่วคราวไม่ได้ โปรดแจ้งผู้ดูแลระบบ",
    )
}

fn unread(error: &MultipartError, options: &ServerOptions) -> Failure {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Failure::too_large(options.upload_limit_bytes);
    }
    if was_too_slow(error) {
        return Failure::of_status(StatusCode::REQUEST_TIMEOUT);
    }
    Failure::new(
        StatusCode::BAD_REQUEST,
        "malformed_form",
        format!("the form cannot be read: {}", error.body_text()),
        "อ่านแบบฟอร์มที่ส่งมาไม่ได้ โปรดส่งอีกครั้ง",
    )
}

/// The first rejected rows, and whether they are all.
fn rejected_rows(path: &Path) -> Result<(Vec<RejectedRow>, bool), csv::Error> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path)?;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record?;
        if rows.len() == MOST_REJECTED_ROWS {
            return Ok((rows, false));
        }
        let column = |place: usize| record.get(place).unwrap_or_default();
        rows.push(RejectedRow {
            row: column(0).parse().unwrap_or(0),
            field: column(1).to_owned(),
            reason: column(2).to_owned(),
        });
    }
    Ok((rows, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejected_rows_are_listed_up_to_a_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.rejected.csv");
        let mut text = "\u{feff}row,field,reason\n2,title,\"is missing, or empty\"\n".to_owned();
        std::fs::write(&path, &text).unwrap();
        let expected = RejectedRow { row: 2, field: "title".into(), reason: "is missing, or empty".into() };
        assert_eq!(rejected_rows(&path).unwrap(), (vec![expected], true));
        text.extend((0..MOST_REJECTED_ROWS).map(|row| format!("{row},title,x\n")));
        std::fs::write(&path, &text).unwrap();
        let (rows, complete) = rejected_rows(&path).unwrap();
        assert_eq!((rows.len(), complete), (MOST_REJECTED_ROWS, false));
    }
}
