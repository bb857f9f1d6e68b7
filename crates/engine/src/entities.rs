//! What a text names: mentions with their places in characters, as answers give them.

use serde::Serialize;
use thiap_domain::{EntityType, Mention, MentionValue};

use crate::error::EngineError;
use crate::indexing::blocking;

/// A stretch of a text that names something.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MentionAnswer {
    /// Where it begins, in characters (Unicode code points) of the text as it was given.
    pub start_char: usize,
    /// Where it ends, the character after the last one.
    pub end_char: usize,
    /// What kind of thing it names.
    #[serde(rename = "type")]
    pub entity_type: EntityType,
    /// The characters.
    pub text: String,
    /// What it stands for; `None` for a mention that could not be linked.
    pub value: Option<MentionValue>,
}

/// The mentions of a text, in order, none overlapping another. Linear in the text's length.
#[must_use]
pub fn entities(text: &str) -> Vec<MentionAnswer> {
    let (mut byte, mut character) = (0, 0);
    let mut count_to = |end: usize| {
        character += text.get(byte..end).map_or(0, |passed| passed.chars().count());
        byte = end;
        character
    };
    thiap_ner::extract(text)
        .into_iter()
        .filter_map(|Mention { span, entity_type, value }| {
            let named = span.slice(text)?.to_owned();
            let (start_char, end_char) = (count_to(span.start), count_to(span.end));
            Some(MentionAnswer { start_char, end_char, entity_type, text: named, value })
        })
        .collect()
}

/// [`entities`], away from the threads that answer requests.
///
/// # Errors
/// [`EngineError::Worker`].
pub async fn read_entities(text: String) -> Result<Vec<MentionAnswer>, EngineError> {
    blocking(move || Ok::<_, EngineError>(entities(&text))).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_characters() {
        let text = "🏥 งบ 1.5 ล้านบาท ใน อ.เชียงคาน จ.เลย";
        let found = entities(text);
        assert!(found.len() >= 3, "{found:?}");
        for mention in found {
            let wanted = mention.end_char - mention.start_char;
            let slice: String = text.chars().skip(mention.start_char).take(wanted).collect();
            assert_eq!(slice, mention.text);
        }
    }
}
