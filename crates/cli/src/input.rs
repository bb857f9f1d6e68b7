//! Files given on the command line; `-` is standard input.

use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::de::DeserializeOwned;
use tempfile::NamedTempFile;

/// A file to read from its beginning, as often as needed.
pub enum InputFile {
    /// As named.
    Named(PathBuf),
    /// Standard input, kept in a temporary file.
    Spooled(NamedTempFile),
}

impl InputFile {
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        if path != Path::new("-") {
            return Ok(Self::Named(path.to_owned()));
        }
        let mut file = NamedTempFile::new().context("a temporary file for standard input")?;
        io::copy(&mut io::stdin().lock(), &mut file).context("standard input")?;
        Ok(Self::Spooled(file))
    }

    pub fn path(&self) -> &Path {
        match self {
            Self::Named(path) => path,
            Self::Spooled(file) => file.path(),
        }
    }
}

/// The lines of a file or of standard input; not a line is held longer than it is needed.
pub fn lines(path: Option<&Path>) -> anyhow::Result<Box<dyn Iterator<Item = io::Result<Vec<u8>>>>> {
    let source: Box<dyn Read> = match path {
        None => Box::new(io::stdin()),
        Some(path) if path == Path::new("-") => Box::new(io::stdin()),
        Some(path) => Box::new(std::fs::File::open(path).with_context(|| path.display().to_string())?),
    };
    Ok(Box::new(BufReader::new(source).split(b'\n')))
}

/// JSON lines: a value a line, empty lines passed over. A broken line is an error that names it.
pub fn json_lines<T: DeserializeOwned>(
    path: &Path,
) -> anyhow::Result<impl Iterator<Item = anyhow::Result<T>> + use<T>> {
    let name = path.display().to_string();
    Ok(lines(Some(path))?
        .zip(1..)
        .filter(|(line, _)| !line.as_ref().is_ok_and(|line| line.iter().all(u8::is_ascii_whitespace)))
        .map(move |(line, number)| {
            let mut line = line.with_context(|| name.clone())?;
            if number == 1 && line.starts_with("\u{feff}".as_bytes()) {
                line.drain(..3);
            }
            serde_json::from_slice(&line).with_context(|| format!("{name}, line {number}"))
        }))
}
