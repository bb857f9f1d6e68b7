//! Small decision trees over named comparisons: what several of them say together, and none of them alone.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::feature::Feature;

/// A tree, written as `whole_meaning 0.41 (-0.02) (0.03: area_same 0.5 (-0.01) (0.02))`: a comparison, the value from which
/// on the second branch is taken, what each branch adds to the log odds, and what is asked there next.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// What is asked.
    pub feature: Feature,
    /// The least value that goes above.
    pub from: f64,
    /// For lower values.
    pub below: Branch,
    /// For values from there on.
    pub above: Branch,
}

/// One side of a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// What it adds to the log odds.
    pub adds: f64,
    /// What is asked there.
    pub then: Option<Box<Tree>>,
}

/// Deeper trees are refused.
const MOST_QUESTIONS: usize = 16;

impl Tree {
    /// The questions that a pair meets, each with what its answer adds: the sum is what the tree adds.
    pub fn path<'a>(
        &'a self,
        value: impl Fn(Feature) -> f64 + 'a,
    ) -> impl Iterator<Item = (Feature, f64)> + 'a {
        let mut next = Some(self);
        std::iter::from_fn(move || {
            let tree = next?;
            let branch = if value(tree.feature) < tree.from { &tree.below } else { &tree.above };
            next = branch.then.as_deref();
            Some((tree.feature, branch.adds))
        })
    }

    pub(crate) fn is_finite(&self) -> bool {
        let branches = [&self.below, &self.above];
        self.from.is_finite()
            && branches.iter().all(|branch| {
                branch.adds.is_finite() && branch.then.as_ref().is_none_or(|tree| tree.is_finite())
            })
    }
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} {}", self.feature, self.from, self.below, self.above)
    }
}

impl fmt::Display for Branch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.then {
            None => write!(f, "({})", self.adds),
            Some(tree) => write!(f, "({}: {tree})", self.adds),
        }
    }
}

/// Why a text is no tree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no tree is written as {0:?}")]
pub struct NoTree(String);

impl FromStr for Tree {
    type Err = NoTree;

    fn from_str(text: &str) -> Result<Self, NoTree> {
        let mut rest = text;
        let tree = read_tree(&mut rest, MOST_QUESTIONS).filter(|_| rest.is_empty());
        tree.ok_or_else(|| NoTree(text.chars().take(80).collect()))
    }
}

fn read_tree(rest: &mut &str, questions: usize) -> Option<Tree> {
    let questions = questions.checked_sub(1)?;
    let name = read_word(rest)?;
    let feature = Feature::ALL.iter().copied().find(|feature| feature.name() == name)?;
    let from = read_word(rest)?.parse().ok()?;
    let below = read_branch(rest, questions)?;
    *rest = rest.strip_prefix(' ')?;
    Some(Tree { feature, from, below, above: read_branch(rest, questions)? })
}

/// What stands before the next space, which is passed over.
fn read_word<'a>(rest: &mut &'a str) -> Option<&'a str> {
    let (word, behind) = rest.split_once(' ')?;
    *rest = behind;
    Some(word)
}

fn read_branch(rest: &mut &str, questions: usize) -> Option<Branch> {
    let inside = rest.strip_prefix('(')?;
    let end = inside.find([':', ')'])?;
    let (adds, behind) = inside.split_at_checked(end)?;
    let mut branch = Branch { adds: adds.parse().ok()?, then: None };
    *rest = behind;
    if let Some(behind) = behind.strip_prefix(": ") {
        *rest = behind;
        branch.then = Some(Box::new(read_tree(rest, questions)?));
    }
    *rest = rest.strip_prefix(')')?;
    Some(branch)
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn trees() -> impl Strategy<Value = Tree> {
        let feature = || proptest::sample::select(Feature::ALL);
        let number = || (-1_000_000i32..1_000_000).prop_map(|n| f64::from(n) / 1e6);
        let leaf = number().prop_map(|adds| Branch { adds, then: None });
        let branch = leaf.prop_recursive(4, 32, 2, move |inner| {
            (number(), feature(), number(), inner.clone(), inner).prop_map(
                |(adds, feature, from, below, above)| Branch {
                    adds,
                    then: Some(Box::new(Tree { feature, from, below, above })),
                },
            )
        });
        (feature(), number(), branch.clone(), branch).prop_map(|(feature, from, below, above)| Tree {
            feature,
            from,
            below,
            above,
        })
    }

    proptest! {
        #[test]
        fn a_tree_is_read_as_it_is_written(tree in trees()) {
            prop_assert_eq!(tree.to_string().parse::<Tree>(), Ok(tree));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[(): 0-9.a-z_-]{0,80}") {
            let _ = text.parse::<Tree>();
        }
    }

    #[test]
    fn follows_the_answers_and_names_what_each_adds() {
        let tree: Tree =
            "whole_meaning 0.5 (-0.25) (0.5: area_same 1 (-0.125) (0.25))".parse().expect("a tree");
        let path = |whole: f64, same: f64| -> Vec<(Feature, f64)> {
            tree.path(|feature| if feature == Feature::AreaSame { same } else { whole }).collect()
        };
        assert_eq!(path(0.4, 1.0), [(Feature::WholeMeaning, -0.25)]);
        assert_eq!(path(0.5, 1.0), [(Feature::WholeMeaning, 0.5), (Feature::AreaSame, 0.25)]);
        assert_eq!(path(0.5, 0.0), [(Feature::WholeMeaning, 0.5), (Feature::AreaSame, -0.125)]);
    }

    #[test]
    fn what_is_no_tree_is_refused() {
        let deep =
            format!("{}whole_meaning 1 (0) (0){}", "whole_meaning 1 (0) (0: ".repeat(20), ")".repeat(20));
        for text in ["", "whole_meaning 1 (0) (0) ", "nothing 1 (0) (0)", "whole_meaning x (0) (0)", &deep] {
            assert!(text.parse::<Tree>().is_err(), "{text}");
        }
    }
}
