//! Word segmentation.
//!
//! A text is cut into stretches of Thai and of everything else. Thai stretches go through a lattice of lexicon words over
//! character clusters, whose cheapest path is taken ([`lattice`]); everything else is cut by character class ([`scan`]).

#[allow(dead_code)] // the build script uses the rest
mod automaton;
mod boundary;
mod lattice;
mod model;
mod scan;

use std::cell::RefCell;
use std::sync::LazyLock;

use thiap_domain::TextSpan;

use lattice::Lattice;
use model::Model;

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A Thai word or abbreviation of the lexicon.
    Word,
    /// Thai letters that the lexicon does not know, kept whole.
    UnknownWord,
    /// Letters of a script that puts spaces between words, with the digits among them (`covid19`, `5G`).
    Latin,
    /// Digits, with commas or points between them (`1,500.50`).
    Number,
    /// Spaces, or line feeds.
    Space,
    /// A punctuation mark or symbol, or the same one repeated.
    Punctuation,
    /// Anything else, by grapheme cluster.
    Other,
}

/// A token of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Token {
    /// Where it stands, in bytes of the text that was segmented.
    pub span: TextSpan,
    /// What it is made of.
    pub kind: TokenKind,
}

/// Cuts normalised text into words. Cheap to share, linear in the length of the text.
#[derive(Debug)]
pub struct Segmenter {
    model: Model,
}

static EMBEDDED: LazyLock<Segmenter> = LazyLock::new(|| Segmenter { model: Model::embedded() });

thread_local! {
    /// Buffers stay with the thread: most texts are short, and allocating for each would cost more than cutting it.
    static LATTICE: RefCell<Lattice> = RefCell::new(Lattice::default());
}

impl Segmenter {
    /// The segmenter with the lexicon of this crate.
    #[must_use]
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// Cuts a text into tokens that tile it. The text should be in normal form (see [`crate::normalise`]); any other is
    /// cut too, with more unknown words.
    #[must_use]
    pub fn segment(&self, normalised: &str) -> Vec<Token> {
        let mut tokens = Vec::with_capacity(normalised.len() / 10);
        self.segment_into(normalised, &mut tokens);
        tokens
    }

    /// Like [`Segmenter::segment`], into a vector that is cleared first and can be used again.
    pub fn segment_into(&self, normalised: &str, tokens: &mut Vec<Token>) {
        tokens.clear();
        LATTICE.with(|lattice| match lattice.try_borrow_mut() {
            Ok(mut lattice) => self.cut(normalised, &mut lattice, tokens),
            Err(_) => self.cut(normalised, &mut Lattice::default(), tokens),
        });
    }

    fn cut(&self, text: &str, lattice: &mut Lattice, tokens: &mut Vec<Token>) {
        let mut at = 0;
        while at < text.len() {
            let mut end = lattice.cut(&self.model, text, at, tokens);
            if end == at {
                end = scan::next(text, at, tokens);
            }
            // Every step moves on; a bug here must not hang a server.
            at = end.max(at + 1);
        }
    }
}
