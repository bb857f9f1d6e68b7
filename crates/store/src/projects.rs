//! Reading projects and their history.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use thiap_domain::{Project, ProjectCode};

use crate::agencies::AgencyId;
use crate::error::StoreError;
use crate::feed::PAGE_BYTES;
use crate::sqlite::project_rows;
use crate::store::Store;

/// A state that a project had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectVersion {
    /// 1 for the first.
    pub version_number: u64,
    /// The change that brought it.
    pub change_number: u64,
    /// When it was stored.
    pub changed_at: DateTime<Utc>,
    /// What the project was from then on.
    pub state: VersionState,
}

/// What a project was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VersionState {
    /// As in this record.
    Recorded(Box<Project>),
    /// Withdrawn.
    Withdrawn,
}

impl Store {
    /// A project as it is now; `None` when there is none of that code or it was withdrawn.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn project(&self, code: &ProjectCode) -> Result<Option<Project>, StoreError> {
        Ok(self.projects(std::slice::from_ref(code)).await?.pop().flatten())
    }

    /// Projects as they are now, in the order of the codes; `None` for a code that is not there.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn projects(&self, codes: &[ProjectCode]) -> Result<Vec<Option<Project>>, StoreError> {
        let mut distinct: Vec<&str> = codes.iter().map(ProjectCode::as_str).collect();
        distinct.sort_unstable();
        distinct.dedup();
        let mut snapshot = self.database.snapshot().await?;
        let found =
            project_rows::current(&mut snapshot, &distinct).await.map_err(|failure| self.explain(failure))?;
        let repeated = distinct.len() < codes.len();
        let mut by_code: HashMap<ProjectCode, Project> =
            found.into_iter().map(|project| (project.project_code.clone(), project)).collect();
        let mut take = |code| if repeated { by_code.get(code).cloned() } else { by_code.remove(code) };
        Ok(codes.iter().map(&mut take).collect())
    }

    /// Current projects in the order of their codes' bytes, from after `code` (`None` for the first page), at most `limit` of them
    /// (0 is taken as 1) and some 64 MiB of records. An empty page, and only that, is the end.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn projects_after(
        &self,
        code: Option<&ProjectCode>,
        limit: usize,
    ) -> Result<Vec<Project>, StoreError> {
        let mut link = self.database.reader().await?;
        project_rows::current_after(&mut link, code, limit.max(1), PAGE_BYTES)
            .await
            .map_err(|failure| self.explain(failure))
    }

    /// Every state that a project ever had, oldest first; empty when the code was never stored.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn versions(&self, code: &ProjectCode) -> Result<Vec<ProjectVersion>, StoreError> {
        let mut link = self.database.reader().await?;
        project_rows::versions(&mut link, code).await.map_err(|failure| self.explain(failure))
    }

    /// The agency that a current project's owner is linked to; `None` when the project names none or is not there.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn owner_agency(&self, code: &ProjectCode) -> Result<Option<AgencyId>, StoreError> {
        let mut link = self.database.reader().await?;
        project_rows::owner_agency(&mut link, code).await.map_err(|failure| self.explain(failure))
    }

    /// The codes of the current projects linked to an agency itself (not to those under it), by their bytes, from after a code.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn project_codes_of_agency(
        &self,
        agency_id: AgencyId,
        after: Option<&ProjectCode>,
        limit: usize,
    ) -> Result<Vec<ProjectCode>, StoreError> {
        let mut link = self.database.reader().await?;
        project_rows::codes_of_agency(&mut link, agency_id, after, limit.max(1))
            .await
            .map_err(|failure| self.explain(failure))
    }
}
