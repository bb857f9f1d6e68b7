//! What reviewers decided: added, never changed, never taken away.

use chrono::{DateTime, Utc};
use thiap_domain::{Project, ProjectCode, Relation};

use crate::error::StoreError;
use crate::record::{CanonicalRecord, ContentHash, UnstorableField};
use crate::sqlite::decision_rows::{self, DecisionRow};
use crate::sqlite::{Changed, project_rows};
use crate::store::Store;

/// The longest reason, in bytes: some 5,000 Thai characters.
pub const MAXIMUM_REASON_BYTES: usize = 16_384;

/// The longest name of a reviewer, in bytes.
pub const MAXIMUM_REVIEWER_BYTES: usize = 400;

/// A decision to be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct NewDecision {
    /// The draft's id, or the code of the project that was read as a draft.
    pub draft_id: ProjectCode,
    /// The draft as it was judged, where it is no project of the store.
    pub draft: Option<Box<Project>>,
    /// The existing project.
    pub project_code: ProjectCode,
    /// How the draft stands to it, as the reviewer sees it.
    pub relation: Relation,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub reviewer: String,
    /// What the reviewer was shown, where something was.
    pub machine: Option<MachineView>,
}

/// What the relation model said of a pair.
#[derive(Debug, Clone, PartialEq)]
pub struct MachineView {
    /// The most likely relation.
    pub relation: Relation,
    /// Probability that the pair is actionable, 0 to 1.
    pub likelihood: f64,
    /// The weights that it comes from.
    pub relation_model_id: String,
}

/// A decision as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// 1 for the first of the store.
    pub decision_id: u64,
    /// The draft's id, or the code of the project that was read as a draft.
    pub draft_id: ProjectCode,
    /// SHA-256 of the draft's canonical record, where the record is kept; [`Store::decided_draft`] gives it.
    pub draft_hash: Option<ContentHash>,
    /// The existing project.
    pub project_code: ProjectCode,
    /// How the draft stands to it, as the reviewer sees it.
    pub relation: Relation,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub reviewer: String,
    /// When.
    pub decided_at: DateTime<Utc>,
    /// What the relation model said at that time.
    pub machine: Option<MachineView>,
    /// Whether the same reviewer decided on the same pair again later.
    pub superseded: bool,
}

/// Which decisions are wanted; what is `None` restricts nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DecisionFilter {
    /// Only those on this draft.
    pub draft_id: Option<ProjectCode>,
    /// Only those beside this project.
    pub project_code: Option<ProjectCode>,
    /// Only those after this number.
    pub after: u64,
}

/// Why a decision cannot be kept; the caller's fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecisionError {
    /// A text that says nothing.
    #[error("the {field} of the decision is empty; {}", wanted(field))]
    Empty {
        /// `reason` or `reviewer`.
        field: &'static str,
    },
    /// A text that is too long.
    #[error("the {field} of the decision has {bytes} bytes, {limit_bytes} are kept; write it shorter")]
    TooLong {
        /// `reason` or `reviewer`.
        field: &'static str,
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        limit_bytes: usize,
    },
    /// A character that cannot be kept or shown.
    #[error("the {field} of the decision holds the control character {character:?}; take it out")]
    ControlCharacter {
        /// `reason` or `reviewer`.
        field: &'static str,
        /// Which.
        character: char,
    },
    /// A project beside itself.
    #[error("{code} stands on both sides of the decision; name the draft and another project")]
    SameSides {
        /// The code.
        code: ProjectCode,
    },
    /// The record of the draft bears another id than the decision names.
    #[error(
        "the decision is on the draft {draft_id}, the record beside it is of {found}; give the record of {draft_id}"
    )]
    OtherDraft {
        /// The draft that the decision names.
        draft_id: ProjectCode,
        /// The id in the record.
        found: ProjectCode,
    },
    /// The draft's record cannot be kept.
    #[error("the draft cannot be kept with the decision: {0}")]
    Draft(UnstorableField),
    /// A likelihood that is no probability.
    #[error("the likelihood {likelihood} beside the decision is no number from 0 to 1")]
    Likelihood {
        /// As it was given.
        likelihood: String,
    },
    /// No project has the code.
    #[error("no project has the code {code}; a decision needs a project that is in the store")]
    UnknownProject {
        /// The code.
        code: ProjectCode,
    },
}

fn wanted(field: &str) -> &'static str {
    if field == "reviewer" { "name who decided" } else { "say in words why" }
}

impl DecisionError {
    /// The part of the decision that is at fault.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match self {
            Self::Empty { field } | Self::TooLong { field, .. } | Self::ControlCharacter { field, .. } => {
                field
            }
            Self::SameSides { .. } | Self::UnknownProject { .. } => "project_code",
            Self::OtherDraft { .. } | Self::Draft(_) => "draft",
            Self::Likelihood { .. } => "likelihood",
        }
    }
}

