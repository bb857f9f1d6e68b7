//! abbreviations
