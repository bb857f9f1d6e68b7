//! Ways of writing that a check looks through.

use serde::{Deserialize, Serialize};

/// A way in which the writing of one thing differs from that of the same thing elsewhere. Each happens in honest texts too
/// (scanners, old fonts, habit): it says what was looked through, nothing about why it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trick {
    /// Characters that show nothing on the page.
    ZeroWidth,
    /// Two sara e for one sara ae.
    DoubledSaraE,
    /// Nikhahit and sara aa for sara am.
    SplitSaraAm,
    /// Vowels or tone marks typed more than once.
    RepeatedMarks,
    /// Vowels and tone marks in another order.
    MarkOrder,
    /// Signs that look like another vowel.
    LookalikeVowels,
    /// Glyph variants of old fonts.
    PresentationForms,
    /// Control characters.
    ControlCharacters,
    /// Thai digits, which official Thai uses by right.
    ThaiDigits,
    /// Full-width letters and digits.
    FullWidth,
    /// One text uses an English word, the other the Thai one.
    EnglishTerm,
    /// One text abbreviates what the other writes in full.
    Abbreviation,
    /// A word misspelt or misread by a scanner.
    Misspelling,
    /// Different expressions of one thing.
    Rewording,
    /// The same entries in another order.
    Reordered,
}

impl Trick {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 15] = [
        Self::ZeroWidth,
        Self::DoubledSaraE,
        Self::SplitSaraAm,
        Self::RepeatedMarks,
        Self::MarkOrder,
        Self::LookalikeVowels,
        Self::PresentationForms,
        Self::ControlCharacters,
        Self::ThaiDigits,
        Self::FullWidth,
        Self::EnglishTerm,
        Self::Abbreviation,
        Self::Misspelling,
        Self::Rewording,
        Self::Reordered,
    ];

    /// The name used in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ZeroWidth => "zero_width",
            Self::DoubledSaraE => "doubled_sara_e",
            Self::SplitSaraAm => "split_sara_am",
            Self::RepeatedMarks => "repeated_marks",
            Self::MarkOrder => "mark_order",
            Self::LookalikeVowels => "lookalike_vowels",
            Self::PresentationForms => "presentation_forms",
            Self::ControlCharacters => "control_characters",
            Self::ThaiDigits => "thai_digits",
            Self::FullWidth => "full_width",
            Self::EnglishTerm => "english_term",
            Self::Abbreviation => "abbreviation",
            Self::Misspelling => "misspelling",
            Self::Rewording => "rewording",
            Self::Reordered => "reordered",
        }
    }

    /// What was looked through, in Thai.
    #[must_use]
    pub fn thai(self) -> &'static str {
        match self {
            Self::ZeroWidth => "อักขระที่มองไม่เห็น",
            Self::DoubledSaraE => "เ เ ที่พิมพ์แทน แ",
            Self::SplitSaraAm => "นิคหิตกับสระอาที่พิมพ์แทนสระอำ",
            Self::RepeatedMarks => "สระหรือวรรณยุกต์ที่พิมพ์ซ้ำ",
            Self::MarkOrder => "สระและวรรณยุกต์ที่สลับลำดับ",
            Self::LookalikeVowels => "สระที่หน้าตาคล้ายกัน",
            Self::PresentationForms => "อักขระจากแบบอักษรรุ่นเก่า",
            Self::ControlCharacters => "อักขระควบคุม",
            Self::ThaiDigits => "เลขไทย ซึ่งอ่านเหมือนเลขอารบิก",
            Self::FullWidth => "อักษรและตัวเลขเต็มความกว้าง",
            Self::EnglishTerm => "คำไทยกับคำอังกฤษของสิ่งเดียวกัน",
            Self::Abbreviation => "คำย่อกับชื่อเต็ม",
            Self::Misspelling => "ตัวสะกดที่ต่างกันเล็กน้อย",
            Self::Rewording => "คำต่างกันที่เรียกสิ่งเดียวกัน",
            Self::Reordered => "รายการเดียวกันที่เรียงลำดับต่างกัน",
        }
    }

    /// What was looked through, in English.
    #[must_use]
    pub fn english(self) -> &'static str {
        match self {
            Self::ZeroWidth => "invisible characters",
            Self::DoubledSaraE => "two sara e typed for one sara ae",
            Self::SplitSaraAm => "nikhahit and sara aa typed for sara am",
            Self::RepeatedMarks => "vowels or tone marks typed more than once",
            Self::MarkOrder => "vowels and tone marks in another order",
            Self::LookalikeVowels => "vowels that look like another",
            Self::PresentationForms => "characters of an old font",
            Self::ControlCharacters => "control characters",
            Self::ThaiDigits => "Thai digits, read like Arabic ones",
            Self::FullWidth => "full-width letters and digits",
            Self::EnglishTerm => "an English and a Thai word for one thing",
            Self::Abbreviation => "an abbreviation and its full name",
            Self::Misspelling => "a word spelt slightly otherwise",
            Self::Rewording => "different words for one thing",
            Self::Reordered => "the same entries in another order",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_json() {
        let names: std::collections::BTreeSet<&str> = Trick::ALL.into_iter().map(Trick::name).collect();
        assert_eq!(names.len(), Trick::ALL.len());
        for trick in Trick::ALL {
            assert_eq!(serde_json::to_value(trick).unwrap(), trick.name());
        }
    }
}
