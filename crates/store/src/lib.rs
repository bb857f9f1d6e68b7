//! The record: migrations, queries, transactions, change feed.
//!
//! [`Store`] keeps every project with every version that it ever had, the agencies that own projects as a tree with history, and
//! the plans that projects serve. It is the only truth: indexes are built from its change feed and can be deleted at any time.
//!
//! # What holds
//! - A batch is one transaction: all of it is saved, or nothing. What was acknowledged survives a crash and a power cut (SQLite in
//!   WAL mode with `synchronous=FULL`).
//! - Every change of a project gets the next *change number*: 1, 2, 3, ... without gaps, in the order of commits, whoever writes.
//!   Importing what is already there changes nothing and takes no number.
//! - No state is ever overwritten: an update and a withdrawal add a version.
//! - Decisions of reviewers and issued reports are added only: triggers refuse every change and deletion.
//! - A record comes back exactly as it was given. Agencies and plans are linked beside it and never change its words.
//!
//! # What is refused
//! [`check_storable`] tells beforehand: a NUL character in a text (databases and C programs cut texts there), a record above
//! [`MAXIMUM_RECORD_BYTES`], an agency's name above [`MAXIMUM_NAME_BYTES`], a day outside the years 1 to 9999 of the Christian era,
//! and an amount at the very end of what 64 bits hold.
//!
//! # Where things stand
//! All SQL lies under `sqlite/` and `migrations/sqlite/`, in types and forms that PostgreSQL has too; the modules above it decide
//! what to write and know no SQL. A second backend is a second folder, and the tests of `tests/record/` run over any opened store.
//!
//! ```
//! # use thiap_domain::{Project, ProjectCode};
//! # use thiap_store::{ChangeKind, Store, StoreLocation, UpsertOutcome};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("thiap.sqlite");
//! let store = Store::open(&StoreLocation::Sqlite(path)).await?;
//! let project = Project::titled(ProjectCode::new("65-001")?, "ขุดลอกคลองบางหลวง".to_owned());
//! assert_eq!(store.upsert_projects(&[project.clone()]).await?, [UpsertOutcome::Added]);
//! assert_eq!(store.upsert_projects(&[project.clone()]).await?, [UpsertOutcome::Unchanged]);
//!
//! let changes = store.changes_after(0, 100).await?;
//! assert_eq!(changes[0].change_number, 1);
//! assert_eq!(changes[0].kind, ChangeKind::Upsert(Box::new(project)));
//! # Ok(())
//! # }
//! ```

mod agencies;
mod agency_links;
mod decisions;
mod error;
mod families;
mod feed;
mod import;
mod integrity;
mod location;
mod names;
mod plans;
mod projects;
mod record;
mod reorganisation;
mod reports;
mod sqlite;
mod store;

pub use agencies::{
    Agency, AgencyError, AgencyHistory, AgencyId, AgencyLevel, Dated, NewAgency, Succession, SuccessionKind,
};
pub use decisions::{
    Decision, DecisionError, DecisionFilter, MAXIMUM_REASON_BYTES, MAXIMUM_REVIEWER_BYTES, MachineView,
    NewDecision, check_decision, check_reviewer,
};
pub use error::StoreError;
pub use families::{FamilyEdit, FamilyEditKind, NewFamilyEdit, NewScreening, StoredFamily, decided_pairs};
pub use feed::{Change, ChangeKind};
pub use import::{UpsertOutcome, WithdrawOutcome};
pub use integrity::{IntegrityDepth, IntegrityReport};
pub use location::{LocationError, StoreLocation};
pub use plans::{LinkedPlan, NewPlan, Plan, PlanError, PlanId, PlanKind};
pub use projects::{ProjectVersion, VersionState};
pub use record::{
    CanonicalProject, CanonicalRecord, ContentHash, MAXIMUM_NAME_BYTES, MAXIMUM_RECORD_BYTES,
    UnstorableField, UnstorableReason, check_storable, content_hash,
};
pub use reports::{IssueOutcome, IssuedReport};
pub use store::{Store, StoreCounts, StoreOptions};
