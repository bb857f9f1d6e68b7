//! `synth`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context;
use serde::Serialize;
use thiap_engine::Progress;
use thiap_evaluation::{PlantedPair, Synthesis, SynthesisOptions};

use crate::args::SynthArguments;
use crate::output::Output;

/// What was written.
#[derive(Serialize)]
struct SynthSummary<'a> {
    output: &'a Path,
    projects: u64,
    pairs: usize,
    drafts: usize,
    judgements: usize,
}

/// Writes an invented corpus with its gold.
pub fn synth(arguments: &SynthArguments, output: &Output, progress: &dyn Progress) -> anyhow::Result<()> {
    let folder = &arguments.output;
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let mut corpus = Synthesis::new(SynthesisOptions {
        projects: arguments.projects,
        drafts: arguments.drafts,
        seed: arguments.seed,
    });
    progress.begin("synth", Some(arguments.projects as u64));
    let projects = write_lines(&folder.join("projects.jsonl"), corpus.by_ref(), progress)?;
    progress.end();
    let gold = corpus.finish();
    write_pairs(&folder.join("pairs.tsv"), ["project_code_a", "project_code_b"], &gold.pairs)?;
    write_lines(&folder.join("drafts.jsonl"), gold.drafts.iter(), progress)?;
    write_pairs(&folder.join("judgements.tsv"), ["draft_id", "project_code"], &gold.judgements)?;
    output.summary(&SynthSummary {
        output: folder,
        projects,
        pairs: gold.pairs.len(),
        drafts: gold.drafts.len(),
        judgements: gold.judgements.len(),
    })?;
    Ok(())
}

/// JSON, a line each; how many.
fn write_lines(
    path: &Path,
    records: impl Iterator<Item = impl Serialize>,
    progress: &dyn Progress,
) -> anyhow::Result<u64> {
    let write = || -> std::io::Result<u64> {
        let mut file = BufWriter::new(File::create(path)?);
        let mut count = 0;
        for record in records {
            serde_json::to_writer(&mut file, &record)?;
            file.write_all(b"\n")?;
            progress.advance(1);
            count += 1;
        }
        file.flush()?;
        Ok(count)
    };
    write().with_context(|| path.display().to_string())
}

fn write_pairs(path: &Path, sides: [&str; 2], pairs: &[PlantedPair]) -> anyhow::Result<()> {
    let [draft, project] = sides;
    let write = || -> std::io::Result<()> {
        let mut file = BufWriter::new(File::create(path)?);
        writeln!(file, "{draft}\t{project}\trelation")?;
        for pair in pairs {
            writeln!(file, "{}\t{}\t{}", pair.draft, pair.project, pair.relation.name())?;
        }
        file.flush()
    };
    write().with_context(|| path.display().to_string())
}
