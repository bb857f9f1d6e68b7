//! The service over a small real store and index, without a socket.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod api;
mod decisions;
mod document;
mod import;
mod limits;
mod pages;
mod reports;
mod service;
