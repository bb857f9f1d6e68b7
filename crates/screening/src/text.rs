//! The texts of a project as words and as character n-grams.

use std::collections::HashMap;

use thiap_domain::{Project, TextField, TextSpan};
use thiap_text::{Analysed, Token, TokenKind, analyse, clusters, fold_case};

use crate::hash::hash_of;
use crate::mentions::overlaps_any;
use crate::things::{Mention, Things};
use crate::vocabulary::{Vocabulary, WordRole};

/// Words of a project that are read; a record beyond that is a mistake or an attack, and time must stay bounded.
const MOST_WORDS: usize = 4_000;
/// Bytes of an entry that are read.
const LONGEST_ENTRY_BYTES: usize = 40_000;
/// Clusters in an n-gram.
const NGRAM_CLUSTERS: usize = 3;
/// Characters of a stretch of unknown letters that are read.
const LONGEST_UNREAD_CHARACTERS: usize = 80;
/// Shorter Latin words that nobody knows are abbreviations rather than misspellings.
const SHORTEST_UNREAD_LATIN: usize = 5;

/// A word of a profile, once however often it stands there.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    pub(crate) hash: u64,
    pub(crate) text: Box<str>,
    pub(crate) role: WordRole,
    /// Which letters it has, for telling unlike words apart at once.
    pub(crate) letters: u64,
}

impl Word {
    fn new(text: Box<str>, role: WordRole) -> Self {
        Self { hash: hash_of(text.bytes()), letters: letters(text.chars()), text, role }
    }
}

/// A bit for each Thai consonant and, with some sharing, for each Latin letter.
pub(crate) fn letters(text: impl IntoIterator<Item = char>) -> u64 {
    text.into_iter().fold(0, |set, c| {
        set | match c {
            'ก'..='ฮ' => 1 << (u32::from(c) - u32::from('ก')),
            'a'..='z' => 1 << (46 + (u32::from(c) - u32::from('a')) % 18),
            _ => 0,
        }
    })
}

