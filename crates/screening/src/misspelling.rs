//! Words of a draft that nobody knows, read as the words of the project beside it that they are spelt like.
//!
//! Misspelt and misread words lie in stretches that the lexicon does not know. The words of the project are looked for in
//! such a stretch by an approximate search (Sellers 1980) whose costs follow what scanners and typists confuse: tone marks
//! cost little, letters that look or sound alike less than others. A stretch is read only when the project's words cover
//! it, so that a name which happens to hold a short word stays a name. A word that the lexicon knows and no project writes
//! is read as one of the project only when tone marks or a vowel sign are all that differs.

use std::borrow::Cow;

use thiap_domain::{TextField, TextSpan};

use crate::corpus::CorpusStatistics;
use crate::profile::Profile;
use crate::text::{Occurrence, Texts, Unread, letters, ngrams_of_word};
use crate::vocabulary::WordRole;

/// Stretches of a draft that are looked at in one comparison.
const MOST_STRETCHES: usize = 60;
/// Words of each side that are looked at.
const MOST_WORDS: usize = 400;
/// Shorter words are too like others.
const SHORTEST_WORD: usize = 3;
/// Share of an unknown word, in percent, that words of the project have to cover.
const COVERED_PERCENT: usize = 75;

/// Words of the lexicon that are longer are names of agencies and the like.
const LONGEST_KNOWN_CHARACTERS: usize = 30;

/// Costs in hundredths of a letter.
type Cost = u32;
/// Another letter, one more or one less.
const LETTER: Cost = 100;
/// Two letters that look or sound alike.
const ALIKE: Cost = 50;
/// A vowel sign more, less or for another.
const VOWEL: Cost = 50;
/// A tone mark or silencer more, less or for another.
const TONE: Cost = 25;
/// Two neighbours that changed places.
const SWAP: Cost = 60;
/// What a word may cost for each of its characters, and at most.
const COST_OF_CHARACTER: Cost = 15;
const HIGHEST_COST: Cost = 200;
/// What a word of the lexicon may cost for each of its characters.
const COST_OF_KNOWN_CHARACTER: Cost = 8;

/// Consonants that look or sound alike, in groups.
const ALIKE_LETTERS: &[&str] = &[
    "ดคตฅ",
    "ฎฏ",
    "ถภ",
    "ผฝพฟ",
    "ขฃชซ",
    "บปษ",
    "ฑทฒธ",
    "ศสษซ",
    "นณม",
    "รธฐ",
    "ลรส",
    "ยบ",
    "กถภ",
    "อฮ",
    "งว",
    "จฉ",
    "หท",
];

/// A word of the draft that is spelt otherwise than in the project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Misspelling {
    /// Which entry of the draft's texts.
    pub(crate) entry: usize,
    /// Where, in the original.
    pub(crate) span: TextSpan,
    /// The project's word.
    pub(crate) word: u32,
}

/// What reading a draft beside a project found.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reading {
    /// Every word that was read, those among them that are spelt right but stand in an unknown stretch.
    read: Vec<(Misspelling, u32)>,
    /// Unknown words that are covered: their entry and themselves.
    covered: Vec<(usize, u32)>,
    /// Words that are spelt otherwise.
    pub(crate) misspelt: Vec<Misspelling>,
}

/// Reads the unknown words of a draft beside a project. Bounded by the number of both.
pub(crate) fn read(draft: &Texts, project: &Texts, corpus: &dyn CorpusStatistics) -> Reading {
    let mut reading = Reading::default();
    let stretches = draft
        .entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| !entry.general && entry.field != TextField::Rationale)
        .flat_map(|(index, entry)| entry.unread.iter().map(move |unread| (index, unread)))
        .take(MOST_STRETCHES);
    let mut search = Search::default();
    for (entry, unread) in stretches {
        let known = |word: &str| corpus.document_frequency(word) > 0;
        let shared = |hash: u64| project.work.binary_search_by_key(&hash, |id| project.hash(*id)).is_ok();
        let Some(word) = draft.words.get(unread.word as usize) else { continue };
        if shared(word.hash) || known(&word.text) {
            continue;
        }
        let found = cover(unread, project, &mut search);
        let Some(found) = found else { continue };
        reading.covered.push((entry, unread.word));
        for piece in found {
            let (Some(first), Some(last)) = (unread.spans.get(piece.start), unread.spans.get(piece.end - 1))
            else {
                continue;
            };
            let span = TextSpan::new(first.start, last.end);
            let misspelling = Misspelling { entry, span, word: piece.word };
            reading.read.push((misspelling, unread.position));
            if piece.cost > 0 {
                reading.misspelt.push(misspelling);
            }
        }
    }
    if corpus.document_count() > 0 {
        read_known(draft, project, corpus, &mut search, &mut reading);
    }
    reading
}

