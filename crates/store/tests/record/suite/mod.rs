//! Tests over an opened store, for any backend.

pub mod agencies;
pub mod decisions;
pub mod feed;
pub mod model;
pub mod plans;
pub mod records;
