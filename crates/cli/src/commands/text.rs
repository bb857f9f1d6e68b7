//! `segment`, `ner` and `embed`.

use std::io::Read as _;
use std::path::Path;

use anyhow::{Context, anyhow};
use serde::{Deserialize, Serialize};
use thiap_engine::{MentionAnswer, TextKind, entities, open_encoder};
use thiap_text::{Segmenter, normalise_text};

use crate::args::{EmbedArguments, Format, NerArguments, SegmentArguments};
use crate::input::{json_lines, lines};
use crate::output::{Output, table};

/// Texts that are encoded together.
const BATCH: usize = 64;

/// Cuts each line into words. A line of whatever bytes gives a line, so that input and output stay side by side.
pub fn segment(arguments: &SegmentArguments, output: &Output) -> anyhow::Result<()> {
    for line in lines(arguments.input.as_deref())? {
        let line = line.context("the input")?;
        let text = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(&line));
        let normalised = normalise_text(&text);
        let tokens = Segmenter::embedded().segment(&normalised);
        let words: Vec<&str> = tokens.iter().filter_map(|token| token.span.slice(&normalised)).collect();
        output.text(&words.join("|"))?;
    }
    Ok(())
}

/// A line of `--input` of `ner`.
#[derive(Deserialize)]
struct NamedText {
    id: serde_json::Value,
    text: String,
}

#[derive(Serialize)]
struct MentionsLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a serde_json::Value>,
    mentions: &'a [MentionAnswer],
}

/// Reads what a text names, or each text of a file.
pub fn ner(arguments: &NerArguments, output: &Output) -> anyhow::Result<()> {
    if let Some(path) = &arguments.input {
        for line in json_lines::<NamedText>(path)? {
            let NamedText { id, text } = line?;
            print_mentions(Some(&id), &entities(&text), output)?;
        }
        return Ok(());
    }
    let text = match &arguments.text {
        Some(text) => text.clone(),
        None => {
            let mut bytes = Vec::new();
            std::io::stdin().lock().read_to_end(&mut bytes).context("standard input")?;
            String::from_utf8(bytes).context("standard input is not UTF-8")?
        }
    };
    print_mentions(None, &entities(&text), output)
}

fn print_mentions(
    id: Option<&serde_json::Value>,
    mentions: &[MentionAnswer],
    output: &Output,
) -> anyhow::Result<()> {
    if output.format != Format::Table {
        return Ok(output.line(&MentionsLine { id, mentions })?);
    }
    let mut rows = table(&["type", "text", "from", "to", "value"]);
    for mention in mentions {
        let value = mention.value.as_ref().map(serde_json::to_string).transpose()?;
        rows.add_row([
            mention.entity_type.name().to_owned(),
            mention.text.clone(),
            mention.start_char.to_string(),
            mention.end_char.to_string(),
            value.unwrap_or_default(),
        ]);
    }
    let heading = id.map(|id| format!("{id}\n")).unwrap_or_default();
    Ok(output.text(&format!("{heading}{rows}"))?)
}

/// A line of `--input` of `embed`.
#[derive(Deserialize)]
struct TextLine {
    id: serde_json::Value,
    text: String,
    #[serde(default)]
    kind: Kind,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Default)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Query,
    #[default]
    Passage,
}

#[derive(Serialize)]
struct VectorLine<'a> {
    id: &'a serde_json::Value,
    embedding: &'a [f32],
}

/// Encodes each text; vectors have unit length.
pub async fn embed(model: Option<&Path>, arguments: &EmbedArguments, output: &Output) -> anyhow::Result<()> {
    let encoder = open_encoder(model)?;
    let mut texts = json_lines::<TextLine>(&arguments.input)?;
    loop {
        let batch = texts.by_ref().take(BATCH).collect::<anyhow::Result<Vec<_>>>()?;
        if batch.is_empty() {
            return Ok(());
        }
        let mut vectors: Vec<Option<Vec<f32>>> = vec![None; batch.len()];
        for (kind, side) in [(Kind::Query, TextKind::Query), (Kind::Passage, TextKind::Passage)] {
            let (places, texts): (Vec<usize>, Vec<&str>) = batch
                .iter()
                .enumerate()
                .filter(|(_, line)| line.kind == kind)
                .map(|(place, line)| (place, line.text.as_str()))
                .unzip();
            for (place, vector) in places.into_iter().zip(encoder.encode(side, &texts)?) {
                if let Some(slot) = vectors.get_mut(place) {
                    *slot = Some(vector);
                }
            }
        }
        for (line, vector) in batch.iter().zip(&vectors) {
            let embedding = vector.as_deref().ok_or_else(|| anyhow!("text {} got no vector", line.id))?;
            output.line(&VectorLine { id: &line.id, embedding })?;
        }
    }
}
