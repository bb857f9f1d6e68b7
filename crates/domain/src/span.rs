//! Places inside a text.

use serde::{Deserialize, Serialize};

/// A half-open range of UTF-8 byte offsets into a named text; both ends lie on character boundaries of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TextSpan {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte; never below `start`.
    pub end: usize,
}

impl TextSpan {
    /// A span from `start` to `end`; a reversed pair becomes the empty span at `start`.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether the span covers nothing.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.end == self.start
    }

    /// The part of `text` that the span names; `None` when the span does not fit the text.
    #[must_use]
    pub fn slice(self, text: &str) -> Option<&str> {
        text.get(self.start..self.end)
    }

    /// Whether the two spans share at least one byte.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The same place counted in characters (Unicode code points), as the JSON output gives it.
    /// `None` when the span does not fit the text.
    #[must_use]
    pub fn in_characters(self, text: &str) -> Option<(usize, usize)> {
        let before = text.get(..self.start)?.chars().count();
        let inside = self.slice(text)?.chars().count();
        Some((before, before + inside))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_characters_of_thai_text() {
        let text = "จ.เลย ปี 2565";
        let span = TextSpan::new("จ.".len(), "จ.เลย".len());
        assert_eq!(span.slice(text), Some("เลย"));
        assert_eq!(span.in_characters(text), Some((2, 5)));
        assert_eq!(TextSpan::new(1, 3).in_characters(text), None, "inside a character");
        assert_eq!(TextSpan::new(0, 999).slice(text), None);
    }

    #[test]
    fn overlap_needs_a_shared_byte() {
        let span = |a, b| TextSpan::new(a, b);
        assert!(span(0, 4).overlaps(span(3, 5)));
        assert!(!span(0, 4).overlaps(span(4, 5)));
        assert!(!span(2, 2).overlaps(span(0, 2)));
        assert_eq!(span(5, 2), span(5, 5));
    }
}
