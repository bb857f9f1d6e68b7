//! Behaviour through the binary and over HTTP.

mod command;
mod workspace;

mod bad_input;
mod check;
mod contract;
mod crash;
mod import;
mod serve;
