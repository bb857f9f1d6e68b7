//! A text made ready for the recognisers.
//!
//! Names in real project texts are broken by spaces wherever a line once ended (`สำนักงานคณะกรรมการการแข่งขัน ทางการค้า`),
//! so names are looked for in a *squeezed* text: the normal form without the spaces beside Thai letters, Latin letters
//! lower-cased. Where a space was dropped is remembered, because it still tells where a name may end.

use std::collections::HashMap;
use std::sync::LazyLock;

use thiap_domain::TextSpan;
use thiap_text::{Normalised, Segmenter, normalise};

/// A space was dropped before this character.
const GAP: u8 = 1;
/// A word of the segmenter begins here.
const WORD_START: u8 = 1 << 1;
/// A word begins here that joins two names (และ, ใน, ของ).
const JOINING_WORD: u8 = 1 << 2;
/// A word begins here that no name holds (ได้, เพื่อ, ซึ่ง).
const BREAKING_WORD: u8 = 1 << 3;

/// Words that stand between names and, rarely, inside one.
const JOINING_WORDS: &[&str] = &[
    "และ",
    "หรือ",
    "ใน",
    "ที่",
    "ของ",
    "กับ",
    "จาก",
    "ถึง",
    "ตาม",
    "ต่อ",
    "แก่",
    "แด่",
    "สู่",
    "ระหว่าง",
    "ภายใน",
    "ทั้ง",
    "ทั่ว",
    "บริเวณ",
    "พื้นที่",
    "พร้อม",
    "ประจำ",
    "ด้าน",
    "รวม",
    "รวมทั้ง",
    "ตลอดจน",
    "ตั้งแต่",
    "อื่น",
    "ดังกล่าว",
    "อย่าง",
    "ตลอด",
];
/// Words that end a name.
const BREAKING_WORDS: &[&str] = &[
    "ได้",
    "ได้รับ",
    "จะ",
    "ซึ่ง",
    "โดย",
    "เพื่อ",
    "ให้",
    "ว่า",
    "เมื่อ",
    "ณ",
    "จึง",
    "แล้ว",
    "มี",
    "เป็น",
    "คือ",
    "ไม่",
    "แต่",
    "ไป",
    "มา",
    "อยู่",
    "นี้",
    "นั้น",
    "ขึ้น",
    "กล่าว",
    "ร่วมกับ",
    "เข้า",
    "ขอ",
    "จำนวน",
    "วงเงิน",
    "ระยะทาง",
    "ไม่น้อยกว่า",
    "ภายใต้",
    "ผ่าน",
    "สำหรับ",
    "เนื่องจาก",
    "เนื่อง",
    "ทำให้",
    "สามารถ",
    "ต้อง",
    "ควร",
    "เริ่ม",
    "สิ้นสุด",
    "ปี",
    "งบประมาณ",
    "ประจำปี",
    "ครั้ง",
    "วันที่",
    "เดือน",
    "ระยะ",
    "เห็นชอบ",
    "ดำเนินการ",
    "จัด",
    "มอบ",
    "ร่วม",
    "พบ",
    "ยัง",
    "รองรับ",
];

static FUNCTION_WORDS: LazyLock<HashMap<&str, u8>> = LazyLock::new(|| {
    let joining = JOINING_WORDS.iter().map(|word| (*word, JOINING_WORD));
    joining.chain(BREAKING_WORDS.iter().map(|word| (*word, BREAKING_WORD))).collect()
});

/// A text with everything that the recognisers ask of it.
pub(crate) struct Reading {
    /// The normal form and the way back to the original.
    pub(crate) normalised: Normalised,
    /// The squeezed text.
    pub(crate) text: String,
    /// For each byte of `text`, and for its end: the byte of the normal form that it stands for.
    offsets: Vec<usize>,
    flags: Vec<u8>,
}

/// The squeezed form of a name, as names stand in the lexicon.
pub(crate) fn squeeze(name: &str) -> String {
    let normalised = thiap_text::normalise_text(name);
    let mut text = String::with_capacity(normalised.len());
    let mut pending_space = false;
    for c in normalised.chars() {
        if c == ' ' {
            pending_space = true;
            continue;
        }
        if pending_space && text.chars().next_back().is_some_and(|previous| keeps_space(previous, c)) {
            text.push(' ');
        }
        pending_space = false;
        text.push(lower(c));
    }
    text
}

/// Whether the space between two characters stays: between two words that are not Thai it is part of the name.
fn keeps_space(previous: char, next: char) -> bool {
    !is_thai(previous) && !is_thai(next) && previous != '\n' && next != '\n'
}

