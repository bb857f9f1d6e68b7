//! Word segmentation against its peers, in one run: agreement with labelled texts, and speed on project texts.
//!
//! `cargo bench -p thiap-benches --bench segmentation` prints two tables. Labelled texts are the files `*.txt` of
//! `fixtures/segmentation` and of the folder named by `THIAP_SEGMENTATION_GOLD` (a text a line, words separated by `|`),
//! and the ThaiNER sentences of `../shared/data` when they are there (their tokens come from a tool, newmm). Speed is
//! measured on the project texts of `../shared/data`, or on the fixtures' when those are absent, in normal form, on one
//! thread.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use charabia::Segment as _;
use nlpo3::tokenizer::newmm::NewmmTokenizer;
use nlpo3::tokenizer::tokenizer_trait::Tokenizer as _;
use thiap_text::{Segmenter, Token};

/// Ends of the words of a text, in bytes.
type Cut = Box<dyn FnMut(&str, &mut Vec<usize>)>;

struct Peer {
    name: &'static str,
    cut: Cut,
}

fn peers() -> Vec<Peer> {
    let peer = |name, cut: Cut| Peer { name, cut };
    let options = icu_segmenter::options::WordBreakInvariantOptions::default;
    let icu_dictionary = icu_segmenter::WordSegmenter::new_dictionary(options());
    let icu_lstm = icu_segmenter::WordSegmenter::new_lstm(options());
    let newmm =
        NewmmTokenizer::from_word_list(kham_core::dict::BUILTIN_WORDS.lines().map(str::to_owned).collect());
    let kham = kham_core::Tokenizer::builder().keep_whitespace(true).build();
    let mut tokens: Vec<Token> = Vec::new();
    vec![
        peer(
            "thiap",
            Box::new(move |text, ends| {
                Segmenter::embedded().segment_into(text, &mut tokens);
                ends.extend(tokens.iter().map(|token| token.span.end));
            }),
        ),
        peer(
            "icu_segmenter dictionary",
            Box::new(move |text, ends| ends.extend(icu_dictionary.segment_str(text).skip(1))),
        ),
        peer(
            "icu_segmenter LSTM",
            Box::new(move |text, ends| ends.extend(icu_lstm.segment_str(text).skip(1))),
        ),
        peer(
            "nlpo3 newmm",
            Box::new(move |text, ends| match newmm.segment(text, true, false) {
                Ok(words) => push_found(text, words.iter().map(String::as_str), ends),
                Err(_) => ends.push(text.len()),
            }),
        ),
        peer(
            "kham-core",
            Box::new(move |text, ends| ends.extend(kham.segment(text).iter().map(|t| t.span.end))),
        ),
        peer("charabia", Box::new(|text, ends| push_ends(text.segment_str(), ends))),
    ]
}

/// The words one after the other.
fn push_ends<'a>(words: impl Iterator<Item = &'a str>, ends: &mut Vec<usize>) {
    ends.extend(words.scan(0, |at, word| {
        *at += word.len();
        Some(*at)
    }));
}

/// The words where they stand in the text, for a peer that leaves out what lies between them.
fn push_found<'a>(text: &str, words: impl Iterator<Item = &'a str>, ends: &mut Vec<usize>) {
    let mut at = 0;
    for word in words {
        let Some(gap) = text.get(at..).and_then(|rest| rest.find(word)) else { continue };
        if gap > 0 {
            ends.push(at + gap);
        }
        at += gap + word.len();
        ends.push(at);
    }
}

/// A labelled text: the whole, and where its words end.
struct Labelled {
    text: String,
    ends: Vec<usize>,
}

fn read_labelled(path: &Path) -> Vec<Labelled> {
    let content = fs::read_to_string(path).unwrap_or_default();
    content
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("# "))
        .map(|line| {
            let mut ends = Vec::new();
            push_ends(line.split('|'), &mut ends);
            Labelled { text: line.replace('|', ""), ends }
        })
        .collect()
}