/// Reads words of the lexicon that no project writes.
fn read_known(
    draft: &Texts,
    project: &Texts,
    corpus: &dyn CorpusStatistics,
    search: &mut Search,
    reading: &mut Reading,
) {
    for id in draft.work.iter().take(MOST_WORDS) {
        let Some(word) = draft.words.get(*id as usize) else { continue };
        if word.role != WordRole::Content
            || corpus.document_frequency(&word.text) > 0
            || reading.covered.iter().any(|(_, covered)| covered == id)
        {
            continue;
        }
        let characters: Vec<char> = word.text.chars().collect();
        let most = TONE.max(COST_OF_KNOWN_CHARACTER * u32::try_from(characters.len()).unwrap_or(0));
        if characters.len() < SHORTEST_WORD || characters.len() > LONGEST_KNOWN_CHARACTERS {
            continue;
        }
        let nearest = project
            .work
            .iter()
            .take(MOST_WORDS)
            .filter_map(|other| {
                let candidate = project.words.get(*other as usize)?;
                // tone marks and vowel signs are no letters
                if candidate.letters != word.letters || candidate.hash == word.hash {
                    return None;
                }
                search.word.clear();
                search.word.extend(candidate.text.chars());
                let (cost, start, end) = search.nearest(&characters)?;
                (start == 0 && end == characters.len() && cost <= most).then_some((cost, *other))
            })
            .min();
        let Some((_, other)) = nearest else { continue };
        let entries = draft.entries.iter().enumerate();
        for (at, entry) in entries.filter(|(_, e)| !e.general && e.field != TextField::Rationale) {
            for occurrence in entry.occurrences.iter().filter(|occurrence| occurrence.word == *id) {
                let misspelling = Misspelling { entry: at, span: occurrence.span, word: other };
                reading.covered.push((at, *id));
                reading.read.push((misspelling, occurrence.position));
                reading.misspelt.push(misspelling);
            }
        }
    }
}

/// A draft with its unknown words read beside a project; itself where there is nothing to read.
pub(crate) fn seen_through<'a>(
    draft: &'a Profile,
    project: &Profile,
    corpus: &dyn CorpusStatistics,
) -> Cow<'a, Profile> {
    let reading = read(&draft.texts, &project.texts, corpus);
    if reading.read.is_empty() {
        return Cow::Borrowed(draft);
    }
    let mut mended = draft.clone();
    mend(&mut mended.texts, &project.texts, &reading);
    Cow::Owned(mended)
}

/// Puts the words that were read in the place of the unknown ones.
fn mend(draft: &mut Texts, project: &Texts, reading: &Reading) {
    for (entry, covered) in &reading.covered {
        let Some(entry) = draft.entries.get_mut(*entry) else { continue };
        entry.occurrences.retain(|occurrence| occurrence.word != *covered);
    }
    let mut grams = [Vec::new(), Vec::new()];
    for (found, position) in &reading.read {
        let Some(word) = project.words.get(found.word as usize) else { continue };
        let id = draft.words.iter().position(|known| known.hash == word.hash).unwrap_or(draft.words.len());
        if id == draft.words.len() {
            draft.words.push(word.clone());
        }
        let Some(entry) = draft.entries.get_mut(found.entry) else { continue };
        // a word beside the unknown one that was a part of the misspelt word
        entry.occurrences.retain(|occurrence| !occurrence.span.overlaps(found.span));
        let at = entry.occurrences.partition_point(|occurrence| occurrence.span.start < found.span.start);
        entry.occurrences.insert(at, Occurrence { word: id as u32, position: *position, span: found.span });
        let [title, work] = &mut grams;
        let new = ngrams_of_word(&word.text);
        if entry.field == TextField::Title {
            title.extend(&new);
        }
        if matches!(
            entry.field,
            TextField::Title | TextField::Objectives | TextField::Activities | TextField::Outputs
        ) {
            work.extend(new);
        }
    }
    for index in 0..draft.entries.len() {
        let Some(entry) = draft.entries.get(index) else { continue };
        let ids = draft.sorted_by_hash(entry.occurrences.iter().map(|occurrence| occurrence.word));
        if let Some(entry) = draft.entries.get_mut(index) {
            entry.word_ids = ids;
        }
    }
    let [title, work] = grams;
    for (all, new) in [(&mut draft.title_ngrams, title), (&mut draft.work_ngrams, work)] {
        all.extend(new);
        all.sort_unstable();
        all.dedup();
    }
    draft.gather();
}