/// Lower case where it takes as many bytes.
fn lower(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    if is_thai(c) {
        return c;
    }
    let mut lowered = c.to_lowercase();
    match (lowered.next(), lowered.next()) {
        (Some(one), None) if one.len_utf8() == c.len_utf8() => one,
        _ => c,
    }
}

/// Any character of the Thai block.
pub(crate) fn is_thai(c: char) -> bool {
    ('\u{0E00}'..='\u{0E7F}').contains(&c)
}

/// A Thai letter, vowel or mark: what words are written with, without ฯ, ๆ, ฿ and digits.
pub(crate) fn is_thai_letter(c: char) -> bool {
    matches!(c, 'ก'..='ฮ' | 'ะ'..='ฺ' | 'เ'..='ๅ' | '็'..='๎')
}

/// A vowel or mark that needs the letter before it.
pub(crate) fn needs_letter_before(c: char) -> bool {
    matches!(c, 'ะ'..='ฺ' | 'ๅ' | '็'..='๎')
}

/// A vowel that needs the letter after it.
pub(crate) fn needs_letter_after(c: char) -> bool {
    matches!(c, 'เ'..='ไ')
}

impl Reading {
    pub(crate) fn new(original: &str) -> Self {
        let normalised = normalise(original);
        let source = normalised.text.as_str();
        let mut text = String::with_capacity(source.len());
        let mut offsets = Vec::with_capacity(source.len() + 1);
        let mut flags: Vec<u8> = Vec::with_capacity(source.len() + 1);
        let mut space: Option<usize> = None;
        let mut previous: Option<char> = None;
        for (at, c) in source.char_indices() {
            if c == ' ' {
                space.get_or_insert(at);
                continue;
            }
            let mut flag = 0;
            if let Some(space_at) = space.take() {
                if previous.is_some_and(|previous| keeps_space(previous, c)) {
                    text.push(' ');
                    offsets.push(space_at);
                    flags.push(0);
                } else {
                    flag = GAP;
                }
            }
            let lowered = lower(c);
            text.push(lowered);
            for byte in 0..lowered.len_utf8() {
                offsets.push(at + byte);
                flags.push(if byte == 0 { flag } else { 0 });
            }
            previous = Some(c);
        }
        offsets.push(source.len());
        flags.push(if space.is_some() { GAP } else { 0 });
        let mut reading = Self { text, offsets, flags, normalised };
        reading.mark_words();
        reading
    }

    fn mark_words(&mut self) {
        let source = self.normalised.text.as_str();
        let mut at = 0;
        for token in Segmenter::embedded().segment(source) {
            while self.offsets.get(at).is_some_and(|offset| *offset < token.span.start) {
                at += 1;
            }
            if self.offsets.get(at) != Some(&token.span.start) {
                continue;
            }
            let word = token.span.slice(source).unwrap_or_default();
            let flag = WORD_START | FUNCTION_WORDS.get(word).copied().unwrap_or_default();
            if let Some(flags) = self.flags.get_mut(at) {
                *flags |= flag;
            }
        }
    }

    fn has(&self, at: usize, flag: u8) -> bool {
        self.flags.get(at).is_some_and(|flags| flags & flag != 0)
    }

    /// Whether a space stood before the character at `at`.
    pub(crate) fn gap(&self, at: usize) -> bool {
        self.has(at, GAP)
    }

    /// Whether a word of the segmenter begins at `at`, or the text ends there.
    pub(crate) fn word_start(&self, at: usize) -> bool {
        at >= self.text.len() || self.has(at, WORD_START) || self.has(at, GAP)
    }

    /// Whether a word begins at `at` that joins two names.
    pub(crate) fn joining_word(&self, at: usize) -> bool {
        self.has(at, JOINING_WORD)
    }

    /// Whether a word begins at `at` that no name holds.
    pub(crate) fn breaking_word(&self, at: usize) -> bool {
        self.has(at, BREAKING_WORD)
    }

    /// Whether a name that runs to `at` ends there: a word begins that no name holds, unless it is the last before a
    /// space, where it is a syllable of the name more often than not (สะพานชุนบุญมี).
    pub(crate) fn breaks_name(&self, at: usize) -> bool {
        if !self.breaking_word(at) {
            return false;
        }
        let word_end = self
            .from(at)
            .char_indices()
            .skip(1)
            .take(16)
            .map(|(offset, c)| (at + offset, c))
            .find(|(next, c)| self.word_start(*next) || !is_word_character(*c));
        word_end.is_some_and(|(next, c)| !self.gap(next) && is_word_character(c))
    }

