//! Texts in lines: letters shaped by the font, lines broken between words.
//!
//! Letters are shaped by the font's own rules (OpenType, by rustybuzz), so that vowels and tone marks stand where they belong.
//! Lines break between words, and between clusters where a word is wider than its column.

use std::ops::Range;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Face, UnicodeBuffer};
use thiap_text::{Segmenter, clusters, is_invisible};

const REGULAR: &[u8] = include_bytes!("../../assets/fonts/Sarabun-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../assets/fonts/Sarabun-Bold.ttf");

/// Stands for a sign that the font lacks.
const UNPRINTABLE: char = '?';

/// How letters look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Style {
    /// In points.
    pub size: f32,
    pub bold: bool,
    /// Red, green, blue.
    pub colour: [u8; 3],
}

/// Letters of one word, shaped.
pub(super) struct Word {
    pub text: String,
    pub glyphs: Vec<KrillaGlyph>,
    /// Of the letters and of the blanks behind them, in points.
    pub width: f32,
    pub blank: f32,
}

/// The regular and the bold letters.
pub(super) struct Fonts {
    faces: [Face<'static>; 2],
    /// The same for drawing.
    pub fonts: [Font; 2],
}

impl Fonts {
    /// Reads the fonts inside the program; `None` when they cannot be read.
    pub fn new() -> Option<Self> {
        let face = |bytes| Face::from_slice(bytes, 0);
        let font = |bytes: &'static [u8]| Font::new(bytes.into(), 0);
        Some(Self { faces: [face(REGULAR)?, face(BOLD)?], fonts: [font(REGULAR)?, font(BOLD)?] })
    }

    fn face(&self, style: Style) -> &Face<'static> {
        let [regular, bold] = &self.faces;
        if style.bold { bold } else { regular }
    }

    /// Shapes a text in one script, from left to right.
    fn shape(&self, text: &str, style: Style) -> (Vec<KrillaGlyph>, f32) {
        let face = self.face(style);
        let units = face.units_per_em() as f32;
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        let shaped = rustybuzz::shape(face, &[], buffer);
        let mut glyphs = Vec::with_capacity(shaped.len());
        let mut width = 0.0;
        // the letters of a cluster are those up to the next one
        let (mut start, mut end) = (text.len(), text.len());
        for (info, position) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()).rev() {
            if info.cluster as usize != start {
                (start, end) = (info.cluster as usize, start);
            }
            let part = |number: i32| number as f32 / units;
            width += part(position.x_advance);
            glyphs.push(KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                part(position.x_advance),
                part(position.x_offset),
                part(position.y_offset),
                part(position.y_advance),
                start..end,
                None,
            ));
        }
        glyphs.reverse();
        (glyphs, width * style.size)
    }

    /// The width of a blank.
    fn blank(&self, style: Style) -> f32 {
        let face = self.face(style);
        let advance =
            face.glyph_index(' ').and_then(|blank| face.glyph_hor_advance(blank)).unwrap_or_default();
        f32::from(advance) / face.units_per_em() as f32 * style.size
    }

    fn word(&self, letters: &str, blanks: usize, style: Style) -> Word {
        let (glyphs, width) = self.shape(letters, style);
        let blank = if blanks > 0 { self.blank(style) } else { 0.0 };
        Word { text: letters.to_owned(), glyphs, width, blank }
    }

    /// What can be printed: no control or invisible signs, blanks for all that is white, and a sign for those that the font lacks.
    fn printable(&self, text: &str) -> String {
        let [face, _] = &self.faces;
        let shown = |c: &char| !is_invisible(*c) && (!c.is_control() || c.is_whitespace());
        let letters = text.chars().filter(shown).map(|c| match c {
            _ if c.is_whitespace() => ' ',
            _ if face.glyph_index(c).is_none() => UNPRINTABLE,
            _ => c,
        });
        letters.collect::<String>().trim().to_owned()
    }

    /// The lines of a text in a column.
    pub fn lines(&self, text: &str, style: Style, column: f32) -> Vec<Vec<Word>> {
        let mut lines = Vec::new();
        for paragraph in text.lines() {
            let clean = self.printable(paragraph);
            let mut line: Vec<Word> = Vec::new();
            let mut filled = 0.0;
            for unit in units(&clean) {
                let words = self.unit(&clean, unit, style, column);
                let width: f32 = words.iter().map(|word| word.width).sum();
                let trailing = words.last().map_or(0.0, |word| word.blank);
                if filled + width > column && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                    filled = 0.0;
                }
                for word in words {
                    // a part of a word that is wider than the column
                    if filled + word.width > column && !line.is_empty() {
                        lines.push(std::mem::take(&mut line));
                        filled = 0.0;
                    }
                    filled += word.width;
                    line.push(word);
                }
                filled += trailing;
            }
            if !line.is_empty() {
                lines.push(line);
            }
        }
        lines
    }

    /// The words of what must not be torn apart; its clusters where it is wider than the column.
    fn unit(&self, text: &str, unit: Vec<Range<usize>>, style: Style, column: f32) -> Vec<Word> {
        let words: Vec<Word> = unit
            .into_iter()
            .filter_map(|range| {
                let token = text.get(range)?;
                let letters = token.trim_end();
                Some(self.word(letters, token.len() - letters.len(), style))
            })
            .collect();
        if words.iter().map(|word| word.width).sum::<f32>() <= column {
            return words;
        }
        let pieces = words.iter().flat_map(|word| {
            let parts = clusters(&word.text).filter_map(|span| span.slice(&word.text));
            parts.map(|cluster| self.word(cluster, 0, style))
        });
        pieces.collect()
    }
}