/// A word of the project in a stretch.
#[derive(Debug, Clone, Copy)]
struct Piece {
    word: u32,
    cost: Cost,
    characters: usize,
    /// In characters of the stretch.
    start: usize,
    end: usize,
}

/// The words of the project that cover the unknown word of a stretch, from left to right.
fn cover(unread: &Unread, project: &Texts, search: &mut Search) -> Option<Vec<Piece>> {
    let stretch = &unread.characters;
    let there = letters(stretch.iter().copied());
    let mut pieces: Vec<Piece> = Vec::new();
    for id in project.work.iter().take(MOST_WORDS) {
        let Some(word) = project.words.get(*id as usize) else { continue };
        // Letters that are missing cost half a letter at least.
        if (word.letters & !there).count_ones() * ALIKE
            > HIGHEST_COST.min(highest_cost(word.text.len() / 3).max(ALIKE))
        {
            continue;
        }
        search.word.clear();
        search.word.extend(word.text.chars());
        let characters = search.word.len();
        if characters < SHORTEST_WORD || characters > stretch.len() + 2 {
            continue;
        }
        let Some((cost, start, end)) = search.nearest(stretch) else { continue };
        if cost <= highest_cost(characters) && start < unread.own.end && unread.own.start < end {
            pieces.push(Piece { word: *id, cost, characters, start, end });
        }
    }
    // Longer words first, of two alike the nearer.
    pieces.sort_by_key(|piece| (std::cmp::Reverse(piece.characters), piece.cost, piece.start));
    let mut chosen: Vec<Piece> = Vec::new();
    for piece in pieces {
        if chosen.iter().all(|other| piece.end <= other.start || other.end <= piece.start) {
            chosen.push(piece);
        }
    }
    let covered: usize = chosen
        .iter()
        .map(|piece| piece.end.min(unread.own.end).saturating_sub(piece.start.max(unread.own.start)))
        .sum();
    chosen.sort_by_key(|piece| piece.start);
    (covered * 100 >= unread.own.len() * COVERED_PERCENT && !chosen.is_empty()).then_some(chosen)
}

/// What a word of so many characters may differ by.
fn highest_cost(characters: usize) -> Cost {
    if characters <= SHORTEST_WORD {
        TONE
    } else {
        (COST_OF_CHARACTER * u32::try_from(characters).unwrap_or(u32::MAX / COST_OF_CHARACTER))
            .min(HIGHEST_COST)
    }
}

/// Rows of the approximate search, kept for the next word.
#[derive(Debug, Default)]
struct Search {
    word: Vec<char>,
    /// Cost and start of the best match that ends at each place, for the last three characters of the word.
    rows: [Vec<(Cost, usize)>; 3],
}

