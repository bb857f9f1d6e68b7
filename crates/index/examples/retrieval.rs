//! Measures retrieval on the public budget projects: nDCG@10 and recall@50 by kind of query and by split.
//!
//! ```text
//! cargo run --release -p thiap-index --example retrieval -- --index DIR --texts texts.jsonl
//! thiap embed --input texts.jsonl > embeddings.jsonl
//! cargo run --release -p thiap-index --example retrieval -- --index DIR --embeddings embeddings.jsonl
//! ```
//! The first line writes out what is to be embedded, the second embeds it, the third builds the index in `DIR` and measures.
//! Without embeddings words and clusters are measured alone. `--keep-index yes` uses the index that is there already.
//! `--legs FILE` writes the legs of every project for every query, to choose weights with.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::Deserialize;
use thiap_domain::{
    Activity, Baht, BudgetLine, FiscalYear, PlanLevel, PlanLink, Project, ProjectCode, ProjectKind,
};
use thiap_evaluation::{Grades, RankingMeasures};
use thiap_index::{
    ChipKind, Fulfilment, Hit, Index, IndexPart, IndexWriter, ModelIdentity, ProjectVectors,
    SearchParameters, SearchRequest, parse_query, vector_texts,
};

type Failure = Box<dyn Error>;

struct Arguments {
    projects: PathBuf,
    topics: PathBuf,
    index: PathBuf,
    embeddings: Option<PathBuf>,
    texts: Option<PathBuf>,
    legs: Option<PathBuf>,
    show: Option<String>,
    keep_index: bool,
}

fn arguments() -> Result<Arguments, Failure> {
    let mut values: HashMap<String, String> = HashMap::new();
    let mut rest = std::env::args().skip(1);
    while let Some(name) = rest.next() {
        let value = rest.next().ok_or_else(|| format!("{name} needs a value"))?;
        values.insert(name.trim_start_matches("--").to_owned(), value);
    }
    let mut path = |name: &str| values.remove(name).map(PathBuf::from);
    Ok(Arguments {
        projects: path("projects").unwrap_or_else(|| "../shared/data/projects-public.csv".into()),
        topics: path("topics").unwrap_or_else(|| "fixtures/public-topics".into()),
        index: path("index").ok_or("--index DIR is needed")?,
        embeddings: path("embeddings"),
        texts: path("texts"),
        legs: path("legs"),
        keep_index: path("keep-index").is_some(),
        show: values.remove("show"),
    })
}

#[derive(Deserialize)]
struct Row {
    id: String,
    fiscal_year_be: String,
    ministry: String,
    agency: String,
    plan: String,
    kind: String,
    title: String,
    items: String,
    amount_baht: String,
}

fn read_projects(path: &Path) -> Result<Vec<Project>, Failure> {
    let mut projects = Vec::new();
    for row in csv::Reader::from_path(path)?.deserialize() {
        let row: Row = row?;
        let mut project = Project::titled(ProjectCode::new(&row.id)?, row.title);
        project.kind = match row.kind.as_str() {
            "output" => ProjectKind::Output,
            "item" => ProjectKind::Item,
            _ => ProjectKind::Project,
        };
        project.fiscal_year_be = row.fiscal_year_be.parse::<FiscalYear>().ok();
        project.owner.ministry = row.ministry;
        project.owner.department = row.agency;
        project.plan_links = vec![PlanLink { level: PlanLevel::Agency, name: row.plan }]
            .into_iter()
            .filter(|p| !p.name.is_empty())
            .collect();
        project.activities = row
            .items
            .split(" | ")
            .filter(|item| !item.trim().is_empty())
            .map(|item| Activity { name: item.to_owned(), ..Activity::default() })
            .collect();
        if let Ok(baht) = Baht::parse(&row.amount_baht) {
            project.budgets =
                vec![BudgetLine { fiscal_year_be: project.fiscal_year_be, source: String::new(), baht }];
        }
        projects.push(project);
    }
    Ok(projects)
}

#[derive(Deserialize)]
struct Topic {
    query_id: String,
    query: String,
    kind: String,
    split: String,
}

fn read_topics(folder: &Path) -> Result<(Vec<Topic>, HashMap<String, HashMap<String, u8>>), Failure> {
    let topics = fs::read_to_string(folder.join("queries.jsonl"))?
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<Vec<Topic>, _>>()?;
    let mut grades: HashMap<String, HashMap<String, u8>> = HashMap::new();
    for line in fs::read_to_string(folder.join("qrels.tsv"))?.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        if let [query, _, code, grade] = fields.as_slice() {
            grades.entry((*query).to_owned()).or_default().insert((*code).to_owned(), grade.parse()?);
        }
    }
    Ok((topics, grades))
}

