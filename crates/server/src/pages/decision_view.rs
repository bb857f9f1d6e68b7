//! Decisions of reviewers as pages show them.

use thiap_engine::answer::DecisionAnswer;

use super::format;
use super::labels::Label;
use super::language::Language;
use super::links;

/// A decision in a table.
pub(super) struct DecisionView {
    pub draft_id: String,
    /// The page of the draft's project, where the draft is one.
    pub draft_address: Option<String>,
    /// Name of the relation, for its colour.
    pub relation: &'static str,
    pub relation_label: &'static str,
    pub reason: String,
    pub reviewer: String,
    pub decided_at: String,
    /// What the model said, with its likelihood.
    pub machine: Option<String>,
    pub superseded: bool,
    pub of_other_text: bool,
}

impl DecisionView {
    pub fn of(decision: &DecisionAnswer, language: Language) -> Self {
        Self {
            draft_id: decision.draft_id.clone(),
            draft_address: None,
            relation: decision.relation.name(),
            relation_label: decision.relation.label(language),
            reason: decision.reason.clone(),
            reviewer: decision.reviewer.clone(),
            decided_at: format::moment(decision.decided_at, language),
            machine: decision.machine.as_ref().map(|machine| {
                format!("{} ({})", machine.relation.label(language), format::percent(machine.likelihood))
            }),
            superseded: decision.superseded,
            of_other_text: decision.of_other_text,
        }
    }

    /// With the way to the draft, which is a project of the store.
    pub fn with_address(mut self) -> Self {
        self.draft_address = Some(links::project(&self.draft_id));
        self
    }
}
