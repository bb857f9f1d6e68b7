//! Models in folders: small ones made here, whole and damaged in every way that a folder may be.

// A test ends at the first thing that is not as it must be.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use safetensors::tensor::{Dtype, TensorView};
use serde_json::{Value, json};
use tempfile::TempDir;
use thiap_model::{BertEncoder, BertOptions, Encoder, LoadError, Prompts, TextKind};

const HIDDEN: usize = 8;
const WIDE: usize = 16;
const PIECES: usize = 6;
const POSITIONS: usize = 20;

type Tensors = HashMap<String, (Vec<usize>, Vec<f32>)>;

/// Numbers without a pattern that a mistake in the arithmetic could hide behind.
fn numbers(count: usize, seed: usize) -> Vec<f32> {
    (0..count).map(|i| ((i * 7919 + seed * 104_729) % 2003) as f32 / 1001.5 - 1.0).collect()
}

fn tensors() -> Tensors {
    let mut shapes: Vec<(String, Vec<usize>)> = vec![
        ("embeddings.word_embeddings.weight".into(), vec![PIECES, HIDDEN]),
        ("embeddings.position_embeddings.weight".into(), vec![POSITIONS, HIDDEN]),
        ("embeddings.token_type_embeddings.weight".into(), vec![2, HIDDEN]),
        ("embeddings.LayerNorm.weight".into(), vec![HIDDEN]),
        ("embeddings.LayerNorm.bias".into(), vec![HIDDEN]),
    ];
    for (part, outputs, inputs) in [
        ("attention.self.query", HIDDEN, HIDDEN),
        ("attention.self.key", HIDDEN, HIDDEN),
        ("attention.self.value", HIDDEN, HIDDEN),
        ("attention.output.dense", HIDDEN, HIDDEN),
        ("intermediate.dense", WIDE, HIDDEN),
        ("output.dense", HIDDEN, WIDE),
    ] {
        shapes.push((format!("encoder.layer.0.{part}.weight"), vec![outputs, inputs]));
        shapes.push((format!("encoder.layer.0.{part}.bias"), vec![outputs]));
    }
    for part in ["attention.output.LayerNorm", "output.LayerNorm"] {
        shapes.push((format!("encoder.layer.0.{part}.weight"), vec![HIDDEN]));
        shapes.push((format!("encoder.layer.0.{part}.bias"), vec![HIDDEN]));
    }
    shapes
        .into_iter()
        .enumerate()
        .map(|(seed, (name, shape))| {
            let count = shape.iter().product();
            (name, (shape, numbers(count, seed)))
        })
        .collect()
}

fn write_tensors(folder: &Path, tensors: &Tensors) {
    let data: HashMap<&String, Vec<u8>> = tensors
        .iter()
        .map(|(name, (_, numbers))| (name, numbers.iter().flat_map(|x| x.to_le_bytes()).collect()))
        .collect();
    let views: HashMap<&String, TensorView<'_>> = tensors
        .iter()
        .map(|(name, (shape, _))| (name, TensorView::new(Dtype::F32, shape.clone(), &data[name]).unwrap()))
        .collect();
    fs::write(folder.join("model.safetensors"), safetensors::serialize(views, None).unwrap()).unwrap();
}

fn config() -> Value {
    json!({
        "model_type": "bert", "vocab_size": PIECES, "hidden_size": HIDDEN, "num_hidden_layers": 1,
        "num_attention_heads": 2, "intermediate_size": WIDE, "hidden_act": "gelu",
        "max_position_embeddings": POSITIONS, "type_vocab_size": 2, "layer_norm_eps": 1e-5, "pad_token_id": 0
    })
}

