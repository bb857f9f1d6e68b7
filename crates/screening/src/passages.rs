//! The parts of both texts that made a match.

use std::collections::HashMap;

use thiap_domain::{TextField, TextSpan};

use crate::comparing::word_weights;
use crate::corpus::{CorpusStatistics, RAREST};
use crate::misspelling::seen_through;
use crate::profile::Profile;
use crate::text::{Entry, Occurrence};
use crate::vocabulary::WordRole;

/// A stretch of one text of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    /// The field.
    pub field: TextField,
    /// Which of the field's texts, empty ones not counted: the n-th that [`thiap_domain::Project::texts`] gives of it.
    pub entry: usize,
    /// Where, in bytes of that original text.
    pub span: TextSpan,
}

/// Two stretches that say the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Passage {
    /// In the draft.
    pub draft: Place,
    /// In the project.
    pub project: Place,
    /// How much the words weigh that both share; stock phrases weigh little.
    pub score: f64,
}

/// Passages that are given at most.
const MOST_PASSAGES: usize = 6;
/// Words that may stand between two shared words of one passage.
const LARGEST_GAP: u32 = 3;
/// A passage of less weight is a coincidence; the rarest words weigh some 9.
const LEAST_WEIGHT: f64 = 4.0;
/// One word alone has to be rarer than that by this factor: a verb that a tenth of all projects have explains nothing.
const ALONE: f64 = 1.5;
/// A passage of fewer characters, such as a short word alone, tells a reader nothing.
const LEAST_CHARACTERS: usize = 5;
/// Pairs of entries that are looked at; a record beyond that is cut.
const MOST_ENTRIES: usize = 60;

/// A run of shared words in an entry.
struct Run {
    span: TextSpan,
    words: Vec<u32>,
}

/// The passages of a pair, heaviest first. Stock phrases and function words neither make a passage nor mark its ends.
#[must_use]
pub fn passages(draft: &Profile, existing: &Profile, corpus: &dyn CorpusStatistics) -> Vec<Passage> {
    let read = seen_through(draft, existing, corpus);
    let draft = &*read;
    let weights = word_weights(&draft.texts, corpus);
    // in a small corpus even the rarest words weigh little
    let rarest = (corpus.document_count() as f64 + 1.0).ln();
    let least_weight = LEAST_WEIGHT * (rarest / RAREST).clamp(0.1, 1.0);
    // Words of the project by the draft's ids.
    let by_hash: HashMap<u64, u32> =
        draft.texts.words.iter().zip(0u32..).map(|(word, id)| (word.hash, id)).collect();
    let translated: Vec<Option<u32>> =
        existing.texts.words.iter().map(|word| by_hash.get(&word.hash).copied()).collect();
    let content = |id: u32| is_content(draft, id);
    let weight = |id: u32| weights.get(id as usize).copied().unwrap_or(0.0);
    let characters = |id: u32| draft.texts.words.get(id as usize).map_or(0, |word| word.text.chars().count());
    let content_words = |profile: &Profile, entry: &Entry| {
        entry.word_ids.iter().filter(|id| is_content(profile, **id)).count()
    };

    let mut found: Vec<Passage> = Vec::new();
    for p in existing.texts.entries.iter().filter(|entry| !entry.general).take(MOST_ENTRIES) {
        let project_words: Vec<(u32, Occurrence)> = p
            .occurrences
            .iter()
            .filter_map(|occurrence| {
                let id = translated.get(occurrence.word as usize).copied().flatten()?;
                Some((id, *occurrence))
            })
            .collect();
        if project_words.is_empty() {
            continue;
        }
        for d in draft.texts.entries.iter().filter(|entry| !entry.general).take(MOST_ENTRIES) {
            let shared: Vec<u32> = {
                let mut ids: Vec<u32> = project_words.iter().map(|(id, _)| *id).collect();
                ids.sort_unstable();
                ids.dedup();
                ids
            };
            let draft_words: Vec<(u32, Occurrence)> = d
                .occurrences
                .iter()
                .filter(|occurrence| shared.binary_search(&occurrence.word).is_ok())
                .map(|occurrence| (occurrence.word, *occurrence))
                .collect();
            let Some(in_draft) = heaviest_run(&draft_words, &content, &weight, None) else { continue };
            let Some(in_project) = heaviest_run(&project_words, &content, &weight, Some(&in_draft.words))
            else {
                continue;
            };
            let both: Vec<u32> =
                in_draft.words.iter().copied().filter(|id| in_project.words.contains(id)).collect();
            let score: f64 = both.iter().map(|id| weight(*id)).sum();
            let alone = both.iter().filter(|id| content(**id)).count() < 2;
            let least_weight = if alone { least_weight * ALONE } else { least_weight };
            // A line that both write is no coincidence, however common its words are.
            let same_line = in_draft.words == in_project.words && {
                let shared = in_draft.words.iter().filter(|id| content(**id)).count();
                shared > 1 && shared == content_words(draft, d) && shared == content_words(existing, p)
            };
            let characters: usize = in_draft.words.iter().map(|id| characters(*id)).sum();
            if (score >= least_weight && characters >= LEAST_CHARACTERS) || same_line {
                found.push(Passage {
                    draft: place(d, in_draft.span),
                    project: place(p, in_project.span),
                    score,
                });
            }
        }
    }
    found.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| (a.draft.field, a.draft.entry).cmp(&(b.draft.field, b.draft.entry)))
            .then_with(|| (a.project.field, a.project.entry).cmp(&(b.project.field, b.project.entry)))
    });
    let mut shown: Vec<Passage> = Vec::new();
    for passage in found {
        let repeats = |other: &Passage| {
            same_place(other.draft, passage.draft) || same_place(other.project, passage.project)
        };
        // Each stretch is shown once, beside its best partner.
        if shown.len() < MOST_PASSAGES && !shown.iter().any(repeats) {
            shown.push(passage);
        }
    }
    shown
}

