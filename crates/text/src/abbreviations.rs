//! Abbreviations of Thai administration and their full forms.
//!
//! The table is `data/abbreviations.tsv`. A form is found only where the words of the text begin and end with it, and the
//! full form is chosen by what stands around it: `ม.5` is a village number, `ม.เชียงใหม่` a university, `10 ม.` a length.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use thiap_domain::TextSpan;

use crate::Segmenter;
use crate::character::is_thai_letter;

/// What an abbreviation stands for, or stands before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AbbreviationKind {
    /// Before the name of a place, or the name of one.
    Area,
    /// Before the name of a school, hospital, road or station.
    Facility,
    /// The name of an agency.
    Agency,
    /// Before or for a person.
    Title,
    /// A law or standard.
    Law,
    /// A month.
    Month,
    /// An era.
    Era,
    /// A unit of measure.
    Unit,
    /// Anything else.
    Other,
}

impl AbbreviationKind {
    fn from_name(name: &str) -> Self {
        match name {
            "area" => Self::Area,
            "facility" => Self::Facility,
            "agency" => Self::Agency,
            "title" => Self::Title,
            "law" => Self::Law,
            "month" => Self::Month,
            "era" => Self::Era,
            "unit" => Self::Unit,
            _ => Self::Other,
        }
    }
}

/// An entry of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Abbreviation {
    /// The short form, with its dots.
    pub form: &'static str,
    /// What it stands for, or stands before.
    pub kind: AbbreviationKind,
    /// The full forms, most usual first; never empty.
    pub full_forms: Vec<&'static str>,
}

/// An abbreviation found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AbbreviationMention {
    /// Where it stands.
    pub span: TextSpan,
    /// Its entry.
    pub abbreviation: &'static Abbreviation,
    /// The full form that fits what stands around it.
    pub full_form: &'static str,
}

struct Table {
    entries: Vec<Abbreviation>,
    /// Forms with and without their dots, to indices of `entries`.
    by_form: HashMap<String, usize>,
    /// Finds the keys of `patterns`, longest first; `None` only if the table could not be compiled.
    finder: Option<AhoCorasick>,
    patterns: Vec<usize>,
}

/// Shorter forms without their dots are too often something else.
const UNDOTTED_LETTERS: usize = 3;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let entries: Vec<Abbreviation> = include_str!("../data/abbreviations.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut columns = line.split('\t');
            let (form, kind, full_forms) = (columns.next()?, columns.next()?, columns.next()?);
            Some(Abbreviation {
                form,
                kind: AbbreviationKind::from_name(kind),
                full_forms: full_forms.split(';').collect(),
            })
        })
        .collect();
    let mut by_form = HashMap::new();
    for (index, entry) in entries.iter().enumerate() {
        by_form.insert(entry.form.to_owned(), index);
    }
    for (index, entry) in entries.iter().enumerate() {
        let undotted = entry.form.replace('.', "");
        if undotted.chars().count() >= UNDOTTED_LETTERS {
            by_form.entry(undotted).or_insert(index);
        }
    }
    let mut forms: Vec<(&String, &usize)> = by_form.iter().collect();
    forms.sort();
    let finder = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(forms.iter().map(|(form, _)| form.as_str()))
        .ok();
    let patterns = forms.iter().map(|(_, index)| **index).collect();
    Table { entries, by_form, finder, patterns }
});

/// Every entry of the table.
#[must_use]
pub fn all() -> &'static [Abbreviation] {
    &TABLE.entries
}

/// The entry of a short form, with or without its dots.
#[must_use]
pub fn lookup(form: &str) -> Option<&'static Abbreviation> {
    TABLE.by_form.get(form).and_then(|index| TABLE.entries.get(*index))
}

/// Finds the abbreviations of a text in normal form, left to right, without overlaps.
#[must_use]
pub fn find_abbreviations(normalised: &str) -> Vec<AbbreviationMention> {
    let table: &'static Table = &TABLE;
    let Some(finder) = &table.finder else { return Vec::new() };
    let mut token_ends: Option<Vec<usize>> = None;
    let mut mentions = Vec::new();
    for found in finder.find_iter(normalised) {
        let span = TextSpan::new(found.start(), found.end());
        let Some(abbreviation) =
            table.patterns.get(found.pattern().as_usize()).and_then(|index| table.entries.get(*index))
        else {
            continue;
        };
        let ends = token_ends.get_or_insert_with(|| {
            Segmenter::embedded().segment(normalised).iter().map(|t| t.span.end).collect()
        });
        let is_end = |at: usize| at == 0 || ends.binary_search(&at).is_ok();
        if !is_end(span.start) || !is_end(span.end) {
            continue;
        }
        if let Some(full_form) = full_form_in_context(abbreviation, normalised, span) {
            mentions.push(AbbreviationMention { span, abbreviation, full_form });
        }
    }
    mentions
}

