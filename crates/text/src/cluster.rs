//! Thai character clusters: the smallest stretches that no word boundary may cut.
//!
//! After Theeramunkong, Sornlertlamvanich, Tanhermhong and Chinnan, "Character cluster based Thai information retrieval"
//! (IRAL 2000), reduced to the rules that hold without a dictionary: a leading vowel stays with its consonant, marks and
//! following vowels with theirs, a vowel that must be closed (mai han akat, sara uee, maitaikhu behind เ or แ) with its
//! closing consonant, a silenced consonant with what comes before it.

use thiap_domain::TextSpan;
use unicode_segmentation::UnicodeSegmentation;

use crate::character::is_thai_letter;

/// The last code of the Thai alphabet used here; codes are the offsets into the Unicode block, so U+0E01 is 1.
pub(crate) const LAST_CODE: u8 = 0x5B;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Consonant,
    LeadingVowel,
    FollowingVowel,
    Mark,
    Other,
}

const fn class_of(code: u8) -> Class {
    match code {
        0x01..=0x2E => Class::Consonant,
        0x40..=0x44 => Class::LeadingVowel,
        0x30 | 0x32 | 0x33 | 0x45 => Class::FollowingVowel,
        0x31 | 0x34..=0x3A | 0x47..=0x4E => Class::Mark,
        _ => Class::Other,
    }
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Other; 256];
    let mut code = 0u8;
    while code <= LAST_CODE {
        classes[code as usize] = class_of(code);
        code += 1;
    }
    classes
};

const O_ANG: u8 = 0x2D;
const YO_YAK: u8 = 0x22;
const MAI_HAN_AKAT: u8 = 0x31;
const SARA_I: u8 = 0x34;
const SARA_II: u8 = 0x35;
const SARA_UEE: u8 = 0x37;
const SARA_U: u8 = 0x38;
const SARA_E: u8 = 0x40;
const SARA_AE: u8 = 0x41;
const MAITAIKHU: u8 = 0x47;
const THANTHAKHAT: u8 = 0x4C;

/// Reads the clusters of a stretch of Thai codes.
#[derive(Debug, Clone, Copy)]
struct Codes<'a>(&'a [u8]);

impl Codes<'_> {
    fn at(self, index: usize) -> u8 {
        self.0.get(index).copied().unwrap_or(0)
    }

    fn class(self, index: usize) -> Class {
        CLASSES.get(usize::from(self.at(index))).copied().unwrap_or(Class::Other)
    }

    /// The index behind the cluster that starts at `start`; always beyond `start`.
    fn cluster_end(self, start: usize) -> usize {
        match self.class(start) {
            Class::Other => start + 1,
            Class::Mark | Class::FollowingVowel => self.silenced_end(self.signs_end(start + 1)),
            Class::LeadingVowel if self.class(start + 1) == Class::Consonant => {
                self.syllable_end(start + 2, self.at(start))
            }
            Class::LeadingVowel => start + 1,
            Class::Consonant => self.syllable_end(start + 1, 0),
        }
    }

    /// The end of a cluster whose consonant ends at `index`, led by the vowel `leading` (0 for none).
    fn syllable_end(self, index: usize, leading: u8) -> usize {
        let mut index = index;
        let (mut closed, mut sara_ii) = (false, false);
        while self.class(index) == Class::Mark {
            match self.at(index) {
                MAI_HAN_AKAT | SARA_UEE => closed = true,
                MAITAIKHU if leading == SARA_E || leading == SARA_AE => closed = true,
                MAITAIKHU if self.at(index + 1) == O_ANG => closed = true,
                SARA_II => sara_ii = leading == SARA_E,
                _ => {}
            }
            index += 1;
        }
        let joins_next =
            closed && self.class(index) == Class::Consonant || sara_ii && self.at(index) == YO_YAK;
        if joins_next {
            index += 1;
        }
        self.silenced_end(self.signs_end(index))
    }

    fn signs_end(self, index: usize) -> usize {
        let mut index = index;
        while matches!(self.class(index), Class::Mark | Class::FollowingVowel) {
            index += 1;
        }
        index
    }

    /// Takes in consonants silenced by thanthakhat, which no word begins with.
    fn silenced_end(self, index: usize) -> usize {
        let mut index = index;
        while self.class(index) == Class::Consonant {
            let sign = if matches!(self.at(index + 1), SARA_I | SARA_U) { index + 2 } else { index + 1 };
            if self.at(sign) != THANTHAKHAT {
                break;
            }
            index = sign + 1;
        }
        index
    }
}

