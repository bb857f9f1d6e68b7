//! What the command runs with: flags, environment and settings file, resolved.

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Deserialize;
use thiap_engine::{EngineOptions, Thresholds};

use crate::args::{Arguments, Command};

/// The settings file: everything optional, unknown keys refused.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SettingsFile {
    /// Folder of another encoder.
    model: Option<PathBuf>,
    /// Weights of the duplicate check, as `thiap train` writes them.
    relation_model: Option<PathBuf>,
    /// Likelihoods from which a draft is for review, or repeats.
    thresholds: Option<Thresholds>,
}

/// The folder and options of the engine.
pub fn engine_options(arguments: &Arguments) -> anyhow::Result<EngineOptions> {
    let default = if matches!(arguments.command, Command::Demo(_)) { "thiap-demo" } else { "thiap-data" };
    let folder = arguments.data.clone().unwrap_or_else(|| PathBuf::from(default));
    let file = match &arguments.settings {
        Some(path) => read(path)?,
        None => {
            let path = folder.join("settings.toml");
            if path.exists() { read(&path)? } else { SettingsFile::default() }
        }
    };
    Ok(EngineOptions {
        folder,
        model: arguments.model.clone().or(file.model),
        relation_model: file.relation_model,
        thresholds: file.thresholds,
    })
}

fn read(path: &Path) -> anyhow::Result<SettingsFile> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("the settings file {}", path.display()))?;
    toml::from_str(&text).with_context(|| format!("the settings file {} is not understood", path.display()))
}
