//! Drafts given on the command line: a file of them, or a folder of such files.

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Serialize;
use thiap_domain::Project;
use thiap_engine::record::{ReadOptions, RecordReader};
use thiap_engine::{EngineError, Progress};

use crate::args::Format;
use crate::input::InputFile;
use crate::output::Output;

/// A line for a draft that could not be worked on.
#[derive(Serialize)]
struct ErrorLine<'a> {
    draft_id: &'a str,
    error: String,
}

/// Drafts one after the other; what is none is told at once and passed over.
pub struct Drafts<'a> {
    files: std::vec::IntoIter<InputFile>,
    /// Whether the files lie in a folder, so that rows are called after their file.
    in_folder: bool,
    /// The rows of a file, and the file, which may have to stay open.
    rows: Option<(RecordReader, InputFile)>,
    all_read: bool,
    output: &'a Output,
    progress: &'a dyn Progress,
}

impl<'a> Drafts<'a> {
    /// Opens a file, a folder or standard input.
    pub fn open(path: &Path, output: &'a Output, progress: &'a dyn Progress) -> anyhow::Result<Self> {
        let in_folder = path.is_dir();
        let files = if in_folder {
            let files = files_of(path).with_context(|| path.display().to_string())?;
            anyhow::ensure!(!files.is_empty(), "{} holds no files", path.display());
            files.into_iter().map(InputFile::Named).collect()
        } else {
            vec![InputFile::open(path)?]
        };
        let mut drafts =
            Self { files: files.into_iter(), in_folder, rows: None, all_read: true, output, progress };
        // what is wrong with the only file ends the command before anything else happens
        if !in_folder {
            drafts.open_next()?;
        }
        Ok(drafts)
    }

    /// Whether everything so far was a draft.
    pub fn all_read(&self) -> bool {
        self.all_read
    }

    /// The next draft; `None` when there is no more.
    pub fn next_draft(&mut self) -> anyhow::Result<Option<Project>> {
        loop {
            let Some((rows, file)) = &mut self.rows else {
                if self.files.len() == 0 {
                    return Ok(None);
                }
                let name = self.files.as_slice().first().map(|file| file.path().display().to_string());
                if let Err(error) = self.open_next() {
                    self.refuse(&name.unwrap_or_default(), &error)?;
                }
                continue;
            };
            let refused = match rows.next() {
                None => {
                    self.rows = None;
                    continue;
                }
                Some(Ok(row)) => match row.project {
                    Ok(draft) => return Ok(Some(draft)),
                    Err(problems) => {
                        let row = format!("row {}", row.row);
                        let draft =
                            if self.in_folder { format!("{} {row}", file.path().display()) } else { row };
                        (draft.clone(), EngineError::Draft { draft, problems })
                    }
                },
                // the rest of this file cannot be read
                Some(Err(error)) if self.in_folder => {
                    let name = file.path().display().to_string();
                    self.rows = None;
                    (name, error.into())
                }
                Some(Err(error)) => return Err(EngineError::from(error).into()),
            };
            self.refuse(&refused.0, &refused.1)?;
        }
    }

    fn open_next(&mut self) -> Result<(), EngineError> {
        let Some(file) = self.files.next() else { return Ok(()) };
        let mut options = ReadOptions::of_drafts();
        if self.in_folder {
            let stem = file.path().file_stem().unwrap_or_default().to_string_lossy();
            options.row_code = Some(format!("{stem}-row-"));
        }
        self.rows = Some((RecordReader::open(file.path(), &options)?, file));
        Ok(())
    }

    fn refuse(&mut self, draft: &str, error: &EngineError) -> anyhow::Result<()> {
        self.all_read = false;
        self.progress.notice(&error.to_string());
        if self.output.format != Format::Table {
            self.output.line(&ErrorLine { draft_id: draft, error: error.to_string() })?;
        }
        Ok(())
    }
}

/// The files of a folder by name; hidden ones and folders within are left alone.
fn files_of(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.path().is_file() && !entry.file_name().to_string_lossy().starts_with('.') {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}
