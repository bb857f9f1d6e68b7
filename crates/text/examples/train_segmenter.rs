//! Trains the word costs and boundary weights of the segmenter; see `lexicon/README.md`.
//!
//! A semi-Markov conditional random field (Sarawagi and Cohen 2004) over the lattice that the segmenter searches: the
//! score of a path is the sum of its words' costs, the costs of its unknown words and the boundary weights where it
//! cuts. The likelihood of the labelled cuts is raised by AdaGrad, word costs staying near their frequencies.
//!
//! `train_segmenter CANDIDATES OUT_FOLDER TEXTS...`: candidates are lines WORD<tab>COST (nats), texts have a line each,
//! words separated by `|`.

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::path::Path;

#[path = "../src/segment/boundary.rs"]
mod boundary;
#[path = "../src/cluster/rules.rs"]
#[allow(dead_code)]
mod rules;

use boundary::{Context, PATTERNS, WEIGHTS};

const FULL_STOP: u8 = 0x5C;
const LONGEST_UNKNOWN: usize = 12;
/// Costs are written in this many parts of a nat.
const UNIT: f32 = 32.0;

fn code_of(c: char) -> Option<u8> {
    match c {
        'ก'..='\u{0E3A}' | 'เ'..='\u{0E45}' | '\u{0E47}'..='\u{0E4E}' => {
            u8::try_from(u32::from(c) - 0x0E00).ok()
        }
        _ => None,
    }
}

/// Parameters besides words and boundaries: an unknown word's opening, its clusters, being one cluster only; an unknown
/// abbreviation, its further parts; a full stop alone; then what all words share: how much their frequency counts, and
/// the price of their length in clusters.
const GLOBALS: usize = 7 + LENGTHS;
/// Words of so many clusters and more share a price.
const LENGTHS: usize = 8;
const OPENING: usize = 0;
const CLUSTER: usize = 1;
const SINGLE: usize = 2;
const ABBREVIATION: usize = 3;
const ABBREVIATION_PART: usize = 4;
const STOP: usize = 5;
const FREQUENCY: usize = 6;
const LENGTH: usize = 7;

#[derive(Clone, Copy)]
enum Kind {
    Word(u32),
    Unknown(u8),
    Abbreviation(u8),
    Stop,
}

struct Edge {
    to: u32,
    kind: Kind,
}

/// A Thai stretch, reduced to its clusters.
struct Stretch {
    /// Edges that leave each cluster start.
    edges: Vec<Vec<Edge>>,
    /// Slots of the boundary weights before each cluster.
    slots: Vec<[u32; PATTERNS]>,
    /// Whether a word is labelled to start there; one more for the end.
    cut: Vec<bool>,
}

#[derive(Default)]
struct Trie {
    next: HashMap<(u32, u8), u32>,
    word: HashMap<u32, u32>,
    nodes: u32,
}

impl Trie {
    fn insert(&mut self, codes: &[u8], word: u32) {
        let mut node = 0;
        for &code in codes {
            let fresh = self.nodes + 1;
            let entry = self.next.entry((node, code)).or_insert(fresh);
            if *entry == fresh {
                self.nodes = fresh;
            }
            node = *entry;
        }
        self.word.insert(node, word);
    }
}

struct Model {
    /// What each word's cost differs from the price that its frequency and length give it.
    words: Vec<f32>,
    prior: Vec<f32>,
    clusters: Vec<u8>,
    boundaries: Vec<f32>,
    globals: [f32; GLOBALS],
}

struct Squares {
    words: Vec<f32>,
    boundaries: Vec<f32>,
    globals: [f32; GLOBALS],
}

fn is_consonant(code: u8) -> bool {
    (0x01..=0x2E).contains(&code)
}

