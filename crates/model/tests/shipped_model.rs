//! The model that is part of the program, against the uncut float32 model and against itself.

// A test ends at the first thing that is not as it must be.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Instant;

use half::f16;
use proptest::prelude::*;
use safetensors::SafeTensors;
use serde::Deserialize;
use thiap_model::{Arithmetic, BertEncoder, BertOptions, Encoder, TextKind};

static ENCODER: LazyLock<BertEncoder> = LazyLock::new(|| BertEncoder::embedded().unwrap());

struct Sentence {
    kind: TextKind,
    text: String,
    /// The numbers that the uncut tokenizer gives, as numbers of the cut vocabulary.
    piece_ids: Vec<u32>,
    /// The vector of the uncut model in float32.
    reference: Vec<f32>,
}

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/e5_reference").join(name)
}

fn sentences() -> Vec<Sentence> {
    #[derive(Deserialize)]
    struct Text {
        kind: String,
        text: String,
    }
    #[derive(Deserialize)]
    struct Pieces {
        piece_ids: Vec<u32>,
    }
    let texts = fs::read_to_string(fixture("sentences.jsonl")).unwrap();
    let pieces = fs::read_to_string(fixture("pieces.jsonl")).unwrap();
    let vectors = fs::read(fixture("vectors.safetensors")).unwrap();
    let vectors = SafeTensors::deserialize(&vectors).unwrap();
    let rows = vectors.tensor("vectors").unwrap();
    let rows = rows.data().chunks_exact(2 * rows.shape()[1]);
    texts
        .lines()
        .zip(pieces.lines())
        .zip(rows)
        .map(|((text, pieces), row)| {
            let Text { kind, text } = serde_json::from_str(text).unwrap();
            let Pieces { piece_ids } = serde_json::from_str(pieces).unwrap();
            let kind = if kind == "query" { TextKind::Query } else { TextKind::Passage };
            let reference = row.chunks_exact(2).map(|b| f16::from_le_bytes([b[0], b[1]]).to_f32()).collect();
            Sentence { kind, text, piece_ids, reference }
        })
        .collect()
}

