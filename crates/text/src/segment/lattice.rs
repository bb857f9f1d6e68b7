//! The lattice of words over the clusters of a Thai stretch, and its cheapest path.
//!
//! Every lexicon word whose ends fall on cluster boundaries is an edge with its cost. Letters that no word covers are
//! gathered into unknown words, which cost an opening and a price a cluster, so that a name or a misspelling stays one
//! token; letters with full stops between them form abbreviations. A cut costs what the letters around it say
//! ([`super::boundary`]). The cheapest path is found by dynamic programming from left to right (Viterbi 1967), in time
//! linear in the stretch because words have a bounded length and an open unknown word is carried along as a state.

use thiap_domain::TextSpan;

use super::boundary::Context;
use super::model::Model;
use super::{Token, TokenKind};
use crate::cluster::mark_cluster_starts;

/// The code of a full stop inside a Thai stretch.
pub(super) const FULL_STOP: u8 = super::automaton::FULL_STOP;
/// Behind the last code: no word goes on with it.
const SENTINEL: u8 = 0x7F;
/// Longer stretches are cut block by block, so that buffers stay small and costs cannot overflow.
const BLOCK: usize = 4_096;
const UNREACHED: i32 = i32::MAX / 2;
/// Letters of one part of an abbreviation without vowels, and parts of one abbreviation.
const ABBREVIATION_LETTERS: usize = 4;
const ABBREVIATION_PARTS: i32 = 6;

/// What the codes of a block have that needs care.
#[derive(Debug, Clone, Copy, Default)]
struct Oddities {
    full_stops: bool,
    /// The same consonant three times or more, as feelings are written: มากกกก.
    repeats: bool,
}

/// The best way to reach a place of the block.
#[derive(Debug, Clone, Copy)]
struct Cell {
    cost: i32,
    /// Where its last token starts, and whether the lexicon knows it.
    start: u16,
    known: bool,
}

const EMPTY: Cell = Cell { cost: UNREACHED, start: 0, known: false };

/// Buffers, used for stretch after stretch.
#[derive(Debug, Default)]
pub(super) struct Lattice {
    /// Codes of the block, one for a letter.
    codes: Vec<u8>,
    starts: Vec<bool>,
    cells: Vec<Cell>,
}

/// Which letters a stretch is made of, by the two varying bits and bytes of their UTF-8 form.
const IS_LETTER: [bool; 128] = {
    let mut letters = [false; 128];
    let mut code = 1;
    while code < 0x4F {
        // Not the baht sign nor its unassigned neighbours, and not mai yamok, which repeats the word before it.
        letters[code] = !(code > 0x3A && code < 0x40) && code != 0x46;
        code += 1;
    }
    letters
};

/// The code of the Thai letter at the head of `bytes`.
#[inline]
fn letter(bytes: &[u8]) -> Option<u8> {
    match bytes {
        [0xE0, high @ (0xB8 | 0xB9), low, ..] => {
            let code = (high & 1) << 6 | low & 0x3F;
            IS_LETTER.get(usize::from(code)).copied().unwrap_or(false).then_some(code)
        }
        _ => None,
    }
}

impl Lattice {
    /// Cuts the Thai stretch that starts at byte `at` and pushes its tokens; gives the byte behind them, or `at` when no
    /// Thai letter stands there.
    pub(super) fn cut(&mut self, model: &Model, text: &str, at: usize, tokens: &mut Vec<Token>) -> usize {
        let mut at = at;
        loop {
            let (oddities, more) = self.read(text, at);
            let letters = self.codes.len();
            if letters == 0 {
                return at;
            }
            self.codes.extend([SENTINEL; 3]);
            self.mark_starts(letters, oddities);
            self.fill(model, letters, oddities);
            at = self.push_path(letters, at, more, oddities, tokens);
            if !more {
                return at;
            }
        }
    }

    /// Takes in the letters at byte `at`, one block at most, with the full stops between them; tells whether the stretch
    /// goes on behind the block.
    fn read(&mut self, text: &str, at: usize) -> (Oddities, bool) {
        self.codes.clear();
        let mut oddities = Oddities::default();
        let mut rest = text.as_bytes().get(at..).unwrap_or_default();
        let (mut last, mut last_but_one) = (0, 0);
        loop {
            let code = if let Some(code) = letter(rest) {
                rest = rest.get(3..).unwrap_or_default();
                code
            } else if let (Some(b'.'), false) = (rest.first(), self.codes.is_empty()) {
                rest = rest.get(1..).unwrap_or_default();
                oddities.full_stops = true;
                FULL_STOP
            } else {
                return (oddities, false);
            };
            if self.codes.len() == BLOCK {
                return (oddities, true);
            }
            oddities.repeats |= code == last && code == last_but_one;
            (last_but_one, last) = (last, code);
            self.codes.push(code);
        }
    }

    fn mark_starts(&mut self, letters: usize, oddities: Oddities) {
        mark_cluster_starts(self.codes.get(..letters).unwrap_or_default(), &mut self.starts);
        self.starts.push(true);
        if oddities.repeats {
            for index in 1..letters {
                let same = |a: usize, b: usize| {
                    self.codes.get(a).is_some_and(|code| self.codes.get(b) == Some(code))
                };
                let inside = same(index, index - 1)
                    && (same(index, index + 1) || index > 1 && same(index, index - 2))
                    && self.codes.get(index) != Some(&FULL_STOP);
                if let (true, Some(start)) = (inside, self.starts.get_mut(index)) {
                    *start = false;
                }
            }
        }
    }

