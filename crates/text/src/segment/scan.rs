//! Text that is not Thai: Latin words, numbers, spaces, punctuation.

use thiap_domain::TextSpan;
use unicode_segmentation::UnicodeSegmentation;

use super::{Token, TokenKind};
use crate::character::is_thai_letter;

/// Pushes the token that starts at `at` and gives the byte behind it.
pub(super) fn next(text: &str, at: usize, tokens: &mut Vec<Token>) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let Some(first) = rest.chars().next() else { return text.len() };
    let (kind, len) = match first {
        '\n' => (TokenKind::Space, run_of(rest, |c| c == '\n')),
        _ if first.is_whitespace() => (TokenKind::Space, run_of(rest, |c| c.is_whitespace() && c != '\n')),
        _ if is_word_character(first) => word(rest),
        _ if is_symbol(first) => (TokenKind::Punctuation, run_of(rest, |c| c == first)),
        _ => (TokenKind::Other, rest.graphemes(true).next().map_or(first.len_utf8(), str::len)),
    };
    tokens.push(Token { span: TextSpan::new(at, at + len), kind });
    at + len
}

fn run_of(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

fn is_word_character(c: char) -> bool {
    c.is_alphanumeric() && !is_thai_letter(c)
}

/// ASCII and general punctuation and symbols; scripts and pictures are left to grapheme clusters.
fn is_symbol(c: char) -> bool {
    matches!(c,
        '!'..='/' | ':'..='@' | '['..='`' | '{'..='~' | '\u{00A1}'..='\u{00BF}' | '×' | '÷' | '฿' | 'ๆ' | '๏' | '๚' | '๛'
        | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205E}' | '\u{20A0}'..='\u{20CF}' | '\u{2190}'..='\u{22FF}'
        | '\u{2500}'..='\u{25FF}' | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}')
}

/// Letters and digits with their combining marks, and the marks that join them inside a word: `1,500.50`, `don't`,
/// `moph.go.th`. A simplification of the word boundaries of Unicode Standard Annex 29.
fn word(text: &str) -> (TokenKind, usize) {
    let mut characters = text.char_indices().peekable();
    let (mut end, mut letters) = (0, false);
    let mut last = ' ';
    while let Some((start, c)) = characters.next() {
        let follows = |ok: fn(char) -> bool, next: Option<&(usize, char)>| next.is_some_and(|(_, c)| ok(*c));
        let joins = match c {
            '.' | ',' if last.is_numeric() => follows(char::is_numeric, characters.peek()),
            '.' | '\'' | '’' | '_' if last.is_alphanumeric() => {
                follows(is_word_character, characters.peek())
            }
            '\u{0300}'..='\u{036F}' => true,
            _ => is_word_character(c),
        };
        if !joins {
            break;
        }
        letters |= c.is_alphabetic();
        end = start + c.len_utf8();
        last = c;
    }
    (if letters { TokenKind::Latin } else { TokenKind::Number }, end)
}
