//! The lexicon's automaton: a double-array trie (Aoe 1989) with the child offset of darts-clone.
//!
//! A node is one `u32`: bits 0 to 6 the code that leads into it, bit 7 whether a word ends at it, bits 8 to 31 the base
//! of its children. The child by code `c` lies at `base ^ c` and holds `c`; every base belongs to one node only, so that
//! the code alone tells whether the child is real. A second array holds the cost of the words at the same places. A
//! lookup checks its index, so that no content of the arrays can make it fail.
//!
//! The build script compiles this file too, to make the arrays from the word list.

/// The code of the full stop inside abbreviations.
pub const FULL_STOP: u8 = 0x5C;
/// Codes lie below this.
pub const CODES: u32 = 128;

const CODE_MASK: u32 = 0x7F;
const WORD_ENDS: u32 = 0x80;
const BASE_SHIFT: u32 = 8;

/// The code of a letter of the lexicon: the offset into the Thai block, or the full stop's.
pub fn code_of(c: char) -> Option<u8> {
    match c {
        'ก'..='\u{0E3A}' | 'เ'..='\u{0E4E}' => u8::try_from(u32::from(c) - 0x0E00).ok(),
        '.' => Some(FULL_STOP),
        _ => None,
    }
}

/// The arrays, ready to walk.
#[derive(Debug, Clone)]
pub struct Automaton {
    nodes: Vec<u32>,
    costs: Vec<i16>,
}

/// A place in the automaton.
#[derive(Debug, Clone, Copy)]
pub struct State {
    index: usize,
    node: u32,
}

impl Automaton {
    /// From the bytes that the build script wrote.
    pub fn from_bytes(nodes: &[u8], costs: &[u8]) -> Self {
        Self {
            nodes: nodes.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect(),
            costs: costs.as_chunks().0.iter().map(|bytes| i16::from_le_bytes(*bytes)).collect(),
        }
    }

    /// Where every word begins.
    #[inline]
    pub fn root(&self) -> State {
        State { index: 0, node: self.nodes.first().copied().unwrap_or(0) }
    }

    /// One letter further, if a word goes on there.
    #[inline]
    pub fn step(&self, state: State, code: u8) -> Option<State> {
        let index = ((state.node >> BASE_SHIFT) ^ u32::from(code)) as usize;
        let node = *self.nodes.get(index)?;
        (node & CODE_MASK == u32::from(code)).then_some(State { index, node })
    }

    /// The cost of the word that ends here, if one does.
    #[inline]
    pub fn cost(&self, state: State) -> Option<i16> {
        if state.node & WORD_ENDS == 0 { None } else { self.costs.get(state.index).copied() }
    }
}

/// Lays out the words (as codes, sorted) with their costs; gives the nodes and the costs.
///
/// # Errors
/// Says so when the words need more than 2^24 nodes.
pub fn compile(words: &std::collections::BTreeMap<Vec<u8>, i16>) -> Result<(Vec<u32>, Vec<i16>), String> {
    let words: Vec<(&[u8], i16)> = words.iter().map(|(codes, cost)| (codes.as_slice(), *cost)).collect();
    let mut layout = Layout::new();
    // Breadth first, so that the first letters, which every lookup visits, lie close together.
    let mut queue = std::collections::VecDeque::from([(0usize, 0usize, words.len(), 0usize)]);
    while let Some((node, first, last, depth)) = queue.pop_front() {
        let group = words.get(first..last).unwrap_or_default();
        let mut children: Vec<(u8, usize, usize)> = Vec::new();
        for (offset, (codes, cost)) in group.iter().enumerate() {
            match codes.get(depth) {
                None => {
                    layout.nodes[node] |= WORD_ENDS;
                    layout.costs[node] = *cost;
                }
                Some(&code) => match children.last_mut() {
                    Some(child) if child.0 == code => child.2 = first + offset + 1,
                    _ => children.push((code, first + offset, first + offset + 1)),
                },
            }
        }
        if children.is_empty() {
            continue;
        }
        let codes: Vec<u8> = children.iter().map(|child| child.0).collect();
        let base = layout.place(&codes)?;
        layout.nodes[node] |= base << BASE_SHIFT;
        for (code, first, last) in children {
            queue.push_back(((base ^ u32::from(code)) as usize, first, last, depth + 1));
        }
    }
    Ok((layout.nodes, layout.costs))
}

/// A free place that was tried so often without fitting is left empty.
const TRIES: u8 = 16;

struct Layout {
    nodes: Vec<u32>,
    costs: Vec<i16>,
    used: Vec<bool>,
    base_used: Vec<bool>,
    tries: Vec<u8>,
    /// Free places in order, those given up left out.
    free: std::collections::BTreeSet<usize>,
}

impl Layout {
    fn new() -> Self {
        let mut layout = Self {
            nodes: Vec::new(),
            costs: Vec::new(),
            used: Vec::new(),
            base_used: Vec::new(),
            tries: Vec::new(),
            free: std::collections::BTreeSet::new(),
        };
        layout.add_block();
        layout.used[0] = true;
        layout.free.remove(&0);
        layout
    }

    /// Finds a base under which all `codes` fall on free places, and takes them.
    fn place(&mut self, codes: &[u8]) -> Result<u32, String> {
        let first = u32::from(codes.first().copied().unwrap_or(0));
        let mut from = 0;
        let base = loop {
            let Some(at) = self.free.range(from..).next().copied() else {
                self.add_block();
                continue;
            };
            let base = at as u32 ^ first;
            let fits = |code: &u8| !self.used[(base ^ u32::from(*code)) as usize];
            if base != 0 && !self.base_used[base as usize] && codes.iter().all(fits) {
                break base;
            }
            self.tries[at] += 1;
            if self.tries[at] == TRIES {
                self.free.remove(&at);
            }
            from = at + 1;
        };
        if base >= 1 << (32 - BASE_SHIFT) {
            return Err("the lexicon needs more than 2^24 nodes".to_owned());
        }
        self.base_used[base as usize] = true;
        for &code in codes {
            let index = (base ^ u32::from(code)) as usize;
            self.used[index] = true;
            self.free.remove(&index);
            self.nodes[index] = u32::from(code);
        }
        Ok(base)
    }

    /// Makes room for one block of codes: a base and its children lie in the same block.
    fn add_block(&mut self) {
        let len = self.nodes.len() + CODES as usize;
        self.free.extend(self.nodes.len()..len);
        self.nodes.resize(len, 0);
        self.costs.resize(len, 0);
        self.used.resize(len, false);
        self.base_used.resize(len, false);
        self.tries.resize(len, 0);
    }
}
