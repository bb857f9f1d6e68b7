//! `serve` and `demo`.

use std::sync::Arc;

use anyhow::Context;
use thiap_engine::record::{ReadOptions, RecordReader};
use thiap_engine::{Engine, EngineError, Progress};
use thiap_server::ServerOptions;

use super::check::write_check;
use crate::args::{DemoArguments, ServeArguments};
use crate::output::Output;

/// The invented projects, and the drafts that repeat some of them.
const PROJECTS: &str = include_str!("../../../../fixtures/projects/projects.jsonl");
const DRAFTS: &str = include_str!("../../../../fixtures/screening/drafts.jsonl");
/// The draft that is shown: a reworded repetition of one of the projects.
const SHOWN_DRAFT: &str = "F-001";

/// Serves until it is told to stop.
pub async fn serve(engine: Arc<Engine>, arguments: &ServeArguments) -> anyhow::Result<()> {
    let options = ServerOptions {
        listen: arguments.listen,
        allow_import: arguments.allow_import,
        allow_decisions: arguments.allow_decisions,
        ..ServerOptions::default()
    };
    thiap_server::serve(engine, options, |address| {
        eprintln!("Thiap: http://{address}/  API: http://{address}/api/docs/  (Ctrl-C stops it)");
    })
    .await?;
    Ok(())
}

/// Fills the store from the invented projects, checks a draft, prints the answer, serves the page.
pub async fn demo(
    engine: Arc<Engine>,
    arguments: &DemoArguments,
    output: &Output,
    progress: &dyn Progress,
) -> anyhow::Result<()> {
    let folder = tempfile::tempdir().context("a temporary folder")?;
    let file = |name: &str, text: &str| -> anyhow::Result<std::path::PathBuf> {
        let path = folder.path().join(name);
        std::fs::write(&path, text).with_context(|| path.display().to_string())?;
        Ok(path)
    };
    let projects = file("projects.jsonl", PROJECTS)?;
    let drafts = file("drafts.jsonl", DRAFTS)?;
    let imported = engine.import(&projects, None, progress).await?;
    eprintln!("{} invented projects in the store, {} of them new", imported.rows, imported.added);
    let indexed = engine.index(false, progress).await?;
    eprintln!("indexed up to change {} with {}", indexed.change_number, indexed.model_id);
    let options = ReadOptions::of_drafts();
    let mut shown = None;
    for row in RecordReader::open(&drafts, &options).map_err(EngineError::from)? {
        let row = row.map_err(EngineError::from)?;
        if let Ok(draft) = row.project
            && draft.project_code.as_str() == SHOWN_DRAFT
        {
            shown = Some(draft);
        }
    }
    let draft = shown.context("the sample draft is missing from this program")?;
    eprintln!("checking the draft {SHOWN_DRAFT}: {}\n", draft.title);
    for answer in engine.check(vec![draft], 50).await? {
        write_check(&answer, output)?;
    }
    if arguments.no_serve { Ok(()) } else { serve(engine, &arguments.serve).await }
}
