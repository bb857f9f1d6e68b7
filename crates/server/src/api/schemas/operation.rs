//! Imports and the state of the server.

use utoipa::ToSchema;

/// A file of records.
#[derive(ToSchema)]
pub(crate) struct ImportRequest {
    /// CSV, XLSX, JSON or JSON lines; headers in Thai or English are recognised.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// Which column holds which field, as TOML or JSON, where headers are not recognised.
    #[schema(value_type = Option<String>, format = Binary)]
    mapping: Option<Vec<u8>>,
}

/// What an import did.
#[derive(ToSchema)]
pub(crate) struct ImportAnswer {
    /// Rows read.
    rows: u64,
    /// Projects that were new.
    added: u64,
    /// Projects that got a new version.
    updated: u64,
    /// Projects that were there already, the same.
    unchanged: u64,
    /// Rows that were refused.
    rejected: u64,
    /// The encoding that the file was read in.
    encoding: String,
    /// Why rows were refused, up to 1,000 reasons.
    rejected_rows: Vec<RejectedRow>,
    /// Whether `rejected_rows` holds all reasons.
    rejected_rows_complete: bool,
    /// The store's last change number; the index takes the changes in afterwards.
    change_number: u64,
}

/// Why a row was refused.
#[derive(ToSchema)]
pub(crate) struct RejectedRow {
    /// Row or line of the file; a header is row 1.
    row: u64,
    /// The field.
    field: String,
    /// What is wrong and what to write instead.
    reason: String,
}

/// Whether searches and checks can be answered.
#[derive(ToSchema)]
pub(crate) struct Readiness {
    /// Always `true`; the status is 503 when they cannot be.
    ready: bool,
    /// Changes of the store that the index has not taken in.
    index_lag_changes: u64,
    /// Whether files of records may be uploaded.
    import_allowed: bool,
    /// Whether decisions of reviewers may be entered.
    decisions_allowed: bool,
    /// Projects in the store.
    projects: u64,
    /// The store's last change number.
    change_number: u64,
    /// Agencies in the store.
    agencies: u64,
    /// Projects that can be found.
    indexed_projects: u64,
    /// The change number that words stand at.
    lexical_change_number: u64,
    /// The change number that vectors stand at.
    vector_change_number: u64,
    /// The encoder.
    model_id: String,
    /// The weights of the relation model.
    relation_model_id: String,
}
