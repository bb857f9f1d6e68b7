//! What the tests of the index share: an embedding without a model, small projects, an index in a folder.
#![allow(dead_code)] // each test binary uses its part

use std::path::Path;

use thiap_domain::{Area, AreaCode, Baht, BudgetLine, FiscalYear, Project, ProjectCode};
use thiap_index::{
    Index, IndexWriter, ModelIdentity, ProjectVectors, SearchRequest, SearchResponse, parse_query,
    vector_texts,
};

pub const DIMENSIONS: usize = 64;

/// Hashed character trigrams: texts that share wording are near each other.
pub fn embed(text: &str) -> Vec<f32> {
    let characters: Vec<char> = text.chars().collect();
    let mut vector = vec![0.0f32; DIMENSIONS];
    for window in characters.windows(3.min(characters.len().max(1))) {
        let hash = window.iter().fold(0xcbf2_9ce4_8422_2325u64, |hash, c| {
            (hash ^ u64::from(u32::from(*c))).wrapping_mul(0x0000_0100_0000_01b3)
        });
        vector[(hash >> 32) as usize % DIMENSIONS] += if hash & 1 == 0 { 1.0 } else { -1.0 };
    }
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-6);
    vector.into_iter().map(|x| x / length).collect()
}

pub fn vectors(project: &Project) -> ProjectVectors {
    let fields = vector_texts(project).into_iter().map(|(field, text)| (field, embed(&text))).collect();
    ProjectVectors { fields }
}

pub fn with_vectors(projects: &[Project]) -> Vec<(ProjectCode, ProjectVectors)> {
    projects.iter().map(|project| (project.project_code.clone(), vectors(project))).collect()
}

pub fn model() -> ModelIdentity {
    ModelIdentity::new("hashed-trigrams", DIMENSIONS)
}

pub fn code(code: &str) -> ProjectCode {
    ProjectCode::new(code).unwrap()
}

pub fn project(name: &str, title: &str, ministry: &str, year: i32) -> Project {
    let mut project = Project::titled(code(name), title.into());
    project.owner.ministry = ministry.into();
    project.fiscal_year_be = FiscalYear::from_be(year).ok();
    project.budgets.push(BudgetLine {
        fiscal_year_be: None,
        source: String::new(),
        baht: Baht::from_satang(100_000_000),
    });
    project
}

pub fn in_area(mut project: Project, number: u32) -> Project {
    let code = AreaCode::try_from(number).ok();
    project.areas = vec![Area { code, ..Area::default() }];
    project
}

pub fn writer(directory: &Path) -> IndexWriter {
    IndexWriter::open_or_create(directory, &model()).unwrap()
}

pub fn open(directory: &Path) -> Index {
    Index::open(directory, &model()).unwrap()
}

/// Writes projects and their vectors in one go.
pub fn build(directory: &Path, projects: &[Project]) -> Index {
    let mut writer = writer(directory);
    writer.apply_lexical(projects, &[], projects.len() as u64).unwrap();
    writer.apply_vectors(&with_vectors(projects), &[], projects.len() as u64).unwrap();
    writer.finish().unwrap();
    open(directory)
}

pub fn search(index: &Index, request: &SearchRequest) -> SearchResponse {
    let vector = parse_query(&request.query).unwrap().embedding_text().map(|text| embed(&text));
    index.search(request, vector.as_deref()).unwrap()
}

pub fn query(query: &str) -> SearchRequest {
    SearchRequest { query: query.into(), limit: 100, facets: true, ..SearchRequest::default() }
}

pub fn codes(response: &SearchResponse) -> Vec<&str> {
    response.hits.iter().map(|hit| hit.project_code.as_str()).collect()
}
