//! Drafts, pairs and their answers.

use std::collections::BTreeMap;

use utoipa::{IntoParams, ToSchema};

use super::decision::DecisionAnswer;
use super::one_of;
use super::record::{DraftRecord, TextField};
use super::search::ProjectCard;

/// How many matches.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CheckParameters {
    /// Matches wanted for each draft.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<usize>,
}

/// Up to 100 drafts.
#[derive(ToSchema)]
pub(crate) struct Drafts {
    /// The drafts.
    #[schema(max_items = 100)]
    drafts: Vec<DraftRecord>,
}

one_of! {
    /// One draft, or several.
    CheckRequest: DraftRecord, Drafts
}

one_of! {
    /// One answer for one draft, or a list for several.
    CheckResponse: CheckAnswer, CheckAnswers
}

/// Answers in the order of the drafts.
#[derive(ToSchema)]
pub(crate) struct CheckAnswers {
    /// An answer for each draft.
    answers: Vec<CheckAnswer>,
}

/// The answer to a draft.
#[derive(ToSchema)]
pub(crate) struct CheckAnswer {
    /// The draft's id.
    draft_id: String,
    /// The answer as a whole.
    verdict: Verdict,
    /// The projects found, most worth looking at first.
    matches: Vec<Match>,
    /// Projects that were searched.
    searched_projects: u64,
    /// Projects that were compared one by one.
    compared_projects: usize,
    /// The change number that the index stands at: the version of the corpus.
    change_number: u64,
    /// The encoder.
    model_id: String,
    /// The weights of the relation model.
    relation_model_id: String,
    /// Kinds of spelling in the draft that were undone before comparing.
    undone: Vec<UndoneInDraft>,
    /// Drafts of the same owner in the same request that repeat a project together with this one.
    split_with: Vec<Split>,
}

/// A way of writing that was looked through. It says nothing about why it is there: scanners, old fonts and habit write so
/// too, and Thai digits are the rule in official Thai.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Trick {
    ZeroWidth,
    DoubledSaraE,
    SplitSaraAm,
    RepeatedMarks,
    MarkOrder,
    LookalikeVowels,
    PresentationForms,
    ControlCharacters,
    ThaiDigits,
    FullWidth,
    EnglishTerm,
    Abbreviation,
    Misspelling,
    Rewording,
    Reordered,
}

/// A kind of spelling that was undone in a draft before comparing.
#[derive(ToSchema)]
pub(crate) struct UndoneInDraft {
    /// What it is.
    trick: Trick,
    /// The same as a Thai sentence.
    thai: String,
    /// The same as an English sentence.
    english: String,
    /// How often it was undone in all texts.
    count: usize,
    /// Words where it stood, the first few.
    examples: Vec<PassageSide>,
}

/// A form in the draft and another in the project that mean the same.
#[derive(ToSchema)]
pub(crate) struct UndoneInPair {
    /// In what the two differ.
    trick: Trick,
    /// The same as a Thai sentence.
    thai: String,
    /// The same as an English sentence.
    english: String,
    /// In the draft.
    draft: PassageSide,
    /// In the project.
    project: PassageSide,
}

/// Another draft that makes up one project together with this one.
#[derive(ToSchema)]
pub(crate) struct Split {
    /// The other draft.
    draft_id: String,
    /// The project.
    project_code: String,
    /// How likely this draft alone repeats it, 0 to 1.
    likelihood_alone: f64,
    /// How likely both (or three drafts) together do, 0 to 1.
    likelihood_together: f64,
}

/// `clear`: nothing to act on was found. `review`: a person should look. `repeats`: very probably repeats a project.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Verdict {
    Clear,
    Review,
    Repeats,
}

