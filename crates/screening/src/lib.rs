//! What a duplicate is: from candidates to aspects, relation, likelihood and passages.
//!
//! A [`Profile`] holds everything that comparisons need of one project, read once. [`compare`] looks at a draft beside a
//! project from all sides ([`FeatureValues`]: named numbers that a person can read) and tells the relation, a calibrated
//! likelihood, each aspect and the terms that decided, by a [`RelationModel`] of a few logistic regressions. [`passages`]
//! finds the parts of both texts that made the match, [`undone`] names what differed in writing and was looked through; [`verdict`] sums up a draft over all its candidates. The module
//! [`training`] makes a model from labelled pairs.

mod area;
mod aspects;
mod comparing;
mod comparison;
mod corpus;
mod families;
mod feature;
mod hash;
mod marks;
mod meaning_space;
mod mentions;
mod misspelling;
mod model;
mod owner;
mod passages;
mod profile;
mod summary;
mod target_group;
mod text;
mod things;
pub mod training;
mod tree;
mod undone;
mod vectors;
mod verdict;
mod vocabulary;

pub use aspects::AspectComparison;
pub use comparison::{Comparison, Difference, Reason, compare};
pub use corpus::{CorpusStatistics, CountedCorpus, RememberedStatistics, UnknownCorpus};
pub use families::{Family, FamilyLink, FamilyRules, carried_on, families};
pub use feature::{Feature, FeatureValues};
pub use meaning_space::{MeaningSpace, TextKind};
pub use model::{AspectStep, Provenance, RelationModel, RelationModelError, RelationSteps, Step};
pub use passages::{Passage, Place, passages};
pub use profile::Profile;
pub use summary::{summary_english, summary_thai};
pub use tree::{Branch, NoTree, Tree};
pub use undone::{Undone, undone};
pub use vectors::TextVectors;
pub use verdict::{Thresholds, verdict};
