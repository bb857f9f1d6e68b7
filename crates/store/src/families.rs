//! Families of projects that repeat each other, and what people decided about them.

use std::collections::HashMap;

use chrono::{SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use thiap_domain::ProjectCode;

use crate::error::StoreError;
use crate::sqlite::{Changed, family_rows};
use crate::store::Store;

/// A screening that was carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewScreening {
    /// The change number of the corpus that was screened.
    pub change_number: u64,
    /// The fiscal year (Buddhist era) whose projects were screened; `None` for all.
    pub fiscal_year_be: Option<i32>,
}

/// A family as a screening left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFamily {
    /// Its name, kept from screening to screening.
    pub family_id: String,
    /// Its members.
    pub members: Vec<ProjectCode>,
    /// What is told of it: JSON, as the engine wrote it.
    pub content: String,
}

/// What people do with families.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FamilyEditKind {
    /// Its pairs stay apart.
    Split,
    /// Its pairs stay together.
    Merge,
}

impl FamilyEditKind {
    /// The name used in JSON and in the store.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Split => "split",
            Self::Merge => "merge",
        }
    }
}

/// Something that a person decides about families.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFamilyEdit {
    /// What is done.
    pub kind: FamilyEditKind,
    /// The family that is split, or that others are merged into.
    pub family_id: String,
    /// The pairs that it keeps together or apart.
    pub pairs: Vec<(ProjectCode, ProjectCode)>,
    /// Why.
    pub reason: String,
    /// Who.
    pub reviewer: String,
}

/// A decision about families, as it was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FamilyEdit {
    /// 1, 2, 3, ... in the order in which they were taken.
    pub edit_id: u64,
    /// What was done.
    pub kind: FamilyEditKind,
    /// The family that was split or merged into.
    pub family_id: String,
    /// Why.
    pub reason: String,
    /// Who.
    pub reviewer: String,
    /// When: RFC 3339, UTC.
    pub edited_at: String,
    /// The pairs that it keeps together or apart.
    pub pairs: Vec<(ProjectCode, ProjectCode)>,
}

impl Store {
    /// Keeps the families of a screening, in one transaction. Families that it did not find stay under their names with
    /// their old members, so that a later screening can carry them on; [`Self::families`] shows those of the last
    /// screening.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be written.
    pub async fn save_families(
        &self,
        screening: NewScreening,
        families: &[StoredFamily],
    ) -> Result<(), StoreError> {
        let mut writing = self.database.begin_write().await?;
        family_rows::save(writing.link(), &now(), screening, families)
            .await
            .map_err(|failure| self.explain(failure))?;
        writing.finish(Changed::Yes).await
    }

    /// The families of the last screening, in its order, from a place on.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn families(&self, offset: u64, limit: u64) -> Result<Vec<StoredFamily>, StoreError> {
        let mut snapshot = self.database.snapshot().await?;
        family_rows::of_last_screening(&mut snapshot, offset, limit)
            .await
            .map_err(|failure| self.explain(failure))
    }

    /// How many families the last screening found; `None` when nothing was ever screened.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn family_count(&self) -> Result<Option<u64>, StoreError> {
        let mut link = self.database.reader().await?;
        family_rows::count(&mut link).await.map_err(|failure| self.explain(failure))
    }

    /// A family by its name, whichever screening found it last.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn family(&self, family_id: &str) -> Result<Option<StoredFamily>, StoreError> {
        let mut snapshot = self.database.snapshot().await?;
        family_rows::by_id(&mut snapshot, family_id).await.map_err(|failure| self.explain(failure))
    }

    /// The names and members of all families that any screening found, by name.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn family_memberships(&self) -> Result<Vec<(String, Vec<ProjectCode>)>, StoreError> {
        let mut link = self.database.reader().await?;
        family_rows::memberships(&mut link).await.map_err(|failure| self.explain(failure))
    }

    /// Keeps what a person decided about families; it holds from the next screening on.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be written.
    pub async fn add_family_edit(&self, edit: &NewFamilyEdit) -> Result<u64, StoreError> {
        let mut writing = self.database.begin_write().await?;
        let edit_id = family_rows::add_edit(writing.link(), &now(), edit)
            .await
            .map_err(|failure| self.explain(failure))?;
        writing.finish(Changed::Yes).await?;
        Ok(edit_id)
    }

    /// Everything that people decided about families, in the order in which they did.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn family_edits(&self) -> Result<Vec<FamilyEdit>, StoreError> {
        let mut snapshot = self.database.snapshot().await?;
        family_rows::edits(&mut snapshot).await.map_err(|failure| self.explain(failure))
    }
}

/// The pairs that stay together and those that stay apart after all edits: the latest edit of a pair holds.
#[must_use]
pub fn decided_pairs(edits: &[FamilyEdit]) -> HashMap<(ProjectCode, ProjectCode), FamilyEditKind> {
    edits.iter().flat_map(|edit| edit.pairs.iter().map(|pair| (pair.clone(), edit.kind))).collect()
}

fn now() -> String {
    Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true)
}