/// Writes the abbreviations of a text in full: `จ.เชียงใหม่` becomes `จังหวัดเชียงใหม่`. Months, eras and units stay, since
/// [`crate::dates`] and [`crate::numbers`] read them as they are. Borrowed when there is nothing to expand.
#[must_use]
pub fn expand(normalised: &str) -> Cow<'_, str> {
    let kept = [AbbreviationKind::Month, AbbreviationKind::Era, AbbreviationKind::Unit];
    let mut text = String::new();
    let mut at = 0;
    for mention in find_abbreviations(normalised) {
        if kept.contains(&mention.abbreviation.kind) {
            continue;
        }
        text.push_str(normalised.get(at..mention.span.start).unwrap_or_default());
        text.push_str(mention.full_form);
        at = mention.span.end;
        // จ. เชียงใหม่ is จังหวัดเชียงใหม่.
        let before_name =
            matches!(mention.abbreviation.kind, AbbreviationKind::Area | AbbreviationKind::Facility)
                && mention.abbreviation.form.ends_with('.');
        let rest = normalised.get(at..).unwrap_or_default();
        if before_name && rest.starts_with(' ') && rest.chars().nth(1).is_some_and(is_thai_letter) {
            at += 1;
        }
    }
    if at == 0 {
        return Cow::Borrowed(normalised);
    }
    text.push_str(normalised.get(at..).unwrap_or_default());
    Cow::Owned(text)
}

/// The full form that fits the surroundings; `None` where the letters are no abbreviation (a list marker `จ.`).
fn full_form_in_context(
    abbreviation: &'static Abbreviation,
    text: &str,
    span: TextSpan,
) -> Option<&'static str> {
    let before = text.get(..span.start)?.trim_end_matches(' ').chars().next_back();
    let after_text = text.get(span.end..)?;
    let spaced = after_text.starts_with(' ');
    let after = after_text.trim_start_matches(' ').chars().next();
    let name_follows = after.is_some_and(is_thai_letter);
    let number_follows = after.is_some_and(|c| c.is_ascii_digit());
    let number_before = before.is_some_and(|c| c.is_ascii_digit());
    let form = |wanted: &str| abbreviation.full_forms.iter().copied().find(|full| *full == wanted);
    match abbreviation.form {
        "ม." if number_follows => form("หมู่ที่"),
        "ม." if number_before => form("เมตร"),
        "ม." if name_follows && !spaced => form("มหาวิทยาลัย"),
        "บ." if number_before => form("บาท"),
        "กก." if number_before => form("กิโลกรัม"),
        "น." | "ลบ." if !number_before => None,
        "ป." if !number_follows => None,
        "ม." | "ป." | "น." | "ลบ." | "กก." => abbreviation.full_forms.first().copied(),
        // One letter before a name; on its own it numbers a list.
        short if short.chars().count() == 2 && (!name_follows || spaced && numbers_a_list(text, span)) => {
            None
        }
        _ => abbreviation.full_forms.first().copied(),
    }
}

/// A letter at the head of a line, behind a bracket or behind ข้อ is the label of an item.
fn numbers_a_list(text: &str, span: TextSpan) -> bool {
    let before = text.get(..span.start).unwrap_or_default().trim_end_matches(' ');
    before.is_empty() || ["\n", "(", "ข้อ"].iter().any(|label| before.ends_with(label))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn expands_by_what_follows() {
        assert_eq!(expand("ต.บ้านโป่ง อ.สันทราย จ.เชียงใหม่"), "ตำบลบ้านโป่ง อำเภอสันทราย จังหวัดเชียงใหม่");
        assert_eq!(expand("อำเภอวังสะพุง จ. เลย"), "อำเภอวังสะพุง จังหวัดเลย");
        assert_eq!(expand("ม.5 ต.หนองหาร"), "หมู่ที่5 ตำบลหนองหาร");
        assert_eq!(expand("ม.เชียงใหม่"), "มหาวิทยาลัยเชียงใหม่");
        assert_eq!(expand("อบต.หนองหาร"), "องค์การบริหารส่วนตำบลหนองหาร");
        assert_eq!(expand("รพ.สต.บ้านโป่ง"), "โรงพยาบาลส่งเสริมสุขภาพตำบลบ้านโป่ง");
        assert_eq!(expand("พ.ร.บ. การศึกษา"), "พระราชบัญญัติ การศึกษา");
    }

    #[test]
    fn leaves_dates_units_and_list_markers() {
        for text in ["1 ต.ค. พ.ศ. 2564", "เวลา 09.00 น.", "ระยะทาง 5 กม.", "ข้อ จ. ให้", "ไม่มีคำย่อ"]
        {
            assert_eq!(expand(text), text);
        }
        assert!(matches!(expand("ไม่มีคำย่อ"), Cow::Borrowed(_)));
    }

    #[test]
    fn forms_without_dots_are_found_as_whole_words_only() {
        let found = |text: &'static str| {
            find_abbreviations(text).iter().map(|mention| mention.full_form).collect::<Vec<_>>()
        };
        assert_eq!(found("งานของ กทม และ อบต"), ["กรุงเทพมหานคร", "องค์การบริหารส่วนตำบล"]);
        assert_eq!(lookup("ปปช").map(|entry| entry.form), Some("ป.ป.ช."));
        assert!(find_abbreviations("สมศักดิ์").is_empty());
    }

    #[test]
    fn the_table_is_sound() {
        assert!(all().len() > 300);
        for entry in all() {
            assert!(
                entry.full_forms.iter().all(|full| !full.is_empty() && *full != entry.form),
                "{}",
                entry.form
            );
            assert_eq!(crate::normalise_text(entry.form), entry.form);
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(([จอตมถพรบสปกทน]\\.{0,1}| |[0-9]|เลย|สต|อบต){0,12})|\\PC{0,40}") {
            let _ = expand(&text);
        }
    }
}