impl Search {
    /// Where in `text` something nearest to the word stands: its cost, its start and its end.
    fn nearest(&mut self, text: &[char]) -> Option<(Cost, usize, usize)> {
        let [before, above, row] = &mut self.rows;
        above.clear();
        above.extend((0..=text.len()).map(|start| (0, start)));
        before.clear();
        let most = highest_cost(self.word.len());
        let mut last: Option<char> = None;
        let mut least_above = 0;
        for letter in self.word.iter().copied() {
            row.clear();
            let (first, start) = above.first().copied()?;
            row.push((first + missing(letter), start));
            let mut least = Cost::MAX;
            let mut previous: Option<char> = None;
            for (at, c) in text.iter().copied().enumerate() {
                let (diagonal, up) = (*above.get(at)?, *above.get(at + 1)?);
                let left = *row.last()?;
                let mut best = (diagonal.0 + replaced(letter, c), diagonal.1);
                for other in [(up.0 + missing(letter), up.1), (left.0 + missing(c), left.1)] {
                    if other.0 < best.0 {
                        best = other;
                    }
                }
                if last == Some(c)
                    && previous == Some(letter)
                    && let Some(swapped) = at.checked_sub(1).and_then(|at| before.get(at))
                    && swapped.0 + SWAP < best.0
                {
                    best = (swapped.0 + SWAP, swapped.1);
                }
                least = least.min(best.0);
                row.push(best);
                previous = Some(c);
            }
            // two rows, since a swap goes on from the one before
            if least.min(least_above) > most {
                return None;
            }
            least_above = least;
            last = Some(letter);
            std::mem::swap(before, above);
            std::mem::swap(above, row);
        }
        let (end, (cost, start)) = above.iter().copied().enumerate().min_by_key(|(end, (cost, start))| {
            // of two as near, the one that takes in more, so that a tone mark at the end is not left behind
            (*cost, std::cmp::Reverse(end.saturating_sub(*start)))
        })?;
        (end > start).then_some((cost, start, end))
    }
}

/// What a character more or less costs.
fn missing(c: char) -> Cost {
    match c {
        '\u{0E47}'..='\u{0E4C}' => TONE,
        '\u{0E30}'..='\u{0E39}' | 'เ'..='ไ' | 'ๆ' => VOWEL,
        _ => LETTER,
    }
}

/// What a character for another costs.
fn replaced(a: char, b: char) -> Cost {
    if a == b {
        return 0;
    }
    let (x, y) = (missing(a), missing(b));
    if x == LETTER && y == LETTER {
        let alike = ALIKE_LETTERS.iter().any(|group| group.contains(a) && group.contains(b));
        return if alike { ALIKE } else { LETTER };
    }
    x.max(y)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest(word: &str, text: &str) -> Option<(Cost, String)> {
        let text: Vec<char> = text.chars().collect();
        let mut search = Search { word: word.chars().collect(), ..Search::default() };
        let (cost, start, end) = search.nearest(&text)?;
        (cost <= highest_cost(search.word.len())).then(|| (cost, text[start..end].iter().collect()))
    }

    #[test]
    fn what_scanners_and_typists_confuse_costs_little() {
        for (word, text, found) in [
            ("ผู้สูงอายุ", "ดูแลผู้สุงอายุใน", "ผู้สุงอายุ"),
            ("เหล็ก", "เหลก", "เหลก"),
            ("ผึ้ง", "เลียงผึงโพรง", "ผึง"),
            ("เกษตรกร", "เกษตกร", "เกษตกร"),
            ("โรงเรียน", "โรงเรยีน", "โรงเรยีน"),
            ("ก่อสร้าง", "ก่อส้ราง", "ก่อส้ราง"),
            ("ผลิตภัณฑ์", "ผลิตภัณท์", "ผลิตภัณท์"),
            ("farmer", "framer", "framer"),
        ] {
            let nearest = nearest(word, text);
            assert_eq!(nearest.as_ref().map(|(_, found)| found.as_str()), Some(found), "{word}: {nearest:?}");
            assert!(nearest.is_some_and(|(cost, _)| cost > 0));
        }
    }

    #[test]
    fn other_words_are_other_words() {
        for (word, text) in [("ข้าว", "ปลา"), ("นักเรียน", "โรงเรียน"), ("ครู", "หมู"), ("เกษตรกร", "กรรมการ")]
        {
            assert_eq!(nearest(word, text), None, "{word}");
        }
    }

    #[test]
    fn the_same_word_costs_nothing() {
        assert_eq!(nearest("โพรง", "ผึงโพรงป่า"), Some((0, "โพรง".into())));
    }
}