/// Letters that the lexicon does not know, with the words beside them: a misspelling often tears a word apart.
#[derive(Debug, Clone)]
pub(crate) struct Unread {
    /// The unknown word.
    pub(crate) word: u32,
    /// Its place among the words of its entry.
    pub(crate) position: u32,
    /// The stretch in normal form.
    pub(crate) characters: Box<[char]>,
    /// Where each of them stood in the original.
    pub(crate) spans: Box<[TextSpan]>,
    /// Which of them are the unknown word.
    pub(crate) own: std::ops::Range<usize>,
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
    /// Its length.
    pub(crate) bytes: usize,
    pub(crate) occurrences: Vec<Occurrence>,
    /// Its words, each once, in ascending order of their hashes.
    pub(crate) word_ids: Vec<u32>,
    /// A cost line that every project has.
    pub(crate) general: bool,
    /// Things of the vocabulary that it names, in bytes of the original text.
    pub(crate) names: Vec<Mention>,
    pub(crate) unread: Vec<Unread>,
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
            let mut names = Things::embedded().find(&analysed.normalised.text, &analysed.tokens);
            names.retain(|name| !overlaps_any(&aside, analysed.normalised.alignment.to_original(name.span)));
            let mut occurrences = Vec::new();
            let mut unread = Vec::new();
            let read = read_words(&analysed, &names);
            for (position, read) in (0u32..).zip(read).take(left) {
                if overlaps_any(&aside, read.span) {
                    continue;
                }
                let role = Vocabulary::embedded().role(&read.word);
                if role == WordRole::Function {
                    continue;
                }
                let next = texts.words.len() as u32;
                let word = *ids.entry(read.word.clone()).or_insert(next);
                if word == next {
                    texts.words.push(Word::new(read.word, role));
                }
                if let Some(token) = read.unknown {
                    unread.extend(unread_at(&analysed, token, word, position));
                }
                occurrences.push(Occurrence { word, position, span: read.span });
            }
            left = left.saturating_sub(occurrences.len());
            let of_work = matches!(
                field,
                TextField::Title | TextField::Objectives | TextField::Activities | TextField::Outputs
            );
            if of_work && !general {
                let grams = ngrams(&analysed, &aside, &names);
                if field == TextField::Title {
                    texts.title_ngrams.extend(&grams);
                }
                texts.work_ngrams.extend(grams);
            }
            for name in &mut names {
                name.span = analysed.normalised.alignment.to_original(name.span);
            }
            let word_ids = texts.sorted_by_hash(occurrences.iter().map(|occurrence| occurrence.word));
            texts.entries.push(Entry {
                field,
                entry,
                bytes: text.len(),
                occurrences,
                word_ids,
                general,
                names,
                unread,
            });
        }
        for grams in [&mut texts.title_ngrams, &mut texts.work_ngrams] {
            grams.sort_unstable();
            grams.dedup();
        }
        texts.gather();
        texts
    }

    /// Gathers the words of the entries into those of the title and of the work.
    pub(crate) fn gather(&mut self) {
        self.title = self.word_set(|entry| entry.field == TextField::Title);
        self.work = self.word_set(|entry| {
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

    pub(crate) fn sorted_by_hash(&self, ids: impl Iterator<Item = u32>) -> Vec<u32> {
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

/// A word as it is compared.
struct Read {
    word: Box<str>,
    /// In the original.
    span: TextSpan,
    /// Its token, when nobody knows the word.
    unknown: Option<usize>,
}

/// The words of a text that may carry content; figures alone are left out. A thing is read by its official name, whichever
/// name the text gives it: all words of that name stand where the other one stood.
fn read_words<'a>(analysed: &'a Analysed, names: &'a [Mention]) -> impl Iterator<Item = Read> + 'a {
    let (text, alignment) = (&analysed.normalised.text, &analysed.normalised.alignment);
    let mut tokens = (0usize..).zip(&analysed.tokens).peekable();
    let mut names = names.iter().filter_map(|name| Some((name.span, official(analysed, name)?.1))).peekable();
    let mut pending: &[Box<str>] = &[];
    let mut pending_span = TextSpan::new(0, 0);
    std::iter::from_fn(move || {
        loop {
            if let [word, rest @ ..] = pending {
                pending = rest;
                return Some(Read { word: word.clone(), span: pending_span, unknown: None });
            }
            let (index, token) = tokens.next()?;
            if let Some((span, words)) = names.next_if(|(span, _)| span.start <= token.span.start) {
                while tokens.next_if(|(_, next)| next.span.start < span.end).is_some() {}
                (pending, pending_span) = (words, alignment.to_original(span));
                continue;
            }
            let latin = token.kind == TokenKind::Latin;
            let unknown = token.kind == TokenKind::UnknownWord;
            if !latin && !unknown && token.kind != TokenKind::Word {
                continue;
            }
            let Some(word) = token.span.slice(text).map(fold_case) else { continue };
            // a single Latin letter or Thai consonant is a scanner's scrap or a list's number
            if word.chars().nth(1).is_none() {
                continue;
            }
            let unknown = unknown || latin && word.len() >= SHORTEST_UNREAD_LATIN;
            return Some(Read {
                word: word.into(),
                span: alignment.to_original(token.span),
                unknown: unknown.then_some(index),
            });
        }
    })
}

/// The official name that stands for a name of a text, with its words.
fn official(analysed: &Analysed, name: &Mention) -> Option<(&'static str, &'static [Box<str>])> {
    let official = Things::embedded().official(name.name)?;
    let first = analysed.tokens.binary_search_by_key(&name.span.start, |token| token.span.start).ok()?;
    let token = analysed.tokens.get(first)?;
    // one stock word for another would make it a word of content
    let one_word = token.span == name.span;
    let stock = || {
        let word = name.span.slice(&analysed.normalised.text).map(fold_case);
        word.is_some_and(|word| Vocabulary::embedded().role(&word) != WordRole::Content)
    };
    (!(one_word && stock())).then_some(official)
}

/// The stretch around a token that nobody knows.
fn unread_at(analysed: &Analysed, token: usize, word: u32, position: u32) -> Option<Unread> {
    let (text, alignment) = (&analysed.normalised.text, &analysed.normalised.alignment);
    let own = analysed.tokens.get(token)?;
    let beside = |index: Option<usize>| -> Option<&Token> {
        let token = analysed.tokens.get(index?)?;
        (own.kind == TokenKind::UnknownWord && matches!(token.kind, TokenKind::Word | TokenKind::UnknownWord))
            .then_some(token)
    };
    let start = beside(token.checked_sub(1)).map_or(own.span.start, |before| before.span.start);
    let end = beside(Some(token + 1)).map_or(own.span.end, |after| after.span.end);
    let stretch = text.get(start..end)?;
    let count = |from: usize, to: usize| text.get(from..to).map_or(0, |part| part.chars().count());
    let before = count(start, own.span.start);
    let own = before..before + count(own.span.start, own.span.end);
    if own.end > LONGEST_UNREAD_CHARACTERS {
        return None;
    }
    let folded: Box<[char]> = stretch.chars().map(|c| c.to_ascii_lowercase()).collect();
    let spans = stretch
        .char_indices()
        .map(|(at, c)| alignment.to_original(TextSpan::new(start + at, start + at + c.len_utf8())))
        .collect();
    Some(Unread { word, position, characters: folded, spans, own })
}

/// Hashes of the runs of [`NGRAM_CLUSTERS`] clusters, across words and spaces, what is compared elsewhere left out: they find misspellings,
/// scanners' noise and words that were cut elsewhere. Things stand under their official names.
fn ngrams(analysed: &Analysed, aside: &[TextSpan], names: &[Mention]) -> Vec<u64> {
    let text = &analysed.normalised.text;
    let alignment = &analysed.normalised.alignment;
    let aside: Vec<TextSpan> = aside.iter().map(|span| alignment.to_normalised(*span)).collect();
    let mut names = names.iter().filter_map(|name| Some((name.span, official(analysed, name)?.0))).peekable();
    let mut window = Window::default();
    let mut read_until = 0;
    for span in clusters(text) {
        if span.start < read_until {
            continue;
        }
        if let Some((name, official)) = names.next_if(|(name, _)| name.start <= span.start) {
            read_until = name.end;
            clusters(official)
                .filter_map(|span| span.slice(official))
                .for_each(|cluster| window.push(cluster));
            continue;
        }
        let Some(cluster) = span.slice(text) else { continue };
        if overlaps_any(&aside, span) {
            window.clusters.clear();
            continue;
        }
        window.push(cluster);
    }
    window.hashes
}

/// The n-grams of a word alone.
pub(crate) fn ngrams_of_word(word: &str) -> Vec<u64> {
    let mut window = Window::default();
    clusters(word).filter_map(|span| span.slice(word)).for_each(|cluster| window.push(cluster));
    window.hashes
}

/// The last clusters of a text, and the n-grams so far.
#[derive(Default)]
struct Window<'a> {
    clusters: Vec<&'a str>,
    hashes: Vec<u64>,
}

impl<'a> Window<'a> {
    fn push(&mut self, cluster: &'a str) {
        if !cluster.chars().any(char::is_alphabetic) {
            return;
        }
        if self.clusters.len() == NGRAM_CLUSTERS {
            self.clusters.remove(0);
        }
        self.clusters.push(cluster);
        if self.clusters.len() == NGRAM_CLUSTERS {
            // 0xFF stands in no UTF-8 text, so different cuts of the same letters differ
            self.hashes.push(hash_of(self.clusters.iter().flat_map(|c| fold_bytes(c))));
        }
    }
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
