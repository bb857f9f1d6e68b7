//! From what a person writes to a query: words, `"phrases"`, `-exclusions` and `field:value`.
//!
//! The syntax is small on purpose. Anything that is not clearly one of its forms is a word: a hyphen inside a word, a colon
//! with a space behind it, the time 10:30 or an address on the web.

use std::collections::BTreeSet;

use serde::Serialize;
use thiap_domain::{FiscalYear, ProjectKind, TextSpan};
use thiap_text::normalise_text;

use super::chips::{Chip, chips};
use super::error::{QueryError, QueryErrorKind};
use super::fields::QueryField;
use crate::filters::Range;

/// Characters that a query may have.
pub const LONGEST_QUERY_CHARACTERS: usize = 10_000;
/// Phrases, exclusions and fields that a query may have together.
pub const MOST_CLAUSES: usize = 64;
/// A name before a colon is at most this long; a longer one is a word.
const LONGEST_FIELD_NAME_CHARACTERS: usize = 24;

/// What a clause asks for.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClauseContent {
    /// Words that stand one after the other.
    Phrase(String),
    /// Words anywhere; only ever excluded, since words that are wanted are no clause.
    Words(String),
    /// Words in one field; one after the other when they were quoted.
    FieldText {
        /// The field.
        field: QueryField,
        /// What was written.
        text: String,
        /// Whether it was quoted.
        quoted: bool,
    },
    /// Fiscal years.
    FiscalYears(Range<i32>),
    /// Amounts of money, in satang.
    BudgetSatang(Range<i64>),
    /// What the row stands for.
    Kind(ProjectKind),
}

/// A part of a query that a project must fulfil, or must not.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Clause {
    /// Where it stands, in bytes of the query, sign and field name included.
    pub span: TextSpan,
    /// Whether projects that fulfil it are left out.
    pub excluded: bool,
    /// What it asks for.
    pub content: ClauseContent,
}

/// A query as it is understood.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedQuery {
    original: String,
    /// The query with everything blanked that is not searched as words: same length, so that places are the same.
    free_text: String,
    /// What projects must or must not fulfil.
    pub clauses: Vec<Clause>,
    /// Words that name a fiscal year, a place, an agency or an amount.
    pub chips: Vec<Chip>,
}

impl ParsedQuery {
    /// The query as it was written.
    #[must_use]
    pub fn original(&self) -> &str {
        &self.original
    }

    /// The words to search for, at their places in the query; everything else is blank.
    #[must_use]
    pub fn free_text(&self) -> &str {
        &self.free_text
    }

    /// Takes away the chips whose text is in `removed`: they stay listed, but their words are searched as words alone.
    pub fn remove_chips(&mut self, removed: &BTreeSet<String>) {
        for chip in &mut self.chips {
            chip.applied = !removed.contains(&chip.text);
        }
    }

    /// The words to rank by: the free text without the words of chips that are fully expressed by what they ask for, fiscal
    /// years and amounts. Names of places and agencies stand in titles too, and stay.
    #[must_use]
    pub fn ranking_text(&self) -> String {
        self.without_chips(Chip::says_all)
    }

    /// The words that are no condition: the free text without the words of any chip, taken away or not.
    #[must_use]
    pub fn topic_text(&self) -> String {
        self.without_chips(|_| true)
    }

    /// The text to embed; `None` when the query has no words of its own.
    #[must_use]
    pub fn embedding_text(&self) -> Option<String> {
        let text = self.ranking_text();
        let words: Vec<&str> = text.split_whitespace().collect();
        let text = normalise_text(&words.join(" ")).into_owned();
        text.chars().any(char::is_alphanumeric).then_some(text)
    }

    fn without_chips(&self, leaves_out: impl Fn(&Chip) -> bool) -> String {
        let mut bytes = self.free_text.clone().into_bytes();
        for chip in self.chips.iter().filter(|chip| leaves_out(chip)) {
            if let Some(part) = bytes.get_mut(chip.span.start..chip.span.end) {
                part.fill(b' ');
            }
        }
        String::from_utf8(bytes).unwrap_or_else(|_| self.free_text.clone())
    }

    /// Whether nothing is asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.clauses.is_empty() && self.free_text.trim().is_empty()
    }
}

/// Reads a query.
///
/// # Errors
/// [`QueryError`] with the place and what to do: too long, a quotation mark that never closes, an unknown field, a value
/// that does not fit its field.
pub fn parse_query(query: &str) -> Result<ParsedQuery, QueryError> {
    let characters = query.chars().count();
    if characters > LONGEST_QUERY_CHARACTERS {
        return Err(QueryError::new(LONGEST_QUERY_CHARACTERS, QueryErrorKind::TooLong(characters)));
    }
    Parser { query, free_text: query.as_bytes().to_vec(), clauses: Vec::new() }.parse()
}