/// Stretches of a text that a line may begin with, as ranges of its tokens with the blanks behind them.
fn units(text: &str) -> Vec<Vec<Range<usize>>> {
    let opens = |c: char| matches!(c, '(' | '[' | '{' | '“' | '‘' | '<' | '«');
    let stays = |c: char| ")]}”’>»,.;:!?%ๆฯ/-–".contains(c);
    let mut units: Vec<Vec<Range<usize>>> = Vec::new();
    // whether the token before ends in a blank, or in a sign that keeps the next one
    let (mut after_blank, mut after_opening) = (true, false);
    for token in Segmenter::embedded().segment(text) {
        let Some(letters) = token.span.slice(text) else { continue };
        let range = token.span.start..token.span.end;
        if letters.trim().is_empty() {
            if let Some(last) = units.last_mut().and_then(|unit| unit.last_mut()) {
                last.end = range.end;
            }
            (after_blank, after_opening) = (true, false);
            continue;
        }
        let joins = after_opening || !after_blank && letters.starts_with(stays);
        match units.last_mut() {
            Some(unit) if joins => unit.push(range),
            _ => units.push(vec![range]),
        }
        (after_blank, after_opening) = (false, letters.ends_with(opens));
    }
    units
}

#[cfg(test)]
mod tests {
    use krilla::text::Glyph;
    use proptest::prelude::*;

    use super::*;

    const STYLE: Style = Style { size: 10.0, bold: false, colour: [0, 0, 0] };

    fn text_of(lines: &[Vec<Word>]) -> Vec<String> {
        lines.iter().map(|line| line.iter().map(|word| word.text.as_str()).collect()).collect()
    }

    #[test]
    fn lines_break_between_words_and_keep_signs_with_what_they_belong_to() {
        let fonts = Fonts::new().unwrap();
        let lines = text_of(&fonts.lines("โครงการพัฒนาแหล่งน้ำ (ระยะที่ 2) บ้านต่างๆ", STYLE, 70.0));
        assert!(lines.len() > 1, "{lines:?}");
        assert!(lines.iter().all(|line| !line.starts_with([')', 'ๆ']) && !line.ends_with('(')), "{lines:?}");
    }

    #[test]
    fn marks_above_a_mark_move_and_take_no_width() {
        let fonts = Fonts::new().unwrap();
        let width = |text: &str| fonts.shape(text, STYLE).1;
        assert!((width("ที่") - width("ท")).abs() < 0.01);
        assert!((width("ผู้ปุ๋ย") - width("ผปย")).abs() < 0.2);
        let (bare, _) = fonts.shape("ท่", STYLE);
        let (stacked, _) = fonts.shape("ที่", STYLE);
        assert_eq!((bare.len(), stacked.len()), (2, 3));
        let ranges: Vec<Range<usize>> = stacked.iter().map(Glyph::text_range).collect();
        assert!(ranges.iter().all(|range| *range == (0.."ที่".len())), "{ranges:?}");
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_its_column_and_no_letter_is_lost(text in "[ก-๛a-z0-9 ()/\n\u{200b}]{0,200}|\\PC{0,60}", column in 40f32..300.0) {
            let fonts = Fonts::new().unwrap();
            let lines = fonts.lines(&text, STYLE, column);
            for line in &lines {
                let width: f32 = line.iter().map(|word| word.width).sum();
                prop_assert!(width <= column + 0.01 || line.len() == 1);
            }
            let squeezed = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            let expected: String = text.lines().map(|line| squeezed(&fonts.printable(line))).collect();
            prop_assert_eq!(squeezed(&text_of(&lines).concat()), expected);
        }
    }
}