/// A text to embed, as `thiap embed` takes it.
fn embedding_request(kind: &str, text: &str) -> serde_json::Value {
    serde_json::json!({ "id": format!("{kind}: {text}"), "text": text, "kind": kind })
}

/// Embeddings by kind and text, as `thiap embed` gives them.
#[derive(Default)]
struct Embeddings {
    known: HashMap<String, Vec<f32>>,
    dimensions: usize,
}

impl Embeddings {
    fn read(path: &Path) -> Result<Self, Failure> {
        #[derive(Deserialize)]
        struct Line {
            id: String,
            embedding: Vec<f32>,
        }
        let mut embeddings = Self::default();
        for line in BufReader::new(File::open(path)?).lines() {
            let line: Line = serde_json::from_str(&line?)?;
            embeddings.dimensions = line.embedding.len();
            embeddings.known.insert(line.id, line.embedding);
        }
        Ok(embeddings)
    }

    fn get(&self, kind: &str, text: &str) -> Option<Vec<f32>> {
        self.known.get(&format!("{kind}: {text}")).cloned()
    }

    fn of_query(&self, query: &str) -> Option<Vec<f32>> {
        self.get("query", &parse_query(query).ok()?.embedding_text()?)
    }
}

fn main() -> Result<(), Failure> {
    let arguments = arguments()?;
    let projects = read_projects(&arguments.projects)?;
    let (topics, grades) = read_topics(&arguments.topics)?;
    let texts: Vec<_> = projects.iter().map(vector_texts).collect();
    let passages: Vec<String> = texts.iter().flatten().map(|(_, text)| text.clone()).collect();
    let queries: Vec<String> =
        topics.iter().filter_map(|topic| parse_query(&topic.query).ok()?.embedding_text()).collect();
    if let Some(path) = &arguments.texts {
        let mut file = BufWriter::new(File::create(path)?);
        let distinct: BTreeSet<&String> = passages.iter().collect();
        let queries = queries.iter().map(|text| embedding_request("query", text));
        for request in queries.chain(distinct.into_iter().map(|text| embedding_request("passage", text))) {
            writeln!(file, "{request}")?;
        }
        return Ok(());
    }
    let embeddings = match &arguments.embeddings {
        Some(path) => Embeddings::read(path)?,
        None => Embeddings::default(),
    };
    let model = ModelIdentity::new("measured", embeddings.dimensions.max(1));
    let directory = arguments.index.as_path();
    let begin = Instant::now();
    if !arguments.keep_index {
        IndexWriter::discard(directory, IndexPart::Everything, &model)?;
        let mut writer = IndexWriter::open_or_create(directory, &model)?;
        let mut change_number = 0;
        for (projects, texts) in projects.chunks(2_000).zip(texts.chunks(2_000)) {
            change_number += projects.len() as u64;
            writer.apply_lexical(projects, &[], change_number)?;
            let vectors: Vec<_> = projects
                .iter()
                .zip(texts)
                .map(|(project, texts)| {
                    let fields = texts
                        .iter()
                        .filter_map(|(field, text)| Some((*field, embeddings.get("passage", text)?)))
                        .collect();
                    (project.project_code.clone(), ProjectVectors { fields })
                })
                .collect();
            writer.apply_vectors(&vectors, &[], change_number)?;
        }
        writer.finish()?;
        eprintln!("indexed {} projects in {:?}", projects.len(), begin.elapsed());
    }
    let begin = Instant::now();
    let index = Index::open(directory, &model)?;
    eprintln!("opened in {:?}", begin.elapsed());

    if let Some(path) = &arguments.legs {
        return write_legs(path, &index, &topics, &embeddings);
    }
    let mut ranked: Vec<(&Topic, Vec<String>, u64)> = Vec::new();
    let begin = Instant::now();
    for topic in &topics {
        let vector = embeddings.of_query(&topic.query);
        let request = SearchRequest { query: topic.query.clone(), limit: 100, ..SearchRequest::default() };
        let response = index.search(&request, vector.as_deref())?;
        if arguments.show.as_deref() == Some(topic.query_id.as_str()) {
            show(topic, &response, &projects, grades.get(&topic.query_id));
        }
        let codes = response.hits.iter().map(|hit| hit.project_code.to_string()).collect();
        ranked.push((topic, codes, response.total));
    }
    eprintln!("{} searches in {:?}", topics.len(), begin.elapsed());
    report(&ranked, &grades);
    Ok(())
}

