//! The service over a small real store and index, without a socket.

mod api;
mod document;
mod import;
mod limits;
mod pages;
mod service;
