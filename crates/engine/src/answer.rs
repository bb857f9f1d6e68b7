//! The answers of the use cases, in the shape in which they are written as JSON.

mod decision;

use std::collections::BTreeMap;

use serde::Serialize;
use thiap_domain::{
    Agreement, Aspect, Baht, FiscalYear, Owner, Project, ProjectKind, Relation, TextField, Trick, Verdict,
};
use thiap_index::{Chip, FacetCounts, Hit};

pub use decision::{
    AgreementAnswer, DecisionAnswer, DecisionExport, Disagreement, MachineAnswer, ReviewerAgreement,
};

/// What a list shows of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProjectCard {
    /// The title.
    pub title: String,
    /// Who runs it.
    pub owner: Owner,
    /// The fiscal year (Buddhist era).
    pub fiscal_year_be: Option<FiscalYear>,
    /// All its money.
    pub budget_baht: Option<Baht>,
    /// What the row stands for.
    pub kind: ProjectKind,
}

impl ProjectCard {
    /// What is shown of a project.
    #[must_use]
    pub fn of(project: &Project) -> Self {
        Self {
            title: project.title.clone(),
            owner: project.owner.clone(),
            fiscal_year_be: project.fiscal_year_be,
            budget_baht: project.budget_total(),
            kind: project.kind,
        }
    }
}

/// The answer to a query.
#[derive(Debug, Clone, Serialize)]
pub struct SearchAnswer {
    /// The query as given.
    pub query: String,
    /// Projects that match, on all pages.
    pub total: u64,
    /// The hits of this page.
    pub hits: Vec<SearchHit>,
    /// Words of the query that act as constraints.
    pub chips: Vec<Chip>,
    /// How the matching projects spread, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facets: Option<FacetCounts>,
    /// The change number that the index stands at: the version of the corpus.
    pub change_number: u64,
    /// The encoder behind the cosines.
    pub model_id: String,
}

/// A project that matches a query.
#[derive(Debug, Clone, Serialize)]
pub struct SearchHit {
    /// Rank, code, score and legs.
    #[serde(flatten)]
    pub hit: Hit,
    /// What is shown of it.
    pub project: ProjectCard,
    /// Where the query's words stand in its texts.
    pub highlights: Vec<Highlight>,
}

/// Words of the query in a text of the project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Highlight {
    /// The field.
    pub field: TextField,
    /// Which of the field's texts, from 0.
    pub entry: usize,
    /// The text itself.
    pub text: String,
    /// Half-open ranges in characters (Unicode code points) of `text`.
    pub spans: Vec<(usize, usize)>,
}

/// The answer to a draft.
#[derive(Debug, Clone, Serialize)]
pub struct CheckAnswer {
    /// The draft's id.
    pub draft_id: String,
    /// The answer as a whole.
    pub verdict: Verdict,
    /// The projects found, most worth looking at first.
    pub matches: Vec<Match>,
    /// Projects that were searched.
    pub searched_projects: u64,
    /// Projects that were compared one by one.
    pub compared_projects: usize,
    /// The change number that the index stands at: the version of the corpus.
    pub change_number: u64,
    /// The encoder.
    pub model_id: String,
    /// The weights of the relation model.
    pub relation_model_id: String,
    /// Kinds of spelling in the draft that were undone before comparing.
    pub undone: Vec<UndoneInDraft>,
    /// Drafts of the same owner, checked together with this one, that repeat a project together with it.
    pub split_with: Vec<Split>,
}

/// A kind of spelling that was undone in a draft before comparing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UndoneInDraft {
    /// What it is.
    pub trick: Trick,
    /// The same as a Thai sentence.
    pub thai: String,
    /// The same as an English sentence.
    pub english: String,
    /// How often it was undone in all texts.
    pub count: usize,
    /// Words where it stood, the first few.
    pub examples: Vec<PassageSide>,
}

/// A form in the draft and another in the project that mean the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UndoneInPair {
    /// In what the two differ.
    pub trick: Trick,
    /// The same as a Thai sentence.
    pub thai: String,
    /// The same as an English sentence.
    pub english: String,
    /// In the draft.
    pub draft: PassageSide,
    /// In the project.
    pub project: PassageSide,
}

/// Another draft that makes up one project together with this one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Split {
    /// The other draft.
    pub draft_id: String,
    /// The project.
    pub project_code: String,
    /// How likely this draft alone repeats it.
    pub likelihood_alone: f64,
    /// How likely both (or three drafts) together do.
    pub likelihood_together: f64,
}

/// A project that a draft may repeat.
#[derive(Debug, Clone, Serialize)]
pub struct Match {
    /// From 1.
    pub rank: usize,
    /// Its code.
    pub project_code: String,
    /// How the draft stands to it, and why.
    #[serde(flatten)]
    pub comparison: ComparisonAnswer,
    /// What is shown of it.
    pub project: ProjectCard,
    /// What reviewers decided on the draft of this id beside this project, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<DecisionAnswer>,
}

/// The answer to a pair.
#[derive(Debug, Clone, Serialize)]
pub struct CompareAnswer {
    /// The pair's id.
    pub pair_id: String,
    /// How the two stand to each other, and why.
    #[serde(flatten)]
    pub comparison: ComparisonAnswer,
}

/// How a draft stands to a project, and why.
#[derive(Debug, Clone, Serialize)]
pub struct ComparisonAnswer {
    /// The most likely relation.
    pub relation: Relation,
    /// Probability that the pair is actionable (duplicate or overlap).
    pub likelihood: f64,
    /// Probability of each relation.
    pub probabilities: BTreeMap<Relation, f64>,
    /// What each aspect says.
    pub aspects: BTreeMap<Aspect, Agreement>,
    /// What each aspect rests on.
    pub evidence: BTreeMap<Aspect, String>,
    /// The passages that the match rests on.
    pub passages: Vec<PassageAnswer>,
    /// What differs in writing and was looked through.
    pub undone: Vec<UndoneInPair>,
    /// The terms of the model that weighed most, strongest first.
    pub reasons: Vec<ReasonAnswer>,
    /// The match in one Thai sentence.
    pub summary_th: String,
    /// The match in one English sentence.
    pub summary_en: String,
}

/// A term of the model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReasonAnswer {
    /// Its name.
    pub comparison: String,
    /// What it compares, in Thai.
    pub thai: String,
    /// What it adds to the log odds of the pair being the same work, against an average pair.
    pub weight: f64,
}

/// A part of the draft and the part of the project that it matches.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PassageAnswer {
    /// In the draft.
    pub draft: PassageSide,
    /// In the project.
    pub project: PassageSide,
    /// How alike the two are, 0 to 1.
    pub score: f64,
}

/// One side of a passage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PassageSide {
    /// The field.
    pub field: TextField,
    /// Which of the field's texts, from 0.
    pub entry: usize,
    /// First character (Unicode code point) in that text.
    pub start_char: usize,
    /// Character behind the last.
    pub end_char: usize,
    /// The passage itself.
    pub text: String,
}