fn stretch(codes: &[u8], cut_before: &[bool], trie: &Trie) -> Stretch {
    let mut starts = Vec::new();
    rules::mark_cluster_starts(codes, &mut starts);
    let clusters: Vec<usize> = (0..codes.len()).filter(|&i| starts[i]).collect();
    let index_of: HashMap<usize, u32> =
        clusters.iter().copied().chain([codes.len()]).enumerate().map(|(n, at)| (at, n as u32)).collect();
    let mut edges = Vec::new();
    for (n, &at) in clusters.iter().enumerate() {
        let mut out = Vec::new();
        if codes[at] == FULL_STOP {
            out.push(Edge { to: n as u32 + 1, kind: Kind::Stop });
            edges.push(out);
            continue;
        }
        let mut node = 0;
        for (offset, &code) in codes[at..].iter().enumerate() {
            let Some(&next) = trie.next.get(&(node, code)) else { break };
            node = next;
            if let (Some(&word), Some(&to)) = (trie.word.get(&node), index_of.get(&(at + offset + 1))) {
                out.push(Edge { to, kind: Kind::Word(word) });
            }
        }
        for len in 1..=LONGEST_UNKNOWN.min(clusters.len() - n) {
            if codes[clusters[n + len - 1]] == FULL_STOP {
                break;
            }
            out.push(Edge { to: (n + len) as u32, kind: Kind::Unknown(len as u8) });
        }
        let (mut end, mut parts) = (at, 0u8);
        loop {
            let letters = codes[end..].iter().take_while(|c| is_consonant(**c)).count();
            if !(1..=4).contains(&letters) || codes.get(end + letters) != Some(&FULL_STOP) || parts == 6 {
                break;
            }
            end += letters + 1;
            parts += 1;
            if let Some(&to) = index_of.get(&end) {
                out.push(Edge { to, kind: Kind::Abbreviation(parts) });
            }
        }
        edges.push(out);
    }
    let slots = clusters.iter().map(|&at| Context::at(codes, at).slots().map(|s| s as u32)).collect();
    let mut cut: Vec<bool> = clusters.iter().map(|&at| at == 0 || cut_before[at]).collect();
    cut.push(true);
    Stretch { edges, slots, cut }
}

/// Thai stretches of a labelled line, as the segmenter cuts them out.
fn stretches(line: &str, trie: &Trie) -> Vec<Stretch> {
    let mut found = Vec::new();
    let (mut codes, mut cuts) = (Vec::new(), Vec::new());
    let mut cut = true;
    let mut finish = |codes: &mut Vec<u8>, cuts: &mut Vec<bool>| {
        if codes.len() > 1 {
            found.push(stretch(codes, cuts, trie));
        }
        codes.clear();
        cuts.clear();
    };
    for c in line.chars() {
        if c == '|' {
            cut = true;
            continue;
        }
        let code = code_of(c).or_else(|| (c == '.' && !codes.is_empty()).then_some(FULL_STOP));
        match code {
            Some(code) => {
                codes.push(code);
                cuts.push(cut);
            }
            None => finish(&mut codes, &mut cuts),
        }
        cut = false;
    }
    finish(&mut codes, &mut cuts);
    found
}

impl Model {
    fn word_cost(&self, word: usize) -> f32 {
        self.globals[FREQUENCY] * self.prior[word]
            + self.globals[LENGTH + usize::from(self.clusters[word])]
            + self.words[word]
    }

    fn cost(&self, kind: Kind) -> f32 {
        match kind {
            Kind::Word(word) => self.word_cost(word as usize),
            Kind::Unknown(len) => {
                let g = &self.globals;
                g[OPENING] + g[CLUSTER] * f32::from(len) + if len == 1 { g[SINGLE] } else { 0.0 }
            }
            Kind::Abbreviation(parts) => {
                self.globals[ABBREVIATION] + self.globals[ABBREVIATION_PART] * f32::from(parts)
            }
            Kind::Stop => self.globals[STOP],
        }
    }

    fn boundary(&self, s: &Stretch, n: usize) -> f32 {
        if n == 0 || n == s.slots.len() {
            0.0
        } else {
            s.slots[n].iter().map(|&i| self.boundaries[i as usize]).sum()
        }
    }

    /// Log of the sum over paths, with forward and backward values; only labelled paths when `labelled`.
    fn sum(&self, s: &Stretch, bounds: &[f32], labelled: bool) -> (f32, Vec<f32>, Vec<f32>) {
        let m = s.edges.len();
        let mut forward = vec![f32::NEG_INFINITY; m + 1];
        let mut backward = vec![f32::NEG_INFINITY; m + 1];
        forward[0] = 0.0;
        backward[m] = 0.0;
        for n in 0..m {
            if labelled && !s.cut[n] || forward[n] == f32::NEG_INFINITY {
                continue;
            }
            for edge in &s.edges[n] {
                let to = edge.to as usize;
                if labelled && (!s.cut[to] || s.cut[n + 1..to].contains(&true)) {
                    continue;
                }
                forward[to] = log_add(forward[to], forward[n] - self.cost(edge.kind) - bounds[to]);
            }
        }
        for n in (0..m).rev() {
            if labelled && !s.cut[n] {
                continue;
            }
            for edge in &s.edges[n] {
                let to = edge.to as usize;
                if labelled && (!s.cut[to] || s.cut[n + 1..to].contains(&true)) {
                    continue;
                }
                backward[n] = log_add(backward[n], backward[to] - self.cost(edge.kind) - bounds[to]);
            }
        }
        (forward[m], forward, backward)
    }