struct Parser<'a> {
    query: &'a str,
    free_text: Vec<u8>,
    clauses: Vec<Clause>,
}

/// A value behind a sign or a field name.
struct Value<'a> {
    text: &'a str,
    /// Byte at which the text begins, behind an opening mark.
    start: usize,
    quoted: bool,
    /// Byte behind it, closing mark included.
    end: usize,
}

impl<'a> Parser<'a> {
    fn parse(mut self) -> Result<ParsedQuery, QueryError> {
        let mut place = 0;
        while let Some(next) = self.rest(place).chars().next() {
            if next.is_whitespace() {
                place += next.len_utf8();
                continue;
            }
            place = self.item(place)?;
        }
        let free_text = String::from_utf8(self.free_text).unwrap_or_else(|_| self.query.to_owned());
        let chips = chips(self.query, &free_text, &self.clauses);
        Ok(ParsedQuery { original: self.query.to_owned(), free_text, clauses: self.clauses, chips })
    }

    fn rest(&self, place: usize) -> &'a str {
        self.query.get(place..).unwrap_or_default()
    }

    fn error(&self, place: usize, kind: QueryErrorKind) -> QueryError {
        QueryError::new(self.query.get(..place).map_or(0, |before| before.chars().count()), kind)
    }

    /// Reads what begins at `start`, which is no space; gives the byte behind it.
    fn item(&mut self, start: usize) -> Result<usize, QueryError> {
        let rest = self.rest(start);
        let excluded = rest.strip_prefix(['-', '\u{2212}']).is_some_and(|behind| {
            behind.chars().next().is_some_and(|next| is_quote(next) || next.is_alphanumeric())
        });
        let sign_bytes = if excluded { rest.chars().next().map_or(0, char::len_utf8) } else { 0 };
        let body = start + sign_bytes;
        if self.rest(body).starts_with(is_quote) {
            let value = self.value(body)?;
            if !has_words(value.text) {
                return Err(self.error(body, QueryErrorKind::NothingToSearch));
            }
            let content = ClauseContent::Phrase(value.text.to_owned());
            return self.clause(start, value.end, excluded, content, &value);
        }
        if let Some((name, value_place)) = field_name(self.rest(body)) {
            let Some(field) = QueryField::named(name) else {
                return Err(self.error(body, QueryErrorKind::UnknownField(name.to_owned())));
            };
            let value = self.value(body + value_place)?;
            let content = self.field_content(field, &value, body + value_place)?;
            return self.clause(start, value.end, excluded, content, &value);
        }
        let value = self.value(body)?;
        if excluded {
            let content = ClauseContent::Words(value.text.to_owned());
            return self.clause(start, value.end, excluded, content, &value);
        }
        Ok(value.end)
    }

    /// A quoted text, or everything up to the next space.
    fn value(&self, start: usize) -> Result<Value<'a>, QueryError> {
        let rest = self.rest(start);
        let Some(open) = rest.chars().next().filter(|first| is_quote(*first)) else {
            let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let text = rest.get(..length).unwrap_or_default();
            return Ok(Value { text, start, quoted: false, end: start + length });
        };
        let inside = start + open.len_utf8();
        let Some((length, close)) = self.rest(inside).char_indices().find(|(_, c)| is_quote(*c)) else {
            return Err(self.error(start, QueryErrorKind::UnbalancedQuote));
        };
        let text = self.query.get(inside..inside + length).unwrap_or_default();
        Ok(Value { text, start: inside, quoted: true, end: inside + length + close.len_utf8() })
    }

    fn field_content(
        &self,
        field: QueryField,
        value: &Value<'a>,
        place: usize,
    ) -> Result<ClauseContent, QueryError> {
        let bad = || {
            let value = value.text.chars().take(60).collect();
            self.error(place, QueryErrorKind::BadValue { field, value })
        };
        match field {
            QueryField::FiscalYear => {
                let year = |text: &str| text.parse::<FiscalYear>().ok().map(FiscalYear::be);
                range(value.text, year, 1).map(ClauseContent::FiscalYears).ok_or_else(bad)
            }
            QueryField::Budget => {
                range(value.text, amount_satang, 1).map(ClauseContent::BudgetSatang).ok_or_else(bad)
            }
            QueryField::Kind => kind_named(value.text).map(ClauseContent::Kind).ok_or_else(bad),
            _ if !has_words(value.text) => Err(self.error(place, QueryErrorKind::NothingToSearch)),
            _ => Ok(ClauseContent::FieldText { field, text: value.text.to_owned(), quoted: value.quoted }),
        }
    }

    fn clause(
        &mut self,
        start: usize,
        end: usize,
        excluded: bool,
        content: ClauseContent,
        value: &Value<'a>,
    ) -> Result<usize, QueryError> {
        if self.clauses.len() >= MOST_CLAUSES {
            return Err(self.error(start, QueryErrorKind::TooManyClauses));
        }
        // Words that must be there also rank; everything else of the clause is blanked.
        let ranks = !excluded
            && match &content {
                ClauseContent::Phrase(_) => true,
                ClauseContent::FieldText { field, .. } => field.search_field().is_some(),
                _ => false,
            };
        let kept = if ranks { value.start..value.start + value.text.len() } else { end..end };
        for place in (start..end).filter(|place| !kept.contains(place)) {
            if let Some(byte) = self.free_text.get_mut(place) {
                *byte = b' ';
            }
        }
        self.clauses.push(Clause { span: TextSpan::new(start, end), excluded, content });
        Ok(end)
    }
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201C}' | '\u{201D}' | '\u{201E}' | '«' | '»' | '＂')
}

