//! Measures of quality: ranking, classification of pairs, calibration, segmentation. Pure functions, no input or output.

mod calibration;
mod pairs;
mod ranking;
mod spans;

pub use calibration::{ReliabilityBin, average_precision, expected_calibration_error, reliability_table};
pub use pairs::{ConfusionTable, PrecisionRecall};
pub use ranking::{Grades, RankingMeasures, ndcg_at, precision_at, recall_at, reciprocal_rank};
pub use spans::SpanCounts;
