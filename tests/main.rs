//! Behaviour through the binary and over HTTP.

// A test ends at the first thing that is not as it must be.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod command;
mod workspace;

mod bad_input;
mod check;
mod contract;
mod crash;
mod decisions;
mod evasion;
mod import;
mod report;
mod screen;
mod serve;
