//! Where each part of a normalised text stood in its original.

use thiap_domain::TextSpan;

/// A stretch where original and normalised text run in step, or a block that was rewritten as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Segment {
    original_start: usize,
    normalised_start: usize,
    /// The bytes are the same in both; a block that is not is mapped as a whole.
    identical: bool,
}

/// Maps spans between an original text and its normalised form, in both directions.
///
/// Offsets are bytes. Inside untouched stretches the mapping is exact; a rewritten block (a mended mark group, a folded
/// digit) maps as a whole, so that a span never ends inside a character. Dropped characters belong to no neighbour: a
/// span that starts after one does not take it in, a span around it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alignment {
    /// Ordered by both starts; together they tile both texts.
    segments: Vec<Segment>,
    original_len: usize,
    normalised_len: usize,
}

impl Alignment {
    pub(crate) fn new() -> Self {
        Self { segments: Vec::new(), original_len: 0, normalised_len: 0 }
    }

    /// Adds the next stretch of both texts; neighbours that run in step become one segment.
    pub(crate) fn push(&mut self, original_bytes: usize, normalised_bytes: usize, identical: bool) {
        let joins = identical && self.segments.last().is_some_and(|last| last.identical);
        if !joins && original_bytes + normalised_bytes > 0 {
            self.segments.push(Segment {
                original_start: self.original_len,
                normalised_start: self.normalised_len,
                identical,
            });
        }
        self.original_len += original_bytes;
        self.normalised_len += normalised_bytes;
    }

    /// Length of the original text in bytes.
    #[must_use]
    pub fn original_len(&self) -> usize {
        self.original_len
    }

    /// Length of the normalised text in bytes.
    #[must_use]
    pub fn normalised_len(&self) -> usize {
        self.normalised_len
    }

    /// Whether both texts are the same.
    #[must_use]
    pub fn is_identity(&self) -> bool {
        self.segments.iter().all(|segment| segment.identical)
    }

    /// The smallest span of the original that holds everything the normalised `span` came from. An empty span maps to an
    /// empty span. Ends beyond the text are taken as its end.
    #[must_use]
    pub fn to_original(&self, span: TextSpan) -> TextSpan {
        let ends = (self.normalised_len, self.original_len);
        self.map(span, ends, |s| s.normalised_start, |s| s.original_start)
    }

    /// The smallest span of the normalised text that holds everything the original `span` became; empty where all of it
    /// was dropped. Ends beyond the text are taken as its end.
    #[must_use]
    pub fn to_normalised(&self, span: TextSpan) -> TextSpan {
        let ends = (self.original_len, self.normalised_len);
        self.map(span, ends, |s| s.original_start, |s| s.normalised_start)
    }

    /// Maps from one side to the other; `from` and `to` read a segment's start on each, `ends` are the texts' lengths.
    fn map(
        &self,
        span: TextSpan,
        (from_len, to_len): (usize, usize),
        from: impl Fn(&Segment) -> usize,
        to: impl Fn(&Segment) -> usize,
    ) -> TextSpan {
        let (from_start, from_end) = (span.start.min(from_len), span.end.min(from_len));
        // The start lies in the last segment that begins at or before it: earlier ones at the same place are empty.
        let after = self.segments.partition_point(|s| from(s) <= from_start);
        let Some(segment) = after.checked_sub(1).and_then(|index| self.segments.get(index)) else {
            return TextSpan::new(0, 0);
        };
        let start = if from_start == from_len {
            to_len
        } else if segment.identical {
            to(segment) + from_start - from(segment)
        } else {
            to(segment)
        };
        if from_end <= from_start {
            return TextSpan::new(start, start);
        }
        // The end lies in the last segment that begins strictly before it.
        let index = self.segments.partition_point(|s| from(s) < from_end).saturating_sub(1);
        let Some(segment) = self.segments.get(index) else { return TextSpan::new(start, start) };
        let segment_end = self.segments.get(index + 1).map_or(to_len, &to);
        let end = if segment.identical { to(segment) + from_end - from(segment) } else { segment_end };
        TextSpan::new(start, end.min(segment_end))
    }
}