/// Whether a decision can be kept, apart from whether its project is there.
///
/// # Errors
/// [`DecisionError`] for the first thing that keeps it out.
pub fn check_decision(decision: &NewDecision) -> Result<(), DecisionError> {
    record_of(decision).map(drop)
}

/// Whether who decided and why can be kept, for any kind of decision.
///
/// # Errors
/// [`DecisionError`] for the first thing that keeps one out.
pub fn check_reviewer(reviewer: &str, reason: &str) -> Result<(), DecisionError> {
    let texts = [
        ("reviewer", reviewer, MAXIMUM_REVIEWER_BYTES, false),
        ("reason", reason, MAXIMUM_REASON_BYTES, true),
    ];
    for (field, text, limit_bytes, lines_allowed) in texts {
        // the length first: nothing walks through a text that is refused for it
        if text.len() > limit_bytes {
            return Err(DecisionError::TooLong { field, bytes: text.len(), limit_bytes });
        }
        let is_wrong = |c: &char| c.is_control() && !(lines_allowed && matches!(c, '\n' | '\r' | '\t'));
        if let Some(character) = text.chars().find(is_wrong) {
            return Err(DecisionError::ControlCharacter { field, character });
        }
        if !text.chars().any(char::is_alphanumeric) {
            return Err(DecisionError::Empty { field });
        }
    }
    Ok(())
}

/// The decision's checks, and the draft's record when it has one.
fn record_of(decision: &NewDecision) -> Result<Option<CanonicalRecord>, DecisionError> {
    check_reviewer(&decision.reviewer, &decision.reason)?;
    if decision.draft_id == decision.project_code {
        return Err(DecisionError::SameSides { code: decision.project_code.clone() });
    }
    if let Some(machine) = &decision.machine
        && !(0.0..=1.0).contains(&machine.likelihood)
    {
        return Err(DecisionError::Likelihood { likelihood: machine.likelihood.to_string() });
    }
    let Some(draft) = &decision.draft else { return Ok(None) };
    if draft.project_code != decision.draft_id {
        return Err(DecisionError::OtherDraft {
            draft_id: decision.draft_id.clone(),
            found: draft.project_code.clone(),
        });
    }
    CanonicalRecord::of(draft).map(Some).map_err(DecisionError::Draft)
}

impl Store {
    /// Keeps a decision, with the moment of now. It is on the disk when this returns.
    ///
    /// # Errors
    /// [`StoreError::Decision`] for one that [`check_decision`] refuses or whose project is not in the store; otherwise what keeps
    /// the store from being written.
    pub async fn add_decision(&self, decision: &NewDecision) -> Result<Decision, StoreError> {
        let record = record_of(decision)?;
        let decided_at = Utc::now();
        let mut writing = self.database.begin_write().await?;
        let row = DecisionRow { decision, record: record.as_ref(), decided_at };
        let known = project_rows::known(writing.link(), &[decision.project_code.as_str()])
            .await
            .map_err(|failure| self.explain(failure))?;
        if known.values().all(|project| project.content_hash.is_none()) {
            writing.finish(Changed::No).await?;
            return Err(DecisionError::UnknownProject { code: decision.project_code.clone() }.into());
        }
        let kept =
            decision_rows::insert(writing.link(), &row).await.map_err(|failure| self.explain(failure))?;
        writing.finish(Changed::Yes).await?;
        Ok(kept)
    }

    /// Decisions in the order in which they were made, at most `limit` of them (0 is taken as 1). An empty page, and only that, is
    /// the end.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn decisions(
        &self,
        filter: &DecisionFilter,
        limit: usize,
    ) -> Result<Vec<Decision>, StoreError> {
        let mut link = self.database.reader().await?;
        decision_rows::select(&mut link, filter, limit.max(1)).await.map_err(|failure| self.explain(failure))
    }

    /// All decisions on some drafts, in the order in which they were made.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn decisions_on(&self, draft_ids: &[&str]) -> Result<Vec<Decision>, StoreError> {
        let mut distinct = draft_ids.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        let mut link = self.database.snapshot().await?;
        decision_rows::on_drafts(&mut link, &distinct).await.map_err(|failure| self.explain(failure))
    }

    /// The record of a draft as the latest decision on it kept it; `None` when none kept one.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn decided_draft(&self, draft_id: &ProjectCode) -> Result<Option<Project>, StoreError> {
        let mut link = self.database.reader().await?;
        decision_rows::latest_draft(&mut link, draft_id).await.map_err(|failure| self.explain(failure))
    }
}