fn tokenizer(pieces: usize) -> Value {
    let mut vocabulary = json!({"[PAD]": 0, "[CLS]": 1, "[SEP]": 2, "[UNK]": 3, "น้ำ": 4, "ถนน": 5});
    for extra in PIECES..pieces {
        vocabulary[format!("extra{extra}")] = json!(extra);
    }
    json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
        "normalizer": null, "pre_tokenizer": {"type": "Whitespace"}, "decoder": null,
        "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 2], "cls": ["[CLS]", 1]},
        "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]"}
    })
}

/// A whole model.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("config.json"), config().to_string()).unwrap();
    fs::write(folder.path().join("tokenizer.json"), tokenizer(PIECES).to_string()).unwrap();
    write_tensors(folder.path(), &tensors());
    folder
}

fn open_error(folder: &TempDir) -> LoadError {
    BertEncoder::open(folder.path()).unwrap_err()
}

fn one(encoder: &BertEncoder, text: &str) -> Vec<f32> {
    encoder.encode(TextKind::Query, &[text]).unwrap().pop().unwrap()
}

#[test]
fn a_folder_in_hugging_face_layout_opens() {
    let folder = folder();
    let encoder = BertEncoder::open(folder.path()).unwrap();
    assert_eq!(encoder.dimensions(), HIDDEN);
    assert_eq!(encoder.piece_ids(TextKind::Query, "ถนน น้ำ x").unwrap(), [1, 5, 4, 3, 2]);
    let length: f32 = one(&encoder, "ถนน").iter().map(|x| x * x).sum();
    assert!((length - 1.0).abs() < 1e-5);
}

#[test]
fn a_text_longer_than_the_window_is_cut_between_its_special_pieces() {
    let folder = folder();
    let encoder = BertEncoder::open(folder.path()).unwrap();
    let pieces = encoder.piece_ids(TextKind::Query, &"ถนน ".repeat(1000)).unwrap();
    assert_eq!(pieces.len(), POSITIONS);
    assert_eq!((pieces[0], pieces[1], pieces[POSITIONS - 1]), (1, 5, 2));
}

#[test]
fn roberta_reads_positions_after_the_padding() {
    // The same network: a RoBERTa folder whose position rows are moved by padding + 1 equals the BERT folder.
    let bert = folder();
    let roberta = folder();
    let mut moved = tensors();
    let (_, rows) = moved.get_mut("embeddings.position_embeddings.weight").unwrap();
    rows.rotate_right(HIDDEN);
    let renamed = moved.into_iter().map(|(name, tensor)| (format!("roberta.{name}"), tensor)).collect();
    write_tensors(roberta.path(), &renamed);
    let mut settings = config();
    settings["model_type"] = json!("xlm-roberta");
    fs::write(roberta.path().join("config.json"), settings.to_string()).unwrap();

    let (bert, roberta) =
        (BertEncoder::open(bert.path()).unwrap(), BertEncoder::open(roberta.path()).unwrap());
    assert_eq!(roberta.max_tokens(), POSITIONS - 1);
    assert_eq!(one(&bert, "ถนน น้ำ"), one(&roberta, "ถนน น้ำ"));
}

