//! Projects as they are stored.

use axum::Json;
use axum::extract::{Path, State};
use chrono::{DateTime, Utc};
use serde::Serialize;
use thiap_domain::Project;
use thiap_store::{ProjectVersion, VersionState};

use super::schemas;
use crate::failure::{ErrorBody, Failure};
use crate::state::ServerState;

/// A project with its history.
#[derive(Debug, Serialize)]
pub(crate) struct ProjectAnswer {
    pub project_code: String,
    /// As it is now; nothing when it was withdrawn.
    pub project: Option<Project>,
    pub change_number: u64,
    /// Oldest first.
    pub versions: Vec<VersionAnswer>,
}

/// What a project was from a change on.
#[derive(Debug, Serialize)]
pub(crate) struct VersionAnswer {
    pub version_number: u64,
    pub change_number: u64,
    pub changed_at: DateTime<Utc>,
    pub withdrawn: bool,
    pub project: Option<Project>,
}

impl ProjectAnswer {
    /// Reads a project with its history.
    pub async fn read(state: &ServerState, code: &str) -> Result<Self, Failure> {
        let versions: Vec<VersionAnswer> =
            state.engine.versions(code).await?.into_iter().map(VersionAnswer::from).collect();
        let newest = versions.last();
        Ok(Self {
            project_code: newest
                .and_then(|version| version.project.as_ref())
                .map_or_else(|| code.trim().to_owned(), |project| project.project_code.as_str().to_owned()),
            project: newest.and_then(|version| version.project.clone()),
            change_number: newest.map_or(0, |version| version.change_number),
            versions,
        })
    }
}

impl From<ProjectVersion> for VersionAnswer {
    fn from(version: ProjectVersion) -> Self {
        let project = match version.state {
            VersionState::Recorded(project) => Some(*project),
            VersionState::Withdrawn => None,
        };
        Self {
            version_number: version.version_number,
            change_number: version.change_number,
            changed_at: version.changed_at,
            withdrawn: project.is_none(),
            project,
        }
    }
}

/// A project with every version that it ever had.
#[utoipa::path(
    get, path = "/api/v1/projects/{code}", tag = "projects", operation_id = "project",
    params(("code" = String, Path, description = "The project's code, percent-encoded")),
    responses(
        (status = 200, description = "The project", body = schemas::ProjectAnswer),
        (status = 404, description = "No project has the code", body = ErrorBody),
        (status = 503, description = "The store cannot be read, or the server is busy", body = ErrorBody),
    ),
)]
pub(crate) async fn project(
    State(state): State<ServerState>,
    Path(code): Path<String>,
) -> Result<Json<ProjectAnswer>, Failure> {
    ProjectAnswer::read(&state, &code).await.map(Json)
}
