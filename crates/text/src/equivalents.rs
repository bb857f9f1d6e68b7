//! Things that state projects call by several names: an English and a Thai one, an everyday and an official one.
//!
//! The table is `data/equivalents.tsv`: a query for `smart city` should also find `เมืองอัจฉริยะ`, and a draft that writes one
//! repeats a project that writes the other. Names are matched whatever their letter case, where the words of the text begin
//! and end with them.

use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use thiap_domain::TextSpan;

use crate::Segmenter;

/// A name of the table found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EquivalentMention {
    /// Where it stands.
    pub span: TextSpan,
    /// Every name of the thing, the one found among them.
    pub names: &'static [&'static str],
}

struct Table {
    things: Vec<Vec<&'static str>>,
    by_name: HashMap<&'static str, usize>,
    finder: Option<AhoCorasick>,
    patterns: Vec<usize>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let things: Vec<Vec<&'static str>> = include_str!("../data/equivalents.tsv")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
        .collect();
    let named: Vec<(&'static str, usize)> = things
        .iter()
        .enumerate()
        .flat_map(|(index, names)| names.iter().map(move |name| (*name, index)))
        .collect();
    let finder = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .ascii_case_insensitive(true)
        .build(named.iter().map(|(name, _)| name))
        .ok();
    let patterns = named.iter().map(|(_, index)| *index).collect();
    Table { by_name: named.into_iter().collect(), things, finder, patterns }
});

/// Every thing of the table by its names.
#[must_use]
pub fn all() -> &'static [Vec<&'static str>] {
    &TABLE.things
}

/// The name by which official texts call a thing of the table: its first Thai one.
#[must_use]
pub fn official_name(names: &[&'static str]) -> Option<&'static str> {
    let thai = names.iter().find(|name| name.chars().any(crate::character::is_thai_letter));
    thai.or(names.first()).copied()
}

/// Every name of the thing that `name` names, itself among them; empty for a name that the table does not know.
#[must_use]
pub fn equivalents(name: &str) -> &'static [&'static str] {
    let folded = crate::fold_case(name);
    TABLE.by_name.get(folded.as_ref()).and_then(|index| TABLE.things.get(*index)).map_or(&[], Vec::as_slice)
}

/// Finds the names of the table in a text in normal form, left to right, without overlaps.
#[must_use]
pub fn find_equivalents(normalised: &str) -> Vec<EquivalentMention> {
    let table: &'static Table = &TABLE;
    let Some(finder) = &table.finder else { return Vec::new() };
    let mut token_ends: Option<Vec<usize>> = None;
    let mut mentions = Vec::new();
    for found in finder.find_iter(normalised) {
        let ends = token_ends.get_or_insert_with(|| {
            Segmenter::embedded().segment(normalised).iter().map(|t| t.span.end).collect()
        });
        let is_end = |at: usize| at == 0 || ends.binary_search(&at).is_ok();
        let names = table.patterns.get(found.pattern().as_usize()).and_then(|index| table.things.get(*index));
        if let Some(names) = names
            && is_end(found.start())
            && is_end(found.end())
        {
            mentions.push(EquivalentMention { span: TextSpan::new(found.start(), found.end()), names });
        }
    }
    mentions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_names_lead_to_thai_ones_and_back() {
        assert!(equivalents("Smart City").contains(&"เมืองอัจฉริยะ"));
        assert!(equivalents("ผู้สูงอายุ").contains(&"elderly"));
        assert!(equivalents("ไม่มีในตาราง").is_empty());
        assert_eq!(official_name(equivalents("smart farmer")), Some("เกษตรกรปราดเปรื่อง"));
    }

    #[test]
    fn names_are_found_as_whole_words() {
        let text = "พัฒนา Smart City ด้าน data";
        let found = find_equivalents(text);
        assert_eq!(found.iter().map(|m| m.span.slice(text)).collect::<Vec<_>>(), [Some("Smart City")]);
        assert!(find_equivalents("available").is_empty(), "ai and ev inside a word are none");
    }

    #[test]
    fn the_table_is_sound() {
        let mut seen = std::collections::HashSet::new();
        for names in &TABLE.things {
            assert!(names.len() > 1, "{names:?}");
            for name in names {
                assert!(seen.insert(*name), "{name} is there twice");
                assert_eq!(crate::fold_case(&crate::normalise_text(name)), *name);
            }
        }
    }
}