#[test]
fn pooling_by_the_first_piece_differs_from_the_mean() {
    let folder = folder();
    let mean = one(&BertEncoder::open(folder.path()).unwrap(), "ถนน น้ำ");
    fs::create_dir(folder.path().join("1_Pooling")).unwrap();
    fs::write(folder.path().join("1_Pooling/config.json"), r#"{"pooling_mode_cls_token": true}"#).unwrap();
    assert_ne!(mean, one(&BertEncoder::open(folder.path()).unwrap(), "ถนน น้ำ"));
}

#[test]
fn prefixes_can_be_set_for_a_model_that_does_not_tell_them() {
    let folder = folder();
    let prompts = Prompts { query: "น้ำ ".into(), passage: "ถนน ".into() };
    let options = BertOptions { prompts: Some(prompts), ..BertOptions::default() };
    let encoder = BertEncoder::open_with(folder.path(), options).unwrap();
    assert_eq!(encoder.piece_ids(TextKind::Query, "x").unwrap(), [1, 4, 3, 2]);
    assert_eq!(encoder.piece_ids(TextKind::Passage, "x").unwrap(), [1, 5, 3, 2]);
}

#[test]
fn a_missing_file_is_named() {
    for file in ["config.json", "tokenizer.json", "model.safetensors"] {
        let folder = folder();
        fs::remove_file(folder.path().join(file)).unwrap();
        let error = open_error(&folder);
        assert!(matches!(&error, LoadError::Missing { path } if path.ends_with(file)), "{error}");
    }
}

#[test]
fn weights_cut_off_anywhere_are_malformed() {
    let folder = folder();
    let path = folder.path().join("model.safetensors");
    let whole = fs::read(&path).unwrap();
    for length in [0, 4, 8, 100, whole.len() / 2, whole.len() - 1] {
        fs::write(&path, &whole[..length]).unwrap();
        let error = open_error(&folder);
        assert!(matches!(&error, LoadError::Malformed { path: p, .. } if *p == path), "{length}: {error}");
    }
}

#[test]
fn json_that_is_none_is_malformed() {
    for file in ["config.json", "tokenizer.json", "config_sentence_transformers.json"] {
        for text in ["", "{", "3", "{\"model_type\": \"bert\"", "\u{0}"] {
            let folder = folder();
            let path = folder.path().join(file);
            fs::write(&path, text).unwrap();
            let error = open_error(&folder);
            assert!(matches!(&error, LoadError::Malformed { path: p, .. } if *p == path), "{file}: {error}");
        }
    }
}

#[test]
fn every_tensor_that_is_missing_is_named() {
    for missing in tensors().into_keys() {
        let folder = folder();
        let mut rest = tensors();
        rest.remove(&missing);
        write_tensors(folder.path(), &rest);
        let error = open_error(&folder);
        assert!(matches!(&error, LoadError::MissingTensor { name } if *name == missing), "{error}");
    }
}

#[test]
fn every_tensor_of_another_shape_is_named() {
    for reshaped in tensors().into_keys() {
        let folder = folder();
        let mut others = tensors();
        let (shape, numbers) = others.get_mut(&reshaped).unwrap();
        shape[0] += 1;
        numbers.resize(shape.iter().product(), 0.0);
        write_tensors(folder.path(), &others);
        let error = open_error(&folder);
        assert!(matches!(&error, LoadError::WrongTensor { name, .. } if *name == reshaped), "{error}");
    }
}

#[test]
fn a_tokenizer_with_more_pieces_than_embeddings_is_refused() {
    let folder = folder();
    fs::write(folder.path().join("tokenizer.json"), tokenizer(PIECES + 1).to_string()).unwrap();
    let error = open_error(&folder);
    assert!(matches!(error, LoadError::TokenizerTooLarge { pieces: 7, rows: 6 }), "{error}");
}

#[test]
fn a_file_that_differs_from_the_manifest_is_refused() {
    let folder = folder();
    let manifest = "[m]\nname = 'tiny'\nfolder = '.'\n[m.files]\n'model.safetensors' = '00'\n";
    fs::write(folder.path().join("manifest.toml"), manifest).unwrap();
    let error = open_error(&folder);
    assert!(
        matches!(&error, LoadError::ChecksumMismatch { path, .. } if path.ends_with("model.safetensors"))
    );
    assert!(error.to_string().contains("00"), "{error}");
}

#[test]
fn weights_that_are_not_numbers_show_as_an_error_when_a_text_is_encoded() {
    let folder = folder();
    let mut damaged = tensors();
    damaged.get_mut("encoder.layer.0.output.LayerNorm.bias").unwrap().1[0] = f32::NAN;
    write_tensors(folder.path(), &damaged);
    let encoder = BertEncoder::open(folder.path()).unwrap();
    assert!(encoder.encode(TextKind::Query, &["ถนน"]).is_err());
}
