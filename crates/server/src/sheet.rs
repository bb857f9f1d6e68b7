//! Paragraphs and tables on A4 pages, written as PDF/A.
//!
//! Letters are shaped by the font's own rules (OpenType, by rustybuzz), so that vowels and tone marks stand where they belong.
//! Lines break between words, and between clusters where a word is wider than its column. The font comes with the program, and
//! nothing but the contents decides the bytes.

use std::ops::Range;

use krilla::color::rgb;
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};
use rustybuzz::{Face, UnicodeBuffer};
use thiap_text::{Segmenter, clusters};

const REGULAR: &[u8] = include_bytes!("../assets/fonts/Sarabun-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../assets/fonts/Sarabun-Bold.ttf");

/// A4, in points.
const PAGE: (f32, f32) = (595.28, 841.89);
const MARGIN: f32 = 48.0;
/// Where the footer's line stands, from the top.
const FOOTER: f32 = PAGE.1 - 28.0;
const FOOTER_SIZE: f32 = 8.5;
/// From line to line, in sizes of the letters: Thai stacks two signs above a consonant and one below it.
const LINE: f32 = 1.62;
/// From the top of a line to where its letters stand, in sizes.
const BASELINE: f32 = 1.12;
/// Stands for a sign that the font lacks.
const UNPRINTABLE: char = '?';
/// Between columns.
const GUTTER: f32 = 8.0;

/// Why a PDF could not be written; a mistake of this program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SheetError {
    /// The font inside the program cannot be read.
    #[error("the font cannot be read")]
    Font,
    /// The document cannot be written.
    #[error("the document cannot be written: {0}")]
    Document(String),
}

/// How letters look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Style {
    /// In points.
    pub size: f32,
    pub bold: bool,
    /// Red, green, blue.
    pub colour: [u8; 3],
}

/// A cell of a table's row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell<'a> {
    /// Its part of the width.
    pub share: f32,
    pub style: Style,
    pub text: &'a str,
}

/// A file that goes with the document.
pub(crate) struct Attachment {
    pub name: String,
    pub mime_type: &'static str,
    pub description: String,
    pub bytes: Vec<u8>,
}

/// Letters of one word, shaped.
struct Word {
    text: String,
    glyphs: Vec<KrillaGlyph>,
    /// Of the letters and of the blanks behind them, in points.
    width: f32,
    blank: f32,
}

enum Drawn {
    Word { x: f32, y: f32, style: Style, word: Word },
    Rule { from: (f32, f32), to: (f32, f32), colour: [u8; 3], width: f32 },
    Frame { corner: (f32, f32), size: (f32, f32), colour: [u8; 3] },
}

struct Fonts {
    faces: [Face<'static>; 2],
    fonts: [Font; 2],
}

impl Fonts {
    fn new() -> Result<Self, SheetError> {
        let face = |bytes| Face::from_slice(bytes, 0).ok_or(SheetError::Font);
        let font = |bytes: &'static [u8]| Font::new(bytes.into(), 0).ok_or(SheetError::Font);
        Ok(Self { faces: [face(REGULAR)?, face(BOLD)?], fonts: [font(REGULAR)?, font(BOLD)?] })
    }

