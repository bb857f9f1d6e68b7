//! One function a command.

pub mod check;
pub mod data;
pub mod decisions;
pub mod evaluate;
pub mod report;
pub mod screen;
pub mod search;
pub mod serve;
pub mod synth;
pub mod text;
