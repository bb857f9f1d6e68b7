//! Answers on standard output.

use std::io::{self, IsTerminal, Write};

use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

use crate::args::Format;

/// Where answers go, and in which form: for people on a terminal, JSON lines for programs.
pub struct Output {
    pub format: Format,
}

impl Output {
    pub fn new(asked: Option<Format>) -> Self {
        let fallback = if io::stdout().is_terminal() { Format::Table } else { Format::Jsonl };
        Self { format: asked.unwrap_or(fallback) }
    }

    /// Writes one answer of many, a line of JSON.
    pub fn line(&self, answer: &impl Serialize) -> io::Result<()> {
        let mut out = io::stdout().lock();
        serde_json::to_writer(&mut out, answer)?;
        out.write_all(b"\n")
    }

    /// Writes a single document of JSON, indented.
    pub fn document(&self, answer: &impl Serialize) -> io::Result<()> {
        let mut out = io::stdout().lock();
        serde_json::to_writer_pretty(&mut out, answer)?;
        out.write_all(b"\n")
    }

    /// Writes a summary: indented for people and for `json`, a line for programs.
    pub fn summary(&self, answer: &impl Serialize) -> io::Result<()> {
        if self.format == Format::Jsonl { self.line(answer) } else { self.document(answer) }
    }

    /// Writes text for people.
    pub fn text(&self, text: &str) -> io::Result<()> {
        writeln!(io::stdout().lock(), "{text}")
    }
}

/// Columns of a table: what a terminal on an office screen shows.
const TABLE_COLUMNS: u16 = 130;

/// A table of that width; long cells are wrapped.
pub fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(TABLE_COLUMNS)
        .set_header(header);
    table
}

/// A part of a text that fits a cell.
pub fn shortened(text: &str, characters: usize) -> String {
    if text.chars().count() <= characters {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(characters.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// Whether an error only says that the reader of our output has gone.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
            || cause
                .downcast_ref::<serde_json::Error>()
                .is_some_and(|error| error.io_error_kind() == Some(io::ErrorKind::BrokenPipe))
    })
}