/// Whether a word of a profile says something, unlike stock phrases.
fn is_content(profile: &Profile, id: u32) -> bool {
    profile.texts.words.get(id as usize).is_some_and(|word| word.role == WordRole::Content)
}

fn place(entry: &Entry, span: TextSpan) -> Place {
    Place { field: entry.field, entry: entry.entry, span }
}

fn same_place(a: Place, b: Place) -> bool {
    a.field == b.field && a.entry == b.entry && a.span.overlaps(b.span)
}

/// The run of words, with small gaps, that weighs most; words beyond `only` do not count. It begins and ends with a word
/// that carries content.
fn heaviest_run(
    words: &[(u32, Occurrence)],
    content: &dyn Fn(u32) -> bool,
    weight: &dyn Fn(u32) -> f64,
    only: Option<&[u32]>,
) -> Option<Run> {
    let counted: Vec<&(u32, Occurrence)> =
        words.iter().filter(|(id, _)| only.is_none_or(|only| only.contains(id))).collect();
    counted
        .chunk_by(|a, b| b.1.position.saturating_sub(a.1.position) <= LARGEST_GAP + 1)
        .filter_map(|run| {
            let first = run.iter().position(|(id, _)| content(*id))?;
            let last = run.iter().rposition(|(id, _)| content(*id))?;
            let run = run.get(first..=last)?;
            let span = TextSpan::new(run.first()?.1.span.start, run.last()?.1.span.end);
            let mut ids: Vec<u32> = run.iter().map(|(id, _)| *id).collect();
            ids.sort_unstable();
            ids.dedup();
            Some(Run { span, words: ids })
        })
        .max_by(|a, b| {
            let sum = |run: &Run| run.words.iter().map(|id| weight(*id)).sum::<f64>();
            // Of two that weigh alike, the earlier.
            sum(a).total_cmp(&sum(b)).then_with(|| b.span.start.cmp(&a.span.start))
        })
}
