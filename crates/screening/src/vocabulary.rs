//! The word lists of this crate, which live as data beside the code.

use std::collections::HashSet;
use std::sync::LazyLock;

use thiap_text::normalise_text;

/// How a word counts in a comparison of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WordRole {
    /// Says what the work is.
    Content,
    /// Stands in the title of every other project.
    Stock,
    /// Carries no content of its own.
    Function,
}

/// The word lists, normalised.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    function: HashSet<String>,
    stock: HashSet<String>,
    place_bound: HashSet<String>,
    general_cost_lines: Vec<String>,
    bought_goods: Vec<String>,
}

static EMBEDDED: LazyLock<Vocabulary> = LazyLock::new(|| Vocabulary {
    function: lines(include_str!("../data/function_words.txt")).collect(),
    stock: lines(include_str!("../data/stock_words.txt")).collect(),
    place_bound: lines(include_str!("../data/place_bound_work.txt")).collect(),
    general_cost_lines: lines(include_str!("../data/general_cost_lines.txt")).collect(),
    bought_goods: lines(include_str!("../data/bought_goods.txt")).collect(),
});

/// The entries of a list: one a line, comments and empty lines left out.
fn lines(list: &str) -> impl Iterator<Item = String> + '_ {
    list.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| normalise_text(line).into_owned())
}

impl Vocabulary {
    pub(crate) fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// How a word, normalised and lower-cased, counts.
    pub(crate) fn role(&self, word: &str) -> WordRole {
        if self.function.contains(word) {
            WordRole::Function
        } else if self.stock.contains(word) {
            WordRole::Stock
        } else {
            WordRole::Content
        }
    }

    /// Whether the word names work or goods that are tied to their place.
    pub(crate) fn is_place_bound(&self, word: &str) -> bool {
        self.place_bound.contains(word)
    }

    /// Whether a normalised title is that of bought goods.
    pub(crate) fn is_bought_goods(&self, title: &str) -> bool {
        /// Words that may stand before the goods.
        const BUYING: &[&str] = &["โครงการ", "จัดซื้อ", "จัดหา", "ซื้อ", "เช่า", "ค่า", "การ"];
        let mut title = title.trim_start();
        while let Some(rest) = BUYING.iter().find_map(|word| title.strip_prefix(word)) {
            title = rest.trim_start();
        }
        self.bought_goods.iter().any(|start| title.starts_with(start.as_str()))
    }

    /// Whether a normalised entry is a cost line that every project has.
    pub(crate) fn is_general_cost_line(&self, entry: &str) -> bool {
        let entry = entry.trim_start();
        self.general_cost_lines.iter().any(|start| entry.starts_with(start.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_one_role() {
        let vocabulary = Vocabulary::embedded();
        let twice: Vec<_> = vocabulary.function.intersection(&vocabulary.stock).collect();
        assert!(twice.is_empty(), "{twice:?}");
        assert_eq!(vocabulary.role("โครงการ"), WordRole::Function);
        assert_eq!(vocabulary.role("พัฒนา"), WordRole::Stock);
        assert_eq!(vocabulary.role("ผู้สูงอายุ"), WordRole::Content);
        assert!(vocabulary.is_place_bound("ถนน"));
        assert!(vocabulary.is_general_cost_line(" วัสดุสำนักงาน"));
        assert!(vocabulary.is_bought_goods("จัดซื้อรถบรรทุก (ดีเซล) 2 คัน"));
        assert!(!vocabulary.is_bought_goods("อบรมการใช้เครื่องจักร"));
        assert!(!vocabulary.is_general_cost_line("ค่าใช้จ่ายในการป้องกันโรคพิษสุนัขบ้า"));
    }
}