    /// One step up the likelihood of a stretch; gives its negative log-likelihood.
    fn step(&mut self, s: &Stretch, squares: &mut Squares, rate: f32, hold: Option<f32>) -> Option<f32> {
        let m = s.edges.len();
        let bounds: Vec<f32> = (0..=m).map(|n| self.boundary(s, n)).collect();
        let (right, right_forward, right_backward) = self.sum(s, &bounds, true);
        if right == f32::NEG_INFINITY {
            return None;
        }
        let (all, forward, backward) = self.sum(s, &bounds, false);
        let mut gradients: HashMap<u32, f32> = HashMap::new();
        let mut globals = [0.0; GLOBALS];
        let mut at_boundary = vec![0.0; m + 1];
        for n in 0..m {
            for edge in &s.edges[n] {
                let to = edge.to as usize;
                let cost = self.cost(edge.kind) + bounds[to];
                let mut gradient = -(forward[n] - cost + backward[to] - all).exp();
                let allowed = s.cut[n] && s.cut[to] && !s.cut[n + 1..to].contains(&true);
                if allowed {
                    gradient += (right_forward[n] - cost + right_backward[to] - right).exp();
                }
                at_boundary[to] += gradient;
                match edge.kind {
                    Kind::Word(word) => *gradients.entry(word).or_default() += gradient,
                    Kind::Unknown(len) => {
                        globals[OPENING] += gradient;
                        globals[CLUSTER] += gradient * f32::from(len);
                        if len == 1 {
                            globals[SINGLE] += gradient;
                        }
                    }
                    Kind::Abbreviation(parts) => {
                        globals[ABBREVIATION] += gradient;
                        globals[ABBREVIATION_PART] += gradient * f32::from(parts);
                    }
                    Kind::Stop => globals[STOP] += gradient,
                }
            }
        }
        for (word, gradient) in gradients {
            let i = word as usize;
            globals[FREQUENCY] += gradient * self.prior[i];
            globals[LENGTH + usize::from(self.clusters[i])] += gradient;
            if let Some(hold) = hold {
                let gradient = gradient + hold * self.words[i];
                squares.words[i] += gradient * gradient;
                self.words[i] -= rate * gradient / (squares.words[i].sqrt() + 0.1);
            }
        }
        for n in 1..m {
            let gradient = at_boundary[n];
            if gradient.abs() < 1e-4 {
                continue;
            }
            for &slot in &s.slots[n] {
                let i = slot as usize;
                let gradient = gradient + 1e-4 * self.boundaries[i];
                squares.boundaries[i] += gradient * gradient;
                self.boundaries[i] -= rate * gradient / (squares.boundaries[i].sqrt() + 1e-3);
            }
        }
        for i in (0..GLOBALS).filter(|_| hold.is_none()) {
            squares.globals[i] += globals[i] * globals[i];
            self.globals[i] -= rate * globals[i] / (squares.globals[i].sqrt() + 1e-3);
        }
        Some(all - right)
    }

    /// The cheapest path's cuts.
    fn best(&self, s: &Stretch) -> Vec<usize> {
        let m = s.edges.len();
        let mut cost = vec![f32::INFINITY; m + 1];
        let mut from = vec![0; m + 1];
        cost[0] = 0.0;
        for n in 0..m {
            for edge in &s.edges[n] {
                let to = edge.to as usize;
                let total = cost[n] + self.cost(edge.kind) + self.boundary(s, to);
                if total < cost[to] {
                    (cost[to], from[to]) = (total, n);
                }
            }
        }
        let mut cuts = vec![m];
        while let Some(&last) = cuts.last() {
            if last == 0 {
                break;
            }
            cuts.push(from[last]);
        }
        cuts.reverse();
        cuts
    }

    fn word_f1<'a>(&self, stretches: impl Iterator<Item = &'a Stretch>) -> f32 {
        let (mut shared, mut total) = (0, 0);
        for s in stretches {
            let labelled: Vec<usize> = (0..=s.edges.len()).filter(|&n| s.cut[n]).collect();
            let found = self.best(s);
            let spans = |cuts: &[usize]| {
                cuts.windows(2).map(|w| (w[0], w[1])).collect::<std::collections::HashSet<_>>()
            };
            let (a, b) = (spans(&labelled), spans(&found));
            shared += 2 * a.intersection(&b).count();
            total += a.len() + b.len();
        }
        shared as f32 / total.max(1) as f32
    }
}

