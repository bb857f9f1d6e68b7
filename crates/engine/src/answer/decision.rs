//! Decisions of reviewers, in the shape in which they are written as JSON.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thiap_domain::Relation;
use thiap_store::Decision;

/// What a reviewer decided on a draft beside a project.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DecisionAnswer {
    /// 1 for the first of the store.
    pub decision_id: u64,
    /// The draft's id, or the code of the project that was read as a draft.
    pub draft_id: String,
    /// The existing project.
    pub project_code: String,
    /// How the draft stands to it, as the reviewer sees it.
    pub relation: Relation,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub reviewer: String,
    /// When.
    pub decided_at: DateTime<Utc>,
    /// What the relation model said at that time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine: Option<MachineAnswer>,
    /// Whether the same reviewer decided on the same pair again later.
    #[serde(skip_serializing_if = "is_false")]
    pub superseded: bool,
    /// Whether the decision was made on another text under the same draft id than the one that is checked now.
    #[serde(skip_serializing_if = "is_false")]
    pub of_other_text: bool,
}

/// What the relation model said of a pair.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MachineAnswer {
    /// The most likely relation.
    pub relation: Relation,
    /// Probability that the pair is actionable.
    pub likelihood: f64,
    /// The weights that it comes from.
    pub relation_model_id: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over references")]
fn is_false(value: &bool) -> bool {
    !value
}

impl From<Decision> for DecisionAnswer {
    fn from(decision: Decision) -> Self {
        Self {
            decision_id: decision.decision_id,
            draft_id: decision.draft_id.into(),
            project_code: decision.project_code.into(),
            relation: decision.relation,
            reason: decision.reason,
            reviewer: decision.reviewer,
            decided_at: decision.decided_at,
            machine: decision.machine.map(|machine| MachineAnswer {
                relation: machine.relation,
                likelihood: machine.likelihood,
                relation_model_id: machine.relation_model_id,
            }),
            superseded: decision.superseded,
            of_other_text: false,
        }
    }
}

/// How far reviewers agree; only the latest decision of a reviewer on a pair counts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AgreementAnswer {
    /// Decisions in the store.
    pub decisions: usize,
    /// Of these, those that their reviewer did not decide again.
    pub standing: usize,
    /// Pairs of a draft and a project that somebody decided on.
    pub pairs: usize,
    /// Pairs that two reviewers or more decided on.
    pub pairs_of_several: usize,
    /// Share of agreeing pairs of decisions on the same pair.
    pub agreeing_share: Option<f64>,
    /// Krippendorff's alpha, nominal.
    pub krippendorff_alpha: Option<f64>,
    /// Every two reviewers with pairs in common.
    pub reviewers: Vec<ReviewerAgreement>,
    /// Pairs on which reviewers disagree.
    pub disagreements: Vec<Disagreement>,
}

/// How far two reviewers agree.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReviewerAgreement {
    /// The one.
    pub a: String,
    /// The other.
    pub b: String,
    /// Pairs that both decided on.
    pub pairs: usize,
    /// Of these, those with the same relation.
    pub agreeing: usize,
    /// Cohen's kappa.
    pub cohen_kappa: Option<f64>,
}

/// A pair on which reviewers disagree.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Disagreement {
    /// The draft's id, or the code of the project that was read as a draft.
    pub draft_id: String,
    /// The existing project.
    pub project_code: String,
    /// What each reviewer decided.
    pub decided: BTreeMap<String, Relation>,
    /// What counts as a label: what most decided, among equals the weakest relation.
    pub relation: Relation,
    /// Whether two relations or more had the most voices.
    pub tied: bool,
}

/// What an export of decisions wrote.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DecisionExport {
    /// Labelled files for `train --gold` and `evaluate screening --gold`; only those with labels are written.
    pub files: Vec<PathBuf>,
    /// Labels of two projects.
    pub pairs: usize,
    /// Labels of a draft and a project.
    pub judgements: usize,
    /// Drafts that are written beside the judgements.
    pub drafts: usize,
    /// Labels left out, since no decision kept the draft's record and no project has its id.
    pub without_draft: usize,
    /// Pairs on which reviewers disagree, and the label that was taken.
    pub disagreements: Vec<Disagreement>,
}
