//! Decisions of reviewers: taken down, shown beside the machine's view, turned into labels.

mod export;
mod standing;

use std::collections::HashMap;
use std::sync::Arc;

use thiap_domain::{Project, ProjectCode, Relation};
use thiap_store::{
    CanonicalRecord, ContentHash, Decision, DecisionError, DecisionFilter, MachineView, NewDecision,
    check_decision,
};

use crate::answer::{AgreementAnswer, CheckAnswer, DecisionAnswer};
use crate::check::Side;
use crate::engine::Engine;
use crate::error::EngineError;

/// Decisions that are read at a time when all are needed.
const PAGE: usize = 1_000;

/// A decision as a reviewer gives it.
#[derive(Debug, Clone)]
pub struct DecisionRequest {
    /// The draft's id, or the code of a project that is read as a draft.
    pub draft_id: String,
    /// The draft's record; not kept where the id is the code of a project.
    pub draft: Option<Box<Project>>,
    /// The existing project.
    pub project_code: String,
    /// How the draft stands to it.
    pub relation: Relation,
    /// Why.
    pub reason: String,
    /// Who decides.
    pub reviewer: String,
}

/// Which decisions are wanted; what is `None` restricts nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DecisionQuery {
    /// Only those on this draft.
    pub draft_id: Option<String>,
    /// Only those beside this project.
    pub project_code: Option<String>,
    /// Only those after this number.
    pub after: u64,
}

/// What drafts are called that have no id of their own: `draft`, `draft-3`, `row-3`. Every such draft would share its decisions with
/// all others.
fn is_nameless(draft_id: &str) -> bool {
    let number = draft_id.strip_prefix("draft").or_else(|| draft_id.strip_prefix("row"));
    number.is_some_and(|rest| match rest.strip_prefix('-') {
        Some(digits) => !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()),
        None => rest.is_empty(),
    })
}

fn draft_code(draft_id: &str) -> Result<ProjectCode, EngineError> {
    ProjectCode::new(draft_id)
        .map_err(|error| EngineError::Request(format!("the id of the draft cannot be used: {error}")))
}

impl Engine {
    /// Keeps a reviewer's decision with what the relation model says of the pair now. A later decision of the same reviewer on
    /// the same pair stands for the earlier one; both stay.
    ///
    /// # Errors
    /// [`EngineError::UnknownProject`] for a project that is not in the store, [`EngineError::Store`] for a decision that cannot
    /// be kept ([`DecisionError`] says which part), [`EngineError::Request`] for a draft without an id of its own, and what
    /// comparing gives. A folder without an index keeps the decision without the model's view.
    pub async fn decide(self: &Arc<Self>, request: DecisionRequest) -> Result<DecisionAnswer, EngineError> {
        let draft_id = draft_code(&request.draft_id)?;
        if is_nameless(draft_id.as_str()) {
            return Err(EngineError::Request(format!(
                "{:?} is what drafts are called that have no id; give the draft an id of its own, then decide on it",
                draft_id.as_str()
            )));
        }
        let project_code = ProjectCode::new(&request.project_code).map_err(|_| {
            EngineError::UnknownProject { code: request.project_code.chars().take(80).collect() }
        })?;
        let mut decision = NewDecision {
            draft_id,
            draft: request.draft,
            project_code,
            relation: request.relation,
            reason: request.reason.trim().to_owned(),
            // one person stays one, however many spaces stand between the names
            reviewer: tidy_name(&request.reviewer),
            machine: None,
        };
        check_decision(&decision).map_err(kept_out)?;
        self.project(decision.project_code.as_str()).await?;
        let first_side = self.store().project(&decision.draft_id).await?;
        let first_side = match first_side {
            Some(_) => {
                decision.draft = None;
                Some(Side::Code(decision.draft_id.as_str().to_owned()))
            }
            // a later decision on the same draft need not bring it again
            None => match &decision.draft {
                Some(draft) => Some(Side::Record(draft.clone())),
                None => self
                    .store()
                    .decided_draft(&decision.draft_id)
                    .await?
                    .map(|draft| Side::Record(Box::new(draft))),
            },
        };
        if let Some(first_side) = first_side {
            decision.machine = self.machine_view(first_side, decision.project_code.as_str()).await?;
        }
        Ok(self.store().add_decision(&decision).await?.into())
    }

