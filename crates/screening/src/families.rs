//! Families: groups of projects that repeat each other.
//!
//! Average linkage (Sokal and Michener 1958): of all groups, the two with the highest mean likelihood between their
//! members are joined, as long as it reaches what a family takes. Unlike connected components, a chain of pairs that
//! are each alike does not become one family when its ends have nothing in common.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet};

/// Two projects that may be actionable. Members are numbers of the caller's choice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FamilyLink {
    /// One project.
    pub a: u32,
    /// The other.
    pub b: u32,
    /// The probability that a committee would have to act on the pair.
    pub likelihood: f64,
}

/// What people decided about families: it goes before what likelihoods say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FamilyRules {
    /// Pairs that belong to one family.
    pub together: Vec<(u32, u32)>,
    /// Pairs that do not. Where both lists hold a pair, it stays apart.
    pub apart: Vec<(u32, u32)>,
}

/// Projects that repeat each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    /// Two or more, ascending.
    pub members: Vec<u32>,
    /// The member most like the others.
    pub medoid: u32,
}

/// The families that links make, by their first member. Pairs without a link count as 0. The same links in any order give
/// the same families; time grows with the number of links times its logarithm.
#[must_use]
pub fn families(links: &[FamilyLink], rules: &FamilyRules, least_mean: f64) -> Vec<Family> {
    let mut likelihoods: BTreeMap<(u32, u32), f64> = BTreeMap::new();
    for link in links.iter().filter(|link| link.a != link.b) {
        let known = likelihoods.entry(ordered(link.a, link.b)).or_insert(0.0);
        *known = known.max(link.likelihood);
    }
    let apart: HashSet<(u32, u32)> = rules.apart.iter().map(|(a, b)| ordered(*a, *b)).collect();
    let together: BTreeSet<(u32, u32)> = rules
        .together
        .iter()
        .map(|(a, b)| ordered(*a, *b))
        .filter(|pair| pair.0 != pair.1 && !apart.contains(pair))
        .collect();
    let mut groups = Groups::new(likelihoods.keys().chain(&together), &apart);
    for ((a, b), likelihood) in &likelihoods {
        groups.add_link(*a, *b, *likelihood);
    }
    for (a, b) in together {
        groups.join_decided(a, b);
    }
    groups.join_while(least_mean);
    let mut found: Vec<Family> = groups
        .members
        .into_values()
        .filter(|members| members.len() > 1)
        .map(|members| Family { medoid: medoid(&members, &likelihoods), members })
        .collect();
    found.sort_by(|a, b| a.members.cmp(&b.members));
    found
}

fn ordered(a: u32, b: u32) -> (u32, u32) {
    (a.min(b), a.max(b))
}

/// The member with the highest sum of likelihoods to the others; of equal ones the first.
fn medoid(members: &[u32], likelihoods: &BTreeMap<(u32, u32), f64>) -> u32 {
    let sum = |one: u32| -> f64 {
        members
            .iter()
            .filter(|other| **other != one)
            .filter_map(|other| likelihoods.get(&ordered(one, *other)))
            .sum()
    };
    let mut best = (f64::NEG_INFINITY, 0);
    for member in members {
        let sum = sum(*member);
        if sum > best.0 {
            best = (sum, *member);
        }
    }
    best.1
}

/// Groups under way; a group is named by one of its members.
struct Groups {
    members: BTreeMap<u32, Vec<u32>>,
    group_of: HashMap<u32, u32>,
    /// By group: the sums of likelihoods to other groups.
    sums: HashMap<u32, HashMap<u32, f64>>,
    /// By group: groups that it must not be joined with.
    apart: HashMap<u32, HashSet<u32>>,
}

/// A join that may be made, as of when it was found.
#[derive(PartialEq)]
struct Join {
    mean: f64,
    a: u32,
    b: u32,
    sizes: (usize, usize),
}

impl Eq for Join {}

impl PartialOrd for Join {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Join {
    fn cmp(&self, other: &Self) -> Ordering {
        self.mean.total_cmp(&other.mean).then_with(|| (other.a, other.b).cmp(&(self.a, self.b)))
    }
}

impl Groups {
    fn new<'a>(pairs: impl Iterator<Item = &'a (u32, u32)>, apart: &HashSet<(u32, u32)>) -> Self {
        let all: BTreeSet<u32> = pairs.flat_map(|(a, b)| [*a, *b]).collect();
        let mut kept_apart: HashMap<u32, HashSet<u32>> = HashMap::new();
        for (a, b) in apart {
            kept_apart.entry(*a).or_default().insert(*b);
            kept_apart.entry(*b).or_default().insert(*a);
        }
        Self {
            members: all.iter().map(|one| (*one, vec![*one])).collect(),
            group_of: all.iter().map(|one| (*one, *one)).collect(),
            sums: HashMap::new(),
            apart: kept_apart,
        }
    }

