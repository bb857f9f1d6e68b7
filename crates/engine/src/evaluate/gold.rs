//! Labelled files: queries with graded judgements, drafts with judged projects, judged pairs.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use thiap_domain::{Agreement, Aspect, EntityType, Project, Relation};

use crate::error::EngineError;
use crate::record::{ReadOptions, RecordReader};

/// A query of a labelled file.
#[derive(Debug, Clone, Deserialize)]
pub struct GoldQuery {
    /// Its id.
    pub query_id: String,
    /// What is asked.
    pub query: String,
    /// What sort of query it is; measures are given by kind as well.
    #[serde(default)]
    pub kind: String,
    /// Which part of the labelled set it belongs to.
    #[serde(default)]
    pub split: String,
    /// Filters as in the contract.
    #[serde(default)]
    pub filters: serde_json::Value,
}

/// Queries and, by query id, the grade of each judged project.
#[derive(Debug, Clone)]
pub struct GoldQueries {
    /// The queries.
    pub queries: Vec<GoldQuery>,
    /// Grades by query id and project code.
    pub grades: HashMap<String, HashMap<String, u8>>,
}

/// A judged pair of a draft, or of a project read as one, and an existing project.
#[derive(Debug, Clone)]
pub struct GoldPair {
    /// The draft's id or the first project's code.
    pub draft: String,
    /// The existing project's code.
    pub project_code: String,
    /// The label.
    pub relation: Relation,
    /// The labels of the aspects that were judged.
    pub aspects: BTreeMap<Aspect, Agreement>,
}

/// A file of judged pairs.
#[derive(Debug, Clone)]
pub struct GoldPairs {
    /// The file.
    pub path: PathBuf,
    /// The drafts that the pairs name; `None` when both sides are projects of the store.
    pub drafts: Option<Vec<Project>>,
    /// The pairs.
    pub pairs: Vec<GoldPair>,
}

fn unreadable(path: &Path) -> impl Fn(std::io::Error) -> EngineError + '_ {
    move |source| EngineError::File { path: path.to_owned(), source }
}

fn malformed(path: &Path, line: usize, reason: impl Into<String>) -> EngineError {
    EngineError::Gold { path: path.to_owned(), line, reason: reason.into() }
}

/// The other file of a pair: the same folder, the name with `from` replaced by `to` and another ending.
fn companion(path: &Path, from: &str, to: &str, ending: &str) -> PathBuf {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    path.with_file_name(format!("{}.{ending}", stem.replacen(from, to, 1)))
}

/// Reads queries and their judgements: `queries*.jsonl` with `qrels*.tsv` beside it (either may be named), TREC style:
/// query id, 0, project code, grade, between tabs.
///
/// # Errors
/// [`EngineError::Gold`] with file and line, or [`EngineError::File`].
pub fn read_queries(path: &Path) -> Result<GoldQueries, EngineError> {
    let named_judgements = path.extension().is_some_and(|ending| ending == "tsv");
    let (queries_path, judgements_path) = if named_judgements {
        (companion(path, "qrels", "queries", "jsonl"), path.to_owned())
    } else {
        (path.to_owned(), companion(path, "queries", "qrels", "tsv"))
    };
    let text = std::fs::read_to_string(&queries_path).map_err(unreadable(&queries_path))?;
    let mut queries = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let query: GoldQuery = serde_json::from_str(line)
            .map_err(|error| malformed(&queries_path, index + 1, error.to_string()))?;
        queries.push(query);
    }
    let mut grades: HashMap<String, HashMap<String, u8>> = HashMap::new();
    let text = std::fs::read_to_string(&judgements_path).map_err(unreadable(&judgements_path))?;
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [query_id, _, code, grade] = cells[..] else {
            return Err(malformed(
                &judgements_path,
                index + 1,
                "four cells are expected: query, 0, project, grade",
            ));
        };
        let grade = grade
            .trim()
            .parse()
            .map_err(|_| malformed(&judgements_path, index + 1, "the grade is no number"))?;
        grades.entry(query_id.to_owned()).or_default().insert(code.to_owned(), grade);
    }
    Ok(GoldQueries { queries, grades })
}

/// A text with its labelled mentions.
#[derive(Debug, Clone, Deserialize)]
pub struct GoldMentions {
    /// The text.
    pub text: String,
    /// What it names.
    #[serde(alias = "entities")]
    pub mentions: Vec<GoldMention>,
}

/// A labelled mention; places are counted in characters (Unicode code points).
#[derive(Debug, Clone, Deserialize)]
pub struct GoldMention {
    /// Where it begins.
    pub start: usize,
    /// Where it ends, the character after the last one.
    pub end: usize,
    /// What kind of thing it names.
    #[serde(rename = "type", alias = "label")]
    pub entity_type: EntityType,
}

/// Reads labelled texts: JSON lines `{"text", "mentions": [{"start", "end", "type"}]}`.
///
/// # Errors
/// [`EngineError::Gold`] with the line, or [`EngineError::File`].
pub fn read_mentions(path: &Path) -> Result<Vec<GoldMentions>, EngineError> {
    let text = std::fs::read_to_string(path).map_err(unreadable(path))?;
    let mut texts = Vec::new();
    for (line, number) in text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty()) {
        let labelled: GoldMentions =
            serde_json::from_str(line).map_err(|error| malformed(path, number, error.to_string()))?;
        let characters = labelled.text.chars().count();
        if let Some(wrong) =
            labelled.mentions.iter().find(|mention| mention.start >= mention.end || mention.end > characters)
        {
            let reason = format!("a mention from {} to {} is not in the text", wrong.start, wrong.end);
            return Err(malformed(path, number, reason));
        }
        texts.push(labelled);
    }
    Ok(texts)
}