/// A project that a draft may repeat.
#[derive(ToSchema)]
pub(crate) struct Match {
    /// From 1.
    rank: usize,
    /// Its code.
    project_code: String,
    /// What a list shows of it.
    project: ProjectCard,
    /// What reviewers decided on the draft of this id beside this project, oldest first; left out when nobody did.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    decisions: Vec<DecisionAnswer>,
    /// The most likely relation.
    relation: Relation,
    /// Probability that the pair is actionable (duplicate or overlap), 0 to 1.
    likelihood: f64,
    /// Probability of each relation.
    probabilities: Probabilities,
    /// What each aspect says.
    aspects: Aspects,
    /// What each aspect rests on.
    evidence: BTreeMap<String, String>,
    /// The passages that the match rests on.
    passages: Vec<Passage>,
    /// What differs in writing and was looked through.
    undone: Vec<UndoneInPair>,
    /// The terms of the model that weighed most, strongest first.
    reasons: Vec<Reason>,
    /// The match in one Thai sentence.
    summary_th: String,
    /// The match in one English sentence.
    summary_en: String,
}

/// The pair to compare; `a` stands as the draft.
#[derive(ToSchema)]
pub(crate) struct CompareRequest {
    /// What the answer calls the pair.
    pair_id: Option<String>,
    /// The draft.
    a: Side,
    /// What it is compared with.
    b: Side,
}

one_of! {
    /// A project code, or a whole record.
    Side: String, DraftRecord
}

/// How `a` stands to `b`, and why.
#[derive(ToSchema)]
pub(crate) struct CompareAnswer {
    /// The pair's id.
    pair_id: String,
    /// The most likely relation.
    relation: Relation,
    /// Probability that the pair is actionable (duplicate or overlap), 0 to 1.
    likelihood: f64,
    /// Probability of each relation.
    probabilities: Probabilities,
    /// What each aspect says.
    aspects: Aspects,
    /// What each aspect rests on.
    evidence: BTreeMap<String, String>,
    /// The passages that the match rests on.
    passages: Vec<Passage>,
    /// What differs in writing and was looked through.
    undone: Vec<UndoneInPair>,
    /// The terms of the model that weighed most, strongest first.
    reasons: Vec<Reason>,
    /// The match in one Thai sentence.
    summary_th: String,
    /// The match in one English sentence.
    summary_en: String,
}

/// How a draft stands to a project. `duplicate`: the same activity, target group and area by another agency. `overlap`:
/// the same activity, with area, target group or activities shared in part. `continuation`: the same agency's project in
/// another year or phase. `related`: the same theme. `distinct`: anything else.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Relation {
    Duplicate,
    Overlap,
    Continuation,
    Related,
    Distinct,
}

/// Probability of each relation; together 1.
#[derive(ToSchema)]
pub(crate) struct Probabilities {
    /// The same work by another agency.
    duplicate: f64,
    /// The same activity, shared in part.
    overlap: f64,
    /// The same agency, another year or phase.
    continuation: f64,
    /// The same theme.
    related: f64,
    /// Anything else.
    distinct: f64,
}

/// What each aspect of a pair says.
#[derive(ToSchema)]
pub(crate) struct Aspects {
    /// Whether both titles name the same work.
    title: Agreement,
    /// Purposes.
    objectives: Agreement,
    /// Activities and outputs.
    activities: Agreement,
    /// Who benefits.
    target_group: Agreement,
    /// Where.
    area: Agreement,
    /// When.
    period: Agreement,
    /// Money.
    budget: Agreement,
    /// Links to plans.
    plan_links: Agreement,
    /// Who runs it.
    owner: Agreement,
}

/// `unknown` when one side or both say nothing about it.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Agreement {
    Same,
    Partly,
    Different,
    Unknown,
}

/// A part of the draft and the part of the project that it matches.
#[derive(ToSchema)]
pub(crate) struct Passage {
    /// In the draft.
    draft: PassageSide,
    /// In the project.
    project: PassageSide,
    /// How alike the two are, 0 to 1.
    score: f64,
}

/// One side of a passage.
#[derive(ToSchema)]
pub(crate) struct PassageSide {
    /// The field.
    field: TextField,
    /// Which of the field's texts, from 0.
    entry: usize,
    /// First character of the passage in that text.
    start_char: usize,
    /// Character behind the last.
    end_char: usize,
    /// The passage itself.
    text: String,
}

/// A term of the relation model.
#[derive(ToSchema)]
pub(crate) struct Reason {
    /// Its name.
    comparison: String,
    /// What it compares, in Thai.
    thai: String,
    /// What it adds to the log odds of the pair being the same work, against an average pair.
    weight: f64,
}