    async fn machine_view(
        self: &Arc<Self>,
        draft: Side,
        project_code: &str,
    ) -> Result<Option<MachineView>, EngineError> {
        let pair = (String::new(), draft, Side::Code(project_code.to_owned()));
        let answers = match self.compare(vec![pair]).await {
            Ok(answers) => answers,
            Err(EngineError::NotIndexed { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        Ok(answers.into_iter().next().map(|answer| MachineView {
            relation: answer.comparison.relation,
            // a sum of probabilities may leave the range by its last digit
            likelihood: answer.comparison.likelihood.clamp(0.0, 1.0),
            relation_model_id: self.relation_model.id().to_owned(),
        }))
    }

    /// Decisions in the order in which they were made, at most `limit` of them. An empty page, and only that, is the end.
    ///
    /// # Errors
    /// [`EngineError::Store`] when the store cannot be read.
    pub async fn decisions(
        &self,
        query: &DecisionQuery,
        limit: usize,
    ) -> Result<Vec<DecisionAnswer>, EngineError> {
        // what can be no id has no decisions
        let code = |text: &Option<String>| text.as_deref().map(ProjectCode::new).transpose();
        let (Ok(draft_id), Ok(project_code)) = (code(&query.draft_id), code(&query.project_code)) else {
            return Ok(Vec::new());
        };
        let filter = DecisionFilter { draft_id, project_code, after: query.after };
        let found = self.store().decisions(&filter, limit).await?;
        Ok(found.into_iter().map(DecisionAnswer::from).collect())
    }

    /// Every decision of the store.
    async fn all_decisions(&self) -> Result<Vec<Decision>, EngineError> {
        let (mut all, mut filter) = (Vec::new(), DecisionFilter::default());
        loop {
            let page = self.store().decisions(&filter, PAGE).await?;
            let Some(last) = page.last() else { return Ok(all) };
            filter.after = last.decision_id;
            all.extend(page);
        }
    }

    /// How far reviewers agree.
    ///
    /// # Errors
    /// [`EngineError::Store`] when the store cannot be read.
    pub async fn agreement(&self) -> Result<AgreementAnswer, EngineError> {
        Ok(standing::agreement(&self.all_decisions().await?))
    }

    /// Puts the decisions on each draft beside the matches that they are on.
    pub(crate) async fn add_decisions(
        &self,
        checked: impl Iterator<Item = &Project>,
        answers: &mut [CheckAnswer],
    ) -> Result<(), EngineError> {
        let drafts: Vec<&str> = answers.iter().map(|answer| answer.draft_id.as_str()).collect();
        let decisions = self.store().decisions_on(&drafts).await?;
        if decisions.is_empty() {
            return Ok(());
        }
        let texts = DraftTexts::of(checked);
        let mut by_pair: HashMap<(String, String), Vec<DecisionAnswer>> = HashMap::new();
        for decision in decisions {
            let of_other_text = texts.differ(&decision);
            let decision = DecisionAnswer { of_other_text, ..decision.into() };
            let pair = (decision.draft_id.clone(), decision.project_code.clone());
            by_pair.entry(pair).or_default().push(decision);
        }
        for answer in answers {
            for found in &mut answer.matches {
                let pair = (answer.draft_id.clone(), found.project_code.clone());
                found.decisions = by_pair.get(&pair).cloned().unwrap_or_default();
            }
        }
        Ok(())
    }
}

/// The name without spaces around it and with single ones inside.
pub(crate) fn tidy_name(name: &str) -> String {
    // control characters stay: the store refuses them by name
    name.split(' ').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

pub(crate) fn kept_out(error: DecisionError) -> EngineError {
    EngineError::Store(error.into())
}

/// The texts of drafts by their ids, to tell whether a decision was made on the text that is checked.
struct DraftTexts(HashMap<String, Option<ContentHash>>);

impl DraftTexts {
    /// The texts of some drafts.
    fn of<'a>(drafts: impl Iterator<Item = &'a Project>) -> Self {
        let hash = |draft: &Project| CanonicalRecord::of(draft).ok().map(|record| record.content_hash);
        Self(drafts.map(|draft| (draft.project_code.as_str().to_owned(), hash(draft))).collect())
    }

    /// Whether a decision kept another text than the one that is checked.
    fn differ(&self, decision: &Decision) -> bool {
        let now = self.0.get(decision.draft_id.as_str()).copied().flatten();
        matches!((decision.draft_hash, now), (Some(then), Some(now)) if then != now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drafts_without_an_id_of_their_own_are_known() {
        for nameless in ["draft", "draft-1", "row-27", "row"] {
            assert!(is_nameless(nameless), "{nameless}");
        }
        for named in ["D-001", "draft-", "draft-a", "drafts", "ร่าง", "row-1a", ""] {
            assert!(!is_nameless(named), "{named}");
        }
    }

    #[test]
    fn spaces_make_no_other_reviewer() {
        assert_eq!(tidy_name("  สมชาย   ใจดี "), "สมชาย ใจดี");
        assert_eq!(tidy_name("ก\nข"), "ก\nข");
    }
}