/// Marks in `starts` where a cluster of `codes` begins (same length, 1 for a start).
pub(crate) fn mark_cluster_starts(codes: &[u8], starts: &mut Vec<bool>) {
    starts.clear();
    starts.resize(codes.len(), false);
    let mut index = 0;
    while let Some(start) = starts.get_mut(index) {
        *start = true;
        index = Codes(codes).cluster_end(index);
    }
}

/// The code of a Thai letter or sign; `None` outside the alphabet of words.
pub(crate) fn code_of(c: char) -> Option<u8> {
    if is_thai_letter(c) { u8::try_from(u32::from(c) - 0x0E00).ok() } else { None }
}

/// Cuts a text into character clusters: Thai by the rules above, everything else by extended grapheme clusters
/// (Unicode Standard Annex 29). The spans tile the text. Give it normalised text; any other is cut without failing.
pub fn clusters(text: &str) -> impl Iterator<Item = TextSpan> + '_ {
    Clusters { text, at: 0, codes: Vec::new(), run_at: 0 }
}

struct Clusters<'a> {
    text: &'a str,
    /// Bytes already cut.
    at: usize,
    /// The current Thai run.
    codes: Vec<u8>,
    /// Characters of the run already cut.
    run_at: usize,
}

/// Letters of the Thai block take three bytes each in UTF-8.
const THAI_BYTES: usize = 3;

impl Iterator for Clusters<'_> {
    type Item = TextSpan;

    fn next(&mut self) -> Option<TextSpan> {
        if self.run_at >= self.codes.len() {
            self.codes.clear();
            self.run_at = 0;
            let rest = self.text.get(self.at..)?;
            self.codes.extend(rest.chars().map_while(code_of));
        }
        let bytes = if self.codes.is_empty() {
            self.text.get(self.at..)?.graphemes(true).next()?.len()
        } else {
            let end = Codes(&self.codes).cluster_end(self.run_at);
            let characters = end - self.run_at;
            self.run_at = end;
            characters * THAI_BYTES
        };
        let span = TextSpan::new(self.at, self.at + bytes);
        self.at = span.end;
        Some(span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cut(text: &str) -> String {
        clusters(text).map(|span| span.slice(text).unwrap()).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn keeps_vowels_and_marks_with_their_consonants() {
        assert_eq!(cut("ประเทศไทย"), "ป|ระ|เท|ศ|ไท|ย");
        assert_eq!(cut("เรียนรู้"), "เรีย|น|รู้");
        assert_eq!(cut("เป็นวันจันทร์"), "เป็น|วัน|จัน|ทร์");
        assert_eq!(cut("พันธุ์"), "พันธุ์");
        assert_eq!(cut("ต่างๆ"), "ต่า|ง|ๆ");
        assert_eq!(cut("เพื่อ"), "เพื่อ");
        assert_eq!(cut("ทะเลอันดามัน"), "ทะ|เล|อัน|ดา|มัน");
    }

    #[test]
    fn other_scripts_are_cut_by_graphemes() {
        assert_eq!(cut("e\u{301}5 ก็"), "e\u{301}|5| |ก็");
        assert_eq!(cut("👩🏽ก"), "👩🏽|ก");
    }

    proptest! {
        #[test]
        fn clusters_tile_any_text(text in "[ก-๙a-c .]{0,40}|\\PC{0,30}") {
            let mut at = 0;
            for span in clusters(&text) {
                prop_assert_eq!(span.start, at);
                prop_assert!(span.slice(&text).is_some_and(|slice| !slice.is_empty()));
                at = span.end;
            }
            prop_assert_eq!(at, text.len());
        }
    }
}
