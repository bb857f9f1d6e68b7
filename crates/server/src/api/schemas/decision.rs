//! Decisions of reviewers.

use utoipa::{IntoParams, ToSchema};

use super::check::Relation;
use super::record::DraftRecord;

/// Which decisions.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DecisionParameters {
    /// Only those on this draft.
    draft_id: Option<String>,
    /// Only those beside this project.
    project_code: Option<String>,
    /// Only those after this number: the `next_after` of the page before.
    #[param(minimum = 0, default = 0)]
    after: Option<u64>,
    /// Decisions wanted.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<usize>,
}

/// A page of decisions.
#[derive(ToSchema)]
pub(crate) struct DecisionsAnswer {
    /// In the order in which they were made.
    decisions: Vec<DecisionAnswer>,
    /// What the next page starts after; `null` at the end.
    next_after: Option<u64>,
}

/// What a reviewer decides on a draft beside a project.
#[derive(ToSchema)]
pub(crate) struct DecisionRequest {
    /// The draft's id, or the code of a stored project that is read as a draft.
    #[schema(max_length = 200)]
    draft_id: String,
    /// The existing project's code.
    project_code: String,
    /// How the draft stands to it.
    relation: Relation,
    /// Why, in words.
    #[schema(max_length = 16384)]
    reason: String,
    /// Who decides.
    #[schema(max_length = 400)]
    reviewer: String,
    /// The draft's record, kept with the decision; passed over where `draft_id` is the code of a stored project.
    draft: Option<DraftRecord>,
}

/// A decision as it is kept.
#[derive(ToSchema)]
pub(crate) struct DecisionAnswer {
    /// 1 for the first of the store.
    decision_id: u64,
    /// The draft's id, or the code of the project that was read as a draft.
    draft_id: String,
    /// The existing project's code.
    project_code: String,
    /// How the draft stands to it, as the reviewer sees it.
    relation: Relation,
    /// Why.
    reason: String,
    /// Who decided.
    reviewer: String,
    /// When (RFC 3339, UTC).
    #[schema(format = DateTime)]
    decided_at: String,
    /// What the relation model said at that time; left out when it said nothing.
    machine: Option<MachineView>,
    /// Whether the same reviewer decided on the same pair again later; left out when not.
    superseded: Option<bool>,
    /// Whether the decision was made on another text under the same draft id than the one that is checked; left out when not.
    of_other_text: Option<bool>,
}

/// What the relation model said of a pair.
#[derive(ToSchema)]
pub(crate) struct MachineView {
    /// The most likely relation.
    relation: Relation,
    /// Probability that the pair is actionable, 0 to 1.
    likelihood: f64,
    /// The weights that it comes from.
    relation_model_id: String,
}