    fn add_link(&mut self, a: u32, b: u32, likelihood: f64) {
        *self.sums.entry(a).or_default().entry(b).or_default() += likelihood;
        *self.sums.entry(b).or_default().entry(a).or_default() += likelihood;
    }

    fn size(&self, group: u32) -> usize {
        self.members.get(&group).map_or(0, Vec::len)
    }

    fn are_apart(&self, a: u32, b: u32) -> bool {
        self.apart.get(&a).is_some_and(|apart| apart.contains(&b))
    }

    /// Joins the groups of two members, unless that would bring together what people set apart.
    fn join_decided(&mut self, a: u32, b: u32) {
        if let (Some(&a), Some(&b)) = (self.group_of.get(&a), self.group_of.get(&b))
            && a != b
            && !self.are_apart(a, b)
        {
            self.join(a, b);
        }
    }

    /// Joins two groups under the name of the larger; its name.
    fn join(&mut self, a: u32, b: u32) -> u32 {
        let (kept, gone) = if (self.size(b), a) > (self.size(a), b) { (b, a) } else { (a, b) };
        let moved = self.members.remove(&gone).unwrap_or_default();
        for member in &moved {
            self.group_of.insert(*member, kept);
        }
        let members = self.members.entry(kept).or_default();
        members.extend(moved);
        members.sort_unstable();
        for (other, sum) in self.sums.remove(&gone).unwrap_or_default() {
            if let Some(sums) = self.sums.get_mut(&other) {
                sums.remove(&gone);
            }
            if other != kept {
                *self.sums.entry(kept).or_default().entry(other).or_default() += sum;
                *self.sums.entry(other).or_default().entry(kept).or_default() += sum;
            }
        }
        for other in self.apart.remove(&gone).unwrap_or_default() {
            if let Some(apart) = self.apart.get_mut(&other) {
                apart.remove(&gone);
                apart.insert(kept);
            }
            self.apart.entry(kept).or_default().insert(other);
        }
        kept
    }

    fn candidate(&self, a: u32, b: u32) -> Option<Join> {
        let (a, b) = ordered(a, b);
        let sizes = (self.size(a), self.size(b));
        let sum = self.sums.get(&a)?.get(&b)?;
        let pairs = sizes.0 * sizes.1;
        (pairs > 0 && !self.are_apart(a, b)).then(|| Join { mean: sum / pairs as f64, a, b, sizes })
    }

    fn join_while(&mut self, least_mean: f64) {
        let mut heap: BinaryHeap<Join> = self
            .sums
            .iter()
            .flat_map(|(a, others)| others.keys().filter(move |b| a < *b).map(move |b| (*a, *b)))
            .filter_map(|(a, b)| self.candidate(a, b))
            .filter(|join| join.mean >= least_mean)
            .collect();
        while let Some(join) = heap.pop() {
            // a join found before one of its groups grew is out of date; the newer one is in the heap too
            if (self.size(join.a), self.size(join.b)) != join.sizes || self.are_apart(join.a, join.b) {
                continue;
            }
            let kept = self.join(join.a, join.b);
            let others: Vec<u32> =
                self.sums.get(&kept).map(|sums| sums.keys().copied().collect()).unwrap_or_default();
            let next = others.into_iter().filter_map(|other| self.candidate(kept, other));
            heap.extend(next.filter(|join| join.mean >= least_mean));
        }
    }
}

