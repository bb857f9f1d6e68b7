//! The texts of a project as words and as character n-grams.

use std::collections::HashMap;

use thiap_domain::{Project, TextField, TextSpan};
use thiap_text::{Analysed, TokenKind, analyse, clusters, fold_case};

use crate::hash::hash_of;
use crate::mentions::overlaps_any;
use crate::vocabulary::{Vocabulary, WordRole};

/// Words of a project that are read; a record beyond that is a mistake or an attack, and time must stay bounded.
const MOST_WORDS: usize = 4_000;
/// Bytes of an entry that are read.
const LONGEST_ENTRY_BYTES: usize = 40_000;
/// Clusters in an n-gram.
const NGRAM_CLUSTERS: usize = 3;

/// A word of a profile, once however often it stands there.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    pub(crate) hash: u64,
    pub(crate) text: Box<str>,
    pub(crate) role: WordRole,
}

/// One place of a word.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Occurrence {
    /// Index into the words of the profile.
    pub(crate) word: u32,
    /// Which word of its entry it is, function words and figures counted too.
    pub(crate) position: u32,
    /// In bytes of the original text.
    pub(crate) span: TextSpan,
}

/// A text of a project: its title, or one of its objectives, activities and so on.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) field: TextField,
    /// Which of the texts of that field.
    pub(crate) entry: usize,
    pub(crate) occurrences: Vec<Occurrence>,
    /// Its words, each once, in ascending order of their hashes.
    pub(crate) word_ids: Vec<u32>,
    /// A cost line that every project has.
    pub(crate) general: bool,
}

/// Everything that the texts of a project say, as sets that can be compared fast.
#[derive(Debug, Clone, Default)]
pub(crate) struct Texts {
    pub(crate) words: Vec<Word>,
    pub(crate) entries: Vec<Entry>,
    /// Words of the title, in ascending order of their hashes.
    pub(crate) title: Vec<u32>,
    /// Words of title, objectives, activities, outputs and target group, in the same order.
    pub(crate) work: Vec<u32>,
    /// Cluster n-grams of the title, ascending.
    pub(crate) title_ngrams: Vec<u64>,
    /// Cluster n-grams of title, objectives, activities and outputs, ascending.
    pub(crate) work_ngrams: Vec<u64>,
}

impl Texts {
    /// Reads the texts of a project; `aside_of` gives the spans of a text, ascending, that are compared elsewhere, such as
    /// names of places.
    pub(crate) fn of(project: &Project, mut aside_of: impl FnMut(TextField, &str) -> Vec<TextSpan>) -> Self {
        let mut texts = Self::default();
        let mut ids: HashMap<Box<str>, u32> = HashMap::new();
        let mut entries_of_field: HashMap<TextField, usize> = HashMap::new();
        let mut left = MOST_WORDS;
        for (field, text) in project.texts() {
            let counter = entries_of_field.entry(field).or_default();
            let entry = *counter;
            *counter += 1;
            if field == TextField::AreaText {
                continue;
            }
            let text = cut(text, LONGEST_ENTRY_BYTES);
            let analysed = analyse(text);
            let general = field != TextField::Title
                && Vocabulary::embedded().is_general_cost_line(&analysed.normalised.text);
            let aside = aside_of(field, text);
            let mut occurrences = Vec::new();
            for (position, (word, span)) in content_words(&analysed).enumerate().take(left) {
                if overlaps_any(&aside, span) {
                    continue;
                }
                let role = Vocabulary::embedded().role(&word);
                if role == WordRole::Function {
                    continue;
                }
                let next = texts.words.len() as u32;
                let id = *ids.entry(word.clone()).or_insert(next);
                if id == next {
                    texts.words.push(Word { hash: hash_of(word.bytes()), text: word, role });
                }
                occurrences.push(Occurrence { word: id, position: position as u32, span });
            }
            left = left.saturating_sub(occurrences.len());
            let of_work = matches!(
                field,
                TextField::Title | TextField::Objectives | TextField::Activities | TextField::Outputs
            );
            if of_work && !general {
                let grams = ngrams(&analysed, &aside);
                if field == TextField::Title {
                    texts.title_ngrams.extend(&grams);
                }
                texts.work_ngrams.extend(grams);
            }
            let word_ids = texts.sorted_by_hash(occurrences.iter().map(|occurrence| occurrence.word));
            texts.entries.push(Entry { field, entry, occurrences, word_ids, general });
        }
        for grams in [&mut texts.title_ngrams, &mut texts.work_ngrams] {
            grams.sort_unstable();
            grams.dedup();
        }
        texts.title = texts.word_set(|entry| entry.field == TextField::Title);
        texts.work = texts.word_set(|entry| {
            !entry.general
                && matches!(
                    entry.field,
                    TextField::Title
                        | TextField::Objectives
                        | TextField::Activities
                        | TextField::Outputs
                        | TextField::TargetGroup
                )
        });
        texts
    }

