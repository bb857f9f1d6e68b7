//! What differs in the writing of a pair and was looked through.

use std::collections::{BTreeMap, BTreeSet};

use thiap_domain::{TextField, TextSpan, Trick};

use crate::corpus::CorpusStatistics;
use crate::misspelling;
use crate::passages::Place;
use crate::profile::Profile;
use crate::text::{Entry, Texts};
use crate::things::Things;

/// Two forms of one thing, one on each side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undone {
    /// In what they differ.
    pub trick: Trick,
    /// In the draft.
    pub draft: Place,
    /// In the project.
    pub project: Place,
}

/// Pairs of forms of one kind that are given at most.
const MOST_OF_A_KIND: usize = 6;
/// From which share of their words on two entries are one.
const SAME_ENTRY: f64 = 0.8;
/// Share of the shorter list that has to stand in the other.
const ALIGNED_SHARE: f64 = 0.6;
/// Entries of a list that are looked at.
const MOST_ENTRIES: usize = 40;

/// What differs in writing between a draft and a project although it means the same, by kind and then as the draft has it.
#[must_use]
pub fn undone(draft: &Profile, existing: &Profile, corpus: &dyn CorpusStatistics) -> Vec<Undone> {
    let mut found = names_of_one_thing(&draft.texts, &existing.texts);
    found.extend(misspellings(&draft.texts, &existing.texts, corpus));
    let draft = misspelling::seen_through(draft, existing, corpus);
    for field in [TextField::Objectives, TextField::Activities] {
        found.extend(reordered(&draft.texts, &existing.texts, field));
    }
    found.sort_by_key(|one| (one.trick, one.draft.field, one.draft.entry, one.draft.span));
    let mut shown: BTreeMap<Trick, usize> = BTreeMap::new();
    found.retain(|one| {
        let count = shown.entry(one.trick).or_default();
        *count += 1;
        *count <= MOST_OF_A_KIND
    });
    found
}

fn place(entry: &Entry, span: TextSpan) -> Place {
    Place { field: entry.field, entry: entry.entry, span }
}

/// The first mention of each name, by thing and name. Why a work is done and what it changes is told in wide words and in
/// full names; what counts is how the work itself is called.
fn names(texts: &Texts) -> BTreeMap<u32, BTreeMap<u32, Place>> {
    let mut things: BTreeMap<u32, BTreeMap<u32, Place>> = BTreeMap::new();
    let of_work = |entry: &&Entry| {
        !matches!(entry.field, TextField::Rationale | TextField::Outcomes | TextField::Indicators)
    };
    for entry in texts.entries.iter().filter(of_work) {
        for mention in &entry.names {
            let Some(thing) = Things::embedded().thing(mention.name) else { continue };
            things
                .entry(thing)
                .or_default()
                .entry(mention.name)
                .or_insert_with(|| place(entry, mention.span));
        }
    }
    things
}

/// Things that both sides name, and under no name that both use.
fn names_of_one_thing(draft: &Texts, project: &Texts) -> Vec<Undone> {
    let (draft, project) = (names(draft), names(project));
    let mut found = Vec::new();
    for (thing, in_draft) in &draft {
        let Some(in_project) = project.get(thing) else { continue };
        if in_draft.keys().any(|name| in_project.contains_key(name)) {
            continue;
        }
        let first = |names: &BTreeMap<u32, Place>| {
            names
                .iter()
                .map(|(name, place)| (*name, *place))
                .min_by_key(|(_, place)| (place.field, place.entry, place.span))
        };
        let (Some((d, draft)), Some((p, project))) = (first(in_draft), first(in_project)) else { continue };
        if let Some(trick) = Things::embedded().difference(d, p) {
            found.push(Undone { trick, draft, project });
        }
    }
    found
}

fn misspellings(draft: &Texts, project: &Texts, corpus: &dyn CorpusStatistics) -> Vec<Undone> {
    let mut found: Vec<Undone> = Vec::new();
    let mut told = BTreeSet::new();
    for one in misspelling::read(draft, project, corpus).misspelt {
        if !told.insert(one.word) {
            continue;
        }
        let Some(entry) = draft.entries.get(one.entry) else { continue };
        let in_project = project.entries.iter().filter(|entry| !entry.general).find_map(|entry| {
            let occurrence = entry.occurrences.iter().find(|occurrence| occurrence.word == one.word)?;
            Some(place(entry, occurrence.span))
        });
        let Some(in_project) = in_project else { continue };
        found.push(Undone { trick: Trick::Misspelling, draft: place(entry, one.span), project: in_project });
    }
    found
}

/// Entries of a list that stand in both texts in another order.
fn reordered(draft: &Texts, project: &Texts, field: TextField) -> Vec<Undone> {
    let list = |texts: &'_ Texts| -> Vec<usize> {
        texts
            .entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| entry.field == field && !entry.general && !entry.word_ids.is_empty())
            .map(|(index, _)| index)
            .take(MOST_ENTRIES)
            .collect()
    };
    let (d, p) = (list(draft), list(project));
    // Each entry with its nearest that is still free: in the order of the draft.
    let mut taken = vec![false; p.len()];
    let mut aligned: Vec<(usize, usize)> = Vec::new();
    for (at, one) in d.iter().enumerate() {
        let Some(entry) = draft.entries.get(*one) else { continue };
        let nearest = p
            .iter()
            .enumerate()
            .filter(|(other, _)| taken.get(*other) == Some(&false))
            .filter_map(|(other, index)| {
                Some((other, shared_words(draft, entry, project, project.entries.get(*index)?)))
            })
            .filter(|(_, share)| *share >= SAME_ENTRY)
            .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        if let Some((other, _)) = nearest {
            if let Some(taken) = taken.get_mut(other) {
                *taken = true;
            }
            aligned.push((at, other));
        }
    }
    let fewer = d.len().min(p.len());
    let in_order = aligned.is_sorted_by_key(|(_, other)| *other);
    if aligned.len() < 2 || in_order || (aligned.len() as f64) < ALIGNED_SHARE * fewer as f64 {
        return Vec::new();
    }
    // Those that moved: their rank among the entries that both have differs.
    let mut ranks: Vec<usize> = aligned.iter().map(|(_, other)| *other).collect();
    ranks.sort_unstable();
    aligned
        .iter()
        .zip(&ranks)
        .filter(|((_, other), unmoved)| other != *unmoved)
        .filter_map(|((at, other), _)| {
            Some(Undone {
                trick: Trick::Reordered,
                draft: whole(draft.entries.get(*d.get(*at)?)?),
                project: whole(project.entries.get(*p.get(*other)?)?),
            })
        })
        .collect()
}

fn whole(entry: &Entry) -> Place {
    place(entry, TextSpan::new(0, entry.bytes))
}

/// Share of the words of two entries that stand in both.
fn shared_words(draft: &Texts, a: &Entry, project: &Texts, b: &Entry) -> f64 {
    let shared = a
        .word_ids
        .iter()
        .filter(|id| b.word_ids.binary_search_by_key(&draft.hash(**id), |id| project.hash(*id)).is_ok())
        .count();
    2.0 * shared as f64 / (a.word_ids.len() + b.word_ids.len()).max(1) as f64
}
