//! Texts to pieces: the one place where a text is brought into normal form, prefixed, cut and split for a model.

use std::path::Path;

use thiap_text::normalise_text;
use tokenizers::{Tokenizer, TruncationParams};

use crate::{EncodeError, LoadError};

/// More characters than any piece has (the longest of XLM-R has 16): this many to a token of the window surely fill it.
const CHARACTERS_PER_TOKEN: usize = 32;

/// A model's tokenizer, set to the model's window.
pub(crate) struct TextTokenizer {
    tokenizer: Tokenizer,
    max_tokens: usize,
    padding_id: u32,
}

impl TextTokenizer {
    /// Reads a `tokenizer.json` for a model with `rows` word embeddings that reads `max_tokens` tokens of a text.
    pub(crate) fn parse(
        path: &Path,
        json: &[u8],
        rows: usize,
        max_tokens: usize,
        padding_id: u32,
    ) -> Result<Self, LoadError> {
        let malformed = |reason: tokenizers::Error| LoadError::Malformed {
            path: path.to_path_buf(),
            reason: reason.to_string(),
        };
        let mut tokenizer = Tokenizer::from_bytes(json).map_err(malformed)?;
        let pieces = piece_count(&tokenizer);
        if pieces > rows {
            return Err(LoadError::TokenizerTooLarge { pieces, rows });
        }
        tokenizer.with_padding(None);
        let window = TruncationParams { max_length: max_tokens, ..TruncationParams::default() };
        tokenizer.with_truncation(Some(window)).map_err(malformed)?;
        Ok(Self { tokenizer, max_tokens, padding_id })
    }

    /// The pieces of `prefix` and `text` together: at least one, at most the window's, special ones included.
    pub(crate) fn piece_ids(&self, prefix: &str, text: &str) -> Result<Vec<u32>, EncodeError> {
        let normal = normalise_text(text);
        let mut input = String::with_capacity(prefix.len() + normal.len());
        input.push_str(prefix);
        push_start(&mut input, &normal, self.max_tokens.saturating_mul(CHARACTERS_PER_TOKEN));
        let encoding = self
            .tokenizer
            .encode_fast(input, true)
            .map_err(|error| EncodeError::Tokenizer(error.to_string()))?;
        let mut ids = encoding.get_ids().to_vec();
        if ids.is_empty() {
            // A tokenizer without special pieces gives an empty text none at all; the network wants one row.
            ids.push(self.padding_id);
        }
        Ok(ids)
    }
}

/// One more than the highest number of a piece, added ones included.
fn piece_count(tokenizer: &Tokenizer) -> usize {
    let added = tokenizer.get_added_tokens_decoder().keys().max().map_or(0, |id| *id as usize + 1);
    tokenizer.get_vocab_size(false).max(added)
}

/// Appends the first `limit` characters of `text`, a run of white space counted as one and written as one space, so
/// that a text of any length costs no more than the window.
fn push_start(input: &mut String, text: &str, limit: usize) {
    let mut in_space = false;
    let mut count = 0usize;
    for character in text.chars() {
        if character.is_whitespace() {
            if in_space {
                continue;
            }
            in_space = true;
            input.push(' ');
        } else {
            in_space = false;
            input.push(character);
        }
        count += 1;
        if count == limit {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_white_space_do_not_use_up_the_window() {
        let mut input = String::from("q: ");
        push_start(&mut input, &format!("a{}bc", " \n\t".repeat(1000)), 3);
        assert_eq!(input, "q: a b");
    }

    #[test]
    fn a_tokenizer_that_is_no_json_is_refused() {
        for json in [b"".as_slice(), b"{", b"{}", b"{\"model\": 3}"] {
            let path = Path::new("tokenizer.json");
            let result = TextTokenizer::parse(path, json, 10, 16, 0);
            assert!(matches!(result, Err(LoadError::Malformed { path: p, .. }) if p == path));
        }
    }
}