    /// Shapes a text in one script.
    fn shape(&self, text: &str, style: Style) -> (Vec<KrillaGlyph>, f32) {
        let [regular, bold] = &self.faces;
        let face = if style.bold { bold } else { regular };
        let units = face.units_per_em() as f32;
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        let shaped = rustybuzz::shape(face, &[], buffer);
        let infos = shaped.glyph_infos();
        let mut glyphs = Vec::with_capacity(infos.len());
        let mut width = 0.0;
        for (place, (info, position)) in infos.iter().zip(shaped.glyph_positions()).enumerate() {
            // the letters of a cluster are those up to the next one
            let start = info.cluster as usize;
            let later = infos.iter().skip(place).map(|next| next.cluster as usize);
            let end = later.filter(|next| *next > start).min().unwrap_or(text.len());
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
        (glyphs, width * style.size)
    }

    fn word(&self, letters: &str, blanks: usize, style: Style) -> Word {
        let (glyphs, width) = self.shape(letters, style);
        let blank = if blanks > 0 { self.shape(" ", style).1 } else { 0.0 };
        Word { text: letters.to_owned(), glyphs, width, blank }
    }

    /// What can be printed: no control or invisible signs, blanks for all that is white, and a sign for those that the font lacks.
    fn printable(&self, text: &str) -> String {
        let [face, _] = &self.faces;
        let letters = text.chars().filter(|c| !is_invisible(*c)).map(|c| match c {
            _ if c.is_whitespace() => ' ',
            _ if face.glyph_index(c).is_none() => UNPRINTABLE,
            _ => c,
        });
        letters.collect::<String>().trim().to_owned()
    }

    /// The lines of a text in a column.
    fn lines(&self, text: &str, style: Style, column: f32) -> Vec<Vec<Word>> {
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

fn is_invisible(c: char) -> bool {
    c.is_control() && !c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
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

/// Pages that are filled from the top.
pub(crate) struct Sheet {
    fonts: Fonts,
    pages: Vec<Vec<Drawn>>,
    /// How far the last page is filled.
    y: f32,
}

impl Sheet {
    pub(crate) fn new() -> Result<Self, SheetError> {
        Ok(Self { fonts: Fonts::new()?, pages: vec![Vec::new()], y: MARGIN })
    }

    fn draw(&mut self, drawn: Drawn) {
        if let Some(page) = self.pages.last_mut() {
            page.push(drawn);
        }
    }

    fn room(&self) -> f32 {
        PAGE.1 - MARGIN - self.y
    }

    /// Begins another page unless so much fits on this one.
    pub(crate) fn keep(&mut self, height: f32) {
        if height > self.room() && self.y > MARGIN {
            self.pages.push(Vec::new());
            self.y = MARGIN;
        }
    }

    /// Leaves room empty.
    pub(crate) fn gap(&mut self, points: f32) {
        self.y += points;
    }

    /// A text over the whole width, some points from the left.
    pub(crate) fn paragraph(&mut self, text: &str, style: Style, indent: f32) {
        let column = PAGE.0 - 2.0 * MARGIN - indent;
        for line in self.fonts.lines(text, style, column) {
            self.keep(style.size * LINE);
            self.place(line, MARGIN + indent, self.y, style);
            self.y += style.size * LINE;
        }
    }

    /// A paragraph with a bar at its left.
    pub(crate) fn quotation(&mut self, text: &str, style: Style, colour: [u8; 3]) {
        let (page, top) = (self.pages.len(), self.y);
        self.paragraph(text, style, 12.0);
        let top = if self.pages.len() == page { top } else { MARGIN };
        let x = MARGIN + 4.0;
        self.draw(Drawn::Rule { from: (x, top + 2.0), to: (x, self.y), colour, width: 2.0 });
    }

    /// A row of a table. It goes on the next page whole unless it is taller than a page.
    pub(crate) fn row(&mut self, cells: &[Cell<'_>], ruled: bool) {
        let width = PAGE.0 - 2.0 * MARGIN;
        let shares: f32 = cells.iter().map(|cell| cell.share).sum::<f32>().max(f32::MIN_POSITIVE);
        let mut columns = Vec::with_capacity(cells.len());
        let mut x = MARGIN;
        for cell in cells {
            let column = width * cell.share / shares;
            let lines = self.fonts.lines(cell.text, cell.style, column - GUTTER);
            columns.push((x, cell.style, lines.into_iter()));
            x += column;
        }
        let height = columns.iter().map(|(_, style, lines)| style.size * LINE * lines.len() as f32);
        self.keep(height.fold(0.0, f32::max).min(PAGE.1 - 2.0 * MARGIN) + 4.0);
        self.gap(2.0);
        loop {
            let mut tallest = 0.0f32;
            let y = self.y;
            for (x, style, lines) in &mut columns {
                if let Some(line) = lines.next() {
                    tallest = tallest.max(style.size * LINE);
                    self.place(line, *x, y, *style);
                }
            }
            if tallest == 0.0 {
                break;
            }
            self.y += tallest;
            if columns.iter().any(|(_, _, lines)| lines.len() > 0) {
                self.keep(tallest);
            }
        }
        self.gap(2.0);
        if ruled {
            self.rule([0xd3, 0xda, 0xe3], 0.5);
        }
    }

    /// A line over the whole width.
    pub(crate) fn rule(&mut self, colour: [u8; 3], width: f32) {
        let y = self.y;
        self.draw(Drawn::Rule { from: (MARGIN, y), to: (PAGE.0 - MARGIN, y), colour, width });
    }

    /// Paragraphs in a frame, together on a page.
    pub(crate) fn framed(&mut self, paragraphs: &[(&str, Style)], colour: [u8; 3]) {
        const PADDING: f32 = 8.0;
        let column = PAGE.0 - 2.0 * (MARGIN + PADDING);
        let lines: Vec<(Style, Vec<Word>)> = paragraphs
            .iter()
            .flat_map(|(text, style)| {
                self.fonts.lines(text, *style, column).into_iter().map(|line| (*style, line))
            })
            .collect();
        let height = lines.iter().map(|(style, _)| style.size * LINE).sum::<f32>() + 2.0 * PADDING;
        self.keep(height);
        let corner = (MARGIN, self.y);
        self.draw(Drawn::Frame { corner, size: (PAGE.0 - 2.0 * MARGIN, height), colour });
        self.gap(PADDING);
        for (style, line) in lines {
            self.place(line, MARGIN + PADDING, self.y, style);
            self.y += style.size * LINE;
        }
        self.gap(PADDING);
    }

    fn place(&mut self, line: Vec<Word>, mut x: f32, top: f32, style: Style) {
        let y = top + style.size * BASELINE;
        for word in line {
            let next = x + word.width + word.blank;
            self.draw(Drawn::Word { x, y, style, word });
            x = next;
        }
    }

    /// Writes the pages, each with a footer and its number.
    ///
    /// # Errors
    /// [`SheetError::Document`] when what was drawn is no sound PDF/A.
    pub(crate) fn finish(
        mut self,
        title: &str,
        language: &str,
        footer: &str,
        [year, month, day]: [u16; 3],
        attachment: Attachment,
    ) -> Result<Vec<u8>, SheetError> {
        let style = Style { size: FOOTER_SIZE, bold: false, colour: [0x55, 0x60, 0x70] };
        let count = self.pages.len();
        for (number, page) in (1..).zip(&mut self.pages) {
            for (text, from_right) in [(footer.to_owned(), false), (format!("{number} / {count}"), true)] {
                let words = self.fonts.lines(&text, style, PAGE.0).into_iter().next().unwrap_or_default();
                let width: f32 = words.iter().map(|word| word.width + word.blank).sum();
                let mut x = if from_right { PAGE.0 - MARGIN - width } else { MARGIN };
                for word in words {
                    let next = x + word.width + word.blank;
                    page.push(Drawn::Word { x, y: FOOTER, style, word });
                    x = next;
                }
            }
        }
        let failed = |reason: &str| SheetError::Document(reason.to_owned());
        let configuration = ConfigurationBuilder::new()
            .with_archival_validator(Archival::A3_U)
            .finish()
            .map_err(|error| SheetError::Document(format!("{error:?}")))?;
        let mut document =
            Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
        for page in self.pages {
            let settings = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(|| failed("no page size"))?;
            let mut leaf = document.start_page_with(settings);
            let mut surface = leaf.surface();
            for drawn in page {
                paint(&mut surface, &self.fonts.fonts, drawn);
            }
            surface.finish();
            leaf.finish();
        }
        let date = DateTime::new(year).month(month as u8).day(day as u8).hour(0).minute(0).second(0);
        let date = date.utc_offset_hour(7).utc_offset_minute(0);
        document.set_metadata(
            Metadata::new()
                .title(title.to_owned())
                .language(language.to_owned())
                .creator("Thiap".to_owned())
                .creation_date(date)
                .document_id(footer.to_owned()),
        );
        let file = EmbeddedFile {
            path: attachment.name,
            mime_type: MimeType::new(attachment.mime_type),
            description: Some(attachment.description),
            association_kind: AssociationKind::Source,
            data: attachment.bytes.into(),
            modification_date: Some(date),
            compress: Some(false),
            location: None,
        };
        document.embed_file(file).ok_or_else(|| failed("the attachment has no name of its own"))?;
        document.finish().map_err(|error| SheetError::Document(format!("{error:?}")))
    }
}

fn rgb_of([red, green, blue]: [u8; 3]) -> rgb::Color {
    rgb::Color::new(red, green, blue)
}

fn paint(surface: &mut Surface<'_>, fonts: &[Font; 2], drawn: Drawn) {
    match drawn {
        Drawn::Word { x, y, style, word } => {
            let [regular, bold] = fonts;
            let font = if style.bold { bold } else { regular };
            surface.set_stroke(None);
            surface.set_fill(Some(Fill { paint: rgb_of(style.colour).into(), ..Fill::default() }));
            let at = Point::from_xy(x, y);
            surface.draw_glyphs(at, &word.glyphs, font.clone(), &word.text, style.size, false);
        }
        Drawn::Rule { from, to, colour, width } => {
            let mut path = PathBuilder::new();
            path.move_to(from.0, from.1);
            path.line_to(to.0, to.1);
            stroke(surface, path, colour, width);
        }
        Drawn::Frame { corner, size, colour } => {
            let mut path = PathBuilder::new();
            if let Some(rectangle) = Rect::from_xywh(corner.0, corner.1, size.0, size.1) {
                path.push_rect(rectangle);
            }
            stroke(surface, path, colour, 1.5);
        }
    }
}

fn stroke(surface: &mut Surface<'_>, path: PathBuilder, colour: [u8; 3], width: f32) {
    let Some(path) = path.finish() else { return };
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke { paint: rgb_of(colour).into(), width, ..Stroke::default() }));
    surface.draw_path(&path);
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
