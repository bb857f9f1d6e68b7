//! From a text to the terms of an index.

use std::borrow::Cow;

use thiap_domain::TextSpan;

use crate::{Normalised, Segmenter, Token, TokenKind, fold_case, normalise};

/// A text ready to be indexed.
#[derive(Debug, Clone)]
pub struct Analysed {
    /// The normal form and the way back.
    pub normalised: Normalised,
    /// Its tokens; they tile `normalised.text`.
    pub tokens: Vec<Token>,
}

/// A term of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexTerm<'a> {
    /// The token's text in normal form, lower-cased.
    pub term: Cow<'a, str>,
    /// How many terms come before it: spaces and punctuation take no position, so that phrases match across them.
    pub position: usize,
    /// Where it stood, in bytes of the original text.
    pub span: TextSpan,
}

/// Normalises and segments a text with the embedded lexicon.
#[must_use]
pub fn analyse(original: &str) -> Analysed {
    let normalised = normalise(original);
    let tokens = Segmenter::embedded().segment(&normalised.text);
    Analysed { normalised, tokens }
}

impl Analysed {
    /// The terms in order: words, Latin words and numbers; spaces, punctuation and pictures are left out.
    pub fn terms(&self) -> impl Iterator<Item = IndexTerm<'_>> {
        self.tokens.iter().filter(|token| is_term(token.kind)).enumerate().map(|(position, token)| {
            IndexTerm {
                term: fold_case(token.span.slice(&self.normalised.text).unwrap_or_default()),
                position,
                span: self.normalised.alignment.to_original(token.span),
            }
        })
    }
}

fn is_term(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Word | TokenKind::UnknownWord | TokenKind::Latin | TokenKind::Number)
}
