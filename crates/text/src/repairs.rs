//! What normalisation undid, by kind.

use serde::Serialize;

/// How often each kind of repair was made. Most come from scanners, spreadsheets and old fonts; some hide a text from
/// comparison, so an officer is told which were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
pub struct Repairs {
    /// Nikhahit and sara aa written for one sara am (U+0E33), with or without a tone mark between.
    pub sara_am: usize,
    /// Two sara e written for one sara ae (เเ for แ).
    pub sara_ae: usize,
    /// Marks or vowel signs typed more than once, or a tone mark over another.
    pub repeated_marks: usize,
    /// Marks that stood in another order than vowel, tone, other sign.
    pub misordered_marks: usize,
    /// Lakkhangyao (ๅ) for sara aa, or sara aa for lakkhangyao after ฤ and ฦ: they look alike.
    pub lookalike_vowels: usize,
    /// Glyph variants in the private use area (U+F700 to U+F71A), as old fonts and PDF files hold them.
    pub presentation_forms: usize,
    /// Characters that show nothing: zero-width spaces and joiners, soft hyphens, direction controls, variation selectors.
    pub zero_width: usize,
    /// Spaces other than U+0020 (no-break, thin, ideographic, tab).
    pub unusual_spaces: usize,
    /// Line ends other than a single line feed.
    pub line_ends: usize,
    /// Control characters, NUL among them.
    pub controls: usize,
    /// Thai digits.
    pub thai_digits: usize,
    /// Full-width letters, digits and signs.
    pub full_width: usize,
}

impl Repairs {
    /// Whether the text was in normal form already.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// Repairs that change how a text compares without changing how it reads: what a reader would not see on the page.
    #[must_use]
    pub fn invisible(self) -> usize {
        self.sara_am
            + self.sara_ae
            + self.repeated_marks
            + self.misordered_marks
            + self.lookalike_vowels
            + self.presentation_forms
            + self.zero_width
            + self.controls
    }
}
