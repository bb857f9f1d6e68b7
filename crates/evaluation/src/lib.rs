//! Measures of quality: ranking, classification of pairs, calibration, segmentation, agreement of readers; and invented
//! corpora to measure on. No input or output.

mod agreement;
mod calibration;
mod minhash;
mod pairs;
mod ranking;
mod spans;
mod synthesis;

pub use agreement::{agreeing_share, cohen_kappa, krippendorff_alpha};
pub use calibration::{ReliabilityBin, average_precision, expected_calibration_error, reliability_table};
pub use minhash::MinHash;
pub use pairs::{ConfusionTable, PrecisionRecall};
pub use ranking::{Grades, RankingMeasures, ndcg_at, precision_at, recall_at, reciprocal_rank};
pub use spans::SpanCounts;
pub use synthesis::{PlantedPair, Synthesis, SynthesisGold, SynthesisOptions};
