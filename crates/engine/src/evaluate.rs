//! Quality, measured on labelled data.

mod baselines;
pub(crate) mod gold;
mod ner;
mod retrieval;
mod screening;
mod segmentation;

pub use baselines::BaselineMeasure;
pub use ner::{MentionMeasure, NerReport, ner};
pub use retrieval::{RetrievalReport, retrieval};
pub use screening::{AspectAgreement, ScreeningReport, screening};
pub(crate) use screening::{first_sides, prepare_all};
pub use segmentation::{SegmentationReport, segmentation};
