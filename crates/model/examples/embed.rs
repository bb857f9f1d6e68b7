//! Encodes a file of texts and says how long it took.
//!
//!     cargo run --release -p thiap-model --example embed -- TEXTS.jsonl [MODEL_FOLDER] > VECTORS.jsonl
//!
//! In: a line a text, `{"id": ..., "text": "...", "kind": "query" | "passage"}`. Out: a line a text in the same order,
//! `{"id": ..., "piece_ids": [...], "embedding": [...]}`. Times go to the standard error stream.

use std::error::Error;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use serde::{Deserialize, Serialize};
use thiap_model::{BertEncoder, Encoder, TextKind};

/// Enough for several batches.
const TEXTS_PER_CALL: usize = 128;

#[derive(Deserialize)]
struct Input {
    id: serde_json::Value,
    text: String,
    kind: String,
}

#[derive(Serialize)]
struct Output<'a> {
    id: &'a serde_json::Value,
    piece_ids: &'a [u32],
    embedding: &'a [f32],
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("usage: embed TEXTS.jsonl [MODEL_FOLDER]")?;
    let inputs: Vec<Input> =
        std::fs::read_to_string(file)?.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;

    let start = Instant::now();
    let encoder = match arguments.next() {
        Some(folder) => BertEncoder::open(Path::new(&folder))?,
        None => BertEncoder::embedded()?,
    };
    eprintln!("{}: loaded in {:.0} ms", encoder.model_id(), start.elapsed().as_secs_f64() * 1e3);

    let mut piece_ids = Vec::with_capacity(inputs.len());
    for input in &inputs {
        piece_ids.push(encoder.piece_ids(kind(&input.kind)?, &input.text)?);
    }
    let pieces = piece_ids.iter().map(Vec::len).sum::<usize>();
    let mut vectors: Vec<Vec<f32>> = vec![Vec::new(); inputs.len()];
    let mut rates = Vec::new();
    for kind_name in ["query", "passage"] {
        let chosen: Vec<usize> = (0..inputs.len()).filter(|&i| inputs[i].kind == kind_name).collect();
        for chosen in chosen.chunks(TEXTS_PER_CALL) {
            let texts: Vec<&str> = chosen.iter().map(|&i| inputs[i].text.as_str()).collect();
            let start = Instant::now();
            let encoded = encoder.encode(kind(kind_name)?, &texts)?;
            rates.push(texts.len() as f64 / start.elapsed().as_secs_f64());
            for (&index, vector) in chosen.iter().zip(encoded) {
                vectors[index] = vector;
            }
        }
    }
    rates.sort_by(f64::total_cmp);
    if let (Some(median), Some(fastest)) = (rates.get(rates.len() / 2), rates.last()) {
        let mean_pieces = pieces as f64 / inputs.len() as f64;
        eprintln!(
            "{} texts of {mean_pieces:.1} pieces, {TEXTS_PER_CALL} a call: {median:.1} texts/s in the median call, \
             {fastest:.1} in the fastest",
            inputs.len()
        );
    }

    if let Some(first) = inputs.first() {
        let rounds = 20;
        let mut times_ms = Vec::new();
        for _ in 0..rounds {
            let start = Instant::now();
            encoder.encode(kind(&first.kind)?, &[first.text.as_str()])?;
            times_ms.push(start.elapsed().as_secs_f64() * 1e3);
        }
        times_ms.sort_by(f64::total_cmp);
        eprintln!(
            "the first text alone, {} pieces: {:.1} ms (median of {rounds}; fastest {:.1})",
            encoder.piece_ids(kind(&first.kind)?, &first.text)?.len(),
            times_ms[rounds / 2],
            times_ms[0]
        );
    }

    let mut out = BufWriter::new(std::io::stdout().lock());
    for ((input, piece_ids), embedding) in inputs.iter().zip(&piece_ids).zip(&vectors) {
        serde_json::to_writer(&mut out, &Output { id: &input.id, piece_ids, embedding })?;
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

fn kind(name: &str) -> Result<TextKind, String> {
    match name {
        "query" => Ok(TextKind::Query),
        "passage" => Ok(TextKind::Passage),
        other => Err(format!("kind is {other}, not query or passage")),
    }
}
