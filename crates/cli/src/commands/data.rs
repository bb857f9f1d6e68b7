//! `import`, `index`, `status` and `show`.

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use thiap_domain::Project;
use thiap_engine::{Engine, Progress};

use crate::args::{Format, ImportArguments, IndexArguments, ShowArguments};
use crate::output::{Output, table};

pub async fn import(
    engine: &Arc<Engine>,
    arguments: &ImportArguments,
    output: &Output,
    progress: &dyn Progress,
) -> anyhow::Result<()> {
    let summary = engine.import(&arguments.file, arguments.mapping.as_deref(), progress).await?;
    if let Some(path) = &summary.rejected_file {
        progress.notice(&format!(
            "{} rows were rejected; the reasons are in {}",
            summary.rejected,
            path.display()
        ));
    }
    output.summary(&summary)?;
    Ok(())
}

pub async fn index(
    engine: &Arc<Engine>,
    arguments: &IndexArguments,
    output: &Output,
    progress: &dyn Progress,
) -> anyhow::Result<()> {
    let summary = engine.index(arguments.rebuild, progress).await?;
    output.summary(&summary)?;
    Ok(())
}

pub async fn status(engine: &Arc<Engine>, folder: &Path, output: &Output) -> anyhow::Result<()> {
    let status = engine.status().await?;
    if output.format != Format::Table {
        output.summary(&status)?;
        return Ok(());
    }
    let at = |number: Option<u64>| number.map_or("nothing".to_owned(), |number| format!("change {number}"));
    let mut rows = table(&["data folder", &folder.display().to_string()]);
    rows.add_row(["projects", &status.projects.to_string()]);
    rows.add_row(["agencies", &status.agencies.to_string()]);
    rows.add_row(["last change", &status.change_number.to_string()]);
    rows.add_row(["words indexed to", &at(status.lexical_change_number)]);
    rows.add_row(["meaning indexed to", &at(status.vector_change_number)]);
    rows.add_row(["encoder", &status.model_id]);
    rows.add_row(["relation model", &status.relation_model_id]);
    output.text(&rows.to_string())?;
    Ok(())
}

#[derive(Serialize)]
struct Shown {
    project: Project,
    versions: usize,
}

pub async fn show(engine: &Arc<Engine>, arguments: &ShowArguments, output: &Output) -> anyhow::Result<()> {
    let project = engine.project(&arguments.project_code).await?;
    let versions = engine.versions(&arguments.project_code).await?.len();
    output.summary(&Shown { project, versions })?;
    Ok(())
}