    #[inline]
    fn is_start(&self, index: usize) -> bool {
        self.starts.get(index).copied().unwrap_or(false)
    }

    /// Finds the cheapest way to every cluster boundary of the block.
    fn fill(&mut self, model: &Model, letters: usize, oddities: Oddities) {
        self.cells.clear();
        self.cells.resize(letters + 1, EMPTY);
        if let Some(first) = self.cells.first_mut() {
            first.cost = 0;
        }
        let unknown = model.unknown;
        // The cheapest open unknown word of one cluster, and of more.
        let (mut one, mut one_start) = (UNREACHED, 0u16);
        let (mut more, mut more_start) = (UNREACHED, 0u16);
        let mut here = 0;
        while here < letters {
            let mut next = here + 1;
            while !self.is_start(next) && next < letters {
                next += 1;
            }
            let mut cost = self.cells.get(here).map_or(UNREACHED, |cell| cell.cost);
            if here > 0 {
                cost += model.cut_cost(Context::at(&self.codes, here));
                if let Some(cell) = self.cells.get_mut(here) {
                    cell.cost = cost;
                }
            }
            let start = here as u16;
            if oddities.full_stops && self.codes.get(here) == Some(&FULL_STOP) {
                self.relax(next, cost + unknown.full_stop, start, false);
                (one, more) = (UNREACHED, UNREACHED);
            } else {
                // One cluster more for the words that are open.
                (more, more_start) = if one <= more { (one, one_start) } else { (more, more_start) };
                more = more.saturating_add(unknown.cluster).min(UNREACHED);
                (one, one_start) = (cost + unknown.opening + unknown.cluster, start);
                self.relax(next, one + unknown.single, start, false);
                self.relax(next, more, more_start, false);
                self.walk(model, here, cost, oddities);
                if oddities.full_stops {
                    self.abbreviate(model, here, cost);
                }
            }
            here = next;
        }
    }

    #[inline]
    fn relax(&mut self, end: usize, cost: i32, start: u16, known: bool) {
        if let Some(cell) = self.cells.get_mut(end)
            && cost < cell.cost
        {
            *cell = Cell { cost, start, known };
        }
    }

    /// Every lexicon word that starts at `here`.
    #[inline]
    fn walk(&mut self, model: &Model, here: usize, cost: i32, oddities: Oddities) {
        let mut state = model.automaton.root();
        let codes = self.codes.get(here..).unwrap_or_default();
        for (end, code) in (here + 1..).zip(codes) {
            let Some(further) = model.automaton.step(state, *code) else { return };
            state = further;
            let Some(word_cost) = model.automaton.cost(state) else { continue };
            let end = match self.starts.get(end) {
                Some(true) => end,
                Some(false) if oddities.repeats => {
                    let repeats =
                        self.codes.get(end..).unwrap_or_default().iter().take_while(|c| *c == code).count();
                    if repeats == 0 || !self.is_start(end + repeats) {
                        continue;
                    }
                    end + repeats
                }
                _ => continue,
            };
            let total = cost + i32::from(word_cost);
            if let Some(cell) = self.cells.get_mut(end)
                && total <= cell.cost
            {
                *cell = Cell { cost: total, start: here as u16, known: true };
            }
        }
    }

    /// Letters with full stops behind them that start at `here`, though the lexicon may not know them: ก.บ.ข.
    fn abbreviate(&mut self, model: &Model, here: usize, cost: i32) {
        let mut end = here;
        for parts in 1..=ABBREVIATION_PARTS {
            let rest = self.codes.get(end..).unwrap_or_default();
            let letters = rest.iter().take_while(|code| (0x01..=0x2E).contains(*code)).count();
            if !(1..=ABBREVIATION_LETTERS).contains(&letters) || rest.get(letters) != Some(&FULL_STOP) {
                return;
            }
            end += letters + 1;
            let price = model.unknown.abbreviation + model.unknown.abbreviation_part * parts;
            self.relax(end, cost + price, here as u16, true);
        }
    }

    /// Pushes the tokens of the cheapest path, or only their first half when the stretch goes on; gives the byte reached.
    fn push_path(
        &self,
        letters: usize,
        at: usize,
        more: bool,
        oddities: Oddities,
        tokens: &mut Vec<Token>,
    ) -> usize {
        let first = tokens.len();
        let mut end = letters;
        while end > 0 {
            let Some(cell) = self.cells.get(end) else { break };
            let start = usize::from(cell.start).min(end - 1);
            let kind = match self.codes.get(start) {
                Some(&FULL_STOP) => TokenKind::Punctuation,
                _ if cell.known => TokenKind::Word,
                _ => TokenKind::UnknownWord,
            };
            // In letters for now.
            tokens.push(Token { span: TextSpan { start, end }, kind });
            end = start;
        }
        let Some(path) = tokens.get_mut(first..) else { return at };
        path.reverse();
        let keep = if more { path.len().div_ceil(2) } else { path.len() };
        if oddities.full_stops {
            let mut byte = at;
            for token in path.iter_mut() {
                let codes = self.codes.get(token.span.start..token.span.end).unwrap_or_default();
                let start = byte;
                byte += codes.iter().map(|code| if *code == FULL_STOP { 1 } else { 3 }).sum::<usize>();
                token.span = TextSpan { start, end: byte };
            }
        } else {
            for token in path.iter_mut() {
                token.span = TextSpan { start: at + token.span.start * 3, end: at + token.span.end * 3 };
            }
        }
        let reached = keep.checked_sub(1).and_then(|last| path.get(last)).map_or(at, |token| token.span.end);
        tokens.truncate(first + keep);
        reached
    }
}
