//! Import: records of a file into the store, rejected rows into a file beside it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use thiap_domain::Project;
use thiap_store::{Store, UpsertOutcome, check_storable};
use tokio::sync::mpsc;

use crate::error::EngineError;
use crate::progress::Progress;
use crate::record::{FieldProblem, ReadOptions, RecordReader};

/// Rows of one transaction: enough to be fast, few enough that a cut-off import loses little work.
const BATCH_ROWS: usize = 2_000;

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ImportSummary {
    /// Rows read.
    pub rows: u64,
    /// Projects that were new.
    pub added: u64,
    /// Projects that got a new version.
    pub updated: u64,
    /// Projects that were there already, the same.
    pub unchanged: u64,
    /// Rows that were refused; each stands in the rejected file with its reasons.
    pub rejected: u64,
    /// The file of rejected rows, when there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejected_file: Option<PathBuf>,
    /// The encoding that the file was read in.
    pub encoding: String,
}

/// What the reading thread hands to the writing task.
enum Step {
    Batch(Vec<Project>),
    /// An equal row of the same file came before.
    Repeated,
    Rejected(u64, Vec<FieldProblem>),
}

/// Imports a file. Batches are saved one by one: what was saved stays when a later one fails, and running the same
/// import again goes on from there, since rows that are there already change nothing.
///
/// # Errors
/// [`EngineError`] when the file cannot be read, the store fails or the rejected file cannot be written.
pub(crate) async fn import(
    store: &Store,
    path: &Path,
    rejected_paths: [PathBuf; 2],
    options: ReadOptions,
    progress: &dyn Progress,
) -> Result<ImportSummary, EngineError> {
    let reader = RecordReader::open(path, &options)?;
    let mut summary =
        ImportSummary { encoding: reader.encoding_name().to_owned(), ..ImportSummary::default() };
    let (sender, mut steps) = mpsc::channel(4);
    let reading = tokio::task::spawn_blocking(move || read_steps(reader, &sender));
    let mut rejected = RejectedFile::new(rejected_paths);
    progress.begin("import", None);
    while let Some(step) = steps.recv().await {
        match step {
            Step::Batch(projects) => {
                summary.rows += projects.len() as u64;
                for outcome in store.upsert_projects(&projects).await? {
                    match outcome {
                        UpsertOutcome::Added => summary.added += 1,
                        UpsertOutcome::Updated => summary.updated += 1,
                        UpsertOutcome::Unchanged => summary.unchanged += 1,
                    }
                }
                progress.advance(projects.len() as u64);
            }
            Step::Repeated => {
                summary.rows += 1;
                summary.unchanged += 1;
            }
            Step::Rejected(row, problems) => {
                summary.rows += 1;
                summary.rejected += 1;
                rejected.write(row, &problems)?;
            }
        }
    }
    reading.await.map_err(|error| EngineError::Worker(error.to_string()))??;
    summary.rejected_file = rejected.finish()?;
    progress.end();
    Ok(summary)
}

/// Reads all rows into steps; stops early when the writer is gone.
fn read_steps(reader: RecordReader, steps: &mpsc::Sender<Step>) -> Result<(), EngineError> {
    let mut seen: HashMap<String, (u64, u64)> = HashMap::new();
    let mut batch = Vec::with_capacity(BATCH_ROWS);
    for record in reader {
        let record = record?;
        let step = match record.project.and_then(storable) {
            Err(problems) => Step::Rejected(record.row, problems),
            Ok(project) => {
                let mut hasher = DefaultHasher::new();
                project.hash(&mut hasher);
                match seen.entry(project.project_code.as_str().to_owned()) {
                    Entry::Vacant(entry) => {
                        entry.insert((record.row, hasher.finish()));
                        batch.push(project);
                        if batch.len() < BATCH_ROWS {
                            continue;
                        }
                        Step::Batch(std::mem::replace(&mut batch, Vec::with_capacity(BATCH_ROWS)))
                    }
                    Entry::Occupied(entry) if entry.get().1 == hasher.finish() => Step::Repeated,
                    Entry::Occupied(entry) => Step::Rejected(
                        record.row,
                        vec![FieldProblem {
                            field: "project_code",
                            reason: format!(
                                "{:?} stands in row {} already, with other content; keep one of the two rows",
                                project.project_code.as_str(),
                                entry.get().0
                            ),
                        }],
                    ),
                }
            }
        };
        if steps.blocking_send(step).is_err() {
            return Ok(());
        }
    }
    // a closed channel means that the writer failed and says so itself
    let _ = steps.blocking_send(Step::Batch(batch));
    Ok(())
}

fn storable(project: Project) -> Result<Project, Vec<FieldProblem>> {
    match check_storable(&project) {
        Ok(()) => Ok(project),
        Err(problem) => Err(vec![FieldProblem { field: "row", reason: problem.to_string() }]),
    }
}

/// The file of rejected rows, made at the first of them; one from an earlier run is removed when nothing is rejected.
struct RejectedFile {
    /// Beside the imported file, else in the data folder where that one may not be written.
    paths: [PathBuf; 2],
    open: Option<(PathBuf, csv::Writer<File>)>,
}

impl RejectedFile {
    fn new(paths: [PathBuf; 2]) -> Self {
        Self { paths, open: None }
    }

    fn write(&mut self, row: u64, problems: &[FieldProblem]) -> Result<(), EngineError> {
        let (path, writer) = match &mut self.open {
            Some(open) => open,
            none => none.insert(Self::create(&self.paths)?),
        };
        for problem in problems {
            writer
                .write_record([&row.to_string(), problem.field, &problem.reason])
                .map_err(|error| EngineError::File { path: path.clone(), source: error.into() })?;
        }
        Ok(())
    }

    fn create([beside, in_folder]: &[PathBuf; 2]) -> Result<(PathBuf, csv::Writer<File>), EngineError> {
        let (path, created) = match File::create(beside) {
            Err(error)
                if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) =>
            {
                (in_folder, File::create(in_folder))
            }
            created => (beside, created),
        };
        let failed = |source| EngineError::File { path: path.clone(), source };
        let mut file = created.map_err(failed)?;
        // spreadsheets read Thai only from UTF-8 with a mark
        file.write_all("\u{feff}".as_bytes()).map_err(failed)?;
        let mut writer = csv::Writer::from_writer(file);
        writer.write_record(["row", "field", "reason"]).map_err(|error| failed(error.into()))?;
        Ok((path.clone(), writer))
    }

    fn finish(self) -> Result<Option<PathBuf>, EngineError> {
        if let Some((path, mut writer)) = self.open {
            writer.flush().map_err(|source| EngineError::File { path: path.clone(), source })?;
            return Ok(Some(path));
        }
        for path in self.paths {
            // what cannot be removed is an old file that nobody will be sent to
            let _ = std::fs::remove_file(path);
        }
        Ok(None)
    }
}
