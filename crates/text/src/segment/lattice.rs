//! The lattice of words over the clusters of a Thai stretch, and its cheapest path.
//!
//! Every lexicon word whose ends fall on cluster boundaries is an edge with its cost; letters that no word covers are
//! gathered into unknown words, which cost an opening and a price a cluster, so that a name or a misspelling stays one
//! token. The path is found by dynamic programming from left to right (Viterbi), in time linear in the stretch because
//! words have a bounded length.

use thiap_domain::TextSpan;

use super::automaton::{Automaton, FULL_STOP};
use super::{Token, TokenKind};
use crate::cluster::{code_of, mark_cluster_starts};

const UNKNOWN_OPENING: u32 = 2_400;
const UNKNOWN_CLUSTER: u32 = 350;
const FULL_STOP_COST: u32 = 1_000;
/// Longer stretches are cut block by block, so that costs and buffers stay small.
const BLOCK: usize = 4_096;
const UNREACHED: u32 = u32::MAX / 2;

#[derive(Debug, Clone, Copy)]
struct Cell {
    /// Cost of the best path to here that ends a token here.
    cost: u32,
    /// Where that path's last token starts.
    start: u32,
    unknown: bool,
    /// Cost of the best path to here with an unknown word still open, and where that word starts.
    open_cost: u32,
    open_start: u32,
}

const EMPTY: Cell = Cell { cost: UNREACHED, start: 0, unknown: true, open_cost: UNREACHED, open_start: 0 };

/// Buffers for one text, used for stretch after stretch.
pub(super) struct Lattice<'a> {
    automaton: &'a Automaton,
    codes: Vec<u8>,
    starts: Vec<bool>,
    cells: Vec<Cell>,
}

impl<'a> Lattice<'a> {
    pub(super) fn new(automaton: &'a Automaton) -> Self {
        Self { automaton, codes: Vec::new(), starts: Vec::new(), cells: Vec::new() }
    }

    /// Takes in the Thai stretch that starts at byte `at`, with the full stops inside it; gives the byte behind it, or
    /// `None` when no Thai starts there.
    pub(super) fn read(&mut self, text: &str, at: usize) -> Option<usize> {
        self.codes.clear();
        let rest = text.get(at..)?;
        let mut end = at;
        for c in rest.chars() {
            let Some(code) = code_of(c).or_else(|| (c == '.' && !self.codes.is_empty()).then_some(FULL_STOP))
            else {
                break;
            };
            self.codes.push(code);
            end += c.len_utf8();
        }
        (!self.codes.is_empty()).then_some(end)
    }

    /// Pushes the tokens of the stretch read last, which starts at byte `at`.
    pub(super) fn cut(&mut self, at: usize, tokens: &mut Vec<Token>) {
        mark_cluster_starts(&self.codes, &mut self.starts);
        let (mut from, mut byte) = (0, at);
        while from < self.codes.len() {
            let to = (from + BLOCK).min(self.codes.len());
            self.fill(from, to);
            let committed = self.push_path(from, to, byte, tokens);
            byte += self
                .codes
                .get(from..committed)
                .unwrap_or_default()
                .iter()
                .map(|code| bytes_of(*code))
                .sum::<usize>();
            from = committed.max(from + 1);
        }
    }

    fn is_boundary(&self, index: usize) -> bool {
        self.starts.get(index).copied().unwrap_or(true)
    }

    /// Costs of the best paths from `from` to every place up to `to`.
    fn fill(&mut self, from: usize, to: usize) {
        self.cells.clear();
        self.cells.resize(to - from + 1, EMPTY);
        if let Some(first) = self.cells.first_mut() {
            first.cost = 0;
        }
        let mut here = from;
        while here < to {
            let mut next = here + 1;
            while next < to && !self.is_boundary(next) {
                next += 1;
            }
            let Some(&cell) = self.cells.get(here - from) else { return };
            let start = (here - from) as u32;
            // An unknown word: opened here, or going on through here.
            let (open_cost, open_start) = if cell.cost + UNKNOWN_OPENING < cell.open_cost {
                (cell.cost + UNKNOWN_OPENING, start)
            } else {
                (cell.open_cost, cell.open_start)
            };
            let full_stop = self.codes.get(here) == Some(&FULL_STOP);
            if let Some(ahead) = self.cells.get_mut(next - from) {
                ahead.open_cost = open_cost + UNKNOWN_CLUSTER;
                ahead.open_start = open_start;
                if ahead.open_cost < ahead.cost {
                    (ahead.cost, ahead.start, ahead.unknown) = (ahead.open_cost, open_start, true);
                }
                if full_stop {
                    ahead.open_cost = UNREACHED;
                    (ahead.cost, ahead.start, ahead.unknown) = (cell.cost + FULL_STOP_COST, start, true);
                }
            }
            // Every lexicon word that starts here.
            let mut state = self.automaton.root();
            for (index, code) in self.codes.iter().enumerate().take(to).skip(here) {
                let Some(further) = self.automaton.step(state, *code) else { break };
                state = further;
                let Some(word_cost) = self.automaton.cost(state) else { continue };
                if !self.starts.get(index + 1).copied().unwrap_or(true) {
                    continue;
                }
                let cost = cell.cost + u32::from(word_cost);
                if let Some(ahead) = self.cells.get_mut(index + 1 - from)
                    && cost <= ahead.cost
                {
                    (ahead.cost, ahead.start, ahead.unknown) = (cost, start, false);
                }
            }
            here = next;
        }
    }

    /// Pushes the best path's tokens, all of them at the end of the stretch and the first half of them before; gives the
    /// place reached.
    fn push_path(&self, from: usize, to: usize, byte: usize, tokens: &mut Vec<Token>) -> usize {
        let first = tokens.len();
        let mut end = to - from;
        while end > 0 {
            let Some(cell) = self.cells.get(end) else { break };
            let start = (cell.start as usize).min(end - 1);
            let kind = match self.codes.get(from + start) {
                Some(&FULL_STOP) => TokenKind::Punctuation,
                _ if cell.unknown => TokenKind::UnknownWord,
                _ => TokenKind::Word,
            };
            // Counted in codes until the bytes are known.
            tokens.push(Token { span: TextSpan::new(start, end), kind });
            end = start;
        }
        let Some(path) = tokens.get_mut(first..) else { return to };
        path.reverse();
        let keep = if to == self.codes.len() { path.len() } else { path.len().div_ceil(2) };
        let (mut at, mut reached) = (byte, from);
        for token in path.iter_mut().take(keep) {
            let codes = self.codes.get(from + token.span.start..from + token.span.end).unwrap_or_default();
            let len: usize = codes.iter().map(|code| bytes_of(*code)).sum();
            reached = from + token.span.end;
            token.span = TextSpan::new(at, at + len);
            at += len;
        }
        tokens.truncate(first + keep);
        reached
    }
}

fn bytes_of(code: u8) -> usize {
    if code == FULL_STOP { 1 } else { 3 }
}
