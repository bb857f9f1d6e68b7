//! Paragraphs and tables on A4 pages, written as PDF/A.
//!
//! The font comes with the program, and nothing but the contents decides the bytes.

mod lines;

use chrono::{Datelike, NaiveDate};
use krilla::color::rgb;
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::text::Font;
use krilla::{Document, SerializeSettings};

pub(crate) use lines::Style;
use lines::{Fonts, Word};

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
/// The colour of what stands aside.
pub(crate) const QUIET: [u8; 3] = [0x55, 0x60, 0x70];
/// The colour of lines between rows and beside quotations.
const PALE: [u8; 3] = [0xd3, 0xda, 0xe3];
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

enum Drawn {
    Word { x: f32, y: f32, style: Style, word: Word },
    Rule { from: (f32, f32), to: (f32, f32), colour: [u8; 3], width: f32 },
    Frame { corner: (f32, f32), size: (f32, f32), colour: [u8; 3] },
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
        Ok(Self { fonts: Fonts::new().ok_or(SheetError::Font)?, pages: vec![Vec::new()], y: MARGIN })
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
    pub(crate) fn quotation(&mut self, text: &str, style: Style) {
        let (page, top) = (self.pages.len(), self.y);
        self.paragraph(text, style, 12.0);
        let top = if self.pages.len() == page { top } else { MARGIN };
        let x = MARGIN + 4.0;
        self.draw(Drawn::Rule { from: (x, top + 2.0), to: (x, self.y), colour: PALE, width: 2.0 });
    }

    /// A row of a table with a line below it. It goes on the next page whole unless it is taller than a page.
    pub(crate) fn row(&mut self, cells: &[Cell<'_>]) {
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
        self.rule(PALE, 0.5);
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
        date: NaiveDate,
        attachment: Attachment,
    ) -> Result<Vec<u8>, SheetError> {
        let style = Style { size: FOOTER_SIZE, bold: false, colour: QUIET };
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
        let year = u16::try_from(date.year()).map_err(|_| failed("the year is out of range"))?;
        let date = DateTime::new(year).month(date.month() as u8).day(date.day() as u8);
        let date = date.hour(0).minute(0).second(0).utc_offset_hour(7).utc_offset_minute(0);
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
