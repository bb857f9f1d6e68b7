//! The use cases of Thiap: import, index, search, check, compare, evaluate and train.
//!
//! [`Engine`] opens a data folder; asynchronous reading and writing meets the processor's work here, once. Answers are
//! the types of [`answer`], in the shape in which they are written as JSON.

pub mod answer;
mod check;
mod decisions;
mod engine;
mod entities;
mod error;
pub mod evaluate;
mod family;
mod folder;
mod import;
mod indexing;
mod progress;
pub mod record;
mod report;
mod screen;
mod search;
mod splits;
mod train;
mod undone;

pub use check::Side;
pub use decisions::{DecisionQuery, DecisionRequest};
pub use engine::{Engine, EngineOptions, Status, open_encoder};
pub use entities::{MentionAnswer, entities, read_entities};
pub use error::EngineError;
pub use family::{FamilyAnswer, FamilyChange, FamilyMember};
pub use folder::DataFolder;
pub use import::ImportSummary;
pub use indexing::IndexSummary;
pub use progress::{Progress, Silent};
pub use report::{
    CorpusVersion, MOST_REPORT_MATCHES, REPORT_PAGE_FORMAT, Report, ReportContents, ReportDecision,
    ReportMatch, ReportOutcome, ReportPassage, ReportPassageSide, ReportProject, ReportVerification,
    Reproduction, embedded_json, thai_today,
};
pub use screen::{BlockingAudit, ScreenOptions, ScreenSummary};
pub use search::Ranked;
pub use thiap_index::{BlockingParameters, Filters, Hit, Legs, SearchMode, SearchRequest};
pub use thiap_model::TextKind;
pub use thiap_screening::Thresholds;
pub use train::TrainSummary;
