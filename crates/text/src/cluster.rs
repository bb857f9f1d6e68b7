//! Thai character clusters: the smallest stretches that no word boundary may cut.
//!
//! After Theeramunkong, Sornlertlamvanich, Tanhermhong and Chinnan, "Character cluster based Thai information retrieval"
//! (IRAL 2000), reduced to the rules that hold without a dictionary: a leading vowel stays with its consonant, marks and
//! following vowels with theirs, a vowel that must be closed (mai han akat, sara uee, maitaikhu behind เ or แ) with its
//! closing consonant, a silenced consonant with what comes before it.

mod rules;

use thiap_domain::TextSpan;
use unicode_segmentation::UnicodeSegmentation;

use crate::character::is_thai_letter;
use rules::Codes;

pub(crate) use rules::mark_cluster_starts;

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
            let grapheme = self.text.get(self.at..)?.graphemes(true).next()?;
            // a Thai sign behind a letter of another script begins a Thai run, as it does for words
            // and a full stop, which ends abbreviations, bears no marks
            let stop = grapheme.starts_with('.');
            let thai = grapheme.char_indices().skip(1).find(|(_, c)| stop || code_of(*c).is_some());
            thai.map_or(grapheme.len(), |(at, _)| at)
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
        assert_eq!(cut("A\u{e31}\u{a81}"), "A|\u{e31}|\u{a81}");
        assert_eq!(cut("ก.\u{11c92}"), "ก|.|\u{11c92}");
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
