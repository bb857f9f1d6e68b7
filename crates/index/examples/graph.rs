//! Measures the graph against the exact scan: how many of the nearest projects it finds, and how long both take.
//!
//! ```text
//! thiap embed --input queries.jsonl > embeddings.jsonl
//! cp -r DATA/index-ID INDEX
//! cargo run --release -p thiap-index --example graph -- INDEX MODEL_ID queries.jsonl embeddings.jsonl
//! ```
//! Both files have a line a query: `{"text"}` and `{"embedding"}`. `INDEX` gets a graph, so give it a copy.

use std::collections::HashSet;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use thiap_index::{Index, IndexWriter, ModelIdentity, SearchMode, SearchRequest};

/// Hits of each query that are compared.
const DEPTH: usize = 50;

type Found = (Vec<HashSet<String>>, Duration);

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [directory, model_id, queries, embeddings] = arguments.as_slice() else {
        return Err("INDEX MODEL_ID QUERIES EMBEDDINGS are needed".into());
    };
    let lines = |path: &str| -> Result<Vec<serde_json::Value>, Box<dyn Error>> {
        Ok(fs::read_to_string(path)?.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
    };
    let mut asked: Vec<(String, Vec<f32>)> = Vec::new();
    for (query, embedding) in lines(queries)?.iter().zip(lines(embeddings)?) {
        let text = query["text"].as_str().ok_or("a query needs its text")?.to_owned();
        asked.push((text, serde_json::from_value(embedding["embedding"].clone())?));
    }
    let dimensions = asked.first().map_or(0, |(_, vector)| vector.len());
    let model = ModelIdentity::new(model_id, dimensions);
    let directory = Path::new(directory);
    let (exact, scan) = search(&Index::open(directory, &model)?, &asked)?;
    let begin = Instant::now();
    IndexWriter::open_or_create(directory, &model)?.finish_with_graph_from(1)?;
    println!("graph built in {:?}", begin.elapsed());
    let index = Index::open(directory, &model)?;
    assert!(index.has_graph());
    let (near, graph) = search(&index, &asked)?;
    let wanted: usize = exact.iter().map(HashSet::len).sum();
    let found: usize = exact.iter().zip(&near).map(|(exact, near)| exact.intersection(near).count()).sum();
    println!("{found} of the {wanted} nearest projects found, {:.4}", found as f64 / wanted.max(1) as f64);
    println!("a search takes {:?} by the scan, {:?} by the graph", scan, graph);
    Ok(())
}

/// The nearest projects of each query, and the mean time of a search.
fn search(index: &Index, asked: &[(String, Vec<f32>)]) -> Result<Found, Box<dyn Error>> {
    let begin = Instant::now();
    let mut found = Vec::new();
    for (text, vector) in asked {
        let request = SearchRequest {
            query: text.clone(),
            mode: SearchMode::Meaning,
            limit: DEPTH,
            ..SearchRequest::default()
        };
        let hits = index.search(&request, Some(vector))?.hits;
        found.push(hits.into_iter().map(|hit| hit.project_code.to_string()).collect());
    }
    Ok((found, begin.elapsed() / asked.len().max(1) as u32))
}
