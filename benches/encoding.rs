//! Times the encoder, and candle's own BERT on the same weights, on texts that a script sends: so all engines of
//! `benches/encoding.py` take turns in one run.
//!
//! `cargo bench -p thiap-benches --bench encoding -- FOLDER`, where `FOLDER` holds the weights in float32 in Hugging Face
//! layout. A request is a line of JSON, `{"engine": "thiap" | "candle" | "pieces", "texts": [...], "piece_ids": [[...]],
//! "batch": N}`; the answer is one, `{"seconds": ..., "vectors": [[...]]}`, or `{"piece_ids": [[...]]}` for the pieces that the
//! encoder reads of each text. Vectors are of unit length.

// A bench has nobody to report to: what cannot be done ends it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::{BufRead as _, Write as _};
use std::path::Path;
use std::time::Instant;

use candle_core::{D, DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::{BertModel, Config};
use serde::{Deserialize, Serialize};
use thiap_model::{BertEncoder, Encoder as _, TextKind};

#[derive(Deserialize)]
struct Request {
    engine: String,
    texts: Vec<String>,
    piece_ids: Vec<Vec<u32>>,
    batch: usize,
}

#[derive(Serialize)]
struct Answer {
    seconds: f64,
    vectors: Vec<Vec<f32>>,
}

#[derive(Serialize)]
struct Pieces {
    piece_ids: Vec<Vec<u32>>,
}

fn main() {
    // cargo passes `--bench` too
    let folder = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let Some(folder) = folder else {
        println!("no folder of float weights was given: benches/encoding.py makes one and runs this");
        return;
    };
    let encoder = BertEncoder::embedded().unwrap();
    let candle = candle_model(Path::new(&folder));
    println!("ready");
    for line in std::io::stdin().lock().lines() {
        let request: Request = serde_json::from_str(&line.unwrap()).unwrap();
        let texts: Vec<&str> = request.texts.iter().map(String::as_str).collect();
        if request.engine == "pieces" {
            let pieces = texts.iter().map(|text| encoder.piece_ids(TextKind::Passage, text).unwrap());
            answer(&Pieces { piece_ids: pieces.collect() });
            continue;
        }
        let start = Instant::now();
        let vectors = match request.engine.as_str() {
            "thiap" => texts
                .chunks(request.batch)
                .flat_map(|batch| encoder.encode(TextKind::Passage, batch).unwrap())
                .collect(),
            _ => request
                .piece_ids
                .chunks(request.batch)
                .flat_map(|batch| encode_with_candle(&candle, batch).unwrap())
                .collect(),
        };
        answer(&Answer { seconds: start.elapsed().as_secs_f64(), vectors });
    }
}

fn answer(answer: &impl Serialize) {
    println!("{}", serde_json::to_string(answer).unwrap());
    std::io::stdout().flush().unwrap();
}

fn candle_model(folder: &Path) -> BertModel {
    let config: Config = serde_json::from_slice(&std::fs::read(folder.join("config.json")).unwrap()).unwrap();
    let weights = std::fs::read(folder.join("model.safetensors")).unwrap();
    let weights = VarBuilder::from_buffered_safetensors(weights, DType::F32, &Device::Cpu).unwrap();
    BertModel::load(weights, &config).unwrap()
}

/// A padded batch, as candle's examples do it.
fn encode_with_candle(model: &BertModel, batch: &[Vec<u32>]) -> candle_core::Result<Vec<Vec<f32>>> {
    let length = batch.iter().map(Vec::len).max().unwrap_or(0);
    let padded = |text: &Vec<u32>, value: fn(u32) -> u32, filler: u32| -> Vec<u32> {
        text.iter().copied().map(value).chain(std::iter::repeat_n(filler, length - text.len())).collect()
    };
    let ids: Vec<u32> = batch.iter().flat_map(|text| padded(text, |id| id, 1)).collect();
    let mask: Vec<u32> = batch.iter().flat_map(|text| padded(text, |_| 1, 0)).collect();
    let shape = (batch.len(), length);
    let ids = Tensor::from_vec(ids, shape, &Device::Cpu)?;
    let mask = Tensor::from_vec(mask, shape, &Device::Cpu)?;
    let states = model.forward(&ids, &ids.zeros_like()?, Some(&mask))?;
    let mask = mask.to_dtype(DType::F32)?.unsqueeze(2)?;
    let sums = states.broadcast_mul(&mask)?.sum(1)?;
    sums.broadcast_div(&sums.sqr()?.sum_keepdim(D::Minus1)?.sqrt()?)?.to_vec2()
}