    /// Words of the entries that are wanted, each once, in ascending order of their hashes.
    pub(crate) fn word_set(&self, wanted: impl Fn(&Entry) -> bool) -> Vec<u32> {
        self.sorted_by_hash(
            self.entries
                .iter()
                .filter(|entry| wanted(entry))
                .flat_map(|entry| entry.word_ids.iter().copied()),
        )
    }

    fn sorted_by_hash(&self, ids: impl Iterator<Item = u32>) -> Vec<u32> {
        let mut ids: Vec<u32> = ids.collect();
        ids.sort_unstable_by_key(|id| (self.hash(*id), *id));
        ids.dedup();
        ids
    }

    pub(crate) fn hash(&self, id: u32) -> u64 {
        self.words.get(id as usize).map_or(0, |word| word.hash)
    }
}

fn cut(text: &str, bytes: usize) -> &str {
    if text.len() <= bytes {
        return text;
    }
    let end = (0..=bytes).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or(text)
}

/// Words that may carry content, with their places in the original; figures alone are left out.
fn content_words(analysed: &Analysed) -> impl Iterator<Item = (Box<str>, TextSpan)> + '_ {
    analysed
        .tokens
        .iter()
        .filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::UnknownWord | TokenKind::Latin))
        .filter_map(|token| {
            let text = token.span.slice(&analysed.normalised.text)?;
            let word = fold_case(text);
            // a single Latin letter or Thai consonant is a scanner's scrap or a list's number
            (word.chars().count() > 1)
                .then(|| (word.into(), analysed.normalised.alignment.to_original(token.span)))
        })
}

/// Hashes of the runs of [`NGRAM_CLUSTERS`] clusters, across words and spaces, what is compared elsewhere left out: they find misspellings,
/// scanners' noise and words that were cut elsewhere.
fn ngrams(analysed: &Analysed, aside: &[TextSpan]) -> Vec<u64> {
    let text = &analysed.normalised.text;
    let alignment = &analysed.normalised.alignment;
    let aside: Vec<TextSpan> = aside.iter().map(|span| alignment.to_normalised(*span)).collect();
    let mut window: Vec<&str> = Vec::with_capacity(NGRAM_CLUSTERS);
    let mut hashes = Vec::new();
    for span in clusters(text) {
        let Some(cluster) = span.slice(text) else { continue };
        if overlaps_any(&aside, span) {
            window.clear();
            continue;
        }
        if !cluster.chars().any(char::is_alphabetic) {
            continue;
        }
        if window.len() == NGRAM_CLUSTERS {
            window.remove(0);
        }
        window.push(cluster);
        if window.len() == NGRAM_CLUSTERS {
            // 0xFF stands in no UTF-8 text, so different cuts of the same letters differ
            hashes.push(hash_of(window.iter().flat_map(|c| fold_bytes(c))));
        }
    }
    hashes
}

fn fold_bytes(cluster: &str) -> impl Iterator<Item = u8> + '_ {
    cluster.bytes().map(|byte| byte.to_ascii_lowercase()).chain([0xFF])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use thiap_domain::{Activity, ProjectCode};

    fn project(title: &str, activities: &[&str]) -> Project {
        let mut project = Project::titled(ProjectCode::new("A").unwrap(), title.into());
        project.activities =
            activities.iter().map(|name| Activity { name: (*name).into(), ..Activity::default() }).collect();
        project
    }

    fn words(texts: &Texts, ids: &[u32]) -> Vec<String> {
        let mut words: Vec<String> =
            ids.iter().map(|id| texts.words[*id as usize].text.to_string()).collect();
        words.sort();
        words
    }

    #[test]
    fn function_words_figures_and_general_cost_lines_do_not_count() {
        let project = project("โครงการอบรมผู้สูงอายุ ปี 2565", &["วัสดุสำนักงาน", "ตรวจสุขภาพผู้สูงอายุ"]);
        let texts = Texts::of(&project, |_, _| Vec::new());
        assert!(!words(&texts, &texts.title).iter().any(|word| word == "โครงการ" || word == "2565"));
        assert!(!words(&texts, &texts.work).iter().any(|word| word.contains("สำนักงาน")));
        assert!(texts.entries.iter().any(|entry| entry.general && entry.entry == 0));
    }

    #[test]
    fn places_are_left_out_of_the_words() {
        let title = "ขุดลอกคลองจังหวัดเลย";
        let place = TextSpan::new("ขุดลอกคลอง".len(), title.len());
        let texts = Texts::of(&project(title, &[]), |_, _| vec![place]);
        assert!(!words(&texts, &texts.title).iter().any(|word| word.contains("เลย")));
    }

    proptest! {
        #[test]
        fn spans_lie_on_boundaries_of_the_original(title in "[ก-๛a-z0-9 \u{200b}]{0,60}|\\PC{0,40}") {
            let project = project(&title, &[]);
            for entry in Texts::of(&project, |_, _| Vec::new()).entries {
                for occurrence in entry.occurrences {
                    prop_assert!(occurrence.span.slice(&title).is_some());
                }
            }
        }
    }
}