fn log_add(a: f32, b: f32) -> f32 {
    if a == f32::NEG_INFINITY {
        b
    } else if b == f32::NEG_INFINITY {
        a
    } else {
        let (high, low) = if a > b { (a, b) } else { (b, a) };
        high + (low - high).exp().ln_1p()
    }
}

fn option<T: std::str::FromStr>(name: &str, default: T) -> T {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: train_segmenter CANDIDATES OUT_FOLDER TEXTS...";
    let candidates = arguments.next().ok_or(usage)?;
    let out = arguments.next().ok_or(usage)?;

    let (mut trie, mut names, mut prior, mut clusters) =
        (Trie::default(), Vec::new(), Vec::new(), Vec::new());
    let mut starts = Vec::new();
    for line in fs::read_to_string(candidates)?.lines() {
        let (word, cost) = line.split_once('\t').ok_or("expected WORD<tab>COST")?;
        let codes: Option<Vec<u8>> =
            word.chars().map(|c| code_of(c).or((c == '.').then_some(FULL_STOP))).collect();
        let Some(codes) = codes else { continue };
        trie.insert(&codes, names.len() as u32);
        rules::mark_cluster_starts(&codes, &mut starts);
        clusters.push((starts.iter().filter(|start| **start).count() - 1).min(LENGTHS - 1) as u8);
        names.push(word.to_owned());
        prior.push(cost.parse::<f32>()?);
    }
    let (mut train, mut held) = (Vec::new(), Vec::new());
    for path in arguments {
        for (n, line) in fs::read_to_string(&path)?.lines().enumerate() {
            if n % 20 == 7 { &mut held } else { &mut train }.extend(stretches(line, &trie));
        }
    }
    eprintln!("{} candidates, {} + {} stretches", names.len(), train.len(), held.len());

    let mut model = Model {
        words: vec![0.0; names.len()],
        prior,
        clusters,
        boundaries: vec![0.0; WEIGHTS],
        globals: std::array::from_fn(|i| [14.0, 1.5, 3.0, 8.0, 1.0, 8.0, 1.0].get(i).copied().unwrap_or(0.0)),
    };
    let mut squares =
        Squares { words: vec![0.0; names.len()], boundaries: vec![0.0; WEIGHTS], globals: [0.0; GLOBALS] };
    eprintln!("before: held-out F1 {:.4}", model.word_f1(held.iter()));
    let shared_epochs: usize = option("SHARED_EPOCHS", 4);
    let epochs: usize = shared_epochs + option("WORD_EPOCHS", 6usize);
    let hold: f32 = option("HOLD", 0.02);
    let mut order: Vec<usize> = (0..train.len()).collect();
    let mut seed = 0x1234_5678_9ABC_DEFu64;
    for epoch in 0..epochs {
        for i in (1..order.len()).rev() {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            order.swap(i, (seed >> 33) as usize % (i + 1));
        }
        let rate: f32 = option("RATE", 0.15f32);
        let (mut loss, mut used) = (0.0, 0);
        for &i in &order {
            // First what all words share, so that words never seen here are priced as well; then each word's own.
            let hold = (epoch >= shared_epochs).then_some(hold);
            if let Some(step) = model.step(&train[i], &mut squares, rate, hold) {
                loss += f64::from(step);
                used += 1;
            }
        }
        eprintln!(
            "epoch {epoch}: loss {:.4} on {used}, held-out F1 {:.4}, globals {:.2?}",
            loss / f64::from(used.max(1)),
            model.word_f1(held.iter()),
            model.globals
        );
    }

    let out = Path::new(&out);
    fs::create_dir_all(out)?;
    let mut lines: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(i, word)| {
            format!("{word}\t{}\n", (model.word_cost(i) * UNIT).round().clamp(-32768.0, 32767.0) as i16)
        })
        .collect();
    lines.sort();
    fs::write(out.join("words.tsv"), lines.concat())?;
    let weights: Vec<u8> =
        model.boundaries.iter().map(|w| (w * UNIT).round().clamp(-127.0, 127.0) as i8 as u8).collect();
    fs::write(out.join("boundaries.bin"), weights)?;
    let globals: Vec<String> =
        model.globals.iter().take(FREQUENCY).map(|g| format!("{}\n", (g * UNIT).round() as i32)).collect();
    fs::write(out.join("globals.txt"), globals.concat())?;
    Ok(())
}
