//! An index is built from changes and answers as the projects in it say.

use std::path::Path;

use thiap_domain::{BudgetLine, FiscalYear, Project, ProjectCode};
use thiap_index::{Index, IndexWriter, ModelIdentity, ProjectVectors, SearchRequest, vector_texts};

fn code(code: &str) -> ProjectCode {
    ProjectCode::new(code).unwrap()
}

fn project(name: &str, title: &str, ministry: &str, year: i32) -> Project {
    let mut project = Project::titled(code(name), title.into());
    project.owner.ministry = ministry.into();
    project.fiscal_year_be = FiscalYear::from_be(year).ok();
    project.budgets.push(BudgetLine {
        fiscal_year_be: None,
        source: String::new(),
        baht: thiap_domain::Baht::from_satang(1_000_000_00),
    });
    project
}

const DIMENSIONS: usize = 64;

/// Hashed character trigrams: texts that share wording are near each other.
fn embed(text: &str) -> Vec<f32> {
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

fn vectors(project: &Project) -> ProjectVectors {
    let fields = vector_texts(project).into_iter().map(|(field, text)| (field, embed(&text))).collect();
    ProjectVectors { fields }
}

fn model() -> ModelIdentity {
    ModelIdentity::new("hashed-trigrams", DIMENSIONS)
}

fn build(directory: &Path, projects: &[Project]) -> Index {
    let mut writer = IndexWriter::open_or_create(directory, &model()).unwrap();
    let with_vectors: Vec<_> = projects.iter().map(|p| (p.project_code.clone(), vectors(p))).collect();
    writer.apply_lexical(projects, &[], projects.len() as u64).unwrap();
    writer.apply_vectors(&with_vectors, &[], projects.len() as u64).unwrap();
    writer.finish().unwrap();
    Index::open(directory, &model()).unwrap()
}

fn search(index: &Index, request: &SearchRequest) -> thiap_index::SearchResponse {
    let parsed = thiap_index::parse_query(&request.query).unwrap();
    let vector = parsed.embedding_text().map(|text| embed(&text));
    index.search(request, vector.as_deref()).unwrap()
}

fn query(query: &str) -> SearchRequest {
    SearchRequest { query: query.into(), limit: 10, facets: true, ..SearchRequest::default() }
}

fn three() -> Vec<Project> {
    vec![
        project("A1", "พัฒนาคุณภาพชีวิตผู้สูงอายุ", "กระทรวงแรงงาน", 2565),
        project("A2", "ก่อสร้างถนนคอนกรีตเสริมเหล็ก", "กระทรวงคมนาคม", 2566),
        project("A3", "อบรมอาชีพผู้สูงอายุ", "กระทรวงแรงงาน", 2566),
    ]
}

#[test]
fn finds_what_is_there_and_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    let index = build(directory.path(), &three());
    let found = search(&index, &query("ผู้สูงอายุ"));
    let codes: Vec<&str> = found.hits.iter().map(|hit| hit.project_code.as_str()).collect();
    assert_eq!(found.total, 2, "{found:?}");
    assert!(codes.contains(&"A1") && codes.contains(&"A3"));
    assert_eq!(search(&index, &query("xyzzy plugh")).total, 0);
    assert_eq!(search(&index, &query("")).total, 3);
    assert_eq!(search(&index, &query("ผู้สูงอายุ -อบรม")).total, 1);
    assert_eq!(search(&index, &query("ministry:แรงงาน ปี:2566")).total, 1);
    for hit in &found.hits {
        assert_eq!(hit.score, found.fusion.score(&hit.legs));
    }
}

#[test]
fn zero_projects_are_searched_without_a_fuss() {
    let directory = tempfile::tempdir().unwrap();
    let index = build(directory.path(), &[]);
    assert_eq!(search(&index, &query("ผู้สูงอายุ")).total, 0);
    assert_eq!(index.document_count(), 0);
}