fn encode(kind: TextKind, text: &str) -> Vec<f32> {
    ENCODER.encode(kind, &[text]).unwrap().pop().unwrap()
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum::<f64>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

#[test]
fn pieces_are_those_of_the_uncut_vocabulary() {
    let sentences = sentences();
    assert!(sentences.len() >= 24);
    for sentence in sentences {
        let ours = ENCODER.piece_ids(sentence.kind, &sentence.text).unwrap();
        assert_eq!(ours, sentence.piece_ids, "{}", sentence.text);
    }
}

#[test]
fn letters_whose_longer_pieces_were_cut_stay_themselves() {
    // Thai, Latin with diacritics, Cyrillic, Greek, Arabic, kana: single letters, none of them the unknown piece (3).
    for text in ["café", "Đà Nẵng", "Москва", "λόγος", "سلام", "カタカナ"] {
        let pieces = ENCODER.piece_ids(TextKind::Query, text).unwrap();
        assert!(!pieces.contains(&3), "{text}: {pieces:?}");
    }
}

#[test]
fn vectors_in_float_equal_those_of_the_uncut_float_model() {
    let options = BertOptions { arithmetic: Arithmetic::Float32, ..BertOptions::default() };
    let encoder = BertEncoder::embedded_with(options).unwrap();
    for sentence in sentences() {
        let ours = encoder.encode(sentence.kind, &[&sentence.text]).unwrap().pop().unwrap();
        let cosine = cosine(&ours, &sentence.reference);
        assert!(cosine >= 0.9999, "{cosine}: {}", sentence.text);
    }
}

#[test]
fn vectors_in_whole_numbers_are_near_those_of_the_uncut_float_model() {
    for sentence in sentences() {
        let ours = encode(sentence.kind, &sentence.text);
        let cosine = cosine(&ours, &sentence.reference);
        println!("{cosine:.5}");
        assert!(cosine >= 0.99, "{cosine}: {}", sentence.text);
    }
}

#[test]
fn a_text_alone_equals_itself_in_a_batch() {
    for kind in [TextKind::Query, TextKind::Passage] {
        let sentences = sentences();
        let texts: Vec<&str> = sentences.iter().map(|sentence| sentence.text.as_str()).collect();
        for (text, together) in texts.iter().zip(ENCODER.encode(kind, &texts).unwrap()) {
            let cosine = cosine(&encode(kind, text), &together);
            assert!(cosine >= 0.9999, "{cosine}: {text}");
        }
    }
}

#[test]
fn a_query_is_nearest_to_the_passage_that_answers_it() {
    let passages = [
        "ก่อสร้างถนนคอนกรีตเสริมเหล็ก หมู่ที่ 4 บ้านหนองบัว",
        "จัดอบรมผู้ดูแลผู้สูงอายุและเยี่ยมบ้านผู้ป่วยติดเตียง",
        "อบรมครูมัธยมศึกษาด้านการรู้ดิจิทัล",
    ];
    let vectors = ENCODER.encode(TextKind::Passage, &passages).unwrap();
    for (query, expected) in [("ทางหลวงในหมู่บ้าน", 0), ("คนชรา", 1), ("digital literacy of teachers", 2)]
    {
        let query_vector = encode(TextKind::Query, query);
        let nearest = (0..passages.len()).max_by(|&a, &b| {
            cosine(&query_vector, &vectors[a]).total_cmp(&cosine(&query_vector, &vectors[b]))
        });
        assert_eq!(nearest, Some(expected), "{query}");
    }
}

#[test]
fn queries_and_passages_differ_by_their_prefix() {
    let text = "พัฒนาแหล่งน้ำ";
    let cosine = cosine(&encode(TextKind::Query, text), &encode(TextKind::Passage, text));
    assert!((0.8..0.9999).contains(&cosine), "{cosine}");
}

#[test]
fn a_text_is_brought_into_normal_form_first() {
    // เเ for แ, nikhahit and sara aa for sara am, a zero-width space: the eye sees no difference.
    let plain = encode(TextKind::Query, "แก้ไขปัญหาน้ำท่วม");
    let disguised = encode(TextKind::Query, "เเก้ไข\u{200B}ปัญหาน\u{0E49}\u{0E4D}าท่วม");
    assert!(cosine(&plain, &disguised) >= 0.9999);
}

#[test]
fn a_text_of_a_megabyte_costs_no_more_than_the_window() {
    let text = "ก่อสร้างถนนคอนกรีตเสริมเหล็ก".repeat(12_000);
    let spaces = format!("{}{}", " ".repeat(1_000_000), "ถนน");
    let start = Instant::now();
    assert_eq!(ENCODER.piece_ids(TextKind::Passage, &text).unwrap().len(), ENCODER.max_tokens());
    assert_eq!(encode(TextKind::Passage, &spaces), encode(TextKind::Passage, " ถนน"));
    assert!(start.elapsed().as_secs() < 10);
}

#[test]
fn no_texts_have_no_vectors() {
    assert!(ENCODER.encode(TextKind::Query, &[]).unwrap().is_empty());
}

#[test]
fn the_id_names_the_model_and_its_weights() {
    let id = ENCODER.model_id();
    let digest = id.strip_prefix("multilingual-e5-small-th-").unwrap();
    assert!(digest.len() == 8 && digest.bytes().all(|b| b.is_ascii_hexdigit()), "{id}");
    assert_eq!(ENCODER.dimensions(), 384);
    assert_eq!(ENCODER.max_tokens(), 512);
}

#[test]
fn its_folder_opened_as_any_other_gives_the_same_vectors() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../models/e5-small-th");
    let opened = BertEncoder::open(&folder).unwrap();
    assert_eq!(opened.model_id(), ENCODER.model_id());
    let text = "พัฒนาแหล่งน้ำเพื่อการเกษตร";
    let vector = opened.encode(TextKind::Query, &[text]).unwrap().pop().unwrap();
    assert!(cosine(&vector, &encode(TextKind::Query, text)) >= 0.9999);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_text_has_a_finite_unit_vector(text in "(\\PC|[ก-๛]|[ \\n\\t\u{0}\u{200B}])*") {
        let vector = encode(TextKind::Query, &text);
        prop_assert_eq!(vector.len(), 384);
        prop_assert!(vector.iter().all(|x| x.is_finite()));
        prop_assert!((vector.iter().map(|x| x * x).sum::<f32>() - 1.0).abs() < 1e-4);
    }
}