/// Which earlier family each family carries on, so that it keeps its name: the one with most members in common, each
/// earlier one at most once. Of two that share as much, the earlier family with the first name goes first.
#[must_use]
pub fn carried_on<'a, M: Ord + std::hash::Hash>(
    earlier: &'a [(String, Vec<M>)],
    families: &[Vec<M>],
) -> Vec<Option<&'a str>> {
    let mut family_of: HashMap<&M, Vec<usize>> = HashMap::new();
    for (place, family) in families.iter().enumerate() {
        for member in family {
            family_of.entry(member).or_default().push(place);
        }
    }
    let mut shared: Vec<(usize, &str, usize)> = Vec::new();
    for (name, members) in earlier {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for place in members.iter().filter_map(|member| family_of.get(member)).flatten() {
            *counts.entry(*place).or_default() += 1;
        }
        shared.extend(counts.into_iter().map(|(place, count)| (count, name.as_str(), place)));
    }
    shared.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
    let mut names = vec![None; families.len()];
    let mut given = HashSet::new();
    for (_, name, place) in shared {
        if let Some(slot @ None) = names.get_mut(place)
            && given.insert(name)
        {
            *slot = Some(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn link(a: u32, b: u32, likelihood: f64) -> FamilyLink {
        FamilyLink { a, b, likelihood }
    }

    fn members(found: &[Family]) -> Vec<&[u32]> {
        found.iter().map(|family| family.members.as_slice()).collect()
    }

    #[test]
    fn a_chain_is_no_family() {
        let links = [link(1, 2, 0.9), link(2, 3, 0.8), link(3, 4, 0.85)];
        let found = families(&links, &FamilyRules::default(), 0.5);
        assert_eq!(members(&found), [&[1, 2][..], &[3, 4]]);
    }

    #[test]
    fn the_medoid_is_the_member_most_like_the_others() {
        let links = [
            link(1, 2, 0.6),
            link(2, 3, 0.9),
            link(1, 3, 0.55),
            link(2, 4, 0.9),
            link(3, 4, 0.6),
            link(1, 4, 0.5),
        ];
        let found = families(&links, &FamilyRules::default(), 0.5);
        assert_eq!(found, [Family { members: vec![1, 2, 3, 4], medoid: 2 }]);
    }

    #[test]
    fn people_decide_before_likelihoods() {
        let links = [link(1, 2, 0.9), link(1, 3, 0.9), link(2, 3, 0.9)];
        let rules = FamilyRules { together: vec![(7, 1)], apart: vec![(3, 1)] };
        let found = families(&links, &rules, 0.4);
        assert_eq!(members(&found), [[1, 7], [2, 3]], "7 came with 1, and 3 stays away from 1");
    }

    #[test]
    fn what_was_set_apart_stays_apart_through_others() {
        let links = [link(1, 2, 0.99), link(2, 3, 0.99), link(1, 3, 0.99)];
        let rules = FamilyRules { together: vec![(1, 2), (2, 3)], apart: vec![(1, 3)] };
        for family in families(&links, &rules, 0.1) {
            assert!(!(family.members.contains(&1) && family.members.contains(&3)));
        }
    }

    #[test]
    fn families_keep_their_names() {
        let earlier =
            [("ก".to_owned(), vec![1, 2, 3]), ("ข".to_owned(), vec![4, 5]), ("ค".to_owned(), vec![8, 9])];
        let now = [vec![1, 2], vec![3, 4, 5, 6], vec![10, 11]];
        assert_eq!(carried_on(&earlier, &now), [Some("ก"), Some("ข"), None]);
        assert_eq!(carried_on(&earlier, &[vec![1, 2, 3, 4, 5]]), [Some("ก")]);
    }

    proptest! {
        #[test]
        fn families_part_the_projects_whatever_the_order(
            pairs in proptest::collection::vec((0u32..20, 0u32..20, 0.0f64..1.0), 0..60),
            apart in proptest::collection::vec((0u32..20, 0u32..20), 0..6),
            together in proptest::collection::vec((0u32..20, 0u32..20), 0..6),
            least in 0.1f64..0.9,
        ) {
            let links: Vec<FamilyLink> = pairs.iter().map(|(a, b, p)| link(*a, *b, *p)).collect();
            let rules = FamilyRules { together, apart };
            let found = families(&links, &rules, least);
            let mut seen = HashSet::new();
            for family in &found {
                prop_assert!(family.members.len() > 1 && family.members.contains(&family.medoid));
                prop_assert!(family.members.iter().all(|member| seen.insert(*member)));
                for (a, b) in rules.apart.iter().filter(|(a, b)| a != b) {
                    prop_assert!(!(family.members.contains(a) && family.members.contains(b)));
                }
            }
            let mut backwards: Vec<FamilyLink> = links.clone();
            backwards.reverse();
            backwards.iter_mut().for_each(|link| std::mem::swap(&mut link.a, &mut link.b));
            prop_assert_eq!(found, families(&backwards, &rules, least));
        }
    }
}