fn has_words(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// A name before a colon and the byte behind the colon, when both sides look like `field:value`.
fn field_name(text: &str) -> Option<(&str, usize)> {
    let colon = text.char_indices().take(LONGEST_FIELD_NAME_CHARACTERS + 1).find(|(_, c)| *c == ':')?.0;
    let name = text.get(..colon)?;
    let behind = text.get(colon + 1..)?.chars().next()?;
    let is_letter = |c: char| c == '_' || c.is_alphabetic() || ('\u{0E30}'..='\u{0E4E}').contains(&c);
    let is_name = !name.is_empty() && name.chars().all(is_letter);
    let is_value = !behind.is_whitespace() && behind != '/' && behind != ':';
    (is_name && is_value).then_some((name, colon + 1))
}

/// `A`, `A..B`, `A..`, `..B`, `>A`, `>=A`, `<B`, `<=B`; `step` is what lies between neighbouring values.
fn range<T>(text: &str, read: impl Fn(&str) -> Option<T>, step: T) -> Option<Range<T>>
where
    T: Copy + PartialOrd + std::ops::Add<Output = T> + std::ops::Sub<Output = T>,
{
    let folded = normalise_text(text);
    let text = folded.trim();
    let read_some = |text: &str| if text.is_empty() { Some(None) } else { read(text).map(Some) };
    let range = if let Some((from, to)) = text.split_once("..").or_else(|| text.split_once('…')) {
        Range { from: read_some(from.trim())?, to: read_some(to.trim())? }
    } else if let Some(from) = text.strip_prefix(">=").or_else(|| text.strip_prefix('≥')) {
        Range { from: Some(read(from)?), to: None }
    } else if let Some(to) = text.strip_prefix("<=").or_else(|| text.strip_prefix('≤')) {
        Range { from: None, to: Some(read(to)?) }
    } else if let Some(from) = text.strip_prefix('>') {
        Range { from: Some(read(from)? + step), to: None }
    } else if let Some(to) = text.strip_prefix('<') {
        Range { from: None, to: Some(read(to)? - step) }
    } else {
        let value = read(text)?;
        Range { from: Some(value), to: Some(value) }
    };
    let ordered = match (range.from, range.to) {
        (None, None) => false,
        (Some(from), Some(to)) => from <= to,
        _ => true,
    };
    ordered.then_some(range)
}

/// An amount of baht as people write it in a query: digits, commas, a word for a large unit, `บาท`.
fn amount_satang(text: &str) -> Option<i64> {
    const UNITS: [(&str, i64); 10] = [
        ("ล้านล้าน", 1_000_000_000_000),
        ("แสนล้าน", 100_000_000_000),
        ("หมื่นล้าน", 10_000_000_000),
        ("พันล้าน", 1_000_000_000),
        ("ร้อยล้าน", 100_000_000),
        ("สิบล้าน", 10_000_000),
        ("ล้าน", 1_000_000),
        ("แสน", 100_000),
        ("หมื่น", 10_000),
        ("พัน", 1_000),
    ];
    let figure = text.trim().trim_end_matches("บาท").trim();
    let (figure, unit) = UNITS
        .into_iter()
        .find_map(|(word, unit)| figure.strip_suffix(word).map(|figure| (figure.trim(), unit)))
        .unwrap_or((figure, 1));
    let satang = thiap_domain::Baht::parse(figure).ok()?.satang();
    satang.checked_mul(unit).filter(|satang| (0..i64::MAX).contains(satang))
}

fn kind_named(text: &str) -> Option<ProjectKind> {
    match text.trim().to_lowercase().as_str() {
        "project" | "โครงการ" => Some(ProjectKind::Project),
        "output" | "ผลผลิต" => Some(ProjectKind::Output),
        "item" | "รายการ" => Some(ProjectKind::Item),
        _ => None,
    }
}
