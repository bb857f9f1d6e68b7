//! Queries: how they are written, and what is understood of them.

mod chips;
mod error;
mod fields;
mod highlight;
mod parse;

pub use chips::{Chip, ChipKind, ChipValue};
pub use error::{QueryError, QueryErrorKind};
pub use fields::QueryField;
pub use highlight::highlights;
pub use parse::{Clause, ClauseContent, LONGEST_QUERY_CHARACTERS, MOST_CLAUSES, ParsedQuery, parse_query};