fn show(
    topic: &Topic,
    response: &thiap_index::SearchResponse,
    projects: &[Project],
    grades: Option<&HashMap<String, u8>>,
) {
    println!("{} {} ({} found)", topic.query_id, topic.query, response.total);
    let titles: HashMap<&str, &str> =
        projects.iter().map(|project| (project.project_code.as_str(), project.title.as_str())).collect();
    for hit in &response.hits {
        let code = hit.project_code.as_str();
        let grade = grades.and_then(|grades| grades.get(code)).map_or("-".to_owned(), u8::to_string);
        let title: String = titles.get(code).unwrap_or(&"").chars().take(70).collect();
        println!(
            "{:3} {grade} {:.3} {code} {title} {:?} {:?}",
            hit.rank, hit.score, hit.legs, hit.matched_words
        );
    }
}

fn report(ranked: &[(&Topic, Vec<String>, u64)], grades: &HashMap<String, HashMap<String, u8>>) {
    let empty = HashMap::new();
    let mut groups: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for (place, (topic, _, _)) in ranked.iter().enumerate() {
        groups.entry((topic.split.clone(), topic.kind.clone())).or_default().push(place);
        groups.entry((topic.split.clone(), "all".into())).or_default().push(place);
    }
    let measured: Vec<(Vec<&str>, Grades<'_>)> = ranked
        .iter()
        .map(|(topic, codes, _)| {
            let grades = grades.get(&topic.query_id).unwrap_or(&empty);
            (
                codes.iter().map(String::as_str).collect(),
                grades.iter().map(|(code, grade)| (code.as_str(), *grade)).collect(),
            )
        })
        .collect();
    println!("split     kind         queries nDCG@10 recall@50  MRR");
    for ((split, kind), places) in groups {
        let of_group = places.iter().filter_map(|&place| measured.get(place));
        let measures = RankingMeasures::of(of_group.map(|(codes, grades)| (codes.as_slice(), grades)));
        println!(
            "{split:9} {kind:12} {:7} {:7.3} {:9.3} {:5.3}  nothing similar {} of {}",
            measures.queries,
            measures.ndcg_at_10,
            measures.recall_at_50,
            measures.mrr,
            measures.answered_nothing,
            measures.queries_without_answer
        );
    }
    for ((topic, _, total), (codes, grades)) in ranked.iter().zip(&measured) {
        println!(
            "{} {:9} {:12} found {total:5} nDCG@10 {:?} recall@50 {:?} {}",
            topic.query_id,
            topic.split,
            topic.kind,
            thiap_evaluation::ndcg_at(10, codes, grades).map(|v| (v * 1000.0).round() / 1000.0),
            thiap_evaluation::recall_at(50, codes, grades, 2).map(|v| (v * 1000.0).round() / 1000.0),
            topic.query
        );
    }
}

fn state(hit: &Hit, kind: ChipKind) -> f64 {
    match hit.constraints.get(&kind) {
        None => f64::NAN,
        Some(Fulfilment::Contradicted) => -1.0,
        Some(Fulfilment::Unknown) => 0.0,
        Some(Fulfilment::Fulfilled) => 1.0,
    }
}

/// For every query: the legs of every project in the order of codes, as 32-bit floats.
fn write_legs(path: &Path, index: &Index, topics: &[Topic], embeddings: &Embeddings) -> Result<(), Failure> {
    let mut file = BufWriter::new(File::create(path)?);
    let mut parameters = SearchParameters::default();
    parameters.rule.words = 0.0;
    for topic in topics {
        let vector = embeddings.of_query(&topic.query);
        let request =
            SearchRequest { query: topic.query.clone(), limit: usize::MAX, ..SearchRequest::default() };
        let mut response = index.search_with(&request, vector.as_deref(), &parameters)?;
        response.hits.sort_by(|a, b| a.project_code.cmp(&b.project_code));
        let fusion = response.fusion;
        for hit in &response.hits {
            let legs = &hit.legs;
            let values = [
                fusion.words(legs),
                fusion.clusters(legs),
                legs.words_covered,
                legs.clusters_covered,
                legs.cosine_title.unwrap_or(f64::NAN),
                legs.cosine_work.unwrap_or(f64::NAN),
                legs.cosine_whole.unwrap_or(f64::NAN),
                state(hit, ChipKind::FiscalYear),
                state(hit, ChipKind::Area),
                state(hit, ChipKind::Agency),
                state(hit, ChipKind::Budget),
            ];
            for value in values {
                file.write_all(&(value as f32).to_le_bytes())?;
            }
        }
        eprintln!("{} {}", topic.query_id, response.hits.len());
    }
    Ok(())
}
