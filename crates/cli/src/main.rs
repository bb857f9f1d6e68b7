//! `thiap`: flags, settings, logs, progress; puts the parts together and turns errors into messages and an exit status.

mod args;
mod commands;
mod drafts;
mod input;
mod output;
mod progress;
mod settings;

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use thiap_engine::{Engine, Progress, Silent};
use tracing_subscriber::EnvFilter;

use crate::args::{Arguments, Command, Format};
use crate::output::Output;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(
            EnvFilter::try_from_env("THIAP_LOG").unwrap_or_else(|_| EnvFilter::new("warn,thiap_server=info")),
        )
        .init();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("thiap: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(&arguments)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        // whoever read our output has had enough
        Err(error) if output::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("thiap: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the command; whether all that was asked could be answered.
async fn run(arguments: &Arguments) -> anyhow::Result<bool> {
    let progress: Box<dyn Progress> =
        if arguments.quiet { Box::new(Silent) } else { Box::new(progress::Bars::default()) };
    let progress = &*progress;
    let output = Output::new(arguments.format);
    let options = settings::engine_options(arguments)?;
    match &arguments.command {
        Command::Segment(segment) => return commands::text::segment(segment, &output).map(|()| true),
        Command::Ner(ner) => return commands::text::ner(ner, &output).map(|()| true),
        Command::Embed(embed) => {
            return commands::text::embed(options.model.as_deref(), embed, &output).await.map(|()| true);
        }
        Command::Synth(synth) => return commands::synth::synth(synth, &output, progress).map(|()| true),
        Command::Evaluate(evaluate) => {
            return commands::evaluate::evaluate(options, evaluate, &output, progress).await.map(|()| true);
        }
        _ => {}
    }
    let folder = options.folder.clone();
    let engine = Arc::new(Engine::open(options).await?);
    match &arguments.command {
        Command::Import(import) => commands::data::import(&engine, import, &output, progress).await?,
        Command::Index(index) => commands::data::index(&engine, index, &output, progress).await?,
        Command::Status => commands::data::status(&engine, &folder, &output).await?,
        Command::Show(show) => commands::data::show(&engine, show, &output).await?,
        Command::Search(search) => return commands::search::search(&engine, search, &output).await,
        Command::Check(check) => return commands::check::check(&engine, check, &output, progress).await,
        Command::Report(report) => return commands::report::report(&engine, report, &output, progress).await,
        Command::Compare(compare) => return commands::check::compare(&engine, compare, &output).await,
        Command::Screen(screen) => commands::screen::screen(&engine, screen, &output, progress).await?,
        Command::Family(family) => commands::screen::family(&engine, family, &output).await?,
        Command::Decide(decide) => commands::decisions::decide(&engine, decide, &output).await?,
        Command::Decisions(decisions) => {
            commands::decisions::decisions(&engine, decisions, &output, progress).await?;
        }
        Command::Train(train) => commands::evaluate::train(&engine, train, &output, progress).await?,
        Command::Serve(serve) => commands::serve::serve(engine, serve).await?,
        Command::Demo(demo) => {
            // a demonstration is for people, wherever its output goes
            let output = Output { format: arguments.format.unwrap_or(Format::Table) };
            commands::serve::demo(engine, demo, &output, progress).await?;
        }
        Command::Segment(_)
        | Command::Ner(_)
        | Command::Embed(_)
        | Command::Synth(_)
        | Command::Evaluate(_) => {}
    }
    Ok(true)
}