/// Reads judged pairs: `judgements*.tsv` with `drafts*.jsonl` beside it, or `pairs*.tsv` of two project codes. The header
/// names the columns: `draft_id` or `project_code_a`, `project_code` or `project_code_b`, `relation`, and aspects.
///
/// # Errors
/// [`EngineError::Gold`] with file and line, or what reading the drafts gives.
pub fn read_pairs(path: &Path) -> Result<GoldPairs, EngineError> {
    let text = std::fs::read_to_string(path).map_err(unreadable(path))?;
    let mut lines = text.lines().enumerate();
    let header: Vec<&str> = lines.next().map(|(_, line)| line.split('\t').collect()).unwrap_or_default();
    let column = |names: &[&str]| header.iter().position(|cell| names.contains(cell));
    let needed = |names: &[&str]| {
        column(names)
            .ok_or_else(|| malformed(path, 1, format!("the header has no column {}", names.join(" or "))))
    };
    let draft_column = needed(&["draft_id", "project_code_a"])?;
    let project_column = needed(&["project_code", "project_code_b"])?;
    let relation_column = needed(&["relation"])?;
    let aspect_columns: Vec<(Aspect, usize)> = Aspect::ALL
        .iter()
        .filter_map(|aspect| column(&[aspect.name()]).map(|place| (*aspect, place)))
        .collect();
    let mut pairs = Vec::new();
    for (index, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |place: usize| cells.get(place).copied().unwrap_or_default();
        let relation = cell(relation_column)
            .parse::<Relation>()
            .map_err(|error| malformed(path, index + 1, error.to_string()))?;
        let mut aspects = BTreeMap::new();
        for (aspect, place) in &aspect_columns {
            let agreement = match cell(*place) {
                "same" => Agreement::Same,
                "partly" => Agreement::Partly,
                "different" => Agreement::Different,
                "unknown" | "" => Agreement::Unknown,
                other => {
                    return Err(malformed(
                        path,
                        index + 1,
                        format!("{other:?} is no agreement of an aspect"),
                    ));
                }
            };
            aspects.insert(*aspect, agreement);
        }
        pairs.push(GoldPair {
            draft: cell(draft_column).to_owned(),
            project_code: cell(project_column).to_owned(),
            relation,
            aspects,
        });
    }
    let drafts = if column(&["draft_id"]).is_some() {
        let drafts = companion(path, "judgements", "drafts", "jsonl");
        Some(read_records(&drafts, &ReadOptions::of_drafts(), |_| true)?)
    } else {
        None
    };
    Ok(GoldPairs { path: path.to_owned(), drafts, pairs })
}

/// Reads the wanted ones of the records of a file, all of which must be sound.
///
/// # Errors
/// [`EngineError::Draft`] for the first that is not, or what reading the file gives.
pub(crate) fn read_records(
    path: &Path,
    options: &ReadOptions,
    wanted: impl Fn(&Project) -> bool,
) -> Result<Vec<Project>, EngineError> {
    let mut records = Vec::new();
    for row in RecordReader::open(path, options)? {
        let row = row?;
        let record = row.project.map_err(|problems| EngineError::Draft {
            draft: format!("{} row {}", path.display(), row.row),
            problems,
        })?;
        if wanted(&record) {
            records.push(record);
        }
    }
    Ok(records)
}

/// Reads words separated by `|`, one text a line.
///
/// # Errors
/// [`EngineError::File`].
pub fn read_segmented(path: &Path) -> Result<Vec<Vec<String>>, EngineError> {
    let text = std::fs::read_to_string(path).map_err(unreadable(path))?;
    Ok(text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.split('|').filter(|word| !word.is_empty()).map(str::to_owned).collect())
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    #[test]
    fn queries_are_found_beside_their_judgements_and_the_other_way_round() {
        let folder = tempfile::tempdir().unwrap();
        let queries = write(
            folder.path(),
            "queries-x.jsonl",
            "{\"query_id\":\"Q1\",\"query\":\"ถนน\",\"kind\":\"keywords\"}\n",
        );
        let judgements = write(folder.path(), "qrels-x.tsv", "Q1\t0\tP1\t3\nQ1\t0\tP2\t0\n");
        for path in [queries, judgements] {
            let gold = read_queries(&path).unwrap();
            assert_eq!(gold.queries.len(), 1);
            assert_eq!(gold.grades["Q1"]["P1"], 3);
        }
        let broken = write(folder.path(), "qrels-y.tsv", "Q1 0 P1 3\n");
        write(folder.path(), "queries-y.jsonl", "");
        assert!(matches!(read_queries(&broken), Err(EngineError::Gold { line: 1, .. })));
    }

    #[test]
    fn pairs_come_with_their_drafts() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "drafts-1.jsonl", "{\"draft_id\":\"D-1\",\"title\":\"ขุดคลอง\"}\n");
        let judged = write(
            folder.path(),
            "judgements-1.tsv",
            "draft_id\tproject_code\trelation\ttitle\tarea\tcomment\nD-1\tP1\toverlap\tsame\tpartly\tเหตุผล\n",
        );
        let gold = read_pairs(&judged).unwrap();
        assert_eq!(gold.drafts.unwrap()[0].project_code.as_str(), "D-1");
        assert_eq!(gold.pairs[0].relation, Relation::Overlap);
        assert_eq!(gold.pairs[0].aspects[&Aspect::Area], Agreement::Partly);
        let wrong =
            write(folder.path(), "pairs-1.tsv", "project_code_a\tproject_code_b\trelation\nA\tB\tsimilar\n");
        assert!(matches!(read_pairs(&wrong), Err(EngineError::Gold { line: 2, .. })));
    }
}