/// Sentences in the CoNLL layout: a token and its label a line, white space written as `_`.
fn read_conll(path: &Path) -> Vec<Labelled> {
    let content = fs::read_to_string(path).unwrap_or_default();
    let sentences = content.split("\n\n").map(|sentence| {
        let words: Vec<String> =
            sentence.lines().filter_map(|line| Some(line.split('\t').next()?.replace('_', " "))).collect();
        let mut ends = Vec::new();
        push_ends(words.iter().map(String::as_str), &mut ends);
        Labelled { text: words.concat(), ends }
    });
    sentences.filter(|sentence| !sentence.ends.is_empty()).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn labelled_sets() -> Vec<(String, Vec<Labelled>)> {
    let mut folders = vec![root().join("fixtures/segmentation")];
    folders.extend(std::env::var_os("THIAP_SEGMENTATION_GOLD").map(PathBuf::from));
    let mut sets = Vec::new();
    for folder in folders {
        let mut files: Vec<PathBuf> =
            fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        files.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
        files.sort();
        for path in files {
            let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            sets.push((name, read_labelled(&path)));
        }
    }
    sets.push(("thainer (newmm)".to_owned(), read_conll(&root().join("../shared/data/thainer/dev.conll"))));
    sets.retain(|(_, texts)| !texts.is_empty());
    sets
}

/// Project texts in normal form.
fn project_texts() -> (&'static str, Vec<String>) {
    let mut texts = Vec::new();
    if let Ok(mut reader) = csv::Reader::from_path(root().join("../shared/data/projects-public.csv")) {
        for record in reader.records().flatten() {
            let fields: Vec<&str> = [2, 3, 4, 6, 7].iter().filter_map(|column| record.get(*column)).collect();
            texts.push(thiap_text::normalise_text(&fields.join("\n")).into_owned());
        }
        return ("../shared/data/projects-public.csv", texts);
    }
    for part in ["part-a", "part-b"] {
        let content =
            fs::read_to_string(root().join("fixtures").join(part).join("projects.jsonl")).unwrap_or_default();
        texts.extend(content.lines().map(|line| thiap_text::normalise_text(line).into_owned()));
    }
    ("fixtures", texts)
}

/// Precision and recall of words (same start and end) and of the boundaries inside a text.
#[derive(Default)]
struct Agreement {
    found: usize,
    labelled: usize,
    shared: usize,
    boundaries_found: usize,
    boundaries_labelled: usize,
    boundaries_shared: usize,
}

impl Agreement {
    fn add(&mut self, labelled: &[usize], found: &[usize]) {
        let spans = |ends: &[usize]| -> HashSet<(usize, usize)> {
            ends.iter().scan(0, |start, end| Some((std::mem::replace(start, *end), *end))).collect()
        };
        self.labelled += labelled.len();
        self.found += found.len();
        self.shared += spans(labelled).intersection(&spans(found)).count();
        let inner = |ends: &[usize]| -> HashSet<usize> {
            ends.iter().copied().take(ends.len().saturating_sub(1)).collect()
        };
        let (labelled, found) = (inner(labelled), inner(found));
        self.boundaries_labelled += labelled.len();
        self.boundaries_found += found.len();
        self.boundaries_shared += labelled.intersection(&found).count();
    }

    fn word_f1(&self) -> f64 {
        f1(self.shared, self.labelled, self.found)
    }

    fn boundary_f1(&self) -> f64 {
        f1(self.boundaries_shared, self.boundaries_labelled, self.boundaries_found)
    }
}

fn f1(shared: usize, labelled: usize, found: usize) -> f64 {
    if labelled + found == 0 { 1.0 } else { 2.0 * shared as f64 / (labelled + found) as f64 }
}

fn print_agreement(peers: &mut [Peer]) {
    println!("Agreement with labelled texts, spaces and punctuation counted: F1 of words | F1 of boundaries");
    for (name, texts) in labelled_sets() {
        let words: usize = texts.iter().map(|text| text.ends.len()).sum();
        println!("\n{name}: {} texts, {words} tokens", texts.len());
        for peer in &mut *peers {
            let mut agreement = Agreement::default();
            let mut ends = Vec::new();
            for text in &texts {
                ends.clear();
                (peer.cut)(&text.text, &mut ends);
                agreement.add(&text.ends, &ends);
            }
            println!("  {:<26} {:.4} | {:.4}", peer.name, agreement.word_f1(), agreement.boundary_f1());
        }
    }
}

/// Peers take turns on one slice of the texts after the other, and the best time of each slice counts: other work on the
/// machine then slows no peer more than another.
fn print_speed(peers: &mut [Peer]) {
    const SLICE_BYTES: usize = 250_000;
    const ROUNDS: usize = 15;
    const SLOW: Duration = Duration::from_millis(400);
    let (source, texts) = project_texts();
    let bytes: usize = texts.iter().map(String::len).sum();
    println!("\nSpeed on {source}: {} texts, {:.1} MB, one thread", texts.len(), bytes as f64 / 1e6);
    let mut slices: Vec<Vec<&str>> = vec![Vec::new()];
    let mut in_slice = 0;
    for text in &texts {
        if in_slice > SLICE_BYTES {
            slices.push(Vec::new());
            in_slice = 0;
        }
        in_slice += text.len();
        if let Some(slice) = slices.last_mut() {
            slice.push(text);
        }
    }
    slices.truncate(8);
    let slice_bytes: usize = slices.iter().flatten().map(|text| text.len()).sum();
    let mut ends = Vec::new();
    let mut seconds = vec![0.0; peers.len()];
    for slice in &slices {
        let mut best = vec![f64::INFINITY; peers.len()];
        for _ in 0..ROUNDS {
            for (peer, best) in peers.iter_mut().zip(&mut best) {
                if *best > SLOW.as_secs_f64() && best.is_finite() {
                    continue;
                }
                let started = Instant::now();
                for text in slice {
                    ends.clear();
                    (peer.cut)(text, &mut ends);
                    std::hint::black_box(ends.len());
                }
                *best = best.min(started.elapsed().as_secs_f64());
            }
        }
        for (sum, best) in seconds.iter_mut().zip(best) {
            *sum += best;
        }
    }
    let ours = seconds.first().copied().unwrap_or_default();
    for (peer, seconds) in peers.iter().zip(seconds) {
        let speed = slice_bytes as f64 / 1e6 / seconds;
        println!("  {:<26} {speed:>8.1} MB/s  {:>7.3} of ours", peer.name, ours / seconds);
    }
}

fn main() {
    let mut peers = peers();
    let only = std::env::args().nth(1);
    if only.as_deref() != Some("speed") {
        print_agreement(&mut peers);
    }
    if only.as_deref() != Some("agreement") {
        print_speed(&mut peers);
    }
}
