//! Words that names of agencies, buildings, waters, laws and plans begin with.

use std::sync::LazyLock;

use crate::lexicon::Sense;
use crate::tables::{rows, values};

const HEADS: &str = include_str!("../data/heads.tsv");

/// What kind of name a word begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Head {
    Nature,
    Facility,
    Organization,
    Company,
    Law,
    Plan,
}

/// How much a word alone says that a name follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strength {
    Weak,
    Plain,
    Strong,
}

/// A word that names begin with.
#[derive(Debug)]
pub(crate) struct HeadWord {
    pub(crate) word: &'static str,
    pub(crate) kind: Head,
    pub(crate) strength: Strength,
    no_names: Vec<&'static str>,
}

impl HeadWord {
    /// Whether what follows the word is known to be no name (โรงพยาบาลในสังกัด, วัดความดัน).
    pub(crate) fn begins_none(&self, behind: &str) -> bool {
        self.no_names.iter().any(|start| behind.starts_with(start))
    }
}

/// All head words, in the order of their table.
pub(crate) fn head_words() -> &'static [HeadWord] {
    static WORDS: LazyLock<Vec<HeadWord>> = LazyLock::new(|| {
        rows::<4>(HEADS)
            .filter_map(|[word, kind, strength, no_names]| {
                let kind = match kind {
                    "nature" => Head::Nature,
                    "facility" => Head::Facility,
                    "organization" => Head::Organization,
                    "company" => Head::Company,
                    "law" => Head::Law,
                    "plan" => Head::Plan,
                    _ => return None,
                };
                let strength = match strength {
                    "weak" => Strength::Weak,
                    "strong" => Strength::Strong,
                    _ => Strength::Plain,
                };
                Some(HeadWord { word, kind, strength, no_names: values(no_names).collect() })
            })
            .collect()
    });
    &WORDS
}

/// The kind of name that a literal name begins, if it is a head word.
pub(crate) fn head_kind(sense: Sense) -> Option<Head> {
    match sense {
        Sense::Head(index) => head_words().get(index).map(|head| head.kind),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        let lines = HEADS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count();
        assert_eq!(head_words().len(), lines);
        for head in head_words() {
            let twins =
                head_words().iter().filter(|other| other.word == head.word && other.kind == head.kind);
            assert_eq!(twins.count(), 1, "{}", head.word);
        }
    }

    #[test]
    fn a_measure_is_no_temple() {
        let temple = head_words().iter().find(|head| head.word == "วัด").unwrap();
        assert!(temple.begins_none("ความดัน") && !temple.begins_none("พระแก้ว"));
    }
}
