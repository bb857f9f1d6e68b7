//! One function a command.

pub mod check;
pub mod data;
pub mod evaluate;
pub mod screen;
pub mod search;
pub mod serve;
pub mod text;