    /// How many spaces were dropped inside a span.
    pub(crate) fn gaps_inside(&self, start: usize, end: usize) -> usize {
        self.flags
            .get(start.saturating_add(1)..end)
            .map_or(0, |flags| flags.iter().filter(|flags| **flags & GAP != 0).count())
    }

    /// The text from `at`.
    pub(crate) fn from(&self, at: usize) -> &str {
        self.text.get(at..).unwrap_or_default()
    }

    /// The text between.
    pub(crate) fn between(&self, start: usize, end: usize) -> &str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// The character before `at`, if any, whether or not a space was dropped between.
    pub(crate) fn before(&self, at: usize) -> Option<char> {
        self.text.get(..at).and_then(|text| text.chars().next_back())
    }

    /// The character at `at`.
    pub(crate) fn at(&self, at: usize) -> Option<char> {
        self.from(at).chars().next()
    }

    /// Whether something that is no part of a word stands before `at`: a space, a mark of punctuation, the text's start.
    pub(crate) fn free_before(&self, at: usize) -> bool {
        self.gap(at) || self.before(at).is_none_or(|c| !is_word_character(c))
    }

    /// Whether something that is no part of a word stands at `at`.
    pub(crate) fn free_after(&self, at: usize) -> bool {
        self.gap(at) || self.at(at).is_none_or(|c| !is_word_character(c))
    }

    /// Whether a span of the squeezed text begins and ends between letters that do not need each other.
    pub(crate) fn on_cluster_boundaries(&self, start: usize, end: usize) -> bool {
        let split_before = !self.gap(start) && self.before(start).is_some_and(needs_letter_after);
        let split_after = !self.gap(end) && self.at(end).is_some_and(needs_letter_before);
        !split_before && !split_after && !self.at(start).is_some_and(needs_letter_before)
    }

    /// The end of the run of letters and digits that begins at `start`: at a space, a mark of punctuation, or after
    /// `most` characters (then `None`: such a run is no name).
    pub(crate) fn run_end(&self, start: usize, most: usize) -> Option<usize> {
        for (count, (offset, c)) in self.from(start).char_indices().enumerate() {
            let at = start + offset;
            if (offset > 0 && self.gap(at)) || !is_word_character(c) {
                return Some(at);
            }
            if count >= most {
                return None;
            }
        }
        Some(self.text.len())
    }

    /// A span of the squeezed text as a span of the normal form.
    pub(crate) fn to_normalised(&self, start: usize, end: usize) -> TextSpan {
        let first = self.offsets.get(start).copied().unwrap_or_default();
        let last = match end.checked_sub(1) {
            Some(last) if end > start => self.offsets.get(last).map_or(first, |offset| offset + 1),
            _ => first,
        };
        TextSpan::new(first, last)
    }
}

/// Letters, digits and marks of any script, and the Thai signs that are part of a word.
pub(crate) fn is_word_character(c: char) -> bool {
    if is_thai(c) { c != '฿' } else { c.is_alphanumeric() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_beside_thai_are_squeezed_and_remembered() {
        let reading = Reading::new("สำนักงาน คณะกรรมการ SME D  Bank เลขที่ 5");
        assert_eq!(reading.text, "สำนักงานคณะกรรมการsme d bankเลขที่5");
        let start = "สำนักงาน".len();
        assert!(reading.gap(start));
        assert_eq!(reading.gaps_inside(0, reading.text.len()), 4);
        assert_eq!(
            reading.to_normalised(start, start + "คณะ".len()).slice(&reading.normalised.text),
            Some("คณะ")
        );
        assert_eq!(squeeze("SME D  Bank ไทย"), "sme d bankไทย");
    }

    #[test]
    fn a_mark_is_never_cut_from_its_letter() {
        let reading = Reading::new("เกรมกรมที่");
        let second = "เกรม".len();
        assert!(!reading.on_cluster_boundaries("เ".len(), "เกรม".len()));
        assert!(reading.on_cluster_boundaries(second, second + "กรม".len()));
        assert!(!reading.on_cluster_boundaries(second, second + "กรมท".len()));
    }

    #[test]
    fn runs_end_at_spaces_and_punctuation() {
        let reading = Reading::new("บางปะกง (แห่งที่ 2)");
        assert_eq!(reading.run_end(0, 20), Some("บางปะกง".len()));
        assert_eq!(reading.run_end(0, 3), None);
    }
}
