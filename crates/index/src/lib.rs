//! Search over projects: by words, by character clusters and by meaning.
//!
//! [`IndexWriter`] keeps an index in a directory up to date with the changes of the store; [`Index`] searches in it.
//! Everything in the directory can be built anew from the store.
//!
//! - The lexical part is a tantivy index whose terms come from [`thiap_text`]: words with positions, and n-grams of character
//!   clusters, which find what a wrong word boundary hides. Scores are BM25F over living projects alone.
//! - The vectors are signed bytes in files that only grow; every search scans them exactly.
//! - [`parse_query`] reads what people write; [`Filters`] restrict; [`FusionParameters`] say how the legs become one score.
//!
//! A project's place in every result is a function of what is in the index, never of the order in which it came in.

mod attributes;
mod blocking;
mod candidates;
mod constraints;
mod documents;
mod durable;
mod error;
mod facets;
mod filters;
mod fusion;
mod glossary;
mod index;
mod lexical;
mod manifest;
mod meaning;
mod query;
mod scoring;
mod search;
mod snapshot;
mod vector;
mod writer;

pub use blocking::{Blocking, BlockingParameters, BlockingScope};
pub use candidates::{Candidate, CandidateLegs, RRF_K};
pub use constraints::Fulfilment;
pub use error::{IndexError, IndexPart};
pub use facets::{FacetCount, FacetCounts};
pub use filters::{AreaFilter, Filters, OneOrMany, Range};
pub use fusion::{FusionParameters, FusionWeights, Legs};
pub use index::Index;
pub use lexical::{Bm25Parameters, FieldWeights, SearchField};
pub use manifest::{FORMAT_VERSION, ModelIdentity};
pub use query::{
    Chip, ChipKind, ChipValue, Clause, ClauseContent, LONGEST_QUERY_CHARACTERS, MOST_CLAUSES, ParsedQuery,
    QueryError, QueryErrorKind, QueryField, highlights, parse_query,
};
pub use scoring::TermParameters;
pub use search::{Hit, MatchRule, SearchMode, SearchParameters, SearchRequest, SearchResponse};
pub use vector::{Placement, ProjectVectors, VectorField, vector_texts};
pub use writer::{GRAPH_FROM_VECTORS, IndexWriter};
