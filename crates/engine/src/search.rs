//! Search: a query's words and meaning, found in the index, shown from the store.

use std::sync::Arc;

use thiap_domain::{Project, ProjectCode};
use thiap_index::{ParsedQuery, SearchMode, SearchRequest, SearchResponse, highlights, parse_query};
use thiap_model::TextKind;

use crate::answer::{Highlight, ProjectCard, SearchAnswer, SearchHit};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::indexing::blocking;

/// A ranking of codes, without what is shown of each project.
#[derive(Debug, Clone)]
pub struct Ranked {
    /// The query as it was understood.
    pub query: ParsedQuery,
    /// What was found.
    pub response: SearchResponse,
    /// The change number that the index stands at.
    pub change_number: u64,
    /// The encoder behind the cosines.
    pub model_id: String,
}

impl Engine {
    /// Searches; hits come with what is shown of each project.
    ///
    /// # Errors
    /// [`EngineError::Query`] for a query that is not understood, [`EngineError::NotIndexed`], and what store, index and
    /// encoder give.
    pub async fn search(self: &Arc<Self>, request: SearchRequest) -> Result<SearchAnswer, EngineError> {
        let ranked = self.rank(request).await?;
        let codes: Vec<ProjectCode> =
            ranked.response.hits.iter().map(|hit| hit.project_code.clone()).collect();
        let projects = self.store().projects(&codes).await?;
        let hits = ranked
            .response
            .hits
            .into_iter()
            .zip(projects)
            // a project that was withdrawn since the index was read has nothing to show
            .filter_map(|(hit, project)| project.map(|project| (hit, project)))
            .map(|(hit, project)| SearchHit {
                highlights: highlighted(&project, &ranked.query),
                project: ProjectCard::of(&project),
                hit,
            })
            .collect();
        Ok(SearchAnswer {
            query: ranked.query.original().to_owned(),
            total: ranked.response.total,
            hits,
            chips: ranked.response.chips,
            facets: ranked.response.facets,
            change_number: ranked.change_number,
            model_id: ranked.model_id,
        })
    }

    /// Searches without looking at the store: codes and scores only.
    ///
    /// # Errors
    /// As [`Self::search`].
    pub async fn rank(self: &Arc<Self>, request: SearchRequest) -> Result<Ranked, EngineError> {
        let (index, encoder) = self.opened().await?;
        blocking(move || -> Result<_, EngineError> {
            let mut query = parse_query(&request.query)?;
            query.remove_chips(&request.removed_chips);
            let vector = match (request.mode, query.embedding_text()) {
                (SearchMode::Words, _) | (_, None) => None,
                (_, Some(text)) => encoder.encode(TextKind::Query, &[&text])?.pop(),
            };
            let response = index.search(&request, vector.as_deref())?;
            Ok(Ranked {
                query,
                response,
                change_number: index.lexical_change_number(),
                model_id: encoder.model_id().to_owned(),
            })
        })
        .await
    }
}

/// The texts of a project in which words of the query stand, marked.
fn highlighted(project: &Project, query: &ParsedQuery) -> Vec<Highlight> {
    let mut entry = 0;
    let mut previous = None;
    let mut marked = Vec::new();
    for (field, text) in project.texts() {
        entry = if previous == Some(field) { entry + 1 } else { 0 };
        previous = Some(field);
        let spans: Vec<_> =
            highlights(text, query).into_iter().filter_map(|span| span.in_characters(text)).collect();
        if !spans.is_empty() {
            marked.push(Highlight { field, entry, text: text.to_owned(), spans });
        }
    }
    marked
}
